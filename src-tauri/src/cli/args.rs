//! What may be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Canvas courses and Discourse forums, kept on your own machine: the same as the window, for a terminal and for scripts.
#[derive(Debug, Parser)]
#[command(
    name = "lecternctl",
    version,
    after_help = "Exit codes: 0 done, 1 failed, 2 usage, 3 finished but something waits for you."
)]
pub struct Arguments {
    /// Folder of the workspace
    #[arg(long, value_name = "DIR", global = true)]
    pub workspace: Option<PathBuf>,
    /// Print JSON, as docs/cli.md describes it
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace in the folder
    Init,
    /// Sites: connect, list, remove
    #[cfg(feature = "sync-engine")]
    #[command(subcommand)]
    Account(AccountCommand),
    /// Courses, categories and spaces of your own
    #[command(subcommand)]
    Space(SpaceCommand),
    /// What is in a space, in reading order; all spaces where none is named
    Tree {
        /// Id or name of the space
        space: Option<String>,
    },
    /// Find documents by their words: all of them, "a phrase", -without, begin*
    Search(SearchArguments),
    /// One document
    Show {
        /// Id of the document
        id: String,
        /// Print the source alone, byte by byte
        #[arg(long)]
        body: bool,
    },
    /// Change a document on this computer
    Edit(EditArguments),
    /// Make a document on this computer
    New(NewArguments),
    /// Pictures kept for texts
    #[command(subcommand)]
    Attachment(AttachmentCommand),
    /// Move a module, an item of a module or a page of your own, or put a document into a module
    Move(MoveArguments),
    /// Delete a document here; the next sync deletes it on its site
    Delete {
        /// Id of the document
        id: String,
    },
    /// Let a document stand on a second site, too: a page in a category of a forum, or a topic in a course. The next sync makes it there
    #[cfg(feature = "sync-engine")]
    Link {
        /// Id of the document
        id: String,
        /// The course or category, by id or name
        #[arg(long, value_name = "SPACE")]
        space: String,
        /// The document there that is the same: nothing is made, and where the two differ you are asked
        #[arg(long, value_name = "ID")]
        to: Option<String>,
    },
    /// End a link; both copies stay where they are
    #[cfg(feature = "sync-engine")]
    Unlink {
        /// Id of the document
        id: String,
        /// Id of the account that it is linked with
        #[arg(long, value_name = "ACCOUNT")]
        account: String,
    },
    /// What was deleted here: list it, bring it back, or delete it for good
    #[command(subcommand)]
    Trash(TrashCommand),
    /// What was written here and not sent
    #[cfg(feature = "sync-engine")]
    Outbox {
        /// Show what is different in this one
        id: Option<String>,
    },
    /// Throw an unsent change away; its text stays in the history
    #[cfg(feature = "sync-engine")]
    Discard {
        /// Id of the document
        id: String,
    },
    /// Let the next sync try again what a site refused
    #[cfg(feature = "sync-engine")]
    Retry {
        /// Id of the document
        id: String,
    },
    /// Bring both sides together
    #[cfg(feature = "sync-engine")]
    Sync {
        /// Say what would be done, and do nothing
        #[arg(long, conflicts_with = "execute")]
        plan: bool,
        /// Only this space, by id or name
        #[arg(long, value_name = "SPACE", conflicts_with = "execute")]
        only: Option<String>,
        /// Carry out this plan, to the letter: where something changed since, nothing is done and the new plan is shown
        #[arg(long, value_name = "PLAN")]
        execute: Option<String>,
        /// Lines of the plan to leave out, by their ids
        #[arg(long, value_name = "ACTION", num_args = 1.., requires = "execute")]
        without: Vec<String>,
    },
    /// Put back what a sync changed on this computer; the next sync sends it
    #[cfg(feature = "sync-engine")]
    Undo {
        /// Id of the sync
        run: String,
        /// Only these documents
        ids: Vec<String>,
    },
    /// What needs you
    #[cfg(feature = "sync-engine")]
    Conflicts {
        /// Show this conflict passage by passage
        id: Option<String>,
    },
    /// Settle what was changed on both sides; the next sync sends it
    #[cfg(feature = "sync-engine")]
    Resolve(ResolveArguments),
    /// What is done with changes on both sides: show it, or choose it
    #[cfg(feature = "sync-engine")]
    Strategy(StrategyArguments),
    /// Versions of a document, newest first
    History(HistoryArguments),
    /// How much history is kept: show it, or choose it
    Retention(RetentionArguments),
    /// What a sync did; the last one where none is named
    #[cfg(feature = "sync-engine")]
    Report {
        /// Id of the sync
        run: Option<String>,
    },
    /// The state of everything
    #[cfg(feature = "sync-engine")]
    Status,
    /// How long things take, and what takes up room
    Stats,
    /// Look through the whole workspace for anything that is not as it should be
    Doctor {
        /// Rebuild what can be rebuilt; no text is changed
        #[arg(long)]
        repair: bool,
    },
    /// Write a space into a folder: each document as a file of HTML or Markdown, with the pictures it uses
    Export {
        /// Id or name of the space
        space: String,
        /// An empty folder, one that is not there yet, or an earlier export of the same space
        to: PathBuf,
        /// Say what would be written, and write nothing
        #[arg(long)]
        plan: bool,
    },
    /// Read such a folder, or any folder of HTML and Markdown, into a space
    Import(ImportArguments),
    /// Copy the whole workspace into a folder that is not there yet
    Backup {
        /// The folder
        to: PathBuf,
    },
    /// Bring a backup back as the workspace; what is there now is moved aside, whole
    Restore {
        /// The folder of the backup
        from: PathBuf,
    },
}

