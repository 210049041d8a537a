//! Opening a workspace: lock, databases, migrations, and the one place where a write becomes durable.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::{DeviceId, EntityId, IdSeed};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqlitePool, Transaction};

use crate::folder::{Lock, look_before_opening, take_lock};
use crate::metrics::Metrics;
use crate::migrating::migrate;
use crate::redb_file::RedbFile;
use crate::{Error, Result};

/// Called with the name of a write right before and right after its commit; `true` means that the process dies here.
pub type CrashHook = Arc<dyn Fn(&'static str) -> bool + Send + Sync>;

/// What the store needs from outside: fresh ids, and who is opening.
#[derive(Clone)]
pub struct Environment {
    /// Gives time and randomness for a new id.
    pub seed: Arc<dyn Fn() -> IdSeed + Send + Sync>,
    /// Who opens, for the sentence that a second process is refused with: `process 4121, since 09:02`.
    pub opener: String,
}

/// Something that was found when the workspace was opened and that the person is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The draft database could not be read. It lies beside, every byte of it; the drafts that were whole are back.
    DraftsSetAside {
        /// Where it lies now.
        kept_as: PathBuf,
        /// How many drafts were found in it and put back.
        put_back: usize,
    },
}

/// An open workspace.
#[derive(Clone)]
pub struct Store {
    pub(crate) writer: SqlitePool,
    pub(crate) reader: SqlitePool,
    pub(crate) redb: Arc<RedbFile>,
    /// Hash of the start that was last written with each draft, so that a pause in typing writes what changed.
    pub(crate) draft_starts: Arc<Mutex<HashMap<EntityId, [u8; 32]>>>,
    notices: Arc<Vec<Notice>>,
    pub(crate) folder: PathBuf,
    pub(crate) device: DeviceId,
    pub(crate) environment: Environment,
    crash: Arc<Crash>,
    /// Whether the writer's commits now skip the wait for the disk.
    relaxed: Arc<AtomicBool>,
    order: Arc<Mutex<Order>>,
    pub(crate) metrics: Arc<Metrics>,
    /// Held for reading while an attachment is kept, for writing while unused ones are removed.
    pub(crate) blobs: Arc<tokio::sync::RwLock<()>>,
    /// How many commits there were, for what is kept until the next one.
    pub(crate) writes: Arc<AtomicU64>,
    /// At which commit the badges of a space were worked out.
    #[cfg(feature = "sync")]
    pub(crate) badges_at: Arc<Mutex<HashMap<domain::SpaceId, u64>>>,
    /// Told after each commit.
    pub(crate) changed: Arc<tokio::sync::Notify>,
    lock: Arc<Lock>,
}

#[derive(Default)]
struct Crash {
    hook: Mutex<Option<CrashHook>>,
    dead: AtomicBool,
}

/// Keeps ids in the order in which they are made, also within one millisecond: the newest version is the one with the largest id.
#[derive(Default)]
struct Order {
    unix_millis: u64,
    count: u16,
}

impl Order {
    /// The twelve bits of randomness that stand behind the time count within it. A clock that goes back is held.
    fn after(&mut self, mut seed: IdSeed) -> IdSeed {
        if seed.unix_millis > self.unix_millis {
            *self = Self { unix_millis: seed.unix_millis, count: 0 };
        } else if self.count == 0xFFF {
            *self = Self { unix_millis: self.unix_millis + 1, count: 0 };
        } else {
            self.count += 1;
        }
        let [high, low] = self.count.to_be_bytes();
        (seed.unix_millis, seed.random[0], seed.random[1]) = (self.unix_millis, high, low);
        seed
    }
}

