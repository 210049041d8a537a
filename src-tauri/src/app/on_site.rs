//! What is known of a document's copy on its site.

use std::collections::BTreeMap;

use domain::Content;

/// What is known of a document's copy on its site; nothing of a document that no site has.
#[derive(Default)]
pub(crate) struct OnSite {
    pub(crate) read_only: Option<String>,
    pub(crate) changed_by: Option<String>,
    pub(crate) changed_at: Option<String>,
    pub(crate) seen_at: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) facts: BTreeMap<String, String>,
    pub(crate) base: Option<Content>,
}

impl OnSite {
    /// Why its text may not be changed, though other parts of it may.
    pub(crate) fn text_locked(&self) -> Option<String> {
        domain::fields::locked(&self.facts).remove("body")
    }

    pub(crate) fn title_locked(&self) -> bool {
        domain::fields::locked(&self.facts).contains_key("title")
    }
}
