//! Pages, assignments, topics and quizzes.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Author, Blueprint, Id};

#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) page_id: Id,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) body: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) updated_at: Option<DateTime<Utc>>,
    pub(crate) last_edited_by: Option<Author>,
    pub(crate) html_url: Option<String>,
    pub(crate) editor: Option<String>,
    pub(crate) block_editor_attributes: Option<Value>,
    #[serde(default)]
    pub(crate) locked_for_user: bool,
    #[serde(flatten)]
    pub(crate) blueprint: Blueprint,
    /// What `wire` reads fields out of.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

/// A row of a page's revisions, and one revision with its content.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Revision {
    pub(crate) revision_id: u64,
    pub(crate) updated_at: Option<DateTime<Utc>>,
    pub(crate) edited_by: Option<Editor>,
    pub(crate) url: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) body: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Editor {
    pub(crate) display_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Assignment {
    pub(crate) id: Id,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) updated_at: Option<DateTime<Utc>>,
    pub(crate) html_url: Option<String>,
    pub(crate) quiz_id: Option<Id>,
    pub(crate) is_quiz_assignment: Option<bool>,
    pub(crate) is_quiz_lti_assignment: Option<bool>,
    pub(crate) discussion_topic: Option<TopicId>,
    #[serde(default)]
    pub(crate) locked_for_user: bool,
    #[serde(flatten)]
    pub(crate) blueprint: Blueprint,
    /// What `wire` reads fields out of.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TopicId {
    pub(crate) id: Id,
}

/// A discussion topic, or an announcement, which is one too (contract 3.7).
#[derive(Debug, Deserialize)]
pub(crate) struct Topic {
    pub(crate) id: Id,
    pub(crate) title: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) posted_at: Option<DateTime<Utc>>,
    pub(crate) comments_disabled: Option<bool>,
    pub(crate) is_announcement: Option<bool>,
    pub(crate) assignment_id: Option<Id>,
    pub(crate) author: Option<Author>,
    pub(crate) user_name: Option<String>,
    pub(crate) html_url: Option<String>,
    pub(crate) permissions: Option<Permissions>,
    #[serde(default)]
    pub(crate) discussion_subentry_count: u64,
    pub(crate) last_reply_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    pub(crate) blueprint: Blueprint,
    /// What `wire` reads fields out of.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Permissions {
    pub(crate) update: Option<bool>,
    pub(crate) reply: Option<bool>,
}

/// An assignment group with the assignments in it.
#[derive(Debug, Deserialize)]
pub(crate) struct Group {
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) assignments: Vec<Assignment>,
}

/// A classic quiz. It has no time of change (contract 3.9).
#[derive(Debug, Deserialize)]
pub(crate) struct Quiz {
    pub(crate) id: Id,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) html_url: Option<String>,
    pub(crate) version_number: Option<i64>,
    pub(crate) assignment_id: Option<Id>,
    #[serde(default)]
    pub(crate) locked_for_user: bool,
    pub(crate) permissions: Option<Permissions>,
    #[serde(flatten)]
    pub(crate) blueprint: Blueprint,
    /// What `wire` reads fields out of.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}
