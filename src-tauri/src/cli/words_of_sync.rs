//! Sites, unsent changes, syncs and what needs the person, as a person reads them.

use super::table::columns;
use super::words::{kind, place};
use crate::dto::{
    AccountDto, AvailableSpaceDto, ConflictDto, ConflictPassageDto, ExecutedDto, LineDto, NeedsYouDto, OutboxItemDto,
    PlanDto, ReportDto, StatusDto, StrategyDto, TargetDto, TargetStateDto, UndoneDto,
};

pub(super) fn accounts(accounts: &[AccountDto]) -> String {
    let rows: Vec<Vec<String>> = accounts
        .iter()
        .map(|account| {
            let key = match account.secret.as_str() {
                "keychain" => "access key in the keychain",
                "environment" => "access key in a variable",
                _ => "no access key here",
            };
            let key = if account.state == "set_back" { "set back to an earlier state; see account go-on" } else { key };
            let unsent = format!("{} to send", account.unsent);
            vec![
                account.id.clone(),
                account.site_name.clone(),
                account.url.clone(),
                account.user_name.clone(),
                key.to_owned(),
                unsent,
            ]
        })
        .collect();
    columns(&rows, "No site is connected yet.")
}

pub(super) fn strategy(strategy: StrategyDto) -> &'static str {
    match strategy {
        StrategyDto::Ask => "What fits together is joined; you are asked about the rest.",
        StrategyDto::PreferCanvas => "Canvas's copy wins.",
        StrategyDto::PreferDiscourse => "The forum's copy wins.",
        StrategyDto::PreferMostRecent => "The copy edited last wins, where that is sure; else you are asked.",
        StrategyDto::MergePreferCanvas => "What fits together is joined; where it does not, Canvas's copy wins.",
        StrategyDto::MergePreferDiscourse => "What fits together is joined; where it does not, the forum's copy wins.",
    }
}

/// The sites that a document stands on; nothing where it is on one alone.
pub(super) fn targets(targets: &[TargetDto]) -> String {
    if targets.len() < 2 && targets.iter().all(|target| target.home) {
        return String::new();
    }
    let rows: Vec<Vec<String>> = targets
        .iter()
        .map(|target| {
            let state = match target.state {
                TargetStateDto::InStep => "in step".to_owned(),
                TargetStateDto::ToSend => "to send".to_owned(),
                TargetStateDto::NotThere => "not there yet".to_owned(),
                TargetStateDto::Conflict => "needs you".to_owned(),
                TargetStateDto::Refused => format!("refused: {}", target.reason.as_deref().unwrap_or_default()),
            };
            let kept = match target.kept.as_slice() {
                [] => String::new(),
                kept => format!("only pointed at there: {}", kept.join(", ")),
            };
            let place = if target.home { "home" } else { "linked" };
            vec![
                place.to_owned(),
                format!("{}, {}", target.space_name, target.site_name),
                state,
                target.account.clone(),
                target.url.clone().unwrap_or_default(),
                kept,
            ]
        })
        .collect();
    format!("{}\n", columns(&rows, ""))
}

pub(super) fn connected(account: &AccountDto) -> String {
    format!("Connected to {} as {}.\nAccount: {}\n", account.site_name, account.user_name, account.id)
}

pub(super) fn available(spaces: &[AvailableSpaceDto]) -> String {
    let rows: Vec<Vec<String>> = spaces
        .iter()
        .map(|space| {
            let kept = if space.kept { "kept" } else { "" };
            let count = space.count.map(|count| format!("{count} topics")).unwrap_or_default();
            let limit = space.limit.clone().unwrap_or_default();
            vec![
                space.remote.clone(),
                space.name.clone(),
                space.detail.clone(),
                space.when.clone(),
                count,
                kept.to_owned(),
                limit,
            ]
        })
        .collect();
    columns(&rows, "This account has nothing to keep.")
}

pub(super) fn outbox(items: &[OutboxItemDto]) -> String {
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            let what = if item.summary.is_empty() { item.change.clone() } else { item.summary.join(", ") };
            let held = item.held_back.clone().unwrap_or_default();
            vec![item.id.clone(), kind(item.kind).to_owned(), item.title.clone(), item.space_name.clone(), what, held]
        })
        .collect();
    columns(&rows, "Nothing to send.")
}

pub(super) fn needs(needs: &[NeedsYouDto]) -> String {
    let rows: Vec<Vec<String>> = needs
        .iter()
        .map(|need| {
            let next: Vec<String> = need.next.iter().map(|step| step.replace('_', " ")).collect();
            let at = format!("{}, {}", need.space_name, place(&need.site_name));
            vec![
                need.id.clone(),
                kind(need.kind).to_owned(),
                need.title.clone(),
                at,
                need.what.clone(),
                format!("({})", next.join(", ")),
            ]
        })
        .collect();
    columns(&rows, "Nothing needs you.")
}

