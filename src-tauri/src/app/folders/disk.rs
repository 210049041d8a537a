//! Files of a folder that somebody else may have filled: found without following a link out of it, read within bounds, written whole or not
//! at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use domain::folder::MANIFEST;
use sha2::{Digest, Sha256};

/// Files of a folder at most: who names a whole disk by mistake hears of it soon.
const MOST_FILES: usize = 50_000;
/// Folders within each other at most.
const DEEPEST: usize = 16;
/// Bytes of a text at most.
pub(super) const LONGEST_TEXT: u64 = 8 * 1024 * 1024;
/// Bytes of a picture or another file at most.
pub(super) const LARGEST_FILE: u64 = 200 * 1024 * 1024;
const PIECE: usize = 256 * 1024;

/// What lies in a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    /// Paths of files, with `/` between folders, and their sizes; in order.
    pub(super) files: Vec<(String, u64)>,
    /// What is not looked at, and why, as a sentence.
    pub(super) refused: Vec<(String, String)>,
}

/// Everything in a folder and the folders in it, but for what is hidden and the note of an export.
///
/// # Errors
/// Why the folder cannot be looked at, as a sentence.
pub(super) fn list(root: &Path) -> Result<Listing, String> {
    let mut listing = Listing::default();
    let mut waiting = vec![(String::new(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        let here = if folder.is_empty() { root.to_owned() } else { root.join(&folder) };
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if folder.is_empty() => return Err(unreadable(&error)),
            Err(error) => {
                listing.refused.push((folder, unreadable(&error)));
                continue;
            }
        };
        for entry in entries {
            let Ok(entry) = entry else { continue };
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let path = joined(&folder, &name.to_string_lossy());
                listing.refused.push((path, "Its name is no text that every system reads.".to_owned()));
                continue;
            };
            let path = joined(&folder, name);
            if name.starts_with('.') || path == MANIFEST {
                continue;
            }
            let Ok(known) = entry.path().symlink_metadata() else { continue };
            if known.is_symlink() {
                let why = "It leads to another place. Only what lies in the folder itself is read.";
                listing.refused.push((path, why.to_owned()));
            } else if known.is_dir() && depth < DEEPEST {
                waiting.push((path, depth + 1));
            } else if known.is_dir() {
                listing.refused.push((path, format!("It lies more than {DEEPEST} folders deep.")));
            } else if !known.is_file() || !domain::folder::is_inside(&path) {
                listing.refused.push((path, "It is no file that every system reads.".to_owned()));
            } else {
                listing.files.push((path, known.len()));
            }
            if listing.files.len() > MOST_FILES {
                return Err(format!("There are more than {MOST_FILES} files in it. Choose a folder further down."));
            }
        }
    }
    listing.files.sort();
    listing.refused.sort();
    Ok(listing)
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a folder holds anything at all; one that is not there holds nothing.
pub(super) fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// A text, whole.
///
/// # Errors
/// Why it cannot be read, as a sentence.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = open(path).map_err(|error| unreadable(&error))?;
    file.take(LONGEST_TEXT + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > LONGEST_TEXT {
        return Err(format!("It is larger than {} MB.", LONGEST_TEXT / 1024 / 1024));
    }
    String::from_utf8(bytes).map_err(|_| "It is not text in UTF-8.".to_owned())
}

/// The first bytes of a file.
pub(super) fn head(path: &Path) -> Vec<u8> {
    let mut head = Vec::new();
    // What cannot be read has no beginning; reading it whole says why.
    let _says_why_later = open(path).and_then(|file| file.take(16).read_to_end(&mut head));
    head
}

/// The SHA-256 of a file's bytes; none for what is no file, cannot be read or is too large.
pub(super) fn hash(path: &Path) -> Option<String> {
    let mut file = open(path).ok()?.take(LARGEST_FILE + 1);
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut length = 0;
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => {
                hasher.update(&piece[..read]);
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    (length <= LARGEST_FILE).then(|| hexadecimal(&hasher.finalize()))
}

pub(super) fn hash_of(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file for reading, and no link to one.
pub(super) fn open(path: &Path) -> io::Result<File> {
    if !path.symlink_metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    File::open(path)
}

/// Writes a file of a folder: beside it, made durable, moved into place. No folder on the way to it may be a link.
pub(super) fn write(root: &Path, path: &str, mut from: impl Read) -> io::Result<()> {
    let mut above = root.to_owned();
    fs::create_dir_all(&above)?;
    if let Some((folders, _)) = path.rsplit_once('/') {
        for folder in folders.split('/') {
            above.push(folder);
            match above.symlink_metadata() {
                Ok(known) if known.is_dir() => {}
                Ok(_) => return Err(io::Error::new(io::ErrorKind::NotADirectory, "what is to be its folder is none")),
                Err(_) => fs::create_dir(&above)?,
            }
        }
    }
    let to = root.join(path);
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let partial = to.with_file_name(format!(".{}.part", name.chars().take(60).collect::<String>()));
    // What an export that was ended has left behind is of no use to anybody.
    if partial.symlink_metadata().is_ok() {
        fs::remove_file(&partial)?;
    }
    let written = OpenOptions::new().write(true).create_new(true).open(&partial).and_then(|mut file| {
        let mut piece = vec![0; PIECE];
        loop {
            match from.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => file.write_all(&piece[..read])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        file.sync_all()?;
        fs::rename(&partial, &to)
    });
    if written.is_err() {
        // The failure to write is what has to be heard.
        let _left_behind = fs::remove_file(&partial);
    }
    written
}

/// Removes a file, and the folders that are empty without it.
pub(super) fn remove(root: &Path, path: &str) -> io::Result<()> {
    fs::remove_file(root.join(path))?;
    let mut above = path;
    while let Some((folder, _)) = above.rsplit_once('/') {
        // One that still holds something stays.
        if fs::remove_dir(root.join(folder)).is_err() {
            break;
        }
        above = folder;
    }
    Ok(())
}

/// Why a file could not be read or written, as a sentence.
pub(super) fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "It is not there.".to_owned(),
        io::ErrorKind::PermissionDenied => "This computer does not let it be read.".to_owned(),
        io::ErrorKind::NotADirectory => "It is no folder.".to_owned(),
        _ => format!("It could not be read ({error})."),
    }
}

/// Why a file could not be written, as a sentence.
pub(super) fn unwritable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "The disk is full.".to_owned(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "This folder cannot be written to.".to_owned()
        }
        _ => format!("It could not be written ({error})."),
    }
}
