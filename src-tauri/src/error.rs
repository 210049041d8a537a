//! Failures of the application, and the one place where they become words: what happened, what is safe, what to do next.

use crate::dto::ErrorDto;

/// Why the application could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The workspace.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The engine.
    #[cfg(feature = "sync-engine")]
    #[error(transparent)]
    Sync(#[from] sync::Error),
    /// A site, named as shown.
    #[error("{site}: {error}")]
    Remote {
        /// Name of the site, or its address.
        site: String,
        /// What it answered.
        error: domain::RemoteError,
    },
    /// What was asked for makes no sense; a sentence says why.
    #[error("{0}")]
    Invalid(String),
    /// What was to be changed may not be changed here; a sentence says why.
    #[error("It cannot be changed here. {0}")]
    Locked(String),
    /// This build lacks the part that was asked for.
    #[error("This build of Lectern has no {0}.")]
    Absent(&'static str),
}

/// Result of the application.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// The failure as a person reads it.
    #[must_use]
    pub fn words(&self) -> ErrorDto {
        match self {
            Self::Store(error) => of_store(error),
            #[cfg(feature = "sync-engine")]
            Self::Sync(sync::Error::Store(error)) => of_store(error),
            #[cfg(feature = "sync-engine")]
            Self::Sync(sync::Error::Stopped) => {
                dto("stopped", "Stopped.", "Nothing was sent or changed.", "Read the sites again when you like.", true)
            }
            #[cfg(feature = "sync-engine")]
            Self::Sync(error) => {
                dto("damaged", &error.to_string(), "Your texts and their history are intact.", "Show details.", false)
            }
            Self::Remote { site, error } => of_remote(site, error),
            Self::Invalid(words) => dto("invalid", words, "Nothing was changed.", "Correct it and try again.", false),
            Self::Locked(_) => dto(
                "locked",
                &self.to_string(),
                "Nothing was changed; what was typed stays here as a draft.",
                "Copy it, or change it on the site.",
                false,
            ),
            Self::Absent(_) => dto("absent", &self.to_string(), "Nothing was changed.", "Use the full build.", false),
        }
    }

    /// The failure to open a workspace, as a person reads it who sees nothing else of it.
    #[must_use]
    pub fn words_at_start(&self) -> ErrorDto {
        match self {
            Self::Store(store::Error::DiskFull) => dto(
                "disk_full",
                "The disk is full.",
                "Nothing was changed; what was saved before is safe.",
                "Free some space, then try again.",
                true,
            ),
            Self::Store(store::Error::Locked(_)) => ErrorDto {
                next: "Use it there, or close it there and try again.".to_owned(),
                retryable: true,
                ..self.words()
            },
            Self::Store(error @ store::Error::Damaged { .. }) => ErrorDto {
                next: "Make a copy of the workspace's folder, then restore a backup (lecternctl restore).".to_owned(),
                ..of_store(error)
            },
            _ => self.words(),
        }
    }
}

fn dto(code: &str, what: &str, safe: &str, next: &str, retryable: bool) -> ErrorDto {
    ErrorDto { code: code.to_owned(), what: what.to_owned(), safe: safe.to_owned(), next: next.to_owned(), retryable }
}

/// What the store calls the files of pictures and the like.
const ATTACHMENT: &str = "attachment";

