//! What people do: the person at an installation, and everybody else on the sites.

use domain::links::Attached;
use domain::merge::Side;
use domain::{Content, EntityId, FieldValue, Kind, RemoteRef, field};
use store::{ConflictRow, ConflictSort, Entity, NewEntity};

use crate::play::{Installation, Play, now};
use crate::schedule::Act;
use crate::site::Edit;
use crate::text::{edited, fresh, marks, picture};
use crate::world::World;
use crate::writing::POISON;

/// Who writes on a site in the browser: somebody else, and now and then the person.
const SOMEBODY: u32 = 2;

/// What is on the sites before anybody comes.
pub(crate) fn furnish(world: &mut World) {
    for (place, kinds) in
        [[Kind::Page, Kind::Page, Kind::Assignment, Kind::Page], [Kind::Topic, Kind::Post, Kind::Topic, Kind::Post]]
            .into_iter()
            .enumerate()
    {
        let mut parent = None;
        for (number, kind) in kinds.into_iter().enumerate() {
            let made = make_there(world, place, kind, parent.clone(), format!("Week {number}"), SOMEBODY);
            if kind == Kind::Topic {
                parent = Some(made);
            }
        }
    }
    world.now += 3_600_000;
}

fn make_there(
    world: &mut World,
    place: usize,
    kind: Kind,
    topic: Option<RemoteRef>,
    title: String,
    by: u32,
) -> RemoteRef {
    let intent = world.intent();
    if let Some(intent) = world.intents.get_mut(&intent) {
        intent.made = 1;
    }
    let body = fresh(place == 1, &intent);
    let now = world.now;
    let edit = Edit { title: Some(title), body: Some(body), published: Some(true) };
    world.sites[place].create(kind, topic.filter(|_| kind == Kind::Post), &edit, by, None, now)
}

impl Play {
    /// Somebody does something on a site.
    pub(crate) fn there(&mut self, place: usize, act: Act, pick: usize) {
        let mut world = self.world.lock();
        let world = &mut *world;
        let (at, forum) = (world.now, place == 1);
        let all: Vec<RemoteRef> = world.sites[place].there(at).map(|object| object.remote.clone()).collect();
        let by = if pick.is_multiple_of(5) { 1 } else { SOMEBODY };
        if let Act::Create { second, same_title, .. } = act {
            let topics: Vec<RemoteRef> = all.iter().filter(|remote| remote.kind == Kind::Topic).cloned().collect();
            let kind = match (forum, second && !(forum && topics.is_empty())) {
                (false, false) => Kind::Page,
                (false, true) => Kind::Assignment,
                (true, false) => Kind::Topic,
                (true, true) => Kind::Post,
            };
            let topic = (!topics.is_empty()).then(|| topics[pick % topics.len()].clone());
            let title = if same_title { "Week 1".to_owned() } else { format!("Made {pick}") };
            make_there(world, place, kind, topic, title, by);
            return;
        }
        if all.is_empty() {
            return;
        }
        let remote = all[pick % all.len()].clone();
        let version = world.sites[place].objects[&remote].newest().clone();
        let mut edit = Edit::default();
        match act {
            Act::Edit(spot) => {
                let token = world.token(None);
                edit.body = Some(edited(forum, &version.body, spot.0, &token));
            }
            Act::Retitle if remote.kind != Kind::Post => {
                let token = world.token(None);
                edit.title = Some(format!("{} {token}", version.title));
            }
            Act::Publish if !forum => edit.published = Some(!version.published),
            Act::Delete => {
                let gone = world.sites[place].there(at);
                let gone = gone.filter(|object| object.remote == remote || object.parent.as_ref() == Some(&remote));
                let texts: Vec<String> =
                    gone.map(|object| format!("{} {}", object.newest().title, object.newest().body)).collect();
                for text in &texts {
                    world.let_go(text, "");
                    // Made, answer lost, deleted by somebody else: made again, it is there once.
                    world.asked_again(text);
                }
                world.sites[place].delete(&remote, at);
            }
            Act::Freeze => {
                if let Some(object) = world.sites[place].objects.get_mut(&remote) {
                    object.frozen = true;
                }
            }
            Act::Job if !forum => world.sites[place].theme += 1,
            Act::Job => world.sites[place].rewrite_silently(&remote, "them", "those", at),
            _ => {}
        }
        let new = format!(
            "{} {}",
            edit.title.as_ref().unwrap_or(&version.title),
            edit.body.as_ref().unwrap_or(&version.body)
        );
        if edit.title.is_some() || edit.body.is_some() || edit.published.is_some() {
            world.let_go(&format!("{} {}", version.title, version.body), &new);
            world.sites[place].write(&remote, &edit, by, at);
        }
    }

