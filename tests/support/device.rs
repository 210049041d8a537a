//! One installation of Lectern: a workspace, an account, a space, and the person who works in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::plan::ConflictStrategy;
use domain::{AccountId, Content, EntityId, FieldValue, Kind, Remote, RemoteId, RemoteRef, SiteKind, SpaceId, field};
use rest::{Bucket, Limits};
use simulators::clock::Clock;
use store::{Account, Entity, Environment, NewEntity, Recognised, Space, Store};
use sync::{Did, Options, Report, Site, SiteSpace, Watch};
use tempfile::TempDir;

use super::{Course, seed};

pub(crate) struct Device {
    folder: Arc<TempDir>,
    store: Option<Store>,
    pub(crate) account: AccountId,
    pub(crate) space: SpaceId,
    clock: Clock,
    place: Place,
}

/// What an installation keeps, and as whom.
pub(crate) struct Place {
    pub(crate) site: SiteKind,
    pub(crate) address: String,
    pub(crate) user: RemoteId,
    pub(crate) space: RemoteId,
    /// A fresh client, as each start of the program makes one.
    pub(crate) connect: Box<dyn Fn() -> Arc<dyn Remote> + Send + Sync>,
}

/// Bounds that do not make a test wait.
pub(crate) fn limits() -> Limits {
    let short = Duration::from_millis(2);
    Limits {
        retry_wait: short,
        throttle_wait: short,
        throttle_total: Duration::from_millis(50),
        bucket: Bucket { outflow: 1_000_000.0, ..Bucket::default() },
        ..Limits::default()
    }
}

impl Device {
    /// A fresh installation that keeps the course and has not synced yet.
    pub(crate) async fn of(course: &Course) -> Self {
        Self::at(course.place(), course.canvas.clock().clone()).await
    }

    pub(crate) async fn at(place: Place, clock: Clock) -> Self {
        Self::keep(place, clock, Arc::new(TempDir::new().unwrap()), None).await
    }

    /// What the same installation keeps of another site, in the same workspace.
    #[cfg(feature = "discourse-integration")]
    pub(crate) async fn beside(&self, place: Place) -> Self {
        Self::keep(place, self.clock.clone(), Arc::clone(&self.folder), self.store.clone()).await
    }

    async fn keep(place: Place, clock: Clock, folder: Arc<TempDir>, store: Option<Store>) -> Self {
        let (account, space) = (AccountId::new(seed(&clock)), SpaceId::new(seed(&clock)));
        let mut device = Self { folder, store, account, space, clock, place };
        if device.store.is_none() {
            device.reopen().await;
        }
        let row = Account {
            id: account,
            site: device.place.site,
            url: device.place.address.clone(),
            site_name: "The site".to_owned(),
            user: device.place.user.clone(),
            user_name: "Ada Reyes".to_owned(),
            auth: "token".to_owned(),
            login: None,
            secret_place: "session".to_owned(),
            secret_env: None,
            reached_at: None,
            trouble: None,
        };
        device.store().put_account(&row).await.unwrap();
        let row = Space {
            id: space,
            name: "Shore life".to_owned(),
            account: Some(account),
            site: Some(device.place.site),
            remote: Some(device.place.space.clone()),
            read_only: None,
            last_synced_at: None,
            time_zone: None,
        };
        device.store().put_space(&row).await.unwrap();
        device
    }

    /// A fresh installation whose first sync is done.
    pub(crate) async fn synced(course: &Course) -> Self {
        let device = Self::of(course).await;
        device.sync().await;
        device
    }

    pub(crate) fn store(&self) -> &Store {
        self.store.as_ref().expect("open")
    }

    /// The program is started again on the same folder.
    pub(crate) async fn reopen(&mut self) {
        if let Some(store) = self.store.take() {
            store.close().await;
        }
        let clock = self.clock.clone();
        let environment = Environment { seed: Arc::new(move || seed(&clock)), opener: "a flow".to_owned() };
        self.store = Some(Store::open(&self.workspace(), environment).await.unwrap());
    }

    /// As [`Device::reopen`], where two of them share a workspace.
    #[cfg(feature = "discourse-integration")]
    pub(crate) async fn reopen_with(&mut self, other: &mut Self) {
        other.store = None;
        self.reopen().await;
        other.store.clone_from(&self.store);
    }

    fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    /// Copies the workspace aside, as a backup program does.
    pub(crate) async fn copy_aside(&mut self) {
        self.close().await;
        copy(&self.workspace(), &self.folder.path().join("aside"));
        self.reopen().await;
    }

