use domain::{Content, FieldValue, Kind, field};
use store::{Error, NewEntity};

use crate::support::{Folder, at, history, local_space, page};

#[tokio::test]
async fn a_save_keeps_what_it_replaces_and_raises_the_counter() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "one").await;
    let content = Content::new("Title", "two").with(field::PUBLISHED, FieldValue::Flag(true));
    let saved = store.save(id, &content, Some(1), "save", at(1)).await.unwrap();
    assert_eq!((saved.counter, saved.changed), (2, true));
    assert_eq!(store.get(id).await.unwrap().content, content);
    let replaced = store.revision(saved.replaced.unwrap()).await.unwrap();
    assert_eq!((replaced.content.body.as_str(), replaced.origin.as_str()), ("one", "you"));
}

#[tokio::test]
async fn the_history_is_one_chain_newest_first_although_all_happened_in_one_millisecond() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "0").await;
    for number in 1..40 {
        store.save(id, &Content::new("Title", number.to_string()), None, "save", at(1)).await.unwrap();
    }
    let bodies: Vec<String> = history(&store, id).await.into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies, (0..40).rev().map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn saving_the_same_content_is_no_edit() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "one").await;
    let before = store.get(id).await.unwrap();
    let saved = store.save(id, &before.content, Some(1), "save", at(5)).await.unwrap();
    assert_eq!((saved.counter, saved.changed, saved.replaced), (1, false, None));
    assert_eq!(store.get(id).await.unwrap(), before);
    assert_eq!(history(&store, id).await.len(), 1);
}

#[tokio::test]
async fn a_save_on_an_older_counter_is_refused_and_writes_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "one").await;
    store.save(id, &Content::new("Title", "two"), Some(1), "save", at(1)).await.unwrap();
    let refused = store.save(id, &Content::new("Title", "three"), Some(1), "save", at(2)).await;
    assert!(matches!(refused, Err(Error::Raced)));
    assert_eq!(store.get(id).await.unwrap().content.body, "two");
}

#[tokio::test]
async fn a_deleted_document_keeps_its_text_and_saving_brings_it_back() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "one").await;
    store.delete(id, at(1)).await.unwrap();
    let deleted = store.get(id).await.unwrap();
    assert_eq!((deleted.deleted_at, deleted.content.body.as_str(), deleted.counter), (Some(at(1)), "one", 2));
    assert!(store.list(space).await.unwrap()[0].deleted);
    assert!(store.save(id, &deleted.content, None, "restore", at(2)).await.unwrap().changed);
    assert_eq!(store.get(id).await.unwrap().deleted_at, None);
}

#[tokio::test]
async fn a_list_is_in_order_and_knows_what_a_tree_shows() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let module = store
        .create(&NewEntity { space, kind: Kind::Module, parent: None, content: Content::new("Module", "") }, at(0))
        .await
        .unwrap();
    for (title, position) in [("second", 2), ("first", 1)] {
        let content = Content::new(title, "")
            .with(field::POSITION, FieldValue::Number(position))
            .with(field::PUBLISHED, FieldValue::Flag(position == 1));
        let new = NewEntity { space, kind: Kind::ModuleItem, parent: Some(module), content };
        store.create(&new, at(0)).await.unwrap();
    }
    let rows = store.list(space).await.unwrap();
    let seen: Vec<_> = rows.iter().map(|row| (row.title.as_str(), row.position, row.published, row.parent)).collect();
    assert_eq!(
        seen,
        [
            ("first", Some(1), Some(true), Some(module)),
            ("second", Some(2), Some(false), Some(module)),
            ("Module", None, None, None)
        ]
    );
    let children: Vec<_> = store.children(module).await.unwrap().into_iter().map(|child| child.content.title).collect();
    assert_eq!(children, ["first", "second"]);
}

#[tokio::test]
async fn opening_a_document_is_noted_and_is_no_edit() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let id = page(&store, space, "Title", "one").await;
    store.mark_opened(id, at(3)).await.unwrap();
    let entity = store.get(id).await.unwrap();
    assert_eq!((entity.opened_at, entity.counter, entity.updated_at), (Some(at(3)), 1, at(0)));
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let folder = Folder::new();
    let store = folder.open().await;
    let nowhere = domain::EntityId::new(store.seed());
    for refused in [
        store.get(nowhere).await.err(),
        store.save(nowhere, &Content::new("a", "b"), None, "save", at(0)).await.err(),
        store.delete(nowhere, at(0)).await.err(),
    ] {
        assert!(matches!(refused, Some(Error::NotFound("document"))), "{refused:?}");
    }
}

#[tokio::test]
async fn removing_a_space_takes_what_is_in_it_and_nothing_else() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (gone, stays) = (local_space(&store).await, local_space(&store).await);
    let in_gone = page(&store, gone, "Gone", "one").await;
    let in_stays = page(&store, stays, "Stays", "two").await;
    store.remove_space(gone).await.unwrap();
    assert!(matches!(store.get(in_gone).await, Err(Error::NotFound(_))));
    assert_eq!(store.get(in_stays).await.unwrap().content.title, "Stays");
    assert!(matches!(store.space(gone).await, Err(Error::NotFound("space"))));
}

#[tokio::test]
async fn many_documents_are_made_at_once_or_not_at_all() {
    let folder = Folder::new();
    let store = folder.open().await;
    let space = local_space(&store).await;
    let new =
        |space, title: &str| NewEntity { space, kind: Kind::Page, parent: None, content: Content::new(title, "text") };
    let ids = store.create_all(&[new(space, "a"), new(space, "b")], at(0)).await.unwrap();
    assert_eq!(store.get(ids[1]).await.unwrap().content.title, "b");
    assert_eq!(history(&store, ids[0]).await, [("create".to_owned(), "text".to_owned())]);
    let nowhere = domain::SpaceId::new(store.seed());
    assert!(store.create_all(&[new(space, "c"), new(nowhere, "d")], at(0)).await.is_err());
    assert_eq!(store.list(space).await.unwrap().len(), 2);
}
