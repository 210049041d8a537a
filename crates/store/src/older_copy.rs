//! Whether a workspace is an older copy of itself: brought back from a backup, or taken over from elsewhere. Each run that sends something
//! is counted twice, in the workspace and in a note beside its folder, which no copy of the folder brings back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::{AccountId, Change, EntityId, Operation, RunId, VersionVector};
use sqlx::{Sqlite, Transaction};

use crate::conflicts::put_parked;
use crate::entities::get_in;
use crate::text::{json, parse, time};
use crate::vectors::vector_in;
use crate::{Error, JournalEntry, Result, Store, Unsent, UnsentChange};

/// The setting that counts the runs.
const SENT: &str = "runs_that_sent";

/// Why an edit waits.
const MAY_BE_SENT: &str = "This is an older copy of the workspace. This change may have been sent already, and taken back there since. Look there, then send it again or let it go.";

/// Why something new waits.
const MAY_BE_THERE: &str = "It may be there already: this is an older copy of the workspace, and it may have been sent since the copy was made. Look there before you send it again.";

/// What a workspace turned out to be when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descent {
    /// The one that last sent something from here, or one that never sent anything.
    Own,
    /// An older state of the one that was used here.
    Older {
        /// So many runs that sent something it does not know of.
        runs: u64,
    },
    /// One that sent things from elsewhere: another computer, or another folder.
    Elsewhere,
}

impl Descent {
    /// What follows from the count in the workspace and the count beside it.
    #[must_use]
    pub fn of(inside: u64, beside: Option<u64>) -> Self {
        match beside {
            Some(beside) if beside > inside => Self::Older { runs: beside - inside },
            None if inside > 0 => Self::Elsewhere,
            _ => Self::Own,
        }
    }
}

/// What [`Store::recognise`] found and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised {
    /// What the workspace is.
    pub descent: Descent,
    /// Unsent changes that wait, since they may have been sent already.
    pub waiting: usize,
}

