//! Lost replies, duplicates, retries.

use std::sync::Arc;

use simulators::fault::{Fault, On};
use sync::Did;

use crate::support::{Course, Device, did};

#[tokio::test]
async fn s01_a_page_whose_creation_lost_its_reply_is_adopted_and_not_made_twice() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    device.create("New", "<p>Fresh.</p>").await;
    course.canvas.faults().add(On::method("POST", "/pages"), Fault::LoseReply);
    assert_eq!(did(&device.sync().await), [("New".to_owned(), Did::Unsure)]);
    course.canvas.faults().clear();
    assert_eq!(did(&device.sync().await), [("New".to_owned(), Did::Adopted)]);
    assert_eq!(course.titles(), ["New", "Page 1"]);
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s01_while_a_lost_page_cannot_be_looked_for_it_is_neither_sent_again_nor_taken_for_a_new_one() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    device.create("New", "<p>Fresh.</p>").await;
    course.canvas.faults().add(On::method("POST", "/pages"), Fault::LoseReply);
    device.sync().await;
    course.canvas.faults().clear();
    course.canvas.faults().add(On::method("GET", "sort=created_at"), Fault::TruncateJson { bytes: 30 });
    let report = device.sync().await;
    assert_eq!(report.left_out.len(), 1, "told: {report:?}");
    let pages = device.entities().await.into_iter().filter(|entity| entity.kind == domain::Kind::Page);
    assert_eq!(pages.count(), 2);
    course.canvas.faults().clear();
    assert_eq!(did(&device.sync().await), [("New".to_owned(), Did::Adopted)]);
    assert_eq!(course.titles(), ["New", "Page 1"]);
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s01_a_lost_page_that_somebody_has_edited_since_is_adopted_and_merged() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    device.create("New", "<p>Fresh.</p>\n<p>Second.</p>").await;
    course.canvas.faults().add(On::method("POST", "/pages"), Fault::LoseReply);
    device.sync().await;
    course.canvas.faults().clear();
    let page = course.canvas.page_titled(course.id, "New").unwrap();
    let edited = page.body.unwrap().replace("Second.", "Second, from there.");
    course.canvas.as_someone_else().write_page(course.id, page.id, &edited).unwrap();
    device.replace("New", "Fresh.", "Fresh, from here.").await;
    device.sync().await;
    device.sync().await;
    let body = course.canvas.page(course.id, page.id).unwrap().body.unwrap();
    assert!(body.contains("from there") && body.contains("from here"), "{body}");
    assert_eq!(course.titles(), ["New", "Page 1"]);
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s03_an_update_that_was_saved_and_answered_with_500_is_no_conflict_and_is_not_written_twice() {
    for (code, title) in [(500, "New title"), (504, "Page 1")] {
        let course = Course::with_pages(1).await;
        let device = Device::synced(&course).await;
        let page = device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
        let mut content = device.page("Page 1").await.content;
        content.title = title.to_owned();
        device.save(page, &content).await;
        // Saved by the hook as the server would have, and answered with an error all the same.
        let (editor, id, at) = (course.canvas.as_user(course.teacher), course.id, course.pages[0]);
        let (body, title) = (content.body.clone(), content.title.clone());
        let save = Fault::before(move || {
            let change = simulators::canvas::PageChange {
                title: Some(title.clone()),
                body: Some(Some(body.clone())),
                ..Default::default()
            };
            editor.edit_page(id, at, &change).unwrap();
        });
        course.canvas.faults().add(On::method("PUT", "/pages"), save);
        course.canvas.faults().add(On::method("PUT", "/pages"), Fault::status(code, "trouble"));
        device.sync().await;
        course.canvas.faults().clear();
        let before = course.canvas.revision_count(course.id, at);
        course.canvas.log().reset();
        let report = device.sync().await;
        assert_eq!(report.count(Did::needs_person), 0, "{code}: {:?}", did(&report));
        assert_eq!(course.canvas.log().writes(), [], "{code}: nothing is written twice");
        assert_eq!(course.canvas.revision_count(course.id, at), before);
        assert_eq!(device.differences().await, Vec::<String>::new());
        device.assert_quiet(&course).await;
    }
}

#[tokio::test]
async fn s04_a_crash_between_the_write_and_its_note_recognises_its_own_write() {
    for new in [true, false] {
        let course = Course::with_pages(1).await;
        let mut device = Device::synced(&course).await;
        if new {
            device.create("New", "<p>Fresh.</p>").await;
        } else {
            device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
        }
        device.store().set_crash_hook(Some(Arc::new(|name| name == "journal confirmed")));
        device.try_sync().await.unwrap_err();
        device.reopen().await;
        course.canvas.log().reset();
        let report = device.sync().await;
        assert_eq!(did(&report).into_iter().map(|(_, did)| did).collect::<Vec<_>>(), [Did::Adopted], "new: {new}");
        assert_eq!(course.canvas.log().writes(), []);
        assert_eq!(course.titles().len(), if new { 2 } else { 1 });
        assert_eq!(device.differences().await, Vec::<String>::new());
        device.assert_quiet(&course).await;
    }
}

#[tokio::test]
async fn s09_an_edit_of_a_page_that_was_deleted_there_asks_and_never_makes_it_again() {
    // Deleted before the pull, and between the pull and the write.
    for late in [false, true] {
        let course = Course::with_pages(3).await;
        let device = Device::synced(&course).await;
        let page = device.replace("Page 2", "paragraph 2", "paragraph 2 from here").await;
        let (editor, id, at) = (course.canvas.as_someone_else(), course.id, course.pages[1]);
        if late {
            let path = format!("page_id:{at}/revisions");
            let delete = Fault::before(move || drop(editor.delete_page(id, at)));
            course.canvas.faults().add(On::method("GET", &path), delete);
        } else {
            editor.delete_page(id, at).unwrap();
        }
        course.canvas.log().reset();
        assert_eq!(did(&device.sync().await), [("Page 2".to_owned(), Did::Asked)], "late: {late}");
        course.canvas.faults().clear();
        assert_eq!(did(&device.sync().await), [("Page 2".to_owned(), Did::Asked)], "late: {late}");
        assert_eq!(course.canvas.log().writes(), [], "late: {late}");
        assert_eq!(course.titles(), ["Page 1", "Page 3"]);
        assert!(device.store().get(page).await.unwrap().content.body.contains("paragraph 2 from here"));
        assert_eq!(device.store().conflicts().await.unwrap().len(), 1);
    }
}
