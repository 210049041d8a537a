//! Where everything is kept: SQLite decides, redb follows.
//!
//! A workspace is one folder: `lectern.db`, `lectern.redb`, `blobs/`, `lock`. Callers speak of entities, drafts and
//! bases; no SQL leaves this crate. Each write that changes an entity is one transaction: content, vectors, base,
//! revision. Times and randomness come from the caller.

mod agreed_order;
mod attachments;
mod backup;
mod doctor;
mod draft_record;
mod drafts;
mod entities;
mod error;
mod folder;
mod history;
mod metrics;
mod migrating;
mod open;
mod places;
mod redb_file;
mod revisions;
mod search;
mod search_index;
mod search_words;
mod settings;
mod spaces;
mod stats;
mod sweep;
mod tags;
mod text;
mod trash;
mod uses;
mod vectors;

#[cfg(feature = "sync")]
mod accounts;
#[cfg(feature = "sync")]
mod apply;
#[cfg(feature = "sync")]
mod arrivals;
#[cfg(feature = "sync")]
mod badges;
#[cfg(feature = "sync")]
mod conflicts;
#[cfg(feature = "sync")]
mod former;
#[cfg(feature = "sync")]
mod image_queue;
#[cfg(feature = "sync")]
mod journal;
#[cfg(feature = "sync")]
mod linked;
#[cfg(feature = "sync")]
mod linked_files;
#[cfg(feature = "sync")]
mod links;
#[cfg(feature = "sync")]
mod mirror;
#[cfg(feature = "sync")]
mod older_copy;
#[cfg(feature = "sync")]
mod outbox;
#[cfg(feature = "sync")]
mod people;
#[cfg(feature = "sync")]
mod runs;
#[cfg(feature = "sync")]
mod settling;
#[cfg(feature = "sync")]
mod site_metadata;
#[cfg(feature = "sync")]
mod staging;
#[cfg(feature = "sync")]
mod uploads;
#[cfg(feature = "sync")]
mod verified;

pub use attachments::{Attachment, CheckedBlob, Receiving};
pub use backup::Backup;
pub use doctor::{Finding, Problem, Report};
pub use drafts::{Draft, Visual};
pub use entities::{Entity, NewEntity, Row, Saved};
pub use error::{Error, Result};
pub use history::{Compacted, Retention, Version};
pub use open::{CrashHook, Environment, Notice, Store};
pub use places::Place;
pub use revisions::{Replaced, Revision};
pub use search::{Marked, SearchHit, SearchQuery};
pub use search_index::{IndexProgress, Indexing};
pub use spaces::Space;
pub use stats::{Operation, SlowOperation, Stats, TableSize};
pub use sweep::Swept;
pub use trash::Purged;
pub use uses::{Removed, Uses};

#[cfg(feature = "sync")]
pub use accounts::Account;
#[cfg(feature = "sync")]
pub use apply::{Applied, PullApply};
#[cfg(feature = "sync")]
pub use arrivals::Arrival;
#[cfg(feature = "sync")]
pub use badges::Badges;
#[cfg(feature = "sync")]
pub use conflicts::{ConflictRow, ConflictSort, Parked};
#[cfg(feature = "sync")]
pub use image_queue::ToLookAt;
#[cfg(feature = "sync")]
pub use journal::{Confirm, JournalEntry, SentBefore, base_of, joined};
#[cfg(feature = "sync")]
pub use linked::{FarSide, Link, Party};
#[cfg(feature = "sync")]
pub use linked_files::{FileState, LinkedFile};
#[cfg(feature = "sync")]
pub use links::StaleLink;
#[cfg(feature = "sync")]
pub use mirror::{Mapped, MappedRow};
#[cfg(feature = "sync")]
pub use older_copy::{Descent, Recognised};
#[cfg(feature = "sync")]
pub use outbox::{Counts, Unsent, UnsentChange};
#[cfg(feature = "sync")]
pub use settling::{Here, KeptVersion, Settled};
#[cfg(feature = "sync")]
pub use site_metadata::{Budget, ClockOffset, Validator};
#[cfg(feature = "sync")]
pub use staging::{News, PullState};
#[cfg(feature = "sync")]
pub use uploads::KnownUpload;
