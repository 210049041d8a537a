//! HTML as it lies in the source: a standard parse that keeps byte offsets, and what is built on it.
//!
//! Nothing here rewrites a page. [`Document::parse`] tells where things are; [`preserve::save`] and the merge splice
//! source bytes. Only [`safe`] writes new markup, for a screen and never for a server.

pub(crate) mod accessibility;
mod attributes;
mod blocks;
mod document;
mod edit;
mod parse;
pub mod paste;
pub(crate) mod pieces;
pub mod preserve;
pub mod safe;
mod sink;
mod text;

pub(crate) use blocks::is_inline;
pub use blocks::{Block, blocks, blocks_of, content_of, is_container};
pub use document::{Attr, Children, Document, Element, Namespace, Node, NodeData, NodeId, Span, Token, TokenKind};
pub(crate) use edit::quoted;
pub use edit::{Edit, edited, escaped};
pub use parse::MAX_DEPTH;
pub(crate) use parse::is_void;
pub(crate) use text::text_under;
pub use text::{plain_text, word_count};
