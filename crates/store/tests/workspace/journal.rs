use std::collections::BTreeMap;

use domain::{AccountId, Base, Causality, Change, Content, EntityId, Kind, Operation, RunId, SpaceId, Token};
use store::{Confirm, JournalEntry, Store};

use crate::support::{Folder, at, course, object, page, pulled};

async fn intend(
    store: &Store,
    entity: EntityId,
    account: AccountId,
    space: SpaceId,
    operation: Operation,
) -> JournalEntry {
    let local = store.get(entity).await.unwrap();
    let id = store.new_seed_text();
    let entry = JournalEntry {
        run: RunId::new(store.seed()),
        entity,
        account,
        space,
        change: Change { operation, content: local.content, witness: id.clone(), begun_at: at(4) },
        local_vector: store.vector(entity).await.unwrap(),
        counter: local.counter,
        at: at(4),
        home: None,
        id,
    };
    store.journal_intend(&entry).await.unwrap();
    entry
}

fn create() -> Operation {
    Operation::Create { kind: Kind::Page, parent: None }
}

fn update(id: i64, base: &str) -> Operation {
    let base = object(Kind::Page, id, base);
    Operation::Update {
        remote: base.remote.clone(),
        changed: domain::Changed { body: true, ..Default::default() },
        base: Box::new(Base {
            content: base.content,
            returned_body: base.returned_body,
            token: Token(String::new()),
            facts: BTreeMap::new(),
        }),
    }
}

fn confirm(store: &Store, entry: JournalEntry, id: i64, body: &str) -> Confirm {
    let object = object(Kind::Page, id, body);
    Confirm {
        canonical_hash: object.content.hash(),
        object,
        entry,
        deleted: false,
        overwritten: None,
        rejoined: None,
        far: None,
        device: store.device(),
        now: at(5),
    }
}

#[tokio::test]
async fn an_intended_write_is_there_after_the_program_died() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = page(&store, space, "Week 1", "text").await;
    let entry = intend(&store, id, account, space, create()).await;
    drop(store);
    let store = folder.open().await;
    assert_eq!(store.journal_open(account).await.unwrap(), std::slice::from_ref(&entry));
    store.journal_drop(&entry.id, "not there").await.unwrap();
    assert!(store.journal_open(account).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_confirmed_create_maps_the_document_and_leaves_nothing_to_send() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = page(&store, space, "Week 1", "text").await;
    let entry = intend(&store, id, account, space, create()).await;
    store.journal_confirm(confirm(&store, entry, 9, "text as kept there")).await.unwrap();
    assert_eq!(store.by_remote(account, &object(Kind::Page, 9, "").remote).await.unwrap(), Some(id));
    assert_eq!(store.get(id).await.unwrap().content.body, "text as kept there");
    assert!(store.outbox().await.unwrap().is_empty() && store.journal_open(account).await.unwrap().is_empty());
    let kept: Vec<_> = store.revisions(id).await.unwrap().into_iter().map(|kept| kept.content.body).collect();
    assert!(kept.contains(&"text".to_owned()), "what was typed is in the history: {kept:?}");
}

#[tokio::test]
async fn an_edit_made_during_the_push_stays_pending() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.save(id, &Content::new("Week 1", "two"), None, "save", at(2)).await.unwrap();
    let entry = intend(&store, id, account, space, update(5, "one")).await;
    store.save(id, &Content::new("Week 1", "three"), None, "save", at(4)).await.unwrap();
    store.journal_confirm(confirm(&store, entry, 5, "two")).await.unwrap();
    assert_eq!(store.get(id).await.unwrap().content.body, "three");
    let mapping = store.mapping(id, account).await.unwrap().unwrap();
    assert_eq!(mapping.base.content.body, "two");
    assert_eq!(store.vector(id).await.unwrap().compare(&mapping.remote_vector), Causality::After);
    assert_eq!(store.outbox().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_edit_discarded_after_it_was_sent_is_taken_back_by_the_next_sync() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.save(id, &Content::new("Week 1", "two"), None, "save", at(2)).await.unwrap();
    let entry = intend(&store, id, account, space, update(5, "one")).await;
    store.discard(id, at(4)).await.unwrap();
    store.journal_confirm(confirm(&store, entry, 5, "two")).await.unwrap();
    assert_eq!(store.get(id).await.unwrap().content.body, "one");
    let mapping = store.mapping(id, account).await.unwrap().unwrap();
    assert_eq!(store.vector(id).await.unwrap().compare(&mapping.remote_vector), Causality::After);
    assert_eq!(store.outbox().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_new_document_discarded_after_it_was_sent_waits_to_be_deleted_there() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = page(&store, space, "Week 1", "text").await;
    let entry = intend(&store, id, account, space, create()).await;
    store.discard(id, at(4)).await.unwrap();
    store.journal_confirm(confirm(&store, entry, 9, "text")).await.unwrap();
    let outbox = store.outbox().await.unwrap();
    assert_eq!((outbox.len(), outbox[0].change), (1, store::UnsentChange::Deleted));
}

#[tokio::test]
async fn a_post_in_the_moderators_queue_is_parked_with_the_same_commit() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = page(&store, space, "Week 1", "text").await;
    let entry = intend(&store, id, account, space, create()).await;
    store.set_crash_hook(Some(std::sync::Arc::new({
        let seen = std::sync::atomic::AtomicU8::new(0);
        // The second call follows the commit: nothing after it is written.
        move |_| seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1
    })));
    assert!(store.journal_queued(&entry, "Waits for a moderator.", at(5)).await.is_err());
    drop(store);
    let store = folder.open().await;
    assert!(store.journal_open(account).await.unwrap().is_empty());
    assert!(store.parked(id).await.unwrap().unwrap().queued);
    assert_eq!(store.counts().await.unwrap().refused, 0, "it is not the person's to mend");
}

