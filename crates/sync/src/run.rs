//! One run of a sync: one readable function, each step a value handed to the next.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, Utc};
use domain::plan::{Action, ConflictStrategy, DeleteLimit, EntityState, Line, Observed, Plan};
use domain::{DeviceId, EntityId, RemoteRef, RunId, SpaceId, Traffic};
use futures::future::{join_all, try_join_all};

use crate::apply::{Parents, Planned};
use crate::as_shown::Shown;
use crate::error::Result;
use crate::guards::EngineGuard;
use crate::order::Orders;
use crate::own_addresses::linked_first;
use crate::progress::{Phase, SiteProgress, Watch};
use crate::pull::Pulled;
use crate::report::{Did, Item, LeftOut, Outcome, PhaseTime, Report};
use crate::review::asks;
use crate::site::{RunningSite, Site, SiteSpace};
use crate::turn::Turn;
use crate::workspace::Workspace;

/// What a run is asked to do.
#[derive(Clone)]
pub struct Options {
    /// One space only.
    pub only: Option<SpaceId>,
    /// How concurrent edits are settled.
    pub strategy: ConflictStrategy,
    /// The clock.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// A run under way.
pub struct Run<'a> {
    pub(crate) id: RunId,
    pub(crate) store: &'a dyn Workspace,
    pub(crate) sites: Vec<RunningSite>,
    pub(crate) watch: Watch,
    pub(crate) device: DeviceId,
    pub(crate) strategy: ConflictStrategy,
    pub(crate) left_out: Vec<LeftOut>,
    /// Takes over nothing but the lines of a plan that is shown.
    pub(crate) only_as_shown: bool,
    /// What a person looked through of what is to be sent.
    pub(crate) shown: Shown,
    /// What was taken over before its lists came whole.
    pub(crate) early: Mutex<Vec<Item>>,
    /// Documents that stand on several sites, once that was looked up.
    pub(crate) linked: OnceLock<BTreeSet<EntityId>>,
    options: Options,
    phases: Vec<PhaseTime>,
    started: DateTime<Utc>,
    _turn: Turn,
}

/// What a site's spaces came to.
pub(crate) struct SitePlan {
    pub(crate) site: usize,
    pub(crate) states: Vec<EntityState>,
    pub(crate) plan: Plan,
}

/// Pulls, merges, asks and pushes; answers with what was done. What concerns one site or item is in the report, never an error.
///
/// # Errors
/// Only when the workspace itself cannot be read or written.
pub async fn sync(store: &dyn Workspace, sites: Vec<Site>, options: Options, watch: Watch) -> Result<Report> {
    sync_without(store, sites, Vec::new(), options, watch).await
}

/// The same, where some accounts are left out before anything begins: the report says so, kept and told.
///
/// # Errors
/// As [`sync`].
pub async fn sync_without(
    store: &dyn Workspace,
    sites: Vec<Site>,
    left_out: Vec<LeftOut>,
    options: Options,
    watch: Watch,
) -> Result<Report> {
    let mut run = Run::new(store, sites, options, watch)?;
    run.left_out = left_out;
    run.open().await?;
    run.lap("open");
    let mut items = run.settle().await?;
    let mut pulled = run.pull_all().await?;
    run.look_back(&mut pulled).await?;
    items.extend(run.take_early());
    run.lap("pull");
    let plans = run.plan_all(&pulled).await?;
    run.lap("plan");
    run.end_outgrown(&plans).await?;
    items.extend(run.apply_all(&plans).await?);
    run.lap("apply");
    items.extend(run.push_all(&plans).await?);
    items.extend(run.follow_moved().await?);
    run.lap("push");
    run.finish(items).await
}

/// What a sync would do now. Receives, and writes nothing but what was received.
///
/// # Errors
/// As [`sync`].
pub async fn preview(
    store: &dyn Workspace,
    sites: Vec<Site>,
    options: Options,
    watch: Watch,
) -> Result<(Plan, Vec<LeftOut>)> {
    let mut run = Run::new(store, sites, options, watch)?;
    run.only_as_shown = true;
    run.open().await?;
    let mut pulled = run.pull_all().await?;
    run.look_back(&mut pulled).await?;
    let plans = run.plan_all(&pulled).await?;
    let lines =
        plans.into_iter().flat_map(|plan| plan.plan.lines).filter(|line| line.action != Action::Refresh).collect();
    Ok((Plan { lines }, run.left_out))
}

