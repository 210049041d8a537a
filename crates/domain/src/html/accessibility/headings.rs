//! Headings that skip a level.

use super::super::document::{NodeId, Span};
use super::super::edit::Edit;
use super::super::text::text_under;
use super::{Check, Finding, Fix, Page};

pub(super) fn check(page: &Page<'_, '_>, found: &mut Vec<Finding>) {
    let headings: Vec<(NodeId, usize)> = page
        .elements()
        .into_iter()
        .filter_map(|id| level(page.document.html_name(id)).map(|level| (id, level)))
        // An empty heading is no heading to a screen reader.
        .filter(|(id, _)| !text_under(page.document, *id).is_empty())
        .collect();
    // The title above the body is the heading of the first level.
    let mut before = 1;
    for (at, &(id, level)) in headings.iter().enumerate() {
        if level > before + 1 {
            let up = level - (before + 1);
            let words = if at == 0 {
                format!("The first heading is of level {level}. Below the title comes level 2.")
            } else {
                format!("This heading is of level {level}, the one before it of level {before}: a level is skipped.")
            };
            // What stands below it moves with it, or the next heading would jump instead.
            let below = headings[at + 1..].iter().take_while(|(_, other)| *other > level);
            let edits = std::iter::once(&(id, level))
                .chain(below)
                .flat_map(|&(id, level)| renamed(page, id, level - up))
                .collect();
            let fix = Fix::ready(format!("Make it level {}", before + 1), edits);
            found.push(page.finding(Check::HeadingJump, id, words, vec![fix]));
        }
        before = level;
    }
}

fn level(name: &str) -> Option<usize> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// The edits that make heading `id` one of `level`.
fn renamed(page: &Page<'_, '_>, id: NodeId, level: usize) -> Vec<Edit> {
    let Some(element) = page.document.element(id) else { return Vec::new() };
    let digit = |at: usize| Edit::new(Span::new(at, at + 1), level.to_string());
    let mut edits = vec![digit(element.open.start + 2)];
    // An end tag may name another heading (`<h2>…</h3>`), and closes this one all the same.
    if !element.close.is_empty() {
        edits.push(digit(element.close.start + 3));
    }
    edits
}
