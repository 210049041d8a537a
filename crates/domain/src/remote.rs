//! What the engine asks of a site, and the values that cross that border. The engine knows this trait and no site.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Changed, Content, FileFacts, Kind, RemoteId, RemoteRef, SiteKind, Wanted};

/// Who the key belongs to and what the site says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The person's id on the site: an account whose id changed is another person and is refused.
    pub user: RemoteId,
    /// Login or full name as shown.
    pub user_name: String,
    /// The site's own name (`Canvas`, or the forum's title).
    pub site_name: String,
    /// Server's clock minus ours, in whole seconds, measured by its `Date` header; absent where none was sent.
    pub clock_offset_seconds: Option<i64>,
    /// Whether the whole site takes no writes now, with its reason in words.
    pub read_only: Option<String>,
    /// Notifications that wait there unread, where the site counts them in the same answer.
    pub notifications: Option<u32>,
}

/// A course or category that an account may keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteSpace {
    /// Its id there.
    pub id: RemoteId,
    /// Name as the site has it (Canvas: not the person's nickname, contract 1.6).
    pub name: String,
    /// Code, term and role, or a category's description, in words.
    pub detail: String,
    /// Whether it is of the current term (Canvas) or open (Discourse).
    pub current: bool,
    /// How many documents it holds, where the site says so.
    pub count: Option<u32>,
    /// Why it cannot be written to, as a sentence.
    pub read_only: Option<String>,
}

/// Where one list of a pull goes on. Opaque to the engine, and stored by it, so that a pull can be resumed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    /// Which list, for progress and metrics: `pages`, `modules`, `topics`, `topic`.
    pub list: String,
    /// Where in it.
    pub at: String,
}

/// A site's own sign of change for one object: page revision, `updated_at`, post version. Compared for equality only, and never the only proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(pub String);

/// Whether an object may be edited by this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// It may.
    Editable,
    /// It may not, for this reason, as a sentence.
    ReadOnly(String),
}

/// One object as a site returned it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteObject {
    /// What and which.
    pub remote: RemoteRef,
    /// What it stands under: a post's topic, an item's module.
    pub parent: Option<RemoteRef>,
    /// Title, body without the site's decorations, and fields: what a person edits.
    pub content: Content,
    /// The body exactly as the site returned it.
    pub returned_body: String,
    /// The site's sign of change.
    pub token: Token,
    /// Whether it may be edited.
    pub access: Access,
    /// Who last changed it, as shown.
    pub changed_by: Option<String>,
    /// When it was last changed there.
    pub changed_at: Option<DateTime<Utc>>,
    /// Its page on the site.
    pub url: Option<String>,
    /// Facts of this kind on this site that are kept and never merged: a page's slug, a topic's first post, a post's rendering.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

/// Names of the facts that more than one crate reads.
pub mod fact {
    /// A Canvas page's current slug.
    pub const SLUG: &str = "slug";
    /// Id of a Discourse topic's first post.
    pub const FIRST_POST: &str = "first_post_id";
    /// The site's own rendering of a Markdown body, unsafe until sanitised.
    pub const COOKED: &str = "cooked";
    /// Author's name as shown.
    pub const AUTHOR: &str = "author";
    /// When it was made, RFC 3339.
    pub const CREATED_AT: &str = "created_at";
    /// The kind's own id of what a module item points to: `page:17`.
    pub const TARGET: &str = "target";
    /// Parts that may not be changed though the object may, each with its reason, as JSON; read by `fields::locked`.
    pub const LOCKED_FIELDS: &str = "locked_fields";
    /// The name of the assignment group that an assignment is in.
    pub const GROUP_NAME: &str = "group_name";
    /// Id of the space that an object stands in, on sites where objects move between spaces (a topic's category).
    pub const SPACE: &str = "space";
    /// The author's user name on a forum, as mentions and quotes use it.
    pub const USERNAME: &str = "username";
    /// Address of the author's picture, with `{size}` in it.
    pub const AVATAR: &str = "avatar";
    /// Why no reply can be written to a topic or a discussion, as a sentence.
    pub const NO_REPLY: &str = "no_reply";
    /// Why it cannot be deleted, as a sentence; absent where it can.
    pub const NO_DELETE: &str = "no_delete";
    /// The person's own replies to a topic that wait for a moderator, as JSON: `[{"raw", "created_at"}]`.
    pub const WAITING: &str = "waiting_posts";
    /// Something about a write that the person is told once, as a sentence. Not kept.
    pub const TOLD: &str = "told";
    /// Seconds that must lie between two posts of one person in a topic (contract discourse 5.2, slow mode).
    pub const SLOW_MODE: &str = "slow_mode_seconds";
}

