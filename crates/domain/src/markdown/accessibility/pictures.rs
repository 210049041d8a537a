//! Pictures without alternative text, written as Markdown or as HTML.

use pulldown_cmark::{Event, LinkType, Tag};

use super::{Check, Finding, Fix, Place, Text, span};
use crate::accessibility::{file_in_words, is_file_name};
use crate::html;
use crate::html::Span;

pub(super) fn check(text: &Text<'_>, found: &mut Vec<Finding>) {
    for (at, (event, range)) in text.events.iter().enumerate() {
        match event {
            // Of the shorter forms the words are also the name of the address.
            Event::Start(Tag::Image { link_type: LinkType::Inline | LinkType::Reference, dest_url, title, .. }) => {
                found.extend(written(text, at, span(range), dest_url, title));
            }
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => found.extend(in_html(text, span(range))),
            _ => {}
        }
    }
}

fn written(text: &Text<'_>, at: usize, picture: Span, address: &str, title: &str) -> Option<Finding> {
    let between = text.between_brackets(at, 2)?;
    let (alt, rest) = said(between.of(text.source));
    // A forum shows these as players.
    if ["|video", "|audio"].iter().any(|player| rest.contains(player)) {
        return None;
    }
    let words = match alt.trim() {
        "" => "This picture has no alternative text. One that is only decoration needs none.",
        alt if is_file_name(alt) || is_given_by_a_device(alt) => "The alternative text of this picture is a file name.",
        _ => return None,
    };
    let suggestion = match title.trim() {
        "" if is_file_name(alt) => file_in_words(alt.trim()),
        title if !is_file_name(title) => title.to_owned(),
        _ => String::new(),
    };
    let place = Place::PictureWords(Span::new(between.start, between.start + alt.len()));
    let fix = Fix::asking("Describe it", "What does the picture show?", suggestion, place);
    let quote = match alt.trim() {
        "" => address.split(['?', '#']).next().unwrap_or(address),
        alt => alt,
    };
    Some(text.finding(Check::PictureWithoutText, picture, quote, words, vec![fix]))
}

/// The words of a picture, and what a forum reads behind them: `|690x388`, `|video`.
fn said(between: &str) -> (&str, &str) {
    // In a table the bar has a backslash before it.
    let bar = between.find('|').map(|at| if between[..at].ends_with('\\') { at - 1 } else { at });
    between.split_at(bar.unwrap_or(between.len()))
}

/// Whether a camera, a telephone or a clipboard gave a picture its name: `IMG_1234`, `image`, `Screenshot 2026-02-01 at 10.22`.
fn is_given_by_a_device(alt: &str) -> bool {
    let letters: String = alt.chars().filter(|c| c.is_alphabetic()).map(|c| c.to_ascii_lowercase()).collect();
    let known = ["image", "img", "dsc", "dscn", "dscf", "pxl", "mvimg", "screenshot", "screenshotat"];
    known.contains(&letters.as_str())
}

/// Pictures in written HTML, found and mended as in a page.
fn in_html<'t>(text: &'t Text<'_>, part: Span) -> impl Iterator<Item = Finding> + 't {
    let pictures = html::accessibility::findings(part.of(text.source)).into_iter();
    pictures.filter(|finding| finding.check == Check::PictureWithoutText).map(move |finding| {
        let mut finding = finding.shifted(part.start);
        finding.block = text.block(finding.span);
        finding
    })
}
