//! Three-way merges of what entities hold: texts, sets, lists and single values.
//!
//! The laws, held by property tests: sides that agree agree; a side equal to the base yields; the result is symmetric up
//! to the labels; merging again changes nothing; no word of a side vanishes unless the base had it and a side removed it.

mod hunk;
pub mod list;
pub mod set;
pub mod text;
mod three_way;
pub mod value;

pub use hunk::{Answer, Hunk, Side, TextMerge};

#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod text_tests;
