//! Writes of a client, the look before each, and the search for a lost one: the steps of the real adapters.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use domain::{
    Base, Change, Changed, Content, Found, Guard, Kind, Operation, RemoteError, RemoteErrorKind, RemoteObject,
    RemoteRef, Sent, field,
};

use crate::remote::{Answer, Client};
use crate::site::{Edit, Object, Site, Version, canonical_of};
use crate::world::World;

/// How much older than an attempt's start an object may seem, for clocks that differ.
const SLACK: i64 = 60;

/// Replicas have caught up after so many milliseconds.
pub(crate) const SETTLE: i64 = 5_000;

/// A text with this in it is refused for good, as what breaks a site's rules is.
pub(crate) const POISON: &str = "poison";

impl Client {
    pub(crate) async fn look(&self, remote: &RemoteRef, base: &Base) -> Answer<Guard> {
        if remote.kind == Kind::Page {
            let top = self
                .read(false, |site, at| {
                    let object = site.objects.get(remote).filter(|object| object.is_there(at))?;
                    Some((site.view(object, object.newest(), true), object.newest().number, at))
                })
                .await?;
            let Some((object, number, at)) = top else { return Ok(Guard::Gone) };
            self.note_look(remote, at);
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(remote.clone(), number);
            let known = base.token.0.split_once('|').is_some_and(|(known, _)| known == number.to_string());
            return Ok(self.compared(object, base, known));
        }
        let there = self
            .read(!self.forum(), |site, at| {
                let object = site.objects.get(remote)?;
                Some((site.view(object, object.as_of(at)?, false), at))
            })
            .await?;
        let Some((object, at)) = there else { return Ok(Guard::Gone) };
        self.note_look(remote, at);
        Ok(self.compared(object, base, false))
    }

    fn compared(&self, object: RemoteObject, base: &Base, known: bool) -> Guard {
        let form = |content: &Content| canonical_of(self.forum(), object.remote.kind, content);
        if known || form(&object.content) == form(&base.content) {
            Guard::Unchanged
        } else {
            Guard::Changed(Box::new(object))
        }
    }

    pub(crate) async fn carry_out(&self, change: &Change) -> Answer<Sent> {
        if change.content.body.contains(POISON) && !matches!(change.operation, Operation::Delete { .. }) {
            return self.write(|_| Err(RemoteError::new(RemoteErrorKind::Refused, "it breaks a rule"))).await;
        }
        match &change.operation {
            Operation::Create { kind, parent } => self.create(*kind, parent.clone(), change).await,
            Operation::Update { remote, changed, base } if self.forum() => {
                self.update_post(remote, changed, base, &change.content).await
            }
            Operation::Update { remote, changed, base } => self.update(remote, changed, base, &change.content).await,
            Operation::Delete { remote, base } => {
                let (place, begun) = (self.place, self.begun);
                let looks = self.looked.lock().unwrap_or_else(PoisonError::into_inner).clone();
                self.looked.lock().unwrap_or_else(PoisonError::into_inner).remove(remote);
                let gone = self
                    .write(|world| {
                        let now = world.now;
                        check_overwrite(world, place, remote, base, looks.get(remote).copied(), true);
                        // What others wrote under it after it was looked at, or began after this run, goes along unseen.
                        let since: Vec<String> = world.sites[place]
                            .there(now)
                            .filter(|object| object.parent.as_ref() == Some(remote))
                            .filter(|object| object.newest().at > looks.get(&object.remote).copied().unwrap_or(begun))
                            .map(|object| object.newest().body.clone())
                            .collect();
                        since.iter().for_each(|body| world.let_go(body, ""));
                        let site = &mut world.sites[place];
                        let there = site.objects.get(remote).is_some_and(|object| object.is_there(now));
                        site.delete(remote, now);
                        Ok(!there)
                    })
                    .await?;
                Ok(if gone { Sent::Gone } else { done(base.object(remote), None) })
            }
        }
    }

