//! Whether a spliced text means what the editor shows.

use super::Text;
use super::splice::Spliced;
use crate::html::document::{Document, NodeData, NodeId};

/// Whether `spliced`, parsed, is the tree of the text now, but for what the editor was never shown and what it had added
/// itself. White space is not compared: the editor changes it at will.
pub(super) fn fits(spliced: &Spliced, now: &Text<'_>) -> bool {
    let document = Document::parse(&spliced.html);
    let hidden = |id: NodeId| {
        let start = document.node(id).span.start;
        let at = spliced.hidden.partition_point(|range| range.end <= start);
        spliced.hidden.get(at).is_some_and(|range| range.contains(&start))
    };
    let (mut ours, mut theirs) = (String::new(), String::new());
    outline(&document, document.root(), &hidden, &mut ours);
    let root = now.document.root();
    // Formatting that a browser had repeated for misnested tags was left out, and is repeated by the parse of ours.
    let left_out = |id| spliced.omitted.contains(&id) && !is_repeated(now.document.html_name(id));
    outline(&now.document, root, &left_out, &mut theirs);
    ours == theirs
}

/// Elements and text in order, without the tags (and the texts) of which `skip` holds.
pub(super) fn outline(document: &Document<'_>, parent: NodeId, skip: &dyn Fn(NodeId) -> bool, out: &mut String) {
    for child in document.children(parent) {
        match &document.node(child).data {
            NodeData::Text(text) => {
                if !skip(child) {
                    out.extend(text.split_ascii_whitespace());
                }
            }
            NodeData::Element(element) => {
                let name = element.name();
                // What the parser adds of itself is no difference, repeated formatting excepted.
                let made_by_end_tag = name == "p" && !element.close.is_empty();
                let added = element.is_implied() && !is_repeated(name) && !made_by_end_tag;
                let written = !added && !skip(child);
                if written {
                    out.push('<');
                    out.push_str(name);
                    out.push('>');
                }
                outline(document, child, skip, out);
                if written {
                    out.push_str("</>");
                }
            }
            NodeData::Comment(_) | NodeData::Root => {}
        }
    }
}

/// Elements that the parser opens again where tags are misnested.
fn is_repeated(name: &str) -> bool {
    matches!(
        name,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u"
    )
}
