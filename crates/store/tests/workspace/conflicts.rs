use domain::reconcile::merge_contents;
use domain::{AccountId, Causality, Content, EntityId, Format, Kind, Replica, SpaceId};
use store::{ConflictRow, ConflictSort, Store};

use crate::support::{Folder, at, course, object, pulled};

pub(crate) async fn conflicting(store: &Store, account: AccountId, space: SpaceId) -> (EntityId, ConflictRow) {
    let id = pulled(store, account, space, 5, "<p>base</p>").await;
    let mine = Content::new("Week 1", "<p>mine</p>");
    store.save(id, &mine, None, "save", at(2)).await.unwrap();
    let theirs = object(Kind::Page, 5, "<p>theirs</p>");
    let mapping = store.mapping(id, account).await.unwrap().unwrap();
    let row = ConflictRow {
        entity: id,
        account,
        sort: ConflictSort::EditedBoth,
        merged: Some(merge_contents(Format::Html, &mapping.base.content, &mine, &theirs.content)),
        base: Some(mapping.base.content),
        mine: Some(mine),
        theirs: Some(theirs),
        remote_vector: mapping.remote_vector.bumped(Replica::Account(account)),
        overwritten: false,
        parties: Vec::new(),
        since: at(3),
    };
    (id, row)
}

#[tokio::test]
async fn a_conflict_is_kept_whole_and_keeps_its_age() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let (id, row) = conflicting(&store, account, space).await;
    store.put_conflict(row.clone()).await.unwrap();
    store.put_conflict(ConflictRow { since: at(30), ..row.clone() }).await.unwrap();
    drop(store);
    let store = folder.open().await;
    assert_eq!(store.conflict(id).await.unwrap(), Some(row.clone()));
    assert_eq!(store.conflicts().await.unwrap(), [row]);
    assert!(store.outbox().await.unwrap()[0].conflict);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.conflicts, counts.to_send), (1, 0));
    let kept: Vec<_> = store.revisions(id).await.unwrap().into_iter().map(|kept| kept.content.body).collect();
    assert!(kept.contains(&"<p>theirs</p>".to_owned()), "{kept:?}");
}

#[tokio::test]
async fn mine_is_one_edit_ahead_of_what_the_site_has() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let (id, row) = conflicting(&store, account, space).await;
    store.put_conflict(row.clone()).await.unwrap();
    let (mine, theirs) = (row.mine.unwrap(), row.theirs.unwrap().content);
    store.settle_conflict(id, &mine, &theirs.hash(), true, at(6)).await.unwrap();
    assert_eq!(store.conflict(id).await.unwrap(), None);
    let mapping = store.mapping(id, account).await.unwrap().unwrap();
    assert_eq!(mapping.base.content, theirs);
    assert_eq!(store.vector(id).await.unwrap().compare(&mapping.remote_vector), Causality::After);
    let not_chosen: Vec<_> = store
        .revisions(id)
        .await
        .unwrap()
        .into_iter()
        .filter(|kept| kept.not_chosen)
        .map(|kept| kept.content)
        .collect();
    assert_eq!(not_chosen, [theirs]);
    assert_eq!(store.outbox().await.unwrap().len(), 1);
}

#[tokio::test]
async fn theirs_leaves_nothing_to_send_and_keeps_mine_in_the_history() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let (id, row) = conflicting(&store, account, space).await;
    store.put_conflict(row.clone()).await.unwrap();
    let theirs = row.theirs.unwrap().content;
    store.settle_conflict(id, &theirs, &theirs.hash(), false, at(6)).await.unwrap();
    assert_eq!(store.get(id).await.unwrap().content, theirs);
    assert!(store.outbox().await.unwrap().is_empty());
    let not_chosen: Vec<_> = store
        .revisions(id)
        .await
        .unwrap()
        .into_iter()
        .filter(|kept| kept.not_chosen)
        .map(|kept| kept.content)
        .collect();
    assert_eq!(not_chosen, [row.mine.unwrap()]);
}

#[tokio::test]
async fn of_two_answers_at_once_one_settles_and_the_other_changes_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let (id, row) = conflicting(&store, account, space).await;
    store.put_conflict(row.clone()).await.unwrap();
    let (mine, theirs) = (row.mine.unwrap(), row.theirs.unwrap().content);
    let hash = theirs.hash();
    let (one, other) = tokio::join!(
        store.settle_conflict(id, &mine, &hash, true, at(6)),
        store.settle_conflict(id, &theirs, &hash, false, at(6)),
    );
    let chosen = if one.is_ok() { &mine } else { &theirs };
    let [settled, refused] = if one.is_ok() { [one, other] } else { [other, one] };
    settled.unwrap();
    assert!(matches!(refused, Err(store::Error::NotFound(_))), "{refused:?}");
    let state = async || {
        let (entity, vector) = (store.get(id).await.unwrap(), store.vector(id).await.unwrap());
        (entity, vector, store.revisions(id).await.unwrap(), store.outbox().await.unwrap())
    };
    let before = state().await;
    assert_eq!(before.0.content, *chosen);
    let again = store.settle_conflict(id, &theirs, &hash, false, at(7)).await;
    assert!(matches!(again, Err(store::Error::NotFound(_))), "{again:?}");
    assert_eq!(state().await, before);
}

#[tokio::test]
async fn a_conflict_that_both_sides_outgrew_ends_but_an_overwritten_text_is_asked_about() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let (id, row) = conflicting(&store, account, space).await;
    store.put_conflict(ConflictRow { overwritten: true, ..row.clone() }).await.unwrap();
    store.end_conflict(id).await.unwrap();
    assert!(store.conflict(id).await.unwrap().is_some());
    store.put_conflict(row).await.unwrap();
    store.end_conflict(id).await.unwrap();
    assert_eq!(store.conflict(id).await.unwrap(), None);
}

#[tokio::test]
async fn an_unmapped_document_is_new_again() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let (id, row) = conflicting(&store, account, space).await;
    store.put_conflict(row).await.unwrap();
    store.unmap(id, at(6)).await.unwrap();
    assert_eq!(store.conflict(id).await.unwrap(), None);
    assert_eq!(store.unmapped(space).await.unwrap(), [id]);
    assert_eq!(store.outbox().await.unwrap()[0].change, store::UnsentChange::New);
    assert_eq!(store.mapping(id, account).await.unwrap(), None);
}