    async fn create(&self, kind: Kind, parent: Option<RemoteRef>, change: &Change) -> Answer<Sent> {
        let (place, content) = (self.place, &change.content);
        let all = Changed { title: true, body: true, fields: [field::PUBLISHED.to_owned()].into() };
        let edit = edit_of(content, &all);
        let made = self
            .write(|world| {
                let now = world.now;
                if let Some(parent) = &parent
                    && !world.sites[place].objects.get(parent).is_some_and(|topic| topic.is_there(now))
                {
                    return Err(RemoteError::new(RemoteErrorKind::Refused, "the topic is gone"));
                }
                world.made(&content.body);
                let site = &mut world.sites[place];
                let remote = site.create(kind, parent.clone(), &edit, 1, Some(&change.witness), now);
                Ok(shown(site, &remote, now))
            })
            .await?;
        let made = made.ok_or_else(|| RemoteError::new(RemoteErrorKind::Malformed, "not shown").maybe_done())?;
        if self.forum() { self.read_back(&made.remote).await } else { Ok(done(made, None)) }
    }

    /// Canvas: no precondition goes with a write. A page's numbers tell afterwards whether somebody wrote in between.
    async fn update(&self, remote: &RemoteRef, changed: &Changed, base: &Base, content: &Content) -> Answer<Sent> {
        let mut before = None;
        if remote.kind == Kind::Page {
            before = self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(remote);
            if before.is_none() {
                let top = self.read(false, |site, at| top_of(site, remote, at)).await?;
                let Some(top) = top else { return Ok(Sent::Gone) };
                before = Some(top);
            }
        }
        let (place, edit) = (self.place, edit_of(content, changed));
        let looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner).remove(remote);
        let written = self
            .write(|world| {
                check_overwrite(world, place, remote, base, looked, false);
                let now = world.now;
                let site = &mut world.sites[place];
                if !site.objects.get(remote).is_some_and(|object| object.is_there(now)) {
                    return Ok(None);
                }
                site.write(remote, &edit, 1, now);
                Ok(shown(site, remote, now))
            })
            .await?;
        let Some(mut object) = written else { return Ok(Sent::Gone) };
        let Some(before) = before else { return Ok(done(object, None)) };
        // The write is done; that its number could not be read does not make it undone.
        let rows = self.read(false, |site, _| numbers(site, remote, before)).await;
        let Ok(rows) = rows else { return Ok(done(object, None)) };
        let own = rows.iter().rposition(|row| self.same(row, &object));
        if let Some(own) = own {
            object.token = rows[own].token.clone();
        }
        let overwritten = rows[..own.unwrap_or(rows.len())].last().cloned().filter(|row| !self.same(row, &object));
        Ok(done(object, overwritten))
    }

    fn same(&self, one: &RemoteObject, other: &RemoteObject) -> bool {
        let form = |object: &RemoteObject| canonical_of(self.forum(), object.remote.kind, &object.content);
        form(one) == form(other)
    }

    /// Discourse: the text that the edit started from goes with it, and another one there refuses it.
    async fn update_post(&self, remote: &RemoteRef, changed: &Changed, base: &Base, content: &Content) -> Answer<Sent> {
        let place = self.place;
        let parts = [(changed.body, Part::Body), (changed.title && remote.kind == Kind::Topic, Part::Title)];
        for (_, part) in parts.into_iter().filter(|(due, _)| *due) {
            let outcome = self
                .write(|world| {
                    let now = world.now;
                    let site = &mut world.sites[place];
                    let Some(object) = site.objects.get(remote).filter(|object| object.is_there(now)) else {
                        return Ok(Outcome::Gone);
                    };
                    let (there, from, to) = match part {
                        Part::Body => (&object.newest().body, &base.returned_body, &content.body),
                        Part::Title => (&object.newest().title, &base.content.title, &content.title),
                    };
                    if there != from {
                        let kind = remote.kind;
                        let as_kept = |text: &str| match part {
                            Part::Body => canonical_of(true, kind, &Content::new("", text)).body,
                            Part::Title => canonical_of(true, kind, &Content::new(text, "")).title,
                        };
                        let arrived = as_kept(there) == as_kept(to);
                        return Ok(if arrived { Outcome::Done } else { Outcome::Overtaken });
                    }
                    let edit = match part {
                        Part::Body => Edit { body: Some(to.clone()), ..Edit::default() },
                        Part::Title => Edit { title: Some(to.clone()), ..Edit::default() },
                    };
                    site.write(remote, &edit, 1, now);
                    Ok(Outcome::Done)
                })
                .await?;
            match outcome {
                Outcome::Done => {}
                Outcome::Gone => return Ok(Sent::Gone),
                Outcome::Overtaken => {
                    let there = self.read(false, |site, at| shown(site, remote, at)).await?;
                    return Ok(there.map_or(Sent::Gone, |there| Sent::Overtaken(Box::new(there))));
                }
            }
        }
        self.read_back(remote).await
    }

    async fn read_back(&self, remote: &RemoteRef) -> Answer<Sent> {
        let object = self.read(false, |site, at| shown(site, remote, at)).await.map_err(RemoteError::maybe_done)?;
        match object {
            Some(object) => Ok(done(object, None)),
            None => Err(RemoteError::new(RemoteErrorKind::NotFound, "not shown").maybe_done()),
        }
    }

    pub(crate) async fn look_for(&self, change: &Change, mapped: &BTreeSet<RemoteRef>) -> Answer<Found> {
        let forum = self.forum();
        match &change.operation {
            Operation::Create { kind, .. } => {
                let found = self.look_for_new(*kind, change, mapped).await?;
                let settled = change.begun_at.timestamp_millis() + SETTLE;
                let early = settled - crate::world::moment(self.world.lock().now).timestamp_millis();
                if found != Found::Absent || forum || *kind == Kind::Page || early <= 0 {
                    return Ok(found);
                }
                // What the list does not show may only not have arrived at a replica: the adapter waits and looks once more.
                self.world.lock().now += early;
                self.look_for_new(*kind, change, mapped).await
            }
            Operation::Update { remote, changed, .. } => {
                let object = self.read(!forum, |site, at| shown_as_of(site, remote, at)).await?;
                Ok(match object {
                    Some(object) if carries(forum, &object, changed, &change.content) => Found::Here(Box::new(object)),
                    _ => Found::Absent,
                })
            }
            Operation::Delete { remote, base } => {
                let there = self.read(false, |site, at| shown(site, remote, at)).await?;
                Ok(if there.is_some() { Found::Absent } else { Found::Here(Box::new(base.object(remote))) })
            }
        }
    }
}

