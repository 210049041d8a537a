//! Canvas: taking off what it adds on the way out, and foreseeing what its sanitiser drops (contract 6).

mod allow_list;
mod canonical;
mod css;
mod undecorate;

pub use canonical::{Dropped, canonical, dropped};
pub use undecorate::undecorate;
pub(crate) use undecorate::{is_link, strip_origin};

pub(crate) use allow_list::{allows_attribute, allows_html, allows_mathml};
pub(crate) use css::{Declaration, declarations, with_declaration};
