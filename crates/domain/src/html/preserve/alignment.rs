//! Which piece of one text is which of another.

use std::collections::HashMap;
use std::ops::Range;

use super::Text;
use crate::diff::matches;
use crate::html::blocks::{blocks_of, content_of, is_container};
use crate::html::document::{NodeId, Span};
use crate::html::pieces::{PieceKind, hash_of};

/// Containers in containers that are told apart; deeper ones are compared by their words. Each level reads all that is in
/// it once more, and pages that never end their divisions nest to the parser's limit.
const LEVELS: usize = 16;

/// For each piece of the loaded text, the source piece that it was made from.
pub(super) fn loaded_from_source(source: &Text<'_>, loaded: &Text<'_>) -> Vec<Option<usize>> {
    let keys = |text: &Text<'_>| text.pieces.iter().map(|piece| piece.loose).collect::<Vec<_>>();
    let mut from = vec![None; loaded.pieces.len()];
    for (i, j) in matches(&keys(source), &keys(loaded)) {
        from[j] = Some(i);
    }
    from
}

/// Where a piece of the text now comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The person wrote it.
    New,
    /// It is this piece of the loaded text, in its place; a start tag may have other attributes now.
    Stayed(usize),
    /// It is this piece of the loaded text, in a block that was moved or copied.
    Moved(usize),
}

/// For each piece of the text now, where it comes from. `Stayed` increases.
pub(super) fn now_from_loaded(loaded: &Text<'_>, now: &Text<'_>) -> Vec<Origin> {
    let mut aligner =
        Aligner { loaded, now, origins: vec![Origin::New; now.pieces.len()], known: HashMap::new(), level: 0 };
    aligner.remember(loaded.document.root(), Span::new(0, loaded.document.source().len()));
    let whole = |text: &Text<'_>| Span::new(0, text.document.source().len());
    aligner.inside(loaded.document.root(), whole(loaded), now.document.root(), whole(now));
    aligner.origins
}

/// For each top-level block of the text now: its pieces, and whether they are those of the loaded text, white space around
/// the block aside.
pub(super) fn blocks_as_loaded(loaded: &Text<'_>, now: &Text<'_>, origins: &[Origin]) -> Vec<(Range<usize>, bool)> {
    let whole = Span::new(0, now.document.source().len());
    let space = |at: usize| now.pieces[at].kind == PieceKind::Space;
    let as_loaded = |range: &Range<usize>| {
        let (mut from, mut to) = (range.start, range.end);
        while from < to && space(from) {
            from += 1;
        }
        while from < to && space(to - 1) {
            to -= 1;
        }
        (from..to).all(|at| match origins[at] {
            Origin::Stayed(was) | Origin::Moved(was) => {
                let next = origins.get(at + 1).filter(|_| at + 1 < to);
                loaded.pieces[was].exact == now.pieces[at].exact
                    && next.is_none_or(|next| matches!(next, Origin::Stayed(to) | Origin::Moved(to) if *to == was + 1))
            }
            Origin::New => false,
        })
    };
    blocks_of(&now.document, now.document.root(), whole)
        .into_iter()
        .map(|block| pieces_in(now, block.span))
        .map(|range| (range.clone(), as_loaded(&range)))
        .collect()
}

/// The pieces that lie inside `span`.
pub(super) fn pieces_in(text: &Text<'_>, span: Span) -> Range<usize> {
    let from = text.pieces.partition_point(|piece| piece.span.start < span.start);
    let to = text.pieces.partition_point(|piece| piece.span.start < span.end);
    from..to.max(from)
}

struct Aligner<'a, 't> {
    loaded: &'a Text<'t>,
    now: &'a Text<'t>,
    origins: Vec<Origin>,
    /// Blocks of the loaded text by their bytes, to know a block that was moved or copied.
    known: HashMap<&'t str, Range<usize>>,
    level: usize,
}

