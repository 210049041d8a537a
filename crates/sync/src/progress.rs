//! What a running sync tells while it runs, and how it is told to stop.

use std::sync::{Arc, Mutex, PoisonError};

use domain::AccountId;
use tokio_util::sync::CancellationToken;

/// What a site's part of a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Asking the site who we are.
    Checking,
    /// Receiving lists.
    Receiving,
    /// Comparing both sides.
    Comparing,
    /// Sending.
    Sending,
    /// Finished.
    Done,
    /// Left out.
    LeftOut,
}

/// Progress of one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteProgress {
    /// Account.
    pub account: AccountId,
    /// What is going on.
    pub phase: Phase,
    /// Things done in this phase.
    pub done: u32,
    /// Things to do in this phase, where known.
    pub total: Option<u32>,
    /// Things of it that are here already, before all came.
    pub shown: u32,
    /// What is happening, in words.
    pub doing: String,
}

type Listener = Arc<dyn Fn(&Watch) + Send + Sync>;

/// The handle of a run that its starter keeps: what it does now, and the stop button.
#[derive(Clone, Default)]
pub struct Watch {
    sites: Arc<Mutex<Vec<SiteProgress>>>,
    listener: Option<Listener>,
    stop: CancellationToken,
}

impl Watch {
    /// A handle whose listener is called at each step, on the run's own task, and at once when a stop is asked for.
    #[must_use]
    pub fn new(listener: impl Fn(&Self) + Send + Sync + 'static) -> Self {
        Self { listener: Some(Arc::new(listener)), ..Self::default() }
    }

    /// Asks the run to stop after what is being sent now.
    pub fn stop(&self) {
        if !self.stop.is_cancelled() {
            self.stop.cancel();
            self.heard();
        }
    }

    /// Whether a stop was asked for.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// The token that waits and requests of this run listen to.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Whether another handle is of the same run.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.sites, &other.sites)
    }

    /// What every site is doing now.
    #[must_use]
    pub fn sites(&self) -> Vec<SiteProgress> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn tell(&self, progress: SiteProgress) {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        match sites.iter_mut().find(|site| site.account == progress.account) {
            Some(site) => *site = progress,
            None => sites.push(progress),
        }
        drop(sites);
        self.heard();
    }

    fn heard(&self) {
        if let Some(listener) = &self.listener {
            listener(self);
        }
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("sites", &self.sites())
            .field("stopping", &self.is_stopping())
            .finish_non_exhaustive()
    }
}
