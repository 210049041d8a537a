//! A plan that a person looks through before anything happens, and its execution to the letter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::plan::{Action, EntityState, Line, Observed};
use domain::{AccountId, RunId, SpaceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::progress::Watch;
use crate::report::{LeftOut, Report};
use crate::run::{Options, Run, SitePlan};
use crate::site::Site;
use crate::workspace::Workspace;

/// Under which name the newest plan stands among the settings.
const NEWEST: &str = "sync.plan";

/// A plan as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Which.
    pub id: RunId,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The one space that it is about, where it is not about all.
    pub only: Option<SpaceId>,
    /// Lines in the order in which they are carried out.
    pub lines: Vec<ReviewLine>,
    /// Sites and spaces that it says nothing about.
    pub left_out: Vec<LeftOut>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewLine {
    /// Its name within plans: the same thing has the same in the next plan.
    pub id: String,
    /// What is to be done.
    pub line: Line,
    /// A fingerprint of everything that the line was made from: what is carried out is what was shown, or nothing is.
    pub seen: String,
}

/// What became of a reviewed plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Executed {
    /// What was ticked was carried out, and nothing else.
    Done(Box<Report>),
    /// Nothing was carried out: these ticked lines are not what they were. The new plan is beside them.
    Moved {
        /// Names of the lines that changed or went.
        changed: Vec<String>,
        /// The new plan, stored as the newest.
        review: Box<Review>,
    },
}

/// What a sync would do now, kept as the newest plan. Receives, and writes nothing but what was received and what it asks: a
/// question that it shows can be answered at once.
///
/// # Errors
/// `Stopped` when the person stopped it, with the plan before still the newest; else only when the workspace itself cannot be read or written.
pub async fn review(store: &dyn Workspace, sites: Vec<Site>, options: Options, watch: Watch) -> Result<Review> {
    review_without(store, sites, Vec::new(), options, watch).await
}

/// The same, where some accounts are left out before anything begins.
///
/// # Errors
/// As [`review`].
pub async fn review_without(
    store: &dyn Workspace,
    sites: Vec<Site>,
    left_out: Vec<LeftOut>,
    options: Options,
    watch: Watch,
) -> Result<Review> {
    let only = options.only;
    let mut run = Run::new(store, sites, options, watch)?;
    run.left_out = left_out;
    run.only_as_shown = true;
    run.open().await?;
    let mut pulled = run.pull_all().await?;
    run.look_back(&mut pulled).await?;
    let plans = run.plan_all(&pulled).await?;
    if run.watch.is_stopping() {
        return Err(Error::Stopped);
    }
    run.keep_review(only, &plans).await
}

/// The newest plan that was shown and not carried out yet.
///
/// # Errors
/// When the workspace cannot be read.
pub async fn newest_review(store: &dyn Workspace) -> Result<Option<Review>> {
    match store.setting(NEWEST).await?.filter(|text| !text.is_empty()) {
        Some(text) => Ok(Some(serde_json::from_str(&text).map_err(|error| Error::Stored(error.to_string()))?)),
        None => Ok(None),
    }
}

/// Carries out the lines of a plan but those named in `without`. Where one of them is no more what was shown, nothing is
/// carried out and the new plan is the answer. Lines that are new since are left for another time.
///
/// # Errors
/// Only when the workspace itself cannot be read or written.
pub async fn execute(
    store: &dyn Workspace,
    sites: Vec<Site>,
    options: Options,
    watch: Watch,
    shown: &Review,
    without: &BTreeSet<String>,
) -> Result<Executed> {
    execute_without(store, sites, Vec::new(), options, watch, shown, without).await
}