fn of_store(error: &store::Error) -> ErrorDto {
    use store::Error;
    let what = error.to_string();
    match error {
        Error::Locked(_) => {
            dto("already_open", &what, "Nothing was changed.", "Use that window, or open another workspace.", false)
        }
        Error::Newer => dto(
            "newer_workspace",
            &what,
            "Nothing was changed.",
            "Get the newer version, or open another workspace.",
            false,
        ),
        Error::NotFound(thing) => dto(
            "not_found",
            &format!("There is no such {thing} here any more."),
            "Nothing was changed.",
            "Choose another.",
            false,
        ),
        Error::Raced => dto(
            "changed_meanwhile",
            "It changed while you were writing.",
            "Your text is kept as a draft.",
            "Open it again.",
            true,
        ),
        Error::Unsent => dto(
            "unsent",
            "Its site has not been told yet that it was deleted.",
            "Nothing was changed.",
            "Sync first; then it can go for good.",
            false,
        ),
        Error::Inside => {
            dto("invalid", "It cannot stand inside itself.", "Nothing was changed.", "Choose another place.", false)
        }
        Error::Occupied(at) => dto(
            "invalid",
            &format!("Something is at {} already.", at.display()),
            "Nothing was changed.",
            "Name a folder that is not there yet.",
            false,
        ),
        Error::NoBackup(at) => dto(
            "invalid",
            &format!("There is no backup in {}.", at.display()),
            "Nothing was changed.",
            "Choose the folder that a backup was written to.",
            false,
        ),
        Error::DiskFull => dto(
            "disk_full",
            "The disk is full.",
            "What was saved before is safe; the last words are still in this window.",
            "Free some space, then save. Do not close the window yet.",
            true,
        ),
        Error::ReadOnly(_) => dto(
            "read_only",
            "This folder cannot be written to.",
            "Nothing was changed; what was saved before is safe.",
            "Let Lectern write to the folder, or copy it to where that is possible, and start again.",
            false,
        ),
        Error::Missing(file) if file == ATTACHMENT => dto(
            "attachment_missing",
            "The file of an attachment is missing on this computer.",
            "Every text is safe.",
            "Diagnostics can have the next sync get it again.",
            false,
        ),
        Error::Missing(file) => dto(
            "missing",
            &format!("A file of the workspace is missing: {file}."),
            "The other files were left as they are.",
            "Bring it back to where it was, or restore a backup (lecternctl restore).",
            false,
        ),
        Error::Truncated(file) => dto(
            "truncated",
            &format!(
                "A file of the workspace is shorter than it should be: {file}. It may have been copied while it was in use."
            ),
            "Every file was left as it is.",
            "Copy it again from where it is whole, or restore a backup (lecternctl restore).",
            false,
        ),
        Error::Damaged { what: ATTACHMENT, .. } => dto(
            "attachment_damaged",
            "The file of an attachment is damaged.",
            "Every text is safe.",
            "Diagnostics can have the next sync get it again.",
            false,
        ),
        Error::Damaged { what: "database", .. } => dto(
            "damaged",
            &format!("The database of the workspace is damaged: {what}."),
            "Nothing was changed.",
            "Make a copy of the workspace's folder, then restore a backup (lecternctl restore).",
            false,
        ),
        Error::Damaged { .. } => dto(
            "damaged",
            &format!("Something in the workspace cannot be read: {what}."),
            "Nothing was changed.",
            "Make a backup, then look at Diagnostics.",
            false,
        ),
        _ => dto(
            "storage",
            &format!("The workspace could not be read or written: {what}."),
            "What was saved before is safe.",
            "Try again; if it stays so, restart Lectern.",
            true,
        ),
    }
}

