//! The time zone of a course, as far as due dates need it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};

/// A time zone: a name, an offset, and whether the United States' summer time applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// The name Canvas shows.
    pub name: String,
    /// Minutes east of UTC in winter.
    pub offset_minutes: i64,
    /// Summer time from the second Sunday of March to the first Sunday of November, at 2 in the morning.
    pub us_summer_time: bool,
}

impl Zone {
    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self { name: "Etc/UTC".to_owned(), offset_minutes: 0, us_summer_time: false }
    }

    /// The zone of the recorded courses.
    #[must_use]
    pub fn denver() -> Self {
        Self { name: "America/Denver".to_owned(), offset_minutes: -7 * 60, us_summer_time: true }
    }

    /// The local time at `at`.
    pub(super) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let standard = (at + TimeDelta::minutes(self.offset_minutes)).naive_utc();
        if self.is_summer(standard) { standard + TimeDelta::hours(1) } else { standard }
    }

    /// A local time in the words of Canvas's explanations: `Dec 31, 2029 at 5pm`.
    pub(super) fn spoken(&self, at: DateTime<Utc>) -> String {
        let local = self.local(at);
        let minutes = if local.minute() == 0 { String::new() } else { format!(":{:02}", local.minute()) };
        format!("{}{minutes}{}", local.format("%b %-d, %Y at %-I"), local.format("%P"))
    }

    /// The instant of a local time.
    pub(super) fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let standard = local - TimeDelta::minutes(self.offset_minutes);
        let instant =
            if self.is_summer(local - TimeDelta::hours(1)) { standard - TimeDelta::hours(1) } else { standard };
        instant.and_utc()
    }

    fn is_summer(&self, standard: NaiveDateTime) -> bool {
        let change = |month, nth, hour| {
            NaiveDate::from_weekday_of_month_opt(standard.year(), month, Weekday::Sun, nth)
                .and_then(|day| day.and_hms_opt(hour, 0, 0))
        };
        self.us_summer_time
            && change(3, 2, 2).is_some_and(|start| standard >= start)
            && change(11, 1, 1).is_some_and(|end| standard < end)
    }
}
