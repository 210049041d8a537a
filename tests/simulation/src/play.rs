//! Carries a schedule out.

use std::fmt::Write as _;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use domain::plan::ConflictStrategy;
use domain::{AccountId, RemoteErrorKind, RemoteId, SiteKind, SpaceId};
use store::Space;
use sync::{Guards, Options, Report, Site, SiteSpace, Watch, Workspace};

use crate::desk::Desk;
use crate::dice::Dice;
use crate::disk::OnDisk;
use crate::ids::Ids;
use crate::memory::Memory;
use crate::remote::Client;
use crate::schedule::{Event, Schedule, Step};
use crate::wire::{Verdict, Waiting, Wire};
use crate::world::{Shared, World};

/// On what the workspaces are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// In memory: fast.
    InMemory,
    /// In SQLite, as people's are.
    OnDisk,
}

/// What came of a schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Promises that were broken; the first one ends the run.
    pub violations: Vec<String>,
    /// What every installation and both sites say at the end, as text: two sorts of workspace must come to the same.
    pub end: String,
    /// Runs of a sync.
    pub syncs: u32,
    /// Requests to both sites.
    pub requests: u32,
}

/// One installation.
pub(crate) struct Installation {
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) accounts: [AccountId; 2],
    pub(crate) spaces: [SpaceId; 2],
    pub(crate) last: Option<Report>,
    /// Why its last sync came to no end, where the engine said so.
    pub(crate) failed: Option<String>,
    /// The person goes on with a site that was set back.
    pub(crate) goes_on: bool,
}

/// What goes wrong, and what else happens, in one run of a sync.
#[derive(Clone, Copy, Default)]
pub(crate) struct Faults<'a> {
    pub(crate) bad: u8,
    pub(crate) dies_at: Option<u16>,
    pub(crate) events: &'a [(u16, Event)],
    pub(crate) between: Option<&'a (u16, Box<Step>)>,
}

/// A schedule that is carried out.
pub(crate) struct Play {
    pub(crate) world: Shared,
    pub(crate) installations: Vec<Installation>,
    pub(crate) strategy: ConflictStrategy,
    pub(crate) syncs: u32,
    lagging: u8,
    running: Vec<usize>,
}

/// Carries a schedule out and asks whether the promises held.
#[must_use]
pub fn play(schedule: &Schedule, kept: Kept, guards: Guards) -> Outcome {
    let mut play = Play::new(schedule, kept, guards);
    for step in &schedule.steps {
        play.step(step);
    }
    play.judge(schedule.seed);
    let end = play.end();
    let world = play.world.lock();
    Outcome { violations: world.violations.clone(), end, syncs: play.syncs, requests: world.requests }
}

/// Whether a run asked to be gone on with.
#[derive(Default)]
struct Woken(AtomicBool);

impl Woken {
    fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A future that needs nobody else to make progress.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a workspace answers at once"),
    }
}

impl Play {
    fn new(schedule: &Schedule, kept: Kept, guards: Guards) -> Self {
        static RUNS: AtomicU16 = AtomicU16::new(0);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let count = usize::from(schedule.installations);
        let mut world = World::new(count);
        world.quota = usize::from(schedule.quota);
        crate::people::furnish(&mut world);
        let installations = (0..schedule.installations)
            .map(|place| {
                let ids = Ids::new(schedule.seed, place, run);
                let desk: Arc<dyn Desk> = match kept {
                    Kept::InMemory => Arc::new(Memory::new(ids, guards)),
                    Kept::OnDisk => Arc::new(OnDisk::new(ids, guards)),
                };
                installation(desk)
            })
            .collect();
        let world = Shared::new(world);
        let (strategy, lagging) = (schedule.strategy, schedule.lagging);
        Self { world, installations, strategy, syncs: 0, lagging, running: Vec::new() }
    }

    /// What everybody says at the end. Ids are not in it: they are each workspace's own.
    fn end(&self) -> String {
        let mut end = String::new();
        for installation in &self.installations {
            let mut lines = Vec::new();
            for entity in now(installation.desk.entities()).expect("entities") {
                let gone = entity.deleted_at.is_some();
                let versions = now(installation.desk.revisions(entity.id)).expect("a history").len();
                lines.push(format!("{} {gone} {:?} {versions}", entity.kind.name(), entity.content));
            }
            // Of two answers that are there at once, either sort of workspace may take another first.
            lines.sort();
            for line in lines {
                let _ = writeln!(end, "{line}");
            }
        }
        for site in &self.world.lock().sites {
            for object in site.there(i64::MAX) {
                let _ = writeln!(end, "{} {:?}", object.remote, object.newest());
            }
        }
        end
    }

