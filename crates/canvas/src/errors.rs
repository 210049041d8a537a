//! What an unwelcome answer of Canvas means (contract 1.4).

use domain::{RemoteError, RemoteErrorKind};
use rest::{Answer, Failure, FailureKind};
use serde_json::Value;

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
    let said = failure.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).and_then(|body| words(&body));
    let words = match said {
        Some(said) if kind == RemoteErrorKind::Down => format!("{} ({said})", failure.words),
        _ => failure.words,
    };
    RemoteError { maybe_done: failure.maybe_done, ..RemoteError::new(kind, words).after(failure.wait) }
}

/// An answer that is no success, as an error. Only 401 with `WWW-Authenticate` says that the token is dead; any other 401 or 403 is about this
/// person and this object. None of these statuses leaves a write done.
pub(crate) fn from_answer(answer: &Answer) -> RemoteError {
    let said = serde_json::from_slice(answer.bytes()).ok().and_then(|body: Value| words(&body));
    let page = answer.is_page();
    let (kind, fallback) = match answer.status {
        401 if answer.header("www-authenticate").is_some() => {
            (RemoteErrorKind::SignIn, "Canvas does not accept the access token")
        }
        401 | 403 if page => (RemoteErrorKind::Portal, "a web page came where an answer of Canvas was due"),
        401 | 403 => (RemoteErrorKind::Forbidden, "Canvas does not allow it"),
        404 | 410 if page => (RemoteErrorKind::WrongSite, "there is no Canvas at that address"),
        404 | 410 => (RemoteErrorKind::NotFound, "Canvas does not have it"),
        400 | 406 | 409 | 411..=417 | 422 => (RemoteErrorKind::Refused, "Canvas refused it without saying why"),
        _ => (RemoteErrorKind::Malformed, "Canvas gave an answer that has no meaning here"),
    };
    RemoteError::new(kind, said.unwrap_or_else(|| format!("{fallback} ({})", answer.status)))
}

/// The attributes that a validation error is about, as Canvas names them.
pub(crate) fn attributes(answer: &Answer) -> Vec<String> {
    let body: Option<Value> = serde_json::from_slice(answer.bytes()).ok();
    let errors = body.as_ref().and_then(|body| body.get("errors")).and_then(Value::as_object);
    errors.map(|errors| errors.keys().cloned().collect()).unwrap_or_default()
}

/// The server's words out of any of the shapes that it puts them in.
pub(crate) fn words(body: &Value) -> Option<String> {
    let said = match body.get("errors") {
        Some(Value::Object(attributes)) => {
            attributes.iter().flat_map(|(attribute, errors)| about(attribute, errors)).collect::<Vec<_>>()
        }
        Some(Value::Array(errors)) => errors.iter().flat_map(|error| about("base", error)).collect(),
        Some(Value::String(error)) => vec![error.clone()],
        _ => body.get("message").and_then(Value::as_str).map(str::to_owned).into_iter().collect(),
    };
    let mut said: Vec<String> = said.into_iter().filter(|words| !words.trim().is_empty()).collect();
    said.dedup();
    (!said.is_empty()).then(|| said.join("; "))
}

fn about(attribute: &str, error: &Value) -> Vec<String> {
    match error {
        Value::Array(errors) => errors.iter().flat_map(|error| about(attribute, error)).collect(),
        Value::String(message) => vec![sentence(attribute, message)],
        Value::Object(error) => {
            let message = error.get("message").and_then(Value::as_str).map(str::to_owned);
            let field = error.get("field").and_then(Value::as_str);
            match (message, error.iter().next()) {
                (Some(message), _) => vec![sentence(field.unwrap_or(attribute), &message)],
                // `{"page":"Invalid page; ..."}`: a list's element that is its own attribute.
                (None, Some((name, Value::String(message)))) => vec![sentence(name, message)],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// "can't be blank" needs its subject; "Title can't be blank" has it.
fn sentence(attribute: &str, message: &str) -> String {
    let bare = message.chars().next().is_some_and(char::is_lowercase);
    if attribute == "base" || !bare {
        return message.to_owned();
    }
    let name = attribute.rsplit(['[', '.']).next().unwrap_or(attribute).trim_end_matches(']').replace('_', " ");
    let mut letters = name.chars();
    let name = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default();
    format!("{name} {message}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::words;

    #[test]
    fn each_shape_of_a_refusal_gives_its_words() {
        let cases = [
            (
                json!({"errors": {"title": [{"attribute": "title", "message": "Title can't be blank", "type": "blank"}]}}),
                "Title can't be blank",
            ),
            (
                json!({"errors": {"due_at": [{"attribute": "due_at", "message": "must be between availability dates"}]}}),
                "Due at must be between availability dates",
            ),
            (
                json!({"errors": {"base": [{"attribute": null, "message": "cannot change column(s): body - locked by Master Course"}]}}),
                "cannot change column(s): body - locked by Master Course",
            ),
            (
                json!({"errors": [{"field": "search_term", "code": "invalid", "message": "3 or more characters is required"}]}),
                "3 or more characters is required",
            ),
            (
                json!({"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}),
                "user not authorized to perform that action",
            ),
            (json!({"message": "page not found"}), "page not found"),
            (json!({"errors": "Invalid as_user_id"}), "Invalid as_user_id"),
            (json!({"errors": {"published": "cannot be changed"}}), "Published cannot be changed"),
            (
                json!({"errors": {"assignment[due_at]": [{"message": "Invalid datetime for due_at"}]}}),
                "Invalid datetime for due_at",
            ),
            (json!({"errors": [{"page": "Invalid page"}]}), "Invalid page"),
        ];
        for (body, expected) in cases {
            assert_eq!(words(&body).as_deref(), Some(expected), "{body}");
        }
        for nothing in [json!({}), json!([]), json!({"errors": []}), json!({"errors": {}}), json!("x")] {
            assert_eq!(words(&nothing), None, "{nothing}");
        }
    }
}
