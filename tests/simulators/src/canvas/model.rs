//! What the simulated Canvas remembers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

pub use super::quiz_model::Quiz;
use super::zone::Zone;

/// An instant; Canvas shows whole seconds.
pub type Instant = DateTime<Utc>;

/// What a user may do in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May edit everything.
    Teacher,
    /// May read what is published.
    Student,
}

/// A person.
#[derive(Debug, Clone)]
pub struct User {
    /// Canvas's id.
    pub id: i64,
    /// The full name.
    pub name: String,
    /// Whether this is an administrator of the account.
    pub admin: bool,
    /// When the user was made.
    pub created_at: Instant,
}

/// Whether a token is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// Accepted.
    Good,
    /// Refused as expired since this instant.
    Expired(Instant),
    /// Refused as revoked.
    Revoked,
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) user: i64,
    pub(super) state: TokenState,
}

/// A course and what is in it.
#[derive(Debug, Clone)]
pub struct Course {
    /// Canvas's id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The short code.
    pub code: String,
    /// `available`, `unpublished`, `completed` or `deleted`.
    pub workflow_state: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was concluded.
    pub end_at: Option<Instant>,
    /// The zone in which dates without one are read.
    pub zone: Zone,
    /// The stored syllabus.
    pub syllabus: Option<String>,
    /// Who is in it.
    pub enrollments: Vec<(i64, Role)>,
    /// Pages, deleted ones too.
    pub pages: BTreeMap<i64, Page>,
    /// The front page.
    pub front_page: Option<i64>,
    /// Assignments, deleted ones too.
    pub assignments: BTreeMap<i64, Assignment>,
    /// Assignment groups.
    pub groups: BTreeMap<i64, AssignmentGroup>,
    /// Classic quizzes, deleted ones too.
    pub quizzes: BTreeMap<i64, Quiz>,
    /// Discussion topics and announcements, deleted ones too.
    pub topics: BTreeMap<i64, Topic>,
    /// Modules, deleted ones too.
    pub modules: BTreeMap<i64, Module>,
    /// Module items, deleted ones too.
    pub items: BTreeMap<i64, ModuleItem>,
    /// Files, deleted and pending ones too.
    pub files: BTreeMap<i64, File>,
    /// Folders.
    pub folders: BTreeMap<i64, Folder>,
    /// Bytes that files may take.
    pub quota: u64,
    pub(super) uuid: String,
}

/// Who wrote a revision, when, and what.
#[derive(Debug, Clone)]
pub struct Revision {
    /// From 1, without gaps.
    pub number: i64,
    /// When it was saved.
    pub updated_at: Instant,
    /// By whom; none for seeded pages.
    pub edited_by: Option<i64>,
    /// The title then.
    pub title: String,
    /// The slug then.
    pub url: String,
    /// The stored body then.
    pub body: Option<String>,
}

/// A wiki page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Canvas's id.
    pub id: i64,
    /// The slug.
    pub url: String,
    /// The title.
    pub title: String,
    /// The stored body.
    pub body: Option<String>,
    /// Whether students see it.
    pub published: bool,
    /// `teachers`, `teachers,students` and so on.
    pub editing_roles: String,
    /// When it was made.
    pub created_at: Instant,
    /// The displayed time: moved by title, body and state.
    pub updated_at: Instant,
    /// The last user who sent a change, even one that changed nothing.
    pub last_edited_by: Option<i64>,
    /// When students shall have read it.
    pub todo_date: Option<Instant>,
    /// Oldest first.
    pub revisions: Vec<Revision>,
    /// Soft-deleted.
    pub deleted: bool,
    /// Locked by a blueprint course.
    pub blueprint_locked: bool,
    /// Made with the block editor; its body is not HTML to edit.
    pub block_editor: bool,
    /// Slugs this page had before.
    pub old_urls: Vec<String>,
}

/// An assignment.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Canvas's id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The stored description.
    pub description: Option<String>,
    /// Points.
    pub points_possible: f64,
    /// `points`, `pass_fail` and so on.
    pub grading_type: String,
    /// `none`, `online_upload` and so on.
    pub submission_types: Vec<String>,
    /// Extensions accepted for uploads.
    pub allowed_extensions: Vec<String>,
    /// Due.
    pub due_at: Option<Instant>,
    /// Available until.
    pub lock_at: Option<Instant>,
    /// Available from.
    pub unlock_at: Option<Instant>,
    /// The group.
    pub group_id: i64,
    /// Place in the group, as sent.
    pub position: i64,
    /// Whether students see it.
    pub published: bool,
    /// When it was made.
    pub created_at: Instant,
    /// Moved by every change of an attribute.
    pub updated_at: Instant,
    /// The topic that owns it.
    pub topic_id: Option<i64>,
    /// The quiz that owns it.
    pub quiz_id: Option<i64>,
    /// Settings that are stored and shown as sent.
    pub settings: Map<String, Value>,
    /// Soft-deleted.
    pub deleted: bool,
    /// Locked by a blueprint course.
    pub blueprint_locked: bool,
}

