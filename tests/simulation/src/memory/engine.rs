//! What the engine asks of a workspace, each question handed to the file that answers it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AccountId, Content, ContentHash, Cursor, DeviceId, EntityId, IdSeed, RemoteObject, RemoteRef, RevisionId, RunId,
    SpaceId, VersionVector,
};
use store::{
    Applied, Arrival, Confirm, ConflictRow, Entity, JournalEntry, KnownUpload, Link, Mapped, MappedRow, News, Parked,
    PullApply, PullState, Replaced, Result, Revision, Saved, SentBefore, Space,
};
use sync::{Guards, Workspace};

use super::Memory;

macro_rules! delegate {
    ($($(#[$doc:meta])* fn $name:ident(&self $(, $arg:ident: $type:ty)* $(,)?) -> $answer:ty;)*) => {
        #[async_trait]
        impl Workspace for Memory {
            fn device(&self) -> DeviceId {
                self.device
            }
            fn seed(&self) -> IdSeed {
                self.next_seed()
            }
            fn guards(&self) -> Guards {
                self.guards
            }
            $(async fn $name(&self $(, $arg: $type)*) -> $answer {
                Memory::$name(self $(, $arg)*).await
            })*
        }
    };
}

sync::workspace_functions!(delegate);
