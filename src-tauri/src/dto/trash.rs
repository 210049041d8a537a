//! What was deleted here.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{KindDto, SiteKindDto};

/// One thing in the trash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeletedDto {
    /// Entity id.
    pub id: String,
    /// Space id.
    pub space: String,
    /// Name of the space.
    pub space_name: String,
    /// Where it lives.
    pub site: SiteKindDto,
    /// What it is.
    pub kind: KindDto,
    /// Title, or the first words of what has none.
    pub title: String,
    /// When it was deleted here.
    pub deleted_at: String,
    /// Why it cannot go for good yet, as a sentence; absent where it can.
    pub stays: Option<String>,
    /// What bringing it back means, as a sentence.
    pub back: String,
}
