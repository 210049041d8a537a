//! Moments as the clocks of a course show them, and back.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::FieldValue;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// The moments at which clocks in a zone show a date and time: one, none where they skip it, two where they go through it twice.
struct Shown {
    at: Vec<Timestamp>,
    /// What the clocks show after the skip, where there is one.
    instead: Option<civil::DateTime>,
}

fn shown(local: civil::DateTime, zone: &TimeZone) -> Option<Shown> {
    let at = |offset: Offset| offset.to_timestamp(local).ok();
    Some(match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => Shown { at: vec![at(offset)?], instead: None },
        AmbiguousOffset::Fold { before, after } => Shown { at: vec![at(before)?, at(after)?], instead: None },
        AmbiguousOffset::Gap { before, .. } => Shown { at: Vec::new(), instead: Some(zone.to_datetime(at(before)?)) },
    })
}

/// The moment that a person means who writes a date and a time, without saying of which zone, for a course.
///
/// # Errors
/// Where it is no date and time, or the course's clocks show that time not at all or twice; as a sentence that says what to write.
pub(crate) fn read(text: &str, zone: &str) -> Result<DateTime<Utc>, String> {
    let tz = TimeZone::get(zone).map_err(|_| format!("This computer does not know the time zone {zone}."))?;
    let local: civil::DateTime = text
        .trim()
        .parse()
        .map_err(|_| format!("\u{201c}{text}\u{201d} is no date and time such as 2030-01-31 23:59."))?;
    let shown = shown(local, &tz).ok_or_else(|| format!("\u{201c}{text}\u{201d} is out of range."))?;
    let said = local.strftime("%-d %b %Y, %H:%M");
    match (shown.at.as_slice(), shown.instead) {
        ([at], _) => utc(*at).ok_or_else(|| format!("\u{201c}{text}\u{201d} is out of range.")),
        ([first, second], _) => Err(format!(
            "{said} comes twice in {zone}: the clocks go back. Write {} for the first, {} for the second.",
            written(*first, &tz),
            written(*second, &tz)
        )),
        (_, Some(instead)) => Err(format!(
            "{said} does not exist in {zone}: the clocks go forward. Write {} or another time.",
            instead.strftime("%Y-%m-%d %H:%M")
        )),
        _ => Err(format!("\u{201c}{text}\u{201d} is out of range.")),
    }
}

/// A moment with its offset, which says which of two is meant.
fn written(at: Timestamp, zone: &TimeZone) -> String {
    format!("{}{}", zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S"), offset(at, zone))
}

/// How far a zone's clocks are from UTC at a moment: `-03:00`.
fn offset(at: Timestamp, zone: &TimeZone) -> String {
    let minutes = zone.to_offset(at).seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn utc(at: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.as_second(), 0)
}

/// A value as a person reads it: a moment in the course's zone, which is named, or in UTC where none is known.
pub(crate) fn value_words(value: &FieldValue, zone: Option<&str>) -> String {
    let FieldValue::Time(time) = value else { return value.words() };
    let known = zone.and_then(|zone| Some((zone, TimeZone::get(zone).ok()?)));
    let (name, zone) = known.unwrap_or(("UTC", TimeZone::UTC));
    let Ok(at) = Timestamp::from_second(time.timestamp()) else { return value.words() };
    let local = zone.to_datetime(at);
    // Which of two is said by the offset.
    let twice = shown(local, &zone).is_some_and(|shown| shown.at.len() == 2);
    let which = if twice { format!("{} ", offset(at, &zone)) } else { String::new() };
    format!("{} ({which}{name})", local.strftime("%a %-d %b %Y, %H:%M"))
}

/// A text that says no zone as RFC 3339, read in a zone; every other text as it is.
///
/// # Errors
/// As for [`read`].
pub(crate) fn in_zone(text: &str, zone: &str) -> Result<String, String> {
    if text.trim().is_empty() || DateTime::parse_from_rfc3339(text.trim()).is_ok() {
        return Ok(text.to_owned());
    }
    read(text, zone).map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Case {
        what: String,
        zone: String,
        local: String,
        at: Vec<DateTime<Utc>>,
    }

    #[test]
    fn clocks_show_a_time_once_twice_or_not_at_all_as_the_table_says() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../../ui/src/lib/words/zone_cases.json")).unwrap();
        for case in cases {
            let zone = TimeZone::get(&case.zone).unwrap();
            let found = shown(case.local.parse().unwrap(), &zone).unwrap();
            let at: Vec<_> = found.at.into_iter().filter_map(utc).collect();
            assert_eq!(at, case.at, "{}", case.what);
            assert_eq!(found.instead.is_some(), case.at.is_empty(), "{}", case.what);
            let read = read(&case.local, &case.zone);
            assert_eq!(read.as_ref().ok(), case.at.first().filter(|_| case.at.len() == 1), "{}", case.what);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_what_to_write_instead() {
        for (text, zone, words) in [
            (
                "2026-03-29 02:30",
                "Europe/Berlin",
                "29 Mar 2026, 02:30 does not exist in Europe/Berlin: the clocks go forward. Write 2026-03-29 03:30 or another time.",
            ),
            (
                "2026-11-01 01:30",
                "America/Halifax",
                "1 Nov 2026, 01:30 comes twice in America/Halifax: the clocks go back. Write 2026-11-01T01:30:00-03:00 for the first, 2026-11-01T01:30:00-04:00 for the second.",
            ),
            ("tomorrow", "UTC", "\u{201c}tomorrow\u{201d} is no date and time such as 2030-01-31 23:59."),
            ("2026-11-01 01:30", "Mars/Base", "This computer does not know the time zone Mars/Base."),
        ] {
            assert_eq!(read(text, zone).unwrap_err(), words);
        }
        let first = in_zone("2026-11-01T01:30:00-03:00", "America/Halifax").unwrap();
        assert_eq!(first, "2026-11-01T01:30:00-03:00", "what says its zone is taken at its word");
    }

    #[test]
    fn a_moment_is_told_in_the_courses_zone_and_which_of_two_it_is() {
        let words = |time: &str, zone| value_words(&FieldValue::Time(time.parse().unwrap()), zone);
        assert_eq!(words("2026-12-08T03:59:00Z", Some("America/Halifax")), "Mon 7 Dec 2026, 23:59 (America/Halifax)");
        assert_eq!(words("2026-12-08T03:59:00Z", None), "Tue 8 Dec 2026, 03:59 (UTC)");
        assert_eq!(words("2026-12-08T03:59:00Z", Some("Mars/Base")), "Tue 8 Dec 2026, 03:59 (UTC)");
        assert_eq!(
            words("2026-11-01T05:30:00Z", Some("America/Halifax")),
            "Sun 1 Nov 2026, 01:30 (-04:00 America/Halifax)"
        );
        assert_eq!(value_words(&FieldValue::Flag(true), None), "Yes");
    }
}
