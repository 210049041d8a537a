//! Which links lead to where something was before, and which are left alone.

use domain::links::{Address, Target};
use domain::{AccountId, EntityId, Kind, RemoteObject, SpaceId};
use store::{Applied, Store};

use crate::support::{Folder, at, course, news, object};

fn at_slug(id: i64, slug: &str, body: &str) -> RemoteObject {
    let mut object = object(Kind::Page, id, body);
    object.content.title = format!("Page {id}");
    object.facts.insert("slug".to_owned(), slug.to_owned());
    object
}

async fn pull(
    store: &Store,
    (account, space): (AccountId, SpaceId),
    entity: Option<EntityId>,
    object: RemoteObject,
) -> EntityId {
    match store.apply_pull(store::PullApply { entity, ..news(account, space, object) }).await.unwrap() {
        Applied::Done(entity, _) => entity,
        Applied::Raced => panic!("nobody races"),
    }
}

/// What is stale, as source, old and new slug.
async fn stale(store: &Store, account: AccountId) -> Vec<(EntityId, String, String)> {
    let slug = |address: Address| match address.target {
        Target::Page(slug) => slug,
        other => format!("{other:?}"),
    };
    let found = store.stale_links(account).await.unwrap();
    found.into_iter().map(|link| (link.source, slug(link.from), slug(link.to))).collect()
}

#[tokio::test]
async fn a_link_is_stale_while_its_old_address_leads_to_nothing_and_until_it_was_followed() {
    let folder = Folder::new();
    let store = folder.open().await;
    let here = course(&store).await;
    let body = "<a href=\"/courses/101/pages/a\">a</a>";
    let target = pull(&store, here, None, at_slug(1, "a", "x")).await;
    let source = pull(&store, here, None, at_slug(2, "source", body)).await;
    // The course of another account is not meant, whatever its texts say.
    let elsewhere = course(&store).await;
    pull(&store, elsewhere, None, at_slug(2, "source", body)).await;
    assert_eq!(store.linked_from(here.0, target).await.unwrap(), 1);
    assert_eq!(stale(&store, here.0).await, []);

    pull(&store, here, Some(target), at_slug(1, "b", "x")).await;
    let led = |from: &str, to: &str| vec![(source, from.to_owned(), to.to_owned())];
    assert_eq!(stale(&store, here.0).await, led("a", "b"));
    assert_eq!(
        store.page_by_slug(here.0, here.1, "a").await.unwrap(),
        Some(target),
        "the old address still leads here"
    );
    pull(&store, here, Some(target), at_slug(1, "c", "x")).await;
    assert_eq!(stale(&store, here.0).await, led("a", "c"));

    // Another page takes the address over: the site leads the link there.
    let other = pull(&store, here, None, at_slug(3, "a", "x")).await;
    assert_eq!(stale(&store, here.0).await, []);
    assert_eq!(store.page_by_slug(here.0, here.1, "a").await.unwrap(), Some(other));
    // And gives it up again: two had it, and nobody knows which of them was meant.
    pull(&store, here, Some(other), at_slug(3, "d", "x")).await;
    assert_eq!(stale(&store, here.0).await, []);
    assert_eq!(store.page_by_slug(here.0, here.1, "a").await.unwrap(), None);

    // One of them is deleted.
    store.delete(other, at(2)).await.unwrap();
    assert_eq!(stale(&store, here.0).await, led("a", "c"));
    let links = store.stale_links(here.0).await.unwrap();
    let read = store.get(source).await.unwrap();
    let raced = store.follow_links(&links, &read.content, read.counter + 1, at(3)).await;
    assert!(matches!(raced, Err(store::Error::Raced)));
    let mut content = read.content.clone();
    content.body = body.replace("/a\"", "/c\"");
    assert!(store.follow_links(&links, &content, read.counter, at(3)).await.unwrap().is_some());
    assert_eq!(stale(&store, here.0).await, []);
    assert_eq!(store.followed(source, here.0).await.unwrap().len(), 1);
    // Said again, it stays; anew only when the address was the page's again.
    store.save(source, &read.content, None, "undo", at(4)).await.unwrap();
    assert_eq!(stale(&store, here.0).await, []);
    pull(&store, here, Some(target), at_slug(1, "a", "x")).await;
    assert_eq!(stale(&store, here.0).await, []);
    pull(&store, here, Some(target), at_slug(1, "b", "x")).await;
    assert_eq!(stale(&store, here.0).await, led("a", "b"));
    // A locked text is told once and asked about again.
    store.hold_links(&store.stale_links(here.0).await.unwrap()).await.unwrap();
    assert!(store.stale_links(here.0).await.unwrap()[0].told);
    store.close().await;
}
