//! What the engine asks of a workspace.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AccountId, Content, Cursor, DeviceId, EntityId, Format, IdSeed, Operation, RemoteObject, RemoteRef, Replica,
    RevisionId, RunId, SpaceId, VersionVector,
};
use store::{
    Applied, Confirm, ConflictRow, ConflictSort, Entity, Error, JournalEntry, KnownUpload, Mapped, MappedRow, Parked,
    PullApply, PullState, Replaced, Result, Revision, Saved, SentBefore, Space,
};
use sync::{Guards, Workspace};

use super::{Book, Memory, State};

#[async_trait]
impl Workspace for Memory {
    fn device(&self) -> DeviceId {
        self.device
    }

    fn seed(&self) -> IdSeed {
        self.next_seed()
    }

    fn guards(&self) -> Guards {
        self.guards
    }

    async fn note_verified(&self, account: AccountId, entities: &[EntityId], now: DateTime<Utc>) -> Result<()> {
        if entities.is_empty() {
            return Ok(());
        }
        self.write("verified", |book| {
            for entity in entities {
                if let Some(mirror) = book.mirror.get_mut(&(*entity, account)) {
                    mirror.verified_at = now;
                }
            }
            Ok(())
        })
    }

    async fn refresh_mirror(
        &self,
        account: AccountId,
        objects: &[(EntityId, RemoteObject)],
        now: DateTime<Utc>,
    ) -> Result<()> {
        if objects.is_empty() {
            return Ok(());
        }
        self.write("refreshed", |book| {
            for (entity, object) in objects {
                let Some(mirror) = book.mirror.get_mut(&(*entity, account)) else { continue };
                let known = &mut mirror.object;
                if known.content == object.content && known.returned_body == object.returned_body {
                    let (remote, parent) = (known.remote.clone(), known.parent.clone());
                    *known = RemoteObject { remote, parent, ..object.clone() };
                    mirror.verified_at = now;
                }
            }
            Ok(())
        })
    }

    async fn rebase_mirror(
        &self,
        account: AccountId,
        entity: EntityId,
        object: &RemoteObject,
        hash: &domain::ContentHash,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some(mapping) = self.book().mapped_row(entity, account) else { return Ok(()) };
        self.write("rebased", |book| book.set_base(entity, account, object, hash, &mapping.remote_vector, now))
    }

