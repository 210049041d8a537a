//! The one client of an account.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::{Host, Url};

use crate::pace::Jitter;
use crate::room::{Bucket, Room};
use crate::traffic::Meter;
use crate::trust;
use crate::waits::Waits;
use crate::{Auth, Budget, Failure, FailureKind, Method, Request, Stop, Traffic};

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Bounds of a client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Requests in flight. Canvas refuses the twelfth; four leaves room (contract canvas 2).
    pub in_flight: u32,
    /// Time to connect.
    pub connect: Duration,
    /// Time for one request, whole. Heavy lists of Canvas may take most of a minute (contract canvas 8).
    pub request: Duration,
    /// Bytes of one body after decompression.
    pub body: usize,
    /// Tries after the first, for GETs that met a passing failure.
    pub retries: u32,
    /// Wait before the first retry; it doubles.
    pub retry_wait: Duration,
    /// Wait after a throttle that says no time; it doubles up to 30 s.
    pub throttle_wait: Duration,
    /// Added to that, for sites that mean a longer one (contract discourse 3.3).
    pub throttle_least: Duration,
    /// Time that one request may wait for throttles altogether.
    pub throttle_total: Duration,
    /// Redirects followed within the same origin.
    pub redirects: u32,
    /// The bucket that a site's `X-Rate-Limit-Remaining` tells of.
    pub bucket: Bucket,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 4,
            connect: Duration::from_secs(10),
            request: Duration::from_secs(60),
            body: 64 << 20,
            retries: 2,
            retry_wait: Duration::from_millis(300),
            throttle_wait: Duration::from_secs(1),
            throttle_least: Duration::ZERO,
            throttle_total: Duration::from_secs(60),
            redirects: 3,
            bucket: Bucket::default(),
        }
    }
}

/// What a client is made of.
#[derive(Clone)]
pub struct Settings {
    /// The site's address, with the prefix that all paths stand under, if any.
    pub base: Url,
    /// Shown to the site: `Lectern/0.1.0`. Canvas refuses requests without one (contract canvas 1.3).
    pub user_agent: String,
    /// The account's key.
    pub auth: Auth,
    /// Bounds.
    pub limits: Limits,
    /// Seed for spreading retries.
    pub seed: u64,
    /// Where the time comes from.
    pub now: Clock,
    /// Ends every wait and request when cancelled.
    pub stop: Stop,
    /// What is known of the site's limits, where it tells them by refusing.
    pub budget: Option<Budget>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("base", &self.base.as_str()).field("auth", &self.auth).finish_non_exhaustive()
    }
}

impl Settings {
    /// Settings with the usual bounds.
    #[must_use]
    pub fn new(base: Url, auth: Auth, now: Clock) -> Self {
        let user_agent = concat!("Lectern/", env!("CARGO_PKG_VERSION")).to_owned();
        Self { base, user_agent, auth, limits: Limits::default(), seed: 0, now, stop: Stop::new(), budget: None }
    }
}

/// Sends an account's requests. Clones share limits, counters and connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) auth: HeaderMap,
    pub(crate) limits: Limits,
    pub(crate) places: Semaphore,
    pub(crate) meter: Meter,
    pub(crate) jitter: Jitter,
    pub(crate) room: Room,
    pub(crate) waits: Waits,
    pub(crate) now: Clock,
    pub(crate) stop: Stop,
    pub(crate) budget: Option<Budget>,
    narrowed: AtomicU32,
    offset: AtomicI64,
}

