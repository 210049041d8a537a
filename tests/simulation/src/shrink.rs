//! Cuts a failing schedule down to what it needs, and prints it with the command that plays it again.

use std::fmt::Write as _;

use sync::Guards;

use crate::play::{Kept, Outcome, play};
use crate::schedule::{Schedule, Step};

/// The shortest schedule found that still breaks a promise.
#[must_use]
pub fn shrink(schedule: &Schedule, kept: Kept, guards: Guards) -> Schedule {
    let fails = |schedule: &Schedule| !play(schedule, kept, guards).violations.is_empty();
    let mut best = schedule.clone();
    loop {
        let before = best.clone();
        for at in (0..best.steps.len()).rev() {
            let mut less = best.clone();
            less.steps.remove(at);
            if fails(&less) {
                best = less;
            }
        }
        for at in 0..best.steps.len() {
            for less in simpler(&best.steps[at]) {
                let mut next = best.clone();
                next.steps[at] = less;
                if fails(&next) {
                    best = next;
                    break;
                }
            }
        }
        if best.lagging > 0 {
            let less = Schedule { lagging: 0, ..best.clone() };
            if fails(&less) {
                best = less;
            }
        }
        while best.installations > 1 {
            let less = Schedule { installations: best.installations - 1, ..best.clone() };
            if uses_all(&best) || !fails(&less) {
                break;
            }
            best = less;
        }
        if best == before {
            return best;
        }
    }
}

fn uses_all(schedule: &Schedule) -> bool {
    let last = schedule.installations - 1;
    let text = format!("{:?}", schedule.steps);
    text.contains(&format!("installation: {last}"))
}

/// A step with one thing less, each way.
fn simpler(step: &Step) -> Vec<Step> {
    let Step::Sync { installation, seed, bad, dies_at, events, between } = step else { return Vec::new() };
    let with = |bad: u8, dies_at: Option<u16>, events: Vec<_>| Step::Sync {
        installation: *installation,
        seed: *seed,
        bad,
        dies_at,
        events,
        between: between.clone(),
    };
    let mut ways = Vec::new();
    if between.is_some() {
        let (installation, seed, events) = (*installation, *seed, events.clone());
        ways.push(Step::Sync { installation, seed, bad: *bad, dies_at: *dies_at, events, between: None });
    }
    for at in 0..events.len() {
        let mut less = events.clone();
        less.remove(at);
        ways.push(with(*bad, *dies_at, less));
    }
    if dies_at.is_some() {
        ways.push(with(*bad, None, events.clone()));
    }
    if *bad > 0 {
        ways.push(with(0, *dies_at, events.clone()));
    }
    ways
}

/// What is printed of a failure: what broke, the schedule, and the command.
#[must_use]
pub fn report(schedule: &Schedule, shrunk: &Schedule, outcome: &Outcome) -> String {
    let mut text = format!("seed {} breaks:\n", schedule.seed);
    for violation in outcome.violations.iter().take(6) {
        let _ = writeln!(text, "  {violation}");
    }
    let _ = writeln!(
        text,
        "shrunk from {} to {} steps, {} installations, {:?}:",
        schedule.steps.len(),
        shrunk.steps.len(),
        shrunk.installations,
        shrunk.strategy
    );
    for step in &shrunk.steps {
        let _ = writeln!(text, "  {step:?}");
    }
    let _ = writeln!(text, "again: make soak SEEDS={}..{}", schedule.seed, schedule.seed + 1);
    text
}
