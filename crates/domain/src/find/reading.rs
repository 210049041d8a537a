//! A line as it is read, each character with the bytes that it stands in.

use crate::html::Span;

/// One character as it is read; several where the source writes them as one.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) shown: String,
    pub(super) span: Span,
}

/// A stretch of text that is read without a break.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) units: Vec<Unit>,
}

/// The text of a reading as it is searched.
pub(super) struct Folded {
    pub(super) text: String,
    /// For each unit, where it begins in `text`; the end of the text at last.
    starts: Vec<usize>,
}

impl Folded {
    /// The unit that begins at byte `at`.
    pub(super) fn unit_from(&self, at: usize) -> Option<usize> {
        self.starts[..self.starts.len() - 1].binary_search(&at).ok()
    }

    /// The unit that ends at byte `end`.
    pub(super) fn unit_to(&self, end: usize) -> Option<usize> {
        self.starts.binary_search(&end).ok()?.checked_sub(1)
    }
}

impl Reading {
    /// Appends what is read of `shown`; white space after white space is not seen.
    pub(super) fn push(&mut self, shown: &str, span: Span) {
        if shown.chars().all(is_space) {
            if self.units.last().is_none_or(|last| last.shown != " ") {
                self.units.push(Unit { shown: " ".to_owned(), span });
            } else if let Some(last) = self.units.last_mut().filter(|last| last.span.end == span.start) {
                last.span.end = span.end;
            }
            return;
        }
        self.units.push(Unit { shown: shown.to_owned(), span });
    }

    pub(super) fn folded(&self, match_case: bool) -> Folded {
        let mut folded = Folded { text: String::new(), starts: Vec::with_capacity(self.units.len() + 1) };
        for unit in &self.units {
            folded.starts.push(folded.text.len());
            fold_into(&unit.shown, match_case, &mut folded.text);
        }
        folded.starts.push(folded.text.len());
        folded
    }
}

pub(super) fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{a0}'
}

/// `text` as it is compared.
pub(super) fn fold(text: &str, match_case: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_space(c) {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            fold_into(c.encode_utf8(&mut [0; 4]), match_case, &mut out);
        }
    }
    out
}

fn fold_into(text: &str, match_case: bool, out: &mut String) {
    if match_case {
        out.push_str(text);
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

/// The lines of a text without markup.
pub(super) fn plain(source: &str) -> Vec<Reading> {
    let mut lines = vec![Reading::default()];
    for (at, c) in source.char_indices() {
        let span = Span::new(at, at + c.len_utf8());
        if c == '\n' {
            lines.push(Reading::default());
        } else if let Some(line) = lines.last_mut() {
            line.push(&source[span.start..span.end], span);
        }
    }
    lines
}
