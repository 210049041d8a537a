//! From HTTP to [`Call`] and back: tokens, the throttle, conditional reads, headers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::call::{Call, nested, pairs};
use super::model::{FileState, TokenState};
use super::reply::{Content, Outcome, Reply, no_route};
use super::state::State;
use super::throttle::Bucket;
use super::upload::Part;
use crate::clock::Clock;
use crate::fault::FaultPlan;
use crate::server::ServeStale;

/// What the request handler shares with the control surface.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) now: Arc<Mutex<State>>,
    /// The state before the latest write, kept while a plan asks for stale reads.
    before: Arc<Mutex<Option<State>>>,
    pub(super) clock: Clock,
    faults: FaultPlan,
    pub(super) base: Arc<str>,
}

impl Site {
    pub(super) fn new(clock: Clock, faults: FaultPlan, base: &str) -> Self {
        Self { now: Arc::default(), before: Arc::default(), clock, faults, base: base.into() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the present state for stale reads, where they are asked for. Called before each write.
    pub(super) fn remember(&self, state: &State) {
        if self.faults.wants_stale_reads() {
            *self.before.lock().unwrap_or_else(PoisonError::into_inner) = Some(state.clone());
        }
    }
}

pub(super) fn router(site: Site) -> Router {
    Router::new().fallback(handle).with_state(site)
}

async fn handle(Shared(site): Shared<Site>, request: Request) -> Response<Body> {
    let key = token_of(&request).unwrap_or_default();
    let (admitted, latency) = {
        let mut state = site.lock();
        let (rules, now) = (state.settings.throttle, site.clock.now());
        let admitted = state.buckets.entry(key.clone()).or_insert_with(|| Bucket::new(now)).admit(now, &rules);
        (admitted, state.settings.latency)
    };
    let accept = text_of(request.headers(), header::ACCEPT);
    let known = text_of(request.headers(), header::IF_NONE_MATCH);
    let method = request.method().as_str().to_owned();
    let (reply, user) = if admitted {
        if let Some(latency) = latency {
            tokio::time::sleep(latency).await;
        }
        let stale = request.extensions().get::<ServeStale>().is_some();
        match read(&site, request).await {
            Ok(incoming) => run(&site, incoming, stale),
            Err(reply) => (*reply, 0),
        }
    } else {
        (refused(site.lock().settings.throttle.send_429), 0)
    };
    let mut state = site.lock();
    let (rules, now) = (state.settings.throttle, site.clock.now());
    let bucket = state.buckets.entry(key).or_insert_with(|| Bucket::new(now));
    if admitted {
        bucket.settle(now, &rules);
    }
    let remaining = bucket.remaining(&rules);
    drop(state);
    let mut response = write(reply, &accept, &known, method == "GET" || method == "HEAD");
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set("x-rate-limit-remaining", format!("{remaining:?}"));
    set("x-request-context-id", super::state::opaque(&["request", &now.timestamp_micros().to_string()], 36));
    if admitted {
        set("x-request-cost", format!("{:?}", rules.cost));
    }
    if user > 0 {
        set("x-canvas-user-id", (10_000_000_000_000 + user).to_string());
    }
    response
}

struct Incoming {
    call: Call,
    api: bool,
    has_agent: bool,
    authorization: Option<String>,
    parts: Vec<Part>,
}

async fn read(site: &Site, request: Request) -> Result<Incoming, Box<Reply>> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let query = pairs(request.uri().query().unwrap_or_default());
    let headers = request.headers().clone();
    let kind = text_of(&headers, header::CONTENT_TYPE);
    let (api, rest) = path.strip_prefix("/api/v1/").map_or((false, path.trim_start_matches('/')), |rest| (true, rest));
    let rest = rest.strip_suffix(".json").filter(|_| api).unwrap_or(rest);
    let parts = rest
        .trim_end_matches('/')
        .split('/')
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    let mut form = Vec::new();
    let body = if kind.starts_with("multipart/form-data") {
        form = multipart(request).await?;
        let fields = form.iter().filter(|p: &&Part| !p.is_file);
        nested(fields.map(|p| (p.name.clone(), String::from_utf8_lossy(&p.bytes).into_owned())).collect())
    } else {
        let bytes = to_bytes(request.into_body(), usize::MAX).await.map_err(|_| malformed())?;
        if bytes.is_empty() {
            json!({})
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            nested(pairs(&String::from_utf8_lossy(&bytes)))
        } else {
            serde_json::from_slice(&bytes).map_err(|_| malformed())?
        }
    };
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let call = Call { method, parts, query, body, user: 0, base: site.base.to_string(), now: site.clock.now() };
    Ok(Incoming { call, api, has_agent: headers.contains_key(header::USER_AGENT), authorization, parts: form })
}

async fn multipart(request: Request) -> Result<Vec<Part>, Box<Reply>> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| malformed())?;
    let mut out = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.map_err(|_| malformed())?.to_vec();
        out.push(Part { name, is_file, bytes });
    }
    Ok(out)
}

