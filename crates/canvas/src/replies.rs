//! Replies in discussions and announcements (contract 3.6). They are read a discussion at a time, and only of discussions that have news.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::canonical::canvas as form;
use domain::{
    Access, Base, Content, Cursor, FieldValue, Kind, Known, Page, RemoteError, RemoteErrorKind, RemoteId, RemoteObject,
    RemoteRef, Sent, Token, fact, field,
};
use rest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::client::{object_path, plain};
use crate::connect::CanvasRemote;
use crate::convert::time_text;
use crate::dto::{Author, Id, Topic};
use crate::errors::{from_answer, from_failure};
use crate::guard::There;
use crate::pull::list;
use crate::write::Missed;

/// An edit of a reply moves nothing that a list shows, so replies are read again after a day at the latest ...
const STALE: TimeDelta = TimeDelta::hours(24);
/// ... of so many discussions in one pull.
const STALE_AT_ONCE: usize = 5;

/// The tree of a discussion's replies.
#[derive(Debug, Deserialize)]
struct View {
    #[serde(default)]
    participants: Vec<Participant>,
    #[serde(default)]
    view: Vec<Entry>,
    /// Written since the tree was built (contract 8).
    #[serde(default)]
    new_entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Participant {
    id: Id,
    #[serde(flatten)]
    name: Author,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    id: Id,
    parent_id: Option<Id>,
    user_id: Option<Id>,
    user_name: Option<String>,
    message: Option<String>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    replies: Vec<Entry>,
}

/// A reply's id: its discussion's and its own, for Canvas asks for both.
fn id_of(topic: &RemoteId, entry: &str) -> RemoteId {
    RemoteId(format!("{topic}-{entry}"))
}

/// The fact of a comment that says what it stands under, where that is no discussion.
const UNDER: &str = "under";

fn under(topic: &RemoteRef) -> Option<(String, String)> {
    (topic.kind == Kind::Announcement).then(|| (UNDER.to_owned(), topic.kind.name().to_owned()))
}

/// The discussion and the entry in a reply's id.
fn parts(id: &RemoteId) -> Result<(RemoteId, RemoteId), RemoteError> {
    let parts = id.0.split_once('-').map(|(topic, entry)| (RemoteId::from(topic), RemoteId::from(entry)));
    parts.ok_or_else(|| RemoteError::new(RemoteErrorKind::NotFound, format!("`{id}` is no reply of Canvas")))
}

/// The token of a reply: when it was edited, and when it was made.
fn token(entry: &Entry) -> Token {
    let text = |time: Option<DateTime<Utc>>| time.map(time_text).unwrap_or_default();
    Token(format!("{}|{}", text(entry.updated_at), text(entry.created_at)))
}

/// What a page of discussions leads to: the replies of those with news, and those known of the others.
pub(crate) fn follow(
    topics: &[(RemoteRef, u64, Option<DateTime<Utc>>)],
    known: &[Known],
    now: DateTime<Utc>,
    page: &mut Page,
) {
    let mut stale = 0;
    for (topic, count, last) in topics {
        let ours: Vec<&Known> = known.iter().filter(|known| known.parent.as_ref() == Some(topic)).collect();
        let newest = ours.iter().filter_map(|known| known.token.0.split_once('|')).map(|(_, made)| made).max();
        let same = ours.len() as u64 == *count
            && (*count == 0 || last.map(time_text).is_none_or(|last| newest.is_some_and(|newest| *newest >= *last)));
        let old = ours.iter().any(|known| known.verified_at.is_some_and(|at| now - at > STALE));
        if !same || old && stale < STALE_AT_ONCE {
            stale += usize::from(same);
            let list = if topic.kind == Kind::Announcement { list::COMMENTS } else { list::REPLIES };
            page.more.push(Cursor { list: list.to_owned(), at: topic.id.0.clone() });
        } else {
            page.unchanged.extend(ours.into_iter().map(|known| known.remote.clone()));
        }
    }
}

/// What `follow` needs of a discussion.
pub(crate) fn news(topic: &Topic, in_announcements: bool) -> (RemoteRef, u64, Option<DateTime<Utc>>) {
    let announcement = topic.is_announcement.unwrap_or(in_announcements);
    let kind = if announcement { Kind::Announcement } else { Kind::Discussion };
    (RemoteRef::new(kind, RemoteId(topic.id.0.clone())), topic.discussion_subentry_count, topic.last_reply_at)
}

impl CanvasRemote {
    /// All replies of a discussion.
    pub(crate) async fn replies(&self, space: &RemoteId, topic: &RemoteRef) -> Result<Vec<RemoteObject>, RemoteError> {
        let path = format!("{}/view?include_new_entries=1", object_path(space, topic.kind, &topic.id)?);
        let request = self.client.http().get(&path).query("no_verifiers", 1);
        let answer = request.send().await.map_err(from_failure)?;
        if !answer.is_success() {
            return Err(from_answer(&answer));
        }
        let tree: View = answer.json().map_err(from_failure)?;
        let me = self.me().await?;
        let names: BTreeMap<String, String> =
            tree.participants.into_iter().filter_map(|person| Some((person.id.0, person.name.display_name?))).collect();
        let mut objects = BTreeMap::new();
        let mut waiting: Vec<Entry> = tree.view.into_iter().chain(tree.new_entries).collect();
        while let Some(mut entry) = waiting.pop() {
            waiting.append(&mut entry.replies);
            if !entry.deleted {
                let name = entry.user_id.as_ref().and_then(|id| names.get(&id.0).cloned());
                objects.insert(entry.id.0.clone(), self.reply(topic, entry, name, &me));
            }
        }
        Ok(objects.into_values().collect())
    }

