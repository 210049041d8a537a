//! The cheap look at personal messages, which stand in no list of topics but their own two: the feed of their newest posts (contract 4.6)
//! tells of both in one request.

use std::collections::BTreeSet;

use domain::{Kind, Known, Page, RemoteError, RemoteId, RemoteRef};

use crate::dto::{Post, PrivatePosts};
use crate::news::OVERLAP;
use crate::{DiscourseRemote, convert, pull};

impl DiscourseRemote {
    /// Everything known of the messages, but for those that the feed has new posts of: those are read.
    pub(crate) async fn pull_letters(&self, space: &RemoteId, known: &[Known]) -> Result<Page, RemoteError> {
        let asked = self.server_now();
        let newest = match self.client.get::<PrivatePosts>("private-posts.json").await {
            Ok(feed) => feed.private_posts,
            Err(error) if error.concerns_the_site() => return Err(error),
            // A forum without this feed has its lists.
            Err(_) => return Ok(Page { more: pull::starts(space), ..Page::default() }),
        };
        let since = self.look(space, |looked| looked.since).map(|since| since - OVERLAP);
        let is_older = |post: &Post| {
            let made = convert::time(post.created_at.as_deref());
            since.zip(made).is_some_and(|(since, made)| made <= since)
        };
        // A feed that is all new, and not empty, goes on behind what was read of it.
        if newest.len() >= FULL && !newest.iter().any(is_older) {
            return Ok(Page { more: pull::starts(space), ..Page::default() });
        }
        let is_known = |post: &Post| {
            let remote = match post.post_number {
                1 => RemoteRef::new(Kind::Topic, post.topic_id),
                _ => RemoteRef::new(Kind::Post, post.id),
            };
            known.iter().any(|known| known.remote == remote)
        };
        let fresh = newest.iter().filter(|post| !is_older(post) && !is_known(post));
        let mut due: BTreeSet<RemoteRef> = fresh.map(|post| RemoteRef::new(Kind::Topic, post.topic_id)).collect();
        due.extend(self.untaken(space, known));
        let is_quiet = |known: &&Known| {
            !due.contains(&known.remote) && !known.parent.as_ref().is_some_and(|topic| due.contains(topic))
        };
        let unchanged = known.iter().filter(is_quiet).map(|known| known.remote.clone()).collect();
        let tokens = self.tokens(space, known);
        let cursor =
            |topic: &RemoteRef| pull::topic_cursor(&topic.id.0, &tokens.get(topic).cloned().unwrap_or_default());
        self.look(space, |looked| looked.since = Some(asked));
        Ok(Page { unchanged, more: due.iter().map(cursor).collect(), ..Page::default() })
    }
}

/// Posts in one answer of the feed at most.
const FULL: usize = 50;
