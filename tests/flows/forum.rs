//! The same promises on a forum, whose edits carry their own guard.

use simulators::discourse::Profile;
use simulators::fault::{Fault, On};
use sync::Did;

use crate::support::{Forum, did};

pub(crate) const PROFILES: [Profile; 2] = [Profile::V3_1, Profile::V2026];

#[tokio::test]
async fn s10_topics_are_taken_sent_and_merged_on_a_forum() {
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 3).await;
        let device = forum.synced().await;
        assert_eq!(device.differences().await, Vec::<String>::new());
        forum.someone_replaces(0, "paragraph 2", "paragraph 2 from there");
        device.replace("Topic 2 about the tide", "paragraph 2", "paragraph 2 from here").await;
        forum.someone_replaces(2, "paragraph 1", "paragraph 1 from there");
        device.replace("Topic 3 about the tide", "paragraph 5", "paragraph 5 from here").await;
        let report = device.sync().await;
        assert_eq!(report.count(Did::needs_person), 0, "{:?}", did(&report));
        assert!(device.page("Topic 1 about the tide").await.content.body.contains("2 from there"));
        assert!(forum.raw(1).contains("2 from here"));
        assert!(forum.raw(2).contains("1 from there") && forum.raw(2).contains("5 from here"), "{}", forum.raw(2));
        assert_eq!(device.differences().await, Vec::<String>::new());
        assert_rests(&forum, &device).await;
    }
}

#[tokio::test]
async fn s11_s13_the_same_sentence_is_a_conflict_also_when_it_changes_right_before_the_write() {
    for (profile, late) in [(PROFILES[0], false), (PROFILES[1], false), (PROFILES[0], true), (PROFILES[1], true)] {
        let forum = Forum::with_topics(profile, 1).await;
        let device = forum.synced().await;
        let topic = device.replace("Topic 1 about the tide", "paragraph 2", "paragraph 2 from here").await;
        let edited = forum.raw(0).replacen("paragraph 2", "paragraph 2 from there", 1);
        let (handle, someone, post) = (forum.discourse.handle(), forum.someone, forum.topics[0].1);
        let edit = move || assert!(handle.with(|forum| forum.edit_post_as(someone, post, &edited)));
        if late {
            forum.discourse.faults().add(On::method("PUT", "/posts/").nth(1), Fault::before(edit));
        } else {
            edit();
        }
        let report = device.sync().await;
        forum.discourse.faults().clear();
        assert_eq!(report.count(|did| did == Did::Conflict), 1, "late: {late}: {:?}", did(&report));
        assert!(forum.raw(0).contains("2 from there"));
        assert!(device.store().get(topic).await.unwrap().content.body.contains("2 from here"));
        device.settle(topic, true).await;
        device.sync().await;
        assert!(forum.raw(0).contains("2 from here"));
        assert!(device.holds("2 from there").await);
        assert_eq!(device.differences().await, Vec::<String>::new());
        assert_rests(&forum, &device).await;
    }
}

#[tokio::test]
async fn s02_a_topic_whose_creation_lost_its_reply_is_found_and_not_made_twice() {
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 1).await;
        let device = forum.synced().await;
        device.create("A question about the sediment", "What does the sediment say about the tide?").await;
        forum.discourse.faults().add(On::method("POST", "/posts"), Fault::LoseReply);
        device.sync().await;
        forum.discourse.faults().clear();
        forum.discourse.clock().advance(chrono::TimeDelta::minutes(10));
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::Adopted), 1, "{:?}", did(&report));
        assert_eq!(forum.titles(), ["A question about the sediment", "Topic 1 about the tide"]);
        assert_eq!(device.differences().await, Vec::<String>::new());
        assert_rests(&forum, &device).await;
    }
}

pub(crate) async fn assert_rests(forum: &Forum, device: &crate::support::Device) {
    forum.discourse.log().reset();
    let report = device.sync().await;
    assert_eq!(forum.discourse.log().writes(), [], "a second sync writes nothing");
    assert_eq!(did(&report), [], "a second sync reports nothing");
}

