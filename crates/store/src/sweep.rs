//! Attachments that nothing refers to any more: noted, and removed after a while.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use chrono::{DateTime, Duration, Utc};
use sqlx::Row;

use crate::text::time;
use crate::{Error, Result, Store};

/// So long an attachment stays after nothing refers to it: undo, the trash and a restored version find it again.
const KEPT_FOR: Duration = Duration::days(30);
/// A file half written belongs to a write that is under way, or to one that a crash ended.
const HALF_WRITTEN_FOR: Duration = Duration::days(1);
/// So many bodies are looked through at once.
const AT_ONCE: i64 = 200;

/// What addresses of the person's own files begin with.
const OWN_FILES: &str = "/lectern/files/";

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Addresses that nothing refers to and that are not old enough to go.
    pub waiting: u64,
    /// Addresses removed.
    pub addresses: u64,
    /// Files removed.
    pub files: u64,
    /// Bytes removed.
    pub bytes: u64,
}

impl Store {
    /// Notes which attachments no body, version or draft refers to, and removes those that were so for thirty days.
    pub async fn sweep_attachments(&self, now: DateTime<Utc>) -> Result<Swept> {
        let rows = sqlx::query("SELECT space, address FROM attachments").fetch_all(&self.reader).await?;
        let mut unused: HashMap<String, HashSet<String>> = HashMap::new();
        for row in &rows {
            unused.entry(row.get("space")).or_default().insert(row.get("address"));
        }
        self.take_used(&mut unused).await?;

        // Nothing is kept anew between the look and the removal.
        let _alone = self.blobs.write().await;
        let mut transaction = self.begin().await?;
        sqlx::query("CREATE TEMP TABLE IF NOT EXISTS found_unused (space TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (space, address))")
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM found_unused").execute(&mut *transaction).await?;
        for (space, addresses) in &unused {
            for address in addresses {
                sqlx::query("INSERT INTO found_unused (space, address) VALUES (?1, ?2)")
                    .bind(space)
                    .bind(address)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        sqlx::query(
            "DELETE FROM attachments_unused WHERE (space, address) NOT IN (SELECT space, address FROM found_unused)",
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT OR IGNORE INTO attachments_unused (space, address, since) SELECT space, address, ?1 FROM found_unused")
            .bind(time(now))
            .execute(&mut *transaction)
            .await?;
        let due: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT sha256 FROM attachments JOIN attachments_unused USING (space, address) WHERE since <= ?1",
        )
        .bind(time(now - KEPT_FOR))
        .fetch_all(&mut *transaction)
        .await?;
        let addresses = sqlx::query(
            "DELETE FROM attachments WHERE (space, address) IN (SELECT space, address FROM attachments_unused WHERE since <= ?1)",
        )
        .bind(time(now - KEPT_FOR))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        let waiting: i64 =
            sqlx::query_scalar("SELECT count(*) FROM attachments_unused").fetch_one(&mut *transaction).await?;
        let kept: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT sha256 FROM attachments").fetch_all(&mut *transaction).await?;
        self.commit(transaction, "sweep").await?;
        let mut swept = Swept { waiting: waiting.unsigned_abs(), addresses, ..Swept::default() };
        self.remove_files(&kept.into_iter().collect(), &due.into_iter().collect(), now, &mut swept)?;
        Ok(swept)
    }

    /// Removes files that no address leads to: at once where their last address has just gone, else by their age.
    fn remove_files(
        &self,
        kept: &HashSet<String>,
        due: &HashSet<String>,
        now: DateTime<Utc>,
        swept: &mut Swept,
    ) -> Result<()> {
        let failed = |source| Error::file("sweeping attachments", source);
        for entry in fs::read_dir(self.folder.join("blobs")).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if kept.contains(&name) || !entry.file_type().map_err(failed)?.is_file() {
                continue;
            }
            let half_written = name.starts_with("part-");
            let age = now - modified(&entry.path()).map_err(failed)?;
            let goes = match half_written {
                true => age > HALF_WRITTEN_FOR,
                false => due.contains(&name) || age > KEPT_FOR,
            };
            if goes {
                swept.bytes += entry.metadata().map_err(failed)?.len();
                fs::remove_file(entry.path()).map_err(failed)?;
                swept.files += 1;
            }
        }
        Ok(())
    }

    /// Takes from `unused` every address that a body of its space, a version, a site's copy or a draft refers to.
    pub(crate) async fn take_used(&self, unused: &mut HashMap<String, HashSet<String>>) -> Result<()> {
        let mut sources = vec![
            "SELECT id, space, content FROM core_entities WHERE id > ?1 ORDER BY id LIMIT ?2",
            "SELECT revisions.id AS id, core_entities.space AS space, revisions.content AS content FROM revisions
             JOIN core_entities ON core_entities.id = revisions.entity WHERE revisions.id > ?1 ORDER BY revisions.id LIMIT ?2",
        ];
        if self.has_sites().await? {
            sources.extend([OF_SITES, IN_CONFLICT]);
        }
        for source in sources {
            let mut after = String::new();
            loop {
                let rows = sqlx::query(source).bind(&after).bind(AT_ONCE).fetch_all(&self.reader).await?;
                let Some(last) = rows.last() else { break };
                after = last.get("id");
                for row in &rows {
                    let body: &str = row.get("content");
                    // A file of the person's is named by its content: a copy of a text keeps it from another space, too.
                    if body.contains(OWN_FILES) {
                        unused.values_mut().for_each(|addresses| take_those_in(body, addresses));
                    } else if let Some(addresses) = unused.get_mut(row.get::<&str, _>("space")) {
                        take_those_in(body, addresses);
                    }
                }
            }
        }
        for (_, draft) in self.drafts()? {
            // Which space a draft belongs to does not matter: it keeps what it names, wherever that is.
            for addresses in unused.values_mut() {
                take_those_in(&draft.content.body, addresses);
                take_those_in(&draft.base.body, addresses);
            }
        }
        Ok(())
    }

    /// Whether the database has what a build with the sync engine adds: it may be open in one without.
    pub(crate) async fn has_sites(&self) -> Result<bool> {
        let tables: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('mirror', 'conflicts')",
        )
        .fetch_one(&self.reader)
        .await?;
        Ok(tables == 2)
    }
}

