//! What is written down once a write arrived.

use domain::plan::Line;
use domain::{Content, Operation, RemoteObject, Token, fact};
use store::{Confirm, JournalEntry};

use crate::Run;
use crate::error::Result;
use crate::guards::EngineGuard;
use crate::notes::notes;
use crate::report::{Did, Item};
use crate::set_back::ANOTHER_NOW;
use crate::site::RunningSite;
use crate::states::canonical;

impl Run<'_> {
    /// Writes down that a push arrived: mapping, base, vectors and journal in one transaction.
    pub(crate) async fn confirm(
        &self,
        site: &RunningSite,
        line: &Line,
        entry: &JournalEntry,
        object: &RemoteObject,
        overwritten: Option<RemoteObject>,
        did: Did,
    ) -> Result<Item> {
        let deleted = matches!(entry.change.operation, Operation::Delete { .. });
        let mut object = object.clone();
        let told = object.facts.remove(fact::TOLD);
        if !self.has(EngineGuard::ReadBack) {
            object.content = entry.change.content.clone();
            object.returned_body.clone_from(&object.content.body);
        }
        let mut entry = entry.clone();
        if !self.has(EngineGuard::ChangeCounter) {
            entry.counter = self.store.get(entry.entity).await?.counter;
        }
        // Found later, or confirmed over what was typed meanwhile, what is there may hold others' edits of other parts: taken as the base,
        // they would look like ours to take out.
        let edited = self.store.get(entry.entity).await?.counter != entry.counter;
        if overwritten.is_none()
            && (did == Did::Adopted || edited)
            && let Some(own) = without_others(&entry, &object, edited, |object| canonical(&*site.site.remote, object))
        {
            object = own;
        }
        let (object, entry) = (&object, &entry);
        self.make_room(site, entry, object).await?;
        let rejoined = match (&overwritten, &entry.change.operation) {
            (Some(slipped_in), Operation::Update { base, .. }) => {
                let merged = domain::reconcile::merge_contents(
                    line.kind.format(),
                    &base.content,
                    &entry.change.content,
                    &slipped_in.content,
                );
                Some(merged)
            }
            _ => None,
        };
        let confirm = Confirm {
            entry: entry.clone(),
            object: object.clone(),
            canonical_hash: canonical(&*site.site.remote, object).hash(),
            deleted,
            overwritten: overwritten.clone(),
            rejoined,
            far: None,
            device: self.device,
            now: self.now(),
        };
        let confirm = match (&entry.home, self.far_of(site, entry.entity).await?) {
            (Some(home), Some(far)) => far.confirmed(&*site.site.remote, confirm, home, did)?,
            // Unlinked while it was on its way: it stays there, and nothing here knows of it.
            (Some(_), None) => {
                self.store.journal_drop(&entry.id, "unlinked meanwhile").await?;
                return Ok(self.item(line, did, String::new()));
            }
            (None, _) => confirm,
        };
        let replaced = self.store.journal_confirm(confirm).await?;
        // Theirs may fit with what was sent and not with what was typed since: what was kept says which it is.
        let asks = overwritten.is_some()
            && self.store.conflict(entry.entity).await?.is_some_and(|conflict| conflict.overwritten);
        let mut item = self.item(line, if asks { Did::Conflict } else { did }, String::new());
        item.before = replaced.map(|replaced| replaced.before);
        item.after = replaced.map(|replaced| replaced.after);
        item.remote = Some(object.remote.clone());
        if !deleted {
            item.notes = notes(site, &entry.change, object);
        }
        item.notes.extend(told);
        if let Some(slipped_in) = overwritten {
            let who = slipped_in.changed_by.unwrap_or_else(|| "Someone".to_owned());
            item.notes.push(format!("{who} wrote there at the same moment. Both texts are kept."));
        }
        Ok(item)
    }

    /// An id that a site has just given to something new and that is mapped to another thing was given away a second time: that thing is not
    /// there any more, and is set apart.
    async fn make_room(&self, site: &RunningSite, entry: &JournalEntry, object: &RemoteObject) -> Result<()> {
        let account = site.site.account;
        if let Operation::Create { .. } = &entry.change.operation
            && let Some(other) = self.store.by_remote(account, &object.remote).await?
            && other != entry.entity
        {
            self.store.set_apart(other, account, ANOTHER_NOW, self.now()).await?;
        }
        Ok(())
    }
}

/// An object with the parts that a write did not touch as they were before it, and the token of then, so that the next pull sees
/// what others made of them; nothing where they are as they were.
fn without_others(
    entry: &JournalEntry,
    object: &RemoteObject,
    edited: bool,
    form: impl Fn(&RemoteObject) -> Content,
) -> Option<RemoteObject> {
    let mut own = object.clone();
    let (base, changed) = match &entry.change.operation {
        Operation::Update { base, changed, .. } => (base, changed),
        // Something new was all ours. Not edited since, it takes over what is there.
        Operation::Create { .. } if edited => {
            own.content.title.clone_from(&entry.change.content.title);
            own.content.body.clone_from(&entry.change.content.body);
            own.returned_body.clone_from(&entry.change.content.body);
            own.token = Token::default();
            return (form(&own) != form(object)).then_some(own);
        }
        _ => return None,
    };
    if !changed.title {
        own.content.title.clone_from(&base.content.title);
    }
    if !changed.body {
        own.content.body.clone_from(&base.content.body);
        own.returned_body.clone_from(&base.returned_body);
    }
    own.content.fields.retain(|name, _| changed.fields.contains(name));
    let untouched = base.content.fields.iter().filter(|(name, _)| !changed.fields.contains(*name));
    own.content.fields.extend(untouched.map(|(name, value)| (name.clone(), value.clone())));
    if own.content == object.content {
        return None;
    }
    own.token = base.token.clone();
    Some(own)
}
