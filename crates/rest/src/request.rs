//! One request, from its parts to its answer.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION, RETRY_AFTER};
use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use crate::{Answer, Client, Failure, FailureKind, Outgoing, pace};

/// HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads; may be sent again.
    Get,
    /// Reads the headers alone; may be sent again.
    Head,
    /// Writes; sent once.
    Post,
    /// Writes; sent once.
    Put,
    /// Writes; sent once.
    Delete,
}

impl Method {
    fn name(self) -> reqwest::Method {
        match self {
            Self::Get => reqwest::Method::GET,
            Self::Head => reqwest::Method::HEAD,
            Self::Post => reqwest::Method::POST,
            Self::Put => reqwest::Method::PUT,
            Self::Delete => reqwest::Method::DELETE,
        }
    }
}

/// How long a write that is on its way may still take after the person stopped: its answer is worth more than the moment.
const GRACE: Duration = Duration::from_millis(800);

/// A request being put together.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    client: Client,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Option<Result<Vec<u8>, Failure>>,
    body_limit: usize,
    page_is_portal: bool,
}

impl Request {
    pub(crate) fn new(client: Client, method: Method, path: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let body_limit = client.inner.limits.body;
        Self {
            client,
            method,
            path: path.to_owned(),
            query: Vec::new(),
            headers,
            body: None,
            body_limit,
            page_is_portal: true,
        }
    }

