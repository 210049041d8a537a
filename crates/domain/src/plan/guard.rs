//! The guard against deleting much at once: a wrong filter, a lost permission or a restored server look like many deletes.

use std::collections::{HashMap, HashSet};

use super::{Action, EntityState, Line, Observed, Question};
use crate::{RemoteRef, SpaceId};

/// How many things of one space may go to the trash in one sync without a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeleteLimit {
    /// So many at most.
    pub count: usize,
    /// And so many hundredths of the space's mapped things at most; a single one never asks.
    pub percent: usize,
}

impl Default for DeleteLimit {
    fn default() -> Self {
        Self { count: 10, percent: 20 }
    }
}

/// Turns the delete of what holds news of the site into a question: deleting a topic takes its replies along, also those that
/// nobody here has read.
pub(super) fn ask_about_containers(lines: &mut [Line], states: &[EntityState]) {
    let with_news: HashSet<&RemoteRef> = states
        .iter()
        .filter(|state| match (&state.observed, &state.base) {
            (Observed::Seen { canonical, .. }, Some(base)) => *canonical != base.canonical,
            (Observed::Seen { .. }, None) => true,
            _ => false,
        })
        .filter_map(|state| state.parent.as_ref())
        .collect();
    for line in lines.iter_mut().filter(|line| line.action == Action::DeleteThere) {
        if line.remote.as_ref().is_some_and(|remote| with_news.contains(remote)) {
            line.action = Action::Ask { question: Question::DeletedHereEditedThere };
        }
    }
}

/// Turns the deletes of a space into one question each, where they are more than the limit.
pub(super) fn ask_about_many(lines: &mut [Line], states: &[EntityState], limit: DeleteLimit) {
    let mut mapped: HashMap<SpaceId, usize> = HashMap::new();
    for state in states.iter().filter(|state| state.base.is_some()) {
        *mapped.entry(state.space).or_default() += 1;
    }
    let mut gone: HashMap<SpaceId, usize> = HashMap::new();
    for line in lines.iter().filter(|line| line.action == Action::DeleteHere) {
        *gone.entry(line.space).or_default() += 1;
    }
    for line in lines.iter_mut().filter(|line| line.action == Action::DeleteHere) {
        let (gone, mapped) = (gone[&line.space], mapped.get(&line.space).copied().unwrap_or(0));
        if gone > limit.count || (gone > 1 && gone * 100 > mapped * limit.percent) {
            line.action = Action::Ask { question: Question::ManyGone };
        }
    }
}
