//! From arguments to an answer.

use std::ffi::OsString;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use serde_json::json;

#[cfg(feature = "sync-engine")]
use super::args::AccountCommand;
use super::args::{Arguments, AttachmentCommand, Command, SpaceCommand, TrashCommand};
use super::named::space;
use super::told::{Answer, DONE, Told, USAGE, failed};
use super::{care, document, folders, versions, words};
#[cfg(feature = "sync-engine")]
use super::{site, words_of_sync};
use crate::app::App;
use crate::dto::{SpaceDto, TreeRowDto};
use crate::error::{Failure, Result};

/// Does what the arguments ask (the first is the program's name). `input` is read only where they say so.
pub async fn run<I, T>(arguments: I, input: &mut (dyn Read + Send)) -> Answer
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let Some(folder) = arguments.workspace else {
        let words = "the following required argument was not provided: --workspace <DIR>";
        return usage(&Arguments::command().error(ErrorKind::MissingRequiredArgument, words));
    };
    match carry_out(&folder, arguments.command, input).await {
        Ok(told) => told.answer(arguments.json),
        Err(failure) => failed(&failure, arguments.json),
    }
}

/// Help and version are asked for; everything else is a mistake.
fn usage(error: &clap::Error) -> Answer {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Answer { out: text, err: String::new(), code: DONE },
        _ => Answer { out: String::new(), err: text, code: USAGE },
    }
}

async fn carry_out(folder: &Path, command: Command, input: &mut (dyn Read + Send)) -> Result<Told> {
    if let Command::Restore { from } = &command {
        return care::restore(from, folder).await;
    }
    // A mistyped folder must not become a new, empty workspace.
    if !matches!(command, Command::Init) && !folder.join("lectern.db").exists() {
        let words = format!(
            "There is no workspace in {}. \u{201c}lecternctl --workspace DIR init\u{201d} makes one.",
            folder.display()
        );
        return Err(Failure::Invalid(words));
    }
    let app = App::open(folder, Arc::new(|_| {})).await?;
    let told = dispatch(&app, folder, command, input).await;
    app.close().await;
    told
}

