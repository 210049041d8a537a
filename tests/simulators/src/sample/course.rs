//! The sample's course, read from `sample/course`.

use serde::Deserialize;

use super::error::SampleError;
use super::files;
use super::moment::Moment;

const MANIFEST: &str = "course/course.json";

/// The course. Ids are those which its texts use in links; a server may give others, then the links have to follow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleCourse {
    /// The id used in links.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The short code.
    pub code: String,
    /// An IANA zone.
    pub time_zone: String,
    /// Who opens the sample.
    pub teacher: SamplePerson,
    /// Somebody else who edits too.
    pub co_teacher: SamplePerson,
    /// The slug of the front page.
    pub front_page: String,
    /// The syllabus, HTML.
    #[serde(skip)]
    pub syllabus: String,
    /// Images and other files.
    pub files: Vec<SampleFile>,
    /// The pages.
    pub pages: Vec<SamplePage>,
    /// Assignment groups, in order.
    pub assignment_groups: Vec<SampleAssignmentGroup>,
    /// Assignments.
    pub assignments: Vec<SampleAssignment>,
    /// Discussions.
    pub discussions: Vec<SampleDiscussion>,
    /// Announcements, oldest first.
    pub announcements: Vec<SampleAnnouncement>,
    /// Modules, in order.
    pub modules: Vec<SampleModule>,
}

/// Somebody who teaches the course.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamplePerson {
    /// The id.
    pub id: i64,
    /// The full name.
    pub name: String,
}

/// Which of the two wrote it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// [`SampleCourse::teacher`].
    #[default]
    Teacher,
    /// [`SampleCourse::co_teacher`].
    CoTeacher,
}

/// A file of the course.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleFile {
    /// The id used in links.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The content.
    #[serde(skip)]
    pub bytes: &'static [u8],
}

impl SampleFile {
    /// The media type, by the ending of the name.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        match self.name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("png") => "image/png",
            Some("csv") => "text/csv",
            _ => "application/octet-stream",
        }
    }
}

/// A wiki page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamplePage {
    /// The slug used in links, and the name of the body's file.
    pub slug: String,
    /// The title.
    pub title: String,
    /// HTML.
    #[serde(skip)]
    pub body: String,
    /// Whether students see it.
    #[serde(default = "yes")]
    pub published: bool,
    /// Who may edit, in Canvas's words.
    #[serde(default = "teachers")]
    pub roles: String,
    /// The last change.
    pub changed: Moment,
    /// Who made it.
    #[serde(default)]
    pub by: Author,
}

/// An assignment group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleAssignmentGroup {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// Percent of the mark.
    pub weight: u32,
}

/// An assignment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleAssignment {
    /// The id used in links, and the name of the body's file.
    pub id: i64,
    /// The id of the group.
    pub group: i64,
    /// The title.
    pub title: String,
    /// HTML.
    #[serde(skip)]
    pub body: String,
    /// Points possible.
    pub points: u32,
    /// `points`, `pass_fail` and so on.
    #[serde(default = "points")]
    pub grading_type: String,
    /// In Canvas's words.
    pub submission_types: Vec<String>,
    /// Endings accepted for uploads; empty for all.
    #[serde(default)]
    pub allowed_extensions: Vec<String>,
    /// Due.
    pub due: Option<Moment>,
    /// Available from.
    #[serde(default)]
    pub unlock: Option<Moment>,
    /// Available until.
    #[serde(default)]
    pub lock: Option<Moment>,
    /// Whether students see it.
    #[serde(default = "yes")]
    pub published: bool,
    /// The last change.
    pub changed: Moment,
    /// Who made it.
    #[serde(default)]
    pub by: Author,
}

/// A discussion.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleDiscussion {
    /// The id used in links, and the name of the body's file.
    pub id: i64,
    /// The title.
    pub title: String,
    /// HTML.
    #[serde(skip)]
    pub body: String,
    /// `threaded` or `not_threaded`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it stays on top.
    #[serde(default)]
    pub pinned: bool,
    /// Whether one must post before reading.
    #[serde(default)]
    pub require_initial_post: bool,
    /// Whether students see it.
    #[serde(default = "yes")]
    pub published: bool,
    /// When it was posted.
    pub posted: Moment,
    /// By whom.
    #[serde(default)]
    pub by: Author,
}

/// An announcement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleAnnouncement {
    /// The id used in links, and the name of the body's file.
    pub id: i64,
    /// The title.
    pub title: String,
    /// HTML.
    #[serde(skip)]
    pub body: String,
    /// When it was posted.
    pub posted: Moment,
    /// By whom.
    #[serde(default)]
    pub by: Author,
}

/// A module.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleModule {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// Whether students see it.
    #[serde(default = "yes")]
    pub published: bool,
    /// Its items, in order.
    pub items: Vec<SampleItem>,
}

/// An item of a module.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SampleItem {
    /// The id.
    pub id: i64,
    /// What it shows.
    #[serde(flatten)]
    pub target: SampleTarget,
    /// The title of a link; the others have that of their target.
    #[serde(default)]
    pub title: Option<String>,
    /// Steps to the right.
    #[serde(default)]
    pub indent: u32,
    /// Whether a link opens in a new tab.
    #[serde(default)]
    pub new_tab: bool,
}

/// What a module item shows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleTarget {
    /// A page, by slug.
    Page(String),
    /// An assignment, by id.
    Assignment(i64),
    /// A discussion, by id.
    Discussion(i64),
    /// A heading.
    SubHeader(String),
    /// An address outside.
    Url(String),
}

fn yes() -> bool {
    true
}

fn teachers() -> String {
    "teachers".to_owned()
}

fn points() -> String {
    "points".to_owned()
}

impl SampleCourse {
    /// Reads the course.
    ///
    /// # Errors
    /// A file is missing or not understood.
    pub fn load() -> Result<Self, SampleError> {
        let mut course: Self =
            serde_json::from_slice(files::bytes(MANIFEST)?).map_err(|error| SampleError::new(MANIFEST, error))?;
        course.syllabus = files::text("course/syllabus.html")?.to_owned();
        for file in &mut course.files {
            file.bytes = files::bytes(&format!("course/files/{}", file.name))?;
        }
        for page in &mut course.pages {
            page.body = files::text(&format!("course/pages/{}.html", page.slug))?.to_owned();
        }
        for assignment in &mut course.assignments {
            assignment.body = files::text(&format!("course/assignments/{}.html", assignment.id))?.to_owned();
        }
        for discussion in &mut course.discussions {
            discussion.body = files::text(&format!("course/discussions/{}.html", discussion.id))?.to_owned();
        }
        for announcement in &mut course.announcements {
            announcement.body = files::text(&format!("course/announcements/{}.html", announcement.id))?.to_owned();
        }
        Ok(course)
    }

    /// Every body with the name of its file, the syllabus included.
    pub fn bodies(&self) -> impl Iterator<Item = (String, &str)> {
        let syllabus = std::iter::once(("syllabus".to_owned(), self.syllabus.as_str()));
        let pages = self.pages.iter().map(|page| (format!("pages/{}", page.slug), page.body.as_str()));
        let assignments = self.assignments.iter().map(|it| (format!("assignments/{}", it.id), it.body.as_str()));
        let discussions = self.discussions.iter().map(|it| (format!("discussions/{}", it.id), it.body.as_str()));
        let announcements = self.announcements.iter().map(|it| (format!("announcements/{}", it.id), it.body.as_str()));
        syllabus.chain(pages).chain(assignments).chain(discussions).chain(announcements)
    }
}
