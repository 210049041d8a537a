//! One file for each family of scenarios; a test's name starts with the number of its scenario.

mod arranging;
#[cfg(feature = "discourse-integration")]
mod both_sites;
mod canvas_course;
mod canvas_scenarios;
mod concurrent_edits;
mod discussions;
mod ended;
#[cfg(feature = "discourse-integration")]
mod first_pull;
#[cfg(feature = "discourse-integration")]
mod forum;
#[cfg(feature = "discourse-integration")]
mod forum_changes;
#[cfg(feature = "discourse-integration")]
mod forum_corpus;
#[cfg(feature = "discourse-integration")]
mod forum_files;
#[cfg(feature = "discourse-integration")]
mod forum_interruptions;
#[cfg(feature = "discourse-integration")]
mod forum_letters;
#[cfg(feature = "discourse-integration")]
mod forum_races;
#[cfg(feature = "discourse-integration")]
mod forum_states;
#[cfg(feature = "discourse-integration")]
mod forum_trash;
mod identity;
mod interruptions;
#[cfg(feature = "discourse-integration")]
mod linked;
mod lost_replies;
mod moved_links;
mod pictures;
#[cfg(feature = "discourse-integration")]
mod poisoned;
mod random_edits;
mod restored;
mod review;
#[cfg(feature = "full-integration")]
mod sample;
mod server_changes;
#[cfg(feature = "full-integration")]
mod stopping;
