//! What of an entity can be edited, compared and merged: title, body and fields.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One field's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    /// Empty on purpose (Canvas: `null`).
    Empty,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Words, or an opaque value of a site.
    Text(String),
    /// A moment; servers keep whole seconds (contract canvas 1.2).
    Time(DateTime<Utc>),
    /// A set, such as tags.
    Set(BTreeSet<String>),
}

impl FieldValue {
    /// The value as a person reads it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Flag(true) => "Yes".to_owned(),
            Self::Flag(false) => "No".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Time(time) => time.format("%Y-%m-%d %H:%M UTC").to_string(),
            Self::Set(set) => set.iter().cloned().collect::<Vec<_>>().join(", "),
        }
    }
}

/// Names of the fields that this version knows, so that no name is spelt twice.
pub mod field {
    /// Whether students can see it.
    pub const PUBLISHED: &str = "published";
    /// Its place in its container, from 1.
    pub const POSITION: &str = "position";
    /// A Discourse topic's tags.
    pub const TAGS: &str = "tags";
    /// A Canvas assignment's points, as decimal text.
    pub const POINTS: &str = "points_possible";
    /// When it is due.
    pub const DUE_AT: &str = "due_at";
    /// When it opens.
    pub const UNLOCK_AT: &str = "unlock_at";
    /// When it closes.
    pub const LOCK_AT: &str = "lock_at";
    /// A module item's indent.
    pub const INDENT: &str = "indent";
    /// A module item's type: Page, Assignment, SubHeader ...
    pub const ITEM_TYPE: &str = "item_type";
    /// What a module item points to: a remote id, a slug or an address.
    pub const ITEM_TARGET: &str = "item_target";
    /// The number of a post in its topic.
    pub const POST_NUMBER: &str = "post_number";
    /// The number of the post that a post replies to.
    pub const REPLY_TO: &str = "reply_to_post_number";
    /// Whether a topic is closed.
    pub const CLOSED: &str = "closed";
    /// Whether a topic is archived.
    pub const ARCHIVED: &str = "archived";
    /// Whether a topic is pinned.
    pub const PINNED: &str = "pinned";
    /// Whether a page is the course's front page.
    pub const FRONT_PAGE: &str = "front_page";
    /// Who may edit a page, as Canvas lists them: `teachers,students`.
    pub const EDITING_ROLES: &str = "editing_roles";
    /// When a page publishes itself.
    pub const PUBLISH_AT: &str = "publish_at";
    /// When something stands in students' planners.
    pub const TODO_DATE: &str = "todo_date";
    /// How an assignment's grade is shown.
    pub const GRADING_TYPE: &str = "grading_type";
    /// The id of the assignment group that an assignment or quiz is in.
    pub const GROUP: &str = "assignment_group_id";
    /// How often an assignment or quiz may be handed in; -1 for any number.
    pub const ALLOWED_ATTEMPTS: &str = "allowed_attempts";
    /// Whether an assignment counts in the final grade.
    pub const OMIT_FROM_GRADE: &str = "omit_from_final_grade";
    /// How an assignment is handed in.
    pub const SUBMISSION_TYPES: &str = "submission_types";
    /// Whether a discussion or announcement is closed for comments, or a file hidden from students.
    pub const LOCKED: &str = "locked";
    /// Whether students have to post before they read others' posts.
    pub const REQUIRE_INITIAL_POST: &str = "require_initial_post";
    /// When a discussion or announcement is first shown.
    pub const DELAYED_POST_AT: &str = "delayed_post_at";
    /// How replies in a discussion are nested.
    pub const DISCUSSION_TYPE: &str = "discussion_type";
    /// Whether replies may be liked.
    pub const ALLOW_RATING: &str = "allow_rating";
    /// Minutes that a quiz may take.
    pub const TIME_LIMIT: &str = "time_limit";
    /// Which of several attempts at a quiz counts.
    pub const SCORING_POLICY: &str = "scoring_policy";
    /// Whether a quiz shuffles its answers.
    pub const SHUFFLE_ANSWERS: &str = "shuffle_answers";
    /// Whether a quiz shows correct answers afterwards.
    pub const SHOW_CORRECT_ANSWERS: &str = "show_correct_answers";
    /// Whether a quiz shows one question at a time.
    pub const ONE_AT_A_TIME: &str = "one_question_at_a_time";
    /// Whether a quiz's earlier questions stay shut.
    pub const CANT_GO_BACK: &str = "cant_go_back";
    /// What sort of quiz it is.
    pub const QUIZ_TYPE: &str = "quiz_type";
    /// How many questions a quiz has.
    pub const QUESTION_COUNT: &str = "question_count";
    /// Whether a module's items open one after the other.
    pub const SEQUENTIAL: &str = "require_sequential_progress";
    /// Ids of the modules that have to be finished before a module opens.
    pub const PREREQUISITES: &str = "prerequisite_module_ids";
    /// The id of the module that an item is in; a new value moves the item.
    pub const MODULE: &str = "module_id";
    /// Where a module item of type `ExternalUrl` leads.
    pub const EXTERNAL_URL: &str = "external_url";
    /// Whether a module item opens a new tab.
    pub const NEW_TAB: &str = "new_tab";
    /// What finishes a module item.
    pub const COMPLETION: &str = "completion_requirement";
    /// The score that finishes a module item, as decimal text.
    pub const MIN_SCORE: &str = "min_score";
    /// The folder that a file is in.
    pub const FOLDER: &str = "folder";
    /// Bytes of a file.
    pub const SIZE: &str = "size";
    /// Whether a topic is listed.
    pub const VISIBLE: &str = "visible";
    /// The id of a topic's category.
    pub const CATEGORY: &str = "category_id";
    /// Whether everybody may edit a post.
    pub const WIKI: &str = "wiki";
    /// Whether a post's author deleted it, and it stays for a day as a stub that can be brought back.
    pub const DELETED: &str = "deleted";
    /// To whom a new personal message goes, by user name.
    pub const RECIPIENTS: &str = "recipients";
}

