//! The client against a loopback server with faults.

#![allow(clippy::unwrap_used, reason = "what fails here fails a test")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use rest::{Answer, Auth, Client, Failure, FailureKind, Limits, Settings, Stop, Url};
use simulators::clock::Clock;
use simulators::fault::{Fault, FaultPlan, On};
use simulators::server::Server;

const KEY: &str = "s3cret-key";

/// The status, or the sort of failure and whether the request may have been carried out.
type Outcome = Result<u16, (FailureKind, bool)>;

/// Answers with what it was asked, so that a test sees which headers arrived.
async fn echo(uri: Uri, headers: HeaderMap) -> impl IntoResponse {
    let sent = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or("none").to_owned();
    let agent = headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let text = serde_json::json!({ "path": uri.to_string(), "authorization": sent, "agent": agent }).to_string();
    ([("content-type", "application/json")], text)
}

fn app() -> Router {
    let to = |target: String| move || async move { (StatusCode::FOUND, [("location", target)]) };
    Router::new()
        .route("/echo", any(echo))
        .route("/here", any(to("/echo".to_owned())))
        .route("/round", get(to("/round".to_owned())))
        .route("/away", get(to("http://192.0.2.1/login".to_owned())))
        .route("/large", get(|| async { ([("content-type", "application/json")], "1".repeat(3 << 20)) }))
        .route(
            "/list",
            get(|| async { ([("link", "</list?page=2>; rel=\"next\""), ("content-type", "application/json")], "[]") }),
        )
        .route(
            "/lure",
            get(|| async {
                ([("link", "<https://192.0.2.1/list>; rel=\"next\""), ("content-type", "application/json")], "[]")
            }),
        )
}

async fn server(router: Router) -> Server {
    Server::start(router, FaultPlan::new(), Clock::default()).await.unwrap()
}

fn quick() -> Limits {
    Limits {
        retry_wait: Duration::from_millis(5),
        throttle_wait: Duration::from_millis(5),
        throttle_total: Duration::from_millis(2500),
        request: Duration::from_secs(5),
        ..Limits::default()
    }
}

fn client(server: &Server) -> Client {
    with(server, quick(), Stop::new())
}

fn with(server: &Server, limits: Limits, stop: Stop) -> Client {
    let base = Url::parse(&server.base_url()).unwrap();
    let clock = server.clock().clone();
    let mut settings = Settings::new(base, Auth::Bearer(KEY.into()), Arc::new(move || clock.now()));
    settings.limits = limits;
    settings.stop = stop;
    Client::new(settings).unwrap()
}

async fn outcome(answer: impl Future<Output = Result<Answer, Failure>>) -> Outcome {
    answer.await.map(|answer| answer.status).map_err(|failure| (failure.kind, failure.maybe_done))
}

#[tokio::test]
async fn a_read_survives_what_passes_and_a_write_is_sent_once() {
    let lost = Err((FailureKind::Unreachable, true));
    let down = Err((FailureKind::Down, true));
    let cases: Vec<(&str, Fault, Outcome)> = vec![
        ("lost reply", Fault::LoseReply, lost),
        ("lost request", Fault::LoseRequest, lost),
        ("cut body", Fault::CutBody { bytes: 5 }, lost),
        ("502 page", Fault::bad_gateway(), down),
        ("503", Fault::status(503, ""), down),
    ];
    for (name, fault, write) in cases {
        let server = server(app()).await;
        server.faults().add(On::any().first(1), fault.clone());
        let client = client(&server);
        assert_eq!(outcome(client.get("echo").send()).await, Ok(200), "GET, {name}");
        assert_eq!(server.log().total(), 2, "GET, {name}");
        server.faults().clear();
        server.faults().add(On::writes(), fault);
        server.log().reset();
        assert_eq!(outcome(client.post("echo").json(&1).send()).await, write, "POST, {name}");
        assert_eq!(server.log().total(), 1, "POST, {name}");
    }
}