    /// Adds a parameter to the address.
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets the body, as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body =
            Some(serde_json::to_vec(body).map_err(|error| Failure::new(FailureKind::Malformed, error.to_string())));
        self
    }

    /// Sets the body: a form with a file as its last part, for a site's own storage. It is sent with the key and waits for the site's limits.
    pub fn file(mut self, form: &[(String, String)], file: Outgoing<'_>) -> Self {
        // No part may hold the line that parts it from the next.
        let holds = |line: &str| file.bytes.windows(line.len()).any(|part| part == line.as_bytes());
        let line = (0u32..).map(|n| format!("lectern-form-{n:08x}")).find(|line| !holds(line)).unwrap_or_default();
        let quoted = |text: &str| text.replace('\\', "%5C").replace('"', "%22").replace(['\r', '\n'], " ");
        let mut body = Vec::with_capacity(file.bytes.len() + 1024);
        for (name, value) in form {
            let part =
                format!("--{line}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{value}\r\n", quoted(name));
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{line}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            quoted(file.field),
            quoted(file.name),
            file.content_type.replace(['\r', '\n'], " ")
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.bytes);
        body.extend_from_slice(format!("\r\n--{line}--\r\n").as_bytes());
        if let Ok(kind) = HeaderValue::from_str(&format!("multipart/form-data; boundary={line}")) {
            self.headers.insert(CONTENT_TYPE, kind);
        }
        self.body = Some(Ok(body));
        self
    }

    /// Sets a header that is no secret.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Asks for the body only if it changed; the answer is 304 if not.
    pub fn if_none_match(mut self, etag: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(etag) {
            self.headers.insert(IF_NONE_MATCH, value);
        }
        self
    }

    /// Bounds the answer's body, in bytes.
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Takes a web page as an answer like any other; without this a page with a 2xx is a portal.
    pub fn any_content(mut self) -> Self {
        self.page_is_portal = false;
        self
    }

    fn is_write(&self) -> bool {
        !matches!(self.method, Method::Get | Method::Head)
    }

    /// Sends it. GETs are sent again after passing failures; anything is sent again after a throttle, which did nothing.
    ///
    /// # Errors
    /// See [`FailureKind`]. Statuses below 500 other than throttles are answers.
    pub async fn send(self) -> Result<Answer, Failure> {
        let mut url = self.client.address(&self.path)?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let body = self.body.clone().transpose()?;
        let limits = self.client.inner.limits;
        let mut retries = 0;
        let mut throttle_wait = limits.throttle_wait;
        let mut throttled = Duration::ZERO;
        loop {
            let failure = match self.once(url.clone(), body.as_deref()).await {
                Ok((answer, left)) => {
                    let retry_after = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                    let now = (self.client.inner.now)();
                    let Some(throttle) = pace::throttle(answer.status, retry_after, &answer.body, now) else {
                        return self.accept(answer);
                    };
                    self.client.narrow();
                    let budget = self.client.inner.budget.as_ref();
                    let limit = budget.and_then(|budget| answer.header(budget.header())).map(str::to_owned);
                    if let Some(budget) = budget {
                        budget.refused(limit.as_deref(), left, Instant::now(), throttle.wait);
                        budget.close(limit.as_deref(), throttle.wait, now);
                    }
                    let unnamed = || limits.throttle_least + self.client.inner.jitter.spread(throttle_wait);
                    let wait = throttle.wait.unwrap_or_else(unnamed);
                    if throttled + wait > limits.throttle_total {
                        let mut failure = answer.failure(FailureKind::Throttled, throttle_words(&answer));
                        failure.wait = throttle.wait;
                        failure.limit = limit;
                        return Err(failure);
                    }
                    tracing::info!(millis = wait.as_millis() as u64, "waiting: the site limits requests");
                    self.client.wait(wait).await?;
                    // A site that says "0 seconds" must not be asked in a tight loop for ever.
                    throttled += wait.max(Duration::from_millis(100));
                    throttle_wait = (throttle_wait * 2).min(Duration::from_secs(30));
                    continue;
                }
                Err(failure) => failure,
            };
            let passing = failure.kind == FailureKind::Unreachable
                || matches!(failure.status, Some(502..=504)) && failure.kind == FailureKind::Down;
            if self.is_write() || !passing || retries >= limits.retries {
                return Err(failure);
            }
            let wait = self.client.inner.jitter.spread(limits.retry_wait * 2u32.pow(retries));
            retries += 1;
            tracing::debug!(retry = retries, reason = %failure.words, "sending again");
            self.client.wait(wait).await?;
        }
    }

    /// A page in the place of an answer is told here, so that no integration forgets it.
    fn accept(&self, answer: Answer) -> Result<Answer, Failure> {
        if self.page_is_portal && answer.is_success() && answer.is_page() {
            let mut failure =
                answer.failure(FailureKind::Portal, "a web page came where an answer of the site was due");
            failure.body = None;
            return Err(failure);
        }
        Ok(answer)
    }

    /// One try, with the redirects that a GET follows within its origin; tells when its last request left.
    async fn once(&self, mut url: Url, body: Option<&[u8]>) -> Result<(Answer, Instant), Failure> {
        let mut redirects = 0;
        loop {
            let (answer, left) = self.exchange(url.clone(), body).await?;
            if answer.status >= 500 {
                let words = format!("the site answered {}", answer.status);
                return Err(answer.failure(FailureKind::Down, words));
            }
            let Some(location) = answer.headers.get(LOCATION).filter(|_| (301..=308).contains(&answer.status)) else {
                return Ok((answer, left));
            };
            let target = location.to_str().ok().and_then(|location| url.join(location).ok());
            let Some(target) = target else {
                return Err(
                    answer.failure(FailureKind::Malformed, "the site sent us to an address that cannot be read")
                );
            };
            if !self.client.is_own(&target) {
                let host = target.host_str().unwrap_or_default();
                let words = format!("something between here and the site sent us to {host}");
                return Err(answer.failure(FailureKind::Portal, words));
            }
            redirects += 1;
            if self.is_write() || redirects > self.client.inner.limits.redirects {
                return Err(answer.failure(FailureKind::Portal, "the site sent us elsewhere instead of answering"));
            }
            url = target;
        }
    }

    async fn exchange(&self, url: Url, body: Option<&[u8]>) -> Result<(Answer, Instant), Failure> {
        let inner = &self.client.inner;
        let write = self.is_write();
        let place = tokio::select! {
            biased;
            () = inner.stop.cancelled() => return Err(Failure::stopped()),
            place = inner.places.acquire() => place.map_err(|_| Failure::stopped())?,
        };
        self.client.wait_for_room().await?;
        let started = self.client.take_turn().await?;
        let mut headers = self.headers.clone();
        headers.extend(inner.auth.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut request = inner.http.request(self.method.name(), url.clone()).headers(headers);
        if let Some(body) = body {
            request = request.body(body.to_vec());
        }
        inner.meter.sent(write, body.map_or(0, <[u8]>::len));
        let exchange = receive(&self.client, request, self.body_limit, write);
        tokio::pin!(exchange);
        let result = tokio::select! {
            result = &mut exchange => result,
            () = inner.stop.cancelled() => {
                let finished = if write { tokio::time::timeout(GRACE, exchange).await.ok() } else { None };
                finished.unwrap_or_else(|| Err(Failure::stopped().unknown_if(write)))
            }
        };
        drop(place);
        let status = result.as_ref().ok().map(|(status, ..)| *status);
        // Query values may name people or carry verifiers: only the path is logged.
        tracing::debug!(
            method = %self.method.name(), host = url.host_str(), path = url.path(), status, write,
            millis = started.elapsed().as_millis() as u64, "request"
        );
        let (status, headers, body) = result?;
        self.client.note_date(&headers);
        let room = headers.get("x-rate-limit-remaining").and_then(|room| room.to_str().ok());
        inner.room.note(room, Instant::now());
        Ok((Answer { status, url, headers, body, write }, started))
    }
}

/// Sends and reads the whole body, bounded.
pub(crate) async fn receive(
    client: &Client,
    request: reqwest::RequestBuilder,
    limit: usize,
    write: bool,
) -> Result<(u16, HeaderMap, Vec<u8>), Failure> {
    let mut response = request.send().await.map_err(|error| Failure::transport(error, write))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Failure::transport(error, write))? {
        client.inner.meter.received(chunk.len());
        if body.len() + chunk.len() > limit {
            let words = format!("an answer is larger than {} MB", limit >> 20);
            return Err(Failure::new(FailureKind::Malformed, words).unknown_if(write));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, headers, body))
}

/// The site's own words of a throttle, where it says more than the bare status.
fn throttle_words(answer: &Answer) -> String {
    let said = serde_json::from_slice::<serde_json::Value>(&answer.body)
        .ok()
        .and_then(|body| Some(body.get("errors")?.get(0)?.as_str()?.to_owned()));
    said.unwrap_or_else(|| "the site takes no more requests for now".to_owned())
}
