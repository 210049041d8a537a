//! Texts: by block, then by word inside a block that both sides changed.

use std::collections::HashMap;
use std::ops::Range;

use super::hunk::{Hunk, TextMerge};
use super::three_way::{Fate, Region, regions};
use crate::html::pieces::{Piece, PieceKind, pieces};
use crate::html::{Block, Document, Span, blocks_of};
use crate::markdown;

/// Words that must lie untouched between edits of two sides, unless a sentence or a line ends there: nearer than this,
/// two edits are likely to be about one thing, and a person reads them together.
const WORDS_APART: usize = 6;

/// Merges Markdown by block, then by word.
pub fn merge_markdown(base: &str, local: &str, remote: &str) -> TextMerge {
    settled(base, local, remote).unwrap_or_else(|| {
        let glue = if base.contains("\r\n") || local.contains("\r\n") { "\r\n\r\n" } else { "\n\n" };
        let part = |text| Part { text, blocks: markdown::blocks(text) };
        let (b, l, r) = (part(base), part(local), part(remote));
        by_block(&b, &l, &r, glue, &|b, l, r| words(b, l, r, &plain_pieces, &|_| true))
    })
}

/// Merges by line, whole lines conflicting: for texts of no known format.
pub fn merge_lines(base: &str, local: &str, remote: &str) -> TextMerge {
    settled(base, local, remote).unwrap_or_else(|| {
        let part = |text| Part { text, blocks: lines(text) };
        by_block(&part(base), &part(local), &part(remote), "\n", &|_, _, _| None)
    })
}

/// Merges HTML by block of the source, into lists, tables and divisions, then by word with tags whole. A merged stretch
/// that would leave a tag open or closed twice is a conflict instead.
pub fn merge_html(base: &str, local: &str, remote: &str) -> TextMerge {
    settled(base, local, remote).unwrap_or_else(|| {
        let (b, l, r) = (Document::parse(base), Document::parse(local), Document::parse(remote));
        let merged = html_parts((&b, &top_blocks(&b)), (&l, &top_blocks(&l)), (&r, &top_blocks(&r)));
        let worst = defects(&b).max(defects(&l)).max(defects(&r));
        let fits = [super::Side::Local, super::Side::Remote]
            .into_iter()
            .all(|side| defects(&Document::parse(&merged.with(side))) <= worst);
        if fits { merged } else { conflict(base, local, remote) }
    })
}

/// The cases that need no alignment.
fn settled(base: &str, local: &str, remote: &str) -> Option<TextMerge> {
    let whole = |hunk| Some(TextMerge { hunks: vec![hunk] });
    if local == base && remote == base {
        whole(Hunk::Same { text: base.into() })
    } else if local == remote {
        whole(Hunk::Both { text: local.into() })
    } else if remote == base {
        whole(Hunk::Local { text: local.into() })
    } else if local == base {
        whole(Hunk::Remote { text: remote.into() })
    } else {
        None
    }
}

fn conflict(base: &str, local: &str, remote: &str) -> TextMerge {
    TextMerge { hunks: vec![Hunk::Conflict { base: base.into(), local: local.into(), remote: remote.into() }] }
}

struct Part<'t> {
    text: &'t str,
    blocks: Vec<Span>,
}

impl<'t> Part<'t> {
    fn block(&self, at: usize) -> &'t str {
        self.blocks.get(at).map_or("", |span| span.of(self.text))
    }

    /// The block without the white space that separates it from the next.
    fn body(&self, at: usize) -> &'t str {
        self.block(at).trim_end()
    }

    fn gap(&self, at: usize) -> &'t str {
        let block = self.block(at);
        &block[block.trim_end().len()..]
    }

    fn range(&self, range: &Range<usize>) -> &'t str {
        match (self.blocks.get(range.start), range.end.checked_sub(1).and_then(|last| self.blocks.get(last))) {
            (Some(first), Some(last)) if !range.is_empty() => Span::new(first.start, last.end).of(self.text),
            _ => "",
        }
    }
}

#[derive(Default)]
struct Interner<'t>(HashMap<&'t str, u32>);

impl<'t> Interner<'t> {
    fn id(&mut self, text: &'t str) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(text).or_insert(next)
    }
}

type Inner<'f> = dyn Fn(&str, &str, &str) -> Option<TextMerge> + 'f;

