//! Modules and what is in them, put in another order here.

use std::collections::BTreeMap;

use domain::{Content, EntityId, FieldValue, Kind, field};
use simulators::canvas::{CourseSeed, ItemSeed, ModuleSeed, PageSeed};
use store::{Entity, NewEntity};
use sync::Did;

use crate::support::{Course, Device, did};

/// Two modules of headings: `a` to `e`, and `v` to `z`.
async fn course() -> Course {
    let module = |name: &str, letters: &str| ModuleSeed {
        name: name.to_owned(),
        published: true,
        items: letters.chars().map(|letter| ItemSeed::Header(letter.to_string())).collect(),
    };
    let page = PageSeed { title: "Tides".to_owned(), body: "<p>Twice.</p>".to_owned(), published: true, front: false };
    Course::with(&CourseSeed {
        name: "Shore life".to_owned(),
        pages: vec![page],
        modules: vec![module("Week 1", "abcde"), module("Week 2", "vwxyz")],
        ..CourseSeed::default()
    })
    .await
}

/// The titles in each module there, in order.
fn there(course: &Course) -> BTreeMap<String, String> {
    let found = course.canvas.course(course.id).unwrap();
    let in_module = |module: i64| {
        let mut items: Vec<_> = found.items.values().filter(|item| !item.deleted && item.module_id == module).collect();
        items.sort_by_key(|item| (item.position, item.id));
        items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>().concat()
    };
    found
        .modules
        .values()
        .filter(|module| !module.deleted)
        .map(|module| (module.name.clone(), in_module(module.id)))
        .collect()
}

/// The same here.
async fn here(device: &Device) -> BTreeMap<String, String> {
    let rows = device.store().list(device.space).await.unwrap();
    let modules = rows.iter().filter(|row| row.kind == Kind::Module && !row.deleted);
    modules
        .map(|module| {
            let items = rows.iter().filter(|row| row.parent == Some(module.id) && !row.deleted);
            (module.title.clone(), items.map(|item| item.title.as_str()).collect::<Vec<_>>().concat())
        })
        .collect()
}

async fn one(device: &Device, title: &str) -> Entity {
    let mut found = device.entities().await;
    found.retain(|entity| entity.content.title == title && entity.deleted_at.is_none() && entity.kind != Kind::Page);
    assert_eq!(found.len(), 1, "{title}");
    found.remove(0)
}

/// Puts an item before another, or to the end of a module.
async fn put(device: &Device, course: &Course, title: &str, module: &str, before: Option<&str>) -> Vec<store::Place> {
    let module = one(device, module).await.id;
    let before: Option<EntityId> = match before {
        Some(before) => Some(one(device, before).await.id),
        None => None,
    };
    let item = one(device, title).await.id;
    device.store().move_under(item, Some(module), before, course.canvas.clock().now()).await.unwrap()
}

fn order(week1: &str, week2: &str) -> BTreeMap<String, String> {
    [("Week 1".to_owned(), week1.to_owned()), ("Week 2".to_owned(), week2.to_owned())].into()
}

