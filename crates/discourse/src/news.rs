//! The cheap look: one list tells of every category what was bumped (contract 8.1, 8.2), and where several topics were, the feed of new
//! posts has the replies of them all. What neither shows is looked for at intervals. Personal messages are in `letters`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Cursor, Kind, Known, Page, RemoteError, RemoteId, RemoteObject, RemoteRef, Token};

use crate::convert;
use crate::dto::{TopicList, TopicPage};
use crate::feed::{self, Grown};
use crate::{DiscourseRemote, pull};

/// A post may become visible a little after its time, and clocks are compared to the second (contract 8.4).
pub(crate) const OVERLAP: TimeDelta = TimeDelta::minutes(2);

/// The newest list is asked for once for all categories of a sync; a long pull asks again.
const KEPT: TimeDelta = TimeDelta::minutes(1);

/// What was seen of a space while the program runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Looked {
    /// When the lists that are being read now were begun, by the forum's clock.
    begun: Option<DateTime<Utc>>,
    /// Since when they are known whole, by our clock.
    whole: Option<DateTime<Utc>>,
    /// What was bumped before this moment is known, by the forum's clock.
    pub(crate) since: Option<DateTime<Utc>>,
    /// Topics that were handed over: when, and what they came with.
    handed: BTreeMap<RemoteRef, (DateTime<Utc>, Vec<RemoteRef>)>,
    /// Topics whose new posts came from the feed: the token that is known of each, and the one that its list entry has since.
    fed: BTreeMap<RemoteRef, (Token, Token)>,
}

impl Looked {
    /// Topics that were handed over and not taken: a plan was only looked at, or a question is open.
    pub(crate) fn untaken(&self, known: &[Known]) -> BTreeSet<RemoteRef> {
        let read: BTreeMap<&RemoteRef, Option<DateTime<Utc>>> =
            known.iter().map(|known| (&known.remote, known.verified_at)).collect();
        let is_taken = |remote: &RemoteRef, at: DateTime<Utc>| {
            read.get(remote).is_some_and(|verified| verified.is_some_and(|verified| verified >= at))
        };
        let open = self.handed.iter().filter(|(_, (at, with))| !with.iter().all(|remote| is_taken(remote, *at)));
        open.map(|(topic, _)| topic.clone()).collect()
    }
}

pub(crate) fn starts() -> Vec<Cursor> {
    vec![Cursor { list: "news".to_owned(), at: "\n".to_owned() }]
}

impl DiscourseRemote {
    pub(crate) fn look<T>(&self, space: &RemoteId, work: impl FnOnce(&mut Looked) -> T) -> T {
        self.memory.with(|learnt| work(learnt.looked.entry(space.0.clone()).or_default()))
    }

    /// Whether a space was read whole so lately that its news are enough.
    pub(crate) fn knows_whole(&self, space: &RemoteId, known: &[Known]) -> bool {
        let whole = self.look(space, |looked| looked.whole);
        let lately = whole.is_some_and(|at| ((self.now)() - at).abs() < self.whole_every);
        lately && known.iter().any(|known| known.remote.kind == Kind::Topic)
    }

    pub(crate) fn note_begun(&self, space: &RemoteId) {
        let begun = self.server_now();
        self.look(space, |looked| looked.begun = Some(begun));
    }

    pub(crate) fn note_whole(&self, space: &RemoteId) {
        let now = (self.now)();
        self.look(space, |looked| {
            // Lists that were begun by another run of the program tell nothing of what was bumped meanwhile.
            if let Some(begun) = looked.begun.take() {
                (looked.whole, looked.since) = (Some(now), Some(begun));
            }
        });
    }

    pub(crate) fn note_handed(&self, space: &RemoteId, topic: RemoteRef, with: Vec<RemoteRef>) {
        let now = (self.now)();
        self.look(space, |looked| looked.handed.insert(topic, (now, with)));
    }

    /// Later posts of a topic that was handed over.
    pub(crate) fn note_handed_more(&self, space: &RemoteId, topic: RemoteRef, with: Vec<RemoteRef>) {
        let now = (self.now)();
        self.look(space, |looked| {
            let (at, all) = looked.handed.entry(topic).or_insert((now, Vec::new()));
            *at = now;
            all.extend(with);
        });
    }

    pub(crate) fn untaken(&self, space: &RemoteId, known: &[Known]) -> BTreeSet<RemoteRef> {
        self.look(space, |looked| looked.untaken(known))
    }

    /// The token of each known topic as of what is known with its posts.
    pub(crate) fn tokens(&self, space: &RemoteId, known: &[Known]) -> BTreeMap<RemoteRef, Token> {
        self.look(space, |looked| {
            let now = |topic: &Known| match looked.fed.get(&topic.remote) {
                Some((was, is)) if *was == topic.token => is.clone(),
                _ => topic.token.clone(),
            };
            let topics = known.iter().filter(|known| known.remote.kind == Kind::Topic);
            topics.map(|topic| (topic.remote.clone(), now(topic))).collect()
        })
    }

