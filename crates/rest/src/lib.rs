//! HTTP, once: sending, limits, retries, paging, redaction.
//!
//! One [`Client`] serves one account. It knows no site: what a status means is the business of the integrations, which turn a [`Failure`]
//! into the engine's own error. A write is sent once; only a refusal by throttle, which says that nothing was done, sends it again.

mod answer;
mod auth;
mod budget;
mod client;
mod download;
mod failure;
mod link;
mod pace;
mod request;
mod room;
mod traffic;
mod trust;
mod upload;
mod waits;

pub use answer::Answer;
pub use auth::Auth;
pub use budget::{Budget, Window};
pub use client::{Client, Clock, Limits, Settings, is_loopback};
pub use download::Download;
pub use failure::{Failure, FailureKind};
pub use request::{Method, Request};
pub use room::Bucket;
pub use tokio_util::sync::CancellationToken as Stop;
pub use traffic::Traffic;
pub use upload::Outgoing;
pub use url::Url;
