//! The source as a flat row of pieces: tags whole, words, white space. Splice and merge work on these.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use html5gum::{Token as RawToken, Tokenizer};

use super::document::{Document, Element, NodeId, Span, TokenKind};

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PieceKind {
    /// A start tag, and its element.
    Open(NodeId),
    /// The end tag of an element that has a start tag.
    Close(NodeId),
    /// A run of characters without white space.
    Word,
    /// White space.
    Space,
    /// An element that is taken whole, such as a script or a frame; or a comment.
    Whole(Option<NodeId>),
    /// Bytes without a meaning, or a tag that the parser did not take.
    Stray,
}

#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) kind: PieceKind,
    pub(crate) span: Span,
    /// Equal for pieces with the same meaning: attributes in any order, quotes and references decoded.
    pub(crate) exact: u64,
    /// Equal for what an editor's loading makes of a piece: tag names without attributes, white space alike.
    pub(crate) loose: u64,
    /// The innermost element around it.
    pub(crate) parent: Option<NodeId>,
    /// For a start or end tag, the index of the other one.
    pub(crate) pair: Option<usize>,
}

/// Elements whose inside is never spliced.
fn is_whole(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "iframe"
            | "noscript"
            | "template"
            | "object"
            | "video"
            | "audio"
            | "svg"
            | "math"
            | "select"
            | "textarea"
            | "title"
            | "noembed"
            | "noframes"
            | "xmp"
            | "canvas"
    )
}

pub(crate) fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The pieces of `document`; they tile its source.
pub(crate) fn pieces(document: &Document<'_>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open: Vec<(NodeId, usize)> = Vec::new();
    let mut done = 0;
    for token in document.tokens() {
        let span = Span::new(token.span.start.max(done), token.span.end.max(done));
        if span.is_empty() {
            continue;
        }
        done = span.end;
        let parent = open.last().map(|(id, _)| *id);
        let source = document.slice(span);
        match token.kind {
            TokenKind::Start(Some(id)) => {
                let Some(element) = document.element(id) else { continue };
                let whole = document.node(id).span;
                if is_whole(element.name()) && whole.start == span.start {
                    let span = whole.union(span);
                    let exact = hash_of(("whole", document.slice(span)));
                    let loose = hash_of(("whole", element.name()));
                    pieces.push(Piece { kind: PieceKind::Whole(Some(id)), span, exact, loose, parent, pair: None });
                    done = span.end;
                    continue;
                }
                let (exact, loose) = (hash_of(("open", tag_meaning(element))), hash_of(("open", element.name())));
                let is_void = document.node(id).first.is_none() && element.close.is_empty();
                if !is_void {
                    open.push((id, pieces.len()));
                }
                pieces.push(Piece { kind: PieceKind::Open(id), span, exact, loose, parent, pair: None });
            }
            TokenKind::End(Some(id)) => {
                let name = document.element(id).map_or("", Element::name);
                let key = hash_of(("close", name));
                let mut pair = None;
                if let Some(at) = open.iter().rposition(|(other, _)| *other == id) {
                    pair = Some(open[at].1);
                    open.truncate(at);
                }
                let parent = open.last().map(|(id, _)| *id);
                let kind = if pair.is_some() { PieceKind::Close(id) } else { PieceKind::Stray };
                if let Some(at) = pair {
                    pieces[at].pair = Some(pieces.len());
                }
                pieces.push(Piece { kind, span, exact: key, loose: key, parent, pair });
            }
            TokenKind::Text => {
                let preformatted = open.iter().any(|(id, _)| document.html_name(*id) == "pre");
                split_text(source, span.start, preformatted, parent, &mut pieces);
            }
            TokenKind::Comment => {
                let key = hash_of(("comment", source));
                pieces.push(Piece { kind: PieceKind::Whole(None), span, exact: key, loose: key, parent, pair: None });
            }
            TokenKind::Start(None) | TokenKind::End(None) | TokenKind::Ignored => {
                let key = hash_of(("stray", source));
                pieces.push(Piece { kind: PieceKind::Stray, span, exact: key, loose: key, parent, pair: None });
            }
        }
    }
    pieces
}

fn split_text(source: &str, at: usize, preformatted: bool, parent: Option<NodeId>, pieces: &mut Vec<Piece>) {
    let bytes = source.as_bytes();
    let mut from = 0;
    while from < bytes.len() {
        let space = bytes[from].is_ascii_whitespace();
        let len = match no_break_space(&bytes[from..]) {
            0 => bytes[from..]
                .iter()
                .enumerate()
                .take_while(|(i, byte)| byte.is_ascii_whitespace() == space && no_break_space(&bytes[from + i..]) == 0)
                .count(),
            len => len,
        };
        let text = &source[from..from + len];
        let span = Span::new(at + from, at + from + len);
        let (kind, exact, loose) = if space {
            let loose = if preformatted { hash_of(("space", text.replace("\r\n", "\n"))) } else { hash_of("space") };
            (PieceKind::Space, hash_of(("space", text)), loose)
        } else {
            let key = hash_of(("word", &*decode(text)));
            (PieceKind::Word, key, key)
        };
        pieces.push(Piece { kind, span, exact, loose, parent, pair: None });
        from += len;
    }
}

/// Length of the no-break space that `bytes` begin with. It is a piece of its own, since editors spell it at will.
fn no_break_space(bytes: &[u8]) -> usize {
    ["&nbsp;", "\u{a0}", "&#160;", "&#xa0;"]
        .iter()
        .find(|space| bytes.starts_with(space.as_bytes()))
        .map_or(0, |s| s.len())
}

/// `text` with character references decoded, as in element content.
pub(crate) fn decode(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut decoded = String::with_capacity(text.len());
    for token in Tokenizer::new(text) {
        let Ok(token) = token;
        if let RawToken::String(part) = token {
            decoded.push_str(&String::from_utf8_lossy(&part));
        }
    }
    decoded.into()
}

/// Name and attributes of a start tag in an order of their own.
fn tag_meaning(element: &Element) -> (&str, Vec<(&str, &str)>) {
    let mut attrs: Vec<_> = element.attrs.iter().map(|attr| (attr.name.as_str(), attr.value.as_str())).collect();
    attrs.sort_unstable();
    (element.name(), attrs)
}