/// One answer of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Objects with their content.
    pub objects: Vec<RemoteObject>,
    /// Known objects that are still there and whose token says that nothing changed; their content was not fetched.
    pub unchanged: Vec<RemoteRef>,
    /// Where to go on; a list has ended when all that it led to have answered with none.
    pub more: Vec<Cursor>,
    /// About how many requests lie behind these cursors, beside one for each: what a person is told of the time it takes.
    /// Absent where the answer tells nothing of it.
    #[serde(default)]
    pub ahead: Option<u32>,
    /// The time zone in which dates of the space are meant, by its IANA name, where the answer tells it.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// What the space itself is now, where the answer tells it.
    #[serde(default)]
    pub space: Option<SpaceNow>,
}

/// A space as its site has it now: a course may have ended, or the person's role in it, since it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpaceNow {
    /// Name as the site has it.
    pub name: String,
    /// Why it cannot be written to, as a sentence.
    pub read_only: Option<String>,
}

/// What the engine knows of an object when it starts a pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub remote: RemoteRef,
    /// What it stands under.
    pub parent: Option<RemoteRef>,
    /// Its token when last seen.
    pub token: Token,
    /// When its content was last read in full.
    pub verified_at: Option<DateTime<Utc>>,
    /// When the person last had it open here.
    pub opened_at: Option<DateTime<Utc>>,
}

/// One object read by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// It is there.
    Here(Box<RemoteObject>),
    /// It is not there, while its container answers: the second witness of a delete.
    Gone,
    /// The site would not say (forbidden, or it hides what may not be seen): no witness of anything.
    Hidden(String),
}

/// What the guard before a write found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// Nothing changed since the base.
    Unchanged,
    /// The write itself carries the guard (Discourse: `original_text`, contract 5.4).
    InTheWrite,
    /// It changed: this is what is there now.
    Changed(Box<RemoteObject>),
    /// It is gone.
    Gone,
}

/// What the two sides last agreed on, as a guard and a write need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Title, body without decorations, fields.
    pub content: Content,
    /// The body exactly as the site returned it.
    pub returned_body: String,
    /// The site's sign of change then.
    pub token: Token,
    /// Kept facts of the object.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

impl Base {
    /// The object as it was then. Who changed it, and what it stood under, is not kept.
    pub fn object(&self, remote: &RemoteRef) -> RemoteObject {
        RemoteObject {
            remote: remote.clone(),
            parent: None,
            content: self.content.clone(),
            returned_body: self.returned_body.clone(),
            token: self.token.clone(),
            access: Access::Editable,
            changed_by: None,
            changed_at: None,
            url: None,
            facts: self.facts.clone(),
        }
    }
}

/// What is to be done on the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Make a new object.
    Create {
        /// What.
        kind: Kind,
        /// Under what: a post's topic.
        parent: Option<RemoteRef>,
    },
    /// Write the changed parts of one that is there.
    Update {
        /// Which.
        remote: RemoteRef,
        /// Which parts; nothing else is sent.
        changed: Changed,
        /// What the change started from.
        base: Box<Base>,
    },
    /// Delete one that is there.
    Delete {
        /// Which.
        remote: RemoteRef,
        /// What it was when the person deleted it.
        base: Box<Base>,
    },
}

/// One write, whole: what the journal keeps before it is sent, and what a lost one is looked for by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What is to be done.
    pub operation: Operation,
    /// The content as it should be afterwards.
    pub content: Content,
    /// A witness of this very attempt: Discourse's `external_id` or draft key carry it (contract 7).
    pub witness: String,
    /// When the attempt began, by our clock corrected to the server's.
    pub begun_at: DateTime<Utc>,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It is done; this is what the site made of it, read back.
    Done {
        /// The object after the write (for a delete: as it was).
        object: Box<RemoteObject>,
        /// A version by someone else that slipped in between guard and write and was replaced by this one, where the site keeps versions
        /// (Canvas pages, contract canvas 4.3; topics and posts, contract discourse 6).
        overwritten: Option<Box<RemoteObject>>,
    },
    /// Not there: the site refused because the object had changed, or somebody's version replaced it at once; this is what is there now.
    Overtaken(Box<RemoteObject>),
    /// Taken, but a moderator has to approve it; it has no id yet.
    Queued(String),
    /// It was gone already.
    Gone,
}

