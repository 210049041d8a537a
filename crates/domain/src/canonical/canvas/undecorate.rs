//! Taking off what Canvas adds to a body when it serves it, leaving every other byte as it is.

use crate::html::{Attr, Document, Element, NodeData, NodeId, Span};

/// Query parameters that Canvas appends to links to files (contract 6.3, point 3).
const FILE_PARAMETERS: [&str; 4] = ["verifier", "location", "no_preview", "hidden"];

/// `body` without the decorations of contract 6.3: branding's leading style sheets and trailing scripts, `data-api-*`,
/// `data-uc_*`, MathML of equation images, `loading` as Canvas adds it, access parameters of file links, and the site's
/// own `origin` (scheme, host, port) in links. Everything else keeps its bytes.
pub fn undecorate(body: &str, origin: &str) -> String {
    // Most bodies carry no trace of any decoration, and looking is far cheaper than parsing.
    let origin = origin.trim_end_matches('/');
    let marks = ["data-api-", "data-uc_", "x-canvaslms", "loading", "verifier", "no_preview", "hidden=", "location="];
    let decorated = marks.iter().any(|mark| body.contains(mark))
        || body.contains("<link")
        || body.contains("<script")
        || (!origin.is_empty() && body.to_ascii_lowercase().contains(&origin.to_ascii_lowercase()));
    if !decorated {
        return body.to_owned();
    }
    let document = Document::parse(body);
    let mut edits: Vec<(Span, String)> = Vec::new();
    for id in branding(&document) {
        edits.push((document.node(id).span, String::new()));
    }
    for id in document.descendants(document.root()) {
        if let Some(element) = document.element(id)
            && !element.open.is_empty()
        {
            undecorate_tag(body, element, origin, &mut edits);
        }
    }
    edits.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut out = String::with_capacity(body.len());
    let mut at = 0;
    for (span, text) in edits.into_iter().filter(|(span, _)| !span.is_empty()) {
        if span.start < at {
            continue;
        }
        out.push_str(&body[at..span.start]);
        out.push_str(&text);
        at = span.end;
    }
    out.push_str(&body[at..]);
    out
}

/// The style sheets before and the scripts after everything else.
fn branding(document: &Document<'_>) -> Vec<NodeId> {
    let top: Vec<NodeId> = document.children(document.root()).collect();
    let blank = |id: &NodeId| matches!(&document.node(*id).data, NodeData::Text(text) if text.trim().is_empty());
    let sheet = |id: &NodeId| {
        document.html_name(*id) == "link"
            && document
                .element(*id)
                .and_then(|element| element.attr("rel"))
                .is_some_and(|rel| rel.eq_ignore_ascii_case("stylesheet"))
    };
    let script = |id: &NodeId| {
        document.html_name(*id) == "script"
            && document.element(*id).is_some_and(|element| element.attr("src").is_some() && !element.close.is_empty())
            && document.node(*id).first.is_none()
    };
    let leading = top.iter().take_while(|id| sheet(id) || blank(id)).filter(|id| sheet(id));
    let trailing = top.iter().rev().take_while(|id| script(id) || blank(id)).filter(|id| script(id));
    leading.chain(trailing).copied().collect()
}

fn undecorate_tag(body: &str, element: &Element, origin: &str, edits: &mut Vec<(Span, String)>) {
    for attr in element.attrs.iter().filter(|attr| !attr.span.is_empty()) {
        if is_decoration(element, attr) {
            edits.push((with_space_before(body, attr.span), String::new()));
        } else if attr.name == "class" && matches!(element.name(), "object" | "embed") {
            if let Some(rest) = without_class(attr.value_span.of(body), "instructure_user_content") {
                if rest.is_empty() {
                    edits.push((with_space_before(body, attr.span), String::new()));
                } else {
                    edits.push((attr.value_span, rest));
                }
            }
        } else if is_link(element.name(), &attr.name) {
            let old = attr.value_span.of(body);
            let new = undecorate_url(old, origin);
            if new != old {
                edits.push((attr.value_span, new));
            }
        } else if attr.name == "srcset" && element.name() == "source" {
            let old = attr.value_span.of(body);
            let new = old.split(',').map(|part| rebase_srcset(part, origin)).collect::<Vec<_>>().join(",");
            if new != old {
                edits.push((attr.value_span, new));
            }
        }
    }
}

fn is_decoration(element: &Element, attr: &Attr) -> bool {
    match attr.name.as_str() {
        "data-api-endpoint" | "data-api-returntype" | "x-canvaslms-safe-mathml" => true,
        // Canvas adds it on the way out to pictures and frames with an absolute address, which own ones become (recorded `sanitizer`). Sent back it
        // would be stored; should an author have written it, Canvas adds it again, so that nothing is lost without it.
        "loading" if matches!(element.name(), "img" | "iframe") => element.name() == "img" || attr.value == "lazy",
        name => name.starts_with("data-uc_"),
    }
}

pub(crate) fn is_link(element: &str, attribute: &str) -> bool {
    matches!(
        (element, attribute),
        ("a" | "area", "href")
            | ("img" | "iframe" | "embed" | "source" | "video" | "audio" | "track", "src")
            | ("object", "data")
            | ("video", "poster")
    )
}

/// The attribute with the white space that separates it from what stands before.
fn with_space_before(body: &str, span: Span) -> Span {
    let before = body[..span.start].trim_end_matches(|c: char| c.is_ascii_whitespace()).len();
    Span::new(before, span.end)
}

