//! Whether an answer may be older than what it is about: several reads of Canvas come from a replica that lags behind (contract 1.5, trap 30).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::RemoteId;
use tokio::time::Instant;

/// How long a replica is given to catch up, unless a connection says otherwise.
pub(crate) const LAG: Duration = Duration::from_secs(2);

/// How old things are at least. What stood in a list is as old as the connection; what was made over it, as old as its answer.
#[derive(Debug)]
pub(crate) struct Ages {
    began: Instant,
    made: Mutex<BTreeMap<RemoteId, Instant>>,
}

impl Ages {
    pub(crate) fn new(now: Instant) -> Self {
        Self { began: now, made: Mutex::default() }
    }

    /// Notes that something was made just now. Ids of different kinds may be the same number: then the younger counts.
    pub(crate) fn made(&self, id: &RemoteId, now: Instant) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), now);
    }

    /// How long to wait until a replica must know of `id`; `None` where it must by now.
    pub(crate) fn wait(&self, id: &RemoteId, lag: Duration, now: Instant) -> Option<Duration> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied();
        let age = now.saturating_duration_since(made.unwrap_or(self.began));
        lag.checked_sub(age).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_enough_is_not_waited_for() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let (ages, one, other) = (Ages::new(start), RemoteId::from(1), RemoteId::from(2));
        assert_eq!(ages.wait(&one, LAG, start), Some(LAG));
        assert_eq!(ages.wait(&one, LAG, start + second), Some(second));
        let later = start + 2 * second;
        ages.made(&other, later);
        assert_eq!((ages.wait(&one, LAG, later), ages.wait(&other, LAG, later)), (None, Some(LAG)));
        assert_eq!(ages.wait(&other, Duration::ZERO, later), None);
    }
}
