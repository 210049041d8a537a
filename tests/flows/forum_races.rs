//! Somebody who writes to a forum in the same moment: its check has no lock, and neither text may be lost to the other.

use simulators::discourse::Forum as Site;
use simulators::fault::{Fault, On};
use sync::Did;

use crate::flows::forum::{PROFILES, assert_rests};
use crate::support::{Forum, did};

type Order = fn(Box<dyn Fn() + Send + Sync>) -> Fault;

const ORDERS: [(&str, Order); 2] = [("ours last", Fault::between), ("theirs last", Fault::after)];

#[tokio::test]
async fn s13_of_two_texts_written_in_the_same_moment_both_are_joined_or_asked_about() {
    for profile in PROFILES {
        for (name, order) in ORDERS {
            for (paragraph, merges) in [("paragraph 5", true), ("paragraph 2", false)] {
                let case = format!("{profile:?}, {name}, {paragraph}");
                let forum = Forum::with_topics(profile, 1).await;
                let device = forum.synced().await;
                let topic = device.replace("Topic 1 about the tide", "paragraph 2", "paragraph 2 from here").await;
                let (handle, someone, post) = (forum.discourse.handle(), forum.someone, forum.topics[0].1);
                let theirs = forum.raw(0).replacen(paragraph, &format!("{paragraph} from there"), 1);
                let edit = move || assert!(handle.with(|forum| forum.edit_post_as(someone, post, &theirs)));
                forum.discourse.faults().add(On::method("PUT", "/posts/").nth(1), order(Box::new(edit)));
                let report = device.sync().await;
                forum.discourse.faults().clear();
                device.sync().await;
                let there = format!("{paragraph} from there");
                if merges {
                    for words in ["paragraph 2 from here", &there] {
                        assert!(forum.raw(0).contains(words), "{case}: {words} is in {}", forum.raw(0));
                    }
                } else {
                    assert_eq!(report.count(|did| did == Did::Conflict), 1, "{case}: {:?}", did(&report));
                    let kept = format!("{:?}", device.store().conflict(topic).await.unwrap());
                    assert!(kept.contains("2 from here") && kept.contains("2 from there"), "{case}: {kept}");
                    device.settle(topic, false).await;
                    device.sync().await;
                    assert!(forum.raw(0).contains(&there), "{case}: what was chosen is there: {}", forum.raw(0));
                    assert!(device.holds("2 from here").await, "{case}");
                }
                assert_eq!(device.differences().await, Vec::<String>::new(), "{case}");
                assert_rests(&forum, &device).await;
            }
        }
    }
}

#[tokio::test]
async fn of_two_titles_given_in_the_same_moment_neither_goes_unseen() {
    for profile in PROFILES {
        for (name, order) in ORDERS {
            let case = format!("{profile:?}, {name}");
            let forum = Forum::with_topics(profile, 1).await;
            let device = forum.synced().await;
            let page = device.page("Topic 1 about the tide").await;
            let mine = domain::Content { title: "What the tide leaves behind".to_owned(), ..page.content.clone() };
            device.save(page.id, &mine).await;
            let (handle, someone, topic) = (forum.discourse.handle(), forum.someone, forum.topics[0].0);
            let retitle =
                |forum: &mut Site, by, topic| assert!(forum.retitle_as(by, topic, "What the tide takes away"));
            let edit = move || handle.with(|forum| retitle(forum, someone, topic));
            forum.discourse.faults().add(On::method("PUT", "/t/-/").nth(1), order(Box::new(edit)));
            let report = device.sync().await;
            forum.discourse.faults().clear();
            assert_eq!(report.count(|did| did == Did::Conflict), 1, "{case}: {:?}", did(&report));
            let kept = format!("{:?}", device.store().conflict(page.id).await.unwrap());
            assert!(kept.contains("leaves behind") && kept.contains("takes away"), "{case}: {kept}");
            device.settle(page.id, true).await;
            device.sync().await;
            assert_eq!(forum.titles(), ["What the tide leaves behind"], "{case}");
            assert!(device.holds("takes away").await, "{case}");
            assert_rests(&forum, &device).await;
        }
    }
}
