//! Files that texts link to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A file that a document links to, and whether it can be read without a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LinkedFileDto {
    /// Its address on its site, without query: its name in these answers.
    pub address: String,
    /// Its name; before a site has told it, the words of the link.
    pub name: String,
    /// Its content type; empty before a site has told it.
    pub content_type: String,
    /// How many bytes, where that is known.
    pub size: Option<u64>,
    /// `kept`, `waiting`, `too_large`, `other_sort`, `no_room`, `not_given`, `gone`, `off`.
    pub state: String,
    /// The same as a sentence.
    pub words: String,
    /// What students have of it, as a sentence, where that is less than teachers have.
    pub students: Option<String>,
    /// Where a kept picture, sound or film is shown from.
    pub shown: Option<String>,
    /// Its page on the site.
    pub url: String,
}

/// Sorts of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FileSortDto {
    /// Texts, slides, sheets, PDFs.
    Document,
    /// Pictures.
    Picture,
    /// Sound.
    Sound,
    /// Films.
    Film,
    /// All else.
    Other,
}

/// Which linked files of a course are kept on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FileLimitsDto {
    /// Whether any are.
    pub on: bool,
    /// None larger than so many megabytes.
    pub each_mb: u32,
    /// No more than so many megabytes together.
    pub total_mb: u32,
    /// These sorts alone.
    pub sorts: Vec<FileSortDto>,
}
