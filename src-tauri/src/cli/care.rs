//! Care of a workspace: doctor, backup, restore, what is measured.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use store::{Report, Stats, Store};

use super::told::{FAILED, Told};
use crate::app::App;
use crate::error::Result;

pub(super) async fn stats(app: &App) -> Result<Told> {
    let stats = app.stats().await?;
    let words = of_stats(&stats);
    Told::new(&stats, words)
}

pub(super) async fn doctor(app: &App, repair: bool) -> Result<Told> {
    let report = app.doctor(repair).await?;
    let left = report.findings.iter().any(|finding| !finding.repaired);
    let told = Told::new(&report, of_report(&report, repair))?;
    Ok(if left { told.with_code(FAILED) } else { told })
}

pub(super) async fn backup(app: &App, to: &Path) -> Result<Told> {
    let backup = app.backup(to).await?;
    let (files, size) = (backup.files.len(), in_words(backup.bytes));
    let words = format!("Copied {files} files, {size}, to {}. Every file was checked.\n", to.display());
    Told::new(&json!({ "to": to, "files": files, "bytes": backup.bytes, "at": backup.at }), words)
}

pub(super) async fn restore(from: &Path, folder: &Path) -> Result<Told> {
    let opener = format!("process {}, restoring a backup", std::process::id());
    let beside: Option<PathBuf> = Store::restore_backup(from, folder, &opener).await?;
    let mut words = format!("{} is as it was at the backup.\n", folder.display());
    if let Some(beside) = &beside {
        let _ = writeln!(words, "What was there before lies in {}, whole.", beside.display());
    }
    Told::new(&json!({ "restored": folder, "before": beside }), words)
}

fn of_report(report: &Report, repair: bool) -> String {
    let mut words = format!(
        "Looked at {} documents, {} versions, {} drafts, {} attachments.\n",
        report.documents, report.versions, report.drafts, report.attachments
    );
    if report.is_healthy() {
        words.push_str("Everything is as it should be.\n");
    }
    for finding in &report.findings {
        let state = if finding.repaired { "put right" } else { "not put right" };
        let _ = writeln!(words, "{:?}: {} ({state})", finding.problem, finding.detail);
    }
    if !report.is_healthy() && !repair {
        words.push_str(
            "\u{201c}lecternctl doctor --repair\u{201d} rebuilds what can be rebuilt. No text is changed by it.\n",
        );
    }
    words
}

fn of_stats(stats: &Stats) -> String {
    let mut words = format!(
        "Database {}, its log {}, drafts {}, {} attachments {}.\n\n",
        in_words(stats.database_bytes),
        in_words(stats.log_bytes),
        in_words(stats.drafts_bytes),
        stats.blobs,
        in_words(stats.blobs_bytes)
    );
    let _ =
        writeln!(words, "{:<28} {:>9} {:>11} {:>11} {:>11}", "operation", "count", "p50 ms", "p95 ms", "longest ms");
    for operation in &stats.operations {
        let millis = |micros: u64| micros as f64 / 1000.0;
        let _ = writeln!(
            words,
            "{:<28} {:>9} {:>11.3} {:>11.3} {:>11.3}",
            operation.name,
            operation.count,
            millis(operation.p50_micros),
            millis(operation.p95_micros),
            millis(operation.max_micros)
        );
    }
    words.push('\n');
    for table in stats.tables.iter().take(12) {
        let what = if table.index { "index" } else { "table" };
        let _ = writeln!(words, "{:<34} {what} {:>10}", table.name, in_words(table.bytes));
    }
    for slow in &stats.slow {
        let _ = writeln!(words, "\nslow: {} took {:.0} ms", slow.name, slow.micros as f64 / 1000.0);
        for step in &slow.plan {
            let _ = writeln!(words, "  {step}");
        }
    }
    words
}

fn in_words(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}
