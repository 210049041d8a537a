//! Accounts and what to keep of them. Secrets come in, and never go out.

use secrecy::SecretString;

use super::{Answer, State, answer};
use crate::dto::{AccountDto, AvailableSpaceDto, KeyWishDto, SampleItemDto, SpaceDto, UserKeyRequestDto};

/// Accounts.
#[tauri::command]
pub async fn accounts(app: State<'_>) -> Answer<Vec<AccountDto>> {
    answer(app.accounts().await)
}

/// Removes an account.
#[tauri::command]
pub async fn account_remove(app: State<'_>, id: String, keep_spaces: bool) -> Answer<()> {
    answer(app.account_remove(&id, keep_spaces).await)
}

/// Goes on with a site that was set back to an earlier state.
#[tauri::command]
pub async fn account_go_on(app: State<'_>, id: String) -> Answer<()> {
    answer(app.account_go_on(&id).await)
}

/// Connects Canvas.
#[tauri::command]
pub async fn connect_canvas(app: State<'_>, url: String, token: String) -> Answer<AccountDto> {
    answer(app.connect_canvas(&url, SecretString::from(token).into()).await)
}

/// Connects Discourse by an admin-issued key.
#[tauri::command]
pub async fn connect_discourse_key(
    app: State<'_>,
    url: String,
    api_key: String,
    username: String,
) -> Answer<AccountDto> {
    answer(app.connect_discourse_key(&url, SecretString::from(api_key).into(), &username).await)
}

/// Begins the user-API-key flow: by a code where the forum offers it, else by copying what it shows.
#[tauri::command]
pub async fn connect_discourse_begin(app: State<'_>, url: String, wish: KeyWishDto) -> Answer<UserKeyRequestDto> {
    answer(app.connect_discourse_begin(&url, wish).await)
}

/// Ends it with what the person pasted.
#[tauri::command]
pub async fn connect_discourse_finish(app: State<'_>, request: String, payload: String) -> Answer<AccountDto> {
    answer(app.connect_discourse_finish(&request, &payload).await)
}

/// Asks once whether the person has answered on the forum.
#[tauri::command]
pub async fn connect_discourse_poll(app: State<'_>, request: String) -> Answer<Option<AccountDto>> {
    answer(app.connect_discourse_poll(&request).await)
}

/// Courses or categories that an account may keep.
#[tauri::command]
pub async fn spaces_available(app: State<'_>, account: String) -> Answer<Vec<AvailableSpaceDto>> {
    answer(app.spaces_available(&account).await)
}

/// Keeps courses or categories.
#[tauri::command]
pub async fn spaces_keep(app: State<'_>, account: String, remotes: Vec<String>) -> Answer<Vec<SpaceDto>> {
    answer(app.spaces_keep(&account, &remotes).await)
}

/// Opens the built-in sample.
#[tauri::command]
pub async fn sample_open(app: State<'_>) -> Answer<Vec<SpaceDto>> {
    answer(app.sample_open().await)
}

/// What someone else may edit in the sample.
#[tauri::command]
pub async fn sample_items(app: State<'_>) -> Answer<Vec<SampleItemDto>> {
    answer(app.sample_items().await)
}

/// Edits an item of the sample as someone else.
#[tauri::command]
pub async fn sample_edit(app: State<'_>, id: String, title: String, body: String) -> Answer<()> {
    answer(app.sample_edit(&id, &title, &body).await)
}
