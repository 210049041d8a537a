//! What a client of Canvas can get wrong, by the numbers of contract section 9; those of pages and lost answers stand in `writing` and `losing`.

use chrono::{DateTime, Utc};
use domain::{Content, FieldValue, Kind, Remote, RemoteErrorKind, RemoteObject, RemoteRef, field};
use serde_json::{Value, json};

use crate::site::{Site, draft};

fn at(text: &str) -> FieldValue {
    FieldValue::Time(text.parse::<DateTime<Utc>>().unwrap())
}

fn text(words: &str) -> FieldValue {
    FieldValue::Text(words.to_owned())
}

/// The body of the last write that went out.
fn last_write(site: &Site) -> Value {
    serde_json::from_str(&site.server.log().writes().last().unwrap().received).unwrap()
}

fn set(object: &RemoteObject, fields: &[(&str, FieldValue)]) -> Content {
    fields.iter().fold(object.content.clone(), |content, (name, value)| content.with(name, value.clone()))
}

impl Site {
    fn assignment(&self, place: usize) -> RemoteRef {
        RemoteRef::new(Kind::Assignment, self.seeded.assignments[place])
    }

    fn topic(&self, place: usize) -> RemoteRef {
        let kind = if place == 1 { Kind::Announcement } else { Kind::Discussion };
        RemoteRef::new(kind, self.seeded.topics[place])
    }
}

#[tokio::test]
async fn each_field_of_each_kind_is_sent_alone_taken_and_read_back() {
    let site = Site::small().await;
    let later = || at("2031-03-05T12:00:00Z");
    let cases: Vec<(RemoteRef, &str, FieldValue, Value)> = vec![
        (site.page(1), field::PUBLISHED, FieldValue::Flag(false), json!({"wiki_page": {"published": false}})),
        (site.page(2), field::FRONT_PAGE, FieldValue::Flag(true), json!({"wiki_page": {"front_page": true}})),
        (
            site.page(1),
            field::EDITING_ROLES,
            text("teachers,students"),
            json!({"wiki_page": {"editing_roles": "teachers,students"}}),
        ),
        (
            site.page(1),
            field::TODO_DATE,
            later(),
            json!({"wiki_page": {"student_planner_checkbox": true, "student_todo_at": "2031-03-05T12:00:00Z"}}),
        ),
        (site.page(1), field::TODO_DATE, FieldValue::Empty, json!({"wiki_page": {"student_planner_checkbox": false}})),
        (site.assignment(0), field::POINTS, text("12.5"), json!({"assignment": {"points_possible": "12.5"}})),
        (site.assignment(0), field::DUE_AT, later(), json!({"assignment": {"due_at": "2031-03-05T12:00:00Z"}})),
        (site.assignment(0), field::DUE_AT, FieldValue::Empty, json!({"assignment": {"due_at": null}})),
        (
            site.assignment(0),
            field::UNLOCK_AT,
            at("2030-01-01T12:00:00Z"),
            json!({"assignment": {"unlock_at": "2030-01-01T12:00:00Z"}}),
        ),
        (site.assignment(0), field::LOCK_AT, later(), json!({"assignment": {"lock_at": "2031-03-05T12:00:00Z"}})),
        (
            site.assignment(0),
            field::GRADING_TYPE,
            text("pass_fail"),
            json!({"assignment": {"grading_type": "pass_fail"}}),
        ),
        (site.assignment(0), field::POSITION, FieldValue::Number(2), json!({"assignment": {"position": 2}})),
        (
            site.assignment(0),
            field::ALLOWED_ATTEMPTS,
            FieldValue::Number(3),
            json!({"assignment": {"allowed_attempts": 3}}),
        ),
        (
            site.assignment(0),
            field::OMIT_FROM_GRADE,
            FieldValue::Flag(true),
            json!({"assignment": {"omit_from_final_grade": true}}),
        ),
        (site.topic(0), field::PINNED, FieldValue::Flag(true), json!({"pinned": true})),
        (site.topic(0), field::LOCKED, FieldValue::Flag(true), json!({"locked": true})),
        (site.topic(0), field::REQUIRE_INITIAL_POST, FieldValue::Flag(true), json!({"require_initial_post": true})),
        (site.topic(0), field::DELAYED_POST_AT, later(), json!({"delayed_post_at": "2031-03-05T12:00:00Z"})),
        (site.topic(0), field::LOCK_AT, at("2032-01-01T00:00:00Z"), json!({"lock_at": "2032-01-01T00:00:00Z"})),
        (site.topic(0), field::TODO_DATE, later(), json!({"todo_date": "2031-03-05T12:00:00Z"})),
        (site.topic(0), field::DISCUSSION_TYPE, text("side_comment"), json!({"discussion_type": "side_comment"})),
        (site.topic(0), field::ALLOW_RATING, FieldValue::Flag(true), json!({"allow_rating": true})),
        (
            site.topic(1),
            field::DELAYED_POST_AT,
            later(),
            json!({"delayed_post_at": "2031-03-05T12:00:00Z", "is_announcement": true, "lock_comment": false}),
        ),
        (site.topic(1), field::LOCKED, FieldValue::Flag(true), json!({"is_announcement": true, "lock_comment": true})),
        (
            site.topic(1),
            field::REQUIRE_INITIAL_POST,
            FieldValue::Flag(true),
            json!({"require_initial_post": true, "is_announcement": true, "lock_comment": true}),
        ),
    ];
    for (remote, name, value, sent) in cases {
        let object = site.read(&remote).await;
        let (written, _) = site.done(&site.update(&object, set(&object, &[(name, value.clone())]))).await;
        assert_eq!(last_write(&site), sent, "{remote} {name}: nothing else is sent");
        assert_eq!(written.content.fields.get(name), Some(&value), "{remote} {name}");
        assert_eq!(written.facts.get("not_taken"), None, "{remote} {name}");
        assert_eq!(site.read(&remote).await.content.fields.get(name), Some(&value), "{remote} {name}: read again");
    }
}

