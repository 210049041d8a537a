//! The seeded servers hold what the files say.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

fn now() -> DateTime<Utc> {
    "2026-10-14T11:00:00Z".parse().unwrap()
}

/// Status line and body of an answer; the connection is closed after it.
async fn get(base: &str, path: &str, headers: &str) -> (String, Vec<u8>) {
    let address = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let split = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer[..split]).lines().next().unwrap_or_default().to_owned();
    (status, answer[split + 4..].to_vec())
}

#[tokio::test]
async fn the_course_is_served_with_the_ids_slugs_and_times_of_the_files() {
    let (running, sample) = (RunningSample::start(now()).await.unwrap(), SampleCourse::load().unwrap());
    let course = running.canvas_server().course(210).unwrap();
    assert_eq!((course.id, course.name.as_str()), (sample.id, sample.name.as_str()));
    assert_eq!(course.pages.len(), sample.pages.len());
    for page in &sample.pages {
        let stored = course.pages.values().find(|stored| stored.title == page.title).unwrap();
        assert_eq!((stored.published, stored.updated_at), (page.published, page.changed.at(now())), "{}", page.slug);
        assert!(stored.url == page.slug || page.title.len() > 40, "{} is {}", page.slug, stored.url);
    }
    for it in &sample.assignments {
        let stored = &course.assignments[&it.id];
        assert_eq!((&stored.name, stored.group_id, stored.published), (&it.title, it.group, it.published));
        assert_eq!(stored.due_at, it.due.map(|due| due.at(now())));
    }
    for (id, title) in sample
        .discussions
        .iter()
        .map(|it| (it.id, &it.title))
        .chain(sample.announcements.iter().map(|it| (it.id, &it.title)))
    {
        assert_eq!(&course.topics[&id].title, title);
    }
    let items: usize = sample.modules.iter().map(|module| module.items.len()).sum();
    assert_eq!(
        (course.modules.len(), course.items.len(), course.files.len()),
        (sample.modules.len(), items, sample.files.len())
    );
    let front = course.front_page.and_then(|id| course.pages.get(&id)).map(|page| page.url.clone());
    assert_eq!(front, Some(sample.front_page));
    assert_eq!(course.groups.values().map(|group| group.weight).sum::<f64>(), 100.0);
}

#[tokio::test]
async fn the_sanitizer_keeps_links_images_and_equations_of_the_course() {
    let (running, sample) = (RunningSample::start(now()).await.unwrap(), SampleCourse::load().unwrap());
    let course = running.canvas_server().course(210).unwrap();
    for page in &sample.pages {
        let stored = course
            .pages
            .values()
            .find(|stored| stored.title == page.title)
            .and_then(|stored| stored.body.clone())
            .unwrap();
        for part in [
            "/courses/210/pages/",
            "/courses/210/files/",
            "/courses/210/assignments/",
            "equation_image\"",
            "<iframe",
            "<table",
        ] {
            assert_eq!(
                stored.matches(part).count(),
                page.body.replace("<TABLE", "<table").matches(part).count(),
                "{} in {}",
                part,
                page.slug
            );
        }
    }
}

#[tokio::test]
async fn the_forum_is_served_with_posts_in_order_of_time_and_quotes_that_lead_home() {
    let (running, sample) = (RunningSample::start(now()).await.unwrap(), SampleForum::load().unwrap());
    running.discourse_server().with(|forum| {
        assert_eq!(forum.live_topics().len(), sample.topics.len());
        assert_eq!(running.discourse().3.len(), sample.categories.len());
        let mut last = None;
        for post in forum.posts.values() {
            assert!(last <= Some(post.created_at), "post {} is older than the one before it", post.id);
            last = Some(post.created_at);
            assert!(
                !post.raw.contains("upload://")
                    || forum.uploads.values().any(|upload| post.raw.contains(&upload.base62)),
                "{}",
                post.id
            );
            for quote in post.raw.split(", topic:").skip(1) {
                let id = quote.split(['"', ',']).next().unwrap_or_default();
                assert_eq!(id, post.topic_id.to_string(), "post {}", post.id);
            }
        }
        for topic in &sample.topics {
            let stored = forum.live_topics().into_iter().find(|stored| stored.title == topic.title).unwrap().clone();
            let posts: Vec<_> = forum
                .live_posts(stored.id)
                .into_iter()
                .map(|post| (post.post_number, post.reply_to, post.created_at))
                .collect();
            let written = topic
                .posts
                .iter()
                .map(|post| (i64::from(post.number), post.reply_to.map(i64::from), post.written.at(now())));
            assert_eq!(posts, written.collect::<Vec<_>>(), "{}", topic.title);
            assert_eq!(
                (stored.tags.len(), stored.pinned_at.is_some()),
                (topic.tags.len(), topic.pinned),
                "{}",
                topic.title
            );
        }
    });
}

#[tokio::test]
async fn both_servers_answer_with_the_credentials_of_the_sample() {
    let running = RunningSample::start(now()).await.unwrap();
    let (canvas, token, course) = running.canvas();
    assert_eq!(course, "210");
    let token = format!("Authorization: Bearer {token}\r\n");
    let (status, body) = get(&canvas, "/api/v1/courses/210/pages?per_page=100&include[]=body", &token).await;
    assert!(status.contains("200") && String::from_utf8_lossy(&body).contains("Thermohaline"), "{status}");
    let (status, body) = get(&canvas, "/api/v1/courses/210/assignment_groups", &token).await;
    assert!(status.contains("200") && String::from_utf8_lossy(&body).contains("Lab write-ups"), "{status}");
    let (status, _) = get(&canvas, "/api/v1/courses/210/pages", "").await;
    assert!(status.contains("401"), "{status}");
    let (forum, key, username, categories) = running.discourse();
    assert!(categories.len() >= 4);
    let key = format!("Api-Key: {key}\r\nApi-Username: {username}\r\n");
    let (status, body) = get(&forum, "/latest.json", &key).await;
    assert!(status.contains("200") && String::from_utf8_lossy(&body).contains("Tide pools"), "{status}");
}

