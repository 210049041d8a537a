//! What the engine asks of a workspace.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AccountId, Content, Cursor, DeviceId, EntityId, IdSeed, RemoteObject, RemoteRef, RevisionId, RunId, SpaceId,
    VersionVector,
};
use store::{
    Applied, Confirm, ConflictRow, Entity, Error, JournalEntry, KnownUpload, Mapped, MappedRow, Parked, PullApply,
    PullState, Replaced, Result, Revision, Saved, SentBefore, Space,
};
use sync::{Guards, Workspace};

use super::{Memory, State};

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
        .await
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
        .await
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
        self.write("rebased", |book| book.set_base(entity, account, object, hash, &mapping.remote_vector, now)).await
    }

    async fn journal_waiting(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Queued))
    }

    async fn journal_unsure(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Unsure))
    }

    async fn sent_before(&self, entity: EntityId) -> Result<Option<SentBefore>> {
        Ok(self.book().sent_before(entity))
    }

    async fn written_under_since_deleted(&self, entity: EntityId) -> Result<bool> {
        Ok(self.book().written_under_since_deleted(entity))
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
        .await
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
        .await
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
            .await
    }

    async fn mapping(&self, entity: EntityId, account: AccountId) -> Result<Option<Mapped>> {
        Ok(self.book().mapped_row(entity, account))
    }

    async fn mapped(&self, account: AccountId, space: SpaceId) -> Result<Vec<MappedRow>> {
        Ok(self.book().mapped(account, space))
    }

    async fn unmapped(&self, space: SpaceId) -> Result<Vec<EntityId>> {
        Ok(self.book().unmapped(space))
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
        .await
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
        .await
    }

    async fn pull_state(&self, space: SpaceId) -> Result<Option<PullState>> {
        Ok(self.book().pulls.get(&space).cloned())
    }

    async fn set_pull_state(&self, space: SpaceId, begun_at: DateTime<Utc>, cursors: &[Cursor]) -> Result<()> {
        self.write("pull state", |book| {
            book.pulls.insert(space, PullState { begun_at, cursors: cursors.to_vec() });
            Ok(())
        })
        .await
    }

    async fn end_pull(&self, space: SpaceId) -> Result<()> {
        self.write("pull ended", |book| {
            book.pulls.remove(&space);
            Ok(())
        })
        .await
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
        self.write("apply", |book| self.applied(book, &apply)).await
    }

    async fn join_unchanged(&self, entity: EntityId, account: AccountId, vector: &VersionVector) -> Result<()> {
        self.write("join", |book| {
            book.remote.insert((entity, account), vector.clone());
            book.outgrow(entity);
            Ok(())
        })
        .await
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
        .await
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
        .await
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
        .await
    }

    async fn end_conflict(&self, entity: EntityId) -> Result<()> {
        self.write("conflict ended", |book| {
            book.outgrow(entity);
            Ok(())
        })
        .await
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
        .await
    }

    async fn journal_open(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Intended))
    }

    async fn journal_drop(&self, id: &str, _words: &str) -> Result<()> {
        self.write("journal dropped", |book| {
            book.mark(id, State::Dropped);
            Ok(())
        })
        .await
    }

    async fn journal_queued(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("journal parked", |book| {
            book.mark(&entry.id, State::Queued);
            book.put_parked(entry.entity, entry.counter, words, true, now);
            Ok(())
        })
        .await
    }

    async fn journal_doubt(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("journal parked", |book| {
            book.mark(&entry.id, State::Unsure);
            book.put_parked(entry.entity, entry.counter, words, false, now);
            Ok(())
        })
        .await
    }

    async fn journal_confirm(&self, confirm: Confirm) -> Result<Option<Replaced>> {
        self.write("journal confirmed", |book| self.confirmed(book, confirm)).await
    }

    async fn park(&self, entity: EntityId, counter: i64, reason: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("park", |book| {
            book.put_parked(entity, counter, reason, false, now);
            Ok(())
        })
        .await
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
        .await
    }

    async fn parked(&self, entity: EntityId) -> Result<Option<Parked>> {
        Ok(self.book().parked(entity))
    }

    async fn count_run(&self) -> Result<()> {
        let next = self.book().sent.max(self.beside()) + 1;
        self.write("run counted", |book| {
            book.sent = next;
            Ok(())
        })
        .await?;
        self.note(next);
        Ok(())
    }

    async fn hold_copied(&self, entities: &[EntityId]) -> Result<()> {
        if entities.is_empty() || !self.book().parked.values().any(|parked| parked.copied) {
            return Ok(());
        }
        self.write("held", |book| {
            for entity in entities {
                if let Some(parked) = book.parked.get_mut(entity) {
                    parked.copied = false;
                }
            }
            Ok(())
        })
        .await
    }

    async fn set_apart(&self, entity: EntityId, account: AccountId, reason: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("set apart", |book| {
            book.unmap_from(entity, Some(account));
            book.remote.remove(&(entity, account));
            book.conflicts.remove(&entity);
            let row = book.change(entity)?;
            row.counter += 1;
            let counter = row.counter;
            book.put_parked(entity, counter, reason, false, now);
            Ok(())
        })
        .await
    }

    async fn blob(&self, sha256: &str) -> Result<(String, Vec<u8>)> {
        self.book().blobs.get(sha256).cloned().ok_or(Error::NotFound("image"))
    }

    async fn upload_of(&self, place: &str, sha256: &str) -> Result<Option<KnownUpload>> {
        Ok(self.book().uploads.get(&(place.to_owned(), sha256.to_owned())).cloned())
    }

    async fn upload_intend(&self, _: &str, _: &str, _: DateTime<Utc>) -> Result<()> {
        self.write("upload intended", |_| Ok(())).await
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
        .await
    }

    async fn forget_uploads(&self, place: &str) -> Result<()> {
        self.write("uploads forgotten", |book| {
            book.uploads.retain(|(of, _), _| of != place);
            Ok(())
        })
        .await
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
        .await
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
        .await
    }

    async fn setting(&self, name: &str) -> Result<Option<String>> {
        Ok(self.book().settings.get(name).cloned())
    }

    async fn set_setting(&self, name: &str, value: &str) -> Result<()> {
        self.write("setting", |book| {
            book.settings.insert(name.to_owned(), value.to_owned());
            Ok(())
        })
        .await
    }
}
