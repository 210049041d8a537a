//! A stateful Canvas on loopback, faithful to the recorded server (of about February 2026, default flags) and to the contract.
//!
//! [`Canvas`] starts it and looks inside; [`Editor`] changes things as somebody else would, beside the API; [`CourseSeed`] fills a course at once.

mod assignment_save;
mod assignments;
mod call;
mod control;
mod courses;
mod editor;
mod entries;
mod files;
mod html;
mod items;
mod link;
mod model;
mod modules;
mod page_save;
mod pages;
mod paginate;
mod quiz_model;
mod quizzes;
mod reference;
mod reply;
mod revisions;
mod route;
mod seed;
mod serve;
mod settings;
mod slug;
mod snapshot;
mod state;
mod throttle;
mod topic_save;
mod topics;
mod upload;
mod zone;

pub use control::{Backup, Canvas, equation_name};
pub use editor::{Editor, Refused};
pub use html::sanitize;
pub use model::{
    Assignment, AssignmentGroup, Course, Entry, File, FileState, Folder, Instant, ItemContent, Module, ModuleItem,
    Notification, Page, Quiz, Revision, Role, TokenState, Topic, User,
};
pub use page_save::PageChange;
pub use reference::reference_course;
pub use seed::{AssignmentSeed, CourseSeed, FileSeed, ItemSeed, ModuleSeed, PageSeed, Seeded, TopicSeed};
pub use settings::{Settings, Throttle};
pub use slug::slug;
pub use zone::Zone;
