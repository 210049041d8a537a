//! Documents that stand on a second site, too.

use chrono::{DateTime, Utc};
use domain::{AccountId, EntityId, Kind, RemoteObject, Replica, SpaceId, VersionVector};
use store::{Entity, Error, FarSide, Link, Parked, Party, Result, SentBefore};

use super::{Book, Memory, Mirror, State};

impl Memory {
    pub(crate) async fn link(&self, entity: EntityId, account: AccountId, space: SpaceId, kind: Kind) -> Result<()> {
        {
            let book = self.book();
            let home = book.spaces.get(&book.entity(entity)?.space).and_then(|space| space.account);
            let key = (entity, account);
            if home == Some(account) || book.links.contains_key(&key) || book.mirror.contains_key(&key) {
                return Err(Error::Taken);
            }
        }
        self.write("link", |book| {
            book.links.insert((entity, account), (space, kind));
            Ok(())
        })
        .await
    }

    pub(crate) async fn unlink(&self, entity: EntityId, account: AccountId, now: DateTime<Utc>) -> Result<()> {
        self.write("unlink", |book| self.split(book, entity, account, now)).await
    }

    pub(crate) async fn drop_link(&self, entity: EntityId, account: AccountId) -> Result<()> {
        self.write("link dropped", |book| {
            book.end_link(entity, account);
            Ok(())
        })
        .await
    }

    /// Ends all links of a document that goes: what is on its other sites stays.
    pub(super) fn split_all(&self, book: &mut Book, entity: EntityId, now: DateTime<Utc>) -> Result<()> {
        let own = book.links.keys().filter(|(linked, _)| *linked == entity).map(|(_, account)| *account);
        own.collect::<Vec<_>>().into_iter().try_for_each(|account| self.split(book, entity, account, now))
    }

    /// Makes a document of its own of the other copy, with what stands under it there.
    fn split(&self, book: &mut Book, entity: EntityId, account: AccountId, now: DateTime<Utc>) -> Result<()> {
        let key = (entity, account);
        if let (Some((space, _)), Some(mirror)) = (book.links.get(&key).copied(), book.mirror.remove(&key)) {
            let id = EntityId::new(self.next_seed());
            let (kind, content) = (mirror.object.remote.kind, mirror.object.content.clone());
            let row = Entity {
                id,
                space,
                kind,
                parent: None,
                content: content.clone(),
                format: kind.format(),
                created_at: now,
                updated_at: now,
                deleted_at: None,
                counter: 1,
                opened_at: None,
            };
            book.entities.insert(id, row);
            book.revise(self.next_seed(), id, &content, "pull", &account.to_string(), false, now);
            book.mirror.insert((id, account), Mirror { home: None, ..mirror });
            let vector = VersionVector::new().bumped(Replica::Account(account));
            book.remote.insert((id, account), vector.clone());
            book.local.insert(id, vector);
            let below = |row: &&mut Entity| row.parent == Some(entity) && row.space == space;
            book.entities.values_mut().filter(below).for_each(|row| row.parent = Some(id));
        }
        book.end_link(entity, account);
        Ok(())
    }

    pub(crate) async fn link_of(&self, entity: EntityId, account: AccountId) -> Result<Option<Link>> {
        Ok(self.book().link(entity, account))
    }

    pub(crate) async fn links(&self) -> Result<Vec<Link>> {
        let book = self.book();
        Ok(book.links.keys().filter_map(|(entity, account)| book.link(*entity, *account)).collect())
    }

    pub(crate) async fn sent_before_on(&self, entity: EntityId, account: AccountId) -> Result<Option<SentBefore>> {
        Ok(self.book().sent_before(entity, Some(account)))
    }

    pub(crate) async fn parked_on(&self, entity: EntityId, account: AccountId) -> Result<Option<Parked>> {
        let book = self.book();
        let on = book.link_account(entity, Some(account));
        Ok(book.parked(entity, Some(on)))
    }

