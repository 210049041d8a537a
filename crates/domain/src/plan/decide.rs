//! The decision for one entity. Every combination of the three copies ends in exactly one action.

use super::strategy::Settlement;
use super::{Action, BaseCopy, EntityState, LocalCopy, Observed, Question};
use crate::merge::Side;
use crate::reconcile::merge_contents;
use crate::{Causality, Content, Kind, Replica, SiteKind};

/// What is to be done with one entity.
#[must_use]
pub fn decide(state: &EntityState) -> Action {
    if state.far && (state.observed == Observed::Gone || state.local.as_ref().is_some_and(|local| local.deleted)) {
        return Action::Unlink;
    }
    match (&state.base, &state.local) {
        (None, None) => match state.observed {
            Observed::Seen { .. } => Action::CreateHere,
            _ => Action::Nothing,
        },
        (None, Some(local)) if local.deleted => Action::Forget,
        (None, Some(local)) => match &state.observed {
            Observed::Seen { canonical, .. } if says_the_same(&local.canonical, canonical) => Action::Join,
            _ => hold(state, local).unwrap_or(Action::CreateThere),
        },
        (Some(_), None) => Action::Forget,
        (Some(base), Some(local)) => match &state.observed {
            Observed::NotRead | Observed::Missing => Action::Nothing,
            Observed::Gone => decide_gone(base, local),
            Observed::Unchanged => decide_unchanged(state, base, local),
            Observed::Seen { content, canonical, returned_body, restamped, .. } => {
                if *canonical == base.canonical {
                    match decide_unchanged(state, base, local) {
                        Action::Nothing
                            if *restamped || *returned_body != base.returned_body || *content != base.content =>
                        {
                            Action::Refresh
                        }
                        action => action,
                    }
                } else {
                    decide_changed(state, base, local, content, canonical)
                }
            }
        },
    }
}

/// Whether an object says all that a document which no site has yet says: its title, its text, and each of its fields.
#[must_use]
pub fn says_the_same(new: &Content, there: &Content) -> bool {
    new.title == there.title
        && new.body == there.body
        && new.fields.iter().all(|(name, value)| there.fields.get(name) == Some(value))
}

fn decide_gone(base: &BaseCopy, local: &LocalCopy) -> Action {
    let edited_here = !base.vector.contains(&local.vector);
    match (local.deleted, edited_here && local.canonical != base.canonical) {
        (true, _) => Action::Forget,
        (false, true) => Action::Ask { question: Question::EditedHereDeletedThere },
        (false, false) => Action::DeleteHere,
    }
}

/// The remote copy still is the base: either we are ahead, or there is nothing to do.
fn decide_unchanged(state: &EntityState, base: &BaseCopy, local: &LocalCopy) -> Action {
    match local.vector.compare(&base.vector) {
        Causality::Equal | Causality::Before => Action::Nothing,
        Causality::After | Causality::Concurrent if local.deleted && state.delete_asked => {
            Action::Ask { question: Question::DeletedHereEditedThere }
        }
        Causality::After | Causality::Concurrent if local.deleted => hold(state, local).unwrap_or(Action::DeleteThere),
        Causality::After | Causality::Concurrent => {
            let changed = local.canonical.changed_since(&base.canonical);
            if changed.is_empty() { Action::Join } else { hold(state, local).unwrap_or(Action::Push { changed }) }
        }
    }
}

fn decide_changed(
    state: &EntityState,
    base: &BaseCopy,
    local: &LocalCopy,
    remote: &Content,
    canonical: &Content,
) -> Action {
    let remote_vector = base.vector.bumped(Replica::Account(state.account));
    match local.vector.compare(&remote_vector) {
        // The places beside something that was moved here shift here as they do there: what comes back of it is no news.
        Causality::Equal | Causality::Before if !local.deleted && local.canonical == *canonical => Action::Join,
        Causality::Equal | Causality::Before => Action::Pull,
        // Cannot come from our own bookkeeping: the edit just seen is counted in no local copy. Treated as concurrent, so that nothing is overwritten.
        Causality::After | Causality::Concurrent => {
            if local.deleted {
                return Action::Ask { question: Question::DeletedHereEditedThere };
            }
            if local.canonical == *canonical {
                return Action::Join;
            }
            reconcile(state, base, local, remote, canonical)
        }
    }
}

fn reconcile(state: &EntityState, base: &BaseCopy, local: &LocalCopy, remote: &Content, canonical: &Content) -> Action {
    let remote_time = match &state.observed {
        Observed::Seen { changed_at, .. } => *changed_at,
        _ => None,
    };
    let settlement = state.strategy.settle(site_of(base.remote.kind), local.edited_at, remote_time);
    let merged = merge_contents(state.kind.format(), &base.content, &local.content, remote);
    let whole = match settlement {
        Settlement::MergeOrAsk => merged.clean(),
        Settlement::MergeRemoteWins => Some(merged.with(Side::Remote)),
        Settlement::TakeRemote => Some(remote.clone()),
        Settlement::TakeLocal => Some(local.content.clone()),
    };
    match whole {
        Some(content) => {
            let sends = content != *remote && content != *canonical;
            Action::Merge { merged: Box::new(content), sends }
        }
        None => Action::Conflict { merged: Box::new(merged) },
    }
}

pub(super) fn site_of(kind: Kind) -> SiteKind {
    match kind {
        Kind::Topic | Kind::Post => SiteKind::Discourse,
        _ => SiteKind::Canvas,
    }
}

/// What keeps a local change from being sent now.
pub(super) fn hold(state: &EntityState, local: &LocalCopy) -> Option<Action> {
    if let Some(why) = &state.read_only {
        return Some(Action::Hold { why: why.clone() });
    }
    match &state.parked {
        Some(parked) if parked.counter == local.counter => {
            Some(Action::Hold { why: "It was refused, and has not changed since.".to_owned() })
        }
        _ => None,
    }
}
