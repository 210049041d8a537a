//! Looking for a write whose answer was lost, or that waits for a moderator (contract 7).

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Change, Found, Kind, Operation, RemoteError, RemoteErrorKind, RemoteRef, Token, canonical, field};

use crate::DiscourseRemote;
use crate::convert;
use crate::dto::{DraftWitness, LatestPosts, Pending, Post, Posts, Topic, TopicPage};
use crate::topic::POSTS_AT_ONCE;
use crate::write::{QUEUED, draft_key, external_id};

/// What was made before an attempt began is not its work. The server's clock is known to seconds; a copied text of the day before is no match.
const EARLIER: TimeDelta = TimeDelta::minutes(10);
/// The same where the server's clock could not be measured.
const MUCH_EARLIER: TimeDelta = TimeDelta::hours(26);

impl DiscourseRemote {
    pub(crate) async fn look_for(&self, change: &Change, mapped: &BTreeSet<RemoteRef>) -> Result<Found, RemoteError> {
        match &change.operation {
            Operation::Create { .. } => self.find_created(change, mapped).await,
            Operation::Update { remote, .. } => {
                let Some(object) = self.object(remote, Token::default()).await? else { return Ok(Found::Absent) };
                let mine = domain::Remote::canonical(self, remote.kind, &change.content);
                let arrived = domain::Remote::canonical(self, remote.kind, &object.content) == mine;
                Ok(if arrived { Found::Here(Box::new(object)) } else { Found::Absent })
            }
            Operation::Delete { remote, base } => match self.object(remote, base.token.clone()).await? {
                Some(object) if !convert::is_stub(&object) => Ok(Found::Absent),
                _ => Ok(Found::Here(Box::new(base.object(remote)))),
            },
        }
    }

    /// The witness and the search both have to say that a create did not arrive: a forum may keep no witness (contract 7.3), and a search
    /// may come too early.
    async fn find_created(&self, change: &Change, mapped: &BTreeSet<RemoteRef>) -> Result<Found, RemoteError> {
        loop {
            if self.admin_key
                && matches!(&change.operation, Operation::Create { kind: Kind::Topic, .. })
                && let Some(found) = self.find_by_external_id(change).await?
            {
                return Ok(found);
            }
            if self.is_queued(change).await? {
                return Ok(Found::Waiting(QUEUED.to_owned()));
            }
            // An admin key advances no draft's sequence: its topics have their id, its replies are searched for.
            let arrived = !self.admin_key && self.witness(change).await?;
            let found = match &change.operation {
                Operation::Create { kind: Kind::Topic, .. } => self.search_topic(change, mapped).await?,
                Operation::Create { parent: Some(topic), .. } => {
                    match self.search_reply(topic, change, mapped).await? {
                        Ok(found) => found,
                        Err(unsure) => return Ok(unsure),
                    }
                }
                _ => None,
            };
            if let Some(remote) = found {
                return self.here(&remote).await;
            }
            if arrived {
                let words = "The forum says that it arrived, but does not show it.";
                return Ok(Found::Unsure(words.to_owned()));
            }
            let settled = change.begun_at + TimeDelta::from_std(self.settle).unwrap_or_default();
            match (settled - self.server_now()).to_std() {
                // The forum may still be at work on it.
                Ok(wait) if wait <= self.settle && !wait.is_zero() => {
                    self.client.http().wait(wait).await.map_err(crate::errors::from_failure)?;
                }
                _ => return Ok(Found::Absent),
            }
        }
    }

    pub(crate) fn server_now(&self) -> DateTime<Utc> {
        (self.now)() + TimeDelta::seconds(self.client.http().clock_offset_seconds().unwrap_or(0))
    }

    /// Before this moment nothing can have been made by the attempt.
    fn not_before(&self, change: &Change) -> DateTime<Utc> {
        let known = self.client.http().clock_offset_seconds().is_some();
        change.begun_at - if known { EARLIER } else { MUCH_EARLIER }
    }

    /// A topic made with an id of ours. `None`: there is none.
    async fn find_by_external_id(&self, change: &Change) -> Result<Option<Found>, RemoteError> {
        let answer = self.client.ask(&format!("t/external_id/{}.json", external_id(&change.witness))).await?;
        match answer.status {
            404 if !answer.is_page() => return Ok(None),
            301 | 302 => {}
            _ if answer.is_success() => {
                let topic: Topic = crate::client::read(&answer)?;
                return self.here(&RemoteRef::new(Kind::Topic, topic.id)).await.map(Some);
            }
            _ => return Err(crate::errors::from_answer(&answer)),
        }
        let id = answer.header("location").and_then(|location| {
            let path = location.split(['?', '#']).next()?.trim_end_matches(".json");
            path.rsplit('/').find_map(|part| part.parse::<i64>().ok())
        });
        let id = id.ok_or_else(|| RemoteError::new(RemoteErrorKind::Malformed, "the forum named no topic"))?;
        self.here(&RemoteRef::new(Kind::Topic, id)).await.map(Some)
    }

    /// Whether the draft's sequence says that a create arrived (contract 7.2).
    async fn witness(&self, change: &Change) -> Result<bool, RemoteError> {
        let witness: Option<DraftWitness> =
            self.client.find(&format!("drafts/{}.json", draft_key(&change.witness))).await?;
        Ok(witness.is_some_and(|witness| witness.draft_sequence > 0))
    }

