//! Where entities stand: moved between spaces and containers, and put in order.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{Content, EntityId, FieldValue, Kind, SpaceId, field};
use sqlx::{Row, Sqlite, Transaction};

use crate::entities::{Entity, get_in};
use crate::text::{json, parse, time};
use crate::vectors::has_sync_tables;
use crate::{Error, Result, Store};

/// Where an entity stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub entity: EntityId,
    /// Its space.
    pub space: SpaceId,
    /// What it stands under.
    pub parent: Option<EntityId>,
    /// Its place among what stands beside it, from 1; absent where nobody put it in order.
    pub position: Option<i64>,
}

impl Store {
    /// Where an entity stands now.
    pub async fn place(&self, entity: EntityId) -> Result<Place> {
        let row = sqlx::query("SELECT id, space, parent, position FROM core_entities WHERE id = ?1")
            .bind(entity.to_string())
            .fetch_optional(&self.reader)
            .await?;
        place(&row.ok_or(Error::NotFound("document"))?)
    }

    /// Moves an entity under a parent of the same space, before another one there or to the end. Things of its kind that stand there
    /// are numbered anew. Returns where everything that was numbered anew stood before, for `put_places`; nothing where it stands
    /// there already.
    ///
    /// # Errors
    /// `Inside` when the parent stands under the entity itself.
    pub async fn move_under(
        &self,
        entity: EntityId,
        parent: Option<EntityId>,
        before: Option<EntityId>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Place>> {
        let mut transaction = self.begin().await?;
        let moved = get_in(&mut transaction, entity).await?;
        let from = place_in(&mut transaction, entity).await?;
        let known = order_under(&mut transaction, moved.space, moved.kind, parent).await?;
        let mut order = known.clone();
        order.retain(|there| *there != entity);
        let at = before.and_then(|before| order.iter().position(|there| *there == before)).unwrap_or(order.len());
        order.insert(at, entity);
        if order == known {
            return Ok(Vec::new());
        }
        let mut places = numbered(moved.space, parent, &order);
        if moved.kind.is_ordered_there() && from.parent != parent {
            places.extend(closed_up(&mut transaction, moved.kind, &from).await?);
        }
        let replaced = self.put_places_in(&mut transaction, &places, &[entity], now).await?;
        self.commit(transaction, "move").await?;
        Ok(replaced)
    }

    /// Puts the things of one kind under a parent in this order; what is not named follows in the order it had. Returns where
    /// everything that moved stood before.
    pub async fn reorder(
        &self,
        space: SpaceId,
        kind: Kind,
        parent: Option<EntityId>,
        order: &[EntityId],
        now: DateTime<Utc>,
    ) -> Result<Vec<Place>> {
        let mut transaction = self.begin().await?;
        let known = order_under(&mut transaction, space, kind, parent).await?;
        let mut wanted: Vec<EntityId> = order.iter().copied().filter(|entity| known.contains(entity)).collect();
        wanted.extend(known.iter().filter(|entity| !order.contains(entity)));
        let places = numbered(space, parent, &wanted);
        let replaced = self.put_places_in(&mut transaction, &places, order, now).await?;
        self.commit(transaction, "reorder").await?;
        Ok(replaced)
    }

    /// Puts entities where they are said to stand; undoes a move. Returns where those that moved stood before.
    pub async fn put_places(&self, places: &[Place], now: DateTime<Utc>) -> Result<Vec<Place>> {
        let mut transaction = self.begin().await?;
        let replaced = self.put_places_in(&mut transaction, places, &[], now).await?;
        self.commit(transaction, "places").await?;
        Ok(replaced)
    }

    /// Those that were moved just now get a version in the history; the others make room. What of all this is to be sent follows
    /// from the order here and the order that both sides last agreed on.
    async fn put_places_in(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        places: &[Place],
        moved: &[EntityId],
        now: DateTime<Utc>,
    ) -> Result<Vec<Place>> {
        let (mut replaced, mut lists) = (Vec::new(), BTreeSet::new());
        for wanted in places {
            let before = get_in(transaction, wanted.entity).await?;
            let stood = place_in(transaction, wanted.entity).await?;
            if stood == *wanted {
                continue;
            }
            if stands_inside(transaction, wanted).await? {
                return Err(Error::Inside);
            }
            if before.kind.is_ordered_there() {
                let content = standing(transaction, &before, wanted).await?;
                if moved.contains(&wanted.entity) {
                    self.revise(transaction, wanted.entity, &before.content, "replaced", "you", false, now).await?;
                    self.revise(transaction, wanted.entity, &content, "move", "you", false, now).await?;
                }
                write_fields(transaction, wanted.entity, &content).await?;
                lists.extend([stood.parent, wanted.parent].map(|parent| (wanted.space, before.kind.name(), parent)));
            }
            sqlx::query("UPDATE core_entities SET space = ?2, parent = ?3, position = ?4 WHERE id = ?1")
                .bind(wanted.entity.to_string())
                .bind(wanted.space.to_string())
                .bind(wanted.parent.map(|parent| parent.to_string()))
                .bind(wanted.position)
                .execute(&mut **transaction)
                .await?;
            if stood.parent != wanted.parent {
                self.count_edit(transaction, wanted.entity, now).await?;
            }
            replaced.push(stood);
        }
        for (space, kind, parent) in lists {
            self.mark(transaction, (space, kind, parent), moved, now).await?;
        }
        Ok(replaced)
    }

    /// Counts an edit of an entity.
    pub(crate) async fn count_edit(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        entity: EntityId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query("UPDATE core_entities SET updated_at = ?2, counter = counter + 1 WHERE id = ?1")
            .bind(entity.to_string())
            .bind(time(now))
            .execute(&mut **transaction)
            .await?;
        self.bump_local(transaction, entity).await
    }
}

/// One list of things that stand in an order: in which space, of which kind, under what.
pub(crate) type List = (SpaceId, &'static str, Option<EntityId>);

/// What an entity says of where it stands: its place, and the module it is in as its site names that. A module that no site has
/// yet has no such name; the sync gives it one before it sends what stands in it.
async fn standing(transaction: &mut Transaction<'static, Sqlite>, entity: &Entity, wanted: &Place) -> Result<Content> {
    let mut content = entity.content.clone();
    match wanted.position {
        Some(position) => content = content.with(field::POSITION, FieldValue::Number(position)),
        None if content.fields.contains_key(field::POSITION) => {
            content = content.with(field::POSITION, FieldValue::Empty);
        }
        None => {}
    }
    if entity.kind == Kind::ModuleItem && entity.parent != wanted.parent {
        let there = match wanted.parent {
            Some(parent) => remote_of(transaction, parent).await?,
            None => None,
        };
        content = content.with(field::MODULE, there.map_or(FieldValue::Empty, FieldValue::Text));
    }
    Ok(content)
}

/// Those behind a place that something leaves, each one place nearer.
async fn closed_up(transaction: &mut Transaction<'static, Sqlite>, kind: Kind, left: &Place) -> Result<Vec<Place>> {
    let Some(gap) = left.position else { return Ok(Vec::new()) };
    let rows = sqlx::query(
        "SELECT id, space, parent, position FROM core_entities
         WHERE space = ?1 AND kind = ?2 AND parent IS ?3 AND deleted_at IS NULL AND position > ?4 AND id <> ?5",
    )
    .bind(left.space.to_string())
    .bind(kind.name())
    .bind(left.parent.map(|parent| parent.to_string()))
    .bind(gap)
    .bind(left.entity.to_string())
    .fetch_all(&mut **transaction)
    .await?;
    let nearer = |place: Place| Place { position: place.position.map(|position| position - 1), ..place };
    rows.iter().map(|row| place(row).map(nearer)).collect()
}

/// Fields alone: neither a version nor an edit.
pub(crate) async fn write_fields(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    content: &Content,
) -> Result<()> {
    sqlx::query("UPDATE core_entities SET fields = ?2 WHERE id = ?1")
        .bind(entity.to_string())
        .bind(json("fields", &content.fields)?)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

async fn remote_of(transaction: &mut Transaction<'static, Sqlite>, entity: EntityId) -> Result<Option<String>> {
    if !has_sync_tables(transaction).await? {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("SELECT remote_id FROM mirror WHERE entity = ?1 LIMIT 1")
        .bind(entity.to_string())
        .fetch_optional(&mut **transaction)
        .await?)
}

pub(crate) fn numbered(space: SpaceId, parent: Option<EntityId>, order: &[EntityId]) -> Vec<Place> {
    (1..).zip(order).map(|(number, entity)| Place { entity: *entity, space, parent, position: Some(number) }).collect()
}

/// What of a kind stands under a parent of a space, in order, without the trash. Other kinds beside it are another list.
pub(crate) async fn order_under(
    transaction: &mut Transaction<'static, Sqlite>,
    space: SpaceId,
    kind: Kind,
    parent: Option<EntityId>,
) -> Result<Vec<EntityId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM core_entities WHERE space = ?1 AND parent IS ?2 AND kind = ?3 AND deleted_at IS NULL
         ORDER BY position IS NULL, position, title COLLATE NOCASE, id",
    )
    .bind(space.to_string())
    .bind(parent.map(|parent| parent.to_string()))
    .bind(kind.name())
    .fetch_all(&mut **transaction)
    .await?;
    ids.iter().map(|id| parse("entity id", id)).collect()
}

pub(crate) async fn place_in(transaction: &mut Transaction<'static, Sqlite>, entity: EntityId) -> Result<Place> {
    let row = sqlx::query("SELECT id, space, parent, position FROM core_entities WHERE id = ?1")
        .bind(entity.to_string())
        .fetch_one(&mut **transaction)
        .await?;
    place(&row)
}

async fn stands_inside(transaction: &mut Transaction<'static, Sqlite>, wanted: &Place) -> Result<bool> {
    Ok(sqlx::query_scalar(
        "WITH RECURSIVE above (id) AS (
           SELECT ?2 UNION SELECT parent FROM core_entities JOIN above USING (id) WHERE parent IS NOT NULL
         ) SELECT EXISTS (SELECT 1 FROM above WHERE id = ?1)",
    )
    .bind(wanted.entity.to_string())
    .bind(wanted.parent.map(|parent| parent.to_string()))
    .fetch_one(&mut **transaction)
    .await?)
}

fn place(row: &sqlx::sqlite::SqliteRow) -> Result<Place> {
    Ok(Place {
        entity: parse("entity id", row.get("id"))?,
        space: parse("space id", row.get("space"))?,
        parent: row.get::<Option<String>, _>("parent").map(|id| parse("entity id", &id)).transpose()?,
        position: row.get("position"),
    })
}