    async fn journal_waiting(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Queued))
    }

    async fn journal_unsure(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Unsure))
    }

    async fn sent_before(&self, entity: EntityId) -> Result<Option<SentBefore>> {
        let book = self.book();
        let is = |wanted: State| book.journal.values().any(|(entry, state)| entry.entity == entity && *state == wanted);
        Ok(match (is(State::Queued), is(State::Unsure)) {
            (true, _) => Some(SentBefore::WithModerator),
            (false, true) => Some(SentBefore::Unsure),
            (false, false) => None,
        })
    }

    async fn written_under_since_deleted(&self, entity: EntityId) -> Result<bool> {
        let book = self.book();
        let versions = |of: EntityId| book.revisions.get(&of).into_iter().flatten();
        let Some(deleted) =
            versions(entity).filter(|version| version.cause == "delete").map(|version| version.id).max()
        else {
            return Ok(false);
        };
        let below = book.entities.values().filter(|below| below.parent == Some(entity) && below.deleted_at.is_none());
        Ok(below.flat_map(|below| versions(below.id)).any(|version| {
            version.id > deleted
                && !["before", "sent", "replaced", "refresh", "join", "delete", "discard"].contains(&&*version.cause)
        }))
    }

    async fn get(&self, id: EntityId) -> Result<Entity> {
        self.book().entity(id).cloned()
    }

    async fn save(
        &self,
        id: EntityId,
        content: &Content,
        expected: Option<i64>,
        cause: &str,
        now: DateTime<Utc>,
    ) -> Result<Saved> {
        let before = self.book().entity(id)?.clone();
        if expected.is_some_and(|expected| expected != before.counter) {
            return Err(Error::Raced);
        }
        if before.content == *content && before.deleted_at.is_none() {
            return Ok(Saved { counter: before.counter, changed: false, replaced: None });
        }
        self.write("save", |book| {
            let replaced = book.revise(self.next_seed(), id, &before.content, "replaced", "you", false, now);
            book.revise(self.next_seed(), id, content, cause, "you", false, now);
            book.write_content(id, content, now)?;
            book.change(id)?.deleted_at = None;
            self.bump_local(book, id);
            Ok(Saved { counter: before.counter + 1, changed: true, replaced: Some(replaced) })
        })
    }

    async fn delete(&self, id: EntityId, now: DateTime<Utc>) -> Result<Saved> {
        let before = self.book().entity(id)?.clone();
        self.write("delete", |book| {
            let replaced = book.revise(self.next_seed(), id, &before.content, "delete", "you", false, now);
            let entity = book.change(id)?;
            entity.deleted_at = Some(now);
            entity.updated_at = now;
            entity.counter += 1;
            self.bump_local(book, id);
            Ok(Saved { counter: before.counter + 1, changed: true, replaced: Some(replaced) })
        })
    }

    async fn revisions(&self, entity: EntityId) -> Result<Vec<Revision>> {
        let mut versions = self.book().revisions.get(&entity).cloned().unwrap_or_default();
        versions.reverse();
        Ok(versions)
    }

    async fn revision(&self, id: RevisionId) -> Result<Revision> {
        let book = self.book();
        let found = book.revisions.values().flatten().find(|version| version.id == id).cloned();
        found.ok_or(Error::NotFound("version"))
    }

    async fn keep_version(
        &self,
        entity: EntityId,
        content: &Content,
        cause: &str,
        origin: &str,
        now: DateTime<Utc>,
    ) -> Result<RevisionId> {
        self.write("kept version", |book| Ok(book.version_of(self.next_seed(), entity, content, cause, origin, now)))
    }

    async fn mapping(&self, entity: EntityId, account: AccountId) -> Result<Option<Mapped>> {
        Ok(self.book().mapped_row(entity, account))
    }

    async fn mapped(&self, account: AccountId, space: SpaceId) -> Result<Vec<MappedRow>> {
        let book = self.book();
        let rows = book.mirror.iter().filter(|((entity, on), _)| {
            *on == account && book.entities.get(entity).is_some_and(|entity| entity.space == space)
        });
        Ok(rows
            .map(|((entity, on), mirror)| {
                let (ours, theirs) = (book.vector(*entity), book.remote.get(&(*entity, *on)));
                let same = theirs.map_or_else(|| ours == VersionVector::new(), |theirs| ours == *theirs);
                let deleted = book.entities.get(entity).is_some_and(|entity| entity.deleted_at.is_some());
                let quiet = same && !deleted && !book.conflicts.contains_key(entity);
                MappedRow::new(*entity, &mirror.object, &mirror.canonical_hash, mirror.verified_at, quiet)
            })
            .collect())
    }

    async fn unmapped(&self, space: SpaceId) -> Result<Vec<EntityId>> {
        let book = self.book();
        Ok(book
            .entities
            .values()
            .filter(|entity| entity.space == space && entity.deleted_at.is_none())
            .map(|entity| entity.id)
            .filter(|id| !book.mirror.keys().any(|(mapped, _)| mapped == id))
            .collect())
    }

    async fn by_remote(&self, account: AccountId, remote: &RemoteRef) -> Result<Option<EntityId>> {
        let book = self.book();
        let mut mapped = book.mirror.iter();
        Ok(mapped.find(|((_, on), mirror)| *on == account && mirror.object.remote == *remote).map(|((id, _), _)| *id))
    }

    async fn vector(&self, entity: EntityId) -> Result<VersionVector> {
        Ok(self.book().vector(entity))
    }

    async fn stage(
        &self,
        _run: RunId,
        _account: AccountId,
        space: SpaceId,
        objects: &[RemoteObject],
        unchanged: &[RemoteRef],
    ) -> Result<()> {
        self.write("stage", |book| {
            for object in objects {
                book.staging.insert((space, object.remote.clone()), Some(object.clone()));
            }
            for remote in unchanged {
                book.staging.entry((space, remote.clone())).or_insert(None);
            }
            Ok(())
        })
    }

    async fn staged(&self, space: SpaceId) -> Result<Vec<(RemoteRef, Option<RemoteObject>)>> {
        let book = self.book();
        let own = book.staging.iter().filter(|((of, _), _)| *of == space);
        Ok(own.map(|((_, remote), object)| (remote.clone(), object.clone())).collect())
    }

    async fn staged_object(&self, space: SpaceId, remote: &RemoteRef) -> Result<Option<RemoteObject>> {
        Ok(self.book().staging.get(&(space, remote.clone())).cloned().flatten())
    }

    async fn clear_staging(&self, space: SpaceId) -> Result<()> {
        self.write("staging cleared", |book| {
            book.staging.retain(|(of, _), _| *of != space);
            Ok(())
        })
    }

    async fn pull_state(&self, space: SpaceId) -> Result<Option<PullState>> {
        Ok(self.book().pulls.get(&space).cloned())
    }

    async fn set_pull_state(&self, space: SpaceId, begun_at: DateTime<Utc>, cursors: &[Cursor]) -> Result<()> {
        self.write("pull state", |book| {
            book.pulls.insert(space, PullState { begun_at, cursors: cursors.to_vec() });
            Ok(())
        })
    }

    async fn end_pull(&self, space: SpaceId) -> Result<()> {
        self.write("pull ended", |book| {
            book.pulls.remove(&space);
            Ok(())
        })
    }

    async fn apply_pull(&self, apply: PullApply) -> Result<Applied> {
        let raced = {
            let book = self.book();
            match apply.entity {
                None => book
                    .mirror
                    .iter()
                    .any(|((_, on), mirror)| *on == apply.account && mirror.object.remote == apply.object.remote),
                Some(id) => apply
                    .expected_counter
                    .is_some_and(|expected| book.entities.get(&id).is_some_and(|entity| entity.counter != expected)),
            }
        };
        if raced {
            return Ok(Applied::Raced);
        }
        self.write("apply", |book| self.applied(book, &apply))
    }

    async fn join_unchanged(&self, entity: EntityId, account: AccountId, vector: &VersionVector) -> Result<()> {
        self.write("join", |book| {
            book.remote.insert((entity, account), vector.clone());
            book.outgrow(entity);
            Ok(())
        })
    }

    async fn delete_here(&self, entity: EntityId, expected: i64, now: DateTime<Utc>) -> Result<Applied> {
        let before = self.book().entity(entity)?.clone();
        if before.counter != expected {
            return Ok(Applied::Raced);
        }
        self.write("delete here", |book| {
            let from = book.revise(self.next_seed(), entity, &before.content, "delete", "site", false, now);
            let row = book.change(entity)?;
            row.deleted_at = Some(now);
            row.counter += 1;
            book.unmap_from(entity, None);
            Ok(Applied::Done(entity, Some(Replaced { before: from, after: from })))
        })
    }

    async fn forget(&self, entity: EntityId, account: AccountId, now: DateTime<Utc>) -> Result<()> {
        self.write("forget", |book| {
            book.unmap_from(entity, Some(account));
            book.conflicts.remove(&entity);
            book.parked.remove(&entity);
            let row = book.change(entity)?;
            row.deleted_at = row.deleted_at.or(Some(now));
            Ok(())
        })
    }

    async fn put_conflict(&self, mut conflict: ConflictRow) -> Result<()> {
        self.write("conflict", |book| {
            if let Some(known) = book.conflicts.get(&conflict.entity) {
                conflict.since = known.since;
            }
            if let Some(theirs) = &conflict.theirs {
                let (entity, origin) = (conflict.entity, conflict.account.to_string());
                book.revise(self.next_seed(), entity, &theirs.content, "replaced", &origin, false, conflict.since);
            }
            book.conflicts.insert(conflict.entity, conflict);
            Ok(())
        })
    }

    async fn end_conflict(&self, entity: EntityId) -> Result<()> {
        self.write("conflict ended", |book| {
            book.outgrow(entity);
            Ok(())
        })
    }

    async fn conflict(&self, entity: EntityId) -> Result<Option<ConflictRow>> {
        Ok(self.book().conflicts.get(&entity).cloned())
    }

    async fn conflicts(&self) -> Result<Vec<ConflictRow>> {
        let mut rows: Vec<ConflictRow> = self.book().conflicts.values().cloned().collect();
        rows.sort_by_key(|row| (row.since, row.entity));
        Ok(rows)
    }

    async fn journal_intend(&self, entry: &JournalEntry) -> Result<()> {
        self.write("journal intended", |book| {
            book.journal.insert(entry.id.clone(), (entry.clone(), State::Intended));
            Ok(())
        })
    }

    async fn journal_open(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Intended))
    }

    async fn journal_drop(&self, id: &str, _words: &str) -> Result<()> {
        self.write("journal dropped", |book| {
            book.mark(id, State::Dropped);
            Ok(())
        })
    }

    async fn journal_queued(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("journal parked", |book| {
            book.mark(&entry.id, State::Queued);
            book.put_parked(entry.entity, entry.counter, words, true, now);
            Ok(())
        })
    }

    async fn journal_doubt(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("journal parked", |book| {
            book.mark(&entry.id, State::Unsure);
            book.put_parked(entry.entity, entry.counter, words, false, now);
            Ok(())
        })
    }

    async fn journal_confirm(&self, confirm: Confirm) -> Result<Option<Replaced>> {
        self.write("journal confirmed", |book| self.confirmed(book, confirm))
    }

    async fn park(&self, entity: EntityId, counter: i64, reason: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("park", |book| {
            book.put_parked(entity, counter, reason, false, now);
            Ok(())
        })
    }

    async fn park_until(
        &self,
        entity: EntityId,
        counter: i64,
        reason: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write("park until", |book| {
            book.put_parked(entity, counter, reason, false, now);
            if let Some(parked) = book.parked.get_mut(&entity) {
                parked.until = Some(until);
            }
            Ok(())
        })
    }

    async fn parked(&self, entity: EntityId) -> Result<Option<Parked>> {
        let book = self.book();
        let unsure = |(entry, state): &(JournalEntry, State)| entry.entity == entity && *state == State::Unsure;
        let unsure = book.journal.values().any(unsure);
        let Some(row) = book.entities.get(&entity) else { return Ok(None) };
        let counts = |parked: &&Parked| parked.counter == row.counter || (unsure && row.deleted_at.is_none());
        Ok(book.parked.get(&entity).filter(counts).map(|parked| Parked { unsure, ..parked.clone() }))
    }

    async fn blob(&self, sha256: &str) -> Result<(String, Vec<u8>)> {
        self.book().blobs.get(sha256).cloned().ok_or(Error::NotFound("image"))
    }

    async fn upload_of(&self, place: &str, sha256: &str) -> Result<Option<KnownUpload>> {
        Ok(self.book().uploads.get(&(place.to_owned(), sha256.to_owned())).cloned())
    }

    async fn upload_intend(&self, _: &str, _: &str, _: DateTime<Utc>) -> Result<()> {
        self.write("upload intended", |_| Ok(()))
    }

    async fn upload_done(
        &self,
        place: &str,
        _: SpaceId,
        sha256: &str,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write("upload done", |book| {
            let known = KnownUpload { address: address.to_owned(), at: now };
            book.uploads.insert((place.to_owned(), sha256.to_owned()), known);
            Ok(())
        })
    }

    async fn linking(&self, space: SpaceId) -> Result<Vec<EntityId>> {
        let book = self.book();
        let own = book.entities.values().filter(|entity| entity.space == space && entity.deleted_at.is_none());
        Ok(own.filter(|entity| entity.content.body.contains("/lectern/entities/")).map(|entity| entity.id).collect())
    }

    async fn put_report(&self, run: RunId, _started_at: DateTime<Utc>, report: &str) -> Result<()> {
        self.write("report", |book| {
            book.reports.insert(run.to_string(), report.to_owned());
            Ok(())
        })
    }

    async fn report(&self, run: RunId) -> Result<Option<String>> {
        Ok(self.book().reports.get(&run.to_string()).cloned())
    }

    async fn space(&self, id: SpaceId) -> Result<Space> {
        self.book().spaces.get(&id).cloned().ok_or(Error::NotFound("space"))
    }

    async fn put_space(&self, space: &Space) -> Result<()> {
        self.write("space", |book| {
            book.spaces.insert(space.id, space.clone());
            Ok(())
        })
    }

    async fn setting(&self, name: &str) -> Result<Option<String>> {
        Ok(self.book().settings.get(name).cloned())
    }

    async fn set_setting(&self, name: &str, value: &str) -> Result<()> {
        self.write("setting", |book| {
            book.settings.insert(name.to_owned(), value.to_owned());
            Ok(())
        })
    }
}

