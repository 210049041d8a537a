//! Lectern: the desktop application. The parts meet in `app`; nothing here talks to a window unless feature `desktop` is on.

pub mod dto;

#[cfg(feature = "sqlite-storage")]
pub mod app;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "sqlite-storage")]
pub mod error;
#[cfg(feature = "sync-engine")]
pub mod secrets;

#[cfg(feature = "desktop")]
pub mod commands;
