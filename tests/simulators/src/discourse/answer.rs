//! The shapes of answers, above all of refusals (contract 1.3).

use serde_json::{Value, json};

/// An answer before it becomes HTTP.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Refused by the framework before a controller ran: such answers do not name the user.
    pub(crate) early: bool,
}

/// A controller's result: refusals travel as errors, so that `?` ends the work.
pub(crate) type Outcome = Result<Answer, Answer>;

const FORBIDDEN: &str = "You are not permitted to view the requested resource.";
const NOT_FOUND: &str = "The requested URL or resource could not be found.";

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: Some("application/json; charset=utf-8".to_owned()),
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
            early: false,
        }
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    /// 200 without a body, as the older writes answer.
    pub(crate) fn empty() -> Self {
        Self::text(200, "")
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self {
            status,
            content_type: Some("text/plain; charset=utf-8".to_owned()),
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
            early: false,
        }
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self { content_type: Some("text/html; charset=utf-8".to_owned()), ..Self::text(status, body) }
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::html(status, &format!("<html><body>You are being <a href=\"{location}\">redirected</a>.</body></html>"))
            .with("Location", location)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn errors(status: u16, errors: &[&str]) -> Self {
        Self::json(status, &json!({ "errors": errors }))
    }

    fn typed(status: u16, error: &str, error_type: &str) -> Self {
        Self::json(status, &json!({ "errors": [error], "error_type": error_type }))
    }

    pub(crate) fn forbidden() -> Self {
        Self::typed(403, FORBIDDEN, "invalid_access")
    }

    /// A bad, revoked, out-of-scope or wrongly named admin key.
    pub(crate) fn bad_key() -> Self {
        Self::typed(403, &format!("{FORBIDDEN} The API username or key is invalid."), "invalid_access")
    }

    pub(crate) fn not_logged_in() -> Self {
        Self::typed(403, "You need to be logged in to do that.", "not_logged_in")
    }

    /// An unsafe verb without any key.
    pub(crate) fn bad_csrf() -> Self {
        Self { early: true, ..Self::text(403, "[\"BAD CSRF\"]") }
    }

    pub(crate) fn not_found() -> Self {
        Self::typed(404, NOT_FOUND, "not_found")
    }

    pub(crate) fn no_route() -> Self {
        Self { early: true, ..Self::not_found() }
    }

    /// A topic's 404 carries a page nobody needs.
    pub(crate) fn topic_not_found(status: u16, error: &str, error_type: &str) -> Self {
        let html =
            "<div class=\"page-not-found\">\n  <h1 class=\"title\">That page is not here or is private.</h1>\n</div>\n";
        let body = json!({
            "errors": [error], "error_type": error_type,
            "extras": { "title": "Page Not Found", "html": html, "group": null },
        });
        Self::json(status, &body)
    }

    pub(crate) fn no_such_topic() -> Self {
        Self::topic_not_found(404, NOT_FOUND, "not_found")
    }

    pub(crate) fn topic_needs_log_in() -> Self {
        Self::topic_not_found(403, "You need to be logged in to do that.", "not_logged_in")
    }

    /// The router's own shape, for instance of an unknown category on create.
    pub(crate) fn bare(status: u16, error: &str) -> Self {
        Self { early: true, ..Self::json(status, &json!({ "status": status, "error": error })) }
    }

    pub(crate) fn server_error() -> Self {
        Self::bare(500, "Internal Server Error")
    }

    pub(crate) fn invalid_parameters(what: &str) -> Self {
        Self::typed(400, &format!("You supplied invalid parameters to the request: {what}"), "invalid_parameters")
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::errors(400, &[&format!("param is missing or the value is empty: {what}")])
    }

    pub(crate) fn edit_conflict() -> Self {
        Self::errors(409, &["That post was edited by another user and your changes can no longer be saved."])
    }

    pub(crate) fn read_only() -> Self {
        Self::typed(503, "The site is in read only mode. Interactions are disabled.", "read_only")
    }

    /// A limit of the application, as JSON.
    pub(crate) fn rate_limited(message: &str, wait: i64, code: Option<&str>) -> Self {
        let left = time_left(wait);
        let body = json!({
            "errors": [message.replace("%{time_left}", &left)],
            "error_type": "rate_limit",
            "extras": { "wait_seconds": wait, "time_left": left },
        });
        let answer = Self::json(429, &body).with("Retry-After", &wait.to_string());
        match code {
            Some(code) => answer.with("Discourse-Rate-Limit-Error-Code", code),
            None => answer,
        }
    }

    /// A limit of the middleware in front: plain text without a content type.
    pub(crate) fn address_limited(wait: i64, code: &str) -> Self {
        let text = format!(
            "Slow down, too many requests from this IP address.\nPlease retry again in {wait} seconds.\nError code: {code}.\n"
        );
        let answer = Self { content_type: None, ..Self::text(429, &text) };
        answer.with("Retry-After", &wait.to_string()).with("Discourse-Rate-Limit-Error-Code", code)
    }
}

fn time_left(wait: i64) -> String {
    let plural = |n: i64, unit: &str| if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") };
    match wait {
        ..=3 => "a few seconds".to_owned(),
        4..60 => plural(wait, "second"),
        60..3600 => plural(wait / 60, "minute"),
        _ => plural(wait / 3600, "hour"),
    }
}
