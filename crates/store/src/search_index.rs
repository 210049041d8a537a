//! The full-text index: worked off from a queue, outside the commits that change documents; rebuilt at any time.

use domain::{Format, html, markdown};
use sqlx::{Row, Sqlite, Transaction};

use crate::search_words::{kind_mark, space_mark};
use crate::text::{json, parse};
use crate::{Error, Result, Store};

/// How far the index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexProgress {
    /// Documents brought up to date by this call.
    pub done: u32,
    /// Documents still waiting.
    pub left: u32,
}

/// Keeps the index up to date while it lives.
#[derive(Debug)]
pub struct Indexing(tokio::task::JoinHandle<()>);

impl Indexing {
    /// Ends it, and waits until nothing of the workspace is held any more.
    pub async fn end(mut self) {
        self.0.abort();
        if let Err(error) = (&mut self.0).await
            && !error.is_cancelled()
        {
            tracing::warn!(%error, "indexing ended badly");
        }
    }
}

impl Drop for Indexing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// So many documents in one commit: short enough that a save made meanwhile does not feel it.
const AT_ONCE: u32 = 32;

/// One document as the index keeps it.
struct Entry {
    seq: i64,
    entity: String,
    /// Absent for what was deleted.
    words: Option<Words>,
}

struct Words {
    title: String,
    text: String,
    marks: String,
}

impl Store {
    /// Indexes what changed, at most so many documents in one short commit. Call it again while something is left.
    pub async fn index_pending(&self, at_most: u32) -> Result<IndexProgress> {
        let rows = sqlx::query(
            "SELECT seq, entity, space, kind, title, content, format, deleted_at FROM index_queue
             LEFT JOIN core_entities ON core_entities.id = entity ORDER BY seq LIMIT ?1",
        )
        .bind(at_most)
        .fetch_all(&self.reader)
        .await?;
        if rows.is_empty() {
            return Ok(IndexProgress { done: 0, left: 0 });
        }
        // Taking the markup off is the slow part: done before the writer is held, and off the threads that answer the person.
        let entries = tokio::task::spawn_blocking(move || rows.iter().map(entry).collect::<Result<Vec<_>>>())
            .await
            .map_err(|error| Error::Damaged { what: "document", why: error.to_string() })??;
        let mut transaction = self.begin_pulled().await?;
        write(&mut transaction, &entries).await?;
        self.commit(transaction, "index").await?;
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM index_queue").fetch_one(&self.reader).await?;
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(IndexProgress { done: count(i64::try_from(entries.len()).unwrap_or(i64::MAX)), left: count(left) })
    }

    /// Indexes in the background what changed and what changes, in short commits, until what is returned is dropped.
    #[must_use]
    pub fn keep_indexed(&self) -> Indexing {
        let store = self.clone();
        Indexing(tokio::spawn(async move {
            loop {
                match store.index_pending(AT_ONCE).await {
                    Ok(IndexProgress { left: 0, .. }) => store.changed.notified().await,
                    // Others get the writer in between.
                    Ok(_) => tokio::task::yield_now().await,
                    Err(error) => {
                        tracing::warn!(%error, "indexing waits for the next change");
                        store.changed.notified().await;
                    }
                }
            }
        }))
    }

    /// Throws the index away and queues every document; `index_pending` then builds it anew.
    pub async fn rebuild_index(&self) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        for statement in [
            // The index cannot be trusted to take its entries out one by one.
            "DROP TRIGGER search_documents_gone",
            "DELETE FROM search_documents",
            "INSERT INTO search_index (search_index) VALUES ('delete-all')",
            "CREATE TRIGGER search_documents_gone AFTER DELETE ON search_documents BEGIN
               INSERT INTO search_index (search_index, rowid, title, text, marks)
               VALUES ('delete', old.docid, old.title, old.text, old.marks);
             END",
            "DELETE FROM index_queue",
            "INSERT INTO index_queue (entity) SELECT id FROM core_entities ORDER BY updated_at, id",
        ] {
            sqlx::query(statement).execute(&mut *transaction).await?;
        }
        self.commit(transaction, "index rebuilt").await
    }
}

/// Puts documents into the index in the place of what it had of them. The index is written to by two statements, however many
/// documents there are: before each statement it writes out what it holds.
async fn write(transaction: &mut Transaction<'static, Sqlite>, entries: &[Entry]) -> Result<()> {
    let mut current = Vec::new();
    for entry in entries {
        // One that changed since it was read has a new number in the queue, and its turn again; one that somebody else indexed
        // meanwhile has none. Both stay as the index has them.
        let taken = sqlx::query("DELETE FROM index_queue WHERE seq = ?1")
            .bind(entry.seq)
            .execute(&mut **transaction)
            .await?
            .rows_affected();
        if taken == 1 {
            current.push(entry);
        }
    }
    let entities: Vec<_> = current.iter().map(|entry| &entry.entity).collect();
    sqlx::query("DELETE FROM search_documents WHERE entity IN (SELECT value FROM json_each(?1))")
        .bind(json("documents to index", &entities)?)
        .execute(&mut **transaction)
        .await?;
    let last: i64 = sqlx::query_scalar("SELECT coalesce(max(docid), 0) FROM search_documents")
        .fetch_one(&mut **transaction)
        .await?;
    for (entry, words) in current.iter().filter_map(|entry| Some((entry, entry.words.as_ref()?))) {
        sqlx::query("INSERT INTO search_documents (entity, title, text, marks) VALUES (?1, ?2, ?3, ?4)")
            .bind(&entry.entity)
            .bind(&words.title)
            .bind(&words.text)
            .bind(&words.marks)
            .execute(&mut **transaction)
            .await?;
    }
    sqlx::query(
        "INSERT INTO search_index (rowid, title, text, marks)
         SELECT docid, title, text, marks FROM search_documents WHERE docid > ?1",
    )
    .bind(last)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn entry(row: &sqlx::sqlite::SqliteRow) -> Result<Entry> {
    let space: Option<String> = row.get("space");
    let deleted: Option<String> = row.get("deleted_at");
    let words = match space.filter(|_| deleted.is_none()) {
        Some(space) => {
            let kind: String = row.get("kind");
            let text = body_text(row.get("format"), row.get("content"));
            Some(Words {
                title: without_marks(row.get("title")),
                text: without_marks(&text),
                marks: format!("{} {}", space_mark(parse("space id", &space)?), kind_mark(&kind)),
            })
        }
        None => None,
    };
    Ok(Entry { seq: row.get("seq"), entity: row.get("entity"), words })
}

/// A body as its reader sees it.
fn body_text(format: &str, body: &str) -> String {
    match Format::from_name(format) {
        Some(Format::Html) => html::plain_text(body),
        Some(Format::Markdown) => markdown::plain_text(body),
        Some(Format::None) | None => String::new(),
    }
}

/// Begins and ends a hit in what the index answers with; characters that no text of the index holds.
pub(crate) const HIT: (char, char) = ('\u{E000}', '\u{E001}');

fn without_marks(text: &str) -> String {
    if text.contains([HIT.0, HIT.1]) { text.replace([HIT.0, HIT.1], " ") } else { text.to_owned() }
}
