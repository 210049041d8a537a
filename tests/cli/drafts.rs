//! Drafts over a document that changes underneath, as the window writes them, over the workspace that the command line synced.

use std::sync::Arc;

use lectern::app::App;
use lectern::dto::{AnswerDto, DocumentDto, EditDto, ResolutionDto, VisualEditDto};
use simulators::canvas::{Canvas, Seeded};

use super::shell::Shell;
use super::{BODY, canvas, entity, sent_body, synced};

async fn close(app: Arc<App>) {
    app.close().await;
}

async fn window(shell: &Shell) -> Arc<App> {
    App::open(shell.folder(), Arc::new(|_| {})).await.unwrap()
}

fn source(document: &DocumentDto, body: &str) -> EditDto {
    EditDto { body: Some(body.to_owned()), counter: Some(document.counter), ..EditDto::default() }
}

struct Written {
    canvas: Canvas,
    seeded: Seeded,
    shell: Shell,
    page: String,
}

/// A draft of one sentence, left behind when the window ended; then a sync brings somebody else's sentence.
async fn left_behind(mine: (&str, &str), theirs: (&str, &str), exit: i32) -> Written {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let page = entity(&shell, "Tide pools").await;
    let app = window(&shell).await;
    let document = app.document(&page).await.unwrap();
    app.draft_save(&page, source(&document, &BODY.replace(mine.0, mine.1))).await.unwrap();
    close(app).await;
    let there = sent_body(&canvas, &seeded, 0).replace(theirs.0, theirs.1);
    canvas.as_someone_else().write_page(seeded.course, seeded.pages[0], &there).unwrap();
    shell.json(exit, &["sync"]).await;
    Written { canvas, seeded, shell, page }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_kept_after_a_sync_joins_what_came_in_and_both_are_sent() {
    let w = left_behind(("at nine", "at nine sharp"), ("twice a day", "twice each day"), 0).await;
    let app = window(&w.shell).await;
    let draft = app.document(&w.page).await.unwrap().draft.unwrap();
    assert_eq!((draft.recovered, draft.met.as_str()), (true, "joins"));
    let shown = app.draft_difference(&w.page).await.unwrap();
    let words: String =
        shown.reading.iter().flat_map(|passage| &passage.pieces).map(|piece| piece.text.as_str()).collect();
    assert!(words.contains("sharp") && words.contains("each"), "{words}");

    let saved = app.draft_keep(&w.page).await.unwrap();
    assert!(saved.joined && !saved.overlaps, "{saved:?}");
    assert!(app.document(&w.page).await.unwrap().draft.is_none());
    close(app).await;
    w.shell.json(0, &["sync"]).await;
    let there = sent_body(&w.canvas, &w.seeded, 0);
    assert!(there.contains("nine sharp") && there.contains("each day"), "{there}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_in_the_same_words_as_what_came_in_overwrites_nothing_and_is_asked_about() {
    for (answer, sent, in_history) in [
        (AnswerDto::Mine, "Boots by ten.", "Hats at noon!"),
        (AnswerDto::Theirs, "Hats at noon!", "Boots by ten."),
        (AnswerDto::Own { text: "<p>Rope, always.</p>\n".to_owned() }, "Rope, always.", "Boots by ten."),
    ] {
        let sentence = "The tide comes in twice a day.";
        let w = left_behind((sentence, "Boots by ten."), (sentence, "Hats at noon!"), 3).await;
        let app = window(&w.shell).await;
        let saved = app.draft_keep(&w.page).await.unwrap();
        assert!(saved.overlaps && !saved.changed, "{saved:?}");
        let document = app.document(&w.page).await.unwrap();
        assert!(document.body.contains("Hats at noon!") && !document.body.contains("Boots"), "{}", document.body);
        assert!(document.draft.is_some_and(|draft| draft.met == "overlaps" && draft.body.contains("Boots by ten.")));
        close(app).await;

        // A sync in between sends nothing of it, and the question waits.
        assert_eq!(w.shell.json(3, &["sync"]).await["writes"], 0);
        let needs = w.shell.json(3, &["conflicts"]).await;
        assert_eq!((&needs[0]["id"], &needs[0]["need"]), (&w.page.clone().into(), &"conflict".into()), "{needs}");
        let status = w.shell.json(3, &["status"]).await;
        assert_eq!((&status["conflicts"], &status["needsYou"]), (&1.into(), &1.into()), "{status}");

        let app = window(&w.shell).await;
        let conflict = app.conflict(&w.page).await.unwrap();
        assert_eq!(conflict.sort, "draft");
        let choice = ResolutionDto::Each { passages: vec![answer], fields: Vec::new() };
        app.conflict_resolve(&w.page, choice, &conflict.about).await.unwrap();
        assert!(app.document(&w.page).await.unwrap().draft.is_none());
        let mut kept = String::new();
        for revision in app.history(&w.page).await.unwrap() {
            kept.push_str(&format!("{:?}", app.revision_difference(&w.page, &revision.id, None).await.unwrap().source));
        }
        assert!(kept.contains(in_history), "{in_history} is in the history: {kept}");
        close(app).await;
        w.shell.json(0, &["sync"]).await;
        let there = sent_body(&w.canvas, &w.seeded, 0);
        assert!(there.contains(sent), "{there}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_over_an_older_state_is_joined_with_what_came_in_since() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let page = entity(&shell, "Tide pools").await;
    let app = window(&shell).await;
    let opened = app.document(&page).await.unwrap();
    // Something else changes the document while it is open in an editor.
    let other = opened.body.replace("twice a day", "twice each day");
    app.document_save(&page, EditDto { body: Some(other), ..EditDto::default() }).await.unwrap();

    let loaded = opened.body.clone();
    let now = loaded.replace("at nine", "at nine sharp");
    let visual = |now: &str| Some(VisualEditDto { loaded: loaded.clone(), now: now.to_owned() });
    let edit = |counter, now: &str| EditDto { visual: visual(now), counter: Some(counter), ..EditDto::default() };
    let saved = app.document_save(&page, edit(opened.counter, &now)).await.unwrap();
    assert!(saved.joined && saved.body.contains("each day") && saved.body.contains("nine sharp"), "{saved:?}");

    // The editor goes on without loading what was joined in: its next words take nothing back.
    let again = EditDto {
        visual: Some(VisualEditDto { loaded: now.clone(), now: now.replace("sharp", "sharp, rain or shine") }),
        counter: Some(saved.go_on),
        ..EditDto::default()
    };
    app.draft_save(&page, again.clone()).await.unwrap();
    let saved = app.document_save(&page, again).await.unwrap();
    assert!(!saved.overlaps, "{saved:?}");
    let body = app.document(&page).await.unwrap().body;
    assert!(body.contains("each day") && body.contains("sharp, rain or shine"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_over_a_state_that_nobody_knows_any_more_is_asked_about() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let page = entity(&shell, "Tide pools").await;
    let app = window(&shell).await;
    let document = app.document(&page).await.unwrap();
    let edit = EditDto {
        body: Some(document.body.replace("nine", "ten")),
        counter: Some(document.counter + 40),
        ..EditDto::default()
    };
    let saved = app.document_save(&page, edit).await.unwrap();
    assert!(saved.overlaps && !saved.changed);
    let document = app.document(&page).await.unwrap();
    assert!(document.body.contains("nine") && document.draft.is_some_and(|draft| draft.body.contains("ten")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_by_the_command_line_leaves_a_draft_alone() {
    let w = left_behind(("at nine", "at nine sharp"), ("twice a day", "twice each day"), 0).await;
    w.shell.json(0, &["edit", &w.page, "--title", "Tide pools at noon"]).await;
    let app = window(&w.shell).await;
    let document = app.document(&w.page).await.unwrap();
    assert!(!document.body.contains("sharp"));
    assert!(document.draft.is_some_and(|draft| draft.body.contains("sharp") && draft.met == "joins"));
    app.draft_keep(&w.page).await.unwrap();
    let document = app.document(&w.page).await.unwrap();
    assert_eq!(document.title, "Tide pools at noon");
    assert!(document.body.contains("sharp") && document.body.contains("each day"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_thrown_away_is_in_the_history() {
    let w = left_behind(("at nine", "at nine sharp"), ("twice a day", "twice each day"), 0).await;
    let app = window(&w.shell).await;
    app.draft_discard(&w.page).await.unwrap();
    assert!(app.document(&w.page).await.unwrap().draft.is_none());
    let newest = app.history(&w.page).await.unwrap().remove(0);
    assert_eq!(newest.cause, "discard");
    app.document_restore(&w.page, &newest.id).await.unwrap();
    assert!(app.document(&w.page).await.unwrap().body.contains("sharp"));
}
