//! A plan that is looked through first, and a sync that is taken back.

use std::collections::BTreeSet;

use sync::{Did, Executed, Review, Watch};

use crate::support::{Course, Device};

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
