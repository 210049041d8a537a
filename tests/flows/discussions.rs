//! Replies in discussions and announcements (contract canvas 3.6): read, written, edited, and never sent twice.

use domain::{Content, EntityId, FieldValue, Kind, field};
use simulators::canvas::{CourseSeed, TopicSeed};
use simulators::fault::{Fault, On};
use store::{Entity, NewEntity};
use sync::Did;

use crate::support::{Course, Device};

async fn talking() -> (Course, Vec<i64>) {
    let topic = |title: &str, announcement: bool| TopicSeed {
        title: title.to_owned(),
        message: format!("<p>{title}.</p>"),
        published: true,
        announcement,
        pinned: false,
    };
    let course = Course::with(&CourseSeed {
        name: "Shore life".to_owned(),
        topics: vec![topic("Talk", false), topic("News", true)],
        ..CourseSeed::default()
    })
    .await;
    let there = course.canvas.course(course.id).unwrap();
    let named = |title: &str| *there.topics.iter().find(|(_, topic)| topic.title == title).unwrap().0;
    let topics = vec![named("Talk"), named("News")];
    (course, topics)
}

/// The replies of a topic on Canvas: text, and whose answer it is.
fn there(course: &Course, topic: i64) -> Vec<(String, Option<i64>)> {
    let entries = course.canvas.course(course.id).unwrap().topics[&topic].entries.clone();
    entries.into_iter().filter(|entry| !entry.deleted).map(|entry| (entry.message, entry.parent)).collect()
}

async fn under(device: &Device, title: &str) -> (EntityId, Vec<Entity>) {
    let all = device.entities().await;
    let topic = all.iter().find(|entity| entity.content.title == title).unwrap().id;
    (topic, all.into_iter().filter(|entity| entity.parent == Some(topic) && entity.deleted_at.is_none()).collect())
}

async fn answer(device: &Device, course: &Course, topic: EntityId, body: &str, to: Option<i64>) -> EntityId {
    let mut content = Content::new("", body);
    if let Some(to) = to {
        content = content.with(field::REPLY_TO, FieldValue::Number(to));
    }
    let new = NewEntity { space: device.space, kind: Kind::Reply, parent: Some(topic), content };
    device.store().create(&new, course.canvas.clock().now()).await.unwrap()
}

#[tokio::test]
async fn a_discussion_and_an_announcement_are_answered_and_the_answer_is_edited() {
    let (course, topics) = talking().await;
    let hello = course.canvas.as_someone_else().reply(course.id, topics[0], "<p>Hello</p>");
    let device = Device::synced(&course).await;
    let (talk, replies) = under(&device, "Talk").await;
    assert_eq!(replies.len(), 1);
    let (news, none) = under(&device, "News").await;
    assert!(none.is_empty());

    let mine = answer(&device, &course, talk, "<p>Hello, Sam.</p>", Some(hello)).await;
    answer(&device, &course, talk, "<p>Who reads this?</p>", None).await;
    answer(&device, &course, news, "<p>Bring boots.</p>", None).await;
    let report = device.sync().await;
    assert_eq!(report.items.iter().filter(|item| item.did == Did::CreatedThere).count(), 3, "{report:?}");
    let texts = |topic: i64| {
        let mut found = there(&course, topic);
        found.sort();
        found
    };
    let told = |text: &str, to: Option<i64>| (text.to_owned(), to);
    assert_eq!(
        texts(topics[0]),
        [told("<p>Hello, Sam.</p>", Some(hello)), told("<p>Hello</p>", None), told("<p>Who reads this?</p>", None)]
    );
    assert_eq!(texts(topics[1]), [told("<p>Bring boots.</p>", None)]);
    device.assert_quiet(&course).await;

    let content = device.store().get(mine).await.unwrap().content;
    device.save(mine, &Content { body: "<p>Hello, Sam!</p>".to_owned(), ..content }).await;
    device.sync().await;
    assert!(texts(topics[0]).contains(&told("<p>Hello, Sam!</p>", Some(hello))));
    assert_eq!(texts(topics[0]).len(), 3);
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn an_answer_whose_confirmation_was_lost_stands_there_once() {
    for fault in [Fault::LoseReply, Fault::LoseRequest] {
        let (course, topics) = talking().await;
        let device = Device::synced(&course).await;
        let (talk, _) = under(&device, "Talk").await;
        answer(&device, &course, talk, "<p>Once.</p>", None).await;
        course.canvas.faults().add(On::method("POST", "/entries").nth(1), fault);
        device.sync().await;
        let report = device.sync().await;
        assert_eq!(there(&course, topics[0]), [("<p>Once.</p>".to_owned(), None)], "{report:?}");
        device.assert_quiet(&course).await;
    }
}