/// The same, where some accounts are left out before anything begins.
///
/// # Errors
/// As [`execute`].
pub async fn execute_without(
    store: &dyn Workspace,
    sites: Vec<Site>,
    left_out: Vec<LeftOut>,
    mut options: Options,
    watch: Watch,
    shown: &Review,
    without: &BTreeSet<String>,
) -> Result<Executed> {
    options.only = shown.only;
    let mut run = Run::new(store, sites, options, watch)?;
    run.left_out = left_out;
    run.only_as_shown = true;
    run.open().await?;
    run.lap("open");
    let mut items = run.settle().await?;
    let mut pulled = run.pull_all().await?;
    run.look_back(&mut pulled).await?;
    run.lap("pull");
    let mut plans = run.plan_all(&pulled).await?;
    run.lap("plan");

    let now: BTreeMap<String, String> =
        plans.iter().flat_map(SitePlan::reviewed).map(|line| (line.id, line.seen)).collect();
    let ticked: Vec<&ReviewLine> = shown.lines.iter().filter(|line| !without.contains(&line.id)).collect();
    let changed: Vec<String> = ticked
        .iter()
        .filter(|line| now.get(&line.id) != Some(&line.seen) && !run.is_left_out(&line.line))
        .map(|line| line.id.clone())
        .collect();
    // A stopped run has not read all that the plan was made from, so it cannot say what moved.
    if !changed.is_empty() && !run.watch.is_stopping() {
        let review = Box::new(run.keep_review(shown.only, &plans).await?);
        return Ok(Executed::Moved { changed, review });
    }
    let ticked: BTreeSet<&str> =
        ticked.iter().filter(|line| !changed.contains(&line.id)).map(|line| line.id.as_str()).collect();
    run.end_outgrown(&plans).await?;
    for plan in &mut plans {
        let stays =
            |line: &Line| line.action == Action::Refresh || asks(line) || ticked.contains(line_id(line).as_str());
        plan.plan.lines.retain(stays);
    }
    run.shown.note(&plans);
    // Stopped before anything was done, it can be carried out another time.
    if !run.watch.is_stopping() {
        store.set_setting(NEWEST, "").await?;
    }
    items.extend(run.apply_all(&plans).await?);
    run.lap("apply");
    items.extend(run.push_all(&plans).await?);
    items.extend(run.follow_moved().await?);
    run.lap("push");
    Ok(Executed::Done(Box::new(run.finish(items).await?)))
}

impl Run<'_> {
    /// Keeps a plan as the newest, and what it asks the person where a sync would keep it.
    async fn keep_review(&self, only: Option<SpaceId>, plans: &[SitePlan]) -> Result<Review> {
        self.apply_lines(plans, asks).await?;
        let review = Review {
            id: self.id,
            made_at: self.now(),
            only,
            lines: plans.iter().flat_map(SitePlan::reviewed).collect(),
            left_out: self.left_out.clone(),
        };
        let text = serde_json::to_string(&review).map_err(|error| Error::Stored(error.to_string()))?;
        self.store.set_setting(NEWEST, &text).await?;
        Ok(review)
    }

    /// Whether a line's site or space is out of this run: then it is not carried out, and nothing is known to have changed.
    fn is_left_out(&self, line: &Line) -> bool {
        let out = |account: AccountId, space: Option<SpaceId>| {
            account == line.account && space.is_none_or(|space| space == line.space)
        };
        self.left_out.iter().any(|left| out(left.account, left.space))
    }
}

impl SitePlan {
    /// Lines as a person reviews them: what changes nothing that one can see is not among them.
    fn reviewed(&self) -> Vec<ReviewLine> {
        let states = crate::run::StateIndex::new(&self.states);
        self.plan
            .lines
            .iter()
            .filter(|line| line.action != Action::Refresh)
            .map(|line| ReviewLine { id: line_id(line), line: line.clone(), seen: fingerprint(line, states.of(line)) })
            .collect()
    }
}

/// Whether a line does nothing but ask the person: no side changes by it, so there is nothing to leave out.
pub(crate) fn asks(line: &Line) -> bool {
    matches!(line.action, Action::Conflict { .. } | Action::Ask { .. })
}

/// A short name that the same thing has in every plan.
fn line_id(line: &Line) -> String {
    let what = match (&line.entity, &line.remote) {
        (Some(entity), _) => entity.to_string(),
        (None, Some(remote)) => remote.to_string(),
        (None, None) => String::new(),
    };
    short(&format!("{}\n{what}", line.account))
}

fn fingerprint(line: &Line, state: Option<&EntityState>) -> String {
    let action = serde_json::to_string(&line.action).unwrap_or_default();
    let local = state.and_then(|state| state.local.as_ref());
    let here = local.map(|local| (local.content.hash().0, local.deleted));
    let there = match state.map(|state| &state.observed) {
        Some(Observed::Seen { canonical, .. }) => canonical.hash().0,
        // Not fetched, because it is the base.
        Some(Observed::Unchanged) => {
            state.and_then(|state| state.base.as_ref()).map(|base| base.canonical.hash().0).unwrap_or_default()
        }
        other => format!("{other:?}"),
    };
    short(&format!("{action}\n{here:?}\n{there}"))
}

fn short(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}
