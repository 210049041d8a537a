//! A document that stands on two sites is written in one format, that of its home. Here it becomes the other site's format, and a
//! change made there comes back, touching at home only what was changed there.
//!
//! A [`Pairing`] is the memory of it: passage by passage, what stands at home and what stands there for it. A passage that did not
//! change keeps its bytes on both sides; so an echo of our own conversion is no change, and converting is never undone by converting
//! again. What the other site cannot show stands there as a marker, and its source stays at home.

mod addresses;
mod advance;
mod blocks;
mod kept;
mod pairing;
mod slots;
mod to_html;
mod to_markdown;

pub use kept::Kept;
pub use pairing::{Pairing, Part};

use domain::Format;

/// Between which two sites a document is converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Border {
    /// The format of its home: HTML for Canvas, Markdown for a forum.
    pub home: Format,
    /// Address of the home's site, such as `https://school.example`, for what it links to within itself; empty where it has none.
    pub home_origin: String,
    /// Address of the other site.
    pub far_origin: String,
}

impl Border {
    /// The other site's format.
    #[must_use]
    pub fn far(&self) -> Format {
        match self.home {
            Format::Html => Format::Markdown,
            Format::Markdown | Format::None => Format::Html,
        }
    }

    /// A passage of the home's as the other site has it, with what it cannot show there.
    fn out(&self, home: &str, definitions: &str) -> (String, Vec<Kept>) {
        match self.home {
            Format::Html => to_markdown::to_markdown(home, &self.home_origin),
            Format::Markdown | Format::None => to_html::to_html(home, definitions, &self.home_origin),
        }
    }

    /// A passage of the other site's as it is written at home; the sources of `kept` stand where their markers do.
    fn back(&self, far: &str, definitions: &str, kept: &[Kept]) -> String {
        match self.home {
            Format::Html => to_html::back_to_html(far, definitions, &self.far_origin, kept),
            Format::Markdown | Format::None => to_markdown::back_to_markdown(far, &self.far_origin, kept),
        }
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
