//! What an account on a forum is made of.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{RemoteError, RemoteRef};
use rest::{Clock, Limits, Settings, Stop, Url};
use secrecy::SecretString;

use crate::client::Client;
use crate::dto::TopicList;
use crate::errors::{UNNAMED_WAIT, from_failure};
use crate::feed::Feed;
use crate::key_request::Scopes;
use crate::memory::Memory;

/// Topics read in one sync although their list tells no news: what a shared key of 60 requests a minute bears, and one of 20 (contract 3.2).
const REREAD_ADMIN: usize = 60;
const REREAD_USER: usize = 12;

/// How long what no feed shows is left alone: as long as an edit of one's own text counts as none (contract 6, 8.3).
const WHOLE_EVERY: TimeDelta = TimeDelta::minutes(5);

/// A forum may still be working on a create whose answer was lost (contract 7.2).
const SETTLE: Duration = Duration::from_secs(10);

/// Whom a request speaks for (contract 1.2).
pub enum Auth {
    /// A key that an administrator issued, and the user it speaks for.
    AdminKey {
        /// The key.
        key: SecretString,
        /// The user name.
        username: String,
    },
    /// A key that the person approved.
    UserKey {
        /// The key.
        key: SecretString,
        /// The client id that it was approved for; another one would destroy a key.
        client_id: String,
        /// What it was approved for.
        scopes: Scopes,
    },
}

impl Auth {
    /// Whether creates may carry `external_id` (contract 7.1).
    pub(crate) fn is_admin(&self) -> bool {
        matches!(self, Self::AdminKey { .. })
    }

    fn headers(self) -> rest::Auth {
        rest::Auth::Headers(match self {
            Self::AdminKey { key, username } => vec![("Api-Key", key), ("Api-Username", SecretString::from(username))],
            Self::UserKey { key, client_id, .. } => {
                vec![("User-Api-Key", key), ("User-Api-Client-Id", SecretString::from(client_id))]
            }
        })
    }
}

/// How to reach an account.
pub struct Connection {
    /// The forum's address; it may have a path (contract 1.1).
    pub base: Url,
    /// Whom requests speak for.
    pub auth: Auth,
    /// Where the time comes from.
    pub now: Clock,
    /// Seed for spreading retries.
    pub seed: u64,
    /// Ends every wait and request when cancelled.
    pub stop: Stop,
    /// Bounds of requests.
    pub limits: Limits,
    /// What earlier connections of this account learnt.
    pub memory: Memory,
    /// Topics read in one sync, of all its spaces together, although their list tells no news of them.
    pub reread: usize,
    /// How long the lists of a category, once read whole, and the re-reading of topics are left alone: meanwhile the newest list of all
    /// categories tells what is new. A forum on this computer has no limit to be sparing with.
    pub whole_every: TimeDelta,
    /// How long after a create whose answer was lost its absence is no proof.
    pub settle: Duration,
}

impl Connection {
    /// A connection with the usual bounds, seed 0 and nothing that stops it.
    #[must_use]
    pub fn new(base: Url, auth: Auth, now: Clock) -> Self {
        let reread = if auth.is_admin() { REREAD_ADMIN } else { REREAD_USER };
        let whole_every = if rest::is_loopback(&base) { TimeDelta::zero() } else { WHOLE_EVERY };
        Self {
            base,
            auth,
            now,
            seed: 0,
            stop: Stop::new(),
            limits: Limits { throttle_least: UNNAMED_WAIT, throttle_total: UNNAMED_WAIT * 3, ..Limits::default() },
            memory: Memory::default(),
            reread,
            whole_every,
            settle: SETTLE,
        }
    }
}

/// One account on one forum, as the engine sees it.
pub struct DiscourseRemote {
    pub(crate) client: Client,
    pub(crate) admin_key: bool,
    /// Whether the key is good for reading alone.
    pub(crate) read_only_key: bool,
    pub(crate) memory: Memory,
    pub(crate) now: Clock,
    pub(crate) reread: usize,
    /// The topics that are read again in this sync, once they were chosen.
    pub(crate) rereads: Mutex<Option<BTreeSet<RemoteRef>>>,
    pub(crate) whole_every: TimeDelta,
    /// The newest list of all categories, and when it was asked for.
    pub(crate) newest: Mutex<Option<(DateTime<Utc>, Arc<TopicList>)>>,
    /// What was read of the newest posts of all categories.
    pub(crate) feed: Mutex<Feed>,
    pub(crate) settle: Duration,
    /// When the forum last said who the person is: an absence that it vouches for is no matter of the key (contract 8.4).
    pub(crate) vouched: Mutex<Option<DateTime<Utc>>>,
}

impl fmt::Debug for DiscourseRemote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiscourseRemote").field("admin_key", &self.admin_key).finish_non_exhaustive()
    }
}

impl DiscourseRemote {
    /// An account. Makes no request.
    ///
    /// # Errors
    /// `WrongSite` for an address that is neither HTTPS nor on loopback, and for a key that no header can carry.
    pub fn connect(connection: Connection) -> Result<Self, RemoteError> {
        let Connection { mut base, auth, now, seed, stop, limits, memory, reread, whole_every, settle } = connection;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let admin_key = auth.is_admin();
        let read_only_key = matches!(&auth, Auth::UserKey { scopes: Scopes::Read, .. });
        let mut settings = Settings::new(base, auth.headers(), now.clone());
        settings.seed = seed;
        settings.stop = stop;
        settings.limits = limits;
        settings.budget = Some(memory.budget.clone());
        let http = rest::Client::new(settings).map_err(from_failure)?;
        let client = Client::new(http);
        Ok(Self {
            client,
            admin_key,
            read_only_key,
            memory,
            now,
            reread,
            rereads: Mutex::default(),
            whole_every,
            newest: Mutex::default(),
            feed: Mutex::default(),
            settle,
            vouched: Mutex::default(),
        })
    }
}
