//! A space as a folder of files: `export` and `import`.

use std::fmt::Write as _;
use std::path::Path;

use super::args::ImportArguments;
use super::named::space;
use super::table::columns;
use super::told::{DONE, FAILED, Told, WAITS};
use super::words::kind;
use crate::app::App;
use crate::dto::{FolderDto, ImportUndoneDto};
use crate::error::{Failure, Result};

pub(super) async fn export(app: &App, wanted: &str, to: &Path, only_plan: bool) -> Result<Told> {
    let space = space(app, wanted).await?;
    let plan = app.export_plan(&space.id, &whole(to)?).await?;
    told(if only_plan { plan } else { app.folder_run(&plan.id).await? }, "written", "to write")
}

pub(super) async fn import(app: &App, import: ImportArguments) -> Result<Told> {
    if let Some(undo) = &import.undo {
        let undone = app.import_undo(undo).await?;
        let code = if undone.iter().all(|one| one.done) { DONE } else { WAITS };
        return Ok(Told::new(&undone, of_undone(&undone))?.with_code(code));
    }
    let (Some(from), Some(wanted)) = (&import.from, &import.space) else {
        return Err(Failure::Invalid("Name the folder and the space.".to_owned()));
    };
    let space = space(app, wanted).await?;
    let plan = app.import_plan(&whole(from)?, &space.id).await?;
    told(if import.plan { plan } else { app.folder_run(&plan.id).await? }, "read", "to read")
}

/// A path from its beginning, whatever folder the command was typed in.
fn whole(path: &Path) -> Result<String> {
    let whole = std::path::absolute(path).map_err(|error| Failure::Invalid(format!("{}: {error}.", path.display())))?;
    match whole.to_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(Failure::Invalid("The name of this folder is no text that every system reads.".to_owned())),
    }
}

fn told(folder: FolderDto, done: &str, planned: &str) -> Result<Told> {
    let any = |is: &dyn Fn(&str, &str) -> bool| folder.lines.iter().any(|line| is(&line.state, &line.outcome));
    let code = if folder.outcome == "stopped" || any(&|_, outcome| outcome == "failed") {
        FAILED
    } else if any(&|state, _| matches!(state, "refused" | "waits")) {
        WAITS
    } else {
        DONE
    };
    let verb = if folder.outcome == "planned" { planned } else { done };
    Ok(Told::new(&folder, words(&folder, verb))?.with_code(code))
}

fn words(folder: &FolderDto, verb: &str) -> String {
    let rows: Vec<Vec<String>> = folder
        .lines
        .iter()
        .map(|line| {
            let state = match (line.state.as_str(), line.outcome.as_str()) {
                (_, "failed") => "failed",
                (_, "stopped") => "not done",
                ("waits", _) => "needs you",
                ("refused", _) => "left alone",
                (state, _) => state,
            };
            let what = line.kind.map_or("", kind);
            vec![state.to_owned(), what.to_owned(), line.path.clone(), line.title.clone(), line.words.clone()]
        })
        .collect();
    let mut text = if rows.is_empty() { String::new() } else { columns(&rows, "") };
    let went = folder.lines.iter().filter(|line| matches!(line.outcome.as_str(), "done" | "planned"));
    let went = went.filter(|line| !matches!(line.state.as_str(), "refused" | "removed")).count();
    let left = folder.lines.iter().filter(|line| line.state == "refused" || line.outcome == "failed").count();
    let files = if went == 1 { "1 file".to_owned() } else { format!("{went} files") };
    let _ = write!(text, "{files} {verb}, {} unchanged", folder.unchanged);
    if left > 0 {
        let _ = write!(text, ", {left} left alone");
    }
    text.push_str(".\n");
    for note in &folder.notes {
        let _ = writeln!(text, "{note}");
    }
    if folder.outcome == "stopped" {
        text.push_str("Stopped. What was done so far stays.\n");
    }
    if let Some(undo) = &folder.undo {
        let _ = writeln!(text, "Import: {undo}\n\u{201c}lecternctl import --undo {undo}\u{201d} takes it back.");
    }
    text
}

fn of_undone(undone: &[ImportUndoneDto]) -> String {
    let rows: Vec<Vec<String>> =
        undone.iter().map(|one| vec![one.title.clone(), one.words.clone(), one.entity.clone()]).collect();
    columns(&rows, "That import changed nothing.")
}
