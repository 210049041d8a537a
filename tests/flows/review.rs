//! A plan that is looked through first, and a sync that is taken back.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::plan::Action;
use sync::{Did, Executed, Outcome, Phase, Report, Review, Watch};

use crate::support::{Course, Device, did, meanwhile};

async fn shown(device: &Device) -> Review {
    sync::review(device.store(), vec![device.site()], device.options(), Watch::default()).await.unwrap()
}

async fn execute(device: &Device, review: &Review, without: &[String]) -> Executed {
    let without: BTreeSet<String> = without.iter().cloned().collect();
    sync::execute(device.store(), vec![device.site()], device.options(), Watch::default(), review, &without)
        .await
        .unwrap()
}

fn named(review: &Review, title: &str) -> String {
    let line = review.lines.iter().find(|line| line.line.title == title);
    line.unwrap_or_else(|| panic!("{title} is in the plan: {review:?}")).id.clone()
}

#[tokio::test]
async fn what_is_ticked_is_carried_out_and_nothing_else() {
    let course = Course::with_pages(4).await;
    let device = Device::synced(&course).await;
    device.replace("Page 1", "paragraph 1", "paragraph 1 from here").await;
    device.replace("Page 2", "paragraph 1", "paragraph 1 from here").await;
    course.someone_replaces(2, "paragraph 1", "paragraph 1 from there");
    course.someone_replaces(3, "paragraph 1", "paragraph 1 from there");
    let review = shown(&device).await;
    assert_eq!(review.lines.len(), 4);
    assert_eq!(sync::newest_review(device.store()).await.unwrap().as_ref(), Some(&review), "it is kept");
    let without = [named(&review, "Page 2"), named(&review, "Page 4")];
    let Executed::Done(report) = execute(&device, &review, &without).await else { panic!("nothing moved") };
    assert_eq!(report.items.len(), 2, "{report:?}");
    assert!(course.body(0).contains("from here") && !course.body(1).contains("from here"));
    assert!(device.page("Page 3").await.content.body.contains("from there"));
    assert!(!device.page("Page 4").await.content.body.contains("from there"));
    assert_eq!(sync::newest_review(device.store()).await.unwrap(), None, "it is carried out");
    device.sync().await;
    assert_eq!(device.differences().await, Vec::<String>::new(), "the rest went with the next sync");
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_plan_whose_ticked_line_moved_carries_out_nothing_and_shows_the_new_one() {
    for edited_here in [true, false] {
        let course = Course::with_pages(2).await;
        let device = Device::synced(&course).await;
        device.replace("Page 1", "paragraph 1", "paragraph 1 from here").await;
        device.replace("Page 2", "paragraph 1", "paragraph 1 from here").await;
        let review = shown(&device).await;
        if edited_here {
            device.replace("Page 1", "paragraph 3", "paragraph 3 typed since").await;
        } else {
            course.someone_replaces(0, "paragraph 4", "paragraph 4 from there");
        }
        course.canvas.log().reset();
        let Executed::Moved { changed, review: new } = execute(&device, &review, &[]).await else { panic!("it moved") };
        assert_eq!(changed, [named(&review, "Page 1")]);
        assert_eq!(course.canvas.log().writes(), []);
        assert_eq!(named(&new, "Page 1"), named(&review, "Page 1"), "the same thing has the same name");
        // Without the line that moved, the old plan still is what was shown.
        let Executed::Done(report) = execute(&device, &review, &changed).await else { panic!("nothing else moved") };
        assert_eq!(report.count(Did::is_sent), 1);
        let Executed::Done(_) = execute(&device, &shown(&device).await, &[]).await else { panic!("nothing moved") };
        assert!(course.body(0).contains("from here"));
        assert_eq!(device.differences().await, Vec::<String>::new());
    }
}

/// A handle that stops its run as soon as it compares.
fn stopped_while_comparing() -> Watch {
    Watch::new(|watch| {
        if watch.sites().iter().any(|site| site.phase == Phase::Comparing) {
            watch.stop();
        }
    })
}

#[tokio::test]
async fn a_stop_carries_out_nothing_that_was_not_shown() {
    let course = Course::with_pages(4).await;
    let device = Device::synced(&course).await;
    course.someone_replaces(0, "paragraph 1", "paragraph 1 from there");
    device.replace("Page 2", "paragraph 1", "paragraph 1 from here").await;
    course.someone_replaces(1, "paragraph 5", "paragraph 5 from there");
    course.canvas.as_someone_else().delete_page(course.id, course.pages[2]).unwrap();
    let review = shown(&device).await;
    assert_eq!(review.lines.len(), 3, "{review:?}");
    // All three are something else by the time it is carried out.
    course.someone_replaces(0, "paragraph 2", "paragraph 2 written since");
    course.someone_replaces(1, "paragraph 4", "paragraph 4 written since");
    device.replace("Page 3", "paragraph 1", "paragraph 1 written since").await;
    let watch = stopped_while_comparing();
    let (sites, none) = (vec![device.site()], BTreeSet::new());
    let executed = sync::execute(device.store(), sites, device.options(), watch, &review, &none).await.unwrap();
    let Executed::Done(report) = executed else { panic!("a stopped run cannot say what moved") };
    assert_eq!((report.outcome, report.items.len()), (Outcome::Stopped, 0), "{report:?}");
    assert!(!device.page("Page 1").await.content.body.contains("from there"));
    assert!(!device.page("Page 2").await.content.body.contains("from there"));
    assert!(device.page("Page 3").await.content.body.contains("written since"));
    assert_eq!(device.store().conflicts().await.unwrap(), []);
    let kept = sync::newest_review(device.store()).await.unwrap();
    assert_eq!(kept, Some(review), "nothing of it was done, so it can be carried out yet");
}

#[tokio::test]
async fn a_stop_after_the_pull_leaves_what_came_for_the_next_sync() {
    let course = Course::with_pages(3).await;
    let device = Device::synced(&course).await;
    (0..3).for_each(|at| course.someone_replaces(at, "paragraph 1", "paragraph 1 from there"));
    let watch = stopped_while_comparing();
    let report = sync::sync(device.store(), vec![device.site()], device.options(), watch).await.unwrap();
    assert_eq!((report.outcome, report.items.len()), (Outcome::Stopped, 0), "{report:?}");
    assert_eq!(device.sync().await.count(Did::is_received), 3);
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

async fn execute_watched(device: &Device, review: &Review, watch: Watch) -> Report {
    let (sites, none) = (vec![device.site()], BTreeSet::new());
    match sync::execute(device.store(), sites, device.options(), watch, review, &none).await.unwrap() {
        Executed::Done(report) => *report,
        Executed::Moved { changed, .. } => panic!("it was as shown when it was compared: {changed:?}"),
    }
}

#[tokio::test]
async fn what_someone_writes_there_while_a_plan_is_carried_out_is_not_joined_and_sent_unseen() {
    for deleted in [false, true] {
        let course = Arc::new(Course::with_pages(2).await);
        let device = Device::synced(&course).await;
        match deleted {
            false => device.replace("Page 1", "paragraph 1", "paragraph 1 from here").await,
            true => device.delete("Page 1").await,
        };
        let review = shown(&device).await;
        course.canvas.log().reset();
        let there = Arc::clone(&course);
        let slips_in = move || there.someone_replaces(0, "paragraph 5", "paragraph 5 from there");
        let report = execute_watched(&device, &review, meanwhile(Phase::Sending, slips_in)).await;
        assert_eq!(did(&report), [("Page 1".to_owned(), Did::Failed)], "{report:?}");
        assert!(report.items[0].words.contains("changed since you looked"), "{report:?}");
        assert_eq!((report.outcome, course.canvas.log().writes()), (Outcome::Partly, vec![]));
        assert!(course.body(0).contains("from there") && !course.body(0).contains("from here"));
        if !deleted {
            let here = device.page("Page 1").await.content.body;
            assert!(here.contains("from here") && !here.contains("from there"), "{here}");
            device.sync().await;
            assert!(course.body(0).contains("from there") && course.body(0).contains("from here"));
            device.assert_quiet(&course).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_while_a_plan_is_carried_out_is_not_sent_with_it() {
    let course = Course::with_pages(3).await;
    let device = Arc::new(Device::synced(&course).await);
    device.replace("Page 1", "paragraph 1", "paragraph 1 from here").await;
    device.replace("Page 2", "paragraph 1", "paragraph 1 from here").await;
    course.someone_replaces(1, "paragraph 5", "paragraph 5 from there");
    device.create("New", "<p>Fresh.</p>").await;
    device.replace("Page 3", "paragraph 1", "paragraph 1 from here").await;
    let review = shown(&device).await;
    assert_eq!(review.lines.len(), 4, "{review:?}");
    let here = Arc::clone(&device);
    let types = move || {
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                here.replace("Page 1", "paragraph 3", "paragraph 3 typed since").await;
                here.replace("Page 2", "paragraph 3", "paragraph 3 typed since").await;
                here.replace("New", "Fresh", "Fresh, typed since").await;
            });
        });
    };
    let report = execute_watched(&device, &review, meanwhile(Phase::Sending, types)).await;
    assert_eq!(report.count(|did| did == Did::Failed), 3, "{report:?}");
    assert_eq!(report.count(Did::is_sent), 1, "what nobody touched went: {report:?}");
    for at in 0..2 {
        let there = course.body(at);
        assert!(!there.contains("typed since") && !there.contains("from here"), "{there}");
    }
    assert_eq!(course.titles(), ["Page 1", "Page 2", "Page 3"]);
    device.sync().await;
    assert!(course.body(0).contains("typed since") && course.body(1).contains("typed since"));
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

/// Names of all lines that wait for the person: the window ticks none of them.
fn asked(review: &Review) -> Vec<String> {
    let asks = |line: &&sync::ReviewLine| matches!(line.line.action, Action::Conflict { .. } | Action::Ask { .. });
    review.lines.iter().filter(asks).map(|line| line.id.clone()).collect()
}

#[tokio::test]
async fn what_waits_for_the_person_still_waits_after_a_plan_was_carried_out() {
    let course = Course::with_pages(3).await;
    let device = Device::synced(&course).await;
    let conflict = device.replace("Page 1", "paragraph 1", "paragraph 1 from here").await;
    course.someone_replaces(0, "paragraph 1", "paragraph 1 from there");
    let question = device.delete("Page 2").await;
    course.someone_replaces(1, "paragraph 1", "paragraph 1 from there");
    device.sync().await;
    let waiting = device.store().conflicts().await.unwrap();
    assert_eq!(waiting.len(), 2, "{waiting:?}");
    device.replace("Page 3", "paragraph 1", "paragraph 1 from here").await;
    let review = shown(&device).await;
    let Executed::Done(report) = execute(&device, &review, &asked(&review)).await else { panic!("nothing moved") };
    assert_eq!((report.count(Did::is_sent), report.count(Did::needs_person)), (1, 2), "{report:?}");
    for entity in [conflict, question] {
        let still = device.store().conflict(entity).await.unwrap();
        assert!(still.is_some(), "it still waits: {report:?}");
    }
    assert_eq!(device.store().conflict(conflict).await.unwrap().unwrap().since, waiting[0].since);
    assert!(!course.body(0).contains("from here") && course.body(2).contains("from here"));
    device.settle(conflict, true).await;
    device.sync().await;
    assert!(course.body(0).contains("from here"));
}

#[tokio::test]
async fn what_a_plan_asks_first_can_be_answered_from_the_plan() {
    let course = Course::with_pages(3).await;
    let device = Device::synced(&course).await;
    let conflict = device.replace("Page 1", "paragraph 1", "paragraph 1 from here").await;
    course.someone_replaces(0, "paragraph 1", "paragraph 1 from there");
    let question = device.delete("Page 2").await;
    course.someone_replaces(1, "paragraph 1", "paragraph 1 from there");
    let review = shown(&device).await;
    assert_eq!(asked(&review).len(), 2, "{review:?}");
    for entity in [conflict, question] {
        assert!(device.store().conflict(entity).await.unwrap().is_some(), "it can be decided from the plan");
    }
    // It was answered between the plan and its execution: that line is not what was shown, and is left for another time.
    device.settle(conflict, false).await;
    let Executed::Done(_) = execute(&device, &review, &asked(&review)).await else { panic!("nothing ticked moved") };
    assert_eq!(device.store().conflict(conflict).await.unwrap(), None, "it was answered");
    assert!(device.page("Page 1").await.content.body.contains("from there"));
    assert!(device.store().conflict(question).await.unwrap().is_some());
    // A plan that turned out not to be true any more asks what the new one asks.
    device.replace("Page 3", "paragraph 1", "paragraph 1 from here").await;
    let review = shown(&device).await;
    course.someone_replaces(2, "paragraph 1", "paragraph 1 from there");
    let moved = execute(&device, &review, &asked(&review)).await;
    let Executed::Moved { review, .. } = moved else { panic!("it moved") };
    assert_eq!(asked(&review).len(), 2, "{review:?}");
    assert_eq!(device.store().conflicts().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_sync_is_taken_back_whole_or_by_chosen_lines_and_what_was_written_since_stays() {
    for chosen in [false, true] {
        let course = Course::with_pages(5).await;
        let device = Device::synced(&course).await;
        let before: Vec<String> = (0..5).map(|at| course.body(at)).collect();
        let pushed = device.replace("Page 1", "paragraph 1", "paragraph 1 from here").await;
        course.someone_replaces(1, "paragraph 1", "paragraph 1 from there");
        course.someone_replaces(2, "paragraph 1", "paragraph 1 from there");
        device.replace("Page 3", "paragraph 5", "paragraph 5 from here").await;
        device.delete("Page 4").await;
        course.canvas.as_someone_else().delete_page(course.id, course.pages[4]).unwrap();
        device.create("New", "<p>Fresh.</p>").await;
        let report = device.sync().await;
        device.replace("Page 2", "paragraph 5", "paragraph 5 typed since").await;
        let only = BTreeSet::from([pushed]);
        let undone = sync::undo(device.store(), report.run, chosen.then_some(&only), report.finished_at).await.unwrap();
        assert!(undone.iter().all(|line| line.done), "{undone:?}");
        assert_eq!(undone.len(), if chosen { 1 } else { 6 }, "{undone:?}");
        device.sync().await;
        assert_eq!(course.body(0), before[0]);
        let second = course.body(1);
        assert!(second.contains("typed since"), "{second}");
        assert_eq!(second.contains("from there"), chosen, "{second}");
        if chosen {
            assert_eq!(course.titles(), ["New", "Page 1", "Page 2", "Page 3"]);
        } else {
            assert_eq!(course.titles(), ["Page 1", "Page 2", "Page 3", "Page 4", "Page 5"]);
            assert!(!course.body(2).contains("from there"), "{}", course.body(2));
        }
        assert_eq!(device.differences().await, Vec::<String>::new());
        device.assert_quiet(&course).await;
    }
}
