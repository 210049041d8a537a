//! How long the named operations take: counted in memory, added to the database now and then. Nothing of it leaves this computer.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// From here an operation counts as slow and is remembered with its statement.
const SLOW: Duration = Duration::from_millis(100);
/// So many slow ones are remembered.
pub(crate) const SLOW_KEPT: usize = 20;

/// Counts by duration, in buckets that are at most an eighth wide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Histogram {
    pub(crate) count: u64,
    pub(crate) total_micros: u64,
    pub(crate) max_micros: u64,
    pub(crate) buckets: BTreeMap<u32, u64>,
}

impl Histogram {
    pub(crate) fn add(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.count += 1;
        self.total_micros = self.total_micros.saturating_add(micros);
        self.max_micros = self.max_micros.max(micros);
        *self.buckets.entry(bucket(micros)).or_default() += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.total_micros = self.total_micros.saturating_add(other.total_micros);
        self.max_micros = self.max_micros.max(other.max_micros);
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
    }

    /// The duration that so many of a hundred stayed under, in microseconds, at most an eighth too long.
    pub(crate) fn percentile(&self, percent: u64) -> u64 {
        let wanted = (self.count * percent).div_ceil(100);
        let mut seen = 0;
        for (bucket, count) in &self.buckets {
            seen += count;
            if seen >= wanted {
                return longest(*bucket).min(self.max_micros);
            }
        }
        self.max_micros
    }
}

/// Exact up to 8 microseconds, then eight buckets for each doubling.
fn bucket(micros: u64) -> u32 {
    if micros < 8 {
        return u32::try_from(micros).unwrap_or(0);
    }
    let doublings = micros.ilog2();
    let eighth = u32::try_from((micros >> (doublings - 3)) & 7).unwrap_or(7);
    doublings * 8 + eighth
}

/// The longest duration of a bucket.
fn longest(bucket: u32) -> u64 {
    if bucket < 8 {
        return u64::from(bucket);
    }
    let (doublings, eighth) = (bucket / 8, bucket % 8);
    ((u64::from(eighth) + 9) << (doublings - 3)).saturating_sub(1)
}

/// One operation that was slow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slow {
    pub(crate) name: String,
    pub(crate) micros: u64,
    /// What to ask the database for the plan of.
    pub(crate) statement: Option<String>,
}

/// What was measured since it was last added to the database.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    measured: Mutex<(HashMap<String, Histogram>, Vec<Slow>)>,
    /// When the one write that is under way began.
    write_began: Mutex<Option<Instant>>,
}

impl Metrics {
    pub(crate) fn add(&self, name: &str, statement: Option<&str>, took: Duration) {
        let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        match measured.0.get_mut(name) {
            Some(histogram) => histogram.add(took),
            None => measured.0.entry(name.to_owned()).or_default().add(took),
        }
        if took >= SLOW {
            let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            measured.1.push(Slow { name: name.to_owned(), micros, statement: statement.map(str::to_owned) });
            measured.1.sort_by_key(|slow| std::cmp::Reverse(slow.micros));
            measured.1.truncate(SLOW_KEPT);
        }
    }

    pub(crate) fn write_begins(&self) {
        *self.write_began.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(crate) fn write_ends(&self, name: &str) {
        let began = self.write_began.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(began) = began {
            self.add(name, None, began.elapsed());
        }
    }

    /// What was measured so far; counting begins anew.
    pub(crate) fn take(&self) -> (HashMap<String, Histogram>, Vec<Slow>) {
        std::mem::take(&mut self.measured.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn timed<'a>(&'a self, name: &'a str, statement: Option<&'a str>) -> Timed<'a> {
        Timed { metrics: self, name, statement, began: Instant::now() }
    }
}

/// Measures until it is dropped.
pub(crate) struct Timed<'a> {
    metrics: &'a Metrics,
    name: &'a str,
    statement: Option<&'a str>,
    began: Instant,
}

impl Drop for Timed<'_> {
    fn drop(&mut self) {
        self.metrics.add(self.name, self.statement, self.began.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_lies_in_its_bucket_and_buckets_are_narrow() {
        for micros in (0..100_000).chain([u64::from(u32::MAX), 1 << 40]) {
            let longest = longest(bucket(micros));
            assert!(micros <= longest && longest <= micros + micros / 8 + 1, "{micros}: {longest}");
        }
    }

    #[test]
    fn percentiles_are_those_of_what_was_added() {
        let mut histogram = Histogram::default();
        for millis in 1..=100 {
            histogram.add(Duration::from_millis(millis));
        }
        let near = |found: u64, exact: u64| (exact..=exact + exact / 8).contains(&found);
        assert!(near(histogram.percentile(50), 50_000) && near(histogram.percentile(95), 95_000));
        assert_eq!((histogram.count, histogram.max_micros, histogram.percentile(100)), (100, 100_000, 100_000));
        let mut twice = histogram.clone();
        twice.merge(&histogram);
        assert_eq!((twice.count, twice.percentile(50)), (200, histogram.percentile(50)));
        assert_eq!(Histogram::default().percentile(95), 0);
    }
}
