//! A server that takes one part of each write in turn and says nothing: every one is named (contract 9.27).

use std::collections::BTreeMap;

use domain::fields::{Takes, fields};
use domain::{Change, Content, FieldValue, Kind, Operation, RemoteObject, RemoteRef, field};
use serde_json::json;

use crate::site::{Site, draft};

/// Names that a part has in Canvas's JSON, where it is not its own.
fn wire_name(kind: Kind, part: &str) -> String {
    match (kind, part) {
        (Kind::Assignment | Kind::Module, "title") => "name",
        (Kind::Assignment | Kind::Quiz, "body") => "description",
        (Kind::Syllabus, "body") => "syllabus_body",
        (Kind::Discussion | Kind::Announcement | Kind::Reply, "body") => "message",
        (Kind::Page, field::TODO_DATE) => "student_todo_at",
        (Kind::Announcement, field::LOCKED) => "lock_comment",
        (_, part) => part,
    }
    .to_owned()
}

/// Ids that a field may be changed to, made for it.
fn other_id(site: &Site, name: &str) -> String {
    let (other, course) = (site.server.as_someone_else(), site.seeded.course);
    match name {
        field::GROUP => other.create_group(course, "Labs", 0.0).unwrap(),
        field::MODULE => other.create_module(course, &json!({"name": "Week 9"})).unwrap(),
        field::PREREQUISITES => site.seeded.modules[0],
        other => panic!("{other} is no id"),
    }
    .to_string()
}

/// A value that differs from what is there.
fn other(site: &Site, name: &str, takes: Takes, now: Option<&FieldValue>) -> FieldValue {
    match takes {
        Takes::Flag => FieldValue::Flag(now != Some(&FieldValue::Flag(true))),
        Takes::Whole(..) => FieldValue::Number(if now == Some(&FieldValue::Number(2)) { 1 } else { 2 }),
        Takes::Decimal(..) => FieldValue::Text("7.5".to_owned()),
        Takes::Time => FieldValue::Time("2031-03-05T12:00:00Z".parse().unwrap()),
        Takes::Address => FieldValue::Text("https://other.example/".to_owned()),
        Takes::OneOf(choices) => {
            let text = |value: &str| FieldValue::Text(value.to_owned());
            choices.iter().map(|(value, _)| text(value)).find(|value| Some(value) != now).unwrap()
        }
        Takes::SetOf(_) => FieldValue::Set([other_id(site, name)].into()),
        Takes::Id => FieldValue::Text(other_id(site, name)),
        Takes::Text(_) => FieldValue::Text("2".to_owned()),
    }
}

async fn one_of(site: &Site, kind: Kind) -> RemoteObject {
    let other = site.server.as_someone_else();
    let of_course = site.seeded.course;
    let remote = match kind {
        Kind::Page => site.page(1),
        Kind::Assignment => RemoteRef::new(kind, site.seeded.assignments[0]),
        Kind::Discussion => RemoteRef::new(kind, site.seeded.topics[0]),
        Kind::Announcement => RemoteRef::new(kind, site.seeded.topics[1]),
        Kind::Quiz => RemoteRef::new(
            kind,
            other.create_quiz(of_course, &json!({"title": "Tides", "description": "<p>x</p>"})).unwrap(),
        ),
        Kind::Syllabus => RemoteRef::new(kind, of_course),
        Kind::Module => RemoteRef::new(kind, other.create_module(of_course, &json!({"name": "Week 2"})).unwrap()),
        Kind::ModuleItem => {
            let link = json!({"type": "ExternalUrl", "title": "Else", "external_url": "https://x.example/"});
            RemoteRef::new(kind, other.add_item(of_course, site.seeded.modules[0], &link).unwrap())
        }
        Kind::Reply => {
            let topic = RemoteRef::new(Kind::Discussion, site.seeded.topics[0]);
            let operation = Operation::Create { kind, parent: Some(topic) };
            let change = Change { operation, ..site.create(kind, Content::new("", "<p>Said.</p>")) };
            return site.done(&change).await.0;
        }
        other => panic!("{other:?}"),
    };
    site.read(&remote).await
}

const KINDS: [Kind; 9] = [
    Kind::Page,
    Kind::Assignment,
    Kind::Discussion,
    Kind::Announcement,
    Kind::Quiz,
    Kind::Syllabus,
    Kind::Module,
    Kind::ModuleItem,
    Kind::Reply,
];

/// What can be set of a kind: its title, its text, its fields.
fn parts(kind: Kind, new: bool) -> Vec<&'static str> {
    let own_title = kind.has_title() && kind != Kind::Syllabus;
    let settable = fields(kind).iter().filter(|known| known.is_editable(new)).map(|known| known.name);
    // Without them there is no item at all.
    let settable = settable.filter(|name| !matches!(*name, field::ITEM_TYPE | field::ITEM_TARGET | field::REPLY_TO));
    own_title.then_some("title").into_iter().chain(kind.is_document().then_some("body")).chain(settable).collect()
}

