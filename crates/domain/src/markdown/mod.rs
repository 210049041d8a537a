//! Markdown as text: its blocks by byte range, its words. Nothing here re-serialises a document.

mod blocks;
mod text;

pub use blocks::blocks;
pub(crate) use blocks::fence_of;
pub use text::{plain_text, word_count};
