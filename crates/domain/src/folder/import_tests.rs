use super::*;
use crate::field;

fn written(title: &str, body: &str) -> Written {
    Written { id: None, kind: None, parent: None, content: Content::new(title, body) }
}

#[test]
fn a_file_is_an_edit_of_what_it_was_written_from() {
    let base =
        Content::new("Tide pools", "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>").with("published", FieldValue::Flag(true));
    let later = Content { body: base.body.replace("Three", "Three, at noon"), ..base.clone() };
    let other = Content { body: base.body.replace("One.", "One at dawn."), ..base.clone() };
    let edited = base.body.replace("One.", "Not one.");
    let both = edited.replace("Three", "Three, at noon");
    let decided = |file: &Written, now: &Content, base: Option<&Content>, was: bool| {
        decide(file, &Here { kind: Kind::Page, now, base, was: &|_| was }).0
    };
    // The file says nothing of the fields, and of the title only what it was.
    let same = written("", &base.body);
    assert_eq!(decided(&same, &base, Some(&base), false), Verdict::Same);
    assert_eq!(decided(&same, &later, Some(&base), false), Verdict::Same, "an untouched file takes nothing back");
    assert_eq!(decided(&same, &later, None, true), Verdict::Older);
    assert!(
        matches!(decided(&same, &later, None, false), Verdict::Ask { .. }),
        "nobody knows what it was written from"
    );
    let file = written("Tide pools", &edited);
    match decided(&file, &base, Some(&base), false) {
        Verdict::Edit { whole, joined: false, .. } => {
            assert_eq!(whole, Content { body: edited.clone(), ..base.clone() })
        }
        other => panic!("{other:?}"),
    }
    match decided(&file, &later, Some(&base), false) {
        Verdict::Edit { mine, whole, joined: true } => {
            assert_eq!((whole.body, mine.body), (both, edited));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(decided(&file, &other, Some(&base), false), Verdict::Ask { .. }));
    let wrong = Written { kind: Some(Kind::Quiz), ..file };
    assert_eq!(
        decided(&wrong, &base, Some(&base), false),
        Verdict::Refused("The file says that it is a quiz; here it is a page.".to_owned())
    );
}

#[test]
fn fields_are_read_as_a_person_writes_them_and_what_says_nothing_is_named() {
    let before = Content::new("Essay", "<p>x</p>")
        .with(field::POINTS, FieldValue::Text("10".into()))
        .with("odd", FieldValue::Number(1));
    let over = |name: &str, value: FieldValue| {
        let mut file = written("Essay", "<p>x</p>");
        file.content.fields.insert(name.to_owned(), value);
        taken(Kind::Assignment, &file, &before)
    };
    let value = |name: &str, value: FieldValue| over(name, value).map(|(content, _)| content.fields[name].clone());
    let text = |text: &str| FieldValue::Text(text.to_owned());
    assert_eq!(value(field::POINTS, FieldValue::Number(12)), Ok(text("12")));
    assert_eq!(value(field::POINTS, text("12.50")), Ok(text("12.5")));
    assert_eq!(value(field::PUBLISHED, text("yes")), Ok(FieldValue::Flag(true)));
    assert_eq!(value(field::DUE_AT, FieldValue::Empty), Ok(FieldValue::Empty));
    assert_eq!(value("odd", FieldValue::Number(1)), Ok(FieldValue::Number(1)), "what is not touched is not checked");
    assert_eq!(value(field::POINTS, FieldValue::Flag(true)), Err("Points is a number, and “true” is none.".to_owned()));
    assert_eq!(
        value(field::DUE_AT, text("soon")),
        Err("Due is a date and time such as 2030-01-31T23:59:00Z.".to_owned())
    );
    assert!(value("odd", FieldValue::Number(2)).is_err());
    let (content, unknown) = over("layout", text("post")).unwrap();
    assert_eq!((content, unknown), (before.clone(), vec!["layout".to_owned()]));
    let module = taken(Kind::Module, &written("Week 1", "a text"), &Content::default());
    assert!(module.is_err());
}
