use domain::{
    Access, Content, FieldValue, Guard, Kind, Reading, Remote, RemoteErrorKind, RemoteRef, Sent, fact, field,
};
use serde_json::json;
use simulators::canvas::PageChange;
use simulators::fault::{Fault, On};

use crate::site::{Site, draft, says};

fn body(object: &domain::RemoteObject, body: &str) -> Content {
    Content { body: body.to_owned(), ..object.content.clone() }
}

#[tokio::test]
async fn each_kind_is_created_changed_and_deleted_and_read_back() {
    let site = Site::small().await;
    for kind in [Kind::Page, Kind::Assignment, Kind::Discussion, Kind::Announcement] {
        let mut wanted = draft("Herons", "<p>Grey herons.</p>");
        if kind == Kind::Announcement {
            wanted.fields.clear();
        }
        let (made, _) = site.done(&site.create(kind, wanted.clone())).await;
        assert!(made.remote.kind == kind && says(&made, &wanted), "{kind:?} {made:?}");
        assert_eq!(site.read(&made.remote).await.content, made.content, "{kind:?}");
        let mut next = made.content.clone();
        next.title = "Grey herons".to_owned();
        next.body = "<p>They wait.</p>".to_owned();
        if kind != Kind::Announcement {
            next.fields.insert(field::PUBLISHED.to_owned(), FieldValue::Flag(true));
        }
        assert_eq!(site.guard(&made).await, Guard::Unchanged, "{kind:?}");
        let (changed, overwritten) = site.done(&site.update(&made, next.clone())).await;
        assert!(says(&changed, &next) && overwritten.is_none(), "{kind:?} {changed:?}");
        assert_eq!(changed.facts.get("not_taken"), None, "{kind:?}");
        assert_eq!(site.guard(&changed).await, Guard::Unchanged, "{kind:?}");
        let delete = site.delete(&changed);
        let (deleted, _) = site.done(&delete).await;
        assert_eq!(deleted.content, changed.content, "{kind:?}");
        assert_eq!(site.remote.read(&site.space, &made.remote).await.unwrap(), Reading::Gone, "{kind:?}");
        assert_eq!(site.remote.send(&site.space, &delete).await.unwrap(), Sent::Gone, "{kind:?}: a second delete");
        assert_eq!(site.guard(&changed).await, Guard::Gone, "{kind:?}");
    }
}

#[tokio::test]
async fn parts_of_a_page_that_no_revision_tells_of_are_looked_at_before_they_are_written() {
    let text = |words: &str| FieldValue::Text(words.to_owned());
    let roles = |roles: &str| PageChange { editing_roles: Some(roles.to_owned()), ..PageChange::default() };
    let front = PageChange { front_page: Some(true), ..PageChange::default() };
    for (place, theirs, name, mine) in [
        (1, roles("teachers,students"), field::EDITING_ROLES, text("public")),
        (1, front, field::FRONT_PAGE, FieldValue::Flag(true)),
    ] {
        let site = Site::small().await;
        let page = site.read(&site.page(place)).await;
        let (page, _) = site.done(&site.update(&page, body(&page, "<p>Numbered.</p>"))).await;
        let (course, id) = (site.seeded.course, site.seeded.pages[place]);
        site.server.as_someone_else().edit_page(course, id, &theirs).unwrap();
        assert_eq!(site.guard(&page).await, Guard::Unchanged, "{name}: it made no revision");
        let change = site.update(&page, page.content.clone().with(name, mine.clone()));
        site.server.log().reset();
        let Sent::Overtaken(there) = site.remote.send(&site.space, &change).await.unwrap() else { panic!("{name}") };
        assert_eq!(site.server.log().writes(), [], "{name}");
        assert_ne!(there.content.fields.get(name), page.content.fields.get(name), "{name}");
        // Seen by now, it is written; and what does not touch it is written without a look at it.
        let (written, _) = site.done(&site.update(&there, there.content.clone().with(name, mine.clone()))).await;
        assert_eq!(written.content.fields.get(name), Some(&mine), "{name}");
        site.server.log().reset();
        site.done(&site.update(&written, body(&written, "<p>The text alone.</p>"))).await;
        assert_eq!(site.server.log().total(), 3, "{name}: {:?}", site.server.log().all());
    }
}

#[tokio::test]
async fn only_what_changed_is_sent_and_a_page_write_costs_three_requests() {
    let site = Site::small().await;
    let page = site.read(&site.page(1)).await;
    site.server.as_someone_else().rename_page(site.seeded.course, site.seeded.pages[1], "Renamed").unwrap();
    site.server.log().reset();
    assert!(matches!(site.guard(&page).await, Guard::Changed(_)));
    site.server.log().reset();
    let now = site.read(&page.remote).await;
    site.server.log().reset();
    assert_eq!(site.guard(&now).await, Guard::Unchanged);
    assert_eq!(site.server.log().total(), 2, "without a number the content is compared");
    let (written, _) = site.done(&site.update(&page, body(&page, "<p>Body only.</p>"))).await;
    assert_eq!((written.content.title.as_str(), written.content.body.as_str()), ("Renamed", "<p>Body only.</p>"));
    site.server.log().reset();
    assert_eq!(site.guard(&written).await, Guard::Unchanged);
    site.done(&site.update(&written, body(&written, "<p>Again.</p>"))).await;
    let asked: Vec<_> = site.server.log().all().into_iter().map(|request| request.method).collect();
    assert_eq!(asked, ["GET", "PUT", "GET"]);
}

