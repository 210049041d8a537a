//! The doctor finds what is wrong, and only that.

use std::fs;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::{Problem, SearchQuery, Store};

use crate::support::{Folder, local_space, page};

async fn raw(folder: &Folder, statement: &'static str) {
    let options = SqliteConnectOptions::new().filename(folder.folder.path().join("lectern.db")).foreign_keys(false);
    let database = SqlitePool::connect_with(options).await.unwrap();
    sqlx::raw_sql(statement).execute(&database).await.unwrap();
    database.close().await;
}

async fn problems(store: &Store, repair: bool) -> Vec<(Problem, bool)> {
    let report = store.doctor(repair).await.unwrap();
    report.findings.iter().map(|finding| (finding.problem, finding.repaired)).collect()
}

#[tokio::test]
async fn a_healthy_workspace_has_no_finding() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "words").await;
    store.put_draft(id, &crate::drafts::draft("typed")).unwrap();
    store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    let before = store.doctor(true).await.unwrap();
    assert!(before.is_healthy(), "{before:?}");
    while store.index_pending(9).await.unwrap().left > 0 {}
    let report = store.doctor(true).await.unwrap();
    assert!(report.is_healthy(), "{report:?}");
    assert_eq!((report.documents, report.versions, report.drafts, report.attachments), (1, 1, 1, 1));
}

#[tokio::test]
async fn an_index_that_disagrees_is_rebuilt() {
    for statement in [
        "DELETE FROM search_documents",
        "INSERT INTO search_index (search_index) VALUES ('delete-all')",
        "UPDATE search_documents SET text = 'other words'",
        "DELETE FROM search_documents; DELETE FROM index_queue",
    ] {
        let folder = Folder::new();
        let store = folder.open().await;
        let space = local_space(&store).await;
        let id = page(&store, space, "Title", "words").await;
        while store.index_pending(9).await.unwrap().left > 0 {}
        raw(&folder, statement).await;
        let found = problems(&store, false).await;
        assert!(
            found.iter().all(|found| *found == (Problem::SearchIndex, false)) && !found.is_empty(),
            "{statement}: {found:?}"
        );
        assert!(problems(&store, true).await.iter().all(|(_, repaired)| *repaired), "{statement}");
        assert_eq!(problems(&store, false).await, [], "{statement}");
        let hits =
            store.search(&SearchQuery { text: "words".into(), limit: 5, ..SearchQuery::default() }).await.unwrap();
        assert_eq!(hits.iter().map(|hit| hit.entity).collect::<Vec<_>>(), [id], "{statement}");
    }
}

#[tokio::test]
async fn rows_and_values_that_are_not_whole_are_named() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    page(&store, space, "Title", "words").await;
    raw(&folder, "UPDATE core_entities SET fields = '{'; INSERT INTO attachments_unused VALUES ('a', 'b', 'c')").await;
    assert_eq!(problems(&store, true).await, [(Problem::Reference, false), (Problem::Value, false)]);
}

#[tokio::test]
async fn attachments_that_are_damaged_are_set_aside_with_their_bytes() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let damaged = store.keep_attachment(space, "/files/1", "image/png", b"one").await.unwrap();
    let missing = store.keep_attachment(space, "/files/2", "image/png", b"two").await.unwrap();
    let blobs = folder.folder.path().join("blobs");
    fs::write(blobs.join(&damaged), b"eno").unwrap();
    fs::remove_file(blobs.join(&missing)).unwrap();
    let mut found = problems(&store, true).await;
    found.sort_by_key(|(problem, _)| format!("{problem:?}"));
    // They were made here, so that no site has them.
    assert_eq!(found, [(Problem::AttachmentDamaged, false), (Problem::AttachmentMissing, false)]);
    assert_eq!(fs::read(blobs.join(format!("{damaged}.damaged"))).unwrap(), b"eno");
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn vectors_that_cannot_be_read_make_the_next_sync_compare() {
    use crate::support::{course, pulled};

    for statement in ["UPDATE version_vectors SET vector = 'x' WHERE holder = 'local'", "DELETE FROM version_vectors"] {
        let folder = Folder::new();
        let store = folder.open().await;
        let (account, space) = course(&store).await;
        let id = pulled(&store, account, space, 5, "one").await;
        let sha = store.keep_attachment(space, "/files/1", "image/png", b"one").await.unwrap();
        fs::remove_file(folder.folder.path().join("blobs").join(sha)).unwrap();
        raw(&folder, statement).await;
        assert_eq!(problems(&store, true).await, [(Problem::AttachmentMissing, true), (Problem::Vector, true)]);
        assert_eq!(problems(&store, true).await, [], "{statement}");
        assert!(store.attachments(space).await.unwrap().is_empty(), "it is fetched again");
        assert_eq!(store.outbox().await.unwrap()[0].entity, id);
    }
}
