//! How long a sync of a large space thinks: 10,000 documents, 100 of them changed here, there or on both sides.
//!
//! `cargo bench -p sync`. The phase `plan` of a run holds what is read of the workspace, too; the bar is the plan's.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on has failed; it prints what it found"
)]
#![allow(missing_docs, reason = "a program")]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::plan::{BaseCopy, ConflictStrategy, DeleteLimit, EntityState, LocalCopy, Observed, plan as plan_of_states};
use domain::{
    Access, AccountId, Asset, Base, Change, Content, Cursor, DeviceId, EntityId, Found, Guard, IdSeed, Identity, Kind,
    Known, Page, Reading, Remote, RemoteError, RemoteErrorKind, RemoteId, RemoteObject, RemoteRef, RemoteSpace,
    Replica, Sent, SiteKind, SpaceId, Token, Traffic, VersionVector,
};
use store::{Account, Environment, Space, Store};
use sync::{Options, Site, SiteSpace, Watch};

const DOCUMENTS: usize = 10_000;
/// Changed here alone, there alone, and on both sides.
const CHANGED: [usize; 3] = [45, 45, 10];
const MOST: Duration = Duration::from_millis(100);

fn seed() -> IdSeed {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let mut random = [0; 10];
    random[2..].copy_from_slice(&count.to_be_bytes());
    IdSeed { unix_millis: 1_700_000_000_000 + count / 1000, random }
}

/// A clock that begins when it is first asked.
fn clock() -> DateTime<Utc> {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    DateTime::UNIX_EPOCH + BEGUN.elapsed()
}

/// About 2 KB.
fn text(number: usize, words: &str) -> Content {
    let paragraphs: Vec<String> = (0..20)
        .map(|part| {
            format!("<p>Page {number}, paragraph {part}: the tide goes out at noon, and comes back in the evening.</p>")
        })
        .collect();
    Content::new(format!("Page {number}"), format!("{}\n<p>{words}</p>", paragraphs.join("\n")))
}

/// A course whose list comes in one answer, and which takes what it is sent.
struct Course {
    pages: Mutex<BTreeMap<usize, (u32, Content)>>,
}

impl Course {
    fn write(&self, number: usize, content: Content) {
        let mut pages = self.pages.lock().unwrap();
        let page = pages.entry(number).or_insert((0, Content::default()));
        *page = (page.0 + 1, content);
    }

    fn object(&self, number: usize) -> RemoteObject {
        let (version, content) = self.pages.lock().unwrap()[&number].clone();
        RemoteObject {
            remote: RemoteRef::new(Kind::Page, i64::try_from(number).unwrap()),
            parent: None,
            returned_body: content.body.clone(),
            content,
            token: Token(version.to_string()),
            access: Access::Editable,
            changed_by: None,
            changed_at: None,
            url: None,
            facts: BTreeMap::new(),
        }
    }

    fn of(remote: &RemoteRef) -> usize {
        remote.id.0.parse().unwrap()
    }
}

type Answer<T> = Result<T, RemoteError>;

#[async_trait]
impl Remote for Course {
    fn site(&self) -> SiteKind {
        SiteKind::Canvas
    }

    async fn identify(&self) -> Answer<Identity> {
        Ok(Identity {
            user: RemoteId::from(1),
            user_name: "Ada".to_owned(),
            site_name: "The site".to_owned(),
            clock_offset_seconds: Some(0),
            read_only: None,
            notifications: None,
        })
    }

    async fn spaces(&self) -> Answer<Vec<RemoteSpace>> {
        Ok(Vec::new())
    }

    async fn begin_pull(&self, _: &RemoteId, _: &[Known]) -> Answer<Vec<Cursor>> {
        Ok(vec![Cursor { list: "pages".to_owned(), at: String::new() }])
    }

    async fn pull(&self, _: &RemoteId, _: &Cursor, _: &[Known]) -> Answer<Page> {
        let numbers: Vec<usize> = self.pages.lock().unwrap().keys().copied().collect();
        Ok(Page { objects: numbers.into_iter().map(|number| self.object(number)).collect(), ..Page::default() })
    }

