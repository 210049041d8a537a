//! What happens beside a run while it is at something.

use std::sync::atomic::{AtomicBool, Ordering};

use sync::{Phase, Watch};

/// A handle that does something once, when its run comes to a phase.
pub(crate) fn meanwhile(phase: Phase, then: impl Fn() + Send + Sync + 'static) -> Watch {
    let done = AtomicBool::new(false);
    Watch::new(move |watch| {
        if watch.sites().iter().any(|site| site.phase == phase) && !done.swap(true, Ordering::Relaxed) {
            then();
        }
    })
}
