//! What an account on Canvas is made of.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{RemoteError, RemoteId};
use rest::{Auth, Clock, Limits, Settings, Stop, Url};
use secrecy::SecretString;
use tokio::time::Instant;

use crate::client::Client;
use crate::errors::from_failure;
use crate::lag::{Ages, LAG};

/// How to reach an account.
pub struct Connection {
    /// The institution's address: `https://canvas.example.edu`.
    pub base: Url,
    /// The access token.
    pub token: SecretString,
    /// Where the time comes from.
    pub now: Clock,
    /// Seed for spreading retries.
    pub seed: u64,
    /// Ends every wait and request when cancelled.
    pub stop: Stop,
    /// Bounds of requests.
    pub limits: Limits,
    /// How long the site's replicas are given to show what is new, before something missing counts as gone.
    pub lag: Duration,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Connection {
    /// A connection with the usual bounds, seed 0 and nothing that stops it.
    #[must_use]
    pub fn new(base: Url, token: SecretString, now: Clock) -> Self {
        Self { base, token, now, seed: 0, stop: Stop::new(), limits: Limits::default(), lag: LAG }
    }
}

/// One account on one Canvas, as the engine sees it.
pub struct CanvasRemote {
    pub(crate) client: Client,
    pub(crate) now: Clock,
    /// The newest revision of pages, by course and page, when the guard looked: what a later write is counted from.
    seen: Mutex<BTreeMap<(RemoteId, RemoteId), u64>>,
    /// Whose token it is, once that was asked.
    user: Mutex<Option<String>>,
    pub(crate) ages: Ages,
    pub(crate) lag: Duration,
}

impl fmt::Debug for CanvasRemote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CanvasRemote").field("origin", &self.client.origin()).finish_non_exhaustive()
    }
}

impl CanvasRemote {
    /// An account. Makes no request.
    ///
    /// # Errors
    /// `WrongSite` for an address that is neither HTTPS nor on loopback, and for a token that no header can carry.
    pub fn connect(connection: Connection) -> Result<Self, RemoteError> {
        let Connection { mut base, token, now, seed, stop, limits, lag } = connection;
        // People paste the address of the page they look at; the API stands at the root of the host (contract 1.1).
        base.set_path("/");
        let mut settings = Settings::new(base, Auth::Bearer(token), now.clone());
        settings.seed = seed;
        settings.stop = stop;
        settings.limits = limits;
        let http = rest::Client::new(settings).map_err(from_failure)?;
        let client = Client::new(http, now.clone());
        Ok(Self { client, now, seen: Mutex::default(), user: Mutex::default(), ages: Ages::new(Instant::now()), lag })
    }

    pub(crate) fn known_user(&self) -> Option<String> {
        self.user.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn remember_user(&self, id: &str) {
        *self.user.lock().unwrap_or_else(PoisonError::into_inner) = Some(id.to_owned());
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, BTreeMap<(RemoteId, RemoteId), u64>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
