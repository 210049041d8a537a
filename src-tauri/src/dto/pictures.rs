//! Pictures that come into texts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
