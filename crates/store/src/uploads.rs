//! What files kept here became on sites: written down before they are sent, and once they are there.

use chrono::{DateTime, Utc};
use domain::{EntityId, SpaceId};
use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::text::{parse, parse_time, time};
use crate::{Result, Store};

/// A file as a site has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownUpload {
    /// How a body of the site refers to it.
    pub address: String,
    /// When the site last said so.
    pub at: DateTime<Utc>,
}

impl Store {
    /// What a content became in a place: a course's space, or a forum's account.
    pub async fn upload_of(&self, place: &str, sha256: &str) -> Result<Option<KnownUpload>> {
        let row =
            sqlx::query("SELECT address, at FROM uploads WHERE place = ?1 AND sha256 = ?2 AND address IS NOT NULL")
                .bind(place)
                .bind(sha256)
                .fetch_optional(&self.reader)
                .await?;
        row.map(|row| Ok(KnownUpload { address: row.get("address"), at: parse_time(row.get("at"))? })).transpose()
    }

    /// Writes down that a content is about to be sent. What it was known as stays until the site says otherwise.
    pub async fn upload_intend(&self, place: &str, sha256: &str, now: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query("INSERT OR IGNORE INTO uploads (place, sha256, at) VALUES (?1, ?2, ?3)")
            .bind(place)
            .bind(sha256)
            .bind(time(now))
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "upload intended").await
    }

    /// Writes down what a content became, and that bodies of a space that say this address show it.
    pub async fn upload_done(
        &self,
        place: &str,
        space: SpaceId,
        sha256: &str,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO uploads (place, sha256, address, at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (place, sha256) DO UPDATE SET address = excluded.address, at = excluded.at",
        )
        .bind(place)
        .bind(sha256)
        .bind(address)
        .bind(time(now))
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO attachments (space, address, sha256, content_type)
             SELECT ?1, ?2, sha256, content_type FROM attachments WHERE sha256 = ?3 LIMIT 1
             ON CONFLICT (space, address) DO UPDATE SET sha256 = excluded.sha256, content_type = excluded.content_type",
        )
        .bind(space.to_string())
        .bind(address)
        .bind(sha256)
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "upload done").await
    }

    /// What was put in a place is not believed to be there any more.
    pub async fn forget_uploads(&self, place: &str) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM uploads WHERE place = ?1").bind(place).execute(&mut *transaction).await?;
        self.commit(transaction, "uploads forgotten").await
    }

    /// Entities of a space, not deleted, whose text refers to others by addresses of this computer.
    pub async fn linking(&self, space: SpaceId) -> Result<Vec<EntityId>> {
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM core_entities WHERE space = ?1 AND deleted_at IS NULL AND instr(content, '/lectern/entities/') > 0
             ORDER BY id",
        )
        .bind(space.to_string())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|id| parse("entity", id)).collect()
    }
}
