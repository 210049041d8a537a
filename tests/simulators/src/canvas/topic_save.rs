//! Making and changing topics and announcements (contract 3.6 and 3.7).

use serde_json::{Map, Value};

use super::call::{boolean, date, integer, text};
use super::model::{Instant, ItemContent, Notification, Topic};
use super::page_save::LONGEST_TEXT;
use super::reply::{Reply, not_found, typed_error};
use super::state::{State, take};

const TYPES: [&str; 4] = ["threaded", "side_comment", "not_threaded", "flat"];
/// Settings that are stored and shown as sent.
const STORED_AS_SENT: [&str; 9] = [
    "allow_rating",
    "only_graders_can_rate",
    "sort_by_rating",
    "sort_order",
    "sort_order_locked",
    "expanded",
    "expanded_locked",
    "podcast_has_student_posts",
    "group_category_id",
];

/// Who saves a topic, and whether they may moderate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Author {
    pub(super) user: i64,
    pub(super) moderator: bool,
}

impl Author {
    pub(super) fn teacher(user: i64) -> Self {
        Self { user, moderator: true }
    }
}

impl State {
    /// Saves what a request (or somebody else) sent about a topic; makes one where `id` is none.
    pub(super) fn save_topic(
        &mut self,
        course: i64,
        id: Option<i64>,
        sent: &Map<String, Value>,
        author: Author,
        base: &str,
        now: Instant,
    ) -> Result<i64, Box<Reply>> {
        let Author { user, moderator } = author;
        let home = self.courses.get(&course).ok_or_else(not_found)?;
        let mut next = match id {
            Some(id) => home.topics.get(&id).filter(|t| !t.deleted).ok_or_else(not_found)?.clone(),
            None => {
                // A student who may not announce gets an ordinary topic, without a word (recorded announcements/22).
                let announcement = moderator && sent.get("is_announcement").is_some_and(boolean);
                new_topic(user, announcement, !moderator, now)
            }
        };
        if id.is_some() && !next.is_announcement && sent.get("is_announcement").is_some_and(boolean) {
            return Err(not_found());
        }
        if sent.get("specific_sections").and_then(text).is_some_and(|sections| !matches!(sections.as_str(), "" | "all"))
        {
            return Err(not_found());
        }
        let before = next.clone();
        if let Some(value) = sent.get("title") {
            let title = text(value).unwrap_or_default();
            if title.chars().count() > 255 {
                return Err(typed_error(400, "title", "is too long (maximum is 255 characters)", "too_long"));
            }
            next.title = if title.is_empty() { "No Title".to_owned() } else { title };
        }
        if let Some(value) = sent.get("message") {
            let message = text(value);
            if message.as_ref().is_some_and(|html| html.chars().count() > LONGEST_TEXT) {
                return Err(typed_error(400, "message", "is too long (maximum is 511,999 characters)", "too_long"));
            }
            next.message = message.map(|html| self.html_in(&html, base).stored);
        }
        if next.is_announcement && next.message.as_ref().is_none_or(String::is_empty) {
            return Err(typed_error(400, "message", "can't be blank", "blank"));
        }
        if let Some(kind) = sent.get("discussion_type").and_then(text) {
            if !TYPES.contains(&kind.as_str()) {
                return Err(typed_error(400, "discussion_type", "is not included in the list", "inclusion"));
            }
            next.discussion_type = kind;
        }
        if let Some(published) = sent.get("published").map(boolean) {
            if !published {
                check_unpublish(&next)?;
            }
            next.published = published;
        }
        // Dates that cannot be read become null without a word (recorded topics/13).
        let zone = &home.zone;
        let sent_date = |name: &str| sent.get(name).map(|value| text(value).and_then(|s| date(&s, zone)));
        if let Some(todo) = sent_date("todo_date") {
            next.todo_date = todo;
        }
        if let Some(delayed) = sent_date("delayed_post_at") {
            next.delayed_post_at = delayed;
        }
        if let Some(lock) = sent_date("lock_at") {
            next.lock_at = lock;
        }
        if let Some(locked) = sent.get("locked").map(boolean) {
            if !locked && next.locked {
                next.lock_at = None;
            }
            next.locked = locked;
        }
        if next.is_announcement {
            // Whatever a request says of other things, it sets the lock anew: from lock_comment, else locked, else open (contract 3.7).
            next.locked = sent.get("lock_comment").or_else(|| sent.get("locked")).is_some_and(boolean);
            if id.is_some() && !next.locked && before.locked {
                next.lock_at = None;
            }
        }
        if (next.delayed_post_at, next.lock_at) != (before.delayed_post_at, before.lock_at) && !next.is_announcement {
            recompute_state(&mut next, &before, now);
        }
        if let Some(pinned) = sent.get("pinned").map(boolean) {
            next.pinned = pinned;
            next.position = pinned.then(|| last_position(home.topics.values().filter(|t| t.pinned)) + 1);
        }
        if next.is_announcement && id.is_none() {
            next.position = Some(last_position(home.topics.values().filter(|t| t.is_announcement)) + 1);
        }
        if let Some(required) = sent.get("require_initial_post") {
            next.require_initial_post = Some(boolean(required));
        }
        for name in STORED_AS_SENT {
            if let Some(value) = sent.get(name) {
                next.settings.insert(name.to_owned(), value.clone());
            }
        }
        if id.is_none() {
            next.id = take(&mut self.next.topic);
        }
        next.updated_at = now;
        let (topic, title, renamed) = (next.id, next.title.clone(), next.title != before.title);
        let announces = id.is_none() && next.is_announcement && next.delayed_post_at.is_none_or(|at| at <= now);
        if let Some(home) = self.courses.get_mut(&course) {
            home.topics.insert(topic, next);
        }
        if announces {
            self.notifications.push(Notification { course, kind: "announcement", id: topic });
        }
        self.save_topic_assignment(course, topic, sent.get("assignment"), base, now)?;
        if renamed {
            self.rename_items(course, &ItemContent::Discussion(topic), &title);
        }
        Ok(topic)
    }

