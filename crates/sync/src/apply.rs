//! Carrying out what concerns this computer: one transaction per entity.

use std::collections::HashMap;

use domain::plan::{Action, EntityState, Line, Observed, Question};
use domain::{Access, Content, EntityId, Kind, RemoteObject, RemoteRef, Replica, VersionVector, field};
use store::{Applied, ConflictSort, Mapped, Party, PullApply, Replaced};

use crate::Run;
use crate::error::Result;
use crate::guards::EngineGuard;
use crate::report::{Did, Item};
use crate::site::RunningSite;
use crate::states::canonical;

/// What an apply needs beside its line: the state it was planned from, and the object received.
pub(crate) struct Planned<'a> {
    pub(crate) line: &'a Line,
    pub(crate) state: &'a EntityState,
    pub(crate) object: Option<RemoteObject>,
}

impl Run<'_> {
    /// Carries out a line's local part. `None` when the entity changed here since it was planned: the next run plans it again.
    pub(crate) async fn apply(
        &self,
        site: &RunningSite,
        planned: &Planned<'_>,
        parents: &mut Parents,
    ) -> Result<Option<Item>> {
        let Planned { line, state, object } = planned;
        let did = match (&line.action, object) {
            (
                Action::CreateHere
                | Action::Pull
                | Action::Refresh
                | Action::Join
                | Action::Merge { .. }
                | Action::Conflict { .. },
                Some(object),
            ) => self.apply_object(site, line, state, object, parents).await?,
            // Of a linked document that was there before, what was read then is what there is to join.
            (Action::Join | Action::Merge { .. } | Action::Conflict { .. }, None)
                if state.far && matches!(state.observed, Observed::Seen { .. }) =>
            {
                match self.store.mapping(state_entity(state), site.site.account).await?.map(as_it_was) {
                    Some(object) => self.apply_object(site, line, state, &object, parents).await?,
                    None => None,
                }
            }
            (Action::Join, None) => match self.in_own_words(site, state).await? {
                Some(agreed) => self.apply_object(site, line, state, &agreed, parents).await?,
                None => {
                    let vector = state.local.as_ref().map(|local| local.vector.clone()).unwrap_or_default();
                    self.store.join_unchanged(state_entity(state), site.site.account, &vector).await.map(|()| None)?
                }
            },
            (Action::DeleteHere, _) => {
                match self.store.delete_here(state_entity(state), counter(state), self.now()).await? {
                    Applied::Done(entity, replaced) => Some(Told { did: Did::DeletedHere, entity, replaced }),
                    Applied::Raced => None,
                }
            }
            (Action::Unlink, _) => {
                let (entity, account) = (state_entity(state), site.site.account);
                match state.observed {
                    Observed::Gone => self.store.drop_link(entity, account).await?,
                    _ => self.store.unlink(entity, account, self.now()).await?,
                }
                Some(Told::of(Did::Forgotten, state_entity(state)))
            }
            (Action::Forget, _) => {
                self.store.forget(state_entity(state), site.site.account, self.now()).await?;
                Some(Told::of(Did::Forgotten, state_entity(state)))
            }
            (Action::Ask { question }, object) => {
                self.ask(site, state, *question, object.as_ref()).await?;
                Some(Told::of(Did::Asked, state_entity(state)))
            }
            (Action::Hold { .. }, _) => Some(Told::of(Did::Held, state_entity(state))),
            _ => None,
        };
        Ok(did.map(|told| Item {
            entity: Some(told.entity),
            before: told.replaced.map(|replaced| replaced.before),
            after: told.replaced.map(|replaced| replaced.after),
            ..self.item(line, told.did, words(site, &line.action))
        }))
    }

    async fn apply_object(
        &self,
        site: &RunningSite,
        line: &Line,
        state: &EntityState,
        object: &RemoteObject,
        parents: &mut Parents,
    ) -> Result<Option<Told>> {
        let account = Replica::Account(site.site.account);
        let base_vector = state.base.as_ref().map(|base| base.vector.clone()).unwrap_or_default();
        let local_vector = state.local.as_ref().map(|local| local.vector.clone()).unwrap_or_default();
        // Nothing was edited there where it says what the base says; counted as an edit, it would be news to a linked document's other site.
        let is_base = match (&state.observed, &state.base) {
            (Observed::Seen { canonical, .. }, Some(base)) => *canonical == base.canonical,
            (observed, _) => *observed == Observed::Unchanged,
        };
        let moved = matches!(line.action, Action::Refresh)
            || state.observed == Observed::Unchanged
            || is_base && line.action == Action::Join;
        let remote_vector = if moved { base_vector } else { base_vector.bumped(account) };
        let joined = local_vector.join(&remote_vector);
        // What was moved here to another module stays in it, whatever else came in.
        let stays = match &line.action {
            Action::Merge { merged, .. } => merged.text(field::MODULE) != object.content.text(field::MODULE),
            _ => false,
        };
        let far = match line.entity {
            Some(entity) => self.far_of(site, entity).await?,
            None => None,
        };
        if state.far && far.is_none() {
            // Unlinked since it was planned: the next sync sees two documents.
            return Ok(None);
        }
        let parent = match &far {
            Some(_) => None,
            None if stays => None,
            None => self.parent_of(site, object, parents).await?,
        };
        let seen = match (&far, &state.observed) {
            (Some(_), Observed::Seen { content, .. }) => content.clone(),
            _ => object.content.clone(),
        };
        let remote = &*site.site.remote;
        let side = match (&far, &line.action, &state.local) {
            (Some(far), Action::Join | Action::Refresh, Some(local)) => Some(far.agreed(object, &local.content)?),
            (Some(far), _, _) => Some(far.changed_there(remote, object)?),
            (None, _, _) => None,
        };
        let apply = |content: Option<Content>, local_vector: VersionVector, cause: &'static str| PullApply {
            space: line.space,
            account: site.site.account,
            entity: line.entity,
            expected_counter: state
                .local
                .as_ref()
                .map(|local| local.counter)
                .filter(|_| self.has(EngineGuard::ChangeCounter)),
            object: RemoteObject { content: seen.clone(), ..object.clone() },
            far: side.clone(),
            canonical_hash: canonical(remote, object).hash(),
            content,
            parent,
            local_vector,
            remote_vector: remote_vector.clone(),
            cause,
            now: self.now(),
        };
        let (applied, did) = match &line.action {
            Action::CreateHere => (
                self.store.apply_pull(apply(Some(object.content.clone()), remote_vector.clone(), "pull")).await?,
                Did::CreatedHere,
            ),
            Action::Pull => {
                let anew = match line.entity {
                    Some(entity) => self.gave_way(entity, &local_vector).await?,
                    None => false,
                };
                let applied = self.store.apply_pull(apply(Some(seen.clone()), joined, "pull")).await?;
                if let (Applied::Done(entity, _), true) = (&applied, anew) {
                    self.store.follow_anew(*entity).await?;
                }
                (applied, Did::Pulled)
            }
            // Where both say the same, the site's bytes are taken, so that local and base are one text again.
            Action::Join => {
                let vector = remote_vector.join(&local_vector);
                // A linked document's home keeps its own: both say the same in their own words.
                let taken = far.is_none().then(|| seen.clone());
                let mut apply = apply(taken, vector.clone(), "join");
                apply.remote_vector = vector;
                (self.store.apply_pull(apply).await?, Did::Joined)
            }
            Action::Refresh => {
                let taken = far.is_none().then(|| seen.clone());
                (self.store.apply_pull(apply(taken, local_vector.clone(), "refresh")).await?, Did::Joined)
            }
            Action::Merge { merged, sends } => {
                let vector = if *sends { joined.bumped(Replica::Device(self.device)) } else { joined };
                let mut apply = apply(Some((**merged).clone()), vector.clone(), "merge");
                if !sends {
                    apply.remote_vector = vector;
                }
                (self.store.apply_pull(apply).await?, Did::Merged)
            }
            Action::Conflict { merged } => {
                let row = store::ConflictRow {
                    entity: state_entity(state),
                    account: site.site.account,
                    sort: ConflictSort::EditedBoth,
                    base: state.base.as_ref().map(|base| base.content.clone()),
                    mine: state.local.as_ref().map(|local| local.content.clone()),
                    theirs: Some(RemoteObject { content: seen.clone(), ..object.clone() }),
                    merged: Some((**merged).clone()),
                    remote_vector: remote_vector.clone(),
                    overwritten: false,
                    parties: Vec::new(),
                    since: self.now(),
                };
                let party = Party {
                    account: site.site.account,
                    object: object.clone(),
                    canonical_hash: canonical(remote, object).hash(),
                    home: side.as_ref().map(|side| side.home.clone()),
                    seen,
                    remote_vector,
                };
                self.store.put_conflict(self.between_all(row, party).await?).await?;
                return Ok(Some(Told::of(Did::Conflict, state_entity(state))));
            }
            _ => return Ok(None),
        };
        let Applied::Done(entity, replaced) = applied else { return Ok(None) };
        parents.0.insert(object.remote.clone(), None);
        match &line.action {
            Action::Merge { merged, .. } => self.shown.wrote(entity, merged),
            Action::Pull | Action::Join => self.shown.wrote(entity, &seen),
            _ => {}
        }
        let quiet = matches!(line.action, Action::Refresh | Action::Join);
        Ok((!quiet).then_some(Told { did, entity, replaced }))
    }

    /// What both last agreed on, where ours says the same by addresses of this computer: another text has put its file there by now.
    async fn in_own_words(&self, site: &RunningSite, state: &EntityState) -> Result<Option<RemoteObject>> {
        let entity = state_entity(state);
        let here = self.store.get(entity).await?.content.body;
        if state.local.as_ref().is_none_or(|local| local.content.body == here) {
            return Ok(None);
        }
        Ok(self.store.mapping(entity, site.site.account).await?.map(as_it_was))
    }

    async fn ask(
        &self,
        site: &RunningSite,
        state: &EntityState,
        question: Question,
        object: Option<&RemoteObject>,
    ) -> Result<()> {
        let sort = match question {
            Question::EditedHereDeletedThere => ConflictSort::EditedHereDeletedThere,
            Question::DeletedHereEditedThere => ConflictSort::DeletedHereEditedThere,
            Question::ManyGone => ConflictSort::ManyGone,
        };
        let base_vector = state.base.as_ref().map(|base| base.vector.clone()).unwrap_or_default();
        // Where the news is in what stands under it, the thing itself is there as it was.
        let as_it_was = match (object, question) {
            (None, Question::DeletedHereEditedThere) => {
                self.store.mapping(state_entity(state), site.site.account).await?.map(as_it_was)
            }
            _ => None,
        };
        let object = object.or(as_it_was.as_ref());
        let row = store::ConflictRow {
            entity: state_entity(state),
            account: site.site.account,
            sort,
            base: state.base.as_ref().map(|base| base.content.clone()),
            mine: state.local.as_ref().map(|local| local.content.clone()),
            theirs: object.cloned(),
            merged: None,
            parties: Vec::new(),
            remote_vector: base_vector.bumped(Replica::Account(site.site.account)),
            overwritten: false,
            since: self.now(),
        };
        Ok(self.store.put_conflict(row).await?)
    }

    /// What was moved there under another topic stands under that here, also where nothing else of it is taken over now: ours is about to be
    /// sent, or a question is open.
    pub(crate) async fn follow_to(&self, site: &RunningSite, entity: EntityId, there: &RemoteRef) -> Result<()> {
        let account = site.site.account;
        let Some(mapping) = self.store.mapping(entity, account).await? else { return Ok(()) };
        if mapping.parent.as_ref() == Some(there) || there.kind != Kind::Topic {
            return Ok(());
        }
        if let Some(here) = self.store.by_remote(account, there).await? {
            self.store.stand_under(entity, account, there, here).await?;
        }
        Ok(())
    }

    async fn parent_of(
        &self,
        site: &RunningSite,
        object: &RemoteObject,
        parents: &mut Parents,
    ) -> Result<Option<EntityId>> {
        let Some(parent) = &object.parent else { return Ok(None) };
        if let Some(Some(entity)) = parents.0.get(parent) {
            return Ok(Some(*entity));
        }
        let entity = self.store.by_remote(site.site.account, parent).await?;
        parents.0.insert(parent.clone(), entity);
        Ok(entity)
    }
}

