//! Links whose text is their address: written as a link, between angle brackets, or bare.

use pulldown_cmark::{Event, LinkType, Tag};

use super::runs::Run;
use super::{Check, Finding, Fix, Place, Text, read, span};
use crate::accessibility::{in_words, is_address};
use crate::html::Span;

const WORDS: &str = "The text of this link is its address, which a screen reader spells out.";

pub(super) fn check(text: &Text<'_>, runs: &[Run], found: &mut Vec<Finding>) {
    written(text, found);
    for run in runs {
        bare(text, run, found);
    }
}

fn written(text: &Text<'_>, found: &mut Vec<Finding>) {
    for (at, (event, range)) in text.events.iter().enumerate() {
        let Event::Start(Tag::Link { link_type, dest_url, title, .. }) = event else { continue };
        let inner = text.within(at);
        let words = read(inner);
        let (span, place) = match link_type {
            LinkType::Autolink => (span(range), Place::Link(span(range), format!("<{dest_url}>"))),
            // Of the shorter forms the text is also the name of the address.
            LinkType::Inline | LinkType::Reference if inner.iter().all(|(event, _)| is_words(event)) => {
                let Some(between) = text.between_brackets(at, 1) else { continue };
                (span(range), Place::LinkText(between))
            }
            _ => continue,
        };
        if is_address(&words) {
            let title = title.trim();
            let suggestion = if title.is_empty() || is_address(title) { in_words(dest_url) } else { title.to_owned() };
            push(text, found, span, &words, suggestion, place);
        }
    }
}

/// What is more than words has to be kept, and the link is then not only its address.
fn is_words(event: &Event<'_>) -> bool {
    !matches!(event, Event::Start(Tag::Image { .. }) | Event::InlineHtml(_) | Event::Html(_))
}

/// Addresses in plain words: a forum makes links of them.
fn bare(text: &Text<'_>, run: &Run, found: &mut Vec<Finding>) {
    let words = run.span.of(text.source);
    let mut from = 0;
    while let Some((start, address)) = words.get(from..).and_then(first_address) {
        let span = Span::new(run.span.start + from + start, run.span.start + from + start + address.len());
        from += start + address.len();
        if run.on_top && alone_on_line(text.source, span) {
            continue;
        }
        let full = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        let target = if full.contains(['(', ')']) { format!("<{full}>") } else { full };
        push(text, found, span, address, in_words(address), Place::Link(span, target));
    }
}

/// The first address in `words` that stands for itself, and where it begins.
fn first_address(words: &str) -> Option<(usize, &str)> {
    let lower = words.to_ascii_lowercase();
    let starts = ["http://", "https://", "www."];
    let mut at = 0;
    while let Some(start) = starts.iter().filter_map(|known| lower.get(at..)?.find(known)).min().map(|n| at + n) {
        let before = words[..start].chars().next_back();
        let address = ended(words[start..].split(|c: char| c.is_whitespace() || "<>[]\"`|".contains(c)).next()?);
        let apart = before.is_none_or(|c| c.is_whitespace() || "(,;:\u{201c}\u{2018}\u{2014}\u{2013}'\"".contains(c));
        // Such as `[url=…]`, a mark of the forum's.
        let in_mark = words[..start].trim_end_matches(['"', '\'']).ends_with('=');
        let known = starts.iter().find(|known| lower[start..].starts_with(**known));
        let site = known.and_then(|known| address.get(known.len()..)).unwrap_or_default();
        if apart && !in_mark && site.contains(char::is_alphanumeric) {
            return Some((start, address));
        }
        at = start + 4;
    }
    None
}

/// An address without the marks that end the sentence around it.
fn ended(address: &str) -> &str {
    let mut address = address;
    while let Some(last) = address.chars().next_back() {
        let closes = last == ')' && address.matches(')').count() > address.matches('(').count();
        if !closes && !".,;:!?'\u{201d}\u{2019}*_~".contains(last) {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

/// Whether nothing else stands on its line: a forum then shows a card with the title of what is there (contract discourse 9).
fn alone_on_line(source: &str, address: Span) -> bool {
    let before = source[..address.start].chars().next_back();
    let rest = source[address.end..].lines().next().unwrap_or_default();
    before.is_none_or(|c| c == '\n') && rest.trim().is_empty()
}

fn push(text: &Text<'_>, found: &mut Vec<Finding>, span: Span, quote: &str, suggestion: String, place: Place) {
    let fix = Fix::asking("Give it a text", "Where does the link lead?", suggestion, place);
    found.push(text.finding(Check::BareAddress, span, quote, WORDS, vec![fix]));
}
