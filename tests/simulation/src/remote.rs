//! Both sites as the engine sees them: the steps of the real adapters, each request through the gates of the network.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use domain::{
    Asset, Base, Change, Content, Cursor, Found, Guard, Identity, Kind, Known, Page, Reading, Remote, RemoteError,
    RemoteErrorKind, RemoteId, RemoteRef, RemoteSpace, Sent, SiteKind, Traffic, Upload, Uploaded,
};

use crate::site::{Site, canonical_of};
use crate::wire::{Verdict, Wire};
use crate::world::{Shared, World};
use crate::writing::{SETTLE, shown_as_of};

/// Objects in one answer of a list: small, so that lists have several.
const PER_PAGE: usize = 3;

/// A client of one site, as one start of the program makes it.
pub(crate) struct Client {
    pub(crate) world: Shared,
    pub(crate) wire: Wire,
    pub(crate) place: usize,
    pub(crate) installation: usize,
    /// Revision numbers that the guard saw, for the write that follows.
    pub(crate) seen: Mutex<BTreeMap<RemoteRef, u32>>,
    /// As of when an object was last looked at before a write.
    pub(crate) looked: Mutex<BTreeMap<RemoteRef, i64>>,
    pub(crate) traffic: Mutex<Traffic>,
    /// When its run began.
    pub(crate) begun: i64,
}

pub(crate) type Answer<T> = Result<T, RemoteError>;

impl Client {
    pub(crate) fn new(world: Shared, wire: Wire, place: usize, installation: usize) -> Self {
        let begun = world.lock().now;
        Self {
            begun,
            world,
            wire,
            place,
            installation,
            seen: Mutex::default(),
            looked: Mutex::default(),
            traffic: Mutex::default(),
        }
    }

    pub(crate) fn forum(&self) -> bool {
        self.place == 1
    }

    /// A read: the site's state as of now, or as a replica has it. `at` is that time.
    pub(crate) async fn read<T>(&self, replica: bool, tell: impl FnOnce(&Site, i64) -> T + Send) -> Answer<T>
    where
        T: Send,
    {
        let lag = match self.wire.gate(false, false).await {
            Verdict::Go { lag } => lag,
            verdict => return Err(failure(verdict)),
        };
        let answer = {
            let mut world = self.world.lock();
            world.requests += 1;
            let at = world.now - if replica { lag } else { 0 };
            tell(&world.sites[self.place], at)
        };
        self.count(false);
        match self.wire.gate(true, false).await {
            Verdict::Go { .. } => Ok(answer),
            verdict => Err(failure(verdict)),
        }
    }

    /// A write: once it has reached the site it is done, whatever becomes of its answer.
    pub(crate) async fn write<T>(&self, act: impl FnOnce(&mut World) -> Answer<T> + Send) -> Answer<T>
    where
        T: Send,
    {
        match self.wire.gate(false, true).await {
            Verdict::Go { .. } => {}
            Verdict::Answered(RemoteErrorKind::Throttled) => {
                return Err(failure(Verdict::Answered(RemoteErrorKind::Throttled)));
            }
            verdict => return Err(failure(verdict).maybe_done()),
        }
        let answer = {
            let mut world = self.world.lock();
            world.requests += 1;
            world.writes += 1;
            act(&mut world)
        };
        self.count(true);
        match self.wire.gate(true, true).await {
            Verdict::Go { .. } => answer,
            verdict => Err(failure(verdict).maybe_done()),
        }
    }

    fn count(&self, write: bool) {
        let mut traffic = self.traffic.lock().unwrap_or_else(PoisonError::into_inner);
        traffic.requests += 1;
        traffic.writes += u32::from(write);
    }

