//! What waits for a person: conflicts and questions, kept whole; and what a site refused.

use chrono::{DateTime, Utc};
use domain::reconcile::{Merged, merge_contents};
use domain::{AccountId, Content, EntityId, Format, RemoteObject, VersionVector};
use serde::{Deserialize, Serialize};
use sqlx::{Row, Sqlite, Transaction};

use crate::entities::{get_in, write_content};
use crate::linked::{Party, set_base_of};
use crate::mirror::set_base;
use crate::settling::Here;
use crate::text::{json, parse, parse_json, parse_time, time};
use crate::vectors::{set_vector, vector_in};
use crate::{Error, Result, Store};

/// What sort of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictSort {
    /// Changed on both sides in the same place.
    EditedBoth,
    /// Edited here, deleted there.
    EditedHereDeletedThere,
    /// Deleted here, edited there.
    DeletedHereEditedThere,
    /// One of many things that are gone from a space at once.
    ManyGone,
}

/// A conflict, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictRow {
    /// Of what.
    pub entity: EntityId,
    /// With which account.
    pub account: AccountId,
    /// What sort.
    pub sort: ConflictSort,
    /// What both last agreed on.
    pub base: Option<Content>,
    /// Ours when it was found.
    pub mine: Option<Content>,
    /// The site's when it was found.
    pub theirs: Option<RemoteObject>,
    /// What fits together and what does not.
    pub merged: Option<Merged>,
    /// The remote copy's vector, counting the edit in question.
    pub remote_vector: VersionVector,
    /// Whether our write replaced theirs, which stands on the site no more: the base stays what the site has.
    #[serde(default)]
    pub overwritten: bool,
    /// Where both sites of a linked document changed it: each of them, so that one answer settles all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl ConflictRow {
    /// The same conflict over the text as it is here now; nothing where it is the one that was asked about.
    #[must_use]
    pub fn anew(&self, format: Format, current: &Content) -> Option<Self> {
        let (Some(_), Some(theirs)) = (&self.merged, &self.theirs) else { return None };
        if self.mine.as_ref() == Some(current) {
            return None;
        }
        let base = self.base.clone().unwrap_or_default();
        let merged = merge_contents(format, &base, current, &theirs.content);
        Some(Self { mine: Some(current.clone()), merged: Some(merged), ..self.clone() })
    }

    /// How its texts are written: as at home, whichever site it is with.
    fn format(&self) -> Format {
        let there = self.theirs.as_ref().map_or(Format::Html, |theirs| theirs.remote.kind.format());
        let is_far = self.parties.iter().any(|party| party.account == self.account && party.home.is_some());
        match (is_far, there) {
            (true, Format::Html) => Format::Markdown,
            (true, _) => Format::Html,
            (false, there) => there,
        }
    }

    /// What a choice comes to where something was typed here since the conflict was found: both, or nothing where the two do not fit
    /// together, so that the person is asked about the text as it is now.
    #[must_use]
    pub fn settled_with(&self, current: &Content, chosen: &Content) -> Option<Content> {
        let format = self.format();
        match &self.mine {
            Some(mine) if mine != current && self.sort == ConflictSort::EditedBoth => {
                merge_contents(format, mine, current, chosen).clean()
            }
            _ => Some(chosen.clone()),
        }
    }
}

/// What a site refused for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Of what.
    pub entity: EntityId,
    /// The counter of the content that was refused.
    pub counter: i64,
    /// The site's words.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whether it waits for a moderator, not for the person.
    pub queued: bool,
    /// When it goes by itself, where only a limit of the site holds it.
    pub until: Option<DateTime<Utc>>,
    /// Whether it may be on the site already: sent again, it could be there twice.
    pub unsure: bool,
    /// Whether it waits because the workspace is an older copy: where the site is as both last agreed, it goes by itself.
    pub copied: bool,
    /// Which site, where it is not the document's home.
    pub account: Option<AccountId>,
}

impl Store {
    /// Keeps a conflict. One that is known already keeps its age.
    pub async fn put_conflict(&self, mut conflict: ConflictRow) -> Result<()> {
        if let Some(known) = self.conflict(conflict.entity).await? {
            conflict.since = known.since;
        }
        let mut transaction = self.begin().await?;
        sqlx::query("INSERT OR REPLACE INTO conflicts (entity, row) VALUES (?1, ?2)")
            .bind(conflict.entity.to_string())
            .bind(json("conflict", &conflict)?)
            .execute(&mut *transaction)
            .await?;
        if let Some(theirs) = &conflict.theirs {
            self.revise(
                &mut transaction,
                conflict.entity,
                &theirs.content,
                "replaced",
                &conflict.account.to_string(),
                false,
                conflict.since,
            )
            .await?;
        }
        self.commit(transaction, "conflict").await
    }

    /// Ends a conflict or question that both sides have outgrown: nothing about it waits for a person any more.
    pub async fn end_conflict(&self, entity: EntityId) -> Result<()> {
        let mut transaction = self.begin().await?;
        outgrow(&mut transaction, entity, None).await?;
        self.commit(transaction, "conflict ended").await
    }

