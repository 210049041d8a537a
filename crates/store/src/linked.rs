//! Documents that stand on a second site, too: their home is the account of their space, and each other one is a link.

use chrono::{DateTime, Utc};
use domain::{AccountId, Base, Content, EntityId, Kind, RemoteObject, Replica, SpaceId, VersionVector};
use serde::{Deserialize, Serialize};
use sqlx::{Row, Sqlite, Transaction};

use crate::entities::insert;
use crate::mirror::set_base;
use crate::text::{kind, parse, parse_json, time};
use crate::vectors::set_vector;
use crate::{Error, NewEntity, Result, Store};

/// A document on a site that is not its home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which document.
    pub entity: EntityId,
    /// The other account.
    pub account: AccountId,
    /// The course or category there.
    pub space: SpaceId,
    /// What it is there.
    pub kind: Kind,
    /// What stands at home for the base, in the engine's own form; absent before both sides agreed on something.
    pub home: Option<String>,
    /// Whether it is there already.
    pub is_there: bool,
}

/// A linked document as it was read or written, for the border between its two formats: the object in the other site's words becomes
/// the base, the contents that go with it are the home's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarSide {
    /// The object as it is on the other site.
    pub object: RemoteObject,
    /// What stands at home for it.
    pub home: String,
}

/// One of the sites that changed what is in conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Which.
    pub account: AccountId,
    /// Its copy, in its own words.
    pub object: RemoteObject,
    /// Hash of its canonical form.
    pub canonical_hash: domain::ContentHash,
    /// What stands at home for it, where this is not the home.
    pub home: Option<String>,
    /// Its copy in the home's words.
    pub seen: Content,
    /// Its vector, counting the edit in question.
    pub remote_vector: VersionVector,
}

const COLUMNS: &str = "SELECT linked.entity, linked.account, linked.space, linked.kind, mirror.home, mirror.entity IS NOT NULL AS is_there
    FROM linked LEFT JOIN mirror ON mirror.entity = linked.entity AND mirror.account = linked.account";

impl Store {
    /// Links a document to a course or category of another account. Nothing is sent: the next sync makes it there.
    ///
    /// # Errors
    /// `Taken` when it stands on that account already.
    pub async fn link(&self, entity: EntityId, account: AccountId, space: SpaceId, kind: Kind) -> Result<()> {
        let mut transaction = self.begin().await?;
        let stands: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM mirror WHERE entity = ?1 AND account = ?2)
               OR EXISTS (SELECT 1 FROM linked WHERE entity = ?1 AND account = ?2)
               OR EXISTS (SELECT 1 FROM core_entities JOIN spaces ON spaces.id = space WHERE core_entities.id = ?1 AND spaces.account = ?2)",
        )
        .bind(entity.to_string())
        .bind(account.to_string())
        .fetch_one(&mut *transaction)
        .await?;
        if stands {
            return Err(Error::Taken);
        }
        sqlx::query("INSERT INTO linked (entity, account, space, kind) VALUES (?1, ?2, ?3, ?4)")
            .bind(entity.to_string())
            .bind(account.to_string())
            .bind(space.to_string())
            .bind(kind.name())
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "link").await
    }

    /// Links a document to one of another account that is here already: from now on both are the first, and what is under the second
    /// stands under it. The second goes to the trash; its text is in its history, and on its site, where nothing is touched. The two
    /// agreed on nothing yet, so the next sync joins or asks.
    ///
    /// # Errors
    /// `Taken` when the first stands on that account already; `Unsent` when the second has changes that its site does not know.
    pub async fn link_to(&self, entity: EntityId, other: EntityId, now: DateTime<Utc>) -> Result<()> {
        let mapping = self.home_mapping(other).await?.ok_or(Error::Unsent)?;
        let (second, account) = (self.get(other).await?, mapping.account);
        if self.vector(other).await? != mapping.remote_vector || second.deleted_at.is_some() {
            return Err(Error::Unsent);
        }
        if !self.links_of(other).await?.is_empty() {
            return Err(Error::Taken);
        }
        self.link(entity, account, second.space, mapping.remote.kind).await?;
        let mut transaction = self.begin().await?;
        self.revise(&mut transaction, other, &second.content, "delete", "you", false, now).await?;
        for statement in [
            "UPDATE mirror SET entity = ?1, home = NULL WHERE entity = ?2 AND account = ?3",
            "DELETE FROM version_vectors WHERE entity = ?2 AND holder = ?3",
            "UPDATE core_entities SET parent = ?1 WHERE parent = ?2",
            "DELETE FROM conflicts WHERE entity = ?2 AND ?3 = ?3 AND ?1 = ?1",
        ] {
            sqlx::query(statement)
                .bind(entity.to_string())
                .bind(other.to_string())
                .bind(account.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("UPDATE core_entities SET deleted_at = ?2, counter = counter + 1 WHERE id = ?1")
            .bind(other.to_string())
            .bind(time(now))
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "link to").await
    }

    /// Ends a link. What is on the other site stays there, and is a document of its own here; neither is sent.
    pub async fn unlink(&self, entity: EntityId, account: AccountId, now: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        self.split(&mut transaction, entity, account, now).await?;
        self.commit(transaction, "unlink").await
    }

    /// Ends a link whose other copy is gone from its site, or is another thing by now.
    pub async fn drop_link(&self, entity: EntityId, account: AccountId) -> Result<()> {
        let mut transaction = self.begin().await?;
        end_link(&mut transaction, entity, account).await?;
        self.commit(transaction, "link dropped").await
    }

    /// Ends all links of a document that goes: what is on its other sites stays.
    pub(crate) async fn split_all(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        entity: EntityId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let accounts: Vec<String> = sqlx::query_scalar("SELECT account FROM linked WHERE entity = ?1 ORDER BY account")
            .bind(entity.to_string())
            .fetch_all(&mut **transaction)
            .await?;
        for account in accounts {
            self.split(transaction, entity, parse("account id", &account)?, now).await?;
        }
        Ok(())
    }

    /// Makes a document of its own of the other copy, as it was last seen, with what stands under it there.
    async fn split(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        entity: EntityId,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let row = sqlx::query(
            "SELECT linked.space, remote_kind, base FROM linked JOIN mirror USING (entity, account) WHERE entity = ?1 AND account = ?2",
        )
        .bind(entity.to_string())
        .bind(account.to_string())
        .fetch_optional(&mut **transaction)
        .await?;
        if let Some(row) = row {
            let base: Base = parse_json("base", row.get("base"))?;
            let (id, vector) = (EntityId::new(self.seed()), VersionVector::new().bumped(Replica::Account(account)));
            let new = NewEntity {
                space: parse("space id", row.get("space"))?,
                kind: kind(row.get("remote_kind"))?,
                parent: None,
                content: base.content,
            };
            insert(transaction, id, &new, now).await?;
            self.revise(transaction, id, &new.content, "pull", &account.to_string(), false, now).await?;
            sqlx::query("UPDATE mirror SET entity = ?3, home = NULL WHERE entity = ?1 AND account = ?2")
                .bind(entity.to_string())
                .bind(account.to_string())
                .bind(id.to_string())
                .execute(&mut **transaction)
                .await?;
            sqlx::query("UPDATE core_entities SET parent = ?3 WHERE parent = ?1 AND space = ?2")
                .bind(entity.to_string())
                .bind(new.space.to_string())
                .bind(id.to_string())
                .execute(&mut **transaction)
                .await?;
            for holder in ["local", account.to_string().as_str()] {
                set_vector(transaction, id, holder, &vector).await?;
            }
        }
        end_link(transaction, entity, account).await
    }

    /// The link of a document to an account; nothing where that is its home, or knows nothing of it.
    pub async fn link_of(&self, entity: EntityId, account: AccountId) -> Result<Option<Link>> {
        let row =
            sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE linked.entity = ?1 AND linked.account = ?2")))
                .bind(entity.to_string())
                .bind(account.to_string())
                .fetch_optional(&self.reader)
                .await?;
        row.as_ref().map(link).transpose()
    }

    /// All links.
    pub async fn links(&self) -> Result<Vec<Link>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY linked.entity, linked.account")))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(link).collect()
    }

    /// The links of one document.
    pub async fn links_of(&self, entity: EntityId) -> Result<Vec<Link>> {
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE linked.entity = ?1 ORDER BY linked.account")))
                .bind(entity.to_string())
                .fetch_all(&self.reader)
                .await?;
        rows.iter().map(link).collect()
    }
}

