//! How Discourse says it: a typed client and the adapter that implements `domain::Remote`.
//!
//! `dto` mirrors the server's JSON, `convert` turns it into what the engine knows, `client` asks, and `remote` with its
//! neighbours (`pull`, `write`, `same_moment`, `find`) answers the engine. "Contract" is the list of observed facts about Discourse.

mod access;
mod changes;
mod client;
mod connect;
mod convert;
mod dto;
mod errors;
mod feed;
mod find;
mod key_request;
mod landing;
mod letters;
mod memory;
mod news;
mod pull;
mod recover;
mod remote;
mod rereads;
mod same_moment;
mod settings;
mod sign_in;
mod tags;
mod topic;
mod upload;
mod write;

pub use connect::{Auth, Connection, DiscourseRemote};
pub use key_request::{KeyRequest, Scopes, Wish};
pub use landing::{ALLOWED as ALLOWED_LANDING, Landing};
pub use memory::Memory;
pub use sign_in::{Device, Polled, READ_ONLY_KEY, SignIn};
