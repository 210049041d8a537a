//! What is measured, and that it outlives the process.

use std::time::Duration;

use domain::Content;

use crate::support::{Folder, at, local_space, page};

#[tokio::test]
async fn operations_are_counted_by_name_and_room_by_table() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", &"words ".repeat(5000)).await;
    for number in 0..5 {
        store.save(id, &Content::new("Title", number.to_string()), None, "save", at(1)).await.unwrap();
        store.get(id).await.unwrap();
    }
    store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    let stats = store.stats().await.unwrap();
    let count = |name: &str| stats.operations.iter().find(|operation| operation.name == name).map(|found| found.count);
    assert_eq!((count("save"), count("create"), count("read document")), (Some(5), Some(1), Some(5)));
    let saves = stats.operations.iter().find(|operation| operation.name == "save").unwrap();
    assert!(saves.p50_micros > 0 && saves.p50_micros <= saves.p95_micros && saves.p95_micros <= saves.max_micros);
    let room =
        |name: &str| stats.tables.iter().find(|table| table.name == name).map(|table| (table.index, table.bytes));
    assert!(room("revisions").unwrap().1 > 30_000, "{:?}", room("revisions"));
    assert!(room("revisions_by_entity").unwrap().0);
    assert!(stats.database_bytes + stats.log_bytes > 0 && stats.drafts_bytes > 0);
    assert_eq!((stats.blobs, stats.blobs_bytes), (1, 5));
}

#[tokio::test]
async fn what_was_measured_is_added_up_over_starts_and_the_slow_ones_have_a_plan() {
    let folder = Folder::new();
    for _ in 0..2 {
        let store = folder.open().await;
        for _ in 0..3 {
            store.measured("sync: pull", Duration::from_millis(400));
        }
        store.close().await;
    }
    let store = folder.open().await;
    let stats = store.stats().await.unwrap();
    let pulls = stats.operations.iter().find(|operation| operation.name == "sync: pull").unwrap();
    assert_eq!((pulls.count, pulls.max_micros, pulls.p50_micros), (6, 400_000, 400_000));
    assert_eq!(stats.slow.len(), 6);
    assert!(serde_json::to_string(&stats).unwrap().contains("\"p95Micros\":400000"));
}

#[tokio::test]
async fn a_slow_statement_is_shown_with_its_plan() {
    let folder = Folder::new();
    folder.open().await.close().await;
    let path = folder.folder.path().join("lectern.db");
    let database =
        sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(path)).await.unwrap();
    sqlx::query("INSERT INTO slow_queries (name, micros, statement) VALUES ('a', 2, 'SELECT * FROM spaces'), ('b', 1, 'SELECT * FROM nothing')")
        .execute(&database)
        .await
        .unwrap();
    database.close().await;
    let slow = folder.open().await.stats().await.unwrap().slow;
    assert_eq!((slow[0].name.as_str(), slow[0].plan.clone()), ("a", vec!["SCAN spaces".to_owned()]));
    assert!(slow[1].plan.is_empty());
}
