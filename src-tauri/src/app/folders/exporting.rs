//! A space written into a folder.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use domain::folder::{Change, ExportPlan, Kept, Link, MANIFEST, Manifest, OnDisk, Picture, is_inside, plan_export};
use domain::links::{Own, own, upload_digest};
use domain::{EntityId, Kind};
use store::Space;

use super::super::tree::{kind_dto, title_or_words};
use super::super::{App, id};
use super::{Planned, disk, ended, failed, folder_named, line, manifest_in, told};
use crate::dto::{FolderDto, KindDto};
use crate::error::{Failure, Result};

/// An export as it was shown.
pub(super) struct Export {
    folder: PathBuf,
    plan: ExportPlan,
    /// What lay in the folder when it was planned.
    disk: OnDisk,
    shown: FolderDto,
}

impl App {
    /// What an export of a space into a folder would write. Nothing is written.
    pub async fn export_plan(&self, space: &str, folder: &str) -> Result<FolderDto> {
        let space = self.store.space(id(space)?).await?;
        let folder = folder_named(self, folder)?;
        let before = earlier_export(&folder, &space)?;
        let drafted: HashSet<EntityId> = self.store.drafts()?.into_iter().map(|(entity, _)| entity).collect();
        let (kept, drafts) = self.kept(&space, &drafted).await?;
        let known = self.known_files(&space, &kept).await?;
        let root = folder.clone();
        let noted: Vec<String> = before.files.keys().cloned().collect();
        let disk = tokio::task::spawn_blocking(move || on_disk(&root, &noted)).await.map_err(ended_badly)?;
        let disk = disk.map_err(Failure::Invalid)?;
        let absent = std::cell::Cell::new(0_usize);
        let plan = plan_export(&kept, |link| known.picture(link, &absent), &before, &disk);
        let run = self.store.new_seed_text();
        let mut shown = told(&run, &folder, &space);
        lines(&mut shown, &plan, &kept);
        match drafts {
            0 => {}
            1 => shown.notes.push("1 document has text that is not saved. What was saved last is written.".to_owned()),
            many => shown
                .notes
                .push(format!("{many} documents have text that is not saved. What was saved last is written.")),
        }
        if absent.get() > 0 {
            shown.notes.push("Pictures that are not on this computer stay links to their site.".to_owned());
        }
        self.folders.keep(&run, Planned::Export(Box::new(Export { folder, plan, disk, shown: shown.clone() })));
        Ok(shown)
    }

    /// Everything of a space that is written, and how many of it have text that is not saved. What stands under something deleted goes with it.
    async fn kept(&self, space: &Space, drafted: &HashSet<EntityId>) -> Result<(Vec<Kept>, usize)> {
        let rows = self.store.list(space.id).await?;
        let gone: HashSet<EntityId> = rows.iter().filter(|row| row.deleted).map(|row| row.id).collect();
        let live = rows.into_iter().filter(|row| !row.deleted && row.kind != Kind::File);
        let (mut kept, mut drafts) = (Vec::new(), 0);
        for row in live.filter(|row| row.parent.is_none_or(|parent| !gone.contains(&parent))) {
            let entity = self.store.get(row.id).await?;
            drafts += usize::from(drafted.contains(&row.id));
            kept.push(Kept { id: entity.id, kind: entity.kind, parent: entity.parent, content: entity.content });
        }
        Ok((kept, drafts))
    }

    async fn known_files(&self, space: &Space, kept: &[Kept]) -> Result<KnownFiles> {
        let mut known = KnownFiles::default();
        for (address, attachment) in self.store.attachments(space.id).await? {
            if self.store.holds_blob(&attachment.sha256) {
                let name = name_of(&address, &attachment.content_type);
                known.by_address.insert(address, Picture { sha256: attachment.sha256, name });
            }
        }
        for one in kept {
            for own in own(&one.content.body, one.kind.format()) {
                if let Own::File(file) = own
                    && self.store.holds_blob(&file.sha256)
                {
                    known.own.insert(file.sha256);
                }
            }
        }
        Ok(known)
    }

