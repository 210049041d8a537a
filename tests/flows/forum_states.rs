//! What only a forum does: topics that move to another category, posts that wait for a moderator.

use domain::{Kind, RemoteId, SpaceId};
use store::{NewEntity, Space};
use sync::{Did, Report, SiteSpace, Watch};

use crate::support::{Device, Forum, did};

/// Keeps a second category.
async fn keep(device: &Device, category: i64) -> SiteSpace {
    let id = SpaceId::new(device.store().seed());
    let name = "Lost and found".to_owned();
    let kept = SiteSpace { id, name: name.clone(), remote: RemoteId::from(category), read_only: None };
    let row = Space {
        id,
        name,
        account: Some(device.account),
        site: Some(domain::SiteKind::Discourse),
        remote: Some(kept.remote.clone()),
        read_only: None,
        last_synced_at: None,
        time_zone: None,
    };
    device.store().put_space(&row).await.unwrap();
    kept
}

async fn sync_with(device: &Device, second: &SiteSpace) -> Report {
    let mut site = device.site();
    site.spaces.push(second.clone());
    sync::sync(device.store(), vec![site], device.options(), Watch::default()).await.unwrap()
}

#[tokio::test]
async fn a_topic_that_moves_to_another_kept_category_keeps_its_identity_and_its_unsent_edit() {
    for profile in crate::flows::forum::PROFILES {
        let forum = Forum::with_topics(profile, 6).await;
        let there = forum.discourse.with(|state| state.add_category("Lost and found", "lost-and-found", None));
        let device = forum.device().await;
        let second = keep(&device, there).await;
        sync_with(&device, &second).await;
        let topic = device.replace("Topic 2 about the tide", "paragraph 2", "paragraph 2 from here").await;
        forum.discourse.with(|state| state.recategorise_as(forum.someone, forum.topics[1].0, there));
        let report = sync_with(&device, &second).await;
        assert_eq!(report.count(Did::needs_person), 0, "{:?}", did(&report));
        let moved = device.store().get(topic).await.unwrap();
        assert_eq!(moved.space, second.id, "{profile:?}");
        assert!(moved.deleted_at.is_none() && forum.raw(1).contains("2 from here"));
        let posts = device.store().list(second.id).await.unwrap();
        assert_eq!(posts.len(), 2, "its reply went with it, and nothing is there twice");
        forum.discourse.log().reset();
        let report = sync_with(&device, &second).await;
        assert_eq!((did(&report), forum.discourse.log().writes()), (Vec::new(), Vec::new()));
    }
}

#[tokio::test]
async fn a_topic_that_is_moved_here_to_another_kept_category_is_moved_there_and_keeps_its_identity() {
    for profile in crate::flows::forum::PROFILES {
        let forum = Forum::with_topics(profile, 6).await;
        let there = forum.discourse.with(|state| state.add_category("Lost and found", "lost-and-found", None));
        let device = forum.device().await;
        let second = keep(&device, there).await;
        sync_with(&device, &second).await;
        let topic = device.page("Topic 2 about the tide").await;
        let moved = domain::FieldValue::Text(there.to_string());
        device.save(topic.id, &topic.content.clone().with(domain::field::CATEGORY, moved)).await;
        let report = sync_with(&device, &second).await;
        assert_eq!(did(&report), [("Topic 2 about the tide".to_owned(), Did::Pushed)], "{profile:?}");
        assert_eq!(forum.discourse.with(|state| state.topics[&forum.topics[1].0].category_id), Some(there));
        assert_eq!(device.store().get(topic.id).await.unwrap().space, second.id, "it stands there here as well");
        assert_eq!(device.store().list(second.id).await.unwrap().len(), 2, "with its reply");
        forum.discourse.log().reset();
        let report = sync_with(&device, &second).await;
        assert_eq!((did(&report), forum.discourse.log().writes()), (Vec::new(), Vec::new()), "{profile:?}");
        assert_eq!(device.store().get(topic.id).await.unwrap().space, second.id);
    }
}

