//! What a client has sent and received.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// What was sent and received since the client was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests made, each try counted.
    pub requests: u32,
    /// Of these, requests that may write.
    pub writes: u32,
    /// Bytes received in bodies, after decompression.
    pub bytes_in: u64,
    /// Bytes sent in bodies.
    pub bytes_out: u64,
    /// Time spent waiting for limits and before retries, in milliseconds.
    pub waited_millis: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Meter {
    requests: AtomicU32,
    writes: AtomicU32,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    waited_millis: AtomicU64,
}

impl Meter {
    pub(crate) fn sent(&self, write: bool, bytes: usize) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.writes.fetch_add(u32::from(write), Ordering::Relaxed);
        self.bytes_out.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn waited(&self, time: Duration) {
        self.waited_millis.fetch_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Traffic {
        Traffic {
            requests: self.requests.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            bytes_out: self.bytes_out.load(Ordering::Relaxed),
            waited_millis: self.waited_millis.load(Ordering::Relaxed),
        }
    }
}
