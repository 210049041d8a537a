use std::collections::BTreeSet;

use super::*;
use crate::{Changed, Content, FieldValue, field};

#[test]
fn each_kind_names_a_field_once_and_labels_it() {
    for kind in Kind::ALL {
        let names: BTreeSet<&str> = fields(kind).iter().map(|field| field.name).collect();
        assert_eq!(names.len(), fields(kind).len(), "{kind:?}");
        assert!(fields(kind).iter().all(|field| !field.label.is_empty()), "{kind:?}");
    }
    assert_eq!(label(field::UNLOCK_AT), "Available from");
    assert_eq!(label("some_new_thing"), "Some new thing");
    assert_eq!(label("title"), "Title");
}

#[test]
fn a_text_is_read_as_the_field_takes_it() {
    let read = |kind, name: &str, text: &str| field_of(kind, name).unwrap().read(text);
    let text = |words: &str| Ok(FieldValue::Text(words.to_owned()));
    let no = |words: &str| Err(words.to_owned());
    let time: chrono::DateTime<chrono::Utc> = "2026-12-03T11:33:20Z".parse().unwrap();
    use Kind::{Assignment, ModuleItem, Page, Quiz};
    for (kind, name, typed, expected) in [
        (Page, field::PUBLISHED, "yes", Ok(FieldValue::Flag(true))),
        (Page, field::PUBLISHED, "perhaps", no("Published is yes or no.")),
        (Page, field::PUBLISHED, "", no("Published cannot be empty.")),
        (Assignment, field::POINTS, "12.50", text("12.5")),
        (Assignment, field::POINTS, " 10 ", text("10")),
        (Assignment, field::POINTS, "-1", no("Points is a number from 0 to 999999999.")),
        (Assignment, field::POINTS, "ten", no("Points is a number, and “ten” is none.")),
        (Assignment, field::POINTS, "nan", no("Points is a number from 0 to 999999999.")),
        (Assignment, field::DUE_AT, "2026-12-03T12:33:20.9+01:00", Ok(FieldValue::Time(time))),
        (Assignment, field::DUE_AT, "", Ok(FieldValue::Empty)),
        (Assignment, field::DUE_AT, "tomorrow", no("Due is a date and time such as 2030-01-31T23:59:00Z.")),
        (Quiz, field::TIME_LIMIT, "45", Ok(FieldValue::Number(45))),
        (Quiz, field::TIME_LIMIT, "0", no("Minutes allowed is a number from 1 to 100000.")),
        (Page, field::EDITING_ROLES, "teachers,students", text("teachers,students")),
        (ModuleItem, field::EXTERNAL_URL, "javascript:x()", no("Web address begins with https:// and has no spaces.")),
        (ModuleItem, field::EXTERNAL_URL, "https://x.example/a", text("https://x.example/a")),
    ] {
        assert_eq!(read(kind, name, typed), expected, "{name} = {typed}");
    }
}

#[test]
fn what_the_server_would_refuse_is_found_before_it_is_sent() {
    let at = |text: &str| FieldValue::Time(text.parse().unwrap());
    let base = Content::new("Essay", "<p>x</p>");
    let long = "x".repeat(256);
    let parts = |kind, content: &Content| -> Vec<String> {
        let changed = content.changed_since(&base);
        check(kind, content, &changed).into_iter().map(|invalid| invalid.part).collect()
    };
    let (first, second, third) = (at("2030-01-01T00:00:00Z"), at("2030-01-02T00:00:00Z"), at("2030-01-03T00:00:00Z"));
    let dates = |unlock: &FieldValue, due: &FieldValue, lock: &FieldValue| {
        let content = base.clone().with(field::UNLOCK_AT, unlock.clone());
        content.with(field::DUE_AT, due.clone()).with(field::LOCK_AT, lock.clone())
    };
    for (kind, content, expected) in [
        (Kind::Page, Content::new("", "<p>x</p>"), vec!["title"]),
        (Kind::Page, Content::new(long.clone(), "<p>x</p>"), vec!["title"]),
        (Kind::Page, Content::new("—?", "<p>x</p>"), vec!["title"]),
        (Kind::Assignment, Content::new("—?", "<p>x</p>"), vec![]),
        (Kind::Page, Content::new("Essay", "x".repeat(512_000)), vec!["body"]),
        (Kind::Announcement, Content::new("Essay", " "), vec!["body"]),
        (Kind::Assignment, dates(&first, &second, &third), vec![]),
        (Kind::Assignment, dates(&second, &first, &third), vec!["due_at"]),
        (Kind::Assignment, dates(&first, &third, &second), vec!["due_at"]),
        (Kind::Assignment, dates(&third, &FieldValue::Empty, &first), vec!["lock_at"]),
        (
            Kind::Page,
            base.clone()
                .with(field::FRONT_PAGE, FieldValue::Flag(true))
                .with(field::PUBLISHED, FieldValue::Flag(false)),
            vec!["front_page"],
        ),
    ] {
        assert_eq!(parts(kind, &content), expected, "{kind:?} {}", content.title.chars().take(20).collect::<String>());
    }
    // An overlong title that nobody touched stops no other edit.
    let old = Content::new(long, "<p>x</p>");
    let edited = Content { body: "<p>y</p>".to_owned(), ..old.clone() };
    assert_eq!(check(Kind::Page, &edited, &edited.changed_since(&old)), []);
    assert_eq!(check(Kind::Page, &old, &Changed::default()), []);
}

#[test]
fn what_may_not_be_changed_says_why() {
    let item = field_of(Kind::ModuleItem, field::ITEM_TYPE).unwrap();
    assert!(item.is_editable(true) && !item.is_editable(false));
    assert_eq!((item.why_not(true), item.why_not(false).is_some()), (None, true));
    let types = field_of(Kind::Assignment, field::SUBMISSION_TYPES).unwrap();
    assert!(!types.is_editable(true));
    let facts = [(fact::LOCKED_FIELDS.to_owned(), r#"{"due_at":"Locked by a blueprint."}"#.to_owned())].into();
    assert_eq!(locked(&facts)[field::DUE_AT], "Locked by a blueprint.");
    assert!(locked(&std::collections::BTreeMap::new()).is_empty());
}