#[tokio::test]
async fn what_waits_unread_on_a_forum_is_told_by_the_same_requests_and_stays_unread() {
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 2).await;
        let device = forum.synced().await;
        let unread = async || device.sync().await.notifications.iter().map(|waiting| waiting.count).collect::<Vec<_>>();
        // Each topic of ours was answered once.
        assert_eq!(unread().await, [2], "{profile:?}");
        assert_eq!(unread().await, [2], "they stay unread");
        let (me, someone, own) = (forum.me, forum.someone, forum.topics[0].0);
        forum.discourse.with(|state| {
            let elsewhere =
                state.add_topic(someone, forum.category, "A topic of somebody else", "Of the gravel.", &[]).0;
            state.add_post(someone, elsewhere, "What does @ada say of the gravel?", None);
            state.add_post(someone, elsewhere, "And what does somebody else?", None);
            state.add_post(me, own, "An answer of our own is no news.", None);
        });
        assert_eq!(unread().await, [3], "{profile:?}: a mention counts");
        forum.discourse.with(|state| {
            state.add_private_message(someone, &[me], "A word between us", "Of the sediment.");
            let newest = *state.posts.keys().next_back().unwrap();
            state.seen.insert(me, newest - 1);
        });
        assert_eq!(unread().await, [1], "{profile:?}: a message, and the rest was read in the browser");
        let asked = forum.discourse.log().all();
        assert!(asked.iter().all(|record| !record.path.contains("notifications")), "nothing more is asked for it");
    }
}

#[tokio::test]
async fn replies_that_come_by_the_feed_stand_under_their_topics_and_are_edited_and_answered_as_any() {
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 6).await;
        let device = forum.kept_open().await;
        let minute = || forum.discourse.clock().advance(chrono::TimeDelta::minutes(1));
        minute();
        let someone = forum.someone;
        let posts: Vec<i64> = forum.topics[..4]
            .iter()
            .map(|(topic, _)| forum.discourse.with(|state| state.add_post(someone, *topic, "And the gravel?", None)))
            .collect();
        // An edit of ours in one of them, and a reply in another, go in the same run.
        device.replace("Topic 2 about the tide", "paragraph 2", "paragraph 2 from here").await;
        let answered = device.page("Topic 3 about the tide").await.id;
        let content = domain::Content::new("", "The gravel says nothing.");
        let new = store::NewEntity { space: device.space, kind: domain::Kind::Post, parent: Some(answered), content };
        device.make(new).await;
        forum.discourse.log().reset();
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::CreatedHere), 4, "{profile:?}: {:?}", did(&report));
        assert_eq!(forum.discourse.log().count("GET", "/posts.json"), 1, "{profile:?}");
        for (place, post) in posts.iter().enumerate() {
            let under = device.page(&format!("Topic {} about the tide", place + 1)).await.id;
            let children = device.store().children(under).await.unwrap();
            let here = children.iter().find(|child| child.content.body == "And the gravel?").unwrap();
            let mapping = device.store().mapping(here.id, device.account).await.unwrap().unwrap();
            assert_eq!(mapping.remote.id.0, post.to_string());
        }
        assert!(forum.raw(1).contains("from here"));
        for _ in 0..3 {
            minute();
            forum.discourse.log().reset();
            let report = device.sync().await;
            assert_eq!((forum.discourse.log().writes(), did(&report)), (vec![], vec![]), "{profile:?}");
        }
        assert_eq!(forum.discourse.log().total(), 2, "{profile:?}: who it is, and the newest list");
        assert_eq!(device.differences().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_the_person_opened_is_looked_at_again_before_what_nobody_reads() {
    for profile in PROFILES {
        let forum = Forum::with_topics_as_member(profile, 40).await;
        let (device, other) = (forum.synced().await, forum.synced().await);
        forum.discourse.clock().advance(chrono::TimeDelta::minutes(10));
        forum.discourse.with(|state| {
            for (_, post) in &forum.topics {
                state.rewrite_silently(*post, "A name was changed, and no list says so.");
            }
        });
        let found = |report: &sync::Report| did(report).into_iter().map(|(title, _)| title).collect::<Vec<_>>();
        let of_others = found(&other.sync().await);
        assert_eq!(of_others.len(), 12, "{profile:?}: as many as its key bears");
        let titles = (1..=40).map(crate::support::topic_title).filter(|title| !of_others.contains(title));
        let opened: Vec<String> = titles.take(3).collect();
        for title in &opened {
            device.open(title).await;
        }
        let of_ours = found(&device.sync().await);
        assert!(opened.iter().all(|title| of_ours.contains(title)), "{profile:?}: {opened:?} of {of_ours:?}");
        assert_eq!(of_ours.len(), 12, "{profile:?}");
    }
}
