//! A workspace of every earlier state opens with all that was in it, and a copy of it as it was lies beside.

use domain::{EntityId, SpaceId};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::SearchQuery;

use crate::support::Folder;

static CORE: Migrator = sqlx::migrate!("../../migrations/core");
static SYNC: Migrator = sqlx::migrate!("../../migrations/sync");

const SPACE: &str = "0193b1a5-0000-7000-8000-000000000001";
const PAGE: &str = "0193b1a5-0000-7000-8000-000000000002";
#[cfg(feature = "sync")]
const ACCOUNT: &str = "0193b1a5-0000-7000-8000-000000000003";

/// What a person had, written as the first versions wrote it. Only columns that were there then are named.
const CORE_DATA: [&str; 5] = [
    "INSERT INTO spaces (id, name) VALUES ('0193b1a5-0000-7000-8000-000000000001', 'Biology')",
    "INSERT INTO core_entities (id, space, kind, title, content, format, fields, created_at, updated_at, counter)
     VALUES ('0193b1a5-0000-7000-8000-000000000002', '0193b1a5-0000-7000-8000-000000000001', 'page', 'Week 1', '<p>the tide</p>',
       'html', '{\"published\":{\"flag\":true}}', '2026-03-02T09:00:00.000Z', '2026-03-02T10:00:00.000Z', 7)",
    "INSERT INTO revisions (id, entity, at, cause, origin, title, content, fields)
     VALUES ('0193b1a5-0000-7000-8000-000000000009', '0193b1a5-0000-7000-8000-000000000002', '2026-03-02T09:00:00.000Z', 'create',
       'you', 'Week 1', '<p>before</p>', '{}')",
    "INSERT INTO attachments (space, address, sha256, content_type)
     VALUES ('0193b1a5-0000-7000-8000-000000000001', '/files/1', 'ab', 'image/png')",
    "INSERT INTO settings (name, value) VALUES ('theme', 'dark')",
];

const SYNC_DATA: [&str; 4] = [
    "INSERT INTO accounts (id, site, url, site_name, user, user_name, auth, secret_place)
     VALUES ('0193b1a5-0000-7000-8000-000000000003', 'canvas', 'https://canvas.example.edu', 'Canvas', '7', 'Ada', 'token', 'keychain')",
    "INSERT INTO mirror (entity, account, remote_kind, remote_id, base, token, canonical_hash, returned_hash, verified_at)
     VALUES ('0193b1a5-0000-7000-8000-000000000002', '0193b1a5-0000-7000-8000-000000000003', 'page', '5',
       '{\"content\":{\"title\":\"Week 1\",\"body\":\"<p>before</p>\",\"fields\":{}},\"returned_body\":\"<p>before</p>\",\"token\":\"t\",\"facts\":{}}',
       't', 'h', 'h', '2026-03-02T09:00:00.000Z')",
    "INSERT INTO version_vectors (entity, holder, vector) VALUES ('0193b1a5-0000-7000-8000-000000000002', 'local', '{}')",
    "INSERT INTO parked (entity, counter, reason, since)
     VALUES ('0193b1a5-0000-7000-8000-000000000002', 7, 'Too long.', '2026-03-02T11:00:00.000Z')",
];

/// A database as a program wrote it that knew so many migrations of each set.
async fn older(folder: &Folder, core: usize, sync: usize) {
    let options = SqliteConnectOptions::new().filename(folder.folder.path().join("lectern.db")).create_if_missing(true);
    let database = SqlitePool::connect_with(options).await.unwrap();
    for (set, known) in [(&CORE, core), (&SYNC, sync)] {
        let migrations: Vec<_> = set.iter().take(known).cloned().collect();
        let older = Migrator { migrations: migrations.into(), ignore_missing: true, ..Migrator::DEFAULT };
        older.run(&database).await.unwrap();
    }
    for statement in CORE_DATA.iter().chain(SYNC_DATA.iter().filter(|_| sync > 0)) {
        sqlx::query(sqlx::AssertSqlSafe(*statement)).execute(&database).await.unwrap();
    }
    database.close().await;
}

