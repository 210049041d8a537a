//! The workspace that people use, in a folder of its own. Each call is waited for on the spot: the order in which things
//! happen is the schedule's, never that of SQLite's threads.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AccountId, Content, ContentHash, Cursor, DeviceId, EntityId, IdSeed, Kind, RemoteObject, RemoteRef, RevisionId,
    RunId, SpaceId, VersionVector,
};
use store::{
    Applied, Arrival, Confirm, ConflictRow, Entity, Environment, JournalEntry, KnownUpload, Link, Mapped, MappedRow,
    NewEntity, News, Parked, PullApply, PullState, Recognised, Replaced, Result, Revision, Saved, SentBefore, Space,
    Store,
};
use sync::{Guards, Workspace};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::desk::{Desk, desk_functions};
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

    fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    fn close(&self) {
        if let Some(store) = self.store.lock().unwrap_or_else(PoisonError::into_inner).take() {
            wait(store.close());
        }
    }

    fn open(&self) {
        self.close();
        let mut slot = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let ids = self.ids.clone();
        let environment = Environment { seed: Arc::new(move || ids.next()), opener: "a simulation".to_owned() };
        *slot = Some(wait(Store::open(&self.workspace(), environment)).expect("the workspace opens"));
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

macro_rules! delegate_desk {
    ($($(#[$doc:meta])* fn $name:ident(&self $(, $arg:ident: $type:ty)*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Desk for OnDisk {
            $(async fn $name(&self $(, $arg: $type)*) -> Result<$answer> {
                wait(Store::$name(&self.store() $(, $arg)*))
            })*

            async fn discard(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
                wait(self.store().discard(entity, now)).map(|_| ())
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

            async fn keep_picture(&self, space: SpaceId, name: &str, bytes: &[u8]) -> Result<String> {
                let content = std::io::Cursor::new(bytes.to_vec());
                wait(self.store().attach(space, name, "image/png", content)).map(|kept| kept.sha256)
            }

            fn copy_aside(&self) {
                let aside = self.folder.path().join("aside");
                self.close();
                if aside.exists() {
                    fs::remove_dir_all(&aside).expect("the older copy goes");
                }
                copy(&self.workspace(), &aside);
                self.open();
            }

            fn go_back(&self) -> bool {
                let aside = self.folder.path().join("aside");
                if !aside.exists() {
                    return false;
                }
                self.close();
                fs::remove_dir_all(self.workspace()).expect("the workspace goes");
                copy(&aside, &self.workspace());
                self.open();
                true
            }

            // Its calls are waited for on the spot: nothing comes between two of them.
            fn pause_at(&self, _: Option<u32>) {}

            fn is_run(&self, _: bool) {}

            fn is_paused(&self) -> bool {
                false
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
    };
}

desk_functions!(delegate_desk);

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file");
        }
    }
}
