//! What the person chose beforehand for changes on both sides.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a sync does where both sides changed the same thing (`docs/conflicts.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum StrategyDto {
    /// Join what fits together, ask for the rest.
    Ask,
    /// Canvas's copy wins.
    PreferCanvas,
    /// The forum's copy wins.
    PreferDiscourse,
    /// The copy edited last wins, where that is sure.
    PreferMostRecent,
    /// Join; Canvas wins what overlaps.
    MergePreferCanvas,
    /// Join; the forum wins what overlaps.
    MergePreferDiscourse,
}

/// For what it is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "of")]
#[ts(export)]
pub enum StrategyScopeDto {
    /// Everything that nothing nearer is chosen for.
    Everything,
    /// One space.
    Space {
        /// Space id.
        id: String,
    },
    /// One document.
    Document {
        /// Entity id.
        id: String,
    },
}
