//! The server's JSON, read tolerantly: unknown fields are ignored, an optional one that is missing is `None`, ids are numbers or strings (contract 1.1).

mod document;
mod module;

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

pub(crate) use document::{Assignment, Group, Page, Quiz, Revision, Topic};
pub(crate) use module::{Item, Module};

/// An id, which Canvas renders as a number or as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub(crate) struct Id(pub(crate) String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id as a number or text")
            }
            fn visit_i64<E: Error>(self, id: i64) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
            fn visit_u64<E: Error>(self, id: u64) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
            fn visit_str<E: Error>(self, id: &str) -> Result<Id, E> {
                Ok(Id(id.to_owned()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Who is asked about; `users/self`.
#[derive(Debug, Deserialize)]
pub(crate) struct User {
    pub(crate) id: Id,
    pub(crate) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Author {
    pub(crate) display_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Course {
    pub(crate) id: Id,
    pub(crate) name: Option<String>,
    pub(crate) original_name: Option<String>,
    pub(crate) course_code: Option<String>,
    pub(crate) workflow_state: Option<String>,
    pub(crate) end_at: Option<DateTime<Utc>>,
    pub(crate) term: Option<Term>,
    #[serde(default)]
    pub(crate) enrollments: Vec<Enrollment>,
    pub(crate) concluded: Option<bool>,
    pub(crate) syllabus_body: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    /// IANA name (contract 1.6).
    pub(crate) time_zone: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Term {
    pub(crate) name: Option<String>,
    pub(crate) end_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Enrollment {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
}

/// Blueprint fields, which may stand on any content (contract 3.10).
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Blueprint {
    pub(crate) restricted_by_master_course: Option<bool>,
    pub(crate) is_master_course_child_content: Option<bool>,
    pub(crate) master_course_restrictions: Option<Restrictions>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Restrictions {
    #[serde(default)]
    pub(crate) content: bool,
    #[serde(default)]
    pub(crate) points: bool,
    #[serde(default)]
    pub(crate) due_dates: bool,
    #[serde(default)]
    pub(crate) availability_dates: bool,
    #[serde(default)]
    pub(crate) settings: bool,
    #[serde(default)]
    pub(crate) state: bool,
    #[serde(default)]
    pub(crate) all: bool,
}

/// A file of a course, as far as fetching and showing it needs (contract 7.2).
#[derive(Debug, Deserialize)]
pub(crate) struct File {
    pub(crate) url: Option<String>,
    pub(crate) size: Option<u64>,
    #[serde(default)]
    pub(crate) display_name: String,
    #[serde(default, rename = "content-type")]
    pub(crate) content_type: Option<String>,
    /// Another one when the file is replaced.
    pub(crate) uuid: Option<String>,
    /// Moves with its content alone, where a site tells it.
    pub(crate) modified_at: Option<String>,
    pub(crate) locked: Option<bool>,
    pub(crate) hidden: Option<bool>,
    pub(crate) lock_at: Option<String>,
    pub(crate) unlock_at: Option<String>,
    /// Why this user does not get it.
    pub(crate) lock_explanation: Option<String>,
}
