//! `lecternctl`: the application without a window. Arguments in, words or JSON and an exit code out; `docs/cli.md` holds the promise.

pub mod args;
mod care;
mod document;
mod folders;
mod named;
mod run;
#[cfg(feature = "sync-engine")]
mod site;
mod table;
#[cfg(test)]
mod tests;
mod told;
mod versions;
mod words;
#[cfg(feature = "sync-engine")]
mod words_of_sync;

pub use run::run;
pub use told::Answer;
