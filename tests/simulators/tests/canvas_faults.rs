//! Faults, the log and the throttle, seen by a client of the simulated Canvas.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail and report as tests do")]

use std::time::Duration;

use serde_json::{Value, json};
use simulators::canvas::{Canvas, PageChange, Role, Settings, reference_course};
use simulators::clock::Clock;
use simulators::fault::{Cut, Fault, On};

const TOKEN: &str = "teacher-token";

struct Client {
    canvas: Canvas,
    http: reqwest::Client,
    course: i64,
}

impl Client {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let canvas = Canvas::start_with(settings, Clock::default()).await.unwrap();
        let teacher = canvas.add_user("Tess Teacher");
        canvas.add_token(teacher, TOKEN);
        let course = canvas.add_course("Course", "C");
        canvas.enroll(course, teacher, Role::Teacher);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { canvas, http, course }
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/api/v1/courses/{}{rest}", self.canvas.base_url(), self.course)
    }

    async fn get(&self, rest: &str) -> reqwest::Result<reqwest::Response> {
        self.http.get(self.url(rest)).bearer_auth(TOKEN).send().await
    }

    async fn create_page(&self, title: &str) -> reqwest::Result<reqwest::Response> {
        self.http.post(self.url("/pages")).bearer_auth(TOKEN).json(&json!({"wiki_page": {"title": title}})).send().await
    }

    fn pages(&self) -> usize {
        self.canvas.course(self.course).unwrap().pages.len()
    }
}

#[tokio::test]
async fn a_lost_reply_is_applied_and_a_lost_request_is_not() {
    for (fault, applied) in [(Fault::LoseReply, 1), (Fault::LoseRequest, 0)] {
        let client = Client::new().await;
        client.canvas.faults().add(On::method("POST", "/pages").nth(1), fault.clone());
        assert!(client.create_page("One").await.is_err(), "{fault:?} answered");
        assert_eq!(client.pages(), applied, "{fault:?}");
        assert_eq!(client.canvas.log().all()[0].status, None);
        assert!(
            client.create_page("Two").await.unwrap().status().is_success(),
            "the fault was for the first request only"
        );
    }
}

#[tokio::test]
async fn a_cut_takes_one_request_and_all_later_ones() {
    for (cut, applied) in [(Cut::BeforeApplying, 1), (Cut::AfterApplying, 2)] {
        let client = Client::new().await;
        client.canvas.faults().cut_at(2, cut);
        assert!(client.create_page("One").await.is_ok());
        for title in ["Two", "Three"] {
            assert!(client.create_page(title).await.is_err());
        }
        assert_eq!(client.pages(), applied, "{cut:?}");
        client.canvas.faults().clear();
        assert!(client.get("/pages").await.is_ok());
    }
}

#[tokio::test]
async fn a_cut_body_breaks_off_and_a_truncated_one_ends_early() {
    let client = Client::new().await;
    client.create_page("One").await.unwrap();
    client.canvas.faults().add(On::method("GET", "/pages").nth(1), Fault::CutBody { bytes: 20 });
    client.canvas.faults().add(On::method("GET", "/pages").nth(2), Fault::TruncateJson { bytes: 20 });
    let cut = client.get("/pages").await.unwrap();
    assert!(cut.content_length().unwrap() > 20);
    assert!(cut.bytes().await.is_err());
    let text = client.get("/pages").await.unwrap().text().await.unwrap();
    assert_eq!(text.len(), 20);
    assert!(serde_json::from_str::<Value>(&text).is_err());
}

#[tokio::test]
async fn canned_answers_stand_in_for_the_server_and_nothing_is_applied() {
    let canned = [
        (Fault::too_many_requests(Some(3)), 429, "text/plain"),
        (Fault::canvas_rate_limit(), 403, "text/plain"),
        (Fault::bad_gateway(), 502, "text/html"),
        (Fault::CaptivePortal, 200, "text/html; charset=utf-8"),
        (Fault::status(503, ""), 503, "text/plain; charset=utf-8"),
    ];
    for (fault, status, kind) in canned {
        let client = Client::new().await;
        client.canvas.faults().add(On::writes(), fault.clone());
        let answer = client.create_page("One").await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
            (status, kind),
            "{fault:?}"
        );
        assert_eq!(client.pages(), 0, "{fault:?}");
    }
}

#[tokio::test]
async fn somebody_else_edits_between_two_requests() {
    let client = Client::new().await;
    let id = client.create_page("One").await.unwrap().json::<Value>().await.unwrap()["page_id"].as_i64().unwrap();
    let (other, course) = (client.canvas.as_someone_else(), client.course);
    let edit = move || other.write_page(course, id, "<p>theirs</p>").unwrap();
    client.canvas.faults().add(On::method("PUT", "/pages").nth(1), Fault::before(edit));
    let put = client.http.put(client.url(&format!("/pages/page_id:{id}"))).bearer_auth(TOKEN);
    put.json(&json!({"wiki_page": {"body": "<p>ours</p>"}})).send().await.unwrap();
    let bodies: Vec<_> =
        client.canvas.page(course, id).unwrap().revisions.into_iter().map(|r| r.body.unwrap_or_default()).collect();
    assert_eq!(bodies, ["", "<p>theirs</p>", "<p>ours</p>"]);
}

