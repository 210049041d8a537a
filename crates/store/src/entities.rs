//! Entities: made, read, saved, deleted. Every save is one transaction: content, counter, vector, revision.

use chrono::{DateTime, Utc};
use domain::{Content, EntityId, Format, Kind, RevisionId, SpaceId, field};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, Transaction};

use crate::text::{json, kind, parse, parse_json, parse_time, time};
use crate::vectors::has_sync_tables;
use crate::{Error, Result, Store};

/// An entity, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Identity.
    pub id: EntityId,
    /// Space.
    pub space: SpaceId,
    /// What it is.
    pub kind: Kind,
    /// What it stands under.
    pub parent: Option<EntityId>,
    /// Title, body, fields.
    pub content: Content,
    /// How the body is written.
    pub format: Format,
    /// Made.
    pub created_at: DateTime<Utc>,
    /// Changed.
    pub updated_at: DateTime<Utc>,
    /// Deleted here.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Rises with each change of the content.
    pub counter: i64,
    /// When the person last opened it.
    pub opened_at: Option<DateTime<Utc>>,
}

/// An entity without its body, for trees and lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Identity.
    pub id: EntityId,
    /// What it is.
    pub kind: Kind,
    /// What it stands under.
    pub parent: Option<EntityId>,
    /// Title.
    pub title: String,
    /// Its place in its container.
    pub position: Option<i64>,
    /// Whether it is published; absent where that does not apply.
    pub published: Option<bool>,
    /// Fields as the site and the person set them.
    pub fields: std::collections::BTreeMap<String, domain::FieldValue>,
    /// Deleted here.
    pub deleted: bool,
    /// Changed.
    pub updated_at: DateTime<Utc>,
    /// Whether it changed since the person last opened it.
    pub opened_at: Option<DateTime<Utc>>,
}

/// What a person makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntity {
    /// Space.
    pub space: SpaceId,
    /// What it is.
    pub kind: Kind,
    /// What it stands under.
    pub parent: Option<EntityId>,
    /// Title, body, fields.
    pub content: Content,
}

/// What a save did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Counter after it.
    pub counter: i64,
    /// Whether anything changed.
    pub changed: bool,
    /// The revision that holds what was there before; absent when nothing changed.
    pub replaced: Option<RevisionId>,
}

impl Store {
    /// One entity, deleted ones too.
    pub async fn get(&self, id: EntityId) -> Result<Entity> {
        const STATEMENT: &str = "SELECT * FROM core_entities WHERE id = ?1";
        let _timed = self.timed("read document", STATEMENT);
        let row = sqlx::query(STATEMENT).bind(id.to_string()).fetch_optional(&self.reader).await?;
        entity(&row.ok_or(Error::NotFound("document"))?)
    }

    /// All entities of a space without their bodies, deleted ones too.
    pub async fn list(&self, space: SpaceId) -> Result<Vec<Row>> {
        const STATEMENT: &str =
            "SELECT id, kind, parent, title, fields, position, deleted_at, updated_at, opened_at FROM core_entities
             WHERE space = ?1 ORDER BY position IS NULL, position, title COLLATE NOCASE, id";
        let _timed = self.timed("list space", STATEMENT);
        let rows = sqlx::query(STATEMENT).bind(space.to_string()).fetch_all(&self.reader).await?;
        rows.iter().map(light).collect()
    }

    /// What stands under an entity, in order, bodies too.
    pub async fn children(&self, parent: EntityId) -> Result<Vec<Entity>> {
        const STATEMENT: &str = "SELECT * FROM core_entities WHERE parent = ?1 ORDER BY position IS NULL, position, id";
        let _timed = self.timed("read children", STATEMENT);
        let rows = sqlx::query(STATEMENT).bind(parent.to_string()).fetch_all(&self.reader).await?;
        rows.iter().map(entity).collect()
    }

