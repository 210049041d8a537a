//! Hostile HTML made safe: for a frame without scripts ([`for_display`]) and for the editor ([`for_editing`]).
//!
//! Both write new markup from the parsed tree, escaping every text and value, and only with elements whose content is
//! parsed as ordinary markup: what is checked here is what a browser will build. The source itself is never changed;
//! what the editor was not shown stays in the source's bytes through [`super::preserve::save`].

mod attribute;
mod display;
mod editing;
mod restore;
mod style;

pub(super) use attribute::safe_url;
pub use display::for_display;
pub use editing::for_editing;
pub use restore::restore;

use std::collections::BTreeSet;

use crate::html::Document;

/// Where a picture may be loaded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageSource {
    /// An address of our own, such as one of the attachment protocol.
    Local(String),
    /// Not kept here: the picture is left out and its description shown.
    Blocked,
}

/// Tells where the picture with a given source address is to be loaded from.
pub type Images<'f> = dyn Fn(&str) -> ImageSource + 'f;

/// Source addresses of the pictures in `html`: all that [`for_display`] and [`for_editing`] ask for.
pub fn pictures(html: &str) -> BTreeSet<String> {
    let document = Document::parse(html);
    let elements = document.descendants(document.root()).into_iter().filter_map(|id| document.element(id));
    elements
        .filter(|element| element.name() == "img")
        .filter_map(|element| element.attr("src"))
        .map(str::to_owned)
        .collect()
}

/// Whose markup is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Bodies of a Canvas course: inline styles and MathML.
    Canvas,
    /// Posts of a forum, cooked or previewed: no styles but the alignment of table cells.
    Discourse,
}

/// Appends `text` escaped for element content.
fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '\0' => {}
            c => out.push(c),
        }
    }
}

/// Appends ` name="value"`, escaped.
fn push_attr(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '`' => out.push_str("&#96;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '\0' => {}
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn no_picture_is_asked_for_that_is_not_named() {
        let html = "<p><IMG SRC='/files/1?a=1&amp;b=2' alt=x><image src=two.png></p><table><img src=3></table>
            <svg><image href=no.png></svg><noscript><img src=four></noscript><a><picture><source srcset=no><img src=\"5 \"></picture></a><img>";
        let asked = RefCell::new(BTreeSet::new());
        let note = |address: &str| {
            asked.borrow_mut().insert(address.to_owned());
            ImageSource::Blocked
        };
        for_display(html, Profile::Canvas, &note);
        for_display(html, Profile::Discourse, &note);
        for_editing(html, &note);
        let named = pictures(html);
        assert!(asked.borrow().len() >= 4, "{asked:?}");
        assert!(asked.borrow().is_subset(&named), "{asked:?} of {named:?}");
        assert!(named.contains("/files/1?a=1&b=2"), "{named:?}");
    }
}
