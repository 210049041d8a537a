//! What a subcommand has to say, and its exit code.

use serde::Serialize;
use serde_json::Value;

use crate::dto::ErrorDto;
use crate::error::{Failure, Result};

/// Exit codes, as `docs/cli.md` promises them.
pub(super) const DONE: u8 = 0;
pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const WAITS: u8 = 3;

/// What goes to the output, to the error output, and to the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// For the output.
    pub out: String,
    /// For the error output.
    pub err: String,
    /// Exit code.
    pub code: u8,
}

/// An answer in both forms.
pub(super) struct Told {
    /// Absent where the bytes are the answer in both forms.
    pub(super) json: Option<Value>,
    pub(super) words: String,
    pub(super) code: u8,
}

impl Told {
    /// An answer of a command that is done.
    pub(super) fn new(json: &impl Serialize, words: String) -> Result<Self> {
        let json = serde_json::to_value(json).map_err(|error| Failure::Invalid(error.to_string()))?;
        Ok(Self { json: Some(json), words, code: DONE })
    }

    /// The same with an exit code.
    pub(super) fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// For the terminal, or for a script.
    pub(super) fn answer(self, json: bool) -> Answer {
        let out = match self.json {
            Some(value) if json => format!("{value:#}\n"),
            _ => self.words,
        };
        Answer { out, err: String::new(), code: self.code }
    }
}

/// A failure in words, or as JSON.
pub(super) fn failed(failure: &Failure, json: bool) -> Answer {
    let words: ErrorDto = failure.words();
    let err = if json {
        serde_json::to_string_pretty(&words).unwrap_or(words.what)
    } else {
        [words.what, words.safe, words.next].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    };
    Answer { out: String::new(), err: format!("{err}\n"), code: FAILED }
}
