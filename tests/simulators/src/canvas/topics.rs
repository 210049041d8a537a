//! The discussion and announcement endpoints (contract 3.6 and 3.7).

use serde_json::{Value, json};

use super::call::{Call, stamp, stamp_or_null};
use super::model::Topic;
use super::paginate::{Listing, list, search_term};
use super::reply::{Outcome, Reply, bad_request, forbidden, not_found};
use super::state::State;
use super::topic_save::{Author, order_of};

impl State {
    pub(super) fn list_topics(&mut self, call: &Call, course: i64) -> Outcome {
        let term = search_term(call)?;
        let announcements = call.flag("only_announcements");
        let mut shown = self.visible_topics(call, course, announcements);
        shown.retain(|t| term.as_ref().is_none_or(|term| t.title.to_lowercase().contains(term)));
        match call.query("scope") {
            Some("locked") => shown.retain(|t| t.locked || t.lock_at.is_some()),
            Some("unlocked") => shown.retain(|t| !t.locked && t.lock_at.is_none()),
            Some("pinned") => shown.retain(|t| t.pinned),
            Some("unpinned") => shown.retain(|t| !t.pinned),
            _ => {}
        }
        if call.query("order_by") == Some("title") {
            shown.sort_by_cached_key(|t| t.title.to_lowercase());
        }
        let ids: Vec<i64> = shown.iter().map(|t| t.id).collect();
        let settings = self.settings.clone();
        let listing = Listing { per_page: 100, ..Listing::default() };
        list(call, &settings, &format!("/courses/{course}/discussion_topics"), &ids, listing, |id| {
            self.topic_json(call, course, *id, false)
        })
    }

    /// The newest first, then the pinned ones in their order.
    fn visible_topics(&self, call: &Call, course: i64, announcements: bool) -> Vec<&Topic> {
        let student = self.is_student(call, course);
        let hidden = |t: &Topic| {
            student && (!t.published || (t.is_announcement && t.delayed_post_at.is_some_and(|at| at > call.now)))
        };
        let mut shown: Vec<&Topic> = self.courses[&course]
            .topics
            .values()
            .filter(|t| !t.deleted && t.is_announcement == announcements && !hidden(t))
            .collect();
        shown.sort_by_key(|t| (t.pinned, if t.pinned { t.position } else { None }, std::cmp::Reverse(t.id)));
        shown
    }

    /// Announcements of several courses (contract 3.7).
    pub(super) fn list_announcements(&mut self, call: &Call) -> Outcome {
        let codes: Vec<&str> =
            call.query.iter().filter(|(key, _)| key == "context_codes[]").map(|(_, value)| value.as_str()).collect();
        if codes.is_empty() {
            return Err(bad_request("Missing context_codes"));
        }
        let mut ids = Vec::new();
        for code in codes {
            let course = self.course_of(call, code.trim_start_matches("course_"))?;
            ids.extend(self.visible_topics(call, course, true).iter().map(|t| (course, t.id)));
        }
        let settings = self.settings.clone();
        list(call, &settings, "/announcements", &ids, Listing::default(), |(course, id)| {
            let mut out = self.topic_json(call, *course, *id, false);
            out["context_code"] = json!(format!("course_{course}"));
            out
        })
    }

    pub(super) fn show_topic(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.topic_id(course, id)?;
        if self.is_student(call, course) && !self.courses[&course].topics[&id].published {
            return Err(forbidden(self.settings.forbidden_status));
        }
        Ok(Reply::json(self.topic_json(call, course, id, false)))
    }

    pub(super) fn create_topic(&mut self, call: &Call, course: i64) -> Outcome {
        let moderator = !self.is_student(call, course);
        if self.courses[&course].workflow_state == "completed" {
            return Err(forbidden(self.settings.forbidden_status));
        }
        let id =
            self.save_topic(course, None, &call.body(), Author { user: call.user, moderator }, &call.base, call.now)?;
        Ok(Reply::json(self.with_user_count(call, course, id)))
    }

    pub(super) fn put_topic(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.topic_id(course, id)?;
        self.check_teacher(call, course)?;
        self.save_topic(course, Some(id), &call.body(), Author::teacher(call.user), &call.base, call.now)?;
        Ok(Reply::json(self.with_user_count(call, course, id)))
    }