fn run(site: &Site, incoming: Incoming, stale: bool) -> (Reply, i64) {
    let mut state = site.lock();
    let Incoming { mut call, api, has_agent, authorization, parts } = incoming;
    if state.settings.require_user_agent && !has_agent {
        return (Reply::bytes(403, "text/plain; charset=utf-8", b"403 Forbidden\n".to_vec()), 0);
    }
    if !api {
        return (
            outside_the_api(site, &mut state, &call, parts, authorization.is_some()).unwrap_or_else(|reply| *reply),
            0,
        );
    }
    let user = match sign_in(&state, &call, authorization.as_deref()) {
        Ok(user) => user,
        // The last step of an upload is opened by its own secret: canvasapi follows the redirect to it without a token.
        Err(_)
            if authorization.is_none()
                && matches!(call.parts.as_slice(), [files, _, last] if files == "files" && last == "create_success") =>
        {
            0
        }
        Err(reply) => return (*reply, 0),
    };
    call.user = user;
    drop_names(&mut call.body, &state.settings.drops);
    let reads = matches!(call.method.as_str(), "GET" | "HEAD");
    let outcome = if stale && reads {
        let mut before = site.before.lock().unwrap_or_else(PoisonError::into_inner);
        match before.as_mut() {
            Some(before) => before.answer(&call),
            None => state.answer(&call),
        }
    } else {
        if !reads {
            site.remember(&state);
        }
        state.answer(&call)
    };
    (outcome.unwrap_or_else(|reply| *reply), user)
}

/// Takes names out of a request's body, at the top and in its wrapper.
fn drop_names(body: &mut Value, names: &[String]) {
    let Some(object) = body.as_object_mut() else { return };
    object.retain(|name, _| !names.contains(name));
    for inner in object.values_mut().filter_map(Value::as_object_mut) {
        inner.retain(|name, _| !names.contains(name));
    }
}

/// Downloads and the storage of uploads, where a token is worth nothing.
fn outside_the_api(site: &Site, state: &mut State, call: &Call, parts: Vec<Part>, with_token: bool) -> Outcome {
    let path: Vec<&str> = call.parts.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("POST", ["files_api"]) => {
            site.remember(state);
            state.receive_upload(call, parts, with_token)
        }
        // The formula stands twice encoded in the path, of which once is undone already (contract 7.1).
        ("GET" | "HEAD", ["equation_images", once]) => {
            let formula = percent_decode_str(once).decode_utf8_lossy();
            let picture = state.equations.get(&super::control::equation_name(&formula)).ok_or_else(no_route)?;
            Ok(Reply::bytes(200, "image/png", picture.clone()))
        }
        ("GET" | "HEAD", ["files", id, "download"] | ["courses", _, "files", id, "download" | "preview"]) => {
            state.download(call, id)
        }
        ("GET" | "HEAD", ["courses", _, "files", id]) if call.query("verifier").is_some() => state.download(call, id),
        ("GET" | "HEAD", ["images", "thumbnails", id, verifier]) => {
            let file = id.parse().ok().and_then(|id| state.file(id)).map(|(_, file)| file);
            match file.filter(|file| file.state == FileState::Available && file.verifier == *verifier) {
                Some(file) => Ok(Reply::bytes(200, &file.content_type, file.bytes.to_vec())),
                None => Err(no_route()),
            }
        }
        _ => Err(no_route()),
    }
}

