//! What is remembered of a site between runs, in redb: cursors, validators, its clock, its budget, and unfinished transfers. All of it
//! may be lost and is then learned again.

use chrono::{DateTime, Utc};
use domain::AccountId;
use redb::{Durability, ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::redb_file::{self, Table};
use crate::text::{json, parse_json};
use crate::{Error, Result, Store};

const METADATA: Table = TableDefinition::new("sync_metadata");
const SCRATCH: Table = TableDefinition::new("scratch");

/// What a site gave with an answer, for asking whether it still stands. Saves bytes; never the only proof that nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validator {
    /// `ETag`, as the header had it.
    pub etag: String,
    /// When it was given.
    pub at: DateTime<Utc>,
}

/// How far a site's clock is ahead of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOffset {
    /// Milliseconds ahead; negative is behind.
    pub millis: i64,
    /// Give or take so many milliseconds: a `Date` header has whole seconds, and the answer was under way.
    pub unsure_millis: i64,
    /// When it was measured, by our clock.
    pub at: DateTime<Utc>,
}

/// What a site said of its limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// What was left, in the site's own unit.
    pub left: f64,
    /// The most there is, where the site says or showed it.
    pub most: Option<f64>,
    /// Not before then, where it said so.
    pub wait_until: Option<DateTime<Utc>>,
    /// When it said that.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Where a list of a site was last read up to.
    pub fn cursor(&self, account: AccountId, list: &str) -> Result<Option<String>> {
        self.metadata(account, "cursor", list)
    }

    /// Notes where a list was read up to, once what it brought is durable.
    pub async fn set_cursor(&self, account: AccountId, list: &str, at: &str) -> Result<()> {
        self.make_pulled_durable().await?;
        self.set_metadata(account, "cursor", &[(list, at)])
    }

    /// What came with the last answer from an address.
    pub fn validator(&self, account: AccountId, address: &str) -> Result<Option<Validator>> {
        self.metadata(account, "validator", address)
    }

    /// Notes what came with answers, once what they brought is durable: a validator that outlived its content would keep that content
    /// away for good.
    pub async fn set_validators(&self, account: AccountId, validators: &[(&str, Validator)]) -> Result<()> {
        self.make_pulled_durable().await?;
        self.set_metadata(account, "validator", validators)
    }

    /// How far the site's clock is ahead of ours.
    pub fn clock_offset(&self, account: AccountId) -> Result<Option<ClockOffset>> {
        self.metadata(account, "clock", "")
    }

    /// Notes how far the site's clock is ahead of ours.
    pub fn set_clock_offset(&self, account: AccountId, offset: ClockOffset) -> Result<()> {
        self.set_metadata(account, "clock", &[("", offset)])
    }

    /// Notifications that waited unread on the site when it was last asked.
    pub fn notifications(&self, account: AccountId) -> Result<Option<u32>> {
        self.metadata(account, "notifications", "")
    }

    /// Notes how many notifications wait unread on the site.
    pub fn set_notifications(&self, account: AccountId, count: u32) -> Result<()> {
        self.set_metadata(account, "notifications", &[("", count)])
    }

    /// What the site last said of a limit, by the name of the limit.
    pub fn budget(&self, account: AccountId, limit: &str) -> Result<Option<Budget>> {
        self.metadata(account, "budget", limit)
    }

    /// Notes what the site said of a limit.
    pub fn set_budget(&self, account: AccountId, limit: &str, budget: Budget) -> Result<()> {
        self.set_metadata(account, "budget", &[(limit, budget)])
    }

    /// Forgets all that is remembered of a site, so that the next run asks for everything.
    pub fn forget_site(&self, account: AccountId) -> Result<()> {
        let prefix = format!("{account}/");
        self.redb.write(
            Durability::Immediate,
            |write| {
                let mut table = write.open_table(METADATA)?;
                let keys: Vec<String> = table
                    .range(prefix.as_str()..)?
                    .map(|row| row.map(|(key, _)| key.value().to_owned()))
                    .take_while(|key| key.as_ref().map_or(true, |key| key.starts_with(&prefix)))
                    .collect::<std::result::Result<_, _>>()?;
                for key in keys {
                    table.remove(key.as_str())?;
                }
                Ok(())
            },
            || Ok(()),
        )
    }

    /// An unfinished transfer, by a key of the caller's.
    pub fn scratch(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.redb.read(|read| redb_file::get(read, SCRATCH, key))
    }

    /// Keeps, or with `None` removes, what is needed to go on with an unfinished transfer.
    pub fn set_scratch(&self, key: &str, value: Option<&[u8]>) -> Result<()> {
        self.redb.write(
            Durability::Immediate,
            |write| {
                let mut table = write.open_table(SCRATCH)?;
                match value {
                    Some(value) => drop(table.insert(key, value)?),
                    None => drop(table.remove(key)?),
                }
                Ok(())
            },
            || Ok(()),
        )
    }

    fn metadata<T: DeserializeOwned>(&self, account: AccountId, what: &str, name: &str) -> Result<Option<T>> {
        let key = format!("{account}/{what}/{name}");
        let Some(bytes) = self.redb.read(|read| redb_file::get(read, METADATA, &key))? else { return Ok(None) };
        let text = String::from_utf8(bytes)
            .map_err(|error| Error::Damaged { what: "note about a site", why: error.to_string() })?;
        parse_json("note about a site", &text).map(Some)
    }

    fn set_metadata<T: Serialize>(&self, account: AccountId, what: &str, values: &[(&str, T)]) -> Result<()> {
        let rows = values
            .iter()
            .map(|(name, value)| Ok((format!("{account}/{what}/{name}"), json("note about a site", value)?)))
            .collect::<Result<Vec<_>>>()?;
        self.redb.write(
            // It reaches the disk with the next draft, or when the workspace is closed.
            Durability::None,
            |write| {
                let mut table = write.open_table(METADATA)?;
                for (key, value) in &rows {
                    table.insert(key.as_str(), value.as_bytes())?;
                }
                Ok(())
            },
            || Ok(()),
        )
    }

    /// Makes everything that pulls have committed so far survive the loss of power: SQLite syncs its log with the next full commit.
    async fn make_pulled_durable(&self) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ('pulled.durable', '1')
             ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        )
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "pulled is durable").await
    }
}