    fn with_user_count(&mut self, call: &Call, course: i64, id: i64) -> Value {
        let mut out = self.topic_json(call, course, id, false);
        out["user_count"] = json!(self.courses[&course].enrollments.len());
        out
    }

    /// Answers below a root, in the form of the database's row (recorded topics/37).
    pub(super) fn remove_topic(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.topic_id(course, id)?;
        self.check_teacher(call, course)?;
        self.delete_topic(course, id, call.now)?;
        let t = &self.courses[&course].topics[&id];
        let author = self.users.get(&t.user_id).map_or("", |u| u.name.as_str());
        let setting = |name: &str, otherwise: Value| t.settings.get(name).cloned().unwrap_or(otherwise);
        Ok(Reply::json(json!({"discussion_topic": {
            "context_id": course, "unlock_at": stamp_or_null(t.delayed_post_at), "lock_at": stamp_or_null(t.lock_at), "id": id,
            "title": t.title, "message": t.message, "context_type": "Course", "user_id": t.user_id, "workflow_state": "deleted",
            "last_reply_at": stamp_or_null(t.last_reply_at), "created_at": stamp(t.created_at), "updated_at": stamp(t.updated_at),
            "delayed_post_at": stamp_or_null(t.delayed_post_at), "posted_at": stamp(t.posted_at), "assignment_id": t.assignment_id,
            "attachment_id": null, "deleted_at": stamp(call.now), "root_topic_id": null, "could_be_locked": false, "cloned_item_id": null,
            "context_code": format!("course_{course}"), "position": t.position, "migration_id": null, "old_assignment_id": null,
            "subtopics_refreshed_at": null, "last_assignment_id": null, "external_feed_id": null, "editor_id": call.user,
            "podcast_enabled": false, "podcast_has_student_posts": false, "require_initial_post": t.require_initial_post.unwrap_or(false),
            "discussion_type": t.discussion_type, "pinned": t.pinned, "locked": t.locked, "group_category_id": null,
            "allow_rating": setting("allow_rating", json!(false)), "only_graders_can_rate": setting("only_graders_can_rate", json!(false)),
            "sort_by_rating": false, "todo_date": stamp_or_null(t.todo_date), "is_section_specific": false, "root_account_id": 1,
            "anonymous_state": null, "is_anonymous_author": false, "reply_to_entry_required_count": 0, "only_visible_to_overrides": false,
            "summary_enabled": false, "edited_at": if t.is_announcement { Value::Null } else { stamp(t.updated_at) },
            "sort_order": "desc", "sort_order_locked": false, "expanded": false, "expanded_locked": false, "ordered_pinned_posts": [],
            "user": {"user": {"name": author}},
        }})))
    }

    /// Orders the pinned topics; all of them must be named.
    pub(super) fn reorder_topics(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let order = call.body.get("order").map(order_of).unwrap_or_default();
        let mut pinned: Vec<i64> =
            self.courses[&course].topics.values().filter(|t| !t.deleted && t.pinned).map(|t| t.id).collect();
        let mut named = order.clone();
        pinned.sort_unstable();
        named.sort_unstable();
        if named != pinned || order.is_empty() {
            return Err(Box::new(Reply::with(400, json!({"status": "bad_request", "message": "topics not found"}))));
        }
        if let Some(home) = self.courses.get_mut(&course) {
            for (at, id) in order.iter().enumerate() {
                if let Some(topic) = home.topics.get_mut(id) {
                    topic.position = i64::try_from(at).ok().map(|n| n + 1);
                }
            }
        }
        let shown: Vec<String> = order.iter().map(ToString::to_string).collect();
        Ok(Reply::json(json!({"reorder": true, "order": shown})))
    }

    pub(super) fn topic_id(&self, course: i64, id: &str) -> Result<i64, Box<Reply>> {
        let id = id.parse().map_err(|_| not_found())?;
        self.courses[&course].topics.get(&id).filter(|t| !t.deleted).map(|t| t.id).ok_or_else(not_found)
    }

