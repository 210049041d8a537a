//! Writes: what is sent, and what the server made of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Base, Change, Changed, Content, FieldValue, Kind, Operation, RemoteError, RemoteErrorKind, RemoteId, RemoteObject,
    RemoteRef, Sent, fact, field,
};
use rest::{Answer, Method};
use tokio::time::Instant;

use crate::body;
use crate::client::{collection, object_path};
use crate::connect::CanvasRemote;
use crate::convert::{self, own};
use crate::dto;
use crate::errors::{attributes, from_answer, from_failure};
use crate::find::is_title;
use crate::guard::There;

/// A write's parts that came to nothing: name, and why.
pub(crate) type Missed = BTreeMap<String, Option<String>>;

impl CanvasRemote {
    pub(crate) async fn carry_out(&self, space: &RemoteId, change: &Change) -> Result<Sent, RemoteError> {
        match &change.operation {
            Operation::Create { kind: Kind::ModuleItem, parent } => {
                self.create_item(space, parent.as_ref(), &change.content).await
            }
            Operation::Create { kind: Kind::Reply, parent } => {
                self.create_reply(space, parent.as_ref(), &change.content).await
            }
            Operation::Create { kind, .. } => self.create(space, *kind, &change.content).await,
            Operation::Update { remote, base, .. } if remote.kind == Kind::Reply => {
                self.update_reply(space, remote, base, &change.content).await
            }
            Operation::Delete { remote, base } if remote.kind == Kind::Reply => {
                self.delete_reply(space, remote, base).await
            }
            Operation::Update { remote, changed, base } => {
                self.update(space, remote, changed, base, &change.content).await
            }
            Operation::Delete { remote, base } => self.delete(space, remote, base).await,
        }
    }

    async fn create(&self, space: &RemoteId, kind: Kind, content: &Content) -> Result<Sent, RemoteError> {
        let path = collection(space, creatable(kind)?)?;
        let everything = body::whole(kind, content);
        let body = body::of(kind, content, &everything, None);
        let answer = self.client.write(Method::Post, &path, Some(&body)).await?;
        if !answer.is_success() {
            return Err(from_answer(&answer));
        }
        let mut object = self.object_in(kind, &answer)?;
        self.ages.made(&object.remote.id, Instant::now());
        let mut missed = Missed::new();
        if object.remote.kind != kind {
            // Without the right to announce, Canvas makes an ordinary topic in silence (contract 3.7).
            missed.insert("announcement".to_owned(), Some("Canvas made a discussion of it".to_owned()));
        }
        if kind == Kind::Module && content.flag(field::PUBLISHED) == Some(true) {
            // A module is always made unpublished; only a second write publishes it (contract 3.8).
            object = self.publish_new_module(space, object, content).await;
        }
        self.note_not_taken(&mut object, content, &everything, None, missed);
        Ok(Sent::Done { object: Box::new(object), overwritten: None })
    }

