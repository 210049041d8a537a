//! What documents said when an editor was given them: an edit names the state it started from, and is joined with what came in since.

use std::sync::{Mutex, PoisonError};

use domain::{Content, EntityId};

/// States kept at most, and the bytes of their bodies together. An edit over a state that is no more kept is asked about.
const MOST: usize = 64;
const MOST_BYTES: usize = 32 << 20;

/// The newest states that were given out, oldest first.
#[derive(Default)]
pub(crate) struct Shown(Mutex<Vec<State>>);

struct State {
    entity: EntityId,
    counter: i64,
    content: Content,
}

impl Shown {
    /// Keeps a state under the counter that the editor gives back.
    pub(crate) fn remember(&self, entity: EntityId, counter: i64, content: &Content) {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        states.retain(|state| (state.entity, state.counter) != (entity, counter));
        states.push(State { entity, counter, content: content.clone() });
        let mut bytes: usize = states.iter().map(|state| state.content.body.len()).sum();
        while states.len() > 1 && (states.len() > MOST || bytes > MOST_BYTES) {
            bytes -= states.remove(0).content.body.len();
        }
    }

    /// What the document said under a counter.
    pub(crate) fn at(&self, entity: EntityId, counter: i64) -> Option<Content> {
        let states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        states
            .iter()
            .find(|state| (state.entity, state.counter) == (entity, counter))
            .map(|state| state.content.clone())
    }
}

#[cfg(test)]
mod tests {
    use domain::IdSeed;

    use super::*;

    #[test]
    fn the_newest_states_are_kept_and_the_oldest_go_first() {
        let shown = Shown::default();
        let entity = EntityId::new(IdSeed { unix_millis: 1, random: [1; 10] });
        for counter in 0..=i64::try_from(MOST).unwrap_or_default() {
            shown.remember(entity, counter, &Content::new("T", counter.to_string()));
        }
        assert_eq!(shown.at(entity, 0), None);
        assert_eq!(shown.at(entity, 1).map(|content| content.body), Some("1".to_owned()));
        shown.remember(entity, 100, &Content::new("T", "x".repeat(MOST_BYTES + 1)));
        assert_eq!(shown.at(entity, 60), None, "one large body takes the place of all");
        assert!(shown.at(entity, 100).is_some());
    }
}
