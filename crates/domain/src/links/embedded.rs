//! Pictures written into a text itself (`data:` addresses), which no site keeps: where they are, so that they become files.

use crate::html::{Document, Edit, Span, edited};

/// A picture that a text holds in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// The whole address, from `data:` to its last byte.
    pub span: Span,
    /// Its content type, such as `image/png`, lower-case.
    pub content_type: String,
    /// The base64 within the source; white space may lie in it.
    pub data: Span,
}

/// The pictures that `source` holds in base64: addresses of `img` in HTML, of any image in Markdown.
pub fn embedded(source: &str, format: crate::Format) -> Vec<Embedded> {
    // Most texts have none, and looking is far cheaper than parsing.
    if !source.contains(";base64,") {
        return Vec::new();
    }
    match format {
        crate::Format::Html => {
            let document = Document::parse(source);
            let ids = document.descendants(document.root());
            let pictures =
                ids.into_iter().filter(|id| document.html_name(*id) == "img").filter_map(|id| document.element(id));
            let addresses = pictures.filter_map(|element| element.attrs.iter().find(|attr| attr.name == "src"));
            addresses.filter_map(|attr| read(source, attr.value_span)).collect()
        }
        _ => source
            .match_indices("](data:")
            .filter_map(|(at, _)| {
                let start = at + 2;
                let len = source[start..].find(|c: char| c == ')' || c.is_whitespace())?;
                read(source, Span::new(start, start + len))
            })
            .collect(),
    }
}

/// `source` with each of `found`, as found in it, given the address that `new` says; one for which it says none stays.
pub fn with_addresses(source: &str, found: &[Embedded], new: impl Fn(&Embedded) -> Option<String>) -> String {
    let edits: Vec<Edit> = found
        .iter()
        .filter_map(|picture| new(picture).map(|address| Edit::new(picture.span, address.replace('"', "&quot;"))))
        .collect();
    edited(source, &edits)
}

fn read(source: &str, span: Span) -> Option<Embedded> {
    let address = span.of(source);
    let lead = address.len() - address.trim_start().len();
    let body = address.trim();
    let start = span.start + lead;
    let (head, data) = body.split_once(',')?;
    if !head.get(..5)?.eq_ignore_ascii_case("data:") || !head.to_ascii_lowercase().ends_with(";base64") {
        return None;
    }
    let content_type = head[5..].split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let honest = data.bytes().all(|b| {
        b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_' | b'%') || b.is_ascii_whitespace()
    });
    let data = Span::new(start + head.len() + 1, start + body.len());
    (content_type.starts_with("image/") && honest && !data.is_empty()).then_some(Embedded {
        span: Span::new(start, start + body.len()),
        content_type,
        data,
    })
}