/// What sites made of texts: a forum names its pictures only there, by the address that its rendering shows.
const OF_SITES: &str = "SELECT CAST(mirror.rowid AS TEXT) AS id, space,
       coalesce((SELECT group_concat(value, char(10)) FROM json_tree(mirror.base) WHERE type = 'text'), '') AS content
     FROM mirror JOIN core_entities ON core_entities.id = mirror.entity
     WHERE mirror.rowid > CAST(?1 AS INTEGER) ORDER BY mirror.rowid LIMIT ?2";
/// The texts of a conflict that waits.
const IN_CONFLICT: &str = "SELECT CAST(conflicts.rowid AS TEXT) AS id, space,
       coalesce((SELECT group_concat(value, char(10)) FROM json_tree(conflicts.row) WHERE type = 'text'), '') AS content
     FROM conflicts JOIN core_entities ON core_entities.id = conflicts.entity
     WHERE conflicts.rowid > CAST(?1 AS INTEGER) ORDER BY conflicts.rowid LIMIT ?2";

/// What ends an address in HTML and in Markdown.
const BOUNDS: [char; 13] = ['"', '\'', '(', ')', '<', '>', '[', ']', ' ', '\t', '\r', '\n', '|'];

fn take_those_in(body: &str, addresses: &mut HashSet<String>) {
    if addresses.is_empty() {
        return;
    }
    let mut named = Vec::new();
    each_named(body, addresses, |address| named.push(address.to_owned()));
    for address in named {
        addresses.remove(&address);
    }
}

/// Tells each of `addresses` that a text refers to; one may be told more than once.
pub(crate) fn each_named(body: &str, addresses: &HashSet<String>, mut tell: impl FnMut(&str)) {
    for word in body.split(BOUNDS) {
        // An attribute without quotes has its name before it, a list of sources a comma after it.
        for word in [word, word.trim_end_matches(','), word.split_once('=').map_or("", |(_, value)| value)] {
            if addresses.contains(word) {
                tell(word);
            } else if word.contains("&amp;") {
                let plain = word.replace("&amp;", "&");
                if addresses.contains(&plain) {
                    tell(&plain);
                }
            }
        }
    }
    // An address that itself holds such a character is looked for as it is.
    for address in addresses.iter().filter(|address| address.contains(BOUNDS) && body.contains(address.as_str())) {
        tell(address);
    }
}

fn modified(path: &Path) -> std::io::Result<DateTime<Utc>> {
    Ok(fs::metadata(path)?.modified()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_as_html_and_as_markdown_write_it() {
        let bodies = [
            r#"<img src="/files/1">"#,
            "<img src='/files/1'>",
            "<img src=/files/1>",
            "<img srcset='/files/1, /files/2 2x'>",
            "![x](/files/1)",
            "![x|10x20](/files/1 \"t\")",
            "see [it][1]\n\n[1]: /files/1",
        ];
        for body in bodies {
            let mut addresses = HashSet::from(["/files/1".to_owned(), "/files/12".to_owned()]);
            take_those_in(body, &mut addresses);
            assert_eq!(addresses, HashSet::from(["/files/12".to_owned()]), "{body}");
        }
        let mut odd = HashSet::from(["/files/a (1).png".to_owned(), "/files/1?a=1&b=2".to_owned()]);
        take_those_in(r#"<img src="/files/a (1).png"><img src="/files/1?a=1&amp;b=2">"#, &mut odd);
        assert!(odd.is_empty(), "{odd:?}");
    }
}
