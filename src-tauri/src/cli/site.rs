//! What concerns sites: connecting, what goes there, syncing, and what needs the person.

use std::io::Read;

use secrecy::SecretString;
use serde_json::json;

use super::args::{AddCommand, ResolveArguments, StrategyArguments, StrategyChoice};
use super::named::{source, space};
use super::told::{DONE, FAILED, Told, WAITS};
use super::versions::of_difference;
use super::words_of_sync as words;
use crate::app::{App, Key};
use crate::dto::{EditDto, ExecutedDto, ReportDto, ResolutionDto, StrategyDto, StrategyScopeDto};
use crate::error::{Failure, Result};

pub(super) async fn add(app: &App, add: AddCommand, input: &mut (dyn Read + Send)) -> Result<Told> {
    let known: Vec<String> = app.accounts().await?.into_iter().map(|account| account.id).collect();
    let account = match add {
        #[cfg(feature = "canvas-integration")]
        AddCommand::Canvas { url, token_env, .. } => {
            let key = match token_env {
                Some(variable) => from_variable(variable)?,
                None => from_input(input)?,
            };
            app.connect_canvas(&url, key).await?
        }
        #[cfg(feature = "discourse-integration")]
        AddCommand::Discourse { url, api_key_env: Some(variable), username: Some(name), .. } => {
            app.connect_discourse_key(&url, from_variable(variable)?, &name).await?
        }
        #[cfg(feature = "discourse-integration")]
        AddCommand::Discourse { url, user_key_env: Some(variable), .. } => {
            // A forum ties the key to the client that asked for it; an empty name leaves that as it is.
            app.connect_discourse_user_key(&url, from_variable(variable)?, String::new()).await?
        }
        #[cfg(feature = "discourse-integration")]
        AddCommand::Discourse { .. } => return Err(Failure::Invalid("No access key was named.".to_owned())),
    };
    // What is kept in memory ends with this run: the account would be there and never answer.
    if account.secret == "session" {
        if !known.contains(&account.id) {
            app.account_remove(&account.id, true).await?;
        }
        let words = "No keychain answers on this computer, so the access key could not be kept. Name a variable that holds it instead.";
        return Err(Failure::Invalid(words.to_owned()));
    }
    let text = words::connected(&account);
    Told::new(&account, text)
}

/// Shows or chooses what is done with changes on both sides.
pub(super) async fn strategy(app: &App, arguments: StrategyArguments) -> Result<Told> {
    let scope = match (&arguments.space, arguments.document) {
        (Some(wanted), _) => StrategyScopeDto::Space { id: space(app, wanted).await?.id },
        (None, Some(document)) => {
            // Refused here: a choice for a document that is not there would never be heard of again.
            StrategyScopeDto::Document { id: app.document(&document).await?.id }
        }
        (None, None) => StrategyScopeDto::Everything,
    };
    if let Some(choice) = arguments.choose {
        app.strategy_choose(&scope, strategy_of(choice)).await?;
    }
    let chosen = app.strategy(&scope).await?;
    let text = match (chosen, &scope) {
        (Some(strategy), _) => format!("{}\n", words::strategy(strategy)),
        (None, StrategyScopeDto::Everything) => format!("{}\n", words::strategy(StrategyDto::Ask)),
        (None, _) => "No choice of its own.\n".to_owned(),
    };
    Told::new(&json!({ "scope": scope, "strategy": chosen }), text)
}

fn strategy_of(choice: StrategyChoice) -> Option<StrategyDto> {
    Some(match choice {
        StrategyChoice::Ask => StrategyDto::Ask,
        StrategyChoice::PreferCanvas => StrategyDto::PreferCanvas,
        StrategyChoice::PreferDiscourse => StrategyDto::PreferDiscourse,
        StrategyChoice::PreferMostRecent => StrategyDto::PreferMostRecent,
        StrategyChoice::MergePreferCanvas => StrategyDto::MergePreferCanvas,
        StrategyChoice::MergePreferDiscourse => StrategyDto::MergePreferDiscourse,
        StrategyChoice::Inherit => return None,
    })
}

fn from_variable(variable: String) -> Result<Key> {
    match std::env::var(&variable) {
        Ok(secret) if !secret.trim().is_empty() => {
            Ok(Key { secret: SecretString::from(secret), environment: Some(variable) })
        }
        _ => Err(Failure::Invalid(format!("The variable {variable} holds no access key."))),
    }
}

fn from_input(input: &mut (dyn Read + Send)) -> Result<Key> {
    let mut text = String::new();
    input
        .read_to_string(&mut text)
        .map_err(|error| Failure::Invalid(format!("The access key could not be read: {error}.")))?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(Key::from(SecretString::from(line.to_owned()))),
        _ => Err(Failure::Invalid("The input holds no access key.".to_owned())),
    }
}

