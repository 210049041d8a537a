//! What an export notes beside its files: which file is which document, and what both sides last agreed on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ContentHash, EntityId, SpaceId};

/// The name of the note in the folder.
pub const MANIFEST: &str = "lectern.json";

/// The form of the note that this version writes and reads.
const FORM: u32 = 1;

/// What is known of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the note.
    pub lectern: u32,
    /// The space that was exported.
    pub space: SpaceId,
    /// Its name then, for a person who reads the note.
    pub name: String,
    /// Files by their path in the folder, with `/` between folders.
    pub files: BTreeMap<String, Entry>,
}

/// What is known of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The document that it is; none for a picture or another file that texts use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<EntityId>,
    /// For a picture or another file: its address as the texts of the space write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What both sides agreed on. Two while an export is writing: what was there and what will be.
    pub agreed: Vec<Agreed>,
}

/// A file as both sides know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The hash of the document's content; none for what is no document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentHash>,
}

impl Entry {
    /// What the file's bytes were agreed to be; none where they are something else by now.
    pub fn agreed_as(&self, sha256: &str) -> Option<&Agreed> {
        self.agreed.iter().find(|agreed| agreed.sha256 == sha256)
    }
}

impl Manifest {
    /// A note of a space, about no file yet.
    pub fn new(space: SpaceId, name: &str) -> Self {
        Self { lectern: FORM, space, name: name.to_owned(), files: BTreeMap::new() }
    }

    /// Reads a note, whoever wrote it.
    ///
    /// # Errors
    /// Why it cannot be used, as the end of a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Self = serde_json::from_str(text).map_err(|_| "it is not written as Lectern writes it".to_owned())?;
        if read.lectern != FORM {
            return Err("it was written by another version of Lectern".to_owned());
        }
        match read.files.keys().find(|path| !is_inside(path)) {
            Some(path) => Err(format!("it names a file that is not in the folder: {path}")),
            None => Ok(read),
        }
    }

    /// The note as text; the same note is the same text.
    pub fn written(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Whether a path names something in its folder on every system, and can be shown: no way up, no root, no drive, no control characters.
pub fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(|c: char| matches!(c, '\\' | ':') || c.is_control())
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}