const NO_OFFSET: i64 = i64::MIN;

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.inner.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for one account.
    ///
    /// # Errors
    /// `BadAddress` for a base that is neither HTTPS nor on loopback, carries a user name or password, or for a key that no header can carry.
    pub fn new(settings: Settings) -> Result<Self, Failure> {
        let Settings { mut base, user_agent, auth, limits, seed, now, stop, budget } = settings;
        if !is_safe(&base) {
            return Err(Failure::new(FailureKind::BadAddress, "the address has to begin with https://"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(Failure::new(FailureKind::BadAddress, "the address may not hold a user name or a password"));
        }
        base.set_query(None);
        base.set_fragment(None);
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(trust::by_the_system()?)
            .user_agent(user_agent)
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(limits.connect)
            .timeout(limits.request);
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| Failure::transport(error, false))?;
        let auth = auth.headers()?;
        let places = Semaphore::new(limits.in_flight.max(1) as usize);
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                base,
                auth,
                limits,
                places,
                meter: Meter::default(),
                jitter: Jitter::new(seed),
                room: Room::default(),
                waits: Waits::default(),
                now,
                stop,
                budget,
                narrowed: AtomicU32::new(0),
                offset: AtomicI64::new(NO_OFFSET),
            }),
        })
    }

    /// The site's address, ending in a slash.
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.inner.base
    }

    /// Scheme, host and port, without a slash at the end: what root-relative addresses of the site stand under.
    #[must_use]
    pub fn origin(&self) -> String {
        self.inner.base.origin().ascii_serialization()
    }

    /// A request. `path` is relative to the base, or a whole address on the same origin (as paged lists give them).
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self.clone(), method, path)
    }

    /// A GET.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::Get, path)
    }

    /// A HEAD.
    pub fn head(&self, path: &str) -> Request {
        self.request(Method::Head, path)
    }

    /// A POST: sent once.
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::Post, path)
    }

    /// A PUT: sent once.
    pub fn put(&self, path: &str) -> Request {
        self.request(Method::Put, path)
    }

    /// A DELETE: sent once.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::Delete, path)
    }

    /// What was sent and received so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.inner.meter.read()
    }

    /// How long the longest of the waits still takes that are under way; nothing where no request waits.
    #[must_use]
    pub fn waits_for(&self) -> Option<Duration> {
        self.inner.waits.longest(Instant::now())
    }

    /// The server's clock minus ours in whole seconds, from the last answer's `Date`; none where no answer had one.
    #[must_use]
    pub fn clock_offset_seconds(&self) -> Option<i64> {
        Some(self.inner.offset.load(Ordering::Relaxed)).filter(|offset| *offset != NO_OFFSET)
    }

    /// Whether an address is on the account's own origin, which alone gets the key.
    #[must_use]
    pub fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.inner.base.origin()
    }

    /// The whole address of `path`.
    ///
    /// # Errors
    /// `BadAddress` for what cannot be read or lies on another origin.
    pub(crate) fn address(&self, path: &str) -> Result<Url, Failure> {
        let url = if path.starts_with("https://") || path.starts_with("http://") {
            Url::parse(path)
        } else {
            self.inner.base.join(&format!("./{}", path.trim_start_matches('/')))
        };
        let url = url.map_err(|_| Failure::new(FailureKind::BadAddress, "an address cannot be read"))?;
        if self.is_own(&url) {
            Ok(url)
        } else {
            Err(Failure::new(FailureKind::BadAddress, "an address lies outside the account's site"))
        }
    }

    pub(crate) fn note_date(&self, headers: &HeaderMap) {
        let date = headers.get(reqwest::header::DATE).and_then(|date| date.to_str().ok());
        if let Some(date) = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) {
            let offset = (date.with_timezone(&Utc) - (self.inner.now)()).num_seconds();
            self.inner.offset.store(offset, Ordering::Relaxed);
        }
    }

    /// Waits until the site has room, as far as it says how much there is.
    pub(crate) async fn wait_for_room(&self) -> Result<(), Failure> {
        let alone = || self.inner.limits.in_flight <= 1 || self.inner.narrowed.load(Ordering::Relaxed) > 0;
        while let Some(wait) = self.inner.room.wait(self.inner.limits.bucket, alone(), Instant::now()) {
            tracing::debug!(millis = wait.as_millis() as u64, "waiting: the site has little room left");
            self.wait(wait.max(Duration::from_millis(1))).await?;
        }
        Ok(())
    }

    /// After a throttle one request at a time is enough for the rest of the run (contract canvas 2).
    pub(crate) fn narrow(&self) {
        let surplus = self.inner.limits.in_flight.saturating_sub(1);
        let done = self.inner.narrowed.load(Ordering::Relaxed);
        if done < surplus {
            let taken = self.inner.places.forget_permits((surplus - done) as usize);
            self.inner.narrowed.fetch_add(u32::try_from(taken).unwrap_or(surplus), Ordering::Relaxed);
        }
    }

    /// Waits until the site's limits, as far as they are known, take one more request; tells when it left.
    ///
    /// # Errors
    /// `Stopped`, and `Throttled` where the site said that it takes nothing for longer than anybody waits.
    pub(crate) async fn take_turn(&self) -> Result<Instant, Failure> {
        if let Some(left) = self.inner.budget.as_ref().and_then(|budget| budget.closed((self.inner.now)())) {
            let words = "the site takes no more requests for now";
            let mut failure = Failure::new(FailureKind::Throttled, words);
            failure.wait = Some(left);
            return Err(failure);
        }
        loop {
            let now = Instant::now();
            match self.inner.budget.as_ref().map(|budget| budget.take(now)) {
                Some(Err(wait)) => self.wait(wait).await?,
                Some(Ok(())) | None => return Ok(now),
            }
        }
    }

    /// Waits, and counts it; ends early when the person stops.
    ///
    /// # Errors
    /// `Stopped`, and nothing else.
    pub async fn wait(&self, time: Duration) -> Result<(), Failure> {
        let start = Instant::now();
        let waiting = self.inner.waits.begin(start + time);
        let stopped = tokio::select! {
            () = self.inner.stop.cancelled() => true,
            () = tokio::time::sleep(time) => false,
        };
        drop(waiting);
        self.inner.meter.waited(start.elapsed());
        if stopped { Err(Failure::stopped()) } else { Ok(()) }
    }
}

/// Whether a key may be sent there: HTTPS, or this machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    url.has_host() && (url.scheme() == "https" || url.scheme() == "http" && is_loopback(url))
}

/// Whether an address is on this computer.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
