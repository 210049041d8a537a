//! What a person waits for in a workspace, each figure beside its floor from the same run.
//!
//! `cargo bench -p store --features sync`. `LECTERN_BENCH=100000` measures search and growth at so many documents too (takes minutes
//! and room on the disk); `LECTERN_BENCH_BYTES` is the size of each of those.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on has failed; it prints what it found"
)]
#![allow(missing_docs, reason = "a program")]

mod floor;
mod measure;
mod texts;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeZone, Utc};
use domain::{Content, EntityId, IdSeed, Kind, SpaceId};
use measure::{memory, row, shown, times, within};
use store::{Draft, Environment, NewEntity, SearchQuery, Space, Store};
use tempfile::TempDir;
use texts::Texts;

fn at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()
}

async fn open(folder: &Path) -> Store {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let seed = || {
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&count.to_be_bytes());
        IdSeed { unix_millis: 1_700_000_000_000 + count / 1000, random }
    };
    Store::open(folder, Environment { seed: Arc::new(seed), opener: "a measurement".into() }).await.unwrap()
}

async fn space(store: &Store) -> SpaceId {
    let id = SpaceId::new(store.seed());
    let name = "Notes".into();
    let space = Space {
        id,
        name,
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

fn page(space: SpaceId, title: String, body: String) -> NewEntity {
    NewEntity { space, kind: Kind::Page, parent: None, content: Content { title, body, fields: Default::default() } }
}

/// Makes and indexes so many pages; returns their ids.
async fn fill(store: &Store, space: SpaceId, texts: &mut Texts, count: usize, bytes: usize) -> Vec<EntityId> {
    let mut ids = Vec::new();
    while ids.len() < count {
        let some: Vec<_> =
            (0..500.min(count - ids.len())).map(|_| page(space, texts.title(), texts.html(bytes))).collect();
        ids.extend(store.create_all(&some, at()).await.unwrap());
        while store.index_pending(500).await.unwrap().left > 0 {}
    }
    ids
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    println!("{:<58} {:>10} {:>10} {:>8}", "", "ours", "floor", "");
    let folder = TempDir::new().unwrap();
    let mut texts = Texts::new(7);
    let documents: Vec<(String, String, String)> = (0..10_000)
        .map(|_| {
            let html = texts.html(8192);
            (texts.title(), html.clone(), domain::html::plain_text(&html))
        })
        .collect();
    let raw = floor::database(&folder.path().join("floor.db")).await;
    let started = Instant::now();
    floor::import(&raw, &documents).await;
    let import_floor = started.elapsed();

    let store = open(&folder.path().join("workspace")).await;
    let notes = space(&store).await;
    let started = Instant::now();
    let mut ids = Vec::new();
    for some in documents.chunks(500) {
        let some: Vec<_> = some.iter().map(|(title, body, _)| page(notes, title.clone(), body.clone())).collect();
        ids.extend(store.create_all(&some, at()).await.unwrap());
    }
    let stored = started.elapsed();
    while store.index_pending(500).await.unwrap().left > 0 {}
    let import = started.elapsed();
    println!("  of the import, storing with history {}, indexing {}", shown(stored), shown(import - stored));
    row("import and index 10,000 documents of 8 KB", import, import_floor, 2.0);
    drop(documents);

    search(&store, Some(&raw), &mut texts, "10,000").await;
    reading(&store, &raw, &ids).await;
    pauses(&store, &folder.path().join("floor.redb"), &ids, &mut texts).await;
    store.close().await;
    drop(store);
    starting(folder.path(), &mut texts).await;
    if let Ok(count) = std::env::var("LECTERN_BENCH") {
        large(count.parse().unwrap(), folder.path(), &mut texts).await;
    }
}

/// A kind of search, and how its words are made.
type Asked = (&'static str, fn(&mut Texts) -> String);

async fn search(store: &Store, raw: Option<&sqlx::SqlitePool>, texts: &mut Texts, many: &str) {
    let cases: [Asked; 6] = [
        ("one rare word", |texts| texts.ranked(8000, 16_000)),
        ("one word", |texts| texts.ranked(300, 900)),
        ("one common word", |texts| texts.ranked(5, 40)),
        ("two words", |texts| format!("{} {}", texts.ranked(300, 900), texts.ranked(300, 900))),
        ("beginning of a word", |texts| texts.ranked(300, 900).chars().take(3).collect()),
        ("phrase of two common words", |texts| format!("\"{} {}\"", texts.ranked(5, 40), texts.ranked(5, 40))),
    ];
    for (what, words) in cases {
        let asked: Vec<String> = (0..40).map(|_| words(texts)).collect();
        let prefix = what.starts_with("beginning");
        let ours = times(asked.len(), async |number| {
            let text = if prefix { asked[number].clone() } else { format!("{} ", asked[number]) };
            store.search(&SearchQuery { text, limit: 20, ..SearchQuery::default() }).await.unwrap();
        })
        .await;
        let name = format!("search {many}: {what}, p50");
        match raw {
            Some(raw) => {
                let floor = times(asked.len(), async |number| {
                    let text = if prefix { format!("{}*", asked[number]) } else { asked[number].clone() };
                    floor::search(raw, &text).await;
                })
                .await;
                row(&name, ours.at(50), floor.at(50), 1.5);
            }
            None => within(&name, ours.at(50), Duration::from_millis(50)),
        }
        within(&format!("search {many}: {what}, p95"), ours.at(95), Duration::from_millis(50));
    }
}

async fn reading(store: &Store, raw: &sqlx::SqlitePool, ids: &[EntityId]) {
    let ours = times(2000, async |number| drop(store.get(ids[number * 5]).await.unwrap())).await;
    let floor = times(2000, async |number| floor::read(raw, number as i64 * 5 + 1).await).await;
    row("open a document in the store, p50 (with the driver)", ours.at(50), floor.at(50), 2.0);
    within("open a document in the store, p50", ours.at(50), Duration::from_micros(100));
}

async fn pauses(store: &Store, path: &Path, ids: &[EntityId], texts: &mut Texts) {
    let drafts = floor::drafts(path);
    let bodies: Vec<String> = (0..20).map(|_| texts.html(8192)).collect();
    let floor = times(400, async |number| {
        floor::put_draft(&drafts, &ids[number % 3].to_string(), bodies[number % 20].as_bytes())
    })
    .await;
    let draft = |number: usize| Draft {
        content: Content::new("Title", &bodies[number % 20]),
        base: Content::new("Title", &bodies[0]),
        counter: 1,
        visual: None,
        saved_at: at(),
        session: "bench".into(),
    };
    let ours = times(400, async |number| store.put_draft(ids[number % 3], &draft(number)).unwrap()).await;
    row("a pause in typing until it is durable, p50", ours.at(50), floor.at(50), 2.0);
    within("a pause in typing until it is durable, p99", ours.at(99), Duration::from_millis(5));
    let pull = tokio::spawn(pull(store.clone(), (0..5000).map(|_| texts.html(2000)).collect()));
    let busy = times(400, async |number| {
        tokio::time::sleep(Duration::from_millis(2)).await;
        store.put_draft(ids[number % 3], &draft(number)).unwrap();
    })
    .await;
    let during = !pull.is_finished();
    let busy = Duration::saturating_sub(busy.at(50), Duration::from_millis(2));
    let mut alone = Vec::new();
    while !pull.is_finished() {
        let started = Instant::now();
        store.put_draft(ids[alone.len() % 3], &draft(alone.len())).unwrap();
        alone.push(started.elapsed());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    pull.await.unwrap();
    let alone = measure::Times::of(alone);
    println!(
        "  while 5,000 items of a pull were stored (it lasted through all of the first 400: {during}; about {})",
        shown(busy)
    );
    row("  the same during that pull, p50", alone.at(50), floor.at(50), 2.0);
    within("  the same during that pull, p99", alone.at(99), Duration::from_millis(5));
}

/// Stores items as a pull does: one transaction each, with base, vectors and history.
#[cfg(feature = "sync")]
async fn pull(store: Store, bodies: Vec<String>) {
    use domain::{Access, AccountId, RemoteObject, RemoteRef, Replica, Token, VersionVector};

    let (account, space) = (AccountId::new(store.seed()), space(&store).await);
    for (number, body) in (1..).zip(bodies) {
        let object = RemoteObject {
            remote: RemoteRef::new(Kind::Page, number),
            parent: None,
            content: Content::new("Pulled", &body),
            returned_body: body,
            token: Token("t".into()),
            access: Access::Editable,
            changed_by: None,
            changed_at: None,
            url: None,
            facts: Default::default(),
        };
        let vector = VersionVector::new().bumped(Replica::Account(account));
        let apply = store::PullApply {
            space,
            account,
            entity: None,
            expected_counter: None,
            canonical_hash: object.content.hash(),
            content: Some(object.content.clone()),
            object,
            far: None,
            parent: None,
            local_vector: vector.clone(),
            remote_vector: vector,
            cause: "pull",
            now: at(),
        };
        store.apply_pull(apply).await.unwrap();
    }
}

#[cfg(not(feature = "sync"))]
async fn pull(store: Store, bodies: Vec<String>) {
    let space = space(&store).await;
    for body in bodies {
        store.create(&page(space, "Pulled".into(), body), at()).await.unwrap();
    }
}

async fn starting(folder: &Path, texts: &mut Texts) {
    let workspace = folder.join("started");
    let store = open(&workspace).await;
    let notes = space(&store).await;
    fill(&store, notes, texts, 500, 8192).await;
    store.close().await;
    drop(store);
    let before = memory();
    let ours = times(10, async |_| {
        let store = open(&workspace).await;
        let rows = store.list(notes).await.unwrap();
        store.get(rows[0].id).await.unwrap();
        store.close().await;
    })
    .await;
    let floor = times(10, async |_| {
        let database = floor::database(&workspace.join("lectern.db")).await;
        sqlx::query("SELECT id, title FROM core_entities").fetch_all(&database).await.unwrap();
        database.close().await;
        drop(floor::drafts(&workspace.join("lectern.redb")));
    })
    .await;
    row("start: workspace of 500 pages open, listed, one read, p50", ours.at(50), floor.at(50), 3.0);
    let store = open(&workspace).await;
    let mut held = Vec::new();
    for row in store.list(notes).await.unwrap() {
        held.push(store.get(row.id).await.unwrap());
    }
    if let (Some(before), Some(now)) = (before, memory()) {
        println!(
            "{:<58} {:>7.1} MB (all {} bodies held; the program's bar is the window's floor + 80 MB)",
            "memory: what 500 open pages add",
            now - before,
            held.len()
        );
    }
    store.close().await;
}

async fn large(count: usize, folder: &Path, texts: &mut Texts) {
    let bytes = std::env::var("LECTERN_BENCH_BYTES").ok().and_then(|bytes| bytes.parse().ok()).unwrap_or(8192);
    let store = open(&folder.join("large")).await;
    let few = space(&store).await;
    let small = fill(&store, few, texts, 1000, bytes).await;
    let before = measured_at(&store, few, &small).await;
    let many = space(&store).await;
    let started = Instant::now();
    fill(&store, many, texts, count - 1000, bytes).await;
    println!("  {count} documents of {bytes} bytes stored and indexed in {}", shown(started.elapsed()));
    let after = measured_at(&store, few, &small).await;
    for ((what, after), (_, before)) in after.into_iter().zip(before) {
        row(&format!("{what}: at {count} documents, against 1,000"), after, before, 1.5);
    }
    search(&store, None, texts, &count.to_string()).await;
    store.close().await;
}

/// What must not depend on how much else is there.
async fn measured_at(store: &Store, space: SpaceId, ids: &[EntityId]) -> [(&'static str, Duration); 3] {
    let read = times(500, async |number| drop(store.get(ids[number]).await.unwrap())).await.at(50);
    let list = times(20, async |_| drop(store.list(space).await.unwrap())).await.at(50);
    let save = times(100, async |number| {
        store.save(ids[number], &Content::new("Saved", store.new_seed_text()), None, "save", at()).await.unwrap();
    })
    .await
    .at(50);
    [("open a document", read), ("list a space of 1,000", list), ("save a document", save)]
}
