//! Spaces and their trees: what the sidebar shows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The kinds of entity a person meets. The same words as `domain::Kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KindDto {
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
    /// A Discourse topic with its first post as body.
    Topic,
    /// A later post of a Discourse topic.
    Post,
}

/// Which kind of site a space lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SiteKindDto {
    /// Canvas LMS.
    Canvas,
    /// Discourse.
    Discourse,
    /// No site: kept on this computer only.
    Local,
}

/// The state vocabulary of the screens, strongest first; a row shows the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum StateDto {
    /// Base, local and remote that the merge could not settle.
    Conflict,
    /// The site refused it; a person has to do something.
    WaitsForYou,
    /// Being sent or received now.
    Syncing,
    /// Deleted here; where a site has it, the next sync deletes it there.
    DeletedHere,
    /// Gone from the site; the copy is kept until the person decides.
    DeletedThere,
    /// Edited here, not sent.
    Edited,
    /// Only on this computer; the next sync creates it.
    New,
    /// A draft was found after a crash.
    DraftKept,
    /// Changed on the site and not opened since.
    ChangedOnSite,
    /// May not be edited, with a reason elsewhere.
    ReadOnly,
    /// Students cannot see it.
    Unpublished,
    /// Same here and there.
    InSync,
}

/// One space in the sidebar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SpaceDto {
    /// Space id.
    pub id: String,
    /// The course's, category's or local space's name.
    pub name: String,
    /// Where it lives.
    pub site: SiteKindDto,
    /// Name of the site as shown: `Canvas`, or the forum's title.
    pub site_name: String,
    /// The account it is kept from; absent for a local space.
    pub account: Option<String>,
    /// When it was last brought together with its site.
    pub last_synced_at: Option<String>,
    /// Documents in it.
    pub documents: u32,
    /// Why it cannot be written to, as a sentence; absent when it can.
    pub read_only: Option<String>,
}

/// One row of a space's tree, in reading order; children follow their parent, one level deeper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TreeRowDto {
    /// Row id, unique in the tree. For an entity's own row it is the entity id; a module item's row has its own.
    pub id: String,
    /// The entity that opens when the row is chosen; absent for a group heading.
    pub entity: Option<String>,
    /// Row id of the parent; absent at the top of the space.
    pub parent: Option<String>,
    /// 1 at the top of the space (for `aria-level`).
    pub level: u32,
    /// What it is; absent for group headings such as *Pages*.
    pub kind: Option<KindDto>,
    /// Group heading kind: `modules`, `pages`, `assignments`, `discussions`, `announcements`, `topics`; absent for entities.
    pub group: Option<String>,
    /// Title as shown.
    pub title: String,
    /// All states that hold, strongest first.
    pub states: Vec<StateDto>,
    /// Number of children in a group or branch; shown when closed.
    pub count: Option<u32>,
    /// What can be done with its place: `module` and `item` are moved among the modules, `page` among the pages of a local space,
    /// `content` is put into a module; absent where nothing can.
    pub moves: Option<String>,
}
