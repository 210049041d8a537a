//! A sync: its progress while it runs, its plan before, its report after.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{KindDto, SiteKindDto};

/// Progress of one site in a running sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SiteProgressDto {
    /// Account id.
    pub account: String,
    /// Name of the site.
    pub site_name: String,
    /// `checking`, `receiving`, `comparing`, `sending`, `waiting`, `done`, `left_out`.
    pub phase: String,
    /// Things done in this phase.
    pub done: u32,
    /// Things to do in this phase, when known.
    pub total: Option<u32>,
    /// What is happening, as a sentence.
    pub doing: String,
    /// Seconds still to wait for a limit.
    pub wait_seconds: Option<u32>,
}

/// Progress of a running sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProgressDto {
    /// Run id.
    pub run: String,
    /// Per site.
    pub sites: Vec<SiteProgressDto>,
    /// Whether a stop was asked for.
    pub stopping: bool,
}

/// One line of a plan or of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LineDto {
    /// Id of the line: in a plan the name by which it is left out, the same for the same thing in every plan; in a report
    /// `action:entity` or `action:remote`.
    pub id: String,
    /// Entity, when there is one.
    pub entity: Option<String>,
    /// `send`, `get`, `join`, `needs_you`, `left_out`, `unchanged`.
    pub group: String,
    /// `pull`, `push`, `merge`, `conflict`, `create_there`, `create_here`, `adopt`, `delete_there`, `delete_here`, `ask`, `park`.
    pub action: String,
    /// What it is.
    pub kind: KindDto,
    /// Title.
    pub title: String,
    /// Space's name.
    pub space_name: String,
    /// The reason or the outcome, in words.
    pub words: String,
    /// `planned`, `done`, `failed`, `waits`, `stopped`.
    pub outcome: String,
    /// What the server changed or did not take, in words.
    pub notes: Vec<String>,
    /// Whether it deletes something, here or there.
    pub deletes: bool,
    /// In a plan: ids of the lines without which it cannot be carried out, such as the topic of a new reply.
    pub needs: Vec<String>,
}

/// What a sync would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanDto {
    /// Id, by which exactly this plan is carried out.
    pub id: String,
    /// Sorted lines.
    pub lines: Vec<LineDto>,
    /// Sites left out: name and reason.
    pub left_out: Vec<(String, String)>,
}

/// What became of a plan that was to be carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "what")]
#[ts(export)]
pub enum ExecutedDto {
    /// What was ticked was carried out, and nothing else.
    Done {
        /// What was done.
        report: ReportDto,
    },
    /// Nothing was carried out: something changed since the plan was shown.
    Moved {
        /// Ids of the lines that are not what they were.
        changed: Vec<String>,
        /// The plan as it is now.
        plan: PlanDto,
    },
}

/// What became of one document when a sync was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UndoneDto {
    /// Entity id.
    pub entity: String,
    /// Title in the report.
    pub title: String,
    /// Whether it went back.
    pub done: bool,
    /// What follows, or why not, as a sentence.
    pub words: String,
}

/// What one phase cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PhaseDto {
    /// `open`, `pull`, `plan`, `apply`, `push`.
    pub phase: String,
    /// Seconds.
    pub seconds: f64,
}

/// A finished sync.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReportDto {
    /// Run id.
    pub run: String,
    /// Started.
    pub started_at: String,
    /// Finished.
    pub finished_at: String,
    /// `done`, `waits` (something needs the person), `failed`, `stopped`.
    pub outcome: String,
    /// One sentence: `4 sent, 6 received. In sync.`
    pub summary: String,
    /// Sent.
    pub sent: u32,
    /// Received.
    pub received: u32,
    /// Joined (merged).
    pub joined: u32,
    /// Needs the person.
    pub needs_you: u32,
    /// Failed.
    pub failed: u32,
    /// Lines.
    pub lines: Vec<LineDto>,
    /// Sites left out: name and reason.
    pub left_out: Vec<(String, String)>,
    /// Requests made.
    pub requests: u32,
    /// Of these, requests that write.
    pub writes: u32,
    /// Bytes received.
    pub bytes_in: u64,
    /// Bytes sent.
    pub bytes_out: u64,
    /// Seconds that its requests waited for the sites' limits, all of them together.
    pub waited: f64,
    /// Seconds per phase.
    pub phases: Vec<PhaseDto>,
}

/// An item of the sample that someone else may edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SampleItemDto {
    /// Id for `sample_edit`.
    pub id: String,
    /// Where.
    pub site: SiteKindDto,
    /// What.
    pub kind: KindDto,
    /// Title.
    pub title: String,
    /// The body as the sample's server has it now.
    pub body: String,
}
