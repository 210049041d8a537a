//! The blocks of a fragment: what a person would call a paragraph, a list, a table, a stray line of text.

use super::document::{Document, NodeData, NodeId, Span};

/// One block. The blocks of a container tile its content: white space belongs to the block before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its bytes, trailing white space included.
    pub span: Span,
    /// The element, where the block is exactly one; none for a run of text and inline elements, or where misnested tags
    /// make several elements share bytes.
    pub element: Option<NodeId>,
}

/// The top-level blocks of `source`, as byte ranges that tile it.
pub fn blocks(source: &str) -> Vec<Span> {
    let document = Document::parse(source);
    blocks_of(&document, document.root(), Span::new(0, source.len())).into_iter().map(|block| block.span).collect()
}

/// The blocks inside `parent`, tiling `inner`.
pub fn blocks_of(document: &Document<'_>, parent: NodeId, inner: Span) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut run = false;
    for child in document.children(parent) {
        let span = document.node(child).span;
        if span.is_empty() {
            continue;
        }
        let (inline, blank) = match &document.node(child).data {
            NodeData::Text(text) => (true, text.trim_ascii().is_empty()),
            NodeData::Element(element) => (is_inline(element.name()), false),
            NodeData::Comment(_) | NodeData::Root => (false, false),
        };
        match blocks.last_mut() {
            // Misnested tags and fostered text: these bytes cannot be told apart, so they are one block.
            Some(last) if span.start < last.span.end => {
                last.span = last.span.union(span);
                last.element = None;
                run = false;
            }
            Some(last) if blank || (inline && run) => last.span = last.span.union(span),
            // White space before the first block is given to it by `tile`.
            None if blank => {}
            _ => {
                let element = document.element(child).filter(|_| !inline).map(|_| child);
                blocks.push(Block { span, element });
                run = inline && !blank;
            }
        }
    }
    tile(&mut blocks, inner);
    blocks
}

/// Closes the gaps: bytes of no node (a stray end tag) belong to the block before them.
fn tile(blocks: &mut Vec<Block>, inner: Span) {
    if blocks.is_empty() {
        if !inner.is_empty() {
            blocks.push(Block { span: inner, element: None });
        }
        return;
    }
    let mut end = inner.end;
    for block in blocks.iter_mut().rev() {
        block.span = Span::new(block.span.start.clamp(inner.start, end), end);
        end = block.span.start;
    }
    if let Some(first) = blocks.first_mut() {
        first.span.start = inner.start;
    }
    blocks.retain(|block| !block.span.is_empty());
}

/// The bytes between the tags of `id`; none where a tag is missing or the content reaches beyond them.
pub fn content_of(document: &Document<'_>, id: NodeId) -> Option<Span> {
    let element = document.element(id)?;
    if element.open.is_empty() || element.close.is_empty() || element.close.start < element.open.end {
        return None;
    }
    let inner = Span::new(element.open.end, element.close.start);
    let whole = Span::new(element.open.start, element.close.end);
    if document.node(id).span != whole {
        return None;
    }
    document
        .children(id)
        .all(|child| {
            let span = document.node(child).span;
            span.is_empty() || inner.contains(span)
        })
        .then_some(inner)
}

/// Whether the content of `id` is made of blocks that are worth telling apart.
pub fn is_container(document: &Document<'_>, id: NodeId) -> bool {
    document.children(id).any(|child| match &document.node(child).data {
        NodeData::Element(element) => !is_inline(element.name()),
        _ => false,
    })
}

/// Elements that flow within a line.
pub(crate) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "audio"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "br"
            | "button"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "embed"
            | "font"
            | "i"
            | "iframe"
            | "img"
            | "input"
            | "ins"
            | "kbd"
            | "label"
            | "map"
            | "mark"
            | "math"
            | "meter"
            | "nobr"
            | "object"
            | "output"
            | "picture"
            | "progress"
            | "q"
            | "ruby"
            | "s"
            | "samp"
            | "select"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "svg"
            | "textarea"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "video"
            | "wbr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_tile_the_source_and_group_runs() {
        let cases: [(&str, &[&str]); 9] = [
            ("", &[]),
            ("plain", &["plain"]),
            ("<p>a</p>\n<p>b</p>\n", &["<p>a</p>\n", "<p>b</p>\n"]),
            ("\n<p>a</p>", &["\n<p>a</p>"]),
            ("stray <b>x</b> text<p>a</p>", &["stray <b>x</b> text", "<p>a</p>"]),
            ("<p>a<p>b", &["<p>a", "<p>b"]),
            ("<ul><li>1<li>2</ul>tail", &["<ul><li>1<li>2</ul>", "tail"]),
            ("<p>a</p></div><p>b</p>", &["<p>a</p></div>", "<p>b</p>"]),
            ("<b>x<p>y</b>z</p>", &["<b>x<p>y</b>z</p>"]),
        ];
        for (source, expected) in cases {
            let got: Vec<_> = blocks(source).into_iter().map(|span| span.of(source)).collect();
            assert_eq!(got, expected, "{source}");
        }
    }
}