#[tokio::test]
async fn trap_02_a_rename_moves_the_slug_and_a_taken_title_comes_back_as_canvas_made_it() {
    let site = Site::small().await;
    let page = site.read(&site.page(2)).await;
    let (written, _) =
        site.done(&site.update(&page, Content { title: "Tides".to_owned(), ..page.content.clone() })).await;
    assert_eq!((written.remote.clone(), written.facts[fact::SLUG].as_str()), (page.remote.clone(), "tides"));
    let (second, _) = site.done(&site.create(Kind::Page, draft("Tides", "<p>Other.</p>"))).await;
    assert_eq!((second.content.title.as_str(), second.facts[fact::SLUG].as_str()), ("Tides-2", "tides-2"));
    assert_ne!(second.remote, written.remote);
}

#[tokio::test]
async fn a_page_of_somebody_else_between_guard_and_write_is_handed_over() {
    let site = Site::small().await;
    let (course, id) = (site.seeded.course, site.seeded.pages[1]);
    let page = site.read(&site.page(1)).await;
    assert_eq!(site.guard(&page).await, Guard::Unchanged);
    site.server.as_someone_else().write_page(course, id, "<p>Theirs.</p>").unwrap();
    let (written, overwritten) = site.done(&site.update(&page, body(&page, "<p>Mine.</p>"))).await;
    assert_eq!(written.content.body, "<p>Mine.</p>");
    let theirs = overwritten.expect("the version between is found");
    assert_eq!((theirs.content.body.as_str(), theirs.changed_by.as_deref()), ("<p>Theirs.</p>", Some("Sam Somebody")));
    assert!(written.token.0.starts_with("rev:3|"), "{:?}", written.token);
}

#[tokio::test]
async fn an_edit_after_the_write_is_not_taken_for_one_before_it() {
    let site = Site::small().await;
    let (course, id) = (site.seeded.course, site.seeded.pages[1]);
    let page = site.read(&site.page(1)).await;
    assert_eq!(site.guard(&page).await, Guard::Unchanged);
    let other = site.server.as_someone_else();
    site.server.faults().add(
        On::method("PUT", "/pages/").nth(1),
        Fault::after(move || other.write_page(course, id, "<p>Later.</p>").unwrap()),
    );
    let (written, overwritten) = site.done(&site.update(&page, body(&page, "<p>Mine.</p>"))).await;
    assert_eq!((overwritten, written.content.body.as_str()), (None, "<p>Mine.</p>"));
    assert!(written.token.0.starts_with("rev:2|"), "{:?}", written.token);
    assert!(matches!(site.guard(&written).await, Guard::Changed(_)));
}

#[tokio::test]
async fn the_guard_sees_a_change_and_only_a_change() {
    let site = Site::small().await;
    let course = site.seeded.course;
    let other = site.server.as_someone_else();
    let (page, essay, talk) = (
        site.read(&site.page(1)).await,
        site.read(&RemoteRef::new(Kind::Assignment, site.seeded.assignments[0])).await,
        site.read(&RemoteRef::new(Kind::Discussion, site.seeded.topics[0])).await,
    );
    other.edit_assignment(course, site.seeded.assignments[0], &json!({"peer_reviews": true, "position": 2})).unwrap();
    other.reply(course, site.seeded.topics[0], "<p>Hello</p>");
    let same = PageChange { published: Some(true), ..PageChange::default() };
    other.edit_page(course, site.seeded.pages[1], &same).unwrap();
    for object in [&page, &essay, &talk] {
        assert_eq!(site.guard(object).await, Guard::Unchanged, "{}", object.remote);
    }
    other.edit_assignment(course, site.seeded.assignments[0], &json!({"description": "<p>Other.</p>"})).unwrap();
    other.edit_topic(course, site.seeded.topics[0], &json!({"message": "<p>Other.</p>"})).unwrap();
    other.write_page(course, site.seeded.pages[1], "<p>Other.</p>").unwrap();
    for object in [&page, &essay, &talk] {
        let Guard::Changed(now) = site.guard(object).await else { panic!("{} seems unchanged", object.remote) };
        assert_eq!(now.content.body, "<p>Other.</p>", "{}", object.remote);
    }
}

#[tokio::test]
async fn trap_01_a_page_that_is_gone_is_never_put_to() {
    let site = Site::small().await;
    let page = site.read(&site.page(3)).await;
    site.server.as_someone_else().delete_page(site.seeded.course, site.seeded.pages[3]).unwrap();
    assert_eq!(site.guard(&page).await, Guard::Gone);
    let sent = site.remote.send(&site.space, &site.update(&page, body(&page, "<p>x</p>"))).await.unwrap();
    assert_eq!(sent, Sent::Gone);
    assert_eq!(site.server.log().writes(), [], "no PUT went out");
    let live = |site: &Site| {
        site.server.course(site.seeded.course).unwrap().pages.values().filter(|page| !page.deleted).count()
    };
    assert_eq!(live(&site), 3);
}

