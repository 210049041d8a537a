//! Moving, ordering, the trash.

use domain::{Content, EntityId, FieldValue, Kind, SpaceId, field};
use store::{Error, NewEntity, Store};

use crate::support::{Folder, at, history, local_space, page};

async fn make(store: &Store, space: SpaceId, kind: Kind, parent: Option<EntityId>, title: &str) -> EntityId {
    let new = NewEntity { space, kind, parent, content: Content::new(title, "") };
    store.create(&new, at(0)).await.unwrap()
}

async fn titles(store: &Store, parent: EntityId) -> Vec<String> {
    store.children(parent).await.unwrap().into_iter().map(|child| child.content.title).collect()
}

#[tokio::test]
async fn every_kind_is_made_read_saved_deleted_and_brought_back() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    for kind in Kind::ALL {
        let id = make(&store, space, kind, None, kind.name()).await;
        let content = Content::new("Changed", "text").with(field::PUBLISHED, FieldValue::Flag(true));
        store.save(id, &content, Some(1), "save", at(1)).await.unwrap();
        store.delete(id, at(2)).await.unwrap();
        assert!(store.restore(id, at(3)).await.unwrap().changed);
        assert!(!store.restore(id, at(4)).await.unwrap().changed, "it is there already");
        let entity = store.get(id).await.unwrap();
        assert_eq!((entity.kind, entity.format, &entity.content), (kind, kind.format(), &content));
        assert_eq!((entity.deleted_at, entity.counter), (None, 4));
        assert_eq!(history(&store, id).await[0].0, "restore");
    }
}

#[tokio::test]
async fn items_move_within_and_between_modules_and_back() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let one = make(&store, space, Kind::Module, None, "one").await;
    let two = make(&store, space, Kind::Module, None, "two").await;
    let mut items = Vec::new();
    for title in ["a", "b", "c"] {
        items.push(make(&store, space, Kind::ModuleItem, Some(one), title).await);
    }
    let before = store.reorder(space, Kind::ModuleItem, Some(one), &[items[2], items[0]], at(1)).await.unwrap();
    assert_eq!(titles(&store, one).await, ["c", "a", "b"], "what is not named follows");
    let moved = store.get(items[2]).await.unwrap();
    assert_eq!(moved.content.number(field::POSITION), Some(1), "the site keeps their order: it is content");
    assert_eq!(history(&store, items[2]).await[0].0, "move");
    store.move_under(items[0], Some(two), None, at(2)).await.unwrap();
    assert_eq!(
        (titles(&store, one).await, titles(&store, two).await),
        (vec!["c".into(), "b".into()], vec!["a".into()])
    );
    let back = store.move_under(items[0], Some(one), Some(items[1]), at(3)).await.unwrap();
    assert_eq!(titles(&store, one).await, ["c", "a", "b"]);
    store.put_places(&back, at(4)).await.unwrap();
    assert_eq!(titles(&store, two).await, ["a"], "what a move returns takes it back");
    assert_eq!(before.len(), 3);
    assert!(store.put_places(&[store.place(items[0]).await.unwrap()], at(5)).await.unwrap().is_empty());
}

#[tokio::test]
async fn pages_are_ordered_without_becoming_edits_of_their_text() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let (a, b) = (page(&store, space, "a", "").await, page(&store, space, "b", "").await);
    store.reorder(space, Kind::Page, None, &[b, a], at(1)).await.unwrap();
    let order = |rows: Vec<store::Row>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(order(store.list(space).await.unwrap()), [b, a]);
    assert_eq!(history(&store, a).await.len(), 1);
    store.save(b, &Content::new("b", "text"), None, "save", at(2)).await.unwrap();
    assert_eq!(order(store.list(space).await.unwrap()), [b, a], "a save leaves it where it stands");
}

#[tokio::test]
async fn modules_and_pages_are_two_lists_though_nothing_stands_above_either() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let mut made = Vec::new();
    for (kind, title) in [(Kind::Module, "one"), (Kind::Page, "a"), (Kind::Module, "two"), (Kind::Page, "b")] {
        made.push(make(&store, space, kind, None, title).await);
    }
    let moved = store.move_under(made[2], None, Some(made[0]), at(1)).await.unwrap();
    assert_eq!(moved.len(), 2, "the pages stay where they are");
    assert_eq!(
        (store.place(made[1]).await.unwrap().position, store.place(made[2]).await.unwrap().position),
        (None, Some(1))
    );
    assert_eq!(store.move_under(made[2], None, Some(made[0]), at(2)).await.unwrap(), [], "it stands there already");
}

#[tokio::test]
async fn nothing_stands_inside_itself() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let outer = page(&store, space, "outer", "").await;
    let inner = make(&store, space, Kind::Page, Some(outer), "inner").await;
    for parent in [outer, inner] {
        let refused = store.move_under(outer, Some(parent), None, at(1)).await;
        assert!(matches!(refused, Err(Error::Inside)), "{refused:?}");
    }
    assert_eq!(store.place(outer).await.unwrap().parent, None);
}

#[tokio::test]
async fn a_purge_takes_all_of_it_and_can_be_taken_back() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "one").await;
    store.save(id, &Content::new("Title", "two"), None, "save", at(1)).await.unwrap();
    assert!(matches!(store.purge(id).await, Err(Error::NotFound(_))), "what is not in the trash stays");
    store.delete(id, at(2)).await.unwrap();
    assert_eq!(store.trash().await.unwrap().len(), 1);
    let (entity, before) = (store.get(id).await.unwrap(), store.revisions(id).await.unwrap());
    let purged = store.purge(id).await.unwrap();
    assert!(store.get(id).await.is_err() && store.revisions(id).await.unwrap().is_empty());
    store.put_back(&purged).await.unwrap();
    assert_eq!((store.get(id).await.unwrap(), store.revisions(id).await.unwrap()), (entity, before));
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn what_its_site_still_has_is_not_purged() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = crate::support::course(&store).await;
    let id = crate::support::pulled(&store, account, space, 5, "one").await;
    store.delete(id, at(2)).await.unwrap();
    assert!(matches!(store.purge(id).await, Err(Error::Unsent)));
    assert_eq!(store.outbox().await.unwrap().len(), 1);
}

#[cfg(feature = "sync")]
#[tokio::test]
async fn a_moved_item_waits_to_be_sent() {
    use crate::support::{course, news, object};

    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let mut ids = Vec::new();
    for number in [1, 2] {
        let mut item = object(Kind::ModuleItem, number, "");
        item.content = Content::new(number.to_string(), "").with(field::POSITION, FieldValue::Number(number));
        store.apply_pull(news(account, space, item.clone())).await.unwrap();
        ids.push(store.by_remote(account, &item.remote).await.unwrap().unwrap());
    }
    let before = store.reorder(space, Kind::ModuleItem, None, &[ids[1], ids[0]], at(2)).await.unwrap();
    let unsent = async || store.outbox().await.unwrap().into_iter().map(|unsent| unsent.entity).collect::<Vec<_>>();
    assert_eq!(unsent().await.len(), 1, "of two that change places, one tells it");
    assert_eq!(store.get(ids[0]).await.unwrap().content.number(field::POSITION), Some(2), "the other makes room");
    store.put_places(&before, at(3)).await.unwrap();
    assert_eq!(store.get(ids[0]).await.unwrap().content.number(field::POSITION), Some(1));
    assert_eq!(unsent().await, [], "taken back, there is nothing to send");
}
