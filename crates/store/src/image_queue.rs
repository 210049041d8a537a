//! Which documents may show images that are not kept yet. A sync looks at these alone: what it costs does not grow with the workspace.

use domain::{EntityId, SpaceId};
use sqlx::Row;

use crate::text::{json, parse};
use crate::{Result, Store};

/// A document to look at. Which change it waits for is part of it: one that changes again meanwhile has its turn again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToLookAt {
    /// Which.
    pub entity: EntityId,
    seq: i64,
}

impl Store {
    /// Documents of a space whose texts may show images that are not kept yet, those that have waited longest first.
    pub async fn images_to_look_for(&self, space: SpaceId) -> Result<Vec<ToLookAt>> {
        self.queue_whole_spaces(space).await?;
        let rows = sqlx::query(
            "SELECT seq, entity FROM image_queue JOIN core_entities ON core_entities.id = entity
             WHERE space = ?1 AND deleted_at IS NULL ORDER BY seq",
        )
        .bind(space.to_string())
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| Ok(ToLookAt { entity: parse("entity id", row.get("entity"))?, seq: row.get("seq") }))
            .collect()
    }

    /// All images of these are kept.
    pub async fn images_are_here(&self, looked_at: &[ToLookAt]) -> Result<()> {
        if looked_at.is_empty() {
            return Ok(());
        }
        let done: Vec<i64> = looked_at.iter().map(|looked_at| looked_at.seq).collect();
        let mut transaction = self.begin_pulled().await?;
        sqlx::query("DELETE FROM image_queue WHERE seq IN (SELECT value FROM json_each(?1))")
            .bind(json("documents looked at", &done)?)
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "images are here").await
    }

    /// Where an image of a space was forgotten, each of its documents is looked at again.
    async fn queue_whole_spaces(&self, space: SpaceId) -> Result<()> {
        let forgotten: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM image_queue_spaces WHERE space = ?1)")
            .bind(space.to_string())
            .fetch_one(&self.reader)
            .await?;
        if !forgotten {
            return Ok(());
        }
        let mut transaction = self.begin_pulled().await?;
        for statement in [
            "INSERT INTO image_queue (entity) SELECT id FROM core_entities WHERE space = ?1
               AND NOT EXISTS (SELECT 1 FROM image_queue WHERE entity = core_entities.id)",
            "DELETE FROM image_queue_spaces WHERE space = ?1",
        ] {
            sqlx::query(statement).bind(space.to_string()).execute(&mut *transaction).await?;
        }
        self.commit(transaction, "images to look for").await
    }
}
