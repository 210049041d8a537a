//! What is kept: documents with their versions, spaces, settings, reports.

use chrono::{DateTime, Utc};
use domain::{Content, EntityId, RevisionId, RunId, SpaceId};
use store::{Entity, Error, Result, Revision, Saved, Space};

use super::Memory;

impl Memory {
    pub(crate) async fn get(&self, id: EntityId) -> Result<Entity> {
        self.book().entity(id).cloned()
    }

    pub(crate) async fn save(
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

    pub(crate) async fn delete(&self, id: EntityId, now: DateTime<Utc>) -> Result<Saved> {
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

    pub(crate) async fn revisions(&self, entity: EntityId) -> Result<Vec<Revision>> {
        let mut versions = self.book().revisions.get(&entity).cloned().unwrap_or_default();
        versions.reverse();
        Ok(versions)
    }

    pub(crate) async fn revision(&self, id: RevisionId) -> Result<Revision> {
        let book = self.book();
        let found = book.revisions.values().flatten().find(|version| version.id == id).cloned();
        found.ok_or(Error::NotFound("version"))
    }

    pub(crate) async fn keep_version(
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

    pub(crate) async fn written_under_since_deleted(&self, entity: EntityId) -> Result<bool> {
        Ok(self.book().written_under_since_deleted(entity))
    }

    pub(crate) async fn space(&self, id: SpaceId) -> Result<Space> {
        self.book().spaces.get(&id).cloned().ok_or(Error::NotFound("space"))
    }

    pub(crate) async fn put_space(&self, space: &Space) -> Result<()> {
        self.write("space", |book| {
            book.spaces.insert(space.id, space.clone());
            Ok(())
        })
        .await
    }

    pub(crate) async fn setting(&self, name: &str) -> Result<Option<String>> {
        Ok(self.book().settings.get(name).cloned())
    }

    pub(crate) async fn set_setting(&self, name: &str, value: &str) -> Result<()> {
        self.write("setting", |book| {
            book.settings.insert(name.to_owned(), value.to_owned());
            Ok(())
        })
        .await
    }

    pub(crate) async fn put_report(&self, run: RunId, _started_at: DateTime<Utc>, report: &str) -> Result<()> {
        self.write("report", |book| {
            book.reports.insert(run.to_string(), report.to_owned());
            Ok(())
        })
        .await
    }

    pub(crate) async fn report(&self, run: RunId) -> Result<Option<String>> {
        Ok(self.book().reports.get(&run.to_string()).cloned())
    }

    pub(crate) async fn blob(&self, sha256: &str) -> Result<(String, Vec<u8>)> {
        self.book().blobs.get(sha256).cloned().ok_or(Error::NotFound("image"))
    }

    pub(crate) async fn linking(&self, space: SpaceId) -> Result<Vec<EntityId>> {
        let book = self.book();
        let own = book.entities.values().filter(|entity| entity.space == space && entity.deleted_at.is_none());
        Ok(own.filter(|entity| entity.content.body.contains("/lectern/entities/")).map(|entity| entity.id).collect())
    }
}
