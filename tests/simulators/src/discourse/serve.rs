//! The forum on a port of loopback.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use tokio::net::TcpListener;

use super::answer::Answer;
use super::profile::{Profile, Settings};
use super::request::Request;
use super::state::Forum;
use crate::clock::Clock;
use crate::fault::FaultPlan;
use crate::server::{BetweenCheckAndWrite, RequestLog, ServeStale, Server};

const CONFLICT: u16 = 409;

#[derive(Debug)]
struct Held {
    forum: Forum,
    /// The state before the latest write, kept only where a fault asks for stale reads.
    before: Option<Forum>,
}

/// The state of a running forum without its server: what hooks of a fault plan should hold. Clones share one state.
#[derive(Debug, Clone)]
pub struct ForumHandle {
    held: Arc<Mutex<Held>>,
    clock: Clock,
    faults: FaultPlan,
}

impl ForumHandle {
    /// Reads or changes the forum at the clock's present time.
    pub fn with<T>(&self, work: impl FnOnce(&mut Forum) -> T) -> T {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.forum.now = self.clock.now();
        work(&mut held.forum)
    }

    fn answer(&self, request: &Request, stale: bool) -> Answer {
        let now = self.clock.now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if request.is_write() && self.faults.wants_stale_reads() {
            held.before = Some(held.forum.clone());
        }
        if stale
            && !request.is_write()
            && let Some(before) = &mut held.before
        {
            before.now = now;
            return before.handle(request);
        }
        held.forum.now = now;
        held.forum.handle(request)
    }

    /// Checks a write, lets somebody else write, and carries it out without another look: the forum's check has no lock.
    fn answer_in_two_steps(&self, request: &Request, between: &BetweenCheckAndWrite) -> Answer {
        let checked = self.with(|forum| forum.clone().handle(request));
        if checked.status == CONFLICT {
            return checked;
        }
        (between.0)();
        self.answer(&request.without_what_it_started_from(), false)
    }
}

/// A running forum. Dropping it closes the port.
#[derive(Debug)]
pub struct Discourse {
    handle: ForumHandle,
    server: Server,
}

impl Discourse {
    /// Serves an empty forum of this profile with default settings and the real time.
    ///
    /// # Errors
    /// The listener cannot be bound.
    pub async fn start(profile: Profile) -> io::Result<Self> {
        let clock = Clock::default();
        let forum = Forum::new(profile, Settings::default(), clock.now());
        Self::serve(forum, FaultPlan::new(), clock).await
    }

    /// Serves a prepared forum on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// The listener cannot be bound.
    pub async fn serve(forum: Forum, faults: FaultPlan, clock: Clock) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        Self::serve_on(listener, forum, faults, clock)
    }

    /// Serves a prepared forum on a listener that is bound already.
    ///
    /// # Errors
    /// The listener has no local address.
    pub fn serve_on(listener: TcpListener, mut forum: Forum, faults: FaultPlan, clock: Clock) -> io::Result<Self> {
        forum.origin = format!("http://{}", listener.local_addr()?);
        let held = Arc::new(Mutex::new(Held { forum, before: None }));
        let handle = ForumHandle { held, clock: clock.clone(), faults: faults.clone() };
        let app = Router::new().fallback(respond).with_state(handle.clone());
        let server = Server::start_on(listener, app, faults, clock)?;
        Ok(Self { handle, server })
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// The server, for its address and for dropping connections.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// What goes wrong.
    #[must_use]
    pub fn faults(&self) -> &FaultPlan {
        self.server.faults()
    }

    /// What was asked.
    #[must_use]
    pub fn log(&self) -> &RequestLog {
        self.server.log()
    }

    /// The forum's time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.server.clock()
    }

    /// The state alone, to be held by hooks.
    #[must_use]
    pub fn handle(&self) -> ForumHandle {
        self.handle.clone()
    }

    /// Reads or changes the forum at the clock's present time.
    pub fn with<T>(&self, work: impl FnOnce(&mut Forum) -> T) -> T {
        self.handle.with(work)
    }
}

async fn respond(State(handle): State<ForumHandle>, request: HttpRequest) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let stale = parts.extensions.get::<ServeStale>().is_some();
    let between = parts.extensions.get::<BetweenCheckAndWrite>().cloned();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let path = parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string);
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let request = Request::new(parts.method.as_str(), &path, headers, &bytes);
    let is_head = request.method == "HEAD";
    let answer = match between {
        Some(between) => handle.answer_in_two_steps(&request, &between),
        None => handle.answer(&request, stale),
    };
    let mut response = Response::new(if is_head { Body::empty() } else { Body::from(answer.body) });
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(kind) = answer.content_type.and_then(|kind| HeaderValue::try_from(kind).ok()) {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
