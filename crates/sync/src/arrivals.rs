//! What is new on a site is shown as it arrives: a first pull of a large forum takes an hour, and its newest topics are of use at once.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::plan::{Action, DeleteLimit, Line, Observed, Times, highest, is_out_of_turn};
use domain::{Kind, Known, Page, RemoteObject, RemoteRef, Replica, VersionVector};
use store::Arrival;

use crate::Run;
use crate::error::Result;
use crate::guards::EngineGuard;
use crate::report::{Did, Item};
use crate::set_back::times_of;
use crate::site::{RunningSite, SiteSpace};
use crate::states::stands_elsewhere;

/// What tells during one pull what is new.
pub(crate) struct Arriving<'k> {
    known: &'k [Known],
    refs: BTreeSet<&'k RemoteRef>,
    /// The known object with the highest number of each kind, where there is one.
    newest: HashMap<Kind, Option<Newest>>,
}

struct Newest {
    remote: RemoteRef,
    made: Option<DateTime<Utc>>,
}

impl Run<'_> {
    /// What is new in a space may be taken over before its lists came whole. Not in a run that only looks, and not while
    /// something that was made here awaits being made there: it could be what arrives.
    pub(crate) async fn arriving<'k>(&self, space: &SiteSpace, known: &'k [Known]) -> Result<Option<Arriving<'k>>> {
        if self.only_as_shown || !self.store.unmapped(space.id).await?.is_empty() {
            return Ok(None);
        }
        let refs = known.iter().map(|known| &known.remote).collect();
        Ok(Some(Arriving { known, refs, newest: HashMap::new() }))
    }

    /// Takes over what a page brought that is new and stands under nothing unknown. All else waits for the whole and is answered with.
    pub(crate) async fn show_early(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        page: &Page,
        arriving: &mut Arriving<'_>,
    ) -> Result<Vec<RemoteObject>> {
        let (mut lines, mut arrivals) = (Vec::new(), Vec::new());
        for object in &page.objects {
            if stands_elsewhere(site, space, object)
                || arriving.refs.contains(&object.remote)
                || self.is_of_a_site_set_back(site, object, arriving).await?
            {
                continue;
            }
            if let Some((line, arrival)) = self.arrival(site, space, object) {
                lines.push(line);
                arrivals.push(arrival);
            }
        }
        if arrivals.is_empty() {
            return Ok(page.objects.clone());
        }
        let made = self.store.take_in(&arrivals).await?;
        let mut shown = BTreeSet::new();
        for ((line, arrival), entity) in lines.iter().zip(&arrivals).zip(made) {
            let Some(entity) = entity else { continue };
            shown.insert(&arrival.object.remote);
            site.note_shown();
            let item = Item { entity: Some(entity), ..self.item(line, Did::CreatedHere, String::new()) };
            self.early.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(item);
        }
        Ok(page.objects.iter().filter(|object| !shown.contains(&object.remote)).cloned().collect())
    }

    fn arrival(&self, site: &RunningSite, space: &SiteSpace, object: &RemoteObject) -> Option<(Line, Arrival)> {
        let state = self.fresh(site, space, object.clone());
        let plan = domain::plan::plan(std::slice::from_ref(&state), DeleteLimit::default());
        let line = plan.lines.into_iter().find(|line| line.action == Action::CreateHere)?;
        let Observed::Seen { canonical, .. } = &state.observed else { return None };
        let arrival = Arrival {
            space: space.id,
            account: site.site.account,
            object: object.clone(),
            canonical_hash: canonical.hash(),
            vector: VersionVector::new().bumped(Replica::Account(site.site.account)),
            now: self.now(),
        };
        Some((line, arrival))
    }

    /// Whether something new has a number that only a site that was set back gives: the whole pull is looked at before any of it is taken over.
    async fn is_of_a_site_set_back(
        &self,
        site: &RunningSite,
        object: &RemoteObject,
        arriving: &mut Arriving<'_>,
    ) -> Result<bool> {
        let kind = object.remote.kind;
        if !self.has(EngineGuard::Standing) {
            return Ok(false);
        }
        if !arriving.newest.contains_key(&kind) {
            let newest = match highest(arriving.known.iter().map(|known| &known.remote), kind) {
                None => None,
                Some(newest) => Some(Newest { remote: newest.clone(), made: self.made_at(site, newest).await? }),
            };
            arriving.newest.insert(kind, newest);
        }
        let Some(Some(Newest { remote, made })) = arriving.newest.get(&kind) else { return Ok(false) };
        Ok(is_out_of_turn((remote, *made), (&object.remote, Times::of(object).created)))
    }

    async fn made_at(&self, site: &RunningSite, known: &RemoteRef) -> Result<Option<DateTime<Utc>>> {
        let account = site.site.account;
        let Some(entity) = self.store.by_remote(account, known).await? else { return Ok(None) };
        Ok(self.store.mapping(entity, account).await?.and_then(|mapping| times_of(&mapping).created))
    }

    /// What was taken over before its lists came whole.
    pub(crate) fn take_early(&self) -> Vec<Item> {
        std::mem::take(&mut *self.early.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}
