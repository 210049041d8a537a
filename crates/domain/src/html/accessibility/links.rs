//! Links whose text is their address.

use super::super::blocks::content_of;
use super::super::document::{Document, NodeData, NodeId, Span};
use super::super::text::text_under;
use super::{Check, Finding, Fix, Page, Place};
use crate::accessibility::{in_words, is_address};

pub(super) fn check(page: &Page<'_, '_>, found: &mut Vec<Finding>) {
    for id in page.elements() {
        let Some(element) = page.document.element(id).filter(|_| page.document.html_name(id) == "a") else { continue };
        let Some(href) = element.attr("href").filter(|href| !href.trim().is_empty()) else { continue };
        let text = text_under(page.document, id);
        if !is_address(&text) {
            continue;
        }
        let texts: Vec<Span> = page
            .document
            .descendants(id)
            .into_iter()
            .filter(|below| matches!(&page.document.node(*below).data, NodeData::Text(text) if !text.trim().is_empty()))
            .map(|below| page.document.node(below).span)
            .collect();
        // Marks around the whole text stay; marks around a part of it go with it.
        let content = match texts.as_slice() {
            [only] => Some(*only),
            _ => content_of(page.document, id),
        };
        let Some(content) = content.filter(|_| !has_picture(page.document, id)) else { continue };
        let title = element.attr("title").filter(|title| !title.trim().is_empty() && !is_address(title));
        let suggestion = title.map_or_else(|| in_words(href), |title| title.trim().to_owned());
        let words = "The text of this link is its address, which a screen reader spells out.";
        let place = Place::Content(content);
        let fix = Fix::asking("Give it a text", "Where does the link lead?", suggestion, place);
        found.push(page.finding(Check::BareAddress, id, words, vec![fix]));
    }
}

/// What is more than text has to be kept, and the link is then not only its address.
fn has_picture(document: &Document<'_>, id: NodeId) -> bool {
    document
        .descendants(id)
        .into_iter()
        .any(|below| matches!(document.html_name(below), "img" | "iframe" | "object" | "video" | "audio"))
}