/// What is looked for.
#[derive(Debug, Args)]
pub struct SearchArguments {
    /// The words, as one argument
    #[arg(allow_hyphen_values = true)]
    pub query: String,
    /// Only in this space, by id or name
    #[arg(long, value_name = "SPACE")]
    pub space: Option<String>,
    /// Only what students cannot see
    #[arg(long)]
    pub unpublished: bool,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
}

/// Sites.
#[cfg(feature = "sync-engine")]
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Connect a site: checks address and access key, then keeps them
    #[command(subcommand)]
    Add(Box<AddCommand>),
    /// List the sites
    List,
    /// Go on with a site that was set back to an earlier state: the next sync takes it as it is
    GoOn {
        /// Id of the account
        id: String,
    },
    /// Remove a site and its access key; its spaces stay on this computer
    Remove {
        /// Id of the account
        id: String,
        /// Remove its spaces from this computer too
        #[arg(long)]
        with_spaces: bool,
    },
}

/// Which kind of site to connect.
#[cfg(feature = "sync-engine")]
#[derive(Debug, Subcommand)]
pub enum AddCommand {
    /// Canvas, with an access token
    #[cfg(feature = "canvas-integration")]
    #[command(group = clap::ArgGroup::new("key").required(true))]
    Canvas {
        /// Address of the site
        #[arg(long, value_name = "URL")]
        url: String,
        /// Variable that holds the access token at each run; it is stored nowhere
        #[arg(long, value_name = "VAR", group = "key")]
        token_env: Option<String>,
        /// Read the access token from the first line of the input and keep it in the keychain
        #[arg(long, group = "key")]
        token_stdin: bool,
    },
    /// Discourse, with a key of the forum's staff or one of your own
    #[cfg(feature = "discourse-integration")]
    #[command(group = clap::ArgGroup::new("key").required(true))]
    Discourse {
        /// Address of the forum
        #[arg(long, value_name = "URL")]
        url: String,
        /// Variable that holds a key made by the forum's staff
        #[arg(long, value_name = "VAR", group = "key", requires = "username")]
        api_key_env: Option<String>,
        /// Who that key speaks for
        #[arg(long, value_name = "NAME", conflicts_with = "user_key_env")]
        username: Option<String>,
        /// Variable that holds a user API key of your own
        #[arg(long, value_name = "VAR", group = "key")]
        user_key_env: Option<String>,
    },
}

/// Pictures kept for texts.
#[derive(Debug, Subcommand)]
pub enum AttachmentCommand {
    /// Keep a picture for the texts of a space, and print the address by which they refer to it
    Add {
        /// The file: PNG, JPEG, GIF or WebP
        file: PathBuf,
        /// Where, by id or name
        #[arg(long)]
        space: String,
    },
    /// List what is kept for the texts of a space, and where it is used
    List {
        /// Which, by id or name
        #[arg(long)]
        space: String,
    },
    /// Remove what no text, earlier version or draft refers to; without an undo
    Remove {
        /// What, by its SHA-256
        #[arg(required = true, value_name = "SHA256")]
        which: Vec<String>,
        /// From where, by id or name
        #[arg(long)]
        space: String,
    },
}

/// What was deleted here.
#[derive(Debug, Subcommand)]
pub enum TrashCommand {
    /// List what was deleted here, last deleted first
    List,
    /// Bring something back
    Restore {
        /// Its id
        id: String,
    },
    /// Delete something for good, with its history
    Purge {
        /// Its id
        id: String,
    },
}

/// Spaces.
#[derive(Debug, Subcommand)]
pub enum SpaceCommand {
    /// Make a space that stays on this computer
    New {
        /// Its name
        name: String,
    },
    /// Courses or categories that an account may keep
    #[cfg(feature = "sync-engine")]
    Available {
        /// Id of the account
        account: String,
    },
    /// Keep a course or category; the next sync gets it
    #[cfg(feature = "sync-engine")]
    Keep {
        /// Id of the account
        account: String,
        /// Its id on the site, as `space available` lists it
        #[arg(value_name = "REMOTE_ID")]
        remote: String,
    },
    /// List the spaces
    List,
}

