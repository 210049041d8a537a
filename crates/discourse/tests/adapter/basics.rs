//! What a category comes to, and how edits, lost answers and keys fare.

use std::collections::BTreeSet;

use discourse::{Auth, KeyRequest, Scopes, Wish};
use domain::{
    Changed, Content, FieldValue, Found, Kind, Known, Operation, Reading, Remote, RemoteErrorKind, RemoteObject,
    RemoteRef, Sent, field,
};
use rest::Url;
use secrecy::{ExposeSecret, SecretString};
use simulators::discourse::{CategoryOptions, Profile};
use simulators::fault::{Fault, On};

use crate::place::{base, change, forum, new_topic, now};

#[tokio::test]
async fn a_category_comes_with_its_topics_and_posts() {
    for profile in [Profile::V3_1, Profile::V2026] {
        let forum = forum(profile).await;
        let remote = forum.remote();
        assert_eq!(remote.identify().await.unwrap().user_name, "mara");
        assert!(
            remote.spaces().await.unwrap().iter().any(|space| space.id == forum.space() && space.read_only.is_none())
        );
        let objects = forum.pull(&remote, &[]).await;
        let topic = objects.iter().find(|object| object.remote == RemoteRef::new(Kind::Topic, forum.topic)).unwrap();
        assert_eq!(topic.content.body, "We meet at low water, at six o'clock.");
        assert_eq!(topic.content.fields.get(field::TAGS), Some(&FieldValue::Set(BTreeSet::from(["boats".to_owned()]))));
        let post = objects.iter().find(|object| object.remote.kind == Kind::Post).unwrap();
        assert_eq!(post.parent, Some(topic.remote.clone()));
        assert_eq!(post.content.number(field::POST_NUMBER), Some(2));
    }
}

#[tokio::test]
async fn an_edit_that_was_overtaken_is_not_written() {
    for profile in [Profile::V3_1, Profile::V2026] {
        let forum = forum(profile).await;
        let remote = forum.remote();
        let objects = forum.pull(&remote, &[]).await;
        let topic = objects.iter().find(|object| object.remote.kind == Kind::Topic).unwrap();
        let first: i64 = topic.facts[domain::fact::FIRST_POST].parse().unwrap();
        forum.server.with(|state| {
            let tomas = state.add_user("tomas", "moderator", 4);
            state.edit_post_as(tomas, first, "We meet at seven, the forecast has changed.");
        });
        let mine = Content { body: "We meet at low water, at half past six.".to_owned(), ..topic.content.clone() };
        let changed = Changed { body: true, ..Changed::default() };
        let operation = Operation::Update { remote: topic.remote.clone(), changed, base: Box::new(base(topic)) };
        let sent = remote.send(&forum.space(), &change(operation, mine, "w1")).await.unwrap();
        let Sent::Overtaken(theirs) = sent else { panic!("{sent:?}") };
        assert_eq!(theirs.content.body, "We meet at seven, the forecast has changed.");
        assert_eq!(
            forum.server.with(|state| state.post(first).unwrap().raw.clone()),
            "We meet at seven, the forecast has changed."
        );
    }
}

/// What somebody else makes of a topic.
type Theirs = fn(&mut simulators::discourse::Forum, i64, i64) -> bool;
/// What we make of it.
type Mine = fn(&Content) -> Content;

