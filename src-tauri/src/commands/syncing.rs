//! Syncing and its reports.

use std::sync::Arc;

use super::{Answer, State, answer};
use crate::dto::{ExecutedDto, PlanDto, ReportDto, StrategyDto, StrategyScopeDto, TargetDto, UndoneDto};

/// Starts a sync, or answers with the one that runs.
#[tauri::command]
pub async fn sync_start(app: State<'_>, only: Option<String>) -> Answer<String> {
    answer(Arc::clone(&app).sync_start(only.as_deref()).await)
}

/// Asks the running sync to stop.
#[tauri::command]
pub fn sync_stop(app: State<'_>) {
    app.sync_stop();
}

/// What a sync would do now.
#[tauri::command]
pub async fn sync_plan(app: State<'_>, only: Option<String>) -> Answer<PlanDto> {
    answer(app.sync_plan(only.as_deref()).await)
}

/// Carries out a plan but the named lines of it.
#[tauri::command]
pub async fn sync_execute(app: State<'_>, plan: String, without: Vec<String>) -> Answer<ExecutedDto> {
    answer(app.sync_execute(&plan, without).await)
}

/// Puts back what a sync changed here.
#[tauri::command]
pub async fn sync_undo(app: State<'_>, run: String, only: Option<Vec<String>>) -> Answer<Vec<UndoneDto>> {
    answer(app.sync_undo(&run, only.as_deref()).await)
}

/// The newest reports.
#[tauri::command]
pub async fn reports(app: State<'_>) -> Answer<Vec<ReportDto>> {
    answer(app.reports().await)
}

/// One report.
#[tauri::command]
pub async fn report(app: State<'_>, run: String) -> Answer<ReportDto> {
    answer(app.report(Some(&run)).await)
}

/// What was chosen beforehand for changes on both sides.
#[tauri::command]
pub async fn strategy(app: State<'_>, scope: StrategyScopeDto) -> Answer<Option<StrategyDto>> {
    answer(app.strategy(&scope).await)
}

/// Chooses what the next syncs do with changes on both sides.
#[tauri::command]
pub async fn strategy_choose(app: State<'_>, scope: StrategyScopeDto, strategy: Option<StrategyDto>) -> Answer<()> {
    answer(app.strategy_choose(&scope, strategy).await)
}

/// The sites that a document stands on.
#[tauri::command]
pub async fn document_targets(app: State<'_>, id: String) -> Answer<Vec<TargetDto>> {
    answer(app.document_targets(&id).await)
}

/// Links a document to a course or category, or to the document there that is the same.
#[tauri::command]
pub async fn document_link(app: State<'_>, id: String, space: String, to: Option<String>) -> Answer<Vec<TargetDto>> {
    answer(app.document_link(&id, &space, to.as_deref()).await)
}

/// Ends a link; both copies stay.
#[tauri::command]
pub async fn document_unlink(app: State<'_>, id: String, account: String) -> Answer<Vec<TargetDto>> {
    answer(app.document_unlink(&id, &account).await)
}
