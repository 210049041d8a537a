//! What a person does in a workspace, beside the engine.

use std::sync::PoisonError;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{AccountId, Change, Content, ContentHash, EntityId, Kind, Operation, RunId, SpaceId};
use sha2::{Digest, Sha256};
use store::{ConflictRow, Descent, Entity, Error, Here, JournalEntry, NewEntity, Parked, Recognised, Result};

use sync::EngineGuard;

use super::{Book, Memory, Pause, State};
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
        .await
    }

    async fn entities(&self) -> Result<Vec<Entity>> {
        Ok(self.book().entities.values().cloned().collect())
    }

    async fn settle_conflict(
        &self,
        entity: EntityId,
        content: &Content,
        _: &ContentHash,
        sends: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let conflict: ConflictRow = self.book().conflicts.get(&entity).cloned().ok_or(Error::NotFound("conflict"))?;
        self.write("settle", |book| {
            let before = book.entity(entity)?.content.clone();
            let base = book.mapped_row(entity, conflict.account).map(|mapping| mapping.base.content);
            let here =
                Here { content: &before, vector: &book.vector(entity), base: base.as_ref(), device: self.device };
            let settled = conflict.settled(&here, content, sends).ok_or(Error::Raced)?;
            for version in settled.versions(&conflict, &before) {
                book.revise(self.next_seed(), entity, version.content, "resolve", &version.origin, version.lost, now);
            }
            if let Some((theirs, remote_vector)) = settled.base(&conflict) {
                book.set_base(entity, conflict.account, theirs, remote_vector, now)?;
            }
            for party in &conflict.parties {
                book.settle_party(entity, party, now)?;
            }
            book.write_content(entity, &settled.content, now)?;
            book.local.insert(entity, settled.local_vector);
            book.change(entity)?.deleted_at = None;
            book.conflicts.remove(&entity);
            Ok(())
        })
        .await
    }

    async fn discard(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
        self.write("discard", |book| {
            let before = book.entity(entity)?.content.clone();
            let account = book.home_of(entity);
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
            book.parked.retain(|(parked, _), _| *parked != entity);
            Ok(())
        })
        .await
    }

    async fn unmap(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
        self.write("unmap", |book| {
            let home = book.home_of(entity);
            book.mirror.retain(|(of, on), _| *of != entity || Some(*on) != home);
            book.conflicts.remove(&entity);
            book.parked.remove(&(entity, None));
            let links = &book.links;
            book.remote.retain(|key, _| key.0 != entity || links.contains_key(key));
            let row = book.change(entity)?;
            row.counter += 1;
            row.updated_at = now;
            Ok(())
        })
        .await
    }

    async fn unpark(&self, entity: EntityId) -> Result<()> {
        self.write("unpark", |book| {
            book.parked.retain(|(parked, _), _| *parked != entity);
            let own =
                book.journal.values_mut().filter(|(entry, state)| entry.entity == entity && *state == State::Unsure);
            own.for_each(|(_, state)| *state = State::Dropped);
            Ok(())
        })
        .await
    }

    async fn link(&self, entity: EntityId, account: AccountId, space: SpaceId, kind: Kind) -> Result<()> {
        Memory::link(self, entity, account, space, kind).await
    }

    async fn recognise(&self, now: DateTime<Utc>) -> Result<Recognised> {
        let (inside, beside) = (self.book().sent, self.beside());
        let descent = Descent::of(inside, Some(beside));
        if descent == Descent::Own || !self.guards.has(EngineGuard::OlderCopy) {
            return Ok(Recognised { descent, waiting: 0 });
        }
        let next = inside.max(beside) + 1;
        self.note(next);
        self.write("recognised", |book| {
            let mirror = &book.mirror;
            book.links.retain(|key, _| mirror.contains_key(key));
            let waiting = book.unsent();
            for id in &waiting {
                let entity = book.entity(*id)?.clone();
                if book.home_of(*id).is_none() {
                    self.doubt_new(book, &entity, now)?;
                }
                for account in book.unsent_to(*id) {
                    book.put_parked(*id, Some(account), entity.counter, "an older copy", false, now);
                    let key = (*id, book.link_account(*id, Some(account)));
                    if let Some(parked) = book.parked.get_mut(&key) {
                        parked.copied = true;
                    }
                }
            }
            book.pulls.clear();
            book.sent = next;
            Ok(Recognised { descent, waiting: waiting.len() })
        })
        .await
    }

    async fn keep_picture(&self, _: SpaceId, _: &str, bytes: &[u8]) -> Result<String> {
        let sha256 = sha256_of(bytes);
        self.book().blobs.insert(sha256.clone(), ("image/png".to_owned(), bytes.to_vec()));
        Ok(sha256)
    }

    fn copy_aside(&self) {
        let copy = self.book().clone();
        *self.copy.lock().unwrap_or_else(PoisonError::into_inner) = Some(copy);
    }

    fn go_back(&self) -> bool {
        let copy = self.copy.lock().unwrap_or_else(PoisonError::into_inner).clone();
        copy.is_some_and(|copy| {
            *self.book() = copy;
            true
        })
    }

    fn pause_at(&self, point: Option<u32>) {
        let next = Pause { at: point, ..Pause::default() };
        let before = std::mem::replace(&mut *self.pause.lock().unwrap_or_else(PoisonError::into_inner), next);
        if let Some(waker) = before.waits {
            waker.wake();
        }
    }

    fn is_run(&self, run: bool) {
        self.pause.lock().unwrap_or_else(PoisonError::into_inner).runs = run;
    }

    fn is_paused(&self) -> bool {
        self.pause.lock().unwrap_or_else(PoisonError::into_inner).waits.is_some()
    }

    fn die_at(&self, commit: Option<u32>) {
        Memory::die_at(self, commit);
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Memory {
    fn doubt_new(&self, book: &mut Book, entity: &Entity, now: DateTime<Utc>) -> Result<()> {
        let Some(account) = book.spaces.get(&entity.space).and_then(|space| space.account) else { return Ok(()) };
        let parent = entity.parent.and_then(|parent| book.mapped_row(parent, account)).map(|mapping| mapping.remote);
        let witness = format!("lectern-{}", RunId::new(self.next_seed()));
        let entry = JournalEntry {
            id: witness.clone(),
            run: RunId::new(self.next_seed()),
            entity: entity.id,
            account,
            space: entity.space,
            change: Change {
                operation: Operation::Create { kind: entity.kind, parent },
                content: entity.content.clone(),
                witness: witness.clone(),
                begun_at: entity.created_at,
            },
            local_vector: book.vector(entity.id),
            counter: entity.counter,
            at: now,
            home: None,
        };
        book.journal.insert(witness, (entry, State::Unsure));
        book.put_parked(entity.id, None, entity.counter, "it may be there already", false, now);
        Ok(())
    }
}

impl Book {
    /// What no sync has sent yet, or may have sent, and neither a question nor a refusal of an edit holds.
    fn unsent(&self) -> Vec<EntityId> {
        let is_held = |entity: &Entity| {
            // Something new that was refused then may have been mended and sent since.
            let mended = self.home_of(entity.id).is_none() && self.sent_before(entity.id, None).is_none();
            let refused = |row: &Parked| row.entity == entity.id && row.counter == entity.counter;
            let parked = self.parked.values().any(refused) && !mended;
            let unsure = |(entry, state): &(JournalEntry, State)| entry.entity == entity.id && *state == State::Unsure;
            parked || self.conflicts.contains_key(&entity.id) || self.journal.values().any(unsure)
        };
        let is_unsent = |entity: &Entity| match self.home_of(entity.id) {
            Some(_) => !self.unsent_to(entity.id).is_empty(),
            None => entity.deleted_at.is_none(),
        };
        let rows = self.entities.values().filter(|entity| is_unsent(entity) && !is_held(entity));
        rows.map(|entity| entity.id).collect()
    }
}
