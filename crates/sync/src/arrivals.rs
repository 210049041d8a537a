//! What is new on a site is shown as it arrives: a first pull of a large forum takes an hour, and its newest topics are of use at once.

use domain::{Page, RemoteObject};

use crate::Run;
use crate::apply::{Parents, Planned};
use crate::error::Result;
use crate::pull::Pulling;
use crate::report::Item;
use crate::site::{RunningSite, SiteSpace};
use crate::states::stands_elsewhere;

impl Run<'_> {
    /// Whether what is new in a space may be taken over before its lists came whole. Not in a run that only looks, and not while
    /// something that was made here awaits being made there: it could be what arrives.
    pub(crate) async fn may_show_early(&self, space: &SiteSpace) -> Result<bool> {
        Ok(!self.only_as_shown && self.store.unmapped(space.id).await?.is_empty())
    }

    /// Takes over what a page brought that is new and stands under nothing unknown. All else waits for the whole.
    pub(crate) async fn show_early(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        page: &Page,
        pulling: &mut Pulling,
    ) -> Result<()> {
        for object in &page.objects {
            let Some(item) = self.show(site, space, object, &mut pulling.parents).await? else { continue };
            site.note_shown();
            self.early.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(item);
        }
        Ok(())
    }

    async fn show(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        object: &RemoteObject,
        parents: &mut Parents,
    ) -> Result<Option<Item>> {
        let account = site.site.account;
        if stands_elsewhere(site, space, object) || self.store.by_remote(account, &object.remote).await?.is_some() {
            return Ok(None);
        }
        if let Some(parent) = &object.parent
            && self.store.by_remote(account, parent).await?.is_none()
        {
            return Ok(None);
        }
        let state = self.fresh(site, space, object.clone());
        let plan = domain::plan::plan(std::slice::from_ref(&state), domain::plan::DeleteLimit::default());
        let Some(line) = plan.lines.first() else { return Ok(None) };
        self.apply(site, &Planned { line, state: &state, object: Some(object.clone()) }, parents).await
    }

    /// What was taken over before its lists came whole.
    pub(crate) fn take_early(&self) -> Vec<Item> {
        std::mem::take(&mut *self.early.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}
