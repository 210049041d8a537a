//! Whole flows without a window: the real clients, a simulated site on loopback, the engine and the store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "what fails here fails a test")]

#[cfg(feature = "cli")]
mod cli;
mod flows;
mod support;