/// Writes the base of a mapping, and what stands at home for it where the mapping is a link.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(crate) async fn set_base_of(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    account: AccountId,
    object: &RemoteObject,
    canonical_hash: &domain::ContentHash,
    remote_vector: &VersionVector,
    home: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    set_base(transaction, entity, account, object, canonical_hash, remote_vector, now).await?;
    if let Some(home) = home {
        sqlx::query("UPDATE mirror SET home = ?3 WHERE entity = ?1 AND account = ?2")
            .bind(entity.to_string())
            .bind(account.to_string())
            .bind(home)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Whether a document stands on a second site.
pub(crate) async fn is_linked(transaction: &mut Transaction<'static, Sqlite>, entity: EntityId) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM linked WHERE entity = ?1)")
        .bind(entity.to_string())
        .fetch_one(&mut **transaction)
        .await?)
}

async fn end_link(transaction: &mut Transaction<'static, Sqlite>, entity: EntityId, account: AccountId) -> Result<()> {
    for statement in [
        "DELETE FROM linked WHERE entity = ?1 AND account = ?2",
        "DELETE FROM conflicts WHERE entity = ?1 AND row ->> '$.account' = ?2 AND NOT coalesce(row ->> '$.overwritten', 0)",
        "DELETE FROM parked WHERE entity = ?1 AND account = ?2",
        "UPDATE journal SET state = 'dropped', words = 'unlinked' WHERE entity = ?1 AND account = ?2 AND state <> 'confirmed'",
    ] {
        sqlx::query(statement).bind(entity.to_string()).bind(account.to_string()).execute(&mut **transaction).await?;
    }
    Ok(())
}

fn link(row: &sqlx::sqlite::SqliteRow) -> Result<Link> {
    Ok(Link {
        entity: parse("entity id", row.get("entity"))?,
        account: parse("account id", row.get("account"))?,
        space: parse("space id", row.get("space"))?,
        kind: kind(row.get("kind"))?,
        home: row.get("home"),
        is_there: row.get("is_there"),
    })
}
