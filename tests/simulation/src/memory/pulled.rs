//! What was received, and what both sides agree on.

use chrono::{DateTime, Utc};
use domain::{
    AccountId, ContentHash, Cursor, EntityId, FieldValue, RemoteObject, RemoteRef, RunId, SpaceId, VersionVector, field,
};
use store::{Applied, Arrival, Mapped, MappedRow, News, PullApply, PullState, Replaced, Result};

use super::Memory;

impl Memory {
    pub(crate) async fn note_verified(
        &self,
        account: AccountId,
        entities: &[EntityId],
        now: DateTime<Utc>,
    ) -> Result<()> {
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

    pub(crate) async fn stand_under(
        &self,
        entity: EntityId,
        account: AccountId,
        there: &RemoteRef,
        here: EntityId,
    ) -> Result<()> {
        self.write("stands under another", |book| {
            if let Some(mirror) = book.mirror.get_mut(&(entity, account)) {
                mirror.object.parent = Some(there.clone());
            }
            if let Some(kept) = book.entities.get_mut(&entity) {
                kept.parent = Some(here);
            }
            Ok(())
        })
        .await
    }

    pub(crate) async fn note_places(&self, places: &[(EntityId, i64)]) -> Result<()> {
        if places.is_empty() {
            return Ok(());
        }
        self.write("places noted", |book| {
            for (entity, number) in places {
                if let Some(kept) = book.entities.get_mut(entity) {
                    kept.content.fields.insert(field::POSITION.to_owned(), FieldValue::Number(*number));
                }
            }
            Ok(())
        })
        .await
    }

    pub(crate) async fn refresh_mirror(
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

    pub(crate) async fn rebase_mirror(
        &self,
        account: AccountId,
        entity: EntityId,
        object: &RemoteObject,
        _: &ContentHash,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some(mapping) = self.book().mapped_row(entity, account) else { return Ok(()) };
        self.write("rebased", |book| book.set_base(entity, account, object, &mapping.remote_vector, now)).await
    }

    pub(crate) async fn mapping(&self, entity: EntityId, account: AccountId) -> Result<Option<Mapped>> {
        Ok(self.book().mapped_row(entity, account))
    }

    pub(crate) async fn mapped(&self, account: AccountId, space: SpaceId) -> Result<Vec<MappedRow>> {
        Ok(self.book().mapped(account, space))
    }

    pub(crate) async fn unmapped(&self, space: SpaceId) -> Result<Vec<EntityId>> {
        Ok(self.book().unmapped(space))
    }

    pub(crate) async fn by_remote(&self, account: AccountId, remote: &RemoteRef) -> Result<Option<EntityId>> {
        Ok(self.book().entity_of(account, remote))
    }

    pub(crate) async fn vector(&self, entity: EntityId) -> Result<VersionVector> {
        Ok(self.book().vector(entity))
    }

    pub(crate) async fn stage(
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

    pub(crate) async fn staged(&self, space: SpaceId, account: AccountId) -> Result<Vec<(RemoteRef, News)>> {
        let book = self.book();
        let own = book.staging.iter().filter(|((of, _), _)| *of == space);
        Ok(own.map(|((_, remote), object)| (remote.clone(), book.news(account, object.as_ref()))).collect())
    }

    pub(crate) async fn staged_object(&self, space: SpaceId, remote: &RemoteRef) -> Result<Option<RemoteObject>> {
        Ok(self.book().staging.get(&(space, remote.clone())).cloned().flatten())
    }

    pub(crate) async fn clear_staging(&self, space: SpaceId) -> Result<()> {
        self.write("staging cleared", |book| {
            book.staging.retain(|(of, _), _| *of != space);
            Ok(())
        })
        .await
    }

    pub(crate) async fn pull_state(&self, space: SpaceId) -> Result<Option<PullState>> {
        Ok(self.book().pulls.get(&space).cloned())
    }

    pub(crate) async fn set_pull_state(
        &self,
        space: SpaceId,
        begun_at: DateTime<Utc>,
        cursors: &[Cursor],
    ) -> Result<()> {
        self.write("pull state", |book| {
            book.pulls.insert(space, PullState { begun_at, cursors: cursors.to_vec() });
            Ok(())
        })
        .await
    }

    pub(crate) async fn end_pull(&self, space: SpaceId) -> Result<()> {
        self.write("pull ended", |book| {
            book.pulls.remove(&space);
            Ok(())
        })
        .await
    }

    pub(crate) async fn apply_pull(&self, apply: PullApply) -> Result<Applied> {
        let raced = {
            let book = self.book();
            match apply.entity {
                None => book.entity_of(apply.account, &apply.object.remote).is_some(),
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

    pub(crate) async fn take_in(&self, arrivals: &[Arrival]) -> Result<Vec<Option<EntityId>>> {
        self.write("take in", |book| arrivals.iter().map(|arrival| self.taken_in(book, arrival)).collect()).await
    }

    pub(crate) async fn join_unchanged(
        &self,
        entity: EntityId,
        account: AccountId,
        vector: &VersionVector,
    ) -> Result<()> {
        self.write("join", |book| {
            book.remote.insert((entity, account), vector.clone());
            book.outgrow(entity, Some(account));
            Ok(())
        })
        .await
    }

    pub(crate) async fn delete_here(&self, entity: EntityId, expected: i64, now: DateTime<Utc>) -> Result<Applied> {
        let before = self.book().entity(entity)?.clone();
        if before.counter != expected {
            return Ok(Applied::Raced);
        }
        self.write("delete here", |book| {
            let from = book.revise(self.next_seed(), entity, &before.content, "delete", "site", false, now);
            let row = book.change(entity)?;
            row.deleted_at = Some(now);
            row.counter += 1;
            self.split_all(book, entity, now)?;
            book.unmap_from(entity, None);
            Ok(Applied::Done(entity, Some(Replaced { before: from, after: from })))
        })
        .await
    }

    pub(crate) async fn forget(&self, entity: EntityId, account: AccountId, now: DateTime<Utc>) -> Result<()> {
        self.write("forget", |book| {
            book.unmap_from(entity, Some(account));
            self.split_all(book, entity, now)?;
            book.conflicts.remove(&entity);
            book.parked.retain(|(parked, _), _| *parked != entity);
            let row = book.change(entity)?;
            row.deleted_at = row.deleted_at.or(Some(now));
            Ok(())
        })
        .await
    }

    pub(crate) async fn set_apart(
        &self,
        entity: EntityId,
        account: AccountId,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if self.book().links.contains_key(&(entity, account)) {
            return self.drop_link(entity, account).await;
        }
        self.write("set apart", |book| {
            book.unmap_from(entity, Some(account));
            book.remote.remove(&(entity, account));
            book.conflicts.remove(&entity);
            let row = book.change(entity)?;
            row.counter += 1;
            let counter = row.counter;
            book.put_parked(entity, None, counter, reason, false, now);
            Ok(())
        })
        .await
    }
}