    /// Among the person's own topics, then among the newest posts of all: a topic with this text, made since.
    async fn search_topic(
        &self,
        change: &Change,
        mapped: &BTreeSet<RemoteRef>,
    ) -> Result<Option<RemoteRef>, RemoteError> {
        let me = self.myself().await?;
        let raw = canonical::discourse::normalise_raw(&change.content.body);
        let title = canonical::discourse::prettify_title(&change.content.title);
        let since = self.not_before(change);
        let newest: LatestPosts =
            self.client.find("posts.json").await?.unwrap_or(LatestPosts { latest_posts: Vec::new() });
        let is_mine = |post: &&Post| {
            post.post_number == 1
                && is_own(post, me.id, &raw, since)
                && !mapped.contains(&RemoteRef::new(Kind::Topic, post.topic_id))
        };
        if let Some(post) = newest.latest_posts.iter().find(is_mine) {
            return Ok(Some(RemoteRef::new(Kind::Topic, post.topic_id)));
        }
        let page: Option<TopicPage> = self.client.find(&format!("topics/created-by/{}.json", me.username)).await?;
        let candidates = page.into_iter().flat_map(|page| page.topic_list.topics).filter(|topic| {
            let made = convert::time(topic.created_at.as_deref());
            made.map_or(topic.title == title, |made| made >= since)
        });
        for topic in candidates {
            let remote = RemoteRef::new(Kind::Topic, topic.id);
            if mapped.contains(&remote) {
                continue;
            }
            if let Some(object) = self.object(&remote, Token::default()).await?
                && object.content.body == raw
            {
                return Ok(Some(remote));
            }
        }
        Ok(None)
    }

    /// Among the posts of a topic that are not known, the newest first. The outer error is of the network, the inner an answer.
    async fn search_reply(
        &self,
        topic: &RemoteRef,
        change: &Change,
        mapped: &BTreeSet<RemoteRef>,
    ) -> Result<Result<Option<RemoteRef>, Found>, RemoteError> {
        let me = self.myself().await?;
        let Some(found) = self.topic(&topic.id.0).await? else {
            return Ok(Err(Found::Unsure("The topic of your reply is gone or hidden.".to_owned())));
        };
        let known = |id: i64| mapped.contains(&RemoteRef::new(Kind::Post, id));
        let seen: BTreeSet<i64> = found.post_stream.posts.iter().map(|post| post.id).collect();
        let raw = canonical::discourse::normalise_raw(&change.content.body);
        let (since, reply_to) = (self.not_before(change), change.content.number(field::REPLY_TO));
        let could_be = |post: &Post| {
            post.post_number > 1
                && !known(post.id)
                && is_by(post, me.id, since)
                && (reply_to.is_none() || post.reply_to_post_number == reply_to)
        };
        let is_mine = |post: &&Post| could_be(post) && post.raw.as_deref() == Some(raw.as_str());
        // Nothing says with which text an edited post was made.
        let in_doubt = |post: &Post| could_be(post) && post.updated_at != post.created_at;
        let mut mine = found.post_stream.posts.iter().find(is_mine).map(|post| post.id);
        let mut doubt = found.post_stream.posts.iter().any(in_doubt);
        let rest: Vec<String> = found
            .post_stream
            .stream
            .iter()
            .rev()
            .filter(|id| !seen.contains(id) && !known(**id))
            .map(|id| format!("post_ids[]={id}"))
            .collect();
        for ids in rest.chunks(POSTS_AT_ONCE) {
            if mine.is_some() {
                break;
            }
            let more: Posts =
                self.client.get(&format!("t/{}/posts.json?include_raw=true&{}", topic.id, ids.join("&"))).await?;
            mine = more.post_stream.posts.iter().find(is_mine).map(|post| post.id);
            doubt |= more.post_stream.posts.iter().any(in_doubt);
        }
        if mine.is_none() && doubt {
            let words = "there is a new reply of yours that was edited, which may be it with another text";
            return Ok(Err(Found::Unsure(words.to_owned())));
        }
        Ok(Ok(mine.map(|post| RemoteRef::new(Kind::Post, post))))
    }

    /// Whether a create waits for a moderator: it left no post, and sent again it would wait twice (contract 7.2).
    async fn is_queued(&self, change: &Change) -> Result<bool, RemoteError> {
        let name = self.myself().await?.username;
        let pending: Option<Pending> = self.client.find(&format!("posts/{name}/pending.json")).await?;
        let raw = canonical::discourse::normalise_raw(&change.content.body);
        let title = canonical::discourse::prettify_title(&change.content.title);
        let topic = match &change.operation {
            Operation::Create { parent: Some(topic), .. } => topic.id.0.parse::<i64>().ok(),
            _ => None,
        };
        Ok(pending.is_some_and(|list| {
            list.pending_posts.iter().any(|post| {
                post.raw_text == raw
                    && post.topic_id == topic
                    && (topic.is_some() || post.title.as_ref().is_none_or(|there| *there == title))
            })
        }))
    }

    async fn here(&self, remote: &RemoteRef) -> Result<Found, RemoteError> {
        Ok(match self.object(remote, Token::default()).await? {
            Some(object) => Found::Here(Box::new(object)),
            None => Found::Unsure("It was found on the forum and is hidden now.".to_owned()),
        })
    }
}

fn is_own(post: &Post, me: i64, raw: &str, since: DateTime<Utc>) -> bool {
    is_by(post, me, since) && post.raw.as_deref() == Some(raw)
}

fn is_by(post: &Post, me: i64, since: DateTime<Utc>) -> bool {
    post.user_id == Some(me) && convert::time(post.created_at.as_deref()).is_none_or(|made| made >= since)
}
