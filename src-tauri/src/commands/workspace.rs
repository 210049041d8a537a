//! Spaces, trees, status.

use super::{Answer, State, answer};
use crate::app::App;
use crate::dto::{CapabilitiesDto, SpaceDto, StatusDto, TreeRowDto};

/// What this build can do.
#[tauri::command]
pub fn capabilities() -> CapabilitiesDto {
    App::capabilities()
}

/// The truth about the workspace.
#[tauri::command]
pub async fn status(app: State<'_>) -> Answer<StatusDto> {
    answer(app.status().await)
}

/// Spaces.
#[tauri::command]
pub async fn spaces(app: State<'_>) -> Answer<Vec<SpaceDto>> {
    answer(app.spaces().await)
}

/// The tree of one space.
#[tauri::command]
pub async fn tree(app: State<'_>, space: String) -> Answer<Vec<TreeRowDto>> {
    answer(app.tree(&space).await)
}

/// Makes a space on no site.
#[tauri::command]
pub async fn local_space_new(app: State<'_>, name: String) -> Answer<SpaceDto> {
    answer(app.local_space_new(&name).await)
}
