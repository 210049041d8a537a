//! The difference of two texts, word by word, for display.

use serde::{Deserialize, Serialize};

use super::matches;

/// What became of a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PieceKind {
    /// In both texts.
    Same,
    /// Only in the text after.
    Added,
    /// Only in the text before.
    Removed,
}

/// A stretch of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Piece {
    /// What became of it.
    pub kind: PieceKind,
    /// The text, white space included.
    pub text: String,
}

/// The difference of `before` and `after`, by words. The pieces that are not `Added` are `before`; those that are not
/// `Removed` are `after`.
pub fn words(before: &str, after: &str) -> Vec<Piece> {
    let (old, new) = (cut(before), cut(after));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |kind, text: &str| match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.kind == kind => last.text.push_str(text),
        _ => pieces.push(Piece { kind, text: text.to_owned() }),
    };
    let (mut from, mut to) = (0, 0);
    let mut same = matches(&old, &new);
    same.push((old.len(), new.len()));
    for (i, j) in same {
        push(PieceKind::Removed, &old[from..i].concat());
        push(PieceKind::Added, &new[to..j].concat());
        if let Some(word) = new.get(j) {
            push(PieceKind::Same, word);
        }
        (from, to) = (i + 1, j + 1);
    }
    bridged(pieces)
}

/// Replaced phrases read better whole: a lone space between two changes is taken into both.
fn bridged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let flush = |out: &mut Vec<Piece>, removed: &mut String, added: &mut String| {
        for (kind, text) in [(PieceKind::Removed, removed), (PieceKind::Added, added)] {
            if !text.is_empty() {
                out.push(Piece { kind, text: std::mem::take(text) });
            }
        }
    };
    for (at, piece) in pieces.iter().enumerate() {
        match piece.kind {
            PieceKind::Removed => removed.push_str(&piece.text),
            PieceKind::Added => added.push_str(&piece.text),
            PieceKind::Same => {
                let follows = pieces.get(at + 1).is_some();
                if piece.text == " " && follows && !removed.is_empty() && !added.is_empty() {
                    removed.push(' ');
                    added.push(' ');
                } else {
                    flush(&mut out, &mut removed, &mut added);
                    out.push(piece.clone());
                }
            }
        }
    }
    flush(&mut out, &mut removed, &mut added);
    out
}

fn cut(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let space = first.is_whitespace();
        let len = rest.find(|c: char| c.is_whitespace() != space).unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        parts.push(word);
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        words(before, after)
            .iter()
            .map(|piece| match piece.kind {
                PieceKind::Same => piece.text.clone(),
                PieceKind::Added => format!("+[{}]", piece.text),
                PieceKind::Removed => format!("-[{}]", piece.text),
            })
            .collect()
    }

    #[test]
    fn changes_are_shown_by_word() {
        let cases = [
            ("a b c", "a b c", "a b c"),
            ("a b c", "a x c", "a -[b]+[x] c"),
            ("a b c", "a x y", "a -[b c]+[x y]"),
            ("a", "a b", "a+[ b]"),
            ("", "a", "+[a]"),
            ("a", "", "-[a]"),
        ];
        for (before, after, expected) in cases {
            assert_eq!(shown(before, after), expected);
        }
    }

    #[test]
    fn both_texts_can_be_read_from_the_pieces() {
        let (before, after) = ("The exam is on\nMonday at  nine.", "An exam was on Tuesday\nat nine, twice.");
        let pieces = words(before, after);
        let read = |skip: PieceKind| {
            pieces.iter().filter(|piece| piece.kind != skip).map(|piece| piece.text.as_str()).collect::<String>()
        };
        assert_eq!(read(PieceKind::Added), before);
        assert_eq!(read(PieceKind::Removed), after);
    }
}
