//! The plain words of a text: what stands in no code, no link, no picture and no markup.

use pulldown_cmark::{Event, Tag};

use super::{Text, span};
use crate::html::Span;

/// Plain words without a break between them.
pub(super) struct Run {
    pub(super) span: Span,
    /// Whether they stand in a paragraph that is in no list, quote or table.
    pub(super) on_top: bool,
}

pub(super) fn runs(text: &Text<'_>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // What is open, and whether a written `<a>` is.
    let mut open: Vec<&Tag<'_>> = Vec::new();
    let mut linked = false;
    for (event, range) in &text.events {
        match event {
            Event::Start(tag) => open.push(tag),
            Event::End(_) => {
                open.pop();
            }
            Event::InlineHtml(tag) => {
                let tag = tag.to_ascii_lowercase();
                if tag.starts_with("<a ") {
                    linked = true;
                } else if tag.starts_with("</a") {
                    linked = false;
                }
            }
            Event::Text(_) if !linked && !open.iter().any(|tag| is_other(tag)) => {
                let on_top =
                    matches!(open.as_slice(), [Tag::Paragraph, marks @ ..] if marks.iter().all(|tag| is_mark(tag)));
                match runs.last_mut().filter(|run| run.span.end == range.start) {
                    Some(run) => run.span.end = range.end,
                    None => runs.push(Run { span: span(range), on_top }),
                }
            }
            _ => {}
        }
    }
    runs
}

fn is_other(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Link { .. } | Tag::Image { .. })
}

fn is_mark(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
}
