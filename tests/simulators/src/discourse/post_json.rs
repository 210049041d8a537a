//! A post as the serialiser shows it (contract 4.5); which keys there are depends on who reads and where.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::guard::Actor;
use super::state::{Forum, Post, User};

/// What a place adds to a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shown {
    /// With `raw`.
    pub(crate) raw: bool,
    /// In a topic, where `read` and the numbers of flags are filled in.
    pub(crate) in_topic: bool,
    /// As the answer of a write, with the sequence of the topic's draft.
    pub(crate) written: bool,
    /// In the feed of the newest posts.
    pub(crate) feed: bool,
}

impl Shown {
    pub(crate) const SINGLE: Self = Self { raw: true, in_topic: false, written: false, feed: false };
    pub(crate) const WRITTEN: Self = Self { raw: true, in_topic: false, written: true, feed: false };
    pub(crate) const FEED: Self = Self { raw: true, in_topic: false, written: false, feed: true };

    pub(crate) fn in_topic(raw: bool) -> Self {
        Self { raw, in_topic: true, written: false, feed: false }
    }
}

/// ISO 8601 in UTC with milliseconds.
pub(crate) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(crate) fn avatar(user: &User) -> String {
    if user.id < 0 {
        return "/images/discourse-logo-sketch-small.png".to_owned();
    }
    let letter = user.username.chars().next().unwrap_or('x').to_ascii_lowercase();
    let colour = (user.id as u64).wrapping_mul(0x009e_3779) & 0x00ff_ffff;
    format!("/letter_avatar_proxy/v4/letter/{letter}/{colour:06x}/{{size}}.png")
}

pub(crate) fn basic_user(user: &User) -> Value {
    json!({ "id": user.id, "username": user.username, "name": user.name, "avatar_template": avatar(user) })
}

impl Forum {
    pub(crate) fn basic_user_by_id(&self, id: i64) -> Value {
        self.users.get(&id).map_or(Value::Null, basic_user)
    }

    pub(crate) fn post_json(&self, actor: &Actor, post: &Post, shown: Shown) -> Value {
        let author = self.users.get(&post.user_id);
        let topic = self.topics.get(&post.topic_id);
        let staff = actor.is_staff();
        let mine = actor.id() == Some(post.user_id);
        let name = author.map(|user| user.name.clone());
        let own_topic_number = |number: i64| self.posts_of(post.topic_id).find(|other| other.post_number == number);
        let replies = self.posts_of(post.topic_id);
        let reply_count = replies.filter(|r| r.reply_to == Some(post.post_number) && r.deleted.is_none()).count();
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| {
            out.insert(key.to_owned(), value);
        };
        put("id", json!(post.id));
        put("name", json!(name));
        put("username", json!(author.map(|user| &user.username)));
        put("avatar_template", json!(author.map(avatar)));
        put("created_at", json!(stamp(post.created_at)));
        put("cooked", json!(post.cooked));
        put("post_number", json!(post.post_number));
        put("post_type", json!(post.post_type));
        if self.profile.is_2026() {
            put("posts_count", json!(topic.map(|topic| self.posts_count(topic.id))));
        }
        put("updated_at", json!(stamp(post.updated_at)));
        put("reply_count", json!(reply_count));
        put("reply_to_post_number", json!(post.reply_to));
        put("quote_count", json!(0));
        put("incoming_link_count", json!(0));
        put("reads", json!(1));
        put("readers_count", json!(0));
        put("score", json!(0));
        put("yours", json!(mine));
        put("topic_id", json!(post.topic_id));
        put("topic_slug", json!(topic.map(|topic| &topic.slug)));
        if shown.feed {
            put("topic_title", json!(topic.map(|topic| &topic.title)));
            put("topic_html_title", json!(topic.map(|topic| super::text::fancy_title(&topic.title))));
            put("category_id", json!(topic.and_then(|topic| topic.category_id)));
        }
        put("display_username", json!(name));
        for key in ["primary_group_name", "flair_name", "flair_url", "flair_bg_color", "flair_color"] {
            put(key, Value::Null);
        }
        put("version", json!(if staff { post.version } else { post.public_version }));
        put("can_edit", json!(self.can_edit_post(actor, post)));
        put("can_delete", json!(self.can_delete_post(actor, post)));
        put("can_recover", json!(self.can_recover_post(actor, post)));
        put("can_wiki", json!(staff || (actor.trust() == 4 && !post.locked)));
        if shown.in_topic {
            put("read", json!(mine || actor.user.is_none()));
        }
        put("user_title", Value::Null);
        if let Some(other) = post.reply_to.and_then(own_topic_number).and_then(|other| self.users.get(&other.user_id)) {
            let user = json!({ "username": other.username, "name": other.name, "avatar_template": avatar(other) });
            put("reply_to_user", user);
        }
        put("bookmarked", json!(false));
        if shown.raw && (!post.hidden || staff || mine) {
            put("raw", json!(post.raw));
        }
        put("actions_summary", self.actions_summary(actor, post));
        put("moderator", json!(author.is_some_and(|user| user.moderator)));
        put("admin", json!(author.is_some_and(|user| user.admin)));
        put("staff", json!(author.is_some_and(User::is_staff)));
        put("user_id", json!(post.user_id));
        if shown.written
            && let Some(user) = actor.id()
        {
            put("draft_sequence", json!(self.draft_sequence(user, &format!("topic_{}", post.topic_id))));
        }
        put("hidden", json!(post.hidden));
        put("trust_level", json!(author.map(|user| user.trust_level)));
        put("deleted_at", json!(post.deleted.map(|(at, _)| stamp(at))));
        if let Some((_, by)) = post.deleted {
            put("deleted_by", self.basic_user_by_id(by));
        }
        put("user_deleted", json!(post.user_deleted_at.is_some()));
        put("edit_reason", json!(post.edit_reason));
        put("can_view_edit_history", json!(true));
        put("wiki", json!(post.wiki));
        if post.wiki {
            put("last_wiki_edit", json!(stamp(post.updated_at)));
        }
        if post.locked {
            put("locked", json!(true));
        }
        if let Some(code) = &post.action_code {
            put("action_code", json!(code));
        }
        if staff {
            put("reviewable_id", if shown.in_topic { json!(0) } else { Value::Null });
            put("reviewable_score_count", json!(0));
            put("reviewable_score_pending_count", json!(0));
        }
        if self.profile.is_2026() {
            let slug = topic.map_or("", |topic| topic.slug.as_str());
            put("post_url", json!(format!("/t/{slug}/{}/{}", post.topic_id, post.post_number)));
            put("mentioned_users", json!([]));
        }
        Value::Object(out)
    }

    fn actions_summary(&self, actor: &Actor, post: &Post) -> Value {
        let ids: &[i64] = match actor.id() {
            None => &[],
            Some(id) if id == post.user_id => &[3, 4, 8, 7],
            Some(_) if post.deleted.is_some() => &[3, 4, 8, 6, 7],
            Some(_) => &[2, 3, 4, 8, 6, 7],
        };
        ids.iter().map(|id| json!({ "id": id, "can_act": true })).collect()
    }

    /// Posts that are there, small actions included (the recordings count them, too).
    pub(crate) fn posts_count(&self, topic_id: i64) -> usize {
        self.posts_of(topic_id).filter(|post| post.deleted.is_none() && post.post_type != 4).count()
    }
}