pub(super) async fn outbox(app: &App, id: Option<&str>) -> Result<Told> {
    if let Some(id) = id {
        let difference = app.outbox_difference(id).await?;
        return Told::new(&difference, of_difference(&difference));
    }
    let items = app.outbox().await?;
    Told::new(&items, words::outbox(&items))
}

pub(super) async fn sync(app: &App, plan: bool, only: Option<&str>) -> Result<Told> {
    let only = match only {
        Some(wanted) => Some(space(app, wanted).await?),
        None => None,
    };
    if plan {
        let plan = app.sync_plan(only.as_ref().map(|space| space.id.as_str())).await?;
        let waits = plan.lines.iter().any(|line| line.group == "needs_you") || !app.needs_you().await?.is_empty();
        let code = if !plan.left_out.is_empty() { FAILED } else { waiting(waits) };
        return Ok(Told::new(&plan, words::plan(&plan))?.with_code(code));
    }
    let report = app.sync_now(only.as_ref().map(|space| space.id.as_str())).await?;
    if app.accounts().await?.is_empty() {
        return synced(app, &report, "No site is connected, so there is nothing to sync.\n".to_owned()).await;
    }
    synced(app, &report, words::report(&report)).await
}

/// Carries out a plan that was shown; the new one is the answer where something changed since.
pub(super) async fn execute(app: &App, plan: &str, without: Vec<String>) -> Result<Told> {
    match app.sync_execute(plan, without).await? {
        ExecutedDto::Done { report } => synced(app, &report, words::report(&report)).await,
        moved @ ExecutedDto::Moved { .. } => {
            let text = words::moved(&moved);
            Ok(Told::new(&moved, text)?.with_code(WAITS))
        }
    }
}

async fn synced(app: &App, report: &ReportDto, words: String) -> Result<Told> {
    let failed = matches!(report.outcome.as_str(), "failed" | "stopped") || !report.left_out.is_empty();
    let code = if failed { FAILED } else { waiting(report.outcome == "waits" || !app.needs_you().await?.is_empty()) };
    Ok(Told::new(report, words)?.with_code(code))
}

fn waiting(waits: bool) -> u8 {
    if waits { WAITS } else { DONE }
}

pub(super) async fn conflicts(app: &App, id: Option<&str>) -> Result<Told> {
    if let Some(id) = id {
        let conflict = app.conflict(id).await?;
        return Ok(Told::new(&conflict, words::conflict(&conflict))?.with_code(WAITS));
    }
    let needs = app.needs_you().await?;
    Ok(Told::new(&needs, words::needs(&needs))?.with_code(waiting(!needs.is_empty())))
}

pub(super) async fn resolve(app: &App, arguments: ResolveArguments, input: &mut (dyn Read + Send)) -> Result<Told> {
    let id = &arguments.id;
    let conflict = app.conflict(id).await?;
    let text = arguments.file.as_deref().map(|file| source(file, input)).transpose()?;
    let choice = match (conflict.sort.as_str(), text) {
        ("edited_here_deleted_there", text) => {
            if let Some(body) = text {
                app.document_save(id, EditDto { body: Some(body), ..EditDto::default() }).await?;
            }
            // Their side of it is that it is gone.
            if arguments.theirs { ResolutionDto::LetGo } else { ResolutionDto::CreateAgain }
        }
        // My side of it is that it is gone.
        ("deleted_here_edited_there", None) if arguments.mine => ResolutionDto::LetGo,
        (_, Some(body)) => ResolutionDto::Edited { title: app.document(id).await?.title, body },
        (_, None) if arguments.theirs => ResolutionDto::Theirs,
        (_, None) => ResolutionDto::Mine,
    };
    app.conflict_resolve(id, choice, &conflict.about).await?;
    Told::new(&json!({ "resolved": id }), "Settled. The next sync sends it.\n".to_owned())
}

pub(super) async fn status(app: &App) -> Result<Told> {
    let status = app.status().await?;
    let code = waiting(status.needs_you > 0);
    Ok(Told::new(&status, words::status(&status))?.with_code(code))
}

pub(super) async fn link(app: &App, id: &str, wanted: &str, to: Option<&str>) -> Result<Told> {
    let space = space(app, wanted).await?;
    let targets = app.document_link(id, &space.id, to).await?;
    let next = match to {
        Some(_) => "The next sync joins the two, and asks where they differ",
        None => "The next sync makes it there",
    };
    Told::new(&targets, format!("Linked with {}. {next}.\n{}", space.name, words::targets(&targets)))
}
