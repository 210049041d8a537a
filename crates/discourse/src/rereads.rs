//! Which topics are read again although no list tells news of them (contract 8.3): so many in one sync of an account, whatever number of
//! categories it keeps, as its key has one limit for all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Kind, Known, RemoteId, RemoteRef};

use crate::DiscourseRemote;
use crate::convert;

/// A topic that was bumped since then is one in which people write and edit.
const ACTIVE: TimeDelta = TimeDelta::days(7);

impl DiscourseRemote {
    /// Chooses for a sync of all these spaces. What the newest list alone is asked about needs none.
    pub(crate) fn choose_rereads(&self, spaces: &[(RemoteId, Vec<Known>)]) {
        let whole = spaces.iter().filter(|(space, known)| !self.knows_whole(space, known));
        let known: Vec<&Known> = whole.flat_map(|(_, known)| known).collect();
        let chosen = chosen(&known, self.reread, self.server_now());
        *self.rereads.lock().unwrap_or_else(PoisonError::into_inner) = Some(chosen);
    }

    /// Of a space's topics those that are read again; where nothing was chosen for all, it is the only one.
    pub(crate) fn rereads(&self, known: &[Known]) -> BTreeSet<RemoteRef> {
        if let Some(chosen) = &*self.rereads.lock().unwrap_or_else(PoisonError::into_inner) {
            return chosen.clone();
        }
        chosen(&known.iter().collect::<Vec<_>>(), self.reread, self.server_now())
    }
}

/// Topics to read again, `most` of them: first what the person opened since it was last read, the latest opened first. Of the rest, one
/// half is where people write now, the other whatever was read the longest ago: a busy forum would never come to its quiet topics.
fn chosen(known: &[&Known], most: usize, now: DateTime<Utc>) -> BTreeSet<RemoteRef> {
    let mut opened: BTreeMap<&RemoteRef, DateTime<Utc>> = BTreeMap::new();
    for known in known {
        let Some(at) = known.opened_at else { continue };
        // A post that was opened stands for its topic, which is what is read.
        let topic = if known.remote.kind == Kind::Topic { Some(&known.remote) } else { known.parent.as_ref() };
        if let Some(topic) = topic {
            let latest = opened.entry(topic).or_insert(at);
            *latest = at.max(*latest);
        }
    }
    let mut oldest: Vec<&Known> = known.iter().copied().filter(|known| known.remote.kind == Kind::Topic).collect();
    oldest.sort_by_key(|topic| topic.verified_at);
    let since_read = |topic: &&Known| {
        let at = *opened.get(&topic.remote)?;
        topic.verified_at.is_none_or(|read| read < at).then_some((at, topic.remote.clone()))
    };
    let mut attended: Vec<(DateTime<Utc>, RemoteRef)> = oldest.iter().filter_map(since_read).collect();
    attended.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut chosen: BTreeSet<RemoteRef> = attended.into_iter().take(most).map(|(_, topic)| topic).collect();
    let is_active = |topic: &&&Known| convert::bumped(&topic.token).is_some_and(|bumped| now - bumped < ACTIVE);
    let half = chosen.len() + (most - chosen.len()).div_ceil(2);
    for (topics, until) in
        [(oldest.iter().filter(is_active).collect::<Vec<_>>(), half), (oldest.iter().collect(), most)]
    {
        for topic in topics {
            if chosen.len() >= until {
                break;
            }
            chosen.insert(topic.remote.clone());
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use domain::Token;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
    }

    fn topic(id: i64, read: i64, bumped: i64, opened: Option<i64>) -> Known {
        Known {
            remote: RemoteRef::new(Kind::Topic, id),
            parent: None,
            token: Token(format!("1|1|{}|A title||0010|5", at(bumped).to_rfc3339())),
            verified_at: Some(at(read)),
            opened_at: opened.map(at),
        }
    }

    fn ids(known: &[Known], most: usize) -> Vec<String> {
        let chosen = chosen(&known.iter().collect::<Vec<_>>(), most, at(0));
        chosen.into_iter().map(|remote| remote.id.0).collect()
    }

    #[test]
    fn what_was_opened_comes_first_then_busy_topics_and_those_read_the_longest_ago_share_the_rest() {
        let day = -24 * 60;
        let mut known = vec![
            // Opened before it was last read, and since.
            topic(1, -10, 300 * day, Some(-20)),
            topic(2, -10, 300 * day, Some(-5)),
        ];
        known.extend((10..20).map(|id| topic(id, -100 + id, day, None)));
        known.extend((30..40).map(|id| topic(id, -1000 + id, 100 * day, None)));
        assert_eq!(ids(&known, 1), ["2"]);
        assert_eq!(ids(&known, 5), ["10", "11", "2", "30", "31"]);
        assert_eq!(ids(&known, 100).len(), known.len());
        assert_eq!(ids(&known, 0), [""; 0]);
    }

    #[test]
    fn a_post_that_was_opened_is_read_with_its_topic() {
        let mut known: Vec<Known> = (10..20).map(|id| topic(id, -100, -10, None)).collect();
        let post = Known {
            remote: RemoteRef::new(Kind::Post, 7),
            parent: Some(RemoteRef::new(Kind::Topic, 17)),
            ..topic(0, -100, 0, Some(-1))
        };
        known.push(post);
        assert_eq!(ids(&known, 1), ["17"]);
    }
}
