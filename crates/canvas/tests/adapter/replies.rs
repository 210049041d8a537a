//! Replies in discussions (contract 3.6).

use std::collections::BTreeMap;

use domain::{
    Access, Change, Content, FieldValue, Found, Guard, Kind, Known, Operation, Remote, RemoteErrorKind, RemoteObject,
    RemoteRef, field,
};
use simulators::fault::{Fault, On};

use crate::site::{Site, outcome};

impl Site {
    fn talk(&self) -> RemoteRef {
        RemoteRef::new(Kind::Discussion, self.seeded.topics[0])
    }

    fn answer(&self, content: Content) -> Change {
        let mut change = self.create(Kind::Reply, content);
        change.operation = Operation::Create { kind: Kind::Reply, parent: Some(self.talk()) };
        change
    }
}

fn replies(objects: &BTreeMap<RemoteRef, RemoteObject>) -> Vec<&RemoteObject> {
    objects.values().filter(|object| object.remote.kind == Kind::Reply).collect()
}

fn known(site: &Site, objects: &BTreeMap<RemoteRef, RemoteObject>) -> Vec<Known> {
    let one = |object: &RemoteObject| Known {
        remote: object.remote.clone(),
        parent: object.parent.clone(),
        token: object.token.clone(),
        verified_at: Some(site.server.clock().now()),
        opened_at: None,
    };
    objects.values().map(one).collect()
}

#[tokio::test]
async fn a_thread_is_read_whole_and_others_words_are_not_ours_to_change() {
    let site = Site::small().await;
    site.server.as_someone_else().reply(site.seeded.course, site.seeded.topics[0], "<p>Hello</p>");
    let (objects, requests) = site.pull(&[]).await;
    assert_eq!(requests, 9, "the thread, and whose the token is");
    let [hello] = replies(&objects)[..] else { panic!("{objects:?}") };
    assert_eq!((hello.content.body.as_str(), hello.parent.as_ref()), ("<p>Hello</p>", Some(&site.talk())));
    assert_eq!(hello.access, Access::ReadOnly("Sam Somebody wrote it.".to_owned()));
    let number: i64 = hello.remote.id.0.rsplit('-').next().unwrap().parse().unwrap();
    let wanted = Content::new("", "<p>Hello Sam</p>").with(field::REPLY_TO, FieldValue::Number(number));
    let (mine, _) = site.done(&site.answer(wanted.clone())).await;
    assert_eq!((mine.content.clone(), mine.access.clone()), (wanted, Access::Editable));
    assert_eq!(site.read(&mine.remote).await.content, mine.content);
    let next = Content { body: "<p>Hello, Sam!</p>".to_owned(), ..mine.content.clone() };
    let (edited, _) = site.done(&site.update(&mine, next.clone())).await;
    assert_eq!(edited.content, next);
    assert_eq!(site.guard(&edited).await, Guard::Unchanged);
    assert!(matches!(site.guard(&mine).await, Guard::Changed(_)));
    site.done(&site.delete(&edited)).await;
    assert_eq!(site.guard(&edited).await, Guard::Gone);
}

#[tokio::test]
async fn threads_without_news_are_not_asked_for() {
    let site = Site::small().await;
    let other = site.server.as_someone_else();
    other.reply(site.seeded.course, site.seeded.topics[0], "<p>One</p>");
    let (objects, _) = site.pull(&[]).await;
    let known = known(&site, &objects);
    let (again, requests) = site.pull(&known).await;
    assert_eq!((replies(&again).len(), requests), (0, 6));
    other.reply(site.seeded.course, site.seeded.topics[0], "<p>Two</p>");
    let (again, requests) = site.pull(&known).await;
    assert_eq!((replies(&again).len(), requests), (2, 7));
}

#[tokio::test]
async fn comments_stand_under_their_announcement_and_are_not_read_again_without_news() {
    let site = Site::small().await;
    let news = RemoteRef::new(Kind::Announcement, site.seeded.topics[1]);
    site.server.as_someone_else().reply(site.seeded.course, site.seeded.topics[1], "<p>Which boots?</p>");
    let (objects, _) = site.pull(&[]).await;
    let [comment] = replies(&objects)[..] else { panic!("{objects:?}") };
    assert_eq!(comment.parent.as_ref(), Some(&news), "it stands under what is mapped");
    let (again, requests) = site.pull(&known(&site, &objects)).await;
    assert_eq!((replies(&again).len(), requests), (0, 6), "no news");
    // What stood under a discussion that is none, is read and stands under its announcement.
    let orphan = |known: Known| Known {
        parent: known.parent.map(|parent| RemoteRef::new(Kind::Discussion, parent.id)),
        ..known
    };
    let orphans: Vec<Known> = known(&site, &objects).into_iter().map(orphan).collect();
    let (again, _) = site.pull(&orphans).await;
    assert_eq!(replies(&again)[0].parent.as_ref(), Some(&news));
    // One's own comment stays under it, whatever is done with it.
    let mut change = site.answer(Content::new("", "<p>Rubber ones.</p>"));
    change.operation = Operation::Create { kind: Kind::Reply, parent: Some(news.clone()) };
    let (mine, _) = site.done(&change).await;
    let (edited, _) = site.done(&site.update(&mine, Content::new("", "<p>Rubber boots.</p>"))).await;
    let Guard::Changed(there) = site.guard(&mine).await else { panic!("it was edited") };
    for object in [&mine, &edited, &*there] {
        assert_eq!((object.parent.as_ref(), &object.facts), (Some(&news), &mine.facts));
    }
    assert_eq!(site.guard(&edited).await, Guard::Unchanged);
}

#[tokio::test]
async fn a_reply_whose_answer_was_lost_is_found_and_not_sent_twice() {
    let site = Site::small().await;
    for (fault, done) in [(Fault::LoseReply, true), (Fault::LoseRequest, false)] {
        site.remote.identify().await.unwrap();
        site.server.faults().add(On::writes().nth(1), fault);
        let change = site.answer(Content::new("", format!("<p>Lost {done}</p>")));
        assert_eq!(outcome(site.remote.send(&site.space, &change).await), Err((RemoteErrorKind::Unreachable, true)));
        let found = site.remote.find(&site.space, &change, &Default::default()).await.unwrap();
        assert_eq!(matches!(found, Found::Here(_)), done, "{found:?}");
    }
}
