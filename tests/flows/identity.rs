//! Names, deletes and who signs in.

use simulators::canvas::{PageChange, TokenState};
use simulators::fault::{Fault, On};
use sync::{Did, Outcome, Watch};

use crate::support::{Course, Device, TOKEN, did};

#[tokio::test]
async fn s08_two_pages_of_one_name_stay_two() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    for body in ["<p>One.</p>", "<p>Other.</p>"] {
        device.create("Week 1", body).await;
    }
    device.sync().await;
    let titles = course.titles();
    assert_eq!(titles.iter().filter(|title| title.starts_with("Week 1")).count(), 2, "{titles:?}");
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s15_a_page_deleted_here_and_edited_there_keeps_the_edit_and_asks() {
    let course = Course::with_pages(2).await;
    let device = Device::synced(&course).await;
    device.delete("Page 1").await;
    course.someone_replaces(0, "paragraph 2", "paragraph 2 from there");
    assert_eq!(did(&device.sync().await), [("Page 1".to_owned(), Did::Asked)]);
    assert!(course.body(0).contains("2 from there") && course.titles().len() == 2);
    assert!(device.holds("2 from there").await);
}

#[tokio::test]
async fn s16_a_page_deleted_on_both_sides_goes_quietly() {
    let course = Course::with_pages(2).await;
    let device = Device::synced(&course).await;
    device.delete("Page 1").await;
    course.canvas.as_someone_else().delete_page(course.id, course.pages[0]).unwrap();
    course.canvas.log().reset();
    let report = device.sync().await;
    assert_eq!(report.count(Did::needs_person), 0, "{:?}", did(&report));
    assert_eq!(course.canvas.log().writes(), []);
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s34_a_new_title_moves_the_slug_and_makes_no_second_page() {
    for here in [true, false] {
        let course = Course::with_pages(2).await;
        let device = Device::synced(&course).await;
        if here {
            let page = device.page("Page 1").await;
            let mut content = page.content;
            content.title = "Renamed".to_owned();
            device.save(page.id, &content).await;
        } else {
            let change = PageChange { title: Some("Renamed".to_owned()), ..PageChange::default() };
            course.canvas.as_someone_else().edit_page(course.id, course.pages[0], &change).unwrap();
        }
        device.sync().await;
        device.replace("Renamed", "paragraph 3", "paragraph 3 afterwards").await;
        device.sync().await;
        assert_eq!(course.titles(), ["Page 2", "Renamed"], "here: {here}");
        assert!(course.body(0).contains("3 afterwards"));
        assert_eq!(device.differences().await, Vec::<String>::new());
        device.assert_quiet(&course).await;
    }
}

#[tokio::test]
async fn s46_a_key_that_expires_during_a_sync_keeps_the_queue_and_goes_on_afterwards() {
    let course = Course::with_pages(3).await;
    let device = Device::synced(&course).await;
    for title in ["Page 1", "Page 2", "Page 3"] {
        device.replace(title, "paragraph 2", "paragraph 2 from here").await;
    }
    let refused = Fault::Status {
        code: 401,
        body: "{\"errors\":[{\"message\":\"Invalid access token.\"}]}".to_owned(),
        content_type: "application/json; charset=utf-8".to_owned(),
        headers: vec![("www-authenticate".to_owned(), "Bearer realm=\"canvas-lms\"".to_owned())],
    };
    course.canvas.faults().add(On::method("PUT", "").from(2), refused);
    let report = device.sync().await;
    assert_eq!(report.count(|did| did == Did::Pushed), 1, "{:?}", did(&report));
    assert_eq!(report.outcome, Outcome::Partly);
    course.canvas.faults().clear();
    course.canvas.set_token(TOKEN, TokenState::Revoked);
    course.canvas.log().reset();
    let left = device.sync().await.left_out;
    assert_eq!(left.iter().map(|left| left.code.as_str()).collect::<Vec<_>>(), ["sign_in"]);
    assert_eq!(course.canvas.log().writes(), []);
    course.canvas.set_token(TOKEN, TokenState::Good);
    device.sync().await;
    assert_eq!(device.differences().await, Vec::<String>::new());
    for page in 0..3 {
        assert_eq!(course.canvas.revision_count(course.id, course.pages[page]), 2, "each is written once");
    }
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s51_a_stopped_sync_goes_on_where_it_was() {
    for stop_at in 0..12 {
        let course = Course::with_pages(3).await;
        let device = Device::synced(&course).await;
        for title in ["Page 1", "Page 2", "Page 3"] {
            device.replace(title, "paragraph 2", "paragraph 2 from here").await;
        }
        let watch = Watch::default();
        let stopper = watch.clone();
        course.canvas.faults().add(On::any().nth(stop_at + 1), Fault::before(move || stopper.stop()));
        let report = sync::sync(device.store(), vec![device.site()], device.options(), watch).await.unwrap();
        course.canvas.faults().clear();
        assert_eq!(report.outcome, Outcome::Stopped, "{stop_at}");
        device.sync().await;
        assert_eq!(device.differences().await, Vec::<String>::new(), "{stop_at}");
        for page in 0..3 {
            assert_eq!(course.canvas.revision_count(course.id, course.pages[page]), 2, "{stop_at}: written once");
        }
        device.assert_quiet(&course).await;
    }
}

#[tokio::test]
async fn s51_a_stop_takes_effect_within_a_second_whatever_the_site_is_at_and_the_next_run_goes_on() {
    // A site that answers slowly, and one that asks for a long wait.
    let faults = [Fault::Slow { millis: 20_000 }, Fault::too_many_requests(Some(20))];
    for (case, fault) in faults.into_iter().enumerate() {
        let course = Course::with_pages(3).await;
        let device = Device::synced(&course).await;
        for title in ["Page 1", "Page 2", "Page 3"] {
            device.replace(title, "paragraph 2", "paragraph 2 from here").await;
        }
        for stop_at in [1, 3, 6, 9, 12] {
            course.canvas.faults().add(On::any().nth(stop_at), fault.clone());
            let watch = Watch::default();
            let site = device.site_that_stops(&course, watch.token());
            let (stopper, stopped_at) = (watch.clone(), std::sync::Arc::new(std::sync::OnceLock::new()));
            let noted = std::sync::Arc::clone(&stopped_at);
            let stop = async move {
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                noted.set(std::time::Instant::now()).unwrap();
                stopper.stop();
                std::future::pending::<()>().await;
            };
            let run = sync::sync(device.store(), vec![site], device.options(), watch);
            let report = tokio::select! {
                report = run => report.unwrap(),
                () = stop => unreachable!("it never ends"),
            };
            course.canvas.faults().clear();
            if let Some(stopped_at) = stopped_at.get() {
                assert!(stopped_at.elapsed().as_millis() < 1000, "{case} {stop_at}: {:?}", stopped_at.elapsed());
                assert_eq!(report.outcome, Outcome::Stopped, "{case} {stop_at}");
            }
        }
        device.sync().await;
        assert_eq!(device.differences().await, Vec::<String>::new(), "{case}");
        for page in 0..3 {
            assert_eq!(course.canvas.revision_count(course.id, course.pages[page]), 2, "{case}: each is written once");
        }
        device.assert_quiet(&course).await;
    }
}

#[tokio::test]
async fn a_preview_sends_nothing_and_says_what_the_sync_then_does() {
    let course = Course::with_pages(3).await;
    let device = Device::synced(&course).await;
    course.someone_replaces(0, "paragraph 2", "paragraph 2 from there");
    device.replace("Page 2", "paragraph 2", "paragraph 2 from here").await;
    device.create("New", "<p>Fresh.</p>").await;
    course.canvas.log().reset();
    let (plan, left) =
        sync::preview(device.store(), vec![device.site()], device.options(), Watch::default()).await.unwrap();
    assert_eq!(course.canvas.log().writes(), []);
    assert_eq!(left, []);
    let mut planned: Vec<String> = plan.lines.iter().map(|line| line.title.clone()).collect();
    let mut done: Vec<String> = did(&device.sync().await).into_iter().map(|(title, _)| title).collect();
    planned.sort();
    done.sort();
    assert_eq!(planned, done);
}
