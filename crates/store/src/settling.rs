//! What settling a conflict comes to, as a value: the same for every sort of workspace.

use domain::{Content, DeviceId, RemoteObject, Replica, VersionVector};

use crate::ConflictRow;

/// Our copy when a conflict is settled.
pub struct Here<'a> {
    /// What it says.
    pub content: &'a Content,
    /// Which edits it contains.
    pub vector: &'a VersionVector,
    /// What both sides last agreed on, where there is a mapping.
    pub base: Option<&'a Content>,
    /// This installation.
    pub device: DeviceId,
}

/// What is to be written where a conflict is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What ours says afterwards: the choice, with what was typed since the conflict was found.
    pub content: Content,
    /// Which edits it contains then.
    pub local_vector: VersionVector,
    /// Which edits the remote copy contains, where theirs becomes the base.
    remote_vector: VersionVector,
}

/// A version that a settlement puts into the history.
pub struct KeptVersion<'a> {
    /// What it says.
    pub content: &'a Content,
    /// Whose it is.
    pub origin: String,
    /// Whether another was chosen.
    pub lost: bool,
}

impl ConflictRow {
    /// Settles with a content that the person chose; `sends` is whether that differs from theirs in canonical form. Nothing where the choice does not fit
    /// with what was typed since.
    #[must_use]
    pub fn settled(&self, here: &Here<'_>, chosen: &Content, sends: bool) -> Option<Settled> {
        let content = self.settled_with(here.content, chosen)?;
        let sends = match here.base.filter(|_| self.overwritten) {
            // Theirs is not on the site any more: what the site has is the base.
            Some(base) => *base != content,
            // What each site of a linked document still lacks of the answer goes there with the next sync.
            None => sends || content != *chosen || !self.parties.is_empty(),
        };
        let seen = self.parties.iter().map(|party| &party.remote_vector);
        let joined = seen.fold(here.vector.join(&self.remote_vector), |joined, seen| joined.join(seen));
        let local_vector = if sends { joined.bumped(Replica::Device(here.device)) } else { joined };
        let remote_vector = if sends { self.remote_vector.clone() } else { local_vector.clone() };
        Some(Settled { content, local_vector, remote_vector })
    }
}

impl Settled {
    /// Versions for the history, oldest first.
    #[must_use]
    pub fn versions<'a>(&'a self, conflict: &'a ConflictRow, before: &'a Content) -> Vec<KeptVersion<'a>> {
        let version =
            |content: &'a Content, origin: String| KeptVersion { content, origin, lost: *content != self.content };
        let theirs = conflict.theirs.as_ref().map(|theirs| version(&theirs.content, conflict.account.to_string()));
        [Some(version(before, "you".to_owned())), theirs, Some(version(&self.content, "you".to_owned()))]
            .into_iter()
            .flatten()
            .collect()
    }

    /// What becomes the base, with its vector; nothing where theirs stands on the site no more.
    #[must_use]
    pub fn base<'a>(&'a self, conflict: &'a ConflictRow) -> Option<(&'a RemoteObject, &'a VersionVector)> {
        // The sites of a linked document each have a base of their own.
        let one = !conflict.overwritten && conflict.parties.is_empty();
        conflict.theirs.as_ref().filter(|_| one).map(|theirs| (theirs, &self.remote_vector))
    }
}
