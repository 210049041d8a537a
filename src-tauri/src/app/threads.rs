//! What stands under a topic, a discussion or an announcement: in which order, and what may be added to it.

use std::collections::{HashMap, HashSet};

use domain::{EntityId, Kind, SpaceId, fact, field};
use store::Entity;

use super::on_site::OnSite;
use super::{App, id};
use crate::dto::PostDto;
use crate::error::{Failure, Result};

/// The kind of what is written to answer such a document; none where nothing is.
pub(crate) fn answer_kind(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::Topic => Some(Kind::Post),
        Kind::Discussion | Kind::Announcement => Some(Kind::Reply),
        _ => None,
    }
}

pub(crate) fn has_thread(kind: Kind) -> bool {
    answer_kind(kind).is_some()
}

/// The number by which an answer names what it answers: a post's on the forum; of a reply on Canvas its own id, which stands behind
/// its discussion's (contract canvas 3.6).
pub(crate) fn number(post: &Entity, on_site: &OnSite) -> Option<i64> {
    if post.kind == Kind::Post {
        return post.content.number(field::POST_NUMBER);
    }
    on_site.remote.as_ref()?.0.rsplit('-').next()?.parse().ok()
}

/// What a quotation of a post names, as the forum writes it (contract discourse 9); nothing where the forum has not both.
pub(crate) fn quoted(post: &Entity, of_post: &OnSite, of_topic: &OnSite) -> Option<String> {
    let number = post.content.number(field::POST_NUMBER).filter(|_| post.kind == Kind::Post)?;
    let (who, topic) = (of_post.facts.get(fact::USERNAME)?, of_topic.remote.as_ref()?);
    Some(format!("{who}, post:{number}, topic:{topic}"))
}

/// Posts as a forum shows them. Those that have no number yet stand last.
pub(crate) fn in_a_row(mut posts: Vec<PostDto>) -> Vec<PostDto> {
    posts.sort_by_key(|post| post.number.unwrap_or(i64::MAX));
    posts
}

/// Replies as Canvas shows them: each under the one that it answers, those beside each other by time. What answers a reply that is
/// not here stands at the top, and so does what goes round in a circle.
pub(crate) fn each_under_its_own(mut posts: Vec<PostDto>) -> Vec<PostDto> {
    posts.sort_by(|one, other| (&one.created_at, &one.id).cmp(&(&other.created_at, &other.id)));
    let here: HashSet<i64> = posts.iter().filter_map(|post| post.number).collect();
    let mut under: HashMap<Option<i64>, Vec<usize>> = HashMap::new();
    for (at, post) in posts.iter().enumerate() {
        under.entry(post.reply_to.filter(|to| here.contains(to))).or_default().push(at);
    }
    let mut order = Vec::with_capacity(posts.len());
    let mut placed = HashSet::new();
    let tops = under.get(&None).cloned().unwrap_or_default();
    for top in tops.into_iter().chain(0..posts.len()) {
        let mut waiting = vec![(top, 0)];
        while let Some((at, depth)) = waiting.pop() {
            if !placed.insert(at) {
                continue;
            }
            order.push((at, depth));
            let answers = posts[at].number.and_then(|number| under.get(&Some(number)));
            waiting.extend(answers.into_iter().flatten().rev().map(|answer| (*answer, depth + 1)));
        }
    }
    let mut posts: Vec<Option<PostDto>> = posts.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(at, depth)| posts[at].take().map(|post| PostDto { depth, ..post })).collect()
}

impl App {
    /// Refuses an answer to what cannot be answered, or to nothing.
    pub(crate) async fn refuse_answer(&self, space: SpaceId, kind: Kind, parent: Option<EntityId>) -> Result<()> {
        let wanted = if kind == Kind::Post { "a topic" } else { "a discussion or an announcement" };
        let no_such = || Failure::Invalid(format!("It has to stand under {wanted} of the same space."));
        let parent = self.store.get(parent.ok_or_else(no_such)?).await?;
        if parent.space != space || parent.deleted_at.is_some() || answer_kind(parent.kind) != Some(kind) {
            return Err(no_such());
        }
        let here = self.store.space(space).await?;
        match self.on_site(parent.id).await?.no_reply().or_else(|| here.why_not(kind, false)) {
            Some(why) => Err(Failure::Locked(why)),
            None => Ok(()),
        }
    }

    /// What an answer to a document stands under, and the number that it names: an answer to a post or a reply stands under what that
    /// stands under.
    pub async fn answered(&self, document: &str) -> Result<(Option<String>, Option<i64>)> {
        let entity = self.store.get(id(document)?).await?;
        if !matches!(entity.kind, Kind::Post | Kind::Reply) {
            return Ok((Some(document.to_owned()), None));
        }
        let number = number(&entity, &self.on_site(entity.id).await?).ok_or_else(|| {
            Failure::Invalid("It has not been sent yet. It can be answered once it is on its site.".to_owned())
        })?;
        Ok((entity.parent.map(|parent| parent.to_string()), Some(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(id: &str, number: Option<i64>, reply_to: Option<i64>, at: u32) -> PostDto {
        PostDto {
            id: id.to_owned(),
            number,
            depth: 0,
            author: String::new(),
            created_at: format!("2026-12-01T08:{at:02}:00Z"),
            body: String::new(),
            reading: None,
            states: Vec::new(),
            reply_to,
            editable: true,
            quote: None,
        }
    }

    fn told(posts: Vec<PostDto>) -> Vec<(String, u32)> {
        each_under_its_own(posts).into_iter().map(|post| (post.id, post.depth)).collect()
    }

    #[test]
    fn replies_stand_under_what_they_answer_and_beside_each_other_by_time() {
        let thread = vec![
            post("new", None, Some(2), 9),
            post("second", Some(3), None, 2),
            post("deep", Some(5), Some(4), 4),
            post("first", Some(2), None, 1),
            post("answer", Some(4), Some(2), 3),
            post("late", Some(6), Some(2), 5),
        ];
        let expected = [("first", 0), ("answer", 1), ("deep", 2), ("late", 1), ("new", 1), ("second", 0)];
        assert_eq!(told(thread), expected.map(|(id, depth)| (id.to_owned(), depth)));
    }

    #[test]
    fn no_reply_is_left_out_whatever_it_answers() {
        let lost = vec![post("orphan", Some(7), Some(99), 1), post("round", Some(8), Some(8), 2)];
        assert_eq!(told(lost), [("orphan".to_owned(), 0), ("round".to_owned(), 0)]);
        let circle = vec![post("a", Some(1), Some(2), 1), post("b", Some(2), Some(1), 2), post("c", Some(3), None, 3)];
        assert_eq!(told(circle), [("c".to_owned(), 0), ("a".to_owned(), 0), ("b".to_owned(), 1)]);
    }
}
