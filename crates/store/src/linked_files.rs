//! Files that texts link to: what is known of each, and which are kept.

use chrono::{DateTime, Utc};
use domain::{EntityId, FileFacts, ForStudents, NotKept, SpaceId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::text::{parse, parse_time, time};
use crate::{Result, Store};

/// Whether a linked file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// Its bytes are here, by their SHA-256.
    Kept(String),
    /// A limit keeps it out.
    Not(NotKept),
    /// The site does not give it out, with its words.
    NotGiven(String),
    /// It is not there any more.
    Gone,
}

/// A file that texts of a space link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedFile {
    /// Its address, without query and without what follows the id.
    pub address: String,
    /// What the site said of it last.
    pub facts: FileFacts,
    /// Whether it is kept.
    pub state: FileState,
    /// When the site was last asked.
    pub at: DateTime<Utc>,
}

impl Store {
    /// What is known of the linked files of a space.
    pub async fn linked_files(&self, space: SpaceId) -> Result<Vec<LinkedFile>> {
        let rows = sqlx::query(
            "SELECT *, EXISTS (SELECT 1 FROM attachments WHERE attachments.sha256 = linked_files.sha256) AS here
             FROM linked_files WHERE space = ?1 ORDER BY address",
        )
        .bind(space.to_string())
        .fetch_all(&self.reader)
        .await?;
        // Bytes that were swept away are fetched anew: nothing is known of such a file.
        rows.iter().filter(|row| row.get("here") || row.get::<&str, _>("state") != "kept").map(linked_file).collect()
    }

    /// Notes what is known of a linked file.
    pub async fn put_linked_file(&self, space: SpaceId, file: &LinkedFile) -> Result<()> {
        let (state, why, sha256) = match &file.state {
            FileState::Kept(sha256) => ("kept", "", Some(sha256)),
            FileState::Not(NotKept::TooLarge) => ("too_large", "", None),
            FileState::Not(NotKept::OtherSort) => ("other_sort", "", None),
            FileState::Not(NotKept::NoRoom) => ("no_room", "", None),
            FileState::NotGiven(why) => ("not_given", why.as_str(), None),
            FileState::Gone => ("gone", "", None),
        };
        let mut transaction = self.begin_pulled().await?;
        sqlx::query(
            "INSERT OR REPLACE INTO linked_files (space, address, name, content_type, size, version, students, state, why, sha256, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .bind(space.to_string())
        .bind(&file.address)
        .bind(&file.facts.name)
        .bind(&file.facts.content_type)
        .bind(file.facts.size.map(|size| i64::try_from(size).unwrap_or(i64::MAX)))
        .bind(&file.facts.version)
        .bind(file.facts.students.map(|students| match students {
            ForStudents::Locked => "locked",
            ForStudents::Hidden => "hidden",
        }))
        .bind(state)
        .bind(why)
        .bind(sha256)
        .bind(time(file.at))
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "linked file").await
    }

    /// Texts of a space, not deleted, that may link to files, some at a time: those after an entity, in their order.
    pub async fn texts_with_files(&self, space: SpaceId, after: Option<EntityId>) -> Result<Vec<(EntityId, String)>> {
        let rows = sqlx::query(
            "SELECT id, content FROM core_entities WHERE space = ?1 AND deleted_at IS NULL AND format = 'html' AND id > ?2
               AND instr(content, '/files/') > 0 ORDER BY id LIMIT 100",
        )
        .bind(space.to_string())
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Ok((parse("entity id", row.get("id"))?, row.get("content")))).collect()
    }
}

fn linked_file(row: &SqliteRow) -> Result<LinkedFile> {
    let sha256: Option<String> = row.get("sha256");
    Ok(LinkedFile {
        address: row.get("address"),
        facts: FileFacts {
            name: row.get("name"),
            content_type: row.get("content_type"),
            size: row.get::<Option<i64>, _>("size").map(i64::unsigned_abs),
            version: row.get("version"),
            students: match row.get::<Option<&str>, _>("students") {
                Some("locked") => Some(ForStudents::Locked),
                Some(_) => Some(ForStudents::Hidden),
                None => None,
            },
        },
        state: match (row.get("state"), sha256) {
            ("kept", Some(sha256)) => FileState::Kept(sha256),
            ("too_large", _) => FileState::Not(NotKept::TooLarge),
            ("other_sort", _) => FileState::Not(NotKept::OtherSort),
            ("no_room", _) => FileState::Not(NotKept::NoRoom),
            ("not_given", _) => FileState::NotGiven(row.get("why")),
            _ => FileState::Gone,
        },
        at: parse_time(row.get("at"))?,
    })
}