#[tokio::test]
async fn a_topic_that_somebody_moves_elsewhere_meanwhile_is_asked_about() {
    for profile in crate::flows::forum::PROFILES {
        let forum = Forum::with_topics(profile, 3).await;
        let (there, elsewhere) = forum.discourse.with(|state| {
            (state.add_category("Lost and found", "lost-and-found", None), state.add_category("Talk", "talk", None))
        });
        let device = forum.device().await;
        let second = keep(&device, there).await;
        sync_with(&device, &second).await;
        let topic = device.page("Topic 2 about the tide").await;
        let moved = domain::FieldValue::Text(there.to_string());
        device.save(topic.id, &topic.content.clone().with(domain::field::CATEGORY, moved)).await;
        forum.discourse.with(|state| state.recategorise_as(forum.someone, forum.topics[1].0, elsewhere));
        let report = sync_with(&device, &second).await;
        assert_eq!(report.count(|did| did == Did::Conflict), 1, "{profile:?}: {:?}", did(&report));
        assert_eq!(forum.discourse.with(|state| state.topics[&forum.topics[1].0].category_id), Some(elsewhere));
        device.settle(topic.id, true).await;
        sync_with(&device, &second).await;
        assert_eq!(forum.discourse.with(|state| state.topics[&forum.topics[1].0].category_id), Some(there));
    }
}

#[tokio::test]
async fn a_topic_that_moves_where_nothing_is_kept_stays_and_says_so() {
    for profile in crate::flows::forum::PROFILES {
        let forum = Forum::with_topics(profile, 6).await;
        let there = forum.discourse.with(|state| state.add_category("Lost and found", "lost-and-found", None));
        let device = forum.synced().await;
        forum.discourse.with(|state| state.recategorise_as(forum.someone, forum.topics[1].0, there));
        let report = device.sync().await;
        assert_eq!(report.count(Did::needs_person), 0, "{:?}", did(&report));
        let topic = device.page("Topic 2 about the tide").await;
        assert_eq!(topic.content.text(domain::field::CATEGORY), Some(there.to_string().as_str()));
        assert_eq!(did(&device.sync().await), []);
    }
}

#[tokio::test]
async fn a_reply_that_waits_for_a_moderator_is_adopted_when_it_is_approved_and_never_sent_twice() {
    for profile in crate::flows::forum::PROFILES {
        for edited_meanwhile in [false, true] {
            let forum = Forum::with_topics_as_member(profile, 2).await;
            let device = forum.synced().await;
            let parent = device.page("Topic 1 about the tide").await.id;
            let content = domain::Content::new("", "What does the sediment say about the tide?");
            let new = NewEntity { space: device.space, kind: Kind::Post, parent: Some(parent), content };
            let reply = device.store().create(&new, forum.discourse.clock().now()).await.unwrap();
            let report = device.sync().await;
            assert_eq!(report.count(|did| did == Did::Queued), 1, "{:?}", did(&report));
            if edited_meanwhile {
                let mut edited = device.store().get(reply).await.unwrap().content;
                edited.body.push_str(" And the gravel?");
                device.save(reply, &edited).await;
            }
            device.sync().await;
            device.sync().await;
            assert_eq!(forum.discourse.with(|state| (state.queue.len(), state.posts.len())), (1, 4), "sent once");
            forum.discourse.with(|state| {
                let waiting = *state.queue.keys().next().unwrap();
                state.approve_queued(waiting).unwrap();
            });
            let report = device.sync().await;
            assert_eq!(report.count(|did| did == Did::Adopted), 1, "{:?}", did(&report));
            device.sync().await;
            assert_eq!(device.differences().await, Vec::<String>::new());
            let raws = forum.discourse.with(|state| {
                state
                    .posts
                    .values()
                    .filter(|post| post.raw.contains("sediment"))
                    .map(|post| post.raw.clone())
                    .collect::<Vec<_>>()
            });
            let expected = device.store().get(reply).await.unwrap().content.body;
            assert_eq!(raws, std::slice::from_ref(&expected));
            assert_eq!(expected.contains("gravel"), edited_meanwhile);
        }
    }
}

#[tokio::test]
async fn a_reply_that_a_moderator_refused_is_kept_and_waits_for_the_person() {
    let forum = Forum::with_topics_as_member(crate::flows::forum::PROFILES[1], 2).await;
    let device = forum.synced().await;
    let parent = device.page("Topic 1 about the tide").await.id;
    let content = domain::Content::new("", "What does the sediment say about the tide?");
    let new = NewEntity { space: device.space, kind: Kind::Post, parent: Some(parent), content };
    let reply = device.store().create(&new, forum.discourse.clock().now()).await.unwrap();
    device.sync().await;
    forum.discourse.with(|state| state.queue.clear());
    let report = device.sync().await;
    assert_eq!(report.count(|did| did == Did::Parked), 1, "{:?}", did(&report));
    assert!(device.store().get(reply).await.unwrap().content.body.contains("sediment"));
    device.sync().await;
    assert!(forum.discourse.with(|state| state.queue.is_empty()), "not sent again by itself");
}

