//! The redb file: opened, opened again after a failed write, and set aside when it cannot be read.
//!
//! All tables map text to bytes, so that a copy or a check needs no knowledge of what is in them.

use std::collections::HashMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use domain::EntityId;
use redb::{Database, Durability, ReadTransaction, ReadableDatabase, TableDefinition, WriteTransaction};

use crate::drafts::Draft;
use crate::{Error, Result};

pub(crate) type Table = TableDefinition<'static, &'static str, &'static [u8]>;

/// Reading the raw bytes for drafts is bounded: a file that grew beyond this holds other things than text.
const LARGEST_SEARCHED: u64 = 256 << 20;

/// Opens the database anew; given once, so that a failed write can be followed by a fresh start.
type Opener = Box<dyn Fn() -> Result<Database> + Send + Sync>;

pub(crate) struct RedbFile {
    opener: Opener,
    /// Absent while the last attempt to open it again has failed.
    open: RwLock<Option<Database>>,
    closed: AtomicBool,
}

/// What was found in the way when the file was opened.
pub(crate) struct FoundInFile {
    /// Where a file that could not be read was put.
    pub(crate) set_aside: Option<PathBuf>,
    /// The newest whole draft of each entity in the bytes as they were before opening.
    pub(crate) drafts: HashMap<EntityId, Draft>,
}

impl RedbFile {
    /// Opens the file, making it where there is none. What cannot be read is renamed, never removed.
    pub(crate) fn open(path: &Path) -> Result<(Self, FoundInFile)> {
        let known = fs::metadata(path).map(|known| known.len()).unwrap_or(0);
        let bytes = if known > 0 && known <= LARGEST_SEARCHED {
            fs::read(path).map_err(|source| Error::file("reading the drafts", source))?
        } else {
            Vec::new()
        };
        let opener: Opener = {
            let path = path.to_owned();
            Box::new(move || {
                if !path.exists() {
                    make(&path)?;
                }
                open_checked(&path)
            })
        };
        let mut found = FoundInFile { set_aside: None, drafts: crate::draft_record::find_drafts(&bytes) };
        let database = match opener() {
            Err(Error::Damaged { .. }) => {
                let aside = free_name(path);
                fs::rename(path, &aside).map_err(|source| Error::file("setting the drafts aside", source))?;
                found.set_aside = Some(aside);
                opener()?
            }
            other => other?,
        };
        Ok((Self { opener, open: RwLock::new(Some(database)), closed: AtomicBool::new(false) }, found))
    }

    #[cfg(test)]
    pub(crate) fn with_opener(opener: Opener) -> Result<Self> {
        let database = opener()?;
        Ok(Self { opener, open: RwLock::new(Some(database)), closed: AtomicBool::new(false) })
    }

    /// Runs a write. When this returns, the write survives the loss of power (`Immediate`) or of the process (`None`).
    pub(crate) fn write<T>(
        &self,
        durability: Durability,
        run: impl Fn(&WriteTransaction) -> Result<T>,
        before_commit: impl Fn() -> Result<()>,
    ) -> Result<T> {
        self.reopening(|database| {
            let mut write = database.begin_write()?;
            write.set_durability(durability)?;
            let done = run(&write)?;
            before_commit()?;
            write.commit()?;
            Ok(done)
        })
    }

    /// Runs a read on one consistent state.
    pub(crate) fn read<T>(&self, run: impl Fn(&ReadTransaction) -> Result<T>) -> Result<T> {
        self.reopening(|database| run(&database.begin_read()?))
    }

    /// redb refuses everything after one failed operation on its file, until it is opened again: after a full disk, the next pause in
    /// typing would be lost too.
    fn reopening<T>(&self, run: impl Fn(&Database) -> Result<T>) -> Result<T> {
        {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            match open.as_ref().map(&run) {
                Some(Err(Error::PreviousIo)) | None => {}
                Some(done) => return done,
            }
        }
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if self.closed.load(Ordering::SeqCst) {
            return Err(Error::Redb("the workspace is closed".to_owned()));
        }
        // Dropped before it is opened again: redb locks its file.
        drop(open.take());
        let database = (self.opener)()?;
        let done = run(&database);
        *open = Some(database);
        done
    }

