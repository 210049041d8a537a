//! Modules and their items (contract 3.8), with the traps of section 9 that concern them.

use std::collections::BTreeSet;

use domain::{
    Change, Content, FieldValue, Found, Guard, Kind, Operation, Reading, Remote, RemoteErrorKind, RemoteObject,
    RemoteRef, field,
};
use serde_json::{Value, json};
use simulators::fault::{Fault, On};

use crate::site::{Site, outcome};

fn text(words: &str) -> FieldValue {
    FieldValue::Text(words.to_owned())
}

fn last_write(site: &Site) -> Value {
    serde_json::from_str(&site.server.log().writes().last().unwrap().received).unwrap()
}

impl Site {
    fn module(&self) -> RemoteRef {
        RemoteRef::new(Kind::Module, self.seeded.modules[0])
    }

    /// The items of the seeded module in their order.
    async fn items(&self) -> Vec<RemoteObject> {
        let (objects, _) = self.pull(&[]).await;
        let mut items: Vec<_> =
            objects.into_values().filter(|object| object.parent.as_ref() == Some(&self.module())).collect();
        items.sort_by_key(|item| item.content.number(field::POSITION));
        items
    }

    fn new_item(&self, content: Content) -> Change {
        let mut change = self.create(Kind::ModuleItem, content);
        change.operation = Operation::Create { kind: Kind::ModuleItem, parent: Some(self.module()) };
        change
    }
}

#[tokio::test]
async fn a_module_is_made_renamed_moved_published_and_deleted() {
    let site = Site::small().await;
    let wanted = Content::new("Week 0", "").with(field::POSITION, FieldValue::Number(1));
    let (made, _) =
        site.done(&site.create(Kind::Module, wanted.clone().with(field::PUBLISHED, FieldValue::Flag(true)))).await;
    assert_eq!((made.content.title.as_str(), made.content.flag(field::PUBLISHED)), ("Week 0", Some(true)));
    assert_eq!(made.content.number(field::POSITION), Some(1));
    assert_eq!(site.read(&site.module()).await.content.number(field::POSITION), Some(2), "the other makes room");
    let next = Content { title: "Week zero".to_owned(), ..made.content.clone() }
        .with(field::POSITION, FieldValue::Number(2))
        .with(field::SEQUENTIAL, FieldValue::Flag(true));
    let (changed, _) = site.done(&site.update(&made, next.clone())).await;
    assert_eq!((changed.content.title.as_str(), changed.content.number(field::POSITION)), ("Week zero", Some(2)));
    assert_eq!(changed.content.flag(field::SEQUENTIAL), Some(true));
    assert_eq!(site.guard(&changed).await, Guard::Unchanged);
    site.done(&site.delete(&changed)).await;
    assert_eq!(site.remote.read(&site.space, &changed.remote).await.unwrap(), Reading::Gone);
}

#[tokio::test]
async fn trap_07_publishing_a_module_leaves_what_is_in_it_alone() {
    let site = Site::small().await;
    let (course, page) = (site.seeded.course, site.seeded.pages[1]);
    let module = site.read(&site.module()).await;
    let hidden = module.content.clone().with(field::PUBLISHED, FieldValue::Flag(false));
    let (hidden, _) = site.done(&site.update(&module, hidden)).await;
    assert_eq!(last_write(&site), json!({"module": {"published": false, "skip_content_tags": true}}));
    assert_eq!(hidden.content.flag(field::PUBLISHED), Some(false));
    assert!(site.server.page(course, page).unwrap().published, "the page in it is still there for students");
}

#[tokio::test]
async fn trap_08_and_a_state_an_item_never_renames_or_publishes_what_it_shows() {
    let site = Site::small().await;
    let item = site.items().await.remove(1);
    assert_eq!(item.content.text(field::ITEM_TYPE), Some("Page"));
    let mut wanted = Content { title: "Renamed".to_owned(), ..item.content.clone() };
    wanted = wanted.with(field::PUBLISHED, FieldValue::Flag(false)).with(field::INDENT, FieldValue::Number(2));
    let (written, _) = site.done(&site.update(&item, wanted)).await;
    assert_eq!(last_write(&site), json!({"module_item": {"indent": 2}}));
    assert_eq!(written.content.number(field::INDENT), Some(2));
    let page = site.server.page(site.seeded.course, site.seeded.pages[1]).unwrap();
    assert_eq!((page.title.as_str(), page.published), ("Page 1", true));
    // A page that is renamed takes its item along, and that is no news of the item.
    site.server.as_someone_else().rename_page(site.seeded.course, site.seeded.pages[1], "Other").unwrap();
    assert_eq!(site.guard(&written).await, Guard::Unchanged);
}