impl Book {
    fn entries(&self, account: AccountId, state: State) -> Vec<JournalEntry> {
        let own = self.journal.values().filter(|(entry, of)| entry.account == account && *of == state);
        let mut own: Vec<JournalEntry> = own.map(|(entry, _)| entry.clone()).collect();
        own.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
        own
    }

    fn mark(&mut self, id: &str, as_what: State) {
        if let Some((_, state)) = self.journal.get_mut(id) {
            *state = as_what;
        }
    }

    fn put_parked(&mut self, entity: EntityId, counter: i64, reason: &str, queued: bool, since: DateTime<Utc>) {
        let parked = Parked { entity, counter, reason: reason.to_owned(), since, queued, until: None, unsure: false };
        self.parked.insert(entity, parked);
    }
}

impl Memory {
    fn applied(&self, book: &mut Book, apply: &PullApply) -> Result<Applied> {
        let origin = apply.account.to_string();
        let mut replaced = None;
        let id = match apply.entity {
            None => {
                let id = EntityId::new(self.next_seed());
                let content = apply.content.clone().unwrap_or_else(|| apply.object.content.clone());
                let kind = apply.object.remote.kind;
                let entity = Entity {
                    id,
                    space: apply.space,
                    kind,
                    parent: apply.parent,
                    content: content.clone(),
                    format: kind.format(),
                    created_at: apply.now,
                    updated_at: apply.now,
                    deleted_at: None,
                    counter: 1,
                    opened_at: None,
                };
                debug_assert!(entity.format != Format::None || entity.content.body.is_empty());
                book.entities.insert(id, entity);
                book.revise(self.next_seed(), id, &content, apply.cause, &origin, false, apply.now);
                id
            }
            Some(id) => {
                let before = book.entity(id)?.content.clone();
                if let Some(content) = apply.content.as_ref().filter(|content| **content != before) {
                    let from = book.revise(self.next_seed(), id, &before, "replaced", "you", false, apply.now);
                    if apply.object.content != *content {
                        let theirs = &apply.object.content;
                        book.revise(self.next_seed(), id, theirs, "pull", &origin, false, apply.now);
                    }
                    let to = book.revise(self.next_seed(), id, content, apply.cause, &origin, false, apply.now);
                    replaced = Some(Replaced { before: from, after: to });
                    book.write_content(id, content, apply.now)?;
                }
                let entity = book.change(id)?;
                entity.parent = apply.parent.or(entity.parent);
                id
            }
        };
        let PullApply { account, object, canonical_hash, remote_vector, now, .. } = apply;
        book.set_base(id, *account, object, canonical_hash, remote_vector, *now)?;
        book.local.insert(id, apply.local_vector.clone());
        book.outgrow(id);
        Ok(Applied::Done(id, replaced))
    }