pub(super) fn conflict(conflict: &ConflictDto) -> String {
    let by = conflict.their_author.as_deref().map(|author| format!(" by {author}")).unwrap_or_default();
    let at = conflict.their_time.as_deref().map(|time| format!(" at {time}")).unwrap_or_default();
    let happened = match conflict.sort.as_str() {
        "edited_here_deleted_there" => "You edited it here, and it was deleted there",
        "deleted_here_edited_there" => "You deleted it here, and it was changed there",
        _ => "It was changed here and there",
    };
    let mut text =
        format!("{} ({}, {})\n{happened}{by}{at}.\n", conflict.title, kind(conflict.kind), place(&conflict.site_name));
    for field in &conflict.fields {
        text.push_str(&format!(
            "\n{}\n  before: {}\n  yours:  {}\n  theirs: {}\n",
            field.label, field.base, field.mine, field.theirs
        ));
    }
    for passage in &conflict.passages {
        match passage {
            ConflictPassageDto::Settled { owner, text: body, .. } if owner != "same" => {
                text.push_str(&format!("\nFits together ({owner})\n{}\n", body.trim_end()));
            }
            ConflictPassageDto::Settled { .. } => {}
            ConflictPassageDto::Open { question, base, mine, theirs, .. } => {
                text.push_str(&format!("\nQuestion {}\n", question + 1));
                for (label, passage) in [("before", base), ("yours", mine), ("theirs", theirs)] {
                    text.push_str(&format!("  {label}:\n{}", indented(passage)));
                }
            }
        }
    }
    text
}

fn indented(passage: &str) -> String {
    passage.lines().map(|line| format!("    {line}\n")).collect()
}

pub(super) fn plan(plan: &PlanDto) -> String {
    let lines: Vec<&LineDto> = plan.lines.iter().filter(|line| line.group != "unchanged").collect();
    let mut text = lines_of(&lines, "Nothing to send and nothing to get.");
    text.push_str(&left_out(&plan.left_out));
    if !lines.is_empty() {
        text.push_str(&format!("Plan: {}\n", plan.id));
        let names =
            columns(&lines.iter().map(|line| vec![line.id.clone(), line.title.clone()]).collect::<Vec<_>>(), "");
        text.push_str(&format!("To leave lines out, name them after --without:\n{names}"));
    }
    text
}

pub(super) fn moved(executed: &ExecutedDto) -> String {
    let ExecutedDto::Moved { changed, plan: new } = executed else { return String::new() };
    let lines = if changed.len() == 1 { "1 line is" } else { &format!("{} lines are", changed.len()) };
    format!(
        "Something changed since the plan was shown, and nothing was done. {lines} different now: {}.\n{}",
        changed.join(", "),
        plan(new)
    )
}

pub(super) fn undone(undone: &[UndoneDto]) -> String {
    if undone.is_empty() {
        return "That sync changed nothing here.\n".to_owned();
    }
    columns(
        &undone
            .iter()
            .map(|undone| vec![undone.title.clone(), undone.words.clone(), undone.entity.clone()])
            .collect::<Vec<_>>(),
        "",
    )
}

pub(super) fn report(report: &ReportDto) -> String {
    let lines: Vec<&LineDto> = report.lines.iter().collect();
    let mut text = if lines.is_empty() { String::new() } else { lines_of(&lines, "") };
    text.push_str(&report.summary);
    text.push('\n');
    text.push_str(&left_out(
        &report.left_out.iter().filter(|(_, why)| !report.summary.contains(why)).cloned().collect::<Vec<_>>(),
    ));
    let seconds: f64 = report.phases.iter().map(|phase| phase.seconds).sum();
    // Several requests may wait at once, so this may be more than the whole took.
    let waited = if report.waited < 1.0 {
        String::new()
    } else {
        format!(" Requests waited {:.0} s for the limits of a site.", report.waited)
    };
    text.push_str(&format!(
        "{} requests, {} of them writing; {} bytes in, {} bytes out; {seconds:.1} s.{waited}\n",
        report.requests, report.writes, report.bytes_in, report.bytes_out
    ));
    text
}

fn left_out(left_out: &[(String, String)]) -> String {
    left_out.iter().map(|(name, why)| format!("{name} was left out: {why}\n")).collect()
}

fn lines_of(lines: &[&LineDto], none: &str) -> String {
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let group = match line.group.as_str() {
                "send" => "send",
                "get" => "get",
                "join" => "join",
                "needs_you" => "needs you",
                "left_out" => "left out",
                _ => "same",
            };
            let words = [std::slice::from_ref(&line.words), &line.notes].concat().join(" ");
            let id = line.entity.clone().unwrap_or_default();
            vec![group.to_owned(), kind(line.kind).to_owned(), line.title.clone(), line.space_name.clone(), words, id]
        })
        .collect();
    columns(&rows, none)
}

pub(super) fn status(status: &StatusDto) -> String {
    let mut rows = vec![
        row("Spaces", status.spaces),
        row("Documents", status.documents),
        row("To send", status.to_send),
        row("Needs you", status.needs_you),
        row("Last sync", status.last_sync_at.as_deref().unwrap_or("never")),
    ];
    for site in &status.sites {
        let state = match site.state.as_str() {
            "ok" => "reached",
            "offline" => "not reached",
            "sign_in" => "sign in again",
            _ => "not asked yet",
        };
        let at = site.reached_at.as_deref().map(|at| format!(", last {at}")).unwrap_or_default();
        let unread = match site.notifications {
            None | Some(0) => String::new(),
            Some(1) => ", 1 unread notification there".to_owned(),
            Some(many) => format!(", {many} unread notifications there"),
        };
        rows.push(row(&site.site_name, format!("{state}{at}{unread}")));
    }
    columns(&rows, "")
}

fn row(label: &str, value: impl ToString) -> Vec<String> {
    vec![label.to_owned(), value.to_string()]
}
