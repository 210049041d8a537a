use domain::Content;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::Error;

use crate::support::{Folder, at, local_space, page};

async fn raw(folder: &Folder) -> SqlitePool {
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(folder.folder.path().join("lectern.db")))
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_saved_and_who_this_is_are_there_after_reopening() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (device, space) = (store.device(), local_space(&store).await);
    let id = page(&store, space, "Title", "Body").await;
    store.set_setting("theme", "dark").await.unwrap();
    store.close().await;
    drop(store);

    let store = folder.open().await;
    assert_eq!(store.device(), device);
    assert_eq!(store.get(id).await.unwrap().content, Content::new("Title", "Body"));
    assert_eq!(store.setting("theme").await.unwrap().as_deref(), Some("dark"));
    assert_eq!(store.spaces().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_second_opener_is_refused_and_told_who_has_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let refused = folder.try_open().await.err().unwrap();
    assert!(matches!(&refused, Error::Locked(who) if who == "process 4121, since 09:02"), "{refused}");
    store.close().await;
    drop(store);
    folder.open().await;
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_untouched() {
    let folder = Folder::new();
    folder.open().await.close().await;
    let database = raw(&folder).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (1999, 'later', 1, x'00', 0)",
    )
    .execute(&database)
    .await
    .unwrap();
    database.close().await;
    let before = std::fs::read(folder.folder.path().join("lectern.db")).unwrap();

    assert!(matches!(folder.try_open().await.err().unwrap(), Error::Newer));
    assert_eq!(std::fs::read(folder.folder.path().join("lectern.db")).unwrap(), before);
}

#[tokio::test]
async fn tables_of_a_fuller_build_are_left_alone() {
    let folder = Folder::new();
    folder.open().await.close().await;
    let database = raw(&folder).await;
    for statement in [
        "CREATE TABLE later_mappings (entity TEXT PRIMARY KEY NOT NULL) STRICT",
        "INSERT INTO later_mappings (entity) VALUES ('kept')",
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9001, 'fuller', 1, x'00', 0)",
    ] {
        sqlx::query(statement).execute(&database).await.unwrap();
    }
    database.close().await;

    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "Body").await;
    store.save(id, &Content::new("Title", "Body 2"), None, "save", at(1)).await.unwrap();
    store.close().await;
    let kept: String =
        sqlx::query_scalar("SELECT entity FROM later_mappings").fetch_one(&raw(&folder).await).await.unwrap();
    assert_eq!(kept, "kept");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_called_damaged_and_kept() {
    let folder = Folder::new();
    let path = folder.folder.path().join("lectern.db");
    let bytes = b"this is not a database, whatever its name says; it is longer than a header".repeat(20);
    std::fs::write(&path, &bytes).unwrap();
    let error = folder.try_open().await.err().unwrap();
    assert!(matches!(error, Error::Damaged { what: "database", .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn a_workspace_whose_database_is_gone_or_cut_short_is_refused_as_it_is() {
    for (length, is_missing) in [(None, true), (Some(0), false), (Some(60), false), (Some(8192), false)] {
        let folder = Folder::new();
        let store = folder.open().await;
        let space = local_space(&store).await;
        page(&store, space, "Title", "Body").await;
        store.close().await;
        drop(store);
        let path = folder.folder.path().join("lectern.db");
        match length {
            None => std::fs::rename(&path, folder.folder.path().join("elsewhere")).unwrap(),
            Some(length) => std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(length).unwrap(),
        }
        for _ in 0..2 {
            let error = folder.try_open().await.err().unwrap();
            assert_eq!(matches!(error, Error::Missing(_)), is_missing, "{length:?}: {error}");
            assert_eq!(matches!(error, Error::Truncated(_)), !is_missing, "{length:?}: {error}");
            assert_eq!(std::fs::metadata(&path).ok().map(|known| known.len()), length);
        }
    }
}

#[tokio::test]
async fn a_workspace_without_its_draft_file_opens_with_all_that_was_saved() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "Body").await;
    store.close().await;
    drop(store);
    std::fs::remove_file(folder.folder.path().join("lectern.redb")).unwrap();
    assert_eq!(folder.open().await.get(id).await.unwrap().content.body, "Body");
}

#[tokio::test]
async fn a_name_that_no_folder_can_have_is_an_error_of_its_file() {
    let folder = Folder::new();
    std::fs::write(folder.folder.path().join("blobs"), b"a file").unwrap();
    assert!(matches!(folder.try_open().await.err().unwrap(), Error::File { .. }));
}

#[tokio::test]
async fn a_closed_workspace_can_be_opened_while_something_still_has_it_in_hand() {
    let folder = Folder::new();
    let store = folder.open().await;
    let _indexing = store.keep_indexed();
    let in_hand = store.clone();
    store.close().await;
    let again = folder.open().await;
    local_space(&again).await;
    assert!(in_hand.spaces().await.is_err() && in_hand.drafts().is_err(), "what is closed stays closed");
}
