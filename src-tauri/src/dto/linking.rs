//! On which sites a document stands.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SiteKindDto;

/// How a document stands to one of its sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TargetStateDto {
    /// Both say the same, as far as is known.
    InStep,
    /// Changed here and not sent there yet.
    ToSend,
    /// Not there yet.
    NotThere,
    /// Changed on both sides in the same place.
    Conflict,
    /// The site refused it.
    Refused,
}

/// One of the sites that a document stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TargetDto {
    /// Account id.
    pub account: String,
    /// What kind of site.
    pub site: SiteKindDto,
    /// Its name.
    pub site_name: String,
    /// Space id there.
    pub space: String,
    /// Course or category.
    pub space_name: String,
    /// Whether it was born there; the others are linked.
    pub home: bool,
    /// How it stands.
    pub state: TargetStateDto,
    /// The site's words, where it refused it.
    pub reason: Option<String>,
    /// Its page there.
    pub url: Option<String>,
    /// What this site cannot show and only points at, by name.
    pub kept: Vec<String>,
}
