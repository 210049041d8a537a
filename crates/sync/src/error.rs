//! Why a run as a whole could not go on. What concerns one site or item is in the report instead.

/// A run's failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace could not be read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A sync of this workspace is under way in this process.
    #[error("A sync is under way already.")]
    Running,
    /// Reading for a plan was stopped: it would not show all that a sync would do.
    #[error("Stopped.")]
    Stopped,
    /// Something stored is not of the form that this version writes.
    #[error("stored sync data could not be read: {0}")]
    Stored(String),
}

/// Result of the engine.
pub type Result<T> = std::result::Result<T, Error>;
