//! Sending: guard, journal, send, read back, confirm; one item at a time, each apart from the others.

use domain::plan::{Action, EntityState, Line, Observed, Standing, decide};
use domain::{
    Change, Changed, Content, EntityId, FieldValue, Guard, Kind, Operation, RemoteError, RemoteErrorKind, RemoteObject,
    RemoteRef, RunId, Sent, field,
};
use store::{JournalEntry, Mapped};

use crate::Run;
use crate::apply::{Parents, Planned, state_entity};
use crate::brought_back::Back;
use crate::error::Result;
use crate::far::Far;
use crate::guards::EngineGuard;
use crate::order::Orders;
use crate::own_addresses::Ready;
use crate::report::{Did, Item};
use crate::site::{RunningSite, SiteSpace};
use crate::states::{canonical, observed};

/// No limit of a site is longer than this many seconds: two days.
const MOST_WAIT: i64 = 172_800;

/// So many things under one that is to be deleted are looked at one by one; where there are more, the person is asked.
const LOOKED_THROUGH: usize = 50;

/// What goes along with a push of a linked document to another site than its home.
struct Out {
    far: Option<Far>,
    /// What is sent, in the home's words.
    home: Option<Content>,
}

/// What a line comes to on the site.
enum Way {
    Create,
    Update(Changed),
    Delete,
}

