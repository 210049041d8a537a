//! What can go wrong with a workspace, by what the caller does about it.

use std::path::PathBuf;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has the workspace open.
    #[error("This workspace is already open in another window of Lectern ({0}).")]
    Locked(String),
    /// The database was written by a newer program and is left untouched.
    #[error("This workspace was used by a newer Lectern. This one will not touch it, so that nothing is lost.")]
    Newer,
    /// What was asked for is not there.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The entity changed since the caller read it.
    #[error("it changed meanwhile")]
    Raced,
    /// It stands on that site already.
    #[error("it is on that site already")]
    Taken,
    /// It would stand inside itself.
    #[error("it cannot stand inside itself")]
    Inside,
    /// Its site has not been told yet.
    #[error("its site has not been told yet; it can go after the next sync")]
    Unsent,
    /// Where a backup was to be written, something is already.
    #[error("something is at {0} already")]
    Occupied(PathBuf),
    /// A folder that should hold a backup holds none.
    #[error("there is no backup in {0}")]
    NoBackup(PathBuf),
    /// A file of the workspace is not there.
    #[error("a file of the workspace is missing: {0}")]
    Missing(String),
    /// A file of the workspace is shorter than it says.
    #[error("a file of the workspace was cut short: {0}")]
    Truncated(String),
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The folder cannot be written to.
    #[error("this folder cannot be written to: {0}")]
    ReadOnly(String),
    /// A stored value is not of the form that this version writes.
    #[error("a stored {what} could not be read: {why}")]
    Damaged {
        /// What was read.
        what: &'static str,
        /// Why it could not.
        why: String,
    },
    /// A test's crash hook ended the process's life here.
    #[error("crashed at {0}")]
    Crashed(&'static str),
    /// SQLite failed otherwise.
    #[error("the database failed: {0}")]
    Sqlite(sqlx::Error),
    /// The draft store refuses everything until it is opened again, which the next use does.
    #[error("an earlier write to the draft store failed")]
    PreviousIo,
    /// redb failed.
    #[error("the draft store failed: {0}")]
    Redb(String),
    /// A file operation failed.
    #[error("{what} failed: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}

/// Result of the store.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failed file operation, by what the caller does about it.
    #[must_use]
    pub fn file(what: &'static str, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly(format!("{what}: {source}"))
            }
            _ => Self::File { what, source },
        }
    }

    fn from_redb(error: redb::Error) -> Self {
        use std::io::ErrorKind;
        let damaged = |why: String| Self::Damaged { what: "draft database", why };
        match error {
            redb::Error::Io(source) if matches!(source.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
                damaged(source.to_string())
            }
            redb::Error::Io(source) => Self::file("keeping drafts", source),
            redb::Error::Corrupted(why) => damaged(why),
            redb::Error::PreviousIo => Self::PreviousIo,
            error => Self::Redb(error.to_string()),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        // SQLite's primary result codes: 8 READONLY, 11 CORRUPT, 13 FULL, 26 NOTADB.
        let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<i32>().ok());
        match code.map(|code| code & 0xff) {
            Some(8) => Self::ReadOnly(error.to_string()),
            Some(11 | 26) => Self::Damaged { what: "database", why: error.to_string() },
            Some(13) => Self::DiskFull,
            _ => Self::Sqlite(error),
        }
    }
}

macro_rules! from_redb {
    ($($name:ty),*) => {$(
        impl From<$name> for Error {
            fn from(error: $name) -> Self {
                Self::from_redb(redb::Error::from(error))
            }
        }
    )*};
}
from_redb!(
    redb::DatabaseError,
    redb::TransactionError,
    redb::TableError,
    redb::StorageError,
    redb::CommitError,
    redb::SetDurabilityError
);