fn by_block<'t>(b: &Part<'t>, l: &Part<'t>, r: &Part<'t>, glue: &str, inner: &Inner<'_>) -> TextMerge {
    by_block_at(b, l, r, glue, &|region| inner(b.range(&region.base), l.range(&region.local), r.range(&region.remote)))
}

fn by_block_at<'t>(
    b: &Part<'t>,
    l: &Part<'t>,
    r: &Part<'t>,
    glue: &str,
    inner: &dyn Fn(&Region) -> Option<TextMerge>,
) -> TextMerge {
    let mut names = Interner::default();
    let mut ids = |part: &Part<'t>| (0..part.blocks.len()).map(|i| names.id(part.body(i))).collect::<Vec<u32>>();
    let (kb, kl, kr) = (ids(b), ids(l), ids(r));
    let mut merge = TextMerge::default();
    for region in regions(&kb, &kl, &kr, |_| false) {
        let (base, local, remote) = (b.range(&region.base), l.range(&region.local), r.range(&region.remote));
        let apart = |merge: &mut TextMerge| {
            if !glue.is_empty() && needs_glue(merge) {
                glue_last(merge, glue);
            }
        };
        match region.fate {
            Fate::Same => {
                for (i, (at_l, at_r)) in region.base.clone().zip(region.local.clone().zip(region.remote.clone())) {
                    apart(&mut merge);
                    let gap = gap_of(b.gap(i), l.gap(at_l), r.gap(at_r));
                    merge.push(Hunk::Same { text: format!("{}{gap}", b.body(i)) });
                }
            }
            Fate::Local | Fate::Remote => {
                let ours = region.fate == Fate::Local;
                let (side, text, range) = if ours { (l, local, &region.local) } else { (r, remote, &region.remote) };
                let (other, other_range) = if ours { (r, &region.remote) } else { (l, &region.local) };
                let mut text = text.to_owned();
                if let (Some(last), Some(was), Some(theirs)) =
                    (range.clone().last(), region.base.clone().last(), other_range.clone().last())
                {
                    // The other side may have changed only what separates this block from the next.
                    let gap = gap_of(b.gap(was), side.gap(last), other.gap(theirs));
                    text.truncate(text.trim_end().len());
                    text.push_str(gap);
                }
                if !text.is_empty() {
                    apart(&mut merge);
                }
                merge.push(if ours { Hunk::Local { text } } else { Hunk::Remote { text } });
            }
            Fate::Agreed => {
                apart(&mut merge);
                // They may still differ in white space; the longer one, whoever wrote it.
                let text = std::cmp::max_by_key(local, remote, |text| (text.len(), *text));
                merge.push(Hunk::Both { text: text.into() });
            }
            Fate::Met => {
                apart(&mut merge);
                if local == remote {
                    merge.push(Hunk::Both { text: local.into() });
                } else if let Some(inner) = inner(&region) {
                    inner.hunks.into_iter().for_each(|hunk| merge.push(hunk));
                } else {
                    merge.push(Hunk::Conflict { base: base.into(), local: local.into(), remote: remote.into() });
                }
            }
        }
    }
    merge
}

/// White space between blocks: the side that changed it wins; both did, the longer one, whoever wrote it.
fn gap_of<'t>(base: &'t str, local: &'t str, remote: &'t str) -> &'t str {
    if local == remote || remote == base {
        local
    } else if local == base {
        remote
    } else {
        std::cmp::max_by_key(local, remote, |gap| (gap.len(), *gap))
    }
}

fn needs_glue(merge: &TextMerge) -> bool {
    let open = |text: &str| !text.is_empty() && !text.ends_with('\n');
    match merge.hunks.last() {
        None => false,
        Some(Hunk::Conflict { local, remote, .. }) => open(local) || open(remote),
        Some(Hunk::Same { text } | Hunk::Local { text } | Hunk::Remote { text } | Hunk::Both { text })
            if text.is_empty() =>
        {
            let rest = TextMerge { hunks: merge.hunks[..merge.hunks.len() - 1].to_vec() };
            needs_glue(&rest)
        }
        Some(Hunk::Same { text } | Hunk::Local { text } | Hunk::Remote { text } | Hunk::Both { text }) => open(text),
    }
}

