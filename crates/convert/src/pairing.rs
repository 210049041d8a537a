//! What stands at home and what stands on the other site for it, passage by passage.

use domain::Format;
use serde::{Deserialize, Serialize};

use crate::advance::{Side, advanced, echo};
use crate::blocks::{APART, definitions, is_wrapping, passages, run_together};
use crate::{Border, Kept};

/// One passage on both sides. Either may be empty: a wrapper of a page has nothing on a forum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its bytes at home.
    pub home: String,
    /// Its bytes on the other site.
    pub far: String,
    /// What of it is only pointed at there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
}

/// Both texts of a document that stands on two sites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pairing {
    /// Its passages in order.
    pub parts: Vec<Part>,
}

impl Pairing {
    /// The text at home.
    #[must_use]
    pub fn home(&self) -> String {
        self.parts.iter().map(|part| part.home.as_str()).collect()
    }

    /// The text on the other site.
    #[must_use]
    pub fn far(&self) -> String {
        self.parts.iter().map(|part| part.far.as_str()).collect()
    }

    /// What the other site only points at, in order.
    pub fn kept(&self) -> impl Iterator<Item = &Kept> {
        self.parts.iter().flat_map(|part| &part.kept)
    }
}

impl Border {
    /// A text of the home's, converted for the first time.
    #[must_use]
    pub fn pair(&self, home: &str) -> Pairing {
        let definitions = definitions(home, self.home);
        let mut parts: Vec<Part> = Vec::new();
        for passage in passages(home, self.home) {
            let part = self.part_of_home(passage, &definitions);
            let before = parts.iter().rfind(|part| !part.far.is_empty());
            if self.far() != Format::Html && before.is_some_and(|before| run_together(&before.far, &part.far)) {
                parts.push(Part { far: ended(APART, self.far()), ..Part::default() });
            }
            parts.push(part);
        }
        end_last(&mut parts, self.far());
        Pairing { parts }
    }

    /// The pairing after the text at home became `home`. Passages that are the same keep what stands for them.
    #[must_use]
    pub fn from_home(&self, pairing: &Pairing, home: &str) -> Pairing {
        if pairing.parts.is_empty() {
            return self.pair(home);
        }
        advanced(self, pairing, Side::Home, home)
    }

    /// The pairing after somebody changed the text on the other site to `far`. At home, only the passages change that stand for what
    /// was changed; what a marker stood for is never taken out.
    #[must_use]
    pub fn from_far(&self, pairing: &Pairing, far: &str) -> Pairing {
        advanced(self, pairing, Side::Far, far)
    }

    /// The pairing after the other site made `far` of what it was sent. The text at home is what it was.
    #[must_use]
    pub fn echoed(&self, pairing: &Pairing, far: &str) -> Pairing {
        echo(self, pairing, far)
    }

    pub(crate) fn part_of_home(&self, passage: &str, definitions: &str) -> Part {
        if passage.trim().is_empty() || is_wrapping(passage, self.home) {
            return Part { home: passage.to_owned(), ..Part::default() };
        }
        let (far, kept) = self.out(passage, definitions);
        Part { home: passage.to_owned(), far: ended(&far, self.far()), kept }
    }

    pub(crate) fn part_of_far(&self, passage: &str, definitions: &str) -> Part {
        if passage.trim().is_empty() || is_wrapping(passage, self.far()) {
            return Part { far: passage.to_owned(), ..Part::default() };
        }
        let home = self.back(passage, definitions, &[]);
        Part { home: ended(&home, self.home), far: passage.to_owned(), kept: Vec::new() }
    }
}

/// A passage ended so that another one can follow it.
pub(crate) fn ended(text: &str, format: Format) -> String {
    let bare = text.trim_end();
    match (bare.is_empty(), format) {
        (true, _) => String::new(),
        (false, Format::Html) => format!("{bare}\n"),
        (false, _) => format!("{bare}\n\n"),
    }
}

/// The last passage of a text is not followed by anything: a forum takes white space off there.
pub(crate) fn end_last(parts: &mut [Part], far: Format) {
    if far != Format::Html
        && let Some(last) = parts.iter_mut().rev().find(|part| !part.far.is_empty())
    {
        last.far.truncate(last.far.trim_end().len());
    }
}
