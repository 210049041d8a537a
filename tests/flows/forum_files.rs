//! Files in the texts of a forum, by number: sent once whatever becomes of the texts, and none that no text refers to.

use domain::EntityId;
use simulators::fault::{Fault, On};
use sync::Did;

use super::forum::{PROFILES, assert_rests};
use crate::support::{Device, Forum, did};

/// A picture of one point.
const PNG: [u8; 34] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 7,
];

/// The address under which a text of this computer names the picture.
async fn picture(device: &Device) -> String {
    device.store().attach(device.space, "heron.png", "image/png", std::io::Cursor::new(PNG)).await.unwrap().path()
}

async fn with_picture(device: &Device, title: &str, picture: &str) -> EntityId {
    device.create(title, &format!("{title}: a heron stands at the water.\n\n![A heron]({picture})")).await
}

impl Forum {
    /// Files that the forum keeps, and how many of its live texts refer to each.
    fn files(&self) -> Vec<usize> {
        self.discourse.with(|state| {
            let raws: Vec<&str> = state
                .live_topics()
                .iter()
                .flat_map(|topic| state.live_posts(topic.id))
                .map(|post| post.raw.as_str())
                .collect();
            let uses = |upload: &simulators::discourse::Upload| {
                raws.iter().filter(|raw| raw.contains(&format!("](upload://{}.", upload.base62))).count()
            };
            state.uploads.values().map(uses).collect()
        })
    }

    fn sent_files(&self) -> usize {
        self.discourse.log().count("POST", "/uploads")
    }
}

#[tokio::test]
async fn s56_a_picture_in_three_topics_of_which_one_is_deleted_is_on_the_forum_once_and_never_without_a_text() {
    for profile in PROFILES {
        for deleted_before_the_sync in [true, false] {
            let forum = Forum::with_topics(profile, 1).await;
            let device = forum.synced().await;
            let picture = picture(&device).await;
            for title in ["A heron at the shore", "A heron in the reeds", "A heron on the pier"] {
                with_picture(&device, title, &picture).await;
            }
            if deleted_before_the_sync {
                device.delete("A heron on the pier").await;
                device.sync().await;
            } else {
                device.sync().await;
                assert_eq!(forum.files(), [3], "{profile:?}");
                device.delete("A heron on the pier").await;
                device.sync().await;
            }
            assert_eq!((forum.files(), forum.sent_files()), (vec![2], 1), "{profile:?} {deleted_before_the_sync}");
            assert_eq!(forum.titles(), ["A heron at the shore", "A heron in the reeds", "Topic 1 about the tide"]);
            assert_eq!(device.differences().await, Vec::<String>::new());
            assert_rests(&forum, &device).await;
        }
    }
}

#[tokio::test]
async fn s56_a_picture_whose_every_topic_is_deleted_before_the_sync_is_not_sent() {
    let forum = Forum::with_topics(PROFILES[1], 1).await;
    let device = forum.synced().await;
    let picture = picture(&device).await;
    for title in ["A heron at the shore", "A heron in the reeds"] {
        with_picture(&device, title, &picture).await;
        device.delete(title).await;
    }
    device.sync().await;
    assert_eq!((forum.files(), forum.sent_files()), (vec![], 0));
    assert_rests(&forum, &device).await;
}

#[tokio::test]
async fn s57_a_text_that_fails_after_its_picture_arrived_goes_later_without_the_picture_being_sent_again() {
    let refused = |code| Fault::Status {
        code,
        body: "{\"errors\":[\"Not now.\"]}".to_owned(),
        content_type: "application/json; charset=utf-8".to_owned(),
        headers: Vec::new(),
    };
    let failures = [refused(403), refused(422), refused(500), Fault::LoseRequest, Fault::LoseReply];
    for profile in PROFILES {
        for failure in &failures {
            let case = format!("{profile:?} {failure:?}");
            let forum = Forum::with_topics(profile, 1).await;
            let device = forum.synced().await;
            let before = forum.raw(0);
            let picture = picture(&device).await;
            let made = with_picture(&device, "A heron at the shore", &picture).await;
            let edited =
                device.replace("Topic 1 about the tide", "paragraph 2.", &format!("![again]({picture})")).await;
            for (method, path) in [("POST", "/posts.json"), ("PUT", "/posts/")] {
                forum.discourse.faults().add(On::method(method, path), failure.clone());
            }
            device.sync().await;
            forum.discourse.faults().clear();
            let is_there = forum.raw(0) != before;
            assert!(!is_there || forum.raw(0).contains("![again](upload://"), "{case}: whole or as it was");
            assert_eq!(forum.sent_files(), 1, "{case}");
            for entity in [made, edited] {
                let kept = device.store().get(entity).await.unwrap().content.body;
                assert!(kept.contains("heron](") || kept.contains("again]("), "{case}: {kept}");
                device.store().unpark(entity).await.unwrap();
            }
            forum.discourse.clock().advance(chrono::TimeDelta::minutes(10));
            let report = device.sync().await;
            assert_eq!(report.count(|what| what == Did::Parked), 0, "{case}: {:?}", did(&report));
            device.sync().await;
            assert_eq!((forum.files(), forum.sent_files()), (vec![2], 1), "{case}: not sent again");
            assert!(forum.raw(0).contains("![again](upload://"), "{case}: {}", forum.raw(0));
            assert_eq!(forum.titles(), ["A heron at the shore", "Topic 1 about the tide"], "{case}");
            assert_eq!(device.differences().await, Vec::<String>::new(), "{case}");
            assert_rests(&forum, &device).await;
        }
    }
}

#[tokio::test]
async fn s57_a_picture_that_the_forum_may_have_swept_away_is_put_there_anew_before_its_text_goes() {
    let forum = Forum::with_topics(PROFILES[1], 1).await;
    let device = forum.synced().await;
    let picture = picture(&device).await;
    let made = with_picture(&device, "A heron at the shore", &picture).await;
    forum.discourse.faults().add(On::method("POST", "/posts.json"), Fault::status(422, "{\"errors\":[\"Not now.\"]}"));
    device.sync().await;
    forum.discourse.faults().clear();
    // What no text refers to is swept away after two days (contract 5.7).
    forum.discourse.clock().advance(chrono::TimeDelta::days(3));
    forum.discourse.with(|state| state.uploads.clear());
    device.store().unpark(made).await.unwrap();
    device.sync().await;
    assert_eq!(forum.files(), [1], "its text refers to what is there");
    assert_rests(&forum, &device).await;
}