#[tokio::test]
async fn trap_09_an_announcement_keeps_its_lock_and_its_closing_date_whatever_else_is_written() {
    let site = Site::small().await;
    let closing = json!({"lock_comment": true, "lock_at": "2031-01-01T00:00:00Z"});
    site.server.as_someone_else().edit_topic(site.seeded.course, site.seeded.topics[1], &closing).unwrap();
    let news = site.read(&site.topic(1)).await;
    assert_eq!(news.content.flag(field::LOCKED), Some(true));
    let wanted = Content { title: "Boots on Monday".to_owned(), ..news.content.clone() };
    let (written, _) = site.done(&site.update(&news, wanted)).await;
    assert_eq!(last_write(&site)["lock_comment"], json!(true));
    assert_eq!(written.content.flag(field::LOCKED), Some(true));
    assert_eq!(written.content.fields[field::LOCK_AT], at("2031-01-01T00:00:00Z"));
    let opened = set(&written, &[(field::LOCKED, FieldValue::Flag(false))]);
    let (written, _) = site.done(&site.update(&written, opened)).await;
    assert_eq!(written.content.flag(field::LOCKED), Some(false), "and can be opened on purpose");
}

#[tokio::test]
async fn trap_10_a_delayed_announcement_tells_nobody_and_an_edit_never_does() {
    let site = Site::small().await;
    let mut wanted = Content::new("Exam", "<p>Room 4.</p>");
    wanted = wanted.with(field::DELAYED_POST_AT, at("2031-01-01T08:00:00Z"));
    let (made, _) = site.done(&site.create(Kind::Announcement, wanted)).await;
    let next = Content { body: "<p>Room 5.</p>".to_owned(), ..made.content.clone() };
    site.done(&site.update(&made, next)).await;
    for remote in [site.page(1), site.assignment(0), site.topic(0), site.topic(1)] {
        let object = site.read(&remote).await;
        let next = Content { body: "<p>Quietly.</p>".to_owned(), ..object.content.clone() };
        site.done(&site.update(&object, next)).await;
    }
    assert_eq!(site.server.notifications(), []);
}

