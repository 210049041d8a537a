//! Outbox and what waits for the person.

use super::{Answer, State, answer};
use crate::dto::{ConflictDto, DifferenceDto, NeedsYouDto, OutboxItemDto, ResolutionDto, SavedDto};

/// Unsent changes.
#[tauri::command]
pub async fn outbox(app: State<'_>) -> Answer<Vec<OutboxItemDto>> {
    answer(app.outbox().await)
}

/// What the next sync would change there.
#[tauri::command]
pub async fn outbox_difference(app: State<'_>, id: String) -> Answer<DifferenceDto> {
    answer(app.outbox_difference(&id).await)
}

/// Throws an unsent change away.
#[tauri::command]
pub async fn outbox_discard(app: State<'_>, id: String) -> Answer<SavedDto> {
    answer(app.outbox_discard(&id).await)
}

/// Conflicts, questions, refused items.
#[tauri::command]
pub async fn needs_you(app: State<'_>) -> Answer<Vec<NeedsYouDto>> {
    answer(app.needs_you().await)
}

/// A conflict, whole.
#[tauri::command]
pub async fn conflict(app: State<'_>, id: String) -> Answer<ConflictDto> {
    answer(app.conflict(&id).await)
}

/// Carries out what the person chose.
#[tauri::command]
pub async fn conflict_resolve(app: State<'_>, id: String, resolution: ResolutionDto, about: String) -> Answer<()> {
    answer(app.conflict_resolve(&id, resolution, &about).await)
}

/// Lets the next sync try again what a site refused.
#[tauri::command]
pub async fn parked_retry(app: State<'_>, id: String) -> Answer<()> {
    answer(app.parked_retry(&id).await)
}
