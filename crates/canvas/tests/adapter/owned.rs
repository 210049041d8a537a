//! The syllabus (contract 3.3) and quizzes (3.9).

use domain::{
    Access, Content, FieldValue, Found, Guard, Kind, Known, Remote, RemoteErrorKind, RemoteObject, RemoteRef, Token,
    field,
};
use serde_json::{Value, json};
use simulators::canvas::Role;
use simulators::fault::{Fault, On};

use crate::site::{Site, connect, draft, outcome};

fn last_write(site: &Site) -> Value {
    serde_json::from_str(&site.server.log().writes().last().unwrap().received).unwrap()
}

impl Site {
    fn syllabus(&self) -> RemoteRef {
        RemoteRef::new(Kind::Syllabus, self.seeded.course)
    }

    async fn quiz(&self, fields: &Value) -> RemoteObject {
        let id = self.server.as_someone_else().create_quiz(self.seeded.course, fields).unwrap();
        self.read(&RemoteRef::new(Kind::Quiz, id)).await
    }
}

#[tokio::test]
async fn a_syllabus_is_read_written_and_read_back_and_neither_made_nor_deleted() {
    let site = Site::small().await;
    let empty = site.read(&site.syllabus()).await;
    assert_eq!((empty.content.title.as_str(), empty.content.body.as_str()), ("Syllabus", ""));
    let wanted = Content { body: "<h2>Weeks</h2><p>Ten.</p>".to_owned(), ..empty.content.clone() };
    let (written, _) = site.done(&site.update(&empty, wanted.clone())).await;
    assert_eq!(last_write(&site), json!({"course": {"syllabus_body": "<h2>Weeks</h2><p>Ten.</p>"}}));
    assert_eq!(written.content, wanted, "the answer has no text: it was read again");
    assert_eq!(site.guard(&written).await, Guard::Unchanged);
    site.server.as_someone_else().write_syllabus(site.seeded.course, "<p>Other.</p>").unwrap();
    assert!(matches!(site.guard(&written).await, Guard::Changed(now) if now.content.body == "<p>Other.</p>"));
    for change in [site.create(Kind::Syllabus, wanted), site.delete(&written)] {
        assert_eq!(site.remote.send(&site.space, &change).await.unwrap_err().kind, RemoteErrorKind::Refused);
    }
}

#[tokio::test]
async fn a_syllabus_write_whose_answer_was_lost_is_looked_for() {
    for (fault, done) in [(Fault::LoseReply, true), (Fault::LoseRequest, false)] {
        let site = Site::small().await;
        let empty = site.read(&site.syllabus()).await;
        let change = site.update(&empty, Content { body: "<p>Ten weeks.</p>".to_owned(), ..empty.content.clone() });
        site.server.faults().add(On::writes().nth(1), fault);
        assert!(site.remote.send(&site.space, &change).await.unwrap_err().maybe_done);
        let found = site.remote.find(&site.space, &change, &Default::default()).await.unwrap();
        assert_eq!(matches!(found, Found::Here(_)), done, "{found:?}");
    }
}

#[tokio::test]
async fn who_may_not_write_learns_it_before_typing() {
    let site = Site::small().await;
    let student = site.server.add_user("Stu Dent");
    site.server.add_token(student, "student-token");
    site.server.enroll(site.seeded.course, student, Role::Student);
    let theirs = connect(&site.server, "student-token");
    let domain::Reading::Here(seen) = theirs.read(&site.space, &site.syllabus()).await.unwrap() else { panic!() };
    assert_eq!(seen.access, Access::ReadOnly("Your role may not edit it.".to_owned()));
    site.server.set_course_state(site.seeded.course, "completed");
    assert_eq!(site.read(&site.syllabus()).await.access, Access::ReadOnly("The course has ended.".to_owned()));
}

