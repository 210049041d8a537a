//! The difference of two documents as a reader sees them: block by block, unchanged blocks folded.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::matches;
use super::words::{Piece, words};
use crate::html::{self, Document, NodeData, NodeId, Span};
use crate::markdown;

/// One line of a reading diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum BlockChange {
    /// Blocks that are the same on both sides, one after the other: shown folded.
    Same {
        /// Their texts.
        texts: Vec<String>,
    },
    /// A block whose text changed.
    Changed {
        /// Element of the block, such as `p`, `li`, `h2`; empty in Markdown.
        role: String,
        /// Its words.
        pieces: Vec<Piece>,
    },
    /// A new block.
    Added {
        /// As above.
        role: String,
        /// Its text.
        text: String,
    },
    /// A block that is gone.
    Removed {
        /// As above.
        role: String,
        /// Its text.
        text: String,
    },
    /// The texts are the same; formatting, addresses or markup are not.
    Markup,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Line {
    text: String,
    role: String,
}

/// The difference of two HTML bodies as they are read.
pub fn html_blocks(before: &str, after: &str) -> Vec<BlockChange> {
    if before == after {
        return folded(&reading_lines(before));
    }
    compared(&reading_lines(before), &reading_lines(after))
}

/// The difference of two Markdown texts, by their blocks as written.
pub fn markdown_blocks(before: &str, after: &str) -> Vec<BlockChange> {
    let lines = |text: &str| {
        let blocks = markdown::blocks(text);
        let line = |span: &Span| Line { text: span.of(text).trim().to_owned(), role: String::new() };
        blocks.iter().map(line).filter(|line| !line.text.is_empty()).collect::<Vec<_>>()
    };
    if before == after {
        return folded(&lines(before));
    }
    compared(&lines(before), &lines(after))
}

fn folded(lines: &[Line]) -> Vec<BlockChange> {
    if lines.is_empty() {
        return Vec::new();
    }
    vec![BlockChange::Same { texts: lines.iter().map(|line| line.text.clone()).collect() }]
}

fn compared(old: &[Line], new: &[Line]) -> Vec<BlockChange> {
    let mut changes = Vec::new();
    let mut run: Vec<Line> = Vec::new();
    let (mut from, mut to) = (0, 0);
    let mut same = matches(old, new);
    same.push((old.len(), new.len()));
    for (i, j) in same {
        if i > from || j > to {
            changes.extend(folded(&run));
            run.clear();
            gap(&old[from..i], &new[to..j], &mut changes);
        }
        run.extend(new.get(j).cloned());
        (from, to) = (i + 1, j + 1);
    }
    changes.extend(folded(&run));
    if !changes.iter().any(|change| !matches!(change, BlockChange::Same { .. })) {
        changes.push(BlockChange::Markup);
    }
    changes
}

/// Blocks between equal ones: those that share words are one block that changed.
fn gap(old: &[Line], new: &[Line], changes: &mut Vec<BlockChange>) {
    let removed = |line: &Line| BlockChange::Removed { role: line.role.clone(), text: line.text.clone() };
    let mut next = 0;
    for line in new {
        let found =
            (next..old.len()).find(|at| alike(&old[*at].text, &line.text) || (old.len() == 1 && new.len() == 1));
        match found {
            Some(at) => {
                changes.extend(old[next..at].iter().map(removed));
                changes
                    .push(BlockChange::Changed { role: line.role.clone(), pieces: words(&old[at].text, &line.text) });
                next = at + 1;
            }
            None => changes.push(BlockChange::Added { role: line.role.clone(), text: line.text.clone() }),
        }
    }
    changes.extend(old[next..].iter().map(removed));
}

fn alike(a: &str, b: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let (a, b) = (words(a), words(b));
    let common = a.intersection(&b).count();
    common * 3 >= a.len().max(b.len()).max(1)
}

/// The lines of a page as they are read, each with the element that it stands in.
fn reading_lines(source: &str) -> Vec<Line> {
    let document = Document::parse(source);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut role = String::new();
    read(&document, document.root(), &mut role, &mut line, &mut lines);
    end(&role, &mut line, &mut lines);
    lines
}

fn end(role: &str, line: &mut String, lines: &mut Vec<Line>) {
    let text = line.split_whitespace().collect::<Vec<_>>().join(" ");
    line.clear();
    if !text.is_empty() {
        lines.push(Line { text, role: role.to_owned() });
    }
}

fn read(document: &Document<'_>, parent: NodeId, role: &mut String, line: &mut String, lines: &mut Vec<Line>) {
    for child in document.children(parent) {
        match &document.node(child).data {
            NodeData::Text(text) => line.push_str(text),
            NodeData::Element(element) => match element.name() {
                "script" | "style" | "template" | "noscript" | "title" => {}
                "br" => line.push(' '),
                "img" => {
                    let name = element.attr("alt").filter(|alt| !alt.is_empty()).or(element.attr("src"));
                    line.push_str(&format!(" [{}] ", name.unwrap_or("picture")));
                }
                "iframe" | "object" | "embed" | "video" | "audio" => {
                    line.push_str(&format!(" [{}] ", element.attr("src").unwrap_or(element.name())));
                }
                name if html::is_inline(name) => read(document, child, role, line, lines),
                name => {
                    end(role, line, lines);
                    let outer = std::mem::replace(role, name.to_owned());
                    read(document, child, role, line, lines);
                    end(role, line, lines);
                    *role = outer;
                }
            },
            NodeData::Comment(_) | NodeData::Root => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(changes: &[BlockChange]) -> Vec<String> {
        let line = |change: &BlockChange| match change {
            BlockChange::Same { texts } => format!("= {} {}", texts.len(), texts[0]),
            BlockChange::Changed { role, pieces } => format!("~ {role} {}", pieces.len()),
            BlockChange::Added { role, text } => format!("+ {role} {text}"),
            BlockChange::Removed { role, text } => format!("- {role} {text}"),
            BlockChange::Markup => "markup".to_owned(),
        };
        changes.iter().map(line).collect()
    }

    #[test]
    fn pages_are_compared_as_they_are_read() {
        let before =
            "<h2>Week 1</h2><p>Read the text.</p><ul><li>one</li><li>two</li></ul><p>The exam is on Monday.</p>";
        let after = "<h2>Week 1</h2><p>Read the text.</p><ul><li>one</li><li>three</li><li>two</li></ul><p>The exam is on Tuesday.</p><p>New one</p>";
        assert_eq!(shown(&html_blocks(before, after)), ["= 3 Week 1", "+ li three", "= 1 two", "~ p 3", "+ p New one"]);
        assert_eq!(shown(&html_blocks("<p>a</p>", "<p>a</p>")), ["= 1 a"]);
        assert_eq!(shown(&html_blocks("<p>a</p>", "<p><b>a</b></p>")), ["= 1 a", "markup"]);
        assert_eq!(shown(&html_blocks("", "<p>a</p>")), ["+ p a"]);
        assert_eq!(shown(&html_blocks("<p>a</p>", "")), ["- p a"]);
    }

    #[test]
    fn posts_are_compared_by_block() {
        assert_eq!(shown(&markdown_blocks("a b c\n\nd\n\ne", "a b x\n\nd\n\ne\n\nf")), ["~  3", "= 2 d", "+  f"]);
    }
}
