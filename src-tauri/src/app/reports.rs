//! Plans and reports as the screens and `--json` tell them.

use std::collections::HashMap;

use domain::SpaceId;
use domain::plan::{Action, Line, Question};
use sync::{Did, Item, LeftOut, Outcome, Report};

use super::tree::{kind_dto, title_or_words};
use super::{App, text_of};
use crate::dto::{LineDto, PhaseDto, ReportDto};
use crate::error::{Failure, Result};

impl App {
    /// The newest reports first, fifty at most.
    pub async fn reports(&self) -> Result<Vec<ReportDto>> {
        let mut reports = Vec::new();
        for text in self.store.reports(50).await? {
            reports.push(self.report_dto(&parse(&text)?).await?);
        }
        Ok(reports)
    }

    /// One report; the newest where none is named.
    pub async fn report(&self, run: Option<&str>) -> Result<ReportDto> {
        let text = match run {
            Some(run) => self.store.report(super::id(run)?).await?,
            None => self.store.reports(1).await?.into_iter().next(),
        };
        let text = text.ok_or_else(|| Failure::Invalid("There is no such report.".to_owned()))?;
        self.report_dto(&parse(&text)?).await
    }

    pub(crate) async fn report_dto(&self, report: &Report) -> Result<ReportDto> {
        let names = self.space_names().await?;
        let count = |sort: fn(Did) -> bool| u32::try_from(report.count(sort)).unwrap_or(u32::MAX);
        Ok(ReportDto {
            run: report.run.to_string(),
            started_at: text_of(report.started_at),
            finished_at: text_of(report.finished_at),
            outcome: match report.outcome {
                Outcome::Done => "done",
                Outcome::Waits => "waits",
                Outcome::Partly => "failed",
                Outcome::Stopped => "stopped",
            }
            .to_owned(),
            summary: report.summary(),
            sent: count(Did::is_sent),
            received: count(Did::is_received),
            joined: count(|did| did == Did::Merged),
            needs_you: count(Did::needs_person),
            failed: count(|did| matches!(did, Did::Failed | Did::Unsure)),
            lines: report.items.iter().map(|item| item_dto(item, &names)).collect(),
            left_out: pairs(&report.left_out),
            requests: report.traffic.requests,
            writes: report.traffic.writes,
            bytes_in: report.traffic.bytes_in,
            bytes_out: report.traffic.bytes_out,
            waited: seconds(report.traffic.waited_millis),
            phases: report
                .phases
                .iter()
                .map(|phase| PhaseDto { phase: phase.phase.clone(), seconds: phase.seconds })
                .collect(),
        })
    }

    pub(crate) async fn space_names(&self) -> Result<HashMap<SpaceId, String>> {
        Ok(self.store.spaces().await?.into_iter().map(|space| (space.id, space.name)).collect())
    }
}

