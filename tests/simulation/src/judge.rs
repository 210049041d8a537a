//! After everything has come to rest: did the promises hold?

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use domain::plan::ConflictStrategy;
use domain::{Content, Kind, RemoteRef};
use store::{ConflictRow, Entity};
use sync::{Did, Report, SET_BACK};

use crate::dice::Dice;
use crate::judge_links::Links;
use crate::memory::sha256_of;
use crate::people::survived;
use crate::play::{Faults, Installation, Play, now};
use crate::schedule::Act;
use crate::site::{Object, Site, canonical_of};
use crate::text::pictures;
use crate::world::moment;
use crate::writing::POISON;

/// Rounds of answering questions before what still waits is called endless.
const ROUNDS: usize = 12;

impl Play {
    /// Lets everything come to rest under no faults, and asks after each promise.
    pub(crate) fn judge(&mut self, seed: u64) {
        let mut dice = Dice::new(seed ^ 0xABCD);
        if !self.world.lock().violations.is_empty() {
            return;
        }
        {
            let mut world = self.world.lock();
            world.skew.iter_mut().for_each(|skew| *skew = 0);
            world.now += 600_000;
            world.careful = true;
            world.quota = usize::MAX;
        }
        for round in 0..=ROUNDS {
            // Two quiet syncs of each installation bring everybody's news to everybody; where links go from site to site and back, each
            // link is one more.
            for _ in 0..2 + self.links() {
                for at in 0..self.installations.len() {
                    // A pull that goes on where one was cut off says what was there then.
                    let goes_on = self.is_in_a_pull(at);
                    let first = self.quiet_sync(at, &mut dice);
                    if round == 0 && !goes_on {
                        self.judge_at_once(at, first.as_ref(), &mut dice);
                    }
                }
            }
            let mut answered = false;
            for at in 0..self.installations.len() {
                answered |= self.answer_all(at, &mut dice);
            }
            if !answered {
                break;
            }
            if round == ROUNDS {
                self.broken("questions come back however often they are answered");
            }
        }
        let before = self.world.lock().writes;
        let reports: Vec<Option<Report>> =
            (0..self.installations.len()).map(|at| self.quiet_sync(at, &mut dice)).collect();
        if self.world.lock().writes != before {
            self.broken("promise 4: a third sync with nothing changed writes");
        }
        for (at, report) in reports.iter().enumerate() {
            self.judge_report(at, report.as_ref());
            self.judge_agreement(at);
        }
        self.judge_texts();
        let world = &mut *self.world.lock();
        let twice: Vec<String> = world
            .intents
            .iter()
            .filter(|(_, intent)| intent.made > intent.asked)
            .map(|(name, intent)| {
                format!("promise 2: {name} was made {} times and asked for {} times", intent.made, intent.asked)
            })
            .collect();
        world.violations.extend(twice);
    }

    fn links(&self) -> usize {
        self.installations.iter().map(|installation| now(installation.desk.links()).expect("links").len()).sum()
    }

    fn broken(&self, words: impl Into<String>) {
        self.world.lock().violations.push(words.into());
    }

    fn quiet_sync(&mut self, at: usize, dice: &mut Dice) -> Option<Report> {
        self.world.lock().now += 60_000;
        let report = self.sync(at, dice.roll(), &Faults::default());
        if report.is_none() {
            let why = self.installations[at].failed.as_deref().unwrap_or("it came to no end");
            self.broken(format!("installation {at} cannot sync any more: {why}"));
        }
        report
    }

    fn is_in_a_pull(&self, at: usize) -> bool {
        let Installation { desk, spaces, .. } = &self.installations[at];
        spaces.iter().any(|space| now(desk.pull_state(*space)).expect("where a pull goes on").is_some())
    }

    /// Right after a sync that came to its end, with nobody having done anything, another has nothing to do and nothing to tell.
    fn judge_at_once(&mut self, at: usize, first: Option<&Report>, dice: &mut Dice) {
        let Some(first) = first else { return };
        if !first.left_out.is_empty() || first.items.iter().any(|item| matches!(item.did, Did::Failed | Did::Unsure)) {
            return;
        }
        let before = self.world.lock().writes;
        let Some(second) = self.quiet_sync(at, dice) else { return };
        if self.world.lock().writes != before {
            self.broken(format!("promise 4: a sync of {at} right after another writes"));
        }
        if let Some(item) = second.items.iter().find(|item| is_news(item.did)) {
            self.broken(format!(
                "promise 4: a sync of {at} right after another tells {:?} of `{}`",
                item.did, item.title
            ));
        }
    }

    /// What was deleted here because it is gone there has to be gone there.
    pub(crate) fn judge_deletes(&self, report: &Report, begun: i64) {
        let world = &mut *self.world.lock();
        for item in report.items.iter().filter(|item| item.did == Did::DeletedHere) {
            let Some(remote) = &item.remote else { continue };
            // On a site that was set back, its id may have been given away again since.
            let is_there = |object: &Object| object.remote == *remote && object.created < begun;
            if world.sites.iter().any(|site| site.there(world.now).any(is_there)) {
                world.violations.push(format!("promise 5: {remote} was deleted here and is there"));
            }
        }
    }

