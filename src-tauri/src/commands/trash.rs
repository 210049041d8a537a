//! What was deleted here.

use super::{Answer, State, answer};
use crate::dto::{DeletedDto, SavedDto};

/// What lies in the trash.
#[tauri::command]
pub async fn trash(app: State<'_>) -> Answer<Vec<DeletedDto>> {
    answer(app.trash().await)
}

/// Brings something back.
#[tauri::command]
pub async fn trash_restore(app: State<'_>, id: String) -> Answer<SavedDto> {
    answer(app.trash_restore(&id).await)
}

/// Deletes something in the trash for good.
#[tauri::command]
pub async fn trash_purge(app: State<'_>, id: String) -> Answer<()> {
    answer(app.trash_purge(&id).await)
}

/// Puts back into the trash what was deleted for good.
#[tauri::command]
pub async fn trash_put_back(app: State<'_>, id: String) -> Answer<()> {
    answer(app.trash_put_back(&id).await)
}
