//! What a person can do in a workspace, whichever sort of workspace it is.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{Content, ContentHash, EntityId};
use store::{Entity, NewEntity, Result};
use sync::Workspace;

/// A workspace with a person at it. What each function promises is said where `store::Store` defines it.
#[async_trait]
pub trait Desk: Workspace {
    /// Makes a document.
    async fn create(&self, new: &NewEntity, now: DateTime<Utc>) -> Result<EntityId>;
    /// All entities, deleted ones too, in the order of their ids.
    async fn entities(&self) -> Result<Vec<Entity>>;
    /// Settles a conflict with a content.
    async fn settle_conflict(
        &self,
        entity: EntityId,
        content: &Content,
        canonical_hash: &ContentHash,
        sends: bool,
        now: DateTime<Utc>,
    ) -> Result<()>;
    /// Throws away an unsent change.
    async fn discard(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()>;
    /// Takes an entity off its site, so that the next sync makes it again.
    async fn unmap(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()>;
    /// Lets the next sync try what was refused again.
    async fn unpark(&self, entity: EntityId) -> Result<()>;
    /// The process dies at this commit, counted from now in crash points (before and after each); `None` starts it again.
    fn die_at(&self, commit: Option<u32>);
}