#[tokio::test]
async fn someone_else_can_edit_one_item_of_each_kind() {
    let running = RunningSample::start(now()).await.unwrap();
    let before = running.items();
    for kind in [
        SampleKind::Page,
        SampleKind::Assignment,
        SampleKind::Discussion,
        SampleKind::Announcement,
        SampleKind::Topic,
        SampleKind::Post,
    ] {
        let item = before.iter().find(|item| item.kind == kind).unwrap();
        let (title, body) = (format!("{}, revised", item.title), "<p>Rewritten by somebody else for this test.</p>");
        running.edit(&item.id, &title, body).unwrap();
        let after = running.items().into_iter().find(|other| other.id == item.id).unwrap();
        assert_eq!(after.body, body, "{kind:?}");
        assert_eq!(after.title == title, kind != SampleKind::Post, "{kind:?}: {}", after.title);
    }
    let course = running.canvas_server().course(210).unwrap();
    let edited = course.pages.values().find(|page| page.title.ends_with(", revised")).unwrap();
    let editor = course.enrollments.iter().map(|(id, _)| *id).max();
    assert_eq!((edited.last_edited_by, edited.revisions.len()), (editor, 2));
    assert!(running.canvas_server().log().writes().is_empty(), "the edits are no requests");
}

#[tokio::test]
async fn an_item_that_is_not_there_cannot_be_edited() {
    let running = RunningSample::start(now()).await.unwrap();
    for text in ["page:999999", "post:1", "topic:0", "", "page", "page:x", "pages:1"] {
        let refused = running.edit(text, "A title that is long enough", "x");
        assert!(matches!(refused, Err(SampleError::Unknown(_))), "{text}: {refused:?}");
    }
}

#[tokio::test]
async fn the_same_now_gives_the_same_content() {
    let (one, two) =
        (RunningSample::start(now()).await.unwrap(), RunningSample::start(now() + TimeDelta::hours(3)).await.unwrap());
    assert_eq!(one.canvas_server().snapshot(210), two.canvas_server().snapshot(210));
    assert_eq!(
        one.discourse_server().with(|forum| forum.snapshot()),
        two.discourse_server().with(|forum| forum.snapshot())
    );
}

/// Everything of both servers that a client can see change.
type Seen = (serde_json::Value, Vec<Item>, Vec<DateTime<Utc>>);

fn seen(sample: &RunningSample) -> Seen {
    let course = sample.canvas_server().course(210).unwrap();
    let times = course.pages.values().map(|page| page.updated_at).collect();
    (sample.canvas_server().snapshot(210), sample.items(), times)
}

/// Whether both servers are as they were; a write made again may bear the time of a moment earlier.
fn same(now: &Seen, then: &Seen) -> bool {
    let near = |(a, b): (&DateTime<Utc>, &DateTime<Utc>)| (*a - *b).abs() < TimeDelta::seconds(2);
    now.0 == then.0 && now.1 == then.1 && now.2.len() == then.2.len() && now.2.iter().zip(&then.2).all(near)
}

/// The port of a server that was closed; it lets go of it with one of the runtime's next turns.
async fn freed(base: &str) -> tokio::net::TcpListener {
    loop {
        match tokio::net::TcpListener::bind(base.trim_start_matches("http://")).await {
            Ok(listener) => return listener,
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "this client is not the program's")]
async fn a_sample_with_a_file_is_opened_again_as_it_was_left_and_keeps_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sample.jsonl");
    let first = RunningSample::open(&file, now()).await.unwrap();
    let (canvas, token, _) = first.canvas();
    let (discourse, key, user, _) = first.discourse();
    let key = key.to_owned();
    let client = reqwest::Client::new();
    let page = serde_json::json!({"wiki_page": {"title": "Made by a client", "body": "<p>New.</p>"}});
    let made = client.post(format!("{canvas}/api/v1/courses/210/pages")).bearer_auth(token).json(&page).send();
    assert!(made.await.unwrap().status().is_success());
    let topic = first.items().into_iter().find(|item| item.kind == SampleKind::Topic).unwrap();
    let number = topic.id.rsplit(':').next().unwrap().to_owned();
    let post = serde_json::json!({"topic_id": number, "raw": "A reply by a client, long enough."});
    let said = client.post(format!("{discourse}/posts.json")).header("Api-Key", &key).header("Api-Username", user);
    assert!(said.json(&post).send().await.unwrap().status().is_success());
    first.edit(&topic.id, &topic.title, "Edited as someone else, long enough.").unwrap();
    let (before, ports) = (seen(&first), (canvas.clone(), discourse.clone()));
    drop(first);
    drop((freed(&canvas).await, freed(&discourse).await));

    let again = RunningSample::open(&file, now() + TimeDelta::days(3)).await.unwrap();
    assert!(same(&seen(&again), &before), "the servers are not as they were left");
    assert_eq!((again.canvas().0, again.discourse().0), ports, "the same addresses");
    assert_eq!(again.discourse().1, key, "the same key");
    drop(again);

    // Somebody else has the port meanwhile: another one is taken.
    let _taken = freed(&canvas).await;
    let moved = RunningSample::open(&file, now()).await.unwrap();
    assert!(same(&seen(&moved), &before), "the servers are not as they were left");
    assert_ne!(moved.canvas().0, canvas);
    let told = std::fs::read_to_string(&file).unwrap();
    assert!(!told.contains(token) && !told.contains(&key), "a secret is in the file");
}
