//! The one window: where it may go, what it opens outside, how it checks spelling.

use tauri::{AppHandle, Manager, Url, WebviewWindowBuilder, webview::NewWindowResponse};
use tauri_plugin_opener::OpenerExt;

use crate::events;

/// Label of the one window, in `tauri.conf.json` and `capabilities/main.json`.
pub(crate) const MAIN: &str = "main";

/// Makes the window from `tauri.conf.json`. A link in a document asks for a new window; none is ever made: the window is told
/// the address, and opens what is kept here, or asks for the system's browser.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let config = app.config().app.windows.iter().find(|window| window.label == MAIN).cloned();
    let Some(config) = config else { return Err(tauri::Error::WindowNotFound) };
    let opener = app.clone();
    let window = WebviewWindowBuilder::from_config(app, &config)?
        .on_new_window(move |url, _features| {
            events::link(&opener, as_written(&url));
            NewWindowResponse::Deny
        })
        .on_navigation(|url| {
            let stays = is_ours(url);
            if !stays {
                tracing::warn!(scheme = url.scheme(), "the window was asked to leave the program and stayed");
            }
            stays
        })
        .build()?;
    window.with_webview(check_spelling)?;
    Ok(())
}

/// Brings the window to the front: someone started the program a second time.
pub(crate) fn raise(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for outcome in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = outcome {
            tracing::warn!(%error, "the window did not come to the front");
        }
    }
}

/// Opens a link that the person pressed, outside.
#[tauri::command]
pub(crate) fn link_open(app: AppHandle, url: String) {
    match Url::parse(&url) {
        Ok(url) => open_outside(&app, &url),
        Err(error) => tracing::warn!(%error, "not an address"),
    }
}

/// Ends the program and starts it again, so that the new one restores a backup before it opens the workspace.
#[tauri::command]
pub(crate) async fn backup_restore(
    window: AppHandle,
    app: lectern::commands::State<'_>,
    folder: String,
) -> lectern::commands::Answer<()> {
    app.restore_at_start(&folder).await.map_err(|failure| failure.words())?;
    app.close().await;
    window.request_restart();
    Ok(())
}

/// Ends the program and starts it again: what kept the workspace from being opened may be gone.
#[tauri::command]
pub(crate) fn start_again(window: AppHandle) {
    window.request_restart();
}

/// Opens an address in the system's browser or mail program; refuses every other kind.
pub(crate) fn open_outside(app: &AppHandle, url: &Url) {
    if !may_leave(url) {
        tracing::warn!(scheme = url.scheme(), "an address of this kind is not opened");
        return;
    }
    // The automated window tests ask what would have been opened instead of starting a browser.
    if let Some(list) = std::env::var_os("LECTERN_OPENED_LINKS") {
        note_link(list.as_ref(), url);
    } else if let Err(error) = app.opener().open_url(url.as_str(), None::<&str>) {
        tracing::warn!(%error, "the system opened no browser");
    }
}

/// The address of a pressed link as its document says it: a relative one was read against the program's own address.
fn as_written(url: &Url) -> String {
    if !is_ours(url) || url.scheme() == "about" {
        return url.to_string();
    }
    let after = |sign: &str, part: Option<&str>| part.map(|part| format!("{sign}{part}")).unwrap_or_default();
    format!("{}{}{}", url.path(), after("?", url.query()), after("#", url.fragment()))
}

fn note_link(list: &std::path::Path, url: &Url) {
    use std::io::Write;
    let written = std::fs::OpenOptions::new().create(true).append(true).open(list);
    if let Err(error) = written.and_then(|mut file| writeln!(file, "{url}")) {
        tracing::warn!(%error, "the link could not be noted");
    }
}

/// Addresses that the system may be asked to open.
fn may_leave(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https" | "mailto")
}

/// Addresses that may be shown inside the window: the program's own files, and empty or written frames. A development
/// build also shows Vite's server.
fn is_ours(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        ("http" | "https", Some("tauri.localhost")) => cfg!(any(windows, target_os = "android")),
        ("http", Some("localhost")) => cfg!(not(feature = "custom-protocol")) && url.port() == Some(1420),
        // A place within a written frame is that frame.
        ("about", _) => matches!(url.as_str().split('#').next(), Some("about:blank" | "about:srcdoc")),
        _ => false,
    }
}

/// Turns on the red underlines, in the language of the system and in English.
#[cfg(target_os = "linux")]
fn check_spelling(webview: tauri::webview::PlatformWebview) {
    use webkit2gtk::{WebContextExt, WebViewExt};
    let Some(context) = webview.inner().context() else { return };
    let languages = spelling_languages(std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).ok().as_deref());
    context.set_spell_checking_languages(&languages.iter().map(String::as_str).collect::<Vec<_>>());
    context.set_spell_checking_enabled(true);
}

#[cfg(not(target_os = "linux"))]
fn check_spelling(_webview: tauri::webview::PlatformWebview) {}

/// `de_DE.UTF-8` gives `de_DE` and `en_US`; no language, or `C`, gives English.
#[cfg(target_os = "linux")]
fn spelling_languages(locale: Option<&str>) -> Vec<String> {
    let own =
        locale.and_then(|locale| locale.split(['.', '@']).next()).filter(|tag| !matches!(*tag, "" | "C" | "POSIX"));
    let mut languages: Vec<String> = own.map(str::to_owned).into_iter().collect();
    if !languages.iter().any(|language| language.starts_with("en")) {
        languages.push("en_US".to_owned());
    }
    languages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_the_programs_own_files_only() {
        for (address, ours) in [
            ("tauri://localhost/", true),
            ("tauri://localhost/frames/visual.html", true),
            ("about:blank", true),
            ("about:srcdoc", true),
            ("about:srcdoc#part", true),
            ("tauri://elsewhere/", false),
            ("https://example.org/", false),
            ("http://127.0.0.1:8080/", false),
            ("data:text/html,x", false),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("attach://localhost/known", false),
            ("blob:tauri://localhost/1", false),
        ] {
            assert_eq!(is_ours(&Url::parse(address).unwrap()), ours, "{address}");
        }
    }

    #[test]
    fn a_relative_link_is_told_as_it_is_written() {
        for (address, written) in [
            ("tauri://localhost/courses/1/pages/a?b#c", "/courses/1/pages/a?b#c"),
            ("tauri://localhost/lectern/entities/x", "/lectern/entities/x"),
            ("https://canvas.example/courses/1", "https://canvas.example/courses/1"),
            ("mailto:a@example.org", "mailto:a@example.org"),
            ("about:srcdoc#part", "about:srcdoc#part"),
        ] {
            assert_eq!(as_written(&Url::parse(address).unwrap()), written, "{address}");
        }
    }

    #[test]
    fn only_web_and_mail_addresses_leave() {
        for (address, leaves) in [
            ("https://canvas.example/courses/1", true),
            ("http://example.org/", true),
            ("mailto:a@example.org", true),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
            ("vscode://open", false),
            ("tauri://localhost/", false),
        ] {
            assert_eq!(may_leave(&Url::parse(address).unwrap()), leaves, "{address}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn spelling_follows_the_system_and_always_has_english() {
        assert_eq!(spelling_languages(Some("de_DE.UTF-8")), ["de_DE", "en_US"]);
        assert_eq!(spelling_languages(Some("en_GB.UTF-8")), ["en_GB"]);
        assert_eq!(spelling_languages(Some("C")), ["en_US"]);
        assert_eq!(spelling_languages(None), ["en_US"]);
    }
}
