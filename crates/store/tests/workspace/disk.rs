//! A full disk and one that cannot be written to, both real: a small file system in a mount namespace of the test's own. Skipped, and
//! said so, where the system allows none.

use std::path::{Path, PathBuf};
use std::process::Command;

use domain::Content;
use store::Error;

use crate::support::{Folder, at, local_space, page};

const INSIDE: &str = "LECTERN_TEST_DISK";

/// Runs one test of this file again, alone, with a small file system of its own.
fn on_a_small_disk(test: &str) {
    let folder = tempfile::TempDir::new().unwrap();
    let script = "mount -t tmpfs -o size=12m none \"$1\" && exec \"$2\" --exact \"$3\" --nocapture";
    let run = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env(INSIDE, folder.path())
        .output();
    let said =
        run.map(|run| format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr)));
    match said {
        Ok(said) if said.contains("1 passed") => {}
        Ok(said) if said.contains("running 1 test") => panic!("{said}"),
        other => println!("skipped: no file system of its own here: {other:?}"),
    }
}

fn inside() -> Option<PathBuf> {
    std::env::var_os(INSIDE).map(PathBuf::from)
}

fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("filler");
    let mut file = std::fs::File::create(&path).unwrap();
    while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
    path
}

#[tokio::test]
async fn a_full_disk_is_named_loses_nothing_and_all_goes_on_when_there_is_room() {
    let Some(disk) = inside() else {
        return on_a_small_disk("disk::a_full_disk_is_named_loses_nothing_and_all_goes_on_when_there_is_room");
    };
    let folder = Folder::on(&disk);
    let store = folder.open_at("workspace").await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "before").await;
    store.put_draft(id, &crate::drafts::draft("typed before")).unwrap();
    let filler = fill(&disk);
    let large = "words ".repeat(1_000_000);
    let mut refused = 0;
    for _ in 0..3 {
        let saved = store.save(id, &Content::new("Title", &large), None, "save", at(1)).await;
        assert!(matches!(saved, Err(Error::DiskFull)), "{saved:?}");
        let drafted = store.put_draft(id, &crate::drafts::draft(&large));
        assert!(matches!(drafted, Err(Error::DiskFull)), "{drafted:?}");
        let kept = store.keep_attachment(space, "/files/1", "image/png", large.as_bytes()).await;
        assert!(matches!(kept, Err(Error::DiskFull)), "{kept:?}");
        // What has come of a picture in pieces goes with the piece that finds no room.
        let mut received = store.receive().unwrap();
        let taken = received.take(large.as_bytes());
        assert!(matches!(taken, Err(Error::DiskFull)), "{taken:?}");
        drop(received);
        refused += 3;
    }
    let second = folder.try_open_at("second").await.err();
    assert!(matches!(second, Some(Error::DiskFull)), "{second:?}");
    assert_eq!(refused, 9);
    assert_eq!(store.get(id).await.unwrap().content.body, "before");
    assert_eq!(std::fs::read_dir(folder.folder.path().join("workspace/blobs")).unwrap().count(), 0);
    std::fs::remove_file(filler).unwrap();
    assert_eq!(store.draft(id).unwrap().unwrap().content.body, "typed before");
    store.put_draft(id, &crate::drafts::draft("typed after")).unwrap();
    store.save(id, &Content::new("Title", "after"), None, "save", at(2)).await.unwrap();
    store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
    store.close().await;
    drop(store);
    let store = folder.open_at("workspace").await;
    assert_eq!(store.get(id).await.unwrap().content.body, "after");
    assert_eq!(store.draft(id).unwrap().unwrap().content.body, "typed after");
    let report = store.doctor(false).await.unwrap();
    assert!(report.is_healthy(), "{report:?}");
}

#[tokio::test]
async fn a_disk_that_cannot_be_written_to_is_named_and_left_as_it_is() {
    let Some(disk) = inside() else {
        return on_a_small_disk("disk::a_disk_that_cannot_be_written_to_is_named_and_left_as_it_is");
    };
    let folder = Folder::on(&disk);
    let store = folder.open_at("workspace").await;
    let space = local_space(&store).await;
    page(&store, space, "Title", "Body").await;
    store.close().await;
    drop(store);
    let before = std::fs::read(folder.folder.path().join("workspace/lectern.db")).unwrap();
    let mount = |options: &str| Command::new("mount").args(["-o", options]).arg(&disk).status().unwrap().success();
    assert!(mount("remount,ro"));
    for name in ["workspace", "new"] {
        let error = folder.try_open_at(name).await.err();
        assert!(matches!(error, Some(Error::ReadOnly(_))), "{error:?}");
    }
    assert_eq!(std::fs::read(folder.folder.path().join("workspace/lectern.db")).unwrap(), before);
    assert!(mount("remount,rw"));
    assert_eq!(folder.open_at("workspace").await.spaces().await.unwrap().len(), 1);
}
