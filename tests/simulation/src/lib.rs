//! Installations, both sites, a network and a clock, all from one seed: does any schedule break a promise?
//!
//! The engine is the real one. The workspace is the real one, or a faster one in memory that passes the same tests. The
//! sites are state in memory behind the steps of the real adapters; every request waits at a gate that the schedule opens.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a simulation that cannot go on has found something")]

mod desk;
mod dice;
mod disk;
mod ids;
mod judge;
mod judge_links;
mod memory;
mod people;
mod play;
mod remote;
mod schedule;
mod shrink;
mod site;
mod text;
mod wire;
mod world;
mod writing;

pub use desk::Desk;
pub use dice::Dice;
pub use disk::OnDisk;
pub use ids::Ids;
pub use memory::Memory;
pub use play::{Kept, Outcome, play};
pub use schedule::{Act, Event, LINKED, MORE, Schedule, Step, schedule};
pub use shrink::{report, shrink};
