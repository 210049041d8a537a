//! How a concurrent edit is settled when the person has said so beforehand.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::SiteKind;

/// What to do when both sides changed the same thing. The names are those of the storage guide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictStrategy {
    /// Merge what does not overlap, ask for the rest.
    #[default]
    Ask,
    /// Canvas's copy wins.
    PreferCanvas,
    /// Discourse's copy wins.
    PreferDiscourse,
    /// The copy edited last wins, where that is sure.
    PreferMostRecent,
    /// Merge; Canvas wins what overlaps.
    MergePreferCanvas,
    /// Merge; Discourse wins what overlaps.
    MergePreferDiscourse,
}

/// What a strategy comes to for one concurrent edit between this computer and one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settlement {
    /// Merge, ask where it overlaps.
    MergeOrAsk,
    /// Merge, the site wins what overlaps.
    MergeRemoteWins,
    /// The site's copy, whole.
    TakeRemote,
    /// Our copy, whole.
    TakeLocal,
}

impl ConflictStrategy {
    /// The site whose copy wins a concurrent edit; nothing where none is named.
    pub(super) fn preferred(self) -> Option<SiteKind> {
        match self {
            Self::PreferCanvas | Self::MergePreferCanvas => Some(SiteKind::Canvas),
            Self::PreferDiscourse | Self::MergePreferDiscourse => Some(SiteKind::Discourse),
            Self::Ask | Self::PreferMostRecent => None,
        }
    }

    /// Whether what does not overlap is joined, whoever wins the rest.
    pub(super) fn merges(self) -> bool {
        matches!(self, Self::Ask | Self::MergePreferCanvas | Self::MergePreferDiscourse)
    }

    /// A strategy that names a side which is no party to the conflict acts as `Ask`; so does one whose two times are closer than they are sure.
    pub(super) fn settle(self, site: SiteKind, local: Option<Moment>, remote: Option<Moment>) -> Settlement {
        match (self, site) {
            (Self::PreferCanvas, SiteKind::Canvas) | (Self::PreferDiscourse, SiteKind::Discourse) => {
                Settlement::TakeRemote
            }
            (Self::MergePreferCanvas, SiteKind::Canvas) | (Self::MergePreferDiscourse, SiteKind::Discourse) => {
                Settlement::MergeRemoteWins
            }
            (Self::PreferMostRecent, _) => match (local, remote) {
                (Some(local), Some(remote))
                    if (local.seconds - remote.seconds).abs() > local.within + remote.within =>
                {
                    if local.seconds > remote.seconds { Settlement::TakeLocal } else { Settlement::TakeRemote }
                }
                _ => Settlement::MergeOrAsk,
            },
            _ => Settlement::MergeOrAsk,
        }
    }
}
