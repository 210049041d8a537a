//! Backups of a workspace in use, and bringing one back.

use std::fs;

use domain::Content;
use store::{Error, SearchQuery, Store};

use crate::support::{Folder, at, local_space, page};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_writing_goes_on_holds_every_text_from_before_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let saved = page(&store, space, "Saved", "saved before").await;
    let typed = page(&store, space, "Typed", "old").await;
    store.put_draft(typed, &crate::drafts::draft("typed before")).unwrap();
    let sha = store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    let busy = {
        let store = store.clone();
        tokio::spawn(async move {
            for number in 0.. {
                let id = page(&store, space, "During", &number.to_string()).await;
                store.put_draft(id, &crate::drafts::draft("during")).unwrap();
                tokio::task::yield_now().await;
            }
        })
    };
    let to = folder.folder.path().join("copies/monday");
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    let backup = store.backup(&to, at(5)).await.unwrap();
    busy.abort();
    assert_eq!(Store::check_backup(&to).unwrap(), backup);
    assert!(matches!(store.backup(&to, at(6)).await, Err(Error::Occupied(_))), "a backup is never written over");

    let beside = Store::restore_backup(&to, &folder.folder.path().join("restored"), "a test").await.unwrap();
    assert_eq!(beside, None);
    let restored = folder.open_at("restored").await;
    assert_eq!(restored.get(saved).await.unwrap().content.body, "saved before");
    assert_eq!(restored.draft(typed).unwrap().unwrap().content.body, "typed before");
    assert_eq!(restored.blob(&sha).await.unwrap().1, b"bytes");
    assert_ne!(restored.device(), store.device(), "it is another installation");
    let report = restored.doctor(false).await.unwrap();
    assert!(report.is_healthy(), "{report:?}");
    while restored.index_pending(100).await.unwrap().left > 0 {}
    let query = SearchQuery { text: "saved".into(), limit: 5, ..SearchQuery::default() };
    assert_eq!(restored.search(&query).await.unwrap().len(), 1);
}

#[tokio::test]
async fn restoring_keeps_what_is_there_and_refuses_a_workspace_in_use() {
    let folder = Folder::new();
    let path = folder.folder.path().join("workspace");
    let store = folder.open_at("workspace").await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "at the backup").await;
    let to = folder.folder.path().join("monday");
    store.backup(&to, at(1)).await.unwrap();
    store.save(id, &Content::new("Title", "after it"), None, "save", at(2)).await.unwrap();
    assert!(matches!(Store::restore_backup(&to, &path, "a test").await, Err(Error::Locked(_))));
    store.close().await;
    drop(store);
    let beside = Store::restore_backup(&to, &path, "a test").await.unwrap().unwrap();
    let store = folder.open_at("workspace").await;
    assert_eq!(store.get(id).await.unwrap().content.body, "at the backup");
    let name = beside.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(folder.open_at(&name).await.get(id).await.unwrap().content.body, "after it");
}

#[tokio::test]
async fn a_backup_that_is_not_whole_is_refused_and_changes_nothing() {
    let folder = Folder::new();
    let store = folder.open_at("workspace").await;
    let space = local_space(&store).await;
    store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    store.close().await;
    let to = folder.folder.path().join("monday");
    let store = {
        drop(store);
        folder.open_at("workspace").await
    };
    let backup = store.backup(&to, at(1)).await.unwrap();
    store.close().await;
    drop(store);
    let workspace = folder.folder.path().join("workspace");
    let before = fs::read(workspace.join("lectern.db")).unwrap();
    for (name, _) in &backup.files {
        let path = to.join(name);
        let bytes = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        changed[bytes.len() / 2] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert!(matches!(Store::restore_backup(&to, &workspace, "").await, Err(Error::Damaged { .. })), "{name}");
        fs::remove_file(&path).unwrap();
        assert!(matches!(Store::restore_backup(&to, &workspace, "").await, Err(Error::Missing(_))), "{name}");
        fs::write(&path, &bytes).unwrap();
    }
    let manifest = fs::read_to_string(to.join("backup.json")).unwrap();
    fs::write(to.join("backup.json"), manifest.replace("lectern.redb", "../lock")).unwrap();
    assert!(matches!(Store::check_backup(&to), Err(Error::Damaged { .. })), "a name that leads out of the backup");
    assert_eq!(fs::read(workspace.join("lectern.db")).unwrap(), before);
}
