//! Passages that a converter has to let through untouched: it sees a character that it knows nothing of in their place.

/// Before and after the number of a slot. Private use: no text of a site has a meaning for them.
const OPEN: char = '\u{f8f0}';
const CLOSE: char = '\u{f8f1}';

/// What stands in the places.
#[derive(Debug, Default)]
pub(crate) struct Slots(Vec<String>);

impl Slots {
    /// The mark that stands for `text` until [`Slots::filled`].
    pub(crate) fn put(&mut self, text: impl Into<String>) -> String {
        self.0.push(text.into());
        format!("{OPEN}{}{CLOSE}", self.0.len() - 1)
    }

    /// `text` with everything in its place again, also what lies in what was put.
    pub(crate) fn filled(&self, text: &str) -> String {
        if !text.contains(OPEN) {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(OPEN) {
            out.push_str(&rest[..at]);
            let after = &rest[at + OPEN.len_utf8()..];
            let slot = after.find(CLOSE).and_then(|end| Some((end, self.0.get(after[..end].parse::<usize>().ok()?)?)));
            match slot {
                Some((end, text)) => {
                    out.push_str(&self.filled(text));
                    rest = &after[end + CLOSE.len_utf8()..];
                }
                None => {
                    out.push(OPEN);
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}
