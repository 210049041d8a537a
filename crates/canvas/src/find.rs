//! Writes whose answer was lost (contract 5).

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Access, Change, Changed, Content, Cursor, Found, Kind, Operation, RemoteError, RemoteErrorKind, RemoteId,
    RemoteObject, RemoteRef, fact, field,
};

use crate::connect::CanvasRemote;
use crate::convert;
use crate::errors::from_failure;
use crate::guard::There;
use crate::pull::{self, list};

/// How much older than the attempt's start an object may seem, for clocks that differ.
const SLACK: TimeDelta = TimeDelta::seconds(60);

/// Most pages of a list that are read to find one object; each has a hundred.
const ANSWERS: u32 = 20;

impl CanvasRemote {
    pub(crate) async fn look_for(
        &self,
        space: &RemoteId,
        change: &Change,
        mapped: &BTreeSet<RemoteRef>,
    ) -> Result<Found, RemoteError> {
        match &change.operation {
            Operation::Create { kind: Kind::ModuleItem, parent } => {
                self.look_for_item(space, parent.as_ref(), change, mapped).await
            }
            Operation::Create { kind: Kind::Reply, parent } => {
                self.look_for_reply(space, parent.as_ref(), change, mapped).await
            }
            Operation::Create { kind, .. } => {
                let found = self.look_for_new(space, *kind, change, mapped).await?;
                if found != Found::Absent || *kind == Kind::Page || !self.wait_for_replicas(change).await? {
                    return Ok(found);
                }
                self.look_for_new(space, *kind, change, mapped).await
            }
            Operation::Update { remote, changed, .. } => Ok(match self.there(space, remote).await? {
                There::Here(object) if self.carries(&object, changed, &change.content) => Found::Here(Box::new(object)),
                // Sending an update again is guarded, so what somebody did on top of a lost one is seen and merged then.
                There::Here(_) | There::Gone => Found::Absent,
                There::Hidden(error) => Found::Unsure(error.words),
            }),
            Operation::Delete { remote, base } => Ok(match self.there(space, remote).await? {
                There::Gone => Found::Here(Box::new(base.object(remote))),
                There::Here(_) => Found::Absent,
                There::Hidden(error) => Found::Unsure(error.words),
            }),
        }
    }

    /// Whether the parts that were to be written are there.
    fn carries(&self, object: &RemoteObject, changed: &Changed, content: &Content) -> bool {
        let kind = object.remote.kind;
        let (there, wanted) = (self.form(kind, &object.content), self.form(kind, content));
        (!changed.title || is_title(&there.title, &wanted.title))
            && (!changed.body || there.body == wanted.body)
            && changed.fields.iter().all(|name| there.fields.get(name) == wanted.fields.get(name))
    }

    async fn look_for_new(
        &self,
        space: &RemoteId,
        kind: Kind,
        change: &Change,
        mapped: &BTreeSet<RemoteRef>,
    ) -> Result<Found, RemoteError> {
        let since = change.begun_at - SLACK;
        let (candidates, complete) = self.newest(space, kind, since).await?;
        let fresh = candidates
            .into_iter()
            .filter(|object| !mapped.contains(&object.remote) && created_at(object).is_none_or(|time| time >= since));
        let wanted = self.form(kind, &change.content).body;
        let likeness = |object: &RemoteObject| {
            let title = is_title(&object.content.title, &change.content.title);
            (title, self.form(kind, &object.content).body == wanted)
        };
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for object in fresh {
            let as_now = likeness(&object);
            if as_now == (true, true) {
                same.push(object);
                continue;
            }
            // Somebody may have edited or renamed it since: a page's first revision still says what it was made with.
            match self.as_made(space, &object).await?.map(|made| (likeness(&made), made)) {
                Some(((true, true), made)) => same.push(made),
                Some(((false, _), _)) => {}
                Some(((true, false), _)) => other.push(object),
                // Nothing says what it was made with. What was never changed since is told by what it is.
                None if as_now == (false, false) && never_changed(&object) => {}
                None => other.push(object),
            }
        }
        let title = &change.content.title;
        Ok(match (same.len(), other.is_empty(), same.pop()) {
            (1, _, Some(object)) => Found::Here(Box::new(object)),
            (0, true, _) if complete => Found::Absent,
            (0, true, _) => Found::Unsure("the course has too many new items to look through".to_owned()),
            (0, false, _) => Found::Unsure(match other.iter().find(|object| is_title(&object.content.title, title)) {
                Some(_) => format!("there is a new “{title}” with another text"),
                None => format!("there is a new “{}”, which may be it under another name", other[0].content.title),
            }),
            (count, ..) => Found::Unsure(format!("there are {count} new ones named “{title}”")),
        })
    }

