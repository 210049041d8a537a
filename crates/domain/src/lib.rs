//! What the things are and how they are reconciled: pure, no I/O.
//!
//! Time, randomness and the device's id are arguments. Deciding (`plan`, `reconcile`) returns values that can be
//! printed, stored and compared; doing is the business of `store` and `sync`.

mod content;
mod ids;
mod kind;
mod linked_file;
mod remote;
mod version;

pub use content::{Changed, Content, ContentHash, FieldValue, field};
pub use ids::{AccountId, BadId, DeviceId, EntityId, IdSeed, RemoteId, RemoteRef, RevisionId, RunId, SpaceId};
pub use kind::{Format, Kind, SiteKind};
pub use linked_file::{FileFacts, FileLimits, FileSort, ForStudents, NotKept, Wanted};
pub use remote::{
    Access, Asset, Base, Change, Cursor, Found, Guard, Identity, Known, Operation, Page, Reading, Remote, RemoteError,
    RemoteErrorKind, RemoteObject, RemoteSpace, Sent, SpaceNow, Token, Traffic, Upload, Uploaded, fact,
};
pub use version::{BadVector, Causality, Replica, VersionVector};
pub mod accessibility;
pub mod canonical;
pub mod diff;
pub mod fields;
pub mod find;
pub mod folder;
pub mod html;
pub mod links;
pub mod markdown;
pub mod merge;
pub mod places;
pub mod plan;
pub mod reconcile;
