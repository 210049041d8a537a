//! The program with a window.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod events;
mod opening;
mod protocol;
mod window;

use std::{path::PathBuf, process::ExitCode};

use lectern::commands;
use tauri::Manager;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_env_filter(EnvFilter::from_default_env()).with_writer(std::io::stderr).init();
    let workspace = match workspace_of(std::env::args().skip(1)) {
        Ok(workspace) => workspace,
        Err(usage) => {
            tracing::error!("{usage}");
            return ExitCode::from(2);
        }
    };
    match run(workspace) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "Lectern could not start");
            ExitCode::FAILURE
        }
    }
}

fn run(workspace: Option<PathBuf>) -> tauri::Result<()> {
    // Two workspaces may be open at once, each in a window of its own: only the default one is a single instance.
    let single = workspace.is_none();
    let mut builder = tauri::Builder::default();
    if single {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::raise(app)));
    }
    builder
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .invoke_handler(tauri::generate_handler![
            commands::accounts,
            commands::account_go_on,
            commands::account_remove,
            commands::connect_canvas,
            commands::connect_discourse_key,
            commands::connect_discourse_begin,
            commands::connect_discourse_finish,
            commands::connect_discourse_poll,
            commands::spaces_available,
            commands::spaces_keep,
            commands::sample_open,
            commands::sample_items,
            commands::sample_edit,
            commands::document,
            commands::tags_in_use,
            commands::people_in_use,
            commands::draft_save,
            commands::reply_draft_save,
            commands::reply_keep,
            commands::reply_draft_discard,
            commands::draft_discard,
            commands::draft_keep,
            commands::draft_difference,
            commands::document_save,
            commands::document_new,
            commands::document_delete,
            commands::document_restore,
            commands::module_new,
            commands::item_new,
            commands::place_move,
            commands::move_undo,
            commands::history,
            commands::revision_difference,
            commands::outbox,
            commands::outbox_difference,
            commands::outbox_discard,
            commands::needs_you,
            commands::conflict,
            commands::conflict_resolve,
            commands::parked_retry,
            commands::sync_start,
            commands::sync_stop,
            commands::sync_plan,
            commands::sync_execute,
            commands::sync_undo,
            commands::reports,
            commands::report,
            commands::capabilities,
            commands::status,
            commands::spaces,
            commands::tree,
            commands::local_space_new,
            commands::link_address,
            commands::link_follow,
            commands::files,
            commands::file_copy,
            commands::file_limits,
            commands::file_limits_set,
            commands::search,
            commands::checks,
            commands::check_fix,
            commands::replace_find,
            commands::replace_run,
            commands::replace_undo,
            commands::export_place,
            commands::export_plan,
            commands::import_plan,
            commands::folder_run,
            commands::folder_stop,
            commands::import_undo,
            commands::document_copy,
            commands::template_keep,
            commands::templates,
            commands::stats,
            commands::health,
            commands::retention,
            commands::retention_set,
            commands::backup_place,
            commands::backup_make,
            commands::backup_look,
            commands::notices,
            commands::strategy,
            commands::strategy_choose,
            commands::document_targets,
            commands::document_link,
            commands::document_unlink,
            commands::trash,
            commands::trash_restore,
            commands::trash_purge,
            commands::trash_put_back,
            commands::picture_begin,
            commands::picture_piece,
            commands::picture_end,
            commands::picture_stop,
            commands::paste,
            commands::library,
            commands::library_remove,
            commands::library_put_back,
            window::backup_restore,
            opening::closed,
            window::start_again,
            window::link_open,
        ])
        .register_asynchronous_uri_scheme_protocol("attach", |context, request, responder| {
            let source = protocol::kept_here(context.app_handle().clone());
            tauri::async_runtime::spawn(async move { responder.respond(protocol::answer(source, request).await) });
        })
        .setup(move |app| {
            let folder = match workspace {
                Some(folder) => folder,
                None => app.path().app_data_dir()?.join("workspace"),
            };
            opening::begin(app.handle(), folder);
            window::open(app.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

/// `--workspace DIR`, or nothing for the default one.
fn workspace_of(mut arguments: impl Iterator<Item = String>) -> Result<Option<PathBuf>, &'static str> {
    const USAGE: &str = "usage: lectern [--workspace DIR]";
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(None),
        (Some("--workspace"), Some(folder), None) => Ok(Some(PathBuf::from(folder))),
        _ => Err(USAGE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_named_or_the_default() {
        let of = |arguments: &[&str]| workspace_of(arguments.iter().map(|word| (*word).to_owned()));
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["--workspace", "/tmp/w"]), Ok(Some(PathBuf::from("/tmp/w"))));
        assert!(of(&["--workspace"]).is_err());
        assert!(of(&["elsewhere"]).is_err());
    }

    #[test]
    fn every_command_is_granted_to_the_window_and_asked_for_by_it() {
        let source = include_str!("main.rs");
        let (_, handler) = source.split_once("generate_handler![").unwrap();
        let (handler, _) = handler.split_once("])").unwrap();
        let commands: Vec<&str> =
            handler.split(',').filter_map(|path| path.trim().rsplit_once("::")).map(|(_, name)| name).collect();
        assert!(commands.len() > 50);
        let (built, granted) = (include_str!("../build.rs"), include_str!("../capabilities/main.json"));
        let asked = include_str!("../../ui/src/lib/api/tauri.ts");
        for command in commands {
            assert!(built.contains(&format!("\"{command}\"")), "{command} is not named in build.rs");
            let permission = format!("\"allow-{}\"", command.replace('_', "-"));
            assert!(granted.contains(&permission), "{command} is not granted in capabilities/main.json");
            assert!(asked.contains(&format!("'{command}'")), "{command} is not asked for in api/tauri.ts");
        }
    }
}
