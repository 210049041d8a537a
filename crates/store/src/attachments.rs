//! Images and files that bodies refer to: bytes by their SHA-256 in `blobs/`, addresses in SQLite.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use domain::SpaceId;
use domain::links::Attached;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::text::{hexadecimal, json};
use crate::{Error, Result, Store};

/// An attachment's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// Content type as the server said it.
    pub content_type: String,
}

/// A file of `blobs/` whose bytes were found to be those of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedBlob {
    /// Where it lies. It is never written to, only replaced whole.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Content type as the server said it.
    pub content_type: String,
}

/// A file that comes in pieces, so that a large one is never in memory whole. One that does not end leaves nothing behind.
#[derive(Debug)]
pub struct Receiving {
    partial: PathBuf,
    file: File,
    hasher: Sha256,
    bytes: u64,
    /// Whether the file has its place, or is gone.
    settled: bool,
}

impl Receiving {
    /// Takes the next piece.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn take(&mut self, piece: &[u8]) -> Result<()> {
        self.file.write_all(piece).map_err(|source| Error::file("writing an attachment", source))?;
        self.hasher.update(piece);
        self.bytes += piece.len() as u64;
        Ok(())
    }

    /// How many bytes have come.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes what has come durable and gives it its place, by its SHA-256.
    fn place(&mut self, store: &Store) -> Result<String> {
        self.file.sync_all().map_err(|source| Error::file("writing an attachment", source))?;
        let sha = hexadecimal(&self.hasher.clone().finalize());
        store.place_blob(&self.partial, &sha)?;
        self.settled = true;
        Ok(sha)
    }

    /// Throws away what has come.
    ///
    /// # Errors
    /// Where the file cannot be removed; it is swept away after a day.
    pub fn give_up(mut self) -> Result<()> {
        self.settled = true;
        fs::remove_file(&self.partial).map_err(|source| Error::file("removing an attachment", source))
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        if !self.settled {
            // What stays behind is swept later; there is nobody here who could be told.
            let _swept_later = fs::remove_file(&self.partial);
        }
    }
}

/// So much is read or written at once: a large file is never in memory whole.
const PIECE: usize = 256 * 1024;

impl Store {
    /// Keeps bytes under the address by which bodies of a space refer to them. The same bytes are kept once.
    pub async fn keep_attachment(
        &self,
        space: SpaceId,
        address: &str,
        content_type: &str,
        bytes: &[u8],
    ) -> Result<String> {
        let _kept_until_named = self.blobs.read().await;
        let sha = self.write_blob(&mut &bytes[..])?;
        self.address_blob(space, address, content_type, &sha).await?;
        Ok(sha)
    }

    /// Keeps what a reader yields, piece by piece, under an address; for files that memory should not hold.
    pub async fn keep_attachment_from(
        &self,
        space: SpaceId,
        address: &str,
        content_type: &str,
        mut from: impl Read + Send + 'static,
    ) -> Result<String> {
        let _kept_until_named = self.blobs.read().await;
        let store = self.clone();
        let sha = tokio::task::spawn_blocking(move || store.write_blob(&mut from))
            .await
            .map_err(|error| Error::Damaged { what: "attachment", why: error.to_string() })??;
        self.address_blob(space, address, content_type, &sha).await?;
        Ok(sha)
    }

    /// Keeps a file of the person's, such as a picture put into a text, and gives the address by which bodies refer to it: that of
    /// its content, so that the same picture is the same file.
    pub async fn attach(
        &self,
        space: SpaceId,
        name: &str,
        content_type: &str,
        mut from: impl Read + Send + 'static,
    ) -> Result<Attached> {
        let _kept_until_named = self.blobs.read().await;
        let store = self.clone();
        let sha = tokio::task::spawn_blocking(move || store.write_blob(&mut from))
            .await
            .map_err(|error| Error::Damaged { what: "attachment", why: error.to_string() })??;
        let attached = Attached::new(sha, name);
        self.address_blob(space, &attached.path(), content_type, &attached.sha256).await?;
        Ok(attached)
    }

