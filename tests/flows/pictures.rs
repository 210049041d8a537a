//! Pictures put into texts offline, and links to what no site has yet: first there, once, and by the site's own addresses.

use domain::EntityId;
use domain::links::{Address, Attached};
use simulators::canvas::FileState;
use simulators::fault::{Fault, On};
use sync::Did;

use crate::support::{Course, Device, did};

/// A picture of one point, with a byte of a comment after it.
fn png(more: u8) -> Vec<u8> {
    let mut bytes = vec![0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52];
    bytes.extend([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, more]);
    bytes
}

async fn attach(device: &Device, name: &str, more: u8) -> Attached {
    device.store().attach(device.space, name, "image/png", std::io::Cursor::new(png(more))).await.unwrap()
}

impl Course {
    fn herons(&self) -> usize {
        let course = self.canvas.course(self.id).unwrap();
        let there = course.files.values().filter(|file| file.state == FileState::Available);
        there.filter(|file| file.display_name.starts_with("heron")).count()
    }

    fn body_of(&self, title: &str) -> String {
        self.canvas.page_titled(self.id, title).unwrap().body.unwrap_or_default()
    }
}

/// Whether every picture of a body is kept on this computer.
async fn shown(device: &Device, body: &str) -> bool {
    let kept = device.store().attachments(device.space).await.unwrap();
    kept.iter().any(|(address, _)| body.contains(&format!("\"{address}\"")) || body.contains(&format!("({address})")))
}

#[tokio::test]
async fn a_picture_put_in_offline_is_in_the_course_once_and_shown_here_before_and_after() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    let picture = attach(&device, "heron.png", 1).await.path();
    let body = format!("<p>One.</p>\n<p><img src=\"{picture}\" alt=\"A heron\"></p>");
    device.create("Birds", &body).await;
    device.replace("Page 1", "<p>Page 1, paragraph 2.</p>", &format!("<p><img src=\"{picture}\" alt=\"x\"></p>")).await;
    assert!(shown(&device, &body).await);
    let report = device.sync().await;
    assert_eq!(report.count(|did| !did.is_sent()), 0, "{:?}", report.items);
    assert!(report.items.iter().all(|item| item.notes.is_empty()), "{:?}", report.items);
    assert_eq!(course.herons(), 1, "two pages, one file");
    for title in ["Birds", "Page 1"] {
        let there = course.body_of(title);
        assert!(
            there.contains(&format!("src=\"/courses/{}/files/", course.id)) && there.contains("/preview"),
            "{there}"
        );
        assert!(!there.contains("/lectern/"), "{there}");
        let here = device.page(title).await.content.body;
        assert!(!here.contains("/lectern/") && shown(&device, &here).await, "{here}");
    }
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
    device.create("Again", &body).await;
    course.canvas.log().reset();
    device.sync().await;
    assert_eq!(course.canvas.log().writes().len(), 1, "the page alone: {:?}", course.canvas.log().writes());
    assert_eq!(course.herons(), 1);
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_text_that_turns_out_to_say_what_the_course_says_names_its_picture_as_the_course_does() {
    let course = Course::with_pages(2).await;
    let first = Device::synced(&course).await;
    let picture = attach(&first, "heron.png", 1).await.path();
    let shows = |picture: &str| format!("<img src=\"{picture}\" alt=\"x\">");
    first.replace("Page 2", "paragraph 2", &shows(&picture)).await;
    first.sync().await;
    // Another computer puts the same picture in anew, where it is, and into a page that is sent before.
    let device = Device::synced(&course).await;
    attach(&device, "heron.png", 1).await;
    let agreed = device.page("Page 2").await.content;
    let start = agreed.body.find("/courses/").unwrap();
    let there = &agreed.body[start..start + agreed.body[start..].find('"').unwrap()];
    device.replace("Page 1", "paragraph 2", &shows(&picture)).await;
    device.replace("Page 2", there, &picture).await;
    course.canvas.log().reset();
    device.sync().await;
    let writes = course.canvas.log().writes();
    assert_eq!(writes.iter().filter(|write| write.path.contains("/pages/")).count(), 1, "{writes:?}");
    assert_eq!(device.page("Page 2").await.content, agreed);
    assert_eq!(device.store().outbox().await.unwrap(), []);
    assert_eq!((course.herons(), device.differences().await), (1, vec![]));
}

