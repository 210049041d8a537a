//! Where the attributes of a start tag lie. The tokenizer decodes them; it does not say where a quote closes.

use super::document::Span;

/// Spans of one attribute, relative to the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AttrSpans {
    pub(crate) whole: Span,
    pub(crate) name: Span,
    pub(crate) value: Span,
}

/// Scans the start tag at `tag` of `source` by the tokenizer states of the HTML standard (13.2.5.32 to 13.2.5.40).
pub(crate) fn attribute_spans(source: &str, tag: Span) -> Vec<AttrSpans> {
    let bytes = source.as_bytes();
    let end = tag.end.min(bytes.len());
    let space = |at: usize| bytes[at].is_ascii_whitespace();
    let mut at = tag.start + 1;
    let mut found = Vec::new();
    while at < end && !space(at) && bytes[at] != b'/' && bytes[at] != b'>' {
        at += 1;
    }
    while at < end {
        if space(at) || bytes[at] == b'/' {
            at += 1;
            continue;
        }
        if bytes[at] == b'>' {
            break;
        }
        // A name may begin with `=`; after its first byte `=` ends it.
        let start = at;
        at += 1;
        while at < end && !space(at) && !matches!(bytes[at], b'/' | b'>' | b'=') {
            at += 1;
        }
        let name = Span::new(start, at);
        let mut look = at;
        while look < end && space(look) {
            look += 1;
        }
        let (mut whole, mut value) = (name, Span::new(at, at));
        if look < end && bytes[look] == b'=' {
            look += 1;
            while look < end && space(look) {
                look += 1;
            }
            match bytes.get(look).filter(|_| look < end) {
                Some(&quote @ (b'"' | b'\'')) => {
                    let from = look + 1;
                    let to = (from..end).find(|&i| bytes[i] == quote).unwrap_or(end);
                    value = Span::new(from, to);
                    at = (to + 1).min(end);
                }
                Some(b'>') | None => {
                    value = Span::new(look, look);
                    at = look;
                }
                Some(_) => {
                    let to = (look..end).find(|&i| space(i) || bytes[i] == b'>').unwrap_or(end);
                    value = Span::new(look, to);
                    at = to;
                }
            }
            whole = Span::new(start, at);
        }
        found.push(AttrSpans { whole, name, value });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_the_standard_states() {
        let cases: [(&str, &[(&str, &str)]); 9] = [
            (r#"<a b=c d="e f" g='h'>"#, &[("b=c", "c"), (r#"d="e f""#, "e f"), ("g='h'", "h")]),
            ("<a checked>", &[("checked", "")]),
            ("<a x = 1 y>", &[("x = 1", "1"), ("y", "")]),
            (r#"<img alt="" src=a/b>"#, &[(r#"alt="""#, ""), ("src=a/b", "a/b")]),
            ("<br/>", &[]),
            ("<a/b/c=d>", &[("b", ""), ("c=d", "d")]),
            ("<a =b=c>", &[("=b=c", "c")]),
            ("<a b=>", &[("b=", "")]),
            (r#"<a b=">" c>"#, &[(r#"b=">""#, ">"), ("c", "")]),
        ];
        for (tag, expected) in cases {
            let spans = attribute_spans(tag, Span::new(0, tag.len()));
            let got: Vec<_> = spans.iter().map(|s| (s.whole.of(tag), s.value.of(tag))).collect();
            assert_eq!(got, expected, "{tag}");
        }
    }
}