    /// Begins to receive a file that comes in pieces. What a crash leaves of one is swept away after a day.
    pub fn receive(&self) -> Result<Receiving> {
        let partial = self.partial();
        let file = File::create(&partial).map_err(|source| Error::file("writing an attachment", source))?;
        Ok(Receiving { partial, file, hasher: Sha256::new(), bytes: 0, settled: false })
    }

    /// Keeps a file that has come whole, as [`Self::attach`] does.
    pub async fn attach_received(
        &self,
        space: SpaceId,
        name: &str,
        content_type: &str,
        mut received: Receiving,
    ) -> Result<Attached> {
        let _kept_until_named = self.blobs.read().await;
        let store = self.clone();
        let sha = tokio::task::spawn_blocking(move || received.place(&store))
            .await
            .map_err(|error| Error::Damaged { what: "attachment", why: error.to_string() })??;
        let attached = Attached::new(sha, name);
        self.address_blob(space, &attached.path(), content_type, &attached.sha256).await?;
        Ok(attached)
    }

    fn partial(&self) -> PathBuf {
        self.folder.join("blobs").join(format!("part-{}", self.new_seed_text()))
    }

    /// Written beside, made durable and moved into place, so that a blob is whole or absent; a damaged one is replaced.
    fn write_blob(&self, from: &mut dyn Read) -> Result<String> {
        let partial = self.partial();
        let written = write_hashed(from, &partial);
        let sha = match written {
            Ok(sha) => sha,
            Err(error) => {
                // What stays behind is swept later; the failure to write is what the caller has to hear.
                let _swept_later = fs::remove_file(&partial);
                return Err(error);
            }
        };
        self.place_blob(&partial, &sha)?;
        Ok(sha)
    }

    fn place_blob(&self, partial: &Path, sha: &str) -> Result<()> {
        let path = self.blob_path(sha);
        let failed = |what| move |source| Error::file(what, source);
        if hash_of(&path).is_ok_and(|(kept, _)| kept == sha) {
            return fs::remove_file(partial).map_err(failed("removing a second copy"));
        }
        fs::rename(partial, &path).map_err(failed("placing an attachment"))?;
        // The name is durable too, before anything refers to it. Some systems cannot open a folder.
        #[cfg(unix)]
        File::open(self.folder.join("blobs"))
            .and_then(|folder| folder.sync_all())
            .map_err(failed("placing an attachment"))?;
        Ok(())
    }

