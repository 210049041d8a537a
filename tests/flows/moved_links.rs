//! Links between documents of a course stay true when a page gets another address, here or there (scenarios 28, 34, 35).

use domain::{Content, EntityId, FieldValue, Kind, field};
use simulators::canvas::{CourseSeed, PageSeed};
use store::NewEntity;
use sync::{Did, Report};

use crate::support::{Course, Device, did};

/// What links to `Tides` in the tests: a page, and the words around the link.
fn linking(course: i64) -> String {
    format!(
        "<p>One &amp; two.</p>\n<p>See <A class=x HREF='/courses/{course}/pages/tides?a=1#b'>tides</A>, and <a href=\"/courses/{course}/pages/tides-too\">others</a>.</p>\n<p>Three.</p>"
    )
}

async fn course(permanent: bool) -> Course {
    let page = |title: &str| PageSeed {
        title: title.to_owned(),
        body: format!("<p>{title}.</p>"),
        published: true,
        front: false,
    };
    let pages = vec![page("Tides"), page("Tides too"), page("Linking"), page("Apart")];
    let course = Course::with(&CourseSeed {
        name: "Shore life".to_owned(),
        code: "BIO".to_owned(),
        pages,
        ..CourseSeed::default()
    })
    .await;
    course.canvas.configure(|settings| settings.permanent_page_links = permanent);
    course.canvas.as_someone_else().write_page(course.id, course.pages[2], &linking(course.id)).unwrap();
    course
}

impl Course {
    fn linking(&self) -> String {
        self.body(2)
    }
}

async fn rename(device: &Device, from: &str, to: &str) -> EntityId {
    let page = device.page(from).await;
    device.save(page.id, &Content { title: to.to_owned(), ..page.content }).await;
    page.id
}

fn followed(report: &Report) -> Vec<&str> {
    report.items.iter().filter(|item| item.did == Did::Followed).map(|item| item.title.as_str()).collect()
}

/// The bodies as Canvas stores them, in one way of writing tags: its own sanitiser writes them anew.
fn says(body: &str, href: &str) -> bool {
    body.contains(&format!("\"{href}\"")) || body.contains(&format!("'{href}'"))
}

#[tokio::test]
async fn s34_a_page_renamed_here_takes_the_links_along_with_the_next_sync_and_no_other_byte() {
    for permanent in [true, false] {
        let course = course(permanent).await;
        let device = Device::synced(&course).await;
        let before = device.page("Linking").await.content.body;
        assert!(says(&before, &format!("/courses/{}/pages/tides?a=1#b", course.id)), "{before}");
        rename(&device, "Tides", "Ebb and flow").await;
        course.canvas.log().reset();
        let report = device.sync().await;
        assert_eq!(followed(&report), ["Linking"], "{:?}", did(&report));
        assert!(report.summary().contains("Links in 1 document follow"), "{}", report.summary());
        assert_eq!(course.canvas.log().writes().len(), 1, "the page alone: {:?}", course.canvas.log().writes());
        let here = device.page("Linking").await;
        assert_eq!(here.content.body, before.replacen("/pages/tides?", "/pages/ebb-and-flow?", 1));
        let history = device.store().revisions(here.id).await.unwrap();
        assert_eq!(history[0].cause, "follow");
        // It goes with the next sync, as one write, and is then quiet.
        course.canvas.log().reset();
        let report = device.sync().await;
        assert_eq!(did(&report), [("Linking".to_owned(), Did::Pushed)]);
        assert_eq!(course.canvas.log().writes().len(), 1);
        assert!(
            says(&course.linking(), &format!("/courses/{}/pages/ebb-and-flow?a=1#b", course.id)),
            "{}",
            course.linking()
        );
        assert!(says(&course.linking(), &format!("/courses/{}/pages/tides-too", course.id)));
        assert_eq!(device.differences().await, Vec::<String>::new());
        device.assert_quiet(&course).await;
        assert_eq!(course.titles(), ["Apart", "Ebb and flow", "Linking", "Tides too"], "no old slug came to life");
    }
}

#[tokio::test]
async fn s34_a_page_renamed_there_takes_the_links_along_and_two_installations_agree() {
    for permanent in [true, false] {
        let course = course(permanent).await;
        let (one, two) = (Device::synced(&course).await, Device::synced(&course).await);
        course.canvas.as_someone_else().rename_page(course.id, course.pages[0], "Ebb").unwrap();
        let report = one.sync().await;
        assert_eq!(followed(&report), ["Linking"], "{:?}", did(&report));
        assert_eq!(followed(&two.sync().await), ["Linking"]);
        one.sync().await;
        assert!(says(&course.linking(), &format!("/courses/{}/pages/ebb?a=1#b", course.id)), "{}", course.linking());
        // The other one made the same edit: nothing more is written and nobody is asked.
        course.canvas.log().reset();
        two.sync().await;
        assert_eq!(course.canvas.log().writes(), []);
        for device in [&one, &two] {
            assert_eq!(device.store().conflicts().await.unwrap().len(), 0);
            device.assert_quiet(&course).await;
        }
    }
}

