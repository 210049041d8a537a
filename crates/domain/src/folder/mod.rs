//! A space as a folder of files that other programs read: one file for each document, its fields in front of its body.

mod addresses;
mod exporting;
mod front_matter;
mod importing;
mod manifest;
mod names;
mod places;
mod values;

use std::collections::BTreeMap;

pub use addresses::{Led, Link, inward, led, led_beside, outward, relative};
pub use exporting::{Change, ExportLine, ExportPlan, OnDisk, Picture, plan_export};
pub use importing::{Here, Taken, Verdict, decide, taken};
pub use manifest::{Agreed, Entry, MANIFEST, Manifest, is_inside};
pub use names::{file_name, folder_of, kind_in, stem};
pub use places::{Kept, paths, under};

use crate::{Content, EntityId, FieldValue, Format, Kind};
use front_matter::{Lines, read_value, written_value};

/// What stands before and after the fields of a file.
const FENCE: &str = "---";

/// A document as a file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The document's own id; none in a file that was made elsewhere.
    pub id: Option<EntityId>,
    /// What it is; none where the file does not say, and its folder or the person has to.
    pub kind: Option<Kind>,
    /// What it stands under; none where the file does not say, and its folder may.
    pub parent: Option<EntityId>,
    /// Title, fields and body. An empty title is one that the file does not give.
    pub content: Content,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// The fields begin and never end.
    #[error("the fields at its beginning are not closed by a line of three dashes")]
    Unclosed,
    /// A line among the fields that says nothing known.
    #[error("line {line} of its fields cannot be read: {text}")]
    Line {
        /// From 1, the line of dashes counted.
        line: usize,
        /// The line.
        text: String,
    },
    /// A kind that this version does not know.
    #[error("`{0}` is no kind of document")]
    Kind(String),
}

/// `document` as the text of a file: its fields as YAML, then its body, byte for byte.
pub fn to_text(document: &Written) -> String {
    let mut out = format!("{FENCE}\n");
    let mut line = |name: &str, value: &str| out.push_str(&format!("{name}: {value}\n"));
    if let Some(kind) = document.kind {
        line("kind", kind.name());
    }
    if let Some(id) = document.id {
        line("id", &id.to_string());
    }
    if let Some(parent) = document.parent {
        line("parent", &parent.to_string());
    }
    line("title", &written_value(&FieldValue::Text(document.content.title.clone())));
    for (name, value) in &document.content.fields {
        // A field of one of these names would be read as what the file itself says.
        let name = if is_own(name) || !is_plain_name(name) {
            format!("field {}", front_matter::quoted(name))
        } else {
            name.clone()
        };
        line(&name, &written_value(value));
    }
    out.push_str(&format!("{FENCE}\n{}", document.content.body));
    out
}

/// The document that `text` holds. A text without fields is all body.
pub fn from_text(text: &str) -> Result<Written, BadFile> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut written = Written { id: None, kind: None, parent: None, content: Content::default() };
    let Some(rest) = bare.strip_prefix("---\n").or_else(|| bare.strip_prefix("---\r\n")) else {
        text.clone_into(&mut written.content.body);
        return Ok(written);
    };
    let mut lines = Lines::new(rest);
    let mut fields: BTreeMap<String, FieldValue> = BTreeMap::new();
    loop {
        let Some((number, line)) = lines.next() else { return Err(BadFile::Unclosed) };
        if line == FENCE {
            break;
        }
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let bad = || BadFile::Line { line: number, text: line.to_owned() };
        let (name, value, odd) = front_matter::split(line).ok_or_else(bad)?;
        let value = if value.is_empty() && lines.begins_list() {
            FieldValue::Set(lines.list())
        } else {
            read_value(value).ok_or_else(bad)?
        };
        match (name.as_str(), &value) {
            ("kind", FieldValue::Text(kind)) if !odd => {
                written.kind = Some(Kind::from_name(kind).ok_or_else(|| BadFile::Kind(kind.clone()))?);
            }
            // Another program's id is a field like any other.
            ("id", FieldValue::Text(id)) if !odd && id.parse::<EntityId>().is_ok() => written.id = id.parse().ok(),
            ("parent", FieldValue::Text(id)) if !odd && id.parse::<EntityId>().is_ok() => {
                written.parent = id.parse().ok()
            }
            ("title", _) if !odd => written.content.title = front_matter::as_words(value),
            _ => drop(fields.insert(name, value)),
        }
    }
    written.content.fields = fields;
    lines.rest().clone_into(&mut written.content.body);
    Ok(written)
}

/// Names that are the file's own.
fn is_own(name: &str) -> bool {
    matches!(name, "kind" | "id" | "parent" | "title")
}

fn is_plain_name(name: &str) -> bool {
    !name.starts_with('-')
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// The format that a file's name promises.
pub fn format_of(file: &str) -> Option<Format> {
    match file.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "html" | "htm" => Some(Format::Html),
        "md" | "markdown" => Some(Format::Markdown),
        _ => None,
    }
}

#[cfg(test)]
mod export_tests;
#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod tests;
