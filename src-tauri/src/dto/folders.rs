//! A space as a folder of files: what an export or an import would do, and what it did.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::KindDto;

/// What an export or an import would do, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FolderDto {
    /// By which the plan is carried out.
    pub id: String,
    /// The folder.
    pub folder: String,
    /// The space's id.
    pub space: String,
    /// Its name.
    pub space_name: String,
    /// A line for each file that is not the same on both sides.
    pub lines: Vec<FolderLineDto>,
    /// How many files are the same on both sides.
    pub unchanged: u32,
    /// What else is to be known, as sentences.
    pub notes: Vec<String>,
    /// `planned`, `done`, `stopped`.
    pub outcome: String,
    /// By which an import is taken back; absent where it changed nothing.
    pub undo: Option<String>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FolderLineDto {
    /// Its path in the folder.
    pub path: String,
    /// `new`, `changed`, `removed`, `waits` (both sides changed the same words), `refused`.
    pub state: String,
    /// The document's id, where there is one.
    pub entity: Option<String>,
    /// What it is; `file` for a picture or another file that texts use.
    pub kind: Option<KindDto>,
    /// The document's title, or its first words.
    pub title: String,
    /// Why, as sentences; empty where the state says it all.
    pub words: String,
    /// `planned`, `done`, `failed` (the reason is in `words`), `stopped`.
    pub outcome: String,
}

/// What taking an import back did to one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ImportUndoneDto {
    /// The document.
    pub entity: String,
    /// Its title, or its first words.
    pub title: String,
    /// Whether it is as it was before the import.
    pub done: bool,
    /// What happened, as a sentence.
    pub words: String,
}
