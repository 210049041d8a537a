//! Discussions and announcements.

use domain::canonical::canvas as form;
use domain::{Content, FieldValue, Kind, RemoteId, RemoteObject, RemoteRef, Token, fact, field};

use super::{BLUEPRINT, ROLE, access, facts, locked_facts, locks_all, own, time_text};
use crate::dto::Topic;
use crate::wire;

/// Why the dates of a graded discussion stay as they are: a date of its own would be dropped (contract 3.6).
const GRADED: &str = "It is graded: its dates are those of its assignment. Change them there.";

/// Why nobody, or not this person, can write a reply.
const CLOSED: &str = "It is closed for comments.";
const NO_REPLY: &str = "Canvas lets you write no reply to it.";

/// A topic, or an announcement. Neither has a time of change (contract 3.6), so its token is a hash of what it says.
pub(crate) fn topic(topic: Topic, origin: &str, in_announcements: bool) -> RemoteObject {
    let announcement = topic.is_announcement.unwrap_or(in_announcements);
    let kind = if announcement { Kind::Announcement } else { Kind::Discussion };
    let returned_body = topic.message.unwrap_or_default();
    let mut fields = wire::read(kind, &topic.more);
    let closed = topic.comments_disabled == Some(true) || fields.get(field::LOCKED) == Some(&FieldValue::Flag(true));
    if announcement {
        fields.insert(field::LOCKED.to_owned(), FieldValue::Flag(closed));
    }
    let content =
        Content { title: topic.title.unwrap_or_default(), body: form::undecorate(&returned_body, origin), fields };
    let dates: &[(&str, &str)] = match topic.assignment_id {
        Some(_) => &[(field::DELAYED_POST_AT, GRADED), (field::LOCK_AT, GRADED), (field::TODO_DATE, GRADED)],
        None => &[],
    };
    let no_reply = topic.permissions.as_ref().is_some_and(|permissions| permissions.reply == Some(false));
    RemoteObject {
        remote: RemoteRef::new(kind, RemoteId(topic.id.0)),
        parent: None,
        token: Token(Content { body: form::canonical(&content.body, origin), ..content.clone() }.hash().0),
        content,
        returned_body,
        access: access(&[
            (locks_all(&topic.blueprint), BLUEPRINT),
            (topic.permissions.is_some_and(|permissions| permissions.update == Some(false)), ROLE),
        ]),
        changed_by: None,
        changed_at: None,
        url: topic.html_url,
        facts: facts([
            (fact::AUTHOR, topic.author.and_then(|author| author.display_name).or(topic.user_name)),
            (fact::CREATED_AT, topic.created_at.or(topic.posted_at).map(time_text)),
            (fact::NO_REPLY, no_reply.then(|| if closed { CLOSED } else { NO_REPLY }.to_owned())),
            (own::ASSIGNMENT, topic.assignment_id.map(|id| id.0)),
            (own::COMMENTS_CLOSED, announcement.then(|| closed.to_string())),
            locked_facts(kind, &topic.blueprint, dates),
        ]),
    }
}
