//! The outbox: saved changes that no sync has sent yet, derived from vectors and mappings, so that it cannot disagree with them.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use domain::{EntityId, Kind, SpaceId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::entities::{get_in, write_content};
use crate::places::place_in;
use crate::text::{json, kind, parse, parse_time};
use crate::vectors::set_vector;
use crate::{Error, Result, Saved, Store};

/// What sort of unsent change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsentChange {
    /// Only on this computer so far.
    New,
    /// Edited here.
    Edited,
    /// Deleted here.
    Deleted,
}

/// One unsent change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Of what.
    pub entity: EntityId,
    /// Space.
    pub space: SpaceId,
    /// What it is.
    pub kind: Kind,
    /// Title.
    pub title: String,
    /// What sort.
    pub change: UnsentChange,
    /// When it was last changed here.
    pub changed_at: DateTime<Utc>,
    /// Whether a conflict or question holds it back.
    pub conflict: bool,
    /// The site's words, when it was refused and not changed since.
    pub refused: Option<String>,
}

/// Numbers for badges and the Sync control.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents on this computer.
    pub documents: u32,
    /// Changes that the next sync sends.
    pub to_send: u32,
    /// Conflicts and questions.
    pub conflicts: u32,
    /// Refused by a site.
    pub refused: u32,
}

/// The statement behind the outbox, over all entities or over some: `targets` are those that a site is to have.
macro_rules! outbox {
    ($of_entities:literal, $of_linked:literal) => {
        concat!(
            "WITH targets (entity, account, linked) AS (
               SELECT core_entities.id, spaces.account, 0 FROM core_entities
               JOIN spaces ON spaces.id = core_entities.space AND spaces.account IS NOT NULL",
            $of_entities,
            " UNION ALL SELECT entity, account, 1 FROM linked",
            $of_linked,
            ")
             SELECT core_entities.id, core_entities.space, core_entities.kind, core_entities.title, core_entities.deleted_at, core_entities.updated_at,
               min(mirror.entity IS NOT NULL) AS mapped,
               EXISTS (SELECT 1 FROM conflicts WHERE conflicts.entity = core_entities.id) AS conflict,
               (SELECT reason FROM parked WHERE parked.entity = core_entities.id AND (parked.counter = core_entities.counter
                 OR EXISTS (SELECT 1 FROM journal WHERE journal.entity = parked.entity AND state = 'unsure'))) AS refused
             FROM targets
             JOIN core_entities ON core_entities.id = targets.entity
             LEFT JOIN mirror ON mirror.entity = targets.entity AND mirror.account = targets.account
             LEFT JOIN version_vectors ours ON ours.entity = core_entities.id AND ours.holder = 'local'
             LEFT JOIN version_vectors theirs ON theirs.entity = core_entities.id AND theirs.holder = mirror.account
             WHERE (mirror.entity IS NULL AND deleted_at IS NULL)
                OR (mirror.entity IS NOT NULL AND coalesce(ours.vector, '{}') <> coalesce(theirs.vector, '{}')
                    AND NOT (linked AND deleted_at IS NOT NULL))
             GROUP BY core_entities.id
             ORDER BY core_entities.updated_at DESC, core_entities.id"
        )
    };
}

impl Store {
    /// All unsent changes, newest first.
    pub async fn outbox(&self) -> Result<Vec<Unsent>> {
        const STATEMENT: &str = outbox!("", "");
        let _timed = self.timed("outbox", STATEMENT);
        sqlx::query(STATEMENT).fetch_all(&self.reader).await?.iter().map(unsent).collect()
    }

    /// The unsent changes of some entities. What it costs follows from how many are asked about, not from how many there are.
    pub async fn unsent_among(&self, entities: &[EntityId]) -> Result<Vec<Unsent>> {
        const STATEMENT: &str = outbox!(
            " WHERE core_entities.id IN (SELECT value FROM json_each(?1))",
            " WHERE entity IN (SELECT value FROM json_each(?1))"
        );
        let _timed = self.timed("unsent among", STATEMENT);
        let rows = sqlx::query(STATEMENT).bind(ids(entities)?).fetch_all(&self.reader).await?;
        rows.iter().map(unsent).collect()
    }

    /// Those of some entities of which a conflict or question waits.
    pub async fn conflicts_among(&self, entities: &[EntityId]) -> Result<HashSet<EntityId>> {
        const STATEMENT: &str = "SELECT entity FROM conflicts WHERE entity IN (SELECT value FROM json_each(?1))";
        let _timed = self.timed("conflicts among", STATEMENT);
        let found: Vec<String> = sqlx::query_scalar(STATEMENT).bind(ids(entities)?).fetch_all(&self.reader).await?;
        found.iter().map(|id| parse("entity id", id)).collect()
    }

