//! What time the simulated server thinks it is.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

#[derive(Debug, Clone, Copy)]
struct Reading {
    frozen: Option<DateTime<Utc>>,
    skew: TimeDelta,
}

/// The server's clock: real time by default, or frozen at an instant, with a skew against the client's.
///
/// Clones share one clock.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mutex<Reading>>);

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Reading { frozen: None, skew: TimeDelta::zero() })))
    }
}

impl Clock {
    /// A clock that stands still at `at` until it is moved.
    #[must_use]
    pub fn frozen_at(at: DateTime<Utc>) -> Self {
        let clock = Self::default();
        clock.set(at);
        clock
    }

    /// The server's time, skew included.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let reading = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reading.frozen.unwrap_or_else(real_now) + reading.skew
    }

    /// The server's time in whole seconds, the resolution of every timestamp Canvas sends (contract 1.2).
    #[must_use]
    pub fn now_in_seconds(&self) -> DateTime<Utc> {
        self.now().trunc_subsecs(0)
    }

    /// Freezes the clock at `at`; the skew still applies.
    pub fn set(&self, at: DateTime<Utc>) {
        self.change(|reading| reading.frozen = Some(at));
    }

    /// Lets real time run again.
    pub fn thaw(&self) {
        self.change(|reading| reading.frozen = None);
    }

    /// Moves a frozen clock forward, or adds to the skew of a running one.
    pub fn advance(&self, by: TimeDelta) {
        self.change(|reading| match &mut reading.frozen {
            Some(at) => *at += by,
            None => reading.skew += by,
        });
    }

    /// Sets how far the server's clock is ahead of the true time; negative is behind.
    pub fn skew(&self, by: TimeDelta) {
        self.change(|reading| reading.skew = by);
    }

    fn change(&self, change: impl FnOnce(&mut Reading)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[expect(clippy::disallowed_methods, reason = "a simulated server stands for a machine with a clock of its own")]
fn real_now() -> DateTime<Utc> {
    Utc::now()
}
