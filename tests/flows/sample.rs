//! The built-in sample as the program meets it: both clients, one workspace, and all of it here after one sync.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lectern::app::{App, Key};
use lectern::dto::KindDto;
use secrecy::SecretString;
use simulators::sample::{RunningSample, SampleCourse, SampleForum};

/// How many documents of each kind the workspace holds.
async fn here(app: &App) -> BTreeMap<String, usize> {
    let mut seen = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for space in app.spaces().await.unwrap() {
        for row in app.tree(&space.id).await.unwrap() {
            let (Some(kind), true) = (row.kind, seen.insert(row.id.clone())) else { continue };
            if kind != KindDto::ModuleItem && row.entity.as_ref().is_some_and(|entity| *entity != row.id) {
                continue;
            }
            *counts.entry(format!("{kind:?}")).or_default() += 1;
            if kind == KindDto::Topic {
                let posts = app.document(&row.entity.unwrap()).await.unwrap().posts.len();
                *counts.entry("Post".to_owned()).or_default() += posts;
            }
        }
    }
    counts
}

/// What the sample was written as.
fn written() -> BTreeMap<String, usize> {
    let (course, forum) = (SampleCourse::load().unwrap(), SampleForum::load().unwrap());
    let posts: usize = forum.topics.iter().map(|topic| topic.posts.len() - 1).sum();
    [
        ("Page", course.pages.len()),
        ("Assignment", course.assignments.len()),
        ("Discussion", course.discussions.len()),
        ("Announcement", course.announcements.len()),
        ("Module", course.modules.len()),
        ("Topic", forum.topics.len()),
        ("Post", posts),
    ]
    .map(|(kind, count)| (kind.to_owned(), count))
    .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sync_brings_the_whole_sample_here_and_the_next_reads_little_and_writes_nothing() {
    let sample = RunningSample::start(lectern::app::now()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
    let key = |text: &str| Key::from(SecretString::from(text.to_owned()));
    let ((url, token, course), (forum, forum_key, user, categories)) = (sample.canvas(), sample.discourse());
    let canvas = app.connect_canvas(&url, key(token)).await.unwrap();
    app.spaces_keep(&canvas.id, &[course]).await.unwrap();
    let discourse = app.connect_discourse_key(&forum, key(forum_key), user).await.unwrap();
    app.spaces_keep(&discourse.id, &categories).await.unwrap();
    let requests = || {
        let counted = (sample.canvas_server().log().total(), sample.discourse_server().log().total());
        sample.canvas_server().log().reset();
        sample.discourse_server().log().reset();
        counted
    };
    requests();

    let report = app.sync_now(None).await.unwrap();
    println!("first pull, requests of course and forum: {:?}", requests());
    assert_eq!((report.outcome.as_str(), report.writes), ("done", 0), "{}", report.summary);
    let here = here(&app).await;
    println!("{here:?}");
    for (kind, count) in written() {
        assert_eq!(here.get(&kind), Some(&count), "{kind}: {here:?}");
    }

    let report = app.sync_now(None).await.unwrap();
    let (course, forum) = requests();
    println!("nothing changed, requests of course and forum: {course}, {forum}");
    assert_eq!((report.lines.len(), report.writes), (0, 0), "{}", report.summary);
    assert!(course <= 11, "{course} requests of the course");
    app.close().await;
}