    /// Makes a document as the person's edit.
    pub async fn create(&self, new: &NewEntity, now: DateTime<Utc>) -> Result<EntityId> {
        let id = EntityId::new(self.seed());
        let mut transaction = self.begin().await?;
        insert(&mut transaction, id, new, now).await?;
        self.revise(&mut transaction, id, &new.content, "create", "you", false, now).await?;
        self.bump_local(&mut transaction, id).await?;
        self.commit(transaction, "create").await?;
        Ok(id)
    }

    /// Makes many documents as one edit of the person's, all or none: for an import, a few hundred at a time.
    pub async fn create_all(&self, new: &[NewEntity], now: DateTime<Utc>) -> Result<Vec<EntityId>> {
        let new: Vec<(EntityId, NewEntity)> = new.iter().map(|new| (EntityId::new(self.seed()), new.clone())).collect();
        self.create_all_as(&new, now).await?;
        Ok(new.into_iter().map(|(id, _)| id).collect())
    }

    /// The same under ids that were given out before, so that the documents can name each other.
    pub async fn create_all_as(&self, new: &[(EntityId, NewEntity)], now: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        for (id, new) in new {
            insert(&mut transaction, *id, new, now).await?;
            self.revise(&mut transaction, *id, &new.content, "create", "you", false, now).await?;
            self.bump_local(&mut transaction, *id).await?;
        }
        self.commit(transaction, "import").await
    }

    /// Saves the person's edit. Equal content is no edit.
    ///
    /// # Errors
    /// `Raced` when `expected` is given and the counter has moved: the caller merges and saves again.
    pub async fn save(
        &self,
        id: EntityId,
        content: &Content,
        expected: Option<i64>,
        cause: &str,
        now: DateTime<Utc>,
    ) -> Result<Saved> {
        let mut transaction = self.begin().await?;
        let before = get_in(&mut transaction, id).await?;
        if expected.is_some_and(|expected| expected != before.counter) {
            return Err(Error::Raced);
        }
        if before.content == *content && before.deleted_at.is_none() {
            return Ok(Saved { counter: before.counter, changed: false, replaced: None });
        }
        let replaced = self.revise(&mut transaction, id, &before.content, "replaced", "you", false, now).await?;
        self.revise(&mut transaction, id, content, cause, "you", false, now).await?;
        write_content(&mut transaction, id, content, now).await?;
        sqlx::query("UPDATE core_entities SET deleted_at = NULL WHERE id = ?1")
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        self.bump_local(&mut transaction, id).await?;
        self.commit(transaction, "save").await?;
        Ok(Saved { counter: before.counter + 1, changed: true, replaced: Some(replaced) })
    }

    /// Deletes a document as the person's edit; its text stays in the history.
    pub async fn delete(&self, id: EntityId, now: DateTime<Utc>) -> Result<Saved> {
        let mut transaction = self.begin().await?;
        let before = get_in(&mut transaction, id).await?;
        let replaced = self.revise(&mut transaction, id, &before.content, "delete", "you", false, now).await?;
        sqlx::query("UPDATE core_entities SET deleted_at = ?2, updated_at = ?2, counter = counter + 1 WHERE id = ?1")
            .bind(id.to_string())
            .bind(time(now))
            .execute(&mut *transaction)
            .await?;
        self.bump_local(&mut transaction, id).await?;
        // What had made room for a move of it that was never sent goes back.
        self.settle_beside(&mut transaction, id, now).await?;
        self.commit(transaction, "delete").await?;
        Ok(Saved { counter: before.counter + 1, changed: true, replaced: Some(replaced) })
    }

    /// Notes that the person opened it.
    pub async fn mark_opened(&self, id: EntityId, now: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE core_entities SET opened_at = ?2 WHERE id = ?1")
            .bind(id.to_string())
            .bind(time(now))
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "opened").await
    }
}

pub(crate) async fn insert(
    transaction: &mut Transaction<'static, Sqlite>,
    id: EntityId,
    new: &NewEntity,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO core_entities (id, space, kind, parent, title, content, format, fields, position, created_at, updated_at, counter)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 1)",
    )
    .bind(id.to_string())
    .bind(new.space.to_string())
    .bind(new.kind.name())
    .bind(new.parent.map(|parent| parent.to_string()))
    .bind(&new.content.title)
    .bind(&new.content.body)
    .bind(new.kind.format().name())
    .bind(json("fields", &new.content.fields)?)
    .bind(position(&new.content))
    .bind(time(now))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

