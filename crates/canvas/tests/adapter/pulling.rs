use domain::{Access, Kind, Known, Remote, RemoteRef, fact, field};
use simulators::canvas::{ItemSeed, ModuleSeed, reference_course};

use crate::site::{Site, small_course};

#[tokio::test]
async fn a_first_pull_of_the_reference_course_takes_eleven_requests() {
    let site = Site::with(&reference_course()).await;
    let (objects, requests) = site.pull(&[]).await;
    let count = |kind| objects.keys().filter(|remote| remote.kind == kind).count();
    let kinds = [Kind::Page, Kind::Assignment, Kind::Discussion, Kind::Module, Kind::ModuleItem].map(count);
    assert_eq!(kinds, [500, 200, 100, 15, 400]);
    assert_eq!(requests, 11);
    assert_eq!(site.server.log().writes().len(), 0);
    assert_eq!(
        objects.values().filter(|object| object.remote.kind == Kind::Page && object.content.body.is_empty()).count(),
        0
    );
}

#[tokio::test]
async fn every_kind_of_a_course_arrives_with_what_it_is() {
    let site = Site::small().await;
    let (objects, _) = site.pull(&[]).await;
    let page = &objects[&site.page(1)];
    assert_eq!(
        (page.content.title.as_str(), page.content.body.as_str()),
        ("Page 1", "<p>First of 1.</p>\n<p>Second of 1.</p>")
    );
    assert_eq!((page.content.flag(field::PUBLISHED), page.facts[fact::SLUG].as_str()), (Some(true), "page-1"));
    assert_eq!(page.access, Access::Editable);
    let essay = &objects[&RemoteRef::new(Kind::Assignment, site.seeded.assignments[0])];
    assert_eq!(essay.content.title, "Essay 0");
    let talk = &objects[&RemoteRef::new(Kind::Discussion, site.seeded.topics[0])];
    assert_eq!(talk.content.body, "<p>Introduce yourself text.</p>");
    let news = &objects[&RemoteRef::new(Kind::Announcement, site.seeded.topics[1])];
    assert_eq!((news.content.title.as_str(), news.content.flag(field::PUBLISHED)), ("Boots on Friday", None));
    let week = RemoteRef::new(Kind::Module, site.seeded.modules[0]);
    assert_eq!(objects[&week].access, Access::Editable);
    let mut items: Vec<_> = objects.values().filter(|object| object.parent.as_ref() == Some(&week)).collect();
    items.sort_by_key(|item| item.content.number(field::POSITION));
    let targets: Vec<_> = items
        .iter()
        .map(|item| (item.content.text(field::ITEM_TYPE).unwrap(), item.content.text(field::ITEM_TARGET)))
        .collect();
    let id = |kind: &str, id: i64| format!("{kind}:{id}");
    assert_eq!(
        targets,
        [
            ("SubHeader", None),
            ("Page", Some("page-1")),
            ("Assignment", Some(id("assignment", site.seeded.assignments[0]).as_str())),
            ("Discussion", Some(id("discussion", site.seeded.topics[0]).as_str())),
            ("File", Some(id("file", site.seeded.files[0]).as_str())),
            ("ExternalUrl", Some("https://elsewhere.example/")),
        ]
    );
    assert_eq!(items[1].facts[fact::SLUG], "page-1");
}

#[tokio::test]
async fn trap_21_a_module_of_more_than_a_hundred_items_is_pulled_whole() {
    let items = (0..230).map(|n| ItemSeed::Header(format!("Part {n}"))).collect();
    let long = ModuleSeed { name: "Long".to_owned(), published: true, items };
    let mut seed = small_course();
    seed.modules.push(long);
    let site = Site::with(&seed).await;
    let (objects, requests) = site.pull(&[]).await;
    assert_eq!(objects.keys().filter(|remote| remote.kind == Kind::ModuleItem).count(), 236);
    assert_eq!(requests, 7 + 3);
    let item = objects.values().find(|object| object.content.title == "Part 229").unwrap().clone();
    assert_eq!(site.read(&item.remote).await, item);
}

#[tokio::test]
async fn what_the_site_puts_round_a_body_is_not_part_of_it() {
    let mut seed = small_course();
    seed.pages[2].body =
        "<p><a href=\"/courses/1/pages/page-1\">one</a> <img src=\"/courses/1/files/1/preview\" alt=\"shell\"></p>"
            .to_owned();
    let site = Site::with(&seed).await;
    site.server.configure(|settings| settings.branding = true);
    let (objects, _) = site.pull(&[]).await;
    let page = &objects[&site.page(2)];
    assert!(page.returned_body.contains("data-api-endpoint"), "{}", page.returned_body);
    for decoration in ["data-api", "http://127", "<link", "<script", "verifier", "loading"] {
        assert!(!page.content.body.contains(decoration), "{decoration} in {}", page.content.body);
    }
    let again = site.read(&page.remote).await;
    assert_eq!(site.remote.canonical(Kind::Page, &again.content), site.remote.canonical(Kind::Page, &page.content));
}

#[tokio::test]
async fn a_known_revision_number_is_kept_while_the_time_is_the_same() {
    let site = Site::small().await;
    let page = site.read(&site.page(1)).await;
    let (written, _) = site
        .done(&site.update(&page, domain::Content { body: "<p>New.</p>".to_owned(), ..page.content.clone() }))
        .await;
    assert!(written.token.0.starts_with("rev:2|"), "{:?}", written.token);
    let known = [Known {
        remote: written.remote.clone(),
        parent: None,
        token: written.token.clone(),
        verified_at: None,
        opened_at: None,
    }];
    let (objects, _) = site.pull(&known).await;
    assert_eq!(objects[&written.remote].token, written.token);
    let (objects, _) = site.pull(&[]).await;
    assert!(!objects[&written.remote].token.0.starts_with("rev:"));
}

#[tokio::test]
async fn who_it_is_and_which_courses_there_are_is_one_request_each() {
    let site = Site::small().await;
    let old = site.server.add_course("Old Shores", "BIO 0");
    site.server.enroll(
        old,
        site.server.course(site.seeded.course).unwrap().enrollments[0].0,
        simulators::canvas::Role::Teacher,
    );
    site.server.set_course_state(old, "completed");
    site.server.log().reset();
    let who = site.remote.identify().await.unwrap();
    assert_eq!((who.user_name.as_str(), who.clock_offset_seconds), ("Ada Reyes", Some(0)));
    let spaces = site.remote.spaces().await.unwrap();
    let told: Vec<_> =
        spaces.iter().map(|space| (space.name.as_str(), space.current, space.read_only.as_deref())).collect();
    assert_eq!(told, [("Shore Life", true, None), ("Old Shores", false, Some("The course has ended."))]);
    assert_eq!(site.server.log().total(), 2);
    let traffic = site.remote.traffic();
    assert_eq!((traffic.requests, traffic.writes), (2, 0));
}
