//! What makes a page hard to read for somebody: what it is, where, and how it can be mended.
//!
//! Every fix is a few edits of the source by byte range, so that the rest of the page keeps its bytes.

mod colour;
mod contrast;
mod headings;
mod links;
mod pictures;
mod tables;

use serde::{Deserialize, Serialize};

use super::blocks::blocks_of;
use super::document::{Document, NodeId, Span};
use super::edit::{Edit, edited, escaped, quoted};
use super::text::text_under;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Check {
    /// A picture that says nothing to who cannot see it.
    PictureWithoutText,
    /// A heading more than one level below the one before it.
    HeadingJump,
    /// Text whose inline colours are too alike.
    LowContrast,
    /// A link whose text is its address.
    BareAddress,
    /// A table of data of which no cell is a header.
    TableWithoutHeaders,
}

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub check: Check,
    /// Number of the top-level block it is in, counted as by [`crate::html::blocks`].
    pub block: usize,
    /// The element concerned.
    pub span: Span,
    /// What a reader sees there, cut short; a picture's address where there is nothing to read.
    pub quote: String,
    /// What is wrong, as a sentence.
    pub words: String,
    /// Ways to mend it, the best first; never empty.
    pub fixes: Vec<Fix>,
}

/// A way to mend something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, for a button.
    pub words: String,
    /// What the person must say for it, if anything.
    pub asks: Option<Question>,
    edits: Vec<Edit>,
    answer: Option<Place>,
}

/// Something that only the person can say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The label of the field.
    pub words: String,
    /// A first answer; may be empty.
    pub suggestion: String,
}

/// Where the answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// The attribute of this name, in the place of this range.
    Attribute(Span, &'static str),
    /// Content between tags.
    Content(Span),
}

impl Fix {
    fn ready(words: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { words: words.into(), asks: None, edits, answer: None }
    }

    fn asking(words: impl Into<String>, question: impl Into<String>, suggestion: String, place: Place) -> Self {
        let asks = Some(Question { words: question.into(), suggestion });
        Self { words: words.into(), asks, edits: Vec::new(), answer: Some(place) }
    }

    /// `source`, the text in which this was found, mended; `answer` is what the person said, where the fix asks.
    pub fn apply(&self, source: &str, answer: &str) -> String {
        let mut edits = self.edits.clone();
        match &self.answer {
            Some(Place::Attribute(span, name)) => {
                // An insertion is separated from what stands before it; a replaced attribute already is.
                let space = if span.is_empty() { " " } else { "" };
                edits.push(Edit::new(*span, format!("{space}{name}={}", quoted(answer.trim()))));
            }
            Some(Place::Content(span)) => edits.push(Edit::new(*span, escaped(answer.trim()))),
            None => {}
        }
        edited(source, &edits)
    }
}

/// Everything to mend in `source`, in the order of the page.
pub fn findings(source: &str) -> Vec<Finding> {
    let document = Document::parse(source);
    let page = Page { document: &document, source, blocks: top(&document) };
    let mut found = Vec::new();
    pictures::check(&page, &mut found);
    headings::check(&page, &mut found);
    contrast::check(&page, &mut found);
    links::check(&page, &mut found);
    tables::check(&page, &mut found);
    found.sort_by_key(|finding| (finding.span.start, finding.check));
    found
}

/// `source` with fix number `fix` of the finding of `check` at `span` made; none where that is not in `source` any more.
pub fn fixed(source: &str, check: Check, span: Span, fix: usize, answer: &str) -> Option<String> {
    let found = findings(source).into_iter().find(|finding| finding.check == check && finding.span == span)?;
    found.fixes.get(fix).map(|fix| fix.apply(source, answer))
}

fn top(document: &Document<'_>) -> Vec<Span> {
    let whole = Span::new(0, document.source().len());
    blocks_of(document, document.root(), whole).into_iter().map(|block| block.span).collect()
}

struct Page<'p, 's> {
    document: &'p Document<'s>,
    source: &'s str,
    blocks: Vec<Span>,
}

impl Page<'_, '_> {
    /// The elements that have a start tag in the source, in its order, but for the content of what is never shown.
    fn elements(&self) -> Vec<NodeId> {
        let all = self.document.descendants(self.document.root());
        all.into_iter()
            .filter(|id| self.document.element(*id).is_some_and(|element| !element.open.is_empty()))
            .filter(|id| {
                !self.document.within(*id, |outer| matches!(outer.name(), "script" | "style" | "template" | "noscript"))
            })
            .collect()
    }

    fn finding(&self, check: Check, id: NodeId, words: impl Into<String>, fixes: Vec<Fix>) -> Finding {
        let span = self.document.node(id).span;
        let block = self.blocks.partition_point(|block| block.end <= span.start);
        let quote = cut(&text_under(self.document, id), 80);
        Finding { check, block, span, quote, words: words.into(), fixes }
    }
}

/// The beginning of `text` on one line, at most `most` characters and an ellipsis.
fn cut(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    format!("{}…", line.chars().take(most).collect::<String>().trim_end())
}

#[cfg(test)]
mod tests;
