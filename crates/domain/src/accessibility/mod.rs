//! What makes a text hard to read for somebody: what it is, where, and how it can be mended.
//!
//! Every fix is a few edits of the source by byte range, so that the rest of the text keeps its bytes.

mod wording;

use serde::{Deserialize, Serialize};

use crate::html::{Edit, Span, edited, escaped, quoted};
use crate::kind::Format;
use crate::{html, markdown};

pub(crate) use wording::{cut, file_in_words, in_words, is_address, is_file_name};

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
    /// Number of the top-level block it is in, counted as by [`crate::html::blocks`] or [`crate::markdown::blocks`].
    pub block: usize,
    /// What is concerned.
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

/// Where the answer goes, and how it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The attribute of this name, in the place of this range.
    Attribute(Span, &'static str),
    /// Content between tags.
    Content(Span),
    /// The words of a Markdown picture.
    PictureWords(Span),
    /// The text of a Markdown link.
    LinkText(Span),
    /// A Markdown link to this target, in the place of this range.
    Link(Span, String),
}

impl Place {
    fn written(&self, answer: &str) -> Edit {
        match self {
            Place::Attribute(span, name) => {
                // An insertion is separated from what stands before it; a replaced attribute already is.
                let space = if span.is_empty() { " " } else { "" };
                Edit::new(*span, format!("{space}{name}={}", quoted(answer)))
            }
            Place::Content(span) => Edit::new(*span, escaped(answer)),
            Place::PictureWords(span) => Edit::new(*span, markdown::picture_words(answer)),
            Place::LinkText(span) => Edit::new(*span, markdown::escaped(answer)),
            Place::Link(span, target) => Edit::new(*span, format!("[{}]({target})", markdown::escaped(answer))),
        }
    }

    fn shifted(self, by: usize) -> Self {
        match self {
            Place::Attribute(span, name) => Place::Attribute(span.shifted(by), name),
            Place::Content(span) => Place::Content(span.shifted(by)),
            Place::PictureWords(span) => Place::PictureWords(span.shifted(by)),
            Place::LinkText(span) => Place::LinkText(span.shifted(by)),
            Place::Link(span, target) => Place::Link(span.shifted(by), target),
        }
    }
}

impl Fix {
    pub(crate) fn ready(words: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { words: words.into(), asks: None, edits, answer: None }
    }

    pub(crate) fn asking(
        words: impl Into<String>,
        question: impl Into<String>,
        suggestion: String,
        place: Place,
    ) -> Self {
        let asks = Some(Question { words: question.into(), suggestion });
        Self { words: words.into(), asks, edits: Vec::new(), answer: Some(place) }
    }

    /// `source`, the text in which this was found, mended; `answer` is what the person said, where the fix asks.
    pub fn apply(&self, source: &str, answer: &str) -> String {
        let mut edits = self.edits.clone();
        edits.extend(self.answer.as_ref().map(|place| place.written(answer.trim())));
        edited(source, &edits)
    }
}

impl Finding {
    /// This finding, made in a part of a text that begins at byte `by`.
    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.span = self.span.shifted(by);
        for fix in &mut self.fixes {
            for edit in &mut fix.edits {
                edit.span = edit.span.shifted(by);
            }
            fix.answer = fix.answer.take().map(|place| place.shifted(by));
        }
        self
    }
}

/// Everything to mend in `source`, in its order.
pub fn findings(format: Format, source: &str) -> Vec<Finding> {
    match format {
        Format::Html => html::accessibility::findings(source),
        Format::Markdown => markdown::accessibility::findings(source),
        Format::None => Vec::new(),
    }
}

/// `source` with fix number `fix` of the finding of `check` at `span` made; none where that is not in `source` any more.
pub fn fixed(format: Format, source: &str, check: Check, span: Span, fix: usize, answer: &str) -> Option<String> {
    let found = findings(format, source).into_iter().find(|finding| finding.check == check && finding.span == span)?;
    found.fixes.get(fix).map(|fix| fix.apply(source, answer))
}