impl<'a> Run<'a> {
    pub(crate) fn new(store: &'a dyn Workspace, sites: Vec<Site>, options: Options, watch: Watch) -> Result<Self> {
        Ok(Self {
            _turn: Turn::take(store.device())?,
            id: RunId::new(store.seed()),
            store,
            sites: sites.into_iter().map(RunningSite::new).collect(),
            watch,
            device: store.device(),
            strategy: options.strategy,
            left_out: Vec::new(),
            only_as_shown: false,
            shown: Shown::default(),
            early: Mutex::default(),
            linked: OnceLock::new(),
            started: (options.now)(),
            options,
            phases: Vec::new(),
        })
    }

    pub(crate) fn has(&self, guard: EngineGuard) -> bool {
        self.store.guards().has(guard)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.options.now)()
    }

    pub(crate) fn wanted_spaces<'s>(&self, site: &'s RunningSite) -> impl Iterator<Item = &'s SiteSpace> + use<'s> {
        let only = self.options.only;
        site.site.spaces.iter().filter(move |space| only.is_none_or(|only| only == space.id))
    }

    pub(crate) fn tell(&self, site: &RunningSite, phase: Phase, done: usize, total: Option<usize>, doing: &str) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.watch.tell(SiteProgress {
            account: site.site.account,
            phase,
            done: count(done),
            total: total.map(count),
            shown: site.shown(),
            doing: doing.to_owned(),
        });
    }

    pub(crate) fn lap(&mut self, phase: &str) {
        let spent: f64 = self.phases.iter().map(|phase| phase.seconds).sum();
        let since = (self.now() - self.started).num_milliseconds();
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of a run fit")]
        let seconds = since as f64 / 1000.0 - spent;
        self.phases.push(PhaseTime { phase: phase.to_owned(), seconds: seconds.max(0.0) });
    }

    /// Looks for writes whose answer was lost, on every site that answers.
    pub(crate) async fn settle(&mut self) -> Result<Vec<Item>> {
        let settled =
            try_join_all(self.sites.iter().filter(|site| site.is_in()).map(|site| self.settle_journal(site))).await?;
        let (items, left_out): (Vec<_>, Vec<_>) = settled.into_iter().unzip();
        self.left_out.extend(left_out.into_iter().flatten());
        Ok(items.into_iter().flatten().collect())
    }

    pub(crate) async fn pull_all(&mut self) -> Result<Vec<Vec<Pulled>>> {
        let answers = try_join_all(self.sites.iter().map(|site| self.pull(site))).await?;
        let (pulled, left_out): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
        self.left_out.extend(left_out.into_iter().flatten());
        Ok(pulled)
    }

    pub(crate) async fn plan_all(&self, pulled: &[Vec<Pulled>]) -> Result<Vec<SitePlan>> {
        let mut plans = Vec::new();
        // A run that is to stop decides nothing more: that takes longer than a person waits, and the next run reads what this one did not.
        if self.watch.is_stopping() {
            return Ok(plans);
        }
        for (index, (site, spaces)) in self.sites.iter().zip(pulled).enumerate() {
            let (mut states, mut plan) = (Vec::new(), Plan::default());
            for pulled in spaces {
                self.tell(site, Phase::Comparing, 0, None, &format!("Comparing {}", pulled.space.name));
                let (of_space, mapped) = self.states(site, pulled).await?;
                plan.lines.extend(domain::plan::plan(&of_space, limit_for(site, mapped)).lines);
                states.extend(of_space);
            }
            plans.push(SitePlan { site: index, states, plan });
        }
        self.plan_linked(&mut plans, pulled).await?;
        Ok(plans)
    }

    /// Everything that concerns this computer alone. It needs no site any more, and ends between two things when it is stopped.
    pub(crate) async fn apply_all(&self, plans: &[SitePlan]) -> Result<Vec<Item>> {
        self.apply_lines(plans, |_| true).await
    }

    pub(crate) async fn apply_lines(&self, plans: &[SitePlan], is_due: impl Fn(&Line) -> bool) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        for site_plan in plans {
            let site = &self.sites[site_plan.site];
            let states = StateIndex::new(&site_plan.states);
            let mut parents = Parents::default();
            for line in site_plan.plan.lines.iter().filter(|line| is_due(line)) {
                if self.watch.is_stopping() {
                    return Ok(items);
                }
                let Some(state) = states.of(line) else { continue };
                let anew = self.decided_anew(site, line, state).await?;
                // A question that became something else, because a line beside it was left out: nobody has seen that.
                if self.only_as_shown && asks(line) && anew.as_ref().is_some_and(|(line, _)| !asks(line)) {
                    continue;
                }
                let (line, state) = anew.as_ref().map_or((line, state), |(line, state)| (line, state));
                let object = match &line.remote {
                    Some(remote) => self.store.staged_object(line.space, remote).await?,
                    None => None,
                };
                let stands_under = object.as_ref().and_then(|object| object.parent.clone());
                items.extend(self.apply(site, &Planned { line, state, object }, &mut parents).await?);
                if let (Some(entity), Some(there)) = (line.entity, stands_under) {
                    self.follow_to(site, entity, &there).await?;
                }
            }
        }
        Ok(items)
    }

    /// Ends questions about what turned out to need nothing: the site shows again what it had lost, or took its change back. Asked of whole plans:
    /// what a person left out of one still waits.
    pub(crate) async fn end_outgrown(&self, plans: &[SitePlan]) -> Result<()> {
        let open = self.store.conflicts().await?;
        for site_plan in plans.iter().filter(|_| !open.is_empty()) {
            let waiting: HashSet<_> = site_plan.plan.lines.iter().filter_map(|line| line.entity).collect();
            for conflict in &open {
                let seen = site_plan.states.iter().any(|state| {
                    state.entity == Some(conflict.entity)
                        && state.account == conflict.account
                        && matches!(state.observed, Observed::Seen { .. } | Observed::Unchanged)
                });
                if seen && !waiting.contains(&conflict.entity) {
                    self.store.end_conflict(conflict.entity).await?;
                }
            }
        }
        Ok(())
    }

    pub(crate) async fn push_all(&self, plans: &[SitePlan]) -> Result<Vec<Item>> {
        if plans.iter().flat_map(|plan| &plan.plan.lines).any(|line| sends(&line.action)) {
            self.store.count_run().await?;
        }
        let states: Vec<StateIndex<'_>> = plans.iter().map(|plan| StateIndex::new(&plan.states)).collect();
        let is_far = |at: usize, line: &&Line| states[at].of(line).is_some_and(|state| state.far);
        let due = |at: usize, far: bool| -> Vec<&Line> {
            let lines = plans[at].plan.lines.iter().filter(|line| sends(&line.action));
            lines.filter(|line| is_far(at, line) == far).collect()
        };
        let own = (0..plans.len()).map(|at| self.push_site(&plans[at], due(at, false)));
        let mut pushed: Vec<Vec<Item>> = try_join_all(own).await?;
        // What a home made of a linked document goes to its other sites.
        let on = self.sent_on(plans);
        let far = (0..plans.len())
            .map(|at| (at, due(at, true).into_iter().chain(&on[at]).collect::<Vec<_>>()))
            .filter(|(_, lines)| !lines.is_empty())
            .map(|(at, lines)| self.push_site(&plans[at], lines));
        pushed.extend(try_join_all(far).await?);
        let mut items: Vec<Item> = pushed.into_iter().flatten().collect();
        items.extend(self.take_over_left(plans).await?);
        Ok(items)
    }

    async fn push_site(&self, site_plan: &SitePlan, mut lines: Vec<&Line>) -> Result<Vec<Item>> {
        let site = &self.sites[site_plan.site];
        let mut links = Vec::new();
        for space in self.wanted_spaces(site) {
            links.extend(self.links_of(space).await?);
        }
        if !links.is_empty() {
            lines = linked_first(lines, &links);
        }
        let mut items = Vec::new();
        let (mut parents, mut orders) = (Parents::default(), Orders::default());
        for (index, line) in lines.iter().enumerate() {
            if self.watch.is_stopping() || !site.is_in() {
                break;
            }
            let Some(space) = site.site.spaces.iter().find(|space| space.id == line.space) else { continue };
            self.tell(site, Phase::Sending, index, Some(lines.len()), &format!("Sending {}", line.title));
            let coming: Vec<_> = lines[index..].iter().filter_map(|line| line.entity).collect();
            let item = self.push(site, space, line, &coming, &mut parents, &mut orders).await?;
            // A merge was told when it was applied; a push that came to nothing is no news.
            if item.did != Did::Joined {
                items.push(item);
            }
        }
        self.store.note_places(&orders.numbers()).await?;
        if !links.is_empty() {
            self.push_links(site, &lines, &mut parents).await?;
        }
        if site.is_in() {
            self.tell(site, Phase::Done, lines.len(), Some(lines.len()), "Done");
        }
        Ok(items)
    }

    /// Sends the links to what got its address in this run after the text that says them had gone.
    async fn push_links(&self, site: &RunningSite, lines: &[&Line], parents: &mut Parents) -> Result<()> {
        for space in self.wanted_spaces(site) {
            for id in self.lead_links(site, space).await? {
                let line = lines.iter().find(|line| line.entity == Some(id));
                let Some(line) = line.filter(|_| site.is_in() && !self.watch.is_stopping()) else { continue };
                self.push(site, space, line, &[], parents, &mut Orders::default()).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn finish(mut self, items: Vec<Item>) -> Result<Report> {
        let stopped = self.watch.is_stopping();
        self.left_out.retain(|left| left.code != "stopped");
        let needs = items.iter().any(|item| item.did.needs_person());
        let failed = items.iter().any(|item| matches!(item.did, Did::Failed | Did::Unsure));
        let outcome = match (stopped, self.left_out.is_empty() && !failed, needs) {
            (true, _, _) => Outcome::Stopped,
            (_, false, _) => Outcome::Partly,
            (_, _, true) => Outcome::Waits,
            _ => Outcome::Done,
        };
        let traffic = self.sites.iter().map(|site| site.site.remote.traffic()).fold(Traffic::default(), add);
        let report = Report {
            run: self.id,
            started_at: self.started,
            finished_at: self.now(),
            outcome,
            items,
            left_out: self.left_out.clone(),
            traffic,
            phases: self.phases.clone(),
            notifications: self.sites.iter().filter_map(RunningSite::notifications).collect(),
        };
        self.note_spaces().await?;
        if !stopped && self.options.only.is_none() && !self.only_as_shown {
            self.end_go_on().await?;
        }
        let text = serde_json::to_string(&report).map_err(|error| crate::Error::Stored(error.to_string()))?;
        self.store.put_report(self.id, self.started, &text).await?;
        Ok(report)
    }

    async fn note_spaces(&self) -> Result<()> {
        let reached =
            join_all(self.sites.iter().filter(|site| site.is_in()).flat_map(|site| self.wanted_spaces(site)).map(
                |space| async {
                    let mut stored = self.store.space(space.id).await?;
                    stored.last_synced_at = Some(self.now());
                    self.store.put_space(&stored).await
                },
            ))
            .await;
        reached.into_iter().collect::<std::result::Result<Vec<()>, store::Error>>()?;
        Ok(())
    }
}

/// The limit of deletes for a space with so many mapped things. Its states alone would not tell: what is the same on both sides is not among them.
/// Of a site that was set back, nothing goes without a question: what it lost was not deleted by anybody.
fn limit_for(site: &RunningSite, mapped: usize) -> DeleteLimit {
    if site.goes_on() {
        return DeleteLimit { count: 0, percent: 0 };
    }
    let DeleteLimit { count, percent } = DeleteLimit::default();
    DeleteLimit { count: count.min(mapped * percent / 100).max(1), percent: 100 }
}

pub(crate) fn sends(action: &Action) -> bool {
    matches!(
        action,
        Action::Push { .. } | Action::CreateThere | Action::DeleteThere | Action::Merge { sends: true, .. }
    )
}

fn add(a: Traffic, b: Traffic) -> Traffic {
    Traffic {
        requests: a.requests + b.requests,
        writes: a.writes + b.writes,
        bytes_in: a.bytes_in + b.bytes_in,
        bytes_out: a.bytes_out + b.bytes_out,
        waited_millis: a.waited_millis + b.waited_millis,
    }
}

/// Finds the state that a line was planned from.
pub(crate) struct StateIndex<'a> {
    entities: HashMap<domain::EntityId, &'a EntityState>,
    fresh: HashMap<&'a RemoteRef, &'a EntityState>,
}

impl<'a> StateIndex<'a> {
    pub(crate) fn new(states: &'a [EntityState]) -> Self {
        Self {
            entities: states.iter().filter_map(|state| state.entity.map(|entity| (entity, state))).collect(),
            fresh: states.iter().filter_map(|state| state.fresh.as_ref().map(|remote| (remote, state))).collect(),
        }
    }

    pub(crate) fn of(&self, line: &Line) -> Option<&'a EntityState> {
        match (line.entity, &line.remote) {
            (Some(entity), _) => self.entities.get(&entity).copied(),
            (None, Some(remote)) => self.fresh.get(remote).copied(),
            (None, None) => None,
        }
    }
}
