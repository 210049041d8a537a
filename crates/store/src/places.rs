//! Where entities stand: moved between spaces and containers, and put in order.

use chrono::{DateTime, Utc};
use domain::{EntityId, FieldValue, Kind, SpaceId, field};
use sqlx::{Row, Sqlite, Transaction};

use crate::entities::{get_in, write_content};
use crate::text::{parse, time};
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

    /// Moves an entity under a parent of the same space, before another one there or to the end. What stands there is numbered anew.
    /// Returns where everything that moved stood before, for `put_places`.
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
        let space = get_in(&mut transaction, entity).await?.space;
        let mut order = order_under(&mut transaction, space, parent).await?;
        order.retain(|there| *there != entity);
        let at = before.and_then(|before| order.iter().position(|there| *there == before)).unwrap_or(order.len());
        order.insert(at, entity);
        let places = numbered(space, parent, &order);
        let replaced = self.put_places_in(&mut transaction, &places, now).await?;
        self.commit(transaction, "move").await?;
        Ok(replaced)
    }

    /// Puts what stands under a parent in this order; what is not named follows in the order it had. Returns where everything that
    /// moved stood before.
    pub async fn reorder(
        &self,
        space: SpaceId,
        parent: Option<EntityId>,
        order: &[EntityId],
        now: DateTime<Utc>,
    ) -> Result<Vec<Place>> {
        let mut transaction = self.begin().await?;
        let known = order_under(&mut transaction, space, parent).await?;
        let mut wanted: Vec<EntityId> = order.iter().copied().filter(|entity| known.contains(entity)).collect();
        wanted.extend(known.iter().filter(|entity| !order.contains(entity)));
        let places = numbered(space, parent, &wanted);
        let replaced = self.put_places_in(&mut transaction, &places, now).await?;
        self.commit(transaction, "reorder").await?;
        Ok(replaced)
    }

    /// Puts entities where they are said to stand; undoes a move. Returns where those that moved stood before.
    pub async fn put_places(&self, places: &[Place], now: DateTime<Utc>) -> Result<Vec<Place>> {
        let mut transaction = self.begin().await?;
        let replaced = self.put_places_in(&mut transaction, places, now).await?;
        self.commit(transaction, "places").await?;
        Ok(replaced)
    }

    async fn put_places_in(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        places: &[Place],
        now: DateTime<Utc>,
    ) -> Result<Vec<Place>> {
        let mut replaced = Vec::new();
        for wanted in places {
            let before = get_in(transaction, wanted.entity).await?;
            let stood = place_in(transaction, wanted.entity).await?;
            if stood == *wanted {
                continue;
            }
            if stands_inside(transaction, wanted).await? {
                return Err(Error::Inside);
            }
            // Where a site keeps the order, a new place is an edit that the next sync sends.
            if let Some(position) = wanted.position.filter(|_| is_ordered_on_its_site(before.kind)) {
                let content = before.content.clone().with(field::POSITION, FieldValue::Number(position));
                if content != before.content {
                    self.revise(transaction, wanted.entity, &before.content, "replaced", "you", false, now).await?;
                    self.revise(transaction, wanted.entity, &content, "move", "you", false, now).await?;
                    write_content(transaction, wanted.entity, &content, now).await?;
                }
            }
            sqlx::query(
                "UPDATE core_entities SET space = ?2, parent = ?3, position = ?4, updated_at = ?5, counter = counter + 1 WHERE id = ?1",
            )
            .bind(wanted.entity.to_string())
            .bind(wanted.space.to_string())
            .bind(wanted.parent.map(|parent| parent.to_string()))
            .bind(wanted.position)
            .bind(time(now))
            .execute(&mut **transaction)
            .await?;
            if is_ordered_on_its_site(before.kind) || stood.parent != wanted.parent {
                self.bump_local(transaction, wanted.entity).await?;
            }
            replaced.push(stood);
        }
        Ok(replaced)
    }
}

/// Whether a site keeps the order of such things, so that it is part of their content.
fn is_ordered_on_its_site(kind: Kind) -> bool {
    matches!(kind, Kind::Module | Kind::ModuleItem)
}

fn numbered(space: SpaceId, parent: Option<EntityId>, order: &[EntityId]) -> Vec<Place> {
    (1..).zip(order).map(|(number, entity)| Place { entity: *entity, space, parent, position: Some(number) }).collect()
}

/// What stands under a parent of a space, in order, without the trash.
async fn order_under(
    transaction: &mut Transaction<'static, Sqlite>,
    space: SpaceId,
    parent: Option<EntityId>,
) -> Result<Vec<EntityId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM core_entities WHERE space = ?1 AND parent IS ?2 AND deleted_at IS NULL
         ORDER BY position IS NULL, position, title COLLATE NOCASE, id",
    )
    .bind(space.to_string())
    .bind(parent.map(|parent| parent.to_string()))
    .fetch_all(&mut **transaction)
    .await?;
    ids.iter().map(|id| parse("entity id", id)).collect()
}

async fn place_in(transaction: &mut Transaction<'static, Sqlite>, entity: EntityId) -> Result<Place> {
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
