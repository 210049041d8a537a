//! The workspace that people use, in a folder of its own. Each call is waited for on the spot: the order in which things
//! happen is the schedule's, never that of SQLite's threads.

use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AccountId, Content, ContentHash, Cursor, DeviceId, EntityId, IdSeed, RemoteObject, RemoteRef, RevisionId, RunId,
    SpaceId, VersionVector,
};
use store::{
    Applied, Confirm, ConflictRow, Entity, Environment, JournalEntry, KnownUpload, Mapped, MappedRow, NewEntity,
    Parked, PullApply, PullState, Replaced, Result, Revision, Saved, SentBefore, Space, Store,
};
use sync::{Guards, Workspace};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::desk::Desk;
use crate::ids::Ids;

/// A workspace on disk (or on a disk in memory, where the machine has one).
pub struct OnDisk {
    store: Mutex<Option<Store>>,
    folder: TempDir,
    ids: Ids,
    guards: Guards,
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"))
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(future)
}

impl OnDisk {
    /// An empty workspace.
    #[must_use]
    pub fn new(ids: Ids, guards: Guards) -> Self {
        let shared = Path::new("/dev/shm");
        let folder = if shared.is_dir() { TempDir::new_in(shared) } else { TempDir::new() }.expect("a folder");
        let workspace = Self { store: Mutex::default(), folder, ids, guards };
        workspace.open();
        workspace
    }

    fn open(&self) {
        let mut slot = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = slot.take() {
            wait(store.close());
        }
        let ids = self.ids.clone();
        let environment = Environment { seed: Arc::new(move || ids.next()), opener: "a simulation".to_owned() };
        *slot = Some(wait(Store::open(self.folder.path(), environment)).expect("the workspace opens"));
    }

    fn store(&self) -> Store {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).clone().expect("open")
    }
}

macro_rules! delegate {
    ($($(#[$doc:meta])* fn $name:ident(&self $(, $arg:ident: $type:ty)* $(,)?) -> $answer:ty;)*) => {
        #[async_trait]
        impl Workspace for OnDisk {
            fn device(&self) -> DeviceId {
                self.store().device()
            }
            fn seed(&self) -> IdSeed {
                self.store().seed()
            }
            fn guards(&self) -> Guards {
                self.guards
            }
            $(async fn $name(&self $(, $arg: $type)*) -> $answer {
                wait(Store::$name(&self.store() $(, $arg)*))
            })*
        }
    };
}

sync::workspace_functions!(delegate);

#[async_trait]
impl Desk for OnDisk {
    async fn create(&self, new: &NewEntity, now: DateTime<Utc>) -> Result<EntityId> {
        wait(self.store().create(new, now))
    }

    async fn entities(&self) -> Result<Vec<Entity>> {
        let store = self.store();
        wait(async {
            let mut all = Vec::new();
            for space in store.spaces().await? {
                for row in store.list(space.id).await? {
                    all.push(store.get(row.id).await?);
                }
            }
            all.sort_by_key(|entity| entity.id);
            Ok(all)
        })
    }

    async fn settle_conflict(
        &self,
        entity: EntityId,
        content: &Content,
        canonical_hash: &ContentHash,
        sends: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        wait(self.store().settle_conflict(entity, content, canonical_hash, sends, now))
    }

    async fn discard(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
        wait(self.store().discard(entity, now)).map(|_| ())
    }

    async fn unmap(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
        wait(self.store().unmap(entity, now))
    }

    async fn unpark(&self, entity: EntityId) -> Result<()> {
        wait(self.store().unpark(entity))
    }

    fn die_at(&self, commit: Option<u32>) {
        match commit {
            None => self.open(),
            Some(at) => {
                let seen = AtomicU32::new(0);
                let hook = Arc::new(move |_: &'static str| seen.fetch_add(1, Ordering::SeqCst) + 1 == at);
                self.store().set_crash_hook(Some(hook));
            }
        }
    }
}