#[tokio::test]
async fn every_earlier_state_opens_with_all_that_was_in_it() {
    let (all_core, all_sync) = (CORE.iter().count(), SYNC.iter().count());
    for core in 1..=all_core {
        for sync in 0..=all_sync {
            let folder = Folder::new();
            older(&folder, core, sync).await;
            let store = folder.open().await;
            let state = format!("{core} of core, {sync} of sync");
            let (space, page): (SpaceId, EntityId) = (SPACE.parse().unwrap(), PAGE.parse().unwrap());
            let entity = store.get(page).await.unwrap();
            assert_eq!((entity.content.body.as_str(), entity.counter), ("<p>the tide</p>", 7), "{state}");
            assert_eq!(store.revisions(page).await.unwrap().len(), 1, "{state}");
            assert_eq!(store.attachments(space).await.unwrap().len(), 1, "{state}");
            let mut kept = store.space(space).await.unwrap();
            assert_eq!((kept.name.as_str(), kept.time_zone.as_deref()), ("Biology", None), "{state}");
            kept.time_zone = Some("America/Denver".to_owned());
            store.put_space(&kept).await.unwrap();
            assert_eq!(store.space(space).await.unwrap(), kept, "{state}");
            assert_eq!(store.setting("theme").await.unwrap().as_deref(), Some("dark"), "{state}");
            while store.index_pending(10).await.unwrap().left > 0 {}
            let tide = SearchQuery { text: "tide".into(), limit: 5, ..SearchQuery::default() };
            assert_eq!(store.search(&tide).await.unwrap().len(), 1, "{state}");
            #[cfg(feature = "sync")]
            if sync > 0 {
                let mapping = store.mapping(page, ACCOUNT.parse().unwrap()).await.unwrap().unwrap();
                assert_eq!((mapping.base.content.body.as_str(), mapping.remote.id.0.as_str()), ("<p>before</p>", "5"));
                assert_eq!(store.parked(page).await.unwrap().unwrap().reason, "Too long.", "{state}");
            }
            store.close().await;
            drop(store);
            let views = cfg!(any(feature = "canvas", feature = "discourse"));
            let current = core == all_core && (sync == all_sync || cfg!(not(feature = "sync"))) && !views;
            assert_eq!(copies(&folder).await, Vec::from_iter((!current).then(|| "Biology".to_owned())), "{state}");
            folder.open().await;
        }
    }
}

/// Names of the spaces in the copies that lie beside the database.
async fn copies(folder: &Folder) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains(".before-") {
            let copy =
                SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path).read_only(true)).await.unwrap();
            names.push(sqlx::query_scalar("SELECT name FROM spaces").fetch_one(&copy).await.unwrap());
        }
    }
    names
}

#[cfg(all(feature = "canvas", feature = "discourse"))]
#[tokio::test]
async fn each_site_sees_its_side_of_the_mirror() {
    use domain::{Content, FieldValue, Kind, field};

    use crate::support::{at, course, news, object};

    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let mut assignment = object(Kind::Assignment, 5, "text");
    let due = FieldValue::Time(at(30));
    assignment.content = assignment.content.with(field::PUBLISHED, FieldValue::Flag(true)).with(field::DUE_AT, due);
    store.apply_pull(news(account, space, assignment.clone())).await.unwrap();
    let id = store.by_remote(account, &assignment.remote).await.unwrap().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.folder.path().join("lectern.db"));
    let database = SqlitePool::connect_with(options).await.unwrap();
    let status = async || -> (String, String, String) {
        sqlx::query_as("SELECT entity_type, canvas_id, sync_status FROM canvas_mappings")
            .fetch_one(&database)
            .await
            .unwrap()
    };
    assert_eq!(status().await, ("assignment".into(), "5".into(), "in_sync".into()));
    let fields: (Option<String>, Option<String>, i64) =
        sqlx::query_as("SELECT due_at, unlock_at, published FROM canvas_fields").fetch_one(&database).await.unwrap();
    assert_eq!(fields, (Some("2026-03-02T09:30:00Z".to_owned()), None, 1));
    store.save(id, &Content::new("Mine", "text"), None, "save", at(2)).await.unwrap();
    assert_eq!(status().await.2, "pending_to_canvas");
    let forum: i64 = sqlx::query_scalar("SELECT count(*) FROM discourse_mappings").fetch_one(&database).await.unwrap();
    assert_eq!(forum, 0);

    // The same in the forum's words.
    let database_of = |statement: &'static str| sqlx::query(statement).execute(&database);
    database_of("UPDATE accounts SET site = 'discourse'").await.unwrap();
    database_of("UPDATE core_entities SET kind = 'topic'").await.unwrap();
    database_of("UPDATE mirror SET remote_kind = 'topic'").await.unwrap();
    let topic = async || -> (String, String, String) {
        sqlx::query_as(
            "SELECT sync_status, topic_id, category_id FROM discourse_mappings JOIN discourse_fields USING (local_id)",
        )
        .fetch_one(&database)
        .await
        .unwrap()
    };
    assert_eq!(topic().await, ("pending_to_discourse".into(), "5".into(), "101".into()));

    // A page of a course that is linked to a category is a topic in that one.
    database_of("UPDATE core_entities SET kind = 'page'").await.unwrap();
    database_of("INSERT INTO spaces (id, name, account, site, remote) SELECT 'category', 'Help', id, 'discourse', '44' FROM accounts")
        .await
        .unwrap();
    database_of(
        "INSERT INTO linked (entity, account, space, kind) SELECT entity, account, 'category', 'topic' FROM mirror",
    )
    .await
    .unwrap();
    assert_eq!(topic().await, ("pending_to_discourse".into(), "5".into(), "44".into()));
}
