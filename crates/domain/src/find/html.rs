//! The lines of a page as they are read.

use super::reading::Reading;
use crate::html::pieces::{PieceKind, decode, pieces};
use crate::html::{Document, Edit, Span, is_inline};

/// The lines of `source`. A block, a line break, a picture or what is embedded ends a line; inline tags do not.
pub(super) fn lines(source: &str) -> Vec<Reading> {
    let document = Document::parse(source);
    let mut lines: Vec<Reading> = Vec::new();
    let mut line = Reading::default();
    for piece in pieces(&document) {
        let ends = match piece.kind {
            PieceKind::Word | PieceKind::Space => {
                read(source, piece.span, &mut line);
                false
            }
            PieceKind::Open(id) | PieceKind::Close(id) => {
                let name = document.html_name(id);
                !is_inline(name) || matches!(name, "br" | "img" | "wbr")
            }
            PieceKind::Whole(id) => id.is_some(),
            PieceKind::Stray => false,
        };
        if ends && !line.units.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
    }
    lines.push(line);
    lines
}

/// Reads the text at `span`, character references decoded, each character with its own bytes.
fn read(source: &str, span: Span, line: &mut Reading) {
    let text = span.of(source);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = span.start + at;
        if c != '&' {
            at += c.len_utf8();
            line.push(&text[start - span.start..at], Span::new(start, span.start + at));
            continue;
        }
        let rest = &text[at + 1..];
        let name = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let len = 1 + name + usize::from(rest[name..].starts_with(';'));
        let raw = &text[at..at + len];
        let (written, decoded) = reference(raw);
        line.push(&decoded, Span::new(start, start + written));
        at += written;
    }
}

/// How many bytes at the beginning of `raw`, which begins with `&`, are one character reference, and what it stands for;
/// the `&` itself where it is none.
fn reference(raw: &str) -> (usize, String) {
    let decoded = decode(raw);
    if decoded == raw {
        return (1, "&".to_owned());
    }
    // A reference without a semicolon may be followed by letters that are just letters (`&copyright`).
    let alike = |(a, b): &(u8, u8)| a == b && (a.is_ascii_alphanumeric() || *a == b';');
    let tail = raw.bytes().rev().zip(decoded.bytes().rev()).take_while(alike).count();
    let tail = if tail < decoded.len() { tail } else { 0 };
    (raw.len() - tail, decoded[..decoded.len() - tail].to_owned())
}

/// The edit that keeps the bytes from `kept` to `at` what they are, where something goes or comes at `at`: a bare `&` or
/// `<` is text, and a reference without a semicolon ends, only as long as the right letters follow. What stands before
/// `kept` is another hit's, and is replaced with it.
pub(super) fn guarded(source: &str, kept: usize, at: usize) -> Option<Edit> {
    let before = source.get(kept..at)?;
    let open = before.trim_end_matches(['/', '!', '?']);
    if before.len() - open.len() < 2 && open.ends_with('<') {
        let end = kept + open.len();
        return Some(Edit::new(Span::new(end - 1, end), "&lt;"));
    }
    let name = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    let from = name.strip_suffix('&')?.len();
    match reference(&before[from..]) {
        (1, _) => Some(Edit::new(Span::new(kept + from, kept + from + 1), "&amp;")),
        (len, _) => Some(Edit::insert(kept + from + len, ";")),
    }
}
