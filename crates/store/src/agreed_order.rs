//! The order of a list here beside the order that both sides last agreed on: what of it is to be sent, and what a site has made of
//! it by now. Also where a fuller build keeps its sites and this one knows of none.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::places::{Standing, to_send};
use domain::{Content, EntityId, FieldValue, VersionVector, field};
use sqlx::{Row, Sqlite, Transaction};

use crate::entities::get_in;
use crate::places::{List, Place, numbered, order_under, place_in, write_fields};
use crate::text::{parse, parse_json};
use crate::vectors::{has_sync_tables, set_vector};
use crate::{Result, Store};

impl Store {
    /// Says of everything in a list whether its place is an edit to be sent: as few as tell the whole order.
    pub(crate) async fn mark(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        list: List,
        moved: &[EntityId],
        now: DateTime<Utc>,
    ) -> Result<()> {
        if !has_sync_tables(transaction).await? {
            return Ok(());
        }
        let known = agreed(transaction, list).await?;
        let standing: Vec<Standing> = known
            .iter()
            .map(|known| Standing {
                number: known.number,
                base: known.agreed.as_ref().and_then(|agreed| agreed.number),
                just_moved: moved.contains(&known.entity),
            })
            .collect();
        for (known, sends) in known.iter().zip(to_send(&standing)) {
            let Some(agreed) = &known.agreed else { continue };
            if sends && agreed.quiet {
                self.count_edit(transaction, known.entity, now).await?;
            } else if !sends && !agreed.quiet && agreed.only_place_differs {
                set_vector(transaction, known.entity, "local", &agreed.vector).await?;
            }
        }
        Ok(())
    }

    /// After something was deleted: the others close up, and what is to be sent of them is told anew.
    pub(crate) async fn settle_beside(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        entity: EntityId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let left = place_in(transaction, entity).await?;
        self.settle_around(transaction, entity, &left, now).await
    }

    /// After an unsent change was thrown away: the others close up around its old place, and what is to be sent is told anew.
    pub(crate) async fn settle_around(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        entity: EntityId,
        left: &Place,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let kind = get_in(transaction, entity).await?.kind;
        if !kind.is_ordered_there() || !has_sync_tables(transaction).await? {
            return Ok(());
        }
        let back = place_in(transaction, entity).await?;
        let mut parents = BTreeSet::from([back.parent, left.parent]);
        parents.extend(agreed_parent(transaction, entity).await?.map(Some));
        for parent in parents {
            let list = (back.space, kind.name(), parent);
            let mut order = order_under(transaction, back.space, kind, parent).await?;
            if let (true, Some(position)) = (order.contains(&entity), back.position) {
                order.retain(|there| *there != entity);
                let at = usize::try_from(position - 1).unwrap_or(0).min(order.len());
                order.insert(at, entity);
            }
            for place in numbered(back.space, parent, &order) {
                put_number(transaction, place.entity, place.position).await?;
            }
            self.mark(transaction, list, &[], now).await?;
            let known = agreed(transaction, list).await?;
            // Where no unsent move is left, they stand where both sides last agreed that they do, gaps and all.
            if known.iter().all(|known| known.agreed.as_ref().is_some_and(|agreed| agreed.quiet)) {
                for known in known {
                    put_number(transaction, known.entity, known.agreed.and_then(|agreed| agreed.number)).await?;
                }
            }
        }
        Ok(())
    }

    /// Writes down the places that a site has given by now to what made room for something that was sent. No edit: it is what the
    /// site says. What was moved here meanwhile keeps the place that it was moved to.
    #[cfg(feature = "sync")]
    pub async fn note_places(&self, places: &[(EntityId, i64)]) -> Result<()> {
        if places.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin_pulled().await?;
        for (entity, number) in places {
            let quiet: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM mirror
                   JOIN version_vectors ours ON ours.entity = mirror.entity AND ours.holder = 'local'
                   JOIN version_vectors theirs ON theirs.entity = mirror.entity AND theirs.holder = mirror.account
                   WHERE mirror.entity = ?1 AND ours.vector = theirs.vector)",
            )
            .bind(entity.to_string())
            .fetch_one(&mut *transaction)
            .await?;
            if quiet {
                put_number(&mut transaction, *entity, Some(*number)).await?;
            }
        }
        self.commit(transaction, "places noted").await
    }
}

