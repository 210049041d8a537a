//! What the forum holds.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::profile::{Profile, Settings};

/// The system user's id.
pub const SYSTEM: i64 = -1;

/// A member of the forum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id; -1 is the system user.
    pub id: i64,
    /// The name in URLs; compared without regard to case.
    pub username: String,
    /// The name shown.
    pub name: String,
    /// Administrators see and may do everything.
    pub admin: bool,
    /// Moderators are staff, too.
    pub moderator: bool,
    /// 0 to 4.
    pub trust_level: u8,
    /// May read, but not write.
    pub silenced: bool,
    /// May do nothing; its keys are refused.
    pub suspended: bool,
    /// For `POST /session.json`.
    pub password: String,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

impl User {
    /// Administrator or moderator.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.admin || self.moderator
    }
}

/// Who may make topics or replies in a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Every member.
    Everybody,
    /// Staff.
    Staff,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The name in URLs.
    pub slug: String,
    /// The category it is in.
    pub parent: Option<i64>,
    /// Text of the description, if any.
    pub description: Option<String>,
    /// Hidden from all but staff and `readers`.
    pub read_restricted: bool,
    /// Who may read a restricted category, besides staff.
    pub readers: BTreeSet<i64>,
    /// Who may make topics.
    pub topics_by: Access,
    /// Who may reply.
    pub replies_by: Access,
    /// New topics and replies of others than staff wait for approval.
    pub needs_approval: bool,
    /// Order in lists.
    pub position: i64,
    /// The topic that describes the category, if it has one.
    pub definition_topic: Option<i64>,
}

/// A topic or a personal message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The id.
    pub id: i64,
    /// The title as stored.
    pub title: String,
    /// The title in URLs.
    pub slug: String,
    /// The author.
    pub user_id: i64,
    /// None for personal messages.
    pub category_id: Option<i64>,
    /// Names, in order.
    pub tags: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Its place in lists.
    pub bumped_at: DateTime<Utc>,
    /// When its last post was made.
    pub last_posted_at: DateTime<Utc>,
    /// No replies but by staff.
    pub closed: bool,
    /// No edits but by staff.
    pub archived: bool,
    /// Listed.
    pub visible: bool,
    /// When it was pinned in its category.
    pub pinned_at: Option<DateTime<Utc>>,
    /// Whether the pin holds on every list.
    pub pinned_globally: bool,
    /// When and by whom it was deleted.
    pub deleted: Option<(DateTime<Utc>, i64)>,
    /// Set by an admin key at creation.
    pub external_id: Option<String>,
    /// Members of a personal message.
    pub members: Option<BTreeSet<i64>>,
    /// The highest number ever given to a post.
    pub highest_post_number: i64,
    /// How often it was read; changes no other field.
    pub views: i64,
}

impl Topic {
    /// Whether it is a personal message.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.members.is_some()
    }
}

/// One state of a post before an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Who made the version that replaced this state.
    pub editor: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The text before.
    pub raw: String,
    /// The title before; of first posts.
    pub title: Option<String>,
    /// The tags before, and those since, where it changed them.
    pub tags: Option<[Vec<String>; 2]>,
    /// The category before, and the one since, where it moved the topic.
    pub category: Option<[Option<i64>; 2]>,
    /// Why, if told.
    pub edit_reason: Option<String>,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The id.
    pub id: i64,
    /// The topic it is in.
    pub topic_id: i64,
    /// Its number in the topic.
    pub post_number: i64,
    /// 1 regular, 2 moderator, 3 small action, 4 whisper.
    pub post_type: i64,
    /// What a small action says.
    pub action_code: Option<String>,
    /// The author.
    pub user_id: i64,
    /// The Markdown.
    pub raw: String,
    /// The HTML.
    pub cooked: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
    /// When the present version began; not in any answer.
    pub last_version_at: DateTime<Utc>,
    /// Who saved it last.
    pub last_editor: i64,
    /// The number staff see.
    pub version: i64,
    /// The number everybody else sees.
    pub public_version: i64,
    /// The reason of the last version.
    pub edit_reason: Option<String>,
    /// The number of the post it answers.
    pub reply_to: Option<i64>,
    /// Hidden by flags.
    pub hidden: bool,
    /// Everybody may edit it.
    pub wiki: bool,
    /// Only staff may edit it.
    pub locked: bool,
    /// When and by whom it was deleted.
    pub deleted: Option<(DateTime<Utc>, i64)>,
    /// When its author removed it; it stays as a stub for a day.
    pub user_deleted_at: Option<DateTime<Utc>>,
    /// Earlier states, oldest first.
    pub revisions: Vec<Revision>,
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The id.
    pub id: i64,
    /// The name of the first upload of these bytes.
    pub filename: String,
    /// Without a dot.
    pub extension: String,
    /// SHA-1 of the stored bytes, in hex.
    pub sha1: String,
    /// The same in base 62, as in `upload://` addresses.
    pub base62: String,
    /// What is served.
    pub bytes: Vec<u8>,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// A draft kept on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// JSON text.
    pub data: String,
    /// The sequence it was saved under.
    pub sequence: i64,
    /// The window that saved it.
    pub owner: Option<String>,
    /// When it was first saved.
    pub created_at: DateTime<Utc>,
}

