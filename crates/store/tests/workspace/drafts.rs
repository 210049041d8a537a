use std::time::Duration;

use domain::{Content, EntityId, FieldValue, field};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::{Draft, Store, Visual};

use crate::support::{Folder, at};

pub(crate) fn draft(body: &str) -> Draft {
    Draft {
        content: Content::new("Title", body).with(field::PUBLISHED, FieldValue::Flag(true)),
        base: Content::new("Title", "before"),
        counter: 3,
        visual: Some(Visual { source: "before".into(), loaded: "<p>before</p>".into(), now: format!("<p>{body}</p>") }),
        saved_at: at(0),
        session: "first".to_owned(),
    }
}

#[tokio::test]
async fn a_draft_is_there_after_the_program_ended_without_a_word() {
    let folder = Folder::new();
    let store = folder.open().await;
    let id = EntityId::new(store.seed());
    store.put_draft(id, &draft("in mid wo")).unwrap();
    store.put_draft(id, &draft("in mid word")).unwrap();
    drop(store);
    let store = folder.open().await;
    assert_eq!(store.draft(id).unwrap(), Some(draft("in mid word")));
    assert_eq!(store.drafts().unwrap(), vec![(id, draft("in mid word"))]);
}

#[tokio::test]
async fn a_removed_draft_is_gone() {
    let folder = Folder::new();
    let store = folder.open().await;
    let id = EntityId::new(store.seed());
    assert_eq!(store.draft(id).unwrap(), None, "a workspace that never had one answers too");
    store.put_draft(id, &draft("text")).unwrap();
    store.remove_draft(id).unwrap();
    assert_eq!(store.draft(id).unwrap(), None);
    assert!(store.drafts().unwrap().is_empty());
}

/// Another connection holds the database's one writer, as a long pull does.
async fn hold_the_writer(folder: &Folder) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(folder.folder.path().join("lectern.db"));
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&pool).await.unwrap();
    pool
}

async fn setting_waits(store: &Store) -> bool {
    tokio::time::timeout(Duration::from_millis(300), store.set_setting("a", "b")).await.is_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_does_not_wait_for_the_writer_of_the_database() {
    let folder = Folder::new();
    let store = folder.open().await;
    let held = hold_the_writer(&folder).await;
    assert!(setting_waits(&store).await, "the writer must be held for this test to show anything");
    let id = EntityId::new(store.seed());
    store.put_draft(id, &draft("typed during a pull")).unwrap();
    assert_eq!(store.draft(id).unwrap().unwrap().content.body, "typed during a pull");
    sqlx::query("ROLLBACK").execute(&held).await.unwrap();
}
