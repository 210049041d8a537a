//! Status, deletion, recovery, wiki and lock (contract 5.6), and moves.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::answer::{Answer, Outcome};
use super::editing::Changes;
use super::guard::Actor;
use super::post_json::Shown;
use super::request::{Request, array_of};
use super::state::{Forum, SYSTEM};
use super::text::prettify_title;

const STUB: &str = "(post deleted by author)";
const CANNOT_DELETE: &str = "There was an error deleting that topic. Please contact the site's administrator.";

impl Forum {
    pub(crate) fn topic_status(&mut self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        let topic =
            self.topics.get(&id).filter(|topic| self.can_see_topic(actor, topic)).ok_or_else(Answer::no_such_topic)?;
        let status = request.text("status").ok_or_else(|| Answer::missing("status"))?;
        if request.get("enabled").is_none() {
            return Err(Answer::missing("enabled"));
        }
        if !matches!(status.as_str(), "closed" | "archived" | "visible" | "pinned" | "pinned_globally") {
            return Err(Answer::invalid_parameters("status"));
        }
        if !self.can_moderate_topic(actor, topic) || (status == "pinned_globally" && !actor.is_staff()) {
            return Err(Answer::forbidden());
        }
        self.set_status(actor.id().unwrap_or(SYSTEM), id, &status, request.flag("enabled"));
        Ok(Answer::ok(&json!({ "success": "OK", "topic_status_update": null })))
    }

    /// A real change appends a small-action post without a bump, but for reopening; the present value is a no-op.
    pub(crate) fn set_status(&mut self, by: i64, id: i64, status: &str, enabled: bool) {
        let now = self.now;
        let Some(topic) = self.topics.get_mut(&id) else { return };
        let before = match status {
            "closed" => std::mem::replace(&mut topic.closed, enabled),
            "archived" => std::mem::replace(&mut topic.archived, enabled),
            "visible" => std::mem::replace(&mut topic.visible, enabled),
            _ => {
                let before = topic.pinned_at.is_some() && topic.pinned_globally == (status == "pinned_globally");
                topic.pinned_at = enabled.then_some(now);
                topic.pinned_globally = status == "pinned_globally";
                before
            }
        };
        if before == enabled {
            return;
        }
        let bump = topic.bumped_at;
        let code = format!("{status}.{}", if enabled { "enabled" } else { "disabled" });
        let post_id = self.insert_post(by, id, "", None, now);
        if let Some(post) = self.posts.get_mut(&post_id) {
            post.post_type = 3;
            post.action_code = Some(code);
        }
        let reopened = status == "closed" && !enabled;
        if let Some(topic) = self.topics.get_mut(&id) {
            topic.bumped_at = if reopened { now } else { bump };
        }
    }

    pub(crate) fn delete_post(&mut self, actor: &Actor, id: i64) -> Outcome {
        let Some(by) = actor.id() else { return Err(Answer::not_logged_in()) };
        let post = self
            .posts
            .get(&id)
            .filter(|post| actor.is_staff() || post.deleted.is_none())
            .ok_or_else(Answer::not_found)?;
        if !self.can_delete_post(actor, post) {
            return Err(Answer::forbidden());
        }
        self.charge_removal(actor)?;
        if actor.is_staff() {
            self.remove_post(by, id)
        } else {
            self.stub_post(by, id)
        }
        Ok(Answer::empty())
    }

    /// Staff's removal: the post leaves the stream.
    pub(crate) fn remove_post(&mut self, by: i64, id: i64) {
        let now = self.now;
        let Some(post) = self.posts.get_mut(&id) else { return };
        if post.deleted.is_none() {
            post.deleted = Some((now, by));
        }
        let topic_id = post.topic_id;
        self.recount(topic_id);
    }