#[tokio::test]
async fn trap_11_dates_are_asked_for_as_they_stand_and_not_as_they_apply_to_the_caller() {
    let site = Site::small().await;
    site.pull(&[]).await;
    site.read(&site.assignment(0)).await;
    let asked: Vec<_> =
        site.server.log().all().into_iter().filter(|request| request.path.contains("/assignment")).collect();
    assert_eq!(asked.len(), 2);
    for request in asked {
        assert!(request.path.contains("override_assignment_dates=false"), "{}", request.path);
    }
}

#[tokio::test]
async fn trap_12_a_due_date_at_midnight_becomes_the_end_of_the_day_and_is_adopted() {
    let site = Site::small().await;
    let essay = site.read(&site.assignment(0)).await;
    // Midnight in the course's zone, which is seven hours behind in winter.
    let wanted = set(&essay, &[(field::DUE_AT, at("2031-01-15T07:00:00Z"))]);
    let (written, _) = site.done(&site.update(&essay, wanted)).await;
    assert_eq!(written.content.fields[field::DUE_AT], at("2031-01-16T06:59:59Z"));
    assert_eq!(written.facts.get("not_taken"), None, "it is Canvas's way of taking it");
    site.server.log().reset();
    assert_eq!(site.guard(&written).await, domain::Guard::Unchanged);
}

#[tokio::test]
async fn the_three_dates_move_to_another_term_in_one_write() {
    let site = Site::small().await;
    let essay = site.read(&site.assignment(0)).await;
    let dates = |year: i32| {
        let day = |month: u32| at(&format!("{year}-{month:02}-05T12:00:00Z"));
        [(field::UNLOCK_AT, day(1)), (field::DUE_AT, day(2)), (field::LOCK_AT, day(3))]
    };
    let (first, _) = site.done(&site.update(&essay, set(&essay, &dates(2031)))).await;
    // One after the other each would be refused: due in 2033 is after a lock in 2031.
    let (second, _) = site.done(&site.update(&first, set(&first, &dates(2033)))).await;
    for (name, value) in dates(2033) {
        assert_eq!(second.content.fields[name], value, "{name}");
    }
    assert_eq!(second.facts.get("not_taken"), None);
    // A date that does not fit is refused, and holds no text back.
    let mut wanted = set(&second, &[(field::DUE_AT, at("2034-01-01T12:00:00Z"))]);
    wanted.body = "<p>Write more.</p>".to_owned();
    let (third, _) = site.done(&site.update(&second, wanted)).await;
    assert_eq!(third.content.body, "<p>Write more.</p>");
    assert!(third.facts["not_taken"].starts_with("due_at: "), "{}", third.facts["not_taken"]);
}

#[tokio::test]
async fn trap_13_the_assignment_of_a_graded_discussion_has_its_dates_and_points_and_names_the_owner_of_its_text() {
    let site = Site::small().await;
    let graded = json!({"assignment": {"points_possible": 5}});
    site.server.as_someone_else().edit_topic(site.seeded.course, site.seeded.topics[0], &graded).unwrap();
    let (objects, _) = site.pull(&[]).await;
    let owned =
        objects.values().find(|object| object.facts.contains_key("target") && object.remote.kind == Kind::Assignment);
    let owned = owned.expect("the assignment of the discussion is in the list");
    assert_eq!(owned.facts["target"], format!("discussion:{}", site.seeded.topics[0]));
    let locked = domain::fields::locked(&owned.facts);
    for part in ["title", "body", field::PUBLISHED] {
        assert!(locked[part].contains("Edit the discussion"), "{part}: {locked:?}");
    }
    let (text_of_topic, due) = (site.read(&site.topic(0)).await.content, at("2031-03-05T12:00:00Z"));
    let mut wanted = set(owned, &[(field::DUE_AT, due.clone()), (field::POINTS, text("7"))]);
    wanted.body = "<p>Not here.</p>".to_owned();
    let (written, _) = site.done(&site.update(owned, wanted)).await;
    assert_eq!(
        last_write(&site),
        json!({"assignment": {"due_at": "2031-03-05T12:00:00Z", "points_possible": "7"}}),
        "the text is the discussion's"
    );
    assert_eq!((&written.content.fields[field::DUE_AT], &written.content.fields[field::POINTS]), (&due, &text("7")));
    assert!(written.facts["not_taken"].contains("body: "), "{:?}", written.facts);
    assert_eq!(site.guard(&written).await, domain::Guard::Unchanged);
    assert_eq!(site.read(&site.topic(0)).await.content, text_of_topic, "and it stays as it is");
    // Deleting it would take the discussion along.
    let refused = site.remote.send(&site.space, &site.delete(&written)).await.unwrap_err();
    assert_eq!(refused.kind, RemoteErrorKind::Refused);
}

