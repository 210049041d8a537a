//! The mirror: what the two sides of a mapping last agreed on, and which edits each copy contains.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    Access, AccountId, Base, ContentHash, EntityId, RemoteId, RemoteObject, RemoteRef, SpaceId, Token, VersionVector,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use crate::text::{json, parse, parse_json, parse_time, sha256, time};
use crate::vectors::set_vector;
use crate::{Result, Store};

/// One mapping of an entity with its base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The entity.
    pub entity: EntityId,
    /// The account.
    pub account: AccountId,
    /// The object there.
    pub remote: RemoteRef,
    /// What it stands under there.
    pub parent: Option<RemoteRef>,
    /// What both last agreed on.
    pub base: Base,
    /// Which edits the remote copy contained.
    pub remote_vector: VersionVector,
    /// Why it may not be edited.
    pub read_only: Option<String>,
    /// Who last changed it there.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
    /// Its page there.
    pub url: Option<String>,
    /// When its content was last read.
    pub verified_at: DateTime<Utc>,
}

/// A mapping without its base, for looking through a whole space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedRow {
    /// The entity.
    pub entity: EntityId,
    /// The object there.
    pub remote: RemoteRef,
    /// What it stands under there.
    pub parent: Option<RemoteRef>,
    /// The site's sign of change.
    pub token: Token,
    /// When its content was last read.
    pub verified_at: Option<DateTime<Utc>>,
    /// When the person last opened the entity.
    pub opened_at: Option<DateTime<Utc>>,
    quiet: bool,
}

impl MappedRow {
    /// The row of a mapping whose base is this object.
    #[must_use]
    pub fn new(entity: EntityId, object: &RemoteObject, verified_at: DateTime<Utc>, quiet: bool) -> Self {
        Self {
            entity,
            remote: object.remote.clone(),
            parent: object.parent.clone(),
            token: object.token.clone(),
            verified_at: Some(verified_at),
            opened_at: None,
            quiet,
        }
    }

    /// Whether there is no unsent edit, no conflict and nothing refused: only the site can have news.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }
}

/// A hash over everything of an object that the base keeps.
pub(crate) fn returned_hash(object: &RemoteObject) -> String {
    let fields = serde_json::to_string(&(&object.content, &object.facts, &object.access)).unwrap_or_default();
    sha256(format!("{}\n{fields}", object.returned_body).as_bytes())
}

impl Store {
    /// The mapping of an entity to an account.
    pub async fn mapping(&self, entity: EntityId, account: AccountId) -> Result<Option<Mapped>> {
        let row = sqlx::query(
            "SELECT mirror.*, coalesce(vector, '{}') AS vector FROM mirror
             LEFT JOIN version_vectors ON version_vectors.entity = mirror.entity AND holder = mirror.account
             WHERE mirror.entity = ?1 AND mirror.account = ?2",
        )
        .bind(entity.to_string())
        .bind(account.to_string())
        .fetch_optional(&self.reader)
        .await?;
        row.as_ref().map(mapped).transpose()
    }

    /// The mapping of an entity to its home. What it is linked to is in other words than its own.
    pub async fn home_mapping(&self, entity: EntityId) -> Result<Option<Mapped>> {
        let account: Option<String> = sqlx::query_scalar(
            "SELECT account FROM mirror WHERE entity = ?1
               AND NOT EXISTS (SELECT 1 FROM linked WHERE linked.entity = ?1 AND linked.account = mirror.account) LIMIT 1",
        )
        .bind(entity.to_string())
        .fetch_optional(&self.reader)
        .await?;
        match account {
            Some(account) => self.mapping(entity, parse("account id", &account)?).await,
            None => Ok(None),
        }
    }

