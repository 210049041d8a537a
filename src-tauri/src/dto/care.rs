//! Care of the workspace: what is measured, what the doctor found, backups, and what the person is to be told.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is measured of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StatsDto {
    /// Operations, those that took longest in all first.
    pub operations: Vec<OperationDto>,
    /// The slowest ones.
    pub slow: Vec<SlowOperationDto>,
    /// Tables and indexes, largest first.
    pub tables: Vec<TableSizeDto>,
    /// Size of the database with its log, in bytes.
    pub database_bytes: u64,
    /// Size of the draft file, in bytes.
    pub drafts_bytes: u64,
    /// How many attachments.
    pub blobs: u64,
    /// Their size, in bytes.
    pub blobs_bytes: u64,
}

/// How much history is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RetentionDto {
    /// Every version of so many days. Of older days their first and last version is kept, and every side that was not chosen. Absent:
    /// every version for ever.
    pub every_version_days: Option<u32>,
}

/// One operation's times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OperationDto {
    /// Its name.
    pub name: String,
    /// How often.
    pub count: u64,
    /// Half of them took no longer, in microseconds.
    pub p50_micros: u64,
    /// All but one in twenty took no longer.
    pub p95_micros: u64,
    /// The longest.
    pub max_micros: u64,
}

/// One operation that took long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SlowOperationDto {
    /// Its name.
    pub name: String,
    /// How long it took.
    pub micros: u64,
    /// How the database goes about it, a line for each step; empty for a write.
    pub plan: Vec<String>,
}

/// The room of one table or index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TableSizeDto {
    /// Its name.
    pub name: String,
    /// Whether it is an index.
    pub index: bool,
    /// Its pages, in bytes.
    pub bytes: u64,
}

/// What a look through the whole workspace found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HealthDto {
    /// When.
    pub at: String,
    /// Documents looked at.
    pub documents: u64,
    /// Versions in the history.
    pub versions: u64,
    /// Drafts read.
    pub drafts: u64,
    /// Attachments whose bytes were checked.
    pub attachments: u64,
    /// What is not as it should be.
    pub findings: Vec<AilmentDto>,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AilmentDto {
    /// What is wrong, as a sentence.
    pub words: String,
    /// What it is about: an id, a file, a table.
    pub detail: String,
    /// Whether it was put right.
    pub repaired: bool,
    /// What *Repair* does about it, or what else is to be done, as a sentence.
    pub next: String,
    /// Whether *Repair* can put it right.
    pub repairable: bool,
}

/// A backup that was made or looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BackupDto {
    /// Its folder.
    pub folder: String,
    /// When it was made.
    pub at: String,
    /// How many files.
    pub files: u32,
    /// Their size, in bytes.
    pub bytes: u64,
}

/// Something that was found when the workspace was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NoticeDto {
    /// What happened, as sentences.
    pub words: String,
    /// The file or folder that was put aside; absent where none was.
    pub kept_as: Option<String>,
}
