//! Listens on loopback, applies the fault plan, and keeps the log of requests.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::fault::{Decision, Fault, FaultPlan, Hook};
use crate::wire::{Loopback, WireHandle, Wires};

/// One request as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// The method, in capitals.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The status answered; none where the connection was dropped.
    pub status: Option<u16>,
    /// Bytes of body sent.
    pub bytes_out: usize,
    /// The body received with a request that may change something, as text; empty for uploads.
    pub received: String,
}

impl RequestRecord {
    /// Whether the request may change something.
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }
}

/// A request that may have changed something, with all that is needed to make it again but the secrets in its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The server's time when it came.
    pub at: DateTime<Utc>,
    /// The method, in capitals.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The media type of the body.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// Hears each write that was answered with success.
type Heard = Arc<dyn Fn(&Write) + Send + Sync>;

#[derive(Clone, Default)]
struct OnWrite(Arc<Mutex<Option<Heard>>>);

impl std::fmt::Debug for OnWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnWrite")
    }
}

/// The requests a server has seen, in the order in which they ended. Clones share one log.
#[derive(Debug, Clone, Default)]
pub struct RequestLog(Arc<Mutex<Vec<RequestRecord>>>, OnWrite);

impl RequestLog {
    /// All records since the start or the last reset.
    #[must_use]
    pub fn all(&self) -> Vec<RequestRecord> {
        self.lock().clone()
    }

    /// The records of requests that may change something.
    #[must_use]
    pub fn writes(&self) -> Vec<RequestRecord> {
        self.lock().iter().filter(|r| r.is_write()).cloned().collect()
    }

    /// How many requests there were.
    #[must_use]
    pub fn total(&self) -> usize {
        self.lock().len()
    }

    /// How many requests by `method` had `part` in their path and query.
    #[must_use]
    pub fn count(&self, method: &str, part: &str) -> usize {
        self.lock().iter().filter(|r| r.method == method && r.path.contains(part)).count()
    }

    /// Forgets all records.
    pub fn reset(&self) {
        self.lock().clear();
    }

    /// Hands each write that succeeds from now on, whole, to `heard`, before it is answered.
    pub fn on_write(&self, heard: impl Fn(&Write) + Send + Sync + 'static) {
        *self.1.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(heard));
    }

    fn heard(&self) -> Option<Heard> {
        self.1.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn push(&self, record: RequestRecord) {
        self.lock().push(record);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<RequestRecord>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In the extensions of a request that shall be answered from the state before the latest write.
#[derive(Debug, Clone, Copy)]
pub struct ServeStale;

/// In the extensions of a request whose check shall not see what this changes.
#[derive(Clone)]
pub struct BetweenCheckAndWrite(pub Hook);

impl std::fmt::Debug for BetweenCheckAndWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BetweenCheckAndWrite")
    }
}

/// A running server. Dropping it closes the listener and every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
    wires: Wires,
    faults: FaultPlan,
    log: RequestLog,
    clock: Clock,
}

