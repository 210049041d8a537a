//! The truth about the workspace, in one value: what the Sync control and the status line say.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ProgressDto;

/// What this build can do; screens of absent parts are absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CapabilitiesDto {
    /// The sync engine and its screens.
    pub sync: bool,
    /// Canvas.
    pub canvas: bool,
    /// Discourse.
    pub discourse: bool,
    /// The built-in sample.
    pub sample: bool,
}

/// A site in the status line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SiteStatusDto {
    /// Account id.
    pub account: String,
    /// Name of the site.
    pub site_name: String,
    /// When it was last reached.
    pub reached_at: Option<String>,
    /// `ok`, `offline`, `sign_in`, `set_back` (to an earlier state, and left alone until the person goes on with it), `unknown`.
    pub state: String,
    /// Notifications that waited there unread when it was last reached; absent where the site does not count them.
    pub notifications: Option<u32>,
    /// Why nothing can be written with its key, as a sentence; absent where it can.
    pub read_only: Option<String>,
}

/// The state of everything, derived from the store at the moment of asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StatusDto {
    /// Spaces kept.
    pub spaces: u32,
    /// Documents on this computer.
    pub documents: u32,
    /// Changes that the next sync sends.
    pub to_send: u32,
    /// Conflicts.
    pub conflicts: u32,
    /// Conflicts, refused items and questions together.
    pub needs_you: u32,
    /// When the last sync finished.
    pub last_sync_at: Option<String>,
    /// Whether the last attempt found no network.
    pub offline: bool,
    /// Whether a key is missing or expired.
    pub sign_in: bool,
    /// The sync that is running now.
    pub running: Option<ProgressDto>,
    /// Sites.
    pub sites: Vec<SiteStatusDto>,
}

/// An error as a person reads it: what happened, what is safe, what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ErrorDto {
    /// A stable code, for example `wrong_token`, `not_canvas`, `offline`, `captive_portal`, `site_down`, `not_found`, `invalid`.
    pub code: String,
    /// What happened.
    pub what: String,
    /// What is safe.
    pub safe: String,
    /// What to do next.
    pub next: String,
    /// Whether trying again may help.
    pub retryable: bool,
}

/// What went stale; the window re-reads just that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "event")]
#[ts(export)]
pub enum EventDto {
    /// Entities changed; all of a space when `entities` is empty.
    Changed {
        /// Space id, or absent for all.
        space: Option<String>,
        /// Entity ids.
        entities: Vec<String>,
    },
    /// A running sync moved on.
    Progress {
        /// Progress.
        progress: ProgressDto,
    },
    /// An export or an import moved on.
    Folder {
        /// Files done.
        done: u32,
        /// Files there are to do.
        total: u32,
    },
    /// A link in a document was pressed.
    Link {
        /// Its address, as the document says it.
        url: String,
    },
    /// A sync finished.
    Finished {
        /// Run id.
        run: String,
    },
}
