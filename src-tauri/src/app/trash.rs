//! What was deleted here: brought back, or gone for good.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{EntityId, SiteKind, SpaceId};
use store::{Entity, Purged, Space};

use super::tree::{kind_dto, site_dto, title_or_words};
use super::{App, id, now, text_of};
use crate::dto::{DeletedDto, SavedDto};
use crate::error::Result;

/// What was deleted for good in this run of the program. Undo is offered for seconds; this is kept until the program ends.
#[derive(Default)]
pub(crate) struct PurgedNow(Mutex<HashMap<EntityId, Purged>>);

impl App {
    /// What lies in the trash, last deleted first.
    pub async fn trash(&self) -> Result<Vec<DeletedDto>> {
        let spaces: HashMap<SpaceId, Space> =
            self.store.spaces().await?.into_iter().map(|space| (space.id, space)).collect();
        let mut deleted = Vec::new();
        for entity in self.store.trash().await? {
            let Some(space) = spaces.get(&entity.space) else { continue };
            let site = self.site_name(space).await?;
            let still_there = self.on_site(entity.id).await?.base.is_some();
            deleted.push(DeletedDto {
                id: entity.id.to_string(),
                space: space.id.to_string(),
                space_name: space.name.clone(),
                site: site_dto(space.site),
                kind: kind_dto(entity.kind),
                title: title_or_words(&entity.content.title, &entity.content.body),
                deleted_at: entity.deleted_at.map(text_of).unwrap_or_default(),
                stays: still_there.then(|| format!("{site} still has it. The next sync deletes it there.")),
                back: match (space.site, still_there) {
                    (None, _) => "It comes back to where it was.".to_owned(),
                    (Some(_), true) => format!("It comes back, and {site} keeps it."),
                    (Some(SiteKind::Discourse), false) => {
                        format!("It comes back. The next sync brings it back on {site}, too, and creates it again where it may not.")
                    }
                    (Some(SiteKind::Canvas), false) => {
                        format!("It comes back, and the next sync creates it again on {site}.")
                    }
                },
            });
        }
        Ok(deleted)
    }

    /// Brings something back, with what it stands under where that lies in the trash too.
    pub async fn trash_restore(&self, entity: &str) -> Result<SavedDto> {
        let id: EntityId = id(entity)?;
        let entity = self.store.get(id).await?;
        let mut above = entity.parent;
        while let Some(parent) = above {
            let parent = self.store.get(parent).await?;
            if parent.deleted_at.is_some() {
                self.store.restore(parent.id, now()).await?;
            }
            above = parent.parent;
        }
        let saved = self.store.restore(id, now()).await?;
        self.tell_changed(entity.space, id);
        self.saved_dto(id, saved, false).await
    }

    /// Deletes something in the trash for good, with its history and with everything in it.
    pub async fn trash_purge(&self, entity: &str) -> Result<()> {
        let id: EntityId = id(entity)?;
        let entity = self.store.get(id).await?;
        if entity.deleted_at.is_none() {
            return Err(store::Error::NotFound("document in the trash").into());
        }
        let inside = self.inside(id).await?;
        // All or nothing: what a site still has would come back with the next pull.
        for part in inside.iter().map(|part| part.id).chain([id]) {
            if self.on_site(part).await?.base.is_some() {
                return Err(store::Error::Unsent.into());
            }
        }
        for part in inside.into_iter().rev() {
            if part.deleted_at.is_none() {
                self.store.delete(part.id, now()).await?;
            }
            self.keep_purged(self.store.purge(part.id).await?);
        }
        self.keep_purged(self.store.purge(id).await?);
        self.tell_changed(entity.space, id);
        Ok(())
    }

    /// What stands under an entity, at any depth, each after what it stands under.
    async fn inside(&self, id: EntityId) -> Result<Vec<Entity>> {
        let mut inside = self.store.children(id).await?;
        let mut at = 0;
        while let Some(part) = inside.get(at) {
            let more = self.store.children(part.id).await?;
            inside.extend(more);
            at += 1;
        }
        Ok(inside)
    }

    /// Puts back into the trash what was deleted for good in this run of the program.
    pub async fn trash_put_back(&self, entity: &str) -> Result<()> {
        let id: EntityId = id(entity)?;
        let mut back = self.purged_of(|purged| purged.entity.id == id);
        if back.is_empty() {
            return Err(store::Error::NotFound("document").into());
        }
        while let Some(purged) = back.pop() {
            self.store.put_back(&purged).await?;
            let of = purged.entity.id;
            self.purged.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&of);
            back.extend(self.purged_of(|purged| purged.entity.parent == Some(of)));
            self.tell_changed(purged.entity.space, of);
        }
        Ok(())
    }

    pub(super) fn purged_of(&self, wanted: impl Fn(&Purged) -> bool) -> Vec<Purged> {
        let kept = self.purged.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.values().filter(|purged| wanted(purged)).cloned().collect()
    }

    fn keep_purged(&self, purged: Purged) {
        self.purged.0.lock().unwrap_or_else(PoisonError::into_inner).insert(purged.entity.id, purged);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dto::NewDocumentDto;

    async fn made(app: &App, space: &str, kind: crate::dto::KindDto, parent: Option<String>) -> String {
        let new = NewDocumentDto {
            space: space.to_owned(),
            kind,
            parent,
            reply_to: None,
            title: "Ekman spiral".to_owned(),
            body: "Wind turns the water.".to_owned(),
        };
        app.document_new(new).await.unwrap().id
    }

    #[tokio::test]
    async fn what_was_deleted_comes_back_or_goes_for_good_with_one_undo() {
        let folder = tempfile::TempDir::new().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap().id;
        let topic = made(&app, &space, crate::dto::KindDto::Topic, None).await;
        let post = made(&app, &space, crate::dto::KindDto::Post, Some(topic.clone())).await;
        app.document_delete(&post).await.unwrap();
        assert!(app.trash_purge(&topic).await.is_err(), "only what is in the trash");
        app.document_delete(&topic).await.unwrap();
        let titles = |rows: Vec<DeletedDto>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(titles(app.trash().await.unwrap()), [topic.clone(), post.clone()]);

        // A post comes back with its topic.
        app.trash_restore(&post).await.unwrap();
        assert!(app.trash().await.unwrap().is_empty());
        assert_eq!(app.document(&topic).await.unwrap().posts.len(), 1);

        app.document_delete(&topic).await.unwrap();
        let versions = app.history(&topic).await.unwrap().len();
        app.trash_purge(&topic).await.unwrap();
        assert!(app.trash().await.unwrap().is_empty() && app.document(&topic).await.is_err());
        app.trash_put_back(&topic).await.unwrap();
        assert_eq!(app.trash().await.unwrap().len(), 2, "with what stood in it");
        assert_eq!(app.history(&topic).await.unwrap().len(), versions);
    }
}
