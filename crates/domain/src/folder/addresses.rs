//! The addresses in a text: led to the files beside it when it is written into a folder, and back when it is read from one. Every other byte
//! stays.

use std::collections::BTreeMap;

use crate::Format;
use crate::canonical::canvas::is_link;
use crate::html::{Document, Edit, Span, edited};
use crate::links::{Own, own_at, percent_decoded};
use crate::markdown::fence_of;

/// An address as a text says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As it is written in the source.
    pub raw: String,
    /// What it means: character references are resolved.
    pub address: String,
    /// What it leads to, where that is something of this computer.
    pub own: Option<Own>,
}

/// Where an address leads that stands in a file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Led {
    /// To a site, into its own document, or nowhere.
    Elsewhere,
    /// Out of the folder.
    Outside,
    /// To this path within the folder.
    Within(String),
}

/// `body` as it stands in the file `from`: each address for which `path` names a file of the folder leads there.
pub fn outward(body: &str, format: Format, from: &str, path: impl Fn(&Link) -> Option<String>) -> String {
    let edits: Vec<Edit> = places(body, format)
        .into_iter()
        .filter_map(|place| {
            let mut span = place.span;
            let own = own_at(&place.address);
            if let Some((length, _)) = &own {
                // What follows the path of an address of ours, such as a part of the page, stays.
                span = Span::new(span.start, span.start + length);
                span.of(body).eq(place.address.get(..*length)?).then_some(())?;
            }
            let link =
                Link { raw: place.span.of(body).to_owned(), address: place.address, own: own.map(|(_, own)| own) };
            path(&link).map(|to| Edit::new(span, relative(from, &to)))
        })
        .collect();
    edited(body, &edits)
}

/// `body` of the file `from` as it stands in a document: each address, given as it is written and by where it leads, for which `address`
/// says another becomes that. What follows its path stays.
pub fn inward(body: &str, format: Format, from: &str, mut address: impl FnMut(&str, &Led) -> Option<String>) -> String {
    let edits: Vec<Edit> = places(body, format)
        .into_iter()
        .filter_map(|place| {
            let raw = place.span.of(body);
            let address = address(raw, &led(from, &place.address))?;
            let tail = &place.address[path_length(&place.address)..];
            // A tail that is written with character references is not told apart: it goes.
            let end = if raw.ends_with(tail) { place.span.end - tail.len() } else { place.span.end };
            Some(Edit::new(Span::new(place.span.start, end), address))
        })
        .collect();
    edited(body, &edits)
}

/// The addresses in a text that lead to a place beside it or above it, as they are written, each with the path; the path is empty where
/// it leads out of the folder.
pub fn led_beside(body: &str, format: Format, from: &str) -> BTreeMap<String, String> {
    let beside = places(body, format).into_iter().filter_map(|place| {
        let raw = place.span.of(body).to_owned();
        match led(from, &place.address) {
            Led::Elsewhere => None,
            Led::Outside => Some((raw, String::new())),
            Led::Within(path) => Some((raw, path)),
        }
    });
    beside.collect()
}

/// The path from the folder of the file `from` to the file `to`.
pub fn relative(from: &str, to: &str) -> String {
    let (mut above, mut parts): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    above.pop();
    let common = above.iter().zip(&parts).take_while(|(one, other)| one == other).count();
    let ups = above.len() - common;
    parts.drain(..common);
    format!("{}{}", "../".repeat(ups), parts.join("/"))
}

/// Where an address leads that stands in the file `from`.
pub fn led(from: &str, address: &str) -> Led {
    let path = &address[..path_length(address)];
    let scheme = path.split_once(':').is_some_and(|(scheme, _)| !scheme.contains('/'));
    if path.is_empty() || path.starts_with('/') || path.contains(['\\', '\0']) || scheme {
        return Led::Elsewhere;
    }
    let decoded = percent_decoded(path);
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Led::Outside;
                }
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    if super::is_inside(&path) { Led::Within(path) } else { Led::Elsewhere }
}

fn path_length(address: &str) -> usize {
    address.find(['?', '#']).unwrap_or(address.len())
}

struct Place {
    span: Span,
    address: String,
}

fn places(source: &str, format: Format) -> Vec<Place> {
    match format {
        Format::Html => in_html(source),
        Format::Markdown => in_markdown(source),
        Format::None => Vec::new(),
    }
}

fn in_html(source: &str) -> Vec<Place> {
    let document = Document::parse(source);
    let mut found = Vec::new();
    for element in document.descendants(document.root()).into_iter().filter_map(|id| document.element(id)) {
        for attr in element.attrs.iter().filter(|attr| is_link(element.name(), &attr.name)) {
            let raw = attr.value_span.of(source);
            let start = attr.value_span.start + (raw.len() - raw.trim_start().len());
            let span = Span::new(start, start + raw.trim().len());
            if !span.is_empty() {
                found.push(Place { span, address: attr.value.trim().to_owned() });
            }
        }
    }
    found
}

/// Outside code: targets of links and pictures, named targets, and the attributes of tags.
fn in_markdown(source: &str) -> Vec<Place> {
    let mut found = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match (fence, fence_of(line.trim())) {
            (None, Some((mark, length, _))) => fence = Some((mark, length)),
            (Some((open, least)), Some((mark, length, true))) if open == mark && length >= least => fence = None,
            (None, None) => in_line(line, start, &mut found),
            _ => {}
        }
    }
    found
}

fn in_line(line: &str, offset: usize, found: &mut Vec<Place>) {
    let mut push = |start: usize, end: usize| {
        let raw = &line[start..end];
        if !raw.is_empty() {
            found.push(Place { span: Span::new(offset + start, offset + end), address: raw.replace("&amp;", "&") });
        }
    };
    if line.trim_start().starts_with('[')
        && let Some(named) = line.find("]:")
    {
        let (start, end) = target(line, named + 2);
        push(start, end);
        return;
    }
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        if c == '\\' {
            at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
        } else if c == '`' {
            let marks = rest.bytes().take_while(|byte| *byte == b'`').count();
            at += rest[marks..].find(&rest[..marks]).map_or(marks, |length| marks + length + marks);
        } else if rest.starts_with("](") {
            let (start, end) = target(line, at + 2);
            push(start, end);
            at = end.max(at + 2);
        } else if c == '<' && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            let end = rest.find('>').map_or(line.len(), |length| at + length);
            for name in [" src=", " href=", " poster="] {
                if let Some(start) = line[at..end].find(name).map(|length| at + length + name.len()) {
                    let quote = line[start..end].chars().next().filter(|c| matches!(c, '"' | '\''));
                    let start = start + usize::from(quote.is_some());
                    let ends = |c: char| quote.map_or(c.is_whitespace(), |quote| c == quote);
                    push(start, line[start..end].find(ends).map_or(end, |length| start + length));
                }
            }
            at = end.max(at + 1);
        } else {
            at += c.len_utf8();
        }
    }
}

/// Where the target of a link lies that begins after `at`.
fn target(line: &str, at: usize) -> (usize, usize) {
    let start = at + (line[at..].len() - line[at..].trim_start().len());
    if let Some(rest) = line[start..].strip_prefix('<') {
        return (start + 1, start + 1 + rest.find('>').unwrap_or(0));
    }
    let mut depth = 0_u32;
    for (length, c) in line[start..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return (start, start + length),
            ')' => depth -= 1,
            c if c.is_whitespace() => return (start, start + length),
            _ => {}
        }
    }
    (start, line.len())
}
