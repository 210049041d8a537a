//! The floors: SQLite and redb with nothing around them.

use std::path::Path;

use redb::{Durability, TableDefinition};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

const TABLE: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("drafts");

pub(crate) async fn database(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-64000");
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap()
}

/// Rows and a full-text index over them, in one transaction.
pub(crate) async fn import(database: &SqlitePool, documents: &[(String, String, String)]) {
    sqlx::raw_sql(
        "CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, body TEXT, txt TEXT);
         CREATE VIRTUAL TABLE f USING fts5(title, txt, content = 'd', content_rowid = 'id', prefix = '2 3',
           tokenize = 'unicode61 remove_diacritics 2')",
    )
    .execute(database)
    .await
    .unwrap();
    let mut transaction = database.begin().await.unwrap();
    for (title, body, text) in documents {
        sqlx::query("INSERT INTO d (title, body, txt) VALUES (?1, ?2, ?3)")
            .bind(title)
            .bind(body)
            .bind(text)
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    sqlx::query("INSERT INTO f (rowid, title, txt) SELECT id, title, txt FROM d")
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

/// The twenty best by bm25, with passages.
pub(crate) async fn search(database: &SqlitePool, expression: &str) -> usize {
    sqlx::query(
        "SELECT d.id, d.title, snippet(f, 1, '<b>', '</b>', '...', 12) FROM f JOIN d ON d.id = f.rowid
         WHERE f MATCH ?1 ORDER BY bm25(f) LIMIT 20",
    )
    .bind(expression)
    .fetch_all(database)
    .await
    .unwrap()
    .len()
}

pub(crate) async fn read(database: &SqlitePool, id: i64) {
    sqlx::query("SELECT id, title, body FROM d WHERE id = ?1").bind(id).fetch_one(database).await.unwrap();
}

pub(crate) fn drafts(path: &Path) -> redb::Database {
    redb::Database::create(path).unwrap()
}

pub(crate) fn put_draft(drafts: &redb::Database, key: &str, bytes: &[u8]) {
    let mut write = drafts.begin_write().unwrap();
    write.set_durability(Durability::Immediate).unwrap();
    write.open_table(TABLE).unwrap().insert(key, bytes).unwrap();
    write.commit().unwrap();
}