#[tokio::test]
async fn trap_24_a_quiz_is_made_changed_and_deleted_and_the_class_is_not_told() {
    let site = Site::small().await;
    let (made, _) = site.done(&site.create(Kind::Quiz, draft("Shells", "<p>Ten shells.</p>"))).await;
    assert_eq!((made.content.title.as_str(), made.content.flag(field::PUBLISHED)), ("Shells", Some(false)));
    let mut next = made.content.clone().with(field::PUBLISHED, FieldValue::Flag(true));
    next.body = "<p>Twelve shells.</p>".to_owned();
    let (published, _) = site.done(&site.update(&made, next)).await;
    let wanted = published.content.clone().with(field::TIME_LIMIT, FieldValue::Number(45));
    let (written, _) = site.done(&site.update(&published, wanted)).await;
    assert_eq!(last_write(&site), json!({"quiz": {"time_limit": 45, "notify_of_update": false}}));
    assert_eq!(site.server.notifications(), []);
    assert_eq!(written.content.number(field::TIME_LIMIT), Some(45));
    assert_eq!(site.guard(&written).await, Guard::Unchanged);
    site.server
        .as_someone_else()
        .edit_quiz(site.seeded.course, written.remote.id.0.parse().unwrap(), &json!({"description": "<p>x</p>"}))
        .unwrap();
    assert!(matches!(site.guard(&written).await, Guard::Changed(_)));
    site.done(&site.delete(&written)).await;
    assert_eq!(site.guard(&written).await, Guard::Gone);
}

#[tokio::test]
async fn trap_27_a_quiz_setting_that_does_not_go_with_the_others_is_named() {
    let site = Site::small().await;
    let quiz = site.quiz(&json!({"title": "Tides"})).await;
    let wanted = quiz.content.clone().with(field::CANT_GO_BACK, FieldValue::Flag(true));
    let (written, _) = site.done(&site.update(&quiz, wanted)).await;
    assert_eq!(written.facts["not_taken"], "cant_go_back");
    let wanted = quiz
        .content
        .clone()
        .with(field::CANT_GO_BACK, FieldValue::Flag(true))
        .with(field::ONE_AT_A_TIME, FieldValue::Flag(true));
    let (written, _) = site.done(&site.update(&quiz, wanted)).await;
    assert_eq!(written.facts.get("not_taken"), None);
}

#[tokio::test]
async fn trap_13_the_assignment_of_a_quiz_is_read_only_and_the_quiz_is_edited() {
    let site = Site::small().await;
    let quiz = site.quiz(&json!({"title": "Tides", "quiz_type": "assignment"})).await;
    let (objects, _) = site.pull(&[]).await;
    let owned = objects.values().find(|object| object.facts.get("target") == Some(&quiz.remote.to_string()));
    assert!(matches!(&owned.unwrap().access, Access::ReadOnly(why) if why.contains("Edit the quiz")));
    assert_eq!(objects[&quiz.remote].access, Access::Editable);
}

#[tokio::test]
async fn a_quiz_whose_answer_was_lost_is_not_made_twice() {
    let site = Site::small().await;
    site.server.faults().add(On::writes().nth(1), Fault::LoseReply);
    let change = site.create(Kind::Quiz, draft("Shells", "<p>Ten.</p>"));
    assert_eq!(outcome(site.remote.send(&site.space, &change).await), Err((RemoteErrorKind::Unreachable, true)));
    let found = site.remote.find(&site.space, &change, &Default::default()).await.unwrap();
    assert!(matches!(found, Found::Here(_)), "{found:?}");
}

#[tokio::test]
async fn quizzes_of_a_course_without_any_are_asked_for_once_a_day_or_when_one_shows() {
    let site = Site::small().await;
    let known = |objects: &std::collections::BTreeMap<RemoteRef, RemoteObject>| -> Vec<Known> {
        let one = |object: &RemoteObject| Known {
            remote: object.remote.clone(),
            parent: object.parent.clone(),
            token: object.token.clone(),
            verified_at: None,
            opened_at: None,
        };
        objects.values().map(one).collect()
    };
    let (objects, first) = site.pull(&[]).await;
    let known_now = known(&objects);
    let (_, again) = site.pull(&known_now).await;
    assert_eq!((first, again), (7, 6), "the second pull of a day asks for none");
    let yesterday: Vec<Known> = known_now
        .iter()
        .map(|known| Known {
            token: Token(
                known.token.0.replace(&site.server.clock().now().format("%Y-%m-%d").to_string(), "2020-01-01"),
            ),
            ..known.clone()
        })
        .collect();
    assert_eq!(site.pull(&yesterday).await.1, 7, "another day asks");
    let graded = site.quiz(&json!({"title": "Graded", "quiz_type": "assignment"})).await;
    let (objects, _) = site.pull(&known_now).await;
    assert!(objects.contains_key(&graded.remote), "a graded one shows among the assignments");
    assert_eq!(site.pull(&known(&objects)).await.1, 7, "where there is one, the list is always asked for");
}
