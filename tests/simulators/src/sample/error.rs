//! Why the sample cannot be opened or edited.

use std::{fmt, io};

/// Why the sample cannot be opened or edited.
#[derive(Debug)]
pub enum SampleError {
    /// A file of the sample is missing or cannot be understood. Since the files are compiled in, a test of this crate meets it first.
    Content {
        /// The file, counted from `sample/`.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A server could not be started on loopback.
    Start(io::Error),
    /// A server refuses something, as it would refuse it to a person.
    Refused {
        /// What was refused.
        what: String,
        /// The server's answer.
        answer: String,
    },
    /// There is no such item to edit.
    Unknown(String),
}

impl SampleError {
    pub(super) fn new(file: &str, problem: impl fmt::Display) -> Self {
        Self::Content { file: file.to_owned(), problem: problem.to_string() }
    }

    pub(super) fn refused(what: &str, answer: impl fmt::Display) -> Self {
        Self::Refused { what: what.to_owned(), answer: answer.to_string() }
    }
}

impl fmt::Display for SampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content { file, problem } => write!(f, "the sample's file {file}: {problem}"),
            Self::Start(error) => write!(f, "the sample's server cannot be started: {error}"),
            Self::Refused { what, answer } => write!(f, "the sample's server refuses {what}: {answer}"),
            Self::Unknown(id) => write!(f, "the sample has no item {id:?}"),
        }
    }
}

impl std::error::Error for SampleError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for SampleError {
    fn from(error: io::Error) -> Self {
        Self::Start(error)
    }
}
