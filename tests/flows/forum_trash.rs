//! What was deleted and comes back out of the trash: on a forum it comes back as what it was there, and here as what it was here.

use domain::{EntityId, Kind};
use store::Entity;
use sync::Did;

use crate::flows::forum::{PROFILES, assert_rests};
use crate::support::{Device, Forum, did, topic_title};

async fn mapped_to(device: &Device, entity: EntityId) -> String {
    device.store().mapping(entity, device.account).await.unwrap().unwrap().remote.id.0
}

async fn restore(forum: &Forum, device: &Device, entity: EntityId) {
    device.store().restore(entity, forum.discourse.clock().now()).await.unwrap();
}

async fn reply_to(device: &Device, topic: EntityId) -> Entity {
    device.store().children(topic).await.unwrap().remove(0)
}

async fn in_trash(device: &Device, kind: Kind) -> EntityId {
    let all = device.entities().await;
    all.into_iter().find(|entity| entity.deleted_at.is_some() && entity.kind == kind).unwrap().id
}

#[tokio::test]
async fn a_topic_that_comes_back_is_the_same_topic_there_with_its_replies() {
    for profile in PROFILES {
        for edited in [false, true] {
            let case = format!("{profile:?}, edited: {edited}");
            let forum = Forum::with_topics(profile, 2).await;
            let device = forum.synced().await;
            let reply = reply_to(&device, device.page(&topic_title(1)).await.id).await.id;
            let topic = device.delete(&topic_title(1)).await;
            let report = device.sync().await;
            assert_eq!(report.count(|did| did == Did::DeletedThere), 1, "{case}: {:?}", did(&report));
            assert_eq!(forum.titles(), [topic_title(2)], "{case}");
            restore(&forum, &device, topic).await;
            if edited {
                device.replace(&topic_title(1), "paragraph 2", "paragraph 2 from here").await;
            }
            let report = device.sync().await;
            assert_eq!(report.count(Did::needs_person), 0, "{case}: {:?}", did(&report));
            assert_eq!(forum.titles(), [topic_title(1), topic_title(2)], "{case}");
            assert_eq!(
                mapped_to(&device, topic).await,
                forum.topics[0].0.to_string(),
                "{case}: with the id that it had"
            );
            assert_eq!(forum.raw(0).contains("2 from here"), edited, "{case}");
            device.sync().await;
            let back = reply_to(&device, topic).await;
            assert_eq!(
                (back.id, back.deleted_at),
                (reply, None),
                "{case}: and with its reply, which is the same one here"
            );
            assert!(device.store().trash().await.unwrap().is_empty(), "{case}");
            assert_eq!(device.differences().await, Vec::<String>::new(), "{case}");
            assert_rests(&forum, &device).await;
        }
    }
}

#[tokio::test]
async fn a_reply_that_staff_deleted_there_comes_back_with_its_id() {
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 1).await;
        let device = forum.synced().await;
        let there = forum.discourse.with(|state| state.live_posts(forum.topics[0].0)[1].id);
        forum.discourse.with(|state| state.delete_post_as(forum.someone, there));
        device.sync().await;
        let reply = in_trash(&device, Kind::Post).await;
        restore(&forum, &device, reply).await;
        let report = device.sync().await;
        assert_eq!(report.count(Did::needs_person), 0, "{profile:?}: {:?}", did(&report));
        assert_eq!(mapped_to(&device, reply).await, there.to_string(), "{profile:?}");
        assert!(forum.discourse.with(|state| state.post(there).unwrap().deleted.is_none()), "{profile:?}");
        assert_rests(&forum, &device).await;
    }
}

