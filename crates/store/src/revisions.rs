//! The local history: every save, pull, merge, overwrite and restore, with cause and origin.

use chrono::{DateTime, Utc};
use domain::{Content, EntityId, RevisionId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use crate::text::{json, parse, parse_json, parse_time, time};
use crate::{Error, Result, Store};

/// A saved or replaced version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Identity; in the order in which they were made.
    pub id: RevisionId,
    /// Of what.
    pub entity: EntityId,
    /// When.
    pub at: DateTime<Utc>,
    /// `create`, `save`, `replaced`, `pull`, `merge`, `sent`, `overwrite`, `restore`, `discard`, `delete`, `resolve`, `import`.
    pub cause: String,
    /// `you`, or an account id.
    pub origin: String,
    /// What it said.
    pub content: Content,
    /// Whether it is the side that was not chosen.
    pub not_chosen: bool,
}

/// What a change of an entity went from and to, so that it can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// The version before.
    pub before: RevisionId,
    /// The version after.
    pub after: RevisionId,
}

impl Store {
    /// Versions of an entity, newest first.
    pub async fn revisions(&self, entity: EntityId) -> Result<Vec<Revision>> {
        const STATEMENT: &str = "SELECT * FROM revisions WHERE entity = ?1 ORDER BY id DESC";
        let _timed = self.timed("read versions", STATEMENT);
        let rows = sqlx::query(STATEMENT).bind(entity.to_string()).fetch_all(&self.reader).await?;
        rows.iter().map(revision).collect()
    }

    /// One version.
    pub async fn revision(&self, id: RevisionId) -> Result<Revision> {
        let row = sqlx::query("SELECT * FROM revisions WHERE id = ?1")
            .bind(id.to_string())
            .fetch_optional(&self.reader)
            .await?;
        revision(&row.ok_or(Error::NotFound("version"))?)
    }

    /// Whether something that stands under a deleted entity was written after that was deleted here, by the person or by the site: it would
    /// go along unseen. Told by the order in which versions were added, as clocks are set wrong. What a site made of a text that
    /// was sent is no news.
    pub async fn written_under_since_deleted(&self, entity: EntityId) -> Result<bool> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM core_entities below JOIN revisions ON revisions.entity = below.id
             WHERE below.parent = ?1 AND below.deleted_at IS NULL
               AND cause NOT IN ('before', 'sent', 'replaced', 'refresh', 'join', 'delete', 'discard')
               AND revisions.rowid > (SELECT max(rowid) FROM revisions WHERE entity = ?1 AND cause = 'delete'))",
        )
        .bind(entity.to_string())
        .fetch_one(&self.reader)
        .await?)
    }

    /// Keeps a text in the history. The version that says the same already is named, where there is one.
    pub async fn keep_version(
        &self,
        entity: EntityId,
        content: &Content,
        cause: &str,
        origin: &str,
        now: DateTime<Utc>,
    ) -> Result<RevisionId> {
        let mut transaction = self.begin().await?;
        let id = self.version_of(&mut transaction, entity, content, cause, origin, now).await?;
        self.commit(transaction, "kept version").await?;
        Ok(id)
    }

    /// The newest version that says this; added where there is none.
    pub(crate) async fn version_of(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        entity: EntityId,
        content: &Content,
        cause: &str,
        origin: &str,
        now: DateTime<Utc>,
    ) -> Result<RevisionId> {
        let kept: Option<String> = sqlx::query_scalar(
            "SELECT id FROM revisions WHERE entity = ?1 AND title = ?2 AND content = ?3 AND fields = ?4 ORDER BY id DESC LIMIT 1",
        )
        .bind(entity.to_string())
        .bind(&content.title)
        .bind(&content.body)
        .bind(json("fields", &content.fields)?)
        .fetch_optional(&mut **transaction)
        .await?;
        match kept {
            Some(id) => parse("revision id", &id),
            None => self.revise(transaction, entity, content, cause, origin, false, now).await,
        }
    }

    /// Adds a version. A text that is the newest version already is not added again, so that saving and replacing make one chain.
    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    pub(crate) async fn revise(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        entity: EntityId,
        content: &Content,
        cause: &str,
        origin: &str,
        not_chosen: bool,
        now: DateTime<Utc>,
    ) -> Result<RevisionId> {
        let newest = sqlx::query("SELECT * FROM revisions WHERE entity = ?1 ORDER BY id DESC LIMIT 1")
            .bind(entity.to_string())
            .fetch_optional(&mut **transaction)
            .await?;
        if let Some(newest) = newest {
            let newest = revision(&newest)?;
            if newest.content == *content && !not_chosen && cause == "replaced" {
                return Ok(newest.id);
            }
        }
        let id = RevisionId::new(self.seed());
        let revision = Revision {
            id,
            entity,
            at: now,
            cause: cause.to_owned(),
            origin: origin.to_owned(),
            content: content.clone(),
            not_chosen,
        };
        insert(transaction, &revision).await?;
        Ok(id)
    }
}

pub(crate) async fn insert(transaction: &mut Transaction<'static, Sqlite>, revision: &Revision) -> Result<()> {
    sqlx::query("INSERT INTO revisions (id, entity, at, cause, origin, title, content, fields, not_chosen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
        .bind(revision.id.to_string())
        .bind(revision.entity.to_string())
        .bind(time(revision.at))
        .bind(&revision.cause)
        .bind(&revision.origin)
        .bind(&revision.content.title)
        .bind(&revision.content.body)
        .bind(json("fields", &revision.content.fields)?)
        .bind(revision.not_chosen)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

fn revision(row: &SqliteRow) -> Result<Revision> {
    Ok(Revision {
        id: parse("revision id", row.get("id"))?,
        entity: parse("entity id", row.get("entity"))?,
        at: parse_time(row.get("at"))?,
        cause: row.get("cause"),
        origin: row.get("origin"),
        content: Content {
            title: row.get("title"),
            body: row.get("content"),
            fields: parse_json("fields", row.get("fields"))?,
        },
        not_chosen: row.get("not_chosen"),
    })
}
