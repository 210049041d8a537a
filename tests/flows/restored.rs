//! A workspace that is an older copy of itself, and a site that was restored from an older backup.

use chrono::TimeDelta;
use domain::Content;
use store::Descent;
use sync::{Did, SET_BACK};

use crate::support::{Course, Device, did};

/// Longer than any replica lags.
fn later(course: &Course) {
    course.canvas.clock().advance(TimeDelta::minutes(20));
}

#[tokio::test]
async fn s18_an_older_copy_is_joined_and_sends_no_old_text_over_a_newer_one() {
    let course = Course::with_pages(3).await;
    let mut device = Device::synced(&course).await;
    let edited = device.replace("Page 1", "paragraph 2", "paragraph 2 with old words").await;
    device.replace("Page 3", "paragraph 4", "paragraph 4 from here").await;
    device.create("New", "<p>Fresh.</p>\n<p>Second.</p>").await;
    device.copy_aside().await;
    device.sync().await;
    later(&course);
    // Somebody takes one edit back, to the letter, and writes beside the other two.
    course.someone_replaces(0, "paragraph 2 with old words", "paragraph 2");
    course.someone_replaces(1, "paragraph 1", "paragraph 1 from there");
    course.someone_replaces(2, "paragraph 1", "paragraph 1 from there");
    let new = course.canvas.page_titled(course.id, "New").unwrap();
    let body = new.body.unwrap().replace("Second.", "Second, from there.");
    course.canvas.as_someone_else().write_page(course.id, new.id, &body).unwrap();

    let found = device.go_back().await;
    assert_eq!((found.descent, found.waiting), (Descent::Older { runs: 1 }, 3));
    device.sync().await;
    let report = device.sync().await;
    assert_eq!(course.titles(), ["New", "Page 1", "Page 2", "Page 3"], "nothing is made twice");
    assert!(!course.body(0).contains("old words"), "{}", course.body(0));
    for words in ["1 from there", "4 from here"] {
        assert!(course.body(2).contains(words), "{words}: {}", course.body(2));
    }
    assert!(device.page("Page 2").await.content.body.contains("1 from there"));
    assert!(device.page("New").await.content.body.contains("from there"));
    assert_eq!(did(&report), [("Page 1".to_owned(), Did::Held)], "the one that was taken back waits");
    let why = device.store().parked(edited).await.unwrap().expect("it waits").reason;
    assert!(why.contains("older copy") && why.contains("send it again"), "{why}");

    // Both ways on.
    device.store().unpark(edited).await.unwrap();
    device.sync().await;
    assert!(course.body(0).contains("old words"), "the person said so");
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s18_what_is_unsent_in_an_older_copy_goes_by_itself_where_nothing_came_in_between() {
    let course = Course::with_pages(2).await;
    let mut device = Device::synced(&course).await;
    device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
    device.copy_aside().await;
    let other = device.replace("Page 2", "paragraph 2", "paragraph 2 from here").await;
    let unsent = device.page("Page 1").await.id;
    device.store().discard(unsent, course.canvas.clock().now()).await.unwrap();
    device.sync().await;
    assert!(course.body(1).contains("2 from here") && !course.body(0).contains("2 from here"));
    later(&course);
    assert_eq!(device.go_back().await.waiting, 1);
    let report = device.sync().await;
    assert!(did(&report).contains(&("Page 1".to_owned(), Did::Pushed)), "{:?}", did(&report));
    assert!(course.body(0).contains("2 from here"));
    assert!(device.store().get(other).await.unwrap().content.body.contains("2 from here"), "what is newer came");
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
    assert_eq!(device.go_back().await.waiting, 1, "it is recognised each time that it is brought back");
}

#[tokio::test]
async fn s18_what_was_refused_when_the_copy_was_made_may_have_been_mended_and_sent_since() {
    let course = Course::with_pages(1).await;
    let mut device = Device::synced(&course).await;
    // A title that Canvas takes for none.
    let new = device.create("!!!", "<p>Fresh.</p>").await;
    device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
    let report = device.sync().await;
    assert!(did(&report).contains(&("!!!".to_owned(), Did::Parked)), "{:?}", did(&report));
    device.copy_aside().await;
    let titled = |title: &str, content: Content| Content { title: title.to_owned(), ..content };
    device.save(new, &titled("Mended", device.page("!!!").await.content)).await;
    device.sync().await;
    assert_eq!(course.titles(), ["Mended", "Page 1"]);
    later(&course);
    assert_eq!(device.go_back().await.waiting, 1);
    device.save(new, &titled("Mended otherwise", device.page("!!!").await.content)).await;
    for _ in 0..2 {
        device.sync().await;
        assert_eq!(course.titles(), ["Mended", "Page 1"], "it may be there already");
    }
    let waits = device.store().parked(new).await.unwrap().expect("it waits for the person");
    assert!(waits.unsure && waits.reason.contains("older copy"), "{waits:?}");
    device.store().unpark(new).await.unwrap();
    device.sync().await;
    assert_eq!(course.titles(), ["Mended", "Mended otherwise", "Page 1"], "the person looked, and said so");
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s18_a_cloned_computer_makes_nothing_a_second_time() {
    // Cloned before anything was ever sent from it, and after.
    for sent_before in [false, true] {
        let course = Course::with_pages(2).await;
        let mut device = Device::synced(&course).await;
        if sent_before {
            device.replace("Page 2", "paragraph 1", "paragraph 1 from here").await;
            device.sync().await;
        }
        device.create("New", "<p>Fresh.</p>").await;
        device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
        let clone = device.cloned(course.place()).await;
        device.sync().await;
        later(&course);
        clone.sync().await;
        let report = clone.sync().await;
        assert_eq!(report.count(Did::needs_person), 0, "{:?}", did(&report));
        assert_eq!(course.titles(), ["New", "Page 1", "Page 2"], "sent before: {sent_before}");
        assert_eq!(course.body(0).matches("2 from here").count(), 1);
        for one in [&device, &clone] {
            one.sync().await;
            assert_eq!(one.differences().await, Vec::<String>::new());
            one.assert_quiet(&course).await;
        }
    }
}

/// A course that was backed up, then edited, added to and synced, and then restored.
async fn set_back_course() -> (Course, Device) {
    let course = Course::with_pages(3).await;
    let device = Device::synced(&course).await;
    let backup = course.canvas.back_up();
    later(&course);
    device.replace("Page 1", "paragraph 2", "paragraph 2, the newer").await;
    device.create("Later", "<p>Made after the backup.</p>").await;
    device.sync().await;
    later(&course);
    course.canvas.restore(&backup);
    (course, device)
}

#[tokio::test]
async fn s19_a_site_that_was_restored_is_left_alone_and_explained_until_the_person_goes_on_with_it() {
    let (course, device) = set_back_course().await;
    device.replace("Page 2", "paragraph 2", "paragraph 2 from here").await;
    for _ in 0..2 {
        course.canvas.log().reset();
        let report = device.sync().await;
        assert_eq!(did(&report), [], "nothing is taken over");
        assert_eq!(course.canvas.log().writes(), [], "and nothing is sent");
        let [left] = &report.left_out[..] else { panic!("it is left out: {report:?}") };
        assert_eq!((left.code.as_str(), left.space), (SET_BACK, None));
        assert!(left.why.contains("Page 1") && left.why.contains("go on with it"), "{}", left.why);
    }
    assert!(device.page("Page 1").await.content.body.contains("the newer"));
    assert_eq!(device.entities().await.iter().filter(|entity| entity.deleted_at.is_some()).count(), 0);

    sync::go_on(device.store(), device.account).await.unwrap();
    let report = device.sync().await;
    let done = did(&report);
    for expected in [("Page 1", Did::Pulled), ("Page 2", Did::Pushed), ("Later", Did::Asked)] {
        assert!(done.contains(&(expected.0.to_owned(), expected.1)), "{done:?}");
    }
    assert!(report.left_out.is_empty() && course.body(1).contains("2 from here"));
    assert!(!device.page("Page 1").await.content.body.contains("the newer"), "the site as it is");
    assert!(device.holds("the newer").await, "what was replaced is in the history");
    // What it lost is made again where the person says so.
    let later = device.page("Later").await.id;
    device.store().unmap(later, course.canvas.clock().now()).await.unwrap();
    device.sync().await;
    assert_eq!(course.titles(), ["Later", "Page 1", "Page 2", "Page 3"]);
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s19_an_id_that_is_given_away_again_never_gets_another_things_text() {
    let (course, device) = set_back_course().await;
    // The first page is as it was; only the id of the one that was lost shows it.
    course.someone_replaces(0, "paragraph 2", "paragraph 2, the newer");
    let change = simulators::canvas::PageChange {
        title: Some("Somebody's own".to_owned()),
        body: Some(Some("<p>Another thing.</p>".to_owned())),
        ..Default::default()
    };
    course.canvas.as_someone_else().create_page(course.id, &change).unwrap();
    let later = device.replace("Later", "after the backup", "after the backup, and edited").await;
    let report = device.sync().await;
    assert_eq!(report.left_out.len(), 1, "{report:?}");
    assert!(report.left_out[0].why.contains("something else is there now where \u{201c}Later\u{201d} was"));
    sync::go_on(device.store(), device.account).await.unwrap();
    device.sync().await;
    let report = device.sync().await;
    assert!(course.canvas.page_titled(course.id, "Somebody's own").unwrap().body.unwrap().contains("Another thing."));
    assert!(device.page("Somebody's own").await.content.body.contains("Another thing."));
    assert!(device.store().get(later).await.unwrap().content.body.contains("and edited"));
    assert_eq!(did(&report), [("Later".to_owned(), Did::Held)], "it is here alone and waits");
    device.store().unpark(later).await.unwrap();
    device.sync().await;
    assert_eq!(course.titles(), ["Later", "Page 1", "Page 2", "Page 3", "Somebody's own"]);
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[cfg(feature = "discourse-integration")]
mod forum {
    use chrono::TimeDelta;
    use simulators::discourse::Profile;
    use sync::{Did, SET_BACK};

    use crate::support::{Forum, did};

    #[tokio::test]
    async fn s18_an_older_copy_makes_no_topic_twice() {
        for profile in [Profile::V3_1, Profile::V2026] {
            let forum = Forum::with_topics(profile, 2).await;
            let mut device = forum.synced().await;
            device.create("A topic made before the copy", "Some words that are new here, and enough.").await;
            device.copy_aside().await;
            device.sync().await;
            forum.discourse.clock().advance(TimeDelta::minutes(20));
            assert_eq!(device.go_back().await.waiting, 1);
            device.sync().await;
            let report = device.sync().await;
            assert_eq!(report.count(Did::needs_person), 0, "{:?}", did(&report));
            assert_eq!(forum.titles().iter().filter(|title| title.contains("before the copy")).count(), 1);
            assert_eq!(device.differences().await, Vec::<String>::new());
        }
    }

    #[tokio::test]
    async fn s19_a_forum_whose_post_versions_go_backwards_is_left_alone_until_the_person_goes_on() {
        for profile in [Profile::V3_1, Profile::V2026] {
            let forum = Forum::with_topics(profile, 2).await;
            let device = forum.synced().await;
            let backup = forum.discourse.with(|state| state.clone());
            forum.discourse.clock().advance(TimeDelta::minutes(20));
            device.replace("Topic 1 about the tide", "paragraph 2", "paragraph 2, the newer").await;
            device.sync().await;
            forum.discourse.clock().advance(TimeDelta::minutes(20));
            forum.discourse.with(|state| *state = backup.clone());
            let report = device.sync().await;
            assert_eq!(report.left_out.first().map(|left| left.code.as_str()), Some(SET_BACK), "{report:?}");
            assert_eq!(did(&report), []);
            assert!(device.page("Topic 1 about the tide").await.content.body.contains("the newer"));
            sync::go_on(device.store(), device.account).await.unwrap();
            device.sync().await;
            assert!(device.holds("the newer").await && !forum.raw(0).contains("the newer"));
            assert_eq!(device.differences().await, Vec::<String>::new());
        }
    }
}
