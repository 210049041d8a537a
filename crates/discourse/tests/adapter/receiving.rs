//! What is received, and what is not taken for a delete.

use std::collections::BTreeSet;

use domain::{Access, FieldValue, Kind, Reading, Remote, RemoteRef, Sent, fact, field};
use simulators::discourse::{CategoryOptions, Profile};
use simulators::fault::{Fault, On};

use crate::place::{forum, known};

const PROFILES: [Profile; 2] = [Profile::V3_1, Profile::V2026];

#[tokio::test]
async fn a_topic_that_is_withheld_keeps_its_category_readable_and_what_is_known_of_it() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let mara = forum.mara();
        let other = forum.server.with(|state| {
            state.add_topic(mara, forum.category, "Lamps for the night walk", "Each group takes two lamps.", &[]).0
        });
        let remote = forum.remote();
        let (first, _) = forum.pull_all(&remote, &[]).await;
        let path = format!("/t/{}.json", forum.topic);
        let refusal = || Fault::Status {
            code: 403,
            body:
                r#"{"errors":["You are not permitted to view the requested resource."],"error_type":"invalid_access"}"#
                    .into(),
            content_type: "application/json".to_owned(),
            headers: Vec::new(),
        };
        forum.server.faults().add(On::method("GET", &path), refusal());
        let (again, unchanged) = forum.pull_all(&remote, &known(&first)).await;
        assert!(again.iter().any(|object| object.remote == RemoteRef::new(Kind::Topic, other)), "the others came");
        let withheld = first
            .iter()
            .filter(|object| object.remote != RemoteRef::new(Kind::Topic, other))
            .map(|object| &object.remote);
        assert_eq!(withheld.collect::<BTreeSet<_>>(), unchanged.iter().collect(), "topic and reply stay as they were");
        let fresh = forum.pull(&remote, &[]).await;
        assert_eq!(fresh.len(), 1, "what is not known is left out: {fresh:?}");
    }
}

#[tokio::test]
async fn a_topic_that_no_list_names_is_read_by_itself() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let mara = forum.mara();
        let (_, student) = forum.student();
        let first = forum.pull(&student, &[]).await;
        forum.server.with(|state| state.set_status_as(mara, forum.topic, "visible", false));
        let again = forum.pull(&student, &known(&first)).await;
        let topic = again.iter().find(|object| object.remote == forum.topic()).expect("unlisted, and not gone");
        assert_eq!(topic.content.flag(field::VISIBLE), Some(false));
    }
}

#[tokio::test]
async fn a_topic_that_was_moved_says_where_it_stands_now() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let mara = forum.mara();
        let remote = forum.remote();
        let first = forum.pull(&remote, &[]).await;
        let there = forum.server.with(|state| state.add_category("Lost and found", "lost-and-found", None));
        forum.server.with(|state| state.recategorise_as(mara, forum.topic, there));
        let again = forum.pull(&remote, &known(&first)).await;
        assert_eq!(again.len(), first.len());
        for object in &again {
            assert_eq!(object.facts.get(fact::SPACE), Some(&there.to_string()), "{object:?}");
        }
        let Reading::Here(read) = remote.read(&forum.space(), &forum.topic()).await.unwrap() else { panic!() };
        assert_eq!(read.facts.get(fact::SPACE), Some(&there.to_string()));
        assert_eq!(read.content.fields.get(field::CATEGORY), Some(&FieldValue::Text(there.to_string())));
    }
}

#[tokio::test]
async fn the_newest_topic_of_a_long_list_is_read_first_and_all_come_once() {
    for (profile, lists) in [(Profile::V3_1, 4), (Profile::V2026, 1)] {
        let forum = forum(profile).await;
        let mara = forum.mara();
        forum.server.with(|state| {
            for n in 0..94 {
                let title = format!("Station number {n} along the shore");
                state.add_topic(mara, forum.category, &title, &format!("What was counted at station {n} today."), &[]);
            }
        });
        let remote = forum.remote();
        remote.identify().await.unwrap();
        let (objects, _) = forum.pull_all(&remote, &[]).await;
        let topics: Vec<_> = objects.iter().filter(|object| object.remote.kind == Kind::Topic).collect();
        assert_eq!(topics.len(), 95);
        assert_eq!(topics[0].content.title, "Station number 93 along the shore");
        let asked = forum.server.log().total();
        // The person, the site's name, its categories, the lists and the topics.
        assert_eq!(asked, 3 + lists + 95, "{profile:?}");
    }
}