    /// All mappings of a space, without their bases, the oldest entity first.
    pub async fn mapped(&self, account: AccountId, space: SpaceId) -> Result<Vec<MappedRow>> {
        const STATEMENT: &str =
            "SELECT mirror.entity, remote_kind, remote_id, parent_kind, parent_id, token, verified_at, opened_at,
               (coalesce(ours.vector, '{}') = coalesce(theirs.vector, '{}') AND deleted_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM conflicts WHERE conflicts.entity = mirror.entity)) AS quiet
             FROM mirror
             JOIN core_entities ON core_entities.id = mirror.entity
             LEFT JOIN version_vectors ours ON ours.entity = mirror.entity AND ours.holder = 'local'
             LEFT JOIN version_vectors theirs ON theirs.entity = mirror.entity AND theirs.holder = mirror.account
             LEFT JOIN linked ON linked.entity = mirror.entity AND linked.account = mirror.account
             WHERE mirror.account = ?1 AND coalesce(linked.space, core_entities.space) = ?2 ORDER BY mirror.entity";
        let _timed = self.timed("list mapped", STATEMENT);
        let rows =
            sqlx::query(STATEMENT).bind(account.to_string()).bind(space.to_string()).fetch_all(&self.reader).await?;
        rows.iter()
            .map(|row| {
                Ok(MappedRow {
                    entity: parse("entity id", row.get("entity"))?,
                    remote: remote(row.get("remote_kind"), row.get("remote_id"))?,
                    parent: parent(row)?,
                    token: Token(row.get("token")),
                    verified_at: Some(parse_time(row.get("verified_at"))?),
                    opened_at: row.get::<Option<&str>, _>("opened_at").map(parse_time).transpose()?,
                    quiet: row.get("quiet"),
                })
            })
            .collect()
    }

    /// Entities that a space's site could hold and has no mapping of: those of the space, and those linked to it.
    pub async fn unmapped(&self, space: SpaceId) -> Result<Vec<EntityId>> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT core_entities.id FROM core_entities JOIN spaces ON spaces.id = core_entities.space
             WHERE core_entities.space = ?1 AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM mirror WHERE entity = core_entities.id
               AND (spaces.account IS NULL OR mirror.account = spaces.account))
             UNION
             SELECT linked.entity FROM linked JOIN core_entities ON core_entities.id = linked.entity
             WHERE linked.space = ?1 AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM mirror WHERE mirror.entity = linked.entity
               AND mirror.account = linked.account)
             ORDER BY 1",
        )
        .bind(space.to_string())
        .fetch_all(&self.reader)
        .await?;
        ids.iter().map(|id| parse("entity id", id)).collect()
    }

    /// The entity that a remote object is mapped to.
    pub async fn by_remote(&self, account: AccountId, remote: &RemoteRef) -> Result<Option<EntityId>> {
        let id: Option<String> =
            sqlx::query_scalar("SELECT entity FROM mirror WHERE account = ?1 AND remote_kind = ?2 AND remote_id = ?3")
                .bind(account.to_string())
                .bind(remote.kind.name())
                .bind(&remote.id.0)
                .fetch_optional(&self.reader)
                .await?;
        id.map(|id| parse("entity id", &id)).transpose()
    }

    /// A fact of every mapped object of a space, for links by slug and the like.
    pub async fn facts(&self, space: SpaceId) -> Result<Vec<(EntityId, BTreeMap<String, String>)>> {
        let rows = sqlx::query(
            "SELECT mirror.entity, base -> '$.facts' AS facts FROM mirror JOIN core_entities ON id = mirror.entity
             WHERE space = ?1 AND NOT EXISTS (SELECT 1 FROM linked WHERE linked.entity = mirror.entity AND linked.account = mirror.account)",
        )
            .bind(space.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.iter()
            .map(|row| Ok((parse("entity id", row.get("entity"))?, parse_json("facts", row.get("facts"))?)))
            .collect()
    }

    /// Puts an entity under another one, as its object stands under another there.
    pub async fn stand_under(
        &self,
        entity: EntityId,
        account: AccountId,
        there: &RemoteRef,
        here: EntityId,
    ) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        sqlx::query("UPDATE mirror SET parent_kind = ?3, parent_id = ?4 WHERE entity = ?1 AND account = ?2")
            .bind(entity.to_string())
            .bind(account.to_string())
            .bind(there.kind.name())
            .bind(&there.id.0)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE core_entities SET parent = ?2 WHERE id = ?1 AND parent IS NOT ?2")
            .bind(entity.to_string())
            .bind(here.to_string())
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "stands under another").await
    }

    /// Which edits our copy contains.
    pub async fn vector(&self, entity: EntityId) -> Result<VersionVector> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT vector FROM version_vectors WHERE entity = ?1 AND holder = 'local'")
                .bind(entity.to_string())
                .fetch_optional(&self.reader)
                .await?;
        text.map_or_else(|| Ok(VersionVector::new()), |text| parse("version vector", &text))
    }
}

