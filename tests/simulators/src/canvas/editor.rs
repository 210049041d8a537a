//! Changing things beside the API, as somebody else would.

use std::fmt;

use serde_json::{Map, Value};

use super::model::{AssignmentGroup, FileState};
use super::page_save::PageChange;
use super::reply::{Content, Reply, not_found};
use super::serve::Site;
use super::state::{State, take};
use super::topic_save::Author;

/// An edit that Canvas refuses, with the answer the API would give.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The JSON.
    pub body: Value,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with {}: {}", self.status, self.body)
    }
}

impl std::error::Error for Refused {}

impl From<Box<Reply>> for Refused {
    fn from(reply: Box<Reply>) -> Self {
        let body = match reply.content {
            Content::Json(value) => value,
            Content::Bytes(_, bytes) => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
        };
        Self { status: reply.status, body }
    }
}

/// Somebody who edits in the browser while the program under test works. Clones may be moved into a fault's hook.
#[derive(Clone)]
pub struct Editor {
    site: Site,
    user: i64,
}

impl fmt::Debug for Editor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Editor").field("user", &self.user).finish_non_exhaustive()
    }
}

type Done<T> = Result<T, Refused>;

/// Every edit follows the rules of the API (slugs, revisions, sanitizer, cascades) and fails as it would there.
#[allow(clippy::missing_errors_doc, reason = "all fail in one way: Refused is what the API would answer")]
impl Editor {
    pub(super) fn new(site: Site, user: i64) -> Self {
        Self { site, user }
    }

    /// The person's id.
    #[must_use]
    pub fn user(&self) -> i64 {
        self.user
    }

    /// Makes a page.
    pub fn create_page(&self, course: i64, change: &PageChange) -> Done<i64> {
        self.edit(|s, e| s.save_page(course, None, change, Some(e.user), &e.site.base, e.site.clock.now()))
    }

    /// Changes a page.
    pub fn edit_page(&self, course: i64, page: i64, change: &PageChange) -> Done<()> {
        self.edit(|s, e| {
            s.save_page(course, Some(page), change, Some(e.user), &e.site.base, e.site.clock.now()).map(drop)
        })
    }

    /// Writes a new body into a page.
    pub fn write_page(&self, course: i64, page: i64, html: &str) -> Done<()> {
        self.edit_page(course, page, &PageChange { body: Some(Some(html.to_owned())), ..PageChange::default() })
    }

    /// Renames a page.
    pub fn rename_page(&self, course: i64, page: i64, title: &str) -> Done<()> {
        self.edit_page(course, page, &PageChange { title: Some(title.to_owned()), ..PageChange::default() })
    }

    /// Deletes a page.
    pub fn delete_page(&self, course: i64, page: i64) -> Done<()> {
        self.edit(|s, _| s.delete_page(course, page))
    }

    /// Brings an earlier revision of a page back.
    pub fn revert_page(&self, course: i64, page: i64, revision: i64) -> Done<()> {
        self.edit(|s, e| s.revert_page(course, page, revision, e.user, e.site.clock.now()))
    }

    /// Makes an assignment group behind the others; its weight is in percent.
    pub fn create_group(&self, course: i64, name: &str, weight: f64) -> Done<i64> {
        self.edit(|s, _| {
            let id = take(&mut s.next.group);
            let home = s.courses.get_mut(&course).ok_or_else(not_found)?;
            let position = home.groups.values().map(|group| group.position).max().unwrap_or(0) + 1;
            let (name, rules) = (name.to_owned(), Value::Object(Map::new()));
            home.groups.insert(id, AssignmentGroup { id, name, position, weight, rules, deleted: false });
            Ok(id)
        })
    }

    /// Makes an assignment from the fields of the API's `assignment`.
    pub fn create_assignment(&self, course: i64, fields: &Value) -> Done<i64> {
        self.edit(|s, e| s.save_assignment(course, None, &object(fields), &e.site.base, e.site.clock.now()))
    }

    /// Changes an assignment.
    pub fn edit_assignment(&self, course: i64, assignment: i64, fields: &Value) -> Done<()> {
        self.edit(|s, e| {
            s.save_assignment(course, Some(assignment), &object(fields), &e.site.base, e.site.clock.now()).map(drop)
        })
    }

    /// Deletes an assignment.
    pub fn delete_assignment(&self, course: i64, assignment: i64) -> Done<()> {
        self.edit(|s, e| s.delete_assignment(course, assignment, e.site.clock.now()))
    }

    /// Makes a topic, or with `is_announcement` an announcement, from the fields of the API.
    pub fn create_topic(&self, course: i64, fields: &Value) -> Done<i64> {
        self.edit(|s, e| {
            s.save_topic(course, None, &object(fields), Author::teacher(e.user), &e.site.base, e.site.clock.now())
        })
    }

