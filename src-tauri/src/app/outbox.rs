//! The outbox: what was written here and not sent, with differences; and throwing it away.

use domain::{Content, EntityId, Kind, RemoteRef, field};
use store::{Entity, UnsentChange};

use super::differences::{difference, summary};
use super::documents::row_of;
use super::notified::on_creating;
use super::tree::{kind_dto, site_dto, title_or_words};
use super::{App, id, now, text_of};
use crate::dto::{DifferenceDto, FieldChangeDto, OutboxItemDto, SavedDto};
use crate::error::{Failure, Result};

impl App {
    /// Unsent changes, newest first.
    pub async fn outbox(&self) -> Result<Vec<OutboxItemDto>> {
        let mut items = Vec::new();
        let unsent = self.store.outbox().await?;
        let mut entities = Vec::with_capacity(unsent.len());
        for unsent in &unsent {
            entities.push(self.store.get(unsent.entity).await?);
        }
        let states = self.states_of(&entities.iter().collect::<Vec<_>>()).await?;
        for (unsent, entity) in unsent.into_iter().zip(entities) {
            let space = self.store.space(unsent.space).await?;
            let base = self.on_site(unsent.entity).await?.base.unwrap_or_default();
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
                summary: self.summary_of(&entity, change, &base).await?,
                changed_at: text_of(unsent.changed_at),
                states: states.of(&row_of(&entity)),
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
        let telling = self.telling(&self.store.space(entity.space).await?).await?;
        let mut told = difference(
            entity.format,
            &telling,
            &base,
            &if entity.deleted_at.is_some() { Content::default() } else { entity.content.clone() },
        );
        if entity.kind.is_ordered_there()
            && entity.deleted_at.is_none()
            && told.fields.iter().any(|field| is_place(&field.name))
        {
            let before =
                if base == Content::default() { String::new() } else { self.place_before(&entity, &base).await? };
            let after = self.place_words(&entity).await?;
            told.fields.retain(|field| !is_place(&field.name));
            let (name, label) = ("place".to_owned(), "Place".to_owned());
            told.fields.insert(0, FieldChangeDto { name, label, before, after });
        }
        Ok(told)
    }

    /// What changed, in a few words each; of a move, where to.
    async fn summary_of(&self, entity: &Entity, change: &str, base: &Content) -> Result<Vec<String>> {
        let module = match entity.parent.filter(|_| entity.kind == Kind::ModuleItem) {
            Some(module) => format!("\u{201c}{}\u{201d}", self.store.get(module).await?.content.title),
            None => String::new(),
        };
        Ok(match (change, entity.kind) {
            ("new", kind @ Kind::Announcement) => {
                let zone = self.store.space(entity.space).await?.time_zone;
                on_creating(kind, &entity.content, zone.as_deref(), now()).into_iter().collect()
            }
            ("new", Kind::ModuleItem) => vec![format!("Added to {module}")],
            ("deleted", Kind::ModuleItem) => vec![format!("Taken out of {module}")],
            ("edited", kind) => {
                let changed = entity.content.changed_since(base).fields;
                let mut still = base.clone();
                let mut words = Vec::new();
                if kind.is_ordered_there() && changed.iter().any(|name| is_place(name)) {
                    words.push(format!("Moved: {}", self.place_words(entity).await?));
                    for name in [field::POSITION, field::MODULE] {
                        still
                            .fields
                            .extend(entity.content.fields.get(name).map(|value| (name.to_owned(), value.clone())));
                    }
                }
                words.extend(summary(entity.format, &still, &entity.content));
                words
            }
            _ => Vec::new(),
        })
    }

    /// Where something stood when both sides last agreed.
    async fn place_before(&self, entity: &Entity, base: &Content) -> Result<String> {
        let number = base.number(field::POSITION).map_or_else(|| "at the end".to_owned(), |number| number.to_string());
        let module = match (base.text(field::MODULE), self.store.space(entity.space).await?.account) {
            (Some(module), Some(account)) => {
                self.store.by_remote(account, &RemoteRef::new(Kind::Module, module)).await?
            }
            _ => None,
        };
        Ok(match module {
            Some(module) => format!("{number} in \u{201c}{}\u{201d}", self.store.get(module).await?.content.title),
            None => number,
        })
    }

    /// Throws an unsent change away; its text stays in the history.
    pub async fn outbox_discard(&self, document: &str) -> Result<SavedDto> {
        let id: EntityId = id(document)?;
        // A document that is not listed has nothing to go back to: discarding it would take it away.
        let listed = self.store.outbox().await?.iter().any(|unsent| unsent.entity == id)
            || self.store.conflict(id).await?.is_some()
            || self.store.parked(id).await?.is_some();
        if !listed {
            return Err(Failure::Invalid("Nothing of it waits to be sent.".to_owned()));
        }
        let saved = self.store.discard(id, now()).await?;
        self.store.remove_draft(id)?;
        self.tell_changed(self.store.get(id).await?.space, id);
        self.saved_dto(id, saved, false).await
    }

    /// Lets the next sync try again what a site refused.
    pub async fn parked_retry(&self, document: &str) -> Result<()> {
        let id: EntityId = id(document)?;
        if self.store.parked(id).await?.is_none() {
            return Err(Failure::Invalid("No site refused it.".to_owned()));
        }
        self.store.unpark(id).await?;
        self.tell_changed(self.store.get(id).await?.space, id);
        Ok(())
    }
}

/// Fields that say where something stands.
fn is_place(name: &str) -> bool {
    matches!(name, field::POSITION | field::MODULE)
}
