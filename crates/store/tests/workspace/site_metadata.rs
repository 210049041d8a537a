//! What redb keeps for a sync: notes about sites, and badges of trees.

use domain::{AccountId, Content};
use store::{Badges, Budget, ClockOffset, Validator};

use crate::support::{Folder, at, course, page, pulled};

#[tokio::test]
async fn notes_about_a_site_are_kept_by_account_and_go_with_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (one, two) = (AccountId::new(store.seed()), AccountId::new(store.seed()));
    let validator = Validator { etag: "W/\"1\"".to_owned(), at: at(1) };
    let clock = ClockOffset { millis: -1500, unsure_millis: 600, at: at(1) };
    let budget = Budget { left: 599.5, most: Some(700.0), wait_until: None, at: at(1) };
    for account in [one, two] {
        store.set_cursor(account, "posts", "17").await.unwrap();
        store.set_validators(account, &[("/pages", validator.clone()), ("/pages/2", validator.clone())]).await.unwrap();
        store.set_clock_offset(account, clock).unwrap();
        store.set_budget(account, "requests", budget).unwrap();
    }
    store.close().await;
    drop(store);
    let store = folder.open().await;
    store.forget_site(two).unwrap();
    assert_eq!(store.cursor(one, "posts").unwrap().as_deref(), Some("17"));
    assert_eq!(store.validator(one, "/pages/2").unwrap(), Some(validator));
    assert_eq!(store.clock_offset(one).unwrap(), Some(clock));
    assert_eq!(store.budget(one, "requests").unwrap(), Some(budget));
    assert_eq!(store.budget(one, "edits").unwrap(), None);
    assert_eq!((store.cursor(two, "posts").unwrap(), store.clock_offset(two).unwrap()), (None, None));
}

#[tokio::test]
async fn an_unfinished_transfer_is_there_until_it_is_removed() {
    let folder = Folder::new();
    let store = folder.open().await;
    store.set_scratch("upload/5", Some(b"session")).unwrap();
    drop(store);
    let store = folder.open().await;
    assert_eq!(store.scratch("upload/5").unwrap().as_deref(), Some(&b"session"[..]));
    store.set_scratch("upload/5", None).unwrap();
    assert_eq!(store.scratch("upload/5").unwrap(), None);
}

#[tokio::test]
async fn badges_say_what_the_tables_say_after_every_write() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    let other = pulled(&store, account, space, 6, "two").await;
    assert!(store.badges(space).await.unwrap().is_empty());
    let saved = store.save(id, &Content::new("Week 1", "mine"), None, "save", at(2)).await.unwrap();
    let unsent = Badges { unsent: true, ..Badges::default() };
    for _ in 0..2 {
        assert_eq!(store.badges(space).await.unwrap().into_iter().collect::<Vec<_>>(), [(id, unsent)]);
    }
    store.park(id, saved.counter, "Refused.", at(3)).await.unwrap();
    let new = page(&store, space, "New", "text").await;
    let badges = store.badges(space).await.unwrap();
    assert_eq!((badges[&id], badges[&new]), (Badges { parked: true, ..unsent }, unsent));
    store.discard(id, at(4)).await.unwrap();
    let badges = store.badges(space).await.unwrap();
    assert!(!badges.contains_key(&id) && !badges.contains_key(&other));
}

#[tokio::test]
async fn badges_that_nothing_changed_are_read_without_sqlite() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.save(id, &Content::new("Week 1", "mine"), None, "save", at(2)).await.unwrap();
    for _ in 0..3 {
        assert!(store.badges(space).await.unwrap()[&id].unsent);
    }
    let stats = store.stats().await.unwrap();
    let asked = stats.operations.iter().find(|operation| operation.name == "badges from tables").unwrap();
    assert_eq!(asked.count, 1);
}
