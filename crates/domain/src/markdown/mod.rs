//! Markdown as text: its blocks by byte range, its words. Nothing here re-serialises a document.

pub(crate) mod accessibility;
mod blocks;
mod text;
mod written;

pub use blocks::blocks;
pub(crate) use blocks::fence_of;
pub use text::{plain_text, word_count};
pub(crate) use written::{escaped, picture_words};