/// Title, body and fields: the part of an entity that people edit. Local, base and remote are each one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Title; empty for what has none.
    pub title: String,
    /// Body in the entity's format; empty for what has none.
    pub body: String,
    /// Fields that people may set, and that both sides are compared by.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldValue>,
}

/// A hash of a content in canonical form; equal hashes mean "nothing to tell apart".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(pub String);

impl Content {
    /// A content with no fields.
    pub fn new(title: impl Into<String>, body: impl Into<String>) -> Self {
        Self { title: title.into(), body: body.into(), fields: BTreeMap::new() }
    }

    /// The same content with a field set.
    #[must_use]
    pub fn with(mut self, name: &str, value: FieldValue) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// A flag field's value; absent or of another type is `None`.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.fields.get(name) {
            Some(FieldValue::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// A number field's value.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.fields.get(name) {
            Some(FieldValue::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// A text field's value.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.fields.get(name) {
            Some(FieldValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// SHA-256 over title, body and fields, each with its length, so that no two contents share an encoding.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        let mut hasher = Sha256::new();
        let fields = serde_json::to_string(&self.fields).unwrap_or_default();
        for part in [&self.title, &self.body, &fields] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        ContentHash(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// What of `self` differs from `other`: which parts a push has to send.
    #[must_use]
    pub fn changed_since(&self, other: &Self) -> Changed {
        let fields = self
            .fields
            .iter()
            .filter(|(name, value)| other.fields.get(*name) != Some(value))
            .map(|(name, _)| name.clone())
            .collect();
        Changed { title: self.title != other.title, body: self.body != other.body, fields }
    }
}

/// Which parts of a content differ. Only these are sent: what is left out of a PUT the server leaves alone (contract canvas 4.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The title.
    pub title: bool,
    /// The body.
    pub body: bool,
    /// Fields by name.
    pub fields: BTreeSet<String>,
}

impl Changed {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.title && !self.body && self.fields.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_title_and_body_changes_the_hash() {
        assert_ne!(Content::new("ab", "c").hash(), Content::new("a", "bc").hash());
    }

    #[test]
    fn only_parts_that_differ_count_as_changed() {
        let base = Content::new("Title", "Body").with(field::PUBLISHED, FieldValue::Flag(false));
        let local = Content::new("Title", "Body 2").with(field::PUBLISHED, FieldValue::Flag(true));
        let changed = local.changed_since(&base);
        assert!(!changed.title && changed.body);
        assert_eq!(changed.fields, BTreeSet::from([field::PUBLISHED.to_owned()]));
        assert!(base.changed_since(&base).is_empty());
    }
}
