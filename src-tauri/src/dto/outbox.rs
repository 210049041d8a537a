//! What has been written here and not sent, with differences.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{KindDto, SiteKindDto, StateDto};

/// One unsent change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OutboxItemDto {
    /// Entity id.
    pub id: String,
    /// Space id.
    pub space: String,
    /// Name of the space.
    pub space_name: String,
    /// What it is.
    pub kind: KindDto,
    /// Where it goes.
    pub site: SiteKindDto,
    /// Title, or the first words of a post.
    pub title: String,
    /// `new`, `edited`, `deleted`.
    pub change: String,
    /// What changed, in words: `Title`, `Text: 2 paragraphs`, `Published`.
    pub summary: Vec<String>,
    /// When it was last changed here.
    pub changed_at: String,
    /// States that hold.
    pub states: Vec<StateDto>,
    /// Why it is held back (refused, conflict), in words; absent when the next sync sends it.
    pub held_back: Option<String>,
}

/// A piece of text in a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PieceDto {
    /// `same`, `added`, `removed`.
    pub change: String,
    /// Words.
    pub text: String,
}

/// One passage of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PassageDto {
    /// `same` passages are folded; `changed`, `added`, `removed` are shown.
    pub change: String,
    /// What kind of passage, for example `paragraph`, `heading`, `list`, `table`, `image`, `text`.
    pub block: String,
    /// Its words.
    pub pieces: Vec<PieceDto>,
}

/// A changed field, both values in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FieldChangeDto {
    /// Field name.
    pub name: String,
    /// Label.
    pub label: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// What is different between two versions of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DifferenceDto {
    /// Fields, title first.
    pub fields: Vec<FieldChangeDto>,
    /// The text as it reads.
    pub reading: Vec<PassageDto>,
    /// The source, by words.
    pub source: Vec<PassageDto>,
    /// What the site will drop when it is sent, in words.
    pub will_drop: Vec<String>,
}
