//! What arrives: news of a site, and the answer to a write.

use domain::{EntityId, Format, Operation, RemoteObject, Replica};
use store::{Applied, Arrival, Confirm, ConflictRow, ConflictSort, Entity, PullApply, Replaced, Result};

use super::{Book, Memory, State};

impl Memory {
    /// Something that is seen for the first time; nothing where it is known, or stands under what is not.
    pub(super) fn taken_in(&self, book: &mut Book, arrival: &Arrival) -> Result<Option<EntityId>> {
        let Arrival { space, account, object, canonical_hash, vector, now } = arrival.clone();
        let parent = object.parent.as_ref().map(|parent| book.entity_of(account, parent));
        if book.entity_of(account, &object.remote).is_some() || parent == Some(None) {
            return Ok(None);
        }
        book.staging.insert((space, object.remote.clone()), None);
        let apply = PullApply {
            space,
            account,
            entity: None,
            expected_counter: None,
            canonical_hash,
            far: None,
            content: Some(object.content.clone()),
            object,
            parent: parent.flatten(),
            local_vector: vector.clone(),
            remote_vector: vector,
            cause: "pull",
            now,
        };
        Ok(match self.applied(book, &apply)? {
            Applied::Done(id, _) => Some(id),
            Applied::Raced => None,
        })
    }

    pub(super) fn applied(&self, book: &mut Book, apply: &PullApply) -> Result<Applied> {
        let origin = apply.account.to_string();
        let mut replaced = None;
        let id = match apply.entity {
            None => {
                let id = EntityId::new(self.next_seed());
                let content = apply.content.clone().unwrap_or_else(|| apply.object.content.clone());
                let kind = apply.object.remote.kind;
                let entity = Entity {
                    id,
                    space: apply.space,
                    kind,
                    parent: apply.parent,
                    content: content.clone(),
                    format: kind.format(),
                    created_at: apply.now,
                    updated_at: apply.now,
                    deleted_at: None,
                    counter: 1,
                    opened_at: None,
                };
                debug_assert!(entity.format != Format::None || entity.content.body.is_empty());
                book.entities.insert(id, entity);
                book.revise(self.next_seed(), id, &content, apply.cause, &origin, false, apply.now);
                id
            }
            Some(id) => {
                let before = book.entity(id)?.content.clone();
                if let Some(content) = apply.content.as_ref().filter(|content| **content != before) {
                    let from = book.revise(self.next_seed(), id, &before, "replaced", "you", false, apply.now);
                    if apply.object.content != *content {
                        let theirs = &apply.object.content;
                        book.revise(self.next_seed(), id, theirs, "pull", &origin, false, apply.now);
                    }
                    let to = book.revise(self.next_seed(), id, content, apply.cause, &origin, false, apply.now);
                    replaced = Some(Replaced { before: from, after: to });
                    book.write_content(id, content, apply.now)?;
                } else if apply.content.as_ref().is_some_and(|content| *content != apply.object.content) {
                    book.version_of(self.next_seed(), id, &apply.object.content, "pull", &origin, apply.now);
                }
                match &apply.far {
                    Some(_) => book.link_moved(id, apply.account, apply.space),
                    None => {
                        let entity = book.change(id)?;
                        entity.parent = apply.parent.or(entity.parent);
                    }
                }
                id
            }
        };
        let PullApply { account, object, far, remote_vector, now, .. } = apply;
        book.set_base_of(id, *account, object, far.as_ref(), remote_vector, *now)?;
        book.local.insert(id, apply.local_vector.clone());
        book.outgrow(id, Some(apply.account));
        Ok(Applied::Done(id, replaced))
    }

    pub(super) fn confirmed(&self, book: &mut Book, confirm: Confirm) -> Result<Option<Replaced>> {
        let Confirm { entry, object, canonical_hash: _, deleted, overwritten, rejoined, far, device, now } = confirm;
        let (id, origin) = (entry.entity, entry.account.to_string());
        book.mark(&entry.id, State::Confirmed);
        book.end_doubt(id, entry.account);
        book.parked.remove(&(id, book.link_account(id, Some(entry.account))));
        book.outgrow(id, Some(entry.account));
        let local = book.entity(id)?.clone();
        if deleted {
            book.unmap_from(id, Some(entry.account));
            self.split_all(book, id, now)?;
            let kept = book.version_of(self.next_seed(), id, &local.content, "delete", "you", now);
            return Ok(Some(Replaced { before: kept, after: kept }));
        }
        let replaced = match &entry.change.operation {
            Operation::Update { base, .. } => {
                let before = book.version_of(self.next_seed(), id, &base.content, "before", &origin, now);
                let after = book.version_of(self.next_seed(), id, &object.content, "sent", &origin, now);
                Some(Replaced { before, after })
            }
            _ => None,
        };
        let mut local_vector = book.vector(id);
        let mut remote_vector = entry.local_vector.clone();
        let edited_meanwhile = local.counter != entry.counter;
        if let Some((slipped_in, merged)) = overwritten.as_ref().zip(rejoined) {
            remote_vector.bump(Replica::Account(entry.account));
            local_vector = local_vector.join(&remote_vector);
            book.revise(self.next_seed(), id, &slipped_in.content, "overwrite", &origin, true, now);
            match store::joined(&entry, &local, edited_meanwhile, &merged) {
                Some(content) if content == object.content => {
                    if local.content != content {
                        book.revise(self.next_seed(), id, &content, "merge", &origin, false, now);
                        book.write_content(id, &content, now)?;
                    }
                }
                Some(content) => {
                    book.revise(self.next_seed(), id, &content, "merge", &origin, false, now);
                    book.write_content(id, &content, now)?;
                    local_vector.bump(Replica::Device(device));
                }
                None => {
                    let theirs = RemoteObject { content: slipped_in.content.clone(), ..object.clone() };
                    let conflict = ConflictRow {
                        entity: id,
                        account: entry.account,
                        sort: ConflictSort::EditedBoth,
                        base: store::base_of(&entry),
                        mine: Some(entry.change.content.clone()),
                        theirs: Some(theirs),
                        merged: Some(merged),
                        remote_vector: remote_vector.clone(),
                        overwritten: true,
                        parties: Vec::new(),
                        since: now,
                    };
                    book.conflicts.insert(id, conflict);
                }
            }
        } else if !edited_meanwhile {
            if local.content != object.content {
                book.revise(self.next_seed(), id, &local.content, "replaced", "you", false, now);
                book.revise(self.next_seed(), id, &object.content, "sent", &origin, false, now);
                book.write_content(id, &object.content, now)?;
                if book.links.keys().any(|(linked, _)| *linked == id) && far.is_none() {
                    remote_vector.bump(Replica::Account(entry.account));
                }
            }
            local_vector = remote_vector.clone();
        } else if !local_vector.contains(&entry.local_vector) {
            local_vector = local_vector.join(&entry.local_vector).bumped(Replica::Device(device));
        }
        book.set_base_of(id, entry.account, &object, far.as_ref(), &remote_vector, now)?;
        book.local.insert(id, local_vector);
        Ok(replaced)
    }
}
