//! The program is killed at random moments of writing, saving, pulling and indexing; what a person had typed is there again.
//!
//! A child process works on a workspace and notes, in files of its own, what it was told is kept. It is killed without a word. Then the
//! workspace is opened, everything noted must be in it, and the doctor must find nothing. `LECTERN_KILLS` says how many times;
//! `LECTERN_KILL_SEED` runs one seed again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeZone, Utc};
use domain::{Content, EntityId, IdSeed, Kind, SpaceId};
use store::{Draft, Environment, NewEntity, Space, Store};

const CHILD: &str = "LECTERN_KILL_CHILD";

/// Small numbers that look random and are the same for the same seed.
struct Noise(u64);

impl Noise {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (self.0 >> 33) % below
    }
}

fn at(second: u64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap() + Duration::from_secs(second)
}

async fn open(folder: &Path, start: u64) -> Store {
    let count = AtomicU64::new(0);
    let seed = move || {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&(start << 32 | count.fetch_add(1, Ordering::SeqCst)).to_be_bytes());
        IdSeed { unix_millis: 1_700_000_000_000 + start, random }
    };
    Store::open(folder, Environment { seed: Arc::new(seed), opener: "a test".into() }).await.unwrap()
}

/// Notes a line once the store has said that it is kept. A page cache outlives a killed process.
fn note(folder: &Path, line: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("told")).unwrap();
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// What the child does until it is killed.
async fn work(folder: &Path, seed: u64) {
    let mut noise = Noise(seed);
    let store = open(folder, seed).await;
    let space = match store.spaces().await.unwrap().first() {
        Some(space) => space.id,
        None => {
            let id = SpaceId::new(store.seed());
            let space = Space {
                id,
                name: "Notes".into(),
                account: None,
                site: None,
                remote: None,
                read_only: None,
                last_synced_at: None,
                time_zone: None,
            };
            store.put_space(&space).await.unwrap();
            id
        }
    };
    let _indexing = store.keep_indexed();
    let mut documents: Vec<EntityId> = store.list(space).await.unwrap().into_iter().map(|row| row.id).collect();
    for step in 1_u64.. {
        let text = format!("seed {seed} step {step} {}", "words being typed ".repeat(noise.below(400) as usize));
        let content = Content::new(format!("step {step}"), &text);
        let picked = documents.get(noise.below(documents.len().max(1) as u64) as usize).copied();
        match (noise.below(10), picked) {
            (0, _) | (_, None) => {
                let new = NewEntity { space, kind: Kind::Page, parent: None, content };
                let id = store.create(&new, at(step)).await.unwrap();
                documents.push(id);
                note(folder, &format!("saved {id} {text}"));
            }
            (1..=5, Some(id)) => {
                let draft = Draft {
                    content,
                    base: Content::default(),
                    counter: 1,
                    visual: None,
                    saved_at: at(step),
                    session: seed.to_string(),
                };
                store.put_draft(id, &draft).unwrap();
                note(folder, &format!("typed {id} {text}"));
            }
            (6..=8, Some(id)) => {
                store.save(id, &content, None, "save", at(step)).await.unwrap();
                note(folder, &format!("saved {id} {text}"));
                store.remove_draft(id).unwrap();
            }
            (_, Some(id)) => {
                store.keep_attachment(space, &format!("/files/{step}"), "text/plain", text.as_bytes()).await.unwrap();
                store.mark_opened(id, at(step)).await.unwrap();
            }
        }
    }
}

/// Everything noted is in the workspace: the last typed text as a draft, or saved; every saved text in the history.
async fn check(folder: &Path, seed: u64, start: u64) -> usize {
    let store = open(folder, start).await;
    assert!(store.notices().is_empty(), "seed {seed}: {:?}", store.notices());
    let told = fs::read_to_string(folder.join("told")).unwrap_or_default();
    // The last line may itself be cut off; what it would have said was kept all the same.
    let whole = told.rfind('\n').map_or("", |end| &told[..=end]);
    let mut typed: BTreeMap<EntityId, &str> = BTreeMap::new();
    let mut texts = 0;
    for line in whole.lines() {
        let mut parts = line.splitn(3, ' ');
        let (what, id, text) = (parts.next().unwrap(), parts.next().unwrap().parse().unwrap(), parts.next().unwrap());
        texts += 1;
        if what == "typed" {
            typed.insert(id, text);
            continue;
        }
        typed.remove(&id);
        let kept = store.revisions(id).await.unwrap().iter().any(|revision| revision.content.body == text);
        assert!(kept, "seed {seed}: a saved text is gone: {text:.60}");
    }
    for (id, text) in typed {
        let draft = store.draft(id).unwrap().map(|draft| draft.content.body).unwrap_or_default();
        let saved = store.get(id).await.unwrap().content.body;
        let newer = |body: &str| body == text || step(body) > step(text);
        assert!(
            newer(&draft) || newer(&saved),
            "seed {seed}: a typed text is gone: {text:.60}; draft {draft:.60}; saved {saved:.60}"
        );
    }
    let report = store.doctor(false).await.unwrap();
    assert!(report.is_healthy(), "seed {seed}: {report:?}");
    texts
}

/// The seed and step that a text was made in; later ones are larger.
fn step(text: &str) -> (u64, u64) {
    let mut numbers = text.split(' ').filter_map(|word| word.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[tokio::test]
async fn child() {
    if let Some(folder) = std::env::var_os(CHILD) {
        let seed = std::env::var("LECTERN_KILL_SEED").unwrap().parse().unwrap();
        work(Path::new(&folder), seed).await;
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[tokio::test]
async fn nothing_that_was_kept_is_lost_when_the_program_is_killed() {
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let kills = number("LECTERN_KILLS").unwrap_or(12);
    let first = number("LECTERN_KILL_SEED").unwrap_or(1);
    let (mut texts, started) = (0, Instant::now());
    let mut folder = tempfile::TempDir::new().unwrap();
    for seed in first..first + kills {
        // Ten lives to a workspace: each starts on what the one before left behind.
        if (seed - first).is_multiple_of(10) {
            folder = tempfile::TempDir::new().unwrap();
        }
        let path = folder.path();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env(CHILD, path)
            .env("LECTERN_KILL_SEED", seed.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut noise = Noise(seed ^ 0xA5A5);
        // Some die while they open and migrate, most while they work.
        std::thread::sleep(Duration::from_millis(noise.below(if seed % 5 == 0 { 120 } else { 700 })));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "seed {seed}: the child failed by itself: {said}");
        texts = texts.max(check(path, seed, (1 << 20) + seed).await);
    }
    println!("{kills} kills from seed {first} in {:?}; at most {texts} texts in one workspace", started.elapsed());
    assert!(texts > 10 || kills < 10, "the children must get to work for this test to show anything");
}
