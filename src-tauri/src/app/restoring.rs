//! Restoring a backup from the window. The workspace is in use by then, so that the next start does it, before it opens anything.

use std::fs;
use std::path::{Path, PathBuf};

use store::{Error, Store};

use super::care::{backup_dto, named_folder};
use super::{App, text_of};
use crate::dto::{BackupDto, NoticeDto};
use crate::error::{Failure, Result};

/// Names the backup that the next start restores. It lies in the workspace, and goes aside with it.
const ORDER: &str = "restore-at-start";

impl App {
    /// What a backup holds, after checking every file of it.
    pub async fn backup_look(&self, folder: &str) -> Result<BackupDto> {
        let from = named_folder(folder)?;
        let checked = from.clone();
        // Reads every byte of it.
        let backup = tokio::task::spawn_blocking(move || Store::check_backup(&checked))
            .await
            .map_err(|error| Failure::Invalid(error.to_string()))?;
        match backup {
            Ok(backup) => Ok(backup_dto(&from, &backup)),
            Err(error @ (Error::Missing(_) | Error::Damaged { .. })) => {
                Err(Failure::Invalid(format!("This is no whole backup of Lectern: {error}.")))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Has the next start restore a backup. What the workspace holds by then is moved beside it, whole.
    pub async fn restore_at_start(&self, folder: &str) -> Result<()> {
        let backup = self.backup_look(folder).await?;
        let order = self.store.folder().join(ORDER);
        fs::write(order, backup.folder).map_err(|source| Error::file("noting the backup", source))?;
        Ok(())
    }
}

/// Restores the backup that the last run was told to, if any, and says what became of it.
pub(super) async fn carry_out(folder: &Path, opener: &str) -> Option<NoticeDto> {
    let order = folder.join(ORDER);
    let from = PathBuf::from(fs::read_to_string(&order).ok()?);
    // Taken away first: a backup that cannot be restored must not be tried at each start.
    if let Err(error) = fs::remove_file(&order) {
        tracing::warn!(%error, "the order to restore cannot be taken away");
        return None;
    }
    let at = Store::check_backup(&from).map(|backup| text_of(backup.at)).unwrap_or_default();
    Some(match Store::restore_backup(&from, folder, opener).await {
        Ok(beside) => NoticeDto {
            words: format!(
                "The workspace is as it was at the backup of {at}. What was here before was put aside, whole."
            ),
            kept_as: beside.map(|beside| beside.display().to_string()),
        },
        Err(error) => NoticeDto {
            words: format!("The backup was not restored: {error}. The workspace is as it was."),
            kept_as: None,
        },
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn the_next_start_restores_a_backup_and_puts_what_was_here_aside() {
        let home = tempfile::TempDir::new().unwrap();
        let (folder, backup) = (home.path().join("workspace"), home.path().join("backup").display().to_string());
        let app = App::open(&folder, Arc::new(|_| {})).await.unwrap();
        app.local_space_new("Before").await.unwrap();
        app.backup_make(&backup).await.unwrap();
        assert!(app.backup_make(&backup).await.is_err(), "a backup never writes over another");
        app.local_space_new("After").await.unwrap();
        app.restore_at_start(&backup).await.unwrap();
        app.close().await;
        drop(app);

        let app = App::open(&folder, Arc::new(|_| {})).await.unwrap();
        let names: Vec<_> = app.spaces().await.unwrap().into_iter().map(|space| space.name).collect();
        assert_eq!(names, ["Before"]);
        let [notice] = &app.notices()[..] else { panic!("one notice") };
        let beside = App::open(Path::new(notice.kept_as.as_deref().unwrap()), Arc::new(|_| {})).await.unwrap();
        assert_eq!(beside.spaces().await.unwrap().len(), 2);
        app.close().await;
        drop(app);
        let app = App::open(&folder, Arc::new(|_| {})).await.unwrap();
        assert!(app.notices().is_empty(), "said once");
    }

    #[tokio::test]
    async fn what_is_no_backup_is_refused_at_once() {
        let home = tempfile::TempDir::new().unwrap();
        let app = App::open(&home.path().join("workspace"), Arc::new(|_| {})).await.unwrap();
        for folder in ["", "beside", "/nowhere/at/all", &home.path().join("workspace").display().to_string()] {
            let refused = app.restore_at_start(folder).await;
            assert!(
                matches!(refused, Err(Failure::Invalid(_) | Failure::Store(Error::NoBackup(_)))),
                "{folder}: {refused:?}"
            );
        }
    }
}
