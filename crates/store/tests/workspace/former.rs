//! What was mapped before it went to the trash comes back as what it was.

use domain::{Content, Kind};
use store::{Applied, Arrival};

use crate::support::{Folder, at, course, history, news, object, pulled};

#[tokio::test]
async fn what_comes_out_of_the_trash_is_mapped_again_to_what_it_was() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    let was = store.mapping(id, account).await.unwrap().unwrap();
    let counter = store.get(id).await.unwrap().counter;
    store.delete_here(id, counter, at(2)).await.unwrap();
    assert_eq!(store.former_mapping(id, account).await.unwrap(), Some(was.remote.clone()));
    store.restore(id, at(3)).await.unwrap();
    store.map_again(id, account).await.unwrap();
    assert_eq!(store.mapping(id, account).await.unwrap(), Some(was));
    assert_eq!(store.former_mapping(id, account).await.unwrap(), None, "it is mapped, and was not before");
}

#[tokio::test]
async fn what_another_stands_for_by_now_is_mapped_to_by_nothing_else() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    let counter = store.get(id).await.unwrap().counter;
    store.delete_here(id, counter, at(2)).await.unwrap();
    store.restore(id, at(3)).await.unwrap();
    let other = pulled(&store, account, space, 5, "one").await;
    assert_ne!(other, id, "what was brought back here and edited is not written over");
    assert_eq!(store.former_mapping(id, account).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_set_apart_is_not_in_the_trash_and_stands_for_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.set_apart(id, account, "another now", at(2)).await.unwrap();
    assert_eq!(store.former_mapping(id, account).await.unwrap(), None);
}

#[tokio::test]
async fn an_object_that_is_shown_again_takes_its_thing_out_of_the_trash_with_its_history() {
    for early in [false, true] {
        let folder = Folder::new();
        let store = folder.open().await;
        let (account, space) = course(&store).await;
        let id = pulled(&store, account, space, 5, "one").await;
        store.save(id, &Content::new("Week 1", "two"), None, "save", at(2)).await.unwrap();
        store.delete(id, at(3)).await.unwrap();
        store.forget(id, account, at(4)).await.unwrap();
        let counter = store.get(id).await.unwrap().counter;
        let shown = news(account, space, object(Kind::Page, 5, "three"));
        let back = if early {
            let arrival = Arrival {
                space,
                account,
                canonical_hash: shown.canonical_hash,
                vector: shown.remote_vector,
                object: shown.object,
                now: at(5),
            };
            store.take_in(&[arrival]).await.unwrap().remove(0)
        } else {
            match store.apply_pull(shown).await.unwrap() {
                Applied::Done(entity, _) => Some(entity),
                Applied::Raced => None,
            }
        };
        assert_eq!(back, Some(id), "early: {early}");
        let here = store.get(id).await.unwrap();
        assert_eq!((here.deleted_at, here.content.body.as_str()), (None, "three"), "early: {early}");
        assert!(here.counter > counter, "early: {early}: what was decided on the one in the trash is refused");
        let versions: Vec<String> = history(&store, id).await.into_iter().map(|(_, body)| body).collect();
        assert!(
            ["one", "two", "three"].iter().all(|text| versions.iter().any(|version| version == text)),
            "{versions:?}"
        );
        let mapping = store.mapping(id, account).await.unwrap().unwrap();
        assert_eq!(mapping.remote_vector, store.vector(id).await.unwrap(), "early: {early}: both say the same");
        assert!(store.outbox().await.unwrap().is_empty(), "early: {early}");
        assert_eq!(store.list(space).await.unwrap().len(), 1, "early: {early}");
    }
}
