use chrono::TimeZone;
use domain::field;
use serde_json::{Value, json};

use super::*;

const ORIGIN: &str = "https://canvas.test";

fn page_json(more: Value) -> Page {
    let mut page = json!({
        "page_id": 17, "url": "week-one", "title": "Week One", "body": "<p>Hello</p>", "published": true,
        "created_at": "2026-09-01T08:00:00Z", "updated_at": "2026-10-01T08:00:00Z",
        "last_edited_by": {"id": 3, "display_name": "Ada Reyes"}, "html_url": "https://canvas.test/courses/1/pages/week-one"
    });
    page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(page).unwrap()
}

#[test]
fn a_page_is_known_by_its_id_and_keeps_its_slug_as_a_fact() {
    for id in [json!(17), json!("17")] {
        let object = page(page_json(json!({ "page_id": id })), ORIGIN, None);
        assert_eq!(object.remote, RemoteRef::new(Kind::Page, "17"));
        assert_eq!(object.facts[fact::SLUG], "week-one");
        assert_eq!((object.content.title.as_str(), object.content.flag(field::PUBLISHED)), ("Week One", Some(true)));
        assert_eq!(object.changed_by.as_deref(), Some("Ada Reyes"));
        assert_eq!(object.token, Token("2026-10-01T08:00:00Z".to_owned()));
        assert_eq!(object.access, Access::Editable);
    }
}

#[test]
fn what_may_not_be_edited_says_why() {
    let locked = json!({"is_master_course_child_content": true, "restricted_by_master_course": true, "master_course_restrictions": {"content": true}});
    let points_only = json!({"is_master_course_child_content": true, "restricted_by_master_course": true, "master_course_restrictions": {"points": true}});
    let master = json!({"is_master_course_master_content": true, "restricted_by_master_course": true, "master_course_restrictions": {"content": true}});
    for (more, reason) in [
        (json!({"editor": "rce"}), None),
        (json!({"editor": "block_editor", "body": null}), Some(OTHER_EDITOR)),
        (json!({"block_editor_attributes": {"id": 1}}), Some(OTHER_EDITOR)),
        (json!({"locked_for_user": true}), Some(ROLE)),
        (locked, None),
        (json!({"is_master_course_child_content": true, "restricted_by_master_course": true}), Some(BLUEPRINT)),
        (points_only, None),
        (master, None),
    ] {
        let words = more.to_string();
        let found = match page(page_json(more), ORIGIN, None).access {
            Access::Editable => None,
            Access::ReadOnly(reason) => Some(reason),
        };
        assert_eq!(found.as_deref(), reason, "{words}");
    }
    for (more, editable) in [
        (json!({"submission_types": ["online_upload"]}), true),
        (json!({"submission_types": ["external_tool"], "description": "<p>Read this</p>"}), true),
        (json!({"submission_types": ["external_tool"], "description": null}), false),
        (json!({"is_quiz_lti_assignment": true, "description": "<p>x</p>"}), false),
        (json!({"quiz_id": 5}), false),
        (json!({"discussion_topic": {"id": 9}}), true),
    ] {
        let mut whole = json!({"id": 4, "name": "Essay"});
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let object = assignment(serde_json::from_value(whole).unwrap(), None, ORIGIN);
        assert_eq!(object.access == Access::Editable, editable, "{more}");
    }
}

#[test]
fn a_topics_token_moves_with_what_it_says_and_with_nothing_else() {
    let of = |more: Value| {
        let mut whole =
            json!({"id": 6, "title": "Talk", "message": "<p>Say</p>", "published": true, "unread_count": 0});
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        topic(serde_json::from_value(whole).unwrap(), ORIGIN, false).token
    };
    let plain = of(json!({}));
    for (more, same) in [
        (json!({"unread_count": 4, "last_reply_at": "2026-11-01T00:00:00Z"}), true),
        (json!({"message": "<p>Say more</p>"}), false),
        (json!({"title": "Talks"}), false),
        (json!({"published": false}), false),
    ] {
        assert_eq!(of(more.clone()) == plain, same, "{more}");
    }
}

#[test]
fn an_announcement_has_no_state_and_remembers_its_lock() {
    for (more, closed) in
        [(json!({}), "false"), (json!({"locked": true}), "true"), (json!({"comments_disabled": true}), "true")]
    {
        let mut whole =
            json!({"id": 6, "title": "News", "message": "<p>n</p>", "published": true, "is_announcement": true});
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let object = topic(serde_json::from_value(whole).unwrap(), ORIGIN, false);
        assert_eq!((object.remote.kind, object.content.flag(field::PUBLISHED)), (Kind::Announcement, None));
        assert_eq!(object.facts[own::COMMENTS_CLOSED], closed);
        assert_eq!(object.content.flag(field::LOCKED), Some(closed == "true"));
    }
}

