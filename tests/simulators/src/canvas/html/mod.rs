//! What Canvas does to HTML: on the way in ([`incoming`], [`sanitize`]) and on the way out ([`decorate`]). Contract 6.

mod allow;
mod decorate;
mod incoming;
mod sanitize;
mod style;
mod tree;

pub(super) use decorate::{Decoration, decorate};
pub(super) use incoming::clean_links;
pub use sanitize::sanitize;
