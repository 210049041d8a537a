//! A folder read into a space, as it was planned. A file of a document that is here becomes an edit of it; others become new documents. Nothing
//! is deleted, and nothing is overwritten that the file's writer cannot have seen.

use std::path::Path;

use domain::folder::{Agreed, Entry, MANIFEST};
use domain::links::Attached;
use domain::{Content, EntityId, Kind};
use store::{Draft, NewEntity, Space};

use super::super::{App, id, now, pictures};
use super::planning::{Planning, edit};
use super::reading::{Folder, read};
use super::undo::{Item, Record};
use super::{Planned, disk, ended, failed, folder_named, line, manifest_in, told};
use crate::dto::FolderDto;
use crate::error::{Failure, Result};

/// So many new documents in one commit.
const AT_ONCE: usize = 200;

/// An import as it was shown.
pub(super) struct Import {
    space: Space,
    folder: Folder,
    steps: Vec<Step>,
    shown: FolderDto,
}

/// What is done with one file.
pub(super) struct Step {
    /// The number of its line.
    pub(super) line: usize,
    pub(super) file: usize,
    pub(super) does: Does,
    /// Files of the folder that the text uses: path, and what they become.
    pub(super) uses: Vec<(String, Attached)>,
}

pub(super) enum Does {
    New { id: EntityId, kind: Kind, parent: Option<EntityId>, content: Content },
    Edit { entity: EntityId, counter: i64, mine: Content, whole: Content, joined: bool },
    Ask { entity: EntityId, counter: i64, base: Option<Content>, mine: Content },
}

impl App {
    /// What an import of a folder into a space would do. Nothing is changed.
    pub async fn import_plan(&self, folder: &str, space: &str) -> Result<FolderDto> {
        let space = self.store.space(id(space)?).await?;
        if let Some(why) = &space.read_only {
            return Err(Failure::Invalid(format!("Nothing can be changed there. {why}")));
        }
        let root = folder_named(self, folder)?;
        if !root.is_dir() {
            return Err(Failure::Invalid("There is no such folder.".to_owned()));
        }
        let mut notes = Vec::new();
        let note = manifest_in(&root).unwrap_or_else(|failure| {
            notes.push(format!("{failure} Files are recognised by their ids alone."));
            None
        });
        let own = note.filter(|note| note.space == space.id);
        let place = root.clone();
        let folder = tokio::task::spawn_blocking(move || read(&place, own))
            .await
            .map_err(|error| Failure::Invalid(format!("The folder could not be read ({error}).")))?
            .map_err(Failure::Invalid)?;
        let run = self.store.new_seed_text();
        let mut shown = told(&run, &root, &space);
        shown.notes = notes;
        let mut planning = Planning::new(self, &space, &folder);
        let steps = planning.plan(&mut shown).await?;
        shown.lines.extend(folder.refused.iter().map(|(path, why)| line(path, "refused", why)));
        shown.unchanged += u32::try_from(folder.untouched.len()).unwrap_or(u32::MAX);
        let import = Import { space, folder, steps, shown: shown.clone() };
        self.folders.keep(&run, Planned::Import(Box::new(import)));
        Ok(shown)
    }

    pub(super) async fn import(&self, import: Import) -> Result<FolderDto> {
        let Import { space, mut folder, steps, mut shown } = import;
        let mut record = Record::new(&shown, &folder.root);
        let mut progress = self.steps(steps.len());
        let mut stopped = false;
        let mut steps = steps.into_iter().peekable();
        while let Some(step) = steps.next() {
            let mut some = vec![step];
            while matches!(some[0].does, Does::New { .. }) && some.len() < AT_ONCE {
                match steps.next_if(|step| matches!(step.does, Does::New { .. })) {
                    Some(step) => some.push(step),
                    None => break,
                }
            }
            let count = some.len();
            if matches!(some[0].does, Does::New { .. }) {
                self.import_new(&space, &mut folder, some, &mut shown, &mut record).await?;
            } else if let Some(step) = some.pop() {
                self.import_edit(&space, &mut folder, step, &mut shown, &mut record).await?;
            }
            // What is done can be taken back, also where the program ends before the rest.
            self.keep_record(&record).await?;
            if !(0..count).fold(true, |on, _| progress.next() && on) {
                stopped = true;
                break;
            }
        }
        if let Some(note) = &folder.note
            && let Err(error) = disk::write(&folder.root, MANIFEST, note.written().as_bytes())
        {
            shown.notes.push(format!(
                "{MANIFEST} could not be written: {} The next import looks at the same files again.",
                disk::unwritable(&error)
            ));
        }
        shown.undo = (!record.is_empty()).then(|| record.id.clone());
        self.tell(crate::dto::EventDto::Changed { space: Some(space.id.to_string()), entities: Vec::new() });
        Ok(ended(shown, stopped))
    }

