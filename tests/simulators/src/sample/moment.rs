//! Dates counted from the day on which the sample is opened.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveTime, Utc};
use serde::{Deserialize, Deserializer};

/// A day before or after today and a time on it (UTC), written `-6d 12:41` or `+4d 03:59`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Days after today; negative for the past.
    pub days: i32,
    /// The time of day, UTC.
    pub time: NaiveTime,
}

impl Moment {
    /// The instant, if the sample is opened at `now`. The same `now` gives the same instants, so keep it if the sample is to be started again.
    #[must_use]
    pub fn at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let days = Days::new(u64::from(self.days.unsigned_abs()));
        let today = now.date_naive();
        let day = if self.days < 0 { today.checked_sub_days(days) } else { today.checked_add_days(days) };
        day.unwrap_or(today).and_time(self.time).and_utc()
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is not a moment such as \"-6d 12:41\"");
        let (days, time) = text.split_once("d ").ok_or_else(wrong)?;
        let days = days.parse().map_err(|_| wrong())?;
        let time = NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| wrong())?;
        Ok(Self { days, time })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+}d {}", self.days, self.time.format("%H:%M"))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_counted_from_the_day_of_now() {
        let now: DateTime<Utc> = "2026-03-01T22:30:00Z".parse().unwrap();
        for (text, instant) in [
            ("-1d 23:59", "2026-02-28T23:59:00Z"),
            ("+0d 00:00", "2026-03-01T00:00:00Z"),
            ("+31d 03:59", "2026-04-01T03:59:00Z"),
            ("-366d 12:00", "2025-02-28T12:00:00Z"),
        ] {
            let moment: Moment = text.parse().unwrap();
            assert_eq!(moment.at(now), instant.parse::<DateTime<Utc>>().unwrap(), "{text}");
            assert_eq!(moment.to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_moment_is_refused() {
        for text in ["", "tomorrow", "1 12:00", "-d 12:00", "+1d 24:00", "+1d 12:00:00", "+1d12:00"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