impl Run<'_> {
    /// Sends one item. When it turns out that someone else wrote in between, it is planned again, once, in the same run.
    pub(crate) async fn push(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        line: &Line,
        coming: &[EntityId],
        parents: &mut Parents,
        orders: &mut Orders,
    ) -> Result<Item> {
        let mut state = self.known_state(site, space, entity_of(line), Observed::Unchanged).await?;
        let mut is_back = false;
        for attempt in 0..2 {
            if !self.is_as_shown(&state).await? {
                return Ok(self.changed_since_shown(line));
            }
            match self.bring_back(site, space, line, &state, parents).await? {
                Back::Anew => {}
                Back::There(now) => (state, is_back) = (*now, true),
                Back::Ended(item) => return Ok(*item),
            }
            let mapping = self.store.mapping(state_entity(&state), site.site.account).await?;
            let (way, did) = match (decide(&state), &mapping) {
                (Action::Push { changed }, Some(_)) => (Way::Update(changed), Did::Pushed),
                (Action::CreateThere, None) => (Way::Create, Did::CreatedThere),
                (Action::DeleteThere, Some(_)) => (Way::Delete, Did::DeletedThere),
                (Action::Hold { why }, _) => return Ok(self.item(line, Did::Held, why)),
                (Action::Join, Some(_)) if is_back => {
                    self.settle_locally(site, line, &state, Action::Join, None, parents).await?;
                    return Ok(self.back_as_it_was(line));
                }
                (Action::Nothing, Some(_)) if is_back => return Ok(self.back_as_it_was(line)),
                (action, _) => return self.settle_locally(site, line, &state, action, None, parents).await,
            };
            let far = self.far_of(site, state_entity(&state)).await?;
            if state.far && far.is_none() {
                return Ok(self.item(line, Did::Held, "It is no longer linked.".to_owned()));
            }
            let home = state.local.as_ref().map(|local| local.content.clone()).filter(|_| far.is_some());
            if let (Some(far), Some(local)) = (&far, &mut state.local) {
                local.content = far.there(&local.content);
            }
            if matches!(&way, Way::Create) || matches!(&way, Way::Update(changed) if changed.body) {
                let format = far.as_ref().map_or(line.kind.format(), Far::format);
                let body = match self.ready(site, space, line, format, &state, coming).await? {
                    Ready::Not(item) => return Ok(item),
                    Ready::Body(body) => body,
                };
                if let Some(local) = &mut state.local {
                    local.content.body = body;
                }
            }
            let out = Out { far, home };
            if let Some(words) = self.waits_for(&state).await? {
                return Ok(self.item(line, Did::Held, words));
            }
            let placed = match &way {
                Way::Create => true,
                Way::Update(changed) => {
                    changed.fields.contains(field::POSITION) || changed.fields.contains(field::MODULE)
                }
                Way::Delete => false,
            };
            let asked = if placed { self.place_there(site, space, &state, orders).await? } else { None };
            if let (Some(asked), Some(local)) = (asked, &mut state.local) {
                local.content.fields.insert(field::POSITION.to_owned(), FieldValue::Number(asked.number()));
            }
            match self.push_once(site, space, line, &state, &out, mapping.as_ref(), way, did).await? {
                Pushed::Is(item) => {
                    if let Some(asked) = asked.filter(|_| matches!(item.did, Did::Pushed | Did::CreatedThere)) {
                        orders.given(asked);
                    }
                    return Ok(item);
                }
                // A replica that lags, or a site that was set back meanwhile: no text to join ours with.
                Pushed::Overtaken(object)
                    if !site.goes_on()
                        && mapping
                            .as_ref()
                            .is_some_and(|known| self.standing(site, known, &object) != Standing::Follows) =>
                {
                    let words = "What is there now is older than what is known of it. The next sync looks again.";
                    return Ok(self.item(line, Did::Failed, words.to_owned()));
                }
                Pushed::Overtaken(object) => {
                    let observed = observed(site, &object);
                    state = self.known_state(site, space, state_entity(&state), observed).await?;
                    // Only what surrounds the content moved (line ends, the shape of tags): the write has to name it, then it can go.
                    if attempt == 0 && matches!(decide(&state), Action::Push { .. } | Action::DeleteThere) {
                        let (entity, hash) = (state_entity(&state), canonical(&*site.site.remote, &object).hash());
                        self.store.rebase_mirror(site.site.account, entity, &object, &hash, self.now()).await?;
                        state = self.known_state(site, space, entity, Observed::Unchanged).await?;
                        continue;
                    }
                    if self.only_as_shown {
                        return Ok(self.changed_since_shown(line));
                    }
                    let item = self.settle_locally(site, line, &state, decide(&state), Some(*object), parents).await?;
                    if item.did != Did::Merged || attempt > 0 {
                        return Ok(item);
                    }
                    state = self.known_state(site, space, state_entity(&state), Observed::Unchanged).await?;
                }
            }
        }
        Ok(self.item(
            line,
            Did::Failed,
            "Someone else is writing there just now. It goes with the next sync.".to_owned(),
        ))
    }

    /// Carries out what a new decision came to on this computer.
    pub(crate) async fn settle_locally(
        &self,
        site: &RunningSite,
        line: &Line,
        state: &EntityState,
        action: Action,
        object: Option<RemoteObject>,
        parents: &mut Parents,
    ) -> Result<Item> {
        let line = Line { action, ..line.clone() };
        let item = self.apply(site, &Planned { line: &line, state, object }, parents).await?;
        Ok(item.unwrap_or_else(|| self.item(&line, Did::Joined, String::new())))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one push is one sentence: what, where, from which state, in which way"
    )]
    async fn push_once(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        line: &Line,
        state: &EntityState,
        out: &Out,
        mapping: Option<&Mapped>,
        way: Way,
        did: Did,
    ) -> Result<Pushed> {
        let remote = &site.site.remote;
        if let Some(mapping) = mapping.filter(|_| self.has(EngineGuard::PreWriteCheck)) {
            match remote.guard(&space.remote, &mapping.remote, &mapping.base).await {
                Ok(Guard::Unchanged | Guard::InTheWrite) => {}
                Ok(Guard::Changed(object)) => return Ok(Pushed::Overtaken(object)),
                Ok(Guard::Gone) => return self.gone(site, line, state, did).await,
                Err(error) => return Ok(Pushed::Is(self.not_sent(site, line, state, &error).await?)),
            }
        }
        if let (Way::Delete, Some(mapping)) = (&way, mapping) {
            match self.holds_news(site, space, &mapping.remote).await? {
                Ok(false) => {}
                Ok(true) => {
                    let action = Action::Ask { question: domain::plan::Question::DeletedHereEditedThere };
                    let item = self.settle_locally(site, line, state, action, None, &mut Parents::default()).await?;
                    return Ok(Pushed::Is(item));
                }
                Err(error) => return Ok(Pushed::Is(self.not_sent(site, line, state, &error).await?)),
            }
        }
        let Some(change) = self.change(site, state, out, mapping, way).await? else {
            let belongs = if state.kind == Kind::ModuleItem { "module it stands in" } else { "topic it belongs to" };
            return Ok(Pushed::Is(self.item(line, Did::Held, format!("It waits for the {belongs}."))));
        };
        let entry = self.journal_entry(site, space, state, out, &change);
        if self.has(EngineGuard::JournalIntent) {
            self.store.journal_intend(&entry).await?;
        }
        match remote.send(&space.remote, &change).await {
            Ok(Sent::Done { object, overwritten }) => {
                let item = self.confirm(site, line, &entry, &object, overwritten.map(|object| *object), did).await?;
                if out.far.is_none() {
                    // Of a linked document, this is what goes on to its other sites.
                    self.shown.wrote(state_entity(state), &object.content);
                }
                if did == Did::DeletedThere {
                    self.take_along(site, space, line, &object.remote).await?;
                }
                Ok(Pushed::Is(item))
            }
            Ok(Sent::Overtaken(object)) => {
                self.store.journal_drop(&entry.id, "overtaken").await?;
                Ok(Pushed::Overtaken(object))
            }
            Ok(Sent::Queued(words)) => {
                self.store.journal_queued(&entry, &words, self.now()).await?;
                Ok(Pushed::Is(self.item(line, Did::Queued, words)))
            }
            Ok(Sent::Gone) => {
                self.store.journal_drop(&entry.id, "gone").await?;
                self.gone(site, line, state, did).await
            }
            Err(error) if error.maybe_done => {
                if error.concerns_the_site() && error.kind != RemoteErrorKind::Down {
                    site.leave(error.kind);
                }
                let words =
                    "The connection broke while sending. Lectern looks for it there before it sends anything twice.";
                Ok(Pushed::Is(self.item(line, Did::Unsure, words.to_owned())))
            }
            Err(error) => {
                self.store.journal_drop(&entry.id, &error.words).await?;
                Ok(Pushed::Is(self.not_sent(site, line, state, &error).await?))
            }
        }
    }

    /// What stood under what was deleted there went with it: it goes here, too, or is asked about where it was edited.
    async fn take_along(&self, site: &RunningSite, space: &SiteSpace, line: &Line, remote: &RemoteRef) -> Result<()> {
        let below = self.store.mapped(site.site.account, space.id).await?;
        for row in below.into_iter().filter(|row| row.parent.as_ref() == Some(remote)) {
            let state = self.known_state(site, space, row.entity, Observed::Gone).await?;
            let line = Line { entity: state.entity, remote: Some(row.remote), kind: state.kind, ..line.clone() };
            self.settle_locally(site, &line, &state, decide(&state), None, &mut Parents::default()).await?;
        }
        Ok(())
    }

    /// Whether something that stands under an object, and goes with it, changed there since it was read: a forum's lists tell
    /// nothing of an edit of an earlier reply. What may not be looked at counts as changed; a look that failed says nothing, and is taken again
    /// by the next run.
    async fn holds_news(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        remote: &RemoteRef,
    ) -> Result<std::result::Result<bool, RemoteError>> {
        if !self.has(EngineGuard::PreWriteCheck) {
            return Ok(Ok(false));
        }
        let below = self.store.mapped(site.site.account, space.id).await?;
        let below: Vec<_> = below.into_iter().filter(|row| row.parent.as_ref() == Some(remote)).collect();
        if below.len() > LOOKED_THROUGH {
            return Ok(Ok(true));
        }
        for row in below {
            let Some(mapping) = self.store.mapping(row.entity, site.site.account).await? else { continue };
            match site.site.remote.guard(&space.remote, &mapping.remote, &mapping.base).await {
                Ok(Guard::Unchanged | Guard::InTheWrite | Guard::Gone) => {}
                Ok(Guard::Changed(_)) => return Ok(Ok(true)),
                Err(error) if error.is_final() => return Ok(Ok(true)),
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(false))
    }

    async fn change(
        &self,
        site: &RunningSite,
        state: &EntityState,
        out: &Out,
        mapping: Option<&Mapped>,
        way: Way,
    ) -> Result<Option<Change>> {
        let local = state.local.as_ref().map(|local| local.content.clone()).unwrap_or_default();
        let operation = match (way, mapping) {
            (Way::Update(changed), Some(mapping)) => {
                Operation::Update { remote: mapping.remote.clone(), changed, base: Box::new(mapping.base.clone()) }
            }
            (Way::Delete, Some(mapping)) => {
                Operation::Delete { remote: mapping.remote.clone(), base: Box::new(mapping.base.clone()) }
            }
            _ if let Some(far) = &out.far => Operation::Create { kind: far.kind(), parent: None },
            _ => {
                let entity = self.store.get(state_entity(state)).await?;
                let parent = match entity.parent {
                    None => None,
                    Some(parent) => match self.store.mapping(parent, site.site.account).await? {
                        Some(mapping) => Some(mapping.remote),
                        None => return Ok(None),
                    },
                };
                Operation::Create { kind: state.kind, parent }
            }
        };
        let begun_at = self.now() + chrono::TimeDelta::seconds(site.clock_offset());
        Ok(Some(Change {
            operation,
            content: local,
            witness: format!("lectern-{}", RunId::new(self.store.seed())),
            begun_at,
        }))
    }

    fn journal_entry(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        state: &EntityState,
        out: &Out,
        change: &Change,
    ) -> JournalEntry {
        JournalEntry {
            id: change.witness.clone(),
            run: self.id,
            entity: state_entity(state),
            account: site.site.account,
            space: space.id,
            change: change.clone(),
            local_vector: state.local.as_ref().map(|local| local.vector.clone()).unwrap_or_default(),
            counter: state.local.as_ref().map_or(0, |local| local.counter),
            at: self.now(),
            home: out.home.clone(),
        }
    }

    async fn gone(&self, site: &RunningSite, line: &Line, state: &EntityState, did: Did) -> Result<Pushed> {
        if state.far && self.only_as_shown {
            return Ok(Pushed::Is(self.changed_since_shown(line)));
        }
        let action = if state.far {
            Action::Unlink
        } else if did == Did::DeletedThere {
            Action::Forget
        } else {
            Action::Ask { question: domain::plan::Question::EditedHereDeletedThere }
        };
        let state = EntityState { observed: Observed::Gone, ..state.clone() };
        let item = self.settle_locally(site, line, &state, action, None, &mut Parents::default()).await?;
        Ok(Pushed::Is(item))
    }

    /// A write that was certainly not carried out: parked when refused for good, else left for the next run.
    pub(crate) async fn not_sent(
        &self,
        site: &RunningSite,
        line: &Line,
        state: &EntityState,
        error: &RemoteError,
    ) -> Result<Item> {
        if error.is_final() {
            let counter = state.local.as_ref().map_or(0, |local| local.counter);
            let account = site.site.account;
            self.store.park_on(account, state_entity(state), counter, &error.words, self.now()).await?;
            return Ok(self.item(line, Did::Parked, error.words.clone()));
        }
        if let RemoteErrorKind::Later(seconds) = error.kind {
            let counter = state.local.as_ref().map_or(0, |local| local.counter);
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX).clamp(1, MOST_WAIT);
            let until = self.now() + chrono::TimeDelta::seconds(seconds);
            let (account, entity) = (site.site.account, state_entity(state));
            self.store.park_until_on(account, entity, counter, &error.words, until, self.now()).await?;
            return Ok(self.item(line, Did::Held, error.words.clone()));
        }
        if error.concerns_the_site() {
            site.leave(error.kind);
        }
        Ok(self.item(line, Did::Failed, site.left_out(None, error).why))
    }
}

enum Pushed {
    Is(Item),
    Overtaken(Box<RemoteObject>),
}

fn entity_of(line: &Line) -> EntityId {
    line.entity.unwrap_or_else(|| unreachable!("only what is here is sent"))
}
