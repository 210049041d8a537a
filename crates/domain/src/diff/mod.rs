//! What differs between two texts: alignment for the machine, words and blocks for a person.

mod align;
mod blocks;
mod words;

pub use align::matches;
pub use blocks::{BlockChange, html_blocks, markdown_blocks};
pub use words::{Piece, PieceKind, words};
