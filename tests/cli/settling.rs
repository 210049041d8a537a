//! A conflict settled question by question, as the window does it, over the workspace that the command line synced.

use std::sync::Arc;

use lectern::app::App;
use lectern::dto::{AnswerDto, ConflictDto, ConflictPassageDto, EditDto, ResolutionDto};
use serde_json::json;

use super::{canvas, entity, sent_body, synced};
use crate::cli::shell::Shell;

async fn close(app: Arc<App>) {
    app.close().await;
}

async fn window(shell: &Shell) -> Arc<App> {
    App::open(shell.folder(), Arc::new(|_| {})).await.unwrap()
}

fn questions(conflict: &ConflictDto) -> usize {
    conflict.passages.iter().filter(|passage| matches!(passage, ConflictPassageDto::Open { .. })).count()
}

fn each(passages: Vec<AnswerDto>) -> ResolutionDto {
    ResolutionDto::Each { passages, fields: Vec::new() }
}

/// A course whose second page was rewritten here and there in its first paragraph, with these last paragraphs here and there.
async fn in_conflict(
    last_here: &str,
    last_there: &str,
) -> (simulators::canvas::Canvas, simulators::canvas::Seeded, Shell, String) {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let page = entity(&shell, "What to bring").await;
    let middle = "<p>Bring a hand lens.</p>";
    let theirs = format!("<p>Warm hats by noon.</p>\n{middle}\n{last_there}");
    canvas.as_someone_else().write_page(seeded.course, seeded.pages[1], &theirs).unwrap();
    let mine = format!("<p>Boots at ten.</p>\n{middle}\n{last_here}");
    shell.json_of(0, &["edit", &page, "--body-file", "-"], &mine).await;
    shell.json(3, &["sync"]).await;
    (canvas, seeded, shell, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_wording_goes_to_its_question_and_the_other_keeps_its_answer() {
    let (canvas, seeded, shell, page) = in_conflict("<p>Every pencil counts!</p>", "<p>Coats matter most;</p>").await;
    let app = window(&shell).await;
    let conflict = app.conflict(&page).await.unwrap();
    assert_eq!(questions(&conflict), 2, "{conflict:?}");
    let own = AnswerDto::Own { text: "<p>Rope, always.</p>".to_owned() };

    let too_few = app.conflict_resolve(&page, each(vec![own.clone()]), &conflict.about).await;
    assert!(too_few.is_err(), "no question is settled unasked");
    app.conflict_resolve(&page, each(vec![own, AnswerDto::Theirs]), &conflict.about).await.unwrap();
    close(app).await;

    shell.json(0, &["sync"]).await;
    let sent = sent_body(&canvas, &seeded, 1);
    for words in ["Rope, always.", "Bring a hand lens.", "Coats matter most;"] {
        assert!(sent.contains(words), "{words}: {sent}");
    }
    assert_eq!(shell.json(0, &["sync"]).await["writes"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_after_the_question_was_asked_is_not_lost_by_its_answer() {
    let last = "<p>The ferry leaves at nine.</p>";
    let (_canvas, _seeded, shell, page) = in_conflict(last, last).await;
    let app = window(&shell).await;
    let asked = app.conflict(&page).await.unwrap();
    let now = app.document(&page).await.unwrap().body.replace("at nine.", "at nine. Written since.");
    app.document_save(&page, EditDto { body: Some(now), ..EditDto::default() }).await.unwrap();

    let answers = || each(vec![AnswerDto::Theirs]);
    assert!(app.conflict_resolve(&page, answers(), &asked.about).await.is_err());
    let anew = app.conflict(&page).await.unwrap();
    assert_ne!(anew.about, asked.about);
    app.conflict_resolve(&page, answers(), &anew.about).await.unwrap();
    let body = app.document(&page).await.unwrap().body;
    assert!(body.contains("Written since.") && body.contains("Warm hats by noon."), "{body}");
}