    pub(crate) fn note_look(&self, remote: &RemoteRef, at: i64) {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).insert(remote.clone(), at);
    }

    async fn list(&self, kind: Kind, cursor: &Cursor, known: &[Known]) -> Answer<Page> {
        let offset: usize = cursor.at.parse().unwrap_or(0);
        // Canvas reads its list of pages from the primary (contract 8); the others may lag.
        let replica = kind != Kind::Page;
        let (objects, more) = self
            .read(replica, |site, at| {
                let mut rows: Vec<_> = site.there(at).filter(|object| object.remote.kind == kind).collect();
                rows.sort_by_key(|object| (object.as_of(at).map(|version| version.title.clone()), &object.remote));
                let more = rows.len() > offset + PER_PAGE;
                let rows = rows.into_iter().skip(offset).take(PER_PAGE);
                let rows = rows.filter_map(|object| Some(site.view(object, object.as_of(at)?, false)));
                (rows.collect::<Vec<_>>(), more)
            })
            .await?;
        let mut page = Page { objects, ..Page::default() };
        if kind == Kind::Page {
            keep_numbers(&mut page, known);
        }
        if more {
            page.more.push(Cursor { list: cursor.list.clone(), at: (offset + PER_PAGE).to_string() });
        }
        Ok(page)
    }

    async fn topics(&self, cursor: &Cursor, known: &[Known]) -> Answer<Page> {
        let offset: usize = cursor.at.parse().unwrap_or(0);
        let (rows, more) = self
            .read(false, |site, at| {
                let mut rows: Vec<_> = site.there(at).filter(|object| object.remote.kind == Kind::Topic).collect();
                rows.sort_by_key(|object| (-object.bumped, &object.remote));
                let more = rows.len() > offset + PER_PAGE;
                let rows = rows.into_iter().skip(offset).take(PER_PAGE);
                (rows.map(|topic| (topic.remote.clone(), site.list_token(topic, at))).collect::<Vec<_>>(), more)
            })
            .await?;
        let mut oldest: Vec<&Known> = known.iter().filter(|known| known.remote.kind == Kind::Topic).collect();
        oldest.sort_by_key(|known| known.verified_at);
        let budget = if self.world.lock().careful { oldest.len() } else { 1 };
        let reread: BTreeSet<&RemoteRef> = oldest.iter().take(budget).map(|known| &known.remote).collect();
        let mut page = Page::default();
        for (remote, token) in rows {
            let same = known.iter().any(|known| known.remote == remote && known.token == token);
            if same && !reread.contains(&remote) {
                let posts = known.iter().filter(|known| known.parent.as_ref() == Some(&remote));
                page.unchanged.extend(posts.map(|known| known.remote.clone()));
                page.unchanged.push(remote);
            } else {
                page.more.push(Cursor { list: "topic".to_owned(), at: format!("{}\n{}", remote.id, token.0) });
            }
        }
        if more {
            page.more.push(Cursor { list: "topics".to_owned(), at: (offset + PER_PAGE).to_string() });
        }
        Ok(page)
    }

    async fn topic(&self, at: &str) -> Answer<Page> {
        let (id, token) = at.split_once('\n').unwrap_or((at, ""));
        let remote = RemoteRef::new(Kind::Topic, id);
        let objects = self
            .read(false, |site, at| {
                let there = site.objects.get(&remote).filter(|topic| topic.is_there(at)).into_iter();
                let posts = site.there(at).filter(|object| object.parent.as_ref() == Some(&remote));
                let all = there.clone().chain(posts.filter(|_| there.len() > 0));
                all.filter_map(|object| Some(site.view(object, object.as_of(at)?, false))).collect::<Vec<_>>()
            })
            .await?;
        let mut page = Page { objects, ..Page::default() };
        for object in page.objects.iter_mut().filter(|object| object.remote == remote) {
            object.token = domain::Token(token.to_owned());
        }
        Ok(page)
    }
}

/// A list gives no revision numbers: where the time is the known one, the known number is kept.
fn keep_numbers(page: &mut Page, known: &[Known]) {
    for object in &mut page.objects {
        let time = |token: &domain::Token| token.0.split_once('|').map(|(_, time)| time.to_owned());
        if let Some(known) = known.iter().find(|known| known.remote == object.remote)
            && time(&known.token) == time(&object.token)
        {
            object.token = known.token.clone();
        }
    }
}

pub(crate) fn failure(verdict: Verdict) -> RemoteError {
    match verdict {
        Verdict::Answered(kind) => RemoteError::new(kind, "in the way"),
        Verdict::Lost | Verdict::Go { .. } => RemoteError::new(RemoteErrorKind::Unreachable, "lost"),
    }
}

#[async_trait]
impl Remote for Client {
    fn site(&self) -> SiteKind {
        if self.forum() { SiteKind::Discourse } else { SiteKind::Canvas }
    }

