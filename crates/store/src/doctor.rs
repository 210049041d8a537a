//! The doctor: looks through a whole workspace, and rebuilds what can be rebuilt.

use std::fs;

use serde::Serialize;
use sqlx::{AssertSqlSafe, Row};

use crate::{Error, Result, Store};

/// What a look through a workspace found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Entities looked at.
    pub documents: u64,
    /// Versions in the history.
    pub versions: u64,
    /// Drafts read.
    pub drafts: u64,
    /// Attachments whose bytes were checked.
    pub attachments: u64,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What.
    pub problem: Problem,
    /// The entity, file, table or address it is about, and what was seen.
    pub detail: String,
    /// Whether it was put right.
    pub repaired: bool,
}

/// What may be wrong with a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// A page of SQLite's is not what it should be. A backup has to be restored.
    Database,
    /// An index of a table disagrees with the table. Rebuilt.
    TableIndex,
    /// A row refers to one that is not there.
    Reference,
    /// A stored value is not of its form.
    Value,
    /// The search index disagrees with the documents. Rebuilt.
    SearchIndex,
    /// The draft file has pages that are not what was written.
    DraftFile,
    /// A draft cannot be read.
    Draft,
    /// An attachment's file is not there. Fetched again with the next pull where it came from a site.
    AttachmentMissing,
    /// An attachment's bytes are not those of its name. Set aside; fetched again with the next pull where it came from a site.
    AttachmentDamaged,
    /// What says which edits a copy contains cannot be read, or is absent. Set so that the next sync compares both sides.
    Vector,
}

impl Store {
    /// Looks through both databases, the index, the attachments and the vectors. With `repair`, rebuilds what can be rebuilt; a text
    /// is never changed and a file never removed.
    pub async fn doctor(&self, repair: bool) -> Result<Report> {
        let mut report = Report {
            documents: self.count("core_entities").await?,
            versions: self.count("revisions").await?,
            ..Report::default()
        };
        self.look_at_database(repair, &mut report).await?;
        self.look_at_values(&mut report).await?;
        self.look_at_drafts(&mut report)?;
        self.look_at_index(repair, &mut report).await?;
        self.look_at_attachments(repair, &mut report).await?;
        #[cfg(feature = "sync")]
        self.look_at_vectors(repair, &mut report).await?;
        Ok(report)
    }

    async fn count(&self, table: &str) -> Result<u64> {
        let count: i64 =
            sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(&self.reader).await?;
        Ok(count.unsigned_abs())
    }

