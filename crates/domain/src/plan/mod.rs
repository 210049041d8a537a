//! What a sync would do, as a value. Pure: the same states and policy give the same plan, line for line.

mod decide;
mod guard;
pub mod linked;
mod set_back;
mod strategy;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::reconcile::Merged;
use crate::{AccountId, Changed, Content, EntityId, Kind, RemoteRef, SpaceId, VersionVector, field};

pub use decide::{decide, says_the_same};
pub use guard::DeleteLimit;
pub use set_back::{Standing, Times, highest, is_out_of_turn, standing};
pub use strategy::ConflictStrategy;

/// Our copy of an entity, as planning needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCopy {
    /// What it says.
    pub content: Content,
    /// The same in the site's canonical form.
    pub canonical: Content,
    /// Which edits it contains.
    pub vector: VersionVector,
    /// Whether the person deleted it here.
    pub deleted: bool,
    /// Its change counter; an apply refuses when it has moved since.
    pub counter: i64,
    /// When it was last edited, in seconds since 1970 by the server's clock, and how sure that is; for `PreferMostRecent`.
    pub edited_at: Option<Moment>,
}

/// What the two sides last agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseCopy {
    /// The object it is mapped to.
    pub remote: RemoteRef,
    /// What both said.
    pub content: Content,
    /// The same in canonical form.
    pub canonical: Content,
    /// Which edits the remote copy contained.
    pub vector: VersionVector,
    /// The body as the site had returned it; a difference in decoration alone refreshes the base quietly.
    pub returned_body: String,
}

/// What this run saw of the remote copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// Its list did not come, or not whole: nothing is known, and nothing follows.
    NotRead,
    /// It is there and its token says that nothing changed.
    Unchanged,
    /// It is there, with this content.
    Seen {
        /// What it says.
        content: Content,
        /// The same in canonical form.
        canonical: Content,
        /// The body as returned.
        returned_body: String,
        /// When it was last changed there.
        changed_at: Option<Moment>,
        /// Whether its token, facts or access are no more those that are kept: noted quietly, so that it is not read again for nothing.
        restamped: bool,
    },
    /// It is in no complete list, and its own address says that it is gone while its container answers.
    Gone,
    /// It is in no complete list, but nothing else says that it is gone.
    Missing,
}

/// A moment by the server's clock, with what it may be off by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970.
    pub seconds: i64,
    /// It is sure to within this many seconds.
    pub within: i64,
}

/// A content that the site refused for good, and that is not sent again unless it changes or the person asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedCopy {
    /// Counter of the local copy that was refused.
    pub counter: i64,
}

/// One entity on one account, from all three sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityState {
    /// Our identity of it; absent for what was seen for the first time.
    pub entity: Option<EntityId>,
    /// The space it is in.
    pub space: SpaceId,
    /// The account it is, or would be, mapped to.
    pub account: AccountId,
    /// What it is.
    pub kind: Kind,
    /// The object seen for the first time; absent where there is an entity.
    pub fresh: Option<RemoteRef>,
    /// What it stands under on the site: what is deleted there takes along what stands under it.
    pub parent: Option<RemoteRef>,
    /// Our copy.
    pub local: Option<LocalCopy>,
    /// What both last agreed on.
    pub base: Option<BaseCopy>,
    /// The site's copy.
    pub observed: Observed,
    /// Whether its delete has to be asked about: it was before and nobody has answered, or something under it was written here since.
    pub delete_asked: bool,
    /// Refused before.
    pub parked: Option<ParkedCopy>,
    /// Why it cannot be written there now; absent when it can.
    pub read_only: Option<String>,
    /// How a concurrent edit is settled.
    pub strategy: ConflictStrategy,
    /// Whether this account is not the entity's home: it was linked there. What happens to it there never deletes anything here, and
    /// what is deleted here deletes nothing there.
    pub far: bool,
}

/// What is to be done with one entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Only the site's decorations changed: the base takes the new bytes, nobody is told.
    Refresh,
    /// Seen for the first time: made here.
    CreateHere,
    /// Changed there alone: taken over.
    Pull,
    /// Both say the same by now: base and vectors follow, no text moves.
    Join,
    /// Changed here alone: sent.
    Push {
        /// Which parts.
        changed: Changed,
    },
    /// New here: made there.
    CreateThere,
    /// Changed on both sides, and the changes fit together: joined here, then sent.
    Merge {
        /// The joined content.
        merged: Box<Content>,
        /// Whether it differs from the site's copy, so that a push follows.
        sends: bool,
    },
    /// Changed on both sides in the same place: kept whole until a person decides.
    Conflict {
        /// What fits and what does not.
        merged: Box<Merged>,
    },
    /// Deleted here: deleted there.
    DeleteThere,
    /// Gone there, with two witnesses, and not edited here: put in the trash here.
    DeleteHere,
    /// Gone on both sides: the mapping is dropped.
    Forget,
    /// A linked document's other copy is gone, or the document is: the link is dropped, and what is left stays.
    Unlink,
    /// A person has to say what happened.
    Ask {
        /// What is asked.
        question: Question,
    },
    /// Held back: refused before and not changed since, or not allowed to be written now.
    Hold {
        /// Why, as a sentence.
        why: String,
    },
}