#[tokio::test]
async fn trap_27_a_field_that_canvas_drops_in_silence_is_named() {
    let site = Site::small().await;
    let page = site.read(&site.page(1)).await;
    // Scheduled publication is off on this site: the answer is 200 and the date is not there.
    let mut wanted = set(&page, &[(field::PUBLISH_AT, at("2031-01-01T00:00:00Z"))]);
    wanted.body = "<p>With a date.</p>".to_owned();
    let (written, _) = site.done(&site.update(&page, wanted)).await;
    assert_eq!(written.content.body, "<p>With a date.</p>");
    assert_eq!(written.facts["not_taken"], "publish_at");
}

#[tokio::test]
async fn trap_28_a_locked_part_is_not_sent_and_does_not_refuse_the_rest() {
    let site = Site::small().await;
    let mut essay = site.read(&site.assignment(0)).await;
    essay.facts.insert("locked_fields".to_owned(), json!({"points_possible": "Locked by a blueprint."}).to_string());
    let wanted = set(&essay, &[(field::POINTS, text("99")), (field::OMIT_FROM_GRADE, FieldValue::Flag(true))]);
    let (written, _) = site.done(&site.update(&essay, wanted)).await;
    assert_eq!(last_write(&site), json!({"assignment": {"omit_from_final_grade": true}}));
    assert_eq!(written.facts["not_taken"], "points_possible: Locked by a blueprint.");
    site.server.log().reset();
    let only = set(&essay, &[(field::POINTS, text("99"))]);
    let refused = site.remote.send(&site.space, &site.update(&essay, only)).await.unwrap_err();
    assert_eq!((refused.kind, refused.words.as_str()), (RemoteErrorKind::Refused, "Locked by a blueprint."));
    assert_eq!(site.server.log().total(), 0, "it is not even asked");
}

#[tokio::test]
async fn trap_31_each_refused_state_is_told_in_words_and_the_text_arrives() {
    let site = Site::small().await;
    site.server.as_someone_else().reply(site.seeded.course, site.seeded.topics[0], "<p>Hello</p>");
    for (remote, words) in [(site.page(0), "front page"), (site.topic(0), "contains posts")] {
        let object = site.read(&remote).await;
        let mut wanted = set(&object, &[(field::PUBLISHED, FieldValue::Flag(false))]);
        wanted.body = "<p>New words.</p>".to_owned();
        let (written, _) = site.done(&site.update(&object, wanted)).await;
        assert_eq!(written.content.body, "<p>New words.</p>", "{remote}");
        assert!(written.facts["not_taken"].contains(words), "{remote}: {}", written.facts["not_taken"]);
    }
}

#[tokio::test]
async fn a_new_document_carries_its_fields() {
    let site = Site::small().await;
    let wanted = draft("Lab", "<p>Lab.</p>")
        .with(field::POINTS, text("2.5"))
        .with(field::DUE_AT, at("2031-03-05T12:00:00Z"))
        .with(field::LOCK_AT, FieldValue::Empty);
    let (made, _) = site.done(&site.create(Kind::Assignment, wanted)).await;
    assert_eq!(made.content.fields[field::POINTS], text("2.5"));
    assert_eq!(made.content.fields[field::DUE_AT], at("2031-03-05T12:00:00Z"));
    let sent = last_write(&site);
    let names: Vec<&String> = sent["assignment"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["name", "description", "due_at", "points_possible", "published"], "what is empty is not sent");
}
