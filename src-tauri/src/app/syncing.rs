//! Starting a sync, and what follows one; one runs at a time.

use std::sync::Arc;

use domain::{Remote, RemoteErrorKind, SpaceId};
use store::Account;
use sync::{LeftOut, Options, Report, Site, SiteSpace, Watch};

use super::running::Runs;
use super::{App, id, now};
use crate::dto::{EventDto, ReportDto};
use crate::error::{Failure, Result};
use crate::secrets::Secrets;

/// What the application holds for its sites while it runs.
#[derive(Default)]
pub(crate) struct Online {
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) runs: Runs,
    /// Held by the run under way, so that a second one waits for it and not beside it.
    pub(crate) turn: tokio::sync::Mutex<()>,
    #[cfg(feature = "discourse-integration")]
    pub(crate) key_requests: std::sync::Mutex<std::collections::HashMap<String, super::userkeys::Pending>>,
    /// What each account has learnt of its forum while the program runs, by address and login.
    #[cfg(feature = "discourse-integration")]
    pub(crate) forums: std::sync::Mutex<std::collections::HashMap<String, discourse::Memory>>,
    /// Images that did not come.
    pub(crate) missing: super::images::Missing,
    #[cfg(feature = "sample")]
    pub(crate) sample: tokio::sync::Mutex<Option<simulators::sample::RunningSample>>,
}

/// What a run is about.
pub(crate) struct Reached {
    pub(crate) sites: Vec<Site>,
    /// Accounts without a key.
    pub(crate) missing: Vec<LeftOut>,
    pub(crate) spaces: Vec<(Vec<SiteSpace>, Arc<dyn Remote>)>,
}

impl App {
    /// Starts a sync, or answers with the one that runs. The event `Finished` tells its end.
    pub async fn sync_start(self: &Arc<Self>, only: Option<&str>) -> Result<String> {
        let only: Option<SpaceId> = only.map(id).transpose()?;
        if let Some(running) = self.syncing() {
            return Ok(running);
        }
        let run = self.store.new_seed_text();
        let (app, name) = (Arc::clone(self), run.clone());
        let watch = app.begin(&run).await?;
        tokio::spawn(async move {
            let report = app.sync_with(only, watch).await;
            app.end(&name);
            match report {
                Ok(report) => app.tell(EventDto::Finished { run: report.run.to_string() }),
                Err(error) => {
                    tracing::error!(%error, "the sync could not go on");
                    app.tell(EventDto::Finished { run: String::new() });
                }
            }
            app.tell(EventDto::Changed { space: None, entities: Vec::new() });
        });
        Ok(run)
    }

    /// Runs a sync to its end and answers with its report.
    pub async fn sync_now(&self, only: Option<&str>) -> Result<ReportDto> {
        let only = only.map(id).transpose()?;
        let report = self.sync_with(only, Watch::default()).await?;
        self.report_dto(&report).await
    }

    async fn sync_with(&self, only: Option<SpaceId>, watch: Watch) -> Result<Report> {
        let _turn = self.online.turn.lock().await;
        let Reached { sites, missing, spaces } = self.reached(&watch, only).await?;
        let report = sync::sync_without(&self.store, sites, missing, self.options(only), watch.clone()).await?;
        self.after(&report, spaces, only, &watch).await?;
        Ok(report)
    }

    /// What follows a run: images of the documents, then files that they link to, and what is known of each account.
    pub(crate) async fn after(
        &self,
        report: &Report,
        spaces: Vec<(Vec<SiteSpace>, Arc<dyn Remote>)>,
        only: Option<SpaceId>,
        watch: &Watch,
    ) -> Result<()> {
        let reached = |space: &&SiteSpace| {
            only.is_none_or(|only| only == space.id)
                && !report.left_out.iter().any(|left| left.space.is_none_or(|left| left == space.id))
        };
        for (spaces, remote) in &spaces {
            for space in spaces.iter().filter(reached).filter(|_| !watch.is_stopping()) {
                self.fetch_images(space, remote, watch).await?;
            }
        }
        for (spaces, remote) in &spaces {
            for space in spaces.iter().filter(reached).filter(|_| !watch.is_stopping()) {
                self.fetch_files(space, remote, watch).await?;
            }
        }
        self.note_accounts(report).await
    }

    /// The sites of a run, and the accounts left out of it. One that keeps nothing of the one space asked for is neither.
    pub(crate) async fn reached(&self, watch: &Watch, only: Option<SpaceId>) -> Result<Reached> {
        let (sites, mut missing) = self.sites(watch).await?;
        if let Some(only) = only {
            let account = self.store.space(only).await?.account;
            missing.retain(|left| Some(left.account) == account);
        }
        self.note_connected(watch, &sites);
        let spaces = sites.iter().map(|site| (site.spaces.clone(), Arc::clone(&site.remote))).collect();
        Ok(Reached { sites, missing, spaces })
    }

    pub(crate) fn options(&self, only: Option<SpaceId>) -> Options {
        Options { only, strategy: domain::plan::ConflictStrategy::Ask, now: Arc::new(now) }
    }

    /// Every account with its integration and spaces. One whose key is missing is left out with that reason.
    async fn sites(&self, watch: &Watch) -> Result<(Vec<Site>, Vec<LeftOut>)> {
        let (mut sites, mut missing) = (Vec::new(), Vec::new());
        let spaces = self.store.spaces().await?;
        for account in self.store.accounts().await? {
            let own: Vec<SiteSpace> = spaces
                .iter()
                .filter(|space| space.account == Some(account.id))
                .filter_map(|space| {
                    let remote = space.remote.clone()?;
                    Some(SiteSpace {
                        id: space.id,
                        name: space.name.clone(),
                        remote,
                        read_only: space.read_only.clone(),
                    })
                })
                .collect();
            match self.remote(&account, watch.token()).await {
                Ok(remote) => {
                    sites.push(Site {
                        account: account.id,
                        name: account.site_name.clone(),
                        user: account.user.clone(),
                        remote,
                        spaces: own,
                    });
                }
                Err(Failure::Remote { error, .. }) if error.kind == RemoteErrorKind::SignIn => {
                    missing.push(no_key(&account))
                }
                Err(error) => return Err(error),
            }
        }
        Ok((sites, missing))
    }

    async fn note_accounts(&self, report: &Report) -> Result<()> {
        for mut account in self.store.accounts().await? {
            let left = report.left_out.iter().find(|left| left.account == account.id && left.space.is_none());
            account.trouble = left.map(|left| left.code.clone());
            if left.is_none() {
                account.reached_at = Some(report.finished_at);
            }
            self.store.put_account(&account).await?;
        }
        for waiting in &report.notifications {
            self.store.set_notifications(waiting.account, waiting.count)?;
        }
        Ok(())
    }
}

fn no_key(account: &Account) -> LeftOut {
    LeftOut {
        account: account.id,
        space: None,
        name: account.site_name.clone(),
        code: "sign_in".to_owned(),
        why: format!(
            "There is no access key for {}. Your changes are safe here and go on after you sign in again.",
            account.site_name
        ),
    }
}