#[tokio::test]
async fn an_upload_whose_answer_was_lost_is_found_and_its_page_goes_with_the_next_sync() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    let picture = attach(&device, "heron.png", 1).await.path();
    device.create("Birds", &format!("<p><img src=\"{picture}\" alt=\"A heron\"></p>")).await;
    device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
    course.canvas.faults().add(On::method("POST", "/files_api"), Fault::LoseReply);
    course.canvas.faults().add(On::any().path("search_term"), Fault::LoseReply);
    device.sync().await;
    course.canvas.faults().clear();
    device.sync().await;
    assert_eq!(course.herons(), 1);
    assert!(course.body_of("Birds").contains("/preview"));
    assert!(course.body_of("Page 1").contains("from here"));
    assert_eq!(course.titles(), ["Birds", "Page 1"]);
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_picture_that_the_course_does_not_take_keeps_back_its_own_page_alone_and_is_named() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    course.canvas.set_quota(course.id, 10);
    let picture = attach(&device, "heron.png", 1).await.path();
    device.create("Birds", &format!("<p><img src=\"{picture}\" alt=\"A heron\"></p>")).await;
    device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
    let report = device.sync().await;
    let parked: Vec<_> = report.items.iter().filter(|item| item.did == Did::Parked).collect();
    assert_eq!(parked.len(), 1, "{:?}", did(&report));
    assert!(parked[0].title == "Birds" && parked[0].words.contains("heron.png"), "{:?}", parked[0]);
    assert!(course.body_of("Page 1").contains("from here"));
    assert_eq!(course.titles(), ["Page 1"]);
    // A picture whose bytes are not here any more is named, too.
    let gone = Attached::new("0f".repeat(32), "lost.png").path();
    device.replace("Page 1", "paragraph 3", &format!("<img src=\"{gone}\" alt=\"x\">")).await;
    let report = device.sync().await;
    assert!(report.items.iter().any(|item| item.did == Did::Parked && item.words.contains("lost.png")), "{report:?}");
}

fn link(id: EntityId) -> String {
    format!("<p><a href=\"{}\">see</a></p>", Address::of_entity(id).path())
}

#[tokio::test]
async fn links_to_what_is_new_in_the_same_run_lead_to_it_also_in_a_ring() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    let ring = device.create("Ring", "<p>Later.</p>").await;
    let target = device.create("Target", &link(ring)).await;
    device.create("A first", &link(target)).await;
    let mut content = device.page("Ring").await.content;
    content.body = link(target);
    device.save(ring, &content).await;
    device.sync().await;
    for (title, to) in [("A first", "target"), ("Ring", "target"), ("Target", "ring")] {
        let there = course.body_of(title);
        assert!(there.contains(&format!("/courses/{}/pages/{to}\"", course.id)), "{title}: {there}");
    }
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[cfg(feature = "discourse-integration")]
#[tokio::test]
async fn a_picture_put_into_topics_offline_is_on_the_forum_once() {
    use crate::support::Forum;
    use simulators::discourse::Profile;

    for profile in [Profile::V3_1, Profile::V2026] {
        let forum = Forum::with_topics(profile, 1).await;
        let device = forum.synced().await;
        let picture = attach(&device, "heron.png", 1).await.path();
        let text = format!("A heron stands at the water.\n\n![A heron]({picture})");
        device.create("A heron at the shore", &text).await;
        device.replace("Topic 1 about the tide", "paragraph 2.", &format!("![again]({picture})")).await;
        forum.discourse.faults().add(On::method("POST", "/uploads").nth(1), Fault::LoseReply);
        device.sync().await;
        forum.discourse.faults().clear();
        device.sync().await;
        assert_eq!(forum.discourse.with(|state| state.uploads.len()), 1, "one content, one upload");
        assert!(forum.raw(0).contains("![again](upload://"), "{}", forum.raw(0));
        for title in ["A heron at the shore", "Topic 1 about the tide"] {
            let here = device.page(title).await.content.body;
            assert!(here.contains("](upload://") && shown(&device, &here).await, "{here}");
        }
        assert_eq!(device.differences().await, Vec::<String>::new());
        forum.discourse.log().reset();
        let report = device.sync().await;
        assert_eq!((forum.discourse.log().writes(), did(&report)), (vec![], vec![]));
    }
}
