//! Full text over titles and bodies.

use domain::{Content, EntityId, FieldValue, Kind, SpaceId, field};
use store::{NewEntity, SearchQuery, Store};

use crate::support::{Folder, at, local_space, page};

fn query(text: &str) -> SearchQuery {
    SearchQuery { text: text.to_owned(), limit: 20, ..SearchQuery::default() }
}

async fn found(store: &Store, query: &SearchQuery) -> Vec<EntityId> {
    store.search(query).await.unwrap().into_iter().map(|hit| hit.entity).collect()
}

async fn topic(store: &Store, space: SpaceId, title: &str, body: &str) -> EntityId {
    let new = NewEntity { space, kind: Kind::Topic, parent: None, content: Content::new(title, body) };
    store.create(&new, at(0)).await.unwrap()
}

async fn index(store: &Store) {
    while store.index_pending(2).await.unwrap().left > 0 {}
}

#[tokio::test]
async fn words_are_found_as_a_reader_sees_them() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let html = page(&store, space, "Gezeiten", "<p>Die <b>Ebbe</b> &amp; die Flöte</p><script>secret()</script>").await;
    let markdown = topic(&store, space, "Tide pools", "A **crab** lives [here](https://hidden.example/x).").await;
    index(&store).await;
    for (text, expected) in [
        ("ebbe", vec![html]),
        ("flote", vec![html]),
        ("FLÖTE", vec![html]),
        ("gezeit", vec![html]),
        ("gezeit ", vec![]),
        ("\"lives here\"", vec![markdown]),
        ("\"here lives\"", vec![]),
        ("crab ebbe", vec![]),
        ("die -crab", vec![html]),
        ("secret", vec![]),
        ("hidden", vec![]),
        ("strong", vec![]),
        ("p", vec![markdown]),
        ("s0193", vec![]),
        ("kpage", vec![]),
    ] {
        assert_eq!(found(&store, &query(text)).await, expected, "{text}");
    }
}

#[tokio::test]
async fn a_title_counts_more_and_what_was_found_is_marked() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let filler = "words that fill the page ".repeat(60);
    let body = page(&store, space, "Week 1", &format!("<p>{filler}</p><p>The Flöte plays.</p><p>{filler}</p>")).await;
    let title = page(&store, space, "Flöte", &format!("<p>{filler}</p>")).await;
    index(&store).await;
    let hits = store.search(&query("flote")).await.unwrap();
    assert_eq!(hits.iter().map(|hit| hit.entity).collect::<Vec<_>>(), [title, body]);
    assert_eq!(hits[0].title.pieces().collect::<Vec<_>>(), [("Flöte", true)]);
    let marked: Vec<_> = hits[1].snippet.pieces().filter(|(_, hit)| *hit).collect();
    assert_eq!(marked, [("Flöte", true)], "{:?}", hits[1].snippet);
    assert!(hits[1].snippet.text.len() < 300, "a passage, not the page");
}

#[tokio::test]
async fn filters_narrow() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (one, two) = (local_space(&store).await, local_space(&store).await);
    let draft = Content::new("Tide a", "tide").with(field::PUBLISHED, FieldValue::Flag(false));
    let new = NewEntity { space: one, kind: Kind::Page, parent: None, content: draft };
    let unpublished = store.create(&new, at(0)).await.unwrap();
    let plain = page(&store, one, "Tide b", "tide").await;
    let late = page(&store, two, "Tide c", "old").await;
    let other_kind = topic(&store, one, "Tide d", "tide").await;
    store.save(late, &Content::new("Tide c", "tide"), None, "save", at(9)).await.unwrap();
    index(&store).await;
    let all = query("tide");
    let mut everything = found(&store, &all).await;
    everything.sort();
    assert_eq!(everything, [unpublished, plain, late, other_kind]);
    let cases = [
        (SearchQuery { space: Some(two), ..all.clone() }, vec![late]),
        (SearchQuery { kinds: vec![Kind::Topic, Kind::Post], ..all.clone() }, vec![other_kind]),
        (SearchQuery { changed_since: Some(at(5)), ..all.clone() }, vec![late]),
        (SearchQuery { unpublished: true, ..all.clone() }, vec![unpublished]),
        (SearchQuery { conflict: true, ..all.clone() }, vec![]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&store, &query).await, expected, "{query:?}");
    }
    assert_eq!(found(&store, &SearchQuery { limit: 2, ..all }).await.len(), 2);
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn what_has_a_conflict_can_be_searched_alone() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = crate::support::course(&store).await;
    let (id, row) = crate::conflicts::conflicting(&store, account, space).await;
    page(&store, space, "Week 1 too", "<p>mine</p>").await;
    store.put_conflict(row).await.unwrap();
    index(&store).await;
    assert_eq!(found(&store, &query("week")).await.len(), 2);
    assert_eq!(found(&store, &SearchQuery { conflict: true, ..query("week") }).await, [id]);
}

