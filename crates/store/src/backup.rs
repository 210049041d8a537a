//! Backups: a whole workspace copied while it is in use, and brought back.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use redb::{Durability, ReadableTable, TableHandle};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::attachments::hash_of;
use crate::folder::take_lock;
use crate::migrating::copy_database;
use crate::text::{json, parse_json};
use crate::{Error, Result, Store};

/// What stands in a backup's `backup.json`, which is written last: without it the backup is not whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Its files by name within it, with their SHA-256.
    pub files: Vec<(String, String)>,
    /// Their size in bytes together.
    pub bytes: u64,
}

const MANIFEST: &str = "backup.json";

impl Store {
    /// Copies the workspace into a folder that is not there yet, while it is in use.
    ///
    /// # Errors
    /// `File` where the folder is there already; `DiskFull` and the like. What was copied by then stays under a name that ends in
    /// `.partial`.
    pub async fn backup(&self, to: &Path, now: DateTime<Utc>) -> Result<Backup> {
        let failed = |source| Error::file("writing the backup", source);
        if to.exists() {
            return Err(Error::Occupied(to.to_owned()));
        }
        let partial = with_suffix(to, "partial");
        if partial.exists() {
            fs::remove_dir_all(&partial).map_err(failed)?;
        }
        fs::create_dir_all(partial.join("blobs")).map_err(failed)?;
        // No attachment is removed meanwhile. Drafts first: a text that is saved in between is then in both copies, not in neither.
        let _kept = self.blobs.read().await;
        self.copy_drafts(&partial.join("lectern.redb"))?;
        copy_database(&self.reader, &partial.join("lectern.db")).await?;
        let names: Vec<String> = sqlx::query_scalar("SELECT DISTINCT sha256 FROM attachments ORDER BY sha256")
            .fetch_all(&self.reader)
            .await?;
        let mut backup = Backup { at: now, files: Vec::new(), bytes: 0 };
        for name in ["lectern.db", "lectern.redb"] {
            backup.add(&partial, name.to_owned())?;
        }
        for name in names {
            let name = format!("blobs/{name}");
            match fs::copy(self.folder.join(&name), partial.join(&name)) {
                Ok(_) => backup.add(&partial, name)?,
                // Missing here too: the doctor says so. The backup is of what there is.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        fs::write(partial.join(MANIFEST), json("backup", &backup)?).map_err(failed)?;
        for (name, _) in &backup.files {
            File::open(partial.join(name)).and_then(|file| file.sync_all()).map_err(failed)?;
        }
        fs::rename(&partial, to).map_err(failed)?;
        Ok(backup)
    }

    fn copy_drafts(&self, to: &Path) -> Result<()> {
        self.redb.read(|read| {
            let copy = redb::Database::create(to)?;
            let mut write = copy.begin_write()?;
            write.set_durability(Durability::Immediate)?;
            for table in read.list_tables()? {
                let table: redb::TableDefinition<'_, &str, &[u8]> = redb::TableDefinition::new(table.name());
                let mut copied = write.open_table(table)?;
                for row in read.open_table(table)?.iter()? {
                    let (key, value) = row?;
                    copied.insert(key.value(), value.value())?;
                }
            }
            write.commit()?;
            Ok(())
        })
    }

    /// What a backup holds, after checking every file of it.
    pub fn check_backup(backup: &Path) -> Result<Backup> {
        let manifest = fs::read_to_string(backup.join(MANIFEST)).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Error::NoBackup(backup.to_owned()),
            _ => Error::file("reading the backup", source),
        })?;
        let known: Backup = parse_json("backup", &manifest)?;
        for (name, sha) in &known.files {
            // A manifest names files beside it, whoever wrote it.
            if Path::new(name).components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
                return Err(Error::Damaged { what: "backup", why: format!("{name} is no name of a file in it") });
            }
            let path = backup.join(name);
            if !path.exists() {
                return Err(Error::Missing(name.clone()));
            }
            if hash_of(&path)?.0 != *sha {
                return Err(Error::Damaged { what: "backup", why: format!("{name} is not what was written") });
            }
        }
        Ok(known)
    }

    /// Brings a backup back as the workspace in a folder. What is in the folder now is moved beside it, whole; where that lies is
    /// returned. The restored workspace is another installation: its next edits are not mistaken for those made after the backup.
    ///
    /// # Errors
    /// `Locked` while the workspace in the folder is in use; `NoBackup` where there is none, `Missing` or `Damaged` where it is not whole. Both change nothing.
    pub async fn restore_backup(backup: &Path, folder: &Path, opener: &str) -> Result<Option<PathBuf>> {
        let failed = |source| Error::file("restoring the backup", source);
        let known = Self::check_backup(backup)?;
        let fresh = with_suffix(folder, "restoring");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(failed)?;
        }
        fs::create_dir_all(fresh.join("blobs")).map_err(failed)?;
        for (name, _) in &known.files {
            fs::copy(backup.join(name), fresh.join(name)).map_err(failed)?;
            File::open(fresh.join(name)).and_then(|file| file.sync_all()).map_err(failed)?;
        }
        let options = SqliteConnectOptions::new().filename(fresh.join("lectern.db"));
        let database = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        sqlx::query("DELETE FROM settings WHERE name = 'device'").execute(&database).await?;
        sqlx::query("INSERT OR REPLACE INTO settings (name, value) VALUES ('restored.from', ?1)")
            .bind(crate::text::time(known.at))
            .execute(&database)
            .await?;
        database.close().await;
        let mut beside = None;
        if folder.exists() {
            let lock = take_lock(&folder.join("lock"), opener)?;
            let name = (1..)
                .map(|number| with_suffix(folder, &format!("before-restore-{number}")))
                .find(|name| !name.exists());
            if let Some(name) = name {
                fs::rename(folder, &name).map_err(failed)?;
                beside = Some(name);
            }
            drop(lock);
        }
        fs::rename(&fresh, folder).map_err(failed)?;
        Ok(beside)
    }
}

impl Backup {
    fn add(&mut self, folder: &Path, name: String) -> Result<()> {
        let (sha, bytes) = hash_of(&folder.join(&name))?;
        self.bytes += bytes;
        self.files.push((name, sha));
        Ok(())
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}
