//! The adapter against the simulated Canvas, over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails a test")]

mod assets;
mod dropping;
mod facts;
mod failing;
mod large;
mod listed;
mod losing;
mod modules;
mod owned;
mod pulling;
mod replies;
mod room;
mod site;
mod traps;
mod traps_of_addresses;
mod traps_of_html;
mod uploads;
mod writing;
