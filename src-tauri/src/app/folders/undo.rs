//! The last import taken back: what it changed goes back to what it was, joined with what was written since; what it made is deleted, and can be
//! brought back.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use domain::folder::{Entry, MANIFEST};
use domain::reconcile::merge_contents;
use domain::{Content, ContentHash, EntityId, RevisionId};
use serde::{Deserialize, Serialize};

use super::super::tree::title_or_words;
use super::super::{App, now};
use super::{disk, manifest_in};
use crate::dto::{FolderDto, ImportUndoneDto};
use crate::error::{Failure, Result};

/// The setting in which the last import is kept.
const LAST: &str = "import.last";

/// What an import did.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    folder: PathBuf,
    space: String,
    items: Vec<Item>,
    /// What the folder's note said before of each file.
    noted: Vec<(String, Option<Entry>)>,
    /// New documents that were not made after all.
    #[serde(skip)]
    pub(super) failed: HashSet<EntityId>,
}

/// What became of one document.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Item {
    entity: EntityId,
    did: Did,
    /// What it, or its unsaved text, says after the import.
    after: ContentHash,
}

#[derive(Debug, Serialize, Deserialize)]
enum Did {
    Made,
    Edited { before: RevisionId },
    Asked,
}

impl Item {
    pub(super) fn made(entity: EntityId, after: &Content) -> Option<Self> {
        Some(Self { entity, did: Did::Made, after: after.hash() })
    }

    /// Nothing where the save changed nothing.
    pub(super) fn edited(entity: EntityId, before: Option<&str>, after: &Content) -> Option<Self> {
        let before = before?.parse().ok()?;
        Some(Self { entity, did: Did::Edited { before }, after: after.hash() })
    }

    pub(super) fn asked(entity: EntityId, after: &Content) -> Option<Self> {
        Some(Self { entity, did: Did::Asked, after: after.hash() })
    }
}

impl Record {
    pub(super) fn new(shown: &FolderDto, folder: &Path) -> Self {
        Self {
            id: shown.id.clone(),
            folder: folder.to_owned(),
            space: shown.space.clone(),
            items: Vec::new(),
            noted: Vec::new(),
            failed: HashSet::new(),
        }
    }

    pub(super) fn add(&mut self, item: Option<Item>) {
        self.items.extend(item);
    }

    pub(super) fn noted(&mut self, path: &str, before: Option<Entry>) {
        self.noted.push((path.to_owned(), before));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl App {
    pub(super) async fn keep_record(&self, record: &Record) -> Result<()> {
        if record.is_empty() {
            return Ok(());
        }
        let text = serde_json::to_string(record).map_err(|error| Failure::Invalid(error.to_string()))?;
        Ok(self.store.set_setting(LAST, &text).await?)
    }

    /// Takes the last import back. What was written since stays; a document for which both cannot be is left as it is and named.
    pub async fn import_undo(&self, import: &str) -> Result<Vec<ImportUndoneDto>> {
        let _turn = self.folders.turn.lock().await;
        let last = self.store.setting(LAST).await?;
        let record: Option<Record> = last.and_then(|text| serde_json::from_str(&text).ok());
        let Some(record) = record.filter(|record| record.id == import) else {
            return Err(Failure::Invalid("Only the last import can be taken back.".to_owned()));
        };
        let mut undone = Vec::new();
        let mut back = HashSet::new();
        // What stands under something was made after it.
        for item in record.items.iter().rev() {
            let (title, words) = self.undo_one(item, &record).await?;
            if words.is_none() {
                back.insert(item.entity);
            }
            undone.push(ImportUndoneDto {
                entity: item.entity.to_string(),
                title,
                done: words.is_none(),
                words: words.map_or("It is as it was before the import.", |words| words).to_owned(),
            });
        }
        undone.reverse();
        self.store.set_setting(LAST, "").await?;
        restore_note(&record, &back);
        self.tell(crate::dto::EventDto::Changed { space: Some(record.space), entities: Vec::new() });
        Ok(undone)
    }

    /// Its title, and why it is not as it was.
    async fn undo_one(&self, item: &Item, record: &Record) -> Result<(String, Option<&'static str>)> {
        let entity = match self.store.get(item.entity).await {
            Err(store::Error::NotFound(_)) => return Ok((String::new(), Some("It is not here any more."))),
            entity => entity?,
        };
        let title = title_or_words(&entity.content.title, &entity.content.body);
        let draft = self.store.draft(item.entity)?;
        let why = match &item.did {
            Did::Asked => match draft.filter(|draft| draft.content.hash() == item.after) {
                Some(_) => {
                    self.store.remove_draft(item.entity)?;
                    None
                }
                None => Some("It was decided since, and stays as it is."),
            },
            Did::Made if entity.deleted_at.is_some() => None,
            Did::Made => {
                let kept = self.store.children(item.entity).await?.iter().any(|child| {
                    child.deleted_at.is_none() && !record.items.iter().any(|other| other.entity == child.id)
                });
                if entity.content.hash() != item.after || draft.is_some() || kept {
                    Some("It was written on since, and stays.")
                } else {
                    self.store.delete(item.entity, now()).await?;
                    None
                }
            }
            Did::Edited { before } => {
                let before = self.store.revision(*before).await?.content;
                let whole = if entity.content.hash() == item.after {
                    Some(before)
                } else {
                    let history = self.store.revisions(item.entity).await?;
                    let after = history.into_iter().map(|revision| revision.content);
                    let after = after.into_iter().find(|content| content.hash() == item.after);
                    after.and_then(|after| merge_contents(entity.format, &after, &before, &entity.content).clean())
                };
                match whole {
                    Some(whole) => {
                        self.store.save(item.entity, &whole, Some(entity.counter), "restore", now()).await?;
                        None
                    }
                    None => Some("The same words were changed since, and it stays as it is."),
                }
            }
        };
        Ok((title, why))
    }
}

/// The folder's files are other than the documents again: the next import sees them as it did before.
fn restore_note(record: &Record, back: &HashSet<EntityId>) {
    let Ok(Some(mut note)) = manifest_in(&record.folder) else { return };
    if note.space.to_string() != record.space {
        return;
    }
    for (path, before) in &record.noted {
        if !note.files.get(path).and_then(|entry| entry.id).is_some_and(|id| back.contains(&id)) {
            continue;
        }
        match before {
            Some(entry) => drop(note.files.insert(path.clone(), entry.clone())),
            None => drop(note.files.remove(path)),
        }
    }
    // A folder that is not there any more, or cannot be written to, has nothing to lose by it.
    let _as_it_is = disk::write(&record.folder, MANIFEST, note.written().as_bytes());
}
