//! Word's lists, which are paragraphs with a mark in front.

use crate::canonical::canvas::declarations;
use crate::html::document::{Document, Element, NodeData, NodeId};

/// A paragraph that is an item.
pub(super) struct Item {
    /// Its number among the children it was found in.
    pub(super) at: usize,
    pub(super) id: NodeId,
    /// From 1.
    pub(super) level: usize,
    pub(super) ordered: bool,
}

/// The items at the beginning of `children`; none where the first is no item.
pub(super) fn run(document: &Document<'_>, children: &[NodeId]) -> Option<Vec<Item>> {
    let mut items: Vec<Item> = Vec::new();
    for (at, id) in children.iter().enumerate() {
        match &document.node(*id).data {
            NodeData::Text(text) if text.trim().is_empty() => {}
            NodeData::Comment(_) => {}
            NodeData::Element(element) => match level(element) {
                Some(level) => items.push(Item { at, id: *id, level, ordered: is_ordered(document, *id) }),
                None => break,
            },
            _ => break,
        }
    }
    (!items.is_empty()).then_some(items)
}

/// The class that an office program gave it.
pub(super) fn class(element: &Element) -> &str {
    element.attr("class").unwrap_or_default()
}

/// Whether `element` holds an item's mark, which the list makes itself.
pub(super) fn is_marker(element: &Element) -> bool {
    style(element, "mso-list").is_some_and(|value| value.eq_ignore_ascii_case("ignore"))
}

/// The level of a paragraph with a style such as `mso-list:l0 level2 lfo1`.
fn level(element: &Element) -> Option<usize> {
    if !matches!(element.name(), "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
        return None;
    }
    let value = style(element, "mso-list")?.to_ascii_lowercase();
    let level = value.split_ascii_whitespace().find_map(|word| word.strip_prefix("level")?.parse().ok());
    level.filter(|level| (1..=9).contains(level))
}

fn style(element: &Element, property: &str) -> Option<String> {
    let found = declarations(element.attr("style")?).into_iter().find(|declaration| declaration.property == property);
    found.map(|declaration| declaration.value)
}

/// Whether the item's mark is a number or a letter with a full stop or a parenthesis.
fn is_ordered(document: &Document<'_>, id: NodeId) -> bool {
    let marker = document.descendants(id).into_iter().find(|below| document.element(*below).is_some_and(is_marker));
    let Some(marker) = marker else { return false };
    let text = crate::html::text_under(document, marker);
    let mark = text.split_whitespace().next().unwrap_or_default().trim_start_matches('(');
    let bare = mark.trim_end_matches(['.', ')']);
    bare.len() < mark.len() && !bare.is_empty() && bare.chars().all(char::is_alphanumeric)
}
