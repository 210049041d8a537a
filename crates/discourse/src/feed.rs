//! The newest posts of the whole forum (contract 4.6): new replies in many topics, with their texts, for one request.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::PoisonError;

use chrono::{DateTime, Utc};
use domain::{RemoteError, RemoteRef, Token};

use crate::DiscourseRemote;
use crate::convert;
use crate::dto::{LatestPosts, Post};

/// Pages of one sync. Behind them, topics are read one by one.
const MOST_PAGES: usize = 4;

/// Ids behind an empty page of an older forum, which answers with a window of ids and not with a number of posts.
const WINDOW: i64 = 50;

/// What was read of the feed in this sync.
#[derive(Default)]
pub(crate) struct Feed {
    posts: BTreeMap<i64, Post>,
    /// Ids from here on were read.
    before: Option<i64>,
    pages: usize,
    ended: bool,
}

/// A topic, and the numbers of the posts by which it grew.
pub(crate) type Grown = (RemoteRef, RangeInclusive<i64>);

impl Feed {
    /// The posts of a topic with these numbers, if all of them were read.
    fn all_of(&self, (topic, numbers): &Grown) -> Option<Vec<&Post>> {
        let is_of = |post: &&Post| post.topic_id.to_string() == topic.id.0 && numbers.contains(&post.post_number);
        let found: BTreeMap<i64, &Post> =
            self.posts.values().filter(is_of).map(|post| (post.post_number, post)).collect();
        (found.len() == numbers.clone().count()).then(|| found.into_values().collect())
    }

    fn take(&mut self, page: Vec<Post>, since: Option<DateTime<Utc>>) {
        self.pages += 1;
        let made = |post: &Post| convert::time(post.created_at.as_deref());
        let is_older = |post: &Post| since.zip(made(post)).is_some_and(|(since, made)| made <= since);
        self.before = match (page.iter().map(|post| post.id).min(), self.before) {
            // An older forum gives the post of the cursor once more.
            (Some(least), Some(before)) if least >= before => Some(before - 1),
            (Some(least), _) => Some(least),
            (None, before) => before.map(|before| before - WINDOW),
        };
        self.ended = page.iter().any(is_older) || self.before.is_none_or(|before| before <= 0);
        self.posts.extend(page.into_iter().map(|post| (post.id, post)));
    }
}

impl DiscourseRemote {
    /// Later posts of topics that grew by them alone, of those topics of which the feed has all. Asks for as many pages as cost less than
    /// reading the topics: the first where several topics of the forum, `busy`, have news, the others where several of these do.
    pub(crate) async fn fed_posts(
        &self,
        grown: &[Grown],
        busy: usize,
        since: Option<DateTime<Utc>>,
    ) -> Result<BTreeMap<RemoteRef, Vec<Post>>, RemoteError> {
        let mut feed = std::mem::take(&mut *self.feed.lock().unwrap_or_else(PoisonError::into_inner));
        let asked = self.read_feed(&mut feed, grown, busy, since).await;
        let whole = grown.iter().filter_map(|topic| {
            let posts = feed.all_of(topic)?.into_iter().cloned().collect();
            Some((topic.0.clone(), posts))
        });
        let found = whole.collect();
        *self.feed.lock().unwrap_or_else(PoisonError::into_inner) = feed;
        asked.map(|()| found)
    }

    async fn read_feed(
        &self,
        feed: &mut Feed,
        grown: &[Grown],
        busy: usize,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), RemoteError> {
        while !feed.ended && feed.pages < MOST_PAGES {
            let missing = grown.iter().filter(|topic| feed.all_of(topic).is_none()).count();
            let worth = if feed.pages == 0 && missing > 0 { missing.max(busy) } else { missing };
            if worth < 2 {
                break;
            }
            let path = feed.before.map_or_else(|| "posts.json".to_owned(), |id| format!("posts.json?before={id}"));
            match self.client.get::<LatestPosts>(&path).await {
                Ok(page) => feed.take(page.latest_posts, since),
                Err(error) if error.concerns_the_site() => return Err(error),
                // The topics are read instead.
                Err(error) => {
                    tracing::info!(words = %error.words, "the forum shows no feed of new posts");
                    feed.ended = true;
                }
            }
        }
        Ok(())
    }
}

/// The numbers of the posts by which alone a topic grew, by what its list entry said before and says now. A post that is not in the feed (a
/// moderator's, a note of the forum, one deleted meanwhile) leaves a gap in them.
pub(crate) fn grown(before: &Token, now: &Token) -> Option<RangeInclusive<i64>> {
    let parts = |token: &Token| {
        let mut parts = token.0.splitn(4, '|').map(str::to_owned);
        let count: i64 = parts.next()?.parse().ok()?;
        let highest: i64 = parts.next()?.parse().ok()?;
        let _bumped = parts.next()?;
        Some((count, highest, parts.next()?))
    };
    let ((had, last, rest), (has, highest, rest_now)) = (parts(before)?, parts(now)?);
    (rest == rest_now && has > had && has - had == highest - last).then_some(last + 1..=highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_more_posts_at_the_end_of_a_topic_are_growth() {
        let token = |text: &str| Token(text.to_owned());
        let before = token("3|4|2026-03-01T10:00:00.000Z|A title | with a bar|tide,boat|0010|5");
        for (now, expected) in [
            ("5|6|2026-03-02T10:00:00.000Z|A title | with a bar|tide,boat|0010|5", Some(5..=6)),
            ("4|5|2026-03-02T10:00:00.000Z|A title | with a bar|tide,boat|0010|5", Some(5..=5)),
            // One was deleted beside the two that came, or a note of the forum took a number.
            ("4|6|2026-03-02T10:00:00.000Z|A title | with a bar|tide,boat|0010|5", None),
            ("3|4|2026-03-02T10:00:00.000Z|A title | with a bar|tide,boat|0010|5", None),
            ("2|4|2026-03-02T10:00:00.000Z|A title | with a bar|tide,boat|0010|5", None),
            ("4|5|2026-03-02T10:00:00.000Z|A title | with a bar|tide|0010|5", None),
            ("4|5|2026-03-02T10:00:00.000Z|Another title|tide,boat|0010|5", None),
            ("4|5|2026-03-02T10:00:00.000Z|A title | with a bar|tide,boat|1010|5", None),
            ("4|5|2026-03-02T10:00:00.000Z|A title | with a bar|tide,boat|0010|7", None),
            ("", None),
        ] {
            assert_eq!(grown(&before, &token(now)), expected, "{now}");
        }
        assert_eq!(grown(&Token::default(), &before), None);
    }
}
