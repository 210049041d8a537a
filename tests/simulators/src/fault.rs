//! What goes wrong, and at which request.
//!
//! A [`FaultPlan`] decides with a value ([`Decision`]) for each request; [`crate::server`] acts on it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A closure run beside a request, for instance an edit by somebody else.
pub type Hook = Arc<dyn Fn() + Send + Sync>;

/// One thing that goes wrong with one request.
#[derive(Clone)]
pub enum Fault {
    /// The request is applied, then the connection is dropped without an answer.
    LoseReply,
    /// The connection is dropped before the request reaches the application.
    LoseRequest,
    /// The server answers this instead of applying the request.
    Status {
        /// The HTTP status.
        code: u16,
        /// The body.
        body: String,
        /// The `Content-Type`.
        content_type: String,
        /// Further headers.
        headers: Vec<(String, String)>,
    },
    /// A network log-in page answers 200 with HTML instead of the server.
    CaptivePortal,
    /// Applied; the headers announce the whole body, the connection drops after this many bytes of it.
    CutBody {
        /// Bytes of body sent before the drop.
        bytes: usize,
    },
    /// Applied; the body ends early but is announced as complete, so that the JSON in it does not parse.
    TruncateJson {
        /// Bytes of body left.
        bytes: usize,
    },
    /// The answer is held back for this long.
    Slow {
        /// Milliseconds of delay after the request is applied.
        millis: u64,
    },
    /// A read answers with the state before the latest write, as a lagging replica does (contract 1.5). The application must honour it.
    StaleRead,
    /// Run right before the request is applied.
    Before(Hook),
    /// Run between the server's check of a write and the write itself, which does not see what the hook changed: the check has no lock
    /// (contract 6). The application must honour it.
    Between(Hook),
    /// Run right after the request was applied, before its answer leaves.
    After(Hook),
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoseReply => f.write_str("LoseReply"),
            Self::LoseRequest => f.write_str("LoseRequest"),
            Self::Status { code, .. } => write!(f, "Status({code})"),
            Self::CaptivePortal => f.write_str("CaptivePortal"),
            Self::CutBody { bytes } => write!(f, "CutBody({bytes})"),
            Self::TruncateJson { bytes } => write!(f, "TruncateJson({bytes})"),
            Self::Slow { millis } => write!(f, "Slow({millis} ms)"),
            Self::StaleRead => f.write_str("StaleRead"),
            Self::Before(_) => f.write_str("Before"),
            Self::Between(_) => f.write_str("Between"),
            Self::After(_) => f.write_str("After"),
        }
    }
}

impl Fault {
    /// Any status with a plain text body.
    #[must_use]
    pub fn status(code: u16, body: &str) -> Self {
        Self::Status {
            code,
            body: body.to_owned(),
            content_type: "text/plain; charset=utf-8".to_owned(),
            headers: Vec::new(),
        }
    }

    /// 429 with a `Retry-After`, where one is given.
    #[must_use]
    pub fn too_many_requests(retry_after_seconds: Option<u64>) -> Self {
        let headers = retry_after_seconds.map(|s| ("retry-after".to_owned(), s.to_string())).into_iter().collect();
        Self::Status {
            code: 429,
            body: "Too Many Requests\n".to_owned(),
            content_type: "text/plain".to_owned(),
            headers,
        }
    }

    /// Canvas's refusal by throttle in its 403 form (contract 2).
    #[must_use]
    pub fn canvas_rate_limit() -> Self {
        Self::Status {
            code: 403,
            body: "403 Forbidden (Rate Limit Exceeded)\n".to_owned(),
            content_type: "text/plain".to_owned(),
            headers: vec![("x-rate-limit-remaining".to_owned(), "0.0".to_owned())],
        }
    }

    /// The HTML page of a proxy whose application is away.
    #[must_use]
    pub fn bad_gateway() -> Self {
        Self::Status {
            code: 502,
            body: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
                .to_owned(),
            content_type: "text/html".to_owned(),
            headers: Vec::new(),
        }
    }

    /// Runs `hook` right before the request is applied.
    pub fn before(hook: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Before(Arc::new(hook))
    }

    /// Runs `hook` between the check of a write and the write.
    pub fn between(hook: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Between(Arc::new(hook))
    }

    /// Runs `hook` right after the request was applied.
    pub fn after(hook: impl Fn() + Send + Sync + 'static) -> Self {
        Self::After(Arc::new(hook))
    }
}

type PathTest = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Which requests a rule is about. Starts with all of them; each method narrows it.
#[derive(Clone)]
pub struct On {
    methods: Vec<String>,
    path: PathTest,
    which: Which,
}

#[derive(Clone, Copy)]
enum Which {
    Every,
    Nth(u64),
    From(u64),
    First(u64),
    Chance { probability: f64, seed: u64 },
}

impl fmt::Debug for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("On").field("methods", &self.methods).finish_non_exhaustive()
    }
}

