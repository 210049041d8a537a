//! Headings that skip a level.

use pulldown_cmark::{Event, HeadingLevel, Tag};

use super::{Check, Finding, Fix, Text, read, span};
use crate::html::{Document, Edit, Span};

/// A heading and its level.
struct Heading {
    level: usize,
    span: Span,
    text: String,
    /// Whether it is written with marks before it, which say its level.
    marked: bool,
}

pub(super) fn check(text: &Text<'_>, found: &mut Vec<Finding>) {
    let headings = headings(text);
    // The title above the text is the heading of the first level.
    let mut before = 1;
    for (at, heading) in headings.iter().enumerate() {
        let level = heading.level;
        if level > before + 1 && heading.marked {
            let up = level - (before + 1);
            let words = if at == 0 {
                format!("The first heading is of level {level}. Below the title comes level 2.")
            } else {
                format!("This heading is of level {level}, the one before it of level {before}: a level is skipped.")
            };
            // What stands below it moves with it, or the next heading would jump instead.
            let below = headings[at + 1..].iter().take_while(|other| other.level > level);
            let edits = std::iter::once(heading).chain(below).filter(|heading| heading.marked);
            let edits = edits.map(|heading| marked_anew(heading, heading.level - up)).collect();
            let fix = Fix::ready(format!("Make it level {}", before + 1), edits);
            found.push(text.finding(Check::HeadingJump, heading.span, &heading.text, words, vec![fix]));
        }
        before = level;
    }
}

/// The headings with words: an empty one is none to a screen reader. Those of written HTML count, and are left as they are.
fn headings(text: &Text<'_>) -> Vec<Heading> {
    let mut headings = Vec::new();
    for (at, (event, range)) in text.events.iter().enumerate() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let marked = text.source.get(range.start..).is_some_and(|rest| rest.starts_with('#'));
                let words = read(text.within(at));
                headings.push(Heading { level: number(*level), span: span(range), text: words, marked });
            }
            Event::Start(Tag::HtmlBlock) => {
                let document = Document::parse(text.source.get(range.clone()).unwrap_or_default());
                for id in document.descendants(document.root()) {
                    let level = document.html_name(id).strip_prefix('h').and_then(|level| level.parse().ok());
                    if let Some(level) = level.filter(|level| (1..=6).contains(level)) {
                        let words = crate::html::text_under(&document, id);
                        headings.push(Heading { level, span: span(range), text: words, marked: false });
                    }
                }
            }
            _ => {}
        }
    }
    headings.retain(|heading| !heading.text.is_empty());
    headings
}

fn number(level: HeadingLevel) -> usize {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// The edit that makes `heading` one of `level`.
fn marked_anew(heading: &Heading, level: usize) -> Edit {
    let marks = Span::new(heading.span.start, heading.span.start + heading.level);
    Edit::new(marks, "#".repeat(level))
}
