//! Receiving a category or the personal messages: the list of topics, newest first, then each topic that may have news.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{Cursor, Kind, Known, Page, RemoteError, RemoteErrorKind, RemoteId, RemoteRef, Token};

use crate::DiscourseRemote;
use crate::convert::{self, MESSAGES};
use crate::dto::{Site, TopicPage};

/// Where a list of topics goes on. Known topics that no page named are read by themselves at the end: a list leaves out what is muted,
/// unlisted or moved, so that absence from it is no sign of a delete (contract 8.4).
#[derive(Debug, Default, PartialEq, Eq)]
struct Sweep {
    page: u32,
    /// Known topics that the pages so far have named.
    seen: BTreeSet<String>,
}

impl Sweep {
    fn parse(at: &str) -> Self {
        let (page, seen) = at.split_once('\n').unwrap_or((at, ""));
        let seen = seen.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        Self { page: page.parse().unwrap_or(0), seen }
    }

    fn cursor(&self, list: &str) -> Cursor {
        let seen: Vec<&str> = self.seen.iter().map(String::as_str).collect();
        Cursor { list: list.to_owned(), at: format!("{}\n{}", self.page, seen.join(",")) }
    }
}

pub(crate) fn starts(space: &RemoteId) -> Vec<Cursor> {
    vec![Sweep::default().cursor(if space.0 == MESSAGES { "sent" } else { "topics" })]
}

impl DiscourseRemote {
    pub(crate) async fn pull_page(
        &self,
        space: &RemoteId,
        cursor: &Cursor,
        known: &[Known],
    ) -> Result<Page, RemoteError> {
        match (cursor.list.as_str(), cursor.at.split_once('\n')) {
            ("topics" | "sent", _) => self.pull_topics(space, &cursor.list, Sweep::parse(&cursor.at), known).await,
            ("news", _) if space.0 == MESSAGES => self.pull_letters(space, known).await,
            ("news", _) => self.pull_news(space, known).await,
            ("topic", Some((topic, token))) => {
                let page = self.pull_topic(topic, Token(token.to_owned()), known).await?;
                self.note_handed(space, RemoteRef::new(Kind::Topic, topic), refs(&page));
                Ok(page)
            }
            ("posts", Some((place, posts))) => {
                let page = self.pull_posts(place, posts, known).await?;
                let topic = place.split(' ').next().unwrap_or(place);
                self.note_handed_more(space, RemoteRef::new(Kind::Topic, topic), refs(&page));
                Ok(page)
            }
            _ => Err(RemoteError::new(RemoteErrorKind::Malformed, format!("there is no list {}", cursor.list))),
        }
    }

    async fn pull_topics(
        &self,
        space: &RemoteId,
        list: &str,
        mut sweep: Sweep,
        known: &[Known],
    ) -> Result<Page, RemoteError> {
        let path = self.list_path(space, list).await?;
        if sweep.page == 0 && (list == "sent" || space.0 != MESSAGES) {
            self.note_begun(space);
        }
        let listed: TopicPage = self.client.get(&format!("{path}page={}", sweep.page)).await?;
        let listed = listed.topic_list;
        for topic in &listed.topics {
            self.memory.note_tags(&topic.tags);
        }
        let category = space.0.parse::<i64>().ok();
        let ours = || {
            listed
                .topics
                .iter()
                .filter(|topic| category.is_none() || topic.category_id.is_none_or(|id| Some(id) == category))
        };
        let mut here = KnownTopics::new(known, self.tokens(space, known), self.rereads(known));
        here.due.extend(self.untaken(space, known));
        let mut answer = Page::default();
        for topic in ours() {
            let remote = RemoteRef::new(Kind::Topic, topic.id);
            let token = convert::token(topic);
            if here.tokens.contains_key(&remote) {
                sweep.seen.insert(topic.id.to_string());
            }
            if here.tokens.get(&remote) == Some(&token) && !here.due.contains(&remote) {
                answer.unchanged.extend(here.posts(&remote));
                answer.unchanged.push(remote);
            } else {
                answer.more.push(topic_cursor(&topic.id.to_string(), &token));
            }
        }
        // Cursors are taken from the end: the newest topic first, then the others, then what lies behind this page.
        answer.more.reverse();
        answer.ahead = self.ahead(category, &sweep, &answer, known);
        let last = listed.more_topics_url.is_none();
        if last && list != "sent" {
            self.note_whole(space);
        }
        // A topic that was bumped to page 0 meanwhile is news of the next sync.
        let follow = match (list, last) {
            (_, false) => vec![Sweep { page: sweep.page + 1, ..sweep }.cursor(list)],
            ("sent", true) => vec![Sweep { page: 0, ..sweep }.cursor("topics")],
            (_, true) => here.unnamed(&sweep.seen),
        };
        answer.more.splice(0..0, follow);
        Ok(answer)
    }