    /// The copy becomes the workspace, and the program starts on it.
    pub(crate) async fn go_back(&mut self) -> Recognised {
        self.close().await;
        std::fs::remove_dir_all(self.workspace()).unwrap();
        copy(&self.folder.path().join("aside"), &self.workspace());
        self.reopen().await;
        self.store().recognise(self.clock.now()).await.unwrap()
    }

    /// The same workspace on another computer, as a cloned one has it.
    pub(crate) async fn cloned(&mut self, place: Place) -> Self {
        self.close().await;
        let folder = Arc::new(TempDir::new().unwrap());
        copy(&self.workspace(), &folder.path().join("workspace"));
        self.reopen().await;
        let (account, space, clock) = (self.account, self.space, self.clock.clone());
        let mut other = Self { folder, store: None, account, space, clock, place };
        other.reopen().await;
        other.store().recognise(other.clock.now()).await.unwrap();
        other
    }

    async fn close(&mut self) {
        if let Some(store) = self.store.take() {
            store.close().await;
        }
    }

    pub(crate) fn remote(&self) -> Arc<dyn Remote> {
        (self.place.connect)()
    }

    /// A run as it ends: with its report, or with the workspace dead.
    pub(crate) async fn try_sync(&self) -> sync::Result<Report> {
        let (sites, options) = (vec![self.site()], self.options());
        sync::sync(self.store(), sites, options, Watch::default()).await
    }

    pub(crate) async fn sync(&self) -> Report {
        self.try_sync().await.unwrap()
    }

    pub(crate) fn site(&self) -> Site {
        Site {
            account: self.account,
            name: "The site".to_owned(),
            user: self.place.user.clone(),
            remote: self.remote(),
            spaces: vec![SiteSpace {
                id: self.space,
                name: "Shore life".to_owned(),
                remote: self.place.space.clone(),
                read_only: None,
            }],
        }
    }

    /// The site with a client that a stop reaches, as the program connects it.
    pub(crate) fn site_that_stops(&self, course: &Course, stop: rest::Stop) -> Site {
        Site { remote: course.remote_that_stops(stop), ..self.site() }
    }

    pub(crate) fn options(&self) -> Options {
        let clock = self.clock.clone();
        Options { only: None, strategy: ConflictStrategy::Ask, now: Arc::new(move || clock.now()) }
    }

    /// All entities, deleted ones too.
    pub(crate) async fn entities(&self) -> Vec<Entity> {
        let mut all = Vec::new();
        for row in self.store().list(self.space).await.unwrap() {
            all.push(self.store().get(row.id).await.unwrap());
        }
        all
    }

    /// The page with this title that is not deleted.
    pub(crate) async fn page(&self, title: &str) -> Entity {
        let mut found: Vec<Entity> = self.entities().await;
        found.retain(|entity| entity.deleted_at.is_none() && entity.content.title == title);
        assert_eq!(found.len(), 1, "one page is named `{title}`");
        found.remove(0)
    }

    /// Opens a document as the person does.
    #[cfg(feature = "discourse-integration")]
    pub(crate) async fn open(&self, title: &str) {
        let page = self.page(title).await;
        self.store().mark_opened(page.id, self.clock.now()).await.unwrap();
    }

    pub(crate) async fn save(&self, id: EntityId, content: &Content) {
        self.store().save(id, content, None, "save", self.clock.now()).await.unwrap();
    }

    /// Replaces words in a page as the person does.
    pub(crate) async fn replace(&self, title: &str, from: &str, to: &str) -> EntityId {
        let page = self.page(title).await;
        assert!(page.content.body.contains(from), "`{from}` is in `{title}`: {}", page.content.body);
        let body = page.content.body.replacen(from, to, 1);
        self.save(page.id, &Content { body, ..page.content }).await;
        page.id
    }

    /// Makes a page as the person does.
    pub(crate) async fn create(&self, title: &str, body: &str) -> EntityId {
        let content = Content::new(title, body);
        let (kind, content) = match self.place.site {
            SiteKind::Canvas => (Kind::Page, content.with(field::PUBLISHED, FieldValue::Flag(false))),
            SiteKind::Discourse => (Kind::Topic, content),
        };
        let new = NewEntity { space: self.space, kind, parent: None, content };
        self.store().create(&new, self.clock.now()).await.unwrap()
    }

    /// Makes anything.
    #[cfg(feature = "discourse-integration")]
    pub(crate) async fn make(&self, new: NewEntity) -> EntityId {
        self.store().create(&new, self.clock.now()).await.unwrap()
    }

    #[cfg(feature = "discourse-integration")]
    pub(crate) async fn throw_away(&self, entity: EntityId) {
        self.store().delete(entity, self.clock.now()).await.unwrap();
    }

