//! A topic with its posts (contract 4.4).

use serde_json::{Map, Value, json};

use super::guard::Actor;
use super::post_json::{Shown, avatar, stamp};
use super::state::{Forum, Post, Topic, User};
use super::text::fancy_title;

/// Posts on a page of a topic.
pub(crate) const CHUNK: usize = 20;

impl Forum {
    /// The ids a reader sees in order; staff see deleted posts only in a deleted topic or when they ask for them.
    pub(crate) fn stream(&self, actor: &Actor, topic: &Topic, show_deleted: bool) -> Vec<&Post> {
        let with_deleted = actor.is_staff() && (show_deleted || topic.deleted.is_some());
        self.posts_of(topic.id)
            .filter(|post| with_deleted || post.deleted.is_none())
            .filter(|post| post.post_type != 4 || actor.is_staff())
            .collect()
    }

    pub(crate) fn tags_json(&self, tags: &[String]) -> Value {
        if !self.profile.is_2026() {
            return json!(tags);
        }
        tags.iter().map(|name| json!({ "id": self.tags.get(name), "name": name, "slug": name })).collect()
    }

    pub(crate) fn topic_json(
        &self,
        actor: &Actor,
        topic: &Topic,
        posts: &[&Post],
        stream: &[&Post],
        raw: bool,
        current: i64,
    ) -> Value {
        let shown = Shown::in_topic(raw);
        let key = format!("topic_{}", topic.id);
        let pinned = topic.pinned_at.is_some();
        let flags: Vec<Value> = [4, 8, 7]
            .iter()
            .map(|id| json!({ "id": id, "count": 0, "hidden": false, "can_act": actor.user.is_some() }))
            .collect();
        let mut out = Map::new();
        let mut put = |name: &str, value: Value| {
            out.insert(name.to_owned(), value);
        };
        let post_list: Vec<Value> = posts.iter().map(|post| self.post_json(actor, post, shown)).collect();
        let ids: Vec<i64> = stream.iter().map(|post| post.id).collect();
        let mut post_stream = json!({ "posts": post_list, "stream": ids });
        if let Some(gaps) = self.gaps(actor, topic) {
            post_stream["gaps"] = gaps;
        }
        put("post_stream", post_stream);
        put("timeline_lookup", json!([[1, 0]]));
        if current <= 1 && !topic.is_private() {
            put("suggested_topics", self.suggested(actor, topic));
        }
        put("tags", self.tags_json(&topic.tags));
        put("tags_descriptions", json!({}));
        put("id", json!(topic.id));
        put("title", json!(topic.title));
        put("fancy_title", json!(fancy_title(&topic.title)));
        put("posts_count", json!(self.posts_count(topic.id)));
        put("created_at", json!(stamp(topic.created_at)));
        put("views", json!(topic.views));
        put("reply_count", json!(self.reply_count(topic.id)));
        put("like_count", json!(0));
        put("last_posted_at", json!(stamp(topic.last_posted_at)));
        put("visible", json!(topic.visible));
        put("closed", json!(topic.closed));
        put("archived", json!(topic.archived));
        put("has_summary", json!(false));
        put("archetype", json!(archetype(topic)));
        put("slug", json!(topic.slug));
        put("category_id", json!(topic.category_id));
        let words: usize = stream.iter().map(|post| post.raw.split_whitespace().count()).sum();
        put("word_count", json!(words));
        put("deleted_at", json!(topic.deleted.map(|(at, _)| stamp(at))));
        put("user_id", json!(topic.user_id));
        put("featured_link", Value::Null);
        put("pinned_globally", json!(topic.pinned_globally));
        put("pinned_at", json!(topic.pinned_at.map(stamp)));
        put("pinned_until", Value::Null);
        put("image_url", Value::Null);
        put("slow_mode_seconds", json!(0));
        if let Some(external) = &topic.external_id {
            put("external_id", json!(external));
        }
        let draft = actor.id().and_then(|id| self.drafts.get(&(id, key.clone()))).map(|draft| draft.data.clone());
        put("draft", json!(draft));
        put("draft_key", json!(key));
        put("draft_sequence", json!(actor.id().map(|id| self.draft_sequence(id, &key))));
        if stream.iter().any(|post| Some(post.user_id) == actor.id()) {
            put("posted", json!(true));
        }
        put("unpinned", Value::Null);
        put("pinned", json!(pinned));
        put("current_post_number", json!(current));
        put("highest_post_number", json!(topic.highest_post_number));
        put("deleted_by", topic.deleted.map_or(Value::Null, |(_, by)| self.basic_user_by_id(by)));
        if actor.is_staff() {
            put(
                "has_deleted",
                json!(self.posts_of(topic.id).any(|post| post.deleted.is_some()) && topic.deleted.is_none()),
            );
        }
        put("actions_summary", json!(flags));
        put("chunk_size", json!(CHUNK));
        put("bookmarked", json!(false));
        put("bookmarks", json!([]));
        put("topic_timer", Value::Null);
        put("message_bus_last_id", json!(1));
        let participants = self.participants(stream);
        put("participant_count", json!(participants.len()));
        put("show_read_indicator", json!(false));
        put("thumbnails", Value::Null);
        put("slow_mode_enabled_until", Value::Null);
        put("details", self.details(actor, topic, participants));
        let waiting = self.queue.values().filter(|item| item.topic_id == Some(topic.id));
        let own: Vec<Value> = waiting
            .filter(|item| Some(item.user_id) == actor.id())
            .map(|item| json!({ "id": item.id, "raw": item.raw, "created_at": stamp(item.created_at) }))
            .collect();
        if !own.is_empty() {
            put("pending_posts", json!(own));
        }
        Value::Object(out)
    }