    pub(super) async fn export(&self, export: Export) -> Result<FolderDto> {
        let Export { folder, plan, disk: planned, mut shown } = export;
        let mut noted = plan.begun.clone();
        note(&folder, &noted)?;
        let mut steps = self.steps(shown.lines.len());
        let mut stopped = false;
        for line in shown.lines.iter_mut().filter(|line| line.state != "refused") {
            let path = line.path.clone();
            let done = match still(&folder, &path, planned.get(&path)) {
                false => Err("It changed in the folder meanwhile. Look again.".to_owned()),
                true if line.state == "removed" => {
                    disk::remove(&folder, &path).map_err(|error| disk::unwritable(&error))
                }
                true => self.write_file(&folder, &path, &plan).await,
            };
            match done {
                Ok(()) => {
                    line.outcome = "done".to_owned();
                    match plan.done.files.get(&path) {
                        Some(entry) => drop(noted.files.insert(path, entry.clone())),
                        None => drop(noted.files.remove(&path)),
                    }
                }
                Err(words) => failed(line, &words),
            }
            if !steps.next() {
                stopped = true;
                break;
            }
        }
        let planned: HashSet<&String> = shown.lines.iter().map(|line| &line.path).collect();
        for (path, entry) in plan.done.files.iter().filter(|(path, _)| !planned.contains(path)) {
            noted.files.insert(path.clone(), entry.clone());
        }
        noted.name.clone_from(&shown.space_name);
        note(&folder, &noted)?;
        Ok(ended(shown, stopped))
    }

    async fn write_file(&self, folder: &Path, path: &str, plan: &ExportPlan) -> std::result::Result<(), String> {
        let written = if let Some(text) = plan.texts.get(path) {
            disk::write(folder, path, text.as_bytes())
        } else if let Some(sha256) = plan.pictures.get(path) {
            let blob = self.store.checked_blob(sha256).await;
            let blob = blob.map_err(|_| "This file is damaged here. The doctor says more.".to_owned())?;
            std::fs::File::open(blob.path).and_then(|file| disk::write(folder, path, file))
        } else {
            Ok(())
        };
        written.map_err(|error| disk::unwritable(&error))
    }
}

fn ended_badly(error: tokio::task::JoinError) -> Failure {
    Failure::Invalid(format!("The folder could not be looked at ({error})."))
}

/// What an earlier export of the same space noted; a note about nothing where the folder is empty.
fn earlier_export(folder: &Path, space: &Space) -> Result<Manifest> {
    let refused = |words: String| Err(Failure::Invalid(words));
    if folder.exists() && !folder.is_dir() {
        return refused("This is a file, and a folder is needed.".to_owned());
    }
    match manifest_in(folder)? {
        Some(manifest) if manifest.space == space.id => Ok(manifest),
        Some(manifest) => refused(format!(
            "This folder holds an export of \u{201c}{}\u{201d}. Choose another, or one that is not there yet.",
            manifest.name
        )),
        None => match disk::is_empty(folder) {
            Ok(true) => Ok(Manifest::new(space.id, &space.name)),
            Ok(false) => refused(
                "This folder holds other files. Choose an empty one, one that is not there yet, or an earlier export of this space."
                    .to_owned(),
            ),
            Err(error) => refused(disk::unreadable(&error)),
        },
    }
}

/// What lies in the folder. Only the bytes of files that an export noted are looked at: others are in the way, whatever they are.
fn on_disk(folder: &Path, noted: &[String]) -> std::result::Result<OnDisk, String> {
    let mut on_disk = OnDisk::new();
    if folder.exists() {
        let listing = disk::list(folder)?;
        on_disk.extend(listing.refused.into_iter().map(|(path, _)| (path, None)));
        on_disk.extend(listing.files.into_iter().map(|(path, _)| (path, None)));
    }
    for path in noted.iter().filter(|path| is_inside(path)) {
        if let Some(lies) = on_disk.get_mut(path) {
            *lies = disk::hash(&folder.join(path));
        }
    }
    Ok(on_disk)
}

