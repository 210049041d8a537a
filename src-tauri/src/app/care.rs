//! Care of the workspace: what the doctor finds, backups, what is measured, and the tidying that nobody asks for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Local, Utc};
use store::{Backup, Finding, Notice, Problem, Report, Stats, Store};

use super::{App, now, text_of};
use crate::dto::{AilmentDto, BackupDto, HealthDto, NoticeDto, OperationDto, SlowOperationDto, StatsDto, TableSizeDto};
use crate::error::{Failure, Result};

/// Tidying begins a while after the start, so that it is in nobody's way.
const AFTER_START: Duration = Duration::from_secs(60);
/// And is looked at again now and then, for a program that is left open for weeks.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// The setting that says when it was last done.
const TIDIED: &str = "care.tidied";

/// Tidies while it lives.
pub(crate) struct Tidying(tokio::task::JoinHandle<()>);

impl Drop for Tidying {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl App {
    /// What is measured of this workspace.
    pub async fn stats(&self) -> Result<Stats> {
        Ok(self.store.stats().await?)
    }

    /// Looks through the whole workspace; with `repair`, rebuilds what can be rebuilt.
    pub async fn doctor(&self, repair: bool) -> Result<Report> {
        Ok(self.store.doctor(repair).await?)
    }

    /// Copies the workspace into a folder that is not there yet, while it is in use.
    pub async fn backup(&self, to: &Path) -> Result<Backup> {
        Ok(self.store.backup(to, now()).await?)
    }

    /// What is measured, for the screen.
    pub async fn measured(&self) -> Result<StatsDto> {
        Ok(stats_dto(self.stats().await?))
    }

    /// What the doctor finds, for the screen.
    pub async fn health(&self, repair: bool) -> Result<HealthDto> {
        let report = self.doctor(repair).await?;
        Ok(HealthDto {
            at: text_of(now()),
            documents: report.documents,
            versions: report.versions,
            drafts: report.drafts,
            attachments: report.attachments,
            findings: report.findings.into_iter().map(ailment).collect(),
        })
    }

    /// Makes a backup in a folder that a person named.
    pub async fn backup_make(&self, folder: &str) -> Result<BackupDto> {
        let to = named_folder(folder)?;
        if to.exists() {
            return Err(Failure::Invalid(format!("There is something at {folder} already.")));
        }
        if to.starts_with(self.store.folder()) {
            return Err(Failure::Invalid("A backup inside the workspace would be lost with it.".to_owned()));
        }
        Ok(backup_dto(&to, &self.backup(&to).await?))
    }

    /// Where a backup would go, as a suggestion.
    #[must_use]
    pub fn backup_place(&self) -> String {
        let name = format!("Lectern backup {}", now().with_timezone(&Local).format("%Y-%m-%d %H.%M"));
        home().join(name).display().to_string()
    }

    /// What was found when the workspace was opened and the person is to be told.
    #[must_use]
    pub fn notices(&self) -> Vec<NoticeDto> {
        let found = self.store.notices().iter().map(|notice| match notice {
            Notice::DraftsSetAside { kept_as, put_back } => NoticeDto {
                words: match put_back {
                    0 => "The file with unsaved texts could not be read. No unsaved text was found in it; the file was put aside, whole.".to_owned(),
                    1 => "The file with unsaved texts could not be read. 1 unsaved text was found in it and is back; the file was put aside, whole.".to_owned(),
                    many => format!("The file with unsaved texts could not be read. {many} unsaved texts were found in it and are back; the file was put aside, whole."),
                },
                kept_as: Some(kept_as.display().to_string()),
            },
        });
        self.told_at_start.iter().cloned().chain(found).collect()
    }
}

/// A folder as a person writes it; `~` is the home folder.
pub(crate) fn named_folder(text: &str) -> Result<PathBuf> {
    let text = text.trim();
    let path = match text.strip_prefix("~/") {
        Some(rest) => home().join(rest),
        None if text == "~" => home(),
        None => PathBuf::from(text),
    };
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(Failure::Invalid("Name the whole path of a folder, from its beginning.".to_owned()))
    }
}

pub(crate) fn home() -> PathBuf {
    std::env::home_dir().unwrap_or_else(std::env::temp_dir)
}

/// The person's folder for downloads.
#[cfg(feature = "sync-engine")]
pub(crate) fn downloads() -> PathBuf {
    std::env::var_os("XDG_DOWNLOAD_DIR").map(PathBuf::from).unwrap_or_else(|| home().join("Downloads"))
}

