//! What something in the trash was mapped to: how it comes back as what it was, here and there.

use chrono::{DateTime, Utc};
use domain::{AccountId, EntityId, RemoteRef, VersionVector};
use sqlx::{Row, Sqlite, Transaction};

use crate::entities::{NewEntity, get_in, write_content};
use crate::mirror::remote;
use crate::text::parse;
use crate::vectors::vector_in;
use crate::{Result, Store};

impl Store {
    /// What an entity was mapped to when it went to the trash; nothing where it is mapped again, never was, or where another stands for
    /// that object by now.
    pub async fn former_mapping(&self, entity: EntityId, account: AccountId) -> Result<Option<RemoteRef>> {
        let row = sqlx::query(
            "SELECT remote_kind, remote_id FROM former_mappings AS former WHERE entity = ?1 AND account = ?2
             AND NOT EXISTS (SELECT 1 FROM mirror WHERE mirror.account = former.account
               AND mirror.remote_kind = former.remote_kind AND mirror.remote_id = former.remote_id)",
        )
        .bind(entity.to_string())
        .bind(account.to_string())
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| remote(row.get("remote_kind"), row.get("remote_id"))).transpose()
    }

    /// Maps an entity again to what it was mapped to, with the base of then: what is there now is compared with that.
    pub async fn map_again(&self, entity: EntityId, account: AccountId) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO mirror (entity, account, remote_kind, remote_id, parent_kind, parent_id, base, token, canonical_hash,
               returned_hash, read_only, changed_by, changed_at, url, verified_at)
             SELECT entity, account, remote_kind, remote_id, parent_kind, parent_id, base, token, canonical_hash, returned_hash,
               read_only, changed_by, changed_at, url, verified_at FROM former_mappings WHERE entity = ?1 AND account = ?2",
        )
        .bind(entity.to_string())
        .bind(account.to_string())
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "mapped again").await
    }
}

/// Takes out of the trash what an object that is shown anew was here, with the object's content, so that its history goes on; answers with it
/// and with our copy's vector. Nothing where there is no such thing.
pub(crate) async fn out_of_trash(
    transaction: &mut Transaction<'static, Sqlite>,
    (account, object): (AccountId, &RemoteRef),
    new: &NewEntity,
    vector: &VersionVector,
    now: DateTime<Utc>,
) -> Result<Option<(EntityId, VersionVector)>> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT entity FROM former_mappings JOIN core_entities ON core_entities.id = entity
         WHERE account = ?1 AND remote_kind = ?2 AND remote_id = ?3 AND deleted_at IS NOT NULL
         ORDER BY deleted_at DESC LIMIT 1",
    )
    .bind(account.to_string())
    .bind(object.kind.name())
    .bind(&object.id.0)
    .fetch_optional(&mut **transaction)
    .await?;
    let Some(id) = id else { return Ok(None) };
    let id: EntityId = parse("entity id", &id)?;
    sqlx::query(
        "UPDATE core_entities SET deleted_at = NULL, space = ?2, parent = ?3, counter = counter + 1 WHERE id = ?1",
    )
    .bind(id.to_string())
    .bind(new.space.to_string())
    .bind(new.parent.map(|parent| parent.to_string()))
    .execute(&mut **transaction)
    .await?;
    if get_in(transaction, id).await?.content != new.content {
        write_content(transaction, id, &new.content, now).await?;
    }
    Ok(Some((id, vector_in(transaction, id).await?.join(vector))))
}
