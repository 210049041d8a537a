//! What a person can do in a workspace, whichever sort of workspace it is.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{AccountId, Content, ContentHash, EntityId, Kind, SpaceId};
use store::{Entity, NewEntity, Recognised, Result};
use sync::Workspace;

/// Hands what a workspace does for a person beside the engine to a macro, as `sync::workspace_functions` does with what it does for the engine:
/// each function is stated once.
macro_rules! desk_functions {
    ($then:ident) => {
        $then! {
            /// Makes a document.
            fn create(&self, new: &NewEntity, now: DateTime<Utc>) -> EntityId;
            /// Settles a conflict with a content.
            fn settle_conflict(&self, entity: EntityId, content: &Content, hash: &ContentHash, sends: bool, now: DateTime<Utc>) -> ();
            /// Takes an entity off its site, so that the next sync makes it again.
            fn unmap(&self, entity: EntityId, now: DateTime<Utc>) -> ();
            /// Lets the next sync try what was refused again.
            fn unpark(&self, entity: EntityId) -> ();
            /// Links a document to a space of another account.
            fn link(&self, entity: EntityId, account: AccountId, space: SpaceId, kind: Kind) -> ();
            /// Looks whether the workspace is an older copy of itself.
            fn recognise(&self, now: DateTime<Utc>) -> Recognised;
        }
    };
}
pub(crate) use desk_functions;

macro_rules! define {
    ($($(#[$doc:meta])* fn $name:ident(&self $(, $arg:ident: $type:ty)*) -> $answer:ty;)*) => {
        /// A workspace with a person at it. What each function promises is said where `store::Store` defines it.
        #[async_trait]
        pub trait Desk: Workspace {
            $($(#[$doc])* async fn $name(&self $(, $arg: $type)*) -> Result<$answer>;)*
            /// Throws away an unsent change.
            async fn discard(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()>;
            /// All entities, deleted ones too, in the order of their ids.
            async fn entities(&self) -> Result<Vec<Entity>>;
            /// Keeps a picture; its SHA-256 is the answer.
            async fn keep_picture(&self, space: SpaceId, name: &str, bytes: &[u8]) -> Result<String>;
            /// Copies the workspace aside; an earlier copy is replaced.
            fn copy_aside(&self);
            /// The copy that was put aside becomes the workspace. Whether there was one.
            fn go_back(&self) -> bool;
            /// The run waits at this crash point, once, for what somebody does between two commits.
            fn pause_at(&self, point: Option<u32>);
            /// Whether the run goes on now, or somebody else does something: only the run waits.
            fn is_run(&self, run: bool);
            /// Whether it waits there now.
            fn is_paused(&self) -> bool;
            /// The process dies at this commit, counted from now in crash points (before and after each); `None` starts it again.
            fn die_at(&self, commit: Option<u32>);
        }
    };
}

desk_functions!(define);
