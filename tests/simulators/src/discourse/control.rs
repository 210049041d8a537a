//! What tests and the sample do to a forum behind the clients' back, and what they look at.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::create::NewTopic;
use super::editing::Changes;
use super::state::{Access, AdminKey, Category, Forum, Post, SYSTEM, Topic, Upload, User, UserKey};
use super::text::{normalize_raw, slug_of};

/// How a category differs from an open one.
#[derive(Debug, Clone, Default)]
pub struct CategoryOptions {
    /// The category it is in.
    pub parent: Option<i64>,
    /// Text of the description.
    pub description: Option<String>,
    /// Who, besides staff, may read it; none is everybody.
    pub readers: Option<BTreeSet<i64>>,
    /// Only staff make topics.
    pub topics_by_staff: bool,
    /// Only staff reply.
    pub replies_by_staff: bool,
    /// Topics and replies of members wait for approval.
    pub needs_approval: bool,
}

/// How many things there are; deleted ones do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Topics, personal messages among them.
    pub topics: usize,
    /// Posts, small actions among them.
    pub posts: usize,
    /// Stored files.
    pub uploads: usize,
    /// Posts that wait for approval.
    pub queued: usize,
    /// Drafts of all users.
    pub drafts: usize,
}

/// A topic as it can be compared with a copy of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicView {
    /// The stored title.
    pub title: String,
    /// The category.
    pub category_id: Option<i64>,
    /// Tag names, sorted.
    pub tags: Vec<String>,
    /// No replies.
    pub closed: bool,
    /// No edits.
    pub archived: bool,
    /// Listed.
    pub visible: bool,
    /// Pinned anywhere.
    pub pinned: bool,
}

/// A post as it can be compared with a copy of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostView {
    /// The topic.
    pub topic_id: i64,
    /// The number in it.
    pub post_number: i64,
    /// The author's name.
    pub username: String,
    /// The stored text.
    pub raw: String,
    /// The number members see.
    pub version: i64,
    /// The number of the post it answers.
    pub reply_to: Option<i64>,
    /// Removed by its author, and still a stub.
    pub user_deleted: bool,
}

/// All that is live, for comparing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// By id.
    pub topics: BTreeMap<i64, TopicView>,
    /// By id; regular posts only.
    pub posts: BTreeMap<i64, PostView>,
}

impl Forum {
    /// Adds a member with the next free id; the password is `<name>-password`. `role` is `admin`, `moderator` or anything else.
    pub fn add_user(&mut self, username: &str, role: &str, trust_level: u8) -> i64 {
        let id = self.users.keys().next_back().copied().unwrap_or(0).max(0) + 1;
        let mut letters = username.chars();
        let name = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        let user = User {
            id,
            username: username.to_owned(),
            name,
            admin: role == "admin",
            moderator: role == "moderator",
            trust_level,
            silenced: false,
            suspended: false,
            password: format!("{username}-password"),
            created_at: self.now,
        };
        self.users.insert(id, user);
        id
    }

    /// Adds an open category.
    pub fn add_category(&mut self, name: &str, slug: &str, parent: Option<i64>) -> i64 {
        self.add_category_with(name, slug, CategoryOptions { parent, ..CategoryOptions::default() })
    }

    /// Adds a category.
    pub fn add_category_with(&mut self, name: &str, slug: &str, options: CategoryOptions) -> i64 {
        let id = self.categories.keys().next_back().copied().unwrap_or(0) + 1;
        let staff = |only: bool| if only { Access::Staff } else { Access::Everybody };
        let category = Category {
            id,
            name: name.to_owned(),
            slug: slug.to_owned(),
            parent: options.parent,
            description: options.description,
            read_restricted: options.readers.is_some(),
            readers: options.readers.unwrap_or_default(),
            topics_by: staff(options.topics_by_staff),
            replies_by: staff(options.replies_by_staff),
            needs_approval: options.needs_approval,
            position: id,
            definition_topic: None,
        };
        self.categories.insert(id, category);
        id
    }

