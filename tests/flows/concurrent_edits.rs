//! Edits on both sides.

use std::sync::Arc;

use domain::{FieldValue, field};
use simulators::canvas::PageChange;
use simulators::fault::{Fault, On};
use sync::{Did, Phase};

use crate::support::{Course, Device, did, meanwhile, replace};

#[tokio::test]
async fn s10_one_side_alone_is_taken_and_different_paragraphs_are_merged() {
    let course = Course::with_pages(3).await;
    let device = Device::synced(&course).await;
    course.someone_replaces(0, "paragraph 2", "paragraph 2 from there");
    device.replace("Page 2", "paragraph 2", "paragraph 2 from here").await;
    course.someone_replaces(2, "paragraph 1", "paragraph 1 from there");
    device.replace("Page 3", "paragraph 5", "paragraph 5 from here").await;
    let report = device.sync().await;
    for expected in [("Page 1", Did::Pulled), ("Page 2", Did::Pushed), ("Page 3", Did::Merged)] {
        assert!(did(&report).contains(&(expected.0.to_owned(), expected.1)), "{:?}", did(&report));
    }
    assert!(device.page("Page 1").await.content.body.contains("2 from there"));
    assert!(course.body(1).contains("2 from here"));
    for words in ["1 from there", "5 from here"] {
        assert!(course.body(2).contains(words), "{words}");
        assert!(device.page("Page 3").await.content.body.contains(words), "{words}");
    }
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s11_the_same_sentence_on_both_sides_is_a_conflict_that_holds_nothing_else_back_and_does_not_return() {
    for mine in [true, false] {
        let course = Course::with_pages(2).await;
        let device = Device::synced(&course).await;
        course.someone_replaces(0, "paragraph 2", "paragraph 2 from there");
        let page = device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
        device.replace("Page 2", "paragraph 2", "paragraph 2 from here").await;
        let report = device.sync().await;
        assert!(did(&report).contains(&("Page 1".to_owned(), Did::Conflict)), "{:?}", did(&report));
        assert!(did(&report).contains(&("Page 2".to_owned(), Did::Pushed)), "{:?}", did(&report));
        assert!(course.body(0).contains("2 from there"));
        assert!(device.store().get(page).await.unwrap().content.body.contains("2 from here"));
        let kept = format!("{:?}", device.store().conflict(page).await.unwrap());
        assert!(kept.contains("2 from there") && kept.contains("2 from here"));
        course.canvas.log().reset();
        device.sync().await;
        assert_eq!(course.canvas.log().writes(), [], "an open conflict sends nothing");

        device.settle(page, mine).await;
        let report = device.sync().await;
        assert_eq!(report.count(Did::needs_person), 0, "mine: {mine}: {:?}", did(&report));
        assert!(course.body(0).contains(if mine { "2 from here" } else { "2 from there" }));
        assert_eq!(device.differences().await, Vec::<String>::new());
        assert!(device.holds("2 from here").await && device.holds("2 from there").await);
        device.assert_quiet(&course).await;
        assert_eq!(device.store().conflicts().await.unwrap(), []);
    }
}

#[tokio::test]
async fn s12_the_identical_change_on_both_sides_is_no_conflict_and_no_write() {
    let course = Course::with_pages(1).await;
    let device = Device::synced(&course).await;
    course.someone_replaces(0, "paragraph 2", "paragraph two");
    device.replace("Page 1", "paragraph 2", "paragraph two").await;
    device.assert_quiet(&course).await;
    assert_eq!(device.differences().await, Vec::<String>::new());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s13_an_edit_between_our_pull_and_our_write_is_merged_or_asked_and_never_lost() {
    // Before the guard looks, and between the guard and the write; in another paragraph, and in the same.
    for (request, there, merges) in [
        (("GET", "/revisions"), "paragraph 5", true),
        (("GET", "/revisions"), "paragraph 2", false),
        (("PUT", "/pages"), "paragraph 5", true),
        (("PUT", "/pages"), "paragraph 2", false),
    ] {
        let case = format!("{request:?} {there}");
        let course = Course::with_pages(1).await;
        let device = Device::synced(&course).await;
        let page = device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
        let (editor, id, at, body) = (course.canvas.as_someone_else(), course.id, course.pages[0], course.body(0));
        let from = there.to_owned();
        let edit = Fault::before(move || replace(&editor, id, at, &body, &from, &format!("{from} from there")));
        course.canvas.faults().add(On::method(request.0, request.1).nth(1), edit);
        device.sync().await;
        course.canvas.faults().clear();
        device.sync().await;
        let there = format!("{there} from there");
        if merges {
            for words in ["paragraph 2 from here", &there] {
                assert!(course.body(0).contains(words), "{case}: {words} is in {}", course.body(0));
            }
        } else {
            let conflict = device.store().conflict(page).await.unwrap();
            let kept = format!("{conflict:?}");
            assert!(kept.contains("2 from here") && kept.contains("2 from there"), "{case}: {kept}");
            device.settle(page, false).await;
            device.sync().await;
            assert!(course.body(0).contains(&there), "{case}: what was chosen is there: {}", course.body(0));
            assert!(device.holds("2 from here").await, "{case}");
        }
        assert_eq!(device.differences().await, Vec::<String>::new(), "{case}");
        device.assert_quiet(&course).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_while_a_write_replaced_somebodys_text_is_told_as_the_question_that_it_is() {
    // In another paragraph than theirs, and in the same.
    for (typed, asks) in [("paragraph 1", false), ("paragraph 5", true)] {
        let course = Course::with_pages(1).await;
        let device = Device::synced(&course).await;
        let page = device.replace("Page 1", "paragraph 2", "paragraph 2 from here").await;
        let (editor, id, at, body) = (course.canvas.as_someone_else(), course.id, course.pages[0], course.body(0));
        let (store, clock) = (device.store().clone(), course.canvas.clock().clone());
        let slip_in = Fault::before(move || {
            replace(&editor, id, at, &body, "paragraph 5", "paragraph 5 from there");
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(async {
                    let mut content = store.get(page).await.unwrap().content;
                    content.body = content.body.replacen(typed, &format!("{typed} typed meanwhile"), 1);
                    store.save(page, &content, None, "save", clock.now()).await.unwrap();
                });
            });
        });
        course.canvas.faults().add(On::method("PUT", "/pages").nth(1), slip_in);
        let report = device.sync().await;
        course.canvas.faults().clear();
        let expected = if asks { Did::Conflict } else { Did::Pushed };
        assert!(did(&report).contains(&("Page 1".to_owned(), expected)), "{typed}: {:?}", did(&report));
        assert_eq!(device.store().conflict(page).await.unwrap().is_some(), asks, "{typed}");
        for words in ["2 from here", "5 from there", "typed meanwhile"] {
            assert!(device.holds(words).await, "{typed}: {words}");
        }
    }
}

#[tokio::test]
async fn the_nearest_choice_settles_what_both_sides_changed() {
    use domain::plan::ConflictStrategy::{Ask, MergePreferCanvas, PreferCanvas};
    use sync::{Scope, choose_strategy};

    let course = Course::with_pages(3).await;
    let device = Device::synced(&course).await;
    let mut pages = Vec::new();
    for n in 0..3 {
        course.someone_replaces(n, "paragraph 2", "paragraph 2 from there");
        pages.push(device.replace(&format!("Page {}", n + 1), "paragraph 2", "paragraph 2 from here").await);
    }
    let space = device.store().get(pages[0]).await.unwrap().space;
    choose_strategy(device.store(), Scope::Workspace, Some(MergePreferCanvas)).await.unwrap();
    choose_strategy(device.store(), Scope::Space(space), Some(Ask)).await.unwrap();
    choose_strategy(device.store(), Scope::Document(pages[0]), Some(PreferCanvas)).await.unwrap();
    let report = device.sync().await;
    for page in ["Page 2", "Page 3"] {
        assert!(did(&report).contains(&(page.to_owned(), Did::Conflict)), "the space asks: {:?}", did(&report));
    }
    assert_eq!(device.store().conflicts().await.unwrap().len(), 2);
    let settled = device.store().get(pages[0]).await.unwrap();
    assert!(settled.content.body.contains("2 from there"), "the document's own choice holds");
    assert!(device.holds("2 from here").await, "what lost is in the history");
}

#[tokio::test]
async fn what_somebody_sets_of_a_page_right_before_a_write_is_seen_although_it_makes_no_revision() {
    let course = Arc::new(Course::with_pages(1).await);
    let device = Device::synced(&course).await;
    // A page that was sent has a number to compare.
    device.replace("Page 1", "paragraph 1", "paragraph 1 from here").await;
    device.sync().await;
    let page = device.page("Page 1").await;
    let mine = FieldValue::Text("teachers,students".to_owned());
    device.save(page.id, &page.content.clone().with(field::EDITING_ROLES, mine)).await;
    let there = Arc::clone(&course);
    let slips_in = move || {
        let public = PageChange { editing_roles: Some("public".to_owned()), ..PageChange::default() };
        there.canvas.as_someone_else().edit_page(there.id, there.pages[0], &public).unwrap();
    };
    let (sites, watch) = (vec![device.site()], meanwhile(Phase::Sending, slips_in));
    let report = sync::sync(device.store(), sites, device.options(), watch).await.unwrap();
    assert_eq!(did(&report), [("Page 1".to_owned(), Did::Conflict)], "{report:?}");
    assert_eq!(course.canvas.page(course.id, course.pages[0]).unwrap().editing_roles, "public");
    device.settle(page.id, true).await;
    device.sync().await;
    assert_eq!(course.canvas.page(course.id, course.pages[0]).unwrap().editing_roles, "teachers,students");
    device.assert_quiet(&course).await;
}
