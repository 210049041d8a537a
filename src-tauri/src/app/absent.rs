//! What a smaller build answers when it is asked for a part that it lacks. The window asks `capabilities()` and shows no such screen.

#![cfg(not(all(feature = "canvas-integration", feature = "discourse-integration", feature = "sample")))]

use super::App;
use crate::error::{Failure, Result};

#[cfg(not(feature = "canvas-integration"))]
#[expect(clippy::unused_async, reason = "the same shape as in a full build")]
impl App {
    /// Canvas is not in this build.
    pub async fn connect_canvas(&self, _: &str, _: super::Key) -> Result<crate::dto::AccountDto> {
        Err(Failure::Absent("Canvas"))
    }
}

#[cfg(not(feature = "discourse-integration"))]
#[expect(clippy::unused_async, reason = "the same shape as in a full build")]
impl App {
    /// Discourse is not in this build.
    pub async fn connect_discourse_key(&self, _: &str, _: super::Key, _: &str) -> Result<crate::dto::AccountDto> {
        Err(Failure::Absent("Discourse"))
    }

    /// Discourse is not in this build.
    pub async fn connect_discourse_begin(&self, _: &str, _: bool) -> Result<crate::dto::UserKeyRequestDto> {
        Err(Failure::Absent("Discourse"))
    }

    /// Discourse is not in this build.
    pub async fn connect_discourse_poll(&self, _: &str) -> Result<Option<crate::dto::AccountDto>> {
        Err(Failure::Absent("Discourse"))
    }

    /// Discourse is not in this build.
    pub async fn connect_discourse_finish(&self, _: &str, _: &str) -> Result<crate::dto::AccountDto> {
        Err(Failure::Absent("Discourse"))
    }
}

#[cfg(not(feature = "sample"))]
#[expect(clippy::unused_async, reason = "the same shape as in a full build")]
impl App {
    /// The sample is not in this build.
    pub async fn sample_open(&self) -> Result<Vec<crate::dto::SpaceDto>> {
        Err(Failure::Absent("sample"))
    }

    /// The sample is not in this build.
    pub async fn sample_items(&self) -> Result<Vec<crate::dto::SampleItemDto>> {
        Ok(Vec::new())
    }

    /// The sample is not in this build.
    pub async fn sample_edit(&self, _: &str, _: &str, _: &str) -> Result<()> {
        Err(Failure::Absent("sample"))
    }
}
