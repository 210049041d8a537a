//! `POST /posts.json`: topics, replies, personal messages (contract 5.1).

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::answer::{Answer, Outcome};
use super::guard::{Actor, By};
use super::post_json::{Shown, stamp};
use super::request::{Request, flag_of, int_of, text_of};
use super::state::{Forum, Post, Queued, Topic};
use super::text::{normalize_raw, prettify_title, slug_of};

const GONE: &str = "Something has gone wrong. Perhaps this topic was closed or deleted while you were looking at it?";

/// What a create came to, before it is wrapped for the caller.
enum Made {
    Post(i64),
    Waiting(i64),
    Refused(Vec<String>),
}

/// A topic about to be made.
pub(crate) struct NewTopic {
    pub(crate) title: String,
    pub(crate) category_id: Option<i64>,
    pub(crate) tags: Vec<String>,
    pub(crate) members: Option<BTreeSet<i64>>,
    pub(crate) external_id: Option<String>,
}

impl Forum {
    pub(crate) fn create_post(&mut self, actor: &Actor, request: &Request) -> Outcome {
        if actor.user.is_none() {
            return Err(Answer::not_logged_in());
        }
        let signature = self.signature(actor, request);
        if let Some(answer) = signature.as_ref().and_then(|key| self.memo.get(key)).cloned()
            && self.now - answer.0 < TimeDelta::seconds(120)
        {
            return Ok(wrap(answer.1, answer.2, request.flag("nested_post")));
        }
        let made = self.make(actor, &request.params)?;
        let (status, body) = match made {
            Made::Post(id) => {
                let post = self.posts.get(&id).ok_or_else(Answer::server_error)?;
                (
                    200,
                    json!({ "action": "create_post", "post": self.post_json(actor, post, Shown::WRITTEN), "success": true }),
                )
            }
            Made::Waiting(id) => {
                let mine = self.queue.values().filter(|item| Some(item.user_id) == actor.id()).count();
                let item = self.queue.get(&id).ok_or_else(Answer::server_error)?;
                let pending = json!({ "id": id, "raw": item.raw, "created_at": stamp(item.created_at) });
                (200, json!({ "action": "enqueued", "success": true, "pending_count": mine, "pending_post": pending }))
            }
            Made::Refused(errors) => (422, json!({ "action": "create_post", "errors": errors })),
        };
        if let Some(key) = signature {
            self.memo.insert(key, (self.now, status, body.clone()));
        }
        Ok(wrap(status, body, request.flag("nested_post")))
    }

    /// Admin keys only: the same parameters by the same user within 120 s get the first answer again.
    fn signature(&self, actor: &Actor, request: &Request) -> Option<String> {
        if actor.by != By::AdminKey {
            return None;
        }
        let text = format!("{:?} {} {:?}", actor.id(), request.params, request.header("user-agent"));
        Some(hex(&Sha1::digest(text.as_bytes())))
    }

    fn make(&mut self, actor: &Actor, params: &Value) -> Result<Made, Answer> {
        let Some(user) = actor.user.clone() else { return Err(Answer::not_logged_in()) };
        let raw = normalize_raw(&text_of(params, "raw").unwrap_or_default());
        let private = text_of(params, "archetype").as_deref() == Some("private_message");
        let skip = actor.by == By::AdminKey && flag_of(params, "skip_validations");
        let created_at = self.backdated(actor, params)?;
        if let Some(topic_id) = int_of(params, "topic_id") {
            return self.make_reply(actor, params, topic_id, &raw, skip, created_at);
        }
        let category = if private { None } else { self.category_for(actor, params)? };
        let tags = self.read_tags(params, "tags")?.unwrap_or_default();
        let sent = text_of(params, "title").unwrap_or_default();
        let title = if self.settings.title_prettify { prettify_title(&sent) } else { sent.trim().to_owned() };
        let members = match self.recipients(actor, params, private) {
            Ok(members) => members,
            Err(error) => return Ok(Made::Refused(vec![error])),
        };
        let external_id = text_of(params, "external_id").filter(|_| actor.by == By::AdminKey);
        if !skip {
            if user.silenced {
                return Ok(Made::Refused(vec![GONE.to_owned()]));
            }
            let mut errors = self.title_errors(actor, &title, private, None);
            errors.extend(external_id.as_deref().and_then(|id| self.external_id_error(id)));
            if category.is_none() && !private && !self.settings.allow_uncategorized_topics {
                errors.push("Category can't be blank".to_owned());
            }
            if errors.is_empty() {
                errors = self.body_errors(&raw, private);
            }
            if errors.is_empty() && self.is_repeat(actor, &raw, private) {
                errors.push("Body is too similar to what you recently posted".to_owned());
            }
            if !errors.is_empty() {
                return Ok(Made::Refused(errors));
            }
        }
        let queued =
            category.and_then(|id| self.categories.get(&id)).is_some_and(|c| c.needs_approval) && !user.is_staff();
        if queued || self.is_fast_typer(actor, params) {
            return Ok(self.enqueue(actor, params, raw, Some(title), None, category));
        }
        self.charge_create(actor, true)?;
        let tags = self.settle_tags(if user.is_staff() { 4 } else { user.trust_level }, &tags);
        let category_id = if private { None } else { Some(category.unwrap_or(1)) };
        let topic = NewTopic { title, category_id, tags, members, external_id };
        let topic_id = self.insert_topic(&user, topic, created_at);
        let id = self.insert_post(user.id, topic_id, &raw, None, created_at);
        self.after_create(actor, params, topic_id, true);
        Ok(Made::Post(id))
    }

