use domain::{Access, Content, Cursor, Kind, Replica, RunId};
use store::{Applied, News};

use crate::support::{Folder, at, course, history, news, object, pulled};

#[tokio::test]
async fn a_first_pull_writes_content_base_vectors_and_history() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "<p>one</p>").await;
    let entity = store.get(id).await.unwrap();
    assert_eq!((entity.kind, entity.content.body.as_str()), (Kind::Page, "<p>one</p>"));
    let mapping = store.mapping(id, account).await.unwrap().unwrap();
    assert_eq!(mapping.base.content, entity.content);
    assert_eq!(mapping.base.facts["slug"], "week-1");
    assert_eq!(mapping.remote_vector, store.vector(id).await.unwrap());
    assert_eq!(history(&store, id).await, [("pull".to_owned(), "<p>one</p>".to_owned())]);
    assert!(store.outbox().await.unwrap().is_empty(), "what came from a site is no change of the person's");
}

#[tokio::test]
async fn page_5_and_assignment_5_are_two_things() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let page = pulled(&store, account, space, 5, "page").await;
    store.apply_pull(news(account, space, object(Kind::Assignment, 5, "assignment"))).await.unwrap();
    let found = store.by_remote(account, &object(Kind::Page, 5, "").remote).await.unwrap();
    assert_eq!(found, Some(page));
    let assignment = store.by_remote(account, &object(Kind::Assignment, 5, "").remote).await.unwrap();
    assert!(assignment.is_some() && assignment != found);
    assert_eq!(store.mapped(account, space).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_object_that_has_an_entity_gets_no_second_one() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let first = pulled(&store, account, space, 5, "one").await;
    let again = store.apply_pull(news(account, space, object(Kind::Page, 5, "two"))).await.unwrap();
    assert_eq!(again, Applied::Raced);
    assert_eq!(store.list(space).await.unwrap().len(), 1);
    assert_eq!(store.mapping(first, account).await.unwrap().unwrap().base.content.body, "one");
}

#[tokio::test]
async fn a_mapping_is_never_taken_from_another_entity() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let (first, second) =
        (pulled(&store, account, space, 5, "one").await, pulled(&store, account, space, 6, "two").await);
    let mut apply = news(account, space, object(Kind::Page, 5, "one"));
    apply.entity = Some(second);
    assert!(store.apply_pull(apply).await.is_err());
    assert!(store.mapping(first, account).await.unwrap().is_some());
    assert_eq!(store.mapping(second, account).await.unwrap().unwrap().remote.id.0, "6");
}

#[tokio::test]
async fn a_pull_planned_on_an_older_copy_is_refused_and_writes_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    let planned_on = store.get(id).await.unwrap().counter;
    store.save(id, &Content::new("Week 1", "typed meanwhile"), None, "save", at(2)).await.unwrap();
    let mut apply = news(account, space, object(Kind::Page, 5, "two"));
    (apply.entity, apply.expected_counter) = (Some(id), Some(planned_on));
    assert_eq!(store.apply_pull(apply).await.unwrap(), Applied::Raced);
    assert_eq!(store.get(id).await.unwrap().content.body, "typed meanwhile");
    assert_eq!(store.mapping(id, account).await.unwrap().unwrap().base.content.body, "one");
    assert_eq!(store.delete_here(id, planned_on, at(3)).await.unwrap(), Applied::Raced);
}

#[tokio::test]
async fn a_merge_keeps_all_three_texts() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "base").await;
    store.save(id, &Content::new("Week 1", "mine"), None, "save", at(2)).await.unwrap();
    let mut apply = news(account, space, object(Kind::Page, 5, "theirs"));
    apply.entity = Some(id);
    apply.content = Some(Content::new("Week 1", "mine and theirs"));
    apply.cause = "merge";
    apply.local_vector = store.vector(id).await.unwrap().join(&apply.remote_vector);
    store.apply_pull(apply).await.unwrap();
    assert_eq!(store.get(id).await.unwrap().content.body, "mine and theirs");
    let kept: Vec<_> = history(&store, id).await.into_iter().map(|(_, body)| body).collect();
    assert_eq!(kept, ["mine and theirs", "theirs", "mine", "base"]);
}

