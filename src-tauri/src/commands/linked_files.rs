//! Files that texts link to.

use super::{Answer, State, answer};
use crate::dto::{FileLimitsDto, LinkedFileDto};

/// The files that a document links to.
#[tauri::command]
pub async fn files(app: State<'_>, id: String) -> Answer<Vec<LinkedFileDto>> {
    answer(app.files(&id).await)
}

/// Puts a copy of a kept file into the folder for downloads.
#[tauri::command]
pub async fn file_copy(app: State<'_>, id: String, address: String) -> Answer<String> {
    answer(app.file_copy(&id, &address).await)
}

/// Which linked files of a course are kept.
#[tauri::command]
pub async fn file_limits(app: State<'_>, space: String) -> Answer<FileLimitsDto> {
    answer(app.file_limits(&space).await)
}

/// Chooses which.
#[tauri::command]
pub async fn file_limits_set(app: State<'_>, space: String, limits: FileLimitsDto) -> Answer<()> {
    answer(app.file_limits_set(&space, limits).await)
}
