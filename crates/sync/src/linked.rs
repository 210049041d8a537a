//! How a run goes about documents that stand on several sites: planned together, applied one after the other, sent on.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::merge::{Answer, Side};
use domain::plan::linked::{Target, plan_linked};
use domain::plan::{Action, EntityState, Line, Observed, decide, line};
use domain::reconcile::merge_contents;
use domain::{AccountId, Content, EntityId, Format, SpaceId, VersionVector};
use store::{ConflictRow, Party};

use crate::Run;
use crate::apply::Parents;
use crate::error::Result;
use crate::pull::Pulled;
use crate::report::Item;
use crate::run::{SitePlan, sends};
use crate::site::{RunningSite, SiteSpace};
use crate::states::observed;

/// A content as one of the sites compares it.
type Form<'f> = Box<dyn Fn(&Content) -> Content + 'f>;

impl Run<'_> {
    /// Plans the documents that stand on several sites over all of them: what one changed goes to the others in the same run.
    pub(crate) async fn plan_linked(&self, plans: &mut [SitePlan], pulled: &[Vec<Pulled>]) -> Result<()> {
        let mut linked: Vec<EntityId> = self.store.links().await?.into_iter().map(|link| link.entity).collect();
        linked.dedup();
        self.linked.get_or_init(|| linked.iter().copied().collect());
        for entity in linked {
            let found = plans.iter().any(|plan| plan.states.iter().any(|state| state.entity == Some(entity)));
            if found {
                self.plan_one(entity, plans, pulled).await?;
            }
        }
        Ok(())
    }

    async fn plan_one(&self, id: EntityId, plans: &mut [SitePlan], pulled: &[Vec<Pulled>]) -> Result<()> {
        let entity = self.store.get(id).await?;
        let home = self.store.space(entity.space).await?.account;
        let mut targets: Vec<(usize, SpaceId, EntityState)> = Vec::new();
        for (at, plan) in plans.iter().enumerate() {
            let site = &self.sites[plan.site];
            let known = plan.states.iter().find(|state| state.entity == Some(id)).cloned();
            let state = match known {
                Some(state) => Some(state),
                // Quiet so far; what another site changed may make it send.
                None => match self.quiet_space(site, &entity, &pulled[plan.site]).await? {
                    Some(space) => Some(self.known_state(site, &space, id, Observed::Unchanged).await?),
                    None => None,
                },
            };
            targets.extend(state.map(|state| (at, state.space, state)));
        }
        // What its home says is taken over first.
        targets.sort_by_key(|(_, _, state)| Some(state.account) != home);
        let mut forms = Vec::with_capacity(targets.len());
        for (at, _, _) in &targets {
            forms.push(self.far_of(&self.sites[plans[*at].site], id).await?);
        }
        let canonical: Vec<Form<'_>> = targets
            .iter()
            .zip(&forms)
            .map(|((at, _, state), far)| {
                let remote = &*self.sites[plans[*at].site].site.remote;
                let form: Form<'_> = match far {
                    Some(far) => Box::new(move |content| far.canonical(remote, &far.there(content))),
                    None => Box::new(move |content| remote.canonical(state.kind, content)),
                };
                form
            })
            .collect();
        let asked: Vec<Target<'_>> = targets
            .iter()
            .zip(&canonical)
            .map(|((_, _, state), canonical)| Target { state, canonical: &**canonical })
            .collect();
        let actions = plan_linked(&asked);
        drop(asked);
        drop(canonical);
        for ((at, _, state), action) in targets.into_iter().zip(actions) {
            let plan = &mut plans[at];
            // What is asked about together with others stays asked.
            let asks = |line: &Line| line.entity == Some(id) && matches!(line.action, Action::Ask { .. });
            if !plan.plan.lines.iter().any(asks) {
                plan.plan.put(line(&state, action));
            }
            if !plan.states.iter().any(|known| known.entity == Some(id)) {
                plan.states.push(state);
            }
        }
        Ok(())
    }

    /// The space in which a document stands on a site that has nothing new of it, where that was read whole.
    async fn quiet_space(
        &self,
        site: &RunningSite,
        entity: &store::Entity,
        pulled: &[Pulled],
    ) -> Result<Option<SiteSpace>> {
        let Some(_) = self.store.mapping(entity.id, site.site.account).await? else { return Ok(None) };
        let link = self.store.link_of(entity.id, site.site.account).await?;
        let space = link.map_or(entity.space, |link| link.space);
        let read = pulled.iter().find(|pulled| pulled.space.id == space && pulled.complete);
        Ok(read.map(|pulled| pulled.space.clone()))
    }

    /// A line of a linked document and its state over what this run took over from another site since it was planned; nothing where
    /// that is what it was.
    pub(crate) async fn decided_anew(
        &self,
        site: &RunningSite,
        planned: &Line,
        state: &EntityState,
    ) -> Result<Option<(Line, EntityState)>> {
        let (Some(id), Some(local)) = (state.entity, &state.local) else { return Ok(None) };
        if matches!(planned.action, Action::Ask { .. }) || self.linked.get().is_none_or(|linked| !linked.contains(&id))
        {
            return Ok(None);
        }
        let Some(space) = site.site.spaces.iter().find(|space| space.id == state.space) else { return Ok(None) };
        // Its home may have gone meanwhile: what is here is a document of its own by now.
        let id = match &planned.remote {
            Some(remote) => self.store.by_remote(site.site.account, remote).await?.unwrap_or(id),
            None => id,
        };
        let entity = self.store.get(id).await?;
        if self.store.link_of(id, site.site.account).await?.is_none()
            && self.store.space(entity.space).await?.account != Some(site.site.account)
        {
            return Ok(Some((Line { action: Action::Nothing, ..planned.clone() }, state.clone())));
        }
        let object = match &planned.remote {
            Some(remote) => self.store.staged_object(state.space, remote).await?,
            None => None,
        };
        let (counter, counter_then) = (entity.counter, local.counter);
        if Some(id) == state.entity
            && counter == counter_then
            && !matches!(planned.action, Action::Merge { .. } | Action::Conflict { .. })
        {
            return Ok(None);
        }
        let observed = match (&state.observed, &object) {
            (Observed::Seen { .. }, Some(object)) => observed(site, object),
            (observed, _) => observed.clone(),
        };
        let mut state = self.known_state(site, space, id, observed).await?;
        if let Some(local) = state.local.as_mut().filter(|local| local.counter != counter_then) {
            // What was taken over a moment ago was not written then.
            local.edited_at = None;
        }
        let action = match (decide(&state), &planned.action, &state.local) {
            // Ours says by now what the plan came to, with this change in mind.
            (Action::Merge { .. } | Action::Conflict { .. }, Action::Merge { merged, .. }, Some(local))
                if **merged == local.content =>
            {
                Action::Merge { merged: merged.clone(), sends: true }
            }
            (action, _, _) => action,
        };
        let line = Line { action, entity: Some(id), ..planned.clone() };
        Ok(Some((line, state)))
    }

    /// For each site the linked documents that are looked at once more, because their home was just sent to: it may have made something
    /// else of the text.
    pub(crate) fn sent_on(&self, plans: &[SitePlan]) -> Vec<Vec<Line>> {
        let lines = plans.iter().flat_map(|plan| &plan.plan.lines).filter(|line| sends(&line.action));
        let sent: BTreeSet<EntityId> = lines.filter_map(|line| line.entity).collect();
        let is_due = |plan: &SitePlan, state: &&EntityState| {
            let own = plan.plan.lines.iter().find(|line| line.entity == state.entity);
            let settled = own.is_none_or(|line| {
                matches!(
                    line.action,
                    Action::Pull | Action::Join | Action::Refresh | Action::Merge { sends: false, .. }
                )
            });
            state.far
                && settled
                && state.entity.is_some_and(|entity| sent.contains(&entity))
                && matches!(state.observed, Observed::Unchanged | Observed::Seen { .. })
        };
        // Of a plan that was looked through, exactly what was ticked is sent.
        let plans =
            plans.iter().map(|plan| plan.states.iter().filter(|state| !self.only_as_shown && is_due(plan, state)));
        plans.map(|states| states.map(|state| line(state, Action::Nothing)).collect()).collect()
    }

    /// What a site changed of a copy that this run made a document of its own, because its home is gone.
    pub(crate) async fn take_over_left(&self, plans: &[SitePlan]) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        for plan in plans {
            let site = &self.sites[plan.site];
            let account = site.site.account;
            for state in plan.states.iter().filter(|state| state.far) {
                let (Some(base), Some(space)) =
                    (&state.base, site.site.spaces.iter().find(|space| space.id == state.space))
                else {
                    continue;
                };
                let Some(object) = self.store.staged_object(space.id, &base.remote).await? else { continue };
                let left = self.store.by_remote(account, &base.remote).await?;
                let Some(left) = left.filter(|left| Some(*left) != state.entity) else { continue };
                let state = self.known_state(site, space, left, observed(site, &object)).await?;
                let action = decide(&state);
                if action == Action::Pull {
                    let line = line(&state, Action::Nothing);
                    let mut parents = Parents::default();
                    items.push(self.settle_locally(site, &line, &state, action, Some(object), &mut parents).await?);
                }
            }
        }
        Ok(items)
    }

    /// The same conflict, together with what another site of a linked document changed in the same place: one answer settles all.
    pub(crate) async fn between_all(&self, mut row: ConflictRow, party: Party) -> Result<ConflictRow> {
        let known = self.store.conflict(row.entity).await?.filter(|known| known.sort == row.sort && !known.overwritten);
        let others: Vec<Party> =
            known.into_iter().flat_map(|known| known.parties).filter(|other| other.account != party.account).collect();
        let linked = self.store.link_of(row.entity, party.account).await?.is_some();
        if others.is_empty() && !linked && !self.is_linked(row.entity).await? {
            return Ok(row);
        }
        let format = self.store.get(row.entity).await?.format;
        let base = row.base.clone().unwrap_or_default();
        let mut theirs = party.seen.clone();
        for other in &others {
            theirs = both(format, &base, &theirs, &other.seen);
            row.remote_vector = row.remote_vector.join(&other.remote_vector);
        }
        row.merged = Some(merge_contents(format, &base, &row.mine.clone().unwrap_or_default(), &theirs));
        if let Some(object) = &mut row.theirs {
            object.content = theirs;
        }
        row.parties = others.into_iter().chain([party]).collect();
        Ok(row)
    }

    async fn is_linked(&self, entity: EntityId) -> Result<bool> {
        Ok(self.store.links().await?.iter().any(|link| link.entity == entity))
    }

    /// When the text of a linked document was written, by the clock of the other site that it was taken over from; nothing where it
    /// was written here, or is not linked.
    pub(crate) async fn written_elsewhere(
        &self,
        site: &RunningSite,
        entity: &store::Entity,
        local: &VersionVector,
    ) -> Result<Option<DateTime<Utc>>> {
        let links = self.store.links().await?.into_iter().filter(|link| link.entity == entity.id);
        let accounts: Vec<AccountId> = links.map(|link| link.account).collect();
        if accounts.is_empty() {
            return Ok(None);
        }
        let home = self.store.space(entity.space).await?.account;
        for account in accounts.into_iter().chain(home).filter(|account| *account != site.site.account) {
            let mapping = self.store.mapping(entity.id, account).await?;
            if let Some(mapping) = mapping.filter(|mapping| mapping.remote_vector == *local) {
                return Ok(mapping.changed_at);
            }
        }
        Ok(None)
    }
}

/// What two sites changed, in one content: where they changed the same place, both texts, one after the other.
fn both(format: Format, base: &Content, first: &Content, second: &Content) -> Content {
    let merged = merge_contents(format, base, first, second);
    let local = merged.with(Side::Local);
    let answers = vec![Answer::Both; merged.body.conflicts()];
    Content { body: merged.body.answered(&answers).unwrap_or_else(|| local.body.clone()), ..local }
}