/// What only a person can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Edited here, deleted there.
    EditedHereDeletedThere,
    /// Deleted here, edited there.
    DeletedHereEditedThere,
    /// Many things of a space are gone at once.
    ManyGone,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Our identity; absent for what is new here.
    pub entity: Option<EntityId>,
    /// The object there; absent for what is new there.
    pub remote: Option<RemoteRef>,
    /// Space.
    pub space: SpaceId,
    /// Account.
    pub account: AccountId,
    /// What it is.
    pub kind: Kind,
    /// Title, or the first words of a post.
    pub title: String,
    /// What is to be done.
    pub action: Action,
}

/// What a sync would do, sorted: the same input gives the same plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Lines in the order in which they are carried out.
    pub lines: Vec<Line>,
}

/// Plans a sync of all given states.
#[must_use]
pub fn plan(states: &[EntityState], limit: DeleteLimit) -> Plan {
    let places: BTreeMap<EntityId, i64> = states.iter().filter_map(place_of).collect();
    let mut lines: Vec<Line> = states.iter().map(|state| line(state, decide(state))).collect();
    guard::ask_about_containers(&mut lines, states);
    guard::ask_about_many(&mut lines, states, limit);
    lines.retain(|line| line.action != Action::Nothing);
    lines.sort_by_key(|line| order(line, &places));
    Plan { lines }
}

impl Plan {
    /// Puts a line in the place of the one for the same thing on the same account, or beside the others; one that does nothing is
    /// taken out.
    pub fn put(&mut self, line: Line) {
        self.lines
            .retain(|known| known.account != line.account || known.entity != line.entity || known.entity.is_none());
        if line.action != Action::Nothing {
            self.lines.push(line);
        }
        let places = BTreeMap::new();
        self.lines.sort_by_key(|line| order(line, &places));
    }
}

/// The line of a state with an action.
#[must_use]
pub fn line(state: &EntityState, action: Action) -> Line {
    Line {
        entity: state.entity,
        remote: state.base.as_ref().map(|base| base.remote.clone()).or_else(|| state.fresh.clone()),
        space: state.space,
        account: state.account,
        kind: state.kind,
        title: title_of(state),
        action,
    }
}

/// The place that something is to have, where its site keeps the order.
fn place_of(state: &EntityState) -> Option<(EntityId, i64)> {
    let local = state.local.as_ref().filter(|_| state.kind.is_ordered_there())?;
    Some((state.entity?, local.content.number(field::POSITION)?))
}

/// A site makes room for what comes to a place, so places are sent from the first to the last: each then stays where it was put
/// (contract canvas 3.8). What leaves a module goes before, as it would be counted.
fn order(
    line: &Line,
    places: &BTreeMap<EntityId, i64>,
) -> (u8, usize, SpaceId, i64, Option<EntityId>, Option<RemoteRef>) {
    let place = line.entity.and_then(|entity| places.get(&entity)).copied();
    let leaves = line.kind == Kind::ModuleItem && line.action == Action::DeleteThere;
    let step = match line.action {
        Action::Nothing
        | Action::Refresh
        | Action::CreateHere
        | Action::Pull
        | Action::Join
        | Action::DeleteHere
        | Action::Forget
        | Action::Unlink => 0,
        Action::Merge { .. } | Action::Conflict { .. } | Action::Ask { .. } | Action::Hold { .. } => 1,
        Action::CreateThere | Action::Push { .. } => 2,
        Action::DeleteThere if leaves => 2,
        Action::DeleteThere => 3,
    };
    let place = if leaves { i64::MIN } else { place.unwrap_or(i64::MAX) };
    (step, line.kind.push_rank(), line.space, place, line.entity, line.remote.clone())
}

fn title_of(state: &EntityState) -> String {
    let content = match (&state.local, &state.observed) {
        (Some(local), _) => &local.content,
        (None, Observed::Seen { content, .. }) => content,
        (None, _) => return String::new(),
    };
    if !content.title.is_empty() {
        return content.title.clone();
    }
    content.body.split_whitespace().take(8).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
