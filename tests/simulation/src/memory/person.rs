//! What a person does in a workspace, beside the engine.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{Content, ContentHash, EntityId, Replica};
use store::{ConflictRow, Entity, Error, NewEntity, Result};

use super::{Memory, State};
use crate::desk::Desk;

#[async_trait]
impl Desk for Memory {
    async fn create(&self, new: &NewEntity, now: DateTime<Utc>) -> Result<EntityId> {
        self.write("create", |book| {
            let id = EntityId::new(self.next_seed());
            let entity = Entity {
                id,
                space: new.space,
                kind: new.kind,
                parent: new.parent,
                content: new.content.clone(),
                format: new.kind.format(),
                created_at: now,
                updated_at: now,
                deleted_at: None,
                counter: 1,
                opened_at: None,
            };
            book.entities.insert(id, entity);
            book.revise(self.next_seed(), id, &new.content, "create", "you", false, now);
            self.bump_local(book, id);
            Ok(id)
        })
    }

    async fn entities(&self) -> Result<Vec<Entity>> {
        Ok(self.book().entities.values().cloned().collect())
    }

    async fn settle_conflict(
        &self,
        entity: EntityId,
        content: &Content,
        canonical_hash: &ContentHash,
        sends: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let conflict: ConflictRow = self.book().conflicts.get(&entity).cloned().ok_or(Error::NotFound("conflict"))?;
        self.write("settle", |book| {
            let before = book.entity(entity)?.content.clone();
            let whole = conflict.settled_with(&before, content).ok_or(Error::Raced)?;
            let sends = sends || whole != *content;
            let content = &whole;
            let mapped = book.mapped_row(entity, conflict.account);
            let base = mapped.filter(|_| conflict.overwritten).map(|mapping| mapping.base.content);
            let sends = base.map_or(sends, |base| base != *content);
            let vector = book.vector(entity).join(&conflict.remote_vector);
            let vector = if sends { vector.bumped(Replica::Device(self.device)) } else { vector };
            book.revise(self.next_seed(), entity, &before, "resolve", "you", before != *content, now);
            if let Some(theirs) = &conflict.theirs {
                let (origin, lost) = (conflict.account.to_string(), theirs.content != *content);
                book.revise(self.next_seed(), entity, &theirs.content, "resolve", &origin, lost, now);
                if !conflict.overwritten {
                    let remote_vector = if sends { &conflict.remote_vector } else { &vector };
                    book.set_base(entity, conflict.account, theirs, canonical_hash, remote_vector, now)?;
                }
            }
            book.revise(self.next_seed(), entity, content, "resolve", "you", false, now);
            book.write_content(entity, content, now)?;
            book.local.insert(entity, vector);
            book.change(entity)?.deleted_at = None;
            book.conflicts.remove(&entity);
            Ok(())
        })
    }

    async fn discard(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
        self.write("discard", |book| {
            let before = book.entity(entity)?.content.clone();
            let account = book.mirror.keys().find(|(mapped, _)| *mapped == entity).map(|(_, account)| *account);
            book.revise(self.next_seed(), entity, &before, "discard", "you", true, now);
            match account.and_then(|account| book.mapped_row(entity, account)) {
                Some(mapping) => {
                    let (base, origin) = (&mapping.base.content, mapping.account.to_string());
                    book.version_of(self.next_seed(), entity, base, "before", &origin, now);
                    book.write_content(entity, base, now)?;
                    book.change(entity)?.deleted_at = None;
                    book.local.insert(entity, mapping.remote_vector);
                }
                None => {
                    let row = book.change(entity)?;
                    row.deleted_at = Some(now);
                    row.counter += 1;
                    self.bump_local(book, entity);
                }
            }
            book.conflicts.remove(&entity);
            book.parked.remove(&entity);
            Ok(())
        })
    }

    async fn unmap(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
        self.write("unmap", |book| {
            book.unmap_from(entity, None);
            book.conflicts.remove(&entity);
            book.parked.remove(&entity);
            book.remote.retain(|(of, _), _| *of != entity);
            let row = book.change(entity)?;
            row.counter += 1;
            row.updated_at = now;
            Ok(())
        })
    }

    async fn unpark(&self, entity: EntityId) -> Result<()> {
        self.write("unpark", |book| {
            book.parked.remove(&entity);
            let own =
                book.journal.values_mut().filter(|(entry, state)| entry.entity == entity && *state == State::Unsure);
            own.for_each(|(_, state)| *state = State::Dropped);
            Ok(())
        })
    }

    fn die_at(&self, commit: Option<u32>) {
        Memory::die_at(self, commit);
    }
}