/// What became of a write whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It had been done: this is the object.
    Here(Box<RemoteObject>),
    /// It had not been done, for sure: it may be sent again.
    Absent,
    /// It was taken and waits for a moderator, who has not decided.
    Waiting(String),
    /// It cannot be told: a person has to look.
    Unsure(String),
}

/// Bytes of an image or file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Content type as the server said it.
    pub content_type: String,
    /// Bytes.
    pub bytes: Vec<u8>,
}

/// A file of this computer that a body refers to, to be put on the site before that body is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// Name as the person knows it: `shell.png`.
    pub name: String,
    /// Content type.
    pub content_type: String,
    /// Bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in hexadecimal: by it an earlier upload of the same content is found.
    pub sha256: String,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload").field("name", &self.name).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// A file that is on the site now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// How a body of this site refers to it: a root-relative address on Canvas, `upload://` on Discourse.
    pub address: String,
    /// Whether it had been there before, from an earlier upload of the same content.
    pub was_there: bool,
}

/// What a run has cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Requests made.
    pub requests: u32,
    /// Of these, requests that may write (anything but GET and HEAD).
    pub writes: u32,
    /// Bytes received in bodies.
    pub bytes_in: u64,
    /// Bytes sent in bodies.
    pub bytes_out: u64,
    /// Time spent waiting for the site's limits, in milliseconds.
    pub waited_millis: u64,
}

/// Why a request to a site did not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?}: {words}")]
pub struct RemoteError {
    /// What sort of failure.
    pub kind: RemoteErrorKind,
    /// The site's or the system's own words, without secrets.
    pub words: String,
    /// Whether the request may have been carried out all the same (answer lost, 5xx on a write).
    pub maybe_done: bool,
    /// For how many seconds the site takes no more requests, where it says so.
    pub wait_seconds: Option<u64>,
}

/// Sorts of failure, by what the caller does about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteErrorKind {
    /// No site answers at that address (name unknown, refused, no network, timed out).
    Unreachable,
    /// Something answered that is not this kind of site.
    WrongSite,
    /// A web page came where an answer of the site was due: a captive portal or proxy.
    Portal,
    /// The key is not accepted: sign in again.
    SignIn,
    /// This person may not do this to this object.
    Forbidden,
    /// Not there (or hidden).
    NotFound,
    /// The site refused the content for good; its words say why.
    Refused,
    /// Too many requests, also after waiting.
    Throttled,
    /// A limit on this sort of write: it may go after so many seconds. Other things are not concerned.
    Later(u64),
    /// The site has trouble (5xx, maintenance, read-only).
    Down,
    /// An answer that cannot be understood.
    Malformed,
    /// The person stopped the sync.
    Stopped,
}

impl RemoteError {
    /// An error whose request was certainly not carried out.
    pub fn new(kind: RemoteErrorKind, words: impl Into<String>) -> Self {
        Self { kind, words: words.into(), maybe_done: false, wait_seconds: None }
    }

    /// The same error, with the outcome of the write unknown.
    #[must_use]
    pub fn maybe_done(mut self) -> Self {
        self.maybe_done = true;
        self
    }

    /// Whether everything else on this site will fail the same way now, so that the site is left out of the run.
    #[must_use]
    pub fn concerns_the_site(&self) -> bool {
        use RemoteErrorKind::{Down, Portal, SignIn, Stopped, Throttled, Unreachable, WrongSite};
        matches!(self.kind, Unreachable | WrongSite | Portal | SignIn | Throttled | Down | Stopped)
    }

