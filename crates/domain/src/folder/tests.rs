use std::collections::BTreeSet;

use chrono::{DateTime, TimeZone, Utc};
use proptest::prelude::*;

use super::*;
use crate::IdSeed;

#[test]
fn a_file_says_what_it_is_and_holds_the_body_as_it_is() {
    let document = Written {
        id: Some(EntityId::new(IdSeed { unix_millis: 1_700_000_000_000, random: [1; 10] })),
        kind: Some(Kind::Assignment),
        parent: None,
        content: Content::new("Week 1: \"reading\"", "<p>One</p>\r\n---\n<p>two</p>")
            .with("published", FieldValue::Flag(true))
            .with("due_at", FieldValue::Time(Utc.with_ymd_and_hms(2026, 2, 3, 4, 5, 6).unwrap()))
            .with("points_possible", FieldValue::Text("10.5".into()))
            .with("position", FieldValue::Number(-3))
            .with("lock_at", FieldValue::Empty)
            .with("tags", FieldValue::Set(["a".to_owned(), "b, c".to_owned()].into())),
    };
    let text = to_text(&document);
    let id = document.id.unwrap();
    assert_eq!(
        text,
        format!(
            "---\nkind: assignment\nid: {id}\ntitle: \"Week 1: \\\"reading\\\"\"\ndue_at: 2026-02-03T04:05:06Z\nlock_at: null\npoints_possible: \"10.5\"\nposition: -3\npublished: true\ntags: [\"a\", \"b, c\"]\n---\n<p>One</p>\r\n---\n<p>two</p>"
        )
    );
    assert_eq!(from_text(&text), Ok(document));
}

#[test]
fn files_made_elsewhere_are_read() {
    let text = "---\r\ntitle: Hello, world  # a remark\r\ndraft: yes\r\n\r\n# a remark\r\ntags:\r\n  - one\r\n  - 'two''s'\r\nweight: 3\r\ndate: 2026-01-02T03:04:05+01:00\r\nid: my-post\r\nsets: [x, \"y\"]\r\n---\r\nBody\r\n";
    let read = from_text(text).unwrap();
    assert_eq!(
        (read.content.title.as_str(), read.content.body.as_str(), read.kind, read.id),
        ("Hello, world", "Body\r\n", None, None)
    );
    let set = |items: &[&str]| FieldValue::Set(items.iter().map(|item| (*item).to_owned()).collect());
    let fields: Vec<(&str, FieldValue)> =
        read.content.fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let time: DateTime<Utc> = Utc.with_ymd_and_hms(2026, 1, 2, 2, 4, 5).unwrap();
    assert_eq!(
        fields,
        [
            ("date", FieldValue::Time(time)),
            ("draft", FieldValue::Text("yes".into())),
            ("id", FieldValue::Text("my-post".into())),
            ("sets", set(&["x", "y"])),
            ("tags", set(&["one", "two's"])),
            ("weight", FieldValue::Number(3)),
        ]
    );
    for body in ["", "no fields", "----\nx", "--- \nx", "\u{feff}a"] {
        assert_eq!(from_text(body).unwrap().content, Content::new("", body), "{body:?}");
    }
    assert_eq!(from_text("---\ntitle: x\n"), Err(BadFile::Unclosed));
    assert_eq!(from_text("---\nkind: poem\n---\n"), Err(BadFile::Kind("poem".into())));
    assert_eq!(from_text("---\na: 1\nnonsense\n---\n"), Err(BadFile::Line { line: 3, text: "nonsense".into() }));
    assert_eq!(from_text("---\na: \"open\n---\n"), Err(BadFile::Line { line: 2, text: "a: \"open".into() }));
}

#[test]
fn names_suit_every_system() {
    let cases = [
        ("Week 1: Reading / Notes", "week-1-reading-notes.html"),
        ("  ", "untitled.html"),
        ("../../etc", "etc.html"),
        ("CON", "untitled-con.html"),
        ("com¹", "untitled-com¹.html"),
        ("LPT0", "untitled-lpt0.html"),
        ("COM10", "com10.html"),
        ("日本 語", "日本-語.html"),
    ];
    for (title, expected) in cases {
        assert_eq!(file_name(title, Format::Html, |_| false), expected);
    }
    let taken = BTreeSet::from(["a.md".to_owned(), "a-2.md".to_owned()]);
    assert_eq!(file_name("A", Format::Markdown, |name| taken.contains(name)), "a-3.md");
    assert!(file_name(&"long ".repeat(200), Format::Html, |_| false).chars().count() <= 86);
    assert!(file_name(&"\u{20000}".repeat(200), Format::Html, |_| false).len() <= 210, "file systems count bytes");
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_document()) {
        assert_eq!(kind_in(folder_of(kind)), Some(kind));
    }
}

fn value() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        Just(FieldValue::Empty),
        any::<bool>().prop_map(FieldValue::Flag),
        any::<i64>().prop_map(FieldValue::Number),
        any::<String>().prop_map(FieldValue::Text),
        "(true|null|1|-|~|\\[\\]|#| |:|'|\"|2026-01-01T00:00:00Z|---|\n){0,3}".prop_map(FieldValue::Text),
        (0_i64..253_402_300_799, 0_u32..3)
            .prop_map(|(s, n)| FieldValue::Time(Utc.timestamp_opt(s, n * 1_000).unwrap())),
        prop::collection::btree_set(any::<String>(), 0..4).prop_map(FieldValue::Set),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(title in any::<String>(), body in any::<String>(), kind in prop::option::of(prop::sample::select(Kind::ALL.to_vec())), own in any::<bool>(), under in any::<bool>(), fields in prop::collection::btree_map("([a-z_]{1,8}|id|kind|parent|title|[a-z:\" \n#-]{0,6})", value(), 0..6)) {
        let id = own.then(|| EntityId::new(IdSeed { unix_millis: 7, random: [3; 10] }));
        let parent = under.then(|| EntityId::new(IdSeed { unix_millis: 8, random: [3; 10] }));
        let document = Written { id, kind, parent, content: Content { title, body, fields } };
        let text = to_text(&document);
        prop_assert_eq!(from_text(&text), Ok(document), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_reason(text in "(---\n|---\r\n|a: |id: |kind: page|\\[|\"|'|- x|\n|b|#|:|é| ){0,14}") {
        if let Ok(read) = from_text(&text) {
            prop_assert!(text.ends_with(&read.content.body));
        }
    }
}
