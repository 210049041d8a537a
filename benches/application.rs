//! What a person waits for in the whole application, as the workspace grows: what is measured is the same thousand documents, first
//! alone and then beside many others that wait to be sent.
//!
//! `cargo bench -p lectern --features full-integration --bench application`. `LECTERN_BENCH=100000` is how many documents there are
//! in the end (10,000 where nothing is said); `LECTERN_BENCH_BYTES` is the size of each.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on has failed; it prints what it found"
)]
#![allow(missing_docs, reason = "a program")]

#[allow(dead_code, reason = "the store is measured with the rest of it")]
mod measure;
#[allow(dead_code, reason = "the store is measured with the rest of it")]
mod texts;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeZone, Utc};
use domain::{AccountId, Content, EntityId, IdSeed, Kind, RemoteId, SiteKind, SpaceId};
use lectern::app::App;
use lectern::dto::{EditDto, SearchDto};
use measure::{row, shown, times, within};
use store::{Account, Environment, NewEntity, Space, Store};
use tempfile::TempDir;
use texts::Texts;

/// Documents that are measured.
const MEASURED: usize = 1000;

fn at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
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

/// A course with so many pages, each with a picture that is kept, and all of them still to be sent.
async fn course(store: &Store, texts: &mut Texts, count: usize, bytes: usize) -> Vec<EntityId> {
    let (account, space) = (AccountId::new(store.seed()), SpaceId::new(store.seed()));
    store
        .put_account(&Account {
            id: account,
            site: SiteKind::Canvas,
            url: format!("https://{account}.example.edu"),
            site_name: "Canvas".into(),
            user: RemoteId::from(7),
            user_name: "Ada".into(),
            auth: "token".into(),
            login: None,
            secret_place: "keychain".into(),
            secret_env: None,
            reached_at: None,
            trouble: None,
        })
        .await
        .unwrap();
    store
        .put_space(&Space {
            id: space,
            name: "Biology".into(),
            account: Some(account),
            site: Some(SiteKind::Canvas),
            remote: Some(RemoteId::from(101)),
            read_only: None,
            last_synced_at: None,
            time_zone: None,
        })
        .await
        .unwrap();
    let picture = store.keep_attachment(space, "/courses/101/files/0/preview", "image/png", b"a heron").await.unwrap();
    let mut ids = Vec::new();
    while ids.len() < count {
        let some: Vec<NewEntity> = (ids.len()..count.min(ids.len() + 500))
            .map(|number| {
                let body = format!("<p><img src=\"/courses/101/files/{number}/preview\"></p>{}", texts.html(bytes));
                NewEntity { space, kind: Kind::Page, parent: None, content: Content::new(texts.title(), body) }
            })
            .collect();
        for number in ids.len()..ids.len() + some.len() {
            store.name_attachment(space, &format!("/courses/101/files/{number}/preview"), &picture).await.unwrap();
        }
        ids.extend(store.create_all(&some, at()).await.unwrap());
        while store.index_pending(500).await.unwrap().left > 0 {}
    }
    ids
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let (count, bytes) = (number("LECTERN_BENCH", 10_000), number("LECTERN_BENCH_BYTES", 8192));
    let folder = TempDir::new().unwrap();
    let mut texts = Texts::new(7);
    let store = open(folder.path()).await;
    let ids = course(&store, &mut texts, MEASURED, bytes).await;
    for _ in 0..MEASURED {
        store.save(ids[0], &Content::new("Saved", texts.html(bytes)), None, "save", at()).await.unwrap();
    }
    store.close().await;
    drop(store);
    let before = measured(folder.path(), &ids, &mut texts).await;

    let started = Instant::now();
    let store = open(folder.path()).await;
    course(&store, &mut texts, count.saturating_sub(MEASURED), bytes).await;
    store.close().await;
    drop(store);
    println!("  {count} documents of {bytes} bytes stored and indexed in {}", shown(started.elapsed()));
    println!("{:<58} {:>10} {:>10} {:>8}", "", "ours", "at 1,000", "");
    let after = measured(folder.path(), &ids, &mut texts).await;
    row(&format!("open a document in the application: at {count}"), after.opened, before.opened, 1.5);
    row(&format!("save a document in the application: at {count}"), after.saved, before.saved, 1.5);
    within("list 1,000 versions", after.listed, Duration::from_millis(100));
    // Ranking costs in proportion to what is found.
    within(&format!("search and show 20 documents: at {count}"), after.searched, Duration::from_millis(50));
}

/// The median of each.
struct Measured {
    opened: Duration,
    saved: Duration,
    searched: Duration,
    listed: Duration,
}

async fn measured(folder: &Path, ids: &[EntityId], texts: &mut Texts) -> Measured {
    let app = App::open(folder, Arc::new(|_| {})).await.unwrap();
    let opened = times(300, async |at| drop(app.document(&ids[at].to_string()).await.unwrap())).await;
    let saved = times(100, async |at| {
        let edit = EditDto { body: Some(texts.html(1000)), ..EditDto::default() };
        app.document_save(&ids[at].to_string(), edit).await.unwrap();
    })
    .await;
    app.index_whole().await.unwrap();
    let words: Vec<String> = (0..40).map(|_| format!("{} ", texts.ranked(300, 900))).collect();
    let searched = times(words.len(), async |at| {
        let asked = SearchDto { text: words[at].clone(), limit: Some(20), ..SearchDto::default() };
        drop(app.search(asked).await.unwrap());
    })
    .await;
    let listed = times(20, async |_| drop(app.history(&ids[0].to_string()).await.unwrap())).await;
    app.close().await;
    Measured { opened: opened.at(50), saved: saved.at(50), searched: searched.at(50), listed: listed.at(50) }
}
