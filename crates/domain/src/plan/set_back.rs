//! Whether what a site shows follows from what is known of it. A site that was restored from an older backup shows again what it
//! showed before, and gives its ids away a second time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Kind, RemoteObject, RemoteRef, fact};

/// Times closer than this are the same: sites keep whole seconds, and round them each in its own way.
const SAME: TimeDelta = TimeDelta::seconds(2);

/// Two objects that are made at once may get their ids in the other order.
const AT_ONCE: TimeDelta = TimeDelta::minutes(10);

/// When an object was made and last changed, by its site's clock; absent where the site does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub changed: Option<DateTime<Utc>>,
}

impl Times {
    /// The times that an object tells.
    #[must_use]
    pub fn of(object: &RemoteObject) -> Self {
        Self::from_fact(object.facts.get(fact::CREATED_AT).map(String::as_str), object.changed_at)
    }

    /// The same from the kept fact of its making and the time of its change.
    #[must_use]
    pub fn from_fact(created: Option<&str>, changed: Option<DateTime<Utc>>) -> Self {
        let created = created.and_then(|text| DateTime::parse_from_rfc3339(text).ok()).map(|at| at.to_utc());
        Self { created, changed }
    }
}

/// How an object received stands to the one that is known under its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is that one, as it was or changed since.
    Follows,
    /// It is that one as it was before what is known: an answer of a replica that lags, or of a site that was set back.
    Behind,
    /// It is another one: the id was given away a second time.
    Another,
}

/// How what is received stands to what is known. `differs` is whether the two say something else: times alone move for many reasons.
#[must_use]
pub fn standing(known: Times, seen: Times, differs: bool) -> Standing {
    if !differs {
        return Standing::Follows;
    }
    if known.created.zip(seen.created).is_some_and(|(known, seen)| seen > known + SAME) {
        return Standing::Another;
    }
    match known.changed.zip(seen.changed) {
        Some((known, seen)) if seen < known - SAME => Standing::Behind,
        _ => Standing::Follows,
    }
}

/// Whether something seen for the first time has a lower id than one of its kind that is known and was made long before it: ids only rise,
/// so they were counted from an earlier number again.
#[must_use]
pub fn is_out_of_turn(
    (highest, made): (&RemoteRef, Option<DateTime<Utc>>),
    (fresh, fresh_made): (&RemoteRef, Option<DateTime<Utc>>),
) -> bool {
    highest.kind == fresh.kind
        && number(highest).zip(number(fresh)).is_some_and(|(highest, fresh)| fresh < highest)
        && made.zip(fresh_made).is_some_and(|(highest, fresh)| fresh > highest + AT_ONCE)
}

/// The known object with the highest id of a kind whose ids are counted.
#[must_use]
pub fn highest<'r>(known: impl Iterator<Item = &'r RemoteRef>, kind: Kind) -> Option<&'r RemoteRef> {
    known.filter(|remote| remote.kind == kind).max_by_key(|remote| number(remote))
}

fn number(remote: &RemoteRef) -> Option<u64> {
    remote.id.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0)
    }

    #[test]
    fn only_what_says_something_else_and_tells_an_earlier_time_is_behind() {
        let known = Times { created: at(0), changed: at(100) };
        for (seen, differs, expected) in [
            (Times { created: at(0), changed: at(200) }, true, Standing::Follows),
            (Times { created: at(0), changed: at(100) }, true, Standing::Follows),
            (Times { created: at(0), changed: at(99) }, true, Standing::Follows),
            (Times { created: at(0), changed: at(50) }, true, Standing::Behind),
            (Times { created: at(0), changed: at(50) }, false, Standing::Follows),
            (Times { created: at(0), changed: None }, true, Standing::Follows),
            (Times { created: at(300), changed: at(300) }, true, Standing::Another),
            (Times { created: at(300), changed: at(50) }, true, Standing::Another),
            (Times { created: at(300), changed: at(300) }, false, Standing::Follows),
            // Somebody gave it an earlier date, as a forum's staff may.
            (Times { created: at(-900), changed: at(100) }, true, Standing::Follows),
        ] {
            assert_eq!(standing(known, seen, differs), expected, "{seen:?} {differs}");
        }
        let silent = Times::default();
        assert_eq!(standing(silent, Times { created: at(9), changed: at(9) }, true), Standing::Follows);
    }

    #[test]
    fn a_lower_id_that_was_made_later_is_out_of_turn() {
        let object = |id: i64| RemoteRef::new(Kind::Topic, id);
        let highest = object(57);
        for (fresh, made, expected) in [
            (object(56), at(7_200), true),
            (object(58), at(7_200), false),
            (object(56), at(-50), false),
            (object(56), at(30), false),
            (object(56), None, false),
            (RemoteRef::new(Kind::Post, 3), at(7_200), false),
            (RemoteRef::new(Kind::Topic, "a slug"), at(7_200), false),
        ] {
            assert_eq!(is_out_of_turn((&highest, at(0)), (&fresh, made)), expected, "{fresh} {made:?}");
        }
    }
}
