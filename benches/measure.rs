//! Measuring, and printing each figure beside its floor from the same run.

use std::time::{Duration, Instant};

/// Sorted durations of one operation.
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub(crate) fn at(&self, percent: usize) -> Duration {
        self.0.get((self.0.len() * percent / 100).min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// Runs an operation so many times.
pub(crate) async fn times<F: AsyncFnMut(usize)>(count: usize, mut run: F) -> Times {
    let mut times = Vec::with_capacity(count);
    for number in 0..count {
        let started = Instant::now();
        run(number).await;
        times.push(started.elapsed());
    }
    Times::of(times)
}

/// One row: what was measured, ours, the floor, their ratio, and the most that it may be.
pub(crate) fn row(what: &str, ours: Duration, floor: Duration, most: f64) {
    let ratio = ours.as_secs_f64() / floor.as_secs_f64().max(1e-9);
    println!(
        "{what:<58} {:>10} {:>10} {ratio:>7.2}x  {}",
        shown(ours),
        shown(floor),
        bar(ratio <= most, &format!("<= {most}x"))
    );
}

/// One row that has a bar in time and no floor.
pub(crate) fn within(what: &str, ours: Duration, most: Duration) {
    println!(
        "{what:<58} {:>10} {:>10} {:>8}  {}",
        shown(ours),
        "",
        "",
        bar(ours <= most, &format!("<= {}", shown(most)))
    );
}

fn bar(met: bool, most: &str) -> String {
    format!("{} {most}", if met { "ok" } else { "OVER" })
}

pub(crate) fn shown(took: Duration) -> String {
    match took.as_micros() {
        0..1000 => format!("{:.1} us", took.as_nanos() as f64 / 1e3),
        1000..1_000_000 => format!("{:.2} ms", took.as_secs_f64() * 1e3),
        _ => format!("{:.2} s", took.as_secs_f64()),
    }
}

/// This process's memory in use, in megabytes, where the system says.
pub(crate) fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}
