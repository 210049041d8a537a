//! What the window sees of the run under way: how far each site is, what it waits for, and whether it is stopping.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::{AccountId, Remote};
use sync::{Phase, Site, SiteProgress, Watch};
use tokio::task::AbortHandle;

use super::App;
use crate::dto::{EventDto, ProgressDto, SiteProgressDto};
use crate::error::Result;

/// How often the window hears of what arrives while a pull goes on.
const ARRIVALS_EVERY: Duration = Duration::from_secs(3);

/// How often a wait is looked at. During one nothing else moves, so no step of the run tells of it.
const WAITS_EVERY: Duration = Duration::from_secs(1);

/// The runs that were begun and have not ended: one is at work, and others wait for their turn.
#[derive(Default)]
pub(crate) struct Runs(Mutex<Vec<Running>>);

#[derive(Clone)]
struct Running {
    told: Arc<Told>,
    watch: Watch,
    ticking: AbortHandle,
}

/// What is told of a run beside its steps.
struct Told {
    run: String,
    /// It reads for a plan that is looked through, and syncs nothing.
    reads: bool,
    names: HashMap<AccountId, String>,
    /// The sites' clients, once they are connected: each knows for how long it waits.
    remotes: Mutex<HashMap<AccountId, Arc<dyn Remote>>>,
}

impl Runs {
    fn all(&self) -> MutexGuard<'_, Vec<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The run that is at work: of those begun, the first whose sites are being asked.
    fn at_work(&self) -> Option<Running> {
        let all = self.all();
        all.iter().find(|running| !running.watch.sites().is_empty()).or(all.first()).cloned()
    }
}

impl App {
    /// A run that the window watches and may stop.
    pub(crate) async fn begin(&self, run: &str) -> Result<Watch> {
        self.begin_run(run, false).await
    }

    /// The same, of a run that reads for a plan.
    pub(crate) async fn begin_reading(&self, run: &str) -> Result<Watch> {
        self.begin_run(run, true).await
    }

    async fn begin_run(&self, run: &str, reads: bool) -> Result<Watch> {
        let names = self.store.accounts().await?.into_iter().map(|account| (account.id, account.site_name)).collect();
        let told = Arc::new(Told { run: run.to_owned(), reads, names, remotes: Mutex::default() });
        let watch = self.watch(Arc::clone(&told));
        let ticking = self.tell_waits(Arc::clone(&told), watch.clone());
        self.online.runs.all().push(Running { told, watch: watch.clone(), ticking });
        Ok(watch)
    }

    pub(crate) fn end(&self, run: &str) {
        self.online.runs.all().retain(|running| {
            let ends = running.told.run == run;
            if ends {
                running.ticking.abort();
            }
            !ends
        });
    }

    /// Notes which clients a run uses.
    pub(crate) fn note_connected(&self, run: &Watch, sites: &[Site]) {
        let all = self.online.runs.all();
        if let Some(running) = all.iter().find(|running| running.watch.is(run)) {
            let remotes = sites.iter().map(|site| (site.account, Arc::clone(&site.remote)));
            running.told.remotes.lock().unwrap_or_else(PoisonError::into_inner).extend(remotes);
        }
    }

    /// Asks every run to stop after what is being sent.
    pub fn sync_stop(&self) {
        let all = self.online.runs.all().clone();
        all.iter().for_each(|running| running.watch.stop());
    }

    /// The name of the sync that is at work, or waits for its turn.
    pub(crate) fn syncing(&self) -> Option<String> {
        self.online.runs.all().iter().find(|running| !running.told.reads).map(|running| running.told.run.clone())
    }

    pub(crate) fn progress(&self) -> Option<ProgressDto> {
        self.online.runs.at_work().map(|running| running.told.progress(&running.watch))
    }

    fn watch(&self, told: Arc<Told>) -> Watch {
        let listener = Arc::clone(&self.listener);
        // What arrived is in the lists of the window soon, and not at every step.
        let shown_before = Mutex::new((0, Instant::now()));
        Watch::new(move |watch| {
            let shown: u32 = watch.sites().iter().map(|site| site.shown).sum();
            let mut before = shown_before.lock().unwrap_or_else(PoisonError::into_inner);
            let is_news = shown > before.0 && (before.0 == 0 || before.1.elapsed() >= ARRIVALS_EVERY);
            if is_news {
                *before = (shown, Instant::now());
            }
            drop(before);
            if is_news {
                listener(EventDto::Changed { space: None, entities: Vec::new() });
            }
            listener(EventDto::Progress { progress: told.progress(watch) });
        })
    }

    /// Tells of waits while they last.
    fn tell_waits(&self, told: Arc<Told>, watch: Watch) -> AbortHandle {
        let listener = Arc::clone(&self.listener);
        let tells = async move {
            let mut waited = false;
            loop {
                tokio::time::sleep(WAITS_EVERY).await;
                let progress = told.progress(&watch);
                let waits = progress.sites.iter().any(|site| site.wait_seconds.is_some());
                // Once more at its end: what follows may take a while before it tells of itself.
                if waits || waited {
                    listener(EventDto::Progress { progress });
                }
                waited = waits;
            }
        };
        tokio::spawn(tells).abort_handle()
    }
}

impl Told {
    fn progress(&self, watch: &Watch) -> ProgressDto {
        let remotes = self.remotes.lock().unwrap_or_else(PoisonError::into_inner);
        let site = |site: &SiteProgress| {
            let name = self.names.get(&site.account).map_or("", String::as_str);
            site_dto(site, name, remotes.get(&site.account).and_then(|remote| remote.waits_for()))
        };
        ProgressDto {
            run: self.run.clone(),
            sites: watch.sites().iter().map(site).collect(),
            stopping: watch.is_stopping(),
        }
    }
}

fn site_dto(site: &SiteProgress, name: &str, wait: Option<Duration>) -> SiteProgressDto {
    // The pause before a request is tried again is too short to tell of.
    let wait = wait.filter(|wait| *wait >= WAITS_EVERY);
    SiteProgressDto {
        account: site.account.to_string(),
        site_name: name.to_owned(),
        phase: match site.phase {
            Phase::Done => "done",
            Phase::LeftOut => "left_out",
            _ if wait.is_some() => "waiting",
            Phase::Checking => "checking",
            Phase::Receiving => "receiving",
            Phase::Comparing => "comparing",
            Phase::Sending => "sending",
        }
        .to_owned(),
        done: site.done,
        total: site.total,
        doing: site.doing.clone(),
        wait_seconds: wait.map(|wait| u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)),
    }
}
