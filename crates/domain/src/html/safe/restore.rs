//! From the editor's terms back to the source's.

use std::borrow::Cow;

use super::editing::{EMBED_SOURCE, IMAGE_SHOWN, IMAGE_SOURCE};
use super::push_attr;
use crate::html::{Document, Element, NodeId, Span};

/// `html` with every placeholder and picture of [`super::for_editing`] as in the source. A picture whose address was
/// changed in the editor keeps the new one; one whose shown address a clipboard took away has its own again.
pub fn restore(html: &str) -> Cow<'_, str> {
    if !html.contains("data-lectern-") {
        return html.into();
    }
    let document = Document::parse(html);
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    for id in document.descendants(document.root()) {
        let Some((span, text)) = replacement(&document, id) else { continue };
        if span.is_empty() || span.start < at {
            continue;
        }
        out.push_str(&html[at..span.start]);
        out.push_str(&text);
        at = span.end;
    }
    out.push_str(&html[at..]);
    out.into()
}

fn replacement(document: &Document<'_>, id: NodeId) -> Option<(Span, String)> {
    let element = document.element(id)?;
    if let Some(source) = element.attr(EMBED_SOURCE) {
        return Some((document.node(id).span, source.to_owned()));
    }
    if element.attr(IMAGE_SOURCE).is_none() && element.attr(IMAGE_SHOWN).is_none() {
        return None;
    }
    Some((element.open, image(element)))
}

/// The tag of a picture with its own address in the place of the shown one.
fn image(element: &Element) -> String {
    let shown = element.attr(IMAGE_SHOWN).unwrap_or_default();
    let current = element.attr("src").unwrap_or(shown);
    let source = element.attr(IMAGE_SOURCE).filter(|_| current == shown).unwrap_or(current);
    let mut out = format!("<{}", element.name());
    let mut written = false;
    for attr in &element.attrs {
        match attr.name.as_str() {
            "src" => {
                push_attr(&mut out, "src", source);
                written = true;
            }
            IMAGE_SOURCE if !written && element.attr("src").is_none() => push_attr(&mut out, "src", source),
            name if name.starts_with("data-lectern-") => {}
            name => push_attr(&mut out, name, &attr.value),
        }
    }
    out.push('>');
    out
}

#[cfg(test)]
mod tests {
    use super::super::{ImageSource, for_editing};
    use super::*;

    fn edited(html: &str) -> String {
        for_editing(html, &|src| {
            if src.contains("blocked") { ImageSource::Blocked } else { ImageSource::Local(format!("attach://x/{src}")) }
        })
    }

    #[test]
    fn pictures_and_placeholders_come_back() {
        let cases = [
            (r#"<p>a<img src="/f/1" alt="x">b</p>"#, r#"<p>a<img alt="x" src="/f/1">b</p>"#),
            (r#"<img src="https://blocked.example/a?b&amp;c">"#, r#"<img src="https://blocked.example/a?b&amp;c">"#),
            (
                r#"<p><iframe src="https://x.example/e" allow='a "b"'></iframe></p>"#,
                r#"<p><iframe src="https://x.example/e" allow='a "b"'></iframe></p>"#,
            ),
            ("<svg><circle r=1 /></svg>", "<svg><circle r=1 /></svg>"),
            ("<video controls><source src=/v.mp4></video>", "<video controls><source src=/v.mp4></video>"),
            ("<p>plain</p>", "<p>plain</p>"),
        ];
        for (source, expected) in cases {
            assert_eq!(restore(&edited(source)), expected);
        }
        // Copied and moved.
        let shown = edited("<img src=/f/1>");
        assert_eq!(restore(&format!("{shown}<p>{shown}</p>")), r#"<img src="/f/1"><p><img src="/f/1"></p>"#);
        // Some clipboards leave out an address that they do not know.
        assert_eq!(restore(&shown.replace(" src=\"attach://x//f/1\"", "")), r#"<img src="/f/1">"#);
        // The person chose another picture.
        assert_eq!(restore(&shown.replace("src=\"attach://x//f/1\"", "src=\"/f/2\"")), r#"<img src="/f/2">"#);
    }
}
