//! Lists in pages, with the `Link` header (contract 1.5; the recorded folder `pagination`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::call::{Call, encoded};
use super::reply::{Outcome, Reply};
use super::settings::Settings;

/// How a list answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listing {
    /// Elements a page has where the request does not say.
    pub(super) per_page: usize,
    /// Whether the real server counts the whole list.
    pub(super) counted: bool,
}

impl Default for Listing {
    fn default() -> Self {
        Self { per_page: 10, counted: true }
    }
}

/// The part of a list that a request asks for, before it is made into JSON, and the headers that go with it.
pub(super) struct Window {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) link: String,
}

/// Which part of a list of `total` elements the request asks for. `path` is the canonical path behind `/api/v1`.
pub(super) fn window(
    call: &Call,
    settings: &Settings,
    path: &str,
    total: usize,
    listing: Listing,
) -> Result<Window, Box<Reply>> {
    // Anything that is no number counts as 0, and 0 or less as 1.
    let per_page = call
        .query("per_page")
        .map_or(listing.per_page, |text| text.parse::<i64>().map_or(1, |n| n.clamp(1, 100) as usize));
    let page = match call.query("page") {
        None => 1,
        Some(text) => page_number(text, settings).ok_or_else(no_such_page)?,
    };
    let last = total.div_ceil(per_page).max(1);
    let mut pages = vec![("current", page)];
    if page < last {
        pages.push(("next", page + 1));
    }
    if page > 1 {
        pages.push(("prev", page - 1));
    }
    pages.push(("first", 1));
    if listing.counted && settings.link_last && !settings.bookmarks {
        pages.push(("last", last));
    }
    let mut kept: Vec<&(String, String)> =
        call.query.iter().filter(|(key, _)| !matches!(key.as_str(), "page" | "per_page" | "access_token")).collect();
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    let kept: String = kept.iter().map(|(key, value)| format!("{}={}&", encoded(key), encoded(value))).collect();
    let write = |n: usize| if settings.bookmarks { bookmark(n) } else { n.to_string() };
    let link = pages
        .iter()
        .map(|(rel, n)| {
            format!("<{}/api/v1{path}?{kept}page={}&per_page={per_page}>; rel=\"{rel}\"", call.base, write(*n))
        })
        .collect::<Vec<_>>()
        .join(",");
    let start = ((page - 1) * per_page).min(total);
    Ok(Window { start, end: (start + per_page).min(total), link })
}

/// Answers the part of a list that is asked for; `write` makes the JSON of one element and runs only for those shown.
pub(super) fn list<T>(
    call: &Call,
    settings: &Settings,
    path: &str,
    elements: &[T],
    listing: Listing,
    write: impl FnMut(&T) -> Value,
) -> Outcome {
    let window = window(call, settings, path, elements.len(), listing)?;
    let shown = elements[window.start..window.end].iter().map(write).collect();
    Ok(Reply::json(Value::Array(shown)).header("link", window.link))
}

fn page_number(text: &str, settings: &Settings) -> Option<usize> {
    if settings.bookmarks {
        if text == "first" {
            return Some(1);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix("bookmark:")?).ok()?;
        return String::from_utf8(bytes).ok()?.trim_matches(['[', ']']).parse().ok();
    }
    text.parse().ok().filter(|n| *n >= 1)
}

fn bookmark(page: usize) -> String {
    if page == 1 { "first".to_owned() } else { format!("bookmark:{}", URL_SAFE_NO_PAD.encode(format!("[{page}]"))) }
}

fn no_such_page() -> Box<Reply> {
    Box::new(Reply::with(404, json!({"errors": [{"message": "An error occurred.", "error_code": "not_found"}]})))
}

/// Refuses a search for less than two characters.
pub(super) fn search_term(call: &Call) -> Result<Option<String>, Box<Reply>> {
    match call.query("search_term") {
        None | Some("") => Ok(None),
        Some(term) if term.chars().count() < 2 => Err(Box::new(Reply::with(
            400,
            json!({"errors": [{"field": "search_term", "code": "invalid", "message": "2 or more characters is required"}]}),
        ))),
        Some(term) => Ok(Some(term.to_lowercase())),
    }
}