pub(crate) async fn write_content(
    transaction: &mut Transaction<'static, Sqlite>,
    id: EntityId,
    content: &Content,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query("UPDATE core_entities SET title = ?2, content = ?3, fields = ?4, position = coalesce(?5, position), updated_at = ?6, counter = counter + 1 WHERE id = ?1")
        .bind(id.to_string())
        .bind(&content.title)
        .bind(&content.body)
        .bind(json("fields", &content.fields)?)
        .bind(position(content))
        .bind(time(now))
        .execute(&mut **transaction)
        .await?;
    stand_where_it_says(transaction, id, content).await
}

/// An item stands in the module that its content names, whichever way it came to say so: a pull, a version brought back, a choice.
async fn stand_where_it_says(
    transaction: &mut Transaction<'static, Sqlite>,
    id: EntityId,
    content: &Content,
) -> Result<()> {
    if let Some(module) = content.text(field::MODULE)
        && has_sync_tables(transaction).await?
    {
        sqlx::query(
            "UPDATE core_entities SET parent = coalesce((SELECT entity FROM mirror JOIN spaces ON spaces.account = mirror.account
               WHERE spaces.id = core_entities.space AND remote_kind = 'module' AND remote_id = ?2), parent)
             WHERE id = ?1 AND kind = 'module_item'",
        )
        .bind(id.to_string())
        .bind(module)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

pub(crate) async fn get_in(transaction: &mut Transaction<'static, Sqlite>, id: EntityId) -> Result<Entity> {
    let row = sqlx::query("SELECT * FROM core_entities WHERE id = ?1")
        .bind(id.to_string())
        .fetch_optional(&mut **transaction)
        .await?;
    entity(&row.ok_or(Error::NotFound("document"))?)
}

fn position(content: &Content) -> Option<i64> {
    content.number(field::POSITION).or_else(|| content.number(field::POST_NUMBER))
}

pub(crate) fn entity(row: &SqliteRow) -> Result<Entity> {
    let optional = |name: &str| row.get::<Option<String>, _>(name);
    Ok(Entity {
        id: parse("entity id", row.get("id"))?,
        space: parse("space id", row.get("space"))?,
        kind: kind(row.get("kind"))?,
        parent: optional("parent").map(|id| parse("entity id", &id)).transpose()?,
        content: Content {
            title: row.get("title"),
            body: row.get("content"),
            fields: parse_json("fields", row.get("fields"))?,
        },
        format: Format::from_name(row.get("format")).unwrap_or(Format::None),
        created_at: parse_time(row.get("created_at"))?,
        updated_at: parse_time(row.get("updated_at"))?,
        deleted_at: optional("deleted_at").map(|at| parse_time(&at)).transpose()?,
        counter: row.get("counter"),
        opened_at: optional("opened_at").map(|at| parse_time(&at)).transpose()?,
    })
}

fn light(row: &SqliteRow) -> Result<Row> {
    let optional = |name: &str| row.get::<Option<String>, _>(name);
    let fields: std::collections::BTreeMap<String, domain::FieldValue> = parse_json("fields", row.get("fields"))?;
    Ok(Row {
        id: parse("entity id", row.get("id"))?,
        kind: kind(row.get("kind"))?,
        parent: optional("parent").map(|id| parse("entity id", &id)).transpose()?,
        title: row.get("title"),
        position: row.get("position"),
        published: match fields.get(field::PUBLISHED) {
            Some(domain::FieldValue::Flag(flag)) => Some(*flag),
            _ => None,
        },
        fields,
        deleted: optional("deleted_at").is_some(),
        updated_at: parse_time(row.get("updated_at"))?,
        opened_at: optional("opened_at").map(|at| parse_time(&at)).transpose()?,
    })
}
