//! The outbox: what was written here and not sent, with differences; and throwing it away.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::{Content, EntityId, SpaceId};
use store::UnsentChange;

use super::differences::{difference, summary};
use super::documents::row_of;
use super::tree::{States, kind_dto, site_dto, title_or_words};
use super::{App, id, now, text_of};
use crate::dto::{DifferenceDto, OutboxItemDto, SavedDto};
use crate::error::Result;

impl App {
    /// Unsent changes, newest first.
    pub async fn outbox(&self) -> Result<Vec<OutboxItemDto>> {
        let mut items = Vec::new();
        let mut states: HashMap<SpaceId, States> = HashMap::new();
        for unsent in self.store.outbox().await? {
            let entity = self.store.get(unsent.entity).await?;
            let space = self.store.space(unsent.space).await?;
            let base = self.on_site(unsent.entity).await?.base.unwrap_or_default();
            if let Entry::Vacant(of_space) = states.entry(unsent.space) {
                of_space.insert(self.states(unsent.space).await?);
            }
            let change = match unsent.change {
                UnsentChange::New => "new",
                UnsentChange::Edited => "edited",
                UnsentChange::Deleted => "deleted",
            };
            let held_back = if unsent.conflict {
                Some("Changed here and there in the same place. It waits for you.".to_owned())
            } else {
                unsent.refused
            };
            items.push(OutboxItemDto {
                id: unsent.entity.to_string(),
                space: unsent.space.to_string(),
                space_name: space.name.clone(),
                kind: kind_dto(unsent.kind),
                site: site_dto(space.site),
                title: title_or_words(&unsent.title, &entity.content.body),
                change: change.to_owned(),
                summary: if change == "edited" { summary(entity.format, &base, &entity.content) } else { Vec::new() },
                changed_at: text_of(unsent.changed_at),
                states: states.get(&unsent.space).map(|states| states.of(&row_of(&entity))).unwrap_or_default(),
                held_back,
            });
        }
        Ok(items)
    }

    /// What the next sync would change there.
    pub async fn outbox_difference(&self, document: &str) -> Result<DifferenceDto> {
        let id: EntityId = id(document)?;
        let entity = self.store.get(id).await?;
        let base = self.on_site(id).await?.base.unwrap_or_default();
        let after = if entity.deleted_at.is_some() { Content::default() } else { entity.content };
        Ok(difference(entity.format, &base, &after))
    }

    /// Throws an unsent change away; its text stays in the history.
    pub async fn outbox_discard(&self, document: &str) -> Result<SavedDto> {
        let id: EntityId = id(document)?;
        let saved = self.store.discard(id, now()).await?;
        self.store.remove_draft(id)?;
        self.tell_changed(self.store.get(id).await?.space, id);
        self.saved_dto(id, saved, false).await
    }

    /// Lets the next sync try again what a site refused.
    pub async fn parked_retry(&self, document: &str) -> Result<()> {
        let id: EntityId = id(document)?;
        self.store.unpark(id).await?;
        self.tell_changed(self.store.get(id).await?.space, id);
        Ok(())
    }
}