/// The object of a mapping, as both sides last agreed on it.
fn as_it_was(mapping: Mapped) -> RemoteObject {
    RemoteObject {
        remote: mapping.remote,
        parent: mapping.parent,
        content: mapping.base.content,
        returned_body: mapping.base.returned_body,
        token: mapping.base.token,
        access: mapping.read_only.map_or(Access::Editable, Access::ReadOnly),
        changed_by: mapping.changed_by,
        changed_at: mapping.changed_at,
        url: mapping.url,
        facts: mapping.base.facts,
    }
}

/// What an apply has to tell.
struct Told {
    did: Did,
    entity: EntityId,
    replaced: Option<Replaced>,
}

impl Told {
    fn of(did: Did, entity: EntityId) -> Self {
        Self { did, entity, replaced: None }
    }
}

/// Parents looked up in this run.
#[derive(Default)]
pub(crate) struct Parents(HashMap<RemoteRef, Option<EntityId>>);

fn words(site: &RunningSite, action: &Action) -> String {
    match action {
        Action::Hold { why } => why.clone(),
        Action::Unlink => {
            format!("It is no longer linked with {}. The other copies stay as they are.", site.site.name)
        }
        _ => String::new(),
    }
}

/// The entity of a state that has a local copy. `decide` gives no local action to a state without one.
pub(crate) fn state_entity(state: &EntityState) -> EntityId {
    state.entity.unwrap_or_else(|| unreachable!("an action on a local copy has an entity"))
}

fn counter(state: &EntityState) -> i64 {
    state.local.as_ref().map_or(0, |local| local.counter)
}

impl Run<'_> {
    pub(crate) fn item(&self, line: &Line, did: Did, words: String) -> Item {
        Item {
            entity: line.entity,
            remote: line.remote.clone(),
            space: line.space,
            account: line.account,
            kind: line.kind,
            title: line.title.clone(),
            did,
            words,
            notes: Vec::new(),
            before: None,
            after: None,
        }
    }
}
