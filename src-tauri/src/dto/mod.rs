//! The wire types: what crosses from Rust to the window and to `--json`. TypeScript is generated from them
//! (`ui/src/lib/api/generated`), and a test (`fresh`) fails when it is stale. Times are RFC 3339 in UTC, ids are text.

mod accounts;
mod care;
mod conflicts;
mod documents;
mod folders;
#[cfg(test)]
mod fresh;
mod linked_files;
mod linking;
mod moving;
mod outbox;
mod pictures;
mod reports;
mod status;
mod strategies;
mod trash;
mod tree;
mod writing;

pub use accounts::*;
pub use care::*;
pub use conflicts::*;
pub use documents::*;
pub use folders::*;
pub use linked_files::*;
pub use linking::*;
pub use moving::*;
pub use outbox::*;
pub use pictures::*;
pub use reports::*;
pub use status::*;
pub use strategies::*;
pub use trash::*;
pub use tree::*;
pub use writing::*;
