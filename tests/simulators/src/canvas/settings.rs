//! Where Canvas sites differ. The defaults are those of the recorded server.

/// The switches of one simulated site.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Old slugs keep resolving to the renamed page (contract 3.1).
    pub permanent_page_links: bool,
    /// Requests without a User-Agent are refused with 403 (contract 1.3).
    pub require_user_agent: bool,
    /// What a forbidden object answers: 403 (the recorded version) or 401 (older ones), never with WWW-Authenticate.
    pub forbidden_status: u16,
    /// File links in answered HTML carry a verifier, unless the request says `no_verifiers=1`.
    pub verifiers: bool,
    /// The account's brand files are put round answered HTML (contract 6.3).
    pub branding: bool,
    /// `Link` names the last page, where the real server does.
    pub link_last: bool,
    /// Lists go on by bookmarks instead of page numbers.
    pub bookmarks: bool,
    /// The second step of an upload answers 201 with JSON, as the cloud's file service does, instead of 302.
    pub upload_created: bool,
    /// Names that writes may carry and that are dropped without a word, as some sites do with some (contract 9.27).
    pub drops: Vec<String>,
    /// The throttle.
    pub throttle: Throttle,
    /// Time that each request is in flight. None: answered as fast as possible.
    pub latency: Option<std::time::Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            permanent_page_links: false,
            require_user_agent: false,
            forbidden_status: 403,
            verifiers: true,
            branding: false,
            link_last: true,
            bookmarks: false,
            upload_created: false,
            drops: Vec::new(),
            throttle: Throttle::default(),
            latency: None,
        }
    }
}

/// The leaky bucket of one token (contract 2). Levels are in Canvas's cost units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throttle {
    /// Whether requests are refused at all; the headers are sent either way.
    pub enabled: bool,
    /// The level at which requests are refused.
    pub high_water: f64,
    /// The highest level.
    pub maximum: f64,
    /// How much leaks in a second.
    pub outflow: f64,
    /// What a request holds while it is in flight.
    pub up_front: f64,
    /// What a request costs in the end.
    pub cost: f64,
    /// Refuse with 429 instead of 403.
    pub send_429: bool,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            enabled: true,
            high_water: 600.0,
            maximum: 800.0,
            outflow: 10.0,
            up_front: 50.0,
            cost: 0.05,
            send_429: false,
        }
    }
}