async fn unsent(device: &Device) -> Vec<String> {
    let mut titles: Vec<String> =
        device.store().outbox().await.unwrap().into_iter().map(|unsent| unsent.title).collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn one_move_is_one_change_and_one_write_and_what_made_room_is_no_news() {
    for (title, module, before, expected) in [
        ("e", "Week 1", Some("a"), order("eabcd", "vwxyz")),
        ("a", "Week 1", None, order("bcdea", "vwxyz")),
        ("b", "Week 1", Some("e"), order("acdbe", "vwxyz")),
        ("c", "Week 2", Some("x"), order("abde", "vwcxyz")),
        ("a", "Week 2", None, order("bcde", "vwxyza")),
    ] {
        let course = course().await;
        let device = Device::synced(&course).await;
        put(&device, &course, title, module, before).await;
        assert_eq!((here(&device).await, unsent(&device).await), (expected.clone(), vec![title.to_owned()]));
        course.canvas.log().reset();
        assert_eq!(did(&device.sync().await), [(title.to_owned(), Did::Pushed)]);
        assert_eq!((there(&course), course.canvas.log().writes().len()), (expected.clone(), 1), "{title}");
        device.assert_quiet(&course).await;
        assert_eq!((here(&device).await, device.differences().await), (expected, Vec::new()), "{title}");
    }
}

#[tokio::test]
async fn in_a_list_with_gaps_a_move_arrives_whichever_number_says_it() {
    let course = course().await;
    // What is deleted there leaves its number behind: b is the first, and has the number 2.
    let first = course.canvas.course(course.id).unwrap().items.values().find(|item| item.title == "a").unwrap().id;
    course.canvas.as_someone_else().delete_item(course.id, first).unwrap();
    let device = Device::synced(&course).await;
    put(&device, &course, "b", "Week 1", Some("d")).await;
    assert_eq!((here(&device).await, unsent(&device).await.len()), (order("cbde", "vwxyz"), 1));
    device.sync().await;
    assert_eq!(there(&course), order("cbde", "vwxyz"));
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_move_that_is_taken_back_or_thrown_away_leaves_nothing_to_send() {
    let course = course().await;
    let device = Device::synced(&course).await;
    let now = course.canvas.clock().now();
    for (module, before) in [("Week 1", Some("a")), ("Week 2", Some("w")), ("Week 2", None)] {
        let stood = put(&device, &course, "d", module, before).await;
        device.store().put_places(&stood, now).await.unwrap();
        assert_eq!((here(&device).await, unsent(&device).await), (order("abcde", "vwxyz"), Vec::new()), "taken back");
        put(&device, &course, "d", module, before).await;
        device.store().discard(one(&device, "d").await.id, now).await.unwrap();
        assert_eq!((here(&device).await, unsent(&device).await), (order("abcde", "vwxyz"), Vec::new()), "thrown away");
    }
    // Taken back after it was sent, it is an edit of its own.
    let stood = put(&device, &course, "d", "Week 2", Some("v")).await;
    device.sync().await;
    device.store().put_places(&stood, now).await.unwrap();
    device.sync().await;
    assert_eq!((there(&course), here(&device).await), (order("abcde", "vwxyz"), order("abcde", "vwxyz")));
    // What made room there twice without being read in between is read once more.
    device.sync().await;
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn an_earlier_version_brings_an_item_back_into_the_module_that_it_names() {
    let course = course().await;
    let device = Device::synced(&course).await;
    let before = one(&device, "d").await;
    put(&device, &course, "d", "Week 2", Some("v")).await;
    device.sync().await;
    assert_eq!(here(&device).await, order("abce", "dvwxyz"));
    device.save(before.id, &before.content).await;
    device.sync().await;
    assert_eq!((there(&course), here(&device).await), (order("abcde", "vwxyz"), order("abcde", "vwxyz")));
}

#[tokio::test]
async fn any_number_of_moves_arrives_as_the_lists_read_here() {
    // A small generator of its own: the same moves every time.
    let mut dice: u64 = 7;
    let mut roll = |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap() % sides
    };
    for round in 0..12 {
        let course = course().await;
        let device = Device::synced(&course).await;
        for _ in 0..=roll(6) {
            let title = ["a", "b", "c", "d", "e", "v", "w", "x", "y", "z"][roll(10)];
            let module = ["Week 1", "Week 2"][roll(2)];
            let beside: Vec<char> =
                here(&device).await[module].chars().filter(|letter| letter.to_string() != title).collect();
            let before = beside.get(roll(beside.len() + 1)).map(char::to_string);
            put(&device, &course, title, module, before.as_deref()).await;
            if roll(5) == 0 {
                device.store().delete(one(&device, title).await.id, course.canvas.clock().now()).await.unwrap();
                break;
            }
        }
        let expected = here(&device).await;
        device.sync().await;
        assert_eq!(there(&course), expected, "{round}");
        device.sync().await;
        device.assert_quiet(&course).await;
        assert_eq!((here(&device).await, device.differences().await), (expected, Vec::new()), "{round}");
    }
}

#[tokio::test]
async fn modules_change_places_and_pages_keep_theirs() {
    let course = course().await;
    let device = Device::synced(&course).await;
    let (week1, week2) = (one(&device, "Week 1").await.id, one(&device, "Week 2").await.id);
    device.store().move_under(week2, None, Some(week1), course.canvas.clock().now()).await.unwrap();
    assert_eq!(unsent(&device).await, ["Week 2"]);
    device.sync().await;
    let mut modules: Vec<_> = course
        .canvas
        .course(course.id)
        .unwrap()
        .modules
        .values()
        .map(|module| (module.position, module.name.clone()))
        .collect();
    modules.sort();
    assert_eq!(modules.into_iter().map(|(_, name)| name).collect::<Vec<_>>(), ["Week 2", "Week 1"]);
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_page_that_is_new_goes_with_the_item_that_shows_it_in_one_sync() {
    let course = course().await;
    let device = Device::synced(&course).await;
    let module = one(&device, "Week 1").await.id;
    let page = device.create("Currents", "<p>Warm and cold.</p>").await;
    let content = Content::new("Currents", "")
        .with(field::ITEM_TYPE, FieldValue::Text("Page".to_owned()))
        .with(field::ITEM_TARGET, FieldValue::Text(domain::links::Address::of_entity(page).path()))
        .with(field::POSITION, FieldValue::Number(6));
    let new = NewEntity { space: device.space, kind: Kind::ModuleItem, parent: Some(module), content };
    let now = course.canvas.clock().now();
    let item = device.store().create(&new, now).await.unwrap();
    let third = one(&device, "c").await.id;
    device.store().move_under(item, Some(module), Some(third), now).await.unwrap();
    let report = device.sync().await;
    assert_eq!(report.items.iter().filter(|item| item.did == Did::CreatedThere).count(), 2, "{report:?}");
    assert_eq!(there(&course)["Week 1"], "abCurrentscde");
    device.sync().await;
    device.assert_quiet(&course).await;
    assert_eq!(here(&device).await["Week 1"], "abCurrentscde");

    // One whose page the site has not waits, and says for what.
    let page = device.create("", "<p>It has no title yet.</p>").await;
    let content =
        new.content.with(field::ITEM_TARGET, FieldValue::Text(domain::links::Address::of_entity(page).path()));
    device.store().create(&NewEntity { content, ..new }, now).await.unwrap();
    let report = device.sync().await;
    let held = report.items.iter().find(|item| item.kind == Kind::ModuleItem).unwrap();
    assert_eq!(held.did, Did::Held, "{held:?}");
    assert!(held.words.contains("which is not on the site yet"), "{}", held.words);
}

#[tokio::test]
async fn what_was_moved_here_stays_moved_when_other_parts_of_it_change_there() {
    let course = course().await;
    let device = Device::synced(&course).await;
    put(&device, &course, "b", "Week 2", Some("v")).await;
    let number = course.canvas.course(course.id).unwrap().items.values().find(|item| item.title == "b").unwrap().id;
    course.canvas.as_someone_else().edit_item(course.id, number, &serde_json::json!({"indent": 2})).unwrap();
    device.sync().await;
    assert_eq!((there(&course), here(&device).await), (order("acde", "bvwxyz"), order("acde", "bvwxyz")));
    assert_eq!(one(&device, "b").await.content.number(field::INDENT), Some(2));
    device.sync().await;
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn the_time_zone_of_a_course_is_kept_with_it_and_follows_when_it_changes_there() {
    let course = course().await;
    let device = Device::synced(&course).await;
    let zone = async || device.store().space(device.space).await.unwrap().time_zone;
    let named = |name: &str| simulators::canvas::Zone { name: name.to_owned(), ..simulators::canvas::Zone::utc() };
    let before = zone().await;
    assert_eq!(before.as_deref(), Some(course.canvas.course(course.id).unwrap().zone.name.as_str()));
    course.canvas.set_zone(course.id, named("Europe/Berlin"));
    device.assert_quiet(&course).await;
    assert_eq!(zone().await.as_deref(), Some("Europe/Berlin"));
}
