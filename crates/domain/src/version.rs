//! Version vectors: which edits a copy contains.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AccountId, DeviceId};

/// Who makes edits: an installation of Lectern, or an account's site as seen from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Replica {
    /// An installation.
    Device(DeviceId),
    /// An account on a site; whoever edits there counts under it.
    Account(AccountId),
}

impl fmt::Display for Replica {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(id) => write!(f, "device:{id}"),
            Self::Account(id) => write!(f, "account:{id}"),
        }
    }
}

/// How two copies stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Causality {
    /// Both contain the same edits.
    Equal,
    /// The first lacks edits of the second, and has none of its own.
    Before,
    /// The first has edits that the second lacks, and lacks none.
    After,
    /// Each has edits that the other lacks.
    Concurrent,
}

/// A map from replica to the number of its edits that a copy contains. An absent replica counts as 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionVector(BTreeMap<Replica, u64>);

impl VersionVector {
    /// A copy that contains no edit.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The edits of a replica that this copy contains.
    #[must_use]
    pub fn count(&self, replica: Replica) -> u64 {
        self.0.get(&replica).copied().unwrap_or(0)
    }

    /// The replica makes one more edit on this copy.
    pub fn bump(&mut self, replica: Replica) {
        *self.0.entry(replica).or_insert(0) += 1;
    }

    /// The same vector, one edit further.
    #[must_use]
    pub fn bumped(&self, replica: Replica) -> Self {
        let mut next = self.clone();
        next.bump(replica);
        next
    }

    /// The smallest vector that contains both: per replica the larger count.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        for (replica, count) in &other.0 {
            let slot = joined.0.entry(*replica).or_insert(0);
            *slot = (*slot).max(*count);
        }
        joined
    }

    /// Whether every edit of `other` is contained here.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.0.iter().all(|(replica, count)| self.count(*replica) >= *count)
    }

    /// How this copy stands to another.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Causality {
        match (self.contains(other), other.contains(self)) {
            (true, true) => Causality::Equal,
            (true, false) => Causality::After,
            (false, true) => Causality::Before,
            (false, false) => Causality::Concurrent,
        }
    }

    /// Replicas and counts in order.
    pub fn iter(&self) -> impl Iterator<Item = (Replica, u64)> + '_ {
        self.0.iter().map(|(replica, count)| (*replica, *count))
    }
}

impl FromIterator<(Replica, u64)> for VersionVector {
    fn from_iter<T: IntoIterator<Item = (Replica, u64)>>(counts: T) -> Self {
        Self(counts.into_iter().filter(|(_, count)| *count > 0).collect())
    }
}

impl fmt::Display for VersionVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (replica, count)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{replica}={count}")?;
        }
        f.write_str("}")
    }
}

/// A vector's text in the database is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version vector")]
pub struct BadVector(pub String);

impl std::str::FromStr for VersionVector {
    type Err = BadVector;

    fn from_str(text: &str) -> Result<Self, BadVector> {
        let bad = || BadVector(text.to_owned());
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(bad)?;
        inner
            .split(", ")
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (replica, count) = part.split_once('=').ok_or_else(bad)?;
                let replica = match replica.split_once(':') {
                    Some(("device", id)) => Replica::Device(id.parse().map_err(|_| bad())?),
                    Some(("account", id)) => Replica::Account(id.parse().map_err(|_| bad())?),
                    _ => return Err(bad()),
                };
                Ok((replica, count.parse().map_err(|_| bad())?))
            })
            .collect()
    }
}

impl Serialize for VersionVector {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VersionVector {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::IdSeed;

    fn replica(number: u8) -> Replica {
        let seed = IdSeed { unix_millis: 1, random: [number; 10] };
        if number.is_multiple_of(2) {
            Replica::Device(DeviceId::new(seed))
        } else {
            Replica::Account(AccountId::new(seed))
        }
    }

    fn vector() -> impl Strategy<Value = VersionVector> {
        proptest::collection::btree_map(0u8..4, 1u64..4, 0..4)
            .prop_map(|counts| counts.into_iter().map(|(number, count)| (replica(number), count)).collect())
    }

    proptest! {
        #[test]
        fn join_is_commutative_associative_and_idempotent(a in vector(), b in vector(), c in vector()) {
            prop_assert_eq!(a.join(&b), b.join(&a));
            prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
            prop_assert_eq!(a.join(&a), a);
        }

        #[test]
        fn join_is_the_least_upper_bound(a in vector(), b in vector(), c in vector()) {
            let joined = a.join(&b);
            prop_assert!(joined.contains(&a) && joined.contains(&b));
            if c.contains(&a) && c.contains(&b) {
                prop_assert!(c.contains(&joined));
            }
        }

        #[test]
        fn compare_is_antisymmetric(a in vector(), b in vector()) {
            let mirrored = match a.compare(&b) {
                Causality::Equal => Causality::Equal,
                Causality::Before => Causality::After,
                Causality::After => Causality::Before,
                Causality::Concurrent => Causality::Concurrent,
            };
            prop_assert_eq!(b.compare(&a), mirrored);
            prop_assert_eq!(a.compare(&b) == Causality::Equal, a == b);
        }

        #[test]
        fn a_bump_is_after(a in vector(), who in 0u8..4) {
            prop_assert_eq!(a.bumped(replica(who)).compare(&a), Causality::After);
        }

        #[test]
        fn text_round_trips(a in vector()) {
            prop_assert_eq!(a.to_string().parse::<VersionVector>(), Ok(a));
        }
    }

    #[test]
    fn two_replicas_bumping_the_same_copy_are_concurrent() {
        let start = VersionVector::new();
        assert_eq!(start.bumped(replica(0)).compare(&start.bumped(replica(1))), Causality::Concurrent);
    }
}