    /// When what an installation knows was last changed; asked for only where a site was set back.
    pub(crate) fn known_times(&self, at: usize) -> BTreeMap<RemoteRef, DateTime<Utc>> {
        let set_back = self.world.lock().was_set_back;
        let Installation { desk, accounts, .. } = &self.installations[at];
        let mut known = BTreeMap::new();
        for place in (0..2).filter(|place| set_back[*place]) {
            for entity in now(desk.entities()).expect("entities") {
                let mapping = now(desk.mapping(entity.id, accounts[place])).expect("a mapping");
                known.extend(mapping.and_then(|mapping| Some((mapping.remote, mapping.changed_at?))));
            }
        }
        known
    }

    /// No text is taken over that is older than what was known of it, before the person goes on with a site that was set back.
    pub(crate) fn judge_times(&self, at: usize, report: &Report, known: &BTreeMap<RemoteRef, DateTime<Utc>>) {
        if self.installations[at].goes_on {
            return;
        }
        let world = &mut *self.world.lock();
        for item in report.items.iter().filter(|item| matches!(item.did, Did::Pulled | Did::Merged)) {
            let Some((remote, known)) = item.remote.as_ref().and_then(|remote| known.get_key_value(remote)) else {
                continue;
            };
            let there = world.sites.iter().find_map(|site| site.objects.get(remote)).map(Object::newest);
            if there.is_some_and(|there| moment(there.shown_at) < *known - TimeDelta::seconds(2)) {
                world.violations.push(format!("{remote}: an older text was taken over, and nobody said to"));
            }
        }
    }

    /// Answers every question and mends or retries what was refused. Whether there was any.
    fn answer_all(&mut self, at: usize, dice: &mut Dice) -> bool {
        let desk = std::sync::Arc::clone(&self.installations[at].desk);
        let conflicts: Vec<ConflictRow> = now(desk.conflicts()).expect("conflicts");
        let mut answered = !conflicts.is_empty() | self.go_on_with_sites(at);
        for row in conflicts {
            let choice = u8::try_from(dice.below(3)).unwrap_or(0);
            if let Some(row) = self.as_shown(at, row) {
                self.settle(at, &row, choice);
            }
        }
        for entity in now(desk.entities()).expect("entities") {
            let parked = now(desk.parked(entity.id)).expect("parked").is_some();
            if entity.deleted_at.is_some() || (!parked && !entity.content.body.contains(POISON)) {
                continue;
            }
            answered = true;
            let clock = self.world.lock().clock_of(at);
            if entity.content.body.contains(POISON) {
                let content =
                    Content { body: entity.content.body.replace(&format!(" {POISON}"), ""), ..entity.content.clone() };
                now(desk.save(entity.id, &content, None, "save", clock)).expect("saved");
            } else if dice.chance(50) && !self.waits_in_vain(at, &entity) {
                self.retry(at, &entity);
            } else {
                let index = now(desk.entities())
                    .expect("entities")
                    .iter()
                    .filter(|other| other.deleted_at.is_none())
                    .position(|other| other.id == entity.id);
                self.here(at, Act::Discard, index.unwrap_or(0));
            }
        }
        answered
    }

    /// Goes on with a site that was left out because it was set back. Whether there was one.
    pub(crate) fn go_on_with_sites(&mut self, at: usize) -> bool {
        let installation = &mut self.installations[at];
        let back = installation.last.iter().flat_map(|report| &report.left_out).filter(|left| left.code == SET_BACK);
        let accounts: Vec<_> = back.map(|left| left.account).collect();
        installation.goes_on |= !accounts.is_empty();
        for account in &accounts {
            survived(now(sync::go_on(&*installation.desk, *account)).map_err(|error| match error {
                sync::Error::Store(error) => error,
                error => unreachable!("it is only written down: {error}"),
            }));
        }
        !accounts.is_empty()
    }

    /// A post whose topic is gone can only be let go.
    fn waits_in_vain(&self, at: usize, entity: &Entity) -> bool {
        entity.kind == Kind::Post
            && entity.parent.is_some_and(|parent| {
                now(self.installations[at].desk.get(parent)).is_ok_and(|topic| topic.deleted_at.is_some())
            })
    }

    fn judge_report(&self, at: usize, report: Option<&Report>) {
        let Some(report) = report else { return };
        if let Some(item) = report.items.iter().find(|item| is_news(item.did)) {
            self.broken(format!("promise 4: the third sync of {at} tells {:?} of `{}`", item.did, item.title));
        }
        if let Some(left) = report.left_out.first() {
            self.broken(format!("installation {at} leaves out {left:?}"));
        }
    }

