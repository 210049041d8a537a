//! What makes a Markdown text hard to read for somebody, as a forum shows it.

mod headings;
mod links;
mod pictures;
mod quotes;
mod runs;
mod tables;

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

use super::blocks;
use crate::accessibility::{Check, Finding, Fix, Place, cut};
use crate::html::Span;

/// Everything to mend in `source`, in its order. What is quoted from somebody is theirs and is left alone.
pub(crate) fn findings(source: &str) -> Vec<Finding> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let events = Parser::new_ext(source, options).into_offset_iter().collect();
    let text = Text { source, events, blocks: blocks(source) };
    let mut found = Vec::new();
    pictures::check(&text, &mut found);
    headings::check(&text, &mut found);
    let runs = runs::runs(&text);
    links::check(&text, &runs, &mut found);
    tables::check(&text, &mut found);
    let quotes = quotes::quotes(source, &runs);
    found.retain(|finding| !quotes.iter().any(|quote| quote.contains(finding.span)));
    found.sort_by_key(|finding| (finding.span.start, finding.check));
    found
}

/// A text and what its marks mean.
struct Text<'s> {
    source: &'s str,
    events: Vec<(Event<'s>, Range<usize>)>,
    blocks: Vec<Span>,
}

impl<'s> Text<'s> {
    /// The events between the start at `at` and its end.
    fn within(&self, at: usize) -> &[(Event<'s>, Range<usize>)] {
        let mut depth = 0_usize;
        for (n, (event, _)) in self.events.iter().enumerate().skip(at) {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return self.events.get(at + 1..n).unwrap_or_default();
            }
        }
        &[]
    }

    /// What lies between the brackets of the link or picture that begins at event `at`, `opening` bytes after it begins.
    fn between_brackets(&self, at: usize, opening: usize) -> Option<Span> {
        let start = self.events.get(at)?.1.start + opening;
        let inner = self.within(at).iter().map(|(_, range)| range.end).max().unwrap_or(start);
        let close = self.source.get(inner..)?.find(']')?;
        Some(Span::new(start, inner + close))
    }

    fn finding(&self, check: Check, span: Span, quote: &str, words: impl Into<String>, fixes: Vec<Fix>) -> Finding {
        Finding { check, block: self.block(span), span, quote: cut(quote, 80), words: words.into(), fixes }
    }

    fn block(&self, span: Span) -> usize {
        self.blocks.partition_point(|block| block.end <= span.start)
    }
}

/// What is read of `events`.
fn read(events: &[(Event<'_>, Range<usize>)]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(words),
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !text.ends_with(' ') => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

fn span(range: &Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

#[cfg(test)]
mod tests;