    pub(crate) async fn address_blob(
        &self,
        space: SpaceId,
        address: &str,
        content_type: &str,
        sha: &str,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO attachments (space, address, sha256, content_type) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (space, address) DO UPDATE SET sha256 = excluded.sha256, content_type = excluded.content_type",
        )
        .bind(space.to_string())
        .bind(address)
        .bind(sha)
        .bind(content_type)
        .execute(&mut *transaction)
        .await?;
        // What was given up and is taken up again has its thirty days anew.
        sqlx::query("DELETE FROM attachments_unused WHERE space = ?1 AND address = ?2")
            .bind(space.to_string())
            .bind(address)
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "attachment").await
    }

    /// Addresses of a space that are kept, with what they lead to.
    pub async fn attachments(&self, space: SpaceId) -> Result<Vec<(String, Attachment)>> {
        const STATEMENT: &str = "SELECT address, sha256, content_type FROM attachments WHERE space = ?1";
        let _timed = self.timed("list attachments", STATEMENT);
        let rows = sqlx::query(STATEMENT).bind(space.to_string()).fetch_all(&self.reader).await?;
        Ok(rows.iter().map(addressed).collect())
    }

    /// Those of some addresses of a space that are kept, with what they lead to.
    pub async fn attachments_at(
        &self,
        space: SpaceId,
        addresses: &BTreeSet<String>,
    ) -> Result<Vec<(String, Attachment)>> {
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        const STATEMENT: &str = "SELECT address, sha256, content_type FROM json_each(?2)
             CROSS JOIN attachments ON space = ?1 AND address = value";
        let _timed = self.timed("find attachments", STATEMENT);
        let rows = sqlx::query(STATEMENT)
            .bind(space.to_string())
            .bind(json("addresses", addresses)?)
            .fetch_all(&self.reader)
            .await?;
        Ok(rows.iter().map(addressed).collect())
    }

    /// Bytes and content type of a blob; checked against its name, so that a damaged file is not shown.
    pub async fn blob(&self, sha: &str) -> Result<(String, Vec<u8>)> {
        let content_type = self.content_type(sha).await?;
        let bytes = fs::read(self.blob_path(sha)).map_err(reading)?;
        if crate::text::sha256(&bytes) != sha {
            return Err(damaged());
        }
        Ok((content_type, bytes))
    }

    /// A blob as a file for reading piece by piece; its bytes are checked first.
    pub async fn checked_blob(&self, sha: &str) -> Result<CheckedBlob> {
        let content_type = self.content_type(sha).await?;
        let path = self.blob_path(sha);
        let (found, bytes) = {
            let path = path.clone();
            tokio::task::spawn_blocking(move || hash_of(&path))
                .await
                .map_err(|error| Error::Damaged { what: "attachment", why: error.to_string() })??
        };
        if found != sha {
            return Err(damaged());
        }
        Ok(CheckedBlob { path, bytes, content_type })
    }

    /// Whether the file of a blob is there; its bytes are not looked at.
    #[must_use]
    pub fn holds_blob(&self, sha: &str) -> bool {
        sha.len() == 64 && sha.bytes().all(|byte| byte.is_ascii_hexdigit()) && self.blob_path(sha).is_file()
    }

    async fn content_type(&self, sha: &str) -> Result<String> {
        let known: Option<String> =
            sqlx::query_scalar("SELECT content_type FROM attachments WHERE sha256 = ?1 LIMIT 1")
                .bind(sha)
                .fetch_optional(&self.reader)
                .await?;
        known.ok_or(Error::NotFound("image"))
    }

    pub(crate) fn blob_path(&self, sha: &str) -> PathBuf {
        self.folder.join("blobs").join(sha)
    }
}

fn addressed(row: &SqliteRow) -> (String, Attachment) {
    (row.get("address"), Attachment { sha256: row.get("sha256"), content_type: row.get("content_type") })
}

fn reading(source: std::io::Error) -> Error {
    match source.kind() {
        std::io::ErrorKind::NotFound => Error::Missing("attachment".to_owned()),
        _ => Error::file("reading an attachment", source),
    }
}

fn damaged() -> Error {
    Error::Damaged { what: "attachment", why: "its bytes are not those of its name".to_owned() }
}

fn write_hashed(from: &mut dyn Read, to: &Path) -> Result<String> {
    let failed = |source| Error::file("writing an attachment", source);
    let mut file = File::create(to).map_err(failed)?;
    let sha = hash_pieces(from, |piece| file.write_all(piece)).map_err(failed)?.0;
    file.sync_all().map_err(failed)?;
    Ok(sha)
}

/// The SHA-256 of a file's bytes, and how many there are.
pub(crate) fn hash_of(path: &Path) -> Result<(String, u64)> {
    let mut file = File::open(path).map_err(reading)?;
    hash_pieces(&mut file, |_| Ok(())).map_err(reading)
}

fn hash_pieces(
    from: &mut dyn Read,
    mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> std::io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut bytes = 0;
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) => return Ok((hexadecimal(&hasher.finalize()), bytes)),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&piece[..read]);
        each(&piece[..read])?;
        bytes += read as u64;
    }
}