    /// One answer of the list of replies; a tree that is being built has no news yet.
    pub(crate) async fn pull_replies(
        &self,
        space: &RemoteId,
        topic: &RemoteRef,
        known: &[Known],
    ) -> Result<Page, RemoteError> {
        match self.replies(space, topic).await {
            Ok(objects) => Ok(Page { objects, ..Page::default() }),
            Err(error) if error.kind == RemoteErrorKind::Down => {
                let is_of_topic = |known: &&Known| {
                    known.remote.kind == Kind::Reply
                        && known.parent.as_ref().is_some_and(|parent| parent.id == topic.id)
                };
                let same = known.iter().filter(is_of_topic);
                Ok(Page { unchanged: same.map(|known| known.remote.clone()).collect(), ..Page::default() })
            }
            Err(error) => Err(error),
        }
    }

    fn reply(&self, topic: &RemoteRef, entry: Entry, name: Option<String>, me: &str) -> RemoteObject {
        let origin = self.client.origin();
        let token = token(&entry);
        let returned_body = entry.message.unwrap_or_default();
        let mut content = Content::new("", form::undecorate(&returned_body, &origin));
        if let Some(parent) = entry.parent_id.and_then(|id| id.0.parse().ok()) {
            content = content.with(field::REPLY_TO, FieldValue::Number(parent));
        }
        let author = name.or(entry.user_name).unwrap_or_else(|| "Somebody".to_owned());
        let own = entry.user_id.is_some_and(|id| id.0 == me);
        let access = if own { Access::Editable } else { Access::ReadOnly(format!("{author} wrote it.")) };
        RemoteObject {
            remote: RemoteRef::new(Kind::Reply, id_of(&topic.id, &entry.id.0)),
            parent: Some(topic.clone()),
            content,
            returned_body,
            token,
            access,
            changed_by: Some(author.clone()),
            changed_at: entry.updated_at,
            url: None,
            facts: under(topic)
                .into_iter()
                .chain([
                    (fact::AUTHOR.to_owned(), author),
                    (fact::CREATED_AT.to_owned(), entry.created_at.map(time_text).unwrap_or_default()),
                ])
                .collect(),
        }
    }

    /// The discussion or announcement of a reply. A reply's id says its number alone; which of the two it is stands among its facts.
    fn topic_of(remote: &RemoteRef, base: &Base) -> Result<RemoteRef, RemoteError> {
        let (topic, _) = parts(&remote.id)?;
        let is_comment = base.facts.get(UNDER).is_some_and(|kind| kind == Kind::Announcement.name());
        Ok(RemoteRef::new(if is_comment { Kind::Announcement } else { Kind::Discussion }, topic))
    }

    /// A reply that was read by itself, under what it stood under.
    pub(crate) fn put_under(object: &mut RemoteObject, base: &Base) -> Result<(), RemoteError> {
        let topic = Self::topic_of(&object.remote, base)?;
        object.facts.remove(UNDER);
        object.facts.extend(under(&topic));
        object.parent = Some(topic);
        Ok(())
    }

    /// A reply by itself, out of its discussion's tree.
    pub(crate) async fn reply_there(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
    ) -> Result<There<RemoteObject>, RemoteError> {
        let (topic, _) = parts(&remote.id)?;
        let topic = RemoteRef::new(Kind::Discussion, topic);
        match self.replies(space, &topic).await {
            Ok(replies) => {
                Ok(replies.into_iter().find(|reply| reply.remote == *remote).map_or(There::Gone, There::Here))
            }
            Err(error) => self.missing(space, &topic, error).await,
        }
    }

    /// Writes a reply, or an answer to one.
    pub(crate) async fn create_reply(
        &self,
        space: &RemoteId,
        parent: Option<&RemoteRef>,
        content: &Content,
    ) -> Result<Sent, RemoteError> {
        let topic = parent.ok_or_else(|| RemoteError::new(RemoteErrorKind::Refused, "A reply needs a discussion."))?;
        let mut path = format!("{}/entries", object_path(space, topic.kind, &topic.id)?);
        if let Some(entry) = content.number(field::REPLY_TO) {
            path = format!("{path}/{entry}/replies");
        }
        self.send_reply(Method::Post, &path, topic, content, None).await
    }

