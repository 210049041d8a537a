//! What a sync does to this computer's copies: one transaction per entity, refused when the person edited meanwhile.

use chrono::{DateTime, Utc};
use domain::{AccountId, Content, ContentHash, EntityId, Kind, RemoteObject, SpaceId, VersionVector};
use sqlx::{Sqlite, Transaction};

use crate::conflicts::outgrow;
use crate::entities::{NewEntity, get_in, insert, write_content};
use crate::former::out_of_trash;
use crate::linked::{FarSide, set_base_of};
use crate::mirror::entity_of;
use crate::vectors::set_vector;
use crate::{Replaced, Result, Store};

/// One object's news, with everything that is to be written with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullApply {
    /// Space.
    pub space: SpaceId,
    /// Account.
    pub account: AccountId,
    /// The entity; absent when it is seen for the first time.
    pub entity: Option<EntityId>,
    /// The counter that the decision was made on.
    pub expected_counter: Option<i64>,
    /// The object, which becomes the base; a linked document's other copy is in the home's words here.
    pub object: RemoteObject,
    /// The hash of its canonical form.
    pub canonical_hash: ContentHash,
    /// What the object is at home, where it is a linked document's other copy.
    pub far: Option<FarSide>,
    /// The content that our copy gets; absent when it stays.
    pub content: Option<Content>,
    /// What the entity stands under.
    pub parent: Option<EntityId>,
    /// Our copy's vector afterwards.
    pub local_vector: VersionVector,
    /// The remote copy's vector afterwards.
    pub remote_vector: VersionVector,
    /// Cause for the history.
    pub cause: &'static str,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What became of an apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// Written; with what it went from and to, where our copy changed.
    Done(EntityId, Option<Replaced>),
    /// The person edited it since the decision, or the object has an entity by now; nothing was written.
    Raced,
}

impl Store {
    /// Writes an object's news: content, base, vectors and history in one transaction.
    pub async fn apply_pull(&self, apply: PullApply) -> Result<Applied> {
        let mut transaction = self.begin_pulled().await?;
        let origin = apply.account.to_string();
        let mut replaced = None;
        let (mut remote_vector, mut local_vector) = (&apply.remote_vector, &apply.local_vector);
        let back;
        let id = match apply.entity {
            None => {
                let (account, object) = (apply.account, &apply.object.remote);
                if entity_of(&mut transaction, account, object).await?.is_some() {
                    return Ok(Applied::Raced);
                }
                let content = apply.content.clone().unwrap_or_else(|| apply.object.content.clone());
                let new = NewEntity { space: apply.space, kind: object.kind, parent: apply.parent, content };
                back = out_of_trash(&mut transaction, (account, object), &new, local_vector, apply.now).await?;
                let id = match &back {
                    Some((id, vector)) => {
                        (remote_vector, local_vector) = (vector, vector);
                        *id
                    }
                    None => {
                        let id = EntityId::new(self.seed());
                        insert(&mut transaction, id, &new, apply.now).await?;
                        id
                    }
                };
                self.revise(&mut transaction, id, &new.content, apply.cause, &origin, false, apply.now).await?;
                id
            }
            Some(id) => {
                let before = get_in(&mut transaction, id).await?;
                if apply.expected_counter.is_some_and(|expected| expected != before.counter) {
                    return Ok(Applied::Raced);
                }
                if let Some(content) = apply.content.as_ref().filter(|content| **content != before.content) {
                    // What is replaced and what came from the site are both kept, whatever the cause.
                    let from =
                        self.revise(&mut transaction, id, &before.content, "replaced", "you", false, apply.now).await?;
                    if apply.object.content != *content {
                        self.revise(&mut transaction, id, &apply.object.content, "pull", &origin, false, apply.now)
                            .await?;
                    }
                    let to = self.revise(&mut transaction, id, content, apply.cause, &origin, false, apply.now).await?;
                    replaced = Some(Replaced { before: from, after: to });
                    write_content(&mut transaction, id, content, apply.now).await?;
                } else if apply.content.as_ref().is_some_and(|content| *content != apply.object.content) {
                    // Ours stays as it is, by a choice made beforehand, and is about to replace what the site says.
                    let theirs = &apply.object.content;
                    self.version_of(&mut transaction, id, theirs, "pull", &origin, apply.now).await?;
                }
                if apply.far.is_some() {
                    // The document stays in its own space; only its other copy may have moved.
                    sqlx::query("UPDATE linked SET space = ?3 WHERE entity = ?1 AND account = ?2")
                        .bind(id.to_string())
                        .bind(&origin)
                        .bind(apply.space.to_string())
                        .execute(&mut *transaction)
                        .await?;
                } else {
                    stand(&mut transaction, id, &apply).await?;
                }
                id
            }
        };
        let (object, home) = match &apply.far {
            Some(far) => (&far.object, Some(far.home.as_str())),
            None => (&apply.object, None),
        };
        set_base_of(&mut transaction, id, apply.account, object, &apply.canonical_hash, remote_vector, home, apply.now)
            .await?;
        set_vector(&mut transaction, id, "local", local_vector).await?;
        outgrow(&mut transaction, id, Some(apply.account)).await?;
        self.commit(transaction, "apply").await?;
        Ok(Applied::Done(id, replaced))
    }

