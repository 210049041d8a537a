//! A plan that is looked through before anything happens, carried out to the letter; and a sync that is taken back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::plan::{Action, Line};
use domain::{EntityId, Kind, SpaceId, fact};
use sync::{Executed, Review, ReviewLine, Watch};

use super::reports::{line_dto, pairs};
use super::syncing::Reached;
use super::{App, id, now};
use crate::dto::{EventDto, ExecutedDto, LineDto, PlanDto, UndoneDto};
use crate::error::{Failure, Result};

impl App {
    /// What a sync would do now, kept so that exactly this can be carried out.
    pub async fn sync_plan(&self, only: Option<&str>) -> Result<PlanDto> {
        let only: Option<SpaceId> = only.map(id).transpose()?;
        let _turn = self.online.turn.lock().await;
        let run = self.store.new_seed_text();
        let watch = self.begin_reading(&run).await?;
        let review = self.read_for_review(only, watch).await;
        self.end(&run);
        // What it found to ask is among what needs the person by now.
        self.tell(EventDto::Changed { space: None, entities: Vec::new() });
        self.plan_dto(&review?).await
    }

    async fn read_for_review(&self, only: Option<SpaceId>, watch: Watch) -> Result<Review> {
        let Reached { sites, missing, .. } = self.reached(&watch, only).await?;
        Ok(sync::review_without(&self.store, sites, missing, self.options(only), watch).await?)
    }

    /// Carries out a plan but the lines named in `without`. Where a line is no more what was shown, nothing is carried out, and
    /// the plan as it is now is the answer.
    pub async fn sync_execute(&self, plan: &str, without: Vec<String>) -> Result<ExecutedDto> {
        let _turn = self.online.turn.lock().await;
        let newest = sync::newest_review(&self.store).await?;
        let shown = newest.filter(|newest| newest.id.to_string() == plan).ok_or_else(|| {
            Failure::Invalid("This is not the newest plan, or it is carried out already. Look at a new one.".to_owned())
        })?;
        let without: BTreeSet<String> = without.into_iter().collect();
        if let Some(unknown) = without.iter().find(|name| shown.lines.iter().all(|line| line.id != **name)) {
            return Err(Failure::Invalid(format!("The plan has no line \u{201c}{unknown}\u{201d}.")));
        }
        let watch = self.begin(plan).await?;
        let executed = self.carry_out(&shown, &without, watch).await;
        self.end(plan);
        if let Ok(ExecutedDto::Done { report }) = &executed {
            self.tell(EventDto::Finished { run: report.run.clone() });
        }
        self.tell(EventDto::Changed { space: None, entities: Vec::new() });
        executed
    }

    async fn carry_out(&self, shown: &Review, without: &BTreeSet<String>, watch: Watch) -> Result<ExecutedDto> {
        let only = shown.only;
        let Reached { sites, missing, spaces } = self.reached(&watch, only).await?;
        let options = self.options(only);
        match sync::execute_without(&self.store, sites, missing, options, watch.clone(), shown, without).await? {
            Executed::Done(report) => {
                self.after(&report, spaces, only, &watch).await?;
                Ok(ExecutedDto::Done { report: self.report_dto(&report).await? })
            }
            Executed::Moved { changed, review } => {
                Ok(ExecutedDto::Moved { changed, plan: self.plan_dto(&review).await? })
            }
        }
    }

    /// Puts back what a sync changed here, whole or the named documents of it. The next sync sends it.
    pub async fn sync_undo(&self, run: &str, only: Option<&[String]>) -> Result<Vec<UndoneDto>> {
        let _turn = self.online.turn.lock().await;
        let only: Option<BTreeSet<EntityId>> =
            only.map(|only| only.iter().map(|entity| id(entity)).collect()).transpose()?;
        let undone = sync::undo(&self.store, id(run)?, only.as_ref(), now()).await?;
        self.tell(EventDto::Changed { space: None, entities: Vec::new() });
        Ok(undone
            .into_iter()
            .map(|undone| UndoneDto {
                entity: undone.entity.to_string(),
                title: undone.title,
                done: undone.done,
                words: undone.words,
            })
            .collect())
    }

    async fn plan_dto(&self, review: &Review) -> Result<PlanDto> {
        let names = self.space_names().await?;
        // What is made there in the same run is needed by what stands under it.
        let made: HashMap<EntityId, &str> = review
            .lines
            .iter()
            .filter(|line| line.line.action == Action::CreateThere)
            .filter_map(|line| Some((line.line.entity?, line.id.as_str())))
            .collect();
        let mut lines: Vec<LineDto> = Vec::new();
        for ReviewLine { id, line, .. } in &review.lines {
            let parent = match line.entity {
                Some(entity) => self.store.get(entity).await?.parent,
                None => None,
            };
            let needs = parent.and_then(|parent| made.get(&parent)).map(|need| (*need).to_owned());
            let mut told = line_dto(line, &names);
            told.notes.extend(self.notified_by(line).await?);
            told.notes.extend(self.links_that_follow(line).await?);
            lines.push(LineDto { id: id.clone(), needs: needs.into_iter().collect(), ..told });
        }
        Ok(PlanDto { id: review.id.to_string(), lines, left_out: pairs(&review.left_out) })
    }

    /// What a page's new address means for the documents that link to it.
    async fn links_that_follow(&self, line: &Line) -> Result<Option<String>> {
        let Some(entity) = line.entity.filter(|_| line.kind == Kind::Page) else { return Ok(None) };
        let moves = match &line.action {
            Action::Push { changed } => changed.title,
            Action::Merge { .. } => true,
            Action::Pull => match &line.remote {
                Some(remote) => {
                    let slug = |facts: &BTreeMap<String, String>| facts.get(fact::SLUG).cloned();
                    let there = self.store.staged_object(line.space, remote).await?;
                    let here = self.store.mapping(entity, line.account).await?;
                    let there = there.and_then(|object| slug(&object.facts));
                    there.is_some() && there != here.and_then(|mapping| slug(&mapping.base.facts))
                }
                None => false,
            },
            _ => false,
        };
        if !moves {
            return Ok(None);
        }
        Ok(match self.store.linked_from(line.account, entity).await? {
            0 => None,
            1 => Some("1 document links to it. Where its address changes, that link follows with the next sync: one request more.".to_owned()),
            more => Some(format!(
                "{more} documents link to it. Where its address changes, their links follow with the next sync: one request for each of them."
            )),
        })
    }
}