/// The entity that a remote object is mapped to, as a transaction sees it.
pub(crate) async fn entity_of(
    transaction: &mut Transaction<'static, Sqlite>,
    account: AccountId,
    remote: &RemoteRef,
) -> Result<Option<EntityId>> {
    let id: Option<String> =
        sqlx::query_scalar("SELECT entity FROM mirror WHERE account = ?1 AND remote_kind = ?2 AND remote_id = ?3")
            .bind(account.to_string())
            .bind(remote.kind.name())
            .bind(&remote.id.0)
            .fetch_optional(&mut **transaction)
            .await?;
    id.map(|id| parse("entity id", &id)).transpose()
}

/// Writes a base and the remote vector. An object that is mapped to another entity already fails here: taking it over
/// would leave that entity without its mapping, and the next sync would make it there a second time.
pub(crate) async fn set_base(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    account: AccountId,
    object: &RemoteObject,
    canonical_hash: &ContentHash,
    remote_vector: &VersionVector,
    now: DateTime<Utc>,
) -> Result<()> {
    let base = Base {
        content: object.content.clone(),
        returned_body: object.returned_body.clone(),
        token: object.token.clone(),
        facts: object.facts.clone(),
    };
    let read_only = match &object.access {
        Access::Editable => None,
        Access::ReadOnly(why) => Some(why),
    };
    sqlx::query(
        "INSERT INTO mirror (entity, account, remote_kind, remote_id, parent_kind, parent_id, base, token, canonical_hash, returned_hash,
           read_only, changed_by, changed_at, url, verified_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         ON CONFLICT (entity, account) DO UPDATE SET remote_kind = excluded.remote_kind, remote_id = excluded.remote_id,
           parent_kind = excluded.parent_kind, parent_id = excluded.parent_id, base = excluded.base, token = excluded.token,
           canonical_hash = excluded.canonical_hash, returned_hash = excluded.returned_hash, read_only = excluded.read_only,
           changed_by = excluded.changed_by, changed_at = excluded.changed_at, url = excluded.url, verified_at = excluded.verified_at",
    )
    .bind(entity.to_string())
    .bind(account.to_string())
    .bind(object.remote.kind.name())
    .bind(&object.remote.id.0)
    .bind(object.parent.as_ref().map(|parent| parent.kind.name()))
    .bind(object.parent.as_ref().map(|parent| parent.id.0.clone()))
    .bind(json("base", &base)?)
    .bind(&object.token.0)
    .bind(&canonical_hash.0)
    .bind(returned_hash(object))
    .bind(read_only)
    .bind(&object.changed_by)
    .bind(object.changed_at.map(time))
    .bind(&object.url)
    .bind(time(now))
    .execute(&mut **transaction)
    .await?;
    set_vector(transaction, entity, &account.to_string(), remote_vector).await
}

pub(crate) fn remote(kind: &str, id: String) -> Result<RemoteRef> {
    Ok(RemoteRef { kind: crate::text::kind(kind)?, id: RemoteId(id) })
}

fn parent(row: &SqliteRow) -> Result<Option<RemoteRef>> {
    let kind: Option<String> = row.get("parent_kind");
    let id: Option<String> = row.get("parent_id");
    kind.zip(id).map(|(kind, id)| remote(&kind, id)).transpose()
}

fn mapped(row: &SqliteRow) -> Result<Mapped> {
    let optional = |name: &str| row.get::<Option<String>, _>(name);
    Ok(Mapped {
        entity: parse("entity id", row.get("entity"))?,
        account: parse("account id", row.get("account"))?,
        remote: remote(row.get("remote_kind"), row.get("remote_id"))?,
        parent: parent(row)?,
        base: parse_json("base", row.get("base"))?,
        remote_vector: parse("version vector", row.get("vector"))?,
        read_only: optional("read_only"),
        changed_by: optional("changed_by"),
        changed_at: optional("changed_at").map(|at| parse_time(&at)).transpose()?,
        url: optional("url"),
        verified_at: parse_time(row.get("verified_at"))?,
    })
}
