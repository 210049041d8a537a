//! Edits on the sample's servers by the invented co-teacher, for the panel "as someone else".

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::SampleError;
use super::memory::Happened;
use super::running::RunningSample;
use crate::canvas::PageChange;
use crate::discourse::Forum;

/// Which of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// The course.
    Canvas,
    /// The forum.
    Discourse,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SampleKind {
    /// A page of the course.
    Page,
    /// An assignment.
    Assignment,
    /// A discussion of the course.
    Discussion,
    /// An announcement.
    Announcement,
    /// A topic of the forum, with its first post.
    Topic,
    /// A later post of the forum.
    Post,
}

impl SampleKind {
    fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Assignment => "assignment",
            Self::Discussion => "discussion",
            Self::Announcement => "announcement",
            Self::Topic => "topic",
            Self::Post => "post",
        }
    }

    /// Where it is.
    #[must_use]
    pub fn site(self) -> Site {
        match self {
            Self::Page | Self::Assignment | Self::Discussion | Self::Announcement => Site::Canvas,
            Self::Topic | Self::Post => Site::Discourse,
        }
    }
}

/// An item which somebody else may edit, as its server has it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// For [`RunningSample::edit`]; `page:3`, where the number is the id on its server.
    pub id: String,
    /// What it is.
    pub kind: SampleKind,
    /// Where it is.
    pub site: Site,
    /// The title; of a later post the title of its topic and the number.
    pub title: String,
    /// HTML on Canvas, Markdown on the forum.
    pub body: String,
}

impl RunningSample {
    /// What somebody else can [edit](Self::edit): the course's items first, then the forum's.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        let mut push = |kind: SampleKind, id: i64, title: &str, body: Option<&str>| {
            items.push(Item {
                id: format!("{}:{id}", kind.word()),
                kind,
                site: kind.site(),
                title: title.to_owned(),
                body: body.unwrap_or_default().to_owned(),
            });
        };
        if let Some(course) = self.canvas.course(self.course) {
            for page in course.pages.values().filter(|page| !page.deleted) {
                push(SampleKind::Page, page.id, &page.title, page.body.as_deref());
            }
            for assignment in course.assignments.values().filter(|it| !it.deleted && it.topic_id.is_none()) {
                push(SampleKind::Assignment, assignment.id, &assignment.name, assignment.description.as_deref());
            }
            for topic in course.topics.values().filter(|topic| !topic.deleted) {
                let kind = if topic.is_announcement { SampleKind::Announcement } else { SampleKind::Discussion };
                push(kind, topic.id, &topic.title, topic.message.as_deref());
            }
        }
        self.discourse.with(|forum| {
            for topic in forum.live_topics() {
                for post in forum.live_posts(topic.id) {
                    if post.post_number == 1 {
                        push(SampleKind::Topic, topic.id, &topic.title, Some(&post.raw));
                    } else {
                        push(
                            SampleKind::Post,
                            post.id,
                            &format!("{} · {}", topic.title, post.post_number),
                            Some(&post.raw),
                        );
                    }
                }
            }
        });
        items
    }

    /// Gives an item another title and body as the co-teacher would in the browser: with revisions, sanitizer and times, and without a request
    /// in the log. A later post has no title of its own; `title` is ignored there.
    ///
    /// # Errors
    /// There is no such item, or its server refuses the edit.
    pub fn edit(&self, id: &str, title: &str, body: &str) -> Result<(), SampleError> {
        let unknown = || SampleError::Unknown(id.to_owned());
        let kind = self.items().into_iter().find(|item| item.id == id).map(|item| item.kind).ok_or_else(unknown)?;
        let number: i64 = id.rsplit(':').next().and_then(|number| number.parse().ok()).ok_or_else(unknown)?;
        let editor = self.canvas.as_user(self.teachers.co_teacher);
        let done = match kind {
            SampleKind::Page => {
                let change = PageChange {
                    title: Some(title.to_owned()),
                    body: Some(Some(body.to_owned())),
                    ..PageChange::default()
                };
                editor.edit_page(self.course, number, &change)
            }
            SampleKind::Assignment => {
                editor.edit_assignment(self.course, number, &json!({"name": title, "description": body}))
            }
            SampleKind::Discussion => editor.edit_topic(self.course, number, &json!({"title": title, "message": body})),
            SampleKind::Announcement => editor.edit_topic(
                self.course,
                number,
                &json!({"title": title, "message": body, "is_announcement": true}),
            ),
            SampleKind::Topic | SampleKind::Post => {
                self.discourse.with(|forum| edit_forum(forum, self.forum_co_teacher, kind, number, title, body));
                Ok(())
            }
        };
        done.map_err(|error| SampleError::refused(id, error))?;
        if let Some(memory) = &self.memory {
            let (item, title, body) = (id.to_owned(), title.to_owned(), body.to_owned());
            memory.add(&Happened::Edited { at: self.canvas.clock().now(), item, title, body });
        }
        Ok(())
    }
}

/// The forum has no fault to find with an edit by a moderator; an edit that changes nothing makes no version.
fn edit_forum(forum: &mut Forum, user: i64, kind: SampleKind, id: i64, title: &str, body: &str) {
    if kind == SampleKind::Post {
        forum.edit_post_as(user, id, body);
        return;
    }
    let first = forum.live_posts(id).first().map(|post| post.id);
    if forum.topic(id).is_some_and(|topic| topic.title != title) {
        forum.retitle_as(user, id, title);
    }
    if let Some(post) = first {
        forum.edit_post_as(user, post, body);
    }
}