    /// A key that may name any user, or one bound to `user`.
    pub fn add_admin_key(&mut self, user: Option<i64>) -> String {
        let key = self.secret(64);
        self.admin_keys.insert(key.clone(), AdminKey { user_id: user, topics_read_only: false, revoked: false });
        key
    }

    /// A granular key that may only read topics.
    pub fn add_topics_read_key(&mut self) -> String {
        let key = self.secret(64);
        self.admin_keys.insert(key.clone(), AdminKey { user_id: None, topics_read_only: true, revoked: false });
        key
    }

    /// A key as a user's approval would make it.
    pub fn add_user_key(&mut self, user: i64, client_id: &str, scopes: &[&str]) -> String {
        let key = self.secret(32);
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.user_keys.retain(|_, other| other.client_id != client_id || other.user_id != user);
        self.user_keys.insert(key.clone(), UserKey { user_id: user, client_id: client_id.to_owned(), scopes });
        key
    }

    /// Gives a user key other scopes.
    pub fn set_scopes(&mut self, key: &str, scopes: &[&str]) {
        if let Some(found) = self.user_keys.get_mut(key) {
            found.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        }
    }

    /// Puts a draft on the server under a sequence.
    pub fn save_draft(&mut self, user: i64, key: &str, sequence: i64, data: &str) {
        let slot = (user, key.to_owned());
        self.draft_sequences.insert(slot.clone(), sequence);
        self.drafts
            .insert(slot, super::state::Draft { data: data.to_owned(), sequence, owner: None, created_at: self.now });
    }

    /// A token for `X-CSRF-Token`, as a page of the site carries it.
    pub fn csrf_of_page(&mut self) -> String {
        let token = self.secret(40);
        self.csrf.insert(token.clone());
        token
    }

    /// Makes a key of either kind invalid.
    pub fn revoke_key(&mut self, key: &str) {
        self.user_keys.remove(key);
        if let Some(found) = self.admin_keys.get_mut(key) {
            found.revoked = true;
        }
    }

    /// The value of the `_t` cookie of a browser in which this user is logged in.
    pub fn browser_session(&mut self, user: i64) -> String {
        let token = self.secret(32);
        self.sessions.insert(token.clone(), user);
        token
    }

    /// What the person does in the browser: approves the request with these query parameters and copies the payload's text.
    ///
    /// # Errors
    /// The status the page answers with instead.
    pub fn approve_user_key(&mut self, user: i64, params: &Value) -> Result<String, u16> {
        self.approve(user, params).map_err(|refusal| refusal.status)
    }

    /// What the person does on the device page. False where no such request waits.
    pub fn decide_device(&mut self, user: i64, user_code: &str, allow: bool) -> bool {
        self.device_decide(user, user_code, allow)
    }

    /// Adds a topic with its first post, as if it had come through the site; without validation. Gives the ids of both.
    pub fn add_topic(&mut self, user: i64, category: i64, title: &str, raw: &str, tags: &[&str]) -> (i64, i64) {
        let names: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let tags = self.settle_tags(4, &names);
        let new =
            NewTopic { title: title.to_owned(), category_id: Some(category), tags, members: None, external_id: None };
        let author = self.users.get(&user).or_else(|| self.users.get(&SYSTEM)).cloned();
        let now = self.now;
        let Some(author) = author else { return (0, 0) };
        let topic = self.insert_topic(&author, new, now);
        (topic, self.insert_post(user, topic, &normalize_raw(raw), None, now))
    }

    /// Adds a personal message; gives the ids of topic and post.
    pub fn add_private_message(&mut self, from: i64, to: &[i64], title: &str, raw: &str) -> (i64, i64) {
        let (topic, post) = self.add_topic(from, 1, title, raw, &[]);
        if let Some(found) = self.topics.get_mut(&topic) {
            found.category_id = None;
            found.members = Some(to.iter().copied().chain([from]).collect());
        }
        (topic, post)
    }

