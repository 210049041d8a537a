use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::dto::{EditDto, KindDto, NewDocumentDto};

async fn opened(folder: &Path) -> Arc<App> {
    App::open(folder, Arc::new(|_| {})).await.unwrap()
}

async fn made(app: &App, space: &str, title: &str, body: &str) -> String {
    let (space, kind) = (space.to_owned(), KindDto::Page);
    let new =
        NewDocumentDto { space, kind, parent: None, title: title.to_owned(), body: body.to_owned(), reply_to: None };
    app.document_new(new).await.unwrap().id
}

fn tide(space: &str) -> ReplaceDto {
    let (space, text) = (space.to_owned(), "tide".to_owned());
    ReplaceDto { space, text, match_case: false, whole_words: false, titles: true }
}

/// All places that were found.
fn all(found: &[ReplaceHitsDto]) -> Vec<ReplaceInDto> {
    let numbers = |of: &ReplaceHitsDto, in_title: bool| {
        of.hits.iter().filter(|hit| hit.in_title == in_title).map(|hit| hit.number).collect()
    };
    found
        .iter()
        .map(|of| ReplaceInDto {
            id: of.id.clone(),
            counter: of.counter,
            title: numbers(of, true),
            body: numbers(of, false),
        })
        .collect()
}

async fn body(app: &App, id: &str) -> String {
    app.document(id).await.unwrap().body
}

async fn write(app: &App, id: &str, body: &str) {
    app.document_save(id, EditDto { body: Some(body.to_owned()), ..EditDto::default() }).await.unwrap();
}

fn reasons(done: &ReplacedDto) -> Vec<(&str, &str)> {
    done.left_out.iter().map(|(title, why)| (title.as_str(), why.as_str())).collect()
}

#[tokio::test]
async fn what_was_ticked_is_replaced_and_one_undo_takes_all_of_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let app = opened(folder.path()).await;
    let space = app.local_space_new("Notes").await.unwrap().id;
    let one = made(&app, &space, "Tide pools", "<p>The tide and the <b>ti</b>de.</p>").await;
    let two = made(&app, &space, "Ferry", "<p>Waits for the tide.</p>").await;
    made(&app, &space, "Boots", "<p>Dry ones.</p>").await;
    let found = app.replace_find(tide(&space)).await.unwrap();
    assert_eq!(found.iter().map(|of| of.hits.len()).sum::<usize>(), 4, "{found:?}");
    let mut chosen = all(&found);
    chosen.iter_mut().filter(|choice| choice.id == one).for_each(|choice| choice.body.retain(|number| *number == 1));
    let done = app.replace_run(tide(&space), "ebb", chosen).await.unwrap();
    assert_eq!((done.undo.len(), done.left_out.len(), &done.failed), (2, 0, &None));
    assert_eq!(body(&app, &two).await, "<p>Waits for the ebb.</p>");
    let changed = app.document(&one).await.unwrap();
    assert!(changed.body.starts_with("<p>The tide and the ") && !changed.body.contains("ti</b>"), "{}", changed.body);
    assert_eq!(changed.title, "ebb pools");
    let back = app.replace_undo(done.undo).await.unwrap();
    assert_eq!((back.undo.len(), back.left_out.len()), (2, 0));
    assert_eq!(body(&app, &one).await, "<p>The tide and the <b>ti</b>de.</p>");
    assert_eq!(app.document(&one).await.unwrap().title, "Tide pools");
    assert_eq!(body(&app, &two).await, "<p>Waits for the tide.</p>");
    app.close().await;
}

