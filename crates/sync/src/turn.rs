//! One sync of a workspace at a time: two would each send what is pending. Other processes are kept out by the workspace's
//! lock; this keeps out a second run of the same process.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use domain::DeviceId;

use crate::error::{Error, Result};

static RUNNING: Mutex<BTreeSet<DeviceId>> = Mutex::new(BTreeSet::new());

/// Held by a run for as long as it lives.
pub(crate) struct Turn(DeviceId);

impl Turn {
    pub(crate) fn take(device: DeviceId) -> Result<Self> {
        let free = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).insert(device);
        if free { Ok(Self(device)) } else { Err(Error::Running) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