fn parse(text: &str) -> Result<Report> {
    serde_json::from_str(text).map_err(|error| Failure::Sync(sync::Error::Stored(error.to_string())))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a run fit")]
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

pub(crate) fn pairs(left_out: &[LeftOut]) -> Vec<(String, String)> {
    left_out.iter().map(|left| (left.name.clone(), left.why.clone())).collect()
}

fn item_dto(item: &Item, names: &HashMap<SpaceId, String>) -> LineDto {
    let (group, action, outcome, words) = match item.did {
        Did::CreatedHere => ("get", "create_here", "done", "New on the site."),
        Did::Pulled => ("get", "pull", "done", "Changed on the site."),
        Did::Joined => ("unchanged", "merge", "done", "Both sides say the same."),
        Did::Merged => ("join", "merge", "done", "Changed on both sides; the changes fit together."),
        Did::Pushed => ("send", "push", "done", "Sent."),
        Did::CreatedThere => ("send", "create_there", "done", "Made on the site."),
        Did::Adopted => ("send", "adopt", "done", "It had arrived the last time; nothing was sent twice."),
        Did::DeletedThere => ("send", "delete_there", "done", "Deleted on the site."),
        Did::DeletedHere => ("get", "delete_here", "done", "Deleted on the site; your copy is in History."),
        Did::Forgotten => ("unchanged", "delete_here", "done", "Gone on both sides."),
        Did::Conflict => {
            ("needs_you", "conflict", "waits", "Changed here and there in the same place. Nothing is overwritten.")
        }
        Did::Asked => ("needs_you", "ask", "waits", "It was changed on one side and is gone on the other."),
        Did::Parked => ("needs_you", "park", "waits", "The site refused it."),
        Did::Queued => ("left_out", "park", "waits", "A moderator has to approve it."),
        Did::Followed => ("join", "merge", "done", "Its links follow what has a new address."),
        Did::Held => ("left_out", "park", "waits", "Held back."),
        Did::Failed => ("left_out", "push", "failed", "Not sent this time."),
        Did::Unsure => ("left_out", "push", "failed", "Not sure that it arrived."),
    };
    LineDto {
        id: line_id(action, item.entity.map(|id| id.to_string()), item.remote.as_ref().map(ToString::to_string)),
        entity: item.entity.map(|id| id.to_string()),
        group: group.to_owned(),
        action: action.to_owned(),
        kind: kind_dto(item.kind),
        title: item.title.clone(),
        space_name: names.get(&item.space).cloned().unwrap_or_default(),
        words: if item.words.is_empty() { words.to_owned() } else { item.words.clone() },
        outcome: outcome.to_owned(),
        notes: item.notes.clone(),
        deletes: matches!(item.did, Did::DeletedThere | Did::DeletedHere),
        needs: Vec::new(),
    }
}

pub(crate) fn line_dto(line: &Line, names: &HashMap<SpaceId, String>) -> LineDto {
    let (group, action, words) = match &line.action {
        Action::Nothing | Action::Refresh => ("unchanged", "merge", "Nothing to do."),
        Action::CreateHere => ("get", "create_here", "New on the site."),
        Action::Pull => ("get", "pull", "Changed on the site."),
        Action::Join => ("unchanged", "merge", "Both sides say the same."),
        Action::Push { .. } => ("send", "push", "Changed here."),
        Action::CreateThere => ("send", "create_there", "New here."),
        Action::Merge { sends: true, .. } => ("send", "merge", "Changed on both sides; the changes fit together."),
        Action::Merge { sends: false, .. } => ("get", "merge", "Changed on both sides; the changes fit together."),
        Action::Conflict { .. } => ("needs_you", "conflict", "Changed here and there in the same place."),
        Action::DeleteThere => ("send", "delete_there", "Deleted here."),
        Action::DeleteHere => ("get", "delete_here", "Deleted on the site."),
        Action::Forget => ("unchanged", "delete_here", "Gone on both sides."),
        Action::Unlink => ("unchanged", "delete_here", "No longer linked; both copies stay as they are."),
        Action::Ask { question } => ("needs_you", "ask", question_words(*question)),
        Action::Hold { why } => ("left_out", "park", why.as_str()),
    };
    LineDto {
        id: line_id(action, line.entity.map(|id| id.to_string()), line.remote.as_ref().map(ToString::to_string)),
        entity: line.entity.map(|id| id.to_string()),
        group: group.to_owned(),
        action: action.to_owned(),
        kind: kind_dto(line.kind),
        title: title_or_words(&line.title, ""),
        space_name: names.get(&line.space).cloned().unwrap_or_default(),
        words: words.to_owned(),
        outcome: "planned".to_owned(),
        notes: Vec::new(),
        deletes: matches!(line.action, Action::DeleteThere | Action::DeleteHere),
        needs: Vec::new(),
    }
}

fn line_id(action: &str, entity: Option<String>, remote: Option<String>) -> String {
    format!("{action}:{}", entity.or(remote).unwrap_or_default())
}

pub(crate) fn question_words(question: Question) -> &'static str {
    match question {
        Question::EditedHereDeletedThere => "You edited it. It was deleted on the site.",
        Question::DeletedHereEditedThere => "You deleted it. It was changed on the site since.",
        Question::ManyGone => "Many things of this space are gone from the site at once. That is unusual.",
    }
}
