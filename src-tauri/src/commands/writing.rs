//! What the editors ask for while a person writes.

use super::{Answer, State, answer};
use crate::dto::{
    ChecksDto, ChosenFixDto, DocumentDto, FollowedDto, FoundDto, ReplaceDto, ReplaceHitsDto, ReplaceInDto,
    ReplaceUndoDto, ReplacedDto, SavedDto, SearchDto,
};

/// The address by which one document links to another.
#[tauri::command]
pub async fn link_address(app: State<'_>, id: String, from: String) -> Answer<String> {
    answer(app.link_address(&id, &from).await)
}

/// Where a link of a document leads.
#[tauri::command]
pub async fn link_follow(app: State<'_>, url: String, from: Option<String>) -> Answer<FollowedDto> {
    answer(app.link_follow(&url, from.as_deref()).await)
}

/// Documents that hold all the words.
#[tauri::command]
pub async fn search(app: State<'_>, query: SearchDto) -> Answer<Vec<FoundDto>> {
    answer(app.search(query).await)
}

/// What is wrong with a text while it is written.
#[tauri::command]
pub async fn checks(app: State<'_>, id: String) -> Answer<ChecksDto> {
    answer(app.checks(&id).await)
}

/// Mends one finding.
#[tauri::command]
pub async fn check_fix(app: State<'_>, id: String, chosen: ChosenFixDto) -> Answer<SavedDto> {
    answer(app.check_fix(&id, chosen).await)
}

/// Every place in a space where words are found.
#[tauri::command]
pub async fn replace_find(app: State<'_>, query: ReplaceDto) -> Answer<Vec<ReplaceHitsDto>> {
    answer(app.replace_find(query).await)
}

/// Replaces the places that were ticked.
#[tauri::command]
pub async fn replace_run(
    app: State<'_>,
    query: ReplaceDto,
    replacement: String,
    chosen: Vec<ReplaceInDto>,
) -> Answer<ReplacedDto> {
    answer(app.replace_run(query, &replacement, chosen).await)
}

/// Takes a replacing back, whole.
#[tauri::command]
pub async fn replace_undo(app: State<'_>, undo: Vec<ReplaceUndoDto>) -> Answer<ReplacedDto> {
    answer(app.replace_undo(undo).await)
}

/// Copies a document into a space.
#[tauri::command]
pub async fn document_copy(app: State<'_>, id: String, space: String) -> Answer<DocumentDto> {
    answer(app.document_copy(&id, &space).await)
}

/// Keeps a copy of a document as a template.
#[tauri::command]
pub async fn template_keep(app: State<'_>, id: String) -> Answer<DocumentDto> {
    answer(app.template_keep(&id).await)
}

/// The space in which templates are kept.
#[tauri::command]
pub async fn templates(app: State<'_>) -> Answer<Option<String>> {
    answer(app.templates().await)
}
