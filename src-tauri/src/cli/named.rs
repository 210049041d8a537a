//! What an argument names: a space, a text.

use std::io::Read;
use std::path::Path;

use crate::app::App;
use crate::dto::SpaceDto;
use crate::error::{Failure, Result};

/// A space by its id, or by its name where only one has it.
pub(super) async fn space(app: &App, wanted: &str) -> Result<SpaceDto> {
    let spaces = app.spaces().await?;
    if let Some(space) = spaces.iter().find(|space| space.id == wanted) {
        return Ok(space.clone());
    }
    let mut named = spaces.iter().filter(|space| space.name == wanted);
    match (named.next(), named.next()) {
        (Some(space), None) => Ok(space.clone()),
        (Some(_), Some(_)) => {
            Err(Failure::Invalid(format!("More than one space is called \u{201c}{wanted}\u{201d}. Name it by its id.")))
        }
        (None, _) => Err(Failure::Invalid(format!("There is no space \u{201c}{wanted}\u{201d}."))),
    }
}

/// The text of a file, or of the input for `-`.
pub(super) fn source(file: &Path, input: &mut (dyn Read + Send)) -> Result<String> {
    let unreadable =
        |error: &dyn std::fmt::Display| Failure::Invalid(format!("{} could not be read: {error}.", file.display()));
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        input.read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    } else {
        bytes = std::fs::read(file).map_err(|error| unreadable(&error))?;
    }
    String::from_utf8(bytes).map_err(|_| unreadable(&"it is not text in UTF-8"))
}
