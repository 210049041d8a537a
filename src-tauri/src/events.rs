//! What the program tells the window without being asked, as one event.

use lectern::dto::EventDto;
use tauri::{AppHandle, Emitter};

/// The name of the one event.
const NAME: &str = "lectern";

/// A function that hands events to the window, for the app that knows no window.
pub(crate) fn to_window(window: AppHandle) -> impl Fn(EventDto) + Send + Sync + 'static {
    move |event| {
        if let Err(error) = window.emit(NAME, event) {
            tracing::warn!(%error, "the window did not take an event");
        }
    }
}

/// Tells the window that a link was pressed.
pub(crate) fn link(window: &AppHandle, url: String) {
    to_window(window.clone())(EventDto::Link { url });
}
