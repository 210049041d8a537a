//! What the book says, and its smallest changes.

use chrono::{DateTime, Utc};
use domain::{AccountId, EntityId, RemoteObject, RemoteRef, SpaceId, VersionVector};
use store::{JournalEntry, MappedRow, News, Parked, SentBefore};

use super::{Book, Mirror, State};

impl Book {
    /// What an object is mapped to.
    pub(super) fn entity_of(&self, account: AccountId, remote: &RemoteRef) -> Option<EntityId> {
        let mut mapped = self.mirror.iter();
        mapped.find(|((_, on), mirror)| *on == account && mirror.object.remote == *remote).map(|((id, _), _)| *id)
    }

    pub(super) fn entries(&self, account: AccountId, state: State) -> Vec<JournalEntry> {
        let own = self.journal.values().filter(|(entry, of)| entry.account == account && *of == state);
        let mut own: Vec<JournalEntry> = own.map(|(entry, _)| entry.clone()).collect();
        own.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
        own
    }

    /// What a pull brought, beside what is known on an account.
    pub(super) fn news(&self, account: AccountId, object: Option<&RemoteObject>) -> News {
        let Some(object) = object else { return News::Unchanged };
        let known = self.entity_of(account, &object.remote).and_then(|entity| self.mirror.get(&(entity, account)));
        // The same as the hash of the store is made of.
        let is_same = known.is_some_and(|Mirror { object: known, .. }| {
            known.token == object.token
                && (&known.content, &known.facts, &known.access, &known.returned_body)
                    == (&object.content, &object.facts, &object.access, &object.returned_body)
        });
        if is_same { News::Same } else { News::Object(Box::new(object.clone())) }
    }

    pub(super) fn mark(&mut self, id: &str, as_what: State) {
        if let Some((_, state)) = self.journal.get_mut(id) {
            *state = as_what;
        }
    }

    /// It is there: that another attempt may have arrived holds nothing back any more.
    pub(super) fn end_doubt(&mut self, entity: EntityId, account: AccountId) {
        for (entry, state) in self.journal.values_mut() {
            if entry.entity == entity && entry.account == account && matches!(state, State::Queued | State::Unsure) {
                *state = State::Dropped;
            }
        }
    }

    pub(super) fn put_parked(
        &mut self,
        entity: EntityId,
        account: Option<AccountId>,
        counter: i64,
        reason: &str,
        queued: bool,
        since: DateTime<Utc>,
    ) {
        let (reason, account) = (reason.to_owned(), self.link_account(entity, account));
        let parked =
            Parked { entity, counter, reason, since, queued, until: None, unsure: false, copied: false, account };
        self.parked.insert((entity, account), parked);
    }

    /// On one account, or on any.
    pub(super) fn sent_before(&self, entity: EntityId, account: Option<AccountId>) -> Option<SentBefore> {
        let own =
            |entry: &JournalEntry| entry.entity == entity && account.is_none_or(|account| entry.account == account);
        let is = |wanted: State| self.journal.values().any(|(entry, state)| own(entry) && *state == wanted);
        match (is(State::Queued), is(State::Unsure)) {
            (true, _) => Some(SentBefore::WithModerator),
            (false, true) => Some(SentBefore::Unsure),
            (false, false) => None,
        }
    }

    pub(super) fn written_under_since_deleted(&self, entity: EntityId) -> bool {
        let versions = |of: EntityId| self.revisions.get(&of).into_iter().flatten();
        let Some(deleted) =
            versions(entity).filter(|version| version.cause == "delete").map(|version| version.id).max()
        else {
            return false;
        };
        let below = self.entities.values().filter(|below| below.parent == Some(entity) && below.deleted_at.is_none());
        below.flat_map(|below| versions(below.id)).any(|version| {
            version.id > deleted
                && !["before", "sent", "replaced", "refresh", "join", "delete", "discard"].contains(&&*version.cause)
        })
    }

    pub(super) fn mapped(&self, account: AccountId, space: SpaceId) -> Vec<MappedRow> {
        let rows = self.mirror.iter().filter(|((entity, on), _)| {
            let stands = self.links.get(&(*entity, *on)).map(|(space, _)| *space);
            *on == account && stands.or_else(|| Some(self.entities.get(entity)?.space)) == Some(space)
        });
        rows.map(|((entity, on), mirror)| {
            let (ours, theirs) = (self.vector(*entity), self.remote.get(&(*entity, *on)));
            let same = theirs.map_or_else(|| ours == VersionVector::new(), |theirs| ours == *theirs);
            let deleted = self.entities.get(entity).is_some_and(|entity| entity.deleted_at.is_some());
            let quiet = same && !deleted && !self.conflicts.contains_key(entity);
            MappedRow::new(*entity, &mirror.object, mirror.verified_at, quiet)
        })
        .collect()
    }

    pub(super) fn unmapped(&self, space: SpaceId) -> Vec<EntityId> {
        let home = self.spaces.get(&space).and_then(|space| space.account);
        let own = self.entities.values().filter(|entity| entity.space == space).filter(|entity| {
            !self.mirror.keys().any(|(mapped, on)| *mapped == entity.id && home.is_none_or(|home| home == *on))
        });
        let linked = self.links.iter().filter(|(key, (to, _))| *to == space && !self.mirror.contains_key(key));
        let all = own.map(|entity| entity.id).chain(linked.map(|((entity, _), _)| *entity));
        let mut ids: Vec<EntityId> =
            all.filter(|id| self.entities.get(id).is_some_and(|entity| entity.deleted_at.is_none())).collect();
        ids.sort_unstable();
        ids
    }

    /// On one of its sites, or on any.
    pub(super) fn parked(&self, entity: EntityId, on: Option<Option<AccountId>>) -> Option<Parked> {
        let unsure = |(entry, state): &(JournalEntry, State)| entry.entity == entity && *state == State::Unsure;
        let unsure = self.journal.values().any(unsure);
        let row = self.entities.get(&entity)?;
        let counts = |parked: &&Parked| parked.counter == row.counter || (unsure && row.deleted_at.is_none());
        let own = self.parked.iter().filter(|((of, account), _)| *of == entity && on.is_none_or(|on| on == *account));
        own.map(|(_, parked)| parked).find(counts).map(|parked| Parked { unsure, ..parked.clone() })
    }
}
