//! Where things stand, and how a move is taken back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where something is to stand. The ids are those of the tree's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "where", content = "id")]
#[ts(export)]
pub enum PlaceDto {
    /// Right before this.
    Before(String),
    /// Right after this.
    After(String),
    /// At the end of this: a module, a page, or a space for what stands in none.
    Into(String),
}

/// Where one thing stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StoodDto {
    /// Entity id.
    pub entity: String,
    /// Space id.
    pub space: String,
    /// What it stood under.
    pub parent: Option<String>,
    /// Its place there, from 1.
    pub position: Option<i64>,
}

/// What takes a move back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MoveUndoDto {
    /// Where everything stood.
    pub stood: Vec<StoodDto>,
    /// The module item that was made for it.
    pub added: Option<String>,
}

/// What a move did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MovedDto {
    /// What was done, as a sentence.
    pub words: String,
    /// The row that it is now.
    pub row: String,
    /// What takes it back; empty where it stood there already.
    pub undo: MoveUndoDto,
}