    /// New posts that the feed has of topics that grew by them alone: those topics need not be read.
    async fn pull_grown(
        &self,
        space: &RemoteId,
        known: &[Known],
        due: &mut Vec<(RemoteRef, Token)>,
        busy: usize,
        since: Option<DateTime<Utc>>,
    ) -> Result<Vec<RemoteObject>, RemoteError> {
        let (tokens, untaken) = (self.tokens(space, known), self.untaken(space, known));
        let grown: Vec<Grown> = due
            .iter()
            .filter(|(topic, _)| !untaken.contains(topic))
            .filter_map(|(topic, now)| Some((topic.clone(), feed::grown(tokens.get(topic)?, now)?)))
            .collect();
        let origin = self.client.http().origin();
        let mut objects = Vec::new();
        for (topic, posts) in self.fed_posts(&grown, busy, since).await? {
            let mut new: Vec<RemoteObject> =
                posts.iter().filter_map(|post| convert::post(None, post, &origin)).collect();
            let Some(at) = due.iter().position(|(due, _)| *due == topic) else { continue };
            let Some(before) = known.iter().find(|known| known.remote == topic) else { continue };
            // One whose text is withheld is seen where the whole topic is read.
            if new.len() < posts.len() {
                continue;
            }
            let (_, now) = due.remove(at);
            for post in &mut new {
                post.facts.insert(domain::fact::SPACE.to_owned(), space.0.clone());
            }
            self.note_handed(space, topic.clone(), new.iter().map(|post| post.remote.clone()).collect());
            self.look(space, |looked| looked.fed.insert(topic, (before.token.clone(), now)));
            objects.extend(new);
        }
        Ok(objects)
    }

    /// Everything known of a space, but for the topics that the newest list tells news of: those are read.
    pub(crate) async fn pull_news(&self, space: &RemoteId, known: &[Known]) -> Result<Page, RemoteError> {
        let asked = self.server_now();
        let newest = match self.newest().await {
            Ok(newest) => newest,
            Err(error) if error.concerns_the_site() => return Err(error),
            Err(_) => return Ok(Page { more: pull::starts(space), ..Page::default() }),
        };
        let last = self.look(space, |looked| looked.since);
        let since = last.map(|since| since - OVERLAP);
        // Pinned topics stand on top whatever their age (contract 4.3).
        let is_older = |bumped: Option<DateTime<Utc>>| since.zip(bumped).is_some_and(|(since, bumped)| bumped <= since);
        let reaches_back = newest.more_topics_url.is_none()
            || newest.topics.iter().any(|topic| !topic.pinned && is_older(convert::time(topic.bumped_at.as_deref())));
        if !reaches_back {
            return Ok(Page { more: pull::starts(space), ..Page::default() });
        }
        let tokens = self.tokens(space, known);
        let mut due: Vec<(RemoteRef, Token)> = Vec::new();
        for topic in &newest.topics {
            let (remote, token) = (RemoteRef::new(Kind::Topic, topic.id), convert::token(topic));
            let is_ours = topic.category_id.is_some_and(|id| id.to_string() == space.0);
            match tokens.get(&remote) {
                Some(known) if *known == token => {}
                None if !is_ours => {}
                _ => due.push((remote, token)),
            }
        }
        for remote in self.untaken(space, known) {
            if !due.iter().any(|(topic, _)| *topic == remote) {
                let token = tokens.get(&remote).cloned().unwrap_or_default();
                due.push((remote, token));
            }
        }
        let bumped = newest.topics.iter().filter_map(|topic| convert::time(topic.bumped_at.as_deref()));
        let busy = bumped.filter(|bumped| last.is_none_or(|last| *bumped > last)).count();
        let objects = self.pull_grown(space, known, &mut due, busy, since).await?;
        let news: BTreeSet<&RemoteRef> = due.iter().map(|(topic, _)| topic).collect();
        let is_quiet = |known: &&Known| {
            !news.contains(&known.remote) && !known.parent.as_ref().is_some_and(|topic| news.contains(topic))
        };
        let unchanged = known.iter().filter(is_quiet).map(|known| known.remote.clone()).collect();
        self.look(space, |looked| looked.since = Some(asked));
        // Cursors are taken from the end: the newest first.
        let more = due.iter().rev().map(|(topic, token)| pull::topic_cursor(&topic.id.0, token)).collect();
        Ok(Page { objects, unchanged, more, ..Page::default() })
    }

    async fn newest(&self) -> Result<Arc<TopicList>, RemoteError> {
        let now = (self.now)();
        let kept = self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, list)) = kept.filter(|(at, _)| (now - *at).abs() < KEPT) {
            return Ok(list);
        }
        let listed: TopicPage = self.client.get("latest.json?order=activity&per_page=100").await?;
        let list = Arc::new(listed.topic_list);
        for topic in &list.topics {
            self.memory.note_tags(&topic.tags);
        }
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&list)));
        Ok(list)
    }
}
