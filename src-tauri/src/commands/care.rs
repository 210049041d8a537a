//! Care of the workspace: what is measured, the doctor, backups.

use super::{Answer, State, answer};
use crate::dto::{BackupDto, HealthDto, NoticeDto, RetentionDto, StatsDto};

/// What is measured of the workspace.
#[tauri::command]
pub async fn stats(app: State<'_>) -> Answer<StatsDto> {
    answer(app.measured().await)
}

/// Looks through the whole workspace.
#[tauri::command]
pub async fn health(app: State<'_>, repair: bool) -> Answer<HealthDto> {
    answer(app.health(repair).await)
}

/// How much history is kept.
#[tauri::command]
pub async fn retention(app: State<'_>) -> Answer<RetentionDto> {
    answer(app.retention().await)
}

/// Chooses how much history is kept.
#[tauri::command]
pub async fn retention_set(app: State<'_>, retention: RetentionDto) -> Answer<RetentionDto> {
    answer(app.retention_set(retention).await)
}

/// Where a backup would go, as a suggestion.
#[tauri::command]
pub fn backup_place(app: State<'_>) -> String {
    app.backup_place()
}

/// Copies the workspace into a folder.
#[tauri::command]
pub async fn backup_make(app: State<'_>, folder: String) -> Answer<BackupDto> {
    answer(app.backup_make(&folder).await)
}

/// What a backup holds.
#[tauri::command]
pub async fn backup_look(app: State<'_>, folder: String) -> Answer<BackupDto> {
    answer(app.backup_look(&folder).await)
}

/// What was found when the workspace was opened.
#[tauri::command]
pub fn notices(app: State<'_>) -> Vec<NoticeDto> {
    app.notices()
}
