//! What an unwelcome answer of Discourse means (contract 1.3). Texts are in the person's language and never compared.

use std::time::Duration;

use domain::{RemoteError, RemoteErrorKind};
use rest::{Answer, Failure, FailureKind, Window};
use serde_json::Value;

/// The limits of requests by the code that a refusal names (contract 3.2). Limits on actions name none.
pub(crate) const WINDOWS: &[Window] = &[
    Window { code: "user_api_key_limiter_60_secs", span: Duration::from_secs(60), counts_refused: false },
    Window { code: "admin_api_key_rate_limit", span: Duration::from_secs(60), counts_refused: false },
    Window { code: "ip_10_secs_limit", span: Duration::from_secs(10), counts_refused: true },
    Window { code: "ip_60_secs_limit", span: Duration::from_secs(60), counts_refused: true },
];
/// How a code ends whose limit is of a day: nobody waits for that, and nobody asks before it is over (contract 3.3).
pub(crate) const DAY: &str = "_1_day";
/// How long a refusal without a time is waited for at least (contract 3.3).
pub(crate) const UNNAMED_WAIT: Duration = Duration::from_secs(60);
pub(crate) const LIMIT_HEADER: &str = "discourse-rate-limit-error-code";

/// A failure of a write: a limit on this sort of action concerns this item alone (contract 3.4), any other as in [`from_failure`].
pub(crate) fn from_write_failure(failure: Failure) -> RemoteError {
    let of_an_action = failure.kind == FailureKind::Throttled && failure.limit.is_none();
    let said = failure.body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
    match (failure.wait, said) {
        // A proxy's refusal is no JSON.
        (Some(wait), Some(said)) if of_an_action && said.get("error_type").is_some() => {
            RemoteError::new(RemoteErrorKind::Later(wait.as_secs().max(1)), words(&said).unwrap_or(failure.words))
        }
        _ => from_failure(failure),
    }
}

/// A failure of sending, in the engine's words.
pub(crate) fn from_failure(failure: Failure) -> RemoteError {
    let kind = match failure.kind {
        FailureKind::Unreachable => RemoteErrorKind::Unreachable,
        FailureKind::BadAddress => RemoteErrorKind::WrongSite,
        FailureKind::Portal => RemoteErrorKind::Portal,
        FailureKind::Throttled => RemoteErrorKind::Throttled,
        FailureKind::Down => RemoteErrorKind::Down,
        FailureKind::Malformed => RemoteErrorKind::Malformed,
        FailureKind::Stopped => RemoteErrorKind::Stopped,
    };
    // A site in read-only mode says so with a 503 (contract 1.4): then nothing was done, whatever a 5xx may mean otherwise.
    let said = failure.body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
    if kind == RemoteErrorKind::Down
        && let Some(said) = said.filter(|said| said.get("error_type").and_then(Value::as_str) == Some("read_only"))
    {
        return RemoteError::new(kind, words(&said).unwrap_or(failure.words));
    }
    RemoteError { maybe_done: failure.maybe_done, ..RemoteError::new(kind, failure.words).after(failure.wait) }
}

/// An answer that is no success, as an error. None of these statuses leaves a write done.
pub(crate) fn from_answer(answer: &Answer) -> RemoteError {
    let body: Option<Value> = serde_json::from_slice(answer.bytes()).ok();
    let said = body.as_ref().and_then(words);
    let page = answer.is_page();
    let (kind, fallback) = match answer.status {
        403 if page => (RemoteErrorKind::Portal, "a web page came where an answer of the forum was due"),
        401 | 403 => (RemoteErrorKind::Forbidden, "the forum does not allow it"),
        404 | 410 if page => (RemoteErrorKind::WrongSite, "there is no Discourse at that address"),
        404 | 410 => (RemoteErrorKind::NotFound, "the forum does not have it"),
        400 | 409 | 413 | 422 => (RemoteErrorKind::Refused, "the forum refused it without saying why"),
        _ => (RemoteErrorKind::Malformed, "the forum gave an answer that has no meaning here"),
    };
    RemoteError::new(kind, said.unwrap_or_else(|| format!("{fallback} ({})", answer.status)))
}

/// The server's sentences, one after the other.
fn words(body: &Value) -> Option<String> {
    let said: Vec<&str> = body.get("errors")?.as_array()?.iter().filter_map(Value::as_str).collect();
    (!said.is_empty()).then(|| said.join("; "))
}
