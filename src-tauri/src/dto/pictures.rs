//! Pictures and other files kept for texts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::KindDto;

/// A file that is kept now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AttachedDto {
    /// How texts refer to it.
    pub address: String,
    /// Where the window loads it from.
    pub shown: String,
    /// Its name, made plain.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What became of pasted markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PastedDto {
    /// As a source has it.
    pub source: String,
    /// As the page editor has it.
    pub editing: String,
    /// Pictures that could not be taken along.
    pub lost_pictures: u32,
}

/// A file kept for the texts of a space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LibraryItemDto {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// How texts refer to it.
    pub address: String,
    /// Where the window loads it from.
    pub shown: String,
    /// Its name.
    pub name: String,
    /// Content type.
    pub content_type: String,
    /// Whether it is a picture.
    pub picture: bool,
    /// Its size in bytes.
    pub bytes: u64,
    /// The documents, not deleted, that refer to it.
    pub used_in: Vec<UseDto>,
    /// Whether nothing names it: no text, earlier version, draft or site's copy. Then it may be removed.
    pub removable: bool,
}

/// A document that refers to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UseDto {
    /// Entity id.
    pub id: String,
    /// What it is.
    pub kind: KindDto,
    /// Title, or the first words of what has none.
    pub title: String,
}

/// What was removed from a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LibraryRemovedDto {
    /// How many files.
    pub files: u32,
    /// Their size in bytes.
    pub bytes: u64,
}
