//! Bytes sent to a storage that a site names, which may lie on another host.

use std::time::Duration;

use reqwest::header::{ACCEPT, LOCATION};
use reqwest::multipart::{Form, Part};
use tokio::time::Instant;
use url::Url;

use crate::client::{is_loopback, is_safe};
use crate::request::receive;
use crate::{Answer, Client, Failure, FailureKind};

/// A large file on a slow line takes longer than any other request.
const LONGEST: Duration = Duration::from_secs(900);

/// A file to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// The form's name of the file.
    pub field: &'a str,
    /// The file's own name.
    pub name: &'a str,
    /// Content type.
    pub content_type: &'a str,
    /// Bytes.
    pub bytes: &'a [u8],
}

impl Client {
    /// Sends a form with a file as its last part to a storage. The key is never sent there, for the storage is another's (contract canvas 7.1), and a
    /// redirect is not followed: its `Location` is the caller's next step.
    ///
    /// # Errors
    /// `BadAddress` for an address that is neither HTTPS nor beside a site on this machine, and those of sending; `maybe_done` where the bytes may have arrived.
    pub async fn upload(
        &self,
        address: &str,
        form: &[(String, String)],
        file: Outgoing<'_>,
    ) -> Result<Answer, Failure> {
        let bad = |words: &str| Failure::new(FailureKind::BadAddress, words);
        let url = self.inner.base.join(address).map_err(|_| bad("an address cannot be read"))?;
        let inner = &self.inner;
        if !is_safe(&url) || is_loopback(&url) && !is_loopback(&inner.base) {
            return Err(bad("that address is not one that files are sent to"));
        }
        let size = file.bytes.len();
        let part = Part::bytes(file.bytes.to_vec()).file_name(file.name.to_owned()).mime_str(file.content_type);
        let part = part.map_err(|_| Failure::new(FailureKind::Malformed, "a content type cannot be read"))?;
        let whole = form.iter().fold(Form::new(), |whole, (name, value)| whole.text(name.clone(), value.clone()));
        let request = inner
            .http
            .post(url.clone())
            .header(ACCEPT, "*/*")
            .multipart(whole.part(file.field.to_owned(), part))
            .timeout(LONGEST);
        let _place = tokio::select! {
            biased;
            () = inner.stop.cancelled() => return Err(Failure::stopped()),
            place = inner.places.acquire() => place.map_err(|_| Failure::stopped())?,
        };
        inner.meter.sent(true, size);
        let started = Instant::now();
        let result = tokio::select! {
            result = receive(self, request, inner.limits.body, true) => result,
            () = inner.stop.cancelled() => Err(Failure::stopped().unknown_if(true)),
        };
        tracing::debug!(host = url.host_str(), bytes = size, millis = started.elapsed().as_millis() as u64, "upload");
        let (status, headers, body) = result?;
        let answer = Answer { status, url, headers, body, write: true };
        if status >= 500 {
            return Err(answer.failure(FailureKind::Down, format!("the storage answered {status}")));
        }
        Ok(answer)
    }
}

impl Answer {
    /// Where a redirect, or the answer to a creation, leads; a whole address.
    #[must_use]
    pub fn location(&self) -> Option<Url> {
        self.headers.get(LOCATION)?.to_str().ok().and_then(|location| self.url.join(location).ok())
    }
}