    #[expect(clippy::print_stdout, reason = "asked for")]
    pub(crate) fn step(&mut self, step: &Step) {
        if traced() {
            println!("{step:?}");
        }
        match step {
            Step::Here { installation, act, pick } => self.here(usize::from(*installation), *act, usize::from(*pick)),
            Step::There { place, act, pick } => self.there(usize::from(*place), *act, usize::from(*pick)),
            Step::Sync { installation, seed, bad, dies_at, events, between } => {
                let at = usize::from(*installation);
                // Another run of the same installation is refused, by the lock or by the turn.
                if !self.running.contains(&at) {
                    let faults = Faults { bad: *bad, dies_at: *dies_at, events, between: between.as_ref() };
                    let _report = self.sync(at, *seed, &faults);
                }
            }
            Step::CopyAside { installation } => {
                let at = usize::from(*installation);
                if !self.running.contains(&at) {
                    self.installations[at].desk.copy_aside();
                }
            }
            Step::GoBack { installation } => self.go_back(usize::from(*installation)),
            Step::KeepSite { place } => self.world.lock().keep_site(usize::from(*place)),
            Step::SetBack { place } => self.world.lock().set_back(usize::from(*place)),
            Step::Wait(seconds) => self.world.lock().now += i64::from(*seconds) * 1000,
            Step::Clock { installation, off } => {
                if let Some(skew) = self.world.lock().skew.get_mut(usize::from(*installation)) {
                    *skew = i64::from(*off) * 1000;
                }
            }
        }
    }

    /// An installation's workspace becomes the copy that was put aside. What was written in it since and stands on no site is gone with it.
    fn go_back(&mut self, at: usize) {
        let only_there = self.history(at);
        if self.running.contains(&at) || !self.installations[at].desk.go_back() {
            return;
        }
        let clock = self.world.lock().clock_of(at);
        now(self.installations[at].desk.recognise(clock)).expect("recognised");
        self.installations[at].last = None;
        self.world.lock().forget_writer(at, &only_there);
    }

    /// All that an installation's versions, bases and questions say.
    fn history(&self, at: usize) -> String {
        let Installation { desk, accounts, .. } = &self.installations[at];
        let mut text = format!("{:?}", now(desk.conflicts()).expect("conflicts"));
        for entity in now(desk.entities()).expect("entities") {
            for version in now(desk.revisions(entity.id)).expect("a history") {
                let _ = write!(text, "{} {} ", version.content.title, version.content.body);
            }
            for account in accounts {
                let mapping = now(desk.mapping(entity.id, *account)).expect("a mapping");
                let _ = write!(text, "{:?} ", mapping.map(|mapping| mapping.base.content));
            }
        }
        text
    }

