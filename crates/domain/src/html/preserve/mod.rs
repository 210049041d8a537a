//! The source-preserving save: an edit changes what was edited, byte for byte, and nothing else.
//!
//! Three texts take part: the *source*; what the editor held just after *loading* it, which differs by everything that
//! sanitiser and editor do on their own; and what it holds *now*. What is alike in loaded and now was not edited, so its
//! bytes are taken from the source; the rest is the person's, so its bytes are taken from now.

mod alignment;
mod splice;
mod tags;
mod verify;

use std::ops::Range;

use super::document::{Document, Span};
use super::pieces::{Piece, pieces};
use super::safe::restore;
use alignment::Origin;
use splice::Care;

/// How a save came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Nothing was edited: the source, as it is.
    Untouched,
    /// The edits were spliced into the source.
    Spliced,
    /// Within the edited top-level blocks, the source could not be told apart; these blocks are the editor's, the others
    /// the source's.
    ByBlock,
    /// The source could not be kept; the text is the editor's.
    Rewritten,
}

/// What to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The new source.
    pub html: String,
    /// How much of the old source it kept.
    pub how: How,
}

impl Saved {
    /// Whether there is anything to save.
    pub fn changed(&self) -> bool {
        self.how != How::Untouched
    }
}

/// A parsed text with its pieces.
pub(super) struct Text<'t> {
    pub(super) document: Document<'t>,
    pub(super) pieces: Vec<Piece>,
}

impl<'t> Text<'t> {
    fn new(source: &'t str) -> Self {
        let document = Document::parse(source);
        let pieces = pieces(&document);
        Self { document, pieces }
    }

    /// The text at `span` without the white space around it, and where that is.
    pub(super) fn trimmed(&self, span: Span) -> (&'t str, Span) {
        let text = self.document.slice(span);
        let bytes = text.trim_ascii();
        let start = span.start + (text.len() - text.trim_ascii_start().len());
        (bytes, Span::new(start, start + bytes.len()))
    }

    /// The bytes of piece `at`.
    pub(super) fn bytes(&self, at: usize) -> &'t str {
        self.pieces.get(at).map_or("", |piece| self.document.slice(piece.span))
    }
}

/// The new source, from the source, the editor's output just after `loaded` it, and its output `now`. The editor's
/// outputs may hold the placeholders of [`super::safe::for_editing`].
pub fn save(source: &str, loaded: &str, now: &str) -> Saved {
    let untouched = || Saved { html: source.to_owned(), how: How::Untouched };
    if loaded == now {
        return untouched();
    }
    let (loaded, now) = (restore(loaded), restore(now));
    if loaded == now {
        return untouched();
    }
    let (s, l, n) = (Text::new(source), Text::new(&loaded), Text::new(&now));
    let from_source = alignment::loaded_from_source(&s, &l);
    let from_loaded = alignment::now_from_loaded(&l, &n);
    let blocks = alignment::blocks_as_loaded(&l, &n, &from_loaded);
    let attempt = |origins: &[Origin], care: Care, place: Place| {
        let cares = cares(&blocks, n.pieces.len(), care, place);
        let spliced = splice::splice(&s, &l, &n, &from_source, origins, &cares);
        verify::fits(&spliced, &n).then_some(spliced.html)
    };
    if let Some(html) = attempt(&from_loaded, Care::Usual, Place::Everywhere) {
        return Saved { html, how: How::Spliced };
    }
    let more = [Care::WriteEndTags, Care::DropHiddenTags, Care::WriteAll];
    for (place, care) in
        [Place::Edited, Place::Around, Place::Everywhere].into_iter().flat_map(|place| more.map(|care| (place, care)))
    {
        if let Some(html) = attempt(&from_loaded, care, place) {
            return Saved { html, how: How::Spliced };
        }
    }
    let mut whole = from_loaded;
    for (range, _) in blocks.iter().filter(|(_, as_loaded)| !as_loaded) {
        whole[range.clone()].fill(Origin::New);
    }
    for (place, care) in
        [(Place::Around, Care::WriteAll), (Place::Everywhere, Care::WriteEndTags), (Place::Everywhere, Care::WriteAll)]
    {
        if let Some(html) = attempt(&whole, care, place) {
            return Saved { html, how: How::ByBlock };
        }
    }
    Saved { html: now.into_owned(), how: How::Rewritten }
}

/// Where more care is taken than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the top-level blocks that were edited.
    Edited,
    /// In those and in the blocks before them, which may have to be ended.
    Around,
    Everywhere,
}

/// The care for each piece of the text now.
fn cares(blocks: &[(Range<usize>, bool)], pieces: usize, care: Care, place: Place) -> Vec<Care> {
    if place == Place::Everywhere {
        return vec![care; pieces];
    }
    let mut cares = vec![Care::Usual; pieces];
    for (at, (range, as_loaded)) in blocks.iter().enumerate() {
        if !as_loaded || place == Place::Around && blocks.get(at + 1).is_some_and(|(_, as_loaded)| !as_loaded) {
            cares[range.clone()].fill(care);
        }
    }
    cares
}

#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod tests;
