//! For how long requests are held back now, so that a person can be told.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The waits that are under way.
#[derive(Debug, Default)]
pub(crate) struct Waits(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    next: u64,
    until: BTreeMap<u64, Instant>,
}

/// One wait; it is over when this is dropped, also when the request is given up.
pub(crate) struct Waiting<'w> {
    waits: &'w Waits,
    number: u64,
}

impl Waits {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, until: Instant) -> Waiting<'_> {
        let mut open = self.open();
        open.next += 1;
        let number = open.next;
        open.until.insert(number, until);
        Waiting { waits: self, number }
    }

    /// How long the longest of them still takes.
    pub(crate) fn longest(&self, now: Instant) -> Option<Duration> {
        let until = self.open().until.values().max().copied()?;
        Some(until.saturating_duration_since(now)).filter(|left| !left.is_zero())
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.waits.open().until.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_is_told_until_it_is_over_or_given_up() {
        let (waits, start) = (Waits::default(), Instant::now());
        let second = Duration::from_secs(1);
        assert_eq!(waits.longest(start), None);
        let long = waits.begin(start + second * 20);
        let short = waits.begin(start + second * 2);
        assert_eq!(waits.longest(start + second * 5), Some(second * 15));
        drop(long);
        assert_eq!(waits.longest(start + second), Some(second), "given up");
        assert_eq!(waits.longest(start + second * 2), None, "over");
        drop(short);
        assert_eq!(waits.longest(start), None);
    }
}
