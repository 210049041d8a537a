//! What an account has learnt of its forum, so that the next sync of the same program need not ask again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rest::Budget;
use serde_json::Value;

use crate::dto::CurrentUser;
use crate::errors::{DAY, LIMIT_HEADER, WINDOWS};
use crate::news::Looked;
use crate::settings::SiteSettings;

/// What one account knows of its forum. Clones share it; the application keeps one per account for as long as it runs. Holds no secret.
#[derive(Clone, Debug)]
pub struct Memory {
    learnt: Arc<Mutex<Learnt>>,
    pub(crate) budget: Budget,
}

impl Default for Memory {
    fn default() -> Self {
        Self { learnt: Arc::default(), budget: Budget::new(LIMIT_HEADER, WINDOWS).closing(DAY) }
    }
}

/// How a forum writes tags (contract 4.3): told by what it answers, never by a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum TagShape {
    /// No tag was seen yet.
    #[default]
    Unknown,
    /// Plain names, before 2026.
    Names,
    /// Objects with id and name; such a forum drops plain names.
    Objects,
}

/// The person, as the forum knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Me {
    pub(crate) id: i64,
    pub(crate) username: String,
    /// Moderators and administrators: exempt from limits on actions.
    pub(crate) staff: bool,
    pub(crate) trust_level: i64,
}

impl From<CurrentUser> for Me {
    fn from(user: CurrentUser) -> Self {
        let staff = user.admin || user.moderator;
        Self { id: user.id, username: user.username, staff, trust_level: user.trust_level }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Learnt {
    /// The forum's own name.
    pub(crate) title: Option<String>,
    pub(crate) me: Option<Me>,
    /// The path of a category (`parent/child`) by its id.
    pub(crate) paths: BTreeMap<i64, String>,
    /// Topics of a category by its id, when they were last counted.
    pub(crate) topic_counts: BTreeMap<i64, u32>,
    pub(crate) tag_shape: TagShape,
    pub(crate) tag_ids: BTreeMap<String, i64>,
    pub(crate) settings: Option<Arc<SiteSettings>>,
    /// What was seen of each space.
    pub(crate) looked: BTreeMap<String, Looked>,
    /// Until when the forum takes no more of a sort of write from this person (contract 3.4).
    pub(crate) barred: BTreeMap<&'static str, (DateTime<Utc>, String)>,
}

impl Memory {
    /// A memory that knows the forum's name already, so that it is not asked for.
    #[must_use]
    pub fn titled(title: &str) -> Self {
        let memory = Self::default();
        memory.with(|learnt| learnt.title = Some(title.to_owned()));
        memory
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Learnt) -> T) -> T {
        work(&mut self.learnt.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn me(&self) -> Option<Me> {
        self.with(|learnt| learnt.me.clone())
    }

    /// Learns from the tags of any answer.
    pub(crate) fn note_tags(&self, tags: &[Value]) {
        self.with(|learnt| {
            for tag in tags {
                match tag {
                    // In `/tags.json` of older forums a tag is an object, and its id is its name (contract 4.7).
                    Value::String(_) => learnt.tag_shape = TagShape::Names,
                    Value::Object(tag) => match (tag.get("id").map(Value::as_i64), tag.get("name")) {
                        (Some(Some(id)), Some(Value::String(name))) => {
                            learnt.tag_shape = TagShape::Objects;
                            learnt.tag_ids.insert(name.clone(), id);
                        }
                        (Some(None), _) => learnt.tag_shape = TagShape::Names,
                        _ => {}
                    },
                    _ => {}
                }
            }
        });
    }
}
