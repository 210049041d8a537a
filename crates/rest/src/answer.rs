//! What came back.

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Failure, FailureKind, link};

/// An answer with a status below 500. The body is whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The address that answered, after redirects.
    pub url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) write: bool,
}

impl Answer {
    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header's value, by name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body, owned.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.body
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether the server calls the body JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
    }

    /// Whether the body is a web page.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
    }

    /// The body as JSON. Depth is bounded by the parser (128).
    ///
    /// # Errors
    /// `Portal` for a web page, `Malformed` for what does not parse; after a write both say that it may have been done.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        if self.is_page() {
            // A portal answers in the site's place, so a write never reached the site; but it cannot be told from a proxy's page after it did.
            return Err(self.failure(FailureKind::Portal, "a web page came where an answer of the site was due"));
        }
        let bytes = self.body.strip_prefix(b"while(1);").unwrap_or(&self.body);
        serde_json::from_slice(bytes).map_err(|error| {
            self.failure(FailureKind::Malformed, format!("an answer could not be understood: {error}"))
        })
    }

    /// Where a paged list goes on (`Link`, rel `next`), if on the same origin.
    ///
    /// # Errors
    /// `Malformed` for an address that cannot be read, `BadAddress` for one on another origin.
    pub fn next(&self) -> Result<Option<Url>, Failure> {
        let Some(header) = self.header("link") else { return Ok(None) };
        let Some(address) = link::target(header, "next") else { return Ok(None) };
        let url = self
            .url
            .join(address)
            .map_err(|_| Failure::new(FailureKind::Malformed, "the address of the next page cannot be read"))?;
        if url.origin() == self.url.origin() {
            Ok(Some(url))
        } else {
            Err(Failure::new(FailureKind::BadAddress, "the next page is said to be on another site"))
        }
    }

    /// A failure with this answer's status and the start of its body.
    pub fn failure(&self, kind: FailureKind, words: impl Into<String>) -> Failure {
        let mut failure = Failure::new(kind, words).unknown_if(self.write && (self.is_success() || self.status >= 500));
        failure.status = Some(self.status);
        failure.body = Some(String::from_utf8_lossy(&self.body[..self.body.len().min(4096)]).into_owned());
        failure
    }
}