    /// The author's removal: a stub stays for a day and a version is made.
    pub(crate) fn stub_post(&mut self, by: i64, id: i64) {
        self.revise(by, id, &Changes { raw: Some(STUB.to_owned()), force_version: true, ..Changes::default() });
        let now = self.now;
        if let Some(post) = self.posts.get_mut(&id) {
            post.user_deleted_at = Some(now);
        }
    }

    pub(crate) fn recount(&mut self, topic_id: i64) {
        let last = self
            .posts_of(topic_id)
            .filter(|post| post.deleted.is_none() && post.post_type != 3)
            .map(|post| post.created_at)
            .max();
        if let (Some(last), Some(topic)) = (last, self.topics.get_mut(&topic_id)) {
            topic.last_posted_at = last;
        }
    }

    pub(crate) fn recover_post(&mut self, actor: &Actor, id: i64) -> Outcome {
        let Some(by) = actor.id() else { return Err(Answer::not_logged_in()) };
        let post = self.posts.get(&id).ok_or_else(Answer::not_found)?;
        if !self.can_recover_post(actor, post) {
            return Err(Answer::forbidden());
        }
        self.charge_removal(actor)?;
        self.bring_back(by, id);
        let post = self.posts.get(&id).ok_or_else(Answer::server_error)?;
        Ok(Answer::ok(&self.post_json(actor, post, Shown::SINGLE)))
    }

    pub(crate) fn bring_back(&mut self, by: i64, id: i64) {
        let Some(post) = self.posts.get_mut(&id) else { return };
        post.deleted = None;
        let (topic_id, was_stub) = (post.topic_id, post.user_deleted_at.take().is_some());
        if was_stub && let Some(raw) = post.revisions.last().map(|revision| revision.raw.clone()) {
            self.revise(by, id, &Changes { raw: Some(raw), force_version: true, ..Changes::default() });
        }
        self.recount(topic_id);
    }

    pub(crate) fn delete_topic(&mut self, actor: &Actor, id: i64) -> Outcome {
        let Some(by) = actor.id() else { return Err(Answer::not_logged_in()) };
        let topic =
            self.topics.get(&id).filter(|topic| self.can_see_topic(actor, topic)).ok_or_else(Answer::no_such_topic)?;
        if !self.can_delete_topic(actor, topic) {
            return Err(Answer::errors(422, &[CANNOT_DELETE]));
        }
        self.remove_topic(by, id);
        Ok(Answer::empty())
    }

    /// The first post goes with its topic; the others stay as they are.
    pub(crate) fn remove_topic(&mut self, by: i64, id: i64) {
        let now = self.now;
        if let Some(topic) = self.topics.get_mut(&id) {
            topic.deleted = Some((now, by));
        }
        let first = self.first_post(id).map(|post| post.id);
        if let Some(post) = first.and_then(|id| self.posts.get_mut(&id)) {
            post.deleted = Some((now, by));
        }
    }

    pub(crate) fn recover_topic(&mut self, actor: &Actor, id: i64) -> Outcome {
        if !actor.is_staff() {
            return Err(Answer::forbidden());
        }
        self.topics.get_mut(&id).ok_or_else(Answer::no_such_topic)?.deleted = None;
        let first = self.first_post(id).map(|post| post.id);
        if let Some(post) = first.and_then(|id| self.posts.get_mut(&id)) {
            post.deleted = None;
        }
        Ok(Answer::empty())
    }

    pub(crate) fn set_wiki(&mut self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        let post = self.posts.get(&id).ok_or_else(Answer::not_found)?;
        let self_wiki = actor.trust() >= 3 && actor.id() == Some(post.user_id);
        let Some(by) = actor.id().filter(|_| actor.is_staff() || actor.trust() == 4 || self_wiki) else {
            return Err(Answer::forbidden());
        };
        self.revise(by, id, &Changes { wiki: Some(request.flag("wiki")), ..Changes::default() });
        Ok(Answer::empty())
    }

