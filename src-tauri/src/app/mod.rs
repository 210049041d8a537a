//! The composition root: opens the store, registers the integrations, and does what window and command line ask for.
//! No Tauri in here; a command or a subcommand is a few lines over a method of [`App`].

mod care;
mod categories;
mod checks;
mod copies;
mod differences;
mod documents;
mod fields;
mod folders;
mod following;
mod incoming;
mod library;
mod links;
mod modules;
mod moving;
mod on_site;
mod pasting;
mod pictures;
mod replace;
mod replying;
mod restoring;
mod saving;
mod search;
mod shown;
mod states;
mod telling;
mod threads;
mod trash;
mod tree;
mod versions;
mod zones;

#[cfg(feature = "sync-engine")]
mod absent;
#[cfg(feature = "sync-engine")]
#[cfg_attr(
    not(any(feature = "canvas-integration", feature = "discourse-integration")),
    expect(dead_code, reason = "the engine alone connects no account")
)]
mod accounts;
#[cfg(feature = "sync-engine")]
mod conflicts;
#[cfg(feature = "sync-engine")]
mod following_sites;
#[cfg(feature = "sync-engine")]
mod images;
#[cfg(feature = "sync-engine")]
mod linked_files;
#[cfg(feature = "sync-engine")]
mod linking;
#[cfg(feature = "sync-engine")]
mod notified;
#[cfg(not(feature = "sync-engine"))]
mod offline;
#[cfg(feature = "sync-engine")]
mod older_copy;
#[cfg(feature = "sync-engine")]
mod outbox;
#[cfg(feature = "sync-engine")]
mod overlaps;
#[cfg(feature = "sync-engine")]
mod reports;
#[cfg(feature = "sync-engine")]
mod reviewing;
#[cfg(feature = "sync-engine")]
mod running;
#[cfg(feature = "sample")]
mod sample;
#[cfg(feature = "sync-engine")]
mod settling;
#[cfg(feature = "sync-engine")]
mod status;
#[cfg(feature = "sync-engine")]
mod strategies;
#[cfg(feature = "sync-engine")]
mod syncing;
#[cfg(feature = "discourse-integration")]
mod userkeys;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{EntityId, IdSeed, SpaceId};
use store::{Environment, Store};

use crate::dto::{CapabilitiesDto, EventDto};
use crate::error::{Failure, Result};

#[cfg(feature = "sync-engine")]
pub use accounts::Key;

#[cfg(feature = "cli")]
pub(crate) use tree::title_or_words;

/// Told what went stale.
pub type Listener = Arc<dyn Fn(EventDto) + Send + Sync>;

/// The application over one open workspace.
pub struct App {
    pub(crate) store: Store,
    /// Which start of the program this is: a draft of an earlier one was left behind.
    session: String,
    shown: shown::Shown,
    listener: Listener,
    /// Keeps the search index up to date while the program runs.
    indexing: tokio::sync::Mutex<Option<store::Indexing>>,
    _tidying: care::Tidying,
    /// What was deleted for good while the program runs, so that it can be put back.
    purged: trash::PurgedNow,
    /// The export or import that was planned last.
    pub(crate) folders: folders::Folders,
    /// Pictures on their way from the window.
    coming: incoming::Coming,
    /// Attachments that were removed last.
    removed: library::RemovedLast,
    /// What became of a backup that was to be restored at this start, and whether the workspace is an older copy.
    told_at_start: Vec<crate::dto::NoticeDto>,
    #[cfg(feature = "sync-engine")]
    pub(crate) online: syncing::Online,
}

impl App {
    /// Opens the workspace in a folder, making it where there is none.
    ///
    /// # Errors
    /// What keeps the workspace from being opened, untouched.
    pub async fn open(folder: &Path, listener: Listener) -> Result<Arc<Self>> {
        let opener = format!("process {}, since {}", std::process::id(), now().format("%H:%M UTC"));
        let restored = restoring::carry_out(folder, &opener).await;
        let store = Store::open(folder, Environment { seed: Arc::new(seed), opener }).await?;
        #[cfg(feature = "sync-engine")]
        let copied = older_copy::recognise(&store).await?;
        #[cfg(not(feature = "sync-engine"))]
        let copied = None;
        Ok(Arc::new(Self {
            told_at_start: restored.into_iter().chain(copied).collect(),
            purged: trash::PurgedNow::default(),
            folders: folders::Folders::default(),
            coming: incoming::Coming::default(),
            removed: library::RemovedLast::default(),
            session: store.new_seed_text(),
            indexing: tokio::sync::Mutex::new(Some(store.keep_indexed())),
            _tidying: care::keep_tidy(&store),
            shown: shown::Shown::default(),
            store,
            listener,
            #[cfg(feature = "sync-engine")]
            online: syncing::Online::default(),
        }))
    }

    /// Ends what runs beside the person's work and closes the workspace, so that another may open it.
    pub async fn close(&self) {
        if let Some(indexing) = self.indexing.lock().await.take() {
            indexing.end().await;
        }
        if let Err(error) = self.drop_removed().await {
            // The next sweep removes them.
            tracing::warn!(%error, "files of removed attachments stay for now");
        }
        self.store.close().await;
    }

    /// What this build can do.
    #[must_use]
    pub fn capabilities() -> CapabilitiesDto {
        CapabilitiesDto {
            sync: cfg!(feature = "sync-engine"),
            canvas: cfg!(feature = "canvas-integration"),
            discourse: cfg!(feature = "discourse-integration"),
            sample: cfg!(feature = "sample"),
        }
    }

    pub(crate) fn tell(&self, event: EventDto) {
        (self.listener)(event);
    }

    pub(crate) fn tell_changed(&self, space: SpaceId, entity: EntityId) {
        self.tell(EventDto::Changed { space: Some(space.to_string()), entities: vec![entity.to_string()] });
    }
}

/// The program's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one home of the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Time and randomness for a new id.
fn seed() -> IdSeed {
    IdSeed { unix_millis: u64::try_from(now().timestamp_millis()).unwrap_or(0), random: rand::random() }
}

/// An id given as text.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Failure::Invalid(format!("\u{201c}{text}\u{201d} is not an id of Lectern.")))
}

pub(crate) fn text_of(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
