//! Addresses that lead to this computer alone: files kept here, and entities that may be on no site yet. Where a text says
//! them, and what stands in their place when it is sent.

use super::address::Address;
use super::percent::{decode, encode};
use super::{Target, is_link};
use crate::html::{Document, Edit, Span, edited};
use crate::{EntityId, Format};

/// The head of addresses of files. Relative, so that editors and sanitisers leave it alone.
const FILES: &str = "/lectern/files/";
/// What every address of this computer begins with.
const HEAD: &str = "/lectern/";
/// The longest name, in characters, that an address carries.
const NAME: usize = 80;

/// A file kept here, as a text refers to it. The address is that of the content: the same picture is the same file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attached {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its name as the person knows it, made plain.
    pub name: String,
}

impl Attached {
    /// A file of these bytes under a name; what would end an address in HTML or Markdown is taken out of the name.
    pub fn new(sha256: impl Into<String>, name: &str) -> Self {
        let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
        let name: String = name.chars().map(plain).collect();
        let name = name.trim_matches(['-', '.']);
        // The end of a long name says what it is.
        let name: String = name.chars().skip(name.chars().count().saturating_sub(NAME)).collect();
        Self { sha256: sha256.into(), name: if name.is_empty() { "file".to_owned() } else { name } }
    }

    /// The address by which a text refers to it.
    pub fn path(&self) -> String {
        format!("{FILES}{}/{}", self.sha256, encode(&self.name))
    }

    /// Reads such an address.
    pub fn parse(address: &str) -> Option<Self> {
        let (sha256, name) = address.strip_prefix(FILES)?.split_once('/')?;
        let digest = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-%".contains(&b));
        (digest && plain).then(|| Self { sha256: sha256.to_owned(), name: decode(name) })
    }
}

/// What an address of this computer leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Own {
    /// A file kept here.
    File(Attached),
    /// Something else that is kept here.
    Entity(EntityId),
}

/// Everything on this computer that `source` refers to, in its order, each once.
pub fn own(source: &str, format: Format) -> Vec<Own> {
    let mut found: Vec<Own> = Vec::new();
    for (_, own) in places(source, format) {
        if !found.contains(&own) {
            found.push(own);
        }
    }
    found
}

/// `source` with another address in the place of each for which `new` says one. Every other byte stays.
pub fn with_own(source: &str, format: Format, new: impl Fn(&Own) -> Option<String>) -> String {
    let escaped = |address: String| match format {
        Format::Html => address.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;"),
        _ => address,
    };
    let edits: Vec<Edit> = places(source, format)
        .into_iter()
        .filter_map(|(span, own)| Some(Edit::new(span, escaped(new(&own)?))))
        .collect();
    edited(source, &edits)
}

fn places(source: &str, format: Format) -> Vec<(Span, Own)> {
    // Most texts name nothing of ours, and looking is far cheaper than parsing.
    if !source.contains(HEAD) {
        return Vec::new();
    }
    match format {
        Format::Html => in_html(source),
        Format::Markdown => in_markdown(source),
        Format::None => Vec::new(),
    }
}

fn in_html(source: &str) -> Vec<(Span, Own)> {
    let document = Document::parse(source);
    let mut found = Vec::new();
    for element in document.descendants(document.root()).into_iter().filter_map(|id| document.element(id)) {
        for attr in element.attrs.iter().filter(|attr| is_link(element.name(), &attr.name)) {
            let raw = attr.value_span.of(source);
            let address = raw.trim();
            let start = attr.value_span.start + (raw.len() - raw.trim_start().len());
            found.extend(read(address).map(|(len, own)| (Span::new(start, start + len), own)));
        }
    }
    found
}