#[tokio::test]
async fn a_confirmed_delete_ends_the_mapping() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.delete(id, at(2)).await.unwrap();
    let entry = intend(&store, id, account, space, update(5, "one")).await;
    store.journal_confirm(Confirm { deleted: true, ..confirm(&store, entry, 5, "one") }).await.unwrap();
    assert_eq!(store.mapping(id, account).await.unwrap(), None);
    assert!(store.outbox().await.unwrap().is_empty());
    assert!(store.get(id).await.unwrap().deleted_at.is_some());
}

#[tokio::test]
async fn a_write_left_open_goes_with_its_space() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = page(&store, space, "Week 1", "text").await;
    intend(&store, id, account, space, create()).await;
    store.stage(RunId::new(store.seed()), account, space, &[object(Kind::Page, 5, "one")], &[]).await.unwrap();
    store.set_pull_state(space, at(1), &[]).await.unwrap();
    store.remove_space(space).await.unwrap();
    assert!(store.journal_open(account).await.unwrap().is_empty());
    assert!(store.staged(space, account).await.unwrap().is_empty());
    assert_eq!(store.pull_state(space).await.unwrap(), None);
}

#[tokio::test]
async fn what_may_be_there_already_stays_parked_through_an_edit_until_the_person_says_send() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = page(&store, space, "Week 1", "text").await;
    let entry = intend(&store, id, account, space, create()).await;
    store.journal_doubt(&entry, "It may be there already.", at(5)).await.unwrap();
    assert!(store.journal_open(account).await.unwrap().is_empty());
    store.save(id, &Content::new("Week 1", "edited"), None, "save", at(6)).await.unwrap();
    assert_eq!(store.sent_before(id).await.unwrap(), Some(store::SentBefore::Unsure));
    assert!(store.parked(id).await.unwrap().unwrap().unsure);
    assert_eq!(store.counts().await.unwrap().refused, 1);
    assert_eq!(store.outbox().await.unwrap()[0].refused.as_deref(), Some("It may be there already."));
    store.unpark(id).await.unwrap();
    assert_eq!(store.sent_before(id).await.unwrap(), None);
    assert!(store.journal_unsure(account).await.unwrap().is_empty());
    assert_eq!(store.parked(id).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_written_under_a_deleted_topic_is_told_whatever_the_clock_says() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, space) = course(&store).await;
    let topic = page(&store, space, "Topic", "text").await;
    let new =
        store::NewEntity { space, kind: domain::Kind::Post, parent: Some(topic), content: Content::new("", "reply") };
    let reply = store.create(&new, at(1)).await.unwrap();
    assert!(!store.written_under_since_deleted(topic).await.unwrap(), "nothing is deleted");
    store.delete(topic, at(50)).await.unwrap();
    assert!(!store.written_under_since_deleted(topic).await.unwrap(), "it was written before");
    store.save(reply, &Content::new("", "more"), None, "save", at(2)).await.unwrap();
    assert!(store.written_under_since_deleted(topic).await.unwrap());
    store.delete(topic, at(3)).await.unwrap();
    assert!(!store.written_under_since_deleted(topic).await.unwrap(), "deleted again, with it in sight");
}
