//! What the flows stand on: a course on a simulated site, and installations of Lectern that keep it.

mod clock;
mod course;
mod device;
#[cfg(feature = "discourse-integration")]
mod forum;
mod watching;

pub(crate) use clock::seed;
pub(crate) use course::{Course, TOKEN, replace};
pub(crate) use device::{Device, did};
#[cfg(feature = "discourse-integration")]
pub(crate) use forum::{Forum, topic_title};
pub(crate) use watching::meanwhile;
