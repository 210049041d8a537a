//! Tables whose header cells are empty: Markdown has no table without them.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Check, Finding, Fix, Text, read, span};
use crate::html::{Edit, Span};

const WORDS: &str =
    "The header cells of this table are empty, so that its cells are read out without saying what they are of.";

pub(super) fn check(text: &Text<'_>, found: &mut Vec<Finding>) {
    for (at, (event, range)) in text.events.iter().enumerate() {
        let Event::Start(Tag::Table(columns)) = event else { continue };
        let inner = text.within(at);
        let [(Event::Start(Tag::TableHead), head), after @ ..] = inner else { continue };
        let mut header = after.iter().take_while(|(event, _)| !matches!(event, Event::End(TagEnd::TableHead)));
        let empty =
            header.all(|(event, _)| matches!(event, Event::Start(Tag::TableCell) | Event::End(TagEnd::TableCell)));
        let is_row = |event: &Event<'_>| matches!(event, Event::Start(Tag::TableRow));
        let mut rows = inner.iter().filter(|(event, _)| is_row(event)).map(|(_, range)| line(text.source, span(range)));
        // A single row or column is a frame around something rather than a table.
        let (Some(first), Some(_)) = (rows.next(), rows.next()) else { continue };
        // A header of another number of cells would make it no table.
        if !empty || columns.len() < 2 || cells(first.of(text.source)) != columns.len() {
            continue;
        }
        let edits = raised(text.source, line(text.source, span(head)), first);
        let fix = Fix::ready("The first row is headers", edits);
        found.push(text.finding(Check::TableWithoutHeaders, span(range), &read(inner), WORDS, vec![fix]));
    }
}

/// A row without the end of its line.
fn line(source: &str, row: Span) -> Span {
    Span::new(row.start, row.start + row.of(source).trim_end().len())
}

/// How many cells a row has.
fn cells(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let bars = row.match_indices('|').filter(|(at, _)| !row[..*at].ends_with('\\')).count();
    let closed = row.ends_with('|') && !row.ends_with("\\|");
    if closed { bars } else { bars + 1 }
}

/// The edits that put row `first` into the place of the header.
fn raised(source: &str, head: Span, first: Span) -> Vec<Edit> {
    let line_end = source[..first.start].rfind('\n').unwrap_or(first.start);
    let line_end = source[..line_end].trim_end_matches('\r').len();
    vec![Edit::new(head, first.of(source)), Edit::new(Span::new(line_end, first.end), "")]
}