/// A post that waits for approval.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The reviewable's id, not a post's.
    pub id: i64,
    /// The author.
    pub user_id: i64,
    /// The text as sent, normalised.
    pub raw: String,
    /// The title, of topics.
    pub title: Option<String>,
    /// The topic, of replies.
    pub topic_id: Option<i64>,
    /// The category, of topics.
    pub category_id: Option<i64>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// The parameters of the request, to make the post later.
    pub(crate) params: Value,
}

/// A key made by an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminKey {
    /// The user it is bound to; none for a key that may name any user.
    pub user_id: Option<i64>,
    /// Whether it may only read topics (`topics:read`), as a granular key.
    pub topics_read_only: bool,
    /// No longer valid.
    pub revoked: bool,
}

/// A key a user approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserKey {
    /// The user.
    pub user_id: i64,
    /// The program it was made for; a second approval with the same id replaces the first.
    pub client_id: String,
    /// What it may do.
    pub scopes: Vec<String>,
}

/// A device-flow request (contract 2.6).
#[derive(Debug, Clone)]
pub(crate) struct DeviceRequest {
    pub(crate) params: Value,
    pub(crate) user_code: String,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) outcome: Option<Result<String, ()>>,
}

/// A ring buffer of hits (contract 3.1).
#[derive(Debug, Clone, Default)]
pub(crate) struct Ring(pub(crate) VecDeque<DateTime<Utc>>);

impl Ring {
    /// The seconds to wait where `max` hits are in the window; stores the hit otherwise, or always where `aggressive`.
    pub(crate) fn hit(&mut self, now: DateTime<Utc>, max: usize, window: i64, aggressive: bool) -> Result<(), i64> {
        let wait = self.wait(now, max, window);
        if wait == 0 || aggressive {
            self.0.push_back(now);
            while self.0.len() > max {
                self.0.pop_front();
            }
        }
        if wait == 0 { Ok(()) } else { Err(wait) }
    }

    fn wait(&self, now: DateTime<Utc>, max: usize, window: i64) -> i64 {
        match self.0.front() {
            _ if max == 0 => window,
            Some(oldest) if self.0.len() >= max => {
                let age = now - *oldest;
                if age >= TimeDelta::seconds(window) { 0 } else { (window - age.num_seconds()).max(1) }
            }
            _ => 0,
        }
    }
}