    pub(crate) fn set_locked(&mut self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        if !actor.is_staff() {
            return Err(Answer::forbidden());
        }
        let locked = request.flag("locked");
        self.posts.get_mut(&id).ok_or_else(Answer::not_found)?.locked = locked;
        Ok(Answer::ok(&json!({ "locked": locked })))
    }

    /// `POST /t/<id>/move-posts.json`: to a new topic by `title`, or into `destination_topic_id`.
    pub(crate) fn move_posts_request(&mut self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        let Some(user) = actor.user.clone().filter(super::state::User::is_staff) else {
            return Err(Answer::forbidden());
        };
        let ids = array_of(&request.params, "post_ids").ok_or_else(|| Answer::missing("post_ids"))?;
        let ids: Vec<i64> = ids.iter().filter_map(Value::as_i64).collect();
        let target = match request.int("destination_topic_id") {
            Some(target) => target,
            None => {
                let title = prettify_title(&request.text("title").unwrap_or_default());
                let mut errors = self.title_errors(actor, &title, false, None);
                if request.int("category_id").is_none() {
                    errors.push("Category can't be blank".to_owned());
                }
                if !errors.is_empty() {
                    return Err(Answer::errors(422, &errors.iter().map(String::as_str).collect::<Vec<_>>()));
                }
                let category_id = request.int("category_id");
                let topic =
                    super::create::NewTopic { title, category_id, tags: Vec::new(), members: None, external_id: None };
                self.insert_topic(&user, topic, self.now)
            }
        };
        self.move_posts(user.id, id, &ids, target);
        let slug = self.topics.get(&target).map_or("topic", |topic| topic.slug.as_str());
        Ok(Answer::ok(&json!({ "success": true, "url": format!("{}/t/{slug}/{target}", self.origin) })))
    }

    /// Moved posts keep their ids and get new numbers; a first post is copied under a new id (contract 8.1).
    pub(crate) fn move_posts(&mut self, by: i64, from: i64, ids: &[i64], target: i64) {
        for id in ids {
            let Some(post) = self.posts.get(id).filter(|post| post.topic_id == from).cloned() else { continue };
            if post.post_number == 1 {
                self.insert_post(post.user_id, target, &post.raw, None, post.created_at);
                continue;
            }
            let Some(topic) = self.topics.get_mut(&target) else { return };
            topic.highest_post_number += 1;
            let number = topic.highest_post_number;
            topic.last_posted_at = topic.last_posted_at.max(post.created_at);
            topic.bumped_at = topic.bumped_at.max(post.created_at);
            self.topic_posts.entry(from).or_default().retain(|other| other != id);
            self.topic_posts.entry(target).or_default().push(*id);
            let now = self.now;
            if let Some(stored) = self.posts.get_mut(id) {
                stored.topic_id = target;
                stored.post_number = number;
                stored.reply_to = None;
                stored.updated_at = now;
            }
        }
        let now = self.now;
        let note = self.insert_post(by, from, "", None, now);
        if let Some(post) = self.posts.get_mut(&note) {
            post.post_type = 3;
            post.action_code = Some("split_topic".to_owned());
        }
        self.recount(from);
    }

    /// Work the server does by itself once its time has come: real deletion of stubs, replacement of remote images.
    pub(crate) fn run_due_jobs(&mut self) {
        let limit = TimeDelta::hours(self.settings.delete_removed_posts_after);
        let now = self.now;
        let due = |post: &&super::state::Post| {
            post.deleted.is_none() && post.user_deleted_at.is_some_and(|at| now - at >= limit)
        };
        let stubs: Vec<i64> = self.posts.values().filter(due).map(|post| post.id).collect();
        for id in stubs {
            self.remove_post(SYSTEM, id);
        }
        while self.hotlinks.front().is_some_and(|(at, _)| *at <= now) {
            if let Some((_, id)) = self.hotlinks.pop_front() {
                self.replace_remote_images(id);
            }
        }
    }
}