impl Client {
    async fn look_for_new(&self, kind: Kind, change: &Change, mapped: &BTreeSet<RemoteRef>) -> Answer<Found> {
        let forum = self.forum();
        let since = change.begun_at.timestamp() - SLACK;
        let wanted = canonical_of(forum, kind, &change.content);
        // Pages are listed by the primary.
        let found = self
            .read(!forum && kind != Kind::Page, |site, at| {
                let own = |object: &&Object| object.remote.kind == kind && !mapped.contains(&object.remote);
                let likeness = |object: &Object, version: &Version, numbered: bool| {
                    let view = site.view(object, version, numbered);
                    let form = site.canonical(kind, &view.content);
                    let same = (form.title == wanted.title, form.body == wanted.body);
                    (view, same)
                };
                let mut here = Vec::new();
                for object in site.there(at).filter(own) {
                    let Some(version) = object.as_of(at) else { continue };
                    if forum {
                        let witnessed = object.witness.as_deref() == Some(&change.witness);
                        here.extend(witnessed.then(|| (site.view(object, version, false), true)));
                        continue;
                    }
                    if crate::world::moment(object.created).timestamp() < since {
                        continue;
                    }
                    let (now, as_now) = likeness(object, version, false);
                    if kind == Kind::Page && as_now != (true, true) {
                        // Its first version still says what it was made with.
                        let (made, as_made) = likeness(object, &object.versions[0], true);
                        match as_made {
                            (true, true) => here.push((made, true)),
                            (true, false) => here.push((made, false)),
                            (false, _) => {}
                        }
                        continue;
                    }
                    // Of the others nobody can tell what one was made with that was changed since.
                    let changed = version.shown_at / 1000 > object.created / 1000;
                    match as_now {
                        (true, true) => here.push((now, true)),
                        (true, false) | (false, true) => here.push((now, false)),
                        (false, false) if changed => here.push((now, false)),
                        (false, false) => {}
                    }
                }
                here
            })
            .await?;
        let (same, other): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, same)| *same);
        let mut same = same.into_iter();
        Ok(match (same.next(), same.next(), other.is_empty()) {
            (Some((object, _)), None, _) => Found::Here(Box::new(object)),
            (None, _, true) => Found::Absent,
            _ => Found::Unsure("there is one like it".to_owned()),
        })
    }
}

