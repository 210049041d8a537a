//! Versions of a document: listed, compared, and how many are kept.

use super::args::{HistoryArguments, RetentionArguments};
use super::table::columns;
use super::told::Told;
use crate::app::App;
use crate::dto::{DifferenceDto, PassageDto, RetentionDto, RevisionDto};
use crate::error::Result;

pub(super) async fn history(app: &App, asked: HistoryArguments) -> Result<Told> {
    if let [revision, other @ ..] = &asked.difference[..] {
        let other = other.first().map(String::as_str);
        let difference = app.revision_difference(&asked.id, revision, other).await?;
        return Told::new(&difference, of_difference(&difference));
    }
    let history = app.history(&asked.id).await?;
    Told::new(&history, of_history(&history))
}

pub(super) async fn retention(app: &App, asked: RetentionArguments) -> Result<Told> {
    if asked.days.is_some() || asked.for_ever {
        app.retention_set(RetentionDto { every_version_days: asked.days }).await?;
    }
    let kept = app.retention().await?;
    let words = match kept.every_version_days {
        None => "Every version is kept for ever.\n".to_owned(),
        Some(days) => {
            let span = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
            format!(
                "Every version of the last {span} is kept; of earlier days the first and the last, and whatever was not chosen.\n"
            )
        }
    };
    Told::new(&kept, words)
}

fn of_history(revisions: &[RevisionDto]) -> String {
    let rows: Vec<Vec<String>> = revisions
        .iter()
        .map(|revision| {
            let chosen = if revision.not_chosen { "not chosen" } else { "" };
            let row =
                [revision.at.as_str(), cause(&revision.cause), &revision.origin, &revision.title, &revision.id, chosen];
            row.map(str::to_owned).to_vec()
        })
        .collect();
    columns(&rows, "No version is kept yet.")
}

fn cause(cause: &str) -> &str {
    match cause {
        "save" => "saved",
        "pull" => "got",
        "merge" => "joined",
        "overwrite" => "replaced",
        "restore" => "brought back",
        "create" => "made",
        "delete" => "deleted",
        "conflict" => "changed on both sides",
        "resolve" => "decided",
        "discard" => "thrown away",
        "import" => "read from a file",
        "follow" => "link followed its page",
        other => other,
    }
}

pub(super) fn of_difference(difference: &DifferenceDto) -> String {
    let mut text = String::new();
    for field in &difference.fields {
        text.push_str(&format!("{}: {} -> {}\n", field.label, or_empty(&field.before), or_empty(&field.after)));
    }
    for passage in difference.reading.iter().filter(|passage| passage.change != "same") {
        text.push_str(&marked(passage));
    }
    for dropped in &difference.will_drop {
        text.push_str(&format!("The site will drop: {dropped}\n"));
    }
    if text.is_empty() { "Nothing is different.\n".to_owned() } else { text }
}

fn or_empty(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
}

/// A passage with its words marked as `[-gone-]` and `{+new+}`.
fn marked(passage: &PassageDto) -> String {
    let mut text = format!("{}: ", passage.block);
    for piece in &passage.pieces {
        match piece.change.as_str() {
            "added" => text.push_str(&format!("{{+{}+}}", piece.text)),
            "removed" => text.push_str(&format!("[-{}-]", piece.text)),
            _ => text.push_str(&piece.text),
        }
    }
    text.push('\n');
    text
}
