//! A site's part of a run: its account, its remote, the spaces kept from it, and whether it is still in the run.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{AccountId, Identity, Remote, RemoteError, RemoteErrorKind, RemoteId, SpaceId};

use crate::report::{LeftOut, Notifications};

/// A site as the caller hands it to a run.
#[derive(Clone)]
pub struct Site {
    /// The account.
    pub account: AccountId,
    /// Name as shown.
    pub name: String,
    /// Who the account belonged to when it was linked: another person's key is refused.
    pub user: RemoteId,
    /// The integration.
    pub remote: Arc<dyn Remote>,
    /// Spaces kept from it.
    pub spaces: Vec<SiteSpace>,
}

/// A space of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteSpace {
    /// Ours.
    pub id: SpaceId,
    /// Name as shown.
    pub name: String,
    /// Its id there.
    pub remote: RemoteId,
    /// Why it cannot be written to.
    pub read_only: Option<String>,
}

/// What a site said when it was asked who we are.
#[derive(Debug, Default)]
struct Facts {
    read_only: Option<String>,
    clock_offset: i64,
    notifications: Option<u32>,
}

/// A site in a run. It may leave the run at any time; the others go on.
pub(crate) struct RunningSite {
    pub(crate) site: Site,
    left: Mutex<Option<RemoteErrorKind>>,
    facts: Mutex<Facts>,
    shown: AtomicU32,
    goes_on: AtomicBool,
    /// Why spaces cannot be written to, as this run learnt it.
    closed: Mutex<HashMap<SpaceId, Option<String>>>,
}

impl RunningSite {
    pub(crate) fn new(site: Site) -> Self {
        Self {
            site,
            left: Mutex::default(),
            facts: Mutex::default(),
            shown: AtomicU32::new(0),
            goes_on: AtomicBool::new(false),
            closed: Mutex::default(),
        }
    }

    pub(crate) fn note_closed(&self, space: SpaceId, why: Option<String>) {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner).insert(space, why);
    }

    /// Why a space cannot be written to: as its site says now, or as it was when it was last synced.
    pub(crate) fn why_closed(&self, space: &SiteSpace) -> Option<String> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.get(&space.id).unwrap_or(&space.read_only).clone()
    }

    /// Something of this site was taken over before all of it came.
    pub(crate) fn note_shown(&self) {
        self.shown.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn shown(&self) -> u32 {
        self.shown.load(Ordering::Relaxed)
    }

    pub(crate) fn set_goes_on(&self, goes_on: bool) {
        self.goes_on.store(goes_on, Ordering::Relaxed);
    }

    /// Whether the person goes on with it although it was set back.
    pub(crate) fn goes_on(&self) -> bool {
        self.goes_on.load(Ordering::Relaxed)
    }

    pub(crate) fn is_in(&self) -> bool {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    pub(crate) fn leave(&self, kind: RemoteErrorKind) {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = Some(kind);
    }

    pub(crate) fn set_facts(&self, identity: Identity) {
        let Identity { read_only, clock_offset_seconds, notifications, .. } = identity;
        *self.facts() = Facts { read_only, clock_offset: clock_offset_seconds.unwrap_or(0), notifications };
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why nothing can be written to the whole site now.
    pub(crate) fn read_only(&self) -> Option<String> {
        self.facts().read_only.clone()
    }

    /// Server's clock minus ours, in seconds.
    pub(crate) fn clock_offset(&self) -> i64 {
        self.facts().clock_offset
    }

    /// Notifications that wait there unread.
    pub(crate) fn notifications(&self) -> Option<Notifications> {
        let count = self.facts().notifications?;
        Some(Notifications { account: self.site.account, count })
    }

    pub(crate) fn left_out(&self, space: Option<&SiteSpace>, error: &RemoteError) -> LeftOut {
        let (code, why) = words(&self.site.name, space, error);
        LeftOut {
            account: self.site.account,
            space: space.map(|space| space.id),
            name: space.map_or_else(|| self.site.name.clone(), |space| space.name.clone()),
            code: code.to_owned(),
            why,
        }
    }
}

/// A failure of a site in a stable code and a sentence.
fn words(site: &str, space: Option<&SiteSpace>, error: &RemoteError) -> (&'static str, String) {
    use RemoteErrorKind::{
        Down, Forbidden, Later, Malformed, NotFound, Portal, Refused, SignIn, Stopped, Throttled, Unreachable,
        WrongSite,
    };
    let place = space.map_or(site, |space| space.name.as_str());
    match error.kind {
        Unreachable => ("unreachable", format!("{site} was not reached. What you wrote for it is safe here.")),
        WrongSite => (
            "wrong_site",
            format!("What answers at the address of {site} is another kind of website. Nothing was sent or changed."),
        ),
        Portal => (
            "portal",
            format!(
                "This network asks you to sign in before it lets anything through (its page answered instead of {site}). Nothing was sent or changed."
            ),
        ),
        SignIn => (
            "sign_in",
            format!(
                "{site} does not accept the access key any more. Your changes are safe here and go on after you sign in again."
            ),
        ),
        Throttled | Later(_) => {
            let words = match error.wait_seconds.filter(|seconds| *seconds >= NAMED) {
                Some(seconds) => format!(
                    "{site} takes no more requests for now. It goes on in {}; a sync before that does not ask it.",
                    long(seconds)
                ),
                None => format!("{site} takes no more requests for now. The rest goes next time."),
            };
            ("throttled", words)
        }
        Down => ("down", format!("{site} answers with an error ({}). Your changes are safe here.", error.words)),
        Stopped => ("stopped", "Stopped. The rest goes next time.".to_owned()),
        Forbidden | NotFound => {
            ("refused", format!("{site} does not let you read {place}: {}. Your copy is kept.", error.words))
        }
        Refused | Malformed => ("refused", format!("{place} could not be read: {}. Your copy is kept.", error.words)),
    }
}

/// Shorter waits are over before anybody has read of them.
const NAMED: u64 = 300;

/// A wait as people say it, never shorter than it is.
fn long(seconds: u64) -> String {
    match seconds.div_ceil(60) {
        minutes @ ..=90 => format!("{minutes} minutes"),
        minutes => format!("{} hours", minutes.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_site_that_takes_no_more_requests_today_says_when_it_goes_on() {
        let throttled = |seconds: Option<u64>| {
            let error = RemoteError::new(RemoteErrorKind::Throttled, "enough").after(seconds.map(Duration::from_secs));
            words("The forum", None, &error).1
        };
        assert!(throttled(Some(85_734)).contains("goes on in 24 hours"), "{}", throttled(Some(85_734)));
        assert!(throttled(Some(3_000)).contains("goes on in 50 minutes"));
        for short in [Some(17), None] {
            assert!(throttled(short).contains("The rest goes next time"));
        }
    }
}