pub(crate) fn backup_dto(folder: &Path, backup: &Backup) -> BackupDto {
    BackupDto {
        folder: folder.display().to_string(),
        at: text_of(backup.at),
        files: u32::try_from(backup.files.len()).unwrap_or(u32::MAX),
        bytes: backup.bytes,
    }
}

fn stats_dto(stats: Stats) -> StatsDto {
    StatsDto {
        operations: stats
            .operations
            .into_iter()
            .map(|one| OperationDto {
                name: one.name,
                count: one.count,
                p50_micros: one.p50_micros,
                p95_micros: one.p95_micros,
                max_micros: one.max_micros,
            })
            .collect(),
        slow: stats
            .slow
            .into_iter()
            .map(|one| SlowOperationDto { name: one.name, micros: one.micros, plan: one.plan })
            .collect(),
        tables: stats
            .tables
            .into_iter()
            .map(|one| TableSizeDto { name: one.name, index: one.index, bytes: one.bytes })
            .collect(),
        database_bytes: stats.database_bytes + stats.log_bytes,
        drafts_bytes: stats.drafts_bytes,
        blobs: stats.blobs,
        blobs_bytes: stats.blobs_bytes,
    }
}

fn ailment(finding: Finding) -> AilmentDto {
    const RESTORE: &str = "Make a copy of the workspace's folder, then restore a backup.";
    const REBUILD: &str = "Repair rebuilds it. No text is changed.";
    let (words, next, repairable) = match finding.problem {
        Problem::Database => ("A part of the database is damaged.", RESTORE, false),
        Problem::TableIndex => ("An index of the database disagrees with its table.", REBUILD, true),
        Problem::Reference => ("Something refers to what is not there.", RESTORE, false),
        Problem::Value => ("A stored value cannot be read.", RESTORE, false),
        Problem::SearchIndex => ("The search index disagrees with the texts.", REBUILD, true),
        Problem::DraftFile => (
            "The file with unsaved texts is damaged.",
            "Save what you are writing, then start Lectern again: it brings back every unsaved text that is whole.",
            false,
        ),
        Problem::Draft => ("An unsaved text cannot be read.", RESTORE, false),
        Problem::AttachmentMissing => (
            "The file of an attachment is not there.",
            "Repair lets the next sync get it again. One that was made here comes back only from a backup.",
            true,
        ),
        Problem::AttachmentDamaged => (
            "The file of an attachment is damaged.",
            "Repair puts it aside and lets the next sync get it again. One that was made here comes back only from a backup.",
            true,
        ),
        Problem::Vector => (
            "What a document's two sides have in common cannot be read.",
            "Repair lets the next sync compare both sides before it sends anything.",
            true,
        ),
    };
    AilmentDto {
        words: words.to_owned(),
        detail: finding.detail,
        repaired: finding.repaired,
        next: next.to_owned(),
        repairable,
    }
}

/// Once a day: attachments that nothing refers to, history older than it is kept, and what was measured.
pub(crate) fn keep_tidy(store: &Store) -> Tidying {
    let store = store.clone();
    Tidying(tokio::spawn(async move {
        tokio::time::sleep(AFTER_START).await;
        loop {
            if let Err(error) = tidy(&store, now()).await {
                tracing::warn!(%error, "tidying waits for another hour");
            }
            tokio::time::sleep(EVERY).await;
        }
    }))
}

async fn tidy(store: &Store, now: DateTime<Utc>) -> Result<()> {
    store.keep_metrics().await?;
    let last = store.setting(TIDIED).await?.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
    if last.is_some_and(|last| now.signed_duration_since(last) < chrono::Duration::days(1)) {
        return Ok(());
    }
    store.sweep_attachments(now).await?;
    let ahead = now.with_timezone(&Local).offset().local_minus_utc() / 60;
    store.compact_history(now, ahead).await?;
    store.set_setting(TIDIED, &text_of(now)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn tidying_is_done_once_a_day() {
        let folder = tempfile::TempDir::new().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap();
        let space = space.id.parse().unwrap();
        app.store.keep_attachment(space, "/files/1", "image/png", b"bytes").await.unwrap();
        let mut day = now();
        for (days, kept) in [(0, 1), (29, 1), (2, 0)] {
            day += chrono::Duration::days(days);
            tidy(&app.store, day).await.unwrap();
            let again = tidy(&app.store, day + chrono::Duration::hours(1)).await;
            again.unwrap();
            assert_eq!(app.store.attachments(space).await.unwrap().len(), kept);
            assert_eq!(app.store.setting(TIDIED).await.unwrap(), Some(text_of(day)), "an hour later is the same day");
        }
    }
}