    /// Both sides turned out to say the same although ours counted an edit: the vectors follow, no text moves. `vector` is ours as it was
    /// when that was found: what was edited since still has to be sent.
    pub async fn join_unchanged(&self, entity: EntityId, account: AccountId, vector: &VersionVector) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        set_vector(&mut transaction, entity, &account.to_string(), vector).await?;
        outgrow(&mut transaction, entity, Some(account)).await?;
        self.commit(transaction, "join").await
    }

    /// Moves to the trash what is gone from its site; its text stays in the history.
    pub async fn delete_here(&self, entity: EntityId, expected: i64, now: DateTime<Utc>) -> Result<Applied> {
        let mut transaction = self.begin_pulled().await?;
        let before = get_in(&mut transaction, entity).await?;
        if before.counter != expected {
            return Ok(Applied::Raced);
        }
        let from = self.revise(&mut transaction, entity, &before.content, "delete", "site", false, now).await?;
        sqlx::query("UPDATE core_entities SET deleted_at = ?2, counter = counter + 1 WHERE id = ?1")
            .bind(entity.to_string())
            .bind(crate::text::time(now))
            .execute(&mut *transaction)
            .await?;
        self.split_all(&mut transaction, entity, now).await?;
        sqlx::query("DELETE FROM mirror WHERE entity = ?1").bind(entity.to_string()).execute(&mut *transaction).await?;
        self.commit(transaction, "delete here").await?;
        Ok(Applied::Done(entity, Some(Replaced { before: from, after: from })))
    }

    /// Gone on both sides: the mapping is dropped, the history stays.
    pub async fn forget(&self, entity: EntityId, account: AccountId, now: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        sqlx::query("DELETE FROM mirror WHERE entity = ?1 AND account = ?2")
            .bind(entity.to_string())
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        self.split_all(&mut transaction, entity, now).await?;
        for statement in ["DELETE FROM conflicts WHERE entity = ?1", "DELETE FROM parked WHERE entity = ?1"] {
            sqlx::query(statement).bind(entity.to_string()).execute(&mut *transaction).await?;
        }
        sqlx::query("UPDATE core_entities SET deleted_at = coalesce(deleted_at, ?2) WHERE id = ?1")
            .bind(entity.to_string())
            .bind(crate::text::time(now))
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "forget").await
    }
}

/// Puts an entity where its object stands.
async fn stand(transaction: &mut Transaction<'static, Sqlite>, id: EntityId, apply: &PullApply) -> Result<()> {
    sqlx::query("UPDATE core_entities SET parent = coalesce(?2, parent) WHERE id = ?1")
        .bind(id.to_string())
        .bind(apply.parent.map(|parent| parent.to_string()))
        .execute(&mut **transaction)
        .await?;
    // A topic that moved to another category takes its posts along. What stands under a page stands under its copy on a forum.
    sqlx::query("UPDATE core_entities SET space = ?2 WHERE (id = ?1 OR parent = ?1 AND ?3) AND space <> ?2")
        .bind(id.to_string())
        .bind(apply.space.to_string())
        .bind(apply.object.remote.kind == Kind::Topic)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
