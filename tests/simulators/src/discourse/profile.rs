//! Which Discourse is simulated, and how it is set up.

/// The generation of the server. Clients must tell them apart by the shape of the answers (contract, introduction).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// 3.1.0.beta2 of March 2023, the server behind the recordings: tags are strings, only `raw_old` protects an edit, nothing protects a
    /// title, `/posts.json` is a window of 50 ids, `per_page` has no effect.
    V3_1,
    /// A server of 2024: as that of 2023, but `original_text`, `original_title` and `original_tags` are compared, tags by their names
    /// (contract 5.5).
    V2024,
    /// A server of 2026: tags are objects, `original_text`, `original_title` and `original_tags` are compared, `/posts.json` gives the 50
    /// newest below `before`, `per_page` works, and the device flow is announced.
    V2026,
}

impl Profile {
    pub(crate) fn is_2026(self) -> bool {
        self == Self::V2026
    }

    /// Whether text, title and tags are compared with what an edit says that they were.
    pub(crate) fn compares_what_it_was(self) -> bool {
        matches!(self, Self::V2024 | Self::V2026)
    }

    /// What `about.json` says.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::V3_1 => "3.1.0.beta2",
            Self::V2024 => "3.3.0",
            Self::V2026 => "2026.8.0",
        }
    }
}

/// Whether the site takes writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writable {
    /// Everybody may write.
    Everybody,
    /// Only staff may write.
    StaffOnly,
    /// Nobody may write.
    Nobody,
}

/// Limits on requests and actions (contract 3). All off by default: most tests are not about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Requests a minute for one user API key.
    pub user_key_per_minute: Option<usize>,
    /// Requests a day for one user API key.
    pub user_key_per_day: Option<usize>,
    /// Requests a minute for all admin keys together.
    pub admin_keys_per_minute: Option<usize>,
    /// Requests in 10 s for one address; answered in plain text.
    pub per_address_per_10_seconds: Option<usize>,
    /// Requests in 60 s for one address; answered in plain text.
    pub per_address_per_minute: Option<usize>,
    /// Whether the limits on actions (posts, topics, edits, deletions) hold for users who are not staff.
    pub actions: bool,
}

impl Limits {
    /// The defaults of a production site.
    #[must_use]
    pub fn production() -> Self {
        Self {
            user_key_per_minute: Some(20),
            user_key_per_day: Some(2880),
            admin_keys_per_minute: Some(60),
            per_address_per_10_seconds: Some(50),
            per_address_per_minute: Some(200),
            actions: true,
        }
    }
}

/// Site settings with Discourse's defaults (contract 5.2 and the recordings' `misc/site_settings.json`).
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site's title.
    pub title: String,
    /// Shortest body of a post, in characters after the stripping of contract 5.2.
    pub min_post_length: usize,
    /// Longest body of a post.
    pub max_post_length: usize,
    /// Shortest body of a personal message.
    pub min_personal_message_post_length: usize,
    /// Shortest title of a topic; for administrators it is 1 character.
    pub min_topic_title_length: usize,
    /// Longest title of a topic.
    pub max_topic_title_length: usize,
    /// Least number of different bytes in a title.
    pub title_min_entropy: usize,
    /// Least number of different bytes in a body.
    pub body_min_entropy: usize,
    /// Whether titles are cleaned (contract 5.2).
    pub title_prettify: bool,
    /// Whether two listed topics may have the same title.
    pub allow_duplicate_topic_titles: bool,
    /// Whether a topic may be made without a category.
    pub allow_uncategorized_topics: bool,
    /// Minutes in which the same user may not post the same text again; staff are exempt.
    pub unique_posts_mins: i64,
    /// More tags than these are dropped in silence.
    pub max_tags_per_topic: usize,
    /// Tags are cut at this length.
    pub max_tag_length: usize,
    /// Trust level from which unknown tags are created; below it they are dropped. Open to everybody here; Discourse's own default is 3.
    pub min_trust_to_create_tag: u8,
    /// Whether a server of 2026 still takes plain names for tags, as those between 2026.01 and 2026.07 do. Later ones drop them in silence.
    pub takes_tags_as_names: bool,
    /// Seconds after a version in which the same editor's changes make no new one.
    pub editing_grace_period: i64,
    /// Changed characters above which a version is made anyway.
    pub editing_grace_period_max_diff: usize,
    /// The same for staff and trust level 2 and above.
    pub editing_grace_period_max_diff_high_trust: usize,
    /// Minutes in which authors of trust level 0 and 1 may edit; 0 is for ever.
    pub post_edit_time_limit: i64,
    /// Minutes in which authors of trust level 2 and above may edit; 0 is for ever.
    pub tl2_post_edit_time_limit: i64,
    /// Consecutive replies by one author in a topic that is not theirs. The default is 3, but staff are exempt.
    pub max_consecutive_replies: usize,
    /// Hours until a post removed by its author is deleted.
    pub delete_removed_posts_after: i64,
    /// Whether requests without a key are refused.
    pub login_required: bool,
    /// Who may write.
    pub writable: Writable,
    /// Whether a deleted topic answers 410 to those who may not see it.
    pub detailed_404: bool,
    /// Extensions accepted by `/uploads.json`.
    pub authorized_extensions: Vec<String>,
    /// Scopes a user API key may have.
    pub allow_user_api_key_scopes: Vec<String>,
    /// Patterns of allowed redirects, each with at most one `*`.
    pub allowed_user_api_auth_redirects: Vec<String>,
    /// Whether the server changes the bytes of images it stores, as recompression does, so that their address cannot be predicted.
    pub process_images: bool,
    /// Whether remote images in new posts are replaced by uploads, some minutes later, by the system user.
    pub download_remote_images_to_local: bool,
    /// Seconds until that replacement.
    pub hotlinked_delay_seconds: i64,
    /// Whether a first post typed in under 3 s waits for approval and silences its author at trust level 0.
    pub check_fast_typers: bool,
    /// Request and action limits.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        let list = |text: &str| text.split('|').map(str::to_owned).collect();
        Self {
            title: "Simulated Forum".to_owned(),
            min_post_length: 20,
            max_post_length: 32000,
            min_personal_message_post_length: 10,
            min_topic_title_length: 15,
            max_topic_title_length: 255,
            title_min_entropy: 10,
            body_min_entropy: 7,
            title_prettify: true,
            allow_duplicate_topic_titles: false,
            allow_uncategorized_topics: false,
            unique_posts_mins: 5,
            max_tags_per_topic: 5,
            max_tag_length: 20,
            min_trust_to_create_tag: 0,
            takes_tags_as_names: false,
            editing_grace_period: 300,
            editing_grace_period_max_diff: 100,
            editing_grace_period_max_diff_high_trust: 400,
            post_edit_time_limit: 1440,
            tl2_post_edit_time_limit: 43200,
            max_consecutive_replies: 3,
            delete_removed_posts_after: 24,
            login_required: false,
            writable: Writable::Everybody,
            detailed_404: false,
            authorized_extensions: list("jpg|jpeg|png|gif|heic|heif|webp"),
            allow_user_api_key_scopes: list("read|write|message_bus|push|notifications|session_info|one_time_password"),
            allowed_user_api_auth_redirects: list(
                "https://api.discourse.org/api/auth_redirect|discourse://auth_redirect",
            ),
            process_images: false,
            download_remote_images_to_local: false,
            hotlinked_delay_seconds: 301,
            check_fast_typers: false,
            limits: Limits::default(),
        }
    }
}
