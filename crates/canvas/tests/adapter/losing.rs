use std::collections::BTreeSet;

use domain::{Change, Content, Found, Kind, Remote, RemoteErrorKind, RemoteRef};
use simulators::fault::{Fault, On};

use crate::site::{Site, draft, outcome};

async fn find(site: &Site, change: &Change, mapped: &BTreeSet<RemoteRef>) -> Found {
    site.remote.find(&site.space, change, mapped).await.unwrap()
}

fn content(kind: Kind) -> Content {
    let content = draft("Week 1", "<p>See <a href=\"/courses/1/pages/page-1\">this</a> &amp; that.</p>");
    if kind == Kind::Announcement { Content { fields: Default::default(), ..content } } else { content }
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_found_once_and_one_that_never_arrived_is_absent() {
    for kind in [Kind::Page, Kind::Assignment, Kind::Discussion, Kind::Announcement] {
        for (fault, done) in [(Fault::LoseReply, true), (Fault::LoseRequest, false)] {
            let site = Site::small().await;
            // One of the same title and text was there before, and is known.
            let (twin, _) = site.done(&site.create(kind, content(kind))).await;
            // As before any attempt, everything that is there has been received.
            let mapped: BTreeSet<_> = site.pull(&[]).await.0.into_keys().collect();
            site.server.faults().add(On::writes().nth(1), fault);
            let change = site.create(kind, content(kind));
            let sent = outcome(site.remote.send(&site.space, &change).await);
            assert_eq!(sent, Err((RemoteErrorKind::Unreachable, true)), "{kind:?}");
            let writes = site.server.log().writes().len();
            match (find(&site, &change, &mapped).await, done) {
                (Found::Here(object), true) => {
                    assert_eq!((object.remote.kind, object.remote == twin.remote), (kind, false));
                    let with_it = mapped.iter().cloned().chain([object.remote]).collect();
                    assert_eq!(find(&site, &change, &with_it).await, Found::Absent, "{kind:?}: adopted once");
                }
                (Found::Absent, false) => {}
                (found, _) => panic!("{kind:?}, done {done}: {found:?}"),
            }
            assert_eq!(site.server.log().writes().len(), writes, "looking writes nothing");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_told_apart_is_left_to_a_person() {
    let site = Site::small().await;
    let change = site.create(Kind::Page, draft("Week 1", "<p>Mine.</p>"));
    site.done(&site.create(Kind::Page, draft("Week 1", "<p>Other text.</p>"))).await;
    assert!(matches!(find(&site, &change, &BTreeSet::new()).await, Found::Unsure(_)), "same title, another text");
    let twins = site.create(Kind::Assignment, draft("Twin", "<p>Same.</p>"));
    site.done(&twins).await;
    site.done(&twins).await;
    assert!(matches!(find(&site, &twins, &BTreeSet::new()).await, Found::Unsure(_)), "two that fit");
}

#[tokio::test]
async fn an_old_object_of_the_same_title_and_text_is_not_taken_for_the_new_one() {
    let site = Site::small().await;
    site.done(&site.create(Kind::Page, draft("Week 1", "<p>Same.</p>"))).await;
    let mut change = site.create(Kind::Page, draft("Week 1", "<p>Same.</p>"));
    change.begun_at += chrono::TimeDelta::seconds(600);
    assert_eq!(find(&site, &change, &BTreeSet::new()).await, Found::Absent);
}

#[tokio::test]
async fn a_lost_update_is_recognised_by_what_is_there() {
    for kind in [Kind::Page, Kind::Assignment, Kind::Discussion, Kind::Announcement] {
        for (fault, done) in [
            (Fault::LoseReply, true),
            (Fault::CutBody { bytes: 20 }, true),
            (Fault::LoseRequest, false),
            (Fault::bad_gateway(), false),
        ] {
            let site = Site::small().await;
            let id = match kind {
                Kind::Page => site.seeded.pages[1],
                Kind::Assignment => site.seeded.assignments[0],
                Kind::Discussion => site.seeded.topics[0],
                _ => site.seeded.topics[1],
            };
            let object = site.read(&RemoteRef::new(kind, id)).await;
            let change =
                site.update(&object, Content { body: "<p>New &nbsp;text.</p>".to_owned(), ..object.content.clone() });
            site.server.faults().add(On::writes().nth(1), fault.clone());
            let error = site.remote.send(&site.space, &change).await.unwrap_err();
            assert!(error.maybe_done, "{kind:?} {fault:?}");
            let found = find(&site, &change, &BTreeSet::new()).await;
            assert_eq!(matches!(found, Found::Here(_)), done, "{kind:?} {fault:?}: {found:?}");
            assert_eq!(found == Found::Absent, !done, "{kind:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_lost_delete_is_recognised_too() {
    for (fault, done) in [(Fault::LoseReply, true), (Fault::LoseRequest, false)] {
        let site = Site::small().await;
        for remote in [site.page(2), RemoteRef::new(Kind::Assignment, site.seeded.assignments[1])] {
            let object = site.read(&remote).await;
            let change = site.delete(&object);
            site.server.faults().clear();
            site.server.faults().add(On::writes().first(1), fault.clone());
            assert!(site.remote.send(&site.space, &change).await.unwrap_err().maybe_done, "{remote}");
            let found = find(&site, &change, &BTreeSet::new()).await;
            assert_eq!(matches!(found, Found::Here(_)), done, "{remote}: {found:?}");
        }
    }
}

#[tokio::test]
async fn what_was_renamed_or_rewritten_after_its_answer_was_lost_is_never_called_absent() {
    for (kind, title, text) in [
        (Kind::Assignment, "Renamed", "<p>Mine.</p>"),
        (Kind::Assignment, "Week 1", "<p>Rewritten.</p>"),
        (Kind::Assignment, "Renamed", "<p>Rewritten.</p>"),
        (Kind::Discussion, "Renamed", "<p>Rewritten.</p>"),
        (Kind::Page, "Renamed", "<p>Rewritten.</p>"),
    ] {
        let site = Site::small().await;
        let before = site.pull(&[]).await.0.into_keys().collect();
        let change = site.create(kind, draft("Week 1", "<p>Mine.</p>"));
        let (made, _) = site.done(&change).await;
        site.server.clock().advance(chrono::TimeDelta::seconds(90));
        site.done(&site.update(&made, draft(title, text))).await;
        match (kind, find(&site, &change, &before).await) {
            (Kind::Page, Found::Here(object)) => assert_eq!(object.content.title, "Week 1", "as it was made"),
            (Kind::Page, found) => panic!("a page's first revision tells it: {found:?}"),
            (_, Found::Unsure(_)) => {}
            (_, found) => panic!("{kind:?} {title} {text}: {found:?}"),
        }
    }
}
