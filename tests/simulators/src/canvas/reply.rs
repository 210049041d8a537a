//! Answers, and the errors in the shapes Canvas gives them (contract 1.4).

use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub(super) enum Content {
    Json(Value),
    Bytes(String, Vec<u8>),
}

#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) content: Content,
}

/// An answer; the error side is one as well and ends the request early.
pub(super) type Outcome = Result<Reply, Box<Reply>>;

impl Reply {
    pub(super) fn json(value: Value) -> Self {
        Self { status: 200, headers: Vec::new(), content: Content::Json(value) }
    }

    pub(super) fn with(status: u16, value: Value) -> Self {
        Self { status, ..Self::json(value) }
    }

    pub(super) fn bytes(status: u16, kind: &str, bytes: Vec<u8>) -> Self {
        Self { status, headers: Vec::new(), content: Content::Bytes(kind.to_owned(), bytes) }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

pub(super) fn not_found() -> Box<Reply> {
    Box::new(Reply::with(404, json!({"errors": [{"message": "The specified resource does not exist."}]})))
}

pub(super) fn page_not_found() -> Box<Reply> {
    Box::new(Reply::with(404, json!({"message": "page not found"})))
}

/// An unknown path or method: an HTML page, not JSON (recorded auth/16-18).
pub(super) fn no_route() -> Box<Reply> {
    let page = "<!DOCTYPE html>\n<html dir=\"ltr\" lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>Page Not Found</title>\n</head>\n\
                <body><h1>Page Not Found</h1></body>\n</html>\n";
    Box::new(Reply::bytes(404, "text/html; charset=utf-8", page.as_bytes().to_vec()))
}

pub(super) fn forbidden(status: u16) -> Box<Reply> {
    let body = json!({"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]});
    Box::new(Reply::with(status, body).header("pragma", "no-cache"))
}

pub(super) fn bad_request(message: &str) -> Box<Reply> {
    Box::new(Reply::with(400, json!({ "message": message })))
}

pub(super) fn internal_error(report: i64) -> Box<Reply> {
    let body = json!({"errors": [{"message": "An error occurred.", "error_code": "internal_server_error"}], "error_report_id": report});
    Box::new(Reply::with(500, body))
}

/// One field at fault, with a message that is its own type.
pub(super) fn field_error(status: u16, field: &str, message: &str) -> Box<Reply> {
    typed_error(status, field, message, message)
}

pub(super) fn typed_error(status: u16, field: &str, message: &str, kind: &str) -> Box<Reply> {
    Box::new(Reply::with(status, json!({"errors": {field: [{"attribute": field, "message": message, "type": kind}]}})))
}

/// A column that a blueprint course has locked.
pub(super) fn locked_columns(columns: &[&str]) -> Box<Reply> {
    let message = format!("cannot change column(s): {} - locked by Master Course", columns.join(", "));
    Box::new(Reply::with(400, json!({"errors": {"base": [{"attribute": null, "message": message, "type": message}]}})))
}
