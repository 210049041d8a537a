//! A reply, and a new page, that are being written when the program is killed.

use std::path::Path;
use std::sync::Arc;

use lectern::app::App;
use lectern::dto::{EditDto, KindDto, NewDocumentDto, VisualEditDto};
use tempfile::TempDir;

async fn window(folder: &Path) -> Arc<App> {
    App::open(folder, Arc::new(|_| {})).await.unwrap()
}

/// The workspace as a kill at this moment leaves it: whatever is in its files, and nothing that is only in memory.
fn killed(folder: &Path) -> TempDir {
    let left = TempDir::new().unwrap();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() && entry.file_name() != "lock" {
            std::fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
        }
    }
    left
}

fn body(text: &str) -> EditDto {
    EditDto { body: Some(text.to_owned()), ..EditDto::default() }
}

fn new(space: &str, kind: KindDto, parent: Option<&str>, title: &str, body: &str) -> NewDocumentDto {
    NewDocumentDto {
        space: space.to_owned(),
        kind,
        parent: parent.map(str::to_owned),
        reply_to: parent.map(|_| 3),
        title: title.to_owned(),
        body: body.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_in_the_composer_survives_a_kill_and_is_no_document_before_it_is_kept() {
    let folder = TempDir::new().unwrap();
    let app = window(folder.path()).await;
    let space = app.local_space_new("Notes").await.unwrap().id;
    let topic = app.document_new(new(&space, KindDto::Topic, None, "Tides", "When?")).await.unwrap().id;
    let other = app.document_new(new(&space, KindDto::Topic, None, "Waves", "Where?")).await.unwrap().id;
    app.reply_draft_save(&topic, Some(3), body("At no")).await.unwrap();
    app.reply_draft_save(&topic, Some(3), body("At noon, and at mid")).await.unwrap();

    let left = killed(folder.path());
    let again = window(left.path()).await;
    let shown = again.document(&topic).await.unwrap();
    let reply = shown.reply.unwrap();
    assert_eq!((reply.body.as_str(), reply.reply_to, reply.recovered), ("At noon, and at mid", Some(3), true));
    assert!(shown.posts.is_empty() && shown.draft.is_none(), "it is no document, and not the topic's own draft");
    assert!(again.document(&other).await.unwrap().reply.is_none());
    let rows = again.tree(&space).await.unwrap();
    let marked =
        |title: &str| rows.iter().any(|row| row.title == title && format!("{:?}", row.states).contains("Draft"));
    assert!(marked("Tides") && !marked("Waves"), "the tree says where the text is: {rows:?}");
    again.close().await;

    // Kept, and killed before the draft's end: it is not offered a second time.
    app.document_new(new(&space, KindDto::Post, Some(&topic), "", "At noon, and at mid")).await.unwrap();
    let left = killed(folder.path());
    let again = window(left.path()).await;
    let shown = again.document(&topic).await.unwrap();
    assert_eq!((shown.posts.len(), shown.reply), (1, None));
    again.close().await;

    app.reply_draft_save(&topic, None, body("Another")).await.unwrap();
    app.reply_draft_discard(&topic).await.unwrap();
    assert_eq!(app.document(&topic).await.unwrap().reply, None);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_into_a_new_page_survives_a_kill() {
    let folder = TempDir::new().unwrap();
    let app = window(folder.path()).await;
    let space = app.local_space_new("Notes").await.unwrap().id;
    let page = app.document_new(new(&space, KindDto::Page, None, "New page", "")).await.unwrap();
    let edit = EditDto {
        title: Some("Low wat".to_owned()),
        body: Some("<p>The gau</p>".to_owned()),
        counter: Some(page.counter),
        ..EditDto::default()
    };
    app.draft_save(&page.id, edit).await.unwrap();
    let left = killed(folder.path());
    let again = window(left.path()).await;
    let draft = again.document(&page.id).await.unwrap().draft.unwrap();
    assert_eq!((draft.title.as_str(), draft.body.as_str(), draft.recovered), ("Low wat", "<p>The gau</p>", true));
    again.close().await;
    app.close().await;
}

/// What a page editor gives: its output just after loading, and now.
fn page(loaded: &str, now: &str) -> EditDto {
    let visual = VisualEditDto { loaded: loaded.to_owned(), now: now.to_owned() };
    EditDto { visual: Some(visual), ..EditDto::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_a_discussion_is_written_in_the_page_editor_and_kept_once() {
    let folder = TempDir::new().unwrap();
    let app = window(folder.path()).await;
    let space = app.local_space_new("Notes").await.unwrap().id;
    let talk = app.document_new(new(&space, KindDto::Discussion, None, "Limpets", "<p>When?</p>")).await.unwrap().id;
    // Just opened: nothing a person would see.
    app.reply_draft_save(&talk, None, page("<p><br></p>", "<p><br></p>")).await.unwrap();
    assert_eq!(app.document(&talk).await.unwrap().reply, None);
    app.reply_draft_save(&talk, None, page("<p><br></p>", "<p>At low water.</p>\n<p>At dawn.</p>")).await.unwrap();

    // Opened again after a kill, the editor gives what was kept in its own spelling, and only the new words are new.
    let left = killed(folder.path());
    let again = window(left.path()).await;
    let reply = again.document(&talk).await.unwrap().reply.unwrap();
    let kept = "<p>At low water.</p>\n<p>At dawn.</p>";
    assert_eq!((reply.body.as_str(), reply.editing.as_deref()), (kept, Some(kept)));
    let opened = "<p>At low water.</p><p>At dawn.</p>";
    again.reply_draft_save(&talk, None, page(opened, opened)).await.unwrap();
    assert_eq!(again.document(&talk).await.unwrap().reply.unwrap().body, kept);
    again.reply_draft_save(&talk, None, page(opened, &format!("{opened}<p>And at night.</p>"))).await.unwrap();
    let made = again.reply_keep(&talk).await.unwrap();
    assert_eq!(
        (made.kind, made.body.as_str()),
        (KindDto::Reply, "<p>At low water.</p>\n<p>At dawn.</p><p>And at night.</p>")
    );
    let shown = again.document(&talk).await.unwrap();
    assert_eq!((shown.posts.len(), shown.reply), (1, None));
    assert!(again.reply_keep(&talk).await.is_err(), "there is none any more");
    again.close().await;
    app.close().await;
}