impl<'t> Aligner<'_, 't> {
    fn remember(&mut self, parent: NodeId, inner: Span) {
        for block in blocks_of(&self.loaded.document, parent, inner) {
            let (bytes, span) = self.loaded.trimmed(block.span);
            let range = pieces_in(self.loaded, span);
            // An empty paragraph is everywhere; it was not moved.
            if range.len() > 4 || bytes.contains("<img") || bytes.contains("<iframe") {
                self.known.entry(bytes).or_insert(range);
            }
            if let Some(id) = block.element
                && self.level < LEVELS
                && is_container(&self.loaded.document, id)
                && let Some(inner) = content_of(&self.loaded.document, id)
            {
                self.level += 1;
                self.remember(id, inner);
                self.level -= 1;
            }
        }
    }

    /// Aligns the blocks inside two containers.
    fn inside(&mut self, in_loaded: NodeId, loaded: Span, in_now: NodeId, now: Span) {
        let was = blocks_of(&self.loaded.document, in_loaded, loaded);
        let is = blocks_of(&self.now.document, in_now, now);
        // White space around a block moves to its neighbours as blocks come and go.
        let key = |text: &Text<'_>, span: Span| hash_of(text.document.slice(span).trim_ascii());
        let keys_was: Vec<u64> = was.iter().map(|block| key(self.loaded, block.span)).collect();
        let keys_is: Vec<u64> = is.iter().map(|block| key(self.now, block.span)).collect();
        let mut same = matches(&keys_was, &keys_is);
        same.push((was.len(), is.len()));
        let (mut from, mut to) = (0, 0);
        for (i, j) in same {
            self.gap(&was[from..i], &is[to..j]);
            if let (Some(was), Some(is)) = (was.get(i), is.get(j)) {
                self.equal(was.span, is.span);
            }
            (from, to) = (i + 1, j + 1);
        }
    }

    fn equal(&mut self, was: Span, is: Span) {
        let (mut was, mut is) = (pieces_in(self.loaded, was), pieces_in(self.now, is));
        // Only one of the two may have white space in front.
        let space =
            |text: &Text<'_>, at: usize| text.pieces.get(at).is_some_and(|piece| piece.kind == PieceKind::Space);
        match (space(self.loaded, was.start) && !was.is_empty(), space(self.now, is.start) && !is.is_empty()) {
            (true, false) => was.start += 1,
            (false, true) => is.start += 1,
            _ => {}
        }
        for (from, at) in was.zip(is) {
            self.origins[at] = Origin::Stayed(from);
        }
    }

    /// Blocks of the loaded text in whose place these are now.
    fn gap(&mut self, was: &[super::super::Block], is: &[super::super::Block]) {
        let mut fresh: Vec<super::super::Block> = Vec::new();
        for block in is {
            let (bytes, span) = self.now.trimmed(block.span);
            match self.known.get(bytes) {
                Some(range) => {
                    let at = pieces_in(self.now, span).start;
                    for (offset, from) in range.clone().enumerate() {
                        if let Some(origin) = self.origins.get_mut(at + offset) {
                            *origin = Origin::Moved(from);
                        }
                    }
                }
                None => fresh.push(*block),
            }
        }
        let is = fresh;
        if was.is_empty() || is.is_empty() {
            return;
        }
        // Containers of one kind, in order, are the same container; between them, words are compared.
        let (mut from, mut to) = (0, 0);
        for (at, block) in was.iter().enumerate() {
            let Some(id) = block.element.filter(|id| is_container(&self.loaded.document, *id)) else { continue };
            let name = self.loaded.document.html_name(id);
            let found = (to..is.len()).find(|&other| {
                is[other]
                    .element
                    .is_some_and(|id| self.now.document.html_name(id) == name && is_container(&self.now.document, id))
            });
            let Some(other) = found else { continue };
            if self.container(block.span, id, is[other].span, is[other].element) {
                self.words(&was[from..at], &is[to..other]);
                (from, to) = (at + 1, other + 1);
            }
        }
        self.words(&was[from..], &is[to..]);
    }

    fn container(&mut self, was: Span, id: NodeId, is: Span, other: Option<NodeId>) -> bool {
        let Some(other) = other.filter(|_| self.level < LEVELS) else { return false };
        let (Some(loaded), Some(now)) = (content_of(&self.loaded.document, id), content_of(&self.now.document, other))
        else {
            return false;
        };
        self.equal(Span::new(was.start, loaded.start), Span::new(is.start, now.start));
        self.level += 1;
        self.inside(id, loaded, other, now);
        self.level -= 1;
        self.equal(Span::new(loaded.end, was.end), Span::new(now.end, is.end));
        true
    }

    fn words(&mut self, was: &[super::super::Block], is: &[super::super::Block]) {
        let (Some(first), Some(last)) = (was.first(), was.last()) else { return };
        let loaded = pieces_in(self.loaded, Span::new(first.span.start, last.span.end));
        // Moved blocks may lie between; their pieces already have an origin.
        let now: Vec<usize> = is.iter().flat_map(|block| pieces_in(self.now, block.span)).collect();
        let keys_was: Vec<u64> = self.loaded.pieces[loaded.clone()].iter().map(|piece| piece.exact).collect();
        let keys_is: Vec<u64> = now.iter().map(|at| self.now.pieces[*at].exact).collect();
        let mut same = matches(&keys_was, &keys_is);
        same.push((keys_was.len(), keys_is.len()));
        let (mut from, mut to) = (0, 0);
        for (i, j) in same {
            self.retagged(loaded.start + from..loaded.start + i, &now[to..j]);
            if let Some(at) = now.get(j) {
                self.origins[*at] = Origin::Stayed(loaded.start + i);
            }
            (from, to) = (i + 1, j + 1);
        }
    }

    /// Start tags of one name whose attributes changed.
    fn retagged(&mut self, was: Range<usize>, is: &[usize]) {
        let mut from = was.start;
        for at in is {
            let piece = &self.now.pieces[*at];
            if !matches!(piece.kind, PieceKind::Open(_)) {
                continue;
            }
            let found = (from..was.end).find(|i| {
                let old = &self.loaded.pieces[*i];
                matches!(old.kind, PieceKind::Open(_)) && old.loose == piece.loose
            });
            if let Some(found) = found {
                self.origins[*at] = Origin::Stayed(found);
                from = found + 1;
            }
        }
    }
}