#[tokio::test]
async fn a_stale_read_shows_the_state_before_the_latest_write() {
    let client = Client::new().await;
    client.canvas.faults().add(On::method("GET", "/pages").nth(1), Fault::StaleRead);
    client.create_page("One").await.unwrap();
    client.create_page("Two").await.unwrap();
    let count = async || client.get("/pages").await.unwrap().json::<Value>().await.unwrap().as_array().unwrap().len();
    assert_eq!((count().await, count().await), (1, 2));
}

#[tokio::test]
async fn chances_repeat_with_their_seed() {
    let draw = || {
        let plan = simulators::fault::FaultPlan::new();
        plan.add(On::any().chance(0.5, 7), Fault::LoseReply);
        (0..64).map(|_| plan.decide("GET", "/").faults.len()).collect::<Vec<_>>()
    };
    let first = draw();
    assert_eq!(first, draw());
    let hits: usize = first.iter().sum();
    assert!((16..=48).contains(&hits), "{hits} of 64");
}

#[tokio::test]
async fn the_twelfth_request_in_flight_is_refused_and_none_of_a_sequence() {
    let client = Client::with(Settings { latency: Some(Duration::from_millis(200)), ..Settings::default() }).await;
    // The bucket leaks while time runs, which would let a twelfth one in.
    client.canvas.clock().set(client.canvas.clock().now());
    let all = (0..16).map(|_| client.get("/pages"));
    let answers = futures::future::join_all(all).await;
    let refused = answers.into_iter().filter(|a| a.as_ref().unwrap().status() == 403).count();
    assert_eq!(refused, 5);
    client.canvas.configure(|s| s.latency = None);
    for _ in 0..30 {
        assert_eq!(client.get("/pages").await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn connections_end_with_the_server() {
    let client = Client::new().await;
    client.get("/pages").await.unwrap();
    let url = client.url("/pages");
    let http = client.http.clone();
    drop(client);
    assert!(http.get(url).bearer_auth(TOKEN).send().await.is_err());
}

#[tokio::test]
async fn the_reference_course_is_pulled_in_nine_requests_without_a_write() {
    let client = Client::new().await;
    let teacher = client.canvas.course(client.course).unwrap().enrollments[0].0;
    let seeded = client.canvas.seed(teacher, &reference_course()).unwrap();
    client.canvas.warm(seeded.course);
    client.canvas.log().reset();
    let mut counts = Vec::new();
    for path in ["pages?include[]=body&", "assignments?", "discussion_topics?", "modules?include[]=items&"] {
        let mut next = Some(format!(
            "{}/api/v1/courses/{}/{path}per_page=100&no_verifiers=1",
            client.canvas.base_url(),
            seeded.course
        ));
        let mut elements = Vec::new();
        while let Some(url) = next {
            let answer = client.http.get(url).bearer_auth(TOKEN).send().await.unwrap();
            let link = answer.headers()["link"].to_str().unwrap().to_owned();
            next = link
                .split(',')
                .find(|part| part.contains("rel=\"next\""))
                .map(|part| part[1..part.find('>').unwrap()].to_owned());
            elements.extend(answer.json::<Vec<Value>>().await.unwrap());
        }
        counts.push(elements.len());
        if path.starts_with("modules") {
            counts.push(elements.iter().map(|m| m["items"].as_array().unwrap().len()).sum());
        }
    }
    assert_eq!(counts, [500, 200, 100, 15, 400]);
    assert_eq!((client.canvas.log().total(), client.canvas.log().writes().len()), (9, 0));
}

#[tokio::test]
async fn edits_by_somebody_else_follow_the_rules_of_the_api() {
    let client = Client::new().await;
    let editor = client.canvas.as_someone_else();
    let page = PageChange {
        title: Some("One".to_owned()),
        body: Some(Some("<p>a<script>b</script></p>".to_owned())),
        ..PageChange::default()
    };
    let id = editor.create_page(client.course, &page).unwrap();
    assert_eq!(client.canvas.page(client.course, id).unwrap().body.as_deref(), Some("<p>a</p>"));
    let blank = PageChange { title: Some(String::new()), ..PageChange::default() };
    assert_eq!(editor.edit_page(client.course, id, &blank).unwrap_err().status, 400);
    editor.delete_page(client.course, id).unwrap();
    assert_eq!(client.get(&format!("/pages/page_id:{id}")).await.unwrap().status(), 403);
    let announcement = json!({"title": "A", "message": "m", "is_announcement": true});
    editor.create_topic(client.course, &announcement).unwrap();
    assert_eq!(client.canvas.notifications().len(), 1);
}
