//! How many requests a site takes in a span of time, learnt from its refusals, so that it need not refuse again (contract discourse 3).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// Our clock tells when a request left, the site's when it came: this much may lie between two of them.
const SLACK: Duration = Duration::from_millis(1500);

/// Fewer than this is no limit of a site, but one that somebody else has nearly used up.
const LEAST: usize = 5;

/// One limit of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The name by which a refusal tells it.
    pub code: &'static str,
    /// Its span.
    pub span: Duration,
    /// Whether refused requests count, too.
    pub counts_refused: bool,
}

/// What is known of a site's limits for one key. Clones share one; it may outlive the client, and is then known from the start.
#[derive(Debug, Clone)]
pub struct Budget {
    /// The header in which a refusal names its limit.
    header: &'static str,
    windows: &'static [Window],
    /// How the code of a limit ends after which the site is not asked again before the time that it names.
    closing: Option<&'static str>,
    ring: Arc<Mutex<Ring>>,
}

#[derive(Debug, Default)]
struct Ring {
    /// When requests that count left.
    hits: VecDeque<Instant>,
    /// Requests allowed in each window that has refused one.
    learnt: BTreeMap<&'static str, usize>,
    /// The site asked for silence until then.
    silent_until: Option<Instant>,
    /// The site takes nothing until then. By the clock on the wall: a computer that sleeps over night is not made to wait another.
    closed_until: Option<DateTime<Utc>>,
}

impl Budget {
    /// Nothing is known yet: requests go as they come until one is refused.
    #[must_use]
    pub fn new(header: &'static str, windows: &'static [Window]) -> Self {
        Self { header, windows, closing: None, ring: Arc::default() }
    }

    /// The same, with limits too long to be waited out: those whose code ends so.
    #[must_use]
    pub fn closing(mut self, end: &'static str) -> Self {
        self.closing = Some(end);
        self
    }

    /// How long the site takes no request at all, as it said.
    pub(crate) fn closed(&self, now: DateTime<Utc>) -> Option<Duration> {
        (self.lock().closed_until? - now).to_std().ok().filter(|left| !left.is_zero())
    }

    /// Learns from the code of a refusal whether, and until when, the site is closed.
    pub(crate) fn close(&self, code: Option<&str>, wait: Option<Duration>, now: DateTime<Utc>) {
        let Some((end, code)) = self.closing.zip(code) else { return };
        let Some(wait) = wait.and_then(|wait| TimeDelta::from_std(wait).ok()).filter(|_| code.ends_with(end)) else {
            return;
        };
        tracing::info!(code, seconds = wait.num_seconds(), "the site takes no more requests");
        self.lock().closed_until = Some(now + wait);
    }

