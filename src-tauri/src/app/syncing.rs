//! Starting, watching and stopping a sync; one runs at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::{AccountId, Remote, RemoteErrorKind, SpaceId};
use store::Account;
use sync::{LeftOut, Options, Phase, Report, Site, SiteSpace, Watch};

use super::{App, id, now};
use crate::dto::{EventDto, ProgressDto, ReportDto, SiteProgressDto};
use crate::error::{Failure, Result};
use crate::secrets::Secrets;

/// How often the window hears of what arrives while a pull goes on.
const ARRIVALS_EVERY: Duration = Duration::from_secs(3);

/// What the application holds for its sites while it runs.
#[derive(Default)]
pub(crate) struct Online {
    pub(crate) secrets: Arc<Secrets>,
    running: Mutex<Option<Running>>,
    /// Held by the run under way, so that a second one waits for it and not beside it.
    pub(crate) turn: tokio::sync::Mutex<()>,
    #[cfg(feature = "discourse-integration")]
    pub(crate) key_requests: Mutex<HashMap<String, super::userkeys::Pending>>,
    /// What each account has learnt of its forum while the program runs, by address and login.
    #[cfg(feature = "discourse-integration")]
    pub(crate) forums: Mutex<HashMap<String, discourse::Memory>>,
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

#[derive(Clone)]
struct Running {
    run: String,
    watch: Watch,
    names: HashMap<AccountId, String>,
}

impl App {
    /// Starts a sync, or answers with the one that runs. The event `Finished` tells its end.
    pub async fn sync_start(self: &Arc<Self>, only: Option<&str>) -> Result<String> {
        let only: Option<SpaceId> = only.map(id).transpose()?;
        if let Some(running) = self.running() {
            return Ok(running.run);
        }
        let run = self.store.new_seed_text();
        let app = Arc::clone(self);
        let watch = app.begin(&run).await?;
        tokio::spawn(async move {
            let report = app.sync_with(only, watch).await;
            app.set_running(None);
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

    /// Asks the running sync to stop after what is being sent.
    pub fn sync_stop(&self) {
        if let Some(running) = self.running() {
            running.watch.stop();
        }
    }

    /// Runs a sync to its end and answers with its report.
    pub async fn sync_now(&self, only: Option<&str>) -> Result<ReportDto> {
        let only = only.map(id).transpose()?;
        let report = self.sync_with(only, Watch::default()).await?;
        self.report_dto(&report).await
    }

    /// A run that the window watches and may stop.
    pub(crate) async fn begin(&self, run: &str) -> Result<Watch> {
        let names: HashMap<_, _> =
            self.store.accounts().await?.into_iter().map(|account| (account.id, account.site_name)).collect();
        let watch = self.watch(run, names.clone());
        self.set_running(Some(Running { run: run.to_owned(), watch: watch.clone(), names }));
        Ok(watch)
    }

    pub(crate) fn end(&self) {
        self.set_running(None);
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

    fn watch(&self, run: &str, names: HashMap<AccountId, String>) -> Watch {
        let (listener, run) = (Arc::clone(&self.listener), run.to_owned());
        // What arrived is in the lists of the window soon, and not at every step.
        let told = Mutex::new((0, Instant::now()));
        Watch::new(move |sites| {
            let shown: u32 = sites.iter().map(|site| site.shown).sum();
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if shown > told.0 && (told.0 == 0 || told.1.elapsed() >= ARRIVALS_EVERY) {
                *told = (shown, Instant::now());
                listener(EventDto::Changed { space: None, entities: Vec::new() });
            }
            drop(told);
            let name = |site: &sync::SiteProgress| names.get(&site.account).map_or("", String::as_str);
            let sites = sites.iter().map(|site| progress_dto(site, name(site))).collect();
            listener(EventDto::Progress { progress: ProgressDto { run: run.clone(), sites, stopping: false } });
        })
    }

    fn running(&self) -> Option<Running> {
        self.online.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_running(&self, running: Option<Running>) {
        *self.online.running.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }

    pub(crate) fn progress(&self) -> Option<ProgressDto> {
        let running = self.running()?;
        let name = |account| running.names.get(account).map_or("", String::as_str);
        Some(ProgressDto {
            sites: running.watch.sites().iter().map(|site| progress_dto(site, name(&site.account))).collect(),
            stopping: running.watch.is_stopping(),
            run: running.run,
        })
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

fn progress_dto(site: &sync::SiteProgress, name: &str) -> SiteProgressDto {
    SiteProgressDto {
        account: site.account.to_string(),
        site_name: name.to_owned(),
        phase: match site.phase {
            Phase::Checking => "checking",
            Phase::Receiving => "receiving",
            Phase::Comparing => "comparing",
            Phase::Sending => "sending",
            Phase::Done => "done",
            Phase::LeftOut => "left_out",
        }
        .to_owned(),
        done: site.done,
        total: site.total,
        doing: site.doing.clone(),
        wait_seconds: None,
    }
}
