//! What happens, as a value: made from a seed, printed, cut down.

use domain::plan::ConflictStrategy;

use crate::dice::Dice;
use crate::text::Spot;

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Edits the text of something.
    Edit(SpotOf),
    /// Gives it another title.
    Retitle,
    /// Publishes it, or takes that back.
    Publish,
    /// Makes something new: a page or topic, an assignment or post.
    Create {
        /// The second of the two kinds of a site.
        second: bool,
        /// On the forum (on an installation; a site makes its own).
        forum: bool,
        /// With the title that another has.
        same_title: bool,
    },
    /// Deletes something.
    Delete,
    /// Writes what the site will not keep.
    WriteDropped,
    /// Writes what the site refuses for good.
    WritePoison,
    /// Answers a question, in one of three ways.
    Settle(u8),
    /// Throws an unsent change away.
    Discard,
    /// Has what was refused tried again.
    Retry,
    /// Takes the last sync back.
    Undo,
    /// The site's own doing: another theme, or a text rewritten by a job that says nothing.
    Job,
    /// Puts one of a few pictures into a text.
    Picture(u8),
    /// The site keeps something as published, or not published, as it is, and drops what is sent about that without a word.
    Freeze,
    /// Lets a page stand on the forum, too, or a topic in the course.
    Link,
    /// Ends that.
    Unlink,
}

/// A place in a text, as the schedule says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotOf(pub(crate) Spot);

/// What happens while a sync waits at a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A step of somebody else, or of the same person.
    Step(Box<Step>),
    /// The process dies.
    Crash,
    /// The person stops the sync.
    Stop,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A person does something on an installation.
    Here {
        /// Which installation.
        installation: u8,
        /// What.
        act: Act,
        /// With which of the things there.
        pick: u16,
    },
    /// Somebody does something on a site.
    There {
        /// 0 Canvas, 1 Discourse.
        place: u8,
        /// What.
        act: Act,
        /// With which of the things there.
        pick: u16,
    },
    /// An installation syncs.
    Sync {
        /// Which.
        installation: u8,
        /// Seed of the order of gates and of faults.
        seed: u64,
        /// How many gates of a hundred fail.
        bad: u8,
        /// At which crash point of a commit the process dies.
        dies_at: Option<u16>,
        /// What happens at which gate.
        events: Vec<(u16, Event)>,
        /// What happens between two commits, and at which crash point.
        between: Option<(u16, Box<Step>)>,
    },
    /// A copy of an installation's workspace is put aside.
    CopyAside {
        /// Which.
        installation: u8,
    },
    /// The copy becomes the workspace: a restored backup.
    GoBack {
        /// Which.
        installation: u8,
    },
    /// A backup of a site is made.
    KeepSite {
        /// 0 Canvas, 1 Discourse.
        place: u8,
    },
    /// A site is restored from its backup.
    SetBack {
        /// 0 Canvas, 1 Discourse.
        place: u8,
    },
    /// Time passes, in seconds.
    Wait(u32),
    /// An installation's clock is set, in seconds off.
    Clock {
        /// Which.
        installation: u8,
        /// How far off.
        off: i32,
    },
}

/// A whole schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The seed that it was made from.
    pub seed: u64,
    /// How many installations there are.
    pub installations: u8,
    /// How they settle what overlaps.
    pub strategy: ConflictStrategy,
    /// Of a hundred reads that may come from a replica, so many do come from one that lags.
    pub lagging: u8,
    /// So many different files a site takes.
    pub quota: u8,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// The schedule of a seed.
#[must_use]
pub fn schedule(seed: u64) -> Schedule {
    let mut dice = Dice::new(seed);
    let installations = 1 + u8::try_from(dice.below(3)).unwrap_or(0);
    let strategy = match dice.below(12) {
        0 => ConflictStrategy::PreferCanvas,
        1 => ConflictStrategy::PreferDiscourse,
        2 => ConflictStrategy::PreferMostRecent,
        3 => ConflictStrategy::MergePreferCanvas,
        4 => ConflictStrategy::MergePreferDiscourse,
        _ => ConflictStrategy::Ask,
    };
    let bad = if dice.chance(30) { 0 } else { u8::try_from(1 + dice.below(8)).unwrap_or(1) };
    let count = 4 + dice.below(22);
    let steps = (0..count).map(|_| step(&mut dice, installations, bad, 1)).collect();
    let schedule = Schedule { seed, installations, strategy, lagging: 8, quota: u8::MAX, steps };
    match seed {
        0..MORE => schedule,
        MORE..LINKED => with_more(schedule),
        _ => with_links(schedule),
    }
}

/// From this seed on schedules hold more than they did at first. What a seed once meant it means for ever: those that ever failed are kept by
/// their numbers.
pub const MORE: u64 = 100_000;

/// From this seed on documents stand on both sites.
pub const LINKED: u64 = 1_000_000;

