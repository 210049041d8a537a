//! Replies in discussions (contract 3.6).

use serde_json::{Value, json};

use super::call::{Call, stamp, text};
use super::model::{Entry, Instant};
use super::page_save::LONGEST_TEXT;
use super::paginate::{Listing, list};
use super::reply::{Outcome, Reply, bad_request, forbidden, not_found, typed_error};
use super::state::{State, take};

impl State {
    /// The replies at the top, newest first, each with its newest answers.
    pub(super) fn list_entries(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.topic_id(course, id)?;
        let mut entries = self.courses[&course].topics[&id].entries.clone();
        entries.retain(|entry| entry.parent.is_none() && !entry.deleted);
        entries.reverse();
        let path = format!("/courses/{course}/discussion_topics/{id}/entries");
        let settings = self.settings.clone();
        list(call, &settings, &path, &entries, Listing::default(), |entry| self.entry_json(call, course, entry))
    }

    pub(super) fn list_replies(&mut self, call: &Call, course: i64, id: &str, entry: &str) -> Outcome {
        let id = self.topic_id(course, id)?;
        let parent = self.entry_id(course, id, entry)?;
        let mut entries = self.courses[&course].topics[&id].entries.clone();
        entries.retain(|entry| entry.parent == Some(parent) && !entry.deleted);
        entries.reverse();
        let path = format!("/courses/{course}/discussion_topics/{id}/entries/{parent}/replies");
        let settings = self.settings.clone();
        list(call, &settings, &path, &entries, Listing::default(), |entry| self.entry_json(call, course, entry))
    }

    /// The whole tree. The real server answers it from a cache, and 503 while that is being built.
    pub(super) fn view_entries(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.topic_id(course, id)?;
        let entries = self.courses[&course].topics[&id].entries.clone();
        let mut people: Vec<i64> = entries.iter().map(|entry| entry.user_id).collect();
        people.sort_unstable();
        people.dedup();
        let participants: Vec<Value> = people.into_iter().map(|user| self.display(user, course, &call.base)).collect();
        let view = self.branch(call, &entries, None);
        Ok(Reply::json(json!({
            "unread_entries": [], "entry_ratings": {}, "forced_entries": [], "participants": participants, "view": view, "new_entries": [],
        })))
    }

    fn branch(&mut self, call: &Call, entries: &[Entry], parent: Option<i64>) -> Vec<Value> {
        let mut out = Vec::new();
        for entry in entries.iter().filter(|entry| entry.parent == parent) {
            let mut shown = json!({
                "id": entry.id, "parent_id": entry.parent, "created_at": stamp(entry.created_at),
                "updated_at": stamp(entry.updated_at), "rating_count": null, "rating_sum": null,
            });
            if entry.deleted {
                shown["deleted"] = json!(true);
            } else {
                shown["user_id"] = json!(entry.user_id);
                shown["message"] = json!(self.html_out(&entry.message, &call.base, call.flag("no_verifiers")));
            }
            let replies = self.branch(call, entries, Some(entry.id));
            if !replies.is_empty() {
                shown["replies"] = json!(replies);
            }
            out.push(shown);
        }
        out
    }

    pub(super) fn create_entry(&mut self, call: &Call, course: i64, id: &str, parent: Option<&str>) -> Outcome {
        let id = self.topic_id(course, id)?;
        let parent = parent.map(|parent| self.entry_id(course, id, parent)).transpose()?;
        let message = checked_message(call)?;
        let topic = &self.courses[&course].topics[&id];
        if self.is_student(call, course) && topic.locked || self.courses[&course].workflow_state == "completed" {
            return Err(forbidden(self.settings.forbidden_status));
        }
        let entry = self.add_entry(course, id, parent, call.user, &message, &call.base, call.now);
        Ok(Reply::with(201, self.entry_json(call, course, &entry)))
    }

