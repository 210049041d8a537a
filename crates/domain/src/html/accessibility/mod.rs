//! What makes a page hard to read for somebody.

mod colour;
mod contrast;
mod headings;
mod links;
mod pictures;
mod tables;

use super::blocks::blocks_of;
use super::document::{Document, NodeId, Span};
use super::text::text_under;
use crate::accessibility::{Check, Finding, Fix, Place, cut};

/// Everything to mend in `source`, in the order of the page.
pub(crate) fn findings(source: &str) -> Vec<Finding> {
    let document = Document::parse(source);
    let page = Page { document: &document, source, blocks: top(&document) };
    let mut found = Vec::new();
    pictures::check(&page, &mut found);
    headings::check(&page, &mut found);
    contrast::check(&page, &mut found);
    links::check(&page, &mut found);
    tables::check(&page, &mut found);
    found.sort_by_key(|finding| (finding.span.start, finding.check));
    found
}

fn top(document: &Document<'_>) -> Vec<Span> {
    let whole = Span::new(0, document.source().len());
    blocks_of(document, document.root(), whole).into_iter().map(|block| block.span).collect()
}

struct Page<'p, 's> {
    document: &'p Document<'s>,
    source: &'s str,
    blocks: Vec<Span>,
}

impl Page<'_, '_> {
    /// The elements that have a start tag in the source, in its order, but for the content of what is never shown.
    fn elements(&self) -> Vec<NodeId> {
        let all = self.document.descendants(self.document.root());
        all.into_iter()
            .filter(|id| self.document.element(*id).is_some_and(|element| !element.open.is_empty()))
            .filter(|id| {
                !self.document.within(*id, |outer| matches!(outer.name(), "script" | "style" | "template" | "noscript"))
            })
            .collect()
    }

    fn finding(&self, check: Check, id: NodeId, words: impl Into<String>, fixes: Vec<Fix>) -> Finding {
        let span = self.document.node(id).span;
        let block = self.blocks.partition_point(|block| block.end <= span.start);
        let quote = cut(&text_under(self.document, id), 80);
        Finding { check, block, span, quote, words: words.into(), fixes }
    }
}

#[cfg(test)]
mod tests;
