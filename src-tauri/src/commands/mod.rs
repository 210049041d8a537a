//! What the window may ask for: a name, arguments, and one call into the application each.

mod accounts;
mod care;
mod documents;
mod folders;
mod linked_files;
mod needs_you;
mod pictures;
mod syncing;
mod trash;
mod workspace;
mod writing;

pub use accounts::*;
pub use care::*;
pub use documents::*;
pub use folders::*;
pub use linked_files::*;
pub use needs_you::*;
pub use pictures::*;
pub use syncing::*;
pub use trash::*;
pub use workspace::*;
pub use writing::*;

use crate::dto::ErrorDto;
use crate::error::Result;

/// The application as the window's state.
pub type State<'a> = tauri::State<'a, std::sync::Arc<crate::app::App>>;

/// What a command answers.
pub type Answer<T> = std::result::Result<T, ErrorDto>;

fn answer<T>(result: Result<T>) -> Answer<T> {
    result.map_err(|failure| failure.words())
}
