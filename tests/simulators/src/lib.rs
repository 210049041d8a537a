//! Canvas and Discourse as stateful servers on loopback, for the tests and the built-in sample.
//!
//! [`server`] is the part both share: it listens, keeps a log of the requests and applies a [`fault::FaultPlan`] under a [`clock::Clock`].
//! The simulators know JSON as the servers speak it and nothing of the rest of this project.

// The JSON of an assignment is one literal of more fields than the default allows.
#![recursion_limit = "256"]

pub mod canvas;
pub mod clock;
pub mod discourse;
pub mod fault;
pub mod sample;
pub mod server;
mod wire;
