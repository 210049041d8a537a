//! The adapter against the simulated forum, over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod answers;
mod basics;
mod cost;
mod fields;
mod interleavings;
mod limits;
mod news;
mod place;
mod races;
mod receiving;
mod recorded;
mod scenarios;
mod signing_in;
mod uploads;