    /// Closes the file, whoever still has a clone of the store.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        drop(self.open.write().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Whether every page is what was written; what can be put right is.
    pub(crate) fn check(&self) -> Result<bool> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        match open.as_mut() {
            Some(database) => guarded(|| Ok(database.check_integrity()?)),
            None => Ok(false),
        }
    }
}

/// A table's value for a key; a table that was never written has none.
pub(crate) fn get(read: &ReadTransaction, table: Table, key: &str) -> Result<Option<Vec<u8>>> {
    match read.open_table(table) {
        Ok(table) => Ok(table.get(key)?.map(|value| value.value().to_vec())),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// All rows of a table whose keys begin with `prefix`, in the order of their keys.
pub(crate) fn all(read: &ReadTransaction, table: Table, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let table = match read.open_table(table) {
        Ok(table) => table,
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut rows = Vec::new();
    for row in table.range(prefix..)? {
        let (key, value) = row?;
        if !key.value().starts_with(prefix) {
            break;
        }
        rows.push((key.value().to_owned(), value.value().to_vec()));
    }
    Ok(rows)
}

/// Makes a new file under another name first: killed in between, it would leave one that looks damaged.
fn make(path: &Path) -> Result<()> {
    let failed = |source| Error::file("making the draft file", source);
    let new = path.with_extension("redb.new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    drop(open_checked(&new)?);
    fs::rename(&new, path).map_err(failed)
}

fn open_checked(path: &Path) -> Result<Database> {
    guarded(|| {
        let mut builder = redb::Builder::new();
        builder.set_check_integrity_on_open(true);
        Ok(builder.create(path)?)
    })
}

/// redb may panic on bytes that it did not write; to us that is damage like any other.
fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Err(Error::Damaged { what: "draft database", why: "its pages contradict each other".to_owned() })
    })
}

fn free_name(path: &Path) -> PathBuf {
    (1..)
        .map(|number| path.with_extension(format!("redb.damaged-{number}")))
        .find(|name| !name.exists())
        .unwrap_or_else(|| path.with_extension("redb.damaged"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{File, OpenOptions};
    use std::io::{self, ErrorKind};
    use std::os::unix::fs::FileExt;
    use std::sync::Arc;

    use super::*;

    const TABLE: Table = TableDefinition::new("test");

    /// A file on a disk that is full while the switch is on.
    #[derive(Debug)]
    struct Disk {
        file: File,
        full: Arc<AtomicBool>,
    }

    impl Disk {
        fn room(&self) -> io::Result<()> {
            if self.full.load(Ordering::SeqCst) { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
        }
    }

    impl redb::StorageBackend for Disk {
        fn len(&self) -> io::Result<u64> {
            Ok(self.file.metadata()?.len())
        }
        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.file.read_exact_at(out, offset)
        }
        fn set_len(&self, len: u64) -> io::Result<()> {
            self.room().and_then(|()| self.file.set_len(len))
        }
        fn sync_data(&self) -> io::Result<()> {
            self.file.sync_data()
        }
        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.room().and_then(|()| self.file.write_all_at(data, offset))
        }
    }

    fn put(file: &RedbFile, value: &[u8]) -> Result<()> {
        file.write(
            Durability::Immediate,
            |write| {
                write.open_table(TABLE)?.insert("key", value)?;
                Ok(())
            },
            || Ok(()),
        )
    }

    #[test]
    fn a_full_disk_is_said_loses_nothing_and_does_not_stop_the_next_write() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("lectern.redb");
        let full = Arc::new(AtomicBool::new(false));
        let opener: Opener = {
            let full = full.clone();
            Box::new(move || {
                let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
                let file = file.map_err(|source| Error::file("opening", source))?;
                Ok(redb::Builder::new().create_with_backend(Disk { file, full: full.clone() })?)
            })
        };
        let file = RedbFile::with_opener(opener).unwrap();
        put(&file, b"before").unwrap();
        full.store(true, Ordering::SeqCst);
        for _ in 0..3 {
            let refused = put(&file, &vec![b'x'; 200_000]).err().unwrap();
            assert!(matches!(refused, Error::DiskFull), "{refused}");
        }
        full.store(false, Ordering::SeqCst);
        assert_eq!(file.read(|read| get(read, TABLE, "key")).unwrap().unwrap(), b"before");
        put(&file, b"after").unwrap();
        assert_eq!(file.read(|read| get(read, TABLE, "key")).unwrap().unwrap(), b"after");
    }
}
