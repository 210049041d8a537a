//! Changes of a source by byte range: everything outside the ranges keeps its bytes.

use super::document::{Element, Span};

/// One change of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; empty where something is only put in.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

impl Edit {
    /// `text` in the place of `span`.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// `text` put in before byte `at`.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(at, at), text: text.into() }
    }
}

/// `source` with `edits` made, in any order. An edit that overlaps an earlier one, or does not fit the source, is left out.
pub fn edited(source: &str, edits: &[Edit]) -> String {
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(source.len() + grown);
    let mut at = 0;
    for edit in order {
        let Some(before) = source.get(at..edit.span.start).filter(|_| edit.span.start >= at) else { continue };
        if source.get(edit.span.start..edit.span.end).is_none() {
            continue;
        }
        out.push_str(before);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(&source[at..]);
    out
}

/// `text` as it is written between tags.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\u{a0}', "&nbsp;")
}

/// `value` as it is written between double quotes.
pub(crate) fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('&', "&amp;").replace('"', "&quot;").replace('\u{a0}', "&nbsp;"))
}

/// The edit that gives `element`, which has a start tag in `source`, the attribute `name` with `value`.
pub(crate) fn with_attribute(source: &str, element: &Element, name: &str, value: &str) -> Edit {
    let written = format!("{name}={}", quoted(value));
    match element.attrs.iter().find(|attr| attr.name == name && !attr.span.is_empty()) {
        Some(old) => Edit::new(old.span, written),
        None => Edit::insert(end_of_attributes(source, element), format!(" {written}")),
    }
}

/// The edit that takes the attribute `name` off, with the white space before it.
pub(crate) fn without_attribute(source: &str, element: &Element, name: &str) -> Option<Edit> {
    let old = element.attrs.iter().find(|attr| attr.name == name && !attr.span.is_empty())?;
    let before = source.get(..old.span.start)?.trim_end_matches(|c: char| c.is_ascii_whitespace()).len();
    Some(Edit::new(Span::new(before, old.span.end), ""))
}

/// Where a further attribute can be put into the start tag of `element`.
fn end_of_attributes(source: &str, element: &Element) -> usize {
    let tag = element.open.of(source);
    // A slash that ends an unquoted value (`src=/a/`) belongs to the value.
    let last = element.attrs.iter().map(|attr| attr.span.end).max().unwrap_or_default();
    let end = element.open.start + tag.trim_end_matches('>').trim_end_matches('/').trim_end().len();
    end.max(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Document;

    #[test]
    fn edits_change_their_ranges_only() {
        let edits = [Edit::new(Span::new(4, 5), "X"), Edit::insert(0, ">"), Edit::new(Span::new(4, 6), "lost")];
        assert_eq!(edited("ab é f", &edits[1..2]), ">ab é f");
        assert_eq!(edited("abcdef", &edits), ">abcdXf");
        assert_eq!(edited("aé", &[Edit::new(Span::new(2, 3), "no boundary")]), "aé");
        assert_eq!(edited("a", &[Edit::new(Span::new(5, 9), "outside")]), "a");
    }

    #[test]
    fn attributes_are_set_in_their_place() {
        let cases = [
            ("<img src=a>", "alt", "b", "<img src=a alt=\"b\">"),
            ("<img src=a />", "alt", "b", "<img src=a alt=\"b\" />"),
            ("<img src=/a/>", "alt", "b", "<img src=/a/ alt=\"b\">"),
            ("<img ALT='x' src=a>", "alt", "\"&", "<img alt=\"&quot;&amp;\" src=a>"),
        ];
        for (source, name, value, expected) in cases {
            let document = Document::parse(source);
            let id = document.children(document.root()).next().unwrap();
            let edit = with_attribute(source, document.element(id).unwrap(), name, value);
            assert_eq!(edited(source, &[edit]), expected);
        }
    }
}