    /// Where deleted posts are left out of what staff see: the ids before and after each post that is there.
    fn gaps(&self, actor: &Actor, topic: &Topic) -> Option<Value> {
        if !actor.is_staff() || topic.deleted.is_some() {
            return None;
        }
        let (mut before, mut after, mut missing, mut last) = (Map::new(), Map::new(), Vec::new(), None);
        for post in self.posts_of(topic.id) {
            if post.deleted.is_some() {
                missing.push(post.id);
            } else {
                if !missing.is_empty() {
                    before.insert(post.id.to_string(), json!(std::mem::take(&mut missing)));
                }
                last = Some(post.id);
            }
        }
        if let Some(last) = last.filter(|_| !missing.is_empty()) {
            after.insert(last.to_string(), json!(missing));
        }
        (!before.is_empty() || !after.is_empty()).then(|| json!({ "before": before, "after": after }))
    }

    pub(crate) fn reply_count(&self, topic_id: i64) -> usize {
        self.posts_of(topic_id).filter(|post| post.deleted.is_none() && post.reply_to.is_some()).count()
    }

    fn participants(&self, stream: &[&Post]) -> Vec<Value> {
        let mut counts: Vec<(i64, usize)> = Vec::new();
        for post in stream.iter().filter(|post| post.deleted.is_none()) {
            match counts.iter_mut().find(|(id, _)| *id == post.user_id) {
                Some((_, count)) => *count += 1,
                None => counts.push((post.user_id, 1)),
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.iter().filter_map(|(id, count)| self.users.get(id).map(|user| participant(user, *count))).collect()
    }

    /// `can_*` keys are there only where they are true, but for `can_edit`.
    fn details(&self, actor: &Actor, topic: &Topic, participants: Vec<Value>) -> Value {
        let mut out = Map::new();
        let staff = actor.is_staff();
        let mine = actor.id() == Some(topic.user_id);
        out.insert(
            "can_edit".to_owned(),
            json!(self.can_edit_topic(actor, topic) || (staff && topic.deleted.is_some())),
        );
        out.insert("notification_level".to_owned(), json!(if mine { 3 } else { 1 }));
        if mine {
            out.insert("notifications_reason_id".to_owned(), json!(1));
        }
        let member = actor.user.is_some();
        let moderates = self.can_moderate_topic(actor, topic);
        let leaves = staff || (mine && actor.trust() >= 2);
        let rights = [
            ("can_move_posts", staff),
            ("can_delete", self.can_delete_topic(actor, topic)),
            ("can_recover", staff && topic.deleted.is_some()),
            ("can_remove_allowed_users", leaves),
            ("can_invite_to", member),
            ("can_invite_via_email", member && actor.trust() >= 2),
            ("can_create_post", self.can_reply(actor, topic)),
            ("can_reply_as_new_topic", member),
            ("can_flag_topic", member),
            ("can_convert_topic", actor.is_admin() && topic.deleted.is_none()),
            ("can_review_topic", staff),
            ("can_close_topic", moderates),
            ("can_archive_topic", moderates),
            ("can_split_merge_topic", moderates),
            ("can_edit_staff_notes", staff),
            ("can_toggle_topic_visibility", moderates),
            ("can_pin_unpin_topic", moderates),
            ("can_moderate_category", staff),
        ];
        for (name, _) in rights.iter().filter(|(_, has)| *has) {
            out.insert((*name).to_owned(), json!(true));
        }
        if let Some(id) = actor.id().filter(|_| leaves) {
            out.insert("can_remove_self_id".to_owned(), json!(id));
        }
        if let Some(members) = &topic.members {
            let users: Vec<Value> = members.iter().map(|id| self.basic_user_by_id(*id)).collect();
            out.insert("allowed_users".to_owned(), json!(users));
            out.insert("allowed_groups".to_owned(), json!([]));
        }
        if !participants.is_empty() {
            out.insert("participants".to_owned(), json!(participants));
        }
        out.insert("created_by".to_owned(), self.basic_user_by_id(topic.user_id));
        let last = self.posts_of(topic.id).rfind(|post| post.deleted.is_none());
        out.insert("last_poster".to_owned(), self.basic_user_by_id(last.map_or(topic.user_id, |post| post.user_id)));
        Value::Object(out)
    }

    fn suggested(&self, actor: &Actor, topic: &Topic) -> Value {
        let others = self.topics.values().rev().filter(|other| {
            other.id != topic.id
                && other.deleted.is_none()
                && other.visible
                && !other.is_private()
                && self.can_see_topic(actor, other)
        });
        others.take(5).map(|other| self.topic_item(actor, other, true)).collect()
    }
}

pub(crate) fn archetype(topic: &Topic) -> &'static str {
    if topic.is_private() { "private_message" } else { "regular" }
}

fn participant(user: &User, count: usize) -> Value {
    let mut out = json!({
        "id": user.id, "username": user.username, "name": user.name, "avatar_template": avatar(user), "post_count": count,
        "primary_group_name": null, "flair_name": null, "flair_url": null, "flair_color": null, "flair_bg_color": null,
    });
    if user.admin {
        out["admin"] = json!(true);
    }
    if user.moderator {
        out["moderator"] = json!(true);
    }
    out["trust_level"] = json!(user.trust_level);
    out
}