    fn make_reply(
        &mut self,
        actor: &Actor,
        params: &Value,
        topic_id: i64,
        raw: &str,
        skip: bool,
        at: DateTime<Utc>,
    ) -> Result<Made, Answer> {
        let Some(user) = actor.user.clone() else { return Err(Answer::not_logged_in()) };
        let Some(topic) = self.topics.get(&topic_id).filter(|topic| self.can_reply(actor, topic)) else {
            return Ok(Made::Refused(vec![GONE.to_owned()]));
        };
        let private = topic.is_private();
        let queued = self.category_of(topic).is_some_and(|c| c.needs_approval) && !user.is_staff();
        if !skip {
            let mut errors = self.body_errors(raw, private);
            if errors.is_empty() && !queued && self.is_repeat(actor, raw, private) {
                errors.push("Body is too similar to what you recently posted".to_owned());
            }
            if errors.is_empty() && self.too_many_in_a_row(actor, topic_id) {
                let limit = self.settings.max_consecutive_replies;
                errors.push(format!("No more than {limit} consecutive replies are allowed. Please edit your previous reply, or wait for someone to reply to you."));
            }
            if !errors.is_empty() {
                return Ok(Made::Refused(errors));
            }
        }
        if queued || self.is_fast_typer(actor, params) {
            return Ok(self.enqueue(actor, params, raw.to_owned(), None, Some(topic_id), None));
        }
        self.charge_create(actor, false)?;
        let reply_to = int_of(params, "reply_to_post_number");
        let reply_to = reply_to.filter(|number| self.posts_of(topic_id).any(|post| post.post_number == *number));
        let id = self.insert_post(user.id, topic_id, raw, reply_to, at);
        self.after_create(actor, params, topic_id, false);
        Ok(Made::Post(id))
    }

    fn backdated(&self, actor: &Actor, params: &Value) -> Result<DateTime<Utc>, Answer> {
        match text_of(params, "created_at").filter(|_| actor.by == By::AdminKey) {
            None => Ok(self.now),
            Some(text) => {
                let parsed =
                    DateTime::parse_from_rfc3339(&text).map_err(|_| Answer::invalid_parameters("created_at"))?;
                Ok(parsed.with_timezone(&Utc))
            }
        }
    }

    fn category_for(&self, actor: &Actor, params: &Value) -> Result<Option<i64>, Answer> {
        let Some(id) = int_of(params, "category").or_else(|| int_of(params, "category_id")) else { return Ok(None) };
        let category = self.categories.get(&id).ok_or_else(|| Answer::bare(404, "Not Found"))?;
        if self.can_create_topic_in(actor, category) || actor.silenced() {
            Ok(Some(id))
        } else {
            Err(Answer::forbidden())
        }
    }

