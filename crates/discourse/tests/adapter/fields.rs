//! Every field that may be changed, and what of them the forum takes.

use std::collections::BTreeSet;

use discourse::DiscourseRemote;
use domain::{
    Changed, Content, FieldValue, Kind, Operation, Remote, RemoteErrorKind, RemoteId, RemoteObject, Sent, field,
};
use simulators::discourse::Profile;

use crate::place::{Forum, base, change, forum, new_topic};

const PROFILES: [Profile; 2] = [Profile::V3_1, Profile::V2026];

/// Sends a topic or post with other fields.
async fn set(
    forum: &Forum,
    remote: &DiscourseRemote,
    object: &RemoteObject,
    fields: &[(&str, FieldValue)],
) -> domain::RemoteObject {
    let mut mine = object.content.clone();
    let mut changed = Changed::default();
    for (name, value) in fields {
        mine = mine.with(name, value.clone());
        changed.fields.insert((*name).to_owned());
    }
    let operation = Operation::Update { remote: object.remote.clone(), changed, base: Box::new(base(object)) };
    match remote.send(&forum.space(), &change(operation, mine, "fields")).await.unwrap() {
        Sent::Done { object, .. } => *object,
        other => panic!("{other:?}"),
    }
}

fn tags(names: &[&str]) -> FieldValue {
    FieldValue::Set(names.iter().map(|name| (*name).to_owned()).collect())
}

#[tokio::test]
async fn statuses_category_and_wiki_are_written_and_read_back() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let remote = forum.remote();
        let there = forum.server.with(|state| state.add_category("Lost and found", "lost-and-found", None));
        let objects = forum.pull(&remote, &[]).await;
        let mut topic = objects.iter().find(|object| object.remote == forum.topic()).unwrap().clone();
        for name in [field::CLOSED, field::PINNED, field::ARCHIVED, field::WIKI] {
            for on in [true, false] {
                topic = set(&forum, &remote, &topic, &[(name, FieldValue::Flag(on))]).await;
                assert_eq!(topic.content.flag(name), Some(on), "{profile:?} {name}");
            }
        }
        topic = set(&forum, &remote, &topic, &[(field::VISIBLE, FieldValue::Flag(false))]).await;
        assert_eq!(topic.content.flag(field::VISIBLE), Some(false));
        let moved = set(&forum, &remote, &topic, &[(field::CATEGORY, FieldValue::Text(there.to_string()))]).await;
        assert_eq!(moved.content.text(field::CATEGORY), Some(there.to_string().as_str()));
        let post = objects.iter().find(|object| object.remote.kind == Kind::Post).unwrap();
        let wiki = set(&forum, &remote, post, &[(field::WIKI, FieldValue::Flag(true))]).await;
        assert_eq!(wiki.content.flag(field::WIKI), Some(true));
    }
}

#[tokio::test]
async fn a_stub_is_brought_back_by_its_author() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let (lena, student) = forum.student();
        let own = forum.server.with(|state| {
            let own = state.add_post(lena, forum.topic, "I can bring a second lamp and a rope.", None);
            state.delete_post_as(lena, own);
            own
        });
        let objects = forum.pull(&student, &[]).await;
        let stub = objects.iter().find(|object| object.remote.id == RemoteId::from(own)).unwrap();
        let back = set(&forum, &student, stub, &[(field::DELETED, FieldValue::Flag(false))]).await;
        assert_eq!(back.content.body, "I can bring a second lamp and a rope.");
        assert_eq!(back.content.flag(field::DELETED), Some(false));
    }
}

#[tokio::test]
async fn tags_of_a_new_topic_arrive_whatever_shape_the_forum_takes() {
    for (profile, tagged_before) in
        [(PROFILES[0], true), (PROFILES[1], true), (PROFILES[0], false), (PROFILES[1], false)]
    {
        let forum = forum(profile).await;
        let mara = forum.mara();
        if !tagged_before {
            forum.server.with(|state| {
                state.retag_as(mara, forum.topic, &[]);
                state.tags.clear();
            });
        }
        let remote = forum.remote();
        let mut topic =
            new_topic("A new hour for the boat trip", "The boat leaves at nine now, not at eight.", "tags-1");
        topic.content = topic.content.with(field::TAGS, tags(&["boats", "hours"]));
        let Sent::Done { object, .. } = remote.send(&forum.space(), &topic).await.unwrap() else { panic!() };
        assert_eq!(
            object.content.fields.get(field::TAGS),
            Some(&tags(&["boats", "hours"])),
            "{profile:?}, {tagged_before}"
        );
    }
}

