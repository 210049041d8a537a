//! A workspace that a build with the sync wrote is edited in this build, whichever it is: what is unsent is the same.

use std::collections::BTreeSet;

use domain::{Content, EntityId, FieldValue, IdSeed, Kind, Replica, SpaceId, VersionVector, field};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::{NewEntity, Store};

use crate::support::{Folder, at};

static CORE: Migrator = sqlx::migrate!("../../migrations/core");
static SYNC: Migrator = sqlx::migrate!("../../migrations/sync");

const SPACE: &str = "0193b1a5-0000-7000-8000-000000000001";
const ACCOUNT: &str = "0193b1a5-0000-7000-8000-000000000003";
const NOON: &str = "2026-03-02T12:00:00.000Z";

/// A course that was synced: nothing in it is unsent.
struct Course {
    folder: Folder,
    made: u128,
}

impl Course {
    /// Made by a build that knew so many migrations of the sync.
    async fn synced(migrations: usize) -> Self {
        let folder = Folder::new();
        let database = database(&folder).await;
        for (set, known) in [(&CORE, usize::MAX), (&SYNC, migrations)] {
            let known: Vec<_> = set.iter().take(known).cloned().collect();
            let migrator = Migrator { migrations: known.into(), ignore_missing: true, ..Migrator::DEFAULT };
            migrator.run(&database).await.unwrap();
        }
        sqlx::query("INSERT INTO accounts (id, site, url, site_name, user, user_name, auth, secret_place) VALUES (?1, 'canvas', 'https://canvas.example.edu', 'Canvas', '7', 'Ada', 'token', 'keychain')")
            .bind(ACCOUNT)
            .execute(&database)
            .await
            .unwrap();
        sqlx::query("INSERT INTO spaces (id, name, account, site, remote) VALUES (?1, 'Biology', ?2, 'canvas', '101')")
            .bind(SPACE)
            .bind(ACCOUNT)
            .execute(&database)
            .await
            .unwrap();
        database.close().await;
        Self { folder, made: 0 }
    }

    /// Something that both sides have.
    async fn has(&mut self, kind: Kind, parent: Option<EntityId>, position: Option<i64>) -> EntityId {
        self.made += 1;
        let id =
            EntityId::new(IdSeed { unix_millis: 1_700_000_000_000, random: [u8::try_from(self.made).unwrap(); 10] });
        let mut content = Content::new(format!("{} {}", kind.name(), self.made), "text");
        if let Some(position) = position {
            content = content.with(field::POSITION, FieldValue::Number(position));
        }
        let database = database(&self.folder).await;
        sqlx::query("INSERT INTO core_entities (id, space, kind, parent, title, content, format, fields, position, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 'text', ?6, ?7, ?8, ?9, ?9)")
            .bind(id.to_string())
            .bind(SPACE)
            .bind(kind.name())
            .bind(parent.map(|parent| parent.to_string()))
            .bind(&content.title)
            .bind(kind.format().name())
            .bind(serde_json::to_string(&content.fields).unwrap())
            .bind(position)
            .bind(NOON)
            .execute(&database)
            .await
            .unwrap();
        let base = serde_json::json!({ "content": content, "returned_body": "text", "token": "t", "facts": {} });
        sqlx::query(
            "INSERT INTO mirror (entity, account, remote_kind, remote_id, parent_kind, parent_id, base, token, canonical_hash, returned_hash, verified_at)
             VALUES (?1, ?2, ?3, ?4, (SELECT remote_kind FROM mirror WHERE entity = ?5), (SELECT remote_id FROM mirror WHERE entity = ?5), ?6, 't', 'h', 'h', ?7)",
        )
        .bind(id.to_string())
        .bind(ACCOUNT)
        .bind(kind.name())
        .bind(self.made.to_string())
        .bind(parent.map(|parent| parent.to_string()))
        .bind(base.to_string())
        .bind(NOON)
        .execute(&database)
        .await
        .unwrap();
        let vector = VersionVector::new().bumped(Replica::Account(ACCOUNT.parse().unwrap())).to_string();
        for holder in ["local", ACCOUNT] {
            sqlx::query("INSERT INTO version_vectors (entity, holder, vector) VALUES (?1, ?2, ?3)")
                .bind(id.to_string())
                .bind(holder)
                .bind(&vector)
                .execute(&database)
                .await
                .unwrap();
        }
        database.close().await;
        id
    }

