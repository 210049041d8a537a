//! What instructors write in a course, kept, edited and synced whole.

use std::path::PathBuf;

use domain::{Content, FieldValue, Kind, field};
use simulators::canvas::{AssignmentSeed, CourseSeed, ModuleSeed, PageSeed, TopicSeed};
use store::{Entity, NewEntity};
use sync::Did;

use crate::support::{Course, Device, did};

/// The bodies of real courses, where they lie beside this folder.
fn corpus() -> Vec<(String, String)> {
    let shared = std::env::var_os("LECTERN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let mut found = Vec::new();
    let mut folders = vec![shared.join("corpus/canvas")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == "html") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// A word more in the last paragraph, or in one of its own.
fn with_a_word(body: &str) -> String {
    match body.rfind("</p>") {
        Some(at) => format!("{} Zaunkönig{}", &body[..at], &body[at..]),
        None => format!("{body}<p> Zaunkönig</p>"),
    }
}

fn without_the_word(body: &str) -> String {
    body.replace("<p> Zaunkönig</p>", "").replace(" Zaunkönig", "")
}

#[tokio::test]
async fn a_word_in_each_body_of_real_courses_changes_that_word_alone_and_tells_nobody() {
    let mut bodies = corpus();
    if bodies.is_empty() {
        println!("skipped: no corpus beside this folder");
        return;
    }
    // A body that is nothing to Canvas has no words to keep.
    bodies.retain(|(_, html)| !simulators::canvas::sanitize(html).trim().is_empty());
    let pages = bodies.iter().enumerate().map(|(at, (_, html))| PageSeed {
        title: format!("Body {at}"),
        body: html.clone(),
        published: true,
        front: false,
    });
    let course =
        Course::with(&CourseSeed { name: "Real".to_owned(), pages: pages.collect(), ..CourseSeed::default() }).await;
    let device = Device::synced(&course).await;
    let before: Vec<String> = (0..bodies.len()).map(|at| course.body(at)).collect();
    for entity in device.entities().await.into_iter().filter(|entity| entity.kind == Kind::Page) {
        let body = with_a_word(&entity.content.body);
        device.save(entity.id, &Content { body, ..entity.content }).await;
    }
    let report = device.sync().await;
    let sent = report.items.iter().filter(|item| item.did == Did::Pushed).count();
    assert_eq!(sent, bodies.len());
    let mut otherwise = Vec::new();
    for (at, (name, _)) in bodies.iter().enumerate() {
        let after = course.body(at);
        assert!(after.contains("Zaunkönig"), "{name}");
        if without_the_word(&after) != before[at] {
            otherwise.push(name.clone());
        }
    }
    println!("{} bodies, {} of them changed beside the word", bodies.len(), otherwise.len());
    assert_eq!(otherwise, Vec::<String>::new());
    assert_eq!(course.canvas.notifications(), []);
    device.assert_quiet(&course).await;
    assert_eq!(device.differences().await, Vec::<String>::new());
}

/// A page, an assignment, a discussion, an announcement and a module of two pages.
async fn small() -> Course {
    let page = |n: usize| PageSeed {
        title: format!("Page {n}"),
        body: format!("<p>Page {n}.</p>"),
        published: true,
        front: n == 0,
    };
    let topic = |title: &str, announcement: bool| TopicSeed {
        title: title.to_owned(),
        message: format!("<p>{title}.</p>"),
        published: true,
        announcement,
        pinned: false,
    };
    let essay = AssignmentSeed {
        name: "Essay".to_owned(),
        description: "<p>Write.</p>".to_owned(),
        points: 10.0,
        due_at: None,
        published: true,
    };
    let items = vec![
        simulators::canvas::ItemSeed::Header("Start".to_owned()),
        simulators::canvas::ItemSeed::Page(1),
        simulators::canvas::ItemSeed::Page(2),
    ];
    Course::with(&CourseSeed {
        name: "Shore life".to_owned(),
        syllabus: Some("<p>Ten weeks.</p>".to_owned()),
        pages: (0..3).map(page).collect(),
        assignments: vec![essay],
        topics: vec![topic("Talk", false), topic("News", true)],
        modules: vec![ModuleSeed { name: "Week 1".to_owned(), published: true, items }],
        ..CourseSeed::default()
    })
    .await
}

async fn one(device: &Device, kind: Kind, title: &str) -> Entity {
    let mut found = device.entities().await;
    found.retain(|entity| entity.kind == kind && entity.content.title == title && entity.deleted_at.is_none());
    assert_eq!(found.len(), 1, "{kind:?} {title}");
    found.remove(0)
}

type Fields = Vec<(&'static str, FieldValue)>;

#[tokio::test]
async fn fields_of_every_kind_arrive_and_the_next_sync_has_nothing_to_say() {
    let course = small().await;
    let device = Device::synced(&course).await;
    let at = |text: &str| FieldValue::Time(text.parse().unwrap());
    let text = |words: &str| FieldValue::Text(words.to_owned());
    let edits: [(Kind, &str, Fields); 6] = [
        (
            Kind::Page,
            "Page 1",
            vec![(field::PUBLISHED, FieldValue::Flag(false)), (field::EDITING_ROLES, text("teachers,students"))],
        ),
        (Kind::Assignment, "Essay", vec![(field::POINTS, text("12.5")), (field::DUE_AT, at("2031-01-15T07:00:00Z"))]),
        (
            Kind::Discussion,
            "Talk",
            vec![(field::PINNED, FieldValue::Flag(true)), (field::REQUIRE_INITIAL_POST, FieldValue::Flag(true))],
        ),
        (Kind::Announcement, "News", vec![(field::LOCKED, FieldValue::Flag(true))]),
        (Kind::Module, "Week 1", vec![(field::SEQUENTIAL, FieldValue::Flag(true))]),
        (Kind::ModuleItem, "Start", vec![(field::INDENT, FieldValue::Number(1))]),
    ];
    for (kind, title, fields) in &edits {
        let entity = one(&device, *kind, title).await;
        let content = fields.iter().fold(entity.content, |content, (name, value)| content.with(name, value.clone()));
        device.save(entity.id, &content).await;
    }
    let syllabus = one(&device, Kind::Syllabus, "Syllabus").await;
    device.save(syllabus.id, &Content { body: "<p>Twelve weeks.</p>".to_owned(), ..syllabus.content }).await;
    let report = device.sync().await;
    assert_eq!(report.items.iter().filter(|item| item.did == Did::Pushed).count(), edits.len() + 1, "{report:?}");
    let there = course.canvas.course(course.id).unwrap();
    assert_eq!(there.syllabus.as_deref(), Some("<p>Twelve weeks.</p>"));
    let essay = there.assignments.values().next().unwrap();
    assert_eq!(
        (essay.points_possible, essay.due_at.unwrap().to_rfc3339()),
        (12.5, "2031-01-16T06:59:59+00:00".to_owned())
    );
    assert!(
        there.topics.values().any(|topic| topic.pinned)
            && there.topics.values().any(|topic| topic.is_announcement && topic.locked)
    );
    assert_eq!(course.canvas.notifications(), []);
    // The end of the day that Canvas made of a midnight is ours as well.
    assert_eq!(one(&device, Kind::Assignment, "Essay").await.content.fields[field::DUE_AT], at("2031-01-16T06:59:59Z"));
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn items_are_made_and_put_in_another_order_and_the_next_sync_has_nothing_to_say() {
    let course = small().await;
    let device = Device::synced(&course).await;
    let module = one(&device, Kind::Module, "Week 1").await;
    let page = one(&device, Kind::Page, "Page 0").await;
    let mapping = device.store().mapping(page.id, device.account).await.unwrap().unwrap();
    let item = Content::new("", "")
        .with(field::ITEM_TYPE, FieldValue::Text("Page".to_owned()))
        .with(field::ITEM_TARGET, FieldValue::Text(mapping.remote.to_string()));
    let new = NewEntity { space: device.space, kind: Kind::ModuleItem, parent: Some(module.id), content: item };
    device.store().create(&new, course.canvas.clock().now()).await.unwrap();
    // The last item becomes the first, and the others make room here as they will there.
    for (title, place) in [("Page 2", 1), ("Start", 2), ("Page 1", 3)] {
        let entity = one(&device, Kind::ModuleItem, title).await;
        device.save(entity.id, &entity.content.clone().with(field::POSITION, FieldValue::Number(place))).await;
    }
    device.sync().await;
    let there = course.canvas.course(course.id).unwrap();
    let mut order: Vec<_> =
        there.items.values().filter(|item| !item.deleted).map(|item| (item.position, item.title.clone())).collect();
    order.sort();
    let order: Vec<&str> = order.iter().map(|(_, title)| title.as_str()).collect();
    assert_eq!(order, ["Page 2", "Start", "Page 1", "Page 0"]);
    let items = device.entities().await.into_iter().filter(|entity| entity.kind == Kind::ModuleItem).count();
    assert_eq!(items, 4, "made once");
    device.sync().await;
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_renamed_page_takes_its_item_along_quietly() {
    let course = small().await;
    let device = Device::synced(&course).await;
    let page = one(&device, Kind::Page, "Page 1").await;
    device.save(page.id, &Content { title: "Tides".to_owned(), ..page.content }).await;
    assert_eq!(did(&device.sync().await), [("Tides".to_owned(), Did::Pushed)]);
    assert_eq!(did(&device.sync().await), [], "the item's new title is no news");
    assert_eq!(one(&device, Kind::ModuleItem, "Tides").await.kind, Kind::ModuleItem);
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn the_dates_and_points_of_a_graded_discussion_are_edited_and_then_nothing_is_written() {
    let course = small().await;
    let talk =
        *course.canvas.course(course.id).unwrap().topics.iter().find(|(_, topic)| topic.title == "Talk").unwrap().0;
    let graded = serde_json::json!({"assignment": {"points_possible": 5}});
    course.canvas.as_someone_else().edit_topic(course.id, talk, &graded).unwrap();
    let device = Device::synced(&course).await;
    let essay = one(&device, Kind::Assignment, "Talk").await;
    let due = FieldValue::Time("2031-03-05T12:00:00Z".parse().unwrap());
    let wanted = essay.content.with(field::DUE_AT, due).with(field::POINTS, FieldValue::Text("7.5".to_owned()));
    device.save(essay.id, &wanted).await;
    let report = device.sync().await;
    assert_eq!(did(&report), [("Talk".to_owned(), Did::Pushed)]);
    let there = course.canvas.course(course.id).unwrap();
    let topic = &there.topics[&talk];
    assert_eq!((topic.title.as_str(), topic.message.as_deref()), ("Talk", Some("<p>Talk.</p>")));
    let assignment = &there.assignments[&topic.assignment_id.unwrap()];
    assert_eq!((assignment.points_possible, assignment.due_at.is_some()), (7.5, true));
    assert_eq!(course.canvas.notifications(), []);
    device.assert_quiet(&course).await;
    assert_eq!(device.differences().await, Vec::<String>::new());
}

#[tokio::test]
async fn comments_on_an_announcement_stand_under_it_and_cost_nothing_while_nothing_happens() {
    let course = small().await;
    let news =
        *course.canvas.course(course.id).unwrap().topics.iter().find(|(_, topic)| topic.title == "News").unwrap().0;
    course.canvas.as_someone_else().reply(course.id, news, "<p>Which boots?</p>");
    let device = Device::synced(&course).await;
    let announcement = one(&device, Kind::Announcement, "News").await;
    let comments = |entities: Vec<Entity>| entities.into_iter().filter(|entity| entity.kind == Kind::Reply);
    let parents: Vec<_> = comments(device.entities().await).map(|comment| comment.parent).collect();
    assert_eq!(parents, [Some(announcement.id)]);
    course.canvas.log().reset();
    assert_eq!(did(&device.sync().await), []);
    assert_eq!(course.canvas.log().count("GET", "/view"), 0, "{:?}", course.canvas.log().all());
    device.assert_quiet(&course).await;
}
