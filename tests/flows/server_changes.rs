//! What the site makes of what it is sent, and what a sync costs.

use std::time::Instant;

use simulators::canvas::reference_course;
use sync::Did;

use crate::support::{Course, Device, did};

#[tokio::test]
async fn s25_what_the_sanitiser_drops_is_told_once_and_is_not_sent_again() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    let script = "paragraph 2.</p>\n<p>Kept.<script>alert(1)</script></p>\n<p>And";
    device.replace("Page 1", "paragraph 2.", script).await;
    let report = device.sync().await;
    assert_eq!(did(&report), [("Page 1".to_owned(), Did::Pushed)]);
    assert!(!report.items[0].notes.is_empty(), "told what the site made of it");
    assert!(course.body(0).contains("Kept.") && !course.body(0).contains("script"));
    assert!(device.holds("alert(1)").await, "what was typed is in the history");
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s01_what_the_site_takes_as_it_is_has_no_notes() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    device.replace("Page 1", "paragraph 2", "<em>paragraph</em> 2 &amp; more").await;
    device.create("New", "<h2>Fresh</h2>\n<p>One.</p>").await;
    let report = device.sync().await;
    let notes: Vec<&String> = report.items.iter().flat_map(|item| &item.notes).collect();
    assert_eq!(notes, Vec::<&String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_first_pull_of_the_reference_course_takes_15_requests_and_a_sync_with_no_news_11_and_no_write() {
    let course = Course::with(&reference_course()).await;
    course.canvas.warm(course.id);
    let device = Device::of(&course).await;
    let started = Instant::now();
    let first = device.sync().await;
    println!("first pull: {} requests, {:?}, {:?}", course.canvas.log().total(), started.elapsed(), first.phases);
    let (requests, created) = (course.canvas.log().total(), first.count(|did| did == Did::CreatedHere));
    assert!(requests <= 15, "{requests} requests");
    assert!(created >= 500 + 200 + 100 + 15 + 400, "{created}");
    course.canvas.log().reset();
    let started = Instant::now();
    let second = device.sync().await;
    println!("no news: {} requests, {:?}, {:?}", course.canvas.log().total(), started.elapsed(), second.phases);
    assert!(course.canvas.log().total() <= 11, "{} requests", course.canvas.log().total());
    assert_eq!(course.canvas.log().writes(), []);
    assert_eq!(second.items, []);
    assert_eq!(device.differences().await, Vec::<String>::new());
}
