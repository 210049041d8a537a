//! What a tree shows beside each row, kept in redb: drawing ten thousand rows asks SQLite nothing while nothing changes.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use domain::{EntityId, SpaceId};
use redb::{Durability, TableDefinition};
use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::redb_file::{self, Table};
use crate::text::{json, parse, parse_json};
use crate::{Error, Result, Store};

/// Space to the badges of all its rows that have any.
const CACHE: Table = TableDefinition::new("conflict_cache");

/// What a row of a tree shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badges {
    /// Changed here and not sent.
    pub unsent: bool,
    /// A conflict or question waits for the person.
    pub conflict: bool,
    /// Its site refused it, and it was not changed since.
    pub parked: bool,
}

impl Store {
    /// Rows of a space that have a badge. Read from redb as long as nothing was written since they were last worked out.
    pub async fn badges(&self, space: SpaceId) -> Result<BTreeMap<EntityId, Badges>> {
        let written = self.writes.load(Ordering::SeqCst);
        let known = self.badges_at.lock().is_ok_and(|at| at.get(&space) == Some(&written));
        let key = space.to_string();
        if known && let Some(bytes) = self.redb.read(|read| redb_file::get(read, CACHE, &key))? {
            let text =
                String::from_utf8(bytes).map_err(|error| Error::Damaged { what: "badge", why: error.to_string() })?;
            let rows: Vec<(EntityId, Badges)> = parse_json("badges", &text)?;
            return Ok(rows.into_iter().collect());
        }
        let badges = self.badges_from_tables(space).await?;
        let text = json("badges", &badges.iter().collect::<Vec<_>>())?;
        self.redb.write(
            Durability::None,
            |write| {
                write.open_table(CACHE)?.insert(key.as_str(), text.as_bytes())?;
                Ok(())
            },
            || Ok(()),
        )?;
        if let Ok(mut at) = self.badges_at.lock() {
            at.insert(space, written);
        }
        Ok(badges)
    }

    async fn badges_from_tables(&self, space: SpaceId) -> Result<BTreeMap<EntityId, Badges>> {
        let _timed = self.metrics.timed("badges from tables", None);
        let rows = sqlx::query(
            "SELECT id, unsent, conflict, parked FROM (
               SELECT core_entities.id AS id,
                 CASE WHEN mirror.entity IS NULL THEN deleted_at IS NULL AND (spaces.account IS NOT NULL
                        OR EXISTS (SELECT 1 FROM linked WHERE linked.entity = core_entities.id))
                      ELSE coalesce(ours.vector, '{}') <> coalesce(theirs.vector, '{}') END AS unsent,
                 EXISTS (SELECT 1 FROM conflicts WHERE conflicts.entity = core_entities.id) AS conflict,
                 EXISTS (SELECT 1 FROM parked WHERE parked.entity = core_entities.id
                         AND (parked.counter = core_entities.counter OR EXISTS (SELECT 1 FROM journal
                           WHERE journal.entity = parked.entity AND state = 'unsure'))) AS parked
               FROM core_entities
               JOIN spaces ON spaces.id = core_entities.space
               LEFT JOIN mirror ON mirror.entity = core_entities.id
               LEFT JOIN version_vectors ours ON ours.entity = core_entities.id AND ours.holder = 'local'
               LEFT JOIN version_vectors theirs ON theirs.entity = core_entities.id AND theirs.holder = mirror.account
               WHERE core_entities.space = ?1
             ) WHERE unsent OR conflict OR parked",
        )
        .bind(space.to_string())
        .fetch_all(&self.reader)
        .await?;
        let mut badges: BTreeMap<EntityId, Badges> = BTreeMap::new();
        for row in &rows {
            // A linked document has a row for each of its sites.
            let shown = badges.entry(parse("entity id", row.get("id"))?).or_default();
            shown.unsent |= row.get::<bool, _>("unsent");
            shown.conflict |= row.get::<bool, _>("conflict");
            shown.parked |= row.get::<bool, _>("parked");
        }
        Ok(badges)
    }
}