/// Who a token belongs to (contract 1.4; the recorded folder `auth`). Only `Bearer` in this spelling counts.
fn sign_in(state: &State, call: &Call, authorization: Option<&str>) -> Result<i64, Box<Reply>> {
    let sent = authorization.and_then(|a| a.strip_prefix("Bearer ")).or_else(|| call.query("access_token"));
    let refuse =
        |body: Value| Box::new(Reply::with(401, body).header("www-authenticate", "Bearer realm=\"canvas-lms\""));
    let Some(sent) = sent else {
        let body = json!({"status": "unauthenticated", "errors": [{"message": "user authorization required"}]});
        let mut reply = refuse(body);
        reply.headers.push(("pragma", "no-cache".to_owned()));
        return Err(reply);
    };
    let Some(token) = state.tokens.get(sent) else {
        return Err(refuse(json!({"errors": [{"message": "Invalid access token."}]})));
    };
    match token.state {
        TokenState::Expired(at) => {
            Err(refuse(json!({"errors": [{"message": "Expired access token.", "expired_at": super::call::stamp(at)}]})))
        }
        TokenState::Revoked => Err(refuse(json!({"errors": [{"message": "Revoked access token."}]}))),
        TokenState::Good => match call.query("as_user_id") {
            None => Ok(token.user),
            Some(other) => {
                let admin = state.users.get(&token.user).is_some_and(|u| u.admin);
                let other = other.parse().ok().filter(|id| admin && state.users.contains_key(id));
                other.ok_or_else(|| Box::new(Reply::with(401, json!({"errors": "Invalid as_user_id"}))))
            }
        },
    }
}

fn token_of(request: &Request) -> Option<String> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    header.map(str::to_owned)
}

fn refused(send_429: bool) -> Reply {
    let (status, line) = if send_429 { (429, "429 Too Many Requests") } else { (403, "403 Forbidden") };
    Reply::bytes(status, "text/plain; charset=utf-8", format!("{line} (Rate Limit Exceeded)\n").into_bytes())
}

fn malformed() -> Box<Reply> {
    let text = "500 Internal Server Error\nIf you are the administrator of this website, then please read this web application's log file \
                and/or the web server's log file to find out what went wrong.";
    Box::new(Reply::bytes(500, "text/plain; charset=utf-8", text.as_bytes().to_vec()))
}

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The answer as bytes: `<`, `>` and `&` escaped in JSON, a weak ETag on what succeeded, 304 where the client has it.
fn write(reply: Reply, accept: &str, known: &str, reads: bool) -> Response<Body> {
    let (kind, bytes, json) = match reply.content {
        Content::Json(mut value) => {
            if Call::wants_string_ids(accept) {
                ids_as_strings(&mut value);
            }
            let text = value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
            ("application/json; charset=utf-8".to_owned(), text.into_bytes(), true)
        }
        Content::Bytes(kind, bytes) => (kind, bytes, false),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set("content-type", &kind);
    for (name, value) in &reply.headers {
        set(name, value);
    }
    let mut unchanged = false;
    if json && matches!(reply.status, 200 | 201) {
        let hash: String = Sha1::digest(&bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let tag = format!("W/\"{hash}\"");
        unchanged = reads && known.split(',').any(|k| k.trim() == tag);
        set("etag", &tag);
        set("cache-control", "max-age=0, private, must-revalidate");
    } else {
        set("cache-control", "no-cache, no-store");
    }
    *response.headers_mut() = headers;
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().remove(header::CONTENT_TYPE);
    } else {
        *response.body_mut() = Body::from(bytes);
    }
    response
}

fn ids_as_strings(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(ids_as_strings),
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if key == "id" || key.ends_with("_id") {
                    if let Some(id) = value.as_i64() {
                        *value = Value::String(id.to_string());
                        continue;
                    }
                } else if key.ends_with("_ids")
                    && let Some(list) = value.as_array_mut()
                {
                    list.iter_mut().filter(|id| id.is_i64()).for_each(|id| *id = Value::String(id.to_string()));
                }
                ids_as_strings(value);
            }
        }
        _ => {}
    }
}