    async fn read(&self, _: &RemoteId, remote: &RemoteRef) -> Answer<Reading> {
        Ok(Reading::Here(Box::new(self.object(Self::of(remote)))))
    }

    async fn guard(&self, _: &RemoteId, _: &RemoteRef, _: &Base) -> Answer<Guard> {
        Ok(Guard::Unchanged)
    }

    async fn send(&self, _: &RemoteId, change: &Change) -> Answer<Sent> {
        let domain::Operation::Update { remote, .. } = &change.operation else {
            return Err(RemoteError::new(RemoteErrorKind::Refused, "only edits are measured"));
        };
        self.write(Self::of(remote), change.content.clone());
        Ok(Sent::Done { object: Box::new(self.object(Self::of(remote))), overwritten: None })
    }

    async fn find(&self, _: &RemoteId, _: &Change, _: &BTreeSet<RemoteRef>) -> Answer<Found> {
        Ok(Found::Absent)
    }

    fn canonical(&self, _: Kind, content: &Content) -> Content {
        content.clone()
    }

    async fn asset(&self, _: &RemoteId, _: &str) -> Answer<Asset> {
        Err(RemoteError::new(RemoteErrorKind::NotFound, "no files here"))
    }

    fn traffic(&self) -> Traffic {
        Traffic::default()
    }
}

struct Workspace {
    store: Store,
    course: Arc<Course>,
    account: AccountId,
    space: SpaceId,
    _folder: tempfile::TempDir,
}

impl Workspace {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment { seed: Arc::new(seed), opener: "a measurement".to_owned() };
        let store = Store::open(&folder.path().join("workspace"), environment).await.unwrap();
        let (account, space) = (AccountId::new(seed()), SpaceId::new(seed()));
        let row = Account {
            id: account,
            site: SiteKind::Canvas,
            url: "https://canvas.example.edu".to_owned(),
            site_name: "Canvas".to_owned(),
            user: RemoteId::from(1),
            user_name: "Ada".to_owned(),
            auth: "token".to_owned(),
            login: None,
            secret_place: "session".to_owned(),
            secret_env: None,
            reached_at: None,
            trouble: None,
        };
        store.put_account(&row).await.unwrap();
        let row = Space {
            id: space,
            name: "The course".to_owned(),
            account: Some(account),
            site: Some(SiteKind::Canvas),
            remote: Some(RemoteId::from(1)),
            read_only: None,
            last_synced_at: None,
            time_zone: None,
        };
        store.put_space(&row).await.unwrap();
        let course = Arc::new(Course { pages: Mutex::default() });
        (0..DOCUMENTS).for_each(|number| course.write(number, text(number, "agreed")));
        Self { store, course, account, space, _folder: folder }
    }

    /// A run: how long it took to plan, and how many documents it has something to say of.
    async fn sync(&self) -> (Duration, usize) {
        let site = Site {
            account: self.account,
            name: "Canvas".to_owned(),
            user: RemoteId::from(1),
            remote: Arc::clone(&self.course) as Arc<dyn Remote>,
            spaces: vec![SiteSpace {
                id: self.space,
                name: "The course".to_owned(),
                remote: RemoteId::from(1),
                read_only: None,
            }],
        };
        let options = Options { only: None, strategy: ConflictStrategy::Ask, now: Arc::new(clock) };
        let report = sync::sync(&self.store, vec![site], options, Watch::default()).await.unwrap();
        let seconds = report.phases.iter().find(|phase| phase.phase == "plan").unwrap().seconds;
        let told: BTreeSet<Option<EntityId>> = report.items.iter().map(|item| item.entity).collect();
        (Duration::from_secs_f64(seconds), told.len())
    }

    /// The same hundred documents, changed again.
    async fn change(&self, round: usize) {
        let [here, there, both] = CHANGED;
        let entities = self.store.list(self.space).await.unwrap();
        for number in 0..here + there + both {
            let title = format!("Page {number}");
            if number < here + both {
                let id = entities.iter().find(|row| row.title == title).unwrap().id;
                let mut content = self.store.get(id).await.unwrap().content;
                content.body = format!("{}\n<p>{round} from here</p>", content.body);
                self.store.save(id, &content, None, "save", clock()).await.unwrap();
            }
            if number >= here {
                let mut content = self.course.object(number).content;
                content.body = format!("<p>{round} from there</p>\n{}", content.body);
                self.course.write(number, content);
            }
        }
    }
}

