//! What is sent, or waits to be: journal, questions, refusals, files.

use chrono::{DateTime, Utc};
use domain::{AccountId, EntityId, SpaceId};
use store::{Confirm, ConflictRow, JournalEntry, KnownUpload, Parked, Replaced, Result, SentBefore};

use super::{Memory, State};

impl Memory {
    pub(crate) async fn journal_waiting(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Queued))
    }

    pub(crate) async fn journal_unsure(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Unsure))
    }

    pub(crate) async fn sent_before(&self, entity: EntityId) -> Result<Option<SentBefore>> {
        Ok(self.book().sent_before(entity, None))
    }

    pub(crate) async fn put_conflict(&self, mut conflict: ConflictRow) -> Result<()> {
        self.write("conflict", |book| {
            if let Some(known) = book.conflicts.get(&conflict.entity) {
                conflict.since = known.since;
            }
            if let Some(theirs) = &conflict.theirs {
                let (entity, origin) = (conflict.entity, conflict.account.to_string());
                book.revise(self.next_seed(), entity, &theirs.content, "replaced", &origin, false, conflict.since);
            }
            book.conflicts.insert(conflict.entity, conflict);
            Ok(())
        })
        .await
    }

    pub(crate) async fn end_conflict(&self, entity: EntityId) -> Result<()> {
        self.write("conflict ended", |book| {
            book.outgrow(entity, None);
            Ok(())
        })
        .await
    }

    pub(crate) async fn conflict(&self, entity: EntityId) -> Result<Option<ConflictRow>> {
        Ok(self.book().conflicts.get(&entity).cloned())
    }

    pub(crate) async fn conflicts(&self) -> Result<Vec<ConflictRow>> {
        let mut rows: Vec<ConflictRow> = self.book().conflicts.values().cloned().collect();
        rows.sort_by_key(|row| (row.since, row.entity));
        Ok(rows)
    }

    pub(crate) async fn journal_intend(&self, entry: &JournalEntry) -> Result<()> {
        self.write("journal intended", |book| {
            book.journal.insert(entry.id.clone(), (entry.clone(), State::Intended));
            Ok(())
        })
        .await
    }

    pub(crate) async fn journal_open(&self, account: AccountId) -> Result<Vec<JournalEntry>> {
        Ok(self.book().entries(account, State::Intended))
    }

    pub(crate) async fn journal_drop(&self, id: &str, _words: &str) -> Result<()> {
        self.write("journal dropped", |book| {
            book.mark(id, State::Dropped);
            Ok(())
        })
        .await
    }

    pub(crate) async fn journal_queued(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("journal parked", |book| {
            book.mark(&entry.id, State::Queued);
            book.put_parked(entry.entity, Some(entry.account), entry.counter, words, true, now);
            Ok(())
        })
        .await
    }

    pub(crate) async fn journal_doubt(&self, entry: &JournalEntry, words: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("journal parked", |book| {
            book.mark(&entry.id, State::Unsure);
            book.put_parked(entry.entity, Some(entry.account), entry.counter, words, false, now);
            Ok(())
        })
        .await
    }

    pub(crate) async fn journal_confirm(&self, confirm: Confirm) -> Result<Option<Replaced>> {
        self.write("journal confirmed", |book| self.confirmed(book, confirm)).await
    }

    pub(crate) async fn park(&self, entity: EntityId, counter: i64, reason: &str, now: DateTime<Utc>) -> Result<()> {
        self.write("park", |book| {
            book.put_parked(entity, None, counter, reason, false, now);
            Ok(())
        })
        .await
    }

    pub(crate) async fn park_until(
        &self,
        entity: EntityId,
        counter: i64,
        reason: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write("park until", |book| {
            book.put_parked(entity, None, counter, reason, false, now);
            if let Some(parked) = book.parked.get_mut(&(entity, None)) {
                parked.until = Some(until);
            }
            Ok(())
        })
        .await
    }

    pub(crate) async fn parked(&self, entity: EntityId) -> Result<Option<Parked>> {
        Ok(self.book().parked(entity, None))
    }

    pub(crate) async fn count_run(&self) -> Result<()> {
        let next = self.book().sent.max(self.beside()) + 1;
        self.write("run counted", |book| {
            book.sent = next;
            Ok(())
        })
        .await?;
        self.note(next);
        Ok(())
    }

    pub(crate) async fn hold_copied(&self, entities: &[EntityId]) -> Result<()> {
        if entities.is_empty() || !self.book().parked.values().any(|parked| parked.copied) {
            return Ok(());
        }
        self.write("held", |book| {
            let held = book.parked.iter_mut().filter(|((entity, _), _)| entities.contains(entity));
            held.for_each(|(_, parked)| parked.copied = false);
            Ok(())
        })
        .await
    }

    pub(crate) async fn upload_of(&self, place: &str, sha256: &str) -> Result<Option<KnownUpload>> {
        Ok(self.book().uploads.get(&(place.to_owned(), sha256.to_owned())).cloned())
    }

    pub(crate) async fn upload_intend(&self, _: &str, _: &str, _: DateTime<Utc>) -> Result<()> {
        self.write("upload intended", |_| Ok(())).await
    }

    pub(crate) async fn upload_done(
        &self,
        place: &str,
        _: SpaceId,
        sha256: &str,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write("upload done", |book| {
            let known = KnownUpload { address: address.to_owned(), at: now };
            book.uploads.insert((place.to_owned(), sha256.to_owned()), known);
            Ok(())
        })
        .await
    }

    pub(crate) async fn forget_uploads(&self, place: &str) -> Result<()> {
        self.write("uploads forgotten", |book| {
            book.uploads.retain(|(of, _), _| of != place);
            Ok(())
        })
        .await
    }
}
