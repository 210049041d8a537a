//! Reports of past runs, kept as the engine printed them.

use chrono::{DateTime, Utc};
use domain::RunId;

use crate::text::time;
use crate::{Result, Store};

impl Store {
    /// Keeps a report as JSON.
    pub async fn put_report(&self, run: RunId, started_at: DateTime<Utc>, report: &str) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query("INSERT OR REPLACE INTO sync_runs (id, started_at, report) VALUES (?1, ?2, ?3)")
            .bind(run.to_string())
            .bind(time(started_at))
            .bind(report)
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "report").await
    }

    /// The newest reports first.
    pub async fn reports(&self, limit: u32) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar("SELECT report FROM sync_runs ORDER BY started_at DESC, id DESC LIMIT ?1")
            .bind(limit)
            .fetch_all(&self.reader)
            .await?)
    }

    /// One report.
    pub async fn report(&self, run: RunId) -> Result<Option<String>> {
        Ok(sqlx::query_scalar("SELECT report FROM sync_runs WHERE id = ?1")
            .bind(run.to_string())
            .fetch_optional(&self.reader)
            .await?)
    }
}
