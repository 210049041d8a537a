//! Receiving: every list of a space into staging, a few requests at a time, resumable.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Cursor, Known, Page, RemoteError, RemoteErrorKind, RunId};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::error::Result;
use crate::progress::Phase;
use crate::site::{RunningSite, SiteSpace};
use crate::{Run, apply::Parents, report::LeftOut};

/// Requests of one site that may be under way at once: four leave room under Canvas's limit (contract 2).
const IN_FLIGHT: usize = 4;

/// A cut pull is gone on with for so long. Later, what was staged says too little of what is there: it begins anew.
const RESUMED_WITHIN: TimeDelta = TimeDelta::minutes(30);

/// What became of the pull of one space.
#[derive(Debug)]
pub(crate) struct Pulled {
    pub(crate) space: SiteSpace,
    /// Every page of every list came: absence means something.
    pub(crate) complete: bool,
}

/// A pull of one space under way.
#[derive(Default)]
pub(crate) struct Pulling {
    pub(crate) parents: Parents,
    /// Requests answered.
    answered: usize,
    /// Requests that no cursor names yet, by what the newest page of a list said.
    ahead: usize,
}

impl Run<'_> {
    /// Receives all spaces of a site, one after the other.
    pub(crate) async fn pull(&self, site: &RunningSite) -> Result<(Vec<Pulled>, Vec<LeftOut>)> {
        let (mut pulled, mut left_out) = (Vec::new(), Vec::new());
        for space in self.wanted_spaces(site) {
            if !site.is_in() {
                break;
            }
            let known = self.known(site, space).await?;
            match self.pull_space(site, space, &known).await? {
                Ok(()) => pulled.push(Pulled { space: space.clone(), complete: true }),
                Err(error) => {
                    if error.concerns_the_site() {
                        site.leave(error.kind);
                        left_out.push(site.left_out(None, &error));
                    } else {
                        left_out.push(site.left_out(Some(space), &error));
                    }
                    pulled.push(Pulled { space: space.clone(), complete: false });
                }
            }
        }
        Ok((pulled, left_out))
    }

    async fn pull_space(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        known: &[Known],
    ) -> Result<std::result::Result<(), RemoteError>> {
        let remote = &site.site.remote;
        let resumed = self.store.pull_state(space.id).await?.filter(|state| is_fresh(state.begun_at, self.now()));
        let begun_at = resumed.as_ref().map_or_else(|| self.now(), |state| state.begun_at);
        let mut waiting: Vec<Cursor> = match resumed {
            Some(state) => state.cursors,
            None => {
                self.store.clear_staging(space.id).await?;
                match remote.begin_pull(&space.remote, known).await {
                    Ok(cursors) => cursors,
                    Err(error) => return Ok(Err(error)),
                }
            }
        };
        let mut under_way = FuturesUnordered::new();
        let mut asked: BTreeMap<Cursor, ()> = BTreeMap::new();
        let mut pulling = Pulling::default();
        let early = self.may_show_early(space).await?;
        let mut failure = None;
        loop {
            while failure.is_none() && under_way.len() < IN_FLIGHT && !self.watch.is_stopping() {
                let Some(cursor) = waiting.pop() else { break };
                asked.insert(cursor.clone(), ());
                under_way.push(async move { (remote.pull(&space.remote, &cursor, known).await, cursor) });
            }
            let Some((answer, cursor)) = under_way.next().await else { break };
            match answer {
                Ok(page) => {
                    pulling.answered += 1;
                    pulling.ahead = page.ahead.map_or(pulling.ahead, |ahead| ahead as usize);
                    asked.remove(&cursor);
                    self.stage(self.id, site, space, &page).await?;
                    self.note_time_zone(space, &page).await?;
                    if early {
                        self.show_early(site, space, &page, &mut pulling).await?;
                    }
                    waiting.extend(page.more);
                    let rest: Vec<Cursor> = waiting.iter().chain(asked.keys()).cloned().collect();
                    self.store.set_pull_state(space.id, begun_at, &rest).await?;
                    let doing = format!("Receiving {} of {}", cursor.list, space.name);
                    let total = pulling.answered + rest.len() + pulling.ahead;
                    self.tell(site, Phase::Receiving, pulling.answered, Some(total), &doing);
                }
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        if self.watch.is_stopping() && failure.is_none() {
            failure = Some(RemoteError::new(RemoteErrorKind::Stopped, "stopped"));
        }
        match failure {
            Some(error) => Ok(Err(error)),
            None => {
                self.store.end_pull(space.id).await?;
                Ok(Ok(()))
            }
        }
    }

    /// Keeps with the space in which zone its dates are meant.
    async fn note_time_zone(&self, space: &SiteSpace, page: &Page) -> Result<()> {
        if page.time_zone.is_none() || self.only_as_shown {
            return Ok(());
        }
        let mut kept = self.store.space(space.id).await?;
        if kept.time_zone != page.time_zone {
            kept.time_zone.clone_from(&page.time_zone);
            self.store.put_space(&kept).await?;
        }
        Ok(())
    }

    async fn stage(&self, run: RunId, site: &RunningSite, space: &SiteSpace, page: &Page) -> Result<()> {
        Ok(self.store.stage(run, site.site.account, space.id, &page.objects, &page.unchanged).await?)
    }
}

/// Whether a pull that began then is gone on with. One from the future tells of a clock that was set, and is not.
fn is_fresh(begun_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let age = now - begun_at;
    age >= TimeDelta::zero() && age < RESUMED_WITHIN
}
