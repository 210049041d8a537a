//! Ids from a count: the same in every run of a seed, and different from those of every other seed and installation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::IdSeed;

/// Where an installation's ids come from.
#[derive(Debug, Clone)]
pub struct Ids {
    count: Arc<AtomicU64>,
    run: u16,
    owner: u64,
}

impl Ids {
    /// Ids of installation `place` in a run of `seed`. `run` tells runs of one seed that live at once apart: the engine lets
    /// an installation, which it knows by its id, sync once at a time in a process.
    #[must_use]
    pub fn new(seed: u64, place: u8, run: u16) -> Self {
        let owner = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (u64::from(place) << 8);
        Self { count: Arc::new(AtomicU64::new(1)), run, owner }
    }

    /// The next one: ids rise in the order in which they are made.
    #[must_use]
    pub fn next(&self) -> IdSeed {
        let unix_millis = self.count.fetch_add(1, Ordering::SeqCst);
        let mut random = [0; 10];
        // Before the owner: which of two installations has the lower id is the same in every run. A UUID takes twelve bits of these two bytes.
        random[..2].copy_from_slice(&(self.run & 0x0FFF).to_be_bytes());
        random[2..].copy_from_slice(&self.owner.to_be_bytes());
        IdSeed { unix_millis, random }
    }
}