    /// Numbers for badges and the Sync control, from the same rows as the lists they stand beside.
    pub async fn counts(&self) -> Result<Counts> {
        let documents: i64 =
            sqlx::query_scalar("SELECT count(*) FROM core_entities WHERE deleted_at IS NULL AND format <> 'none'")
                .fetch_one(&self.reader)
                .await?;
        let conflicts: i64 = sqlx::query_scalar("SELECT count(*) FROM conflicts").fetch_one(&self.reader).await?;
        let outbox = self.outbox().await?;
        let parked = self.all_parked().await?.into_iter().filter(|parked| !parked.queued);
        let refused = parked.map(|parked| parked.entity).collect::<BTreeSet<_>>().len();
        let to_send = outbox.iter().filter(|unsent| !unsent.conflict && unsent.refused.is_none()).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Counts {
            documents: u32::try_from(documents).unwrap_or(u32::MAX),
            to_send: count(to_send),
            conflicts: u32::try_from(conflicts).unwrap_or(u32::MAX),
            refused: count(refused),
        })
    }

    /// Throws away the unsent change of an entity: it goes back to its base, or to the trash where no site ever had it. The text stays in the history.
    pub async fn discard(&self, entity: EntityId, now: DateTime<Utc>) -> Result<Saved> {
        let mapping = self.home_mapping(entity).await?;
        let mut transaction = self.begin().await?;
        let before = get_in(&mut transaction, entity).await?;
        let left = place_in(&mut transaction, entity).await?;
        let replaced = self.revise(&mut transaction, entity, &before.content, "discard", "you", true, now).await?;
        match mapping {
            Some(mapping) => {
                // A base that came in and was merged at once never stood here by itself.
                let (base, origin) = (&mapping.base.content, mapping.account.to_string());
                self.version_of(&mut transaction, entity, base, "before", &origin, now).await?;
                write_content(&mut transaction, entity, base, now).await?;
                sqlx::query("UPDATE core_entities SET deleted_at = NULL WHERE id = ?1")
                    .bind(entity.to_string())
                    .execute(&mut *transaction)
                    .await?;
                set_vector(&mut transaction, entity, "local", &mapping.remote_vector).await?;
            }
            None => {
                sqlx::query("UPDATE core_entities SET deleted_at = ?2, counter = counter + 1 WHERE id = ?1")
                    .bind(entity.to_string())
                    .bind(crate::text::time(now))
                    .execute(&mut *transaction)
                    .await?;
                // Should an attempt to send it turn out to have arrived, the discard is the later edit.
                self.bump_local(&mut transaction, entity).await?;
            }
        }
        for statement in ["DELETE FROM conflicts WHERE entity = ?1", "DELETE FROM parked WHERE entity = ?1"] {
            sqlx::query(statement).bind(entity.to_string()).execute(&mut *transaction).await?;
        }
        self.settle_around(&mut transaction, entity, &left, now).await?;
        self.commit(transaction, "discard").await?;
        Ok(Saved { counter: before.counter + 1, changed: true, replaced: Some(replaced) })
    }

    /// Moves an entity to another space, for what is kept on this computer only.
    pub async fn move_to(&self, entity: EntityId, space: SpaceId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let moved =
            sqlx::query("UPDATE core_entities SET space = ?2, parent = NULL, counter = counter + 1 WHERE id = ?1")
                .bind(entity.to_string())
                .bind(space.to_string())
                .execute(&mut *transaction)
                .await?;
        if moved.rows_affected() == 0 {
            return Err(Error::NotFound("document"));
        }
        self.commit(transaction, "move").await
    }
}

fn ids(entities: &[EntityId]) -> Result<String> {
    json("entities", &entities.iter().map(ToString::to_string).collect::<Vec<_>>())
}

fn unsent(row: &SqliteRow) -> Result<Unsent> {
    let deleted: Option<String> = row.get("deleted_at");
    let mapped: bool = row.get("mapped");
    let change = match (mapped, deleted.is_some()) {
        (false, _) => UnsentChange::New,
        (true, true) => UnsentChange::Deleted,
        (true, false) => UnsentChange::Edited,
    };
    Ok(Unsent {
        entity: parse("entity id", row.get("id"))?,
        space: parse("space id", row.get("space"))?,
        kind: kind(row.get("kind"))?,
        title: row.get("title"),
        change,
        changed_at: parse_time(row.get("updated_at"))?,
        conflict: row.get("conflict"),
        refused: row.get("refused"),
    })
}