/// An assignment group.
#[derive(Debug, Clone)]
pub struct AssignmentGroup {
    /// Canvas's id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// Place in the course.
    pub position: i64,
    /// Weight in percent.
    pub weight: f64,
    /// Rules for dropping scores, as sent.
    pub rules: Value,
    /// Soft-deleted.
    pub deleted: bool,
}

/// A discussion topic or an announcement.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Canvas's id.
    pub id: i64,
    /// The title.
    pub title: String,
    /// The stored message.
    pub message: Option<String>,
    /// Whether it is an announcement.
    pub is_announcement: bool,
    /// Whether students see it.
    pub published: bool,
    /// Closed for comments.
    pub locked: bool,
    /// Among the pinned ones.
    pub pinned: bool,
    /// Place among the pinned ones, or among announcements.
    pub position: Option<i64>,
    /// Shown from.
    pub delayed_post_at: Option<Instant>,
    /// Closed at.
    pub lock_at: Option<Instant>,
    /// Shown in students' planners.
    pub todo_date: Option<Instant>,
    /// `threaded`, `side_comment` and so on.
    pub discussion_type: String,
    /// Students must post before they read; null until it is set.
    pub require_initial_post: Option<bool>,
    /// Settings that are stored and shown as sent.
    pub settings: Map<String, Value>,
    /// Its assignment, where it is graded.
    pub assignment_id: Option<i64>,
    /// The author.
    pub user_id: i64,
    /// When it was made.
    pub created_at: Instant,
    /// When it was made, or shown.
    pub posted_at: Instant,
    /// The last reply, or the publication of a graded one.
    pub last_reply_at: Option<Instant>,
    /// Replies.
    pub entries: Vec<Entry>,
    /// Soft-deleted.
    pub deleted: bool,
    pub(super) updated_at: Instant,
}

/// A reply.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Canvas's id.
    pub id: i64,
    /// The author.
    pub user_id: i64,
    /// The reply that it answers; none for one at the top.
    pub parent: Option<i64>,
    /// The stored text.
    pub message: String,
    /// When it was posted.
    pub created_at: Instant,
    /// When it was last edited.
    pub updated_at: Instant,
    /// Deleted: its place stays, its text does not.
    pub deleted: bool,
}

/// A module.
#[derive(Debug, Clone)]
pub struct Module {
    /// Canvas's id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// Place in the course, as sent.
    pub position: i64,
    /// Open from.
    pub unlock_at: Option<Instant>,
    /// Items in order only.
    pub require_sequential_progress: bool,
    /// Final grades are published at the end.
    pub publish_final_grade: bool,
    /// Modules to complete before.
    pub prerequisites: Vec<i64>,
    /// Whether students see it.
    pub published: bool,
    /// Soft-deleted.
    pub deleted: bool,
}

/// What a module item shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemContent {
    /// A page.
    Page(i64),
    /// An assignment.
    Assignment(i64),
    /// A topic.
    Discussion(i64),
    /// A quiz.
    Quiz(i64),
    /// A file.
    File(i64),
    /// A heading.
    SubHeader,
    /// An address elsewhere; the recorded server stores none where none is sent.
    ExternalUrl(Option<String>),
}

/// A module item.
#[derive(Debug, Clone)]
pub struct ModuleItem {
    /// Canvas's id.
    pub id: i64,
    /// The module it is in.
    pub module_id: i64,
    /// Place in the module; null after a move to another module without a position.
    pub position: Option<i64>,
    /// The title.
    pub title: String,
    /// Steps to the right.
    pub indent: i64,
    /// What it shows.
    pub content: ItemContent,
    /// Opens a new tab.
    pub new_tab: Option<bool>,
    /// What completes it.
    pub completion: Option<Value>,
    /// Published, for kinds without content of their own.
    pub published: bool,
    /// Soft-deleted.
    pub deleted: bool,
}

/// Where a file is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// Announced.
    Pending,
    /// Its bytes are here, but nobody has confirmed.
    Uploaded,
    /// There.
    Available,
    /// Deleted or replaced.
    Deleted,
}

/// A file.
#[derive(Debug, Clone)]
pub struct File {
    /// Canvas's id.
    pub id: i64,
    /// The folder.
    pub folder_id: i64,
    /// The name shown.
    pub display_name: String,
    /// The stored name.
    pub filename: String,
    /// The secret that opens the download address.
    pub verifier: String,
    /// The media type.
    pub content_type: String,
    /// The content.
    pub bytes: std::sync::Arc<Vec<u8>>,
    /// When it was made.
    pub created_at: Instant,
    /// Moved by any attribute.
    pub updated_at: Instant,
    /// Moved by content.
    pub modified_at: Instant,
    /// Hidden from students.
    pub locked: bool,
    /// Where it is in its life.
    pub state: FileState,
    pub(super) on_duplicate: String,
}

/// A folder.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Canvas's id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The folder it is in; none for the root.
    pub parent: Option<i64>,
    /// Place in its folder.
    pub position: Option<i64>,
    /// When it was made.
    pub created_at: Instant,
}

/// A message that would have gone to a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The course.
    pub course: i64,
    /// `announcement`, `page`, `assignment` or `quiz`.
    pub kind: &'static str,
    /// The object's id.
    pub id: i64,
}