impl On {
    /// Every request.
    #[must_use]
    pub fn any() -> Self {
        Self { methods: Vec::new(), path: Arc::new(|_| true), which: Which::Every }
    }

    /// Requests that change something: POST, PUT, PATCH, DELETE.
    #[must_use]
    pub fn writes() -> Self {
        Self { methods: ["POST", "PUT", "PATCH", "DELETE"].map(str::to_owned).to_vec(), ..Self::any() }
    }

    /// Requests by one method whose path and query contain `part`.
    #[must_use]
    pub fn method(method: &str, part: &str) -> Self {
        Self { methods: vec![method.to_owned()], ..Self::any() }.path(part)
    }

    /// Only where the path and query contain `part`.
    #[must_use]
    pub fn path(self, part: &str) -> Self {
        let part = part.to_owned();
        self.path_where(move |path| path.contains(&part))
    }

    /// Only where `test` accepts the path and query.
    #[must_use]
    pub fn path_where(self, test: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        let before = Arc::clone(&self.path);
        Self { path: Arc::new(move |path| before(path) && test(path)), ..self }
    }

    /// Only the `n`-th match, counted from 1.
    #[must_use]
    pub fn nth(self, n: u64) -> Self {
        Self { which: Which::Nth(n), ..self }
    }

    /// Only the first `n` matches.
    #[must_use]
    pub fn first(self, n: u64) -> Self {
        Self { which: Which::First(n), ..self }
    }

    /// The `n`-th match and every later one.
    #[must_use]
    pub fn from(self, n: u64) -> Self {
        Self { which: Which::From(n), ..self }
    }

    /// Each match with this probability, drawn from a generator with this seed.
    #[must_use]
    pub fn chance(self, probability: f64, seed: u64) -> Self {
        Self { which: Which::Chance { probability: probability.clamp(0.0, 1.0), seed }, ..self }
    }
}

/// Whether a cut takes the request or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The connection drops before the request is applied.
    BeforeApplying,
    /// The request is applied and its answer lost. Later requests are dropped before they are applied.
    AfterApplying,
}

struct Rule {
    on: On,
    fault: Fault,
    matches: u64,
    dice: StdRng,
}

#[derive(Default)]
struct Plan {
    rules: Vec<Rule>,
    cut: Option<(u64, Cut)>,
    seen: u64,
}

/// The faults of one server. Clones share one plan, which may change while the server runs.
#[derive(Clone, Default)]
pub struct FaultPlan(Arc<Mutex<Plan>>);

impl fmt::Debug for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.lock();
        f.debug_struct("FaultPlan").field("rules", &plan.rules.len()).field("cut", &plan.cut).finish()
    }
}

/// What happens to one request.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// The faults that apply, in the order in which their rules were added.
    pub faults: Vec<Fault>,
}

impl FaultPlan {
    /// A plan under which nothing goes wrong.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule. Several rules may meet in one request.
    pub fn add(&self, on: On, fault: Fault) -> &Self {
        let seed = if let Which::Chance { seed, .. } = on.which { seed } else { 0 };
        self.lock().rules.push(Rule { on, fault, matches: 0, dice: StdRng::seed_from_u64(seed) });
        self
    }

    /// The `n`-th request from now on (counted from 1) and all later ones lose their connection.
    pub fn cut_at(&self, n: u64, cut: Cut) {
        let mut plan = self.lock();
        plan.cut = Some((plan.seen + n, cut));
    }

    /// Takes all rules and cuts away.
    pub fn clear(&self) {
        let mut plan = self.lock();
        plan.rules.clear();
        plan.cut = None;
    }

    /// Whether some rule asks for stale reads, so that the application keeps its earlier state only where it is needed.
    #[must_use]
    pub fn wants_stale_reads(&self) -> bool {
        self.lock().rules.iter().any(|rule| matches!(rule.fault, Fault::StaleRead))
    }

    /// Counts a request and says what happens to it. `path` includes the query.
    pub fn decide(&self, method: &str, path: &str) -> Decision {
        let mut plan = self.lock();
        plan.seen += 1;
        let seen = plan.seen;
        let mut faults: Vec<Fault> = plan.rules.iter_mut().filter_map(|rule| rule.applies(method, path)).collect();
        if let Some((at, cut)) = plan.cut
            && seen >= at
        {
            faults.push(if seen == at && cut == Cut::AfterApplying { Fault::LoseReply } else { Fault::LoseRequest });
        }
        Decision { faults }
    }

    fn lock(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rule {
    fn applies(&mut self, method: &str, path: &str) -> Option<Fault> {
        let methods = &self.on.methods;
        if !(methods.is_empty() || methods.iter().any(|m| m == method)) || !(self.on.path)(path) {
            return None;
        }
        self.matches += 1;
        let applies = match self.on.which {
            Which::Every => true,
            Which::Nth(n) => self.matches == n,
            Which::From(n) => self.matches >= n,
            Which::First(n) => self.matches <= n,
            Which::Chance { probability, .. } => self.dice.random_bool(probability),
        };
        applies.then(|| self.fault.clone())
    }
}
