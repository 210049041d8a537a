//! What became of writes whose answer was lost: each is looked for on its site before anything is received or sent.

use domain::plan::{Action, Line};
use domain::{Found, Operation, RemoteError, RemoteErrorKind};
use store::JournalEntry;

use crate::Run;
use crate::error::Result;
use crate::guards::EngineGuard;
use crate::report::{Did, Item, LeftOut};
use crate::site::{RunningSite, SiteSpace};

impl Run<'_> {
    /// Looks for every write whose answer was lost, before anything else is received or sent. A site on which one cannot be looked for is
    /// left out of this run: received, the lost object would become a second one here; sent again, a second one there.
    pub(crate) async fn settle_journal(&self, site: &RunningSite) -> Result<(Vec<Item>, Option<LeftOut>)> {
        let mut items = Vec::new();
        for entry in self.store.journal_open(site.site.account).await? {
            let Some(space) = site.site.spaces.iter().find(|space| space.id == entry.space) else { continue };
            if !site.is_in() {
                break;
            }
            if !self.has(EngineGuard::Adoption) {
                self.store.journal_drop(&entry.id, "not looked for").await?;
                continue;
            }
            let line = self.line_of(site, &entry).await?;
            match self.looked_for(site, space, &entry).await? {
                Ok(Found::Here(object)) => {
                    items.push(self.confirm(site, &line, &entry, &object, None, Did::Adopted).await?)
                }
                Ok(Found::Absent) => self.store.journal_drop(&entry.id, "not there: it is sent again").await?,
                Ok(Found::Waiting(words)) => {
                    self.store.journal_queued(&entry, &words, self.now()).await?;
                    items.push(self.item(&line, Did::Queued, words));
                }
                Ok(Found::Unsure(words)) => items.push(self.doubt(&line, &entry, &words).await?),
                Err(error) if error.is_final() || error.kind == RemoteErrorKind::NotFound => {
                    items.push(self.doubt(&line, &entry, &error.words).await?);
                }
                Err(error) => {
                    site.leave(error.kind);
                    return Ok((items, Some(site.left_out(None, &error))));
                }
            }
        }
        self.settle_unsure(site, &mut items).await?;
        self.settle_waiting(site, items).await
    }

    /// Of a write nobody can tell whether it arrived. Something new waits for the person, edited or not, as it could be there twice; an
    /// update or delete is refused only as it is, for sent again it is guarded.
    async fn doubt(&self, line: &Line, entry: &JournalEntry, words: &str) -> Result<Item> {
        if !matches!(entry.change.operation, Operation::Create { .. }) {
            self.store.park_on(entry.account, entry.entity, entry.counter, words, self.now()).await?;
            self.store.journal_drop(&entry.id, words).await?;
            return Ok(self.item(line, Did::Parked, words.to_owned()));
        }
        let words = format!("It may be there already: {words}. Look there before you send it again.");
        self.store.journal_doubt(entry, &words, self.now()).await?;
        Ok(self.item(line, Did::Parked, words))
    }

    /// Looks again for what may have arrived. Only finding it settles anything: what is not found may have been changed there beyond
    /// recognition, or be received as something new by now.
    async fn settle_unsure(&self, site: &RunningSite, items: &mut Vec<Item>) -> Result<()> {
        for entry in self.store.journal_unsure(site.site.account).await? {
            let Some(space) = site.site.spaces.iter().find(|space| space.id == entry.space) else { continue };
            if items.iter().any(|item| item.entity == Some(entry.entity))
                || self.store.get(entry.entity).await?.deleted_at.is_some()
            {
                continue;
            }
            if let Ok(Found::Here(object)) = self.looked_for(site, space, &entry).await? {
                let line = self.line_of(site, &entry).await?;
                items.push(self.confirm(site, &line, &entry, &object, None, Did::Adopted).await?);
            }
        }
        Ok(())
    }

    /// Looks what became of what waited for a moderator. What was approved is adopted before it is received as something new; what is not
    /// there any more was refused, or approved with changes: that only a person can tell, and nothing is sent again by itself.
    async fn settle_waiting(&self, site: &RunningSite, mut items: Vec<Item>) -> Result<(Vec<Item>, Option<LeftOut>)> {
        for entry in self.store.journal_waiting(site.site.account).await? {
            let Some(space) = site.site.spaces.iter().find(|space| space.id == entry.space) else { continue };
            match self.looked_for(site, space, &entry).await? {
                Ok(Found::Waiting(_)) => {}
                Ok(Found::Here(object)) => {
                    let line = self.line_of(site, &entry).await?;
                    items.push(self.confirm(site, &line, &entry, &object, None, Did::Adopted).await?);
                }
                Ok(Found::Absent | Found::Unsure(_)) => {
                    let words = "It no longer waits for a moderator, and the forum does not show it: it was refused, or changed while it was approved.";
                    let line = self.line_of(site, &entry).await?;
                    self.store.park_on(entry.account, entry.entity, entry.counter, words, self.now()).await?;
                    self.store.journal_drop(&entry.id, words).await?;
                    items.push(self.item(&line, Did::Parked, words.to_owned()));
                }
                Err(error) if error.concerns_the_site() => {
                    site.leave(error.kind);
                    return Ok((items, Some(site.left_out(None, &error))));
                }
                // It waits on; the next run looks again.
                Err(_) => {}
            }
        }
        Ok((items, None))
    }

    /// What the site says of a write; what is mapped already is not what it made.
    async fn looked_for(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        entry: &JournalEntry,
    ) -> Result<std::result::Result<Found, RemoteError>> {
        let mapped = self.store.mapped(site.site.account, space.id).await?.into_iter().map(|row| row.remote).collect();
        Ok(site.site.remote.find(&space.remote, &entry.change, &mapped).await)
    }

    async fn line_of(&self, site: &RunningSite, entry: &JournalEntry) -> Result<Line> {
        let entity = self.store.get(entry.entity).await?;
        Ok(Line {
            entity: Some(entry.entity),
            remote: None,
            space: entry.space,
            account: site.site.account,
            kind: entity.kind,
            title: entity.content.title,
            action: Action::Nothing,
        })
    }
}
