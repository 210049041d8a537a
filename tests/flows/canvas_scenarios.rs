//! Scenarios of names, structure, statuses and size as a course meets them, by number.

use domain::{Content, FieldValue, Kind, field};
use simulators::canvas::{CourseSeed, ItemSeed, ModuleSeed, PageSeed};
use simulators::fault::{Fault, On};

use crate::support::{Course, Device};

async fn renamed(device: &Device, from: &str, to: &str) {
    let page = device.page(from).await;
    device.save(page.id, &Content { title: to.to_owned(), ..page.content }).await;
}

/// Everything here is there, and another sync has nothing to do.
async fn settled(device: &Device, course: &Course) {
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(course).await;
}

#[tokio::test]
async fn s35_swapped_names_and_names_that_exist_keep_each_page_its_own_text() {
    for permanent in [false, true] {
        let course = Course::with_pages(3).await;
        course.canvas.configure(|settings| settings.permanent_page_links = permanent);
        let device = Device::synced(&course).await;
        let ids = [device.page("Page 1").await.id, device.page("Page 2").await.id];
        renamed(&device, "Page 1", "Between").await;
        renamed(&device, "Page 2", "Page 1").await;
        renamed(&device, "Between", "Page 2").await;
        renamed(&device, "Page 3", "Page 2 and more").await;
        for _ in 0..2 {
            device.sync().await;
        }
        for (at, id) in ids.into_iter().enumerate() {
            let page = device.store().get(id).await.unwrap();
            assert!(page.content.body.contains(&format!("Page {}, paragraph 1", at + 1)), "{}", page.content.body);
            assert!(course.body(at).contains(&format!("Page {}, paragraph 1", at + 1)));
        }
        assert_eq!(course.titles().len(), 3, "permanent links: {permanent}: {:?}", course.titles());
        settled(&device, &course).await;
    }
}

#[tokio::test]
async fn s35_a_page_renamed_on_both_sides_is_asked_about() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    renamed(&device, "Page 1", "Ours").await;
    course.canvas.as_someone_else().rename_page(course.id, course.pages[0], "Theirs").unwrap();
    device.sync().await;
    let conflicts = device.store().conflicts().await.unwrap();
    assert_eq!(conflicts.len(), 1);
    device.settle(conflicts[0].entity, true).await;
    device.sync().await;
    assert_eq!(course.titles(), ["Ours"]);
    settled(&device, &course).await;
}

fn modules() -> CourseSeed {
    let page = |n: usize| PageSeed {
        title: format!("Page {n}"),
        body: format!("<p>Page {n}.</p>"),
        published: true,
        front: false,
    };
    let module = |name: &str, pages: &[usize]| ModuleSeed {
        name: name.to_owned(),
        published: true,
        items: pages.iter().map(|page| ItemSeed::Page(*page)).collect(),
    };
    CourseSeed {
        name: "Shore life".to_owned(),
        pages: (0..4).map(page).collect(),
        modules: vec![module("Week 1", &[0, 1, 2]), module("Week 2", &[3, 0])],
        ..CourseSeed::default()
    }
}

#[tokio::test]
async fn s36_items_that_move_on_both_sides_and_a_module_that_is_deleted_meanwhile_lose_no_page() {
    let course = Course::with(&modules()).await;
    let device = Device::synced(&course).await;
    let other = course.canvas.as_someone_else();
    let there = course.canvas.course(course.id).unwrap();
    let [week1, week2] = there.modules.values().map(|module| module.id).collect::<Vec<_>>()[..] else { panic!() };
    let place = |entities: &[store::Entity], title: &str| -> store::Entity {
        entities
            .iter()
            .find(|e| e.kind == Kind::ModuleItem && e.content.title == title && e.deleted_at.is_none())
            .unwrap()
            .clone()
    };
    // The same item to the top here and to the end there; ours stays.
    let item = place(&device.entities().await, "Page 1");
    device.save(item.id, &item.content.clone().with(field::POSITION, FieldValue::Number(1))).await;
    let number = there.items.values().find(|item| item.module_id == week1 && item.position == Some(2)).unwrap().id;
    other.edit_item(course.id, number, &serde_json::json!({"position": 3})).unwrap();
    device.sync().await;
    device.sync().await;
    settled(&device, &course).await;
    // It moves into a module that somebody deletes before it comes.
    let item = place(&device.entities().await, "Page 2");
    let elsewhere = FieldValue::Text(week2.to_string());
    device
        .save(
            item.id,
            &item.content.clone().with(field::MODULE, elsewhere).with(field::POSITION, FieldValue::Number(1)),
        )
        .await;
    other.delete_module(course.id, week2).unwrap();
    device.sync().await;
    device.sync().await;
    assert_eq!(course.titles(), ["Page 0", "Page 1", "Page 2", "Page 3"], "no page goes with its item");
    let entities = device.entities().await;
    let pages = entities.iter().filter(|entity| entity.kind == Kind::Page && entity.deleted_at.is_none()).count();
    assert_eq!(pages, 4, "here neither");
}