    /// About how many topics the pages behind this one hold that are not known yet.
    fn ahead(&self, category: Option<i64>, sweep: &Sweep, page: &Page, known: &[Known]) -> Option<u32> {
        let all = self.memory.with(|learnt| learnt.topic_counts.get(&category?).copied())?;
        let known = known.iter().filter(|known| known.remote.kind == Kind::Topic).count();
        let fresh = u32::try_from(page.more.len()).unwrap_or(u32::MAX).saturating_mul(sweep.page + 1);
        Some(all.saturating_sub(u32::try_from(known).unwrap_or(u32::MAX)).saturating_sub(fresh))
    }

    /// The address of a list up to its page. `per_page` is taken by newer forums and passed over by others (contract 4.3).
    async fn list_path(&self, space: &RemoteId, list: &str) -> Result<String, RemoteError> {
        if space.0 == MESSAGES {
            let name = self.myself().await?.username;
            let way = if list == "sent" { "private-messages-sent" } else { "private-messages" };
            return Ok(format!("topics/{way}/{name}.json?"));
        }
        let category: i64 =
            space.0.parse().map_err(|_| RemoteError::new(RemoteErrorKind::Malformed, "not a category"))?;
        let path = self.category_path(category).await?;
        Ok(format!("c/{path}/{category}/none/l/latest.json?order=activity&per_page=100&"))
    }

    /// `parent/child`, by which a category's lists are addressed (contract 4.3).
    async fn category_path(&self, id: i64) -> Result<String, RemoteError> {
        if let Some(path) = self.memory.with(|learnt| learnt.paths.get(&id).cloned()) {
            return Ok(path);
        }
        let site: Site = self.client.get("site.json").await?;
        self.note_paths(&site);
        self.memory
            .with(|learnt| learnt.paths.get(&id).cloned())
            .ok_or_else(|| RemoteError::new(RemoteErrorKind::NotFound, "the forum does not show this category"))
    }

    pub(crate) fn note_paths(&self, site: &Site) {
        let slugs: BTreeMap<i64, (&str, Option<i64>)> = site
            .categories
            .iter()
            .map(|category| (category.id, (category.slug.as_str(), category.parent_category_id)))
            .collect();
        let counts = site.categories.iter().filter_map(|category| Some((category.id, category.topic_count?)));
        self.memory.with(|learnt| {
            learnt.topic_counts.extend(counts);
            for (id, (slug, parent)) in &slugs {
                let parent = parent.and_then(|parent| slugs.get(&parent)).map(|(slug, _)| format!("{slug}/"));
                learnt.paths.insert(*id, format!("{}{slug}", parent.unwrap_or_default()));
            }
        });
    }
}

pub(crate) fn topic_cursor(topic: &str, token: &Token) -> Cursor {
    Cursor { list: "topic".to_owned(), at: format!("{topic}\n{}", token.0) }
}

fn refs(page: &Page) -> Vec<RemoteRef> {
    page.objects.iter().map(|object| object.remote.clone()).collect()
}

/// What is known of a space's topics when a page of its list is read.
struct KnownTopics<'a> {
    posts: HashMap<&'a RemoteRef, Vec<&'a RemoteRef>>,
    tokens: BTreeMap<RemoteRef, Token>,
    /// Topics that are read although their list entry tells no news: no feed shows an edit of a post that is not the last, or one within
    /// the grace period (contract 8.1, 8.3).
    due: BTreeSet<RemoteRef>,
}

impl<'a> KnownTopics<'a> {
    fn new(known: &'a [Known], tokens: BTreeMap<RemoteRef, Token>, due: BTreeSet<RemoteRef>) -> Self {
        let mut posts: HashMap<_, Vec<_>> = HashMap::new();
        for (topic, post) in known.iter().filter_map(|known| Some((known.parent.as_ref()?, &known.remote))) {
            posts.entry(topic).or_default().push(post);
        }
        Self { posts, tokens, due }
    }

    fn posts<'b>(&'b self, topic: &'b RemoteRef) -> impl Iterator<Item = RemoteRef> + 'b {
        self.posts.get(topic).into_iter().flatten().map(|post| (*post).clone())
    }

    fn unnamed(&self, seen: &BTreeSet<String>) -> Vec<Cursor> {
        let missing = self.tokens.iter().filter(|(remote, _)| !seen.contains(&remote.id.0));
        missing.map(|(remote, token)| topic_cursor(&remote.id.0, token)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Sweep;

    #[test]
    fn a_sweep_goes_on_where_its_cursor_says() {
        for sweep in [Sweep::default(), Sweep { page: 3, seen: ["7".to_owned(), "12".to_owned()].into() }] {
            assert_eq!(Sweep::parse(&sweep.cursor("topics").at), sweep);
        }
    }
}