/// In Markdown an address stands between brackets, after the name of a reference, or in a tag.
fn in_markdown(source: &str) -> Vec<(Span, Own)> {
    let begins = |at: usize| match source[..at].chars().next_back() {
        Some('(' | '<' | '"' | '\'' | '=') => true,
        Some(' ' | '\t') => source[..at].trim_end().ends_with("]:") || source[..at].trim_end().ends_with("]("),
        _ => false,
    };
    source
        .match_indices(HEAD)
        .filter(|(at, _)| begins(*at))
        .filter_map(|(at, _)| {
            let rest = &source[at..];
            let end =
                rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | '\'')).unwrap_or(rest.len());
            read(&rest[..end]).map(|(len, own)| (Span::new(at, at + len), own))
        })
        .collect()
}

/// What an address leads to, and how many bytes of it say so: query and fragment stay where they are.
pub(crate) fn read(address: &str) -> Option<(usize, Own)> {
    let path = address.split(['?', '#', '&']).next().unwrap_or(address);
    if let Some(file) = Attached::parse(path) {
        return Some((path.len(), Own::File(file)));
    }
    match Address::parse(path)?.target {
        Target::Entity(id) => Some((path.len(), Own::Entity(id))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IdSeed;

    #[test]
    fn a_file_has_a_plain_address_of_its_content() {
        let sha = "ab".repeat(32);
        for (name, expected) in [
            ("heron.png", "heron.png"),
            ("a (1) \"b\".png", "a--1---b-.png"),
            ("vögel.png", "v%C3%B6gel.png"),
            ("../../etc", "etc"),
            ("", "file"),
        ] {
            let file = Attached::new(sha.clone(), name);
            assert_eq!(file.path(), format!("/lectern/files/{sha}/{expected}"));
            assert_eq!(Attached::parse(&file.path()), Some(file));
        }
        assert!(Attached::new(sha, &"x".repeat(500)).path().len() < 200);
        assert_eq!(Attached::parse("/lectern/files/ab/heron.png"), None);
    }

    #[test]
    fn what_is_ours_is_found_and_led_elsewhere_and_nothing_else_is_touched() {
        let file = Attached::new("0f".repeat(32), "heron.png");
        let id = EntityId::new(IdSeed { unix_millis: 7, random: [3; 10] });
        let (picture, entity) = (file.path(), Address::of_entity(id).path());
        let there = |own: &Own| match own {
            Own::File(_) => Some("/courses/1/files/2/preview".to_owned()),
            Own::Entity(_) => Some("/courses/1/pages/a?b&c".to_owned()),
        };
        let cases = [
            (
                Format::Html,
                format!("<p>{picture}<IMG alt='{picture}' src='{picture}'>x<a href={entity}#part>e</a>"),
                format!(
                    "<p>{picture}<IMG alt='{picture}' src='/courses/1/files/2/preview'>x<a href=/courses/1/pages/a?b&amp;c#part>e</a>"
                ),
            ),
            (
                Format::Markdown,
                format!(
                    "{picture} ![a|1x2]({picture} \"t\") [e]({entity}#p)\n\n[r]: {picture}\n<img src=\"{picture}\"> `{picture}`"
                ),
                format!(
                    "{picture} ![a|1x2](/courses/1/files/2/preview \"t\") [e](/courses/1/pages/a?b&c#p)\n\n[r]: /courses/1/files/2/preview\n<img src=\"/courses/1/files/2/preview\"> `{picture}`"
                ),
            ),
            (Format::None, picture.clone(), picture.clone()),
            (
                Format::Html,
                format!("<a href=\"https://x.example{picture}\">"),
                format!("<a href=\"https://x.example{picture}\">"),
            ),
        ];
        for (format, source, expected) in cases {
            assert_eq!(with_own(&source, format, there), expected);
            assert_eq!(with_own(&source, format, |_| None), source);
        }
        let both = format!("<img src=\"{picture}\"><img src=\"{picture}\"><a href=\"{entity}\">");
        assert_eq!(own(&both, Format::Html), [Own::File(file), Own::Entity(id)]);
    }
}