    /// Waits until lists that are read from a replica show what an attempt made. Whether that took any time.
    async fn wait_for_replicas(&self, change: &Change) -> Result<bool, RemoteError> {
        let offset = TimeDelta::seconds(self.client.http().clock_offset_seconds().unwrap_or(0));
        let settled = change.begun_at + TimeDelta::from_std(self.lag).unwrap_or_default();
        match (settled - ((self.now)() + offset)).to_std() {
            Ok(wait) if wait <= self.lag && !wait.is_zero() => {
                self.client.http().wait(wait).await.map_err(from_failure)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// An item has neither a time nor a name of its own: it is told by its module, its type and what it shows (contract 5).
    async fn look_for_item(
        &self,
        space: &RemoteId,
        parent: Option<&RemoteRef>,
        change: &Change,
        mapped: &BTreeSet<RemoteRef>,
    ) -> Result<Found, RemoteError> {
        let (candidates, complete) = self.newest(space, Kind::ModuleItem, change.begun_at).await?;
        let wanted = self.form(Kind::ModuleItem, &change.content);
        let slug = match change.content.text(field::ITEM_TARGET).and_then(|target| target.strip_prefix("page:")) {
            Some(page) => Some(self.client.page(space, &RemoteId::from(page)).await?.url),
            None => None,
        };
        let shows = |content: &Content| content.text(field::ITEM_TARGET).map(str::to_owned);
        let target = slug.or_else(|| shows(&change.content));
        let mut same = candidates.into_iter().filter(|object| {
            !mapped.contains(&object.remote)
                && parent.is_none_or(|parent| object.parent.as_ref() == Some(parent))
                && object.content.text(field::ITEM_TYPE) == change.content.text(field::ITEM_TYPE)
                && (target.is_none() || shows(&object.content) == target)
                && self.form(Kind::ModuleItem, &object.content).title == wanted.title
        });
        Ok(match (same.next(), same.next()) {
            (Some(object), None) => Found::Here(Box::new(object)),
            (None, _) if complete => Found::Absent,
            (None, _) => Found::Unsure("the course has too many modules to look through".to_owned()),
            (Some(_), Some(_)) => Found::Unsure("the module has several new items like it".to_owned()),
        })
    }

    /// A reply is told by its text, its author and the time.
    async fn look_for_reply(
        &self,
        space: &RemoteId,
        parent: Option<&RemoteRef>,
        change: &Change,
        mapped: &BTreeSet<RemoteRef>,
    ) -> Result<Found, RemoteError> {
        let Some(topic) = parent else { return Ok(Found::Absent) };
        let wanted = self.form(Kind::Reply, &change.content);
        let since = change.begun_at - SLACK;
        let mut same = self.replies(space, topic).await?.into_iter().filter(|reply| {
            !mapped.contains(&reply.remote)
                && reply.access == Access::Editable
                && created_at(reply).is_none_or(|time| time >= since)
                && reply.content.number(field::REPLY_TO) == change.content.number(field::REPLY_TO)
                && self.form(Kind::Reply, &reply.content).body == wanted.body
        });
        Ok(match (same.next(), same.next()) {
            (Some(object), None) => Found::Here(Box::new(object)),
            (None, _) => Found::Absent,
            (Some(_), Some(_)) => Found::Unsure("there are several new replies with this text".to_owned()),
        })
    }

    /// A page as it was made; `None` for what keeps no versions.
    async fn as_made(&self, space: &RemoteId, object: &RemoteObject) -> Result<Option<RemoteObject>, RemoteError> {
        if object.remote.kind != Kind::Page {
            return Ok(None);
        }
        match self.client.revision(space, &object.remote.id, 1).await {
            Ok(revision) => Ok(Some(convert::page_revision(revision, object, &self.client.origin()))),
            Err(error) if error.kind == RemoteErrorKind::NotFound || error.kind == RemoteErrorKind::Forbidden => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Objects of a kind that may be the new one, and whether all such were read. Pages can be asked for by age; the other lists are read whole
    /// rather than searched, since a search that misses a title would make a second object.
    async fn newest(
        &self,
        space: &RemoteId,
        kind: Kind,
        since: DateTime<Utc>,
    ) -> Result<(Vec<RemoteObject>, bool), RemoteError> {
        let (list, listed, order) = match kind {
            Kind::Page => (list::PAGES, kind, "&sort=created_at&order=desc"),
            Kind::Assignment => (list::ASSIGNMENTS, kind, ""),
            Kind::Announcement => (list::ANNOUNCEMENTS, kind, ""),
            Kind::Quiz => (list::QUIZZES, kind, ""),
            Kind::Module | Kind::ModuleItem => (list::MODULES, Kind::Module, ""),
            _ => (list::DISCUSSIONS, kind, ""),
        };
        let mut ways = vec![Cursor { list: list.to_owned(), at: format!("{}{order}", pull::first(space, listed)?) }];
        let mut all = Vec::new();
        for _ in 0..ANSWERS {
            let Some(cursor) = ways.pop() else { return Ok((all, true)) };
            let page = pull::pull(self, space, &cursor, &[]).await?;
            let old =
                kind == Kind::Page && page.objects.last().and_then(created_at).is_some_and(|created| created < since);
            all.extend(page.objects.into_iter().filter(|object| {
                // A right that was missing makes a discussion of an announcement; it is looked for among these alone.
                object.remote.kind == kind || !matches!(kind, Kind::Module | Kind::ModuleItem)
            }));
            if !old {
                ways.extend(page.more);
            }
        }
        Ok((all, ways.is_empty()))
    }
}

fn created_at(object: &RemoteObject) -> Option<DateTime<Utc>> {
    let text = object.facts.get(fact::CREATED_AT)?;
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc))
}

/// Whether an object says of itself that it is as it was made.
fn never_changed(object: &RemoteObject) -> bool {
    created_at(object).zip(object.changed_at).is_some_and(|(created, changed)| changed <= created)
}

/// Whether a title is the wanted one, or what Canvas makes of it to keep titles apart: `Week 1-2` (contract 3.1).
pub(crate) fn is_title(there: &str, wanted: &str) -> bool {
    let (there, wanted) = (there.trim(), wanted.trim());
    there == wanted
        || there
            .strip_prefix(wanted)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_title;

    #[test]
    fn a_title_that_canvas_made_unique_is_still_the_title() {
        for (there, wanted, same) in [
            ("Week 1", "Week 1", true),
            ("Week 1-2", "Week 1", true),
            ("Week 1-13", "Week 1", true),
            ("Week 1-", "Week 1", false),
            ("Week 1-b", "Week 1", false),
            ("Week 12", "Week 1", false),
            ("Week", "Week 1", false),
        ] {
            assert_eq!(is_title(there, wanted), same, "{there} / {wanted}");
        }
    }
}