    pub(crate) async fn park_on(
        &self,
        account: AccountId,
        entity: EntityId,
        counter: i64,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write("park", |book| {
            book.put_parked(entity, Some(account), counter, reason, false, now);
            Ok(())
        })
        .await
    }

    pub(crate) async fn park_until_on(
        &self,
        account: AccountId,
        entity: EntityId,
        counter: i64,
        reason: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write("park until", |book| {
            book.put_parked(entity, Some(account), counter, reason, false, now);
            let key = (entity, book.link_account(entity, Some(account)));
            if let Some(parked) = book.parked.get_mut(&key) {
                parked.until = Some(until);
            }
            Ok(())
        })
        .await
    }
}

impl Book {
    fn end_link(&mut self, entity: EntityId, account: AccountId) {
        self.links.remove(&(entity, account));
        self.mirror.remove(&(entity, account));
        self.remote.remove(&(entity, account));
        self.parked.remove(&(entity, Some(account)));
        if self.conflicts.get(&entity).is_some_and(|row| row.account == account && !row.overwritten) {
            self.conflicts.remove(&entity);
        }
        for (entry, state) in self.journal.values_mut() {
            if entry.entity == entity && entry.account == account && *state != State::Confirmed {
                *state = State::Dropped;
            }
        }
    }

    fn link(&self, entity: EntityId, account: AccountId) -> Option<Link> {
        let (space, kind) = *self.links.get(&(entity, account))?;
        let mirror = self.mirror.get(&(entity, account));
        let home = mirror.and_then(|mirror| mirror.home.clone());
        Some(Link { entity, account, space, kind, home, is_there: mirror.is_some() })
    }

    /// The account where it is one that the entity is linked to; none for its home.
    pub(super) fn link_account(&self, entity: EntityId, account: Option<AccountId>) -> Option<AccountId> {
        account.filter(|account| self.links.contains_key(&(entity, *account)))
    }

    /// The account that an entity is mapped to as its home.
    pub(super) fn home_of(&self, entity: EntityId) -> Option<AccountId> {
        let mut own = self.mirror.keys().filter(|key| key.0 == entity && !self.links.contains_key(key));
        own.next().map(|(_, account)| *account)
    }

    /// Accounts on which it stands that do not know the edits made here.
    pub(super) fn unsent_to(&self, entity: EntityId) -> Vec<AccountId> {
        let known = |key: &(EntityId, AccountId)| self.remote.get(key).cloned().unwrap_or_default();
        let own = self.mirror.keys().filter(|key| key.0 == entity && known(key) != self.vector(entity));
        own.map(|(_, account)| *account).collect()
    }

    pub(super) fn link_moved(&mut self, entity: EntityId, account: AccountId, space: SpaceId) {
        if let Some((to, _)) = self.links.get_mut(&(entity, account)) {
            *to = space;
        }
    }

    /// Writes a base, in the words of its site, and what stands at home for it.
    pub(super) fn set_base_of(
        &mut self,
        entity: EntityId,
        account: AccountId,
        object: &RemoteObject,
        far: Option<&FarSide>,
        remote_vector: &VersionVector,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let object = far.map_or(object, |far| &far.object);
        self.set_base(entity, account, object, remote_vector, now)?;
        if let (Some(far), Some(mirror)) = (far, self.mirror.get_mut(&(entity, account))) {
            mirror.home = Some(far.home.clone());
        }
        Ok(())
    }

    /// One site's part of an answer: its copy becomes the base, unless something newer of it came in since, or it is unlinked.
    pub(super) fn settle_party(&mut self, entity: EntityId, party: &Party, now: DateTime<Utc>) -> Result<()> {
        let key = (entity, party.account);
        let is_known = self.remote.get(&key).is_some_and(|known| known.contains(&party.remote_vector));
        if is_known || !self.mirror.contains_key(&key) {
            return Ok(());
        }
        let far = party.home.clone().map(|home| FarSide { object: party.object.clone(), home });
        self.set_base_of(entity, party.account, &party.object, far.as_ref(), &party.remote_vector, now)
    }
}
