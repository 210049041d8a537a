//! The built-in sample: a small course and a small forum of a college that does not exist.
//!
//! The content lies in `tests/simulators/sample` as files to read and edit by hand and is compiled in. [`SampleCourse::load`] and
//! [`SampleForum::load`] put it together. Dates are [`Moment`]s, counted from the day on which the sample is opened, so it always looks current.
//!
//! [`RunningSample::start`] serves both from a simulated Canvas and a simulated Discourse on loopback, over which the program then syncs as
//! with any other site. [`RunningSample::edit`] edits there as the invented co-teacher.

mod again;
mod course;
mod error;
mod files;
mod forum;
mod memory;
mod moment;
mod running;
mod seed_course;
mod seed_forum;
mod someone_else;
mod topic_file;

#[cfg(test)]
mod integrity;
#[cfg(test)]
mod running_tests;

pub use course::{
    Author, SampleAnnouncement, SampleAssignment, SampleAssignmentGroup, SampleCourse, SampleDiscussion, SampleFile,
    SampleItem, SampleModule, SamplePage, SamplePerson, SampleTarget,
};
pub use error::SampleError;
pub use forum::{SampleCategory, SampleForum, SampleUpload, SampleUser};
pub use moment::Moment;
pub use running::RunningSample;
pub use someone_else::{Item, SampleKind, Site};
pub use topic_file::{SamplePost, SampleTopic};