/// What a plan is made of where every document of the space has to be decided about.
fn states() -> Vec<EntityState> {
    let (device, account, space) = (DeviceId::new(seed()), AccountId::new(seed()), SpaceId::new(seed()));
    let base = VersionVector::new().bumped(Replica::Account(account));
    let [here, there, both] = CHANGED;
    let all = (0..DOCUMENTS).map(|number| {
        let agreed = text(number, "agreed");
        let is_edited = number < here + both;
        let is_news = (here..here + there + both).contains(&number);
        let mut local = agreed.clone();
        let mut remote = agreed.clone();
        if is_edited {
            local.body.push_str("\n<p>from here</p>");
        }
        if is_news {
            remote.body.insert_str(0, "<p>from there</p>\n");
        }
        EntityState {
            entity: Some(EntityId::new(seed())),
            space,
            account,
            kind: Kind::Page,
            parent: None,
            delete_asked: false,
            fresh: None,
            local: Some(LocalCopy {
                canonical: local.clone(),
                content: local,
                vector: if is_edited { base.bumped(Replica::Device(device)) } else { base.clone() },
                deleted: false,
                counter: 1,
                edited_at: None,
            }),
            base: Some(BaseCopy {
                remote: RemoteRef::new(Kind::Page, i64::try_from(number).unwrap()),
                canonical: agreed.clone(),
                returned_body: agreed.body.clone(),
                content: agreed,
                vector: base.clone(),
            }),
            observed: Observed::Seen {
                canonical: remote.clone(),
                returned_body: remote.body.clone(),
                content: remote,
                changed_at: None,
                restamped: false,
            },
            parked: None,
            read_only: None,
            strategy: ConflictStrategy::Ask,
            far: false,
        }
    });
    all.collect()
}

/// The shortest, which other work on the machine disturbed least, and the one in the middle.
fn row(what: &str, times: &[Duration], most: Option<Duration>) -> bool {
    let mut times = times.to_vec();
    times.sort_unstable();
    let (best, middle) = (times[0], times[times.len() / 2]);
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    let bar = most.map(|most| format!("{} < {} ms", if best < most { "ok" } else { "OVER" }, most.as_millis()));
    println!("{what:<68} {:>8.1} ms (middle {:.1} ms)  {}", millis(best), millis(middle), bar.unwrap_or_default());
    most.is_none_or(|most| best < most)
}

#[tokio::main]
async fn main() -> ExitCode {
    let workspace = Workspace::new().await;
    workspace.sync().await;
    let mut phases = Vec::new();
    for round in 0..5 {
        workspace.change(round).await;
        let (took, told) = workspace.sync().await;
        assert_eq!(told, CHANGED.iter().sum::<usize>(), "each change is told");
        phases.push(took);
    }
    let states = states();
    let mut plans = Vec::new();
    for _ in 0..9 {
        let started = Instant::now();
        let plan = black_box(plan_of_states(&states, DeleteLimit::default()));
        plans.push(started.elapsed());
        assert_eq!(plan.lines.len(), CHANGED.iter().sum::<usize>());
    }
    // What was received and what is kept has to be read before, and each object's time of reading written down.
    row("the phase `plan` of a sync, all 10,000 received in full", &phases, None);
    let met = row("the plan of 10,000 documents, 100 of them changed", &plans, Some(MOST));
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
