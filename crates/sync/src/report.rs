//! What a run did, as a value: kept, shown, exported. The same type serves window and command line.

use chrono::{DateTime, Utc};
use domain::{AccountId, EntityId, Kind, RemoteRef, RevisionId, RunId, SpaceId, Traffic};
use serde::{Deserialize, Serialize};

/// What was done, or waits, for one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// New here, from the site.
    CreatedHere,
    /// The site's change was taken over.
    Pulled,
    /// Both said the same by now.
    Joined,
    /// Changes of both sides were joined.
    Merged,
    /// Our change was written there.
    Pushed,
    /// Made there.
    CreatedThere,
    /// Found there from an earlier attempt whose answer was lost, and not sent again.
    Adopted,
    /// Deleted there.
    DeletedThere,
    /// Gone there; moved to the trash here.
    DeletedHere,
    /// Gone on both sides.
    Forgotten,
    /// Waits for a person: changed on both sides in the same place.
    Conflict,
    /// Waits for a person: a question.
    Asked,
    /// Waits for a person: the site refused it for good.
    Parked,
    /// Waits for a moderator of the forum.
    Queued,
    /// Its links follow what has a new address; the next run sends that.
    Followed,
    /// Held back.
    Held,
    /// Not done this time; the next run tries again.
    Failed,
    /// Sent, but the answer was lost: looked for before anything is sent twice.
    Unsure,
}

impl Did {
    /// Whether it was sent to a site.
    #[must_use]
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Pushed | Self::CreatedThere | Self::Adopted | Self::DeletedThere)
    }

    /// Whether it was received from a site.
    #[must_use]
    pub fn is_received(self) -> bool {
        matches!(self, Self::CreatedHere | Self::Pulled | Self::Merged | Self::DeletedHere)
    }

    /// Whether a person has to do something.
    #[must_use]
    pub fn needs_person(self) -> bool {
        matches!(self, Self::Conflict | Self::Asked | Self::Parked)
    }
}

/// One item of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Our identity of it.
    pub entity: Option<EntityId>,
    /// The object there.
    pub remote: Option<RemoteRef>,
    /// Space.
    pub space: SpaceId,
    /// Account.
    pub account: AccountId,
    /// What it is.
    pub kind: Kind,
    /// Title, or first words.
    pub title: String,
    /// What was done.
    pub did: Did,
    /// The reason, or what is left to do, as a sentence; empty where `did` says it all.
    pub words: String,
    /// What the server changed in what was sent, or did not take.
    pub notes: Vec<String>,
    /// The version that it went from, and to, where a content changed: what [`crate::undo`] goes back by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<RevisionId>,
    /// See `before`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RevisionId>,
}

/// A site or space that was left out of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Account.
    pub account: AccountId,
    /// The space, where it is not the whole site.
    pub space: Option<SpaceId>,
    /// Name of the site or space.
    pub name: String,
    /// A stable code: `unreachable`, `wrong_site`, `portal`, `sign_in`, `down`, `throttled`, `other_user`, `refused`, `set_back`.
    pub code: String,
    /// Why, as a sentence.
    pub why: String,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All done.
    Done,
    /// Done, and something waits for a person.
    Waits,
    /// A site was left out, or an item failed.
    Partly,
    /// The person stopped it.
    Stopped,
}

/// Time of one phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhaseTime {
    /// `open`, `pull`, `plan`, `apply`, `push`.
    pub phase: String,
    /// Seconds.
    pub seconds: f64,
}

/// A run, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which run.
    pub run: RunId,
    /// Started.
    pub started_at: DateTime<Utc>,
    /// Finished.
    pub finished_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Items in the order in which they were done. What stayed the same is not among them.
    pub items: Vec<Item>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// What it cost.
    pub traffic: Traffic,
    /// Where the time went.
    pub phases: Vec<PhaseTime>,
    /// What waits unread on the sites that count it. They are told of, and stay unread.
    #[serde(default)]
    pub notifications: Vec<Notifications>,
}

/// Notifications of one account that wait unread on its site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
    /// Whose.
    pub account: AccountId,
    /// How many.
    pub count: u32,
}

impl Report {
    /// Items of one sort.
    #[must_use]
    pub fn count(&self, sort: impl Fn(Did) -> bool) -> usize {
        self.items.iter().filter(|item| sort(item.did)).count()
    }

    /// The run in one sentence or two, in the words of the screens.
    #[must_use]
    pub fn summary(&self) -> String {
        let (sent, received) = (self.count(Did::is_sent), self.count(Did::is_received));
        let needs = self.count(Did::needs_person);
        let mut parts = Vec::new();
        if sent + received > 0 {
            parts.push(format!("{sent} sent, {received} received."));
        }
        match self.count(|did| did == Did::Followed) {
            0 => {}
            1 => parts.push("Links in 1 document follow; it goes with the next sync.".to_owned()),
            more => parts.push(format!("Links in {more} documents follow; they go with the next sync.")),
        }
        if needs > 0 {
            parts.push(if needs == 1 { "1 thing needs you.".to_owned() } else { format!("{needs} things need you.") });
        }
        match self.outcome {
            Outcome::Stopped => parts.push("Stopped. The rest goes next time.".to_owned()),
            Outcome::Partly if self.left_out.is_empty() => {
                parts.push("Some things were not done this time.".to_owned())
            }
            Outcome::Partly => parts.extend(self.left_out.iter().map(|left| left.why.clone())),
            Outcome::Done if parts.is_empty() => {
                parts.push("Both sides agree. Nothing was sent or changed.".to_owned())
            }
            Outcome::Done if self.count(|did| did == Did::Followed) > 0 => {}
            Outcome::Done => parts.push("In sync.".to_owned()),
            Outcome::Waits => {}
        }
        parts.join(" ")
    }
}
