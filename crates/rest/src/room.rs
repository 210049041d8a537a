//! What a site says is left of the room for requests, and how long to wait so that none is refused.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A leaky bucket as the site tells of it (contract canvas 2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Below this much room requests wait. Each one in flight holds 50 until it ends, and four may be: with 300 left none of them is refused.
    pub low: f64,
    /// The same while one request goes at a time, as after a refusal.
    pub low_alone: f64,
    /// How much room comes back in a second, unless the answers show it to be otherwise.
    pub outflow: f64,
    /// Longest wait at once; then it is looked at again.
    pub longest: Duration,
}

impl Default for Bucket {
    fn default() -> Self {
        Self { low: 300.0, low_alone: 100.0, outflow: 10.0, longest: Duration::from_secs(10) }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Room(Mutex<Option<(f64, Instant)>>);

impl Room {
    /// Notes what an answer says is left. Sites without such a bucket say nothing, and nothing is waited for.
    pub(crate) fn note(&self, remaining: Option<&str>, now: Instant) {
        let Some(left) = remaining.and_then(|text| text.trim().parse::<f64>().ok()).filter(|left| left.is_finite())
        else {
            return;
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((left, now));
    }

    /// How long to wait before the next request.
    pub(crate) fn wait(&self, bucket: Bucket, alone: bool, now: Instant) -> Option<Duration> {
        let (left, at) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let low = if alone { bucket.low_alone } else { bucket.low };
        let short = low - (left + bucket.outflow * now.duration_since(at).as_secs_f64());
        (short > 0.0 && bucket.outflow > 0.0)
            .then(|| Duration::from_secs_f64((short / bucket.outflow).min(bucket.longest.as_secs_f64())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_bucket_is_waited_for_and_an_unknown_one_is_not() {
        let (bucket, start) = (Bucket::default(), Instant::now());
        let room = Room::default();
        assert_eq!(room.wait(bucket, false, start), None);
        for (said, after, expected) in [
            ("600.0", 0, None),
            ("300.0", 0, None),
            ("280.0", 0, Some(2)),
            ("280.0", 1, Some(1)),
            ("280.0", 2, None),
            ("-40.5", 0, Some(10)),
            ("nonsense", 0, Some(10)),
        ] {
            room.note(Some(said), start);
            let wait = room.wait(bucket, false, start + Duration::from_secs(after));
            assert_eq!(wait.map(|wait| wait.as_secs()), expected, "{said} after {after} s");
        }
        room.note(Some("150.0"), start);
        assert_eq!(room.wait(bucket, true, start), None, "one at a time needs less room");
    }

    /// Canvas's bucket as the contract tells of it (section 2), and four requests at a time, all in virtual time.
    struct Simulated {
        level: f64,
        at: Instant,
        /// Requests that were refused, by second.
        refused: Vec<u64>,
        done: u32,
    }

    impl Simulated {
        fn add(&mut self, now: Instant, amount: f64) {
            let leaked = 10.0 * now.saturating_duration_since(self.at).as_secs_f64();
            self.at = now;
            self.level = ((self.level - leaked).max(0.0) + amount).clamp(0.0, 800.0);
        }

        /// Runs `requests` of one cost and length, by `workers` at a time.
        fn run(level: f64, cost: f64, length: Duration, requests: u32, workers: usize) -> Self {
            let start = Instant::now();
            let mut site = Self { level, at: start, refused: Vec::new(), done: 0 };
            let (room, bucket) = (Room::default(), Bucket::default());
            // Of each worker: when it acts next, and whether it then has a request in flight.
            let mut workers = vec![(start, false); workers];
            let (mut begun, mut alone) = (0, false);
            while site.done < requests {
                let next =
                    (0..workers.len()).filter(|at| workers[*at].1 || begun < requests).min_by_key(|at| workers[*at].0);
                let at = next.unwrap();
                let (now, in_flight) = workers[at];
                let others = (0..workers.len()).any(|other| other != at && workers[other].1);
                if in_flight {
                    site.add(now, cost - 50.0);
                    room.note(Some(&format!("{}", 600.0 - site.level)), now);
                    site.done += 1;
                    workers[at] = (now, false);
                } else if alone && others {
                    // After a refusal one goes at a time.
                    workers[at].0 = now + Duration::from_millis(10);
                } else if let Some(wait) = room.wait(bucket, alone, now) {
                    workers[at].0 = now + wait.max(Duration::from_millis(1));
                } else {
                    site.add(now, 50.0);
                    if site.level >= 600.0 {
                        site.add(now, -50.0);
                        site.refused.push(now.duration_since(start).as_secs());
                        alone = true;
                        room.note(Some(&format!("{}", 600.0 - site.level)), now);
                        workers[at].0 = now + Duration::from_secs(1);
                    } else {
                        begun += 1;
                        workers[at] = (now + length, true);
                    }
                }
                assert!(now.duration_since(start) < Duration::from_secs(24 * 3600), "it never ends");
            }
            site
        }
    }

    #[test]
    fn of_a_bucket_of_600_nothing_fails_and_after_the_first_minute_nothing_is_refused() {
        let millis = Duration::from_millis;
        for (level, cost, length) in [
            (0.0, 0.05, millis(40)),
            (0.0, 5.0, millis(300)),
            (0.0, 40.0, millis(300)),
            (0.0, 120.0, millis(40)),
            (0.0, 250.0, millis(2_000)),
            // Another program has used the token up before.
            (599.0, 5.0, millis(100)),
            (800.0, 40.0, millis(300)),
        ] {
            let ended = Simulated::run(level, cost, length, 400, 4);
            assert_eq!(ended.done, 400, "level {level}, cost {cost}: every request is answered");
            let late = ended.refused.iter().filter(|second| **second >= 60).count();
            assert_eq!(late, 0, "level {level}, cost {cost}: refused at {:?}", ended.refused);
            if level == 0.0 {
                assert_eq!(ended.refused, Vec::<u64>::new(), "cost {cost}: an empty bucket refuses nothing");
            }
        }
    }
}
