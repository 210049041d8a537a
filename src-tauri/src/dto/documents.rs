//! One document: what the editor opens, and what it gives back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{KindDto, SiteKindDto, StateDto};

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FormatDto {
    /// HTML, as Canvas keeps it.
    Html,
    /// Markdown, as Discourse keeps it.
    Markdown,
    /// No body.
    None,
}

/// A part of the path above the title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CrumbDto {
    /// Entity or space id; absent for a group.
    pub id: Option<String>,
    /// Words.
    pub title: String,
}

/// One field of a document as the Properties panel shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FieldDto {
    /// Field name, for example `published`.
    pub name: String,
    /// Label as shown.
    pub label: String,
    /// `flag`, `text`, `number`, `decimal` (as text, so that no digit is lost), `time`, `set`, `choice`.
    pub kind: String,
    /// The value as JSON text; a time is RFC 3339 in UTC.
    pub value: String,
    /// Whether it differs from what the site last had.
    pub edited: bool,
    /// The value that the site last had, as JSON text, for *Put back*; absent where it never had one.
    pub before: Option<String>,
    /// Whether this document lets the person change it.
    pub editable: bool,
    /// Why it cannot be changed, as a sentence; absent where it can.
    pub reason: Option<String>,
    /// For `choice`: what may be chosen.
    pub choices: Vec<ChoiceDto>,
    /// Smallest and largest value of a number, as decimal text.
    pub range: Option<(String, String)>,
    /// Most characters of a text, or of each member of a set.
    pub longest: Option<u32>,
    /// Most members of a set.
    pub most: Option<u32>,
    /// Names of the time fields that may not be later than this one.
    pub not_before: Vec<String>,
}

/// One value that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChoiceDto {
    /// The value, as JSON text.
    pub value: String,
    /// As shown.
    pub words: String,
}

/// A draft found beside the saved document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DraftDto {
    /// Title being typed.
    pub title: String,
    /// Body being typed, in the document's format.
    pub body: String,
    /// When it was last made durable.
    pub saved_at: String,
    /// Whether it was left behind by a program that ended while the person was writing.
    pub recovered: bool,
    /// How it stands to the document: `same` (that is what it started from), `joins` (the document changed since, and the changes fit
    /// together), `overlaps` (it changed since in the same words: keeping asks first).
    pub met: String,
}

/// A reply being written that is no document yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReplyDraftDto {
    /// The number of the post it answers; none for the topic.
    pub reply_to: Option<i64>,
    /// The source, in the format of what it answers.
    pub body: String,
    /// For HTML: what the visual editor is given. Absent for Markdown.
    pub editing: Option<String>,
    /// When it was last made durable.
    pub saved_at: String,
    /// Whether it was left behind by a program that ended while the person was writing.
    pub recovered: bool,
}

/// A document, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DocumentDto {
    /// Entity id.
    pub id: String,
    /// Space id.
    pub space: String,
    /// What it is.
    pub kind: KindDto,
    /// Where it lives.
    pub site: SiteKindDto,
    /// Name of the site, for sentences such as "Unpublished on Canvas".
    pub site_name: String,
    /// Title.
    pub title: String,
    /// Whether the title can be edited (a post has none).
    pub title_editable: bool,
    /// How the body is written.
    pub format: FormatDto,
    /// The source: exact bytes.
    pub body: String,
    /// For HTML: what the visual editor is given (safe, images from this computer). Absent for Markdown.
    pub editing: Option<String>,
    /// The body made safe for reading in a frame without scripts. For Markdown: the site's own rendering where it is current, else absent (the window renders the source).
    pub reading: Option<String>,
    /// All states that hold, strongest first.
    pub states: Vec<StateDto>,
    /// Why its text is read only, as a sentence; absent when it can be edited. Each field says by itself whether it may be changed.
    pub read_only: Option<String>,
    /// Why no reply can be written to it, as a sentence; absent where one can.
    pub no_reply: Option<String>,
    /// Why it cannot be deleted, as a sentence; absent where it can.
    pub no_delete: Option<String>,
    /// Seconds that have to lie between two posts of one person in it; absent where it is not slowed down.
    pub slow_mode: Option<u32>,
    /// Where it stands.
    pub path: Vec<CrumbDto>,
    /// Fields.
    pub fields: Vec<FieldDto>,
    /// The course's time zone (IANA name), in which its dates are shown; absent where none is known.
    pub time_zone: Option<String>,
    /// Draft, if one is kept.
    pub draft: Option<DraftDto>,
    /// The reply being written to it, if one is kept.
    pub reply: Option<ReplyDraftDto>,
    /// When it was last seen on the site.
    pub seen_at: Option<String>,
    /// Who last changed it on the site, and when.
    pub changed_by: Option<String>,
    /// When it was last changed on the site.
    pub changed_at: Option<String>,
    /// Author, for posts.
    pub author: Option<String>,
    /// The page on the site.
    pub url: Option<String>,
    /// Words in the body.
    pub words: u32,
    /// Change counter; given back with a save, so that a change underneath is noticed and merged.
    pub counter: i64,
    /// For a topic: its posts in order, first post left out. For a discussion or an announcement: its replies, each under what it answers.
    pub posts: Vec<PostDto>,
    /// For a topic: replies of the person's own that wait there for a moderator and were not written here.
    pub waiting: Vec<WaitingPostDto>,
}