    async fn identify(&self) -> Answer<Identity> {
        self.read(false, |_, _| ()).await?;
        let world = self.world.lock();
        let offset = crate::world::moment(world.now).timestamp() - world.clock_of(self.installation).timestamp();
        Ok(Identity {
            user: RemoteId::from(1),
            user_name: "Ada".to_owned(),
            site_name: "The site".to_owned(),
            clock_offset_seconds: Some(offset),
            read_only: None,
            notifications: None,
        })
    }

    async fn spaces(&self) -> Answer<Vec<RemoteSpace>> {
        Ok(Vec::new())
    }

    async fn begin_pull(&self, _: &RemoteId, _: &[Known]) -> Answer<Vec<Cursor>> {
        let lists: &[&str] = if self.forum() { &["topics"] } else { &["pages", "assignments"] };
        Ok(lists.iter().map(|list| Cursor { list: (*list).to_owned(), at: "0".to_owned() }).collect())
    }

    async fn pull(&self, _: &RemoteId, cursor: &Cursor, known: &[Known]) -> Answer<Page> {
        match cursor.list.as_str() {
            "pages" => self.list(Kind::Page, cursor, known).await,
            "assignments" => self.list(Kind::Assignment, cursor, known).await,
            "topics" => self.topics(cursor, known).await,
            _ => self.topic(&cursor.at).await,
        }
    }

    async fn read(&self, _: &RemoteId, remote: &RemoteRef) -> Answer<Reading> {
        let replica = !self.forum();
        let mut found = Client::read(self, replica, |site, at| shown_as_of(site, remote, at)).await?;
        if found.is_none() && remote.kind == Kind::Assignment {
            // What a replica does not show may only not have arrived there: the adapter waits and looks once more.
            self.world.lock().now += SETTLE;
            found = Client::read(self, replica, |site, at| shown_as_of(site, remote, at)).await?;
        }
        if let Some(object) = found {
            return Ok(Reading::Here(Box::new(object)));
        }
        // A page that a replica does not know is looked for in the list, which is the primary's.
        let listed =
            Client::read(self, false, |site, at| site.objects.get(remote).is_some_and(|o| o.is_there(at))).await?;
        if listed && remote.kind == Kind::Page {
            Ok(Reading::Hidden("not shown".to_owned()))
        } else {
            Ok(Reading::Gone)
        }
    }

    async fn guard(&self, _: &RemoteId, remote: &RemoteRef, base: &Base) -> Answer<Guard> {
        self.look(remote, base).await
    }

    async fn send(&self, _: &RemoteId, change: &Change) -> Answer<Sent> {
        self.carry_out(change).await
    }

    async fn find(&self, _: &RemoteId, change: &Change, mapped: &BTreeSet<RemoteRef>) -> Answer<Found> {
        self.look_for(change, mapped).await
    }

    fn canonical(&self, kind: Kind, content: &Content) -> Content {
        canonical_of(self.forum(), kind, content)
    }

    async fn asset(&self, _: &RemoteId, _: &str) -> Answer<Asset> {
        Err(RemoteError::new(RemoteErrorKind::NotFound, "no files here"))
    }

    /// A look whether the content is there, then the file: what was sent and not answered is found by the look of the next attempt.
    async fn upload(&self, _: &RemoteId, upload: &Upload) -> Answer<Uploaded> {
        let sha256 = upload.sha256.clone();
        if let Some(address) = Client::read(self, false, |site, _| site.file(&sha256)).await? {
            return Ok(Uploaded { address, was_there: true });
        }
        let (place, looked) = (self.place, self.world.lock().now);
        let address = self
            .write(|world| {
                if world.sites[place].files.len() >= world.quota {
                    return Err(RemoteError::new(RemoteErrorKind::Refused, "the quota is exceeded"));
                }
                let now = world.now;
                let earlier = world.uploads.get(&(place, sha256.clone())).copied();
                if earlier.is_some_and(|at| at <= looked) {
                    world.violations.push(format!("{sha256} was put on site {place} a second time"));
                }
                world.uploads.insert((place, sha256.clone()), now);
                Ok(world.sites[place].keep_file(&sha256))
            })
            .await?;
        Ok(Uploaded { address, was_there: false })
    }

    fn traffic(&self) -> Traffic {
        *self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