    async fn update(
        &self,
        space: &RemoteId,
        remote: &RemoteRef,
        changed: &Changed,
        base: &Base,
        content: &Content,
    ) -> Result<Sent, RemoteError> {
        let path = self.path_of(space, remote, base)?;
        let before = if remote.kind == Kind::Page {
            match self.revision_before(space, remote).await? {
                There::Here(number) => Some(number),
                There::Gone => return Ok(Sent::Gone),
                There::Hidden(error) => return Err(error),
            }
        } else {
            None
        };
        if remote.kind == Kind::Page
            && let Some(otherwise) = self.set_otherwise(space, remote, changed, base).await?
        {
            return Ok(otherwise);
        }
        let (mut sent, mut missed) = without_locked(changed, base)?;
        let answer = loop {
            let body = body::of(remote.kind, content, &sent, Some(base));
            let answer = self.client.write(Method::Put, &path, Some(&body)).await?;
            if answer.is_success() {
                break answer;
            }
            let error = from_answer(&answer);
            if error.kind == RemoteErrorKind::NotFound {
                return Ok(Sent::Gone);
            }
            // A refused field (a front page's state, a date) must not hold the text back (contract 9.31).
            let refused: BTreeSet<String> =
                attributes(&answer).iter().filter_map(|name| field_named(remote.kind, name, &sent)).collect();
            let mut rest = sent.clone();
            rest.fields.retain(|name| !refused.contains(name));
            if refused.is_empty() || rest.is_empty() {
                return Err(error);
            }
            missed.extend(refused.into_iter().map(|name| (name, Some(error.words.clone()))));
            sent = rest;
        };
        let mut object = match remote.kind {
            // The answer does not repeat the text (contract 3.3).
            Kind::Syllabus => match self.there(space, remote).await? {
                There::Here(object) => object,
                There::Gone | There::Hidden(_) => return Ok(Sent::Gone),
            },
            kind => self.object_in(kind, &answer)?,
        };
        if object.remote.id != remote.id {
            let words = "Canvas made another object instead of changing this one";
            return Err(RemoteError::new(RemoteErrorKind::Malformed, words).maybe_done());
        }
        keep_group_name(&mut object, base);
        self.note_not_taken(&mut object, content, &sent, Some(base), missed);
        let overwritten = match before {
            Some(before) => self.slipped_in(space, &mut object, before).await?,
            None => None,
        };
        Ok(Sent::Done { object: Box::new(object), overwritten: overwritten.map(Box::new) })
    }

    async fn delete(&self, space: &RemoteId, remote: &RemoteRef, base: &Base) -> Result<Sent, RemoteError> {
        creatable(remote.kind)?;
        if let Some(why) = domain::fields::locked(&base.facts).remove("body") {
            // A blueprint's text is not ours to delete, and the assignment of a graded discussion takes the discussion along (contract 3.4, 3.10).
            return Err(RemoteError::new(RemoteErrorKind::Refused, why));
        }
        let path = self.path_of(space, remote, base)?;
        let answer = self.client.write(Method::Delete, &path, None).await?;
        self.seen().remove(&(space.clone(), remote.id.clone()));
        if answer.is_success() {
            return Ok(Sent::Done { object: Box::new(base.object(remote)), overwritten: None });
        }
        let error = from_answer(&answer);
        match error.kind {
            RemoteErrorKind::NotFound => Ok(Sent::Gone),
            RemoteErrorKind::Forbidden if remote.kind == Kind::Page => match self.there(space, remote).await? {
                There::Gone => Ok(Sent::Gone),
                _ => Err(error),
            },
            _ => Err(error),
        }
    }

    /// Where an object is written to. An item stands under the module that it was last seen in.
    fn path_of(&self, space: &RemoteId, remote: &RemoteRef, base: &Base) -> Result<String, RemoteError> {
        match remote.kind {
            Kind::ModuleItem => crate::modules::item_path(space, &remote.id, &base.content),
            kind => object_path(space, writable(kind)?, &remote.id),
        }
    }

    pub(crate) fn object_in(&self, kind: Kind, answer: &Answer) -> Result<RemoteObject, RemoteError> {
        let origin = self.client.origin();
        match kind {
            Kind::Page => answer.json::<dto::Page>().map(|page| convert::page(page, &origin, None)),
            Kind::Assignment => answer.json::<dto::Assignment>().map(|found| convert::assignment(found, None, &origin)),
            Kind::Quiz => answer.json::<dto::Quiz>().map(|quiz| convert::quiz(quiz, &origin)),
            Kind::Module => answer.json::<dto::Module>().map(|module| crate::modules::module(&module)),
            Kind::ModuleItem => answer.json::<dto::Item>().map(crate::modules::item),
            _ => answer.json::<dto::Topic>().map(|topic| convert::topic(topic, &origin, kind == Kind::Announcement)),
        }
        .map_err(from_failure)
    }

