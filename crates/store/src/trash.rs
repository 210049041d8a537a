//! The trash: brought back from it, or purged with all of its history.

use chrono::{DateTime, Utc};
use domain::EntityId;
use sqlx::{Row, Sqlite, Transaction};

use crate::entities::get_in;
use crate::text::{json, time};
use crate::vectors::has_sync_tables;
use crate::{Entity, Error, Result, Revision, Saved, Store};

/// Everything that a purge took, for putting it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purged {
    /// The entity as it lay in the trash.
    pub entity: Entity,
    /// Its place in its container.
    pub position: Option<i64>,
    /// Its history, oldest first.
    pub revisions: Vec<Revision>,
}

impl Store {
    /// What lies in the trash, last deleted first.
    pub async fn trash(&self) -> Result<Vec<Entity>> {
        let rows = sqlx::query("SELECT * FROM core_entities WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id")
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(crate::entities::entity).collect()
    }

    /// Brings an entity back from the trash as the person's edit.
    pub async fn restore(&self, id: EntityId, now: DateTime<Utc>) -> Result<Saved> {
        let mut transaction = self.begin().await?;
        let before = get_in(&mut transaction, id).await?;
        if before.deleted_at.is_none() {
            return Ok(Saved { counter: before.counter, changed: false, replaced: None });
        }
        let revision = self.revise(&mut transaction, id, &before.content, "restore", "you", false, now).await?;
        sqlx::query("UPDATE core_entities SET deleted_at = NULL, updated_at = ?2, counter = counter + 1 WHERE id = ?1")
            .bind(id.to_string())
            .bind(time(now))
            .execute(&mut *transaction)
            .await?;
        self.bump_local(&mut transaction, id).await?;
        self.commit(transaction, "restore").await?;
        Ok(Saved { counter: before.counter + 1, changed: true, replaced: Some(revision) })
    }

    /// Removes what lies in the trash for good, with its history and its draft. Returns all of it but the draft, for `put_back`.
    ///
    /// # Errors
    /// `NotFound` for what is not in the trash; `Unsent` while its site has not been told that it was deleted: purged now, it
    /// would come back with the next pull.
    pub async fn purge(&self, id: EntityId) -> Result<Purged> {
        let mut revisions = self.revisions(id).await?;
        revisions.reverse();
        let mut transaction = self.begin().await?;
        let entity = get_in(&mut transaction, id).await?;
        if entity.deleted_at.is_none() {
            return Err(Error::NotFound("document in the trash"));
        }
        if is_mapped(&mut transaction, id).await? {
            return Err(Error::Unsent);
        }
        let position = sqlx::query("SELECT position FROM core_entities WHERE id = ?1")
            .bind(id.to_string())
            .fetch_one(&mut *transaction)
            .await?
            .get(0);
        for statement in ["DELETE FROM revisions WHERE entity = ?1", "DELETE FROM core_entities WHERE id = ?1"] {
            sqlx::query(statement).bind(id.to_string()).execute(&mut *transaction).await?;
        }
        self.commit(transaction, "purge").await?;
        self.remove_draft(id)?;
        Ok(Purged { entity, position, revisions })
    }

    /// Puts back what a purge took, into the trash.
    pub async fn put_back(&self, purged: &Purged) -> Result<()> {
        let Purged { entity, position, revisions } = purged;
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO core_entities (id, space, kind, parent, title, content, format, fields, position, created_at, updated_at,
               deleted_at, counter, opened_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )
        .bind(entity.id.to_string())
        .bind(entity.space.to_string())
        .bind(entity.kind.name())
        .bind(entity.parent.map(|parent| parent.to_string()))
        .bind(&entity.content.title)
        .bind(&entity.content.body)
        .bind(entity.format.name())
        .bind(json("fields", &entity.content.fields)?)
        .bind(position)
        .bind(time(entity.created_at))
        .bind(time(entity.updated_at))
        .bind(entity.deleted_at.map(time))
        .bind(entity.counter)
        .bind(entity.opened_at.map(time))
        .execute(&mut *transaction)
        .await?;
        for revision in revisions {
            crate::revisions::insert(&mut transaction, revision).await?;
        }
        self.commit(transaction, "put back").await
    }
}

/// Whether a site still has it, also in a build that does not know of sites.
async fn is_mapped(transaction: &mut Transaction<'static, Sqlite>, id: EntityId) -> Result<bool> {
    if !has_sync_tables(transaction).await? {
        return Ok(false);
    }
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM mirror WHERE entity = ?1)")
        .bind(id.to_string())
        .fetch_one(&mut **transaction)
        .await?)
}
