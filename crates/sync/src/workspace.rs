//! What the engine asks of a workspace. `store::Store` is the one that people use; the simulation has a faster one that
//! passes the same tests.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::VersionVector;
use domain::links::Address;
use domain::{
    AccountId, Content, ContentHash, Cursor, DeviceId, EntityId, IdSeed, RemoteObject, RemoteRef, RevisionId, RunId,
    SpaceId,
};
use store::{
    Applied, Arrival, Confirm, ConflictRow, Entity, JournalEntry, KnownUpload, Link, Mapped, MappedRow, News, Parked,
    PullApply, PullState, Replaced, Result, Revision, Saved, SentBefore, Space, StaleLink, Store,
};

use crate::guards::Guards;

/// Hands the functions of [`Workspace`] to a macro, so that whatever stands for a workspace names each of them once.
#[doc(hidden)]
#[macro_export]
macro_rules! workspace_functions {
    ($then:ident) => {
        $then! {
            /// Notes that these objects were read and are what they were.
            fn note_verified(&self, account: AccountId, entities: &[EntityId], now: DateTime<Utc>) -> Result<()>;
            /// Takes over token, facts and rights of objects whose content is what the base says.
            fn refresh_mirror(&self, account: AccountId, objects: &[(EntityId, RemoteObject)], now: DateTime<Utc>) -> Result<()>;
            /// Takes an object over as the base although ours differs from it.
            fn rebase_mirror(&self, account: AccountId, entity: EntityId, object: &RemoteObject, hash: &ContentHash, now: DateTime<Utc>) -> Result<()>;
            /// Entries that were taken and wait for a moderator.
            fn journal_waiting(&self, account: AccountId) -> Result<Vec<JournalEntry>>;
            /// Entries of which nobody can tell whether they arrived.
            fn journal_unsure(&self, account: AccountId) -> Result<Vec<JournalEntry>>;
            /// What became of an attempt that keeps an entity from being sent.
            fn sent_before(&self, entity: EntityId) -> Result<Option<SentBefore>>;
            /// Whether something under a deleted entity was written since.
            fn written_under_since_deleted(&self, entity: EntityId) -> Result<bool>;
            /// Parks what a limit of the site holds until a moment.
            fn park_until(&self, entity: EntityId, counter: i64, reason: &str, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<()>;
            /// One entity, deleted ones too.
            fn get(&self, id: EntityId) -> Result<Entity>;
            /// Saves an edit as the person's.
            fn save(&self, id: EntityId, content: &Content, expected: Option<i64>, cause: &str, now: DateTime<Utc>) -> Result<Saved>;
            /// Deletes as the person's edit.
            fn delete(&self, id: EntityId, now: DateTime<Utc>) -> Result<Saved>;
            /// Versions of an entity, newest first.
            fn revisions(&self, entity: EntityId) -> Result<Vec<Revision>>;
            /// One version.
            fn revision(&self, id: RevisionId) -> Result<Revision>;
            /// Keeps a text in the history; the version that says the same already is named, where there is one.
            fn keep_version(&self, entity: EntityId, content: &Content, cause: &str, origin: &str, now: DateTime<Utc>) -> Result<RevisionId>;
            /// The mapping of an entity to an account.
            fn mapping(&self, entity: EntityId, account: AccountId) -> Result<Option<Mapped>>;
            /// All mappings of a space, without their bases.
            fn mapped(&self, account: AccountId, space: SpaceId) -> Result<Vec<MappedRow>>;
            /// Entities of a space that have no mapping and that a site could hold.
            fn unmapped(&self, space: SpaceId) -> Result<Vec<EntityId>>;
            /// The entity that an object is mapped to.
            fn by_remote(&self, account: AccountId, remote: &RemoteRef) -> Result<Option<EntityId>>;
            /// Puts an entity under another one, as its object stands under another there.
            fn stand_under(&self, entity: EntityId, account: AccountId, there: &RemoteRef, here: EntityId) -> Result<()>;
            /// Which edits our copy contains.
            fn vector(&self, entity: EntityId) -> Result<VersionVector>;
            /// Puts one answer of a list into staging.
            fn stage(&self, run: RunId, account: AccountId, space: SpaceId, objects: &[RemoteObject], unchanged: &[RemoteRef]) -> Result<()>;
            /// Everything staged of a space, beside what is known of it on an account.
            fn staged(&self, space: SpaceId, account: AccountId) -> Result<Vec<(RemoteRef, News)>>;
            /// One staged object.
            fn staged_object(&self, space: SpaceId, remote: &RemoteRef) -> Result<Option<RemoteObject>>;
            /// Empties the staging of a space.
            fn clear_staging(&self, space: SpaceId) -> Result<()>;
            /// Where an unfinished pull of a space goes on.
            fn pull_state(&self, space: SpaceId) -> Result<Option<PullState>>;
            /// Notes where a pull goes on, should it be cut off.
            fn set_pull_state(&self, space: SpaceId, begun_at: DateTime<Utc>, cursors: &[Cursor]) -> Result<()>;
            /// Notes that a pull came to its end.
            fn end_pull(&self, space: SpaceId) -> Result<()>;
            /// Takes in what a site shows for the first time.
            fn take_in(&self, arrivals: &[Arrival]) -> Result<Vec<Option<EntityId>>>;
            /// Writes an object's news in one transaction.
            fn apply_pull(&self, apply: PullApply) -> Result<Applied>;
            /// Both sides turned out to say the same: the vectors follow.
            fn join_unchanged(&self, entity: EntityId, account: AccountId, vector: &VersionVector) -> Result<()>;
            /// Writes down the places that a site has given by now to what made room for something that was sent.
            fn note_places(&self, places: &[(EntityId, i64)]) -> Result<()>;
            /// Moves to the trash what is gone from its site.
            fn delete_here(&self, entity: EntityId, expected: i64, now: DateTime<Utc>) -> Result<Applied>;
            /// Gone on both sides: the mapping is dropped.
            fn forget(&self, entity: EntityId, account: AccountId, now: DateTime<Utc>) -> Result<()>;
            /// Keeps a conflict or question.
            fn put_conflict(&self, conflict: ConflictRow) -> Result<()>;
            /// Ends one that both sides have outgrown.
            fn end_conflict(&self, entity: EntityId) -> Result<()>;
            /// The conflict of an entity.
            fn conflict(&self, entity: EntityId) -> Result<Option<ConflictRow>>;
            /// All conflicts, oldest first.
            fn conflicts(&self) -> Result<Vec<ConflictRow>>;
            /// Writes down that a change is about to be sent.
            fn journal_intend(&self, entry: &JournalEntry) -> Result<()>;
            /// Entries whose outcome is not known, oldest first.
            fn journal_open(&self, account: AccountId) -> Result<Vec<JournalEntry>>;
            /// Writes down that a change was certainly not carried out.
            fn journal_drop(&self, id: &str, words: &str) -> Result<()>;
            /// Writes down that a moderator has to approve it.
            fn journal_queued(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()>;
            /// Writes down that nobody can tell whether it arrived.
            fn journal_doubt(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()>;
            /// Writes down that a change arrived.
            fn journal_confirm(&self, confirm: Confirm) -> Result<Option<Replaced>>;
            /// Parks what a site refused for good.
            fn park(&self, entity: EntityId, counter: i64, reason: &str, now: DateTime<Utc>) -> Result<()>;
            /// What is parked of an entity.
            fn parked(&self, entity: EntityId) -> Result<Option<Parked>>;
            /// The link of a document to an account that is not its home.
            fn link_of(&self, entity: EntityId, account: AccountId) -> Result<Option<Link>>;
            /// All links.
            fn links(&self) -> Result<Vec<Link>>;
            /// Ends a link; both copies stay, each a document of its own.
            fn unlink(&self, entity: EntityId, account: AccountId, now: DateTime<Utc>) -> Result<()>;
            /// Ends a link whose other copy is gone.
            fn drop_link(&self, entity: EntityId, account: AccountId) -> Result<()>;
            /// What became of an attempt that keeps an entity from being sent to an account.
            fn sent_before_on(&self, entity: EntityId, account: AccountId) -> Result<Option<SentBefore>>;
            /// Parks what an account refused for good.
            fn park_on(&self, account: AccountId, entity: EntityId, counter: i64, reason: &str, now: DateTime<Utc>) -> Result<()>;
            /// Parks what a limit of an account's site holds until a moment.
            fn park_until_on(&self, account: AccountId, entity: EntityId, counter: i64, reason: &str, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<()>;
            /// What is parked of an entity on an account.
            fn parked_on(&self, entity: EntityId, account: AccountId) -> Result<Option<Parked>>;
            /// Counts a run that is about to send something.
            fn count_run(&self) -> Result<()>;
            /// What waits of these because the workspace is an older copy does so until the person decides.
            fn hold_copied(&self, entities: &[EntityId]) -> Result<()>;
            /// Takes an entity off an object that is another one by now, and parks it here.
            fn set_apart(&self, entity: EntityId, account: AccountId, reason: &str, now: DateTime<Utc>) -> Result<()>;
            /// Content type and bytes of a file kept here.
            fn blob(&self, sha256: &str) -> Result<(String, Vec<u8>)>;
            /// What a file became in a place.
            fn upload_of(&self, place: &str, sha256: &str) -> Result<Option<KnownUpload>>;
            /// Writes down that a file is about to be sent.
            fn upload_intend(&self, place: &str, sha256: &str, now: DateTime<Utc>) -> Result<()>;
            /// Writes down what a file became, and by which address bodies of a space show it.
            fn upload_done(&self, place: &str, space: SpaceId, sha256: &str, address: &str, now: DateTime<Utc>) -> Result<()>;
            /// What was put in a place is not believed to be there any more.
            fn forget_uploads(&self, place: &str) -> Result<()>;
            /// Entities of a space whose text refers to others by addresses of this computer.
            fn linking(&self, space: SpaceId) -> Result<Vec<EntityId>>;
            /// Keeps a report.
            fn put_report(&self, run: RunId, started_at: DateTime<Utc>, report: &str) -> Result<()>;
            /// One report.
            fn report(&self, run: RunId) -> Result<Option<String>>;
            /// One space.
            fn space(&self, id: SpaceId) -> Result<Space>;
            /// Makes or changes a space.
            fn put_space(&self, space: &Space) -> Result<()>;
            /// A setting's value.
            fn setting(&self, name: &str) -> Result<Option<String>>;
            /// Sets a setting.
            fn set_setting(&self, name: &str, value: &str) -> Result<()>;
        }
    };
}

macro_rules! define {
    ($($(#[$doc:meta])* fn $name:ident(&self $(, $arg:ident: $type:ty)*) -> $answer:ty;)*) => {
        /// A workspace, as the engine sees it. Each function that writes is one transaction; what each one promises is
        /// said where `store::Store` defines it.
        #[async_trait]
        pub trait Workspace: Send + Sync {
            /// This installation.
            fn device(&self) -> DeviceId;
            /// A seed for a new id.
            fn seed(&self) -> IdSeed;
            /// Which of the engine's guards are on: all of them, but in a simulation that shows what each is for.
            fn guards(&self) -> Guards {
                Guards::all()
            }
            /// Links that lead to where something was before. A workspace that keeps no index of links has none.
            async fn stale_links(&self, _: AccountId) -> Result<Vec<StaleLink>> {
                Ok(Vec::new())
            }
            /// What the links of a text were led to so far.
            async fn followed(&self, _: EntityId, _: AccountId) -> Result<Vec<(Address, Address)>> {
                Ok(Vec::new())
            }
            /// Saves a text whose links were led to where their targets are.
            async fn follow_links(&self, _: &[StaleLink], _: &Content, _: i64, _: DateTime<Utc>) -> Result<Option<Replaced>> {
                Ok(None)
            }
            /// Notes that a locked text keeps such links.
            async fn hold_links(&self, _: &[StaleLink]) -> Result<()> {
                Ok(())
            }
            /// The links of a text are followed anew.
            async fn follow_anew(&self, _: EntityId) -> Result<()> {
                Ok(())
            }
            /// What something that went to the trash was mapped to. A workspace that does not keep that has nothing, and all is made anew.
            async fn former_mapping(&self, _: EntityId, _: AccountId) -> Result<Option<RemoteRef>> {
                Ok(None)
            }
            /// Maps it to that again, with the base of then.
            async fn map_again(&self, _: EntityId, _: AccountId) -> Result<()> {
                Ok(())
            }
            $($(#[$doc])* async fn $name(&self $(, $arg: $type)*) -> $answer;)*
        }

        #[async_trait]
        impl Workspace for Store {
            fn device(&self) -> DeviceId {
                Store::device(self)
            }
            fn seed(&self) -> IdSeed {
                Store::seed(self)
            }
            async fn stale_links(&self, account: AccountId) -> Result<Vec<StaleLink>> {
                Store::stale_links(self, account).await
            }
            async fn followed(&self, source: EntityId, account: AccountId) -> Result<Vec<(Address, Address)>> {
                Store::followed(self, source, account).await
            }
            async fn follow_links(&self, links: &[StaleLink], content: &Content, expected: i64, now: DateTime<Utc>) -> Result<Option<Replaced>> {
                Store::follow_links(self, links, content, expected, now).await
            }
            async fn hold_links(&self, links: &[StaleLink]) -> Result<()> {
                Store::hold_links(self, links).await
            }
            async fn follow_anew(&self, source: EntityId) -> Result<()> {
                Store::follow_anew(self, source).await
            }
            async fn former_mapping(&self, entity: EntityId, account: AccountId) -> Result<Option<RemoteRef>> {
                Store::former_mapping(self, entity, account).await
            }
            async fn map_again(&self, entity: EntityId, account: AccountId) -> Result<()> {
                Store::map_again(self, entity, account).await
            }
            $(async fn $name(&self $(, $arg: $type)*) -> $answer {
                Store::$name(self $(, $arg)*).await
            })*
        }
    };
}

workspace_functions!(define);