    pub(crate) async fn delete(&self, title: &str) -> EntityId {
        let page = self.page(title).await;
        self.store().delete(page.id, self.clock.now()).await.unwrap();
        page.id
    }

    /// Settles a conflict with ours or with theirs, as the conflict screen does.
    pub(crate) async fn settle(&self, entity: EntityId, mine: bool) {
        let mut conflict = self.store().conflict(entity).await.unwrap().expect("a conflict");
        let current = self.store().get(entity).await.unwrap();
        // What was typed since the conflict was found is part of the question, as on the screen.
        if let Some(anew) = conflict.anew(current.format, &current.content) {
            self.store().put_conflict(anew.clone()).await.unwrap();
            conflict = anew;
        }
        let theirs = conflict.theirs.expect("theirs");
        let kind = theirs.remote.kind;
        let theirs = theirs.content;
        let content = if mine { conflict.mine.expect("mine") } else { theirs.clone() };
        let hash = self.remote().canonical(kind, &theirs).hash();
        let sends = content != theirs;
        self.store().settle_conflict(entity, &content, &hash, sends, self.clock.now()).await.unwrap();
    }

    /// Whether a token stands in a document, a conflict or a history here.
    pub(crate) async fn holds(&self, token: &str) -> bool {
        for entity in self.entities().await {
            let here = |content: &Content| content.body.contains(token) || content.title.contains(token);
            let kept = self.store().revisions(entity.id).await.unwrap();
            if here(&entity.content) || kept.iter().any(|revision| here(&revision.content)) {
                return true;
            }
        }
        format!("{:?}", self.store().conflicts().await.unwrap()).contains(token)
    }

    /// In what the workspace and the site differ, leaving out the conflicts. Reads the site whole, under no faults.
    pub(crate) async fn differences(&self) -> Vec<String> {
        self.differences_but(&BTreeSet::new()).await
    }

    /// As [`Device::differences`], leaving out these as well.
    pub(crate) async fn differences_but(&self, but: &BTreeSet<EntityId>) -> Vec<String> {
        let remote = self.remote();
        let space = self.place.space.clone();
        let mut there = BTreeMap::new();
        let mut ways = remote.begin_pull(&space, &[]).await.unwrap();
        while let Some(way) = ways.pop() {
            let page = remote.pull(&space, &way, &[]).await.unwrap();
            ways.extend(page.more);
            there.extend(page.objects.into_iter().map(|object| (object.remote.clone(), object)));
        }
        let waiting: BTreeSet<EntityId> =
            self.store().conflicts().await.unwrap().into_iter().map(|conflict| conflict.entity).collect();
        let mut differences = Vec::new();
        let mut mapped: BTreeSet<RemoteRef> = BTreeSet::new();
        for entity in self.entities().await {
            let mapping = self.store().mapping(entity.id, self.account).await.unwrap();
            if let Some(mapping) = &mapping
                && !mapped.insert(mapping.remote.clone())
            {
                differences.push(format!("{} is mapped twice", mapping.remote));
            }
            if waiting.contains(&entity.id) || but.contains(&entity.id) {
                continue;
            }
            let title = &entity.content.title;
            match (&mapping, entity.deleted_at) {
                (None, None) => differences.push(format!("`{title}` is not on the site")),
                (None, Some(_)) => {}
                (Some(_), Some(_)) => differences.push(format!("`{title}` is deleted here and still mapped")),
                (Some(mapping), None) => match there.get(&mapping.remote) {
                    None => differences.push(format!("`{title}` is gone from the site")),
                    Some(object) => {
                        let kind = entity.kind;
                        let (ours, theirs) =
                            (remote.canonical(kind, &entity.content), remote.canonical(kind, &object.content));
                        if ours != theirs {
                            differences.push(format!("`{title}` differs:\n{ours:?}\n{theirs:?}"));
                        }
                    }
                },
            }
        }
        differences.extend(there.keys().filter(|key| !mapped.contains(key)).map(|key| format!("{key} is not here")));
        differences
    }

    /// Promise 4: a sync after which nothing happened writes nothing and reports nothing.
    pub(crate) async fn assert_quiet(&self, course: &Course) {
        course.canvas.log().reset();
        let report = self.sync().await;
        assert_eq!(course.canvas.log().writes(), [], "a second sync writes nothing");
        let items: Vec<(&str, Did)> = report.items.iter().map(|item| (item.title.as_str(), item.did)).collect();
        assert_eq!(items, [], "a second sync reports nothing");
    }
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
    }
}

/// What a report says, by title.
pub(crate) fn did(report: &Report) -> Vec<(String, Did)> {
    report.items.iter().map(|item| (item.title.clone(), item.did)).collect()
}