    pub(crate) fn header(&self) -> &'static str {
        self.header
    }

    /// Takes a place for a request that leaves now.
    ///
    /// # Errors
    /// How long to wait before asking again.
    pub(crate) fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut ring = self.lock();
        let longest = self.windows.iter().map(|window| window.span).max().unwrap_or_default() + SLACK;
        while ring.hits.front().is_some_and(|hit| now.duration_since(*hit) >= longest) {
            ring.hits.pop_front();
        }
        let mut wait = ring.silent_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        for window in self.windows {
            let Some(limit) = ring.learnt.get(window.code) else { continue };
            // The request that has to have left the window before one more fits.
            let Some(oldest) = ring.hits.len().checked_sub(*limit).and_then(|at| ring.hits.get(at)) else { continue };
            wait = wait.max((*oldest + window.span + SLACK).saturating_duration_since(now));
        }
        if wait.is_zero() {
            ring.hits.push_back(now);
            Ok(())
        } else {
            Err(wait)
        }
    }

    /// Learns from a refusal of the request that left at `left`: what was taken in its window before is the limit, and a tenth of it is left
    /// to others who share the key.
    pub(crate) fn refused(&self, code: Option<&str>, left: Instant, now: Instant, wait: Option<Duration>) {
        let Some(window) = self.windows.iter().find(|window| Some(window.code) == code) else { return };
        let mut ring = self.lock();
        if !window.counts_refused
            && let Some(at) = ring.hits.iter().rposition(|hit| *hit == left)
        {
            ring.hits.remove(at);
        }
        let taken = ring.hits.iter().filter(|hit| now.duration_since(**hit) < window.span).count();
        let allowed = (taken - taken / 10).max(LEAST);
        let learnt = ring.learnt.entry(window.code).or_insert(allowed);
        *learnt = allowed.min(*learnt);
        tracing::info!(code = window.code, allowed = *learnt, "learnt a limit of the site");
        let until = now + wait.unwrap_or(window.span);
        ring.silent_until = Some(ring.silent_until.map_or(until, |known| known.max(until)));
    }

    /// Requests that the site takes in each window that is known, by its code.
    #[must_use]
    pub fn learnt(&self) -> Vec<(&'static str, usize)> {
        self.lock().learnt.iter().map(|(code, limit)| (*code, *limit)).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const KEY: Window = Window { code: "key", span: MINUTE, counts_refused: false };
    const WINDOWS: &[Window] = &[KEY];

    /// A site that takes so many requests a minute.
    struct Site {
        limit: usize,
        taken: VecDeque<Instant>,
    }

    impl Site {
        fn takes(&mut self, now: Instant) -> bool {
            while self.taken.front().is_some_and(|hit| now.duration_since(*hit) >= MINUTE) {
                self.taken.pop_front();
            }
            let fits = self.taken.len() < self.limit;
            if fits {
                self.taken.push_back(now);
            }
            fits
        }
    }

    #[test]
    fn after_the_first_refusal_there_is_no_other_and_the_site_is_used_to_nine_tenths() {
        for limit in [20, 60, 200] {
            let (budget, start) = (Budget::new("code", WINDOWS), Instant::now());
            let mut site = Site { limit, taken: VecDeque::new() };
            let (mut now, mut sent, mut refused) = (start, 0, 0);
            while sent < limit * 10 {
                match budget.take(now) {
                    Err(wait) => now += wait,
                    Ok(()) if site.takes(now) => {
                        sent += 1;
                        now += Duration::from_millis(40);
                    }
                    Ok(()) => {
                        refused += 1;
                        budget.refused(Some("key"), now, now, Some(Duration::from_secs(58)));
                    }
                }
            }
            assert_eq!(refused, 1, "limit {limit}");
            assert_eq!(budget.learnt(), [("key", limit - limit / 10)]);
            let minutes = (now - start).as_secs_f64() / 60.0;
            assert!(minutes < 12.0, "limit {limit}: {minutes} minutes for ten minutes' worth");
        }
    }

    #[test]
    fn a_refusal_of_another_sort_teaches_nothing() {
        let (budget, now) = (Budget::new("code", WINDOWS), Instant::now());
        for _ in 0..7 {
            budget.take(now).unwrap();
        }
        budget.refused(None, now, now, Some(MINUTE));
        budget.refused(Some("other"), now, now, Some(MINUTE));
        assert_eq!((budget.learnt(), budget.take(now)), (Vec::new(), Ok(())));
    }

    #[test]
    fn requests_under_way_together_learn_the_limit_together() {
        let (budget, now) = (Budget::new("code", WINDOWS), Instant::now());
        let left: Vec<Instant> = (0..23).map(|n| now + Duration::from_millis(n)).collect();
        left.iter().for_each(|at| budget.take(*at).unwrap());
        let later = now + Duration::from_secs(1);
        left[20..].iter().for_each(|at| budget.refused(Some("key"), *at, later, Some(MINUTE)));
        assert_eq!(budget.learnt(), [("key", 18)]);
        assert!(budget.take(later).is_err());
    }
}
