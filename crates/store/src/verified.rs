//! What a look at an object whose content is the base still tells: when it was read, its sign of change, its facts, what may be done to it.

use chrono::{DateTime, Utc};
use domain::{Access, AccountId, Base, ContentHash, EntityId, RemoteObject};
use sqlx::{Row, Sqlite, Transaction};

use crate::mirror::{returned_hash, set_base};
use crate::text::{json, parse_json, time};
use crate::{Result, Store};

impl Store {
    /// Notes that these objects were read and are, to the byte, what they were: a rolling re-read takes others first.
    pub async fn note_verified(&self, account: AccountId, entities: &[EntityId], now: DateTime<Utc>) -> Result<()> {
        if entities.is_empty() {
            return Ok(());
        }
        // One statement: a list of thousands mostly says what is known.
        let ids: Vec<String> = entities.iter().map(EntityId::to_string).collect();
        let mut transaction = self.begin_pulled().await?;
        sqlx::query(
            "UPDATE mirror SET verified_at = ?3 WHERE account = ?2 AND entity IN (SELECT value FROM json_each(?1))",
        )
        .bind(json("entity ids", &ids)?)
        .bind(account.to_string())
        .bind(time(now))
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "verified").await
    }

    /// Takes over token, facts and rights of objects whose content is what the base says; where it is not, nothing is written. No vector moves.
    pub async fn refresh_mirror(
        &self,
        account: AccountId,
        objects: &[(EntityId, RemoteObject)],
        now: DateTime<Utc>,
    ) -> Result<()> {
        if objects.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin_pulled().await?;
        for (entity, object) in objects {
            refresh(&mut transaction, account, *entity, object, now).await?;
        }
        self.commit(transaction, "refreshed").await
    }

    /// Takes an object over as the base, although ours differs from it: its content is the base's in canonical form, and a write has to
    /// name it to the byte. No vector moves.
    pub async fn rebase_mirror(
        &self,
        account: AccountId,
        entity: EntityId,
        object: &RemoteObject,
        canonical_hash: &ContentHash,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Some(mapping) = self.mapping(entity, account).await? else { return Ok(()) };
        let mut transaction = self.begin_pulled().await?;
        set_base(&mut transaction, entity, account, object, canonical_hash, &mapping.remote_vector, now).await?;
        self.commit(transaction, "rebased").await
    }
}

async fn refresh(
    transaction: &mut Transaction<'static, Sqlite>,
    account: AccountId,
    entity: EntityId,
    object: &RemoteObject,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = sqlx::query("SELECT base FROM mirror WHERE entity = ?1 AND account = ?2")
        .bind(entity.to_string())
        .bind(account.to_string())
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = row else { return Ok(()) };
    let base: Base = parse_json("base", row.get("base"))?;
    if base.content != object.content || base.returned_body != object.returned_body {
        return Ok(());
    }
    let base = Base { token: object.token.clone(), facts: object.facts.clone(), ..base };
    let read_only = match &object.access {
        Access::Editable => None,
        Access::ReadOnly(why) => Some(why),
    };
    sqlx::query(
        "UPDATE mirror SET base = ?3, token = ?4, returned_hash = ?5, read_only = ?6, changed_by = ?7, changed_at = ?8, url = ?9,
           verified_at = ?10 WHERE entity = ?1 AND account = ?2",
    )
    .bind(entity.to_string())
    .bind(account.to_string())
    .bind(json("base", &base)?)
    .bind(&object.token.0)
    .bind(returned_hash(object))
    .bind(read_only)
    .bind(&object.changed_by)
    .bind(object.changed_at.map(time))
    .bind(&object.url)
    .bind(time(now))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