/// `now` with one part changed, and with what that part needs beside it.
fn with_part(site: &Site, kind: Kind, part: &str, now: &Content) -> Content {
    let mut wanted = now.clone();
    let text = |value: &str| FieldValue::Text(value.to_owned());
    match part {
        "title" => wanted.title = "Another".to_owned(),
        "body" => wanted.body = "<p>Another text.</p>".to_owned(),
        name => {
            let takes = domain::fields::field_of(kind, name).unwrap().takes;
            let value = other(site, name, takes, now.fields.get(name));
            wanted.fields.insert(name.to_owned(), value);
        }
    }
    let beside = match part {
        field::MIN_SCORE => Some((field::COMPLETION, text("min_score"))),
        field::COMPLETION => Some((field::COMPLETION, text("must_view"))),
        field::CANT_GO_BACK => Some((field::ONE_AT_A_TIME, FieldValue::Flag(true))),
        field::FRONT_PAGE => Some((field::PUBLISHED, FieldValue::Flag(true))),
        _ => None,
    };
    wanted.fields.extend(beside.map(|(name, value)| (name.to_owned(), value)));
    // Something else goes along, so that the write is one.
    if part != "title" && kind.has_title() && kind != Kind::Syllabus {
        wanted.title = "Another".to_owned();
    }
    wanted
}

fn dropped_name(kind: Kind, part: &str) -> String {
    match part {
        field::COMPLETION | field::MIN_SCORE => "completion_requirement".to_owned(),
        part => wire_name(kind, part),
    }
}

/// What a write is told not to have done.
async fn told(site: &Site, change: &Change, part: &str) -> String {
    match domain::Remote::send(&site.remote, &site.space, change).await {
        Ok(domain::Sent::Done { object, .. }) => object.facts.get("not_taken").cloned().unwrap_or_default(),
        // A write with nothing left in it is refused in words by some of Canvas's addresses, and nothing is lost.
        Err(error) if error.is_final() => part.to_owned(),
        other => panic!("{part}: {other:?}"),
    }
}

#[tokio::test]
async fn every_part_of_every_kind_that_is_dropped_is_named_and_one_that_is_taken_is_not() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in KINDS {
        for part in parts(kind, false) {
            // This site has no scheduled publication, so that nothing has to drop it.
            let untouched = part == field::PUBLISH_AT;
            for drops in [false, true] {
                let site = Site::small().await;
                let object = one_of(&site, kind).await;
                let wanted = with_part(&site, kind, part, &object.content);
                if drops {
                    site.server.configure(|settings| settings.drops = vec![dropped_name(kind, part)]);
                }
                let named = told(&site, &site.update(&object, wanted), part).await;
                assert_eq!(
                    named.contains(part),
                    drops || untouched,
                    "{kind:?} {part}, dropped {drops}: told `{named}`"
                );
            }
            *seen.entry(kind.name()).or_default() += 1;
        }
    }
    println!("parts dropped and named: {seen:?}");
    assert!(seen["assignment"] >= 11 && seen["quiz"] >= 13 && seen["module_item"] >= 8, "{seen:?}");
}

#[tokio::test]
async fn every_part_of_something_new_that_is_dropped_is_named_and_one_that_is_taken_is_not() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in KINDS.into_iter().filter(|kind| !matches!(kind, Kind::Syllabus | Kind::Reply)) {
        // The module of a new item stands in the address.
        for part in parts(kind, true).into_iter().filter(|part| *part != field::MODULE) {
            let untouched = part == field::PUBLISH_AT;
            for drops in [false, true] {
                let site = Site::small().await;
                // What one is like of which nothing was said, so that the new value says something.
                let plain = match kind {
                    Kind::Page | Kind::Assignment | Kind::Discussion => draft("Plain", "<p>Plain.</p>"),
                    Kind::ModuleItem => Content::new("Plain", "")
                        .with(field::ITEM_TYPE, FieldValue::Text("ExternalUrl".to_owned()))
                        .with(field::EXTERNAL_URL, FieldValue::Text("https://x.example/".to_owned())),
                    _ => Content::new("Plain", "<p>Plain.</p>"),
                };
                let parent = (kind == Kind::ModuleItem).then(|| RemoteRef::new(Kind::Module, site.seeded.modules[0]));
                let create = |content: Content| {
                    let operation = Operation::Create { kind, parent: parent.clone() };
                    Change { operation, ..site.create(kind, content) }
                };
                let default = site.done(&create(plain.clone())).await.0.content;
                let mut wanted = with_part(&site, kind, part, &default);
                wanted.fields.retain(|name, value| {
                    let same = default.fields.get(name) == Some(value);
                    !same || plain.fields.contains_key(name) || name == part
                });
                if drops {
                    site.server.configure(|settings| settings.drops = vec![dropped_name(kind, part)]);
                }
                let named = told(&site, &create(wanted), part).await;
                assert_eq!(
                    named.contains(part),
                    drops || untouched,
                    "{kind:?} {part}, dropped {drops}: told `{named}`"
                );
            }
            *seen.entry(kind.name()).or_default() += 1;
        }
    }
    println!("parts of new things dropped and named: {seen:?}");
}

#[tokio::test]
async fn a_new_document_whose_title_or_text_is_dropped_says_so() {
    for (kind, name, part) in [
        (Kind::Assignment, "description", "body"),
        (Kind::Assignment, "name", "title"),
        (Kind::Discussion, "title", "title"),
        (Kind::Discussion, "message", "body"),
        (Kind::Quiz, "title", "title"),
    ] {
        let site = Site::small().await;
        site.server.configure(|settings| settings.drops = vec![name.to_owned()]);
        let (made, _) = site.done(&site.create(kind, draft("Herons", "<p>Grey.</p>"))).await;
        assert_eq!(made.facts.get("not_taken").map(String::as_str), Some(part), "{kind:?} {name}");
    }
}
