//! A space as a folder of files.

use super::{Answer, State, answer};
use crate::dto::{FolderDto, ImportUndoneDto};

/// Where an export of a space would go, as a suggestion.
#[tauri::command]
pub async fn export_place(app: State<'_>, space: String) -> Answer<String> {
    answer(app.export_place(&space).await)
}

/// What an export would write.
#[tauri::command]
pub async fn export_plan(app: State<'_>, space: String, folder: String) -> Answer<FolderDto> {
    answer(app.export_plan(&space, &folder).await)
}

/// What an import would do.
#[tauri::command]
pub async fn import_plan(app: State<'_>, folder: String, space: String) -> Answer<FolderDto> {
    answer(app.import_plan(&folder, &space).await)
}

/// Carries out the export or import that was planned last.
#[tauri::command]
pub async fn folder_run(app: State<'_>, plan: String) -> Answer<FolderDto> {
    answer(app.folder_run(&plan).await)
}

/// Asks the export or import that runs to stop.
#[tauri::command]
pub fn folder_stop(app: State<'_>) {
    app.folder_stop();
}

/// Takes the last import back.
#[tauri::command]
pub async fn import_undo(app: State<'_>, import: String) -> Answer<Vec<ImportUndoneDto>> {
    answer(app.import_undo(&import).await)
}
