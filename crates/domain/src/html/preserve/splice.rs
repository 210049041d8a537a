//! Putting the new source together.

use std::collections::HashMap;
use std::ops::Range;

use super::Text;
use super::alignment::Origin;
use super::tags::edited_tag;
use crate::html::document::{Document, NodeId};
use crate::html::is_inline;
use crate::html::pieces::{Piece, PieceKind, decode};

/// How careful to be; each step keeps fewer bytes and needs less from the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    Usual,
    /// End tags that the source leaves out are written.
    WriteEndTags,
    /// As before, and tags that the editor was never shown are left out.
    DropHiddenTags,
    /// As before, and every tag that the editor had added on loading is written.
    WriteAll,
}

/// The outcome with what is needed to judge it.
pub(super) struct Spliced {
    pub(super) html: String,
    /// Bytes of `html` that the editor was never shown.
    pub(super) hidden: Vec<Range<usize>>,
    /// Elements of the text now whose tags only the editor had added on loading, left out here.
    pub(super) omitted: Vec<NodeId>,
}

pub(super) fn splice(
    source: &Text<'_>,
    loaded: &Text<'_>,
    now: &Text<'_>,
    from_source: &[Option<usize>],
    origins: &[Origin],
    cares: &[Care],
) -> Spliced {
    let mut stays = vec![false; loaded.pieces.len()];
    for origin in origins {
        if let Origin::Stayed(at) | Origin::Moved(at) = origin {
            stays[*at] = true;
        }
    }
    let mut to_loaded = vec![None; source.pieces.len()];
    for (at, from) in from_source.iter().enumerate() {
        if let Some(from) = from {
            to_loaded[*from] = Some(at);
        }
    }
    let mut gaps = vec![None; loaded.pieces.len() + 1];
    let mut placed_before = Vec::with_capacity(loaded.pieces.len());
    let mut gap = 0;
    for (at, piece) in loaded.pieces.iter().enumerate() {
        placed_before.push(gap);
        if from_source[at].is_some() {
            gap = at + 1;
        } else if piece.kind == PieceKind::Word {
            gaps[gap] = Some(gaps[gap].unwrap_or(true) && stays[at]);
        }
    }
    // As many letters without a place in the source as the source has without a place in the loaded text: nothing was
    // hidden, but a parser shows it at another place, as text out of a table.
    let letters = |text: &Text<'_>, placed: &dyn Fn(usize) -> bool| -> usize {
        let loose = text.pieces.iter().enumerate().filter(|(at, piece)| piece.kind == PieceKind::Word && !placed(*at));
        loose.map(|(at, _)| decode(text.bytes(at)).chars().count()).sum()
    };
    let elsewhere = letters(loaded, &|at| from_source[at].is_some()) >= letters(source, &|at| to_loaded[at].is_some());
    let mut tags: HashMap<u64, isize> = HashMap::new();
    let mut count = |text: &Text<'_>, placed: &dyn Fn(usize) -> bool, one: isize| {
        let loose = text
            .pieces
            .iter()
            .enumerate()
            .filter(|(at, piece)| matches!(piece.kind, PieceKind::Open(_)) && !placed(*at));
        loose.for_each(|(_, piece)| *tags.entry(piece.loose).or_default() += one);
    };
    count(loaded, &|at| from_source[at].is_some(), 1);
    count(source, &|at| to_loaded[at].is_some(), -1);
    let mut splicer = Splicer {
        source,
        loaded,
        now,
        from_source,
        origins,
        cares,
        care: cares.first().copied().unwrap_or(Care::Usual),
        stays,
        to_loaded,
        gaps,
        placed_before,
        elsewhere,
        tags,
        out: Spliced { html: String::new(), hidden: Vec::new(), omitted: Vec::new() },
        next_hidden: 0,
        tail: None,
    };
    splicer.run();
    splicer.out
}

struct Splicer<'a, 't> {
    source: &'a Text<'t>,
    loaded: &'a Text<'t>,
    now: &'a Text<'t>,
    from_source: &'a [Option<usize>],
    origins: &'a [Origin],
    /// For each piece of the text now.
    cares: &'a [Care],
    /// That of the piece that is being written.
    care: Care,
    /// Whether a loaded piece is still there.
    stays: Vec<bool>,
    to_loaded: Vec<Option<usize>>,
    /// For the stretch of the loaded text before each piece that has no like in the source: whether all its words are
    /// still there. None where it has no words. Such words are the source's own, cut otherwise, where the source has a
    /// comment or a script in the middle of a word.
    gaps: Vec<Option<bool>>,
    /// For each loaded piece, the entry of `gaps` that it would fall under.
    placed_before: Vec<usize>,
    /// Whether words of the source that have no like in the loaded text are shown all the same.
    elsewhere: bool,
    /// For start tags by name, how many more the loaded text has without a place in the source than the source has
    /// without one in it.
    tags: HashMap<u64, isize>,
    out: Spliced,
    /// Source pieces before this one have been dealt with, as far as they were hidden from the editor.
    next_hidden: usize,
    /// What must come last.
    tail: Option<usize>,
}

