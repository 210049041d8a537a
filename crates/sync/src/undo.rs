//! Taking a sync back: everything it changed goes back to what it was before, as an edit of the person's that the next
//! sync sends. What was written since, here or there, is kept: going back is merged with it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::reconcile::merge_contents;
use domain::{Content, EntityId, RunId};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::report::{Did, Item, Report};
use crate::workspace::Workspace;

/// What became of one line of a sync that was to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// Of what.
    pub entity: EntityId,
    /// Its title in the report.
    pub title: String,
    /// Whether it went back.
    pub done: bool,
    /// What follows, or why not, as a sentence.
    pub words: String,
}

/// Takes a run back, whole or the chosen things of it. Sends nothing: the next sync does, and a plan shows it before.
///
/// # Errors
/// When the run is not known, or the workspace cannot be read or written.
pub async fn undo(
    store: &dyn Workspace,
    run: RunId,
    chosen: Option<&BTreeSet<EntityId>>,
    now: DateTime<Utc>,
) -> Result<Vec<Undone>> {
    let text = store.report(run).await?.ok_or(store::Error::NotFound("report"))?;
    let report: Report = serde_json::from_str(&text).map_err(|error| Error::Stored(error.to_string()))?;
    let mut undone = Vec::new();
    for item in changes(&report) {
        let Some(entity) = item.entity.filter(|entity| chosen.is_none_or(|chosen| chosen.contains(entity))) else {
            continue;
        };
        if let Some((done, words)) = take_back(store, &item, entity, now).await? {
            undone.push(Undone { entity, title: item.title.clone(), done, words: words.to_owned() });
        }
    }
    Ok(undone)
}

/// One item for each thing that changed: what was merged and then sent went from the first version to the last.
fn changes(report: &Report) -> Vec<Item> {
    let mut changes: Vec<Item> = Vec::new();
    for item in &report.items {
        match changes.iter_mut().find(|known| known.entity == item.entity && known.before.is_some()) {
            Some(known) => known.after = item.after.or(known.after),
            None => changes.push(item.clone()),
        }
    }
    changes
}

async fn take_back(
    store: &dyn Workspace,
    item: &Item,
    entity: EntityId,
    now: DateTime<Utc>,
) -> Result<Option<(bool, &'static str)>> {
    let current = match store.get(entity).await {
        Ok(current) => current,
        Err(store::Error::NotFound(_)) => return Ok(Some((false, "It is no longer kept here."))),
        Err(error) => return Err(error.into()),
    };
    let before = match item.before {
        Some(id) => Some(store.revision(id).await?.content),
        None => None,
    };
    Ok(match (item.did, before) {
        (Did::CreatedHere, _) => {
            Some((false, "It is new from the site and stays. Delete it yourself where it is not wanted."))
        }
        (Did::CreatedThere | Did::Adopted, None) if current.deleted_at.is_none() => {
            store.delete(entity, now).await?;
            Some((true, "The next sync deletes it there again. Its text stays in the history."))
        }
        (Did::DeletedHere | Did::DeletedThere, Some(before)) if current.deleted_at.is_some() => {
            store.save(entity, &before, Some(current.counter), "undo", now).await?;
            Some((true, "It is back here. The next sync makes it there as a new one."))
        }
        (Did::Pulled | Did::Merged | Did::Pushed | Did::Adopted | Did::Followed, Some(before)) => {
            let after = match item.after {
                Some(id) => store.revision(id).await?.content,
                None => current.content.clone(),
            };
            if store.conflict(entity).await?.is_some() {
                return Ok(Some((false, "It waits for you among the conflicts. Settle that first.")));
            }
            match back(item, &after, &current.content, &before) {
                Some(content) if content == current.content => None,
                Some(content) => {
                    store.save(entity, &content, Some(current.counter), "undo", now).await?;
                    Some((true, "It says again what it said before. The next sync sends that."))
                }
                None => Some((false, "The same place was changed since. Choose a version in its history instead.")),
            }
        }
        _ => None,
    })
}

/// The current content without what the run changed; nothing where that was changed again since.
fn back(item: &Item, after: &Content, current: &Content, before: &Content) -> Option<Content> {
    if after == current {
        return Some(before.clone());
    }
    merge_contents(item.kind.format(), after, current, before).clean()
}