    /// Each thing on a site has one entity that says the same, and the other way round.
    fn judge_agreement(&self, at: usize) {
        let installation = &self.installations[at];
        let entities: Vec<Entity> = now(installation.desk.entities()).expect("entities");
        let waiting: BTreeSet<_> =
            now(installation.desk.conflicts()).expect("conflicts").iter().map(|row| row.entity).collect();
        let mut broken = Vec::new();
        for place in 0..2 {
            let world = self.world.lock();
            let mut mapped: BTreeMap<RemoteRef, &Entity> = BTreeMap::new();
            let links = Links::of(installation, place);
            let stands = |entity: &&Entity| entity.space == installation.spaces[place] || links.is_linked(entity.id);
            for entity in entities.iter().filter(stands) {
                let mapping =
                    now(installation.desk.mapping(entity.id, installation.accounts[place])).expect("a mapping");
                let text = &entity.content.body;
                match (mapping, entity.deleted_at.is_some()) {
                    (None, true) => {}
                    (None, false) if self.waits_in_vain(at, entity) => {}
                    (None, false) => broken.push(format!("{at}: not on its site: {text:?}")),
                    (Some(_), true) => broken.push(format!("{at}: deleted and still mapped: {text:?}")),
                    (Some(mapping), false) => {
                        if mapped.insert(mapping.remote.clone(), entity).is_some() {
                            broken.push(format!("{at}: {} is mapped twice", mapping.remote));
                        }
                    }
                }
                if now(installation.desk.revisions(entity.id))
                    .expect("a history")
                    .iter()
                    .all(|version| version.content != entity.content)
                {
                    broken.push(format!("promise 6: {at}: a content that no version says: {:?}", entity.content));
                }
            }
            let site = &world.sites[place];
            for object in site.there(world.now) {
                let theirs =
                    canonical_of(place == 1, object.remote.kind, &site.view(object, object.newest(), false).content);
                match mapped.remove(&object.remote) {
                    None => broken.push(format!("{at}: {} is not here: {:?}", object.remote, object.newest().body)),
                    Some(entity) if waiting.contains(&entity.id) => {}
                    Some(entity) if links.is_linked(entity.id) => {
                        broken.extend(links.judged(at, entity, object.remote.kind, &theirs));
                    }
                    Some(entity) => {
                        let ours = canonical_of(place == 1, entity.kind, &entity.content);
                        if ours != theirs {
                            broken.push(format!(
                                "{at}: {} differs:\n  here  {ours:?}\n  there {theirs:?}",
                                object.remote
                            ));
                        }
                    }
                }
            }
            if !world.was_set_back[place] {
                broken.extend(judge_pictures(site, world.now));
            }
            broken.extend(mapped.keys().map(|remote| format!("{at}: {remote} is gone from its site")));
        }
        broken.into_iter().for_each(|words| self.broken(words));
    }

    fn judge_texts(&self) {
        let (mut live, mut kept) = (String::new(), vec![String::new(); self.installations.len()]);
        for (at, installation) in self.installations.iter().enumerate() {
            let conflicts = now(installation.desk.conflicts()).expect("conflicts");
            let _ = write!(live, "{conflicts:?}");
            for entity in now(installation.desk.entities()).expect("entities") {
                let text = format!("{} {} ", entity.content.title, entity.content.body);
                kept[at].push_str(&text);
                if entity.deleted_at.is_none() {
                    live.push_str(&text);
                }
                for version in now(installation.desk.revisions(entity.id)).expect("a history") {
                    let _ = write!(kept[at], "{} {} ", version.content.title, version.content.body);
                }
            }
        }
        let chosen = self.strategy != ConflictStrategy::Ask;
        let world = &mut *self.world.lock();
        live.push_str(&world.texts_on_sites());
        let lost: Vec<String> = world
            .tokens
            .iter()
            .filter_map(|(name, token)| {
                if token.by.is_some_and(|by| !kept[by].contains(name)) {
                    return Some(format!("promise 1: {name} is in no history of the installation it was written on"));
                }
                // A strategy that was chosen beforehand lets go too: then the history of whoever merged is enough.
                let in_history = chosen && kept.iter().any(|kept| kept.contains(name));
                (!token.let_go && !in_history && !live.contains(name))
                    .then(|| format!("promise 1: {name} is lost, and nobody let it go"))
            })
            .collect();
        world.violations.extend(lost);
    }
}

/// Whether it tells of something that was done; what waits is told as long as it does.
fn is_news(did: Did) -> bool {
    !matches!(did, Did::Conflict | Did::Asked | Did::Parked | Did::Held | Did::Queued)
}

/// Every picture on a site is a file of that site, and the one that its text names.
fn judge_pictures(site: &Site, at: i64) -> Vec<String> {
    let mut broken = Vec::new();
    for object in site.there(at) {
        for (name, address) in pictures(site.forum, &object.newest().body) {
            let file = site.files.iter().find(|file| file.address == address);
            let named = name.strip_prefix("picture").and_then(|rest| rest.strip_suffix(".png")?.parse::<u8>().ok());
            let meant = named.map(|number| sha256_of(&[number; 8]));
            if file.map(|file| &file.sha256) != meant.as_ref() {
                broken.push(format!("{} shows {name} by {address}, which is {file:?}", object.remote));
            }
        }
    }
    broken
}
