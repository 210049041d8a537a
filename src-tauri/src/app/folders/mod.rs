//! A space as a folder of files: written there, read back. Both are planned first; what is carried out is what was shown.

mod disk;
mod exporting;
mod importing;
mod kinds;
mod planning;
mod reading;
mod undo;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::folder::{MANIFEST, Manifest};
use store::Space;

use super::App;
use super::care::{home, named_folder};
use crate::dto::{EventDto, FolderDto, FolderLineDto};
use crate::error::{Failure, Result};

/// How often a listener hears how far it is.
const EVERY: std::time::Duration = std::time::Duration::from_millis(250);

/// What is planned, and whether it shall stop.
#[derive(Default)]
pub(crate) struct Folders {
    planned: Mutex<Option<(String, Planned)>>,
    stop: AtomicBool,
    /// One export or import at a time.
    turn: tokio::sync::Mutex<()>,
}

enum Planned {
    Export(Box<exporting::Export>),
    Import(Box<importing::Import>),
}

impl Folders {
    fn keep(&self, id: &str, plan: Planned) {
        *self.planned.lock().unwrap_or_else(PoisonError::into_inner) = Some((id.to_owned(), plan));
    }

    /// A plan is carried out once.
    fn take(&self, id: &str) -> Result<Planned> {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        match planned.take_if(|(known, _)| known == id) {
            Some((_, plan)) => Ok(plan),
            None => Err(Failure::Invalid("This was planned before something else was. Look again first.".to_owned())),
        }
    }

    fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl App {
    /// Carries out the export or import that was planned under this name.
    pub async fn folder_run(&self, plan: &str) -> Result<FolderDto> {
        let _turn = self.folders.turn.lock().await;
        self.folders.stop.store(false, Ordering::Relaxed);
        match self.folders.take(plan)? {
            Planned::Export(export) => self.export(*export).await,
            Planned::Import(import) => self.import(*import).await,
        }
    }

    /// Asks the export or import that runs to stop after the file that it is at.
    pub fn folder_stop(&self) {
        self.folders.stop.store(true, Ordering::Relaxed);
    }

    /// Where an export of a space would go, as a suggestion.
    pub async fn export_place(&self, space: &str) -> Result<String> {
        let space = self.store.space(super::id(space)?).await?;
        Ok(home().join(domain::folder::stem(&space.name)).display().to_string())
    }

    /// Tells how far it is, now and then.
    fn steps(&self, total: usize) -> Steps<'_> {
        Steps { app: self, total, done: 0, told: std::time::Instant::now() }
    }
}

struct Steps<'a> {
    app: &'a App,
    total: usize,
    done: usize,
    told: std::time::Instant,
}

impl Steps<'_> {
    /// One more is done; whether to go on.
    fn next(&mut self) -> bool {
        self.done += 1;
        if self.told.elapsed() >= EVERY {
            self.told = std::time::Instant::now();
            let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            self.app.tell(EventDto::Folder { done: count(self.done), total: count(self.total) });
        }
        !self.app.folders.is_stopping()
    }
}

/// The folder that a person named, and not one of the workspace's own.
fn folder_named(app: &App, text: &str) -> Result<PathBuf> {
    let folder = named_folder(text)?;
    let whole = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let own = whole(app.store.folder());
    // What is not there yet lies in the nearest folder above it that is.
    let there = folder.ancestors().find(|above| above.exists()).map(whole).unwrap_or_default();
    if there.starts_with(&own) {
        return Err(Failure::Invalid("This folder is a part of the workspace. Choose another.".to_owned()));
    }
    Ok(folder)
}

/// The note of an earlier export in a folder; none where there is none.
fn manifest_in(folder: &Path) -> Result<Option<Manifest>> {
    let unusable = |why: &str| Failure::Invalid(format!("{MANIFEST} in this folder cannot be used: {why}."));
    let path = folder.join(MANIFEST);
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let text = disk::read_text(&path).map_err(|why| unusable(why.trim_end_matches('.')))?;
    Manifest::read(&text).map(Some).map_err(|why| unusable(&why))
}

fn told(id: &str, folder: &Path, space: &Space) -> FolderDto {
    FolderDto {
        id: id.to_owned(),
        folder: folder.display().to_string(),
        space: space.id.to_string(),
        space_name: space.name.clone(),
        lines: Vec::new(),
        unchanged: 0,
        notes: Vec::new(),
        outcome: "planned".to_owned(),
        undo: None,
    }
}

fn line(path: &str, state: &str, words: &str) -> FolderLineDto {
    FolderLineDto {
        path: path.to_owned(),
        state: state.to_owned(),
        entity: None,
        kind: None,
        title: String::new(),
        words: words.to_owned(),
        outcome: "planned".to_owned(),
    }
}

fn failed(line: &mut FolderLineDto, words: &str) {
    line.outcome = "failed".to_owned();
    line.words = words.to_owned();
}

/// The end of one that may have been stopped: what was not done says so.
fn ended(mut done: FolderDto, stopped: bool) -> FolderDto {
    done.outcome = if stopped { "stopped" } else { "done" }.to_owned();
    for line in done.lines.iter_mut().filter(|line| line.outcome == "planned" && line.state != "refused") {
        line.outcome = "stopped".to_owned();
    }
    done
}
