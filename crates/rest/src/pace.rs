//! How long to wait, and what asks for it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};

/// Randomness for spreading retries, from a passed seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Jitter(AtomicU64);

impl Jitter {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// A time between half of `time` and `time`.
    pub(crate) fn spread(&self, time: Duration) -> Duration {
        let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let half = time / 2;
        half + half.mul_f64((z >> 11) as f64 / (1u64 << 53) as f64)
    }
}

/// A refusal because of too many requests. Nothing was done by the request (contracts canvas 2 and discourse 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Throttle {
    /// How long the site asks to wait, where it says so.
    pub(crate) wait: Option<Duration>,
}

/// Whether an answer is such a refusal: 429, or Canvas's older form, a 403 whose text says so.
pub(crate) fn throttle(status: u16, retry_after: Option<&str>, body: &[u8], now: DateTime<Utc>) -> Option<Throttle> {
    let refused = status == 429
        || status == 403 && body.len() < 1024 && {
            String::from_utf8_lossy(body).to_ascii_lowercase().contains("rate limit exceeded")
        };
    refused.then(|| Throttle { wait: retry_after.and_then(|text| seconds(text, now)).or_else(|| wait_in(body)) })
}

/// `Retry-After` is a number of seconds or a date.
fn seconds(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    Some((until.with_timezone(&Utc) - now).to_std().unwrap_or(Duration::ZERO))
}

/// Discourse says it in the body: `{"extras":{"wait_seconds":12}}`.
fn wait_in(body: &[u8]) -> Option<Duration> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let wait = body.get("extras")?.get("wait_seconds")?.as_f64()?;
    Duration::try_from_secs_f64(wait.ceil()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttle_is_told_from_a_refusal_and_its_wait_is_read_from_where_the_site_puts_it() {
        let now = DateTime::from_timestamp(1_764_000_000, 0).unwrap();
        let canvas = b"403 Forbidden (Rate Limit Exceeded)\n";
        assert_eq!(throttle(403, None, canvas, now), Some(Throttle { wait: None }));
        assert_eq!(throttle(403, None, b"{\"status\":\"unauthorized\"}", now), None);
        assert_eq!(throttle(429, Some("7"), b"", now), Some(Throttle { wait: Some(Duration::from_secs(7)) }));
        let in_body = br#"{"errors":["slow"],"extras":{"wait_seconds":12,"time_left":"12 seconds"}}"#;
        assert_eq!(throttle(429, None, in_body, now), Some(Throttle { wait: Some(Duration::from_secs(12)) }));
        let date = (now + chrono::Duration::seconds(30)).to_rfc2822();
        assert_eq!(throttle(429, Some(&date), b"", now), Some(Throttle { wait: Some(Duration::from_secs(30)) }));
    }

    #[test]
    fn waits_are_spread_between_half_and_whole_and_follow_from_the_seed() {
        let (a, b) = (Jitter::new(7), Jitter::new(7));
        for _ in 0..100 {
            let wait = a.spread(Duration::from_secs(8));
            assert!(wait >= Duration::from_secs(4) && wait <= Duration::from_secs(8), "{wait:?}");
            assert_eq!(wait, b.spread(Duration::from_secs(8)));
        }
    }
}