/// The whole forum. Cloning it takes a snapshot.
#[derive(Debug, Clone)]
pub struct Forum {
    /// The generation of the server.
    pub profile: Profile,
    /// How it is set up.
    pub settings: Settings,
    /// By id.
    pub users: BTreeMap<i64, User>,
    /// By id.
    pub categories: BTreeMap<i64, Category>,
    /// By id.
    pub topics: BTreeMap<i64, Topic>,
    /// By id.
    pub posts: BTreeMap<i64, Post>,
    /// By id.
    pub uploads: BTreeMap<i64, Upload>,
    /// Tag ids by name, in the order of making.
    pub tags: BTreeMap<String, i64>,
    /// By user and key.
    pub drafts: BTreeMap<(i64, String), Draft>,
    /// The last sequence by user and key.
    pub draft_sequences: BTreeMap<(i64, String), i64>,
    /// The newest post that each person has been told of and read, by person.
    pub seen: BTreeMap<i64, i64>,
    /// Posts that wait for approval.
    pub queue: BTreeMap<i64, Queued>,
    pub(crate) admin_keys: HashMap<String, AdminKey>,
    pub(crate) user_keys: HashMap<String, UserKey>,
    pub(crate) sessions: HashMap<String, i64>,
    pub(crate) csrf: BTreeSet<String>,
    pub(crate) device: HashMap<String, DeviceRequest>,
    pub(crate) memo: HashMap<String, (DateTime<Utc>, u16, Value)>,
    pub(crate) rings: HashMap<String, Ring>,
    pub(crate) hotlinks: VecDeque<(DateTime<Utc>, i64)>,
    pub(crate) topic_posts: BTreeMap<i64, Vec<i64>>,
    pub(crate) silent_rewrites: u64,
    pub(crate) next_topic: i64,
    pub(crate) next_post: i64,
    pub(crate) next_upload: i64,
    pub(crate) next_queued: i64,
    pub(crate) secrets: u64,
    pub(crate) now: DateTime<Utc>,
    pub(crate) origin: String,
}

impl Forum {
    /// An empty forum with the system user and the category *Uncategorized*.
    #[must_use]
    pub fn new(profile: Profile, settings: Settings, now: DateTime<Utc>) -> Self {
        let mut forum = Self {
            profile,
            settings,
            users: BTreeMap::new(),
            categories: BTreeMap::new(),
            topics: BTreeMap::new(),
            posts: BTreeMap::new(),
            uploads: BTreeMap::new(),
            tags: BTreeMap::new(),
            drafts: BTreeMap::new(),
            draft_sequences: BTreeMap::new(),
            queue: BTreeMap::new(),
            admin_keys: HashMap::new(),
            user_keys: HashMap::new(),
            sessions: HashMap::new(),
            csrf: BTreeSet::new(),
            device: HashMap::new(),
            memo: HashMap::new(),
            rings: HashMap::new(),
            hotlinks: VecDeque::new(),
            topic_posts: BTreeMap::new(),
            seen: BTreeMap::new(),
            silent_rewrites: 0,
            next_topic: 1,
            next_post: 1,
            next_upload: 1,
            next_queued: 1,
            secrets: 0,
            now,
            origin: String::new(),
        };
        forum.users.insert(
            SYSTEM,
            User {
                id: SYSTEM,
                username: "system".to_owned(),
                name: "system".to_owned(),
                admin: true,
                moderator: true,
                trust_level: 4,
                silenced: false,
                suspended: false,
                password: String::new(),
                created_at: now,
            },
        );
        forum.add_category("Uncategorized", "uncategorized", None);
        forum
    }

    pub(crate) fn user_by_name(&self, username: &str) -> Option<&User> {
        self.users.values().find(|user| user.username.eq_ignore_ascii_case(username))
    }

    /// The posts of a topic in order of number, deleted ones included.
    pub(crate) fn posts_of(&self, topic_id: i64) -> impl DoubleEndedIterator<Item = &Post> {
        self.topic_posts.get(&topic_id).into_iter().flatten().filter_map(|id| self.posts.get(id))
    }

    pub(crate) fn first_post(&self, topic_id: i64) -> Option<&Post> {
        self.posts_of(topic_id).find(|post| post.post_number == 1)
    }

    pub(crate) fn draft_sequence(&self, user: i64, key: &str) -> i64 {
        self.draft_sequences.get(&(user, key.to_owned())).copied().unwrap_or(0)
    }

    /// Advances the sequence, which makes a draft saved under the earlier one void (contract 5.1).
    pub(crate) fn advance_draft_sequence(&mut self, user: i64, key: &str) {
        let key = (user, key.to_owned());
        *self.draft_sequences.entry(key.clone()).or_insert(0) += 1;
        self.drafts.remove(&key);
    }
}
