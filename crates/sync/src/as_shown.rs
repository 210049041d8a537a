//! What a person looked through before it is sent, and whether it still says that right before it goes.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::plan::{EntityState, Line};
use domain::{Content, ContentHash, EntityId};

use crate::Run;
use crate::error::Result;
use crate::report::{Did, Item};
use crate::run::{SitePlan, StateIndex, sends};

/// What ticked lines send, as the plan had it.
#[derive(Debug, Default)]
pub(crate) struct Shown(Mutex<HashMap<EntityId, Said>>);

#[derive(Debug, Clone)]
struct Said {
    /// Change counter of the copy that the line was made from.
    counter: i64,
    /// What this run itself made of it since: a joined text, or what a site made of what it was sent.
    written: Option<ContentHash>,
}

impl Shown {
    fn all(&self) -> MutexGuard<'_, HashMap<EntityId, Said>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what the lines say that are to be sent.
    pub(crate) fn note(&self, plans: &[SitePlan]) {
        let mut all = self.all();
        for plan in plans {
            let states = StateIndex::new(&plan.states);
            for line in plan.plan.lines.iter().filter(|line| sends(&line.action)) {
                let local = states.of(line).and_then(|state| state.local.as_ref());
                if let (Some(entity), Some(local)) = (line.entity, local) {
                    all.insert(entity, Said { counter: local.counter, written: None });
                }
            }
        }
    }

    /// Notes what this run wrote into something that is to be sent.
    pub(crate) fn wrote(&self, entity: EntityId, content: &Content) {
        if let Some(said) = self.all().get_mut(&entity) {
            said.written = Some(content.hash());
        }
    }

    fn of(&self, entity: EntityId) -> Option<Said> {
        self.all().get(&entity).cloned()
    }
}

impl Run<'_> {
    /// Whether what is about to be sent is what was looked through. In a run that nobody looked through, it always is.
    pub(crate) async fn is_as_shown(&self, state: &EntityState) -> Result<bool> {
        if !self.only_as_shown {
            return Ok(true);
        }
        let (Some(entity), Some(local)) = (state.entity, &state.local) else { return Ok(false) };
        let Some(said) = self.shown.of(entity) else { return Ok(false) };
        if said.counter == local.counter {
            return Ok(true);
        }
        let now = self.store.get(entity).await?;
        Ok(now.counter == local.counter && said.written == Some(now.content.hash()))
    }

    /// What becomes of a line whose thing changed between the look and the sending.
    pub(crate) fn changed_since_shown(&self, line: &Line) -> Item {
        let words = "It changed since you looked, so nothing of it was sent. The next plan shows it as it is now.";
        self.item(line, Did::Failed, words.to_owned())
    }
}
