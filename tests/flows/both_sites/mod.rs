//! Two installations, both sites, and other people who edit at the same time, with faults on, by a printed seed.

mod here;
mod there;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use simulators::fault::{Fault, FaultPlan, On};
use tokio::task::JoinSet;

use here::{Installation, more_than_once};
use there::Sites;

const EDITS: usize = 200;

/// `LECTERN_SEEDS=FROM..TO` plays so many others, `LECTERN_AT_ONCE` of them side by side; `LECTERN_SEED=N` plays one again.
#[tokio::test(flavor = "multi_thread")]
async fn two_installations_200_edits_and_both_sites_with_faults_on_agree_after_two_syncs() {
    let asked = |name: &str| std::env::var(name).ok();
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let seeds: Vec<u64> = match (asked("LECTERN_SEED"), asked("LECTERN_SEEDS")) {
        (Some(seed), _) => vec![number(&seed)],
        (None, Some(range)) => {
            let (from, to) = range.split_once("..").expect("a range: FROM..TO");
            (number(from)..number(to)).collect()
        }
        (None, None) => vec![1, 3, 7],
    };
    let at_once = asked("LECTERN_AT_ONCE").and_then(|text| text.parse().ok()).unwrap_or(1);
    let (count, started) = (seeds.len(), Instant::now());
    let broken = play(seeds, at_once).await;
    println!("{count} seeds, {:.0} s, {} broken {broken:?}", started.elapsed().as_secs_f64(), broken.len());
    assert_eq!(broken, Vec::<u64>::new());
}

/// Plays seeds, so many at once, and answers with those that broke a promise. Each says so itself.
async fn play(seeds: Vec<u64>, at_once: usize) -> Vec<u64> {
    let (mut seeds, mut playing, mut broken) = (seeds.into_iter(), JoinSet::new(), Vec::new());
    loop {
        while playing.len() < at_once
            && let Some(seed) = seeds.next()
        {
            playing.spawn(async move {
                let started = Instant::now();
                let ended = tokio::spawn(run(seed)).await;
                let seconds = started.elapsed().as_secs_f64();
                match &ended {
                    Ok(answered) => println!("seed {seed}: {seconds:.1} s, {answered} questions answered"),
                    Err(_) => println!("seed {seed} breaks a promise; LECTERN_SEED={seed} plays it again"),
                }
                ended.is_err().then_some(seed)
            });
        }
        match playing.join_next().await {
            Some(ended) => broken.extend(ended.unwrap()),
            None => return broken,
        }
    }
}

/// Plays a seed; answers with how many questions its people had to answer at the end.
async fn run(seed: u64) -> usize {
    let mut dice = StdRng::seed_from_u64(seed);
    let sites = Sites::new().await;
    let mut installations = [Installation::synced(&sites).await, Installation::synced(&sites).await];
    let tokens: Arc<Mutex<Vec<String>>> = Arc::default();
    for edit in 0..EDITS {
        let token = format!("token-{seed}-{edit}.");
        let at = dice.random_range(0..2);
        if dice.random_bool(0.4) {
            sites.edit(&mut dice, &token);
        } else {
            installations[at].edit(&mut dice, &token).await;
        }
        tokens.lock().unwrap().push(token);
        match dice.random_range(0..20) {
            0 | 1 => {
                faults(sites.course.canvas.faults(), dice.random());
                faults(sites.forum.discourse.faults(), dice.random());
                somebody_in_between(&sites, &mut dice, &format!("between-{seed}-{edit}."), &tokens);
                installations[at].sync().await;
            }
            2 => installations[at].sync_killed(dice.random_range(1..60)).await,
            _ => {}
        }
        sites.course.canvas.faults().clear();
        sites.forum.discourse.faults().clear();
    }
    let tokens = tokens.lock().unwrap().clone();

    // Two syncs each, since each needs the other's news.
    for _ in 0..2 {
        for installation in &installations {
            installation.sync().await;
        }
    }
    let texts = sites.texts();
    assert_eq!(more_than_once(&texts, &tokens), Vec::<String>::new(), "seed {seed}: on the sites");
    for (at, installation) in installations.iter().enumerate() {
        let differences = installation.differences(&tokens).await;
        assert_eq!(differences, Vec::<String>::new(), "seed {seed}, installation {at}");
    }
    for token in &tokens {
        // Nothing was deleted and no question answered: it is to be read on a site, or waits for its person.
        let on_a_site = texts.iter().any(|text| text.contains(token.as_str()));
        let [first, second] = &installations;
        assert!(
            on_a_site || first.waits_with(token).await || second.waits_with(token).await,
            "seed {seed}: {token} is lost"
        );
    }
    comes_to_rest(&sites, &installations, &mut dice, &tokens, seed).await
}

