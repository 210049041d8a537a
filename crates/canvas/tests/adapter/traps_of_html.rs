//! Traps of contract section 9 in what Canvas makes of HTML on its way out and in, by number.

use domain::{Content, Guard, Kind, RemoteObject, RemoteRef};
use serde_json::Value;
use simulators::canvas::CourseSeed;

use crate::site::{Site, small_course};

/// A body in which every decoration of Canvas finds a place (contract 6.3).
const LINKED: &str = "<p><a href=\"/courses/1/pages/page-1\">one</a> <a class=\"instructure_file_link\" href=\"/courses/1/files/1?wrap=1\">shell</a></p>\
    <p><img src=\"/courses/1/files/1/preview\" alt=\"shell\"></p><p>Words.</p>";

/// What Canvas adds while it answers, and what must never be sent back.
const DECORATIONS: [&str; 7] =
    ["data-api-endpoint", "data-api-returntype", "verifier=", "http://127", "<link", "<script", "loading="];

fn linked() -> CourseSeed {
    let mut seed = small_course();
    seed.pages[1].body = LINKED.to_owned();
    seed.assignments[0].description = LINKED.to_owned();
    seed.topics[0].message = LINKED.to_owned();
    seed.topics[1].message = LINKED.to_owned();
    seed
}

async fn documents(site: &Site) -> Vec<RemoteObject> {
    site.server.as_someone_else().write_syllabus(site.seeded.course, LINKED).unwrap();
    let mut documents = Vec::new();
    for remote in [
        site.page(1),
        RemoteRef::new(Kind::Assignment, site.seeded.assignments[0]),
        RemoteRef::new(Kind::Discussion, site.seeded.topics[0]),
        RemoteRef::new(Kind::Announcement, site.seeded.topics[1]),
        RemoteRef::new(Kind::Syllabus, site.seeded.course),
    ] {
        documents.push(site.read(&remote).await);
    }
    documents
}

fn stored(site: &Site, remote: &RemoteRef) -> String {
    let course = site.server.course(site.seeded.course).unwrap();
    let id: i64 = remote.id.0.parse().unwrap();
    let body = match remote.kind {
        Kind::Page => course.pages[&id].body.clone(),
        Kind::Assignment => course.assignments[&id].description.clone(),
        Kind::Syllabus => course.syllabus,
        _ => course.topics[&id].message.clone(),
    };
    body.unwrap_or_default()
}

#[tokio::test]
async fn trap_14_what_was_read_goes_back_without_what_canvas_put_round_it() {
    let site = Site::with(&linked()).await;
    for object in documents(&site).await {
        let remote = &object.remote;
        assert!(object.returned_body.contains("data-api-endpoint"), "{remote}: {}", object.returned_body);
        assert_eq!(site.guard(&object).await, Guard::Unchanged, "{remote}: no difference is seen");
        let before = stored(&site, remote);
        let wanted = Content { body: object.content.body.replace("Words.", "Other words."), ..object.content.clone() };
        site.done(&site.update(&object, wanted)).await;
        let sent = site.server.log().writes().last().unwrap().received.clone();
        for decoration in DECORATIONS {
            assert!(!sent.contains(decoration), "{remote}: {decoration} in {sent}");
        }
        assert_eq!(stored(&site, remote), before.replace("Words.", "Other words."), "{remote}: only the word moved");
    }
}

#[tokio::test]
async fn trap_15_the_brand_files_of_an_account_are_no_change_and_are_not_sent() {
    let site = Site::with(&linked()).await;
    let plain = documents(&site).await;
    site.server.configure(|settings| settings.branding = true);
    for object in plain {
        let remote = &object.remote;
        let branded = site.read(remote).await;
        assert!(branded.returned_body.contains("<link") && branded.returned_body.contains("<script"), "{remote}");
        assert_eq!(branded.content.body, object.content.body, "{remote}");
        assert_eq!(site.guard(&object).await, Guard::Unchanged, "{remote}");
        let wanted = Content { body: branded.content.body.replace("Words.", "Branded."), ..branded.content.clone() };
        let (written, _) = site.done(&site.update(&branded, wanted.clone())).await;
        assert_eq!(written.content.body, wanted.body, "{remote}");
        assert!(!stored(&site, remote).contains("<link") && !stored(&site, remote).contains("<script"), "{remote}");
    }
}

#[tokio::test]
async fn trap_16_access_keys_of_files_are_not_asked_for_and_where_they_come_they_are_not_kept() {
    let site = Site::with(&linked()).await;
    site.pull(&[]).await;
    for object in documents(&site).await {
        site.guard(&object).await;
    }
    // Lists of revisions and modules hold no HTML; everything else asks for links without keys.
    let asked = site.server.log().all();
    let bodies =
        asked.iter().filter(|request| !request.path.contains("/revisions?") && !request.path.contains("/modules"));
    for request in bodies {
        assert!(request.path.contains("no_verifiers=1"), "{}", request.path);
    }
    // An older site does not know the wish, and its keys change: they are no difference.
    let old = |key: &str| {
        let served = LINKED.replace("?wrap=1", &format!("?verifier={key}&amp;wrap=1"));
        served.replace("/preview", &format!("/preview?verifier={key}"))
    };
    let form = |body: &str| domain::Remote::canonical(&site.remote, Kind::Page, &Content::new("", body)).body;
    assert_eq!(form(&old("aaaa")), form(LINKED));
    assert_eq!(form(&old("aaaa")), form(&old("bbbb")));
    let page: Value = serde_json::json!({"page_id": 1, "url": "x", "title": "x", "body": old("aaaa")});
    let faults = site.server.faults();
    faults.add(
        simulators::fault::On::method("GET", "/pages/page_id"),
        simulators::fault::Fault::Status {
            code: 200,
            body: page.to_string(),
            content_type: "application/json".to_owned(),
            headers: Vec::new(),
        },
    );
    assert!(!site.read(&site.page(1)).await.content.body.contains("verifier"));
}

#[tokio::test]
async fn trap_17_a_style_that_canvas_drops_is_foreseen_and_named_before_it_is_sent() {
    let site = Site::small().await;
    let page = site.read(&site.page(1)).await;
    let bold = "<p style=\"font-weight: bold; color: red;\">Loud</p><p style=\"opacity: 0.5\">Quiet</p>";
    let named: Vec<String> = domain::canonical::canvas::dropped(bold).into_iter().map(|dropped| dropped.what).collect();
    for property in ["font-weight", "opacity"] {
        assert!(named.iter().any(|what| what.contains(property)), "{property} in {named:?}");
    }
    assert!(!named.iter().any(|what| what.contains("color")), "{named:?}");
    let wanted = Content { body: bold.to_owned(), ..page.content.clone() };
    let foreseen = domain::Remote::canonical(&site.remote, Kind::Page, &wanted).body;
    let (written, _) = site.done(&site.update(&page, wanted)).await;
    assert_eq!(domain::Remote::canonical(&site.remote, Kind::Page, &written.content).body, foreseen);
    assert!(!written.content.body.contains("font-weight"), "{}", written.content.body);
}
