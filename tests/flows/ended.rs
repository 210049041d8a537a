//! A course that ends, gets another name, or is taught by somebody else after it was kept.

use std::sync::Arc;

use lectern::app::{App, Key};
use lectern::dto::EditDto;
use secrecy::SecretString;
use simulators::canvas::{Canvas, CourseSeed, PageSeed, Role};

use crate::support::TOKEN;

struct Kept {
    app: Arc<App>,
    canvas: Canvas,
    course: i64,
    teacher: i64,
    page: String,
    _folder: tempfile::TempDir,
}

impl Kept {
    async fn new() -> Self {
        let canvas = Canvas::start().await.unwrap();
        let teacher = canvas.add_user("Ada Reyes");
        canvas.add_token(teacher, TOKEN);
        let page =
            PageSeed { title: "Tides".into(), body: "<p>Twice a day.</p>".into(), published: true, front: false };
        let seed =
            CourseSeed { name: "Shore life".into(), code: "BIO".into(), pages: vec![page], ..CourseSeed::default() };
        let course = canvas.seed(teacher, &seed).unwrap().course;
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let key = Key::from(SecretString::from(TOKEN.to_owned()));
        let account = app.connect_canvas(&canvas.base_url(), key).await.unwrap();
        let spaces = app.spaces_keep(&account.id, &[course.to_string()]).await.unwrap();
        app.sync_now(None).await.unwrap();
        let rows = app.tree(&spaces[0].id).await.unwrap();
        let page = rows.into_iter().find(|row| row.title == "Tides").unwrap().entity.unwrap();
        Self { app, canvas, course, teacher, page, _folder: folder }
    }

    async fn why_not(&self) -> Option<String> {
        let space = self.app.spaces().await.unwrap().remove(0).read_only;
        let document = self.app.document(&self.page).await.unwrap().read_only;
        assert_eq!(space, document, "the space and its documents say the same");
        document
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_that_ended_says_so_before_anyone_types_and_an_edit_of_before_waits() {
    let kept = Kept::new().await;
    assert_eq!(kept.why_not().await, None);
    let edit = EditDto { body: Some("<p>Twice a day, or so.</p>".to_owned()), ..EditDto::default() };
    kept.app.document_save(&kept.page, edit).await.unwrap();
    kept.canvas.set_course_state(kept.course, "completed");
    kept.canvas.log().reset();
    let report = kept.app.sync_now(None).await.unwrap();
    assert_eq!(report.writes, 0, "{report:?}");
    let why = kept.why_not().await.expect("it has ended");
    assert_eq!(report.lines[0].words, why, "what was edited before waits, with the reason: {report:?}");
    assert!(kept.app.needs_you().await.unwrap().is_empty(), "nothing was sent and refused");

    kept.canvas.log().reset();
    kept.app.sync_now(None).await.unwrap();
    assert!(kept.canvas.log().total() <= 11, "{:?}", kept.canvas.log().all());

    kept.canvas.set_course_state(kept.course, "available");
    let report = kept.app.sync_now(None).await.unwrap();
    assert_eq!((kept.why_not().await, report.sent), (None, 1), "it goes on, and the edit goes: {report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_lost_and_a_new_name_are_taken_over() {
    let kept = Kept::new().await;
    kept.canvas.rename_course(kept.course, "Shore life, autumn");
    kept.app.sync_now(None).await.unwrap();
    assert_eq!(kept.app.spaces().await.unwrap()[0].name, "Shore life, autumn");
    kept.canvas.set_role(kept.course, kept.teacher, Role::Student);
    kept.app.sync_now(None).await.unwrap();
    assert!(kept.why_not().await.is_some(), "who learns in it cannot write in it");
    kept.canvas.set_role(kept.course, kept.teacher, Role::Teacher);
    kept.app.sync_now(None).await.unwrap();
    assert_eq!(kept.why_not().await, None);
}