    /// The conflict of an entity.
    pub async fn conflict(&self, entity: EntityId) -> Result<Option<ConflictRow>> {
        let text: Option<String> = sqlx::query_scalar("SELECT row FROM conflicts WHERE entity = ?1")
            .bind(entity.to_string())
            .fetch_optional(&self.reader)
            .await?;
        text.map(|text| parse_json("conflict", &text)).transpose()
    }

    /// All conflicts, oldest first.
    pub async fn conflicts(&self) -> Result<Vec<ConflictRow>> {
        const STATEMENT: &str = "SELECT row FROM conflicts ORDER BY row ->> '$.since', entity";
        let _timed = self.timed("list conflicts", STATEMENT);
        let rows: Vec<String> = sqlx::query_scalar(STATEMENT).fetch_all(&self.reader).await?;
        rows.iter().map(|text| parse_json("conflict", text)).collect()
    }

    /// Settles a conflict with a content: the site's copy becomes the base, and ours is one edit ahead of it unless it says the same.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is settled already: a second answer changes nothing. [`Error::Raced`] where the choice does not fit with what was typed since: nothing is changed, and the question is to be asked [anew](ConflictRow::anew).
    pub async fn settle_conflict(
        &self,
        entity: EntityId,
        content: &Content,
        canonical_hash: &domain::ContentHash,
        sends: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        // Whoever else settles it waits here, and then finds none.
        let mut transaction = self.begin().await?;
        let conflict = self.conflict(entity).await?.ok_or(Error::NotFound("conflict"))?;
        let base = self.mapping(entity, conflict.account).await?.map(|mapping| mapping.base.content);
        let before = get_in(&mut transaction, entity).await?.content;
        let vector = vector_in(&mut transaction, entity).await?;
        let here = Here { content: &before, vector: &vector, base: base.as_ref(), device: self.device };
        let settled = conflict.settled(&here, content, sends).ok_or(Error::Raced)?;
        for version in settled.versions(&conflict, &before) {
            self.revise(&mut transaction, entity, version.content, "resolve", &version.origin, version.lost, now)
                .await?;
        }
        if let Some((theirs, remote_vector)) = settled.base(&conflict) {
            set_base(&mut transaction, entity, conflict.account, theirs, canonical_hash, remote_vector, now).await?;
        }
        for party in &conflict.parties {
            settle_party(&mut transaction, entity, party, now).await?;
        }
        write_content(&mut transaction, entity, &settled.content, now).await?;
        set_vector(&mut transaction, entity, "local", &settled.local_vector).await?;
        sqlx::query("UPDATE core_entities SET deleted_at = NULL WHERE id = ?1")
            .bind(entity.to_string())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM conflicts WHERE entity = ?1")
            .bind(entity.to_string())
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "settle").await
    }

    /// Takes an entity off its home site: what is here stays as a document that was never there, and the next sync makes it again where `again`.
    pub async fn unmap(&self, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        for statement in [
            "DELETE FROM version_vectors WHERE entity = ?1 AND holder <> 'local'
               AND NOT EXISTS (SELECT 1 FROM linked WHERE linked.entity = ?1 AND linked.account = holder)",
            "DELETE FROM mirror WHERE entity = ?1
               AND NOT EXISTS (SELECT 1 FROM linked WHERE linked.entity = ?1 AND linked.account = mirror.account)",
            "DELETE FROM conflicts WHERE entity = ?1",
            "DELETE FROM parked WHERE entity = ?1 AND account IS NULL",
        ] {
            sqlx::query(statement).bind(entity.to_string()).execute(&mut *transaction).await?;
        }
        sqlx::query("UPDATE core_entities SET counter = counter + 1, updated_at = ?2 WHERE id = ?1")
            .bind(entity.to_string())
            .bind(time(now))
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "unmap").await
    }

    /// Parks what a site refused for good.
    pub async fn park(&self, entity: EntityId, counter: i64, reason: &str, now: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.begin().await?;
        put_parked(&mut transaction, entity, None, counter, reason, false, now).await?;
        self.commit(transaction, "park").await
    }

    /// Parks what one of the sites of a document refused. The others are sent to all the same.
    pub async fn park_on(
        &self,
        account: AccountId,
        entity: EntityId,
        counter: i64,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        put_parked(&mut transaction, entity, Some(account), counter, reason, false, now).await?;
        self.commit(transaction, "park").await
    }

    /// Parks what a limit of the site holds: the first sync after `until` sends it.
    pub async fn park_until(
        &self,
        entity: EntityId,
        counter: i64,
        reason: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.park_for_now(None, entity, counter, reason, until, now).await
    }

    /// The same for one of the sites of a document.
    pub async fn park_until_on(
        &self,
        account: AccountId,
        entity: EntityId,
        counter: i64,
        reason: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.park_for_now(Some(account), entity, counter, reason, until, now).await
    }

    async fn park_for_now(
        &self,
        account: Option<AccountId>,
        entity: EntityId,
        counter: i64,
        reason: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        put_parked(&mut transaction, entity, account, counter, reason, false, now).await?;
        sqlx::query(
            "UPDATE parked SET until = ?2 WHERE entity = ?1
               AND account IS (SELECT account FROM linked WHERE linked.entity = ?1 AND linked.account = ?3)",
        )
        .bind(entity.to_string())
        .bind(time(until))
        .bind(account.map(|account| account.to_string()))
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "park until").await
    }

    /// Lets the next sync try again. What may be on the site already is then sent all the same: the person has looked.
    pub async fn unpark(&self, entity: EntityId) -> Result<()> {
        let mut transaction = self.begin().await?;
        for statement in [
            "DELETE FROM parked WHERE entity = ?1",
            "UPDATE journal SET state = 'dropped', words = 'sent again as the person said' WHERE entity = ?1 AND state = 'unsure'",
        ] {
            sqlx::query(statement).bind(entity.to_string()).execute(&mut *transaction).await?;
        }
        self.commit(transaction, "unpark").await
    }

    /// What is parked of an entity.
    pub async fn parked(&self, entity: EntityId) -> Result<Option<Parked>> {
        Ok(self.all_parked().await?.into_iter().find(|parked| parked.entity == entity))
    }

    /// What is parked of an entity on one of its sites.
    pub async fn parked_on(&self, entity: EntityId, account: AccountId) -> Result<Option<Parked>> {
        let link = self.link_of(entity, account).await?.map(|link| link.account);
        Ok(self.all_parked().await?.into_iter().find(|parked| parked.entity == entity && parked.account == link))
    }

    /// Everything that is parked and has not been edited since; what may be on its site already, edited or not.
    pub async fn all_parked(&self) -> Result<Vec<Parked>> {
        let rows = sqlx::query(
            "SELECT parked.*, EXISTS (SELECT 1 FROM journal WHERE journal.entity = parked.entity AND state = 'unsure') AS unsure
             FROM parked JOIN core_entities ON id = parked.entity
             WHERE parked.counter = core_entities.counter OR (unsure AND deleted_at IS NULL) ORDER BY since, parked.entity",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Parked {
                    entity: parse("entity id", row.get("entity"))?,
                    counter: row.get("counter"),
                    reason: row.get("reason"),
                    since: parse_time(row.get("since"))?,
                    queued: row.get("queued"),
                    until: row.get::<Option<String>, _>("until").map(|at| parse_time(&at)).transpose()?,
                    unsure: row.get("unsure"),
                    copied: row.get("copied"),
                    account: row.get::<Option<String>, _>("account").map(|id| parse("account id", &id)).transpose()?,
                })
            })
            .collect()
    }
}

