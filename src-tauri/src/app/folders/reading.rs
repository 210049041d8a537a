//! The files of a folder, read: which are texts, which are used by them, which cannot be taken.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use domain::folder::{Manifest, Written, format_of, from_text, under};
use domain::{EntityId, Format};

use super::disk;

/// A text of a folder.
pub(super) struct File {
    /// Its path.
    pub(super) path: String,
    /// The SHA-256 of its bytes.
    pub(super) sha256: String,
    /// How its body is written.
    pub(super) format: Format,
    /// What it says.
    pub(super) written: Written,
}

/// A folder as it was read.
pub(super) struct Folder {
    pub(super) root: PathBuf,
    /// The note of an export of this very space.
    pub(super) note: Option<Manifest>,
    /// Texts, in order.
    pub(super) files: Vec<File>,
    /// Texts whose bytes are those that were agreed on.
    pub(super) untouched: BTreeMap<String, EntityId>,
    /// Files that texts may use, with their sizes.
    pub(super) others: BTreeMap<String, u64>,
    /// What cannot be taken, and why, as a sentence.
    pub(super) refused: Vec<(String, String)>,
}

/// Reads a folder.
///
/// # Errors
/// Why it cannot be looked at, as a sentence.
pub(super) fn read(root: &Path, note: Option<Manifest>) -> Result<Folder, String> {
    let listing = disk::list(root)?;
    let mut folder = Folder {
        root: root.to_owned(),
        note,
        files: Vec::new(),
        untouched: BTreeMap::new(),
        others: BTreeMap::new(),
        refused: listing.refused,
    };
    for (path, size) in listing.files {
        let Some(format) = format_of(&path) else {
            folder.others.insert(path, size);
            continue;
        };
        let text = match disk::read_text(&root.join(&path)) {
            Ok(text) => text,
            Err(why) => {
                folder.refused.push((path, why));
                continue;
            }
        };
        let sha256 = disk::hash_of(text.as_bytes());
        let noted = folder.note.as_ref().and_then(|note| note.files.get(&path));
        if let Some(id) = noted.filter(|entry| entry.agreed_as(&sha256).is_some()).and_then(|entry| entry.id) {
            folder.untouched.insert(path, id);
            continue;
        }
        match from_text(&text) {
            Ok(mut written) => {
                written.id = written.id.or(noted.and_then(|entry| entry.id));
                folder.files.push(File { path, sha256, format, written });
            }
            Err(why) => folder.refused.push((path, format!("It cannot be read: {why}."))),
        }
    }
    folder.refuse_seconds();
    Ok(folder)
}

impl Folder {
    /// Of two files with one id, the one that was exported under it keeps it; where neither was, none is taken.
    fn refuse_seconds(&mut self) {
        let mut by_id: HashMap<EntityId, Vec<&str>> = HashMap::new();
        for file in &self.files {
            if let Some(id) = file.written.id {
                by_id.entry(id).or_default().push(&file.path);
            }
        }
        for (path, id) in &self.untouched {
            by_id.entry(*id).or_default().push(path);
        }
        let exported = |id: EntityId, path: &str| {
            self.note.as_ref().and_then(|note| note.files.get(path)).is_some_and(|entry| entry.id == Some(id))
        };
        let mut seconds: BTreeMap<String, String> = BTreeMap::new();
        for (id, mut paths) in by_id {
            paths.sort_unstable();
            let first = paths.iter().find(|path| exported(id, path)).copied();
            for path in paths.iter().filter(|path| paths.len() > 1 && Some(**path) != first) {
                let other = first.or(paths.iter().find(|other| *other != path).copied()).unwrap_or_default();
                let why = format!(
                    "It has the same id as {other}. Take its line \u{201c}id\u{201d} out to make it a document of its own."
                );
                seconds.insert((*path).to_owned(), why);
            }
        }
        self.files.retain(|file| !seconds.contains_key(&file.path));
        self.refused.extend(seconds);
    }

    /// The text that a file's folder is named after: what the file stands under where it does not say so itself.
    pub(super) fn above(&self, path: &str) -> Option<&str> {
        let (folder, _) = path.rsplit_once('/')?;
        let texts = self.files.iter().map(|file| &file.path).chain(self.untouched.keys());
        texts.map(String::as_str).find(|other| under(other) == folder)
    }
}