#[tokio::test]
async fn title_and_tags_are_guarded_by_what_they_were() {
    for profile in [Profile::V2024, Profile::V2026] {
        let tags = |names: &[&str]| FieldValue::Set(names.iter().map(|name| (*name).to_owned()).collect());
        let parts: [(Theirs, Mine); 2] = [
            (
                |state, who, topic| state.retitle_as(who, topic, "Tide pools in the harbour"),
                |content| Content { title: "Tide pools at the ledge, new hour".to_owned(), ..content.clone() },
            ),
            (
                |state, who, topic| state.retag_as(who, topic, &["boats", "tides"]),
                |content| {
                    content.clone().with(field::TAGS, FieldValue::Set(["boats", "lamps"].map(str::to_owned).into()))
                },
            ),
        ];
        for (theirs, mine) in parts {
            for overtaken in [false, true] {
                let forum = forum(profile).await;
                let remote = forum.remote();
                let objects = forum.pull(&remote, &[]).await;
                let topic = objects.iter().find(|object| object.remote == forum.topic()).unwrap();
                let (handle, at) = (forum.server.handle(), forum.topic);
                let tomas = forum.server.with(|state| state.add_user("tomas", "moderator", 4));
                if overtaken {
                    let edit = move || assert!(handle.with(|state| theirs(state, tomas, at)));
                    forum.server.faults().add(On::method("PUT", "/t/-/").nth(1), Fault::before(edit));
                }
                let mine = mine(&topic.content);
                let changed = mine.changed_since(&topic.content);
                let operation =
                    Operation::Update { remote: topic.remote.clone(), changed, base: Box::new(base(topic)) };
                let sent = remote.send(&forum.space(), &change(operation, mine.clone(), "w2")).await.unwrap();
                match sent {
                    Sent::Done { object, overwritten: None } if !overtaken => assert_eq!(object.content, mine),
                    Sent::Overtaken(there) if overtaken => {
                        let kept = forum
                            .server
                            .with(|state| (state.topics[&at].title.clone(), state.topics[&at].tags.clone()));
                        let names: Vec<&str> = kept.1.iter().map(String::as_str).collect();
                        assert_eq!(
                            (&there.content.title, &there.content.fields[field::TAGS]),
                            (&kept.0, &tags(&names))
                        );
                        assert!(kept.0 == "Tide pools in the harbour" || kept.1 == ["boats", "tides"], "{kept:?}");
                    }
                    other => panic!("{profile:?}: {other:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_found_and_made_once() {
    for admin in [true, false] {
        let forum = forum(Profile::V3_1).await;
        let remote = if admin {
            forum.remote()
        } else {
            let key = forum.server.with(|state| {
                let mara = *state.users.iter().find(|(_, user)| user.username == "mara").map(|(id, _)| id).unwrap();
                state.add_user_key(mara, "client-1", &["read", "write"])
            });
            forum.connect(Auth::UserKey {
                key: SecretString::from(key),
                client_id: "client-1".to_owned(),
                scopes: Scopes::ReadAndWrite,
            })
        };
        remote.identify().await.unwrap();
        let topic =
            new_topic("A new hour for the boat trip", "The boat leaves at nine now, not at eight.", "witness-1");
        forum.server.faults().add(On::method("POST", "/posts").nth(1), Fault::LoseReply);
        let error = remote.send(&forum.space(), &topic).await.unwrap_err();
        assert!(error.maybe_done, "{error:?}");
        let found = remote.find(&forum.space(), &topic, &BTreeSet::new()).await.unwrap();
        assert!(matches!(found, Found::Here(_)), "{found:?}");

        let parent = RemoteRef::new(Kind::Topic, forum.topic);
        let operation = Operation::Create { kind: Kind::Post, parent: Some(parent) };
        let reply = change(operation, Content::new("", "I shall bring two lamps and the long rope."), "witness-2");
        forum.server.faults().add(On::method("POST", "/posts").nth(1), Fault::LoseReply);
        remote.send(&forum.space(), &reply).await.unwrap_err();
        let found = remote.find(&forum.space(), &reply, &BTreeSet::new()).await.unwrap();
        assert!(matches!(found, Found::Here(_)), "{found:?}");

        let never = new_topic(
            "A topic that was never sent at all",
            "It was written and then not sent, for a test.",
            "witness-3",
        );
        assert_eq!(remote.find(&forum.space(), &never, &BTreeSet::new()).await.unwrap(), Found::Absent);
        assert_eq!(
            forum.server.with(|state| state.posts_with_raw("The boat leaves at nine now, not at eight.").len()),
            1
        );
    }
}

#[tokio::test]
async fn a_refusal_comes_with_the_forums_words() {
    let forum = forum(Profile::V2026).await;
    let error =
        forum.remote().send(&forum.space(), &new_topic("Too short a body here", "Hm.", "witness-4")).await.unwrap_err();
    assert_eq!(error.kind, RemoteErrorKind::Refused);
    assert!(error.words.contains("too short"), "{}", error.words);
}

#[tokio::test]
async fn a_wrong_key_asks_to_sign_in() {
    let forum = forum(Profile::V2026).await;
    let auth = Auth::AdminKey { key: SecretString::from("0".repeat(64)), username: "mara".to_owned() };
    assert_eq!(forum.connect(auth).identify().await.unwrap_err().kind, RemoteErrorKind::SignIn);
}

#[tokio::test]
async fn a_key_comes_out_of_what_the_forum_shows_and_out_of_nothing_else() {
    let forum = forum(Profile::V3_1).await;
    let base = Url::parse(&forum.server.base_url()).unwrap();
    let request =
        KeyRequest::begin(&base, "client-9", "nonce-of-this-request", Wish::default(), &mut rsa::rand_core::OsRng)
            .unwrap();
    let asked: serde_json::Map<String, serde_json::Value> = Url::parse(request.url())
        .unwrap()
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect();
    let payload = forum.server.with(|state| {
        let mara = *state.users.iter().find(|(_, user)| user.username == "mara").map(|(id, _)| id).unwrap();
        state.approve_user_key(mara, &serde_json::Value::Object(asked)).unwrap()
    });
    let key = request.finish(&payload).unwrap();
    let remote = forum.connect(Auth::UserKey {
        key: SecretString::from(key.expose_secret().to_owned()),
        client_id: "client-9".to_owned(),
        scopes: Scopes::ReadAndWrite,
    });
    assert_eq!(remote.identify().await.unwrap().user_name, "mara");
    let other =
        KeyRequest::begin(&base, "client-9", "another-nonce-altogether", Wish::default(), &mut rsa::rand_core::OsRng)
            .unwrap();
    assert!(other.finish(&payload).is_err() && request.finish("not a payload").is_err());
}

#[tokio::test]
async fn a_second_pull_finds_the_same_and_reads_only_what_is_due() {
    let forum = forum(Profile::V2026).await;
    let mara = forum.mara();
    forum.server.with(|state| {
        for n in 0..65 {
            let title = format!("Station number {n} along the shore");
            state.add_topic(mara, forum.category, &title, &format!("What was counted at station {n} today."), &[]);
        }
    });
    let remote = forum.remote();
    let (first, _) = forum.pull_all(&remote, &[]).await;
    let known: Vec<Known> = first
        .iter()
        .map(|object| Known {
            remote: object.remote.clone(),
            parent: object.parent.clone(),
            token: object.token.clone(),
            verified_at: Some(now()),
            opened_at: None,
        })
        .collect();
    let (again, unchanged) = forum.pull_all(&remote, &known).await;
    let refs = |objects: &[RemoteObject]| objects.iter().map(|object| object.remote.clone()).collect::<BTreeSet<_>>();
    assert_eq!(first.len(), 67);
    assert_eq!(again.iter().filter(|object| object.remote.kind == Kind::Topic).count(), 60);
    assert!(again.iter().all(|object| first.contains(object)), "nothing changed");
    let mut seen = refs(&again);
    seen.extend(unchanged);
    assert_eq!(seen, refs(&first), "every known object is accounted for");
}

#[tokio::test]
async fn tags_go_back_in_their_shape_and_are_not_taken_for_written_when_they_were_refused() {
    for profile in [Profile::V3_1, Profile::V2026] {
        let forum = forum(profile).await;
        let remote = forum.remote();
        let objects = forum.pull(&remote, &[]).await;
        let topic = objects.iter().find(|object| object.remote == forum.topic()).unwrap();
        let with_tags = |tags: &[&str]| {
            let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
            let mine = topic.content.clone().with(field::TAGS, FieldValue::Set(tags));
            let changed = Changed { fields: BTreeSet::from([field::TAGS.to_owned()]), ..Changed::default() };
            let operation = Operation::Update { remote: topic.remote.clone(), changed, base: Box::new(base(topic)) };
            change(operation, mine, "w5")
        };
        let sent = remote.send(&forum.space(), &with_tags(&["boats", "lamps"])).await.unwrap();
        let Sent::Done { object, .. } = sent else { panic!("{sent:?}") };
        let both = FieldValue::Set(BTreeSet::from(["boats".to_owned(), "lamps".to_owned()]));
        assert_eq!(object.content.fields.get(field::TAGS), Some(&both));
        if profile == Profile::V2026 {
            // The base is out of date now: the forum refuses, and title and body being the same does not make it ours.
            let sent = remote.send(&forum.space(), &with_tags(&["tides"])).await.unwrap();
            assert!(matches!(sent, Sent::Overtaken(_)), "{sent:?}");
            let sent = remote.send(&forum.space(), &with_tags(&["boats", "lamps"])).await.unwrap();
            assert!(matches!(sent, Sent::Done { .. }), "our own, sent twice: {sent:?}");
        }
    }
}

#[tokio::test]
async fn a_body_that_had_arrived_does_not_keep_the_title_from_being_sent() {
    let forum = forum(Profile::V2026).await;
    let remote = forum.remote();
    let objects = forum.pull(&remote, &[]).await;
    let topic = objects.iter().find(|object| object.remote == forum.topic()).unwrap();
    let mut mine = topic.content.clone();
    mine.body = "We meet at low water, at half past six.".to_owned();
    mine = mine.with(field::TAGS, FieldValue::Set(BTreeSet::from(["lamps".to_owned()])));
    let first: i64 = topic.facts[domain::fact::FIRST_POST].parse().unwrap();
    let mara = forum.mara();
    forum.server.with(|state| assert!(state.edit_post_as(mara, first, &mine.body)));
    let changed = Changed { body: true, fields: BTreeSet::from([field::TAGS.to_owned()]), ..Changed::default() };
    let operation = Operation::Update { remote: topic.remote.clone(), changed, base: Box::new(base(topic)) };
    let sent = remote.send(&forum.space(), &change(operation, mine.clone(), "w6")).await.unwrap();
    let Sent::Done { object, .. } = sent else { panic!("{sent:?}") };
    assert_eq!(object.content, mine);
}

#[tokio::test]
async fn a_hidden_text_is_neither_empty_nor_gone() {
    let forum = forum(Profile::V2026).await;
    let (_, student) = forum.student();
    let before = forum.pull(&student, &[]).await;
    let topic = before.iter().find(|object| object.remote == forum.topic()).unwrap();
    let reply = before.iter().find(|object| object.remote.kind == Kind::Post).unwrap();
    let first: i64 = topic.facts[domain::fact::FIRST_POST].parse().unwrap();
    let second: i64 = reply.remote.id.0.parse().unwrap();
    forum.server.with(|state| {
        state.hide_post(first, true);
        state.hide_post(second, true);
    });
    assert_eq!(forum.pull(&student, &[]).await, []);
    for remote in [&topic.remote, &reply.remote] {
        let reading = student.read(&forum.space(), remote).await.unwrap();
        assert!(matches!(reading, Reading::Hidden(_)), "{reading:?}");
    }
}

#[tokio::test]
async fn what_was_deleted_is_gone_also_for_those_who_are_shown_deleted_topics() {
    let forum = forum(Profile::V2026).await;
    let remote = forum.remote();
    let objects = forum.pull(&remote, &[]).await;
    let mara = forum.mara();
    let topic = objects.iter().find(|object| object.remote == forum.topic()).unwrap();
    let reply = objects.iter().find(|object| object.remote.kind == Kind::Post).unwrap();
    forum.server.with(|state| {
        state.delete_post_as(mara, reply.remote.id.0.parse().unwrap());
        state.delete_topic_as(mara, forum.topic);
    });
    for object in [topic, reply] {
        assert_eq!(remote.read(&forum.space(), &object.remote).await.unwrap(), Reading::Gone);
        let operation = Operation::Delete { remote: object.remote.clone(), base: Box::new(base(object)) };
        let delete = change(operation, object.content.clone(), "w7");
        assert_eq!(remote.send(&forum.space(), &delete).await.unwrap(), Sent::Gone);
        let found = remote.find(&forum.space(), &delete, &BTreeSet::new()).await.unwrap();
        assert!(matches!(found, Found::Here(_)), "{found:?}");
    }
}

#[tokio::test]
async fn a_delete_by_the_author_whose_answer_was_lost_is_known_by_what_stays_of_the_post() {
    let forum = forum(Profile::V2026).await;
    let (lena, student) = forum.student();
    forum.server.with(|state| state.add_post(lena, forum.topic, "I can bring a second lamp and a rope.", None));
    let objects = forum.pull(&student, &[]).await;
    let own = objects.iter().find(|object| object.content.body.contains("second lamp")).unwrap();
    let operation = Operation::Delete { remote: own.remote.clone(), base: Box::new(base(own)) };
    let delete = change(operation, own.content.clone(), "w8");
    forum.server.faults().add(On::method("DELETE", "/posts/").nth(1), Fault::LoseReply);
    assert!(student.send(&forum.space(), &delete).await.unwrap_err().maybe_done);
    let found = student.find(&forum.space(), &delete, &BTreeSet::new()).await.unwrap();
    assert!(matches!(found, Found::Here(_)), "{found:?}");
}

#[tokio::test]
async fn a_create_that_waits_for_a_moderator_is_not_sent_again_when_its_answer_was_lost() {
    let mut forum = forum(Profile::V2026).await;
    let options = CategoryOptions { needs_approval: true, ..CategoryOptions::default() };
    forum.category = forum.server.with(|state| state.add_category_with("Questions", "questions", options));
    let (lena, student) = forum.student();
    let admin_key = forum.server.with(|state| state.add_admin_key(Some(lena)));
    let for_lena = Auth::AdminKey { key: SecretString::from(admin_key), username: "lena".to_owned() };
    for (remote, witness) in [(student, "queued-1"), (forum.connect(for_lena), "queued-2")] {
        let title = format!("When does the boat leave, {witness}");
        let first = new_topic(&title, &format!("The board says eight and the letter nine, {witness}."), witness);
        assert!(matches!(remote.send(&forum.space(), &first).await.unwrap(), Sent::Queued(_)));
        let witness = format!("{witness}-lost");
        let lost = new_topic(&format!("{title}, please"), &format!("Which of them is right, {witness}?"), &witness);
        forum.server.faults().add(On::method("POST", "/posts").nth(1), Fault::LoseReply);
        assert!(remote.send(&forum.space(), &lost).await.unwrap_err().maybe_done);
        let found = remote.find(&forum.space(), &lost, &BTreeSet::new()).await.unwrap();
        assert!(matches!(found, Found::Waiting(_)), "{found:?}");
    }
}

#[tokio::test]
async fn a_lost_reply_is_found_at_the_end_of_a_long_topic() {
    let forum = forum(Profile::V2026).await;
    let mara = forum.mara();
    forum.server.with(|state| {
        for n in 0..430 {
            state.add_post(mara, forum.topic, &format!("Count number {n}: as many as before."), None);
        }
    });
    let remote = forum.remote();
    let operation = Operation::Create { kind: Kind::Post, parent: Some(forum.topic()) };
    let reply = change(operation, Content::new("", "The last count was wrong, it has to be eleven."), "w9");
    forum.server.faults().add(On::method("POST", "/posts").nth(1), Fault::LoseReply);
    remote.send(&forum.space(), &reply).await.unwrap_err();
    let found = remote.find(&forum.space(), &reply, &BTreeSet::new()).await.unwrap();
    assert!(matches!(found, Found::Here(_)), "{found:?}");
    let posts = forum.pull(&remote, &[]).await;
    assert_eq!(posts.iter().filter(|object| object.remote.kind == Kind::Post).count(), 432);
}

#[tokio::test]
async fn a_lost_reply_that_was_edited_there_since_is_not_sent_again() {
    for edited in [false, true] {
        let forum = forum(Profile::V2026).await;
        let remote = forum.remote();
        let operation = Operation::Create { kind: Kind::Post, parent: Some(forum.topic()) };
        let reply =
            change(operation.clone(), Content::new("", "The last count was wrong, it has to be eleven."), "w10");
        forum.server.faults().add(On::method("POST", "/posts").nth(1), Fault::LoseReply);
        remote.send(&forum.space(), &reply).await.unwrap_err();
        let post = forum.server.with(|state| state.live_posts(forum.topic).pop().map(|post| (post.id, post.user_id)));
        let (id, author) = post.unwrap();
        if edited {
            forum.server.clock().advance(chrono::TimeDelta::seconds(2));
            assert!(forum.server.with(|state| state.edit_post_as(author, id, "It has to be twelve, as the log says.")));
        }
        let found = remote.find(&forum.space(), &reply, &BTreeSet::new()).await.unwrap();
        assert_eq!(matches!(found, Found::Unsure(_)), edited, "{found:?}");
        // Another reply of the same person, as it was made, raises no doubt.
        let other = change(operation, Content::new("", "Somebody should ask the harbour office."), "w11");
        let found = remote.find(&forum.space(), &other, &BTreeSet::new()).await.unwrap();
        assert_eq!(matches!(found, Found::Absent), !edited, "{found:?}");
    }
}