#[tokio::test]
async fn a_link_edited_there_at_the_same_time_is_theirs_and_nobody_is_asked() {
    for (theirs, expected) in [
        ("apart", "apart"),
        ("ebb?z=9", "ebb?z=9"),
        // They edited around a link that still is the old one: it follows, after theirs is taken.
        ("tides?q=1", "ebb?q=1"),
    ] {
        let course = course(false).await;
        let of = |page: &str| format!("/courses/{}/pages/{page}", course.id);
        let (theirs, expected) = (of(theirs), of(expected));
        let device = Device::synced(&course).await;
        course.canvas.as_someone_else().rename_page(course.id, course.pages[0], "Ebb").unwrap();
        assert_eq!(followed(&device.sync().await), ["Linking"]);
        let stored = course.linking();
        let from = format!("/courses/{}/pages/tides?a=1#b", course.id);
        course.someone_replaces(2, &from, &theirs);
        assert_ne!(course.linking(), stored);
        for _ in 0..3 {
            device.sync().await;
        }
        assert_eq!(device.store().conflicts().await.unwrap().len(), 0, "{expected}");
        assert!(says(&course.linking(), &expected), "{expected}: {}", course.linking());
        assert_eq!(device.differences().await, Vec::<String>::new());
        device.assert_quiet(&course).await;
    }
}

