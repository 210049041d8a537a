//! Finding and replacing words in a body as it is read: across bold and links, without touching a tag or an address.

mod html;
mod markdown;
mod reading;

use serde::{Deserialize, Serialize};

use crate::Format;
use crate::html::{Edit, Span, edited, escaped};
use reading::{Reading, fold};

/// How much is shown of the text around a hit, in characters on each side.
const AROUND: usize = 48;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Query {
    /// The words, as they are read. White space matches any white space.
    pub text: String,
    /// Whether capitals matter.
    #[serde(default)]
    pub match_case: bool,
    /// Whether a hit must begin and end where a word does.
    #[serde(default)]
    pub whole_words: bool,
    /// Whether fenced and inline code of Markdown is left alone.
    #[serde(default)]
    pub outside_code: bool,
}

/// A place where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// From its first to its last byte in the source; tags may lie within.
    pub span: Span,
    /// The text before it on its line, cut short.
    pub before: String,
    /// The text found, as it is read.
    pub text: String,
    /// The text after it on its line, cut short.
    pub after: String,
    /// Its bytes, without the tags that lie within.
    parts: Vec<Span>,
}

/// The places in `source` where `query` is found, in order; they do not overlap.
pub fn hits(source: &str, format: Format, query: &Query) -> Vec<Hit> {
    let wanted = fold(&query.text, query.match_case);
    if wanted.is_empty() {
        return Vec::new();
    }
    let lines = match format {
        Format::Html => html::lines(source),
        Format::Markdown => markdown::lines(source, query.outside_code),
        Format::None => reading::plain(source),
    };
    lines.iter().flat_map(|line| line_hits(line, &wanted, query)).collect()
}

/// `source` with `replacement` in the place of those hits of `query` that `chosen` takes, by their number in [`hits`].
/// Everything else keeps its bytes.
pub fn replaced(
    source: &str,
    format: Format,
    query: &Query,
    replacement: &str,
    chosen: impl Fn(usize) -> bool,
) -> String {
    let written = if format == Format::Html { escaped(replacement) } else { replacement.to_owned() };
    let mut edits: Vec<Edit> = Vec::new();
    let mut kept = 0;
    for (number, hit) in hits(source, format, query).iter().enumerate() {
        if !chosen(number) {
            continue;
        }
        for (at, part) in hit.parts.iter().enumerate() {
            if format == Format::Html {
                edits.extend(html::guarded(source, kept, part.start));
            }
            kept = part.end;
            // It goes where the hit began; the rest of the hit only goes.
            edits.push(Edit::new(*part, if at == 0 { written.as_str() } else { "" }));
        }
    }
    edited(source, &edits)
}

fn line_hits(line: &Reading, wanted: &str, query: &Query) -> Vec<Hit> {
    let folded = line.folded(query.match_case);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = folded.text.get(from..).and_then(|rest| rest.find(wanted)).map(|at| at + from) {
        let end = at + wanted.len();
        from = at + folded.text[at..].chars().next().map_or(1, char::len_utf8);
        let (Some(first), Some(last)) = (folded.unit_from(at), folded.unit_to(end)) else { continue };
        let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        if query.whole_words
            && !(outside(folded.text[..at].chars().next_back()) && outside(folded.text[end..].chars().next()))
        {
            continue;
        }
        found.push(hit(line, first, last));
        from = end;
    }
    found
}

/// The hit of units `first` to `last` of `line`.
fn hit(line: &Reading, first: usize, last: usize) -> Hit {
    let mut parts: Vec<Span> = Vec::new();
    for unit in &line.units[first..=last] {
        match parts.last_mut() {
            Some(part) if part.end == unit.span.start => part.end = unit.span.end,
            _ => parts.push(unit.span),
        }
    }
    let shown =
        |range: std::ops::Range<usize>| line.units[range].iter().map(|unit| unit.shown.as_str()).collect::<String>();
    let (from, to) = (first.saturating_sub(AROUND), (last + 1 + AROUND).min(line.units.len()));
    let before = format!("{}{}", if from > 0 { "…" } else { "" }, shown(from..first));
    let after = format!("{}{}", shown(last + 1..to), if to < line.units.len() { "…" } else { "" });
    let span = Span::new(line.units[first].span.start, line.units[last].span.end);
    Hit { span, before, text: shown(first..last + 1), after, parts }
}

#[cfg(test)]
mod tests;
