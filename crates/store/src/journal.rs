//! The journal: each write to a site is on disk before it is sent, and until its outcome is known.

use chrono::{DateTime, Utc};
use domain::reconcile::{Merged, merge_contents};
use domain::{
    AccountId, Change, Content, ContentHash, DeviceId, EntityId, Operation, RemoteObject, Replica, RunId, SpaceId,
    VersionVector,
};
use serde::{Deserialize, Serialize};

use crate::conflicts::{outgrow, put_parked};
use crate::entities::{get_in, write_content};
use crate::linked::{FarSide, is_linked, set_base_of};
use crate::text::{json, parse_json, time};
use crate::vectors::{set_vector, vector_in};
use crate::{ConflictRow, ConflictSort, Entity, Replaced, Result, Store};

/// One intended write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Its witness.
    pub id: String,
    /// The run that intended it.
    pub run: RunId,
    /// Of what.
    pub entity: EntityId,
    /// Where to.
    pub account: AccountId,
    /// In which space.
    pub space: SpaceId,
    /// The write, whole.
    pub change: Change,
    /// Our copy's vector when the request body was made: an edit made during the push stays pending.
    pub local_vector: VersionVector,
    /// Our copy's counter then.
    pub counter: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said so in the home's words, where it went to a linked document's other copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Content>,
}

/// Why an entity is not sent again, edited or not: an earlier attempt is on the site, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentBefore {
    /// It was taken and waits for a moderator.
    WithModerator,
    /// Whether it arrived cannot be told: a person has to look.
    Unsure,
}