#[tokio::test]
async fn notes_of_the_forum_and_stubs_are_shown_and_not_editable() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let mara = forum.mara();
        let (lena, student) = forum.student();
        let own = forum.server.with(|state| {
            let own = state.add_post(lena, forum.topic, "I can bring a second lamp and a rope.", None);
            state.delete_post_as(lena, own);
            state.set_status_as(mara, forum.topic, "closed", true);
            own
        });
        let objects = forum.pull(&student, &[]).await;
        let stub = objects.iter().find(|object| object.remote == RemoteRef::new(Kind::Post, own)).unwrap();
        assert_eq!(stub.content.flag(field::DELETED), Some(true));
        assert_eq!(stub.access, Access::Editable, "its author may bring it back");
        let note = objects.iter().find(|object| object.content.body == "The topic was closed.").unwrap();
        assert!(matches!(note.access, Access::ReadOnly(_)), "{note:?}");
        let topic = objects.iter().find(|object| object.remote == forum.topic()).unwrap();
        assert_eq!(topic.facts.get(fact::NO_REPLY).map(String::as_str), Some("The topic is closed."));
        assert!(
            domain::fields::locked(&topic.facts).contains_key(field::CLOSED)
                && topic.facts.contains_key(fact::NO_DELETE)
        );
        assert!(domain::fields::locked(&stub.facts).contains_key("body"));
        assert_eq!(topic.access, Access::ReadOnly("Only its author and moderators may edit this topic.".to_owned()));
        let staff = forum.pull(&forum.remote(), &[]).await;
        let topic = staff.iter().find(|object| object.remote == forum.topic()).unwrap();
        assert_eq!(topic.facts.get(fact::NO_REPLY), None);
        assert!(domain::fields::locked(&topic.facts).is_empty() && !topic.facts.contains_key(fact::NO_DELETE));
    }
}

#[tokio::test]
async fn the_reason_why_nothing_can_be_edited_is_known_when_it_is_read() {
    let forum = forum(Profile::V2026).await;
    let mara = forum.mara();
    let (lena, student) = forum.student();
    let (old, locked) = forum.server.with(|state| {
        let old = state.add_post(lena, forum.topic, "This was written long before the trip.", None);
        let then = state.post(old).unwrap().created_at - chrono::TimeDelta::days(60);
        state.backdate(old, then);
        let locked = state.add_post(lena, forum.topic, "This was said in anger and is locked.", None);
        state.posts.get_mut(&locked).unwrap().locked = true;
        (old, locked)
    });
    let why = |objects: &[domain::RemoteObject], post: i64| match &objects
        .iter()
        .find(|object| object.remote == RemoteRef::new(Kind::Post, post))
        .unwrap()
        .access
    {
        Access::ReadOnly(why) => why.clone(),
        Access::Editable => String::new(),
    };
    let objects = forum.pull(&student, &[]).await;
    assert_eq!(why(&objects, old), "The time in which the forum lets you edit it is over.");
    assert_eq!(why(&objects, locked), "A moderator has locked this post.");
    forum.server.with(|state| state.set_status_as(mara, forum.topic, "archived", true));
    let objects = forum.pull(&student, &[]).await;
    assert_eq!(why(&objects, old), "The topic is archived.");
}

#[tokio::test]
async fn subcategories_name_what_they_are_in_and_have_topics_of_their_own() {
    let forum = forum(Profile::V3_1).await;
    let mara = forum.mara();
    let inner = forum.server.with(|state| {
        let options = CategoryOptions { parent: Some(forum.category), ..CategoryOptions::default() };
        let inner = state.add_category_with("Night walks", "night-walks", options);
        state.add_topic(mara, inner, "The walk of next Friday", "We leave when the lamps are lit.", &[]);
        inner
    });
    let remote = forum.remote();
    let spaces = remote.spaces().await.unwrap();
    assert!(spaces.iter().any(|space| space.id.0 == inner.to_string() && space.name == "Field trips / Night walks"));
    let outer = forum.pull(&remote, &[]).await;
    assert!(outer.iter().all(|object| object.facts[fact::SPACE] == forum.category.to_string()));
    let mut waiting = remote.begin_pull(&inner.into(), &[]).await.unwrap();
    let mut titles = Vec::new();
    while let Some(cursor) = waiting.pop() {
        let page = remote.pull(&inner.into(), &cursor, &[]).await.unwrap();
        titles.extend(page.objects.into_iter().map(|object| object.content.title));
        waiting.extend(page.more);
    }
    assert_eq!(titles, ["The walk of next Friday"]);
}

#[tokio::test]
async fn a_reply_of_ones_own_that_waits_for_a_moderator_is_told_with_its_topic() {
    for profile in PROFILES {
        let forum = forum(profile).await;
        let (_, student) = forum.student();
        forum.server.with(|state| state.categories.get_mut(&forum.category).unwrap().needs_approval = true);
        let reply = forum.reply("Which of the two boats is the larger one?", "a-reply");
        assert!(matches!(student.send(&forum.space(), &reply).await.unwrap(), Sent::Queued(_)));
        for (remote, expected) in [(&student, true), (&forum.remote(), false)] {
            let objects = forum.pull(remote, &[]).await;
            let topic = objects.iter().find(|object| object.remote == forum.topic()).unwrap();
            let told = topic.facts.get(fact::WAITING).is_some_and(|json| json.contains("Which of the two boats"));
            assert_eq!(told, expected, "{profile:?}: {:?}", topic.facts.get(fact::WAITING));
        }
    }
}