fn glue_last(merge: &mut TextMerge, glue: &str) {
    if let Some(Hunk::Conflict { local, remote, .. }) = merge.hunks.last_mut() {
        for side in [local, remote] {
            if !side.is_empty() && !side.ends_with('\n') {
                side.push_str(glue);
            }
        }
    } else {
        merge.push(Hunk::Same { text: glue.into() });
    }
}

fn lines(text: &str) -> Vec<Span> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            at += line.len();
            Span::new(at - line.len(), at)
        })
        .collect()
}

type Cut<'f> = dyn Fn(&str) -> Vec<Word> + 'f;

/// A piece for the word merge.
struct Word {
    span: Span,
    /// Counts as a word of text.
    word: bool,
    /// A sentence, a line or a block ends with it.
    ends: bool,
}

/// Merges `base`, `local`, `remote` by word; none where both changed the same words or `fits` refuses the result.
fn words(base: &str, local: &str, remote: &str, cut: &Cut<'_>, fits: &dyn Fn(&str) -> bool) -> Option<TextMerge> {
    let (b, l, r) = (cut(base), cut(local), cut(remote));
    let mut names = Interner::default();
    let kb = intern_words(&mut names, &b, base);
    let kl = intern_words(&mut names, &l, local);
    let kr = intern_words(&mut names, &r, remote);
    let near = |gap: Range<usize>| {
        let gap = &b[gap];
        !gap.iter().any(|piece| piece.ends) && gap.iter().filter(|piece| piece.word).count() < WORDS_APART
    };
    let text = |pieces: &[Word], range: &Range<usize>, of: &str| -> String {
        pieces[range.clone()].iter().map(|piece| piece.span.of(of)).collect()
    };
    let mut merge = TextMerge::default();
    for region in regions(&kb, &kl, &kr, near) {
        let (ours, theirs) = (text(&l, &region.local, local), text(&r, &region.remote, remote));
        merge.push(match region.fate {
            Fate::Same => Hunk::Same { text: ours },
            Fate::Local => Hunk::Local { text: ours },
            Fate::Remote => Hunk::Remote { text: theirs },
            Fate::Agreed => Hunk::Both { text: ours },
            Fate::Met if ours == theirs => Hunk::Both { text: ours },
            Fate::Met => return None,
        });
    }
    let clean = merge.clean()?;
    fits(&clean).then_some(merge)
}

fn intern_words<'t>(names: &mut Interner<'t>, pieces: &[Word], text: &'t str) -> Vec<u32> {
    pieces.iter().map(|piece| names.id(piece.span.of(text))).collect()
}

fn plain_pieces(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut from = 0;
    while from < bytes.len() {
        let space = bytes[from].is_ascii_whitespace();
        let len = bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace() == space).count();
        let span = Span::new(from, from + len);
        let piece = span.of(text);
        out.push(Word { span, word: !space, ends: if space { piece.contains('\n') } else { ends_sentence(piece) } });
        from += len;
    }
    out
}

fn ends_sentence(word: &str) -> bool {
    word.trim_end_matches(['"', '\'', ')', '”', '’', '*', '_']).ends_with(['.', '!', '?', '。', '！', '？'])
}

fn html_pieces(text: &str) -> Vec<Word> {
    let document = Document::parse(text);
    pieces(&document).iter().map(|piece| html_word(&document, piece)).collect()
}

fn html_word(document: &Document<'_>, piece: &Piece) -> Word {
    let text = document.slice(piece.span);
    let (word, ends) = match piece.kind {
        // A no-break space is a piece of its own, and no word.
        PieceKind::Word => (!matches!(text, "&nbsp;" | "\u{a0}" | "&#160;" | "&#xa0;"), ends_sentence(text)),
        PieceKind::Space => (false, false),
        PieceKind::Open(id) | PieceKind::Close(id) => {
            let name = document.html_name(id);
            (false, name == "br" || !crate::html::is_inline(name))
        }
        PieceKind::Whole(_) => (true, false),
        PieceKind::Stray => (false, false),
    };
    Word { span: piece.span, word, ends }
}

