//! Both sites, the clock, and what is known of every edit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::site::Site;
use crate::text::marks;

/// When a simulation begins: 2026-03-02 08:00 UTC, in milliseconds.
const START: i64 = 1_772_438_400_000;

/// What is known of an edit's token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Token {
    /// Somebody who saw it took it out, or chose another text: the history is enough.
    pub(crate) let_go: bool,
    /// It was written on an installation: its history must hold it whatever happens.
    pub(crate) by: Option<usize>,
}

/// What is known of an object that somebody meant to have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Intent {
    /// How often it was made on a site.
    pub(crate) made: u32,
    /// How often somebody asked for it.
    pub(crate) asked: u32,
}

/// Everything outside the installations.
pub(crate) struct World {
    pub(crate) now: i64,
    pub(crate) sites: [Site; 2],
    /// How far each installation's clock is off, in milliseconds.
    pub(crate) skew: Vec<i64>,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) intents: BTreeMap<String, Intent>,
    /// Requests that may write, of all installations.
    pub(crate) writes: u32,
    /// Requests of all installations.
    pub(crate) requests: u32,
    pub(crate) violations: Vec<String>,
    /// Every list is read whole: the time of faults is over.
    pub(crate) careful: bool,
    /// What a trace printed last.
    pub(crate) told: Vec<String>,
    /// So many different files a site takes.
    pub(crate) quota: usize,
    /// When a content was put on a site.
    pub(crate) uploads: BTreeMap<(usize, String), i64>,
    /// Sites that were restored: their files are not those that texts were written for.
    pub(crate) was_set_back: [bool; 2],
    /// Backups of the sites.
    kept: [Option<Site>; 2],
    next_mark: u32,
}

impl World {
    pub(crate) fn new(installations: usize) -> Self {
        Self {
            now: 0,
            sites: [Site::new(false), Site::new(true)],
            skew: vec![0; installations],
            tokens: BTreeMap::new(),
            intents: BTreeMap::new(),
            writes: 0,
            requests: 0,
            violations: Vec::new(),
            careful: false,
            told: Vec::new(),
            quota: usize::MAX,
            uploads: BTreeMap::new(),
            was_set_back: [false; 2],
            kept: [None, None],
            next_mark: 0,
        }
    }

    pub(crate) fn token(&mut self, by: Option<usize>) -> String {
        self.next_mark += 1;
        let token = format!("tk{}q", self.next_mark);
        self.tokens.insert(token.clone(), Token { let_go: false, by });
        token
    }

    pub(crate) fn intent(&mut self) -> String {
        self.next_mark += 1;
        let intent = format!("in{}q", self.next_mark);
        self.intents.insert(intent.clone(), Intent { made: 0, asked: 1 });
        intent
    }

    /// Somebody who saw `old` put `new` in its place.
    pub(crate) fn let_go(&mut self, old: &str, new: &str) {
        for mark in marks(old, "tk") {
            if !new.contains(mark)
                && let Some(token) = self.tokens.get_mut(mark)
            {
                token.let_go = true;
            }
        }
    }

    /// A backup of a site is made.
    pub(crate) fn keep_site(&mut self, place: usize) {
        self.kept[place] = Some(self.sites[place].clone());
    }

    /// A site is restored from its backup: what came since is gone, and ids are given away again.
    pub(crate) fn set_back(&mut self, place: usize) {
        let Some(kept) = self.kept[place].clone() else { return };
        let text = |site: &Site, now: i64| -> Vec<String> {
            site.there(now).map(|object| format!("{} {}", object.newest().title, object.newest().body)).collect()
        };
        let (lost, kept_texts) = (text(&self.sites[place], self.now), text(&kept, self.now).join(" "));
        self.sites[place] = kept;
        self.was_set_back[place] = true;
        let files = &self.sites[place];
        self.uploads.retain(|(of, sha256), _| *of != place || files.file(sha256).is_some());
        for text in &lost {
            self.let_go(text, &kept_texts);
            // Whoever still has it may make it there again.
            self.asked_again(text);
        }
    }

    /// An installation went back to an older copy: what was written on it since need not be in its history, and what stood in its history alone
    /// went with it.
    pub(crate) fn forget_writer(&mut self, at: usize, only_there: &str) {
        let live = self.texts_on_sites();
        for (name, token) in &mut self.tokens {
            let own = token.by == Some(at);
            if own {
                token.by = None;
            }
            token.let_go |= (own || only_there.contains(name.as_str())) && !live.contains(name.as_str());
        }
    }

    /// Everything that stands on the sites.
    pub(crate) fn texts_on_sites(&self) -> String {
        let there = self.sites.iter().flat_map(|site| site.there(self.now));
        there.map(|object| format!("{} {} ", object.newest().title, object.newest().body)).collect()
    }

    /// An installation made an object with this text on a site.
    pub(crate) fn made(&mut self, body: &str) {
        for mark in marks(body, "in") {
            if let Some(intent) = self.intents.get_mut(mark) {
                intent.made += 1;
            }
        }
    }

    /// Somebody asked for an object with this text once more.
    pub(crate) fn asked_again(&mut self, body: &str) {
        for mark in marks(body, "in") {
            if let Some(intent) = self.intents.get_mut(mark) {
                intent.asked += 1;
            }
        }
    }

    /// An installation's own clock.
    pub(crate) fn clock_of(&self, installation: usize) -> DateTime<Utc> {
        moment(self.now + self.skew.get(installation).copied().unwrap_or(0))
    }
}

/// A time of the simulation as a moment.
pub(crate) fn moment(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(START + at).unwrap_or_default()
}

/// The world, shared by its parts.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
