//! A workspace in a folder of its own, with a clock and ids that are the same in every run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeZone, Utc};
use domain::{Content, EntityId, IdSeed, Kind, SpaceId};
use store::{Environment, NewEntity, Result, Space, Store};
use tempfile::TempDir;

/// A folder that outlives the stores that are opened in it.
pub(crate) struct Folder {
    pub(crate) folder: TempDir,
    seeds: Arc<AtomicU64>,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), seeds: Arc::default() }
    }

    /// In a folder of its own below one that is there.
    #[cfg(target_os = "linux")]
    pub(crate) fn on(disk: &std::path::Path) -> Self {
        // What is there goes with its file system.
        let folder = tempfile::Builder::new().disable_cleanup(true).tempdir_in(disk).unwrap();
        Self { folder, seeds: Arc::default() }
    }

    pub(crate) async fn try_open(&self) -> Result<Store> {
        self.try_open_at("").await
    }

    pub(crate) async fn try_open_at(&self, name: &str) -> Result<Store> {
        let seeds = self.seeds.clone();
        let seed = move || seed(seeds.fetch_add(1, Ordering::SeqCst));
        Store::open(
            &self.folder.path().join(name),
            Environment { seed: Arc::new(seed), opener: "process 4121, since 09:02".into() },
        )
        .await
    }

    /// A workspace in a folder below.
    pub(crate) async fn open_at(&self, name: &str) -> Store {
        self.try_open_at(name).await.unwrap()
    }

    pub(crate) async fn open(&self) -> Store {
        self.try_open().await.unwrap()
    }
}

/// Seeds that differ in their randomness alone: everything happens within one millisecond.
fn seed(number: u64) -> IdSeed {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    IdSeed { unix_millis: 1_700_000_000_000, random }
}

/// So many minutes into the story.
pub(crate) fn at(minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, minute, 0).unwrap()
}

/// A space on no site.
pub(crate) async fn local_space(store: &Store) -> SpaceId {
    let id = SpaceId::new(store.seed());
    let space = Space {
        id,
        name: "Notes".to_owned(),
        account: None,
        site: None,
        remote: None,
        read_only: None,
        last_synced_at: None,
        time_zone: None,
    };
    store.put_space(&space).await.unwrap();
    id
}

/// A page that the person made.
pub(crate) async fn page(store: &Store, space: SpaceId, title: &str, body: &str) -> EntityId {
    let new = NewEntity { space, kind: Kind::Page, parent: None, content: Content::new(title, body) };
    store.create(&new, at(0)).await.unwrap()
}

/// Bodies of the history, newest first.
pub(crate) async fn history(store: &Store, id: EntityId) -> Vec<(String, String)> {
    store.revisions(id).await.unwrap().into_iter().map(|revision| (revision.cause, revision.content.body)).collect()
}

#[cfg(feature = "sync")]
pub(crate) use synced::*;

#[cfg(feature = "sync")]
mod synced {
    use std::collections::BTreeMap;

    use domain::{
        Access, AccountId, Content, EntityId, Kind, RemoteId, RemoteObject, RemoteRef, Replica, SiteKind, SpaceId,
        Token, VersionVector,
    };
    use store::{Account, Applied, PullApply, Space, Store};

    use super::at;

    /// An account and one course kept from it.
    pub(crate) async fn course(store: &Store) -> (AccountId, SpaceId) {
        let (account, space) = (AccountId::new(store.seed()), SpaceId::new(store.seed()));
        store
            .put_account(&Account {
                id: account,
                site: SiteKind::Canvas,
                url: "https://canvas.example.edu".to_owned(),
                site_name: "Canvas".to_owned(),
                user: RemoteId::from(7),
                user_name: "Ada".to_owned(),
                auth: "token".to_owned(),
                login: None,
                secret_place: "keychain".to_owned(),
                secret_env: None,
                reached_at: None,
                trouble: None,
            })
            .await
            .unwrap();
        store
            .put_space(&Space {
                id: space,
                name: "Biology".to_owned(),
                account: Some(account),
                site: Some(SiteKind::Canvas),
                remote: Some(RemoteId::from(101)),
                read_only: None,
                last_synced_at: None,
                time_zone: None,
            })
            .await
            .unwrap();
        (account, space)
    }

    /// A page as the site returns it.
    pub(crate) fn object(kind: Kind, id: i64, body: &str) -> RemoteObject {
        RemoteObject {
            remote: RemoteRef::new(kind, id),
            parent: None,
            content: Content::new("Week 1", body),
            returned_body: body.to_owned(),
            token: Token(format!("token of {body}")),
            access: Access::Editable,
            changed_by: None,
            changed_at: None,
            url: None,
            facts: BTreeMap::from([("slug".to_owned(), "week-1".to_owned())]),
        }
    }

    /// News of an object that is seen for the first time.
    pub(crate) fn news(account: AccountId, space: SpaceId, object: RemoteObject) -> PullApply {
        let vector = VersionVector::new().bumped(Replica::Account(account));
        PullApply {
            space,
            account,
            entity: None,
            expected_counter: None,
            canonical_hash: object.content.hash(),
            content: Some(object.content.clone()),
            object,
            far: None,
            parent: None,
            local_vector: vector.clone(),
            remote_vector: vector,
            cause: "pull",
            now: at(1),
        }
    }

    /// A page that came from the site and was not touched since.
    pub(crate) async fn pulled(store: &Store, account: AccountId, space: SpaceId, id: i64, body: &str) -> EntityId {
        match store.apply_pull(news(account, space, object(Kind::Page, id, body))).await.unwrap() {
            Applied::Done(entity, _) => entity,
            Applied::Raced => panic!("a first pull has nobody to race with"),
        }
    }
}
