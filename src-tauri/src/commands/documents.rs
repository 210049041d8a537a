//! Documents, drafts and their history.

use super::{Answer, State, answer};
use crate::dto::{
    DifferenceDto, DocumentDto, EditDto, MoveUndoDto, MovedDto, NewDocumentDto, PlaceDto, RevisionDto, SavedDto,
};

/// A document, whole.
#[tauri::command]
pub async fn document(app: State<'_>, id: String) -> Answer<DocumentDto> {
    answer(app.document(&id).await)
}

/// Tags to pick from while a topic's are edited.
#[tauri::command]
pub async fn tags_in_use(app: State<'_>, space: String) -> Answer<Vec<String>> {
    answer(app.tags_in_use(&space).await)
}

/// Names to pick from while somebody is mentioned.
#[tauri::command]
pub async fn people_in_use(app: State<'_>, space: String) -> Answer<Vec<String>> {
    answer(app.people_in_use(&space).await)
}

/// Makes what is being typed durable.
#[tauri::command]
pub async fn draft_save(app: State<'_>, id: String, edit: EditDto) -> Answer<String> {
    answer(app.draft_save(&id, edit).await)
}

/// Throws a draft away.
#[tauri::command]
pub async fn draft_discard(app: State<'_>, id: String) -> Answer<()> {
    answer(app.draft_discard(&id).await)
}

/// Saves a draft that was found into its document.
#[tauri::command]
pub async fn draft_keep(app: State<'_>, id: String) -> Answer<SavedDto> {
    answer(app.draft_keep(&id).await)
}

/// What keeping a draft would change in its document.
#[tauri::command]
pub async fn draft_difference(app: State<'_>, id: String) -> Answer<DifferenceDto> {
    answer(app.draft_difference(&id).await)
}

/// Makes a reply that is being written durable.
#[tauri::command]
pub async fn reply_draft_save(app: State<'_>, id: String, reply_to: Option<i64>, edit: EditDto) -> Answer<String> {
    answer(app.reply_draft_save(&id, reply_to, edit).await)
}

/// Makes a document of a reply that was being written.
#[tauri::command]
pub async fn reply_keep(app: State<'_>, id: String) -> Answer<DocumentDto> {
    answer(app.reply_keep(&id).await)
}

/// Ends a reply that was being written.
#[tauri::command]
pub async fn reply_draft_discard(app: State<'_>, id: String) -> Answer<()> {
    answer(app.reply_draft_discard(&id).await)
}

/// Saves an edit.
#[tauri::command]
pub async fn document_save(app: State<'_>, id: String, edit: EditDto) -> Answer<SavedDto> {
    answer(app.document_save(&id, edit).await)
}

/// Makes a document.
#[tauri::command]
pub async fn document_new(app: State<'_>, new: NewDocumentDto) -> Answer<DocumentDto> {
    answer(app.document_new(new).await)
}

/// Deletes a document here.
#[tauri::command]
pub async fn document_delete(app: State<'_>, id: String) -> Answer<SavedDto> {
    answer(app.document_delete(&id).await)
}

/// Makes a module behind the others of a course.
#[tauri::command]
pub async fn module_new(app: State<'_>, space: String, title: String) -> Answer<MovedDto> {
    answer(app.module_new(&space, &title).await)
}

/// Makes a heading in a module, or a link to a web address.
#[tauri::command]
pub async fn item_new(app: State<'_>, module: String, title: String, url: Option<String>) -> Answer<MovedDto> {
    answer(app.item_new(&module, &title, url).await)
}

/// Moves something to another place, or puts a document into a module.
#[tauri::command]
pub async fn place_move(app: State<'_>, id: String, to: PlaceDto) -> Answer<MovedDto> {
    answer(app.place_move(&id, &to).await)
}

/// Takes a move back.
#[tauri::command]
pub async fn move_undo(app: State<'_>, undo: MoveUndoDto) -> Answer<()> {
    answer(app.move_undo(undo).await)
}

/// Makes a version current again.
#[tauri::command]
pub async fn document_restore(app: State<'_>, id: String, revision: String) -> Answer<SavedDto> {
    answer(app.document_restore(&id, &revision).await)
}

/// Versions, newest first.
#[tauri::command]
pub async fn history(app: State<'_>, id: String) -> Answer<Vec<RevisionDto>> {
    answer(app.history(&id).await)
}

/// What another version says otherwise than this one; what the document says now, where none is named.
#[tauri::command]
pub async fn revision_difference(
    app: State<'_>,
    id: String,
    revision: String,
    other: Option<String>,
) -> Answer<DifferenceDto> {
    answer(app.revision_difference(&id, &revision, other.as_deref()).await)
}
