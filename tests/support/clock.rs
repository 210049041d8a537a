//! Time and randomness for the flows: both are arguments everywhere below.

use domain::IdSeed;
use simulators::clock::Clock;

/// A seed for an id at the clock's time.
pub(crate) fn seed(clock: &Clock) -> IdSeed {
    let unix_millis = u64::try_from(clock.now().timestamp_millis()).unwrap();
    IdSeed { unix_millis, random: rand::random() }
}