    pub(super) fn put_entry(&mut self, call: &Call, course: i64, id: &str, entry: &str) -> Outcome {
        let (id, entry) = self.own_entry(call, course, id, entry)?;
        let message = checked_message(call)?;
        let stored = self.html_in(&message, &call.base).stored;
        let changed = self.change_entry(course, id, entry, |entry| {
            entry.message = stored;
            entry.updated_at = call.now;
        });
        let changed = changed.ok_or_else(not_found)?;
        Ok(Reply::json(self.entry_json(call, course, &changed)))
    }

    pub(super) fn remove_entry(&mut self, call: &Call, course: i64, id: &str, entry: &str) -> Outcome {
        let (id, entry) = self.own_entry(call, course, id, entry)?;
        let gone = self.change_entry(course, id, entry, |entry| entry.deleted = true).ok_or_else(not_found)?;
        // Not recorded; canvasapi reads `deleted_at` out of the answer.
        let mut out = self.entry_json(call, course, &gone);
        out["deleted_at"] = stamp(call.now);
        Ok(Reply::json(out))
    }

    #[expect(clippy::too_many_arguments, reason = "an entry is where it stands, whose it is, what it says and when")]
    pub(super) fn add_entry(
        &mut self,
        course: i64,
        topic: i64,
        parent: Option<i64>,
        user_id: i64,
        html: &str,
        base: &str,
        now: Instant,
    ) -> Entry {
        let message = self.html_in(html, base).stored;
        let id = take(&mut self.next.entry);
        let entry = Entry { id, user_id, parent, message, created_at: now, updated_at: now, deleted: false };
        if let Some(topic) = self.courses.get_mut(&course).and_then(|c| c.topics.get_mut(&topic)) {
            topic.entries.push(entry.clone());
            topic.last_reply_at = Some(now);
        }
        entry
    }

    fn change_entry(&mut self, course: i64, topic: i64, id: i64, change: impl FnOnce(&mut Entry)) -> Option<Entry> {
        let topic = self.courses.get_mut(&course)?.topics.get_mut(&topic)?;
        let entry = topic.entries.iter_mut().find(|entry| entry.id == id)?;
        change(entry);
        Some(entry.clone())
    }

    fn entry_id(&self, course: i64, topic: i64, id: &str) -> Result<i64, Box<Reply>> {
        let id: i64 = id.parse().map_err(|_| not_found())?;
        let entries = &self.courses[&course].topics[&topic].entries;
        entries.iter().find(|entry| entry.id == id && !entry.deleted).map(|entry| entry.id).ok_or_else(not_found)
    }

    /// Teachers may change any reply, others their own.
    fn own_entry(&self, call: &Call, course: i64, topic: &str, entry: &str) -> Result<(i64, i64), Box<Reply>> {
        let topic = self.topic_id(course, topic)?;
        let id = self.entry_id(course, topic, entry)?;
        let entries = &self.courses[&course].topics[&topic].entries;
        let own = entries.iter().any(|entry| entry.id == id && entry.user_id == call.user);
        let ended = self.courses[&course].workflow_state == "completed";
        if ended || self.is_student(call, course) && !own {
            return Err(forbidden(self.settings.forbidden_status));
        }
        Ok((topic, id))
    }

    fn entry_json(&mut self, call: &Call, course: i64, entry: &Entry) -> Value {
        let message = self.html_out(&entry.message, &call.base, call.flag("no_verifiers"));
        json!({
            "id": entry.id, "created_at": stamp(entry.created_at), "updated_at": stamp(entry.updated_at),
            "parent_id": entry.parent, "rating_count": null, "rating_sum": null, "user_id": entry.user_id,
            "user_name": self.users.get(&entry.user_id).map(|u| u.name.clone()), "message": message,
            "user": self.display(entry.user_id, course, &call.base), "read_state": "read", "forced_read_state": false,
        })
    }
}

fn checked_message(call: &Call) -> Result<String, Box<Reply>> {
    let message = call.body.get("message").and_then(text).unwrap_or_default();
    if message.trim().is_empty() {
        return Err(bad_request("message is missing"));
    }
    if message.chars().count() > LONGEST_TEXT {
        return Err(typed_error(400, "message", "is too long (maximum is 511,999 characters)", "too_long"));
    }
    Ok(message)
}