    /// `inner` leaves the assignment out, for the place inside that assignment's own JSON.
    pub(super) fn topic_json(&mut self, call: &Call, course: i64, id: i64, inner: bool) -> Value {
        let teacher = !self.is_student(call, course);
        let t = self.courses[&course].topics[&id].clone();
        let plain = call.flag("plain_messages");
        let message = t
            .message
            .as_ref()
            .map(|html| if plain { html.clone() } else { self.html_out(html, &call.base, call.flag("no_verifiers")) });
        let setting = |name: &str, otherwise: bool| t.settings.get(name).cloned().unwrap_or(json!(otherwise));
        let author = self.users.get(&t.user_id).map_or("", |u| u.name.as_str());
        let own = teacher || t.user_id == call.user;
        let waiting = t.delayed_post_at.filter(|at| !teacher && *at > call.now);
        let closed = !teacher && (waiting.is_some() || t.locked);
        let url = format!("{}/courses/{course}/discussion_topics/{id}", call.base);
        // Inside its assignment's own JSON a topic does not know yet that it is graded.
        let can_lock = t.assignment_id.is_none() || inner;
        let sees_posts =
            teacher || t.require_initial_post != Some(true) || t.entries.iter().any(|e| e.user_id == call.user);
        let zone = self.courses[&course].zone.clone();
        let mut out = json!({
            "id": id, "title": t.title, "assignment_id": t.assignment_id, "delayed_post_at": stamp_or_null(t.delayed_post_at),
            "lock_at": stamp_or_null(t.lock_at), "created_at": stamp(t.created_at), "last_reply_at": stamp_or_null(t.last_reply_at),
            "posted_at": stamp(t.posted_at), "root_topic_id": null, "podcast_has_student_posts": setting("podcast_has_student_posts", false),
            "discussion_type": t.discussion_type, "position": t.position, "allow_rating": setting("allow_rating", false),
            "only_graders_can_rate": setting("only_graders_can_rate", false), "sort_by_rating": setting("sort_by_rating", false),
            "is_section_specific": false, "anonymous_state": null, "summary_enabled": false, "user_name": author,
            "discussion_subentry_count": t.entries.iter().filter(|e| !e.deleted).count(),
            "permissions": {
                "attach": teacher || !t.is_announcement, "update": own, "reply": !closed, "delete": own,
                "manage_assign_to": teacher && !t.is_announcement,
            },
            "require_initial_post": t.require_initial_post, "user_can_see_posts": sees_posts, "podcast_url": null,
            "read_state": if own { "read" } else { "unread" }, "unread_count": t.entries.iter().filter(|e| e.user_id != call.user).count() + usize::from(t.is_announcement && !own),
            "subscribed": own && !t.is_announcement, "attachments": [], "published": t.published,
            "can_unpublish": teacher && !t.is_announcement && t.entries.is_empty(), "locked": t.locked, "can_lock": can_lock,
            "comments_disabled": false, "author": self.display(t.user_id, course, &call.base), "html_url": url, "url": url,
            "pinned": t.pinned, "group_category_id": null, "can_group": !t.is_announcement, "topic_children": [],
            "group_topic_children": [],
        });
        if t.assignment_id.is_none() {
            out["ungraded_discussion_overrides"] = if t.is_announcement { Value::Null } else { json!([]) };
        }
        out["locked_for_user"] = json!(closed);
        if closed {
            out["lock_info"] = json!({"asset_string": format!("discussion_topic_{id}")});
            match waiting {
                Some(at) => out["lock_info"]["unlock_at"] = stamp(at),
                None => out["lock_info"]["can_view"] = json!(true),
            }
            // What is shown later says so in the place of its text; what is closed keeps its text (recorded topics/30, announcements/17).
            let explanation = match waiting {
                Some(at) => format!("This topic is locked until {}.", zone.spoken(at)),
                None => "This topic is closed for comments.".to_owned(),
            };
            out["lock_explanation"] = json!(explanation);
            out["message"] = json!(if waiting.is_some() { Some(explanation) } else { message });
        } else {
            out["message"] = json!(message);
        }
        if t.is_announcement || closed {
            out["subscription_hold"] =
                json!(if t.is_announcement { "topic_is_announcement" } else { "initial_post_required" });
        }
        if let Some(assignment) = t.assignment_id.filter(|_| !inner) {
            out["assignment"] = self.plain_assignment_json(call, course, assignment);
        }
        out["todo_date"] = stamp_or_null(t.todo_date);
        out["is_announcement"] = json!(t.is_announcement);
        out["sort_order"] = t.settings.get("sort_order").cloned().unwrap_or(json!("desc"));
        for name in ["sort_order_locked", "expanded", "expanded_locked"] {
            out[name] = setting(name, false);
        }
        out
    }
}