    /// Whether the site refused this item for good, so that it is parked and not retried blindly.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self.kind, RemoteErrorKind::Forbidden | RemoteErrorKind::Refused)
    }

    /// The same error, with the time for which the site takes no more requests. Short ones are waited out inside `rest`.
    #[must_use]
    pub fn after(mut self, wait: Option<Duration>) -> Self {
        self.wait_seconds = wait.map(|wait| wait.as_secs());
        self
    }
}

/// A site, as the engine sees it. Each integration implements it for its site; the engine calls nothing else.
#[async_trait]
pub trait Remote: Send + Sync {
    /// Which kind of site.
    fn site(&self) -> SiteKind;

    /// Who the key belongs to: one request.
    async fn identify(&self) -> Result<Identity, RemoteError>;

    /// Courses or categories that this account may keep.
    async fn spaces(&self) -> Result<Vec<RemoteSpace>, RemoteError>;

    /// All that is known of the spaces that a run is about to pull, told once before the first of them: a site that looks again at some of
    /// what no list tells news of chooses them among all. Makes no request.
    fn note_known(&self, _spaces: &[(RemoteId, Vec<Known>)]) {}

    /// Starts of the lists that together are a complete pull of a space. Makes no request of its own where the lists themselves tell whether the container is readable.
    async fn begin_pull(&self, space: &RemoteId, known: &[Known]) -> Result<Vec<Cursor>, RemoteError>;

    /// One answer of a list. `known` is what `begin_pull` was given.
    async fn pull(&self, space: &RemoteId, cursor: &Cursor, known: &[Known]) -> Result<Page, RemoteError>;

    /// One object by itself, from the freshest place that the site has.
    async fn read(&self, space: &RemoteId, remote: &RemoteRef) -> Result<Reading, RemoteError>;

    /// The cheapest look that tells whether an object changed since its base, right before a write.
    async fn guard(&self, space: &RemoteId, remote: &RemoteRef, base: &Base) -> Result<Guard, RemoteError>;

    /// Brings back what was deleted there, as what it was: with its id and with what stood under it. Nothing where the site does not do so,
    /// or not for this person; then it is made anew. Asked for twice it does nothing more, and so needs no journal.
    async fn bring_back(&self, _space: &RemoteId, _remote: &RemoteRef) -> Result<Option<RemoteObject>, RemoteError> {
        Ok(None)
    }

    /// Carries out one write and reads back what the site made of it.
    async fn send(&self, space: &RemoteId, change: &Change) -> Result<Sent, RemoteError>;

    /// Looks for a write whose answer was lost. `mapped` are the objects that are known to be something else.
    async fn find(&self, space: &RemoteId, change: &Change, mapped: &BTreeSet<RemoteRef>)
    -> Result<Found, RemoteError>;

    /// The content as it is compared: what the site changes by itself is taken out. Pure; canonical of canonical is itself.
    fn canonical(&self, kind: Kind, content: &Content) -> Content;

    /// Bytes of an image or file that a body of this site refers to.
    async fn asset(&self, space: &RemoteId, address: &str) -> Result<Asset, RemoteError>;

    /// A file that a body of this site links to: what it is and, where `wanted` says so of that, its bytes, `most` of them at most.
    ///
    /// # Errors
    /// `Forbidden` with the site's words where it does not give the file out, `NotFound` where it is gone.
    async fn linked_file(
        &self,
        _space: &RemoteId,
        _address: &str,
        _most: u64,
        _wanted: &Wanted<'_>,
    ) -> Result<(FileFacts, Option<Asset>), RemoteError> {
        Err(RemoteError::new(RemoteErrorKind::Refused, "Files of this site are not kept."))
    }

    /// Puts a file on the site, once for one content: one that is there from before, from another computer or from an upload whose answer was lost
    /// is found and not sent again. So it may be asked for again at any time, and needs no journal.
    ///
    /// # Errors
    /// `Refused` with the site's words where it takes no such file: too large, over quota, of a type that it does not take.
    async fn upload(&self, _space: &RemoteId, upload: &Upload) -> Result<Uploaded, RemoteError> {
        Err(RemoteError::new(RemoteErrorKind::Refused, format!("{} cannot be put on this site.", upload.name)))
    }

    /// What was sent and received since the value was made.
    fn traffic(&self) -> Traffic;

    /// How long it still waits for the site's limits before it sends the next request; nothing while it does not wait.
    fn waits_for(&self) -> Option<Duration> {
        None
    }
}
