//! History as a list, and what a compaction keeps.

use std::time::Instant;

use chrono::{DateTime, Duration, TimeZone, Utc};
use domain::Content;
use store::Retention;

use crate::support::{Folder, at, history, local_space, page};

fn on(day: i64, hour: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap() + Duration::days(day) + Duration::hours(hour)
}

#[tokio::test]
async fn a_list_of_a_thousand_versions_comes_at_once() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "").await;
    let body = "<p>words of a page</p>".repeat(372);
    for number in 0..1000 {
        store.save(id, &Content::new(number.to_string(), &body), None, "save", at(1)).await.unwrap();
    }
    // The best of some: what else the machine does meanwhile is not what is measured.
    let mut took = std::time::Duration::MAX;
    let mut versions = Vec::new();
    for _ in 0..10 {
        let started = Instant::now();
        versions = store.versions(id).await.unwrap();
        took = took.min(started.elapsed());
    }
    assert_eq!(versions.len(), 1001);
    assert_eq!((versions[0].title.as_str(), versions[0].bytes, versions[0].cause.as_str()), ("999", 8184, "save"));
    assert!(took.as_millis() < 100, "{took:?}");
}

#[tokio::test]
async fn a_compaction_keeps_first_and_last_of_each_day_and_every_side_that_lost() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "made").await;
    for day in 0..3 {
        for hour in 8..12 {
            let body = format!("day {day}, {hour}");
            store.save(id, &Content::new("Title", body), None, "save", on(day, hour)).await.unwrap();
        }
    }
    store.set_retention(Retention { every_version_days: Some(1) }).await.unwrap();
    assert_eq!(store.retention().await.unwrap().every_version_days, Some(1));
    let removed = store.compact_history(on(3, 0), 0).await.unwrap().removed;
    let kept: Vec<_> = history(&store, id).await.into_iter().map(|(_, body)| body).collect();
    assert_eq!(
        kept,
        [
            "day 2, 11",
            "day 2, 10",
            "day 2, 9",
            "day 2, 8", // newer than the retention
            "day 1, 11",
            "day 1, 8",
            "day 0, 11",
            "day 0, 8",
            "made",
        ]
    );
    assert_eq!(removed, 4);
    assert_eq!(store.compact_history(on(3, 0), 0).await.unwrap().removed, 0);
}

#[tokio::test]
async fn a_day_is_the_persons_day() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "made").await;
    // 22:00, 23:00 and 01:00, 02:00 UTC: two days in London, one evening in New York.
    for hour in [22, 23, 25, 26] {
        store.save(id, &Content::new("Title", hour.to_string()), None, "save", on(100, hour)).await.unwrap();
    }
    store.set_retention(Retention { every_version_days: Some(1) }).await.unwrap();
    assert_eq!(store.compact_history(on(110, 0), 0).await.unwrap().removed, 0);
    assert_eq!(store.compact_history(on(110, 0), -300).await.unwrap().removed, 2);
}

#[tokio::test]
async fn kept_for_ever_means_that() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "made").await;
    for hour in 1..9 {
        store.save(id, &Content::new("Title", hour.to_string()), None, "save", on(0, hour)).await.unwrap();
    }
    store.set_retention(Retention { every_version_days: None }).await.unwrap();
    assert_eq!(store.compact_history(on(9000, 0), 0).await.unwrap().removed, 0);
    assert_eq!(store.versions(id).await.unwrap().len(), 9);
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn no_side_of_a_conflict_is_thinned_out() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = crate::support::course(&store).await;
    let (id, row) = crate::conflicts::conflicting(&store, account, space).await;
    store.put_conflict(row.clone()).await.unwrap();
    for hour in 3..6 {
        store.save(id, &Content::new("Week 1", hour.to_string()), None, "save", at(hour)).await.unwrap();
    }
    let mine = Some(store.get(id).await.unwrap().content);
    store.put_conflict(store::ConflictRow { mine, ..row.clone() }).await.unwrap();
    let theirs = row.theirs.unwrap().content;
    store.settle_conflict(id, &theirs, &theirs.hash(), false, at(20)).await.unwrap();
    store.save(id, &Content::new("Week 1", "much later"), None, "save", on(400, 0)).await.unwrap();
    store.compact_history(on(800, 0), 0).await.unwrap();
    let kept: Vec<_> = history(&store, id).await.into_iter().map(|(_, body)| body).collect();
    for side in ["<p>theirs</p>", "5"] {
        assert!(kept.iter().any(|body| body == side), "{side} in {kept:?}");
    }
    assert!(!kept.iter().any(|body| body == "3"), "or nothing was thinned out: {kept:?}");
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn a_choice_that_does_not_fit_with_what_was_typed_since_is_refused_and_changes_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = crate::support::course(&store).await;
    let (id, row) = crate::conflicts::conflicting(&store, account, space).await;
    store.put_conflict(row.clone()).await.unwrap();
    store.save(id, &Content::new("Week 1", "typed since"), None, "save", at(3)).await.unwrap();
    let theirs = row.theirs.unwrap().content;
    let settled = store.settle_conflict(id, &theirs, &theirs.hash(), false, at(20)).await;
    assert!(matches!(settled, Err(store::Error::Raced)), "{settled:?}");
    assert_eq!(store.get(id).await.unwrap().content.body, "typed since");
    assert!(store.conflict(id).await.unwrap().is_some());
}
