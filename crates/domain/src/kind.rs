//! What an entity is, and what follows from that alone.

use serde::{Deserialize, Serialize};

/// Which kind of site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// Canvas LMS.
    Canvas,
    /// Discourse.
    Discourse,
}

impl SiteKind {
    /// The name in the database and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Canvas => "canvas",
            Self::Discourse => "discourse",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Canvas, Self::Discourse].into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the reason why a space takes no writes concerns something of a kind, which is on the site already or not. A forum says of a
    /// category no more than that the person may start no topics in it: what stands there may be answered and edited (contract discourse 4.2).
    #[must_use]
    pub fn space_reason_concerns(self, kind: Kind, is_there: bool) -> bool {
        self == Self::Canvas || kind == Kind::Topic && !is_there
    }
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// HTML, as Canvas keeps it.
    Html,
    /// Markdown, as Discourse keeps it.
    Markdown,
    /// No body.
    None,
}

impl Format {
    /// The name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::None => "none",
        }
    }

    /// The format with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Html, Self::Markdown, Self::None].into_iter().find(|format| format.name() == name)
    }
}

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A Canvas page, or a page of a local space.
    Page,
    /// A Canvas assignment.
    Assignment,
    /// A Canvas discussion topic.
    Discussion,
    /// A Canvas announcement.
    Announcement,
    /// A Canvas classic quiz.
    Quiz,
    /// A Canvas course's syllabus.
    Syllabus,
    /// A Canvas module.
    Module,
    /// An item of a Canvas module.
    ModuleItem,
    /// A file of a course.
    File,
    /// A reply in a Canvas discussion.
    Reply,
    /// A Discourse topic; its body is its first post.
    Topic,
    /// A later post of a Discourse topic.
    Post,
}

impl Kind {
    /// Every kind, in the order in which a push sends them when nothing else decides.
    pub const ALL: [Self; 12] = [
        Self::File,
        Self::Module,
        Self::Page,
        Self::Assignment,
        Self::Discussion,
        Self::Announcement,
        Self::Quiz,
        Self::Syllabus,
        Self::Topic,
        Self::Reply,
        Self::Post,
        Self::ModuleItem,
    ];

    /// The name in the database, in JSON and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Assignment => "assignment",
            Self::Discussion => "discussion",
            Self::Announcement => "announcement",
            Self::Quiz => "quiz",
            Self::Syllabus => "syllabus",
            Self::Module => "module",
            Self::ModuleItem => "module_item",
            Self::File => "file",
            Self::Reply => "reply",
            Self::Topic => "topic",
            Self::Post => "post",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How its body is written where it was born.
    #[must_use]
    pub fn format(self) -> Format {
        match self {
            Self::Page
            | Self::Assignment
            | Self::Discussion
            | Self::Announcement
            | Self::Quiz
            | Self::Syllabus
            | Self::Reply => Format::Html,
            Self::Topic | Self::Post => Format::Markdown,
            Self::Module | Self::ModuleItem | Self::File => Format::None,
        }
    }

    /// Whether it is a document: an entity with a body.
    #[must_use]
    pub fn is_document(self) -> bool {
        self.format() != Format::None
    }

    /// Whether a person gives it a title (a post and a reply have none).
    #[must_use]
    pub fn has_title(self) -> bool {
        !matches!(self, Self::Post | Self::Reply)
    }

    /// Whether its site keeps the order of such things, so that a place is part of their content (contract canvas 3.8).
    #[must_use]
    pub fn is_ordered_there(self) -> bool {
        matches!(self, Self::Module | Self::ModuleItem)
    }

    /// Its place in the order of a push: containers before documents, documents before replies, replies before items.
    #[must_use]
    pub fn push_rank(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or(Self::ALL.len())
    }
}
