//! The main job in the real window, from nothing: open the sample, read, write without a network, survive a crash, settle a
//! conflict, and be in sync. Each step leaves a picture in `target/tour/` and is looked at by axe; each sync prints its report.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{sync::Mutex, time::Duration};

use e2e::{Failure, Program, is_wanted};
use serde_json::{Value, json};

const SYNC: &str = "return document.querySelector('button.main')?.innerText ?? ''";
const REPORTS: &str = "return document.querySelectorAll('[aria-label=Syncs] button').length";
const SEND_COUNT: &str = "return document.querySelectorAll('[data-outbox]').length";
/// How many equations the page `Formula sheet` has.
const EQUATIONS: usize = 11;
const TOPIC: [&str; 4] = ["Tern Point Commons", "Field trips", "Topics", "Tide pools"];
const DETAIL: &str = "return document.querySelector('section.detail')?.innerText ?? ''";

/// What axe found on all screens; told together at the end.
static FOUND: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A picture of a screen, and axe's look at it.
async fn shown(program: &Program, name: &str) -> Result<(), Failure> {
    program.picture(name).await?;
    let found = program.accessibility().await?;
    FOUND.lock().unwrap().extend(found.into_iter().map(|found| format!("{name}: {found}")));
    Ok(())
}

/// Presses Sync, waits for its end, prints and gives its report.
async fn sync(program: &Program, which: &str) -> Result<String, Failure> {
    program.press("button", "Sync reports").await?;
    let before = program.until("the reports", REPORTS, vec![], |count| count.as_i64() > Some(0)).await?;
    program.control("\u{e007}").await?;
    let one_more = before.as_i64().unwrap_or(0) + 1;
    program.until("one report more", REPORTS, vec![], |count| count == &json!(one_more)).await?;
    report(program, which).await
}

#[allow(clippy::print_stdout, reason = "the reports are what a person without a display gets to see")]
async fn report(program: &Program, which: &str) -> Result<String, Failure> {
    program
        .until("the sync's end", SYNC, vec![], |label| {
            label.as_str().is_some_and(|label| !label.starts_with("Syncing"))
        })
        .await?;
    program.press("button", "Sync reports").await?;
    let script = "return document.querySelector('main .detail')?.innerText ?? ''";
    let newest = program.until("a report", script, vec![], |text| text != "").await?;
    let text = newest.as_str().unwrap_or_default().to_owned();
    let lines: Vec<&str> = text.lines().collect();
    println!("\n--- {which}\n{}", lines[..lines.len().min(24)].join("\n"));
    if lines.len() > 24 {
        println!("... and {} lines more", lines.len() - 24);
    }
    shown(program, which).await?;
    Ok(text)
}

/// Opens what lies in the tree under its ancestors.
async fn open(program: &Program, path: &[&str], title: &str) -> Result<(), Failure> {
    for name in path {
        program.row(name).await?;
    }
    program.titled(title).await
}

async fn opens_and_reads(program: &Program) -> Result<(), Failure> {
    program.see("What would you like to open?", Duration::from_secs(20)).await?;
    shown(program, "01-welcome").await?;
    program.press("button", "Open the sample").await?;
    program.see("items are on this computer", Duration::from_secs(60)).await?;
    let first = report(program, "02-first-sync").await?;
    assert!(first.contains("received"), "{first}");

    open(program, &["Pages", "Thermohaline circulation, page"], "Thermohaline circulation").await?;
    assert!(program.pictures_in(".editor iframe", 2).await? >= 2);
    shown(program, "03-page").await?;
    // A link of the course leads to the page that is kept here.
    program.follow(".editor iframe", "the salt budget").await?;
    program.titled("Reading guide: the salt budget").await?;
    // Equations are pictures that the site draws; here they have come along.
    open(program, &["Formula sheet, page"], "Formula sheet").await?;
    assert!(program.pictures_in(".editor iframe", EQUATIONS).await? >= EQUATIONS);
    shown(program, "03-equations").await?;
    open(program, &TOPIC, "Tide pools at Gull Ledge, this Sunday").await?;
    assert!(program.pictures_in(".half iframe", 1).await? >= 1);
    shown(program, "04-topic").await?;
    program.window.set_window_rect(0, 0, 1024, 700).await?;
    shown(program, "04-topic-small").await?;
    program.window.set_window_rect(0, 0, 1600, 1000).await?;
    Ok(())
}

