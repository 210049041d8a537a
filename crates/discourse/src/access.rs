//! What the person may do with a topic or a post, with the reason where they may not; known when it is read, before anything is typed.

use std::collections::BTreeMap;

use domain::{Access, field};

use crate::dto::{Post, Topic};

pub(crate) const BY_ITS_AUTHOR: &str = "Deleted by its author.";

/// Whether title or text of a topic may be edited; [`locked`] names the one that may not.
pub(crate) fn of_topic(topic: &Topic, first: &Post) -> Access {
    if topic.details.can_edit || first.can_edit {
        return Access::Editable;
    }
    Access::ReadOnly(why_not(topic, first).unwrap_or("Only its author and moderators may edit this topic.").to_owned())
}

/// Whether a later post may be edited, or a stub brought back.
pub(crate) fn of_post(topic: Option<&Topic>, post: &Post) -> Access {
    if post.can_edit || post.user_deleted && post.can_recover {
        return Access::Editable;
    }
    let why = match topic {
        Some(topic) => why_not(topic, post),
        None => why_not_post(post),
    };
    Access::ReadOnly(why.unwrap_or("Only its author and moderators may edit this post.").to_owned())
}

fn why_not(topic: &Topic, post: &Post) -> Option<&'static str> {
    if topic.archived && !post.user_deleted { Some("The topic is archived.") } else { why_not_post(post) }
}

fn why_not_post(post: &Post) -> Option<&'static str> {
    if post.user_deleted {
        Some(BY_ITS_AUTHOR)
    } else if post.locked {
        Some("A moderator has locked this post.")
    } else if post.hidden {
        Some("The forum has hidden this post because of flags.")
    } else if post.yours {
        Some("The time in which the forum lets you edit it is over.")
    } else if post.wiki {
        Some("It is a wiki, which your trust level may not edit yet.")
    } else {
        None
    }
}

/// Why no reply can be written; `None` where one can.
pub(crate) fn no_reply(topic: &Topic) -> Option<&'static str> {
    if topic.details.can_create_post {
        None
    } else if topic.archived {
        Some("The topic is archived.")
    } else if topic.closed {
        Some("The topic is closed.")
    } else {
        Some("You may not reply in this topic.")
    }
}

/// Parts of a topic that may not be changed although others may, each with its reason: for `fact::LOCKED_FIELDS`.
pub(crate) fn locked_of_topic(topic: &Topic, first: &Post) -> BTreeMap<&'static str, &'static str> {
    let details = &topic.details;
    let title = "Only its author and members of a higher trust level may change it.";
    let staff = "Only moderators of the forum may change it.";
    [
        ("body", first.can_edit, why_not_post(first).unwrap_or("Only its author and moderators may edit the text.")),
        ("title", details.can_edit, title),
        (field::TAGS, details.can_edit || details.can_edit_tags, title),
        (field::CATEGORY, details.can_edit, title),
        (field::CLOSED, details.can_close_topic, staff),
        (field::ARCHIVED, details.can_archive_topic, staff),
        (field::PINNED, details.can_pin_unpin_topic, staff),
        (field::VISIBLE, details.can_toggle_topic_visibility, staff),
        (field::WIKI, first.can_wiki, "Your trust level does not let you make wikis."),
    ]
    .into_iter()
    .filter_map(|(part, may, why)| (!may).then_some((part, why)))
    .collect()
}

/// The same of a later post.
pub(crate) fn locked_of_post(post: &Post) -> BTreeMap<&'static str, &'static str> {
    [
        ("body", !post.user_deleted, "Its author deleted it. Bring it back first, then edit it."),
        (field::WIKI, post.can_wiki, "Your trust level does not let you make wikis."),
        // A post is deleted as a whole; the field brings a stub back.
        (field::DELETED, post.user_deleted && post.can_recover, "Delete the post itself instead."),
    ]
    .into_iter()
    .filter_map(|(part, may, why)| (!may).then_some((part, why)))
    .collect()
}

/// Why a topic or post cannot be deleted; `None` where it can.
pub(crate) fn no_delete(topic: Option<&Topic>, post: &Post) -> Option<&'static str> {
    match topic.filter(|_| post.post_number == 1) {
        Some(topic) if topic.details.can_delete => None,
        Some(_) => Some("Only moderators may delete a topic that is a day old or has replies."),
        None if post.can_delete => None,
        None if post.user_deleted => Some(BY_ITS_AUTHOR),
        None => Some("Only its author and moderators may delete this post."),
    }
}

/// What a small action says, as a sentence (contract 5.6); the forum keeps no text for it.
pub(crate) fn action_words(code: &str) -> String {
    let words = match code {
        "closed.enabled" => "The topic was closed.",
        "closed.disabled" => "The topic was opened again.",
        "autoclosed.enabled" => "The topic was closed by itself.",
        "autoclosed.disabled" => "The topic was opened again by itself.",
        "archived.enabled" => "The topic was archived.",
        "archived.disabled" => "The topic was taken out of the archive.",
        "pinned.enabled" | "pinned_globally.enabled" => "The topic was pinned.",
        "pinned.disabled" | "pinned_globally.disabled" => "The topic was unpinned.",
        "visible.enabled" => "The topic was listed.",
        "visible.disabled" => "The topic was unlisted.",
        "split_topic" => "Posts were moved to another topic.",
        "invited_user" => "Somebody was invited.",
        "removed_user" | "user_left" => "Somebody left.",
        "public_topic" => "The message was made a public topic.",
        "private_topic" => "The topic was made a personal message.",
        _ => return format!("Something was done with the topic ({code})."),
    };
    words.to_owned()
}
