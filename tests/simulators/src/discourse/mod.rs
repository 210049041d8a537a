//! A stateful Discourse: topics, posts, drafts, uploads, keys and limits, answered in the server's own shapes.
//!
//! [`Forum`] is the state and a pure function of request and time; [`Discourse`] serves it on loopback with the faults, log and clock of
//! [`crate::server`]. Facts are from the contract (`discourse.md`, cited by section) and from answers of a real 3.1 server.

mod answer;
mod auth;
mod control;
mod cook;
mod create;
mod drafts;
mod editing;
mod guard;
mod limits;
mod lists;
mod post_json;
mod profile;
mod reading;
mod reference;
mod removal;
mod request;
mod router;
mod serve;
mod site;
mod state;
mod text;
mod topic_json;
mod uploads;
mod user_key;
mod validate;

pub use control::{CategoryOptions, Counts, PostView, Snapshot, TopicView};
pub use profile::{Limits, Profile, Settings, Writable};
pub use reference::reference_forum;
pub use serve::{Discourse, ForumHandle};
pub use state::{
    Access, AdminKey, Category, Draft, Forum, Post, Queued, Revision, SYSTEM, Topic, Upload, User, UserKey,
};
pub use text::{base62_of_sha1, clean_tag, fancy_title, normalize_raw, prettify_title, slug_of};
