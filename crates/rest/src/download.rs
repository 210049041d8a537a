//! Files and images, which may lie on other hosts.

use reqwest::header::{ACCEPT, LOCATION};
use tokio::time::Instant;
use url::{Host, Url};

use crate::client::is_loopback;
use crate::request::receive;
use crate::{Answer, Client, Failure, FailureKind};

/// Redirects followed for one file: Canvas's storage takes up to two (contract canvas 7.3).
const REDIRECTS: u32 = 3;

/// A file as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// HTTP status of the last answer.
    pub status: u16,
    /// Content type as the server said it, empty where it said none.
    pub content_type: String,
    /// Bytes.
    pub bytes: Vec<u8>,
}

impl Client {
    /// Fetches a file from this site or another. The key goes to the site's own origin only, and is dropped by the first redirect away.
    ///
    /// # Errors
    /// `BadAddress` for another site's address that is no HTTPS address with a name (a body is written by anybody: it must not reach into this
    /// network), `Malformed` beyond `limit` bytes, and those of sending.
    pub async fn download(&self, address: &str, limit: usize) -> Result<Download, Failure> {
        let bad = |words: &str| Failure::new(FailureKind::BadAddress, words);
        let mut url = self.inner.base.join(address).map_err(|_| bad("an address cannot be read"))?;
        for _ in 0..=REDIRECTS {
            if !self.may_fetch(&url) {
                return Err(bad("that address is not one that files are fetched from"));
            }
            let answer = self.fetch(url.clone(), limit).await?;
            let location = (301..=308).contains(&answer.status).then(|| answer.headers.get(LOCATION)).flatten();
            let Some(location) = location else {
                if answer.status >= 500 {
                    return Err(answer.failure(FailureKind::Down, format!("the site answered {}", answer.status)));
                }
                let content_type = answer.header("content-type").unwrap_or_default().to_owned();
                return Ok(Download { status: answer.status, content_type, bytes: answer.body });
            };
            let target = location.to_str().ok().and_then(|location| url.join(location).ok());
            url = target.ok_or_else(|| bad("a file's address cannot be read"))?;
        }
        Err(bad("a file is redirected too often"))
    }

    fn may_fetch(&self, url: &Url) -> bool {
        let named = matches!(url.host(), Some(Host::Domain(name)) if name != "localhost" && name.contains('.'));
        self.is_own(url)
            || url.scheme() == "https" && named
            || is_loopback(&self.inner.base) && is_loopback(url) && url.scheme() == "http"
    }

    async fn fetch(&self, url: Url, limit: usize) -> Result<Answer, Failure> {
        let inner = &self.inner;
        let own = self.is_own(&url);
        let mut request = inner.http.get(url.clone()).header(ACCEPT, "*/*");
        if own {
            request = request.headers(inner.auth.clone());
        }
        let _place = tokio::select! {
            biased;
            () = inner.stop.cancelled() => return Err(Failure::stopped()),
            place = inner.places.acquire() => place.map_err(|_| Failure::stopped())?,
        };
        let started = if own { self.take_turn().await? } else { Instant::now() };
        inner.meter.sent(false, 0);
        let result = tokio::select! {
            result = receive(self, request, limit, false) => result,
            () = inner.stop.cancelled() => Err(Failure::stopped()),
        };
        tracing::debug!(own, host = url.host_str(), millis = started.elapsed().as_millis() as u64, "file");
        let (status, headers, body) = result?;
        Ok(Answer { status, url, headers, body, write: false })
    }
}