/// A reply of the person's own that a moderator has to approve before it is a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WaitingPostDto {
    /// Source.
    pub body: String,
    /// When it was written; absent where the forum does not say.
    pub created_at: Option<String>,
}

/// A later post of a topic, or a reply in a discussion, as it stands under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PostDto {
    /// Entity id.
    pub id: String,
    /// Its number on the forum, or its id on Canvas: what an answer to it names. Absent for one not sent yet.
    pub number: Option<i64>,
    /// How many replies it stands under; 0 in a topic, whose posts stand in one row.
    pub depth: u32,
    /// Author's name as shown.
    pub author: String,
    /// When it was written.
    pub created_at: String,
    /// Source.
    pub body: String,
    /// Rendering by the site, made safe; absent where the window has to render the source.
    pub reading: Option<String>,
    /// States that hold.
    pub states: Vec<StateDto>,
    /// Number of the post it replies to.
    pub reply_to: Option<i64>,
    /// Whether this person may edit it.
    pub editable: bool,
    /// What a quotation of it names: author, post and topic; absent where it cannot be quoted.
    pub quote: Option<String>,
}

/// What the editor gives back. Absent means untouched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct EditDto {
    /// New title.
    pub title: Option<String>,
    /// New source, exact bytes (source view, Markdown).
    pub body: Option<String>,
    /// For the visual editor: its output just after loading and its output now; the source is spliced in Rust.
    pub visual: Option<VisualEditDto>,
    /// Fields to set: name and value as JSON text.
    pub fields: Option<Vec<(String, String)>>,
    /// The change counter the edit started from.
    pub counter: Option<i64>,
}

/// The two outputs of the visual editor that the source-preserving save needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct VisualEditDto {
    /// Output just after loading.
    pub loaded: String,
    /// Output now.
    pub now: String,
}

/// What a save did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SavedDto {
    /// Change counter after it.
    pub counter: i64,
    /// When.
    pub saved_at: String,
    /// Whether anything changed.
    pub changed: bool,
    /// The title as saved.
    pub title: String,
    /// The source as saved.
    pub body: String,
    /// States after it.
    pub states: Vec<StateDto>,
    /// Revision to go back to, for undo.
    pub replaced: Option<String>,
    /// Whether a change that had come in underneath was joined in.
    pub joined: bool,
    /// Whether the same words had been changed underneath: nothing was written then, and the text is kept as a draft to decide about.
    pub overlaps: bool,
    /// The counter for an edit by an editor that goes on with its own text and does not load what was joined in.
    pub go_on: i64,
}

/// A new document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NewDocumentDto {
    /// Where.
    pub space: String,
    /// What: page, assignment, discussion, announcement, topic, post, reply.
    pub kind: KindDto,
    /// For a post: its topic. For a reply: its discussion or announcement.
    pub parent: Option<String>,
    /// For a post or a reply: the number of the one that it answers.
    pub reply_to: Option<i64>,
    /// Title; empty for a post and a reply.
    pub title: String,
    /// Source.
    pub body: String,
}

/// One version in a document's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RevisionDto {
    /// Revision id.
    pub id: String,
    /// When.
    pub at: String,
    /// Cause: `save`, `pull`, `merge`, `overwrite`, `restore`, `create`, `delete`, `conflict`, `discard`.
    pub cause: String,
    /// Origin in words: `you`, or the site's name.
    pub origin: String,
    /// Title then.
    pub title: String,
    /// Whether this side lost (its text was not chosen).
    pub not_chosen: bool,
}