impl Store {
    /// Looks whether this workspace is an older copy. Where it is, what is unsent in it may have been sent already: something new waits until
    /// it is found on its site or the person says so, an edit until its site shows that nothing came in between.
    pub async fn recognise(&self, now: DateTime<Utc>) -> Result<Recognised> {
        let note = note_of(&self.folder);
        let (inside, beside) = (self.runs_that_sent().await?, read(&note));
        let descent = Descent::of(inside, beside);
        if descent == Descent::Own {
            return Ok(Recognised { descent, waiting: 0 });
        }
        let next = inside.max(beside.unwrap_or(0)) + 1;
        if let Err(error) = write(&note, next) {
            // Without a note it would be found again at each start.
            tracing::warn!(%error, "no note can be kept beside the workspace");
            return Ok(Recognised { descent: Descent::Own, waiting: 0 });
        }
        // A link that led nowhere yet may have been followed: made again, it would be there twice. The person links again.
        let mut transaction = self.begin().await?;
        sqlx::query(
            "DELETE FROM linked WHERE NOT EXISTS (SELECT 1 FROM mirror WHERE mirror.entity = linked.entity AND mirror.account = linked.account)",
        )
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "links without an end").await?;
        let mut unsent = Vec::new();
        for row in self.outbox().await?.into_iter().filter(|row| !row.conflict) {
            // Something new that was refused then may have been mended and sent since.
            let is_held = match row.change {
                UnsentChange::New => row.refused.is_some() && self.sent_before(row.entity).await?.is_some(),
                UnsentChange::Edited | UnsentChange::Deleted => row.refused.is_some(),
            };
            if !is_held {
                unsent.push(row);
            }
        }
        let mut transaction = self.begin().await?;
        let mut waiting = 0;
        for unsent in &unsent {
            if unsent.change == UnsentChange::New {
                self.doubt_new(&mut transaction, unsent, now).await?;
            }
            let counter = get_in(&mut transaction, unsent.entity).await?.counter;
            for account in unsent_to(&mut transaction, unsent.entity).await? {
                put_parked(&mut transaction, unsent.entity, Some(account), counter, MAY_BE_SENT, false, now).await?;
                set_copied(&mut transaction, unsent.entity, Some(account), true).await?;
            }
            waiting += 1;
        }
        // What was received for a pull that was cut off then is old by now.
        sqlx::query("DELETE FROM pulls").execute(&mut *transaction).await?;
        set_count(&mut transaction, next).await?;
        self.commit(transaction, "recognised").await?;
        Ok(Recognised { descent, waiting })
    }

    /// Counts a run that is about to send something: first in the workspace, so that what is beside it is never ahead of the one that is in use.
    pub async fn count_run(&self) -> Result<()> {
        let note = note_of(&self.folder);
        let next = self.runs_that_sent().await?.max(read(&note).unwrap_or(0)) + 1;
        let mut transaction = self.begin().await?;
        set_count(&mut transaction, next).await?;
        self.commit(transaction, "run counted").await?;
        if let Err(error) = write(&note, next) {
            tracing::warn!(%error, "no note can be kept beside the workspace");
        }
        Ok(())
    }

    /// Their site shows that something came in between: what waits of them does so until the person decides.
    pub async fn hold_copied(&self, entities: &[EntityId]) -> Result<()> {
        if entities.is_empty() || !self.any_copied().await? {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        for entity in entities {
            set_copied(&mut transaction, *entity, None, false).await?;
        }
        self.commit(transaction, "held").await
    }

    /// Takes an entity off an object that is another one by now, and keeps it here with the reason why it is not sent.
    pub async fn set_apart(
        &self,
        entity: EntityId,
        account: AccountId,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if self.link_of(entity, account).await?.is_some() {
            return self.drop_link(entity, account).await;
        }
        let mut transaction = self.begin().await?;
        for statement in [
            "DELETE FROM mirror WHERE entity = ?1 AND account = ?2",
            "DELETE FROM version_vectors WHERE entity = ?1 AND holder = ?2",
        ] {
            sqlx::query(statement)
                .bind(entity.to_string())
                .bind(account.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query("DELETE FROM conflicts WHERE entity = ?1")
            .bind(entity.to_string())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE core_entities SET counter = counter + 1 WHERE id = ?1")
            .bind(entity.to_string())
            .execute(&mut *transaction)
            .await?;
        let counter = get_in(&mut transaction, entity).await?.counter;
        put_parked(&mut transaction, entity, None, counter, reason, false, now).await?;
        self.commit(transaction, "set apart").await
    }

    async fn runs_that_sent(&self) -> Result<u64> {
        Ok(self.setting(SENT).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    async fn any_copied(&self) -> Result<bool> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM parked WHERE copied)").fetch_one(&self.reader).await?)
    }

    /// Something new is looked for as what may have arrived is: by what it says, among what was made there since it was made here.
    async fn doubt_new(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        unsent: &Unsent,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let entity = get_in(transaction, unsent.entity).await?;
        let Some(account) = self.space(unsent.space).await?.account else { return Ok(()) };
        let parent = match entity.parent {
            Some(parent) => self.mapping(parent, account).await?.map(|mapping| mapping.remote),
            None => None,
        };
        let witness = format!("lectern-{}", RunId::new(self.seed()));
        let local_vector: VersionVector = vector_in(transaction, unsent.entity).await?;
        let entry = JournalEntry {
            id: witness.clone(),
            run: RunId::new(self.seed()),
            entity: unsent.entity,
            account,
            space: unsent.space,
            change: Change {
                operation: Operation::Create { kind: entity.kind, parent },
                content: entity.content,
                witness,
                begun_at: entity.created_at,
            },
            local_vector,
            counter: entity.counter,
            at: now,
            home: None,
        };
        sqlx::query(
            "INSERT INTO journal (id, entity, account, at, state, entry) VALUES (?1, ?2, ?3, ?4, 'unsure', ?5)",
        )
        .bind(&entry.id)
        .bind(entry.entity.to_string())
        .bind(entry.account.to_string())
        .bind(time(now))
        .bind(json("journal entry", &entry)?)
        .execute(&mut **transaction)
        .await?;
        put_parked(transaction, entry.entity, None, entry.counter, MAY_BE_THERE, false, now).await
    }
}

async fn set_count(transaction: &mut Transaction<'static, Sqlite>, count: u64) -> Result<()> {
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(SENT)
    .bind(count.to_string())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Accounts on which an entity stands that do not know the edits made here.
async fn unsent_to(transaction: &mut Transaction<'static, Sqlite>, entity: EntityId) -> Result<Vec<AccountId>> {
    let accounts: Vec<String> = sqlx::query_scalar(
        "SELECT mirror.account FROM mirror
         LEFT JOIN version_vectors ours ON ours.entity = mirror.entity AND ours.holder = 'local'
         LEFT JOIN version_vectors theirs ON theirs.entity = mirror.entity AND theirs.holder = mirror.account
         WHERE mirror.entity = ?1 AND coalesce(ours.vector, '{}') <> coalesce(theirs.vector, '{}') ORDER BY mirror.account",
    )
    .bind(entity.to_string())
    .fetch_all(&mut **transaction)
    .await?;
    accounts.iter().map(|account| parse("account id", account)).collect()
}

/// Whether what is parked on an account, or on all, waits because the workspace is an older copy.
async fn set_copied(
    transaction: &mut Transaction<'static, Sqlite>,
    entity: EntityId,
    account: Option<AccountId>,
    copied: bool,
) -> Result<()> {
    sqlx::query(
        "UPDATE parked SET copied = ?2 WHERE entity = ?1 AND (?3 IS NULL
           OR account IS (SELECT account FROM linked WHERE linked.entity = ?1 AND linked.account = ?3))",
    )
    .bind(entity.to_string())
    .bind(copied)
    .bind(account.map(|account| account.to_string()))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Beside the folder, hidden, with its name in it.
fn note_of(folder: &Path) -> PathBuf {
    let name = folder.file_name().map_or_else(|| "workspace".into(), |name| name.to_string_lossy());
    folder.with_file_name(format!(".{name}.lectern-sent"))
}

/// The count of a note; nothing where there is none, or none that can be read.
fn read(note: &Path) -> Option<u64> {
    fs::read_to_string(note).ok()?.trim().parse().ok()
}

/// Whole or not at all: half a number would be a lower one.
fn write(note: &Path, count: u64) -> Result<()> {
    let beside = note.with_extension("new");
    let written = fs::write(&beside, format!("{count}\n")).and_then(|()| fs::rename(&beside, note));
    written.map_err(|source: io::Error| Error::file("keeping a note beside the workspace", source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beside_the_workspace_tells_an_older_copy_of_it() {
        for (inside, beside, expected) in [
            (0, None, Descent::Own),
            (4, Some(4), Descent::Own),
            // Counted here, and the note not yet written.
            (5, Some(4), Descent::Own),
            (4, Some(7), Descent::Older { runs: 3 }),
            (0, Some(1), Descent::Older { runs: 1 }),
            (4, None, Descent::Elsewhere),
        ] {
            assert_eq!(Descent::of(inside, beside), expected, "{inside} {beside:?}");
        }
    }
}
