//! Tells Cargo what to watch and, for the window, which commands exist: a command that is not named here and granted in
//! `capabilities/main.json` cannot be reached.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=migrations");
    #[cfg(feature = "desktop")]
    desktop()?;
    Ok(())
}

#[cfg(feature = "desktop")]
fn desktop() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(manifest),
    )?;
    Ok(())
}

#[cfg(feature = "desktop")]
const COMMANDS: &[&str] = &[
    "accounts",
    "account_go_on",
    "account_remove",
    "connect_canvas",
    "connect_discourse_key",
    "connect_discourse_begin",
    "connect_discourse_finish",
    "spaces_available",
    "spaces_keep",
    "sample_open",
    "sample_items",
    "sample_edit",
    "document",
    "draft_save",
    "reply_draft_save",
    "reply_draft_discard",
    "reply_keep",
    "draft_discard",
    "draft_keep",
    "draft_difference",
    "document_save",
    "document_new",
    "document_delete",
    "document_restore",
    "module_new",
    "item_new",
    "place_move",
    "move_undo",
    "history",
    "revision_difference",
    "outbox",
    "outbox_difference",
    "outbox_discard",
    "needs_you",
    "conflict",
    "conflict_resolve",
    "parked_retry",
    "sync_start",
    "sync_stop",
    "sync_plan",
    "sync_execute",
    "sync_undo",
    "reports",
    "report",
    "capabilities",
    "status",
    "spaces",
    "tree",
    "local_space_new",
    "link_address",
    "link_follow",
    "files",
    "file_copy",
    "file_limits",
    "file_limits_set",
    "search",
    "checks",
    "check_fix",
    "replace_find",
    "replace_run",
    "replace_undo",
    "document_copy",
    "template_keep",
    "templates",
    "connect_discourse_poll",
    "stats",
    "health",
    "retention",
    "retention_set",
    "closed",
    "start_again",
    "backup_place",
    "backup_make",
    "backup_look",
    "notices",
    "backup_restore",
    "trash",
    "trash_restore",
    "trash_purge",
    "trash_put_back",
    "strategy",
    "strategy_choose",
    "picture_begin",
    "picture_piece",
    "picture_end",
    "picture_stop",
    "paste",
    "document_targets",
    "document_link",
    "document_unlink",
    "library",
    "library_remove",
    "library_put_back",
    "link_open",
    "tags_in_use",
    "people_in_use",
    "export_place",
    "export_plan",
    "import_plan",
    "folder_run",
    "folder_stop",
    "import_undo",
];
