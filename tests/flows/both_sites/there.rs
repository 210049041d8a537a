//! What other people do in the browser: in the course and in the forum.

use std::sync::Arc;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;
use simulators::canvas::{AssignmentSeed, CourseSeed, PageChange, PageSeed, TopicSeed};
use simulators::discourse::Profile;

use super::with_token;
use crate::support::{Course, Forum};

/// Both sites. Clones are of the same two.
#[derive(Clone)]
pub(super) struct Sites {
    pub(super) course: Arc<Course>,
    pub(super) forum: Arc<Forum>,
}

fn text(title: &str) -> String {
    let paragraphs: Vec<String> = (1..=4).map(|at| format!("<p>{title}, paragraph {at}.</p>")).collect();
    paragraphs.join("\n")
}

impl Sites {
    /// A course with some of each kind, and a forum with topics and replies.
    pub(super) async fn new() -> Self {
        let page = |title: &str| PageSeed { title: title.into(), body: text(title), published: true, front: false };
        let assignment = |title: &str| AssignmentSeed {
            name: title.into(),
            description: text(title),
            points: 5.0,
            due_at: None,
            published: true,
        };
        let topic = |title: &str, announcement| TopicSeed {
            title: title.into(),
            message: text(title),
            published: true,
            announcement,
            pinned: false,
        };
        let seed = CourseSeed {
            name: "Shore life".to_owned(),
            code: "BIO".to_owned(),
            pages: vec![page("Tides"), page("Waves"), page("Gulls")],
            assignments: vec![assignment("Essay"), assignment("Field notes")],
            topics: vec![topic("Where is the gauge", false), topic("Who drives", false), topic("Low tide", true)],
            ..CourseSeed::default()
        };
        let course = Course::with(&seed).await;
        let forum = Forum::with_topics(Profile::V2026, 4).await;
        Self { course: Arc::new(course), forum: Arc::new(forum) }
    }

    /// Somebody writes a token into anything at all, where nobody of ours is in the middle of a run.
    pub(super) fn edit(&self, dice: &mut StdRng, token: &str) {
        let course = self.course.canvas.course(self.course.id).unwrap();
        let someone = self.course.canvas.as_someone_else();
        match dice.random_range(0..10) {
            0..=3 => self.edit_guarded(dice, token),
            4..=5 => {
                let all: Vec<_> = course.assignments.values().filter(|found| !found.deleted).collect();
                let found = all[dice.random_range(0..all.len())];
                let html = with_token(found.description.as_deref().unwrap_or_default(), "</p>", dice, token);
                someone.edit_assignment(self.course.id, found.id, &json!({ "description": html })).unwrap();
            }
            6..=7 => {
                let all: Vec<_> = course.topics.values().filter(|found| !found.deleted).collect();
                let found = all[dice.random_range(0..all.len())];
                let html = with_token(found.message.as_deref().unwrap_or_default(), "</p>", dice, token);
                someone.edit_topic(self.course.id, found.id, &json!({ "message": html })).unwrap();
            }
            _ => self.make(dice, token),
        }
    }

    /// The same in what shows afterwards that somebody wrote in between, so that it may happen between any two requests.
    pub(super) fn edit_guarded(&self, dice: &mut StdRng, token: &str) {
        if dice.random_bool(0.5) {
            let course = self.course.canvas.course(self.course.id).unwrap();
            let pages: Vec<_> = course.pages.values().filter(|page| !page.deleted).collect();
            let page = pages[dice.random_range(0..pages.len())];
            let html = with_token(page.body.as_deref().unwrap_or_default(), "</p>", dice, token);
            self.course.canvas.as_someone_else().write_page(self.course.id, page.id, &html).unwrap();
        } else {
            let someone = self.forum.someone;
            self.forum.discourse.with(|forum| {
                let posts = self.posts(forum);
                let (id, raw) = &posts[dice.random_range(0..posts.len())];
                assert!(forum.edit_post_as(someone, *id, &with_token(raw, "", dice, token)));
            });
        }
    }

    fn make(&self, dice: &mut StdRng, token: &str) {
        let someone = self.course.canvas.as_someone_else();
        let (title, html) = (format!("Theirs {token}"), format!("<p>{token}</p>\n<p>A second one.</p>"));
        let id = self.course.id;
        match dice.random_range(0..5) {
            0 => {
                let change =
                    PageChange { title: Some("Theirs".to_owned()), body: Some(Some(html)), ..PageChange::default() };
                someone.create_page(id, &change).unwrap();
            }
            1 => drop(someone.create_assignment(id, &json!({ "name": "Theirs", "description": html })).unwrap()),
            2 => {
                let announcement = dice.random_bool(0.5);
                let fields = json!({ "title": "Theirs", "message": html, "is_announcement": announcement });
                someone.create_topic(id, &fields).unwrap();
            }
            3 => {
                let (author, category) = (self.forum.someone, self.forum.category);
                let raw = format!("{token}\n\nA second paragraph.");
                self.forum.discourse.with(|forum| forum.add_topic(author, category, &title, &raw, &[]));
            }
            _ => {
                let topic = self.forum.topics[dice.random_range(0..self.forum.topics.len())].0;
                let (author, raw) = (self.forum.someone, format!("{token}\n\nA second paragraph."));
                self.forum.discourse.with(|forum| forum.add_post(author, topic, &raw, None));
            }
        }
    }

    /// The live posts of the category, with their texts.
    fn posts(&self, forum: &simulators::discourse::Forum) -> Vec<(i64, String)> {
        let topics = forum.live_topics().into_iter().filter(|topic| topic.category_id == Some(self.forum.category));
        let posts = topics.flat_map(|topic| forum.live_posts(topic.id));
        posts.filter(|post| post.post_type == 1).map(|post| (post.id, post.raw.clone())).collect()
    }

    /// Every text that can be read on the two sites now.
    pub(super) fn texts(&self) -> Vec<String> {
        let course = self.course.canvas.course(self.course.id).unwrap();
        let pages = course.pages.values().filter(|page| !page.deleted).map(|page| page.body.clone());
        let assignments = course.assignments.values().filter(|found| !found.deleted).map(|it| it.description.clone());
        let topics = course.topics.values().filter(|topic| !topic.deleted).map(|topic| topic.message.clone());
        let mut texts: Vec<String> = pages.chain(assignments).chain(topics).flatten().collect();
        texts.extend(self.forum.discourse.with(|forum| self.posts(forum)).into_iter().map(|(_, raw)| raw));
        texts
    }

    /// How often each site was written to since this was last asked.
    pub(super) fn writes(&self) -> Vec<String> {
        let logs = [self.course.canvas.log(), self.forum.discourse.log()];
        let writes = logs.iter().flat_map(|log| log.writes()).map(|it| format!("{} {}", it.method, it.path)).collect();
        logs.iter().for_each(|log| log.reset());
        writes
    }
}
