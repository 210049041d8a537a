//! What Diagnostics shows of a workspace: how long its operations take, and what takes up room.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use sqlx::{AssertSqlSafe, Row};

use crate::metrics::{Histogram, SLOW_KEPT, Slow, Timed};
use crate::text::{json, parse_json};
use crate::{Error, Result, Store};

/// Everything that is measured of a workspace, since it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Operations, those that took longest in all first.
    pub operations: Vec<Operation>,
    /// The slowest ones.
    pub slow: Vec<SlowOperation>,
    /// Tables and indexes of the database, largest first.
    pub tables: Vec<TableSize>,
    /// Size of the database file.
    pub database_bytes: u64,
    /// Size of its write-ahead log.
    pub log_bytes: u64,
    /// Size of the draft file.
    pub drafts_bytes: u64,
    /// Attachments: how many files.
    pub blobs: u64,
    /// Their size.
    pub blobs_bytes: u64,
}

/// One operation's times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// Its name. Writes carry the name of their commit.
    pub name: String,
    /// How often.
    pub count: u64,
    /// Half of them took no longer than this.
    pub p50_micros: u64,
    /// All but one in twenty took no longer than this.
    pub p95_micros: u64,
    /// The longest.
    pub max_micros: u64,
    /// All together.
    pub total_micros: u64,
}

/// One operation that took long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SlowOperation {
    /// Its name.
    pub name: String,
    /// How long it took.
    pub micros: u64,
    /// How the database goes about it, a line for each step; empty for a write.
    pub plan: Vec<String>,
}

/// One table's or index's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableSize {
    /// Its name.
    pub name: String,
    /// Whether it is an index.
    pub index: bool,
    /// Its pages.
    pub bytes: u64,
}

impl Store {
    /// Adds a measured duration under a name, for what is not measured here: the phases of a sync.
    pub fn measured(&self, name: &str, took: Duration) {
        self.metrics.add(name, None, took);
    }

    /// Measures a reading operation until the value is dropped.
    pub(crate) fn timed<'a>(&'a self, name: &'a str, statement: &'a str) -> Timed<'a> {
        self.metrics.timed(name, Some(statement))
    }

    /// Adds what was measured to the database, so that it outlives this process.
    pub async fn keep_metrics(&self) -> Result<()> {
        let (measured, slow) = self.metrics.take();
        if measured.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin_pulled().await?;
        for (name, new) in measured {
            let known = sqlx::query("SELECT * FROM metrics WHERE name = ?1")
                .bind(&name)
                .fetch_optional(&mut *transaction)
                .await?;
            let mut all = known.as_ref().map(histogram).transpose()?.unwrap_or_default();
            all.merge(&new);
            sqlx::query("INSERT OR REPLACE INTO metrics (name, count, total_micros, max_micros, buckets) VALUES (?1, ?2, ?3, ?4, ?5)")
                .bind(&name)
                .bind(signed(all.count))
                .bind(signed(all.total_micros))
                .bind(signed(all.max_micros))
                .bind(json("metrics", &all.buckets)?)
                .execute(&mut *transaction)
                .await?;
        }
        for Slow { name, micros, statement } in slow {
            sqlx::query("INSERT INTO slow_queries (name, micros, statement) VALUES (?1, ?2, ?3)")
                .bind(name)
                .bind(signed(micros))
                .bind(statement)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query(
            "DELETE FROM slow_queries WHERE id NOT IN (SELECT id FROM slow_queries ORDER BY micros DESC LIMIT ?1)",
        )
        .bind(i64::try_from(SLOW_KEPT).unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
        // Not measured itself, and no change of anything that is shown elsewhere.
        Ok(transaction.commit().await?)
    }

    /// Everything that is measured. Reads every page of the database: for a screen that a person asked for.
    pub async fn stats(&self) -> Result<Stats> {
        self.keep_metrics().await?;
        let mut operations = Vec::new();
        for row in sqlx::query("SELECT * FROM metrics").fetch_all(&self.reader).await? {
            let all = histogram(&row)?;
            operations.push(Operation {
                name: row.get("name"),
                count: all.count,
                p50_micros: all.percentile(50),
                p95_micros: all.percentile(95),
                max_micros: all.max_micros,
                total_micros: all.total_micros,
            });
        }
        operations.sort_by(|a, b| b.total_micros.cmp(&a.total_micros).then_with(|| a.name.cmp(&b.name)));
        let mut slow = Vec::new();
        for row in sqlx::query("SELECT * FROM slow_queries ORDER BY micros DESC, id").fetch_all(&self.reader).await? {
            slow.push(SlowOperation {
                name: row.get("name"),
                micros: row.get::<i64, _>("micros").unsigned_abs(),
                plan: self.plan(row.get("statement")).await?,
            });
        }
        let tables = sqlx::query(
            "SELECT dbstat.name AS name, coalesce(sqlite_schema.type, 'table') = 'index' AS is_index, sum(pgsize) AS bytes
             FROM dbstat LEFT JOIN sqlite_schema ON sqlite_schema.name = dbstat.name
             GROUP BY dbstat.name ORDER BY bytes DESC, dbstat.name",
        )
        .fetch_all(&self.reader)
        .await?;
        let tables = tables.iter().map(|row| TableSize {
            name: row.get("name"),
            index: row.get("is_index"),
            bytes: row.get::<i64, _>("bytes").unsigned_abs(),
        });
        let (blobs, blobs_bytes) = files_in(&self.folder.join("blobs"))?;
        Ok(Stats {
            operations,
            slow,
            tables: tables.collect(),
            database_bytes: size(&self.folder.join("lectern.db")),
            log_bytes: size(&self.folder.join("lectern.db-wal")),
            drafts_bytes: size(&self.folder.join("lectern.redb")),
            blobs,
            blobs_bytes,
        })
    }

    /// How the database goes about a statement of ours. One that an earlier version asked and this database no longer knows has none.
    async fn plan(&self, statement: Option<String>) -> Result<Vec<String>> {
        let Some(statement) = statement else { return Ok(Vec::new()) };
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(&self.reader).await;
        Ok(rows.map(|rows| rows.iter().map(|row| row.get("detail")).collect()).unwrap_or_default())
    }
}

fn histogram(row: &sqlx::sqlite::SqliteRow) -> Result<Histogram> {
    let buckets: BTreeMap<u32, u64> = parse_json("metrics", row.get("buckets"))?;
    let number = |name: &str| row.get::<i64, _>(name).unsigned_abs();
    Ok(Histogram {
        count: number("count"),
        total_micros: number("total_micros"),
        max_micros: number("max_micros"),
        buckets,
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A file that is not there takes up no room.
fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |known| known.len())
}

fn files_in(folder: &Path) -> Result<(u64, u64)> {
    let failed = |source| Error::file("looking through the attachments", source);
    let (mut files, mut bytes) = (0, 0);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        files += 1;
        bytes += entry.metadata().map_err(failed)?.len();
    }
    Ok((files, bytes))
}