    /// One run of a sync; nothing where it died, was stopped by a broken workspace, or was refused.
    pub(crate) fn sync(&mut self, at: usize, seed: u64, faults: &Faults<'_>) -> Option<Report> {
        let Faults { bad, dies_at, events, between } = *faults;
        self.syncs += 1;
        let begun = self.world.lock().now;
        let known = self.known_times(at);
        self.running.push(at);
        let wire = Wire::default();
        let desk = Arc::clone(&self.installations[at].desk);
        if let Some(dies_at) = dies_at {
            desk.die_at(Some(u32::from(dies_at)));
        }
        if let Some((point, _)) = between {
            desk.pause_at(Some(u32::from(*point)));
        }
        let watch = Watch::default();
        self.installations[at].failed = None;
        let ended = {
            let sites = self.sites(at, &wire);
            let world = self.world.clone();
            let clock = Arc::new(move || world.lock().clock_of(at));
            let options = Options { only: None, strategy: self.strategy, now: clock };
            let workspace: &dyn Workspace = &*desk;
            let mut run = pin!(sync::sync(workspace, sites, options, watch.clone()));
            let woken = Arc::new(Woken::default());
            let waker = Waker::from(Arc::clone(&woken));
            let mut dice = Dice::new(seed);
            let mut gate = 0;
            'run: loop {
                desk.is_run(true);
                woken.take();
                let polled = run.as_mut().poll(&mut Context::from_waker(&waker));
                desk.is_run(false);
                if let Poll::Ready(ended) = polled {
                    break ended.map_err(|error| self.installations[at].failed = Some(error.to_string())).ok();
                }
                if desk.is_paused() {
                    desk.pause_at(None);
                    if let Some((_, step)) = between {
                        self.step(step);
                    }
                    continue;
                }
                // One part of the run has something for another.
                if woken.take() {
                    continue;
                }
                gate += 1;
                self.world.lock().now += 5 + i64::try_from(dice.below(900)).unwrap_or(0);
                for (_, event) in events.iter().filter(|(on, _)| *on == gate) {
                    match event {
                        Event::Crash => break 'run None,
                        Event::Stop => watch.stop(),
                        Event::Step(step) => self.step(step),
                    }
                }
                let waiting = wire.waiting();
                if waiting.is_empty() {
                    self.world.lock().violations.push("a run waits for nothing".to_owned());
                    break None;
                }
                let chosen = waiting[dice.below(waiting.len())];
                let verdict = verdict(&mut dice, chosen, bad, self.lagging);
                if traced() && verdict != (Verdict::Go { lag: 0 }) {
                    trace_fault(gate, chosen, verdict);
                }
                wire.open(chosen.ticket, verdict);
            }
        };
        desk.pause_at(None);
        self.running.retain(|running| *running != at);
        if let Some(report) = &ended {
            self.judge_deletes(report, begun);
            self.judge_times(at, report, &known);
        }
        if traced() {
            self.trace(at, ended.as_ref());
        }
        if ended.is_none() || dies_at.is_some() {
            desk.die_at(None);
        }
        if let Some(report) = &ended {
            self.installations[at].goes_on &= !report.left_out.is_empty();
            self.installations[at].last = Some(report.clone());
        }
        ended
    }

    #[expect(clippy::print_stdout, reason = "asked for")]
    fn trace(&self, at: usize, report: Option<&Report>) {
        println!("sync of {at} at {}: {}", self.world.lock().now, if report.is_some() { "done" } else { "died" });
        for item in report.iter().flat_map(|report| &report.items) {
            println!(
                "    {:?} {:?} `{}` {}",
                item.did,
                item.remote.as_ref().map(ToString::to_string),
                item.title,
                item.words
            );
        }
        for left in report.iter().flat_map(|report| &report.left_out) {
            println!("    left out: {}", left.why);
        }
        let world = &mut *self.world.lock();
        let mut lines = Vec::new();
        for (place, site) in world.sites.iter().enumerate() {
            for object in site.objects.values() {
                let newest = object.newest();
                let state = if object.deleted.is_some() { "gone" } else { "" };
                lines.push(format!(
                    "    {place} {} {state} #{} `{}` {:?}",
                    object.remote, newest.number, newest.title, newest.body
                ));
            }
        }
        // Only what is new since the run before: a person reads this.
        lines.iter().filter(|line| !world.told.contains(*line)).for_each(|line| println!("{line}"));
        world.told = lines;
    }

    fn sites(&self, at: usize, wire: &Wire) -> Vec<Site> {
        let installation = &self.installations[at];
        (0..2)
            .map(|place| {
                let client = Client::new(self.world.clone(), wire.clone(), place, at);
                Site {
                    account: installation.accounts[place],
                    name: ["Canvas", "The forum"][place].to_owned(),
                    user: RemoteId::from(1),
                    remote: Arc::new(client),
                    spaces: vec![SiteSpace {
                        id: installation.spaces[place],
                        name: ["The course", "The category"][place].to_owned(),
                        remote: RemoteId::from(1),
                        read_only: None,
                    }],
                }
            })
            .collect()
    }
}

fn installation(desk: Arc<dyn Desk>) -> Installation {
    let account = || AccountId::new(desk.seed());
    let accounts = [account(), account()];
    let space = || SpaceId::new(desk.seed());
    let spaces = [space(), space()];
    for (place, site) in [SiteKind::Canvas, SiteKind::Discourse].into_iter().enumerate() {
        let row = Space {
            id: spaces[place],
            name: ["The course", "The category"][place].to_owned(),
            account: Some(accounts[place]),
            site: Some(site),
            remote: Some(RemoteId::from(1)),
            read_only: None,
            last_synced_at: None,
            time_zone: None,
        };
        now(desk.put_space(&row)).expect("a space");
    }
    Installation { desk, accounts, spaces, last: None, failed: None, goes_on: false }
}

#[expect(clippy::print_stdout, reason = "asked for")]
fn trace_fault(gate: u16, waiting: Waiting, verdict: Verdict) {
    let what = if waiting.writes { "write" } else { "read" };
    let way = if waiting.is_reply { "the answer to" } else { "the way of" };
    println!("    at gate {gate}, on {way} a {what}: {verdict:?}");
}

/// Whether each run is to be printed.
fn traced() -> bool {
    std::env::var_os("LECTERN_TRACE").is_some()
}

fn verdict(dice: &mut Dice, waiting: Waiting, bad: u8, lagging: u8) -> Verdict {
    if dice.chance(u64::from(bad)) {
        return match dice.below(10) {
            0..=3 => Verdict::Lost,
            4 | 5 => Verdict::Answered(RemoteErrorKind::Down),
            6 if !waiting.is_reply => Verdict::Answered(RemoteErrorKind::Throttled),
            7 if !waiting.writes => Verdict::Answered(RemoteErrorKind::Malformed),
            8 if !waiting.writes => Verdict::Answered(RemoteErrorKind::Portal),
            _ => Verdict::Lost,
        };
    }
    let lag = if !waiting.writes && bad > 0 && dice.chance(u64::from(lagging)) { dice.below(3000) } else { 0 };
    Verdict::Go { lag: i64::try_from(lag).unwrap_or(0) }
}