#[tokio::test]
async fn what_a_forum_takes_no_more_of_today_waits_with_its_time_and_goes_by_itself() {
    let forum = Forum::with_topics_as_member(crate::flows::forum::PROFILES[0], 1).await;
    forum.discourse.with(|state| {
        state.settings.limits.actions = true;
        for category in state.categories.values_mut() {
            category.needs_approval = false;
        }
        let me = state.users.get_mut(&forum.me).unwrap();
        me.trust_level = 1;
    });
    let device = forum.synced().await;
    for n in 1..=5 {
        let title = format!("Question number {n} about the sediment");
        device.create(&title, &format!("What does layer {n} of the sediment say?")).await;
    }
    let days = [chrono::TimeDelta::minutes(3), chrono::TimeDelta::minutes(3), chrono::TimeDelta::hours(25)];
    for (wait, there) in days.into_iter().zip([1, 2, 3]) {
        forum.discourse.log().reset();
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::CreatedThere), 1, "{there}: {:?}", did(&report));
        assert_eq!(report.count(|did| did == Did::Held), 5 - there, "the others wait");
        assert_eq!(
            forum.discourse.log().count("POST", "/posts"),
            2,
            "one goes, one is refused, the rest are not tried"
        );
        for parked in device.store().all_parked().await.unwrap() {
            assert!(parked.until.is_some_and(|until| until > forum.discourse.clock().now()), "{parked:?}");
        }
        assert_eq!(device.sync().await.count(|did| did == Did::CreatedThere), 0, "not before its time");
        forum.discourse.clock().advance(wait);
    }
    for _ in 0..4 {
        device.sync().await;
        forum.discourse.clock().advance(chrono::TimeDelta::minutes(3));
    }
    assert_eq!(forum.titles().len(), 6);
    assert_eq!(device.differences().await, Vec::<String>::new());
}

#[tokio::test]
async fn in_a_category_of_which_the_person_may_start_no_topics_replies_and_edits_of_their_own_go() {
    for profile in crate::flows::forum::PROFILES {
        let forum = Forum::with_topics_as_member(profile, 1).await;
        forum.discourse.with(|state| {
            let category = state.categories.get_mut(&forum.category).unwrap();
            (category.needs_approval, category.topics_by) = (false, simulators::discourse::Access::Staff);
        });
        let why = offered(&forum).await.read_only;
        assert_eq!(why.as_deref(), Some("You cannot start topics here."), "{profile:?}");
        let device = forum.synced().await;
        let topic = device.replace("Topic 1 about the tide", "paragraph 2", "paragraph 2 from here").await;
        let content = domain::Content::new("", "What does the sediment say about the tide?");
        device.make(NewEntity { space: device.space, kind: Kind::Post, parent: Some(topic), content }).await;
        device.create("A topic that nobody takes", "What does the gravel say about the tide?").await;
        let mut site = device.site();
        site.spaces[0].read_only = why;
        let report = sync::sync(device.store(), vec![site], device.options(), Watch::default()).await.unwrap();
        assert!(forum.raw(0).contains("from here"), "{profile:?}: {:?}", did(&report));
        let raws =
            forum.discourse.with(|state| state.posts_with_raw("What does the sediment say about the tide?").len());
        assert_eq!((raws, forum.titles().len()), (1, 1), "{profile:?}: {:?}", did(&report));
        let held = report.items.iter().find(|item| item.title == "A topic that nobody takes").unwrap();
        assert!(held.did == Did::Held && held.words.contains("cannot start topics"), "{held:?}");
    }
}

/// The category as the forum offers it to be kept.
async fn offered(forum: &Forum) -> domain::RemoteSpace {
    let spaces = (forum.place().connect)().spaces().await.unwrap();
    spaces.into_iter().find(|space| space.id.0 == forum.category.to_string()).unwrap()
}
