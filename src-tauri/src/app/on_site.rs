//! What is known of a document's copy on its site.

use std::collections::BTreeMap;

use domain::{Content, RemoteId, fact};
use serde::Deserialize;

use crate::dto::{PostDto, WaitingPostDto};

/// A reply that waits, as the fact says it.
#[derive(Deserialize)]
struct Told {
    raw: String,
    created_at: Option<String>,
}

/// What is known of a document's copy on its site; nothing of a document that no site has.
#[derive(Default)]
pub(crate) struct OnSite {
    pub(crate) remote: Option<RemoteId>,
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

    /// Why no reply can be written to it.
    pub(crate) fn no_reply(&self) -> Option<String> {
        self.facts.get(fact::NO_REPLY).cloned()
    }

    /// Why it cannot be deleted.
    pub(crate) fn no_delete(&self) -> Option<String> {
        self.facts.get(fact::NO_DELETE).cloned()
    }

    /// Replies of the person's own that wait there for a moderator, but for those that are among its replies here.
    pub(crate) fn waiting(&self, here: &[PostDto]) -> Vec<WaitingPostDto> {
        let told: Vec<Told> =
            self.facts.get(fact::WAITING).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let elsewhere = told.into_iter().filter(|told| !here.iter().any(|post| post.body.trim_end() == told.raw));
        elsewhere.map(|told| WaitingPostDto { body: told.raw, created_at: told.created_at }).collect()
    }

    pub(crate) fn title_locked(&self) -> bool {
        domain::fields::locked(&self.facts).contains_key("title")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_there_and_is_not_among_the_replies_here_is_told() {
        let waiting = |here: &[&str], json: Option<&str>| {
            let facts = json.map(|json| (fact::WAITING.to_owned(), json.to_owned())).into_iter().collect();
            let post = |body: &&str| PostDto {
                id: String::new(),
                number: None,
                depth: 0,
                author: String::new(),
                created_at: String::new(),
                body: (*body).to_owned(),
                reading: None,
                states: Vec::new(),
                reply_to: None,
                editable: true,
                quote: None,
            };
            let here: Vec<PostDto> = here.iter().map(post).collect();
            let waiting = OnSite { facts, ..OnSite::default() }.waiting(&here);
            waiting.into_iter().map(|waiting| waiting.body).collect::<Vec<_>>()
        };
        let two = r#"[{"raw": "Of the gravel.", "created_at": null}, {"raw": "Of the sediment.", "created_at": "2026-03-02T09:00:00.000Z"}]"#;
        assert_eq!(waiting(&[], Some(two)), ["Of the gravel.", "Of the sediment."]);
        assert_eq!(waiting(&["Of the gravel.\n", "Another."], Some(two)), ["Of the sediment."]);
        assert_eq!(waiting(&[], None), [""; 0]);
        assert_eq!(waiting(&[], Some("no JSON")), [""; 0]);
    }
}