#[tokio::test]
async fn a_500_is_not_retried_and_retries_end() {
    for (status, requests) in [(500, 1), (503, 3)] {
        let server = server(app()).await;
        server.faults().add(On::any(), Fault::status(status, "oops"));
        let failure = client(&server).get("echo").send().await.unwrap_err();
        assert_eq!((failure.kind, failure.status, failure.maybe_done), (FailureKind::Down, Some(status), false));
        assert_eq!(failure.body.as_deref(), Some("oops"));
        assert_eq!(server.log().total(), requests, "{status}");
    }
}

#[tokio::test]
async fn a_throttle_did_nothing_so_reads_and_writes_are_sent_again() {
    for fault in [Fault::canvas_rate_limit(), Fault::too_many_requests(None), Fault::too_many_requests(Some(1))] {
        let server = server(app()).await;
        server.faults().add(On::any().first(1), fault.clone());
        let client = client(&server);
        assert_eq!(outcome(client.post("echo").json(&1).send()).await, Ok(200), "{fault:?}");
        let traffic = client.traffic();
        assert_eq!((traffic.requests, traffic.writes), (2, 2));
        assert!(traffic.waited_millis > 0 && traffic.bytes_out == 2 && traffic.bytes_in > 0, "{traffic:?}");
    }
}

#[tokio::test]
async fn a_wait_longer_than_we_wait_is_told_at_once_with_its_length() {
    let server = server(app()).await;
    server.faults().add(On::any(), Fault::too_many_requests(Some(3600)));
    let failure = client(&server).get("echo").send().await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.wait, failure.maybe_done),
        (FailureKind::Throttled, Some(Duration::from_secs(3600)), false)
    );
    assert_eq!(server.log().total(), 1);
}

#[tokio::test]
async fn stopping_ends_a_wait_within_a_second() {
    let server = server(app()).await;
    server.faults().add(On::any(), Fault::too_many_requests(Some(50)));
    let stop = Stop::new();
    let client = with(&server, Limits { throttle_total: Duration::from_secs(60), ..quick() }, stop.clone());
    let start = Instant::now();
    let (failure, ()) = tokio::join!(client.get("echo").send(), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.cancel();
    });
    assert_eq!(failure.unwrap_err().kind, FailureKind::Stopped);
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(
        outcome(client.get("echo").send()).await,
        Err((FailureKind::Stopped, false)),
        "nothing is sent any more"
    );
    assert_eq!(server.log().total(), 1);
}

#[tokio::test]
async fn a_write_on_its_way_when_stopped_is_finished_if_that_takes_a_moment_and_unknown_otherwise() {
    for (millis, expected) in [(300, Ok(200)), (4000, Err((FailureKind::Stopped, true)))] {
        let server = server(app()).await;
        server.faults().add(On::any(), Fault::Slow { millis });
        let stop = Stop::new();
        let client = with(&server, quick(), stop.clone());
        let (result, ()) = tokio::join!(outcome(client.put("echo").json(&1).send()), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            stop.cancel();
        });
        assert_eq!(result, expected, "answer after {millis} ms");
    }
}

#[tokio::test]
async fn pages_and_ways_to_other_hosts_are_portals() {
    let server = server(app()).await;
    let client = client(&server);
    assert_eq!(outcome(client.get("here").send()).await, Ok(200), "a way within the site is followed");
    assert_eq!(
        outcome(client.post("here").json(&1).send()).await,
        Err((FailureKind::Portal, false)),
        "but not by a write"
    );
    assert_eq!(outcome(client.get("round").send()).await, Err((FailureKind::Portal, false)));
    assert_eq!(outcome(client.get("away").send()).await, Err((FailureKind::Portal, false)));
    server.faults().add(On::any(), Fault::CaptivePortal);
    assert_eq!(outcome(client.get("echo").send()).await, Err((FailureKind::Portal, false)));
}

