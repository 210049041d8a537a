//! Connecting sites and choosing what to keep.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SiteKindDto;

/// An account on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountDto {
    /// Account id.
    pub id: String,
    /// Which kind of site.
    pub site: SiteKindDto,
    /// Base address.
    pub url: String,
    /// Name of the site as shown.
    pub site_name: String,
    /// Who the person is there.
    pub user_name: String,
    /// `keychain`, `session` (until the program closes), `environment`, `missing` (sign in again).
    pub secret: String,
    /// When it was last reached.
    pub reached_at: Option<String>,
    /// Unsent changes that belong to it.
    pub unsent: u32,
    /// What kept the last sync from it, by a stable code.
    pub trouble: Option<String>,
    /// How the site stands: `ok`, `offline`, `sign_in`, `set_back`, `unknown`.
    pub state: String,
    /// Why nothing can be written with its key, as a sentence; absent where it can.
    pub read_only: Option<String>,
}

/// A course or category that may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AvailableSpaceDto {
    /// Remote id, for `space_keep`.
    pub remote: String,
    /// Name.
    pub name: String,
    /// Code, term, role, or a category's description, in words.
    pub detail: String,
    /// `current`, `earlier`.
    pub when: String,
    /// Topics of a category; absent where the site does not say.
    pub count: Option<u32>,
    /// What limits it, as a sentence.
    pub limit: Option<String>,
    /// Whether it is kept already.
    pub kept: bool,
}

/// What a key that the person approves on a forum is to be good for, and how it comes here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyWishDto {
    /// Reading and writing: by a code where the forum offers it, else by copying what it shows.
    ReadAndWrite,
    /// Reading alone.
    Read,
    /// Reading and writing; the forum sends the key to this computer, where its administrator allows that.
    SentHere,
}

/// A request for such a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UserKeyRequestDto {
    /// Id of the pending request.
    pub request: String,
    /// The address to open in the system's browser.
    pub url: String,
    /// What the person compares with the forum's page.
    pub code: Option<String>,
    /// Seconds between two questions whether the key is there; absent where the person pastes what the forum shows.
    pub ask_every: Option<u32>,
}
