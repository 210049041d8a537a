//! Staging: what has just arrived, before anything is decided.

use chrono::{DateTime, Utc};
use domain::{AccountId, Cursor, RemoteId, RemoteObject, RemoteRef, RunId, SpaceId};
use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::mirror::returned_hash;
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

/// What a pull brought of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Only that its sign of change is what it was.
    Unchanged,
    /// The object, to the byte what both sides last agreed on.
    Same,
    /// The object: not known here yet, or not what it was.
    Object(Box<RemoteObject>),
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
                "INSERT OR REPLACE INTO staging (space, remote_kind, remote_id, object, token, returned_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .bind(space.to_string())
            .bind(object.remote.kind.name())
            .bind(&object.remote.id.0)
            .bind(json("object", object)?)
            .bind(&object.token.0)
            .bind(returned_hash(object))
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

    /// Everything staged of a space, beside what is known of it on an account. A text that is what it was is not read.
    pub async fn staged(&self, space: SpaceId, account: AccountId) -> Result<Vec<(RemoteRef, News)>> {
        let rows = sqlx::query(
            "SELECT staging.remote_kind, staging.remote_id, staging.object IS NULL AS unchanged, mirror.entity IS NOT NULL AS same,
               CASE WHEN mirror.entity IS NULL THEN object END AS object
             FROM staging LEFT JOIN mirror ON mirror.account = ?2 AND mirror.remote_kind = staging.remote_kind
               AND mirror.remote_id = staging.remote_id AND mirror.token = staging.token AND mirror.returned_hash = staging.returned_hash
             WHERE staging.space = ?1",
        )
        .bind(space.to_string())
        .bind(account.to_string())
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                let remote =
                    RemoteRef { kind: crate::text::kind(row.get("remote_kind"))?, id: RemoteId(row.get("remote_id")) };
                let news = match (row.get("unchanged"), row.get("same")) {
                    (true, _) => News::Unchanged,
                    (false, true) => News::Same,
                    (false, false) => News::Object(Box::new(parse_json("object", row.get("object"))?)),
                };
                Ok((remote, news))
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