#[tokio::test]
async fn the_index_follows_edits_deletes_restores_and_removals() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "first words").await;
    index(&store).await;
    assert_eq!(found(&store, &query("first")).await, [id]);
    store.save(id, &Content::new("Title", "second words"), None, "save", at(1)).await.unwrap();
    assert_eq!(store.index_pending(10).await.unwrap(), store::IndexProgress { done: 1, left: 0 });
    assert_eq!(store.index_pending(10).await.unwrap().done, 0, "nothing is left to do");
    assert!(found(&store, &query("first")).await.is_empty());
    assert_eq!(found(&store, &query("second")).await, [id]);
    store.delete(id, at(2)).await.unwrap();
    index(&store).await;
    assert!(found(&store, &query("second")).await.is_empty());
    store.save(id, &Content::new("Title", "second words"), None, "restore", at(3)).await.unwrap();
    index(&store).await;
    assert_eq!(found(&store, &query("second")).await, [id]);
    store.mark_opened(id, at(4)).await.unwrap();
    assert_eq!(store.index_pending(10).await.unwrap().done, 0, "opening a document is no work for the index");
    store.remove_space(space).await.unwrap();
    index(&store).await;
    assert!(found(&store, &query("second")).await.is_empty());
}

#[tokio::test]
async fn many_hits_are_answered_titles_first_then_the_newest() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let title = page(&store, space, "Common", "text").await;
    let rare = topic(&store, space, "Week", "common").await;
    let best = page(&store, space, "Often", "common common common").await;
    for number in 0..8 {
        page(&store, space, &number.to_string(), "common, and some other words").await;
    }
    let newest = page(&store, space, "Newest", "common, and some other words").await;
    while store.index_pending(500).await.unwrap().left > 0 {}
    let few = SearchQuery { limit: 5, ..query("common") };
    let hits = found(&store, &few).await;
    assert_eq!((hits.len(), hits[0], hits[1]), (5, title, best), "few are ranked");
    let hits = found(&store, &SearchQuery { ranked: Some(3), ..few }).await;
    assert_eq!((hits.len(), hits[0], hits[1]), (5, title, newest), "many are not");
    for ranked in [None, Some(3)] {
        let narrowed = SearchQuery { kinds: vec![Kind::Topic], ranked, ..query("common") };
        assert_eq!(found(&store, &narrowed).await, [rare]);
    }
}

#[tokio::test]
async fn a_rebuilt_index_finds_the_same() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "words").await;
    index(&store).await;
    store.rebuild_index().await.unwrap();
    assert!(found(&store, &query("words")).await.is_empty());
    index(&store).await;
    assert_eq!(found(&store, &query("words")).await, [id]);
    store.save(id, &Content::new("Title", "others"), None, "save", at(1)).await.unwrap();
    index(&store).await;
    assert!(found(&store, &query("words")).await.is_empty());
}

#[tokio::test]
async fn the_index_keeps_up_in_the_background_and_stops_when_told() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let indexing = store.keep_indexed();
    let id = page(&store, space, "Title", "background").await;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while found(&store, &query("background")).await != [id] {
        assert!(std::time::Instant::now() < until, "it was never indexed");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    drop(indexing);
    store.close().await;
    drop(store);
    tokio::task::yield_now().await;
    folder.open().await;
}

#[tokio::test]
async fn what_two_index_at_once_is_in_the_index() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let mut ids = Vec::new();
    for at in 0..8 {
        ids.push(page(&store, space, &format!("Page {at}"), "<p>a heron</p>").await);
    }
    for _ in 0..5 {
        let (one, other) = tokio::join!(store.index_pending(100), store.index_pending(100));
        assert_eq!((one.unwrap().left, other.unwrap().left), (0, 0));
        let mut there = found(&store, &query("heron")).await;
        there.sort();
        assert_eq!(there, ids);
        for id in &ids {
            let body = store.get(*id).await.unwrap().content.body + "<p>and one more</p>";
            let title = store.get(*id).await.unwrap().content.title;
            store.save(*id, &Content::new(title, body), None, "save", at(1)).await.unwrap();
        }
    }
}