#[tokio::test]
async fn a_deleted_page_goes_to_the_trash_with_its_text_and_its_mapping_ends() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.delete_here(id, 1, at(4)).await.unwrap();
    let entity = store.get(id).await.unwrap();
    assert_eq!((entity.deleted_at, entity.content.body.as_str()), (Some(at(4)), "one"));
    assert_eq!(store.mapping(id, account).await.unwrap(), None);
    assert!(store.unmapped(space).await.unwrap().is_empty(), "it is not made there again");
}

#[tokio::test]
async fn a_mapping_row_tells_quiet_and_same_from_what_needs_a_look() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    let rows = store.mapped(account, space).await.unwrap();
    assert!(rows[0].is_quiet());
    let news = async |object: &domain::RemoteObject| {
        store.stage(RunId::new(store.seed()), account, space, std::slice::from_ref(object), &[]).await.unwrap();
        store.staged(space, account).await.unwrap().remove(0).1
    };
    let same = object(Kind::Page, 5, "one");
    assert_eq!(news(&same).await, News::Same);
    let other = object(Kind::Page, 5, "two");
    assert_eq!(news(&other).await, News::Object(Box::new(other)));
    let locked = domain::RemoteObject { access: Access::ReadOnly("The course has ended.".to_owned()), ..same.clone() };
    assert_eq!(
        news(&locked).await,
        News::Object(Box::new(locked)),
        "what may be done with it changed, although no byte of it did"
    );
    let stamped = domain::RemoteObject { token: domain::Token("another".to_owned()), ..same };
    assert_eq!(news(&stamped).await, News::Object(Box::new(stamped)), "a token says that something may have changed");
    store.save(id, &Content::new("Week 1", "mine"), None, "save", at(2)).await.unwrap();
    assert!(!store.mapped(account, space).await.unwrap()[0].is_quiet());
}

#[tokio::test]
async fn staging_keeps_the_later_of_two_answers_and_what_did_not_change() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let run = RunId::new(store.seed());
    let same = object(Kind::Assignment, 5, "").remote;
    store.stage(run, account, space, &[object(Kind::Page, 5, "one")], std::slice::from_ref(&same)).await.unwrap();
    store.stage(run, account, space, &[object(Kind::Page, 5, "two")], &[]).await.unwrap();
    let mut staged = store.staged(space, account).await.unwrap();
    staged.sort_by(|a, b| a.0.cmp(&b.0));
    let later = object(Kind::Page, 5, "two");
    assert_eq!(staged[0], (later.remote.clone(), News::Object(Box::new(later))));
    assert_eq!(staged[1], (same.clone(), News::Unchanged));
    assert_eq!(store.staged_object(space, &same).await.unwrap(), None);
    store.clear_staging(space).await.unwrap();
    assert!(store.staged(space, account).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_cut_off_pull_goes_on_after_reopening() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let cursors = [Cursor { list: "pages".to_owned(), at: "page=2".to_owned() }];
    let run = RunId::new(store.seed());
    store.stage(run, account, space, &[object(Kind::Page, 5, "one")], &[]).await.unwrap();
    store.set_pull_state(space, at(1), &cursors).await.unwrap();
    drop(store);
    let store = folder.open().await;
    let state = store.pull_state(space).await.unwrap().unwrap();
    assert_eq!((state.begun_at, &state.cursors[..]), (at(1), &cursors[..]));
    assert_eq!(store.staged(space, account).await.unwrap().len(), 1);
    store.end_pull(space).await.unwrap();
    assert_eq!(store.pull_state(space).await.unwrap(), None);
}

#[tokio::test]
async fn vectors_of_both_holders_follow_a_join() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (account, space) = course(&store).await;
    let id = pulled(&store, account, space, 5, "one").await;
    store.save(id, &Content::new("Week 1", "two"), None, "save", at(2)).await.unwrap();
    let ours = store.vector(id).await.unwrap();
    assert_eq!(ours.count(Replica::Device(store.device())), 1);
    store.join_unchanged(id, account, &ours).await.unwrap();
    assert_eq!(store.mapping(id, account).await.unwrap().unwrap().remote_vector, ours);
    assert!(store.outbox().await.unwrap().is_empty());
}
