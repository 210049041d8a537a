//! What a reader would see of a fragment, as plain text: for the search index, word counts and reading diffs.

use super::blocks::is_inline;
use super::document::{Document, NodeData, NodeId};

/// The visible text of `source`: blocks on lines of their own, `alt` texts included, scripts and styles left out.
pub fn plain_text(source: &str) -> String {
    let document = Document::parse(source);
    text_under(&document, document.root())
}

/// Number of words (runs between white space) that a reader would count.
pub fn word_count(source: &str) -> usize {
    plain_text(source).split_whitespace().count()
}

/// The visible text below `top`.
pub(crate) fn text_under(document: &Document<'_>, top: NodeId) -> String {
    let mut text = String::new();
    let mut next = Some(top);
    while let Some(here) = next {
        let node = document.node(here);
        let mut skip = false;
        match &node.data {
            NodeData::Text(content) => push_collapsed(&mut text, content),
            NodeData::Element(element) => match element.name() {
                "script" | "style" | "template" | "title" | "noscript" | "head" => skip = true,
                "img" => push_collapsed(&mut text, &format!(" {} ", element.attr("alt").unwrap_or_default())),
                "br" | "hr" => end_line(&mut text),
                "td" | "th" => push_collapsed(&mut text, " "),
                name if !is_inline(name) => end_line(&mut text),
                _ => {}
            },
            NodeData::Comment(_) | NodeData::Root => {}
        }
        next = match node.first.filter(|_| !skip) {
            Some(first) => Some(first),
            None => step(document, here, top, &mut text),
        };
    }
    text.truncate(text.trim_end().len());
    text
}

/// The next node after the subtree of `here`, ending the lines of the blocks that are left on the way.
fn step(document: &Document<'_>, mut here: NodeId, top: NodeId, text: &mut String) -> Option<NodeId> {
    loop {
        if here == top {
            return None;
        }
        let node = document.node(here);
        let ends_line = |name: &str| {
            !is_inline(name)
                && !matches!(name, "td" | "th" | "script" | "style" | "template" | "title" | "noscript" | "head")
        };
        if node.element().is_some_and(|element| ends_line(element.name())) {
            end_line(text);
        }
        if node.next.is_some() {
            return node.next;
        }
        here = node.parent?;
    }
}

fn push_collapsed(text: &mut String, more: &str) {
    for c in more.chars() {
        // A no-break space separates words for a reader and for the index.
        if c.is_ascii_whitespace() || c == '\u{a0}' {
            if !text.is_empty() && !text.ends_with([' ', '\n']) {
                text.push(' ');
            }
        } else {
            text.push(c);
        }
    }
}

fn end_line(text: &mut String) {
    if text.ends_with(' ') {
        text.pop();
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_what_a_reader_sees() {
        let cases = [
            ("<p>One  two</p><p>three</p>", "One two\nthree"),
            ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
            ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
            ("x<script>y</script><style>z</style>w", "xw"),
            (r#"see <img src=a alt="a map"> here"#, "see a map here"),
            ("a&nbsp;b &lt;c&gt;", "a b <c>"),
            ("<p>a<br>b</p>", "a\nb"),
            ("", ""),
        ];
        for (html, text) in cases {
            assert_eq!(plain_text(html), text, "{html}");
        }
        assert_eq!(word_count("<p>One  two</p><p>three</p>"), 3);
    }
}
