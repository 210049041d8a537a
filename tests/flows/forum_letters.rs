//! What a forum makes of texts and titles by itself, and letters of every sort.

use chrono::TimeDelta;
use domain::Kind;
use sync::Did;

use crate::flows::forum::{PROFILES, assert_rests};
use crate::support::{Forum, did};

#[tokio::test]
async fn s27_what_the_forum_trims_or_rewrites_by_itself_makes_no_loop_and_no_question() {
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 1).await;
        forum.discourse.with(|state| state.settings.download_remote_images_to_local = true);
        let device = forum.synced().await;
        let body = "The shells lie where they lay.  \nAnd the next line.\n\nA picture: ![far](https://example.org/far.png)\n\n \n";
        device.create("What the forum makes of a text", body).await;
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::CreatedThere), 1, "{:?}", did(&report));
        assert_rests(&forum, &device).await;
        // The forum's own job fetches hot-linked pictures after some minutes and rewrites the text as the system.
        forum.discourse.clock().advance(TimeDelta::minutes(6));
        let report = device.sync().await;
        assert_eq!(report.count(Did::needs_person), 0, "{profile:?}: {:?}", did(&report));
        let body = device.page("What the forum makes of a text").await.content.body;
        assert!(body.contains("upload://") && !body.contains("example.org"), "{profile:?}: {body}");
        assert!(body.ends_with(')'), "{profile:?}: what was trimmed there is trimmed here: {body:?}");
        // Written on over what the system rewrote.
        device.replace("What the forum makes of a text", "where they lay", "where they lay today").await;
        let report = device.sync().await;
        assert_eq!(
            (report.count(|did| did == Did::Pushed), report.count(Did::needs_person)),
            (1, 0),
            "{:?}",
            did(&report)
        );
        assert_rests(&forum, &device).await;
    }
}

#[tokio::test]
async fn s32_letters_of_every_sort_are_the_same_to_the_byte_after_a_round() {
    let texts = [
        "Composed: caf\u{e9}, and the same in parts: cafe\u{301}, both kept apart.",
        "\u{1f41a} and \u{1f469}\u{200d}\u{1f52c}, a family of signs in one, and \u{1f1eb}\u{1f1ee}.",
        "From the right: \u{5e9}\u{5dc}\u{5d5}\u{5dd} and \u{627}\u{644}\u{628}\u{62d}\u{631}, with marks \u{200f}between\u{200e} them.",
        "A word with zero\u{200b}width, a joiner\u{200d}here, a soft\u{ad}hyphen, and \u{feff}a mark.",
        "Lines that end\r\nas on another\r\nsystem, and one that is long enough.",
        "The two spaces at the end of this line  \nbreak it, and &nbsp; stays as it is written.",
    ];
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 0).await;
        let device = forum.device().await;
        device.sync().await;
        for (at, text) in texts.iter().enumerate() {
            device.create(&format!("Letters of the sort {at} on the shore"), text).await;
        }
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::CreatedThere), texts.len(), "{:?}", did(&report));
        let there: Vec<String> =
            forum.discourse.with(|state| state.posts.values().map(|post| post.raw.clone()).collect());
        for text in texts {
            assert!(there.iter().any(|raw| raw == text), "{profile:?}: {text:?} is none of {there:?}");
        }
        assert_eq!(device.differences().await, Vec::<String>::new());
        assert_rests(&forum, &device).await;
        let other = forum.device().await;
        other.sync().await;
        for text in texts {
            assert!(other.entities().await.iter().any(|entity| entity.content.body == text), "{profile:?}: {text:?}");
        }
    }
}

#[tokio::test]
async fn s37_titles_of_odd_letters_arrive_as_the_forum_writes_them() {
    let titles = [
        ("Either / or # and ? in a title", "Either / or # and ? in a title"),
        ("what begins with a small letter", "What begins with a small letter"),
        ("What is this, a shell???", "What is this, a shell?"),
        ("潮の満ち引きについての質問です、教えてください", "潮の満ち引きについての質問です、教えてください"),
    ];
    for profile in PROFILES {
        let forum = Forum::with_topics(profile, 0).await;
        let device = forum.device().await;
        device.sync().await;
        for (at, (title, _)) in titles.iter().enumerate() {
            device.create(title, &format!("The text of number {at}, with a title that is odd.")).await;
        }
        let report = device.sync().await;
        assert_eq!(report.count(|did| did == Did::CreatedThere), titles.len(), "{:?}", did(&report));
        for (_, stored) in titles {
            assert!(forum.titles().iter().any(|title| title == stored), "{profile:?}: {stored}: {:?}", forum.titles());
            assert_eq!(device.page(stored).await.kind, Kind::Topic);
        }
        // A change of letters alone.
        let entity = device.page(titles[0].1).await;
        let content = domain::Content { title: "Either / Or # And ? In a Title".to_owned(), ..entity.content };
        device.save(entity.id, &content).await;
        device.sync().await;
        assert!(forum.titles().iter().any(|title| title == "Either / Or # And ? In a Title"), "{:?}", forum.titles());
        assert_rests(&forum, &device).await;
    }
}