async fn writes_offline(program: &Program) -> Result<(), Failure> {
    program.write_in_source(".half .cm-content", "\n\nBring warm gloves as well.").await?;
    shown(program, "05-post-edited").await?;
    program.press("button", "Write a reply").await?;
    program.write_in_source(".composer .cm-content", "I will bring **three** hand lenses.").await?;
    program.press("button", "Keep this reply").await?;
    program.see("13 replies", Duration::from_secs(10)).await?;

    open(program, &["Pages", "Thermohaline circulation, page"], "Thermohaline circulation").await?;
    program.write_in_page(0, " Tidal mixing brings it up again.").await?;
    shown(program, "06-page-edited").await?;
    open(program, &["Tides by hand, page"], "Tides by hand").await?;
    program.write_in_page(0, " Ours begins at noon.").await?;
    open(program, &["Glossary, page"], "Glossary").await?;
    program.write_in_page(0, " To be thrown away.").await?;

    program.press("button", "New or connect").await?;
    program.press("menuitem", "New page in OCN 210").await?;
    program.titled("New page").await?;
    program.fill("Title", "Notes of the tour").await?;
    program.write_in_page(0, "Written without a network.").await?;

    program.press("button", "Outbox").await?;
    program.until("six changes", SEND_COUNT, vec![], |count| count == &json!(6)).await?;
    program.press("button", "Tides by hand").await?;
    let ours = |text: &Value| text.as_str().is_some_and(|text| text.contains("Ours begins at noon."));
    program.until("the difference", DETAIL, vec![], ours).await?;
    shown(program, "07-outbox").await?;
    program.press("button", "Glossary").await?;
    program
        .until("the other difference", DETAIL, vec![], |text| {
            text.as_str().is_some_and(|text| text.contains("To be thrown away."))
        })
        .await?;
    program.press("button", "Discard…").await?;
    program.find("dialog", "Discard").await?;
    shown(program, "08-discard").await?;
    program.press("button", "Discard").await?;
    program.until("five changes", SEND_COUNT, vec![], |count| count == &json!(5)).await?;
    Ok(())
}

/// The program is killed while a word is being written, with a reply begun elsewhere.
async fn is_killed(program: &Program) -> Result<(), Failure> {
    open(program, &TOPIC, "Tide pools at Gull Ledge, this Sunday").await?;
    // The replies above grow as their frames come, and move what is pressed.
    let place = "const at = () => Math.round(document.querySelector('section[aria-label=Replies]').offsetHeight); const before = at(); \
                 setTimeout(() => arguments[0](at() === before), 400)";
    while program.ask(place, vec![]).await? != json!(true) {}
    program.press("button", "Write a reply").await?;
    program.write_in_source(".composer .cm-content", "And a bucket with a li").await?;
    let kept = "return document.querySelector('.composer .row span')?.innerText ?? ''";
    program
        .until("the reply is on disk", kept, vec![], |text| {
            text.as_str().is_some_and(|text| text.starts_with("Saved on this computer, "))
        })
        .await?;
    open(program, &["Waves in deep water, page"], "Waves in deep water").await?;
    program.write_in_page(0, " The swell of the great sto").await?;
    // What is promised: a quarter of a second after the last key it is on the disk.
    tokio::time::sleep(Duration::from_millis(250)).await;
    let kept = "return document.querySelector('footer').innerText";
    program
        .until("the draft is on disk", kept, vec![], |text| {
            text.as_str().is_some_and(|text| text.starts_with("Saved on this computer, "))
        })
        .await?;
    program.crash()
}

async fn finds_the_draft(program: &Program) -> Result<(), Failure> {
    program.titled("Waves in deep water").await?;
    program.see("Your text is back.", Duration::from_secs(20)).await?;
    let rows = "return document.querySelectorAll('[role=treeitem]').length";
    program.until("the tree", rows, vec![], |rows| rows.as_i64() > Some(10)).await?;
    shown(program, "09-after-the-crash").await?;
    program.press("button", "Keep").await?;
    // The page comes back into the visual editor, in a frame made anew.
    let text = "return document.querySelector('[role=textbox]')?.textContent ?? ''";
    let whole = |text: &Value| text.as_str().is_some_and(|text| text.contains("The swell of the great sto"));
    program.until_in(".editor iframe", "the half word", text, whole).await?;

    open(program, &TOPIC, "Tide pools at Gull Ledge, this Sunday").await?;
    let text = "return document.querySelector('.composer .cm-content')?.innerText ?? ''";
    let whole = |text: &Value| text.as_str().is_some_and(|text| text.trim_end() == "And a bucket with a li");
    program.until("the half reply", text, vec![], whole).await?;
    program.press("button", "Go to it").await?;
    shown(program, "09-reply-after-the-crash").await?;
    program.press("button", "Throw away").await
}

