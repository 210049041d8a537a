//! What the simulated Canvas remembers of a classic quiz.

use serde_json::{Map, Value};

use super::model::Instant;

/// A classic quiz.
#[derive(Debug, Clone, PartialEq)]
pub struct Quiz {
    /// Canvas's id.
    pub id: i64,
    /// The title.
    pub title: String,
    /// The stored description.
    pub description: Option<String>,
    /// `practice_quiz`, `assignment` and so on.
    pub quiz_type: String,
    /// Attempts; -1 for any number.
    pub allowed_attempts: i64,
    /// Which attempt counts.
    pub scoring_policy: String,
    /// Whether earlier questions stay shut.
    pub cant_go_back: bool,
    /// Settings that are stored and shown as sent.
    pub settings: Map<String, Value>,
    /// Due.
    pub due_at: Option<Instant>,
    /// Available from.
    pub unlock_at: Option<Instant>,
    /// Available until.
    pub lock_at: Option<Instant>,
    /// Whether students see it.
    pub published: bool,
    /// Its assignment's group.
    pub group_id: Option<i64>,
    /// Its assignment, where it is graded.
    pub assignment_id: Option<i64>,
    /// Rises with each save that changes something.
    pub version: i64,
    /// Soft-deleted.
    pub deleted: bool,
}

impl Quiz {
    pub(super) fn new(settings: Map<String, Value>) -> Self {
        Self {
            id: 0,
            title: "Unnamed Quiz".to_owned(),
            description: None,
            quiz_type: "assignment".to_owned(),
            allowed_attempts: 1,
            scoring_policy: "keep_highest".to_owned(),
            cant_go_back: false,
            settings,
            due_at: None,
            unlock_at: None,
            lock_at: None,
            published: false,
            group_id: None,
            assignment_id: None,
            version: 0,
            deleted: false,
        }
    }
}
