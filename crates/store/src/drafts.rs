//! Drafts: text being typed, durable at each pause. In redb, so that typing never waits for SQLite's writer.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{Content, EntityId};
use redb::{Durability, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::draft_record::{Framed, frame_draft, read_draft};
use crate::redb_file::{self, Table};
use crate::text::{parse, parse_json};
use crate::{Result, Store};

/// Entity id to the text as it is now. The suffix rises when the form changes.
const DRAFTS: Table = TableDefinition::new("drafts-2");
/// Entity id to what the draft started from, which does not change with each pause.
const STARTS: Table = TableDefinition::new("draft-starts-2");
/// The form before: one JSON text for both.
const OLD_DRAFTS: TableDefinition<'static, &str, &str> = TableDefinition::new("drafts-1");

/// What a source-preserving save of a visual editor's text needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visual {
    /// The body that the editor was given: `loaded` and `now` are to be aligned with this one, not with a later draft.
    pub source: String,
    /// The editor's output just after loading it.
    pub loaded: String,
    /// The editor's output now.
    pub now: String,
}

/// Text being typed, with what it started from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Title, body in the document's own form, and fields, as they are now.
    pub content: Content,
    /// The content that it started from. Empty where it is not known any more.
    pub base: Content,
    /// Counter of the entity that it started from.
    pub counter: i64,
    /// What the visual editor was given and made of it; absent for text typed as source.
    pub visual: Option<Visual>,
    /// When it was made durable.
    pub saved_at: DateTime<Utc>,
    /// Which start of the program wrote it: a draft of an earlier one was left behind.
    pub session: String,
}

impl Store {
    /// Makes a draft durable: when this returns it survives the loss of power. Does not wait for SQLite.
    ///
    /// # Errors
    /// `DiskFull` and the like; the draft before it is then still whole, and the next call tries afresh.
    pub fn put_draft(&self, entity: EntityId, draft: &Draft) -> Result<()> {
        let _timed = self.metrics.timed("draft", None);
        let key = entity.to_string();
        let framed = frame_draft(entity, draft)?;
        let start: [u8; 32] = Sha256::digest(&framed.start).into();
        let known = self.draft_starts.lock().is_ok_and(|known| known.get(&entity) == Some(&start));
        self.redb.write(
            Durability::Immediate,
            |write| put(write, &key, &framed, !known),
            || self.crash_point("draft"),
        )?;
        if let Ok(mut starts) = self.draft_starts.lock() {
            starts.insert(entity, start);
        }
        self.crash_point("draft")
    }

    /// The draft of an entity.
    pub fn draft(&self, entity: EntityId) -> Result<Option<Draft>> {
        let key = entity.to_string();
        self.redb.read(|read| {
            let Some(now) = redb_file::get(read, DRAFTS, &key)? else { return Ok(None) };
            let start = redb_file::get(read, STARTS, &key)?;
            read_draft(start.as_deref(), &now).map(Some)
        })
    }

    /// All drafts.
    pub fn drafts(&self) -> Result<Vec<(EntityId, Draft)>> {
        self.each_draft()?.into_iter().map(|(key, draft)| Ok((parse("entity id", &key)?, draft?))).collect()
    }

    /// All drafts, each by itself: one that cannot be read does not hide the others.
    pub(crate) fn each_draft(&self) -> Result<Vec<(String, Result<Draft>)>> {
        self.redb.read(|read| {
            let mut starts: HashMap<String, Vec<u8>> = redb_file::all(read, STARTS, "")?.into_iter().collect();
            let drafts = redb_file::all(read, DRAFTS, "")?.into_iter().map(|(key, now)| {
                let draft = read_draft(starts.remove(&key).as_deref(), &now);
                (key, draft)
            });
            Ok(drafts.collect())
        })
    }

    /// Removes a draft, once its text is saved or thrown away.
    pub fn remove_draft(&self, entity: EntityId) -> Result<()> {
        if let Ok(mut starts) = self.draft_starts.lock() {
            starts.remove(&entity);
        }
        let key = entity.to_string();
        self.redb.write(
            Durability::Immediate,
            |write| {
                write.open_table(DRAFTS)?.remove(key.as_str())?;
                write.open_table(STARTS)?.remove(key.as_str())?;
                Ok(())
            },
            || self.crash_point("draft removed"),
        )
    }

    /// Whether title and body are an entity's content now, or one of its versions.
    async fn is_in_history(&self, entity: EntityId, content: &Content) -> Result<bool> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM core_entities WHERE id = ?1 AND title = ?2 AND content = ?3)
                 OR EXISTS (SELECT 1 FROM revisions WHERE entity = ?1 AND title = ?2 AND content = ?3)",
        )
        .bind(entity.to_string())
        .bind(&content.title)
        .bind(&content.body)
        .fetch_one(&self.reader)
        .await?)
    }

    /// Brings drafts of the form before into this one, and puts back what was found whole in a file that could not be read.
    /// Returns how many were put back.
    pub(crate) async fn take_over_drafts(&self, found: crate::redb_file::FoundInFile) -> Result<usize> {
        self.redb.write(Durability::Immediate, take_over_old_form, || Ok(()))?;
        let readable = self.redb.read(|read| redb_file::all(read, DRAFTS, ""))?;
        let mut put_back = 0;
        for (entity, draft) in found.drafts {
            let key = entity.to_string();
            let known = readable.iter().find(|(known, _)| *known == key).map(|(_, now)| read_draft(None, now));
            let wanted = match known {
                // Times cannot say which is newer: the clock may have gone back. What the file can tell is right.
                Some(Ok(_)) => false,
                Some(Err(_)) => true,
                // Bytes of drafts that were removed stay in a file for a while: only a file that could not be read is
                // searched for whole ones, and what the history has already is not brought up again.
                None => found.set_aside.is_some() && !self.is_in_history(entity, &draft.content).await?,
            };
            if wanted {
                self.put_draft(entity, &draft)?;
                put_back += 1;
            }
        }
        Ok(put_back)
    }
}

fn put(write: &WriteTransaction, key: &str, framed: &Framed, with_start: bool) -> Result<()> {
    if with_start {
        write.open_table(STARTS)?.insert(key, framed.start.as_slice())?;
    }
    write.open_table(DRAFTS)?.insert(key, framed.now.as_slice())?;
    Ok(())
}

#[derive(Deserialize)]
struct OldDraft {
    title: String,
    body: String,
    counter: i64,
    base_title: String,
    base_body: String,
    saved_at: DateTime<Utc>,
    session: String,
}

fn take_over_old_form(write: &WriteTransaction) -> Result<()> {
    if !write.list_tables()?.any(|table| redb::TableHandle::name(&table) == redb::TableHandle::name(&OLD_DRAFTS)) {
        return Ok(());
    }
    let mut old = Vec::new();
    for row in write.open_table(OLD_DRAFTS)?.iter()? {
        let (key, text) = row?;
        old.push((key.value().to_owned(), text.value().to_owned()));
    }
    for (key, text) in old {
        let entity: EntityId = parse("entity id", &key)?;
        let old: OldDraft = parse_json("draft", &text)?;
        let draft = Draft {
            content: Content::new(old.title, old.body),
            base: Content::new(old.base_title, old.base_body),
            counter: old.counter,
            visual: None,
            saved_at: old.saved_at,
            session: old.session,
        };
        put(write, &key, &frame_draft(entity, &draft)?, true)?;
    }
    write.delete_table(OLD_DRAFTS)?;
    Ok(())
}