    fn confirmed(&self, book: &mut Book, confirm: Confirm) -> Result<Option<Replaced>> {
        let Confirm { entry, object, canonical_hash, deleted, overwritten, rejoined, device, now } = confirm;
        let (id, origin) = (entry.entity, entry.account.to_string());
        book.mark(&entry.id, State::Confirmed);
        book.parked.remove(&id);
        book.outgrow(id);
        let local = book.entity(id)?.clone();
        if deleted {
            book.unmap_from(id, Some(entry.account));
            let kept = book.version_of(self.next_seed(), id, &local.content, "delete", "you", now);
            return Ok(Some(Replaced { before: kept, after: kept }));
        }
        let replaced = match &entry.change.operation {
            Operation::Update { base, .. } => {
                let before = book.version_of(self.next_seed(), id, &base.content, "before", &origin, now);
                let after = book.version_of(self.next_seed(), id, &object.content, "sent", &origin, now);
                Some(Replaced { before, after })
            }
            _ => None,
        };
        let mut local_vector = book.vector(id);
        let mut remote_vector = entry.local_vector.clone();
        let edited_meanwhile = local.counter != entry.counter;
        if let Some((slipped_in, merged)) = overwritten.as_ref().zip(rejoined) {
            remote_vector.bump(Replica::Account(entry.account));
            local_vector = local_vector.join(&remote_vector);
            book.revise(self.next_seed(), id, &slipped_in.content, "overwrite", &origin, true, now);
            match store::joined(&entry, &local, edited_meanwhile, &merged) {
                Some(content) if content == object.content => {
                    if local.content != content {
                        book.revise(self.next_seed(), id, &content, "merge", &origin, false, now);
                        book.write_content(id, &content, now)?;
                    }
                }
                Some(content) => {
                    book.revise(self.next_seed(), id, &content, "merge", &origin, false, now);
                    book.write_content(id, &content, now)?;
                    local_vector.bump(Replica::Device(device));
                }
                None => {
                    let theirs = RemoteObject { content: slipped_in.content.clone(), ..object.clone() };
                    let conflict = ConflictRow {
                        entity: id,
                        account: entry.account,
                        sort: ConflictSort::EditedBoth,
                        base: store::base_of(&entry),
                        mine: Some(entry.change.content.clone()),
                        theirs: Some(theirs),
                        merged: Some(merged),
                        remote_vector: remote_vector.clone(),
                        overwritten: true,
                        since: now,
                    };
                    book.conflicts.insert(id, conflict);
                }
            }
        } else if !edited_meanwhile {
            if local.content != object.content {
                book.revise(self.next_seed(), id, &local.content, "replaced", "you", false, now);
                book.revise(self.next_seed(), id, &object.content, "sent", &origin, false, now);
                book.write_content(id, &object.content, now)?;
            }
            local_vector = entry.local_vector.clone();
        } else if !local_vector.contains(&entry.local_vector) {
            local_vector = local_vector.join(&entry.local_vector).bumped(Replica::Device(device));
        }
        book.set_base(id, entry.account, &object, &canonical_hash, &remote_vector, now)?;
        book.local.insert(id, local_vector);
        Ok(replaced)
    }
}