    fn recipients(&self, actor: &Actor, params: &Value, private: bool) -> Result<Option<BTreeSet<i64>>, String> {
        if !private {
            return Ok(None);
        }
        let names =
            text_of(params, "target_recipients").or_else(|| text_of(params, "target_usernames")).unwrap_or_default();
        let mut members: BTreeSet<i64> = actor.id().into_iter().collect();
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let user = self.user_by_name(name);
            members.insert(user.ok_or("One of the users you are sending this message to could not be found.")?.id);
        }
        Ok(Some(members))
    }

    /// The id stays taken when its topic is deleted.
    fn external_id_error(&self, id: &str) -> Option<String> {
        if id.chars().count() > 50 {
            return Some("External is too long (maximum is 50 characters)".to_owned());
        }
        if !id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
            return Some("External is invalid".to_owned());
        }
        let taken = self
            .topics
            .values()
            .any(|topic| topic.external_id.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(id)));
        taken.then(|| "External has already been taken".to_owned())
    }

    /// The first post of a newcomer typed in under 3 s waits, and silences its author (contract 5.1).
    fn is_fast_typer(&mut self, actor: &Actor, params: &Value) -> bool {
        let Some(user) = actor.user.as_ref().filter(|user| !user.is_staff() && user.trust_level <= 1) else {
            return false;
        };
        if !self.settings.check_fast_typers
            || actor.by == By::AdminKey
            || self.posts.values().any(|post| post.user_id == user.id)
        {
            return false;
        }
        let fast = int_of(params, "typing_duration_msecs").unwrap_or(0) < 3000;
        let (id, newcomer) = (user.id, user.trust_level == 0);
        if fast
            && newcomer
            && let Some(user) = self.users.get_mut(&id)
        {
            user.silenced = true;
        }
        fast
    }

    /// Lets a reply wait for approval, as watched words do.
    pub fn queue_reply_as(&mut self, user: i64, topic: i64, raw: &str) -> i64 {
        let actor = Actor { user: self.users.get(&user).cloned(), by: By::Cookie };
        match self.enqueue(&actor, &json!({}), normalize_raw(raw), None, Some(topic), None) {
            Made::Waiting(id) => id,
            _ => 0,
        }
    }

    fn enqueue(
        &mut self,
        actor: &Actor,
        params: &Value,
        raw: String,
        title: Option<String>,
        topic_id: Option<i64>,
        category_id: Option<i64>,
    ) -> Made {
        let id = self.next_queued;
        self.next_queued += 1;
        let user_id = actor.id().unwrap_or_default();
        let item =
            Queued { id, user_id, raw, title, topic_id, category_id, created_at: self.now, params: params.clone() };
        self.queue.insert(id, item);
        Made::Waiting(id)
    }

    /// Makes the post of a waiting item; it gets a new id, at the time of approval.
    pub fn approve_queued(&mut self, id: i64) -> Option<i64> {
        let item = self.queue.remove(&id)?;
        let user = self.users.get(&item.user_id)?.clone();
        let topic_id = match item.topic_id {
            Some(topic_id) => topic_id,
            None => {
                let tags = self.read_tags(&item.params, "tags").ok().flatten().unwrap_or_default();
                let tags = self.settle_tags(user.trust_level, &tags);
                let title = item.title?;
                let topic = NewTopic { title, category_id: item.category_id, tags, members: None, external_id: None };
                self.insert_topic(&user, topic, self.now)
            }
        };
        let reply_to = int_of(&item.params, "reply_to_post_number").filter(|_| item.topic_id.is_some());
        Some(self.insert_post(user.id, topic_id, &item.raw, reply_to, self.now))
    }

    pub(crate) fn insert_topic(&mut self, user: &super::state::User, new: NewTopic, at: DateTime<Utc>) -> i64 {
        let id = self.next_topic;
        self.next_topic += 1;
        let topic = Topic {
            id,
            slug: slug_of(&new.title),
            title: new.title,
            user_id: user.id,
            category_id: new.category_id,
            tags: new.tags,
            created_at: at,
            bumped_at: at,
            last_posted_at: at,
            closed: false,
            archived: false,
            visible: true,
            pinned_at: None,
            pinned_globally: false,
            deleted: None,
            external_id: new.external_id,
            members: new.members,
            highest_post_number: 0,
            views: 0,
        };
        self.topics.insert(id, topic);
        id
    }

    pub(crate) fn insert_post(
        &mut self,
        user_id: i64,
        topic_id: i64,
        raw: &str,
        reply_to: Option<i64>,
        at: DateTime<Utc>,
    ) -> i64 {
        let cooked = self.cook(raw);
        let id = self.next_post;
        self.next_post += 1;
        let post_number = match self.topics.get_mut(&topic_id) {
            Some(topic) => {
                topic.highest_post_number += 1;
                topic.last_posted_at = topic.last_posted_at.max(at);
                topic.bumped_at = topic.bumped_at.max(at);
                topic.highest_post_number
            }
            None => 1,
        };
        let saved = self.now.max(at);
        let post = Post {
            id,
            topic_id,
            post_number,
            post_type: 1,
            action_code: None,
            user_id,
            raw: raw.to_owned(),
            cooked,
            created_at: at,
            updated_at: saved,
            last_version_at: at,
            last_editor: user_id,
            version: 1,
            public_version: 1,
            edit_reason: None,
            reply_to,
            hidden: false,
            wiki: false,
            locked: false,
            deleted: None,
            user_deleted_at: None,
            revisions: Vec::new(),
        };
        self.posts.insert(id, post);
        self.topic_posts.entry(topic_id).or_default().push(id);
        self.schedule_hotlinks(id);
        id
    }

    /// Keys of users advance the sequence of their draft inside the creation: the witness of contract 7.2. Admin keys do not.
    fn after_create(&mut self, actor: &Actor, params: &Value, topic_id: i64, is_topic: bool) {
        let Some(user) = actor.id().filter(|_| actor.by != By::AdminKey) else { return };
        let default = if is_topic { "new_topic".to_owned() } else { format!("topic_{topic_id}") };
        let key = text_of(params, "draft_key").unwrap_or(default);
        self.advance_draft_sequence(user, &key);
        if is_topic && key != "new_topic" {
            self.advance_draft_sequence(user, "new_topic");
        }
    }
}

fn wrap(status: u16, body: Value, nested: bool) -> Answer {
    match body.get("post") {
        Some(post) if !nested => Answer::json(status, post),
        _ => Answer::json(status, &body),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
