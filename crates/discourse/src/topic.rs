//! Receiving one topic with its posts.

use std::collections::BTreeSet;

use domain::{Cursor, Kind, Known, Page, RemoteError, RemoteErrorKind, RemoteRef, Token};

use crate::DiscourseRemote;
use crate::convert;
use crate::dto::{Posts, Topic};

/// Posts asked for in one request: keeps addresses under 6 KB (contract 4.4).
pub(crate) const POSTS_AT_ONCE: usize = 200;

impl DiscourseRemote {
    pub(crate) async fn pull_topic(&self, id: &str, token: Token, known: &[Known]) -> Result<Page, RemoteError> {
        let topic = match self.topic(id).await {
            // Gone since it was listed: absence here is one witness, the engine asks for the second.
            Ok(None) => return Ok(Page::default()),
            Ok(Some(topic)) => topic,
            // Listed and not shown: it is not gone, and the rest of the category is no worse for it.
            Err(error) if error.kind == RemoteErrorKind::Forbidden => {
                return self.withheld(error, known, |known| is_of_topic(known, id)).await;
            }
            Err(error) => return Err(error),
        };
        let origin = self.client.http().origin();
        let stream = &topic.post_stream;
        let mut page = Page::default();
        page.objects.extend(convert::topic(&topic, token, &origin));
        page.objects.extend(stream.posts.iter().filter_map(|post| convert::post(Some(&topic), post, &origin)));
        let seen: BTreeSet<i64> = stream.posts.iter().map(|post| post.id).collect();
        let rest: Vec<String> =
            stream.stream.iter().filter(|post| !seen.contains(post)).map(ToString::to_string).collect();
        let place = topic.category_id.map_or_else(|| convert::MESSAGES.to_owned(), |id| id.to_string());
        page.more = rest
            .chunks(POSTS_AT_ONCE)
            .map(|ids| Cursor { list: "posts".to_owned(), at: format!("{id} {place}\n{}", ids.join(",")) })
            .collect();
        Ok(page)
    }

    pub(crate) async fn pull_posts(&self, place: &str, ids: &str, known: &[Known]) -> Result<Page, RemoteError> {
        let (topic, space) = place.split_once(' ').unwrap_or((place, ""));
        let query: Vec<String> = ids.split(',').map(|id| format!("post_ids[]={id}")).collect();
        let path = format!("t/{topic}/posts.json?include_raw=true&{}", query.join("&"));
        let posts: Posts = match self.client.find(&path).await {
            Ok(Some(posts)) => posts,
            Ok(None) => return Ok(Page::default()),
            Err(error) if error.kind == RemoteErrorKind::Forbidden => {
                let asked: BTreeSet<&str> = ids.split(',').collect();
                let is_asked =
                    |known: &Known| known.remote.kind == Kind::Post && asked.contains(known.remote.id.0.as_str());
                return self.withheld(error, known, is_asked).await;
            }
            Err(error) => return Err(error),
        };
        let origin = self.client.http().origin();
        let mut objects: Vec<_> =
            posts.post_stream.posts.iter().filter_map(|post| convert::post(None, post, &origin)).collect();
        for object in objects.iter_mut().filter(|_| !space.is_empty()) {
            object.facts.insert(domain::fact::SPACE.to_owned(), space.to_owned());
        }
        Ok(Page { objects, ..Page::default() })
    }

    /// What is known of something that the forum shows no more stays as it is, unless it is the key that it does not take (contract 1.3).
    async fn withheld(
        &self,
        error: RemoteError,
        known: &[Known],
        is_it: impl Fn(&Known) -> bool + Send,
    ) -> Result<Page, RemoteError> {
        let unchanged: Vec<RemoteRef> =
            known.iter().filter(|known| is_it(known)).map(|known| known.remote.clone()).collect();
        tracing::info!(objects = unchanged.len(), words = %error.words, "the forum withholds what it lists");
        domain::Remote::identify(self).await?;
        Ok(Page { unchanged, ..Page::default() })
    }

    /// A topic with the text of its first posts; `None` where it is gone or hidden.
    pub(crate) async fn topic(&self, id: &str) -> Result<Option<Topic>, RemoteError> {
        let topic: Option<Topic> = self.client.find(&format!("t/{id}.json?include_raw=true")).await?;
        let topic = topic.filter(|topic| topic.deleted_at.is_none());
        if let Some(topic) = &topic {
            self.memory.note_tags(&topic.tags);
        }
        Ok(topic)
    }
}

fn is_of_topic(known: &Known, topic: &str) -> bool {
    let is = |remote: &RemoteRef| remote.kind == Kind::Topic && remote.id.0 == topic;
    is(&known.remote) || known.parent.as_ref().is_some_and(is)
}