fn without_class(classes: &str, name: &str) -> Option<String> {
    let kept: Vec<&str> = classes.split_ascii_whitespace().filter(|class| *class != name).collect();
    (kept.len() < classes.split_ascii_whitespace().count()).then(|| kept.join(" "))
}

fn rebase_srcset(part: &str, origin: &str) -> String {
    let url = part.trim_start();
    let space = &part[..part.len() - url.len()];
    match strip_origin(url, origin) {
        Some(rest) => format!("{space}{rest}"),
        None => part.to_owned(),
    }
}

/// What follows the origin in a URL of this site; the URL itself where it is relative already.
pub(crate) fn strip_origin<'u>(url: &'u str, origin: &str) -> Option<&'u str> {
    if url.starts_with('/') {
        return Some(url);
    }
    let head = url.get(..origin.len()).filter(|_| !origin.is_empty())?;
    let rest = &url[origin.len()..];
    (head.eq_ignore_ascii_case(origin) && rest.starts_with('/')).then_some(rest)
}

/// `url` as written in an attribute (character references undecoded), made root-relative and without access parameters.
fn undecorate_url(url: &str, origin: &str) -> String {
    let rest = strip_origin(url, origin).unwrap_or(url);
    if !is_file_url(rest) {
        return rest.to_owned();
    }
    let (main, fragment) = match rest.find('#').filter(|at| !rest[..*at].ends_with('&')) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let Some((path, query)) = main.split_once('?') else { return rest.to_owned() };
    let mut kept = String::new();
    let mut removed = false;
    for (separator, parameter) in parameters(query) {
        let name = parameter.split('=').next().unwrap_or_default();
        if FILE_PARAMETERS.contains(&name) {
            removed = true;
            continue;
        }
        kept.push_str(if kept.is_empty() { "" } else { separator });
        kept.push_str(parameter);
    }
    match (removed, kept.is_empty()) {
        (false, _) => rest.to_owned(),
        (true, true) => format!("{path}{fragment}"),
        (true, false) => format!("{path}?{kept}{fragment}"),
    }
}

/// The parameters of a query as written, each with the separator before it.
fn parameters(query: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let (mut rest, mut separator) = (query, "");
    loop {
        let end = rest.find('&').unwrap_or(rest.len());
        found.push((separator, &rest[..end]));
        if end == rest.len() {
            return found;
        }
        let after = &rest[end..];
        let len = if after.starts_with("&amp;") { 5 } else { 1 };
        (separator, rest) = after.split_at(len);
    }
}

/// Whether a root-relative URL names a file: `/files/1`, `/courses/1/files/2/download`, `/media_attachments_iframe/3`.
pub(super) fn is_file_url(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.strip_prefix('/').unwrap_or_default().split('/');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'~'))
    };
    match parts.next() {
        Some("files" | "media_attachments_iframe" | "media_attachments") => number(parts.next()),
        Some("courses" | "groups" | "users" | "accounts") => {
            number(parts.next()) && parts.next() == Some("files") && number(parts.next())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://canvas.example";

    #[test]
    fn decorations_go_and_every_other_byte_stays() {
        let cases = [
            ("<p>plain</p>", "<p>plain</p>"),
            (
                r#"<link rel="stylesheet" href="https://x.example/a.css"><p>x</p><script src="https://x.example/a.js"></script>"#,
                "<p>x</p>",
            ),
            (
                r#"<a  href='https://canvas.example/courses/1/pages/a' data-api-endpoint="https://canvas.example/api/v1/x" data-api-returntype="Page">a</a>"#,
                "<a  href='/courses/1/pages/a'>a</a>",
            ),
            (
                r#"<img src="https://canvas.example/courses/1/files/2/preview?verifier=x" alt="a" loading="lazy" />"#,
                r#"<img src="/courses/1/files/2/preview" alt="a" />"#,
            ),
            (
                r#"<a href="/courses/1/files/2/download?verifier=x&amp;wrap=1">f</a>"#,
                r#"<a href="/courses/1/files/2/download?wrap=1">f</a>"#,
            ),
            (
                r#"<a href="/courses/1/files/2?wrap=1&amp;verifier=x#a">f</a>"#,
                r#"<a href="/courses/1/files/2?wrap=1#a">f</a>"#,
            ),
            (r#"<a href="/courses/1/pages/p?verifier=x">f</a>"#, r#"<a href="/courses/1/pages/p?verifier=x">f</a>"#),
            (
                r#"<iframe src="https://www.youtube.com/embed/a" loading="lazy"></iframe>"#,
                r#"<iframe src="https://www.youtube.com/embed/a"></iframe>"#,
            ),
            (
                r#"<iframe src="https://canvas.example/media_objects_iframe/m" loading="lazy"></iframe>"#,
                r#"<iframe src="/media_objects_iframe/m"></iframe>"#,
            ),
            (r#"<a href="https://canvas.example.evil/x">f</a>"#, r#"<a href="https://canvas.example.evil/x">f</a>"#),
            (
                r#"<embed src="https://x.example/f" class="instructure_user_content " data-uc_width="4px" data-uc_sig="a">"#,
                r#"<embed src="https://x.example/f">"#,
            ),
            (
                r#"<img class="equation_image" src="/equation_images/x" x-canvaslms-safe-mathml="<math></math>">"#,
                r#"<img class="equation_image" src="/equation_images/x">"#,
            ),
            ("<p>a verifier= of text & loading</p>", "<p>a verifier= of text & loading</p>"),
        ];
        for (from, to) in cases {
            assert_eq!(undecorate(from, ORIGIN), to);
            assert_eq!(undecorate(to, ORIGIN), to, "again");
        }
    }
}