#[tokio::test]
async fn what_the_forum_itself_brings_back_is_the_same_thing_here_with_its_history() {
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 1).await;
        let device = forum.synced().await;
        let there = forum.discourse.with(|state| state.live_posts(forum.topics[0].0)[1].id);
        forum.discourse.with(|state| state.delete_post_as(forum.someone, there));
        device.sync().await;
        let reply = in_trash(&device, Kind::Post).await;
        let versions = device.store().revisions(reply).await.unwrap().len();
        forum.discourse.with(|state| state.recover_post_as(forum.someone, there));
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::CreatedHere), 1, "{profile:?}: {:?}", did(&report));
        assert_eq!(mapped_to(&device, reply).await, there.to_string(), "{profile:?}");
        assert!(device.store().trash().await.unwrap().is_empty(), "{profile:?}");
        assert!(device.store().revisions(reply).await.unwrap().len() > versions, "{profile:?}: its history goes on");
        assert_rests(&forum, &device).await;
    }
}

#[tokio::test]
async fn what_comes_back_here_and_there_at_once_is_one_thing_with_what_both_changed() {
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 8).await;
        let device = forum.synced().await;
        let (topic, first) = forum.topics[0];
        forum.discourse.with(|state| state.delete_topic_as(forum.someone, topic));
        device.sync().await;
        let here = in_trash(&device, Kind::Topic).await;
        restore(&forum, &device, here).await;
        device.replace(&topic_title(1), "paragraph 2", "paragraph 2 from here").await;
        forum.discourse.with(|state| {
            let posts = state.posts.get_mut(&first).unwrap();
            posts.deleted = None;
            state.topics.get_mut(&topic).unwrap().deleted = None;
        });
        forum.someone_replaces(0, "paragraph 5", "paragraph 5 from there");
        let report = device.sync().await;
        assert_eq!(report.count(Did::needs_person), 0, "{profile:?}: {:?}", did(&report));
        assert_eq!(forum.titles().len(), 8, "{profile:?}: {:?}", forum.titles());
        assert!(forum.raw(0).contains("2 from here") && forum.raw(0).contains("5 from there"), "{profile:?}");
        assert_eq!(mapped_to(&device, here).await, topic.to_string(), "{profile:?}");
        device.sync().await;
        assert_eq!(device.differences().await, Vec::<String>::new(), "{profile:?}");
        assert_rests(&forum, &device).await;
    }
}

#[tokio::test]
async fn where_it_may_not_be_brought_back_it_is_made_anew() {
    for profile in PROFILES {
        let forum = Forum::with_topics_as_member(profile, 8).await;
        forum.discourse.with(|state| state.categories.get_mut(&forum.category).unwrap().needs_approval = false);
        let device = forum.synced().await;
        forum.discourse.with(|state| state.delete_topic_as(forum.someone, forum.topics[0].0));
        device.sync().await;
        let topic = in_trash(&device, Kind::Topic).await;
        restore(&forum, &device, topic).await;
        // The same words of the same person within five minutes are refused as a repetition.
        forum.discourse.clock().advance(chrono::TimeDelta::minutes(10));
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::CreatedThere), 1, "{profile:?}: {:?}", did(&report));
        assert_ne!(mapped_to(&device, topic).await, forum.topics[0].0.to_string(), "{profile:?}");
    }
}

#[tokio::test]
async fn a_bringing_back_whose_answer_is_lost_is_found_done() {
    use simulators::fault::{Fault, On};
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 2).await;
        let device = forum.synced().await;
        let topic = device.delete(&topic_title(1)).await;
        device.sync().await;
        restore(&forum, &device, topic).await;
        forum.discourse.faults().add(On::method("PUT", "/recover"), Fault::LoseReply);
        device.sync().await;
        forum.discourse.faults().clear();
        device.sync().await;
        assert_eq!(forum.titles(), [topic_title(1), topic_title(2)], "{profile:?}");
        assert_eq!(mapped_to(&device, topic).await, forum.topics[0].0.to_string(), "{profile:?}");
        device.sync().await;
        assert_eq!(device.differences().await, Vec::<String>::new(), "{profile:?}");
        assert_rests(&forum, &device).await;
    }
}