    /// Deletes a topic with its assignment and module items.
    pub(super) fn delete_topic(&mut self, course: i64, id: i64, now: Instant) -> Result<(), Box<Reply>> {
        let home = self.courses.get_mut(&course).ok_or_else(not_found)?;
        let topic = home.topics.get_mut(&id).filter(|t| !t.deleted).ok_or_else(not_found)?;
        topic.deleted = true;
        topic.updated_at = now;
        if let Some(assignment) = topic.assignment_id.and_then(|a| home.assignments.get_mut(&a)) {
            assignment.deleted = true;
            let assignment = assignment.id;
            self.delete_items(course, &ItemContent::Assignment(assignment));
        }
        self.delete_items(course, &ItemContent::Discussion(id));
        Ok(())
    }

    /// The topic that an assignment of type `discussion_topic` is made with.
    pub(super) fn topic_for_assignment(&mut self, course: i64, assignment: i64, now: Instant) {
        let id = take(&mut self.next.topic);
        let author = self.courses.get(&course).and_then(|c| c.enrollments.first()).map_or(0, |(user, _)| *user);
        let Some(home) = self.courses.get_mut(&course) else { return };
        let Some(owned) = home.assignments.get_mut(&assignment) else { return };
        owned.topic_id = Some(id);
        let mut topic = new_topic(author, false, owned.published, now);
        (topic.id, topic.assignment_id) = (id, Some(assignment));
        topic.title.clone_from(&owned.name);
        topic.message.clone_from(&owned.description);
        home.topics.insert(id, topic);
    }

