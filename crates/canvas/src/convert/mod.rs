//! From Canvas's JSON to what the engine knows. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::canonical::canvas as form;
use domain::{Access, Content, Kind, RemoteId, RemoteObject, RemoteRef, Token, fact};

use crate::dto::{Page, Revision};
use crate::wire;

mod assignment;
mod locks;
mod quiz;
mod space;
mod topic;

pub(crate) use assignment::assignment;
pub(crate) use quiz::quiz;
pub(crate) use space::{space, space_now, syllabus};
pub(crate) use topic::topic;

use locks::{locked_facts, locks_all};

/// Facts of this crate's own.
pub(crate) mod own {
    /// Whether comments on an announcement are closed: sent with every PUT, or Canvas opens them (contract 3.7).
    pub(crate) const COMMENTS_CLOSED: &str = "comments_closed";
    /// Fields that were sent and not taken, as words.
    pub(crate) const NOT_TAKEN: &str = "not_taken";
    /// The assignment of a graded topic.
    pub(crate) const ASSIGNMENT: &str = "assignment_id";
}

pub(crate) const OTHER_EDITOR: &str = "Made with an editor that Lectern cannot edit.";
pub(crate) const BLUEPRINT: &str = "Locked by a blueprint.";
/// Why somebody who does not teach a course cannot write to it.
pub(crate) const ROLE: &str = "Your role may not edit it.";
pub(crate) const ENDED: &str = "The course has ended.";

pub(crate) fn time_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A page's token. Lists tell only the time, which has whole seconds; where the revision number is known, it stands in front.
pub(crate) fn page_token(revision: Option<u64>, updated_at: Option<DateTime<Utc>>) -> Token {
    let time = updated_at.map(time_text).unwrap_or_default();
    Token(revision.map_or_else(|| time.clone(), |number| format!("rev:{number}|{time}")))
}

/// The revision number and the time in a page's token.
pub(crate) fn read_page_token(token: &Token) -> (Option<u64>, &str) {
    token
        .0
        .strip_prefix("rev:")
        .and_then(|rest| rest.split_once('|'))
        .and_then(|(number, time)| Some((Some(number.parse().ok()?), time)))
        .unwrap_or((None, &token.0))
}

fn access(reasons: &[(bool, &str)]) -> Access {
    let reason = reasons.iter().find(|(holds, _)| *holds);
    reason.map_or(Access::Editable, |(_, reason)| Access::ReadOnly((*reason).to_owned()))
}

fn facts<const N: usize>(pairs: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

pub(crate) fn page(page: Page, origin: &str, revision: Option<u64>) -> RemoteObject {
    let returned_body = page.body.unwrap_or_default();
    let other_editor = page.editor.as_deref().is_some_and(|editor| editor != "rce")
        || page.block_editor_attributes.as_ref().is_some_and(|attributes| !attributes.is_null());
    RemoteObject {
        remote: RemoteRef::new(Kind::Page, RemoteId(page.page_id.0)),
        parent: None,
        content: Content {
            title: page.title,
            body: form::undecorate(&returned_body, origin),
            fields: wire::read(Kind::Page, &page.more),
        },
        returned_body,
        token: page_token(revision, page.updated_at),
        access: access(&[
            (other_editor, OTHER_EDITOR),
            (locks_all(&page.blueprint), BLUEPRINT),
            (page.locked_for_user, ROLE),
        ]),
        changed_by: page.last_edited_by.and_then(|author| author.display_name),
        changed_at: page.updated_at,
        url: page.html_url,
        facts: facts([
            (fact::SLUG, Some(page.url)),
            (fact::CREATED_AT, page.created_at.map(time_text)),
            locked_facts(Kind::Page, &page.blueprint, &[]),
        ]),
    }
}

/// A page as it was in one of its revisions; what a revision does not hold is taken from `now`.
pub(crate) fn page_revision(revision: Revision, now: &RemoteObject, origin: &str) -> RemoteObject {
    let returned_body = revision.body.unwrap_or_default();
    let mut object = now.clone();
    object.content.title = revision.title.unwrap_or_else(|| now.content.title.clone());
    object.content.body = form::undecorate(&returned_body, origin);
    object.returned_body = returned_body;
    object.token = page_token(Some(revision.revision_id), revision.updated_at);
    object.changed_by = revision.edited_by.and_then(|editor| editor.display_name);
    object.changed_at = revision.updated_at;
    if let Some(slug) = revision.url {
        object.facts.insert(fact::SLUG.to_owned(), slug);
    }
    object
}

#[cfg(test)]
mod tests;
