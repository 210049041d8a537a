//! Pictures that come into texts, and the library of what is kept.

use tauri::ipc::{InvokeBody, Request};

use super::{Answer, State, answer};
use crate::dto::{AttachedDto, LibraryItemDto, LibraryRemovedDto, PastedDto};
use crate::error::Failure;

/// Begins to take a picture into a space.
#[tauri::command]
pub async fn picture_begin(app: State<'_>, space: String, name: String, size: u64) -> Answer<String> {
    answer(app.picture_begin(&space, &name, size).await)
}

/// Takes the next piece of a picture: the body of the request as it is, under the token that a header names.
#[tauri::command]
pub async fn picture_piece(app: State<'_>, request: Request<'_>) -> Answer<()> {
    let token = request.headers().get("picture").and_then(|token| token.to_str().ok()).unwrap_or_default();
    match bytes_of(request.body()) {
        Some(piece) => answer(app.picture_piece(token, piece).await),
        None => answer(Err(Failure::Invalid("A piece of a picture comes as bytes.".to_owned()))),
    }
}

/// Where the web view cannot send bytes as they are, they come as numbers.
fn bytes_of(body: &InvokeBody) -> Option<Vec<u8>> {
    match body {
        InvokeBody::Raw(bytes) => Some(bytes.clone()),
        InvokeBody::Json(numbers) => serde_json::from_value(numbers.clone()).ok(),
    }
}

/// Keeps a picture that has come whole.
#[tauri::command]
pub async fn picture_end(app: State<'_>, token: String) -> Answer<AttachedDto> {
    answer(app.picture_end(&token).await)
}

/// Throws away what has come of a picture.
#[tauri::command]
pub async fn picture_stop(app: State<'_>, token: String) -> Answer<()> {
    answer(app.picture_stop(&token))
}

/// Makes pasted markup fit for a text of a space.
#[tauri::command]
pub async fn paste(app: State<'_>, space: String, html: String) -> Answer<PastedDto> {
    answer(app.paste(&space, &html).await)
}

/// What is kept for the texts of a space.
#[tauri::command]
pub async fn library(app: State<'_>, space: String) -> Answer<Vec<LibraryItemDto>> {
    answer(app.library(&space).await)
}

/// Removes what nothing names.
#[tauri::command]
pub async fn library_remove(app: State<'_>, space: String, shas: Vec<String>) -> Answer<LibraryRemovedDto> {
    answer(app.library_remove(&space, &shas).await)
}

/// Puts back what was removed last.
#[tauri::command]
pub async fn library_put_back(app: State<'_>) -> Answer<()> {
    answer(app.library_put_back().await)
}