#[tokio::test]
async fn an_undo_leaves_what_was_written_since() {
    let folder = tempfile::tempdir().unwrap();
    let app = opened(folder.path()).await;
    let space = app.local_space_new("Notes").await.unwrap().id;
    let beside = made(&app, &space, "Beside", "<p>The tide.</p><p>Nine.</p>").await;
    let same = made(&app, &space, "Same words", "<p>High tide at nine.</p>").await;
    let gone = made(&app, &space, "Gone", "<p>tide</p>").await;
    let purged = made(&app, &space, "Purged", "<p>tide</p>").await;
    let last = made(&app, &space, "Untouched", "<p>tide</p>").await;
    let found = app.replace_find(tide(&space)).await.unwrap();
    let done = app.replace_run(tide(&space), "ebb", all(&found)).await.unwrap();
    assert_eq!(done.undo.len(), 5);
    write(&app, &beside, "<p>The ebb.</p><p>Ten past nine.</p>").await;
    write(&app, &same, "<p>High water at nine.</p>").await;
    for id in [&gone, &purged] {
        app.document_delete(id).await.unwrap();
    }
    app.trash_purge(&purged).await.unwrap();

    let back = app.replace_undo(done.undo).await.unwrap();
    assert_eq!(body(&app, &beside).await, "<p>The tide.</p><p>Ten past nine.</p>", "both stand");
    assert_eq!(body(&app, &same).await, "<p>High water at nine.</p>", "nothing is written over");
    assert_eq!(body(&app, &last).await, "<p>tide</p>");
    assert_eq!(app.trash().await.unwrap().len(), 1, "it stays deleted");
    let mut said = reasons(&back);
    said.sort_unstable();
    assert_eq!(
        said,
        [
            ("Gone", "It was deleted since."),
            ("One document", "It is not here any more."),
            ("Same words", "It was changed since in the same words."),
        ]
    );
    app.close().await;
}

#[tokio::test]
async fn what_changed_or_may_not_be_changed_by_now_is_left_alone_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let app = opened(folder.path()).await;
    let space = app.local_space_new("Notes").await.unwrap().id;
    let mut ids = Vec::new();
    for title in ["Changed", "Deleted", "Drafted", "Replaced"] {
        ids.push(made(&app, &space, title, "<p>tide</p>").await);
    }
    let found = app.replace_find(tide(&space)).await.unwrap();
    write(&app, &ids[0], "<p>tide, and more</p>").await;
    app.document_delete(&ids[1]).await.unwrap();
    let counter = app.document(&ids[2]).await.unwrap().counter;
    let typed = EditDto { body: Some("<p>tid</p>".to_owned()), counter: Some(counter), ..EditDto::default() };
    app.draft_save(&ids[2], typed).await.unwrap();
    let done = app.replace_run(tide(&space), "ebb", all(&found)).await.unwrap();
    assert_eq!((done.undo.len(), &done.undo[0].id), (1, &ids[3]));
    let mut said = reasons(&done);
    said.sort_unstable();
    assert_eq!(
        said,
        [
            ("Changed", "It changed meanwhile."),
            ("Deleted", "It changed meanwhile."),
            ("Drafted", "It is being written. Save it first."),
        ]
    );

    let found = app.replace_find(tide(&space)).await.unwrap();
    let mut kept = app.store.space(space.parse().unwrap()).await.unwrap();
    kept.read_only = Some("The course has ended.".to_owned());
    app.store.put_space(&kept).await.unwrap();
    let done = app.replace_run(tide(&space), "ebb", all(&found)).await.unwrap();
    assert!(done.undo.is_empty() && done.failed.is_none());
    assert!(reasons(&done).contains(&("Changed", "The course has ended.")), "{done:?}");
    assert_eq!(body(&app, &ids[0]).await, "<p>tide, and more</p>");
    app.close().await;
}

#[tokio::test]
async fn what_ends_a_replacing_is_said_as_it_is_and_what_was_done_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let app = opened(folder.path()).await;
    let space = app.local_space_new("Notes").await.unwrap().id;
    let mut ids = Vec::new();
    for title in ["One", "Two", "Three"] {
        ids.push(made(&app, &space, title, "<p>tide</p>").await);
    }
    let found = app.replace_find(tide(&space)).await.unwrap();
    // The first save reaches the disk, the second does not.
    let saves = AtomicU32::new(0);
    app.store.set_crash_hook(Some(Arc::new(move |write| write == "save" && saves.fetch_add(1, Ordering::SeqCst) == 2)));
    let done = app.replace_run(tide(&space), "ebb", all(&found)).await.unwrap();
    let failed = done.failed.clone().unwrap();
    assert_eq!((failed.code.as_str(), done.undo.len(), done.left_out.len()), ("storage", 1, 0), "{done:?}");
    app.close().await;
    drop(app);

    let app = opened(folder.path()).await;
    assert_eq!(body(&app, &done.undo[0].id).await, "<p>ebb</p>");
    app.replace_undo(done.undo).await.unwrap();
    for id in &ids {
        assert_eq!(body(&app, id).await, "<p>tide</p>");
    }
    app.close().await;
}
