//! A course of five thousand items.

use std::collections::BTreeSet;

use domain::{Cursor, Kind, Remote, RemoteRef};
use simulators::canvas::{CourseSeed, ItemSeed, ModuleSeed, PageSeed, TopicSeed};

use crate::site::{Site, TOKEN, connect};

/// 2,000 pages, 400 discussions, and 300 modules of which one holds 500 of the 2,600 items.
fn course() -> CourseSeed {
    let page =
        |n: usize| PageSeed { title: format!("Page {n}"), body: format!("<p>{n}</p>"), published: true, front: false };
    let topic = |n: usize| TopicSeed {
        title: format!("Talk {n}"),
        message: format!("<p>{n}</p>"),
        published: true,
        announcement: false,
        pinned: false,
    };
    let module = |n: usize| ModuleSeed {
        name: format!("Module {n}"),
        published: true,
        items: (0..if n == 0 { 500 } else { 7 }).map(|part| ItemSeed::Header(format!("Part {n}.{part}"))).collect(),
    };
    CourseSeed {
        name: "Large".to_owned(),
        pages: (0..2_000).map(page).collect(),
        topics: (0..400).map(topic).collect(),
        modules: (0..300).map(module).collect(),
        ..CourseSeed::default()
    }
}

#[tokio::test]
async fn s55_a_course_of_five_thousand_comes_in_small_answers_and_goes_on_where_it_was_cut_off() {
    let site = Site::with(&course()).await;
    let mut ways: Vec<Cursor> = site.remote.begin_pull(&site.space, &[]).await.unwrap();
    let (mut seen, mut largest, mut bytes) = (BTreeSet::<RemoteRef>::new(), 0, 0);
    let mut remote = connect(&site.server, TOKEN);
    let mut answers = 0;
    while let Some(way) = ways.pop() {
        if answers % 7 == 6 {
            // The program ends and starts again: all that it has is where it was.
            remote = connect(&site.server, TOKEN);
        }
        answers += 1;
        let page = remote.pull(&site.space, &way, &[]).await.unwrap();
        largest = largest.max(page.objects.len());
        bytes =
            bytes.max(page.objects.iter().map(|object| object.returned_body.len() + object.content.body.len()).sum());
        for object in page.objects {
            assert!(seen.insert(object.remote.clone()), "{} comes twice", object.remote);
        }
        ways.extend(page.more);
    }
    let count = |kind: Kind| seen.iter().filter(|remote| remote.kind == kind).count();
    let kinds = [Kind::Page, Kind::Discussion, Kind::Module, Kind::ModuleItem].map(count);
    println!("{} objects in {answers} answers, at most {largest} in one, with {bytes} bytes of text", seen.len());
    assert_eq!(kinds, [2_000, 400, 300, 2_593]);
    // A list's answer has a hundred elements; a module brings at most a hundred items along, and these have seven.
    assert!(largest <= 800, "{largest}");
    assert_eq!(site.server.log().writes(), []);
}
