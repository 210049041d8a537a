//! How Canvas says it: a typed client and the adapter that implements `domain::Remote`.
//!
//! `dto` mirrors the server's JSON, `convert` turns it into what the engine knows, `client` asks, and `remote` with its neighbours
//! (`guard`, `write`, `find`, `asset`, `files`, `replies`) answers the engine. "Contract" is the list of observed facts about Canvas that this crate is written from.

mod asset;
mod body;
mod client;
mod connect;
mod convert;
mod dto;
mod errors;
mod files;
mod find;
mod guard;
mod lag;
mod modules;
mod pull;
mod remote;
mod replies;
mod revisions;
mod wire;
mod write;

pub use connect::{CanvasRemote, Connection};
