//! A workspace's folder: whose it is now, and whether its files are whole enough to be opened.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use crate::{Error, Result};

/// A workspace that is taken for this process. The system gives it back when the process ends, however it ends.
pub(crate) struct Lock(File);

impl Lock {
    pub(crate) fn give_back(&self) -> std::io::Result<()> {
        self.0.unlock()
    }
}

impl Drop for Lock {
    /// Closing the file is not enough: a program that another thread starts at this moment holds a copy of it until it runs.
    fn drop(&mut self) {
        if let Err(error) = self.give_back() {
            tracing::debug!(%error, "the lock goes with the process");
        }
    }
}

/// Takes the workspace for this process.
pub(crate) fn take_lock(path: &Path, opener: &str) -> Result<Lock> {
    let failed = |what| move |source| Error::file(what, source);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(failed("opening the lock"))?;
    if file.try_lock().is_err() {
        let mut holder = String::new();
        // A lock held elsewhere may be unreadable on some systems; the refusal stands without the name.
        let _unreadable = file.read_to_string(&mut holder);
        return Err(Error::Locked(holder));
    }
    file.set_len(0).and_then(|()| file.write_all(opener.as_bytes())).map_err(failed("writing the lock"))?;
    Ok(Lock(file))
}

/// Refuses a folder whose database is gone or cut short: SQLite would make a new, empty one in the first case, and in the second find
/// out in the middle of the work.
pub(crate) fn look_before_opening(folder: &Path) -> Result<()> {
    let database = folder.join("lectern.db");
    let in_use = folder.join("lectern.redb").exists() || is_filled(&folder.join("blobs"));
    let length = match fs::metadata(&database) {
        Ok(known) => known.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return if in_use { Err(Error::Missing("lectern.db".to_owned())) } else { Ok(()) };
        }
        Err(error) => return Err(Error::file("opening the database", error)),
    };
    let truncated = Err(Error::Truncated("lectern.db".to_owned()));
    if length == 0 {
        return if in_use { truncated } else { Ok(()) };
    }
    // Pages that a write-ahead log still holds may be missing from the file itself.
    if fs::metadata(folder.join("lectern.db-wal")).is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    let mut head = [0; 100];
    let read = File::open(&database).and_then(|mut file| file.read(&mut head));
    if read.map_err(|source| Error::file("opening the database", source))? < head.len() {
        return truncated;
    }
    match stated_length(&head) {
        Some(stated) if stated > length => truncated,
        _ => Ok(()),
    }
}

/// The length that a SQLite file says it has (https://sqlite.org/fileformat2.html, section 1.3); absent where it does not say.
fn stated_length(head: &[u8; 100]) -> Option<u64> {
    let number = |at: usize| head.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    // A page count counts only while the version that wrote it is the one that last changed the file.
    if !head.starts_with(b"SQLite format 3\0") || number(24)? != number(92)? {
        return None;
    }
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    Some(page * u64::from(number(28)?))
}

fn is_filled(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::take_lock;

    #[test]
    fn a_workspace_can_be_taken_again_although_a_starting_program_still_holds_a_copy_of_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let lock = take_lock(&path, "first").unwrap();
        let copy = lock.0.try_clone().unwrap();
        assert!(take_lock(&path, "second").is_err());
        drop(lock);
        assert!(take_lock(&path, "third").is_ok());
        drop(copy);
    }
}