/// Tags that are not as they should be: opened and not closed, closed and not opened, implied by the parser.
fn defects(document: &Document<'_>) -> usize {
    use crate::html::TokenKind;
    let stray = document
        .tokens()
        .iter()
        .filter(|token| match token.kind {
            TokenKind::Start(None) | TokenKind::End(None) | TokenKind::Ignored => true,
            TokenKind::End(Some(id)) => document.element(id).is_some_and(|element| element.is_implied()),
            _ => false,
        })
        .count();
    let open = document
        .descendants(document.root())
        .into_iter()
        .filter(|id| *id != document.root())
        .filter_map(|id| document.element(id).map(|element| (id, element)))
        .filter(|(id, element)| match element.name() {
            // A table's body may be left out by anybody.
            "tbody" | "colgroup" => false,
            _ => {
                element.is_implied()
                    || (element.close.is_empty()
                        && (document.node(*id).first.is_some() || !crate::html::is_void(element.name())))
            }
        })
        .count();
    stray + open
}

fn top_blocks(document: &Document<'_>) -> Vec<Block> {
    blocks_of(document, document.root(), Span::new(0, document.source().len()))
}

type Side<'d, 's> = (&'d Document<'s>, &'d [Block]);

fn html_parts<'t>(b: Side<'t, '_>, l: Side<'t, '_>, r: Side<'t, '_>) -> TextMerge {
    let spans = |blocks: &[Block]| blocks.iter().map(|block| block.span).collect::<Vec<_>>();
    let parts = (
        Part { text: b.0.source(), blocks: spans(b.1) },
        Part { text: l.0.source(), blocks: spans(l.1) },
        Part { text: r.0.source(), blocks: spans(r.1) },
    );
    by_block_at(&parts.0, &parts.1, &parts.2, "", &|region| {
        let (base, local, remote) =
            (parts.0.range(&region.base), parts.1.range(&region.local), parts.2.range(&region.remote));
        html_inside(b, l, r, region).or_else(|| {
            let worst = [base, local, remote].into_iter().map(|text| defects(&Document::parse(text))).max()?;
            words(base, local, remote, &html_pieces, &|clean| defects(&Document::parse(clean)) <= worst)
        })
    })
}

/// Goes into a list, a table, a division that is one block on all three sides.
fn html_inside(b: Side<'_, '_>, l: Side<'_, '_>, r: Side<'_, '_>, region: &Region) -> Option<TextMerge> {
    let one = |(document, blocks): Side<'_, '_>, range: &Range<usize>| {
        let block = (range.len() == 1).then(|| blocks[range.start])?;
        let id = block.element?;
        let inner = crate::html::content_of(document, id)?;
        crate::html::is_container(document, id).then_some((id, inner, block.span))
    };
    let (ib, il, ir) = (one(b, &region.base)?, one(l, &region.local)?, one(r, &region.remote)?);
    if b.0.html_name(ib.0) != l.0.html_name(il.0) || b.0.html_name(ib.0) != r.0.html_name(ir.0) {
        return None;
    }
    let mut merge = TextMerge::default();
    let edge = |pick: &dyn Fn((crate::html::NodeId, Span, Span)) -> Span| {
        let (was, ours, theirs) = (b.0.slice(pick(ib)), l.0.slice(pick(il)), r.0.slice(pick(ir)));
        match super::value::merge(&was, &ours, &theirs) {
            super::value::Merged::Settled(text) if text == was => Some(Hunk::Same { text: text.into() }),
            super::value::Merged::Settled(text) if ours == theirs => Some(Hunk::Both { text: text.into() }),
            super::value::Merged::Settled(text) if text == ours => Some(Hunk::Local { text: text.into() }),
            super::value::Merged::Settled(text) => Some(Hunk::Remote { text: text.into() }),
            super::value::Merged::Conflict { .. } => None,
        }
    };
    merge.push(edge(&|(_, inner, block)| Span::new(block.start, inner.start))?);
    let blocks =
        |(document, _): Side<'_, '_>, (id, inner, _): (crate::html::NodeId, Span, Span)| blocks_of(document, id, inner);
    let inner = html_parts((b.0, &blocks(b, ib)), (l.0, &blocks(l, il)), (r.0, &blocks(r, ir)));
    inner.hunks.into_iter().for_each(|hunk| merge.push(hunk));
    merge.push(edge(&|(_, inner, block)| Span::new(inner.end, block.end))?);
    Some(merge)
}
