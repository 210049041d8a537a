//! The whole server's memory, and the lookups that every resource needs.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::html::{Decoration, decorate};
use super::model::{Course, File, FileState, Instant, Notification, Role, Token, TokenState, User};
use super::settings::Settings;
use super::throttle::Bucket;
use super::zone::Zone;

#[derive(Debug, Clone, Default)]
pub(super) struct Counters {
    pub(super) user: i64,
    pub(super) course: i64,
    pub(super) page: i64,
    pub(super) assignment: i64,
    pub(super) group: i64,
    pub(super) topic: i64,
    pub(super) quiz: i64,
    pub(super) entry: i64,
    pub(super) module: i64,
    pub(super) item: i64,
    pub(super) file: i64,
    pub(super) folder: i64,
    pub(super) report: i64,
}

/// Takes the next id from a counter.
pub(super) fn take(counter: &mut i64) -> i64 {
    *counter += 1;
    *counter
}

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) users: BTreeMap<i64, User>,
    pub(super) tokens: HashMap<String, Token>,
    pub(super) courses: BTreeMap<i64, Course>,
    pub(super) next: Counters,
    pub(super) settings: Settings,
    pub(super) buckets: HashMap<String, Bucket>,
    pub(super) notifications: Vec<Notification>,
    /// Pictures of equations, by the formula's SHA-1 in hex, its first sixteen digits.
    pub(super) equations: HashMap<String, Vec<u8>>,
    /// Answered HTML by what it was made from; decorating parses, and pulls ask for the same bodies again and again.
    decorated: HashMap<u64, String>,
}

impl State {
    pub(super) fn add_user(&mut self, name: &str, admin: bool, now: Instant) -> i64 {
        let id = take(&mut self.next.user);
        self.users.insert(id, User { id, name: name.to_owned(), admin, created_at: now });
        id
    }

    pub(super) fn add_token(&mut self, user: i64, token: &str) {
        self.tokens.insert(token.to_owned(), Token { user, state: TokenState::Good });
    }

    pub(super) fn add_course(&mut self, name: &str, code: &str, now: Instant) -> i64 {
        let id = take(&mut self.next.course);
        let course = Course {
            id,
            name: name.to_owned(),
            code: code.to_owned(),
            workflow_state: "available".to_owned(),
            created_at: now,
            end_at: None,
            zone: Zone::denver(),
            syllabus: None,
            enrollments: Vec::new(),
            pages: BTreeMap::new(),
            front_page: None,
            assignments: BTreeMap::new(),
            groups: BTreeMap::new(),
            quizzes: BTreeMap::new(),
            topics: BTreeMap::new(),
            modules: BTreeMap::new(),
            items: BTreeMap::new(),
            files: BTreeMap::new(),
            folders: BTreeMap::new(),
            quota: 500_000_000,
            uuid: opaque(&["course", &id.to_string()], 40),
        };
        self.courses.insert(id, course);
        id
    }

    /// The role of a user in a course; administrators act as teachers.
    pub(super) fn role(&self, user: i64, course: &Course) -> Option<Role> {
        if self.users.get(&user).is_some_and(|u| u.admin) {
            return Some(Role::Teacher);
        }
        course.enrollments.iter().find(|(id, _)| *id == user).map(|(_, role)| *role)
    }

    pub(super) fn file(&self, id: i64) -> Option<(&Course, &File)> {
        self.courses.values().find_map(|course| course.files.get(&id).map(|file| (course, file)))
    }

    /// Stored HTML as answered to a request to `base`.
    pub(super) fn html_out(&mut self, stored: &str, base: &str, no_verifiers: bool) -> String {
        let files: usize = self.courses.values().map(|course| course.files.len()).sum();
        let mut hasher = DefaultHasher::new();
        (stored, base, no_verifiers, self.settings.verifiers, self.settings.branding, files).hash(&mut hasher);
        let key = hasher.finish();
        if let Some(done) = self.decorated.get(&key) {
            return done.clone();
        }
        let file = |id: i64| {
            self.file(id)
                .filter(|(_, file)| file.state == FileState::Available)
                .map(|(course, file)| (course.id, file.verifier.clone()))
        };
        let decoration = Decoration {
            base,
            verifiers: self.settings.verifiers && !no_verifiers,
            branding: self.settings.branding,
            file: &file,
        };
        let out = decorate(stored, &decoration);
        self.decorated.insert(key, out.clone());
        out
    }

    /// HTML from a request as it is stored, and whether it counts as the stored one unchanged.
    pub(super) fn html_in(&self, sent: &str, base: &str) -> CleanedHtml {
        let linked = super::html::clean_links(sent, base, |id| self.file(id).map(|(course, _)| course.id));
        let stored = super::html::sanitize(&linked);
        CleanedHtml { linked, stored }
    }

    pub(super) fn forget_decorations(&mut self) {
        self.decorated.clear();
    }
}

/// HTML on its way in.
pub(super) struct CleanedHtml {
    /// After the clean-up of links, before the sanitizer: what Canvas compares with the stored text to see a change (recorded pages/97).
    pub(super) linked: String,
    /// What is stored.
    pub(super) stored: String,
}

/// A string that looks random and is the same in each run.
pub(super) fn opaque(parts: &[&str], length: usize) -> String {
    use sha2::{Digest, Sha256};
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = String::new();
    let mut round = 0_u32;
    while out.len() < length {
        let digest = Sha256::digest(format!("{}/{round}", parts.join("/")).as_bytes());
        out.extend(digest.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])));
        round += 1;
    }
    out.truncate(length);
    out
}