impl Server {
    /// Serves `app` on a free port of 127.0.0.1, on the tokio runtime it is called from.
    ///
    /// # Errors
    /// The listener cannot be bound.
    pub async fn start(app: Router, faults: FaultPlan, clock: Clock) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        Self::start_on(listener, app, faults, clock)
    }

    /// As [`Server::start`], on a listener that is bound already, so that the application may know its own address.
    ///
    /// # Errors
    /// The listener has no local address.
    pub fn start_on(listener: TcpListener, app: Router, faults: FaultPlan, clock: Clock) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let log = RequestLog::default();
        let wires = Wires::default();
        let harness = Harness { faults: faults.clone(), log: log.clone(), clock: clock.clone() };
        let app = app.layer(from_fn_with_state(harness, serve_one)).into_make_service_with_connect_info::<WireHandle>();
        let listener = Loopback { listener, wires: wires.clone() };
        let task = tokio::spawn(async move {
            // Serving ends with an error only when the runtime goes away, and then nobody is left to tell.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, task, wires, faults, log, clock })
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What goes wrong.
    #[must_use]
    pub fn faults(&self) -> &FaultPlan {
        &self.faults
    }

    /// What was asked.
    #[must_use]
    pub fn log(&self) -> &RequestLog {
        &self.log
    }

    /// The server's time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Closes every open connection; new ones are accepted.
    pub fn drop_connections(&self) {
        self.wires.cut_all();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        self.wires.cut_all();
    }
}

#[derive(Clone)]
struct Harness {
    faults: FaultPlan,
    log: RequestLog,
    clock: Clock,
}

enum Answer {
    Reply(StatusCode, Bytes),
    Lost,
}

async fn serve_one(
    State(harness): State<Harness>,
    ConnectInfo(wire): ConnectInfo<WireHandle>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path_and_query().map_or_else(|| request.uri().path().to_owned(), ToString::to_string);
    let decision = harness.faults.decide(&method, &path);
    if decision.faults.iter().any(|f| matches!(f, Fault::StaleRead)) {
        request.extensions_mut().insert(ServeStale);
    }
    if let Some(Fault::Between(hook)) = decision.faults.iter().find(|f| matches!(f, Fault::Between(_))) {
        request.extensions_mut().insert(BetweenCheckAndWrite(Arc::clone(hook)));
    }
    let heard = harness.log.heard().filter(|_| !request.method().is_safe());
    let mut write = None;
    if heard.is_some() {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let content_type = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        let (method, path, at) = (method.clone(), path.clone(), harness.clock.now());
        write = Some(Write { at, method, path, content_type, body: body.clone() });
        request = Request::from_parts(parts, Body::from(body));
    }
    let (request, received) = keep_body(request).await;
    let (response, answer) = act(decision, request, next, &wire).await;
    if let (Some(heard), Some(write)) = (heard, write)
        && response.status().is_success()
    {
        heard(&write);
    }
    let (status, bytes_out) = match &answer {
        Answer::Reply(status, body) => (Some(status.as_u16()), body.len()),
        Answer::Lost => (None, 0),
    };
    harness.log.push(RequestRecord { method, path, status, bytes_out, received });
    let mut response = response;
    if let Ok(date) = HeaderValue::from_str(&harness.clock.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// Reads the body of a write, for the log, and puts it back.
async fn keep_body(request: Request) -> (Request, String) {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if matches!(request.method().as_str(), "GET" | "HEAD" | "OPTIONS") || kind.starts_with("multipart/") {
        return (request, String::new());
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return (Request::from_parts(parts, Body::empty()), String::new());
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (Request::from_parts(parts, Body::from(bytes)), text)
}

async fn act(decision: Decision, request: Request, next: Next, wire: &WireHandle) -> (Response<Body>, Answer) {
    for fault in &decision.faults {
        match fault {
            Fault::LoseRequest => return lost(wire),
            Fault::Before(hook) => hook(),
            _ => {}
        }
    }
    let canned = decision.faults.iter().find_map(canned_answer);
    let response = match canned {
        Some(response) => response,
        None => next.run(request).await,
    };
    let (parts, body) = response.into_parts();
    let Ok(mut body) = to_bytes(body, usize::MAX).await else { return lost(wire) };
    let whole = body.len();
    let mut cut_short = false;
    for fault in &decision.faults {
        match fault {
            Fault::After(hook) => hook(),
            Fault::Slow { millis } => tokio::time::sleep(Duration::from_millis(*millis)).await,
            Fault::LoseReply => return lost(wire),
            Fault::TruncateJson { bytes } => body.truncate(*bytes),
            Fault::CutBody { bytes } => {
                body.truncate(*bytes);
                cut_short = true;
            }
            _ => {}
        }
    }
    let answer = Answer::Reply(parts.status, body.clone());
    let mut response = Response::from_parts(parts, Body::empty());
    if cut_short {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(whole.max(body.len() + 1)));
        *response.body_mut() = body_that_breaks(body);
    } else {
        // hyper states the length of a body it holds whole; one stated earlier may be wrong after a truncation.
        if body.len() != whole {
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        *response.body_mut() = Body::from(body);
    }
    (response, answer)
}

fn lost(wire: &WireHandle) -> (Response<Body>, Answer) {
    wire.cut();
    (Response::new(Body::empty()), Answer::Lost)
}

fn canned_answer(fault: &Fault) -> Option<Response<Body>> {
    let (code, content_type, headers, body) = match fault {
        Fault::Status { code, body, content_type, headers } => {
            (*code, content_type.as_str(), headers.as_slice(), body.clone())
        }
        Fault::CaptivePortal => (200, "text/html; charset=utf-8", [].as_slice(), CAPTIVE_PORTAL.to_owned()),
        _ => return None,
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    Some(response)
}

const CAPTIVE_PORTAL: &str = "<!DOCTYPE html><html><head><title>Guest network</title></head>\
    <body><h1>Welcome</h1><form action=\"/accept\"><button>Accept the terms</button></form></body></html>";

/// Sends what is there, lets hyper flush it, then fails.
fn body_that_breaks(start: Bytes) -> Body {
    Body::from_stream(futures::stream::unfold(Some(Some(start)), |state| async move {
        match state {
            Some(Some(bytes)) => Some((Ok(bytes), Some(None))),
            Some(None) => {
                tokio::task::yield_now().await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), None))
            }
            None => None,
        }
    }))
}
