//! Two installations and other people edit at once, with faults on, by a printed seed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use simulators::fault::{Fault, On};

use crate::support::{Course, Device};

const PAGES: usize = 6;
const EDITS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn s17_two_installations_and_200_edits_on_both_sides_with_faults_lose_nothing_and_agree() {
    let chosen = std::env::var("LECTERN_SEED").ok().and_then(|text| text.parse().ok());
    let seeds: Vec<u64> = chosen.map_or_else(|| vec![1, 2, 3], |seed| vec![seed]);
    for seed in seeds {
        println!("seed {seed}: LECTERN_SEED={seed} repeats it");
        run(seed).await;
    }
}

async fn run(seed: u64) {
    let mut dice = StdRng::seed_from_u64(seed);
    let course = Course::with_pages(PAGES).await;
    let mut devices = [Device::synced(&course).await, Device::synced(&course).await];
    let mut tokens = Vec::new();
    let mut made = 0;
    for edit in 0..EDITS {
        let token = format!("token-{seed}-{edit}.");
        match dice.random_range(0..10) {
            0..=3 => edit_there(&course, &mut dice, &token),
            4..=7 => {
                let device = &devices[dice.random_range(0..2)];
                edit_here(device, &mut dice, &token).await;
            }
            8 if made < 20 && dice.random_bool(0.5) => {
                made += 1;
                devices[dice.random_range(0..2)].create(&format!("Made {edit}"), &format!("<p>{token}</p>")).await;
            }
            8 => {
                let device = &mut devices[dice.random_range(0..2)];
                for conflict in device.store().conflicts().await.unwrap() {
                    device.settle(conflict.entity, dice.random_bool(0.5)).await;
                }
                let dies_at = dice.random_range(1..40);
                let calls = AtomicUsize::new(0);
                device.store().set_crash_hook(Some(Arc::new(move |_| calls.fetch_add(1, Ordering::SeqCst) == dies_at)));
                let _dead_or_done = device.try_sync().await;
                device.reopen().await;
                continue;
            }
            _ => {
                faults(&course, seed + edit as u64);
                devices[dice.random_range(0..2)].sync().await;
                course.canvas.faults().clear();
                continue;
            }
        }
        tokens.push(token);
    }
    // Conflicts are left for the person; all else has to come to rest. Two installations need each other's news.
    for _ in 0..2 {
        for device in &devices {
            device.sync().await;
        }
    }
    for (at, device) in devices.iter().enumerate() {
        let report = device.sync().await;
        let waits = report.count(sync::Did::needs_person);
        println!("  installation {at}: {waits} things wait, {} reported", report.items.len());
    }
    for (at, device) in devices.iter().enumerate() {
        assert_eq!(device.differences().await, Vec::<String>::new(), "seed {seed}, installation {at}");
    }
    for token in &tokens {
        let found = course.holds(token) || devices[0].holds(token).await || devices[1].holds(token).await;
        assert!(found, "seed {seed}: {token} is lost");
    }
    let titles = course.titles();
    let made: Vec<&String> = titles.iter().filter(|title| title.starts_with("Made")).collect();
    let mut once = made.clone();
    once.dedup_by_key(|title| title.split('-').next().unwrap_or_default().to_owned());
    assert_eq!(made, once, "seed {seed}: nothing is there twice");
    course.canvas.log().reset();
    for device in &devices {
        device.sync().await;
    }
    assert_eq!(course.canvas.log().writes(), [], "seed {seed}: at rest");
}

fn faults(course: &Course, seed: u64) {
    let plan = course.canvas.faults();
    plan.add(On::any().chance(0.05, seed), Fault::LoseReply);
    plan.add(On::any().chance(0.05, seed + 1000), Fault::LoseRequest);
    plan.add(On::any().chance(0.03, seed + 2000), Fault::bad_gateway());
    plan.add(On::method("GET", "").chance(0.02, seed + 3000), Fault::TruncateJson { bytes: 60 });
    plan.add(On::any().chance(0.03, seed + 4000), Fault::too_many_requests(None));
}

fn edit_there(course: &Course, dice: &mut StdRng, token: &str) {
    let place = dice.random_range(0..PAGES);
    let body = course.body(place);
    let page = course.pages[place];
    let edited = with_token(&body, dice, token);
    course.canvas.as_someone_else().write_page(course.id, page, &edited).unwrap();
}

async fn edit_here(device: &Device, dice: &mut StdRng, token: &str) {
    let pages: Vec<_> = device.entities().await.into_iter().filter(|page| page.deleted_at.is_none()).collect();
    let page = &pages[dice.random_range(0..pages.len())];
    let mut content = page.content.clone();
    content.body = with_token(&content.body, dice, token);
    device.save(page.id, &content).await;
}

/// The body with a token at the end of one paragraph, or as a paragraph of its own.
fn with_token(body: &str, dice: &mut StdRng, token: &str) -> String {
    let mut lines: Vec<String> = body.lines().map(str::to_owned).collect();
    let at = dice.random_range(0..lines.len().max(1));
    match lines.get_mut(at) {
        Some(line) if dice.random_bool(0.8) => *line = line.replacen("</p>", &format!(" {token}</p>"), 1),
        _ => lines.insert(at, format!("<p>{token}</p>")),
    }
    lines.join("\n")
}