    /// Changes a topic or an announcement.
    pub fn edit_topic(&self, course: i64, topic: i64, fields: &Value) -> Done<()> {
        self.edit(|s, e| {
            s.save_topic(
                course,
                Some(topic),
                &object(fields),
                Author::teacher(e.user),
                &e.site.base,
                e.site.clock.now(),
            )
            .map(drop)
        })
    }

    /// Deletes a topic or an announcement.
    pub fn delete_topic(&self, course: i64, topic: i64) -> Done<()> {
        self.edit(|s, e| s.delete_topic(course, topic, e.site.clock.now()))
    }

    /// Makes a quiz from the fields of the API's `quiz`.
    pub fn create_quiz(&self, course: i64, fields: &Value) -> Done<i64> {
        self.edit(|s, e| s.save_quiz(course, None, &object(fields), &e.site.base, e.site.clock.now()))
    }

    /// Changes a quiz.
    pub fn edit_quiz(&self, course: i64, quiz: i64, fields: &Value) -> Done<()> {
        self.edit(|s, e| s.save_quiz(course, Some(quiz), &object(fields), &e.site.base, e.site.clock.now()).map(drop))
    }

    /// Deletes a quiz.
    pub fn delete_quiz(&self, course: i64, quiz: i64) -> Done<()> {
        self.edit(|s, e| s.delete_quiz(course, quiz, e.site.clock.now()))
    }

    /// Replies to a topic and answers the reply's id.
    pub fn reply(&self, course: i64, topic: i64, html: &str) -> i64 {
        let mut state = self.site.lock();
        state.add_entry(course, topic, None, self.user, html, &self.site.base, self.site.clock.now()).id
    }

    /// Makes a module from the fields of the API's `module`.
    pub fn create_module(&self, course: i64, fields: &Value) -> Done<i64> {
        self.edit(|s, e| s.save_module(course, None, &object(fields), &e.site.base, e.site.clock.now()))
    }

    /// Changes a module. Publishing cascades to its items, unless the fields say `skip_content_tags`.
    pub fn edit_module(&self, course: i64, module: i64, fields: &Value) -> Done<()> {
        self.edit(|s, e| {
            s.save_module(course, Some(module), &object(fields), &e.site.base, e.site.clock.now()).map(drop)
        })
    }

    /// Deletes a module with its items; what they show stays.
    pub fn delete_module(&self, course: i64, module: i64) -> Done<()> {
        self.edit(|s, _| {
            s.delete_module(course, module);
            Ok(())
        })
    }

    /// Adds an item to a module, from the fields of the API's `module_item`.
    pub fn add_item(&self, course: i64, module: i64, fields: &Value) -> Done<i64> {
        self.edit(|s, _| s.add_item(course, module, &object(fields)))
    }

    /// Changes an item. A new title renames what it shows.
    pub fn edit_item(&self, course: i64, item: i64, fields: &Value) -> Done<()> {
        self.edit(|s, e| s.change_item(course, item, &object(fields), Some(e.user), &e.site.base, e.site.clock.now()))
    }

    /// Takes an item out of its module.
    pub fn delete_item(&self, course: i64, item: i64) -> Done<()> {
        self.edit(|s, _| {
            s.delete_item(course, item);
            Ok(())
        })
    }

    /// Puts a file into a folder, which is made where it is missing, and answers the file's id.
    pub fn upload(&self, course: i64, folder: &str, name: &str, content_type: &str, bytes: Vec<u8>) -> i64 {
        let now = self.site.clock.now();
        let mut state = self.site.lock();
        let folder = state.folder_at(course, folder, now);
        state.add_file(course, folder, name, content_type, bytes, now)
    }

    /// Locks a file for students, or opens it to them.
    pub fn lock_file(&self, course: i64, file: i64, locked: bool) {
        let now = self.site.clock.now();
        let mut state = self.site.lock();
        if let Some(file) = state.courses.get_mut(&course).and_then(|c| c.files.get_mut(&file)) {
            (file.locked, file.updated_at) = (locked, now);
        }
    }

    /// Deletes a file.
    pub fn delete_file(&self, course: i64, file: i64) {
        let mut state = self.site.lock();
        state.forget_decorations();
        if let Some(file) = state.courses.get_mut(&course).and_then(|c| c.files.get_mut(&file)) {
            file.state = FileState::Deleted;
        }
    }

    /// Writes the syllabus.
    pub fn write_syllabus(&self, course: i64, html: &str) -> Done<()> {
        self.edit(|s, e| s.set_syllabus(course, Some(html), &e.site.base))
    }

    fn edit<T>(&self, change: impl FnOnce(&mut State, &Self) -> Result<T, Box<Reply>>) -> Done<T> {
        let mut state = self.site.lock();
        self.site.remember(&state);
        change(&mut state, self).map_err(Refused::from)
    }
}

fn object(fields: &Value) -> Map<String, Value> {
    fields.as_object().cloned().unwrap_or_default()
}