#[tokio::test]
async fn the_key_goes_to_the_own_origin_only() {
    let elsewhere = server(app()).await;
    let target = format!("{}/echo", elsewhere.base_url());
    let away = app().route("/storage", get(move || async move { (StatusCode::FOUND, [("location", target)]) }));
    let server = server(away).await;
    let client = client(&server);
    let own: serde_json::Value = client.get("echo?x=1").send().await.unwrap().json().unwrap();
    assert_eq!(own["authorization"], format!("Bearer {KEY}"));
    assert!(own["agent"].as_str().unwrap().starts_with("Lectern/"));
    for address in ["/storage".to_owned(), format!("{}/echo", elsewhere.base_url())] {
        let file = client.download(&address, 1 << 20).await.unwrap();
        assert!(String::from_utf8(file.bytes).unwrap().contains("\"authorization\":\"none\""), "{address}");
    }
    let whole = format!("{}/echo", elsewhere.base_url());
    assert_eq!(outcome(client.get(&whole).send()).await, Err((FailureKind::BadAddress, false)));
    assert!(!format!("{client:?}").contains(KEY));
}

#[tokio::test]
async fn files_are_not_fetched_from_places_that_only_this_machine_reaches() {
    let settings = Settings::new(
        Url::parse("https://canvas.example.edu").unwrap(),
        Auth::Anonymous,
        Arc::new(|| chrono::DateTime::UNIX_EPOCH),
    );
    let client = Client::new(settings).unwrap();
    for address in [
        "http://127.0.0.1:9/x",
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
        "https://localhost/x",
        "https://intranet/x",
        "http://example.org/x",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://[::1]/x",
    ] {
        let failure = client.download(address, 1 << 20).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::BadAddress, "{address}");
    }
    assert_eq!(client.traffic().requests, 0);
}

#[tokio::test]
async fn paged_lists_go_on_within_the_site_only() {
    let server = server(app()).await;
    let client = client(&server);
    let next = client.get("list").send().await.unwrap().next().unwrap().unwrap();
    assert_eq!(next.as_str(), format!("{}/list?page=2", server.base_url()));
    assert_eq!(outcome(client.get(next.as_str()).send()).await, Ok(200));
    assert_eq!(client.get("lure").send().await.unwrap().next().unwrap_err().kind, FailureKind::BadAddress);
}

#[tokio::test]
async fn bodies_are_bounded_and_cut_json_is_malformed() {
    let server = server(app()).await;
    let client = client(&server);
    assert_eq!(outcome(client.get("large").at_most(1 << 20).send()).await, Err((FailureKind::Malformed, false)));
    server.faults().add(On::any(), Fault::TruncateJson { bytes: 9 });
    for (answer, maybe_done) in
        [(client.get("echo").send().await, false), (client.post("echo").json(&1).send().await, true)]
    {
        let failure = answer.unwrap().json::<serde_json::Value>().unwrap_err();
        assert_eq!((failure.kind, failure.maybe_done), (FailureKind::Malformed, maybe_done));
    }
}

#[tokio::test]
async fn the_servers_clock_is_measured_and_an_address_without_https_is_refused() {
    let server = server(app()).await;
    let base = Url::parse(&server.base_url()).unwrap();
    let clock = server.clock().clone();
    let settings = Settings::new(base, Auth::Anonymous, Arc::new(move || clock.now() - chrono::Duration::seconds(90)));
    let client = Client::new(settings).unwrap();
    assert_eq!(client.clock_offset_seconds(), None);
    client.get("echo").send().await.unwrap();
    assert!((89..=91).contains(&client.clock_offset_seconds().unwrap()));
    for bad in ["http://canvas.example.edu", "https://user:pw@canvas.example.edu", "ftp://canvas.example.edu"] {
        let settings =
            Settings::new(Url::parse(bad).unwrap(), Auth::Anonymous, Arc::new(|| chrono::DateTime::UNIX_EPOCH));
        assert_eq!(Client::new(settings).unwrap_err().kind, FailureKind::BadAddress, "{bad}");
    }
}