    /// Adds a reply, without validation.
    pub fn add_post(&mut self, user: i64, topic: i64, raw: &str, reply_to: Option<i64>) -> i64 {
        let now = self.now;
        self.insert_post(user, topic, &normalize_raw(raw), reply_to, now)
    }

    /// Adds a reply hidden from the feeds, as flags hide it.
    pub fn hide_post(&mut self, id: i64, hidden: bool) {
        if let Some(post) = self.posts.get_mut(&id) {
            post.hidden = hidden;
        }
    }

    /// Gives a post and, for a first post, its topic another time of creation.
    pub fn backdate(&mut self, id: i64, at: DateTime<Utc>) {
        let Some(post) = self.posts.get_mut(&id) else { return };
        post.created_at = at;
        post.updated_at = at;
        post.last_version_at = at;
        let (topic_id, first) = (post.topic_id, post.post_number == 1);
        if let Some(topic) = self.topics.get_mut(&topic_id).filter(|_| first) {
            topic.created_at = at;
        }
    }

    /// Edits a post as a user does on the site, with grace edits and versions.
    pub fn edit_post_as(&mut self, user: i64, id: i64, raw: &str) -> bool {
        self.revise(user, id, &Changes { raw: Some(normalize_raw(raw)), ..Changes::default() })
    }

    /// Edits a post so that a version is made.
    pub fn edit_post_with_reason_as(&mut self, user: i64, id: i64, raw: &str, reason: &str) -> bool {
        let changes = Changes {
            raw: Some(normalize_raw(raw)),
            edit_reason: Some(reason.to_owned()),
            force_version: true,
            ..Changes::default()
        };
        self.revise(user, id, &changes)
    }

    /// Changes the text and neither version nor time, as a renamed user's mentions are rewritten (contract 6).
    pub fn rewrite_silently(&mut self, id: i64, raw: &str) {
        let cooked = self.cook(raw);
        self.silent_rewrites += 1;
        if let Some(post) = self.posts.get_mut(&id) {
            post.raw = raw.to_owned();
            post.cooked = cooked;
        }
    }

    /// Renames a topic.
    pub fn retitle_as(&mut self, user: i64, topic: i64, title: &str) -> bool {
        self.revise_topic(user, topic, &Changes { title: Some(title.to_owned()), ..Changes::default() })
    }

    /// Gives a topic other tags.
    pub fn retag_as(&mut self, user: i64, topic: i64, tags: &[&str]) -> bool {
        let names: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let tags = self.settle_tags(4, &names);
        self.revise_topic(user, topic, &Changes { tags: Some(tags), ..Changes::default() })
    }

    /// Moves a topic to another category.
    pub fn recategorise_as(&mut self, user: i64, topic: i64, category: i64) -> bool {
        self.revise_topic(user, topic, &Changes { category_id: Some(category), ..Changes::default() })
    }

    fn revise_topic(&mut self, user: i64, topic: i64, changes: &Changes) -> bool {
        let first = self.first_post(topic).map(|post| post.id);
        first.is_some_and(|id| self.revise(user, id, changes))
    }

    /// Sets `closed`, `archived`, `visible`, `pinned` or `pinned_globally`.
    pub fn set_status_as(&mut self, user: i64, topic: i64, status: &str, enabled: bool) {
        self.set_status(user, topic, status, enabled);
    }

    /// Deletes a post really, or leaves a stub where the author is no member of staff.
    pub fn delete_post_as(&mut self, user: i64, id: i64) {
        if self.users.get(&user).is_some_and(User::is_staff) {
            self.remove_post(user, id)
        } else {
            self.stub_post(user, id)
        }
    }

    /// Brings a deleted post or a stub back.
    pub fn recover_post_as(&mut self, user: i64, id: i64) {
        self.bring_back(user, id);
    }