/// What is known of one thing in a list.
struct Known {
    entity: EntityId,
    number: i64,
    agreed: Option<Agreed>,
}

/// What both sides last agreed on.
struct Agreed {
    /// Its place, where it was in this list then.
    number: Option<i64>,
    vector: VersionVector,
    /// Whether nothing of it is to be sent.
    quiet: bool,
    /// Whether nothing but its place differs, and no attempt to send it is open.
    only_place_differs: bool,
}

/// The things of a list in their order, with what both sides last agreed on.
async fn agreed(transaction: &mut Transaction<'static, Sqlite>, list: List) -> Result<Vec<Known>> {
    let (space, kind, parent) = list;
    let rows = sqlx::query(
        "SELECT core_entities.id, core_entities.title, core_entities.content, core_entities.fields, position, base -> '$.content' AS base,
           mirror.parent_id IS (SELECT remote_id FROM mirror WHERE entity = core_entities.parent) AS same_list,
           coalesce(theirs.vector, '{}') AS vector, coalesce(ours.vector, '{}') = coalesce(theirs.vector, '{}') AS quiet,
           EXISTS (SELECT 1 FROM conflicts WHERE conflicts.entity = core_entities.id)
             OR EXISTS (SELECT 1 FROM journal WHERE journal.entity = core_entities.id AND state IN ('intended', 'queued', 'unsure')) AS open
         FROM core_entities
         LEFT JOIN mirror ON mirror.entity = core_entities.id
         LEFT JOIN version_vectors ours ON ours.entity = mirror.entity AND ours.holder = 'local'
         LEFT JOIN version_vectors theirs ON theirs.entity = mirror.entity AND theirs.holder = mirror.account
         WHERE space = ?1 AND kind = ?2 AND parent IS ?3 AND deleted_at IS NULL
         ORDER BY position IS NULL, position, title COLLATE NOCASE, id",
    )
    .bind(space.to_string())
    .bind(kind)
    .bind(parent.map(|parent| parent.to_string()))
    .fetch_all(&mut **transaction)
    .await?;
    rows.iter()
        .map(|row| {
            let content = Content {
                title: row.get("title"),
                body: row.get("content"),
                fields: parse_json("fields", row.get("fields"))?,
            };
            let base: Option<Content> =
                row.get::<Option<String>, _>("base").map(|base| parse_json("base", &base)).transpose()?;
            let agreed = match base {
                None => None,
                Some(base) => Some(Agreed {
                    number: base.number(field::POSITION).filter(|_| row.get("same_list")),
                    vector: parse("version vector", row.get("vector"))?,
                    quiet: row.get("quiet"),
                    only_place_differs: !row.get::<bool, _>("open") && without_place(content) == without_place(base),
                }),
            };
            Ok(Known {
                entity: parse("entity id", row.get("id"))?,
                number: row.get::<Option<i64>, _>("position").unwrap_or(0),
                agreed,
            })
        })
        .collect()
}

/// What something stood under when both sides last agreed.
async fn agreed_parent(transaction: &mut Transaction<'static, Sqlite>, entity: EntityId) -> Result<Option<EntityId>> {
    let parent: Option<String> = sqlx::query_scalar(
        "SELECT above.entity FROM mirror JOIN mirror above ON above.account = mirror.account
           AND above.remote_kind = mirror.parent_kind AND above.remote_id = mirror.parent_id
         WHERE mirror.entity = ?1",
    )
    .bind(entity.to_string())
    .fetch_optional(&mut **transaction)
    .await?;
    parent.map(|parent| parse("entity id", &parent)).transpose()
}

fn without_place(mut content: Content) -> Content {
    content.fields.remove(field::POSITION);
    content
}

/// A number alone: neither a version nor an edit.
async fn put_number(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    number: Option<i64>,
) -> Result<()> {
    let content = get_in(transaction, entity).await?.content;
    let content = content.with(field::POSITION, number.map_or(FieldValue::Empty, FieldValue::Number));
    write_fields(transaction, entity, &content).await?;
    sqlx::query("UPDATE core_entities SET position = ?2 WHERE id = ?1")
        .bind(entity.to_string())
        .bind(number)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
