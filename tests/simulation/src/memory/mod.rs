//! A workspace in memory. It promises what `store::Store` does, and is held to it by the same tests; it is here because
//! a seed on it takes a small part of the time that it takes on SQLite.

mod arriving;
mod engine;
mod kept;
mod linked;
mod person;
mod pulled;
mod reading;
mod sent;

pub(crate) use person::sha256_of;

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use chrono::{DateTime, Utc};
use domain::{
    AccountId, Base, Content, DeviceId, EntityId, IdSeed, Kind, RemoteObject, RemoteRef, Replica, RevisionId, SpaceId,
    VersionVector,
};
use store::{
    ConflictRow, Entity, Error, JournalEntry, KnownUpload, Mapped, Parked, PullState, Result, Revision, Space,
};
use sync::Guards;

use crate::ids::Ids;

/// What the workspace holds.
#[derive(Clone, Default)]
pub(crate) struct Book {
    pub(crate) entities: BTreeMap<EntityId, Entity>,
    pub(crate) revisions: BTreeMap<EntityId, Vec<Revision>>,
    pub(crate) mirror: BTreeMap<(EntityId, AccountId), Mirror>,
    pub(crate) local: BTreeMap<EntityId, VersionVector>,
    pub(crate) remote: BTreeMap<(EntityId, AccountId), VersionVector>,
    pub(crate) staging: BTreeMap<(SpaceId, RemoteRef), Option<RemoteObject>>,
    pub(crate) pulls: BTreeMap<SpaceId, PullState>,
    pub(crate) conflicts: BTreeMap<EntityId, ConflictRow>,
    /// By what account it is a link; none for the home's.
    pub(crate) parked: BTreeMap<(EntityId, Option<AccountId>), Parked>,
    pub(crate) links: BTreeMap<(EntityId, AccountId), (SpaceId, Kind)>,
    pub(crate) journal: BTreeMap<String, (JournalEntry, State)>,
    pub(crate) reports: BTreeMap<String, String>,
    pub(crate) spaces: BTreeMap<SpaceId, Space>,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) blobs: BTreeMap<String, (String, Vec<u8>)>,
    pub(crate) uploads: BTreeMap<(String, String), KnownUpload>,
    /// Runs that sent something.
    pub(crate) sent: u64,
}

/// A line of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Intended,
    Confirmed,
    Dropped,
    Queued,
    Unsure,
}

/// A mapping with its base.
#[derive(Clone)]
pub(crate) struct Mirror {
    pub(crate) object: RemoteObject,
    pub(crate) verified_at: DateTime<Utc>,
    /// What stands at home for it, where it is a link.
    pub(crate) home: Option<String>,
}

/// A workspace in memory.
pub struct Memory {
    book: Mutex<Book>,
    ids: Ids,
    device: DeviceId,
    guards: Guards,
    crash: Mutex<Crash>,
    /// The same count, kept beside: no older copy brings it back.
    beside: AtomicU64,
    copy: Mutex<Option<Book>>,
    pause: Mutex<Pause>,
}

/// Where a run waits for what somebody does meanwhile.
#[derive(Default)]
struct Pause {
    at: Option<u32>,
    seen: u32,
    waits: Option<Waker>,
    /// It is the run that is at work, and nobody else.
    runs: bool,
}

/// When the process dies.
#[derive(Default)]
struct Crash {
    at: Option<u32>,
    seen: u32,
    dead: bool,
}

impl Memory {
    /// An empty workspace.
    #[must_use]
    pub fn new(ids: Ids, guards: Guards) -> Self {
        let device = DeviceId::new(ids.next());
        Self {
            book: Mutex::default(),
            ids,
            device,
            guards,
            crash: Mutex::default(),
            beside: AtomicU64::new(0),
            copy: Mutex::default(),
            pause: Mutex::default(),
        }
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beside(&self) -> u64 {
        self.beside.load(Ordering::SeqCst)
    }

    fn note(&self, count: u64) {
        self.beside.store(count, Ordering::SeqCst);
    }

    fn next_seed(&self) -> IdSeed {
        self.ids.next()
    }

    /// Carries out a write between its two crash points: dead before it, nothing is written; dead after it, all of it is.
    async fn write<T: Send>(&self, name: &'static str, write: impl FnOnce(&mut Book) -> Result<T> + Send) -> Result<T> {
        self.alive(name)?;
        // What a write refuses is refused before anything is changed, as in a transaction that is rolled back.
        self.crash_point(name)?;
        let answer = write(&mut self.book())?;
        self.crash_point(name)?;
        self.paused().await;
        Ok(answer)
    }

    /// Waits where the schedule wants something to happen between two commits.
    fn paused(&self) -> impl Future<Output = ()> + '_ {
        let mut is_here = false;
        poll_fn(move |context| {
            let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
            if is_here {
                return if pause.waits.is_some() { Poll::Pending } else { Poll::Ready(()) };
            }
            let Some(at) = pause.at.filter(|_| pause.runs && pause.waits.is_none()) else { return Poll::Ready(()) };
            pause.seen += 1;
            is_here = pause.seen == at;
            if !is_here {
                return Poll::Ready(());
            }
            pause.waits = Some(context.waker().clone());
            Poll::Pending
        })
    }