#[tokio::test]
async fn a_refused_state_does_not_hold_the_text_back_and_is_named() {
    let site = Site::small().await;
    let front = site.read(&site.page(0)).await;
    let wanted = body(&front, "<p>Welcome.</p>").with(field::PUBLISHED, FieldValue::Flag(false));
    let (written, _) = site.done(&site.update(&front, wanted.clone())).await;
    assert_eq!(
        (written.content.body.as_str(), written.content.flag(field::PUBLISHED)),
        ("<p>Welcome.</p>", Some(true))
    );
    assert_eq!(written.facts["not_taken"], "published: The front page cannot be unpublished");
    let only_state = front.content.clone().with(field::PUBLISHED, FieldValue::Flag(false));
    let refused = site.remote.send(&site.space, &site.update(&front, only_state)).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.words.as_str()),
        (RemoteErrorKind::Refused, "The front page cannot be unpublished")
    );
}

#[tokio::test]
async fn a_refusal_is_told_in_the_sites_words() {
    let site = Site::small().await;
    let long = "x".repeat(256);
    for (kind, title, words) in [
        (Kind::Page, "", "blank"),
        (Kind::Page, long.as_str(), "255"),
        (Kind::Assignment, "", "blank"),
        (Kind::Assignment, long.as_str(), "255"),
    ] {
        let refused = site.remote.send(&site.space, &site.create(kind, draft(title, "<p>x</p>"))).await.unwrap_err();
        assert_eq!((refused.kind, refused.maybe_done), (RemoteErrorKind::Refused, false), "{kind:?} {}", refused.words);
        assert!(refused.words.contains(words), "{kind:?}: {}", refused.words);
        assert!(refused.is_final());
    }
    let nothing =
        site.remote.send(&site.space, &site.create(Kind::Announcement, Content::new("News", ""))).await.unwrap_err();
    assert_eq!((nothing.kind, nothing.words.as_str()), (RemoteErrorKind::Refused, "Message can't be blank"));
    let page = site.read(&site.page(1)).await;
    site.server.lock_page_by_blueprint(site.seeded.course, site.seeded.pages[1], true);
    let locked = site.remote.send(&site.space, &site.update(&page, body(&page, "<p>x</p>"))).await.unwrap_err();
    assert!(
        locked.kind == RemoteErrorKind::Refused && locked.words.contains("locked by Master Course"),
        "{}",
        locked.words
    );
    let locked = site.read(&site.page(1)).await;
    assert_eq!(locked.access, Access::Editable, "columns are locked, not all of it");
    let roles = FieldValue::Text("teachers,students".to_owned());
    let wanted = body(&locked, "<p>y</p>").with(field::EDITING_ROLES, roles.clone());
    let (written, _) = site.done(&site.update(&locked, wanted)).await;
    assert_eq!(
        (written.content.body.as_str(), &written.content.fields[field::EDITING_ROLES]),
        (page.content.body.as_str(), &roles)
    );
    assert_eq!(written.facts["not_taken"], "body: Locked by a blueprint.");
}

#[tokio::test]
async fn an_announcement_keeps_its_closed_comments() {
    let site = Site::small().await;
    let id = site.seeded.topics[1];
    site.server.as_someone_else().edit_topic(site.seeded.course, id, &json!({"lock_comment": true})).unwrap();
    let news = site.read(&RemoteRef::new(Kind::Announcement, id)).await;
    let (written, _) = site.done(&site.update(&news, body(&news, "<p>Bring boots.</p>"))).await;
    assert_eq!(written.facts["comments_closed"], "true");
    assert_eq!(site.read(&news.remote).await.facts["comments_closed"], "true");
}

#[tokio::test]
async fn what_the_sanitiser_takes_makes_no_second_difference() {
    let site = Site::small().await;
    let page = site.read(&site.page(1)).await;
    let dirty = "<p onclick=\"x()\" style=\"color: red; opacity: 0.5;\">Hi <b>there</b><script>x()</script></p><!-- note -->\
                 <form><input name=\"a\">Kept</form><p><a href=\"javascript:x()\">go</a></p>";
    let (written, _) = site.done(&site.update(&page, body(&page, dirty))).await;
    assert!(!written.content.body.contains("script"), "{}", written.content.body);
    let again = site.read(&page.remote).await;
    let form = |content: &Content| site.remote.canonical(Kind::Page, content);
    assert_eq!(form(&again.content), form(&written.content));
    assert_eq!(form(&form(&again.content)), form(&again.content));
    assert_eq!(form(&body(&page, dirty)).body, form(&again.content).body, "the loss was foreseen");
    assert_eq!(site.guard(&written).await, Guard::Unchanged);
}
