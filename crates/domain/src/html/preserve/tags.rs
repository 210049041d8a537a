//! A start tag whose attributes were edited: the source's own tag with just these changes.

use crate::html::document::{Attr, Element, Span};

/// The tag `source` of the text `bytes`, with what changed between `loaded` and `now`. Attributes that the editor never
/// saw stay; so do the bytes of those that it did not change.
pub(super) fn edited_tag(bytes: &str, source: &Element, loaded: &Element, now: &Element) -> String {
    let find = |element: &Element, name: &str| element.attrs.iter().find(|attr| attr.name == name).cloned();
    let mut edits: Vec<(Span, String)> = Vec::new();
    let mut added = String::new();
    for attr in &now.attrs {
        let before = find(loaded, &attr.name);
        if before.as_ref().is_some_and(|before| before.value == attr.value) {
            // Not edited. The editor may spell it otherwise than the source; the source keeps its spelling.
            continue;
        }
        match find(source, &attr.name).filter(|old| !old.span.is_empty()) {
            Some(old) => edits.push((old.span, written(attr))),
            None => {
                added.push(' ');
                added.push_str(&written(attr));
            }
        }
    }
    for attr in &loaded.attrs {
        if now.attrs.iter().all(|kept| kept.name != attr.name)
            && let Some(old) = find(source, &attr.name).filter(|old| !old.span.is_empty())
        {
            let before = bytes[..old.span.start].trim_end_matches(|c: char| c.is_ascii_whitespace()).len();
            edits.push((Span::new(before, old.span.end), String::new()));
        }
    }
    let tag = source.open.of(bytes);
    let end = source.open.start + tag.trim_end_matches('>').trim_end_matches('/').trim_end().len();
    if !added.is_empty() {
        edits.push((Span { start: end, end }, added));
    }
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(tag.len() + 16);
    let mut at = source.open.start;
    for (span, text) in edits {
        if span.start < at {
            continue;
        }
        out.push_str(&bytes[at..span.start]);
        out.push_str(&text);
        at = span.end;
    }
    out.push_str(&bytes[at..source.open.end]);
    out
}

fn written(attr: &Attr) -> String {
    format!("{}=\"{}\"", attr.name, attr.value.replace('&', "&amp;").replace('"', "&quot;").replace('\u{a0}', "&nbsp;"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Document;

    fn edited(source: &str, loaded: &str, now: &str) -> String {
        let (s, l, n) = (Document::parse(source), Document::parse(loaded), Document::parse(now));
        let first = |document: &Document<'_>| {
            let id = document.children(document.root()).next().unwrap();
            document.element(id).unwrap().clone()
        };
        edited_tag(source, &first(&s), &first(&l), &first(&n))
    }

    #[test]
    fn only_what_changed_changes() {
        let cases = [
            (
                "<P CLASS=x onclick=y>",
                "<p class=\"x\">",
                "<p class=\"x\" dir=\"rtl\">",
                "<P CLASS=x onclick=y dir=\"rtl\">",
            ),
            ("<p class=x  id='a'>", "<p class=\"x\" id=\"a\">", "<p id=\"a\">", "<p  id='a'>"),
            (
                "<p style='color:red'>",
                "<p style=\"color: red\">",
                "<p style=\"color: blue\">",
                "<p style=\"color: blue\">",
            ),
            ("<img src=a width=1 />", "<img src=a width=1>", "<img src=a width=2>", "<img src=a width=\"2\" />"),
            ("<img src=a />", "<img src=a>", "<img src=a alt=b>", "<img src=a alt=\"b\" />"),
        ];
        for (source, loaded, now, expected) in cases {
            assert_eq!(edited(source, loaded, now), expected);
        }
    }
}