pub(crate) async fn put_parked(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    account: Option<AccountId>,
    counter: i64,
    reason: &str,
    queued: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO parked (entity, counter, reason, since, queued, account)
         VALUES (?1, ?2, ?3, ?4, ?5, (SELECT account FROM linked WHERE linked.entity = ?1 AND linked.account = ?6))",
    )
    .bind(entity.to_string())
    .bind(counter)
    .bind(reason)
    .bind(time(now))
    .bind(queued)
    .bind(account.map(|account| account.to_string()))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// One site's part of an answer: its copy becomes the base, unless something newer of it came in since, or the document stands there
/// no longer.
async fn settle_party(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    party: &Party,
    now: DateTime<Utc>,
) -> Result<()> {
    let stands: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM mirror WHERE entity = ?1 AND account = ?2)")
        .bind(entity.to_string())
        .bind(party.account.to_string())
        .fetch_one(&mut **transaction)
        .await?;
    if !stands {
        return Ok(());
    }
    let known: Option<String> =
        sqlx::query_scalar("SELECT vector FROM version_vectors WHERE entity = ?1 AND holder = ?2")
            .bind(entity.to_string())
            .bind(party.account.to_string())
            .fetch_optional(&mut **transaction)
            .await?;
    let known: VersionVector = known.map_or_else(|| Ok(VersionVector::new()), |text| parse("version vector", &text))?;
    if known.contains(&party.remote_vector) {
        return Ok(());
    }
    let (account, hash, home) = (party.account, &party.canonical_hash, party.home.as_deref());
    set_base_of(transaction, entity, account, &party.object, hash, &party.remote_vector, home, now).await
}

/// Takes away what both sides have outgrown. A text that our write replaced is asked about until a person has looked at it.
/// With an account, only what was asked about that one.
pub(crate) async fn outgrow(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    account: Option<AccountId>,
) -> Result<()> {
    sqlx::query(
        "DELETE FROM conflicts WHERE entity = ?1 AND NOT coalesce(row ->> '$.overwritten', 0)
           AND (?2 IS NULL OR row ->> '$.account' = ?2)",
    )
    .bind(entity.to_string())
    .bind(account.map(|account| account.to_string()))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
