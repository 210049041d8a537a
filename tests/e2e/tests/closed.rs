//! A workspace that cannot be opened: the window is there, and says why.

use std::{fs, path::Path, time::Duration};

use e2e::{Failure, Program, is_wanted};

const SOON: Duration = Duration::from_secs(20);

async fn says(workspace: &Path, sentences: &[&str]) -> Result<(), Failure> {
    let program = Program::start(workspace).await?;
    program.see("The workspace cannot be opened", SOON).await?;
    for sentence in sentences {
        program.see(sentence, SOON).await?;
    }
    program.see(&workspace.display().to_string(), SOON).await?;
    program.find("button", "Try again").await?;
    let violations = program.accessibility().await?;
    assert!(violations.is_empty(), "{violations:?}");
    program.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_cannot_be_opened_is_explained_in_the_window() -> Result<(), Failure> {
    if !is_wanted("a closed workspace") {
        return Ok(());
    }
    let home = tempfile::tempdir()?;
    let locked = home.path().join("locked");
    fs::create_dir_all(&locked)?;
    fs::write(locked.join("lock"), "process 4121, since 09:02 UTC")?;
    let held = fs::File::open(locked.join("lock"))?;
    held.lock()?;
    says(&locked, &["already open in another window of Lectern (process 4121, since 09:02 UTC)", "close it there"])
        .await?;
    drop(held);

    let damaged = home.path().join("damaged");
    fs::create_dir_all(damaged.join("blobs"))?;
    fs::write(damaged.join("lectern.db"), [b'x'; 8192])?;
    says(&damaged, &["The database of the workspace is damaged", "restore a backup"]).await?;
    assert_eq!(fs::read(damaged.join("lectern.db"))?, [b'x'; 8192], "it is left as it is");
    Ok(())
}
