//! Which edits a copy contains, counted also by a build that does not know of sites: what is edited there is sent by the next
//! sync of a fuller one.

use domain::{EntityId, Replica, VersionVector};
use sqlx::{Sqlite, Transaction};

use crate::text::parse;
use crate::{Result, Store};

impl Store {
    /// Counts an edit of the person's, where a sync could ever ask for it.
    pub(crate) async fn bump_local(&self, transaction: &mut Transaction<'static, Sqlite>, id: EntityId) -> Result<()> {
        if !has_sync_tables(transaction).await? {
            return Ok(());
        }
        let vector = vector_in(transaction, id).await?.bumped(Replica::Device(self.device));
        set_vector(transaction, id, "local", &vector).await
    }
}

/// Whether the tables of the sync are there: always in a build with them, and in a smaller one where a fuller one made them. What
/// that one asks of them was there from the first of their migrations on.
pub(crate) async fn has_sync_tables(transaction: &mut Transaction<'static, Sqlite>) -> Result<bool> {
    if cfg!(feature = "sync") {
        return Ok(true);
    }
    const STATEMENT: &str =
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'version_vectors')";
    Ok(sqlx::query_scalar(STATEMENT).fetch_one(&mut **transaction).await?)
}

/// Which edits our copy contains.
pub(crate) async fn vector_in(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
) -> Result<VersionVector> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT vector FROM version_vectors WHERE entity = ?1 AND holder = 'local'")
            .bind(entity.to_string())
            .fetch_optional(&mut **transaction)
            .await?;
    text.map_or_else(|| Ok(VersionVector::new()), |text| parse("version vector", &text))
}

/// Writes down which edits a copy contains; the holder is `local` or an account.
pub(crate) async fn set_vector(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    holder: &str,
    vector: &VersionVector,
) -> Result<()> {
    sqlx::query("INSERT INTO version_vectors (entity, holder, vector) VALUES (?1, ?2, ?3) ON CONFLICT (entity, holder) DO UPDATE SET vector = excluded.vector")
        .bind(entity.to_string())
        .bind(holder)
        .bind(vector.to_string())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
