//! A document's history as a list, and how much of it is kept.

use chrono::{DateTime, Duration, Utc};
use domain::{EntityId, RevisionId};
use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::text::{json, parse, parse_json, parse_time, time};
use crate::{Result, Store};

/// A version without its text, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Identity; in the order in which they were made.
    pub id: RevisionId,
    /// When.
    pub at: DateTime<Utc>,
    /// As in [`crate::Revision`].
    pub cause: String,
    /// `you`, or an account id.
    pub origin: String,
    /// Its title.
    pub title: String,
    /// Where it has no title: how its body begins, cut somewhere.
    pub beginning: String,
    /// Size of its body in bytes.
    pub bytes: u64,
    /// Whether it is the side that was not chosen.
    pub not_chosen: bool,
}

/// How much history is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Every version of so many days; older days keep their first and last, and every side that lost. Absent: every version for ever.
    pub every_version_days: Option<u32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { every_version_days: Some(90) }
    }
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Versions removed.
    pub removed: u64,
    /// Versions of documents that are not there any more, removed.
    pub of_gone: u64,
}

const RETENTION: &str = "history.retention";
/// So many documents in one commit.
const AT_ONCE: usize = 100;

impl Store {
    /// Versions of an entity, newest first, without their texts.
    pub async fn versions(&self, entity: EntityId) -> Result<Vec<Version>> {
        const STATEMENT: &str = "SELECT id, at, cause, origin, title, octet_length(content) AS bytes, not_chosen,
               CASE WHEN title = '' THEN substr(content, 1, 2000) ELSE '' END AS beginning FROM revisions
             WHERE entity = ?1 ORDER BY id DESC";
        let _timed = self.timed("list versions", STATEMENT);
        let rows = sqlx::query(STATEMENT).bind(entity.to_string()).fetch_all(&self.reader).await?;
        rows.iter()
            .map(|row| {
                Ok(Version {
                    id: parse("revision id", row.get("id"))?,
                    at: parse_time(row.get("at"))?,
                    cause: row.get("cause"),
                    origin: row.get("origin"),
                    title: row.get("title"),
                    beginning: row.get("beginning"),
                    bytes: row.get::<i64, _>("bytes").unsigned_abs(),
                    not_chosen: row.get("not_chosen"),
                })
            })
            .collect()
    }

    /// How much history is kept.
    pub async fn retention(&self) -> Result<Retention> {
        let text = self.setting(RETENTION).await?;
        text.map_or_else(|| Ok(Retention::default()), |text| parse_json("retention", &text))
    }

    /// Sets how much history is kept; returns what was set before. Nothing is removed before `compact_history`.
    pub async fn set_retention(&self, retention: Retention) -> Result<Retention> {
        let before = self.retention().await?;
        self.set_setting(RETENTION, &json("retention", &retention)?).await?;
        Ok(before)
    }

    /// Thins out history that is older than the retention says, a few documents in a commit. Kept are always: the newest version,
    /// the first and the last of each day (by the clock that is `offset_minutes` ahead of UTC), every side that was not chosen,
    /// what an overwrite, a merge, a conflict, a discard or a delete replaced, and what came of it.
    pub async fn compact_history(&self, now: DateTime<Utc>, offset_minutes: i32) -> Result<Compacted> {
        let Some(days) = self.retention().await?.every_version_days else { return Ok(Compacted::default()) };
        let cutoff = time(now - Duration::days(i64::from(days)));
        let entities: Vec<String> = sqlx::query_scalar(
            "SELECT entity FROM revisions WHERE at < ?1 GROUP BY entity HAVING count(*) > 2 ORDER BY entity",
        )
        .bind(&cutoff)
        .fetch_all(&self.reader)
        .await?;
        let mut compacted = Compacted::default();
        for some in entities.chunks(AT_ONCE) {
            let mut transaction = self.begin().await?;
            compacted.removed += sqlx::query(
                "WITH versions AS (
                   SELECT id, at, cause, origin, not_chosen,
                     row_number() OVER (PARTITION BY entity ORDER BY id DESC) AS newest,
                     row_number() OVER (PARTITION BY entity, date(at, ?3) ORDER BY id) AS from_first,
                     row_number() OVER (PARTITION BY entity, date(at, ?3) ORDER BY id DESC) AS from_last,
                     coalesce(lead(cause, 1) OVER (PARTITION BY entity ORDER BY id), '') AS next,
                     coalesce(lead(cause, 2) OVER (PARTITION BY entity ORDER BY id), '') AS after_next
                   FROM revisions WHERE entity IN (SELECT value FROM json_each(?2))
                 )
                 DELETE FROM revisions WHERE id IN (
                   SELECT id FROM versions
                   WHERE at < ?1 AND newest > 1 AND from_first > 1 AND from_last > 1 AND NOT not_chosen
                     AND (cause IN ('save', 'sent', 'pull', 'move') OR (cause = 'replaced' AND origin = 'you'))
                     AND next NOT IN ('merge', 'resolve', 'overwrite', 'discard', 'delete')
                     AND after_next NOT IN ('merge', 'resolve', 'overwrite')
                 )",
            )
            .bind(&cutoff)
            .bind(json("entities", &some)?)
            .bind(format!("{offset_minutes:+} minutes"))
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            self.commit(transaction, "history compacted").await?;
        }
        let mut transaction = self.begin().await?;
        compacted.of_gone = sqlx::query(
            "DELETE FROM revisions WHERE at < ?1 AND NOT EXISTS (SELECT 1 FROM core_entities WHERE core_entities.id = entity)",
        )
        .bind(&cutoff)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        self.commit(transaction, "history compacted").await?;
        Ok(compacted)
    }
}