#[tokio::test]
async fn words_edited_there_meanwhile_are_joined_with_the_followed_link() {
    let course = course(false).await;
    let device = Device::synced(&course).await;
    course.canvas.as_someone_else().rename_page(course.id, course.pages[0], "Ebb").unwrap();
    device.sync().await;
    course.someone_replaces(2, "Three.", "Three, from there.");
    device.sync().await;
    assert!(says(&course.linking(), &format!("/courses/{}/pages/ebb?a=1#b", course.id)), "{}", course.linking());
    assert!(course.linking().contains("Three, from there."));
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_followed_link_that_is_taken_back_stays_so_and_renaming_there_and_back_ends_where_it_began() {
    let course = course(true).await;
    let device = Device::synced(&course).await;
    rename(&device, "Tides", "Ebb").await;
    let report = device.sync().await;
    let undone = sync::undo(device.store(), report.run, None, course.canvas.clock().now()).await.unwrap();
    assert!(undone.iter().all(|undone| undone.done), "{undone:?}");
    // The title is back too, and with it what the links say.
    for _ in 0..3 {
        device.sync().await;
    }
    let page = course.canvas.page(course.id, course.pages[0]).unwrap();
    assert_eq!(page.title, "Tides");
    assert!(
        says(&course.linking(), &format!("/courses/{}/pages/{}?a=1#b", course.id, page.url)),
        "{} {}",
        page.url,
        course.linking()
    );
    device.assert_quiet(&course).await;

    // Only the link is taken back: it is not led again.
    rename(&device, "Tides", "Flow").await;
    let report = device.sync().await;
    let linking = device.page("Linking").await.id;
    assert_eq!(followed(&report), ["Linking"]);
    sync::undo(device.store(), report.run, Some(&[linking].into()), course.canvas.clock().now()).await.unwrap();
    for _ in 0..2 {
        assert_eq!(followed(&device.sync().await), Vec::<&str>::new());
    }
    assert!(
        says(&course.linking(), &format!("/courses/{}/pages/{}?a=1#b", course.id, page.url)),
        "{}",
        course.linking()
    );
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn a_locked_document_keeps_its_links_and_says_so_once_until_the_lock_is_gone() {
    let course = course(false).await;
    course.canvas.lock_page_by_blueprint(course.id, course.pages[2], true);
    let device = Device::synced(&course).await;
    course.canvas.as_someone_else().rename_page(course.id, course.pages[0], "Ebb").unwrap();
    let report = device.sync().await;
    let held: Vec<_> = report.items.iter().filter(|item| item.did == Did::Held).collect();
    assert_eq!(held.len(), 1, "{:?}", report.items);
    assert!(
        held[0].title == "Linking" && held[0].words.contains("old address of \u{201c}Ebb\u{201d}"),
        "{:?}",
        held[0]
    );
    device.assert_quiet(&course).await;
    course.canvas.lock_page_by_blueprint(course.id, course.pages[2], false);
    for _ in 0..2 {
        device.sync().await;
    }
    assert!(says(&course.linking(), &format!("/courses/{}/pages/ebb?a=1#b", course.id)), "{}", course.linking());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn s35_pages_that_swap_their_names_keep_each_the_links_that_were_meant_for_it() {
    let course = course(false).await;
    let device = Device::synced(&course).await;
    let someone = course.canvas.as_someone_else();
    someone.rename_page(course.id, course.pages[0], "Tides of last year").unwrap();
    someone.rename_page(course.id, course.pages[3], "Tides").unwrap();
    let url = |page: i64| course.canvas.page(course.id, page).unwrap().url;
    // The site keeps the old slug for the page that had it.
    assert_eq!(url(course.pages[3]), "tides-2");
    assert_eq!(followed(&device.sync().await), ["Linking"]);
    device.sync().await;
    let expected = format!("/courses/{}/pages/{}?a=1#b", course.id, url(course.pages[0]));
    assert!(says(&course.linking(), &expected), "{}", course.linking());
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn links_follow_in_every_kind_of_text_and_to_what_was_made_again() {
    let course = course(false).await;
    let someone = course.canvas.as_someone_else();
    let link = format!("<p><a href=\"/courses/{}/pages/tides\">tides</a></p>", course.id);
    let old = someone
        .create_assignment(course.id, &serde_json::json!({"name": "Essay", "description": "<p>Write.</p>"}))
        .unwrap();
    let to_essay = format!("{link}<p><a href=\"/courses/{}/assignments/{old}\">essay</a></p>", course.id);
    someone.create_topic(course.id, &serde_json::json!({"title": "Talk", "message": to_essay})).unwrap();
    someone.create_quiz(course.id, &serde_json::json!({"title": "Quiz", "description": link})).unwrap();
    someone.write_syllabus(course.id, &link).unwrap();
    let device = Device::synced(&course).await;
    someone.rename_page(course.id, course.pages[0], "Ebb").unwrap();
    let report = device.sync().await;
    let mut told = followed(&report);
    told.sort_unstable();
    assert_eq!(told, ["Linking", "Quiz", "Syllabus", "Talk"], "{:?}", did(&report));
    for _ in 0..2 {
        device.sync().await;
    }
    let ebb = format!("/courses/{}/pages/ebb", course.id);
    // A quiz stands among assignments, too, under its own title.
    for entity in device.entities().await.into_iter().filter(|entity| entity.kind != Kind::Assignment) {
        let title = entity.content.title.as_str();
        if ["Quiz", "Syllabus", "Talk"].contains(&title) {
            assert!(says(&entity.content.body, &ebb), "{title}: {}", entity.content.body);
        }
    }
    assert_eq!(device.differences().await, Vec::<String>::new());

    // Deleted there while it was edited here, and made again: it has another id, and the link leads to it.
    let essay = device.page("Essay").await;
    someone.delete_assignment(course.id, old).unwrap();
    device.save(essay.id, &Content { body: "<p>Write more.</p>".to_owned(), ..essay.content }).await;
    device.sync().await;
    device.store().unmap(essay.id, course.canvas.clock().now()).await.unwrap();
    for _ in 0..3 {
        device.sync().await;
    }
    let now = device.store().mapping(essay.id, device.account).await.unwrap().expect("made again").remote.id;
    assert_ne!(now.0, old.to_string());
    let talk = device.page("Talk").await.content.body;
    assert!(says(&talk, &format!("/courses/{}/assignments/{}", course.id, now.0)), "{talk}");
    device.assert_quiet(&course).await;
}

#[tokio::test]
async fn two_hundred_documents_follow_with_one_write_each_and_then_are_quiet() {
    let course = course(true).await;
    let device = Device::synced(&course).await;
    for number in 0..200 {
        let body = format!("<p>{number}</p><p><a href=\"/courses/{}/pages/tides\">tides</a></p>", course.id);
        let content = Content::new(format!("Week {number}"), body).with(field::PUBLISHED, FieldValue::Flag(false));
        let new = NewEntity { space: device.space, kind: Kind::Page, parent: None, content };
        device.store().create(&new, course.canvas.clock().now()).await.unwrap();
    }
    device.sync().await;
    rename(&device, "Tides", "Ebb").await;
    assert_eq!(device.store().linked_from(device.account, device.page("Ebb").await.id).await.unwrap(), 201);
    assert_eq!(followed(&device.sync().await).len(), 201);
    course.canvas.log().reset();
    device.sync().await;
    assert_eq!(course.canvas.log().writes().len(), 201);
    device.assert_quiet(&course).await;
}