/// What is written when a push is known to have arrived.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// The entry.
    pub entry: JournalEntry,
    /// What the site made of it.
    pub object: RemoteObject,
    /// The hash of its canonical form.
    pub canonical_hash: ContentHash,
    /// Whether it was a delete.
    pub deleted: bool,
    /// A version by someone else that our write replaced.
    pub overwritten: Option<RemoteObject>,
    /// The same joined with ours.
    pub rejoined: Option<Merged>,
    /// The object in its own words, where it is a linked document's other copy: all other contents here are in the home's then.
    pub far: Option<FarSide>,
    /// This installation.
    pub device: DeviceId,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Store {
    /// Writes down that a change is about to be sent.
    pub async fn journal_intend(&self, entry: &JournalEntry) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO journal (id, entity, account, at, state, entry) VALUES (?1, ?2, ?3, ?4, 'intended', ?5)",
        )
        .bind(&entry.id)
        .bind(entry.entity.to_string())
        .bind(entry.account.to_string())
        .bind(time(entry.at))
        .bind(json("journal entry", entry)?)
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "journal intended").await
    }

    /// Entries whose outcome is not known, oldest first.
    pub async fn journal_open(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        self.journal_in(account, "intended").await
    }

    /// Entries that were taken and wait for a moderator, oldest first.
    pub async fn journal_waiting(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        self.journal_in(account, "queued").await
    }

    /// Entries of which nobody can tell whether they arrived, oldest first.
    pub async fn journal_unsure(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        self.journal_in(account, "unsure").await
    }

    /// What became of an attempt that keeps an entity from being sent: sent again, it could be there twice.
    pub async fn sent_before(&self, entity: EntityId) -> Result<Option<SentBefore>> {
        let state: Option<String> = sqlx::query_scalar(
            "SELECT state FROM journal WHERE entity = ?1 AND state IN ('queued', 'unsure') ORDER BY state LIMIT 1",
        )
        .bind(entity.to_string())
        .fetch_optional(&self.reader)
        .await?;
        Ok(state.map(|state| if state == "queued" { SentBefore::WithModerator } else { SentBefore::Unsure }))
    }

    /// The same for one of the sites that an entity stands on.
    pub async fn sent_before_on(&self, entity: EntityId, account: AccountId) -> Result<Option<SentBefore>> {
        let state: Option<String> = sqlx::query_scalar(
            "SELECT state FROM journal WHERE entity = ?1 AND account = ?2 AND state IN ('queued', 'unsure') ORDER BY state LIMIT 1",
        )
        .bind(entity.to_string())
        .bind(account.to_string())
        .fetch_optional(&self.reader)
        .await?;
        Ok(state.map(|state| if state == "queued" { SentBefore::WithModerator } else { SentBefore::Unsure }))
    }

    async fn journal_in(&self, account: AccountId, state: &str) -> Result<Vec<JournalEntry>> {
        let rows: Vec<String> = sqlx::query_scalar(
            "SELECT entry FROM journal WHERE account = ?1 AND state = ?2 AND entity IN (SELECT id FROM core_entities)
             ORDER BY at, id",
        )
        .bind(account.to_string())
        .bind(state)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|text| parse_json("journal entry", text)).collect()
    }

    /// Writes down that a change was certainly not carried out, and why.
    pub async fn journal_drop(&self, id: &str, words: &str) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE journal SET state = 'dropped', words = ?2 WHERE id = ?1")
            .bind(id)
            .bind(words)
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "journal dropped").await
    }

    /// Writes down that a moderator has to approve it.
    pub async fn journal_queued(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()> {
        self.journal_parked(entry, "queued", words, now).await
    }

    /// Writes down that nobody can tell whether it arrived. It is not sent again until the person says so, by [`Store::unpark`].
    pub async fn journal_doubt(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()> {
        self.journal_parked(entry, "unsure", words, now).await
    }

    async fn journal_parked(&self, entry: &JournalEntry, state: &str, words: &str, now: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE journal SET state = ?3, words = ?2 WHERE id = ?1")
            .bind(&entry.id)
            .bind(words)
            .bind(state)
            .execute(&mut *transaction)
            .await?;
        // In the same transaction: a new post that is in the queue and not parked would be sent a second time.
        let (entity, account) = (entry.entity, Some(entry.account));
        put_parked(&mut transaction, entity, account, entry.counter, words, state == "queued", now).await?;
        self.commit(transaction, "journal parked").await
    }

    /// Writes down that a change arrived: base, vectors, mapping, journal and history in one transaction.
    pub async fn journal_confirm(&self, confirm: Confirm) -> Result<Option<Replaced>> {
        let Confirm { entry, object, canonical_hash, deleted, overwritten, rejoined, far, device, now } = confirm;
        let origin = entry.account.to_string();
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE journal SET state = 'confirmed' WHERE id = ?1")
            .bind(&entry.id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "DELETE FROM parked WHERE entity = ?1
               AND account IS (SELECT account FROM linked WHERE linked.entity = ?1 AND linked.account = ?2)",
        )
        .bind(entry.entity.to_string())
        .bind(&origin)
        .execute(&mut *transaction)
        .await?;
        // It is there: that another attempt may have arrived holds nothing back any more.
        sqlx::query(
            "UPDATE journal SET state = 'dropped', words = 'it is there' WHERE entity = ?1 AND account = ?2 AND state IN ('queued', 'unsure')",
        )
        .bind(entry.entity.to_string())
        .bind(&origin)
        .execute(&mut *transaction)
        .await?;
        outgrow(&mut transaction, entry.entity, Some(entry.account)).await?;
        if deleted {
            sqlx::query("DELETE FROM mirror WHERE entity = ?1 AND account = ?2")
                .bind(entry.entity.to_string())
                .bind(&origin)
                .execute(&mut *transaction)
                .await?;
            self.split_all(&mut transaction, entry.entity, now).await?;
            let local = get_in(&mut transaction, entry.entity).await?;
            let now_kept =
                self.version_of(&mut transaction, entry.entity, &local.content, "delete", "you", now).await?;
            self.commit(transaction, "journal confirmed").await?;
            return Ok(Some(Replaced { before: now_kept, after: now_kept }));
        }
        let replaced = match &entry.change.operation {
            Operation::Update { base, .. } => {
                let (of, cause) = (entry.entity, "before");
                let before = self.version_of(&mut transaction, of, &base.content, cause, &origin, now).await?;
                let after = self.version_of(&mut transaction, of, &object.content, "sent", &origin, now).await?;
                Some(Replaced { before, after })
            }
            _ => None,
        };
        let local = get_in(&mut transaction, entry.entity).await?;
        let mut local_vector = vector_in(&mut transaction, entry.entity).await?;
        let mut remote_vector = entry.local_vector.clone();
        let edited_meanwhile = local.counter != entry.counter;

        let rejoined = overwritten.as_ref().zip(rejoined);
        if let Some((slipped_in, merged)) = rejoined {
            // Their edit is counted; what it becomes here is our next edit, or a question.
            remote_vector.bump(Replica::Account(entry.account));
            local_vector = local_vector.join(&remote_vector);
            self.revise(&mut transaction, entry.entity, &slipped_in.content, "overwrite", &origin, true, now).await?;
            match joined(&entry, &local, edited_meanwhile, &merged) {
                // The site has the joined text already, as it sent only what changed here; ours still lacks their part.
                Some(content) if content == object.content => {
                    if local.content != content {
                        self.revise(&mut transaction, entry.entity, &content, "merge", &origin, false, now).await?;
                        write_content(&mut transaction, entry.entity, &content, now).await?;
                    }
                }
                Some(content) => {
                    self.revise(&mut transaction, entry.entity, &content, "merge", &origin, false, now).await?;
                    write_content(&mut transaction, entry.entity, &content, now).await?;
                    local_vector.bump(Replica::Device(device));
                }
                None => {
                    let conflict = ConflictRow {
                        entity: entry.entity,
                        account: entry.account,
                        sort: ConflictSort::EditedBoth,
                        base: base_of(&entry),
                        // What was joined. What was typed since is joined with the choice when it is made.
                        mine: Some(entry.change.content.clone()),
                        theirs: Some(RemoteObject { content: slipped_in.content.clone(), ..object.clone() }),
                        merged: Some(merged),
                        remote_vector: remote_vector.clone(),
                        overwritten: true,
                        parties: Vec::new(),
                        since: now,
                    };
                    sqlx::query("INSERT OR REPLACE INTO conflicts (entity, row) VALUES (?1, ?2)")
                        .bind(entry.entity.to_string())
                        .bind(json("conflict", &conflict)?)
                        .execute(&mut *transaction)
                        .await?;
                }
            }
        } else if !edited_meanwhile {
            // The site's bytes are taken, so that local and base are one text again; what was typed is in the history.
            if local.content != object.content {
                self.revise(&mut transaction, entry.entity, &local.content, "replaced", "you", false, now).await?;
                self.revise(&mut transaction, entry.entity, &object.content, "sent", &origin, false, now).await?;
                write_content(&mut transaction, entry.entity, &object.content, now).await?;
                if is_linked(&mut transaction, entry.entity).await? && far.is_none() {
                    // What its home made of it is news for its other sites.
                    remote_vector.bump(Replica::Account(entry.account));
                }
            }
            local_vector = remote_vector.clone();
        } else if !local_vector.contains(&entry.local_vector) {
            // Thrown away here after it had been sent: going back is an edit of its own, which the next sync sends.
            local_vector = local_vector.join(&entry.local_vector).bumped(Replica::Device(device));
        }
        if let Some(there) = object.facts.get(domain::fact::SPACE).filter(|_| far.is_none()) {
            // A topic that was sent to another category that is kept stands in that one now, with its posts.
            sqlx::query(
                "UPDATE core_entities SET space = kept.id FROM (SELECT id FROM spaces WHERE account = ?2 AND remote = ?3) AS kept
                 WHERE (core_entities.id = ?1 OR core_entities.parent = ?1) AND space <> kept.id",
            )
            .bind(entry.entity.to_string())
            .bind(&origin)
            .bind(there)
            .execute(&mut *transaction)
            .await?;
        }
        let (object, home) = far.as_ref().map_or((&object, None), |far| (&far.object, Some(far.home.as_str())));
        let (entity, account) = (entry.entity, entry.account);
        set_base_of(&mut transaction, entity, account, object, &canonical_hash, &remote_vector, home, now).await?;
        set_vector(&mut transaction, entry.entity, "local", &local_vector).await?;
        self.commit(transaction, "journal confirmed").await?;
        Ok(replaced)
    }
}

/// What ours becomes where a write replaced somebody's: their part, our part, and what was typed here meanwhile; nothing where
/// that does not fit together.
pub fn joined(entry: &JournalEntry, local: &Entity, edited_meanwhile: bool, merged: &Merged) -> Option<Content> {
    let both = merged.clean()?;
    match edited_meanwhile {
        false => Some(both),
        true => merge_contents(local.kind.format(), &entry.change.content, &local.content, &both).clean(),
    }
}

/// What a write started from.
pub fn base_of(entry: &JournalEntry) -> Option<Content> {
    match &entry.change.operation {
        Operation::Update { base, .. } => Some(base.content.clone()),
        _ => None,
    }
}
