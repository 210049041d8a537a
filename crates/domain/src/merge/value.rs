//! Single values: one side changed it, both agree, or a person decides.

use serde::{Deserialize, Serialize};

/// The outcome for one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Merged<T> {
    /// This is the value.
    Settled(T),
    /// Both sides changed it, differently.
    Conflict {
        /// What both started from.
        base: T,
        /// Ours.
        local: T,
        /// The server's.
        remote: T,
    },
}

impl<T> Merged<T> {
    /// The value, if it is settled.
    pub fn settled(self) -> Option<T> {
        match self {
            Merged::Settled(value) => Some(value),
            Merged::Conflict { .. } => None,
        }
    }
}

/// Merges one value.
pub fn merge<T: PartialEq + Clone>(base: &T, local: &T, remote: &T) -> Merged<T> {
    if local == remote || remote == base {
        Merged::Settled(local.clone())
    } else if local == base {
        Merged::Settled(remote.clone())
    } else {
        Merged::Conflict { base: base.clone(), local: local.clone(), remote: remote.clone() }
    }
}
