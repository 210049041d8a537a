//! The engine's guards by name, so that a simulation can take each away and show that something is lost without it.

/// One of the engine's guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EngineGuard {
    /// The look at the site right before a write.
    PreWriteCheck,
    /// The line in the journal before a write is sent.
    JournalIntent,
    /// The look-up of a write whose answer was lost.
    Adoption,
    /// The second witness of a delete.
    SecondWitness,
    /// Taking what the site made of a write as the base, in place of what was sent.
    ReadBack,
    /// The change counter, by which an edit made meanwhile is noticed.
    ChangeCounter,
    /// Telling by times and ids that what a site shows is older than what is known of it.
    Standing,
    /// Recognising an older copy of the workspace.
    OlderCopy,
}

impl EngineGuard {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::PreWriteCheck,
        Self::JournalIntent,
        Self::Adoption,
        Self::SecondWitness,
        Self::ReadBack,
        Self::ChangeCounter,
        Self::Standing,
        Self::OlderCopy,
    ];
}

/// Which guards are on. Without the feature `mutation`, which the product does not ask for, only the full set can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guards {
    off: Option<EngineGuard>,
}

impl Guards {
    /// All guards are on.
    #[must_use]
    pub fn all() -> Self {
        Self { off: None }
    }

    /// All but one, to show what it is for.
    #[cfg(feature = "mutation")]
    #[must_use]
    pub fn without(guard: EngineGuard) -> Self {
        Self { off: Some(guard) }
    }

    /// Whether one is on.
    #[must_use]
    pub fn has(self, guard: EngineGuard) -> bool {
        self.off != Some(guard)
    }
}