    pub(crate) async fn update_reply(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
        base: &Base,
        content: &Content,
    ) -> Result<Sent, RemoteError> {
        let (topic, path) = Self::entry_path(space, remote, base)?;
        match self.send_reply(Method::Put, &path, &topic, content, Some(base)).await {
            Ok(Sent::Done { mut object, overwritten }) => {
                // The answer to an edit does not always say what the entry answers.
                if let Some(parent) = base.content.fields.get(field::REPLY_TO) {
                    object.content.fields.insert(field::REPLY_TO.to_owned(), parent.clone());
                }
                Ok(Sent::Done { object, overwritten })
            }
            Err(error) if error.kind == RemoteErrorKind::NotFound => Ok(Sent::Gone),
            other => other,
        }
    }

    pub(crate) async fn delete_reply(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
        base: &Base,
    ) -> Result<Sent, RemoteError> {
        let (_, path) = Self::entry_path(space, remote, base)?;
        let answer = self.client.write(Method::Delete, &path, None).await?;
        if answer.is_success() {
            return Ok(Sent::Done { object: Box::new(base.object(remote)), overwritten: None });
        }
        let error = from_answer(&answer);
        if error.kind == RemoteErrorKind::NotFound { Ok(Sent::Gone) } else { Err(error) }
    }

    fn entry_path(space: &RemoteId, remote: &RemoteRef, base: &Base) -> Result<(RemoteRef, String), RemoteError> {
        let (_, entry) = parts(&remote.id)?;
        let topic = Self::topic_of(remote, base)?;
        let path = format!("{}/entries/{}", object_path(space, topic.kind, &topic.id)?, plain(&entry)?);
        Ok((topic, path))
    }

    async fn send_reply(
        &self,
        method: Method,
        path: &str,
        topic: &RemoteRef,
        content: &Content,
        base: Option<&Base>,
    ) -> Result<Sent, RemoteError> {
        let me = self.me().await?;
        let answer = self.client.write(method, path, Some(&json!({ "message": content.body }))).await?;
        if !answer.is_success() {
            return Err(from_answer(&answer));
        }
        let entry: Entry = answer.json().map_err(from_failure)?;
        let mut object = self.reply(topic, entry, None, &me);
        let sent = domain::Changed { body: true, ..Default::default() };
        self.note_not_taken(&mut object, content, &sent, base, Missed::new());
        Ok(Sent::Done { object: Box::new(object), overwritten: None })
    }

    /// The person's own id: asked for once.
    async fn me(&self) -> Result<String, RemoteError> {
        if let Some(id) = self.known_user() {
            return Ok(id);
        }
        let user = self.client.user().await?;
        self.remember_user(&user.id.0);
        Ok(user.id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_again_where_there_is_news_and_once_a_day() {
        let now = DateTime::from_timestamp(1_796_300_000, 0).unwrap();
        let topic = RemoteRef::new(Kind::Discussion, "7");
        let made = now - TimeDelta::hours(30);
        let known = |hours: i64| Known {
            remote: RemoteRef::new(Kind::Reply, "7-1"),
            parent: Some(topic.clone()),
            token: Token(format!("{}|{}", time_text(made), time_text(made))),
            verified_at: Some(now - TimeDelta::hours(hours)),
            opened_at: None,
        };
        let read = |count: u64, last: Option<DateTime<Utc>>, known: &[Known]| {
            let mut page = Page::default();
            follow(&[(topic.clone(), count, last)], known, now, &mut page);
            (page.more.len(), page.unchanged.len())
        };
        assert_eq!(read(0, None, &[]), (0, 0), "none there, none known");
        assert_eq!(read(1, Some(made), &[]), (1, 0), "one to get");
        assert_eq!(read(1, Some(made), &[known(1)]), (0, 1), "no news");
        assert_eq!(read(2, Some(now), &[known(1)]), (1, 0), "a new one");
        assert_eq!(read(1, Some(now), &[known(1)]), (1, 0), "one went, one came");
        assert_eq!(read(0, Some(made), &[known(1)]), (1, 0), "it went");
        assert_eq!(read(1, Some(made), &[known(25)]), (1, 0), "seen a day ago");
    }

    #[test]
    fn the_id_of_a_reply_holds_its_discussion() {
        let id = id_of(&RemoteId::from("8"), "12");
        assert_eq!(parts(&id).unwrap(), (RemoteId::from("8"), RemoteId::from("12")));
        assert_eq!(parts(&RemoteId::from("8")).unwrap_err().kind, RemoteErrorKind::NotFound);
    }
}