    /// Makes, changes or removes the assignment of a graded topic, and keeps the two alike.
    fn save_topic_assignment(
        &mut self,
        course: i64,
        topic: i64,
        sent: Option<&Value>,
        base: &str,
        now: Instant,
    ) -> Result<(), Box<Reply>> {
        let Some(owner) = self.courses.get(&course).and_then(|c| c.topics.get(&topic)).cloned() else { return Ok(()) };
        let unset = sent.and_then(|s| s.get("set_assignment")).is_some_and(|value| !boolean(value));
        if unset {
            if let Some(home) = self.courses.get_mut(&course) {
                if let Some(assignment) = owner.assignment_id.and_then(|id| home.assignments.get_mut(&id)) {
                    assignment.deleted = true;
                }
                if let Some(topic) = home.topics.get_mut(&topic) {
                    topic.assignment_id = None;
                }
            }
            return Ok(());
        }
        let wanted = sent.and_then(Value::as_object).cloned();
        if owner.assignment_id.is_none() && wanted.is_none() {
            return Ok(());
        }
        let mut fields = wanted.unwrap_or_default();
        fields.remove("set_assignment");
        fields.insert("name".to_owned(), Value::String(owner.title.clone()));
        fields.insert("description".to_owned(), owner.message.clone().map_or(Value::Null, Value::String));
        fields.insert("published".to_owned(), Value::Bool(owner.published));
        let id = self.save_assignment(course, owner.assignment_id, &fields, base, now)?;
        if let Some(home) = self.courses.get_mut(&course) {
            if let Some(assignment) = home.assignments.get_mut(&id) {
                assignment.submission_types = vec!["discussion_topic".to_owned()];
                assignment.topic_id = Some(topic);
            }
            if let Some(owner) = home.topics.get_mut(&topic) {
                owner.assignment_id = Some(id);
                if owner.published && owner.last_reply_at.is_none() {
                    owner.last_reply_at = Some(now);
                }
            }
        }
        Ok(())
    }
}

fn last_position<'a>(topics: impl Iterator<Item = &'a Topic>) -> i64 {
    topics.filter(|t| !t.deleted).filter_map(|t| t.position).max().unwrap_or(0)
}

pub(super) fn new_topic(user: i64, is_announcement: bool, published: bool, now: Instant) -> Topic {
    Topic {
        id: 0,
        title: "No Title".to_owned(),
        message: None,
        is_announcement,
        published: published || is_announcement,
        locked: false,
        pinned: false,
        position: None,
        delayed_post_at: None,
        lock_at: None,
        todo_date: None,
        discussion_type: "threaded".to_owned(),
        require_initial_post: None,
        settings: Map::new(),
        assignment_id: None,
        user_id: user,
        created_at: now,
        posted_at: now,
        last_reply_at: None,
        entries: Vec::new(),
        deleted: false,
        updated_at: now,
    }
}

fn check_unpublish(topic: &Topic) -> Result<(), Box<Reply>> {
    let because = if topic.is_announcement {
        "is an announcement"
    } else if topic.entries.is_empty() {
        return Ok(());
    } else {
        "contains posts"
    };
    let message = format!("This topic cannot be set to draft state because it {because}.");
    let error = serde_json::json!({"errors": {"published": [{"attribute": "workflow_state", "message": message, "type": message}]}});
    Err(Box::new(Reply::with(400, error)))
}

/// A changed date decides anew whether the topic is shown and open.
fn recompute_state(topic: &mut Topic, before: &Topic, now: Instant) {
    if topic.delayed_post_at != before.delayed_post_at && topic.delayed_post_at.is_some_and(|at| at <= now) {
        topic.published = true;
    }
    topic.locked = topic.lock_at.is_some_and(|at| at <= now);
}

pub(super) fn order_of(value: &Value) -> Vec<i64> {
    match value {
        Value::String(list) => list.split(',').filter_map(|part| part.trim().parse().ok()).collect(),
        Value::Array(list) => list.iter().filter_map(integer).collect(),
        other => integer(other).into_iter().collect(),
    }
}