/// Changes an item on the sample's own site, as a colleague would: `from` becomes `to` in its source.
async fn someone_else(program: &Program, title: &str, change: impl Fn(&str) -> String) -> Result<(), Failure> {
    program.press("button", "As someone else").await?;
    program.press("button", title).await?;
    let source = "return document.querySelector('textarea.source')?.value ?? ''";
    let body = program.until("the source", source, vec![], |body| body != "").await?;
    let changed = change(body.as_str().unwrap_or_default());
    let set = "const field = document.querySelector('textarea.source'); field.value = arguments[0]; \
               field.dispatchEvent(new Event('input', { bubbles: true })); return true";
    program.window.execute(set, vec![json!(changed)]).await?;
    program.press("button", "Change it there").await?;
    program.see("Changed on the site. Press Sync", Duration::from_secs(10)).await
}

/// The source of an item as the sample's site has it now.
async fn there(program: &Program, title: &str) -> Result<String, Failure> {
    program.press("button", "Outbox").await?;
    program.press("button", "As someone else").await?;
    program.press("button", title).await?;
    let source = "return document.querySelector('textarea.source')?.value ?? ''";
    Ok(program.until("the source", source, vec![], |body| body != "").await?.as_str().unwrap_or_default().to_owned())
}

/// Adds words at the end of the first paragraph.
fn first_paragraph(body: &str, words: &str) -> String {
    body.replacen("</p>", &format!("{words}</p>"), 1)
}

async fn settles(program: &Program) -> Result<(), Failure> {
    someone_else(program, "Thermohaline circulation", |body| format!("{body}\n<p>Added by Tomas.</p>")).await?;
    someone_else(program, "Tides by hand", |body| first_paragraph(body, " Theirs begins at one.")).await?;
    shown(program, "10-someone-else").await?;
    let merged = sync(program, "11-sync-with-a-conflict").await?;
    assert!(merged.contains("Joined") && merged.contains("Waits for you"), "{merged}");
    let page = there(program, "Thermohaline circulation").await?;
    assert!(page.contains("Tidal mixing brings it up again.") && page.contains("Added by Tomas."), "{page}");
    let page = there(program, "Tides by hand").await?;
    assert!(page.contains("Theirs begins at one.") && !page.contains("Ours begins"), "overwritten: {page}");

    program.press("button", "Needs you").await?;
    program.find("button", "Decide: Tides by hand").await?;
    shown(program, "12-needs-you").await?;
    program.press("button", "Decide: Tides by hand").await?;
    program.find("button", "Keep yours").await?;
    shown(program, "13-conflict").await?;
    program.press("button", "Keep yours").await?;
    program.press("button", "Finish").await?;
    program.titled("Tides by hand").await?;

    let sent = sync(program, "14-sync-of-the-answer").await?;
    assert!(sent.contains("Tides by hand"), "{sent}");
    let page = there(program, "Tides by hand").await?;
    assert!(page.contains("Ours begins at noon.") && !page.contains("Theirs"), "{page}");
    let quiet = sync(program, "15-nothing-to-do").await?;
    assert!(quiet.contains("Both sides agree. Nothing was sent or changed."), "a sync after a sync: {quiet}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_from_nothing_to_both_sides_in_sync() -> Result<(), Failure> {
    if !is_wanted("tour") {
        return Ok(());
    }
    let (home, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let workspace = folder.path().join("workspace");
    let program = Program::start_at(home.path(), &workspace).await?;
    program.window.set_window_rect(0, 0, 1600, 1000).await?;
    opens_and_reads(&program).await?;
    writes_offline(&program).await?;
    is_killed(&program).await?;
    drop(program);
    let program = Program::start_at(home.path(), &workspace).await?;
    program.window.set_window_rect(0, 0, 1600, 1000).await?;
    finds_the_draft(&program).await?;
    settles(&program).await?;
    let found = FOUND.lock().unwrap().clone();
    assert!(found.is_empty(), "axe finds serious or critical violations: {found:#?}");
    program.close().await
}
