//! What a workspace promises, on migrated databases in folders of their own.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; clippy's own exception covers test functions, not what they share"
)]

mod attachments;
mod backup;
mod crash;
#[cfg(target_os = "linux")]
mod disk;
mod doctor;
mod draft_damage;
mod drafts;
mod either_build;
mod entities;
mod history;
mod migrations;
mod opening;
mod places;
mod search;
mod stats;
mod support;
mod tags;

#[cfg(feature = "sync")]
mod accounts;
#[cfg(feature = "sync")]
mod conflicts;
#[cfg(feature = "sync")]
mod former;
#[cfg(feature = "sync")]
mod journal;
#[cfg(feature = "sync")]
mod links;
#[cfg(feature = "sync")]
mod outbox;
#[cfg(feature = "sync")]
mod pulls;
#[cfg(feature = "sync")]
mod site_metadata;