    /// Deletes a topic with its first post.
    pub fn delete_topic_as(&mut self, user: i64, topic: i64) {
        self.remove_topic(user, topic);
    }

    /// Moves posts to another topic as staff do.
    pub fn move_posts_as(&mut self, user: i64, from: i64, ids: &[i64], to: i64) {
        self.move_posts(user, from, ids, to);
    }

    /// Rejects a waiting post; it just vanishes.
    pub fn reject_queued(&mut self, id: i64) -> bool {
        self.queue.remove(&id).is_some()
    }

    /// The next ids given to a topic and to a post, for gaps in the sequences. Never lower than what is there.
    pub fn skip_ids_to(&mut self, topic: i64, post: i64) {
        self.next_topic = self.next_topic.max(topic);
        self.next_post = self.next_post.max(post);
    }

    /// Moves the forum's time, where it is used without a server.
    pub fn set_now(&mut self, now: DateTime<Utc>) {
        self.now = now;
    }

    /// A post, deleted or not.
    #[must_use]
    pub fn post(&self, id: i64) -> Option<&Post> {
        self.posts.get(&id)
    }

    /// A topic, deleted or not.
    #[must_use]
    pub fn topic(&self, id: i64) -> Option<&Topic> {
        self.topics.get(&id)
    }

    /// An upload by its address in base 62.
    #[must_use]
    pub fn upload_by_base62(&self, base62: &str) -> Option<&Upload> {
        self.uploads.values().find(|upload| upload.base62 == base62)
    }

    /// The posts of a topic that are there, in order.
    #[must_use]
    pub fn live_posts(&self, topic: i64) -> Vec<&Post> {
        self.posts_of(topic).filter(|post| post.deleted.is_none()).collect()
    }

    /// The topics that are there.
    #[must_use]
    pub fn live_topics(&self) -> Vec<&Topic> {
        self.topics.values().filter(|topic| topic.deleted.is_none()).collect()
    }

    /// Live posts with exactly this text: more than one is a duplicate.
    #[must_use]
    pub fn posts_with_raw(&self, raw: &str) -> Vec<&Post> {
        self.posts.values().filter(|post| post.deleted.is_none() && post.raw == raw).collect()
    }

    /// How many things there are.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            topics: self.live_topics().len(),
            posts: self.posts.values().filter(|post| post.deleted.is_none()).count(),
            uploads: self.uploads.len(),
            queued: self.queue.len(),
            drafts: self.drafts.len(),
        }
    }

    /// All that is live, for comparing.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut out = Snapshot::default();
        for topic in self.live_topics() {
            let mut tags = topic.tags.clone();
            tags.sort();
            let view = TopicView {
                title: topic.title.clone(),
                category_id: topic.category_id,
                tags,
                closed: topic.closed,
                archived: topic.archived,
                visible: topic.visible,
                pinned: topic.pinned_at.is_some(),
            };
            out.topics.insert(topic.id, view);
            for post in self.live_posts(topic.id).into_iter().filter(|post| post.post_type == 1) {
                let username = self.users.get(&post.user_id).map_or_else(String::new, |user| user.username.clone());
                let view = PostView {
                    topic_id: topic.id,
                    post_number: post.post_number,
                    username,
                    raw: post.raw.clone(),
                    version: post.public_version,
                    reply_to: post.reply_to,
                    user_deleted: post.user_deleted_at.is_some(),
                };
                out.posts.insert(post.id, view);
            }
        }
        out
    }

    /// Makes a topic the description of its category, so that lists of all topics leave it out.
    pub fn define_category(&mut self, category: i64, topic: i64) {
        if let Some(found) = self.categories.get_mut(&category) {
            found.definition_topic = Some(topic);
        }
    }

    /// Gives a topic a readable slug other than its title's, as old topics have.
    pub fn set_slug(&mut self, topic: i64, slug: &str) {
        if let Some(found) = self.topics.get_mut(&topic) {
            found.slug = slug_of(slug);
        }
    }
}