#[tokio::test]
async fn items_are_made_of_every_type_and_headings_can_be_published() {
    let site = Site::small().await;
    let of = |kind: &str| Content::new("Title", "").with(field::ITEM_TYPE, text(kind));
    let id = |kind: Kind, id: i64| text(&format!("{}:{id}", kind.name()));
    let cases = [
        (of("SubHeader").with(field::PUBLISHED, FieldValue::Flag(true)), "Title"),
        (of("ExternalUrl").with(field::EXTERNAL_URL, text("https://x.example/")), "Title"),
        (of("Page").with(field::ITEM_TARGET, id(Kind::Page, site.seeded.pages[2])), "Page 2"),
        (of("Page").with(field::ITEM_TARGET, text("page-3")), "Page 3"),
        (of("Assignment").with(field::ITEM_TARGET, id(Kind::Assignment, site.seeded.assignments[1])), "Essay 1"),
        (of("Discussion").with(field::ITEM_TARGET, id(Kind::Discussion, site.seeded.topics[0])), "Introduce yourself"),
        (of("File").with(field::ITEM_TARGET, id(Kind::File, site.seeded.files[0])), "Title"),
    ];
    for (wanted, title) in cases {
        let kind = wanted.text(field::ITEM_TYPE).unwrap().to_owned();
        let (made, _) = site.done(&site.new_item(wanted.clone())).await;
        assert_eq!((made.parent.as_ref(), made.content.title.as_str()), (Some(&site.module()), title), "{kind}");
        assert_eq!(made.content.text(field::ITEM_TYPE), Some(kind.as_str()));
        assert_eq!(made.facts.get("not_taken"), None, "{kind}");
        if let Some(published) = wanted.flag(field::PUBLISHED) {
            assert_eq!(made.content.flag(field::PUBLISHED), Some(published), "{kind}");
        }
    }
    let gone = site.new_item(of("Assignment").with(field::ITEM_TARGET, text("assignment:99999")));
    let refused = site.remote.send(&site.space, &gone).await.unwrap_err();
    assert_eq!((refused.kind, refused.words.as_str()), (RemoteErrorKind::Refused, "Could not find content"));
}

#[tokio::test]
async fn items_move_within_a_module_and_to_another() {
    let site = Site::small().await;
    let (week2, _) = site.done(&site.create(Kind::Module, Content::new("Week 2", ""))).await;
    let items = site.items().await;
    let last = items.last().unwrap();
    let first = last.content.clone().with(field::POSITION, FieldValue::Number(1));
    let (moved, _) = site.done(&site.update(last, first)).await;
    let order: Vec<_> = site.items().await.iter().map(|item| item.remote.clone()).collect();
    assert_eq!(order[0], moved.remote);
    // The guard does not take the places that this very move shifted for somebody's edit.
    assert_eq!(site.guard(&items[0]).await, Guard::Unchanged);
    let elsewhere = moved.content.clone().with(field::MODULE, text(&week2.remote.id.0));
    let (moved, _) = site.done(&site.update(&moved, elsewhere)).await;
    assert_eq!(moved.parent.as_ref(), Some(&week2.remote));
    assert_eq!(moved.content.number(field::POSITION), Some(1), "it has a place there");
    let (again, _) =
        site.done(&site.update(&moved, moved.content.clone().with(field::INDENT, FieldValue::Number(1)))).await;
    assert_eq!(again.content.number(field::INDENT), Some(1), "it is written to where it stands now");
}

#[tokio::test]
async fn a_requirement_is_set_and_taken_away() {
    let site = Site::small().await;
    let item = site.items().await.remove(2);
    let wanted = item.content.clone().with(field::COMPLETION, text("min_score")).with(field::MIN_SCORE, text("7.5"));
    let (set, _) = site.done(&site.update(&item, wanted)).await;
    assert_eq!(
        (set.content.text(field::COMPLETION), set.content.text(field::MIN_SCORE)),
        (Some("min_score"), Some("7.5"))
    );
    let none = set.content.clone().with(field::COMPLETION, FieldValue::Empty).with(field::MIN_SCORE, FieldValue::Empty);
    let (unset, _) = site.done(&site.update(&set, none)).await;
    assert_eq!(unset.content.fields[field::COMPLETION], FieldValue::Empty);
}

#[tokio::test]
async fn trap_18_an_item_whose_answer_was_lost_is_found_and_not_made_twice() {
    let site = Site::small().await;
    let mapped: BTreeSet<RemoteRef> = site.pull(&[]).await.0.into_keys().collect();
    let page = text(&format!("page:{}", site.seeded.pages[2]));
    for wanted in [
        Content::new("Part", "").with(field::ITEM_TYPE, text("SubHeader")),
        Content::new("", "").with(field::ITEM_TYPE, text("Page")).with(field::ITEM_TARGET, page),
    ] {
        for (fault, done) in [(Fault::LoseReply, true), (Fault::LoseRequest, false)] {
            site.server.faults().add(On::writes().nth(1), fault);
            let change = site.new_item(wanted.clone());
            let sent = outcome(site.remote.send(&site.space, &change).await);
            assert_eq!(sent, Err((RemoteErrorKind::Unreachable, true)));
            match (site.remote.find(&site.space, &change, &mapped).await.unwrap(), done) {
                (Found::Here(object), true) => {
                    site.done(&site.delete(&object)).await;
                }
                (Found::Absent, false) => {}
                (found, _) => panic!("{wanted:?}, done {done}: {found:?}"),
            }
        }
    }
}

#[tokio::test]
async fn trap_19_prerequisites_that_canvas_drops_are_named() {
    let site = Site::small().await;
    let (later, _) = site.done(&site.create(Kind::Module, Content::new("Week 2", ""))).await;
    let module = site.read(&site.module()).await;
    let needs = |id: &str| FieldValue::Set([id.to_owned()].into());
    let wanted = module.content.clone().with(field::PREREQUISITES, needs(&later.remote.id.0));
    let (written, _) = site.done(&site.update(&module, wanted)).await;
    assert_eq!(written.facts["not_taken"], "prerequisite_module_ids");
    let wanted = later.content.clone().with(field::PREREQUISITES, needs(&module.remote.id.0));
    let (written, _) = site.done(&site.update(&later, wanted)).await;
    assert_eq!(written.facts.get("not_taken"), None);
}