    async fn import_new(
        &self,
        space: &Space,
        folder: &mut Folder,
        steps: Vec<Step>,
        shown: &mut FolderDto,
        record: &mut Record,
    ) -> Result<()> {
        let mut made = Vec::new();
        let mut lines = Vec::new();
        for step in steps {
            let Does::New { id, kind, parent, mut content } = step.does else { continue };
            let known = parent.is_none_or(|parent| made.iter().any(|(id, _)| *id == parent));
            // What it stands under was not taken after all.
            if !known && parent.is_some_and(|parent| record.failed.contains(&parent)) {
                record.failed.insert(id);
                failed(&mut shown.lines[step.line], "What it belongs to was not taken.");
                continue;
            }
            if let Err(words) = self.take_files(space, folder, step.file, &step.uses).await {
                record.failed.insert(id);
                failed(&mut shown.lines[step.line], &words);
                continue;
            }
            self.with_files(space.id, kind.format(), &mut content.body).await?;
            lines.push((step.line, step.file));
            made.push((id, NewEntity { space: space.id, kind, parent, content }));
        }
        self.store.create_all_as(&made, now()).await?;
        for ((id, new), (line, file)) in made.into_iter().zip(lines) {
            shown.lines[line].outcome = "done".to_owned();
            record.add(Item::made(id, &new.content));
            agreed(folder, file, id, &new.content, record);
        }
        Ok(())
    }

    async fn import_edit(
        &self,
        space: &Space,
        folder: &mut Folder,
        step: Step,
        shown: &mut FolderDto,
        record: &mut Record,
    ) -> Result<()> {
        let line = &mut shown.lines[step.line];
        if let Err(words) = self.take_files(space, folder, step.file, &step.uses).await {
            failed(line, &words);
            return Ok(());
        }
        let (id, counter) = match &step.does {
            Does::Edit { entity, counter, .. } | Does::Ask { entity, counter, .. } => (*entity, *counter),
            Does::New { .. } => return Ok(()),
        };
        let entity = self.store.get(id).await?;
        if entity.counter != counter || self.store.draft(id)?.is_some() {
            failed(line, "It changed here meanwhile. Look again.");
            return Ok(());
        }
        let said = match step.does {
            Does::New { .. } => return Ok(()),
            Does::Edit { mut mine, whole, joined, .. } => {
                if joined {
                    self.with_files(space.id, entity.format, &mut mine.body).await?;
                    self.store.keep_version(id, &mine, "import", "you", now()).await?;
                }
                let edit = edit(&entity, &whole);
                match self.save_over(&entity, edit).await {
                    Ok(saved) => {
                        let after = self.store.get(id).await?.content;
                        record.add(Item::edited(id, saved.replaced.as_deref(), &after));
                        if joined { mine } else { after }
                    }
                    Err(failure) => {
                        failed(line, &failure.words().what);
                        return Ok(());
                    }
                }
            }
            Does::Ask { base, mut mine, .. } => {
                self.with_files(space.id, entity.format, &mut mine.body).await?;
                self.store.keep_version(id, &mine, "import", "you", now()).await?;
                let draft = Draft {
                    content: mine.clone(),
                    base: base.unwrap_or_default(),
                    // Below every counter: it is not known what the document said when the file was written.
                    counter: 0,
                    visual: None,
                    saved_at: now(),
                    session: self.session.clone(),
                };
                self.store.put_draft(id, &draft)?;
                self.tell_changed(space.id, id);
                record.add(Item::asked(id, &mine));
                mine
            }
        };
        line.outcome = "done".to_owned();
        agreed(folder, step.file, id, &said, record);
        Ok(())
    }

    /// Makes sure that a file is what was shown, and keeps what its text uses.
    async fn take_files(
        &self,
        space: &Space,
        folder: &Folder,
        file: usize,
        uses: &[(String, Attached)],
    ) -> std::result::Result<(), String> {
        let file = &folder.files[file];
        if disk::hash(&folder.root.join(&file.path)).as_deref() != Some(&file.sha256) {
            return Err("It changed in the folder meanwhile. Look again.".to_owned());
        }
        for (path, attached) in uses {
            let opened = disk::open(&folder.root.join(path)).map_err(|error| disk::unreadable(&error))?;
            let content_type = content_type(&folder.root.join(path));
            let kept = self.store.attach(space.id, &attached.name, content_type, opened).await;
            match kept {
                Ok(kept) if kept == *attached => {}
                Ok(_) => return Err(format!("{path} changed in the folder meanwhile. Look again.")),
                Err(error) => return Err(Failure::from(error).words().what),
            }
        }
        Ok(())
    }
}

/// Notes what both sides agree on now.
fn agreed(folder: &mut Folder, file: usize, id: EntityId, content: &Content, record: &mut Record) {
    let Some(note) = &mut folder.note else { return };
    let file = &folder.files[file];
    let agreed = Agreed { sha256: file.sha256.clone(), content: Some(content.hash()) };
    let entry = Entry { id: Some(id), address: None, agreed: vec![agreed] };
    let before = note.files.insert(file.path.clone(), entry);
    record.noted(&file.path, before);
}

/// What a file is, told by its first bytes where it is a picture, else by its ending.
fn content_type(path: &Path) -> &'static str {
    if let Some(picture) = pictures::kind(&disk::head(path)) {
        return picture;
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "txt" | "csv" => "text/plain",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "zip" => "application/zip",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}