#[test]
fn a_discussion_says_why_no_reply_can_be_written() {
    for (more, why) in [
        (json!({}), None),
        (json!({"permissions": {"reply": true}, "locked": true}), None),
        (json!({"permissions": {"reply": false}, "locked": true}), Some("It is closed for comments.")),
        (json!({"permissions": {"reply": false}}), Some("Canvas lets you write no reply to it.")),
    ] {
        let mut whole = json!({"id": 6, "title": "Talk", "message": "<p>Say</p>", "published": true});
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let object = topic(serde_json::from_value(whole).unwrap(), ORIGIN, false);
        assert_eq!(object.facts.get(fact::NO_REPLY).map(String::as_str), why, "{more}");
    }
}

#[test]
fn a_page_token_can_be_taken_apart() {
    let time = Utc.with_ymd_and_hms(2026, 10, 1, 8, 0, 0).single();
    for (revision, text) in [(None, "2026-10-01T08:00:00Z"), (Some(3), "rev:3|2026-10-01T08:00:00Z")] {
        let token = page_token(revision, time);
        assert_eq!(token.0, text);
        assert_eq!(read_page_token(&token), (revision, "2026-10-01T08:00:00Z"));
    }
}

#[test]
fn courses_are_named_by_their_own_name_and_tell_role_and_end() {
    let now = Utc.with_ymd_and_hms(2026, 11, 24, 0, 0, 0).single().unwrap();
    let of = |json: Value| space(serde_json::from_value(json).unwrap(), now);
    let found = of(json!({
        "id": 8, "name": "my nickname", "original_name": "Tidal Ecology", "course_code": "BIO 210", "workflow_state": "available",
        "term": {"name": "Fall 2026", "end_at": "2026-12-20T00:00:00Z"}, "enrollments": [{"type": "teacher"}]
    }))
    .unwrap();
    assert_eq!((found.name.as_str(), found.detail.as_str()), ("Tidal Ecology", "BIO 210 · Fall 2026 · Teacher"));
    assert_eq!((found.current, found.read_only), (true, None));
    let ended = of(json!({"id": 8, "name": "Old", "workflow_state": "completed"})).unwrap();
    assert_eq!((ended.current, ended.read_only.as_deref()), (false, Some(ENDED)));
    let student = of(json!({"id": 8, "name": "Other", "enrollments": [{"type": "student"}]})).unwrap();
    assert_eq!(student.read_only.as_deref(), Some(ROLE));
    assert_eq!(of(json!({"id": 8, "access_restricted_by_date": true})), None);
}

#[test]
fn a_blueprint_locks_column_by_column() {
    let locked = |restrictions: Value| {
        let whole = json!({"id": 4, "name": "Essay", "is_master_course_child_content": true, "restricted_by_master_course": true,
            "master_course_restrictions": restrictions});
        let object = assignment(serde_json::from_value(whole).unwrap(), None, ORIGIN);
        let names: Vec<String> = domain::fields::locked(&object.facts).into_keys().collect();
        (object.access == Access::Editable, names.join(" "))
    };
    for (restrictions, expected) in [
        (json!({"points": true}), (true, "points_possible")),
        (
            json!({"due_dates": true, "availability_dates": true}),
            (true, "delayed_post_at due_at lock_at publish_at unlock_at"),
        ),
        (json!({"state": true}), (true, "published")),
        (
            json!({"settings": true}),
            (true, "allowed_attempts assignment_group_id grading_type omit_from_final_grade position"),
        ),
        (json!({"content": true}), (true, "body title")),
        (json!({}), (true, "")),
    ] {
        let (editable, names) = locked(restrictions.clone());
        assert_eq!((editable, names.as_str()), expected, "{restrictions}");
    }
    assert!(!locked(json!({"all": true})).0);
}

#[test]
fn a_graded_discussion_keeps_the_dates_of_its_assignment() {
    let of = |assignment: Value| {
        let whole = json!({"id": 6, "title": "Talk", "message": "", "published": true, "assignment_id": assignment});
        domain::fields::locked(&topic(serde_json::from_value(whole).unwrap(), ORIGIN, false).facts)
    };
    assert!(of(json!(9)).contains_key(field::DELAYED_POST_AT));
    assert!(of(Value::Null).is_empty());
}

#[test]
fn an_item_has_the_title_and_state_of_what_it_shows() {
    for (kind, own) in [
        ("Page", false),
        ("Assignment", false),
        ("Discussion", false),
        ("Quiz", false),
        ("SubHeader", true),
        ("ExternalUrl", true),
        ("File", true),
    ] {
        let whole = json!({"id": 1, "module_id": 2, "title": "T", "type": kind, "position": 1, "published": true});
        let object = crate::modules::item(serde_json::from_value(whole).unwrap());
        assert_eq!(domain::fields::locked(&object.facts).is_empty(), own, "{kind}");
    }
}