/// The person answers what waits; then all is the same everywhere, with no question left and nothing to write.
async fn comes_to_rest(
    sites: &Sites,
    installations: &[Installation; 2],
    dice: &mut StdRng,
    tokens: &[String],
    seed: u64,
) -> usize {
    let mut answered = 0;
    for _ in 0..4 {
        for installation in installations {
            answered += installation.settle(dice, sites).await;
            installation.sync().await;
        }
    }
    sites.writes();
    for (at, installation) in installations.iter().enumerate() {
        let report = installation.sync().await;
        assert!(report.items.is_empty() && report.left_out.is_empty(), "seed {seed}: {}", Installation::told(&report));
        let differences = installation.differences(tokens).await;
        assert_eq!(differences, Vec::<String>::new(), "seed {seed}, installation {at}, at the end");
    }
    assert_eq!(sites.writes(), Vec::<String>::new(), "seed {seed}: at rest");
    let texts = sites.texts();
    for token in tokens {
        let kept = texts.iter().any(|text| text.contains(token.as_str())) || {
            let mut here = false;
            for installation in installations {
                here |= installation.course.holds(token).await || installation.forum.holds(token).await;
            }
            here || sites.course.holds(token)
        };
        assert!(kept, "seed {seed}: {token} is in no text and no history");
    }
    answered
}

fn faults(plan: &FaultPlan, seed: u64) {
    let seed = seed >> 8;
    plan.add(On::any().chance(0.05, seed), Fault::LoseReply);
    plan.add(On::any().chance(0.04, seed + 1), Fault::LoseRequest);
    plan.add(On::any().chance(0.03, seed + 2), Fault::bad_gateway());
    plan.add(On::any().chance(0.02, seed + 3), Fault::status(503, "busy"));
    plan.add(On::any().chance(0.03, seed + 4), Fault::too_many_requests(None));
    plan.add(On::method("GET", "").chance(0.02, seed + 5), Fault::TruncateJson { bytes: 60 });
    plan.add(On::method("GET", "").chance(0.02, seed + 6), Fault::CutBody { bytes: 60 });
}

/// Somebody writes right before one of the requests that follow, whichever it is.
fn somebody_in_between(sites: &Sites, dice: &mut StdRng, token: &str, tokens: &Arc<Mutex<Vec<String>>>) {
    let plans = [sites.course.canvas.faults(), sites.forum.discourse.faults()];
    let plan = plans[dice.random_range(0..2)];
    let (sites, token, tokens) = (sites.clone(), token.to_owned(), Arc::clone(tokens));
    let own = Mutex::new(StdRng::seed_from_u64(dice.random()));
    let write = Fault::before(move || {
        sites.edit_guarded(&mut own.lock().unwrap(), &token);
        tokens.lock().unwrap().push(token.clone());
    });
    plan.add(On::any().nth(dice.random_range(1..25)), write);
}

/// The text with a token at the end of one of its lines, before `end`, or as a paragraph of its own.
fn with_token(text: &str, end: &str, dice: &mut StdRng, token: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let written: Vec<usize> = (0..lines.len()).filter(|&at| !lines[at].trim().is_empty()).collect();
    match written.get(dice.random_range(0..written.len().max(1))) {
        Some(&at) if dice.random_bool(0.8) => match lines[at].strip_suffix(end) {
            Some(start) => lines[at] = format!("{start} {token}{end}"),
            None => lines[at].push_str(&paragraph(end, token)),
        },
        _ if end.is_empty() => lines.push(format!("\n{token}")),
        _ => lines.push(paragraph(end, token)),
    }
    lines.join("\n")
}

fn paragraph(end: &str, token: &str) -> String {
    if end.is_empty() { format!(" {token}") } else { format!("<p>{token}{end}") }
}