    /// Names what was sent and is not in the answer: Canvas drops some fields with a 200 (contract 9.27). A title that it made unique and a body
    /// that it cleaned are its own doing and are adopted.
    pub(crate) fn note_not_taken(
        &self,
        object: &mut RemoteObject,
        content: &Content,
        sent: &Changed,
        base: Option<&Base>,
        mut missed: Missed,
    ) {
        let kind = object.remote.kind;
        let (got, wanted) = (self.form(kind, &object.content), self.form(kind, content));
        if sent.title && !is_title(&got.title, &wanted.title) {
            missed.insert("title".to_owned(), None);
        }
        let before = base.map(|base| self.form(kind, &base.content).body).unwrap_or_default();
        if sent.body && got.body != wanted.body && got.body == before {
            missed.insert("body".to_owned(), None);
        }
        for name in &sent.fields {
            if let Some(value) = wanted.fields.get(name)
                && got.fields.get(name) != Some(value)
                && !is_same_day_end(value, got.fields.get(name))
            {
                missed.insert(name.clone(), None);
            }
        }
        if !missed.is_empty() {
            let words = missed.iter().map(|(name, why)| match why {
                Some(why) => format!("{name}: {why}"),
                None => name.clone(),
            });
            let words = words.collect::<Vec<_>>().join(", ");
            object.facts.insert(own::NOT_TAKEN.to_owned(), words);
        }
    }
}

/// A midnight that Canvas moved to the end of its day is taken, not refused (contract 9.12).
fn is_same_day_end(sent: &FieldValue, got: Option<&FieldValue>) -> bool {
    const TO_THE_END: i64 = 24 * 3600 - 1;
    matches!((sent, got), (FieldValue::Time(sent), Some(FieldValue::Time(got)))
        if got.timestamp() - sent.timestamp() == TO_THE_END)
}

/// Which field that was sent an attribute of a refusal is about: `assignment[due_at]`, `published`.
fn field_named(kind: Kind, attribute: &str, sent: &Changed) -> Option<String> {
    let name = attribute.rsplit('[').next().unwrap_or(attribute).trim_end_matches(']');
    let name = match (kind, name) {
        (Kind::Page, "student_todo_at" | "student_planner_checkbox") => field::TODO_DATE,
        (_, "lock_comment") => field::LOCKED,
        (_, "workflow_state") => field::PUBLISHED,
        (_, name) => name,
    };
    sent.fields.contains(name).then(|| name.to_owned())
}

/// Takes out what a blueprint or an owner locks, since one locked part refuses the whole write (contract 9.28).
fn without_locked(changed: &Changed, base: &Base) -> Result<(Changed, Missed), RemoteError> {
    let locked = domain::fields::locked(&base.facts);
    let mut rest = changed.clone();
    let mut missed = Missed::new();
    for (name, why) in locked {
        let was_there = match name.as_str() {
            "title" => std::mem::take(&mut rest.title),
            "body" => std::mem::take(&mut rest.body),
            name => rest.fields.remove(name),
        };
        if was_there {
            missed.insert(name, Some(why));
        }
    }
    match missed.values().next() {
        Some(why) if rest.is_empty() => {
            let words = why.clone().unwrap_or_else(|| convert::BLUEPRINT.to_owned());
            Err(RemoteError::new(RemoteErrorKind::Refused, words))
        }
        _ => Ok((rest, missed)),
    }
}

/// The answer to a write does not name the group; it is the known one while the group is the same.
fn keep_group_name(object: &mut RemoteObject, base: &Base) {
    let same = object.content.fields.get(field::GROUP) == base.content.fields.get(field::GROUP);
    if let Some(name) = base.facts.get(fact::GROUP_NAME).filter(|_| same && object.remote.kind == Kind::Assignment) {
        object.facts.insert(fact::GROUP_NAME.to_owned(), name.clone());
    }
}

fn creatable(kind: Kind) -> Result<Kind, RemoteError> {
    match kind {
        Kind::Syllabus => {
            let words = "Every course has one syllabus. It can be emptied, and neither made nor deleted.";
            Err(RemoteError::new(RemoteErrorKind::Refused, words))
        }
        kind => writable(kind),
    }
}

fn writable(kind: Kind) -> Result<Kind, RemoteError> {
    match kind {
        Kind::Page
        | Kind::Assignment
        | Kind::Discussion
        | Kind::Announcement
        | Kind::Quiz
        | Kind::Syllabus
        | Kind::Module
        | Kind::ModuleItem => Ok(kind),
        _ => Err(RemoteError::new(RemoteErrorKind::Refused, "this kind is not written to Canvas")),
    }
}
