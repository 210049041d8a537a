//! From the server's JSON to what the engine knows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{Access, Content, FieldValue, Kind, RemoteId, RemoteObject, RemoteRef, RemoteSpace, Token, fact, field};
use serde_json::Value;

use crate::access;
use crate::dto::{Category, ListedTopic, Post, Topic};
use crate::tags::tag_name;

/// Fact: a topic's tags as read, JSON, to be sent back in the same shape (contract 5.5).
pub(crate) const TAGS_AS_READ: &str = "tags_as_read";

/// Fact: number and time of the version of the post that holds the text (contract 6), by which a write at the same moment is told.
pub(crate) const VERSION: &str = "version";

/// Id of the space of personal messages; categories have numbers.
pub(crate) const MESSAGES: &str = "messages";

/// Regular posts and those of moderators; whispers are none of ours.
const WRITTEN: [i64; 2] = [1, 2];
const SMALL_ACTION: i64 = 3;

/// A category as a space. `parents` are all categories by id, for the name of the one it is in.
pub(crate) fn space(category: &Category, parents: &BTreeMap<i64, &str>) -> RemoteSpace {
    let parent = category.parent_category_id.and_then(|id| parents.get(&id));
    RemoteSpace {
        id: RemoteId::from(category.id),
        name: parent.map_or_else(|| category.name.clone(), |parent| format!("{parent} / {}", category.name)),
        detail: category.description_text.clone().unwrap_or_default(),
        current: true,
        count: category.topic_count,
        read_only: category.permission.is_none().then(|| "You cannot start topics here.".to_owned()),
    }
}

/// The person's own messages as a space.
pub(crate) fn messages() -> RemoteSpace {
    RemoteSpace {
        id: RemoteId(MESSAGES.to_owned()),
        name: "Personal messages".to_owned(),
        detail: "Messages between you and other members".to_owned(),
        current: true,
        count: None,
        read_only: None,
    }
}

/// A topic's sign of change as its list tells it. It says nothing of edits that bump nothing (contract 8.1).
pub(crate) fn token(topic: &ListedTopic) -> Token {
    let tags: Vec<String> = topic.tags.iter().map(tag_name).collect();
    Token(format!(
        "{}|{}|{}|{}|{}|{}{}{}{}|{}",
        topic.posts_count,
        topic.highest_post_number,
        topic.bumped_at.as_deref().unwrap_or_default(),
        topic.title,
        tags.join(","),
        u8::from(topic.closed),
        u8::from(topic.archived),
        u8::from(topic.visible.unwrap_or(true)),
        u8::from(topic.pinned),
        topic.category_id.unwrap_or_default()
    ))
}

/// When a topic was bumped, by its token.
pub(crate) fn bumped(token: &Token) -> Option<DateTime<Utc>> {
    time(token.0.split('|').nth(2))
}

/// A topic with its first post as its body; `None` where the forum withholds the text, as it does of a post hidden by flags (contract 4.5):
/// it is not empty.
pub(crate) fn topic(topic: &Topic, token: Token, origin: &str) -> Option<RemoteObject> {
    let first = topic.post_stream.posts.iter().find(|post| post.post_number == 1)?;
    let raw = first.raw.clone()?;
    let tags: BTreeSet<String> = topic.tags.iter().map(tag_name).collect();
    let mut content = Content::new(topic.title.clone(), raw.clone()).with(field::TAGS, FieldValue::Set(tags));
    for (name, flag) in [
        (field::CLOSED, topic.closed),
        (field::ARCHIVED, topic.archived),
        (field::VISIBLE, topic.visible.unwrap_or(true)),
        (field::PINNED, topic.pinned_at.is_some()),
        (field::WIKI, first.wiki),
    ] {
        content = content.with(name, FieldValue::Flag(flag));
    }
    match topic.category_id {
        Some(category) => content = content.with(field::CATEGORY, FieldValue::Text(category.to_string())),
        None => {
            let members = topic.details.allowed_users.iter().map(|member| member.username.clone()).collect();
            content = content.with(field::RECIPIENTS, FieldValue::Set(members));
        }
    }
    let mut facts = facts(Some(topic), first);
    facts.insert(fact::FIRST_POST.to_owned(), first.id.to_string());
    facts.insert(fact::SLUG.to_owned(), topic.slug.clone());
    facts.insert(TAGS_AS_READ.to_owned(), Value::Array(topic.tags.clone()).to_string());
    if let Some(why) = access::no_reply(topic) {
        facts.insert(fact::NO_REPLY.to_owned(), why.to_owned());
    }
    if !topic.pending_posts.is_empty() {
        facts.insert(fact::WAITING.to_owned(), serde_json::json!(topic.pending_posts).to_string());
    }
    if topic.slow_mode_seconds > 0 {
        facts.insert(fact::SLOW_MODE.to_owned(), topic.slow_mode_seconds.to_string());
    }
    Some(RemoteObject {
        remote: RemoteRef::new(Kind::Topic, topic.id),
        parent: None,
        content,
        returned_body: raw,
        token,
        access: access::of_topic(topic, first),
        changed_by: Some(author(first)),
        changed_at: time(first.updated_at.as_deref()),
        url: Some(format!("{origin}/t/{}/{}", topic.slug, topic.id)),
        facts,
    })
}

