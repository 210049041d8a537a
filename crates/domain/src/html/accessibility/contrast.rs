//! Text whose inline colours are too alike. What style sheets do is not known here, so only what a page itself says counts.

use std::collections::BTreeMap;

use super::super::document::{Document, Element, NodeData, NodeId};
use super::super::edit::{Edit, quoted, with_attribute};
use super::colour::Colour;
use super::{Check, Finding, Fix, Page};
use crate::canonical::canvas::{declarations, with_declaration};

/// Ratios that WCAG 2.2 asks for (1.4.3): of ordinary text, and of large text.
const ORDINARY: f64 = 4.5;
const LARGE: f64 = 3.0;

/// What a text looks like, as far as the page itself says.
#[derive(Clone, Copy)]
struct Look {
    /// None where it is not known, such as that of a link.
    text: Option<Colour>,
    ground: Option<Colour>,
    /// Who said so last.
    text_by: Option<NodeId>,
    ground_by: Option<NodeId>,
    /// Pixels.
    size: f64,
    bold: bool,
}

pub(super) fn check(page: &Page<'_, '_>, found: &mut Vec<Finding>) {
    let plain = Look {
        text: Some(Colour::TEXT),
        ground: Some(Colour::WHITE),
        text_by: None,
        ground_by: None,
        size: 16.0,
        bold: false,
    };
    // The worst ratio for each element that set a colour.
    let mut worst: BTreeMap<NodeId, (f64, f64, Colour, Colour)> = BTreeMap::new();
    let mut stack = vec![(page.document.root(), plain)];
    while let Some((parent, look)) = stack.pop() {
        for child in page.document.children(parent) {
            match &page.document.node(child).data {
                NodeData::Text(text) if !text.trim().is_empty() => {
                    let (Some(colour), Some(ground)) = (look.text, look.ground) else { continue };
                    let Some(by) = look.text_by.max(look.ground_by) else { continue };
                    let large = look.size >= 24.0 || (look.bold && look.size >= 18.66);
                    let needed = if large { LARGE } else { ORDINARY };
                    let colour = colour.over(ground);
                    let ratio = colour.contrast(ground);
                    // A little less than asked for is a matter of rounding.
                    if ratio < needed - 0.005 && worst.get(&by).is_none_or(|(known, ..)| ratio < *known) {
                        worst.insert(by, (ratio, needed, colour, ground));
                    }
                }
                NodeData::Element(element) if !hidden(element) => stack.push((child, within(look, child, element))),
                _ => {}
            }
        }
    }
    for (id, (ratio, needed, colour, ground)) in worst {
        let Some(element) = page.document.element(id).filter(|element| !element.open.is_empty()) else { continue };
        let better = colour.readable_on(ground, needed).written();
        let words = format!(
            "This text is hard to read: its contrast with the background is {}, and {needed} is needed.",
            (ratio * 10.0).floor() / 10.0
        );
        let fix = Fix::ready(format!("Use the colour {better}"), vec![recoloured(page, element, &better)]);
        found.push(page.finding(Check::LowContrast, id, words, vec![fix]));
    }
}

fn hidden(element: &Element) -> bool {
    matches!(element.name(), "script" | "style" | "template" | "noscript" | "svg" | "title")
}

/// What `element` makes of the look around it.
fn within(mut look: Look, id: NodeId, element: &Element) -> Look {
    match element.name() {
        "a" if element.attr("href").is_some() => (look.text, look.text_by) = (None, None),
        "h1" => (look.size, look.bold) = (28.8, true),
        "h2" => (look.size, look.bold) = (24.0, true),
        "h3" => (look.size, look.bold) = (19.2, true),
        "h4" | "h5" | "h6" | "b" | "strong" | "th" => look.bold = true,
        "mark" => (look.ground, look.ground_by) = (Colour::parse("yellow"), Some(id)),
        "code" | "pre" | "kbd" | "button" | "img" => (look.ground, look.ground_by) = (None, None),
        _ => {}
    }
    if let Some(colour) = element.attr("color").filter(|_| element.name() == "font") {
        (look.text, look.text_by) = (Colour::parse(colour), Some(id));
    }
    if let Some(colour) = element.attr("bgcolor").and_then(Colour::parse) {
        (look.ground, look.ground_by) = (Some(colour), Some(id));
    }
    for declaration in element.attr("style").map(declarations).unwrap_or_default() {
        match declaration.property.as_str() {
            "color" if declaration.value != "inherit" => {
                (look.text, look.text_by) = (Colour::parse(&declaration.value), Some(id));
            }
            // With an image or a gradient nothing can be said.
            "background" | "background-color" | "background-image" => match Colour::parse(&declaration.value) {
                Some(colour) => {
                    look.ground = look.ground.map(|under| colour.over(under));
                    look.ground_by = Some(id);
                }
                None if matches!(declaration.value.as_str(), "none" | "inherit" | "unset" | "initial") => {}
                None => look.ground = None,
            },
            // A text that is taken out of its place stands on something else.
            "position" if matches!(declaration.value.as_str(), "absolute" | "fixed") => look.ground = None,
            "opacity" | "filter" | "mix-blend-mode" => look.ground = None,
            "display" if declaration.value == "none" => look.text = None,
            "font-weight" => {
                look.bold =
                    declaration.value.starts_with("bold") || declaration.value.parse().is_ok_and(|w: u32| w >= 700)
            }
            "font-size" => look.size = size(&declaration.value, look.size),
            _ => {}
        }
    }
    look
}

/// A CSS size in pixels; what is not known counts as large, so that no one is told off wrongly.
fn size(value: &str, around: f64) -> f64 {
    let value = value.trim().to_ascii_lowercase();
    let number = |unit: &str| value.strip_suffix(unit).and_then(|number| number.trim().parse::<f64>().ok());
    if let Some(root) = number("rem") {
        return root * 16.0;
    }
    number("px")
        .or_else(|| number("pt").map(|points| points * 4.0 / 3.0))
        .or_else(|| number("em").map(|em| em * around))
        .or_else(|| number("%").map(|percent| percent * around / 100.0))
        .unwrap_or(match value.as_str() {
            "xx-small" => 9.0,
            "x-small" => 10.0,
            "small" | "smaller" => 13.0,
            "medium" | "inherit" | "initial" => around,
            "large" | "larger" => 18.0,
            _ => 24.0,
        })
}

/// The edit that gives `element` the text colour `colour`.
fn recoloured(page: &Page<'_, '_>, element: &Element, colour: &str) -> Edit {
    let font = element.name() == "font" && element.attr("color").is_some();
    let style = element.attr("style");
    if font && style.is_none_or(|style| declarations(style).iter().all(|declaration| declaration.property != "color")) {
        return with_attribute(page.source, element, "color", colour);
    }
    let new = with_declaration(style.unwrap_or_default(), "color", colour);
    match element.attrs.iter().find(|attr| attr.name == "style" && !attr.span.is_empty()) {
        // As it is written in the source, where nothing in it needs another spelling.
        Some(old)
            if old.value_span.of(page.source) == old.value
                && !old.value_span.is_empty()
                && bare(page.document, old.value_span.start) =>
        {
            Edit::new(old.value_span, new)
        }
        Some(old) => Edit::new(old.span, format!("style={}", quoted(&new))),
        None => with_attribute(page.source, element, "style", &new),
    }
}

/// Whether the value that begins at `at` stands between quotes.
fn bare(document: &Document<'_>, at: usize) -> bool {
    document.source()[..at].ends_with(['"', '\''])
}