#[tokio::test]
async fn tags_that_were_read_as_names_go_to_an_upgraded_forum_as_objects() {
    let mut old = forum(Profile::V3_1).await;
    let remote = old.remote();
    let objects = old.pull(&remote, &[]).await;
    let topic = objects.iter().find(|object| object.remote == old.topic()).unwrap().clone();
    old.server.with(|state| state.profile = Profile::V2026);
    let seen_since = old.remote();
    seen_since.guard(&old.space(), &old.topic(), &base(&topic)).await.unwrap();
    let after = set(&old, &seen_since, &topic, &[(field::TAGS, tags(&["boats", "lamps"]))]).await;
    assert_eq!(after.content.fields.get(field::TAGS), Some(&tags(&["boats", "lamps"])));
    old.topic = 0;
}

#[tokio::test]
async fn what_the_forums_settings_forbid_is_refused_before_anything_is_sent() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let (_, student) = forum.student();
        forum.server.with(|state| state.settings.min_topic_title_length = 20);
        forum.server.log().reset();
        let mut topic = new_topic("Seventeen letters", "Hm.", "never");
        topic.content = topic.content.with(field::TAGS, tags(&["a", "b", "c", "d", "e", "f"]));
        let error = student.send(&forum.space(), &topic).await.unwrap_err();
        assert_eq!(error.kind, RemoteErrorKind::Refused);
        for part in ["at least 20", "text is too short", "6 tags"] {
            assert!(error.words.contains(part), "{}", error.words);
        }
        assert_eq!(forum.server.log().writes(), []);
    }
}

#[tokio::test]
async fn an_edit_by_staff_leaves_its_topic_where_it_was_in_the_lists() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let remote = forum.remote();
        let objects = forum.pull(&remote, &[]).await;
        let post = objects.iter().find(|object| object.remote.kind == Kind::Post).unwrap();
        let before = forum.server.with(|state| {
            state.settings.editing_grace_period = 0;
            state.topics[&forum.topic].bumped_at
        });
        let mine =
            Content { body: "Bring boots, a lamp and a rope for the way back.".to_owned(), ..post.content.clone() };
        let changed = Changed { body: true, ..Changed::default() };
        let operation = Operation::Update { remote: post.remote.clone(), changed, base: Box::new(base(post)) };
        let sent = remote.send(&forum.space(), &change(operation, mine, "quiet")).await.unwrap();
        assert!(matches!(sent, Sent::Done { .. }), "{sent:?}");
        assert_eq!(forum.server.with(|state| state.topics[&forum.topic].bumped_at), before);
    }
}

#[tokio::test]
async fn personal_messages_are_a_space_that_can_be_read_and_written() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let mara = forum.mara();
        let (lena, student) = forum.student();
        forum.server.with(|state| {
            state.add_private_message(mara, &[lena], "About the boat", "Can you take the second boat?");
            state.add_private_message(mara, &[], "A note of mine", "Nobody else is to read this one.");
        });
        let messages = RemoteId("messages".to_owned());
        assert!(student.spaces().await.unwrap().iter().any(|space| space.id == messages));
        let mut create = new_topic("The second boat", "I can take it, from nine on.", "message-1");
        create.content.fields = [(field::RECIPIENTS.to_owned(), tags(&["mara"]))].into();
        let Sent::Done { object, .. } = student.send(&messages, &create).await.unwrap() else { panic!() };
        assert_eq!(object.content.fields.get(field::RECIPIENTS), Some(&tags(&["lena", "mara"])));
        let mut waiting = student.begin_pull(&messages, &[]).await.unwrap();
        let mut titles = BTreeSet::new();
        while let Some(cursor) = waiting.pop() {
            let page = student.pull(&messages, &cursor, &[]).await.unwrap();
            titles.extend(page.objects.into_iter().map(|object| object.content.title));
            waiting.extend(page.more);
        }
        assert_eq!(titles, BTreeSet::from(["About the boat".to_owned(), "The second boat".to_owned()]));
    }
}
