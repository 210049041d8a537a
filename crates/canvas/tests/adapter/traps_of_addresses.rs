//! Traps of contract section 9 in addresses, wrappers and what an answer says, by number.

use domain::{Access, Change, Content, FieldValue, Guard, Kind, Operation, Reading, Remote, RemoteRef, Upload, field};
use serde_json::{Value, json};
use simulators::canvas::PageSeed;
use simulators::fault::{Fault, On};

use crate::site::{Site, draft, says, small_course};

fn last_write(site: &Site) -> Value {
    serde_json::from_str(&site.server.log().writes().last().unwrap().received).unwrap()
}

#[tokio::test]
async fn trap_03_each_write_stands_in_its_wrapper_and_one_that_is_ignored_is_named() {
    let wrapped = [
        (Kind::Page, Some("wiki_page"), "title body"),
        (Kind::Assignment, Some("assignment"), "title body"),
        (Kind::Quiz, Some("quiz"), "title body"),
        (Kind::Discussion, None, "title body"),
        (Kind::Syllabus, Some("course"), "body"),
        (Kind::Module, Some("module"), "title"),
    ];
    for (kind, wrapper, parts) in wrapped {
        let site = Site::small().await;
        let remote = match kind {
            Kind::Syllabus => RemoteRef::new(kind, site.seeded.course),
            Kind::Module => RemoteRef::new(kind, site.seeded.modules[0]),
            kind => site.done(&site.create(kind, draft("Herons", "<p>Grey.</p>"))).await.0.remote,
        };
        let object = site.read(&remote).await;
        let mut wanted = object.content.clone();
        for part in parts.split(' ') {
            match part {
                "title" => wanted.title = "Egrets".to_owned(),
                _ => wanted.body = "<p>White.</p>".to_owned(),
            }
        }
        let (written, _) = site.done(&site.update(&object, wanted.clone())).await;
        assert!(says(&written, &wanted), "{kind:?}: {written:?}");
        let sent = last_write(&site);
        let names: Vec<&String> = sent.as_object().unwrap().keys().collect();
        assert!(wrapper.is_none_or(|wrapper| names == [wrapper]), "{kind:?}: {sent}");
        assert_eq!(site.server.log().writes().last().unwrap().method, "PUT");
        // A site that reads nothing of it answers 200 all the same, or says that nothing was sent.
        let ignored: Vec<String> = names.into_iter().cloned().collect();
        site.server.configure(|settings| settings.drops = ignored);
        let again = Content { body: object.content.body.clone(), title: object.content.title.clone(), ..wanted };
        match site.remote.send(&site.space, &site.update(&written, again)).await {
            Ok(domain::Sent::Done { object, .. }) => {
                let named = object.facts.get("not_taken").cloned().unwrap_or_default();
                for part in parts.split(' ') {
                    assert!(named.contains(part), "{kind:?}: {part} in `{named}`");
                }
            }
            Err(error) => assert!(error.is_final(), "{kind:?}: {error:?}"),
            other => panic!("{kind:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn trap_05_every_request_says_what_program_it_is_from() {
    let site = Site::small().await;
    site.server.configure(|settings| settings.require_user_agent = true);
    site.remote.identify().await.unwrap();
    site.pull(&[]).await;
    let page = site.read(&site.page(1)).await;
    site.done(&site.update(&page, Content { body: "<p>New.</p>".to_owned(), ..page.content.clone() })).await;
    let file = Upload {
        name: "heron.png".to_owned(),
        content_type: "image/png".to_owned(),
        bytes: b"\x89PNG\r\n\x1a\n".to_vec(),
        sha256: "0f3a9c4471bd2e58".repeat(4),
    };
    let put = site.remote.upload(&site.space, &file).await.unwrap();
    site.remote.asset(&site.space, &put.address).await.unwrap();
    let refused: Vec<_> = site.server.log().all().into_iter().filter(|asked| asked.status == Some(403)).collect();
    assert_eq!(refused.len(), 0, "{refused:?}");
}

#[tokio::test]
async fn trap_22_lists_are_followed_to_their_end_whatever_their_links_say_beside_next() {
    let mut seed = small_course();
    let page = |n: usize| PageSeed { title: format!("More {n}"), body: String::new(), published: true, front: false };
    seed.pages.extend((0..230).map(page));
    for (bookmarks, link_last) in [(false, true), (false, false), (true, true), (true, false)] {
        let site = Site::with(&seed).await;
        site.server.configure(|settings| {
            settings.bookmarks = bookmarks;
            settings.link_last = link_last;
        });
        let (objects, _) = site.pull(&[]).await;
        let pages = objects.keys().filter(|remote| remote.kind == Kind::Page).count();
        assert_eq!(pages, 234, "bookmarks {bookmarks}, last {link_last}");
    }
}

#[tokio::test]
async fn trap_23_a_page_whose_slug_is_anothers_number_is_not_taken_for_it() {
    let site = Site::small().await;
    let number = site.seeded.pages[1].to_string();
    let (shadow, _) = site.done(&site.create(Kind::Page, draft(&number, "<p>Shadow.</p>"))).await;
    assert_eq!(shadow.facts["slug"], number, "its slug is the other's number");
    let page = site.read(&site.page(1)).await;
    assert_eq!(page.content.title, "Page 1");
    assert_eq!(site.guard(&page).await, Guard::Unchanged);
    site.done(&site.update(&page, Content { body: "<p>Mine.</p>".to_owned(), ..page.content.clone() })).await;
    assert_eq!(site.read(&shadow.remote).await.content.body, "<p>Shadow.</p>");
    site.done(&site.delete(&page)).await;
    assert!(matches!(site.remote.read(&site.space, &shadow.remote).await.unwrap(), Reading::Here(_)));
    for asked in site.server.log().all() {
        assert!(!asked.path.contains("/pages/") || asked.path.contains("/pages/page_id:"), "{}", asked.path);
    }
}

#[tokio::test]
async fn trap_25_a_course_is_called_by_its_own_name_and_its_name_is_never_written() {
    let site = Site::small().await;
    let course = site.seeded.course;
    let nicked = json!([{"id": course, "name": "my nickname", "original_name": "Shore Life", "course_code": "BIO 1",
        "workflow_state": "available", "enrollments": [{"type": "teacher"}]}]);
    let answer = Fault::Status {
        code: 200,
        body: nicked.to_string(),
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
    };
    site.server.faults().add(On::method("GET", "/courses?"), answer);
    let spaces = site.remote.spaces().await.unwrap();
    assert_eq!(spaces[0].name, "Shore Life");
    let syllabus = site.read(&RemoteRef::new(Kind::Syllabus, course)).await;
    let mut wanted = syllabus.content.clone();
    wanted.title = "my nickname".to_owned();
    wanted.body = "<p>Ten weeks.</p>".to_owned();
    site.done(&site.update(&syllabus, wanted)).await;
    assert_eq!(last_write(&site), json!({"course": {"syllabus_body": "<p>Ten weeks.</p>"}}));
    assert_eq!(site.server.course(course).unwrap().name, "Shore Life");
}

#[tokio::test]
async fn trap_26_a_page_of_the_block_editor_is_read_only_and_says_why() {
    let site = Site::small().await;
    site.server.make_block_page(site.seeded.course, site.seeded.pages[2]);
    let (objects, _) = site.pull(&[]).await;
    let why = Access::ReadOnly("Made with an editor that Lectern cannot edit.".to_owned());
    assert_eq!(objects[&site.page(2)].access, why, "in the list");
    assert_eq!(site.read(&site.page(2)).await.access, why, "by itself");
    assert_eq!(objects[&site.page(1)].access, Access::Editable);
}

#[tokio::test]
async fn trap_29_an_item_of_a_renamed_page_is_made_by_the_slug_of_now() {
    for permanent in [false, true] {
        let site = Site::small().await;
        site.server.configure(|settings| settings.permanent_page_links = permanent);
        let id = site.seeded.pages[2];
        site.server.as_someone_else().rename_page(site.seeded.course, id, "Herons").unwrap();
        let wanted = Content::new("", "")
            .with(field::ITEM_TYPE, FieldValue::Text("Page".to_owned()))
            .with(field::ITEM_TARGET, FieldValue::Text(format!("page:{id}")));
        let parent = Some(RemoteRef::new(Kind::Module, site.seeded.modules[0]));
        let operation = Operation::Create { kind: Kind::ModuleItem, parent };
        let change = Change { operation, ..site.create(Kind::ModuleItem, wanted) };
        let (made, _) = site.done(&change).await;
        assert_eq!(last_write(&site)["module_item"]["page_url"], json!("herons"), "permanent links: {permanent}");
        assert_eq!(made.facts["slug"], "herons");
    }
}

#[tokio::test]
async fn trap_30_a_page_that_a_replica_does_not_have_yet_is_asked_for_again_and_is_not_gone() {
    let site = Site::small().await;
    // Before the first write, so that the site keeps the state that a replica still shows.
    site.server.faults().add(
        On::method("GET", "/pages/page_id").path_where(|path| !path.contains("revisions")).first(1),
        Fault::StaleRead,
    );
    let (made, _) = site.done(&site.create(Kind::Page, draft("Herons", "<p>Grey.</p>"))).await;
    assert_eq!(site.guard(&made).await, Guard::Unchanged);
}

#[tokio::test]
async fn trap_30_what_a_lagging_replica_does_not_have_yet_is_not_taken_for_deleted() {
    for kind in [Kind::Page, Kind::Assignment, Kind::Discussion, Kind::Quiz] {
        let site = Site::small().await;
        let single = |path: &str| path.rsplit('/').next().is_some_and(|last| last.contains(char::is_numeric));
        site.server.faults().add(On::method("GET", "/api/v1/courses").path_where(single).first(1), Fault::StaleRead);
        let (made, _) = site.done(&site.create(kind, draft("Herons", "<p>Grey.</p>"))).await;
        let reading = site.remote.read(&site.space, &made.remote).await.unwrap();
        assert!(!matches!(reading, Reading::Gone), "{kind:?}: {reading:?}");
    }
}