#[tokio::test]
async fn s37_titles_of_every_kind_arrive_or_are_refused_in_words() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    renamed(&device, "Page 1", "PAGE 1").await;
    let long = "x".repeat(255);
    for title in ["Either/Or", "C# & F#", "100 %", "Привет мир", "<b>Bold</b>", long.as_str()] {
        device.create(title, "<p>Words.</p>").await;
    }
    device.sync().await;
    settled(&device, &course).await;
    assert_eq!(course.titles().len(), 7, "{:?}", course.titles());
    // Canvas wants a letter or a digit in a title.
    let smile = device.create("😀", "<p>Words.</p>").await;
    let report = device.sync().await;
    let item = report.items.iter().find(|item| item.title == "😀").expect("it is in the report");
    assert_eq!(item.did, sync::Did::Parked, "{item:?}");
    let kept = device.store().get(smile).await.unwrap();
    assert_eq!(kept.content.body, "<p>Words.</p>");
    device.save(smile, &Content { title: "Smile 😀".to_owned(), ..kept.content }).await;
    device.sync().await;
    settled(&device, &course).await;
}

#[tokio::test]
async fn s38_a_page_that_became_the_front_page_is_not_deleted_and_says_why() {
    let course = Course::with_pages(2).await;
    let device = Device::synced(&course).await;
    let front = simulators::canvas::PageChange { front_page: Some(true), ..Default::default() };
    course.canvas.as_someone_else().edit_page(course.id, course.pages[0], &front).unwrap();
    let id = device.delete("Page 1").await;
    device.sync().await;
    device.sync().await;
    assert_eq!(course.titles(), ["Page 1", "Page 2"], "it is still there");
    let kept = device.store().get(id).await.unwrap();
    assert!(kept.content.body.contains("Page 1, paragraph 1"), "and its text here");
}

#[tokio::test]
async fn s41_a_page_that_a_blueprint_locked_meanwhile_keeps_our_text_and_holds_nothing_else_back() {
    let course = Course::with_pages(2).await;
    let device = Device::synced(&course).await;
    let locked = device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
    device.replace("Page 2", "paragraph 2", "paragraph 2 from here").await;
    course.canvas.lock_page_by_blueprint(course.id, course.pages[0], true);
    let report = device.sync().await;
    assert!(!course.body(0).contains("from here") && course.body(1).contains("from here"));
    let said = report.items.iter().find(|item| item.title == "Page 1").expect("it is in the report");
    assert!(format!("{said:?}").to_lowercase().contains("blueprint"), "{said:?}");
    assert!(device.store().get(locked).await.unwrap().content.body.contains("from here"), "our text is here");
    course.canvas.log().reset();
    device.sync().await;
    assert_eq!(course.canvas.log().writes(), [], "it is not tried again and again");
}

#[tokio::test]
async fn s47_whatever_status_a_write_is_answered_with_no_text_is_lost_and_nothing_is_made_twice() {
    for status in [401, 403, 404, 409, 412, 413, 422, 429, 500, 502, 503, 504] {
        for method in ["POST", "PUT", "DELETE"] {
            let course = Course::with_pages(3).await;
            let device = Device::synced(&course).await;
            device.create("New here", "<p>Words from here.</p>").await;
            device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
            device.delete("Page 2").await;
            let said = Fault::Status {
                code: status,
                body: "{\"errors\":[{\"message\":\"no\"}]}".to_owned(),
                content_type: "application/json; charset=utf-8".to_owned(),
                headers: Vec::new(),
            };
            course.canvas.faults().add(On::method(method, "/pages"), said);
            device.sync().await;
            course.canvas.faults().clear();
            for text in ["Words from here", "paragraph 2 from here", "Page 2, paragraph 1"] {
                assert!(device.holds(text).await, "{status} {method}: {text}");
            }
            for row in device.store().outbox().await.unwrap() {
                device.store().unpark(row.entity).await.unwrap();
            }
            for _ in 0..2 {
                device.sync().await;
            }
            let titles = course.titles();
            let made = titles.iter().filter(|title| title.starts_with("New here")).count();
            assert_eq!(made, 1, "{status} {method}: {titles:?}");
        }
    }
}

#[tokio::test]
async fn s49_pages_that_come_and_go_while_the_list_is_read_are_neither_missed_nor_deleted() {
    let page =
        |n: usize| PageSeed { title: format!("Page {n}"), body: format!("<p>{n}</p>"), published: true, front: false };
    let seed = CourseSeed { name: "Long".to_owned(), pages: (0..250).map(page).collect(), ..CourseSeed::default() };
    let course = Course::with(&seed).await;
    let device = Device::synced(&course).await;
    let (other, id, gone) = (course.canvas.as_someone_else(), course.id, course.pages[3]);
    let comes = simulators::canvas::PageChange {
        title: Some("Came in between".to_owned()),
        published: Some(true),
        ..Default::default()
    };
    let between = Fault::before(move || {
        let _ = other.delete_page(id, gone);
        other.create_page(id, &comes).unwrap();
    });
    course.canvas.faults().add(On::method("GET", "/pages?").path("page=2").first(1), between);
    device.sync().await;
    course.canvas.faults().clear();
    device.sync().await;
    let here = device.entities().await.into_iter().filter(|e| e.kind == Kind::Page && e.deleted_at.is_none()).count();
    assert_eq!(here, 250, "one went and one came");
    settled(&device, &course).await;
}