/// Whether an object is what stays for a day of a post that its author deleted (contract 5.6).
pub(crate) fn is_stub(object: &RemoteObject) -> bool {
    object.content.flag(field::DELETED) == Some(true)
}

/// A later post, with its topic where that was read along; `None` for whispers and withheld texts.
pub(crate) fn post(topic: Option<&Topic>, post: &Post, origin: &str) -> Option<RemoteObject> {
    if post.post_number == 1 || post.deleted_at.is_some() {
        return None;
    }
    let small = post.post_type == SMALL_ACTION;
    if !small && !WRITTEN.contains(&post.post_type) {
        return None;
    }
    let raw = if small { post.raw.clone().unwrap_or_default() } else { post.raw.clone()? };
    let words = post.action_code.as_deref().filter(|_| small && raw.is_empty()).map(access::action_words);
    let mut content = Content::new("", words.unwrap_or_else(|| raw.clone()))
        .with(field::POST_NUMBER, FieldValue::Number(post.post_number))
        .with(field::WIKI, FieldValue::Flag(post.wiki))
        .with(field::DELETED, FieldValue::Flag(post.user_deleted));
    if let Some(number) = post.reply_to_post_number {
        content = content.with(field::REPLY_TO, FieldValue::Number(number));
    }
    let access = if small {
        Access::ReadOnly("The forum keeps this note by itself.".to_owned())
    } else {
        access::of_post(topic, post)
    };
    Some(RemoteObject {
        remote: RemoteRef::new(Kind::Post, post.id),
        parent: Some(RemoteRef::new(Kind::Topic, post.topic_id)),
        content,
        returned_body: raw,
        token: Token(version(post)),
        access,
        changed_by: Some(author(post)),
        changed_at: time(post.updated_at.as_deref()),
        url: Some(format!("{origin}/t/{}/{}", post.topic_id, post.post_number)),
        facts: facts(topic, post),
    })
}

fn version(post: &Post) -> String {
    format!("{}|{}", post.version, post.updated_at.as_deref().unwrap_or_default())
}

fn facts(topic: Option<&Topic>, post: &Post) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::from([
        (VERSION.to_owned(), version(post)),
        (fact::COOKED.to_owned(), post.cooked.clone()),
        (fact::AUTHOR.to_owned(), author(post)),
        (fact::USERNAME.to_owned(), post.username.clone()),
    ]);
    let locked = match topic.filter(|_| post.post_number == 1) {
        Some(topic) => access::locked_of_topic(topic, post),
        None => access::locked_of_post(post),
    };
    let locked = (!locked.is_empty()).then(|| serde_json::json!(locked).to_string());
    let more = [
        (fact::LOCKED_FIELDS, locked),
        (fact::NO_DELETE, access::no_delete(topic, post).map(str::to_owned)),
        (fact::CREATED_AT, post.created_at.clone()),
        (fact::AVATAR, post.avatar_template.clone()),
        (fact::SPACE, topic.map(|topic| topic.category_id.map_or_else(|| MESSAGES.to_owned(), |id| id.to_string()))),
    ];
    facts.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    facts
}

fn author(post: &Post) -> String {
    post.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| post.username.clone())
}

pub(crate) fn time(text: Option<&str>) -> Option<DateTime<Utc>> {
    text.and_then(|text| DateTime::parse_from_rfc3339(text).ok()).map(|at| at.to_utc())
}