fn of_remote(site: &str, error: &domain::RemoteError) -> ErrorDto {
    use domain::RemoteErrorKind as Kind;
    let nothing = "Nothing was stored, sent or changed.";
    match error.kind {
        Kind::Unreachable => dto(
            "unreachable",
            &format!("No site answers at {site}."),
            nothing,
            "Check the spelling, or your network.",
            true,
        ),
        Kind::WrongSite => dto(
            "wrong_site",
            &format!("There is a website at {site}, but not the kind you chose."),
            nothing,
            "Use the address that you see after signing in.",
            false,
        ),
        Kind::Portal => dto(
            "captive_portal",
            &format!(
                "This network asks you to sign in before it lets anything through (its page answered instead of {site})."
            ),
            nothing,
            "Sign in to the network, then try again.",
            true,
        ),
        Kind::SignIn => dto(
            "wrong_token",
            &format!("{site} does not accept this access key. It may be mistyped, expired or deleted."),
            "Nothing was stored.",
            "Paste another.",
            false,
        ),
        Kind::Throttled | Kind::Later(_) => dto(
            "throttled",
            &format!("{site} takes no more requests for now."),
            nothing,
            "Wait a minute, then try again.",
            true,
        ),
        Kind::Down => dto(
            "site_down",
            &format!("{site} answers with an error ({}).", error.words),
            "Your changes are safe here.",
            "Try again later.",
            true,
        ),
        Kind::Stopped => dto("stopped", "Stopped.", "The rest goes next time.", "Sync again when you like.", true),
        Kind::Forbidden | Kind::NotFound | Kind::Refused | Kind::Malformed => {
            dto("refused", &format!("{site} answered: {}", error.words), nothing, "Check what you asked for.", false)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use store::Error;

    use super::*;
    use crate::app::App;

    #[test]
    fn what_cannot_be_mended_by_trying_again_does_not_say_so() {
        let damaged = |what| Error::Damaged { what, why: "malformed".to_owned() };
        for (error, code, again) in [
            (Error::Locked("process 4121, since 09:02".to_owned()), "already_open", true),
            (Error::Newer, "newer_workspace", false),
            (Error::Missing("lectern.db".to_owned()), "missing", false),
            (Error::Missing(ATTACHMENT.to_owned()), "attachment_missing", false),
            (Error::Truncated("lectern.db".to_owned()), "truncated", false),
            (Error::ReadOnly("making the lock".to_owned()), "read_only", false),
            (damaged("database"), "damaged", false),
            (damaged("time"), "damaged", false),
            (damaged(ATTACHMENT), "attachment_damaged", false),
            (Error::DiskFull, "disk_full", true),
            (Error::PreviousIo, "storage", true),
        ] {
            let told = Failure::Store(error).words_at_start();
            assert_eq!((told.code.as_str(), told.retryable), (code, again), "{told:?}");
            assert_eq!(told.next.contains("ry again"), again, "{told:?}");
            for part in [&told.what, &told.safe, &told.next] {
                assert!(part.ends_with(['.', ')']) && !part.contains("You can read everything"), "{told:?}");
            }
        }
    }

    /// Writes a file of the workspace anew.
    type Harm = fn(&std::path::Path);

    #[tokio::test]
    async fn a_workspace_that_is_not_whole_says_which_file_and_stays_as_it_is() {
        let harms: [(Harm, &str, &str); 4] = [
            (|folder| std::fs::remove_file(folder.join("lectern.db")).unwrap(), "missing", "lectern.db"),
            (
                |folder| std::fs::write(folder.join("lectern.db"), b"SQLite format 3").unwrap(),
                "truncated",
                "lectern.db",
            ),
            (|folder| std::fs::write(folder.join("lectern.db"), [b'x'; 8192]).unwrap(), "damaged", "database"),
            (|folder| std::fs::write(folder.join("lectern.db"), b"").unwrap(), "truncated", "lectern.db"),
        ];
        for (harm, code, named) in harms {
            let folder = tempfile::tempdir().unwrap();
            let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
            app.local_space_new("Notes").await.unwrap();
            app.close().await;
            drop(app);
            // What its log holds would make it whole again.
            for log in ["lectern.db-wal", "lectern.db-shm"] {
                let _absent = std::fs::remove_file(folder.path().join(log));
            }
            harm(folder.path());
            let length = std::fs::metadata(folder.path().join("lectern.db")).map_or(0, |file| file.len());
            let Err(failure) = App::open(folder.path(), Arc::new(|_| {})).await else { panic!("{code}: it opened") };
            let told = failure.words_at_start();
            assert_eq!(told.code, code, "{told:?}");
            assert!(told.what.contains(named), "{told:?}");
            let after = std::fs::metadata(folder.path().join("lectern.db")).map_or(0, |file| file.len());
            assert_eq!(after, length, "{code}");
        }
    }
}
