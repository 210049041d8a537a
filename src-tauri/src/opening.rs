//! The workspace is opened while its window is drawn: each takes about as long as the other. The window asks how that ended before
//! it asks for anything else.

use std::{path::PathBuf, sync::Arc};

use lectern::{app::App, dto::ErrorDto, error::Failure};
use serde::Serialize;
use tauri::{AppHandle, Manager};
use tokio::sync::watch;

use crate::events;

/// Why there is no workspace to show.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Closed {
    /// The folder of the workspace.
    folder: String,
    error: ErrorDto,
}

/// A workspace that is being opened, or was.
pub(crate) struct Opening {
    folder: String,
    /// How it ended; nothing before that.
    ended: watch::Receiver<Option<Result<(), ErrorDto>>>,
}

/// Opens a workspace, and hands it to the commands.
pub(crate) fn begin(app: &AppHandle, folder: PathBuf) {
    let (tell, ended) = watch::channel(None);
    app.manage(Opening { folder: folder.display().to_string(), ended });
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tracing::info!(folder = %folder.display(), "opening the workspace");
        let opened = App::open(&folder, Arc::new(events::to_window(app.clone()))).await;
        tell.send_replace(Some(match opened {
            Ok(lectern) => {
                app.manage(lectern);
                Ok(())
            }
            Err(failure) => {
                tracing::error!(%failure, "the workspace cannot be opened");
                Err(failure.words_at_start())
            }
        }));
    });
}

/// Waits until the workspace is open; tells why, where it cannot be opened.
#[tauri::command]
pub(crate) async fn closed(opening: tauri::State<'_, Opening>) -> Result<Option<Closed>, ErrorDto> {
    let mut ended = opening.ended.clone();
    let error = match ended.wait_for(Option::is_some).await.as_deref() {
        Ok(Some(Err(error))) => error.clone(),
        Ok(_) => return Ok(None),
        // What opens it ended without a word.
        Err(_) => Failure::Invalid("The workspace was not opened.".to_owned()).words(),
    };
    Ok(Some(Closed { folder: opening.folder.clone(), error }))
}