impl Splicer<'_, '_> {
    fn run(&mut self) {
        // What the editor was not shown stands where it stood: after the piece before it.
        self.hidden_after(None);
        let mut done = 0;
        for at in 0..self.now.pieces.len() {
            self.care = self.cares[at];
            match self.origins[at] {
                Origin::Stayed(from) => {
                    for gone in done..from {
                        self.hidden_after(self.from_source[gone]);
                    }
                    done = from + 1;
                    self.stayed(at, from);
                    self.hidden_after(self.from_source[from]);
                }
                Origin::Moved(from) => self.stayed(at, from),
                Origin::New => self.out.html.push_str(self.now.bytes(at)),
            }
        }
        for gone in done..self.loaded.pieces.len() {
            self.hidden_after(self.from_source[gone]);
        }
        if let Some(tail) = self.tail.take() {
            let start = self.out.html.len();
            self.out.html.push_str(self.source.bytes(tail));
            self.out.hidden.push(start..self.out.html.len());
        }
    }

    /// Whether the source has as many start tags of this name without a place in the loaded text as that has without one in
    /// the source: they are the same, which a parser shows at another place.
    fn is_elsewhere(&self, piece: &Piece) -> bool {
        self.tags.get(&piece.loose).is_some_and(|more| *more == 0)
    }

    /// Whether a hidden piece would swallow whatever follows it: a comment, a script or a tag that the end of the source
    /// cut off.
    fn is_cut(&self, at: usize) -> bool {
        let bytes = self.source.bytes(at);
        if at + 1 != self.source.pieces.len() || !bytes.starts_with('<') {
            return false;
        }
        let followed = format!("{bytes}<hr>");
        let document = Document::parse(&followed);
        document.descendants(document.root()).into_iter().all(|id| document.html_name(id) != "hr")
    }

    /// Writes the hidden pieces that follow source piece `after` (or begin the source), as far as they survive.
    fn hidden_after(&mut self, after: Option<usize>) {
        let from = match after {
            Some(after) => after + 1,
            None if self.next_hidden == 0 => 0,
            None => return,
        };
        if from < self.next_hidden {
            return;
        }
        let live = after.is_none_or(|after| self.to_loaded[after].is_some_and(|at| self.stays[at]));
        // A word that was retyped is another word, but the text around it is the same.
        let within_text = after.is_some_and(|after| {
            matches!(self.source.pieces[after].kind, PieceKind::Word | PieceKind::Space | PieceKind::Whole(_))
        });
        let gap = after.and_then(|after| self.to_loaded[after]).map_or(0, |at| at + 1);
        let mut at = from;
        while at < self.source.pieces.len() && self.to_loaded[at].is_none() {
            if self.is_cut(at) && self.alive(self.source.pieces[at].parent) {
                self.tail = Some(at);
            } else if self.survives(at, live, within_text, gap) {
                let start = self.out.html.len();
                self.out.html.push_str(self.source.bytes(at));
                // White space is compared by nobody, and may run into text that the editor did show.
                let piece = &self.source.pieces[at];
                let shown = match piece.kind {
                    PieceKind::Space => true,
                    PieceKind::Word => self.gaps[gap].is_some() || self.elsewhere,
                    PieceKind::Open(_) => self.is_elsewhere(piece),
                    _ => false,
                };
                if !shown {
                    self.out.hidden.push(start..self.out.html.len());
                }
            }
            at += 1;
        }
        self.next_hidden = at;
    }

    /// Whether a hidden piece outlives its surroundings: white space between blocks goes with the block that it followed, everything else with the
    /// element that it was in.
    fn survives(&self, at: usize, live: bool, within_text: bool, gap: usize) -> bool {
        let piece = &self.source.pieces[at];
        match piece.kind {
            PieceKind::Space => live || (within_text && self.alive(piece.parent)),
            PieceKind::Open(_) | PieceKind::Close(_) | PieceKind::Stray => {
                !matches!(self.care, Care::DropHiddenTags | Care::WriteAll) && self.alive(piece.parent)
            }
            PieceKind::Word => self.gaps[gap].unwrap_or_else(|| self.alive(piece.parent)),
            PieceKind::Whole(_) => self.alive(piece.parent),
        }
    }

    /// Whether an element of the source is still there: its start tag is, or that of the element around it where the
    /// editor was not shown its own.
    fn alive(&self, mut element: Option<NodeId>) -> bool {
        while let Some(id) = element {
            let Some(node) = self.source.document.element(id) else { return true };
            let at = self.source.pieces.partition_point(|piece| piece.span.start < node.open.start);
            if let Some(loaded) = self.to_loaded.get(at).copied().flatten() {
                return self.stays[loaded];
            }
            element = self.source.pieces.get(at).and_then(|piece| piece.parent);
        }
        true
    }

