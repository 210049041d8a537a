//! Why a request did not bring an answer.

use std::time::Duration;

/// Sorts of failure. A status below 500 that is no throttle is an [`crate::Answer`], not a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// No server answers at that address: name unknown, refused, no network, timed out, cut off.
    Unreachable,
    /// The address is not one that may be asked: no HTTPS, or not on the account's own site.
    BadAddress,
    /// A web page, or the way to another host, came where an answer of the site was due.
    Portal,
    /// Too many requests, also after waiting.
    Throttled,
    /// The site has trouble: 5xx.
    Down,
    /// An answer that cannot be understood, or is larger than it may be.
    Malformed,
    /// The person stopped it.
    Stopped,
}

/// A request that brought no answer to work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Failure {
    /// What sort.
    pub kind: FailureKind,
    /// The system's or site's words, without secrets.
    pub words: String,
    /// Whether the request may have been carried out all the same: a write whose answer was lost, or that answered 5xx.
    pub maybe_done: bool,
    /// The status, where one came.
    pub status: Option<u16>,
    /// The start of the body, where one came, for sites that say in it what is wrong (Discourse's `read_only`).
    pub body: Option<String>,
    /// How long the site asked to wait.
    pub wait: Option<Duration>,
    /// Which of its limits was met, where it says so in the budget's header.
    pub limit: Option<String>,
}

impl Failure {
    /// A failure of a request that was certainly not carried out.
    pub fn new(kind: FailureKind, words: impl Into<String>) -> Self {
        Self { kind, words: words.into(), maybe_done: false, status: None, body: None, wait: None, limit: None }
    }

    /// The same, with the outcome unknown where `write` is true.
    #[must_use]
    pub(crate) fn unknown_if(mut self, write: bool) -> Self {
        self.maybe_done |= write;
        self
    }

    pub(crate) fn stopped() -> Self {
        Self::new(FailureKind::Stopped, "stopped")
    }

    /// From the HTTP library, without the address, whose query may carry what nobody should read.
    pub(crate) fn transport(error: reqwest::Error, write: bool) -> Self {
        let error = error.without_url();
        let before_sending = error.is_connect() || error.is_builder();
        let words = if error.is_timeout() {
            "the site did not answer in time".to_owned()
        } else if error.is_connect() {
            format!("no connection: {}", innermost(&error))
        } else {
            format!("the connection was lost: {}", innermost(&error))
        };
        Self::new(FailureKind::Unreachable, words).unknown_if(write && !before_sending)
    }
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