async fn dispatch(app: &App, folder: &Path, command: Command, input: &mut (dyn Read + Send)) -> Result<Told> {
    match command {
        Command::Init => init(folder),
        #[cfg(feature = "sync-engine")]
        Command::Account(command) => match command {
            AccountCommand::Add(add) => site::add(app, *add, input).await,
            AccountCommand::List => {
                let accounts = app.accounts().await?;
                Told::new(&accounts, words_of_sync::accounts(&accounts))
            }
            AccountCommand::GoOn { id } => {
                app.account_go_on(&id).await?;
                Told::new(&json!({ "goesOn": id }), "The next sync takes the site as it is.\n".to_owned())
            }
            AccountCommand::Remove { id, with_spaces } => {
                app.account_remove(&id, !with_spaces).await?;
                Told::new(&json!({ "removed": id }), "Removed.\n".to_owned())
            }
        },
        Command::Space(command) => match command {
            SpaceCommand::New { name } => {
                let space = app.local_space_new(&name).await?;
                Told::new(&space, words::spaces(std::slice::from_ref(&space)))
            }
            #[cfg(feature = "sync-engine")]
            SpaceCommand::Available { account } => {
                let spaces = app.spaces_available(&account).await?;
                Told::new(&spaces, words_of_sync::available(&spaces))
            }
            #[cfg(feature = "sync-engine")]
            SpaceCommand::Keep { account, remote } => {
                let spaces = app.spaces_keep(&account, &[remote]).await?;
                Told::new(&spaces, words::spaces(&spaces))
            }
            SpaceCommand::List => {
                let spaces = app.spaces().await?;
                Told::new(&spaces, words::spaces(&spaces))
            }
        },
        #[cfg(feature = "sync-engine")]
        Command::Strategy(arguments) => site::strategy(app, arguments).await,
        Command::Tree { space } => tree(app, space.as_deref()).await,
        Command::Search(search) => document::search(app, search).await,
        Command::Show { id, body } => document::show(app, &id, body).await,
        Command::Edit(edit) => document::edit(app, edit, input).await,
        Command::New(new) => document::make(app, new, input).await,
        Command::Attachment(AttachmentCommand::Add { file, space }) => document::attach(app, &file, &space).await,
        Command::Attachment(AttachmentCommand::List { space: within }) => {
            let kept = app.library(&space(app, &within).await?.id).await?;
            Told::new(&kept, words::attachments(&kept))
        }
        Command::Attachment(AttachmentCommand::Remove { which, space: within }) => {
            let removed = app.library_remove(&space(app, &within).await?.id, &which).await?;
            let words = format!("Removed: {}, {} bytes.\n", words::files(removed.files), removed.bytes);
            Told::new(&removed, words)
        }
        Command::Move(to) => document::place(app, to).await,
        Command::Delete { id } => document::delete(app, &id).await,
        Command::Trash(TrashCommand::List) => {
            let deleted = app.trash().await?;
            Told::new(&deleted, words::deleted(&deleted))
        }
        Command::Trash(TrashCommand::Restore { id }) => {
            let saved = app.trash_restore(&id).await?;
            let words = format!("Back: {}.\n", words::title(&saved.title, &saved.body));
            Told::new(&saved, words)
        }
        Command::Trash(TrashCommand::Purge { id }) => {
            app.trash_purge(&id).await?;
            Told::new(&json!({ "purged": id }), "Gone for good, with its history.\n".to_owned())
        }
        Command::Export { space, to, plan } => folders::export(app, &space, &to, plan).await,
        Command::Import(import) => folders::import(app, import).await,
        Command::Stats => care::stats(app).await,
        Command::Doctor { repair } => care::doctor(app, repair).await,
        Command::Backup { to } => care::backup(app, &to).await,
        // Done without opening the workspace.
        Command::Restore { from } => care::restore(&from, folder).await,
        Command::History(asked) => versions::history(app, asked).await,
        Command::Retention(asked) => versions::retention(app, asked).await,
        #[cfg(feature = "sync-engine")]
        Command::Outbox { id } => site::outbox(app, id.as_deref()).await,
        #[cfg(feature = "sync-engine")]
        Command::Link { id, space, to } => site::link(app, &id, &space, to.as_deref()).await,
        #[cfg(feature = "sync-engine")]
        Command::Unlink { id, account } => {
            let targets = app.document_unlink(&id, &account).await?;
            Told::new(&targets, "Unlinked. Both copies stay where they are, each a document of its own.\n".to_owned())
        }
        #[cfg(feature = "sync-engine")]
        Command::Discard { id } => {
            let saved = app.outbox_discard(&id).await?;
            Told::new(&saved, "Thrown away. The text stays in the history.\n".to_owned())
        }
        #[cfg(feature = "sync-engine")]
        Command::Retry { id } => {
            app.parked_retry(&id).await?;
            Told::new(&json!({ "retry": id }), "The next sync tries again.\n".to_owned())
        }
        #[cfg(feature = "sync-engine")]
        Command::Sync { execute: Some(plan), without, .. } => site::execute(app, &plan, without).await,
        #[cfg(feature = "sync-engine")]
        Command::Sync { plan, only, .. } => site::sync(app, plan, only.as_deref()).await,
        #[cfg(feature = "sync-engine")]
        Command::Undo { run, ids } => {
            let undone = app.sync_undo(&run, (!ids.is_empty()).then_some(ids.as_slice())).await?;
            Told::new(&undone, words_of_sync::undone(&undone))
        }
        #[cfg(feature = "sync-engine")]
        Command::Conflicts { id } => site::conflicts(app, id.as_deref()).await,
        #[cfg(feature = "sync-engine")]
        Command::Resolve(resolve) => site::resolve(app, resolve, input).await,
        #[cfg(feature = "sync-engine")]
        Command::Report { run } => {
            let report = app.report(run.as_deref()).await?;
            Told::new(&report, words_of_sync::report(&report))
        }
        #[cfg(feature = "sync-engine")]
        Command::Status => site::status(app).await,
    }
}

fn init(folder: &Path) -> Result<Told> {
    let json = json!({ "workspace": folder.display().to_string(), "capabilities": App::capabilities() });
    Told::new(&json, format!("The workspace is in {}.\n", folder.display()))
}

#[derive(serde::Serialize)]
struct SpaceTree {
    space: SpaceDto,
    rows: Vec<TreeRowDto>,
}

async fn tree(app: &App, wanted: Option<&str>) -> Result<Told> {
    let spaces = match wanted {
        Some(wanted) => vec![space(app, wanted).await?],
        None => app.spaces().await?,
    };
    let mut trees = Vec::new();
    for space in spaces {
        let rows = app.tree(&space.id).await?;
        trees.push(SpaceTree { space, rows });
    }
    let words: Vec<String> = trees.iter().map(|tree| words::tree(&tree.space, &tree.rows)).collect();
    Told::new(&trees, if words.is_empty() { "No space is kept yet.\n".to_owned() } else { words.join("\n") })
}