    /// Writes piece `at` of the text now, which is piece `from` of the loaded one.
    fn stayed(&mut self, at: usize, from: usize) {
        let now = &self.now.pieces[at];
        let Some(source) = self.from_source[from] else { return self.added_on_loading(at, from) };
        let bytes = self.source.bytes(source);
        let (PieceKind::Open(id), PieceKind::Open(was), PieceKind::Open(origin)) =
            (now.kind, self.loaded.pieces[from].kind, self.source.pieces[source].kind)
        else {
            self.out.html.push_str(bytes);
            return;
        };
        if now.exact == self.loaded.pieces[from].exact {
            self.out.html.push_str(bytes);
            return;
        }
        let document = &self.now.document;
        if let (Some(origin), Some(was), Some(now)) =
            (self.source.document.element(origin), self.loaded.document.element(was), document.element(id))
        {
            let tag = edited_tag(self.source.document.source(), origin, was, now);
            self.out.html.push_str(&tag);
        }
    }

    /// A piece that is not in the source, and that the person did not write either: the editor added it on loading. It
    /// stays out, as it was out before, where both tags of its element are still the editor's own.
    fn added_on_loading(&mut self, at: usize, from: usize) {
        let piece = &self.now.pieces[at];
        let write = match (piece.kind, piece.pair) {
            (PieceKind::Open(id), pair) => {
                let out = pair.is_some_and(|pair| self.left_out(at, pair));
                // An end tag `</p>` of the source makes a paragraph of itself.
                let makes_itself = self.now.document.html_name(id) == "p"
                    && pair.is_some_and(|pair| {
                        matches!(self.origins[pair], Origin::Stayed(at) | Origin::Moved(at) if self.from_source[at].is_some())
                    });
                if out && !makes_itself && !self.is_elsewhere(piece) {
                    self.out.omitted.push(id);
                }
                !out
            }
            (PieceKind::Close(_), Some(open)) => !self.left_out(open, at),
            (PieceKind::Word, _) => self.gaps[self.placed_before[from]] != Some(true),
            _ => false,
        };
        if write {
            self.out.html.push_str(self.now.bytes(at));
        }
    }

    /// Whether the tags `open` and `close` of an element of the text now stay out of the source.
    fn left_out(&self, open: usize, close: usize) -> bool {
        let (Origin::Stayed(was_open) | Origin::Moved(was_open), Origin::Stayed(was_close) | Origin::Moved(was_close)) =
            (self.origins[open], self.origins[close])
        else {
            return false;
        };
        let care = self.cares[open];
        if care == Care::WriteAll || self.loaded.pieces[was_open].pair != Some(was_close) {
            return false;
        }
        if self.from_source[was_open].is_some() {
            // Only the end tag is missing in the source.
            return care == Care::Usual;
        }
        let PieceKind::Open(id) = self.now.pieces[open].kind else { return false };
        if self.now.document.html_name(id) != "p" {
            return true;
        }
        // A paragraph that the editor put around stray text: once the text is edited, or comes to stand beside other stray
        // text, the paragraph is the person's too.
        self.stands_apart(open, close, was_open, was_close)
            && close - open == was_close - was_open
            && (open..=close).all(|at| {
                matches!(self.origins[at], Origin::Stayed(from) | Origin::Moved(from)
                    if from - was_open == at - open && self.loaded.pieces[from].exact == self.now.pieces[at].exact)
            })
    }

    /// Whether what stands before piece `open` and after piece `close` of the text now is what stood there, or a block.
    fn stands_apart(&self, open: usize, close: usize, was_open: usize, was_close: usize) -> bool {
        let before = |text: &Text<'_>, at: usize| (0..at).rev().find(|at| text.pieces[*at].kind != PieceKind::Space);
        let after = |text: &Text<'_>, at: usize| {
            (at + 1..text.pieces.len()).find(|at| text.pieces[*at].kind != PieceKind::Space)
        };
        let apart = |now: Option<usize>, was: Option<usize>| match (now, now.map(|at| self.origins[at])) {
            (None, _) | (_, None) => true,
            (_, Some(Origin::Stayed(from) | Origin::Moved(from))) if Some(from) == was => true,
            (Some(at), Some(origin)) => {
                let (PieceKind::Open(id) | PieceKind::Close(id)) = self.now.pieces[at].kind else { return false };
                let written = match origin {
                    Origin::New => true,
                    Origin::Stayed(from) | Origin::Moved(from) => self.from_source[from].is_some(),
                };
                written && !is_inline(self.now.document.html_name(id))
            }
        };
        apart(before(self.now, open), before(self.loaded, was_open))
            && apart(after(self.now, close), after(self.loaded, was_close))
    }
}