/// Whether a path of the folder is as it was when the export was planned.
fn still(folder: &Path, path: &str, planned: Option<&Option<String>>) -> bool {
    match planned {
        None => folder.join(path).symlink_metadata().is_err(),
        Some(planned) => planned.is_some() && disk::hash(&folder.join(path)) == *planned,
    }
}

fn note(folder: &Path, manifest: &Manifest) -> Result<()> {
    disk::write(folder, MANIFEST, manifest.written().as_bytes())
        .map_err(|error| Failure::Invalid(format!("{MANIFEST}: {}", disk::unwritable(&error))))
}

fn lines(shown: &mut FolderDto, plan: &ExportPlan, kept: &[Kept]) {
    let by_id: BTreeMap<EntityId, &Kept> = kept.iter().map(|one| (one.id, one)).collect();
    for planned in &plan.lines {
        let (state, words) = match planned.change {
            Change::Unchanged => {
                shown.unchanged += 1;
                continue;
            }
            Change::New => ("new", ""),
            Change::Changed => ("changed", ""),
            Change::Removed => ("removed", "What it was written from is not in the space any more."),
            Change::ChangedThere => {
                ("refused", "It was changed in the folder and stays as it is. Import it first, or move it away.")
            }
            Change::GoneChangedThere => (
                "refused",
                "What it was written from is not in the space any more, and it was changed in the folder. It stays there.",
            ),
        };
        let mut line = line(&planned.path, state, words);
        match planned.id {
            Some(id) => {
                line.entity = Some(id.to_string());
                line.kind = by_id.get(&id).map(|one| kind_dto(one.kind));
                line.title = by_id
                    .get(&id)
                    .map_or_else(String::new, |one| title_or_words(&one.content.title, &one.content.body));
            }
            None => line.kind = Some(KindDto::File),
        }
        shown.lines.push(line);
    }
}

/// Pictures and other files that are on this computer.
#[derive(Default)]
struct KnownFiles {
    by_address: HashMap<String, Picture>,
    own: HashSet<String>,
}

impl KnownFiles {
    fn picture(&self, link: &Link, absent: &std::cell::Cell<usize>) -> Option<Picture> {
        if let Some(Own::File(file)) = &link.own {
            let here = self.own.contains(&file.sha256);
            absent.set(absent.get() + usize::from(!here));
            return here.then(|| Picture { sha256: file.sha256.clone(), name: file.name.clone() });
        }
        if let Some(picture) = self.by_address.get(&link.address) {
            return Some(picture.clone());
        }
        let name = link.address.strip_prefix("upload://")?;
        let digest = upload_digest(name)?;
        let known = self.by_address.iter().filter(|(address, _)| address.contains(&digest));
        let picture =
            known.min_by_key(|(address, _)| (address.len(), (*address).clone())).map(|(_, picture)| picture.clone());
        absent.set(absent.get() + usize::from(picture.is_none()));
        picture
    }
}

/// A name for what lies at an address of a site.
fn name_of(address: &str, content_type: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let last = path.split('/').rfind(|part| !matches!(*part, "" | "preview" | "download")).unwrap_or("file");
    let ending = match content_type {
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        other => other.rsplit_once('/').map_or("bin", |(_, ending)| ending),
    };
    match last.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && (1..=5).contains(&ending.len()) => last.to_owned(),
        _ if last.bytes().all(|byte| byte.is_ascii_digit()) => format!("file-{last}.{ending}"),
        _ => format!("{last}.{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_file_is_named_as_its_address_names_it() {
        for (address, content_type, name) in [
            ("/courses/1/files/23/preview", "image/png", "file-23.png"),
            ("/courses/1/files/23/preview?verifier=x", "image/jpeg", "file-23.jpg"),
            ("https://forum.example/uploads/a/heron.png", "image/png", "heron.png"),
            ("https://forum.example/avatar/", "image/gif", "avatar.gif"),
            ("", "", "file.bin"),
        ] {
            assert_eq!(name_of(address, content_type), name, "{address}");
        }
    }
}