    /// The person at an installation does something.
    pub(crate) fn here(&mut self, at: usize, act: Act, pick: usize) {
        let desk = std::sync::Arc::clone(&self.installations[at].desk);
        let clock = self.world.lock().clock_of(at);
        let all: Vec<Entity> = now(desk.entities()).expect("entities");
        let live: Vec<&Entity> = all.iter().filter(|entity| entity.deleted_at.is_none()).collect();
        if let Act::Create { second, forum, same_title } = act {
            let topics: Vec<&&Entity> = live.iter().filter(|entity| entity.kind == Kind::Topic).collect();
            let second = second && !(forum && topics.is_empty());
            let kind = match (forum, second) {
                (false, false) => Kind::Page,
                (false, true) => Kind::Assignment,
                (true, false) => Kind::Topic,
                (true, true) => Kind::Post,
            };
            let intent = self.world.lock().intent();
            let title = if same_title { "Week 1".to_owned() } else { format!("Own {pick} {at}") };
            let mut content =
                Content::new(if kind == Kind::Post { String::new() } else { title }, fresh(forum, &intent));
            if !forum {
                content = content.with(field::PUBLISHED, FieldValue::Flag(false));
            }
            let parent = (kind == Kind::Post).then(|| topics[pick % topics.len()].id);
            let space = self.installations[at].spaces[usize::from(forum)];
            survived(now(desk.create(&NewEntity { space, kind, parent, content }, clock)));
            return;
        }
        match act {
            Act::Settle(choice) => {
                self.go_on_with_sites(at);
                return self.settle_one(at, choice, pick);
            }
            Act::Undo => return self.undo(at),
            _ => {}
        }
        if live.is_empty() {
            return;
        }
        let entity = live[pick % live.len()];
        let forum = matches!(entity.kind, Kind::Topic | Kind::Post);
        let mut content = entity.content.clone();
        match act {
            Act::Edit(spot) => {
                let token = self.world.lock().token(Some(at));
                content.body = edited(forum, &content.body, spot.0, &token);
            }
            Act::Retitle if entity.kind != Kind::Post => {
                let token = self.world.lock().token(Some(at));
                content.title = format!("{} {token}", content.title);
            }
            Act::Publish if !forum => {
                let flag = content.flag(field::PUBLISHED).unwrap_or(false);
                content = content.with(field::PUBLISHED, FieldValue::Flag(!flag));
            }
            Act::Picture(number) => {
                let name = format!("picture{number}.png");
                let kept = now(desk.keep_picture(entity.space, &name, &[number; 8])).expect("a picture");
                content.body.push_str(&picture(forum, &name, &Attached::new(kept, &name).path()));
            }
            Act::WriteDropped if !forum => {
                content.body.push_str("\n<script>x()</script>\n<p>Kept.<blink>y</blink></p>")
            }
            Act::WriteDropped => content.body.push_str("  \n\n"),
            // A word of its own: stuck to a token, it would hide it.
            Act::WritePoison => content.body.push_str(&format!(" {POISON}")),
            Act::Delete => {
                for gone in live.iter().filter(|other| other.id == entity.id || other.parent == Some(entity.id)) {
                    self.let_go(&gone.content, &Content::default());
                }
                survived(now(desk.delete(entity.id, clock)));
                return;
            }
            Act::Discard => {
                let accounts = self.installations[at].accounts;
                let mapping = now(desk.mapping(entity.id, accounts[usize::from(forum)])).expect("a mapping");
                let waits = now(desk.conflict(entity.id)).expect("a conflict").is_some();
                if waits {
                    return;
                }
                let back = mapping.map(|mapping| mapping.base.content).unwrap_or_default();
                self.let_go(&entity.content, &back);
                survived(now(desk.discard(entity.id, clock)));
                return;
            }
            Act::Retry => return self.retry(at, entity),
            Act::Link => return self.link(at, entity),
            Act::Unlink => return self.unlink(at, entity),
            _ => return,
        }
        self.let_go(&entity.content, &content);
        if survived(now(desk.save(entity.id, &content, None, "save", clock))).is_none() {
            self.forget_tokens(&entity.content, &content);
        }
    }

    /// Lets a page stand on the forum, too, or a topic in the course. That asks for it to be made there.
    fn link(&self, at: usize, entity: &Entity) {
        let Installation { desk, accounts, spaces, .. } = &self.installations[at];
        let (place, kind) = match entity.kind {
            Kind::Page => (1, Kind::Topic),
            Kind::Topic => (0, Kind::Page),
            _ => return,
        };
        if now(desk.link_of(entity.id, accounts[place])).expect("a link").is_none() {
            self.world.lock().asked_again(&entity.content.body);
            survived(now(desk.link(entity.id, accounts[place], spaces[place], kind)));
        }
    }

    fn unlink(&self, at: usize, entity: &Entity) {
        let Installation { desk, accounts, .. } = &self.installations[at];
        let clock = self.world.lock().clock_of(at);
        for account in accounts {
            if now(desk.link_of(entity.id, *account)).expect("a link").is_some() {
                survived(now(desk.unlink(entity.id, *account, clock)));
            }
        }
    }

    /// Has what was refused, or may be there already, sent again. Told that it may be there and sending it all the same is asking for it again.
    pub(crate) fn retry(&self, at: usize, entity: &Entity) {
        let desk = &self.installations[at].desk;
        let parked = now(desk.parked(entity.id)).expect("parked");
        if parked.is_some_and(|parked| parked.unsure || parked.reason.starts_with("Its site was set back")) {
            self.world.lock().asked_again(&entity.content.body);
        }
        survived(now(desk.unpark(entity.id)));
    }