    fn crash_point(&self, name: &'static str) -> Result<()> {
        {
            let mut crash = self.crash.lock().unwrap_or_else(PoisonError::into_inner);
            crash.seen += 1;
            if crash.at == Some(crash.seen) {
                crash.dead = true;
            }
        }
        self.alive(name)
    }

    fn alive(&self, name: &'static str) -> Result<()> {
        let dead = self.crash.lock().unwrap_or_else(PoisonError::into_inner).dead;
        if dead { Err(Error::Crashed(name)) } else { Ok(()) }
    }

    pub(crate) fn die_at(&self, commit: Option<u32>) {
        *self.crash.lock().unwrap_or_else(PoisonError::into_inner) = Crash { at: commit, ..Crash::default() };
    }

    fn bump_local(&self, book: &mut Book, entity: EntityId) {
        book.local.entry(entity).or_default().bump(Replica::Device(self.device));
    }
}

impl Book {
    pub(crate) fn entity(&self, id: EntityId) -> Result<&Entity> {
        self.entities.get(&id).ok_or(Error::NotFound("document"))
    }

    fn change(&mut self, id: EntityId) -> Result<&mut Entity> {
        self.entities.get_mut(&id).ok_or(Error::NotFound("document"))
    }

    pub(crate) fn vector(&self, id: EntityId) -> VersionVector {
        self.local.get(&id).cloned().unwrap_or_default()
    }

    fn write_content(&mut self, id: EntityId, content: &Content, now: DateTime<Utc>) -> Result<()> {
        let entity = self.change(id)?;
        entity.content = content.clone();
        entity.updated_at = now;
        entity.counter += 1;
        Ok(())
    }

    /// Adds a version; one that replaces the newest with the same text is that one.
    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    fn revise(
        &mut self,
        seed: IdSeed,
        entity: EntityId,
        content: &Content,
        cause: &str,
        origin: &str,
        not_chosen: bool,
        at: DateTime<Utc>,
    ) -> RevisionId {
        let versions = self.revisions.entry(entity).or_default();
        if let Some(newest) = versions.last()
            && newest.content == *content
            && !not_chosen
            && cause == "replaced"
        {
            return newest.id;
        }
        let id = RevisionId::new(seed);
        versions.push(Revision {
            id,
            entity,
            at,
            cause: cause.to_owned(),
            origin: origin.to_owned(),
            content: content.clone(),
            not_chosen,
        });
        id
    }

    fn version_of(
        &mut self,
        seed: IdSeed,
        entity: EntityId,
        content: &Content,
        cause: &str,
        origin: &str,
        now: DateTime<Utc>,
    ) -> RevisionId {
        let versions = self.revisions.get(&entity);
        let kept = versions.and_then(|versions| versions.iter().rev().find(|version| version.content == *content));
        match kept {
            Some(kept) => kept.id,
            None => self.revise(seed, entity, content, cause, origin, false, now),
        }
    }

    /// Takes away what both sides have outgrown; with an account, only what was asked about that one.
    fn outgrow(&mut self, entity: EntityId, account: Option<AccountId>) {
        let is_it = |conflict: &ConflictRow| account.is_none_or(|account| conflict.account == account);
        if self.conflicts.get(&entity).is_some_and(|conflict| !conflict.overwritten && is_it(conflict)) {
            self.conflicts.remove(&entity);
        }
    }

    fn unmap_from(&mut self, entity: EntityId, account: Option<AccountId>) {
        self.mirror.retain(|(mapped, on), _| *mapped != entity || account.is_some_and(|account| *on != account));
    }

    fn set_base(
        &mut self,
        entity: EntityId,
        account: AccountId,
        object: &RemoteObject,
        remote_vector: &VersionVector,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let taken = self
            .mirror
            .iter()
            .any(|((mapped, on), mirror)| *on == account && mirror.object.remote == object.remote && *mapped != entity);
        if taken {
            return Err(Error::Damaged { what: "mapping", why: format!("{} is mapped already", object.remote) });
        }
        let home = self.mirror.get(&(entity, account)).and_then(|mirror| mirror.home.clone());
        let mirror = Mirror { object: object.clone(), verified_at: now, home };
        self.mirror.insert((entity, account), mirror);
        self.remote.insert((entity, account), remote_vector.clone());
        Ok(())
    }

    fn mapped_row(&self, entity: EntityId, account: AccountId) -> Option<Mapped> {
        let Mirror { object, verified_at, .. } = self.mirror.get(&(entity, account))?;
        Some(Mapped {
            entity,
            account,
            remote: object.remote.clone(),
            parent: object.parent.clone(),
            base: Base {
                content: object.content.clone(),
                returned_body: object.returned_body.clone(),
                token: object.token.clone(),
                facts: object.facts.clone(),
            },
            remote_vector: self.remote.get(&(entity, account)).cloned().unwrap_or_default(),
            read_only: match &object.access {
                domain::Access::Editable => None,
                domain::Access::ReadOnly(why) => Some(why.clone()),
            },
            changed_by: object.changed_by.clone(),
            changed_at: object.changed_at,
            url: object.url.clone(),
            verified_at: *verified_at,
        })
    }
}
