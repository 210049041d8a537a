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
}

fn dto(code: &str, what: &str, safe: &str, next: &str, retryable: bool) -> ErrorDto {
    ErrorDto { code: code.to_owned(), what: what.to_owned(), safe: safe.to_owned(), next: next.to_owned(), retryable }
}

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
            "You can read everything; editing is off.",
            "Choose another folder.",
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
