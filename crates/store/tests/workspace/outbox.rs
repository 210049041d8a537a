use domain::Content;
use store::UnsentChange;

use crate::support::{Folder, at, course, local_space, page, pulled};

#[tokio::test]
async fn the_outbox_holds_what_is_new_edited_and_deleted_and_nothing_of_local_spaces() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let local = local_space(&store).await;
    page(&store, local, "Mine alone", "text").await;
    let new = page(&store, space, "New", "text").await;
    let edited = pulled(&store, account, space, 5, "one").await;
    let deleted = pulled(&store, account, space, 6, "two").await;
    pulled(&store, account, space, 7, "untouched").await;
    store.save(edited, &Content::new("Week 1", "mine"), None, "save", at(2)).await.unwrap();
    store.delete(deleted, at(3)).await.unwrap();
    let rows: Vec<_> = store.outbox().await.unwrap().into_iter().map(|row| (row.entity, row.change)).collect();
    assert_eq!(
        rows,
        [(deleted, UnsentChange::Deleted), (edited, UnsentChange::Edited), (new, UnsentChange::New)],
        "newest first"
    );
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.documents, counts.to_send, counts.conflicts, counts.refused), (4, 3, 0, 0));
}

#[tokio::test]
async fn a_discarded_edit_goes_back_to_the_base_and_its_text_stays_in_the_history() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.save(id, &Content::new("Week 1", "mine"), None, "save", at(2)).await.unwrap();
    let discarded = store.discard(id, at(3)).await.unwrap();
    assert_eq!(store.get(id).await.unwrap().content.body, "one");
    assert!(store.outbox().await.unwrap().is_empty());
    assert!(store.mapped(account, space).await.unwrap()[0].is_quiet());
    let kept = store.revision(discarded.replaced.unwrap()).await.unwrap();
    assert_eq!((kept.content.body.as_str(), kept.not_chosen), ("mine", true));
}

#[tokio::test]
async fn a_discarded_delete_brings_the_document_back() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.delete(id, at(2)).await.unwrap();
    store.discard(id, at(3)).await.unwrap();
    assert_eq!(store.get(id).await.unwrap().deleted_at, None);
    assert!(store.outbox().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_discarded_new_document_is_never_sent() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, space) = course(&store).await;
    let id = page(&store, space, "New", "text").await;
    store.discard(id, at(3)).await.unwrap();
    assert!(store.outbox().await.unwrap().is_empty());
    assert!(store.unmapped(space).await.unwrap().is_empty());
    assert_eq!(store.revisions(id).await.unwrap()[0].content.body, "text");
}

#[tokio::test]
async fn what_was_refused_is_shown_with_its_reason_until_it_is_edited() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    let saved = store.save(id, &Content::new("Week 1", "mine"), None, "save", at(2)).await.unwrap();
    store.park(id, saved.counter, "Title is too long.", at(3)).await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.to_send, counts.refused), (0, 1));
    assert_eq!(store.outbox().await.unwrap()[0].refused.as_deref(), Some("Title is too long."));
    store.save(id, &Content::new("Week", "mine"), None, "save", at(4)).await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.to_send, counts.refused), (1, 0));
    assert_eq!(store.parked(id).await.unwrap(), None);
}

#[tokio::test]
async fn a_parked_document_is_tried_again_when_the_person_says_so() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.park(id, 1, "Refused.", at(3)).await.unwrap();
    assert!(store.parked(id).await.unwrap().is_some());
    store.unpark(id).await.unwrap();
    assert!(store.all_parked().await.unwrap().is_empty());
}