#[derive(Clone, Copy)]
enum Part {
    Body,
    Title,
}

enum Outcome {
    Done,
    Gone,
    Overtaken,
}

fn carries(forum: bool, object: &RemoteObject, changed: &Changed, content: &Content) -> bool {
    let form = |content: &Content| canonical_of(forum, object.remote.kind, content);
    let (there, wanted) = (form(&object.content), form(content));
    if forum {
        return there == wanted;
    }
    (!changed.title || there.title == wanted.title)
        && (!changed.body || there.body == wanted.body)
        && changed.fields.iter().all(|name| there.fields.get(name) == wanted.fields.get(name))
}

/// A write over a version that its writer could have seen is a broken promise; one that came after the look is the window
/// that Canvas leaves, and for anything but a page nothing tells of it.
fn check_overwrite(
    world: &mut World,
    place: usize,
    remote: &RemoteRef,
    base: &Base,
    looked: Option<i64>,
    deletes: bool,
) {
    let now = world.now;
    let site = &world.sites[place];
    let Some(object) = site.objects.get(remote).filter(|object| object.is_there(now)) else { return };
    let there = object.newest().clone();
    let content = site.view(object, &there, false).content;
    if site.canonical(remote.kind, &content) == site.canonical(remote.kind, &base.content) {
        return;
    }
    match looked {
        Some(at) if there.at > at => {
            if remote.kind != Kind::Page || deletes {
                world.let_go(&format!("{} {}", there.title, there.body), "");
            }
        }
        Some(_) => world.violations.push(format!("{remote} was written over although the look had shown it")),
        None => world.violations.push(format!("{remote} was written over without a look")),
    }
}

fn edit_of(content: &Content, changed: &Changed) -> Edit {
    Edit {
        title: changed.title.then(|| content.title.clone()),
        body: changed.body.then(|| content.body.clone()),
        published: content.flag(field::PUBLISHED).filter(|_| changed.fields.contains(field::PUBLISHED)),
    }
}

fn shown(site: &Site, remote: &RemoteRef, at: i64) -> Option<RemoteObject> {
    let object = site.objects.get(remote).filter(|object| object.is_there(at))?;
    Some(site.view(object, object.newest(), false))
}

pub(crate) fn shown_as_of(site: &Site, remote: &RemoteRef, at: i64) -> Option<RemoteObject> {
    let object = site.objects.get(remote)?;
    Some(site.view(object, object.as_of(at)?, false))
}

fn top_of(site: &Site, remote: &RemoteRef, at: i64) -> Option<u32> {
    site.objects.get(remote).filter(|object| object.is_there(at)).map(|object| object.newest().number)
}

/// Versions after a number, oldest first, each with its number.
fn numbers(site: &Site, remote: &RemoteRef, after: u32) -> Vec<RemoteObject> {
    let Some(object) = site.objects.get(remote) else { return Vec::new() };
    let newer = object.versions.iter().filter(|version| version.number > after);
    newer.map(|version| site.view(object, version, true)).collect()
}

fn done(object: RemoteObject, overwritten: Option<RemoteObject>) -> Sent {
    Sent::Done { object: Box::new(object), overwritten: overwritten.map(Box::new) }
}