    pub(crate) fn let_go(&self, old: &Content, new: &Content) {
        let text = |content: &Content| format!("{} {}", content.title, content.body);
        self.world.lock().let_go(&text(old), &text(new));
    }

    /// A save in which the process died was never told to be saved.
    fn forget_tokens(&self, old: &Content, new: &Content) {
        let mut world = self.world.lock();
        for mark in marks(&format!("{} {}", new.title, new.body), "tk") {
            if !old.body.contains(mark) && !old.title.contains(mark) {
                world.tokens.remove(mark);
            }
        }
    }

    fn settle_one(&mut self, at: usize, choice: u8, pick: usize) {
        let conflicts = now(self.installations[at].desk.conflicts()).expect("conflicts");
        if !conflicts.is_empty()
            && let Some(row) = self.as_shown(at, conflicts[pick % conflicts.len()].clone())
        {
            self.settle(at, &row, choice);
        }
    }

    /// A question as the screen shows it: over the text as it is here now. Nothing where the process died in asking it anew.
    pub(crate) fn as_shown(&self, at: usize, row: ConflictRow) -> Option<ConflictRow> {
        let desk = &self.installations[at].desk;
        let entity = now(desk.get(row.entity)).expect("its document");
        match row.anew(entity.format, &entity.content) {
            None => Some(row),
            Some(anew) => survived(now(desk.put_conflict(anew.clone()))).map(|()| anew),
        }
    }

    /// Answers a question as the screens do.
    pub(crate) fn settle(&mut self, at: usize, row: &ConflictRow, choice: u8) {
        let desk = std::sync::Arc::clone(&self.installations[at].desk);
        let clock = self.world.lock().clock_of(at);
        let current = now(desk.get(row.entity)).expect("its document").content;
        let theirs = row.theirs.as_ref().map(|object| object.content.clone());
        match (row.sort, choice) {
            (ConflictSort::EditedBoth, _) => {
                let (Some(merged), Some(theirs)) = (&row.merged, &theirs) else { return };
                let mut content = merged.with(if choice == 1 { Side::Remote } else { Side::Local });
                if choice == 2 {
                    let token = self.world.lock().token(Some(at));
                    content.body.push_str(&format!(" {token}"));
                }
                // What the person sees on the screen, and does not choose.
                for seen in [&merged.with(Side::Local), &merged.with(Side::Remote), theirs] {
                    self.let_go(seen, &content);
                }
                self.settle_with(row.entity, at, &content, theirs);
            }
            (ConflictSort::DeletedHereEditedThere, 1) => {
                let Some(theirs) = theirs else { return };
                self.settle_with(row.entity, at, &theirs, &theirs);
                let all: Vec<Entity> = now(desk.entities()).expect("entities");
                for gone in all.iter().filter(|other| other.id == row.entity || other.parent == Some(row.entity)) {
                    self.let_go(&gone.content, &Content::default());
                }
                survived(now(desk.delete(row.entity, clock)));
            }
            (ConflictSort::DeletedHereEditedThere, _) => {
                let Some(theirs) = theirs else { return };
                self.settle_with(row.entity, at, &theirs, &theirs);
            }
            (_, 1) => {
                self.let_go(&current, &Content::default());
                survived(now(desk.forget(row.entity, row.account, clock)));
            }
            _ => {
                self.world.lock().asked_again(&current.body);
                survived(now(desk.unmap(row.entity, clock)));
            }
        }
    }

    fn settle_with(&self, entity: EntityId, at: usize, content: &Content, theirs: &Content) {
        let clock = self.world.lock().clock_of(at);
        let desk = &self.installations[at].desk;
        let (hash, sends) = (theirs.hash(), theirs != content);
        if survived(now(desk.settle_conflict(entity, content, &hash, sends, clock))).is_none() {
            self.forget_tokens(theirs, content);
        }
    }

    fn undo(&mut self, at: usize) {
        let Some(report) = self.installations[at].last.take() else { return };
        let desk = std::sync::Arc::clone(&self.installations[at].desk);
        let before: Vec<Entity> = now(desk.entities()).expect("entities");
        let clock = self.world.lock().clock_of(at);
        match now(sync::undo(&*desk, report.run, None, clock)) {
            Err(sync::Error::Store(store::Error::Crashed(_))) => return,
            undone => drop(undone.expect("undone")),
        }
        for entity in now(desk.entities()).expect("entities") {
            let Some(old) = before.iter().find(|old| old.id == entity.id) else { continue };
            if old.deleted_at.is_some() && entity.deleted_at.is_none() {
                self.world.lock().asked_again(&entity.content.body);
            }
            let new = if entity.deleted_at.is_some() { Content::default() } else { entity.content.clone() };
            self.let_go(&old.content, &new);
        }
    }
}

/// What came of a person's act; nothing where the process died in it, after which nobody can say whether it was done.
pub(crate) fn survived<T>(result: store::Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(store::Error::Crashed(_)) => None,
        Err(error) => unreachable!("a person's act is refused: {error}"),
    }
}