    /// What a sync would send: what this copy has and the site's has not.
    async fn unsent(&self, store: Store) -> BTreeSet<EntityId> {
        #[cfg(feature = "sync")]
        let listed: BTreeSet<EntityId> =
            store.outbox().await.unwrap().into_iter().map(|unsent| unsent.entity).collect();
        store.close().await;
        let database = database(&self.folder).await;
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT core_entities.id FROM core_entities
             LEFT JOIN version_vectors ours ON ours.entity = core_entities.id AND ours.holder = 'local'
             LEFT JOIN version_vectors theirs ON theirs.entity = core_entities.id AND theirs.holder <> 'local'
             WHERE coalesce(ours.vector, '{}') <> coalesce(theirs.vector, '{}')",
        )
        .fetch_all(&database)
        .await
        .unwrap();
        let unsent: BTreeSet<EntityId> = ids.iter().map(|id| id.parse().unwrap()).collect();
        #[cfg(feature = "sync")]
        assert_eq!(unsent, listed, "the outbox says the same");
        unsent
    }
}

async fn database(folder: &Folder) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(folder.folder.path().join("lectern.db")).create_if_missing(true);
    SqlitePool::connect_with(options).await.unwrap()
}

fn space() -> SpaceId {
    SPACE.parse().unwrap()
}

#[tokio::test]
async fn every_edit_of_the_persons_is_unsent_afterwards_and_nothing_else_is() {
    for migrations in [1, usize::MAX] {
        let mut course = Course::synced(migrations).await;
        let mut pages = Vec::new();
        for _ in 0..6 {
            pages.push(course.has(Kind::Page, None, None).await);
        }
        let store = course.folder.open().await;
        let edited = Content::new("Edited", "in this build");
        store.save(pages[0], &edited, Some(1), "save", at(1)).await.unwrap();
        store.delete(pages[1], at(2)).await.unwrap();
        store.delete(pages[2], at(3)).await.unwrap();
        store.restore(pages[2], at(4)).await.unwrap();
        let opened = store.get(pages[3]).await.unwrap();
        store.mark_opened(pages[3], at(5)).await.unwrap();
        assert!(!store.save(pages[3], &opened.content, None, "save", at(5)).await.unwrap().changed);
        let new = |title: &str| NewEntity {
            space: space(),
            kind: Kind::Page,
            parent: None,
            content: Content::new(title, "new"),
        };
        let made = store.create(&new("made"), at(6)).await.unwrap();
        let imported = store.create_all(&[new("one"), new("two")], at(7)).await.unwrap();
        let kept = store.revisions(pages[0]).await.unwrap().pop().unwrap();
        assert_eq!(kept.content.body, "text", "what was there before is in the history");
        let expected: BTreeSet<_> = [pages[0], pages[1], pages[2], made].into_iter().chain(imported).collect();
        assert_eq!(course.unsent(store).await, expected, "{migrations} migrations");
    }
}

#[tokio::test]
async fn what_was_put_in_another_order_is_unsent_and_what_made_room_is_not() {
    let mut course = Course::synced(usize::MAX).await;
    let (one, two) = (course.has(Kind::Module, None, Some(1)).await, course.has(Kind::Module, None, Some(2)).await);
    let mut items = Vec::new();
    for position in 1..=4 {
        items.push(course.has(Kind::ModuleItem, Some(one), Some(position)).await);
    }
    let store = course.folder.open().await;
    store.move_under(items[3], Some(one), Some(items[0]), at(1)).await.unwrap();
    assert_eq!(course.unsent(store).await, BTreeSet::from([items[3]]));

    // Into the other module, which the site knows by a number of its own.
    let store = course.folder.open().await;
    store.move_under(items[1], Some(two), None, at(2)).await.unwrap();
    let there = store.get(items[1]).await.unwrap().content.text(field::MODULE).map(str::to_owned);
    assert_eq!(there.as_deref(), Some("2"));
    assert_eq!(course.unsent(store).await, BTreeSet::from([items[3], items[1]]));

    // And back: nothing differs from what both sides agreed on.
    let store = course.folder.open().await;
    store.move_under(items[3], Some(one), None, at(3)).await.unwrap();
    assert_eq!(course.unsent(store).await, BTreeSet::from([items[1]]));
    let store = course.folder.open().await;
    store.reorder(space(), Kind::Module, None, &[two, one], at(4)).await.unwrap();
    let unsent = course.unsent(store).await;
    assert_eq!(unsent.iter().filter(|id| [one, two].contains(id)).count(), 1, "{unsent:?}");
}

#[tokio::test]
async fn a_version_brought_back_stands_in_the_module_that_it_names() {
    let mut course = Course::synced(usize::MAX).await;
    let (one, two) = (course.has(Kind::Module, None, Some(1)).await, course.has(Kind::Module, None, Some(2)).await);
    let item = course.has(Kind::ModuleItem, Some(one), Some(1)).await;
    let store = course.folder.open().await;
    let content = store.get(item).await.unwrap().content.with(field::MODULE, FieldValue::Text("2".to_owned()));
    store.save(item, &content, None, "restore", at(1)).await.unwrap();
    assert_eq!(store.get(item).await.unwrap().parent, Some(two));
}