impl Store {
    /// The workspace's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens the workspace in a folder, making it where there is none.
    ///
    /// # Errors
    /// `Locked` when another process has it open, `Newer` when a newer program wrote it, `Missing` or `Truncated` when a file of it
    /// is not whole, `ReadOnly` or `DiskFull` when it cannot be written to. All of these leave it as it is.
    pub async fn open(folder: &Path, environment: Environment) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|source| Error::file("making the workspace folder", source))?;
        let lock = take_lock(&folder.join("lock"), &environment.opener)?;
        look_before_opening(folder)?;
        fs::create_dir_all(folder.join("blobs"))
            .map_err(|source| Error::file("making the workspace folder", source))?;
        let database = folder.join("lectern.db");
        let existed = database.exists();
        let options = SqliteConnectOptions::new()
            .filename(&database)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(std::time::Duration::from_secs(10))
            .pragma("temp_store", "MEMORY")
            .pragma("cache_size", "-64000");
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        migrate(&writer, existed, &database).await?;
        let reader = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        let (redb, found) = RedbFile::open(&folder.join("lectern.redb"))?;
        let device = device(&writer, &environment).await?;
        let mut store = Self {
            writer,
            reader,
            redb: Arc::new(redb),
            draft_starts: Arc::default(),
            notices: Arc::default(),
            folder: folder.to_owned(),
            device,
            environment,
            crash: Arc::default(),
            relaxed: Arc::default(),
            order: Arc::default(),
            metrics: Arc::default(),
            blobs: Arc::default(),
            writes: Arc::default(),
            #[cfg(feature = "sync")]
            badges_at: Arc::default(),
            changed: Arc::default(),
            lock: Arc::new(lock),
        };
        let kept_as = found.set_aside.clone();
        let put_back = store.take_over_drafts(found).await?;
        if let Some(kept_as) = kept_as {
            store.notices = Arc::new(vec![Notice::DraftsSetAside { kept_as, put_back }]);
        }
        Ok(store)
    }

    /// What was found when the workspace was opened and the person is to be told.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// This installation.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Fresh text for a witness: no two are equal.
    #[must_use]
    pub fn new_seed_text(&self) -> String {
        domain::RunId::new(self.seed()).to_string()
    }

    /// A seed for a new id.
    #[must_use]
    pub fn seed(&self) -> IdSeed {
        let seed = (self.environment.seed)();
        self.order.lock().unwrap_or_else(PoisonError::into_inner).after(seed)
    }

    /// Sets the hook that tests use to end the process's life at a write.
    pub fn set_crash_hook(&self, hook: Option<CrashHook>) {
        *self.crash.hook.lock().unwrap_or_else(PoisonError::into_inner) = hook;
    }

    /// Begins a write that survives the loss of power once it is committed: a person's text, the journal.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>> {
        self.begin_with("begin", false).await
    }

    /// Begins a write of what a site still has, or what can be rebuilt: the loss of power may take the last ones, whole, and the next pull brings
    /// them again. Anything committed by [`Self::begin`] afterwards makes these durable too.
    pub(crate) async fn begin_pulled(&self) -> Result<Transaction<'static, Sqlite>> {
        self.begin_with("begin pulled", true).await
    }

    async fn begin_with(&self, name: &'static str, relaxed: bool) -> Result<Transaction<'static, Sqlite>> {
        self.alive(name)?;
        let mut connection = self.writer.acquire().await?;
        // After a full disk SQLite has rolled back by itself, and the driver takes the transaction for still open: what came next
        // would be a savepoint in it, reported as committed and never written. Such a connection is not used again.
        while connection.is_in_transaction() {
            connection.close().await?;
            // A new connection waits for the disk.
            self.relaxed.store(false, Ordering::SeqCst);
            connection = self.writer.acquire().await?;
        }
        // SQLite ignores the pragma inside a transaction. The note changes only under the one connection, and in an
        // order by which a caller that goes away in between leaves at worst a stricter connection than noted.
        if self.relaxed.load(Ordering::SeqCst) != relaxed {
            if relaxed {
                self.relaxed.store(true, Ordering::SeqCst);
                sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *connection).await?;
            } else {
                sqlx::query("PRAGMA synchronous = FULL").execute(&mut *connection).await?;
                self.relaxed.store(false, Ordering::SeqCst);
            }
        }
        let transaction = Transaction::begin(connection, None).await?;
        self.metrics.write_begins();
        Ok(transaction)
    }

    pub(crate) async fn commit(&self, transaction: Transaction<'_, Sqlite>, name: &'static str) -> Result<()> {
        if let Err(error) = self.crash_point(name) {
            transaction.rollback().await?;
            return Err(error);
        }
        transaction.commit().await?;
        self.metrics.write_ends(name);
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_one();
        self.crash_point(name)
    }

    /// Where a test's hook may end the process's life.
    pub(crate) fn crash_point(&self, name: &'static str) -> Result<()> {
        self.alive(name)?;
        let hook = self.crash.hook.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if hook.is_some_and(|hook| hook(name)) {
            self.crash.dead.store(true, Ordering::SeqCst);
        }
        self.alive(name)
    }

    fn alive(&self, name: &'static str) -> Result<()> {
        if self.crash.dead.load(Ordering::SeqCst) { Err(Error::Crashed(name)) } else { Ok(()) }
    }

    /// Closes both databases and gives the lock back, also where something in the background still has a clone of this.
    pub async fn close(&self) {
        if let Err(error) = self.keep_metrics().await {
            tracing::debug!(%error, "what was measured is not kept");
        }
        self.reader.close().await;
        self.writer.close().await;
        self.redb.close();
        if let Err(error) = self.lock.give_back() {
            tracing::debug!(%error, "the lock goes with the process");
        }
    }
}

async fn device(writer: &SqlitePool, environment: &Environment) -> Result<DeviceId> {
    let fresh = DeviceId::new((environment.seed)()).to_string();
    sqlx::query("INSERT INTO settings (name, value) VALUES ('device', ?1) ON CONFLICT DO NOTHING")
        .bind(fresh)
        .execute(writer)
        .await?;
    let text: String = sqlx::query_scalar("SELECT value FROM settings WHERE name = 'device'").fetch_one(writer).await?;
    crate::text::parse("device id", &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_within_a_millisecond_and_when_the_clock_goes_back() {
        let mut order = Order::default();
        let times = (0..9000).map(|at| if at < 8000 { 5 } else { 3 });
        let ids: Vec<_> = times
            .map(|unix_millis| domain::RevisionId::new(order.after(IdSeed { unix_millis, random: [0xAB; 10] })))
            .collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[cfg(feature = "sync")]
    #[tokio::test]
    async fn only_what_a_site_still_has_skips_the_wait_for_the_disk() {
        let folder = tempfile::TempDir::new().unwrap();
        let seed = Arc::new(|| IdSeed { unix_millis: 1, random: [7; 10] });
        let store = Store::open(folder.path(), Environment { seed, opener: String::new() }).await.unwrap();
        // SQLite's numbers: 1 NORMAL, 2 FULL.
        for (relaxed, expected) in [(false, 2), (true, 1), (true, 1), (false, 2)] {
            let mut write = if relaxed { store.begin_pulled().await } else { store.begin().await }.unwrap();
            let level: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *write).await.unwrap();
            assert_eq!(level, expected);
            store.commit(write, "test").await.unwrap();
        }
    }
}
