//! Plays seeds: `soak FROM..TO… [--disk] [--disk-every N] [--without GUARD] [--threads N] [--seconds N --at-least N]`. Prints what broke, cut down; exit 1 if anything
//! did, and if fewer seeds than the floor were played before the time was over: no limit of time passes for a result.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a program for developers")]

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use simulation::{Kept, play, report, schedule, shrink};
use sync::{EngineGuard, Guards};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let ranges: Vec<Range<u64>> = arguments
        .iter()
        .filter_map(|argument| argument.split_once(".."))
        .map(|(from, to)| from.parse().expect("a number")..to.parse().expect("a number"))
        .collect();
    let seeds: Vec<u64> = ranges.iter().cloned().flatten().collect();
    let kept = if arguments.iter().any(|argument| argument == "--disk") { Kept::OnDisk } else { Kept::InMemory };
    let limit = after("--seconds").map(Duration::from_secs);
    let asked = seeds.len() as u64;
    let floor = after("--at-least").unwrap_or(asked);
    let every = after("--disk-every");
    let without = arguments.iter().position(|argument| argument == "--without").and_then(|at| arguments.get(at + 1));
    let guards = match without {
        None => Guards::all(),
        Some(name) => {
            let named = EngineGuard::ALL.into_iter().find(|guard| format!("{guard:?}") == *name);
            Guards::without(named.expect("a guard of the engine, by its name in `sync::EngineGuard`"))
        }
    };
    let next = AtomicUsize::new(0);
    let (played, syncs, requests) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let broken = Mutex::new(Vec::new());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..after("--threads").unwrap_or(1) {
            scope.spawn(|| {
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if limit.is_some_and(|limit| begun.elapsed() > limit) {
                        break;
                    }
                    let plan = schedule(seed);
                    let kept = if every.is_some_and(|every| seed.is_multiple_of(every)) { Kept::OnDisk } else { kept };
                    let outcome = std::panic::catch_unwind(|| play(&plan, kept, guards));
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
                            let small = shrink(&plan, kept, guards);
                            let why = play(&small, kept, guards);
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
        "{played} seeds of {ranges:?}, {} syncs, {} requests, {seconds:.1} s, {} broken {:?}",
        syncs.into_inner(),
        requests.into_inner(),
        broken.len(),
        broken.iter().take(40).collect::<Vec<_>>()
    );
    if played < asked {
        println!("{} of {asked} seeds were not played: the time was over", asked - played);
    }
    if played < floor {
        println!("fewer than the {floor} that have to be played");
        return ExitCode::FAILURE;
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
