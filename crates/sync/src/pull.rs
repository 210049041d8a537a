//! Receiving: every list of a space into staging, a few requests at a time, resumable.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Cursor, Known, Page, RemoteError, RemoteErrorKind};
use futures::channel::mpsc;
use futures::stream::{FuturesUnordered, StreamExt};
use futures::{FutureExt, SinkExt, try_join};
use store::PullState;

use crate::Run;
use crate::error::Result;
use crate::progress::Phase;
use crate::report::LeftOut;
use crate::site::{RunningSite, SiteSpace};

/// Requests of one site that may be under way at once: four leave room under Canvas's limit (contract 2).
const IN_FLIGHT: usize = 4;

/// Answers that may wait to be kept: requests go on while the workspace writes, and a large course stays out of memory.
const AHEAD: usize = 4;

/// A cut pull is gone on with for so long. Later, what was staged says too little of what is there: it begins anew.
const RESUMED_WITHIN: TimeDelta = TimeDelta::minutes(30);

/// What became of the pull of one space.
#[derive(Debug)]
pub(crate) struct Pulled {
    pub(crate) space: SiteSpace,
    /// Every page of every list came: absence means something.
    pub(crate) complete: bool,
}

impl Run<'_> {
    /// Receives all spaces of a site, one after the other.
    pub(crate) async fn pull(&self, site: &RunningSite) -> Result<(Vec<Pulled>, Vec<LeftOut>)> {
        let (mut pulled, mut left_out) = (Vec::new(), Vec::new());
        let (mut spaces, mut all_known) = (Vec::new(), Vec::new());
        for space in self.wanted_spaces(site) {
            all_known.push((space.remote.clone(), self.known(site, space).await?));
            spaces.push(space);
        }
        site.site.remote.note_known(&all_known);
        for (space, (_, known)) in spaces.into_iter().zip(&all_known) {
            if !site.is_in() {
                break;
            }
            match self.pull_space(site, space, known).await? {
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
        let resumed = self.store.pull_state(space.id).await?.filter(|state| is_fresh(state.begun_at, self.now()));
        let begun_at = resumed.as_ref().map_or_else(|| self.now(), |state| state.begun_at);
        let cursors = match resumed {
            Some(state) => state.cursors,
            None => {
                self.store.clear_staging(space.id).await?;
                match site.site.remote.begin_pull(&space.remote, known).await {
                    Ok(cursors) => cursors,
                    Err(error) => return Ok(Err(error)),
                }
            }
        };
        let (answers, pages) = mpsc::channel(AHEAD);
        let asking = self.ask_for_pages(site, space, known, cursors.clone(), answers).map(Ok);
        let keeping = self.keep_pages(site, space, known, PullState { begun_at, cursors }, pages);
        let (asked, ()) = try_join!(asking, keeping)?;
        if asked.is_ok() {
            self.store.end_pull(space.id).await?;
        }
        Ok(asked)
    }

    /// Sends the requests of a pull, and hands on what they bring.
    async fn ask_for_pages(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        known: &[Known],
        mut waiting: Vec<Cursor>,
        mut answers: mpsc::Sender<(Cursor, Page)>,
    ) -> std::result::Result<(), RemoteError> {
        let remote = &site.site.remote;
        let mut under_way = FuturesUnordered::new();
        let mut failure = None;
        loop {
            while failure.is_none() && under_way.len() < IN_FLIGHT && !self.watch.is_stopping() {
                let Some(cursor) = waiting.pop() else { break };
                under_way.push(async move { (remote.pull(&space.remote, &cursor, known).await, cursor) });
            }
            let Some((answer, cursor)) = under_way.next().await else { break };
            match answer {
                Ok(page) => {
                    waiting.extend(page.more.iter().cloned());
                    // Nobody takes it where the workspace could not be written: that error is the run's.
                    if answers.send((cursor, page)).await.is_err() {
                        break;
                    }
                }
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        if self.watch.is_stopping() && failure.is_none() {
            failure = Some(RemoteError::new(RemoteErrorKind::Stopped, "stopped"));
        }
        failure.map_or(Ok(()), Err)
    }

    /// Keeps what the requests of a pull bring, while the next ones are under way.
    async fn keep_pages(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        known: &[Known],
        PullState { begun_at, cursors: mut open }: PullState,
        mut pages: mpsc::Receiver<(Cursor, Page)>,
    ) -> Result<()> {
        let mut arriving = self.arriving(space, known).await?;
        // Requests answered, and those that no cursor names yet, by what the newest page of a list said.
        let (mut answered, mut ahead) = (0, 0);
        while let Some((cursor, page)) = pages.next().await {
            answered += 1;
            ahead = page.ahead.map_or(ahead, |ahead| ahead as usize);
            self.note_time_zone(space, &page).await?;
            self.note_space(site, space, &page).await?;
            let waits = match &mut arriving {
                Some(arriving) => self.show_early(site, space, &page, arriving).await?,
                None => page.objects,
            };
            self.store.stage(self.id, site.site.account, space.id, &waits, &page.unchanged).await?;
            if let Some(at) = open.iter().position(|open| *open == cursor) {
                open.remove(at);
            }
            open.extend(page.more);
            self.store.set_pull_state(space.id, begun_at, &open).await?;
            let doing = format!("Receiving {} of {}", cursor.list, space.name);
            self.tell(site, Phase::Receiving, answered, Some(answered + open.len() + ahead), &doing);
        }
        Ok(())
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
}

/// Whether a pull that began then is gone on with. One from the future tells of a clock that was set, and is not.
fn is_fresh(begun_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let age = now - begun_at;
    age >= TimeDelta::zero() && age < RESUMED_WITHIN
}