/// What `edit` takes.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
pub struct EditArguments {
    /// Id of the document
    pub id: String,
    /// New title
    #[arg(long, group = "change")]
    pub title: Option<String>,
    /// File with the new source; `-` for the input
    #[arg(long, value_name = "F", group = "change")]
    pub body_file: Option<PathBuf>,
    /// A field and its value: JSON where it reads as JSON, else text
    #[arg(long, value_name = "FIELD=VALUE", group = "change", value_parser = field)]
    pub set: Vec<(String, String)>,
}

/// What `new` takes.
#[derive(Debug, Args)]
pub struct NewArguments {
    /// What to make
    pub kind: NewKind,
    /// Where, by id or name
    #[arg(long)]
    pub space: String,
    /// For a post: its topic. For a reply: its discussion or announcement. For either: the one under it that it answers
    #[arg(long, value_name = "ID", required_if_eq_any([("kind", "post"), ("kind", "reply")]))]
    pub parent: Option<String>,
    /// Title; a post and a reply have none
    #[arg(long, required_unless_present = "parent")]
    pub title: Option<String>,
    /// File with the source; `-` for the input
    #[arg(long, value_name = "F")]
    pub body_file: PathBuf,
}

/// What `import` takes.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The folder
    #[arg(required_unless_present = "undo")]
    pub from: Option<PathBuf>,
    /// Where to, by id or name
    #[arg(long, required_unless_present = "undo")]
    pub space: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub plan: bool,
    /// Take the last import back, by the name that it printed
    #[arg(long, value_name = "IMPORT", conflicts_with_all = ["from", "space", "plan"])]
    pub undo: Option<String>,
}

/// What `history` takes.
#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// Id of the document
    pub id: String,
    /// Show what the document says otherwise than this version; of two versions, what the second says otherwise than the first
    #[arg(long, value_name = "REVISION", num_args = 1..=2)]
    pub difference: Vec<String>,
}

/// What `retention` takes.
#[derive(Debug, Args)]
pub struct RetentionArguments {
    /// Keep every version of so many days
    #[arg(value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: Option<u32>,
    /// Keep every version for ever
    #[arg(long, conflicts_with = "days")]
    pub for_ever: bool,
}

/// What `move` takes.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("place").required(true))]
pub struct MoveArguments {
    /// Its id, as `tree` lists it
    pub id: String,
    /// Right before this one
    #[arg(long, value_name = "ID", group = "place")]
    pub before: Option<String>,
    /// Right after this one
    #[arg(long, value_name = "ID", group = "place")]
    pub after: Option<String>,
    /// To the end of this module or page, or of the space
    #[arg(long, value_name = "ID", group = "place")]
    pub into: Option<String>,
}

/// What can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names say it, and a comment would become help text")]
pub enum NewKind {
    Page,
    Assignment,
    Discussion,
    Announcement,
    Topic,
    Post,
    Reply,
}

/// What `resolve` takes.
#[cfg(feature = "sync-engine")]
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("choice").required(true))]
pub struct ResolveArguments {
    /// Id of the document
    pub id: String,
    /// Yours, where both sides changed the same words
    #[arg(long, group = "choice")]
    pub mine: bool,
    /// The site's, where both sides changed the same words
    #[arg(long, group = "choice")]
    pub theirs: bool,
    /// File with the text that shall stand; `-` for the input
    #[arg(long, value_name = "F", group = "choice")]
    pub file: Option<PathBuf>,
}

/// What `strategy` takes.
#[cfg(feature = "sync-engine")]
#[derive(Debug, Args)]
pub struct StrategyArguments {
    /// The one to choose; without it, the one that is chosen is shown
    pub choose: Option<StrategyChoice>,
    /// For this space, by id or name; without it and without a document, for everything
    #[arg(long, value_name = "SPACE", conflicts_with = "document")]
    pub space: Option<String>,
    /// For this document, by id
    #[arg(long, value_name = "ID")]
    pub document: Option<String>,
}

/// What can be chosen.
#[cfg(feature = "sync-engine")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StrategyChoice {
    /// Join what fits together, ask for the rest
    Ask,
    /// Canvas's copy wins
    PreferCanvas,
    /// The forum's copy wins
    PreferDiscourse,
    /// The copy edited last wins, where that is sure
    PreferMostRecent,
    /// Join; Canvas wins what overlaps
    MergePreferCanvas,
    /// Join; the forum wins what overlaps
    MergePreferDiscourse,
    /// Leave it to the space's choice, else to the one for everything
    Inherit,
}

/// `FIELD=VALUE` as a name and JSON text.
fn field(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it has to read FIELD=VALUE")?;
    if name.is_empty() {
        return Err("it has to read FIELD=VALUE".to_owned());
    }
    let json = match serde_json::from_str(value) {
        Ok(json) => json,
        Err(_) => serde_json::Value::String(value.to_owned()),
    };
    // Fields hold no other shapes.
    let fits = match &json {
        serde_json::Value::Object(_) => false,
        serde_json::Value::Array(items) => items.iter().all(serde_json::Value::is_string),
        _ => true,
    };
    if fits { Ok((name.to_owned(), json.to_string())) } else { Err(format!("{value} is no value of a field")) }
}