/// Pictures, older copies of workspaces and sites, typing between two commits, replicas that lag more, and values that are dropped.
fn with_more(mut schedule: Schedule) -> Schedule {
    let mut dice = Dice::new(schedule.seed ^ 0x0D0C_0B0A_0908_0706);
    let installations = usize::from(schedule.installations);
    if dice.chance(40) {
        schedule.lagging = 30;
    }
    if dice.chance(40) {
        schedule.quota = if dice.chance(40) { 1 } else { u8::MAX };
        for _ in 0..1 + dice.below(5) {
            let step = Step::Here {
                installation: small(&mut dice, installations),
                act: Act::Picture(small(&mut dice, 3)),
                pick: pick(&mut dice),
            };
            insert(&mut schedule.steps, &mut dice, 0, step);
        }
    }
    if dice.chance(30) {
        for _ in 0..1 + dice.below(3) {
            let step = Step::There { place: 0, act: Act::Freeze, pick: pick(&mut dice) };
            insert(&mut schedule.steps, &mut dice, 0, step);
            let step =
                Step::Here { installation: small(&mut dice, installations), act: Act::Publish, pick: pick(&mut dice) };
            insert(&mut schedule.steps, &mut dice, 0, step);
        }
    }
    if dice.chance(30) {
        let installation = small(&mut dice, installations);
        let at = insert(&mut schedule.steps, &mut dice, 0, Step::CopyAside { installation });
        insert(&mut schedule.steps, &mut dice, at + 1, Step::GoBack { installation });
    }
    if dice.chance(25) {
        let place = small(&mut dice, 2);
        let at = insert(&mut schedule.steps, &mut dice, 0, Step::KeepSite { place });
        insert(&mut schedule.steps, &mut dice, at + 1, Step::SetBack { place });
    }
    type_between(&mut schedule, &mut dice);
    schedule
}

/// Documents that stand on both sites, from early on.
fn with_links(mut schedule: Schedule) -> Schedule {
    let mut dice = Dice::new(schedule.seed ^ 0x0102_0304_0506_0708);
    let installations = usize::from(schedule.installations);
    if dice.chance(30) {
        schedule.lagging = 30;
    }
    let here = |dice: &mut Dice, act: Act| {
        let installation = small(dice, installations);
        Step::Here { installation, act, pick: pick(dice) }
    };
    // The first comes after a sync, so that there is something to link.
    let (seed, first) = (dice.roll(), Step::Here { installation: 0, act: Act::Link, pick: pick(&mut dice) });
    let sync = Step::Sync { installation: 0, seed, bad: 0, dies_at: None, events: Vec::new(), between: None };
    schedule.steps.splice(0..0, [sync, first]);
    for _ in 0..dice.below(3) {
        let link = here(&mut dice, Act::Link);
        insert(&mut schedule.steps, &mut dice, 2, link);
    }
    if dice.chance(25) {
        let unlink = here(&mut dice, Act::Unlink);
        insert(&mut schedule.steps, &mut dice, 2, unlink);
    }
    type_between(&mut schedule, &mut dice);
    schedule
}

/// Now and then somebody types while a sync writes.
fn type_between(schedule: &mut Schedule, dice: &mut Dice) {
    if dice.chance(60) {
        for step in &mut schedule.steps {
            let Step::Sync { installation, between, .. } = step else { continue };
            if dice.chance(50) {
                let typed = Step::Here { installation: *installation, act: act(dice, true), pick: pick(dice) };
                let at = u16::try_from(1 + dice.below(60)).unwrap_or(1);
                *between = Some((at, Box::new(typed)));
            }
        }
    }
}

/// Puts a step anywhere from a place on, and tells where it stands.
fn insert(steps: &mut Vec<Step>, dice: &mut Dice, from: usize, step: Step) -> usize {
    let at = from + dice.below(steps.len().saturating_sub(from) + 1);
    steps.insert(at.min(steps.len()), step);
    at
}

fn small(dice: &mut Dice, limit: usize) -> u8 {
    u8::try_from(dice.below(limit)).unwrap_or(0)
}

fn pick(dice: &mut Dice) -> u16 {
    u16::try_from(dice.below(1000)).unwrap_or(0)
}

fn step(dice: &mut Dice, installations: u8, bad: u8, depth: u8) -> Step {
    let installation = small(dice, usize::from(installations));
    match dice.below(100) {
        0..=36 => Step::Here { installation, act: act(dice, true), pick: pick(dice) },
        37..=60 => Step::There { place: small(dice, 2), act: act(dice, false), pick: pick(dice) },
        61..=92 => {
            let mut events = Vec::new();
            if depth > 0 {
                for _ in 0..dice.below(4) {
                    let gate = u16::try_from(1 + dice.below(50)).unwrap_or(1);
                    let event = match dice.below(20) {
                        0 | 1 => Event::Crash,
                        2 => Event::Stop,
                        _ => Event::Step(Box::new(step(dice, installations, bad, depth - 1))),
                    };
                    events.push((gate, event));
                }
            }
            let dies_at = dice.chance(12).then(|| u16::try_from(1 + dice.below(60)).unwrap_or(1));
            Step::Sync { installation, seed: dice.roll(), bad, dies_at, events, between: None }
        }
        93..=97 => {
            let longest = if dice.chance(50) { 10 } else { 40_000 };
            Step::Wait(u32::try_from(1 + dice.below(longest)).unwrap_or(1))
        }
        _ => Step::Clock { installation, off: i32::try_from(dice.below(180_000)).unwrap_or(0) - 90_000 },
    }
}

fn act(dice: &mut Dice, here: bool) -> Act {
    let spot = |dice: &mut Dice| {
        let number = small(dice, 6);
        SpotOf(match dice.below(10) {
            0..=4 => Spot::Append(number),
            5 | 6 => Spot::Rewrite(number),
            7 | 8 => Spot::Insert(number),
            _ => Spot::Remove(number),
        })
    };
    match dice.below(100) {
        0..=54 => Act::Edit(spot(dice)),
        55..=61 => Act::Retitle,
        62..=65 => Act::Publish,
        66..=76 => Act::Create { second: dice.chance(50), forum: dice.chance(50), same_title: dice.chance(20) },
        77..=80 => Act::Delete,
        81 | 82 if here => Act::WriteDropped,
        83 if here => Act::WritePoison,
        84..=92 if here => Act::Settle(small(dice, 3)),
        93..=95 if here => Act::Discard,
        96 | 97 if here => Act::Retry,
        98 if here => Act::Undo,
        81..=99 if !here => Act::Job,
        _ => Act::Edit(spot(dice)),
    }
}