    async fn look_at_database(&self, repair: bool, report: &mut Report) -> Result<()> {
        let lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&self.writer).await?;
        let lines: Vec<_> = lines.into_iter().filter(|line| line != "ok").collect();
        let of_index = |line: &str| line.contains("missing from index") || line.contains("wrong # of entries in index");
        if lines.iter().any(|line| of_index(line)) && repair {
            let mut transaction = self.begin().await?;
            sqlx::query("REINDEX").execute(&mut *transaction).await?;
            self.commit(transaction, "tables reindexed").await?;
        }
        for line in lines {
            // The search index reports itself with the others, and is looked at on its own.
            if line.contains("search_index") {
                continue;
            }
            let problem = if of_index(&line) { Problem::TableIndex } else { Problem::Database };
            report.add(problem, line, repair && problem == Problem::TableIndex);
        }
        for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(&self.reader).await? {
            let (table, parent): (String, String) = (row.get("table"), row.get("parent"));
            report.add(Problem::Reference, format!("a row of {table} refers to one of {parent}"), false);
        }
        Ok(())
    }

    async fn look_at_values(&self, report: &mut Report) -> Result<()> {
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table'").fetch_all(&self.reader).await?;
        for (table, id, value) in [
            ("core_entities", "id", "fields"),
            ("revisions", "id", "fields"),
            ("mirror", "entity", "base"),
            ("conflicts", "entity", "row"),
            ("journal", "id", "entry"),
        ] {
            if !tables.iter().any(|known| known == table) {
                continue;
            }
            let broken: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(format!("SELECT {id} FROM {table} WHERE NOT json_valid({value})")))
                    .fetch_all(&self.reader)
                    .await?;
            for id in broken {
                report.add(Problem::Value, format!("{value} of {table} {id}"), false);
            }
        }
        let kinds: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT kind FROM core_entities").fetch_all(&self.reader).await?;
        for kind in kinds.iter().filter(|kind| domain::Kind::from_name(kind).is_none()) {
            report.add(Problem::Value, format!("kind {kind}"), false);
        }
        Ok(())
    }

    fn look_at_drafts(&self, report: &mut Report) -> Result<()> {
        if !self.redb.check()? {
            report.add(Problem::DraftFile, "lectern.redb".to_owned(), true);
        }
        for (key, draft) in self.each_draft()? {
            match draft {
                Ok(_) => report.drafts += 1,
                Err(error) => report.add(Problem::Draft, format!("{key}: {error}"), false),
            }
        }
        Ok(())
    }

    async fn look_at_index(&self, repair: bool, report: &mut Report) -> Result<()> {
        let mut wrong = Vec::new();
        let mut transaction = self.begin_pulled().await?;
        if let Err(error) = sqlx::query("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
            .execute(&mut *transaction)
            .await
        {
            match Error::from(error) {
                Error::Damaged { why, .. } => wrong.push(why),
                error => return Err(error),
            }
        }
        transaction.rollback().await?;
        for (what, statement) in [
            (
                "documents that are neither indexed nor waiting for it",
                "SELECT count(*) FROM core_entities WHERE deleted_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM search_documents WHERE search_documents.entity = core_entities.id)
                 AND NOT EXISTS (SELECT 1 FROM index_queue WHERE index_queue.entity = core_entities.id)",
            ),
            (
                "indexed documents that are gone",
                "SELECT count(*) FROM search_documents
                 WHERE NOT EXISTS (SELECT 1 FROM core_entities WHERE id = entity AND deleted_at IS NULL)
                 AND NOT EXISTS (SELECT 1 FROM index_queue WHERE index_queue.entity = search_documents.entity)",
            ),
        ] {
            let count: i64 = sqlx::query_scalar(statement).fetch_one(&self.reader).await?;
            if count > 0 {
                wrong.push(format!("{count} {what}"));
            }
        }
        if repair && !wrong.is_empty() {
            self.rebuild_index().await?;
            while self.index_pending(100).await?.left > 0 {}
        }
        for line in wrong {
            report.add(Problem::SearchIndex, line, repair);
        }
        Ok(())
    }

    async fn look_at_attachments(&self, repair: bool, report: &mut Report) -> Result<()> {
        let names: Vec<String> = sqlx::query_scalar("SELECT DISTINCT sha256 FROM attachments ORDER BY sha256")
            .fetch_all(&self.reader)
            .await?;
        for sha in names {
            let problem = match self.checked_blob(&sha).await {
                Ok(_) => {
                    report.attachments += 1;
                    continue;
                }
                Err(Error::Missing(_)) => Problem::AttachmentMissing,
                Err(Error::Damaged { .. }) => Problem::AttachmentDamaged,
                Err(error) => return Err(error),
            };
            let mut repaired = false;
            if repair {
                if problem == Problem::AttachmentDamaged {
                    let path = self.blob_path(&sha);
                    fs::rename(&path, path.with_extension("damaged"))
                        .map_err(|source| Error::file("setting an attachment aside", source))?;
                }
                repaired = self.fetch_again(&sha).await?;
            }
            report.add(problem, sha, repaired);
        }
        Ok(())
    }

    /// Forgets the addresses of an attachment that came from a site, so that the next pull fetches it. One that was made here keeps
    /// its address: the file may come back from a backup.
    async fn fetch_again(&self, sha: &str) -> Result<bool> {
        let mut transaction = self.begin().await?;
        let fetched = sqlx::query(
            "DELETE FROM attachments WHERE sha256 = ?1 AND space IN (SELECT id FROM spaces WHERE account IS NOT NULL)",
        )
        .bind(sha)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        self.commit(transaction, "attachment to be fetched").await?;
        Ok(fetched > 0)
    }

    #[cfg(feature = "sync")]
    async fn look_at_vectors(&self, repair: bool, report: &mut Report) -> Result<()> {
        use domain::{Replica, VersionVector};

        let rows = sqlx::query(
            "SELECT mirror.entity, mirror.account, ours.vector AS ours, theirs.vector AS theirs FROM mirror
             LEFT JOIN version_vectors ours ON ours.entity = mirror.entity AND ours.holder = 'local'
             LEFT JOIN version_vectors theirs ON theirs.entity = mirror.entity AND theirs.holder = mirror.account",
        )
        .fetch_all(&self.reader)
        .await?;
        for row in &rows {
            let readable =
                |name: &str| row.get::<Option<&str>, _>(name).is_some_and(|text| text.parse::<VersionVector>().is_ok());
            if readable("ours") && readable("theirs") {
                continue;
            }
            let (entity, account): (String, String) = (row.get("entity"), row.get("account"));
            if repair {
                // As if it had been edited here: the next sync looks at the site's copy before it sends anything.
                let vector = VersionVector::new().bumped(Replica::Device(self.device));
                let mut transaction = self.begin().await?;
                for (holder, vector) in [("local", &vector), (account.as_str(), &VersionVector::new())] {
                    sqlx::query("INSERT OR REPLACE INTO version_vectors (entity, holder, vector) VALUES (?1, ?2, ?3)")
                        .bind(&entity)
                        .bind(holder)
                        .bind(vector.to_string())
                        .execute(&mut *transaction)
                        .await?;
                }
                self.commit(transaction, "vector reset").await?;
            }
            report.add(Problem::Vector, entity, repair);
        }
        Ok(())
    }
}

impl Report {
    /// Whether everything is as it should be.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, problem: Problem, detail: String, repaired: bool) {
        self.findings.push(Finding { problem, detail, repaired });
    }
}
