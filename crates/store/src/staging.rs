//! Staging: what has just arrived, before anything is decided.

use chrono::{DateTime, Utc};
use domain::{AccountId, Cursor, RemoteId, RemoteObject, RemoteRef, RunId, SpaceId};
use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::text::{json, parse_json};
use crate::{Result, Store};

/// Where an unfinished pull of a space goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullState {
    /// When it began, by our clock: what was staged since may be as old as that.
    pub begun_at: DateTime<Utc>,
    /// Lists, or their rests, that have not answered.
    pub cursors: Vec<Cursor>,
}

impl Store {
    /// Puts one answer of a list into staging. An object that comes twice is kept once, the later answer's.
    pub async fn stage(
        &self,
        _run: RunId,
        _account: AccountId,
        space: SpaceId,
        objects: &[RemoteObject],
        unchanged: &[RemoteRef],
    ) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        for object in objects {
            sqlx::query(
                "INSERT OR REPLACE INTO staging (space, remote_kind, remote_id, object) VALUES (?1, ?2, ?3, ?4)",
            )
            .bind(space.to_string())
            .bind(object.remote.kind.name())
            .bind(&object.remote.id.0)
            .bind(json("object", object)?)
            .execute(&mut *transaction)
            .await?;
        }
        for remote in unchanged {
            sqlx::query(
                "INSERT OR IGNORE INTO staging (space, remote_kind, remote_id, object) VALUES (?1, ?2, ?3, NULL)",
            )
            .bind(space.to_string())
            .bind(remote.kind.name())
            .bind(&remote.id.0)
            .execute(&mut *transaction)
            .await?;
        }
        self.commit(transaction, "stage").await
    }

    /// Everything staged of a space; objects are absent where the site said that nothing changed.
    pub async fn staged(&self, space: SpaceId) -> Result<Vec<(RemoteRef, Option<RemoteObject>)>> {
        let rows = sqlx::query("SELECT remote_kind, remote_id, object FROM staging WHERE space = ?1")
            .bind(space.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.iter()
            .map(|row| {
                let remote =
                    RemoteRef { kind: crate::text::kind(row.get("remote_kind"))?, id: RemoteId(row.get("remote_id")) };
                let object: Option<String> = row.get("object");
                Ok((remote, object.map(|text| parse_json("object", &text)).transpose()?))
            })
            .collect()
    }

    /// One staged object.
    pub async fn staged_object(&self, space: SpaceId, remote: &RemoteRef) -> Result<Option<RemoteObject>> {
        let text: Option<Option<String>> =
            sqlx::query_scalar("SELECT object FROM staging WHERE space = ?1 AND remote_kind = ?2 AND remote_id = ?3")
                .bind(space.to_string())
                .bind(remote.kind.name())
                .bind(&remote.id.0)
                .fetch_optional(&self.reader)
                .await?;
        text.flatten().map(|text| parse_json("object", &text)).transpose()
    }

    /// Empties the staging of a space.
    pub async fn clear_staging(&self, space: SpaceId) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        sqlx::query("DELETE FROM staging WHERE space = ?1").bind(space.to_string()).execute(&mut *transaction).await?;
        self.commit(transaction, "staging cleared").await
    }

    /// Where an unfinished pull of a space goes on; absent too where an older version noted it without its age.
    pub async fn pull_state(&self, space: SpaceId) -> Result<Option<PullState>> {
        let text: Option<String> = sqlx::query_scalar("SELECT cursors FROM pulls WHERE space = ?1")
            .bind(space.to_string())
            .fetch_optional(&self.reader)
            .await?;
        Ok(text.and_then(|text| parse_json("cursors", &text).ok()))
    }

    /// Notes where a pull of a space goes on, should it be cut off.
    pub async fn set_pull_state(&self, space: SpaceId, begun_at: DateTime<Utc>, cursors: &[Cursor]) -> Result<()> {
        let state = PullState { begun_at, cursors: cursors.to_vec() };
        let mut transaction = self.begin_pulled().await?;
        sqlx::query("INSERT OR REPLACE INTO pulls (space, cursors) VALUES (?1, ?2)")
            .bind(space.to_string())
            .bind(json("cursors", &state)?)
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "pull state").await
    }

    /// Notes that a pull of a space came to its end.
    pub async fn end_pull(&self, space: SpaceId) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        sqlx::query("DELETE FROM pulls WHERE space = ?1").bind(space.to_string()).execute(&mut *transaction).await?;
        self.commit(transaction, "pull ended").await
    }
}
