//! Plays seeds: `soak FROM..TO [--disk] [--threads N] [--seconds N]`. Prints what broke, cut down; exit 1 if anything did.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a program for developers")]

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use simulation::{Kept, play, report, schedule, shrink};
use sync::Guards;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let range = arguments.first().and_then(|range| range.split_once("..")).expect("soak FROM..TO");
    let (from, to): (u64, u64) = (range.0.parse().expect("a number"), range.1.parse().expect("a number"));
    let kept = if arguments.iter().any(|argument| argument == "--disk") { Kept::OnDisk } else { Kept::InMemory };
    let limit = after("--seconds").map(Duration::from_secs);
    let next = AtomicU64::new(from);
    let (played, syncs, requests) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let broken = Mutex::new(Vec::new());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..after("--threads").unwrap_or(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= to || limit.is_some_and(|limit| begun.elapsed() > limit) {
                        break;
                    }
                    let plan = schedule(seed);
                    let outcome = std::panic::catch_unwind(|| play(&plan, kept, Guards::all()));
                    played.fetch_add(1, Ordering::SeqCst);
                    let Ok(outcome) = outcome else {
                        println!("seed {seed} panics");
                        broken.lock().expect("a list").push(seed);
                        continue;
                    };
                    syncs.fetch_add(u64::from(outcome.syncs), Ordering::SeqCst);
                    requests.fetch_add(u64::from(outcome.requests), Ordering::SeqCst);
                    if !outcome.violations.is_empty() {
                        let few = {
                            let mut broken = broken.lock().expect("a list");
                            broken.push(seed);
                            broken.len() <= 5
                        };
                        if few {
                            let small = shrink(&plan, kept, Guards::all());
                            let why = play(&small, kept, Guards::all());
                            println!("{}", report(&plan, &small, &why));
                        } else {
                            println!("seed {seed}: {}", outcome.violations[0]);
                        }
                    }
                }
            });
        }
    });
    let (played, seconds) = (played.into_inner(), begun.elapsed().as_secs_f64());
    let mut broken = broken.into_inner().expect("a list");
    broken.sort_unstable();
    println!(
        "{played} seeds from {from}, {} syncs, {} requests, {seconds:.1} s, {} broken {:?}",
        syncs.into_inner(),
        requests.into_inner(),
        broken.len(),
        broken.iter().take(40).collect::<Vec<_>>()
    );
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
