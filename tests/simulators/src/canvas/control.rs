//! Starting the server and looking inside.

use std::fmt;
use std::io;

use serde_json::Value;
use sha1::{Digest, Sha1};
use tokio::net::TcpListener;

use super::editor::Editor;
use super::model::{Course, Notification, Page, Role, TokenState};
use super::serve::{Site, router};
use super::settings::Settings;
use super::snapshot::snapshot;
use super::state::State;
use super::zone::Zone;
use crate::clock::Clock;
use crate::fault::FaultPlan;
use crate::server::{RequestLog, Server};

/// A backup of everything on a site.
#[derive(Debug, Clone)]
pub struct Backup(State);

/// A running Canvas. Dropping it stops the server.
pub struct Canvas {
    server: Server,
    site: Site,
}

impl fmt::Debug for Canvas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canvas").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Canvas {
    /// Starts an empty site of the default settings under real time, on the tokio runtime it is called from.
    ///
    /// # Errors
    /// The listener cannot be bound.
    pub async fn start() -> io::Result<Self> {
        Self::start_with(Settings::default(), Clock::default()).await
    }

    /// Starts an empty site.
    ///
    /// # Errors
    /// The listener cannot be bound.
    pub async fn start_with(settings: Settings, clock: Clock) -> io::Result<Self> {
        Self::start_on(TcpListener::bind(("127.0.0.1", 0)).await?, settings, clock)
    }

    /// As [`Canvas::start_with`], on a listener that is bound already.
    ///
    /// # Errors
    /// The listener has no local address.
    pub fn start_on(listener: TcpListener, settings: Settings, clock: Clock) -> io::Result<Self> {
        let base = format!("http://{}", listener.local_addr()?);
        let faults = FaultPlan::new();
        let site = Site::new(clock.clone(), faults.clone(), &base);
        site.lock().settings = settings;
        let server = Server::start_on(listener, router(site.clone()), faults, clock)?;
        Ok(Self { server, site })
    }

    /// `http://127.0.0.1:<port>`, without `/api/v1` and without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address()
    }

    /// What goes wrong.
    #[must_use]
    pub fn faults(&self) -> &FaultPlan {
        self.server.faults()
    }

    /// What was asked.
    #[must_use]
    pub fn log(&self) -> &RequestLog {
        self.server.log()
    }

    /// The server's time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.server.clock()
    }

    /// The server below, for dropping its connections.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Makes a backup of the whole site.
    #[must_use]
    pub fn back_up(&self) -> Backup {
        Backup(self.site.lock().clone())
    }

    /// Restores the site from a backup: what came since is gone, and its ids are given away again.
    pub fn restore(&self, backup: &Backup) {
        *self.site.lock() = backup.0.clone();
    }

    /// Changes the site's settings.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        let mut state = self.site.lock();
        change(&mut state.settings);
        state.forget_decorations();
    }

    /// Adds a person and answers their id.
    pub fn add_user(&self, name: &str) -> i64 {
        self.site.lock().add_user(name, false, self.site.clock.now())
    }

    /// Adds an administrator of the account.
    pub fn add_admin(&self, name: &str) -> i64 {
        self.site.lock().add_user(name, true, self.site.clock.now())
    }

    /// Gives a person an access token.
    pub fn add_token(&self, user: i64, token: &str) {
        self.site.lock().add_token(user, token);
    }

    /// Expires or revokes a token, or makes it good again.
    pub fn set_token(&self, token: &str, to: TokenState) {
        if let Some(token) = self.site.lock().tokens.get_mut(token) {
            token.state = to;
        }
    }

    /// Adds an available, empty course.
    pub fn add_course(&self, name: &str, code: &str) -> i64 {
        self.site.lock().add_course(name, code, self.site.clock.now())
    }

    /// Puts a person into a course.
    pub fn enroll(&self, course: i64, user: i64, role: Role) {
        self.change_course(course, |c| c.enrollments.push((user, role)));
    }

    /// Sets `available`, `unpublished`, `completed` or `deleted`.
    pub fn set_course_state(&self, course: i64, state: &str) {
        self.change_course(course, |c| state.clone_into(&mut c.workflow_state));
    }

    /// Takes away what somebody is in a course, and makes them something else in it.
    pub fn set_role(&self, course: i64, user: i64, role: Role) {
        self.change_course(course, |c| {
            c.enrollments.retain(|(enrolled, _)| *enrolled != user);
            c.enrollments.push((user, role));
        });
    }

    /// Gives a course another name.
    pub fn rename_course(&self, course: i64, name: &str) {
        self.change_course(course, |c| name.clone_into(&mut c.name));
    }

    /// Sets the time zone of a course.
    pub fn set_zone(&self, course: i64, zone: Zone) {
        self.change_course(course, |c| c.zone = zone);
    }

    /// Sets the bytes that a course's files may take.
    pub fn set_quota(&self, course: i64, bytes: u64) {
        self.change_course(course, |c| c.quota = bytes);
    }

    /// Locks or unlocks a page and its text as a blueprint course does.
    pub fn lock_page_by_blueprint(&self, course: i64, page: i64, locked: bool) {
        self.change_course(course, |c| {
            if let Some(page) = c.pages.get_mut(&page) {
                page.blueprint_locked = locked;
            }
        });
    }

    /// Locks or unlocks an assignment as a blueprint course does.
    pub fn lock_assignment_by_blueprint(&self, course: i64, assignment: i64, locked: bool) {
        self.change_course(course, |c| {
            if let Some(assignment) = c.assignments.get_mut(&assignment) {
                assignment.blueprint_locked = locked;
            }
        });
    }

    /// Makes a page one of the block editor, whose body the API does not give.
    pub fn make_block_page(&self, course: i64, page: i64) {
        self.change_course(course, |c| {
            if let Some(page) = c.pages.get_mut(&page) {
                page.block_editor = true;
            }
        });
    }

    /// Lets the ids of one kind (`course`, `page`, `assignment`, `group`, `topic`, `quiz`, `module`, `item`, `file`, `folder`, `progress`) go on behind `last`, so that
    /// tests can tell the kinds apart or try ids of many digits.
    pub fn continue_ids(&self, kind: &str, last: i64) {
        let mut state = self.site.lock();
        let next = &mut state.next;
        let counter = match kind {
            "course" => &mut next.course,
            "page" => &mut next.page,
            "assignment" => &mut next.assignment,
            "group" => &mut next.group,
            "topic" => &mut next.topic,
            "quiz" => &mut next.quiz,
            "module" => &mut next.module,
            "item" => &mut next.item,
            "file" => &mut next.file,
            "progress" => &mut next.report,
            _ => &mut next.folder,
        };
        *counter = last;
    }

    /// Adds the picture, a PNG, that an equation's address answers with; `name` is that of [`equation_name`].
    pub fn add_equation(&self, name: &str, png: &[u8]) {
        self.site.lock().equations.insert(name.to_owned(), png.to_vec());
    }

    /// Edits as this person, without a token and without a request in the log.
    #[must_use]
    pub fn as_user(&self, user: i64) -> Editor {
        Editor::new(self.site.clone(), user)
    }

    /// Edits as a second teacher of every course, who is made with the first call.
    #[must_use]
    pub fn as_someone_else(&self) -> Editor {
        const NAME: &str = "Sam Somebody";
        let mut state = self.site.lock();
        let found = state.users.values().find(|u| u.name == NAME).map(|u| u.id);
        let user = found.unwrap_or_else(|| state.add_user(NAME, false, self.site.clock.now()));
        for course in state.courses.values_mut().filter(|c| !c.enrollments.iter().any(|(id, _)| *id == user)) {
            course.enrollments.push((user, Role::Teacher));
        }
        drop(state);
        self.as_user(user)
    }

    /// A course as it is now, deleted objects included.
    #[must_use]
    pub fn course(&self, course: i64) -> Option<Course> {
        self.site.lock().courses.get(&course).cloned()
    }

    /// The ids of all courses.
    #[must_use]
    pub fn course_ids(&self) -> Vec<i64> {
        self.site.lock().courses.keys().copied().collect()
    }

    /// A page by its id, also a deleted one.
    #[must_use]
    pub fn page(&self, course: i64, page: i64) -> Option<Page> {
        self.site.lock().courses.get(&course)?.pages.get(&page).cloned()
    }

    /// The live page with this title.
    #[must_use]
    pub fn page_titled(&self, course: i64, title: &str) -> Option<Page> {
        self.site.lock().courses.get(&course)?.pages.values().find(|p| !p.deleted && p.title == title).cloned()
    }

    /// How many revisions a page has.
    #[must_use]
    pub fn revision_count(&self, course: i64, page: i64) -> usize {
        self.page(course, page).map_or(0, |p| p.revisions.len())
    }

    /// What would have gone to a class so far.
    #[must_use]
    pub fn notifications(&self) -> Vec<Notification> {
        self.site.lock().notifications.clone()
    }

    /// The live content of a course as plain JSON, without times and editors, for comparing two servers or two moments.
    #[must_use]
    pub fn snapshot(&self, course: i64) -> Value {
        self.site.lock().courses.get(&course).map_or(Value::Null, snapshot)
    }

    /// Makes all bodies of a course ready to be answered, so that a measured pull does not pay for the decoration of HTML.
    pub fn warm(&self, course: i64) {
        let base = self.base_url();
        let mut state = self.site.lock();
        let Some(home) = state.courses.get(&course) else { return };
        let pages = home.pages.values().filter_map(|p| p.body.clone());
        let assignments = home.assignments.values().filter_map(|a| a.description.clone());
        let topics = home.topics.values().filter_map(|t| t.message.clone());
        let bodies: Vec<String> = pages.chain(assignments).chain(topics).chain(home.syllabus.clone()).collect();
        for html in bodies {
            for no_verifiers in [true, false] {
                state.html_out(&html, &base, no_verifiers);
            }
        }
    }

    pub(super) fn site(&self) -> &Site {
        &self.site
    }

    fn change_course(&self, course: i64, change: impl FnOnce(&mut Course)) {
        if let Some(course) = self.site.lock().courses.get_mut(&course) {
            change(course);
        }
    }
}

/// The name under which an equation's picture is kept: the first sixteen digits of its formula's SHA-1, in hex.
#[must_use]
pub fn equation_name(formula: &str) -> String {
    Sha1::digest(formula.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
