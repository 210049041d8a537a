//! Canvas's leaky bucket (contract 2).

use super::model::Instant;
use super::settings::Throttle;

#[derive(Debug, Clone)]
pub(super) struct Bucket {
    level: f64,
    at: Instant,
}

impl Bucket {
    pub(super) fn new(now: Instant) -> Self {
        Self { level: 0.0, at: now }
    }

    /// Reserves the up-front cost. False where the request is refused; the reservation is given back then.
    pub(super) fn admit(&mut self, now: Instant, rules: &Throttle) -> bool {
        self.add(now, rules.up_front, rules);
        let full = rules.enabled && self.level >= rules.high_water;
        if full {
            self.add(now, -rules.up_front, rules);
        }
        !full
    }

    /// Gives the up-front cost back and charges the true one.
    pub(super) fn settle(&mut self, now: Instant, rules: &Throttle) {
        self.add(now, rules.cost - rules.up_front, rules);
    }

    pub(super) fn remaining(&self, rules: &Throttle) -> f64 {
        rules.high_water - self.level
    }

    fn add(&mut self, now: Instant, amount: f64, rules: &Throttle) {
        let seconds = (now - self.at).num_milliseconds().max(0) as f64 / 1000.0;
        self.at = now;
        self.level = (self.level - rules.outflow * seconds).max(0.0);
        self.level = (self.level + amount).clamp(0.0, rules.maximum);
    }
}
