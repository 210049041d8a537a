//! From the start to a usable window, beside an empty window of the same web engine: both started in turn in one run, medians printed.
//! A debug build on a busy machine says little of either, so the bar is held where `LECTERN_BARS` is set; the figures are always printed.

#![allow(clippy::print_stdout, reason = "the medians are what this is run for")]

use std::{path::Path, time::Duration};

use e2e::{Failure, Program, is_wanted};
use serde_json::json;

const RUNS: usize = 7;
const BAR: f64 = 1.5;

/// The welcome screen is there and can be pressed.
const USABLE: &str = "return document.querySelector('.way:not(:disabled)') !== null";
const BLANK: &str = "return document.readyState === 'complete'";

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

async fn measured(program: Program, ready: &str) -> Result<Duration, Failure> {
    program.until("a usable window", ready, vec![], |is_so| is_so == &json!(true)).await?;
    let took = program.began.elapsed();
    program.close().await?;
    Ok(took)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_usable_window_is_nearly_as_soon_as_an_empty_one() -> Result<(), Failure> {
    if !is_wanted("start time") {
        return Ok(());
    }
    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let home = tempfile::tempdir()?;
        empty.push(measured(Program::start_empty(home.path()).await?, BLANK).await?);
        let home = tempfile::tempdir()?;
        let workspace: &Path = &home.path().join("workspace");
        ours.push(measured(Program::start_at(home.path(), workspace).await?, USABLE).await?);
    }
    let (ours, empty) = (median(ours), median(empty));
    let ratio = ours.as_secs_f64() / empty.as_secs_f64();
    println!(
        "start to a usable window: {ours:.2?}, an empty window: {empty:.2?}, ratio {ratio:.2}, bar {BAR} ({RUNS} runs each)"
    );
    if std::env::var_os("LECTERN_BARS").is_some() {
        assert!(ratio <= BAR, "{ratio:.2} times an empty window");
    }
    Ok(())
}
