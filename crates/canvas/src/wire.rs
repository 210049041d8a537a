//! Each field's name and form in Canvas's JSON, both ways.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::{FieldValue, Kind, field};
use serde_json::{Map, Value, json};

/// How a value stands in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `true`, `false`; `null` is `false` (a setting that nobody has touched).
    Flag,
    Whole,
    Decimal,
    Time,
    Text,
    /// An id, which is a number or text (contract 1.1).
    Id,
    /// A list of roles between commas, in one order.
    Roles,
    /// A list of words or ids.
    List,
}

/// One field of a kind.
struct Wire {
    field: &'static str,
    json: &'static str,
    form: Form,
    /// Whether a write may name it.
    sent: bool,
}

const fn wire(field: &'static str, form: Form) -> Wire {
    Wire { field, json: field, form, sent: true }
}

const fn shown(field: &'static str, form: Form) -> Wire {
    Wire { field, json: field, form, sent: false }
}

const PAGE: &[Wire] = &[
    wire(field::PUBLISHED, Form::Flag),
    wire(field::FRONT_PAGE, Form::Flag),
    wire(field::EDITING_ROLES, Form::Roles),
    wire(field::PUBLISH_AT, Form::Time),
    wire(field::TODO_DATE, Form::Time),
];

const ASSIGNMENT: &[Wire] = &[
    wire(field::PUBLISHED, Form::Flag),
    wire(field::POINTS, Form::Decimal),
    wire(field::DUE_AT, Form::Time),
    wire(field::UNLOCK_AT, Form::Time),
    wire(field::LOCK_AT, Form::Time),
    wire(field::GRADING_TYPE, Form::Text),
    wire(field::GROUP, Form::Id),
    wire(field::POSITION, Form::Whole),
    wire(field::ALLOWED_ATTEMPTS, Form::Whole),
    wire(field::OMIT_FROM_GRADE, Form::Flag),
    shown(field::SUBMISSION_TYPES, Form::List),
];

const DISCUSSION: &[Wire] = &[
    wire(field::PUBLISHED, Form::Flag),
    wire(field::PINNED, Form::Flag),
    wire(field::LOCKED, Form::Flag),
    wire(field::REQUIRE_INITIAL_POST, Form::Flag),
    wire(field::DELAYED_POST_AT, Form::Time),
    wire(field::LOCK_AT, Form::Time),
    wire(field::TODO_DATE, Form::Time),
    wire(field::DISCUSSION_TYPE, Form::Text),
    wire(field::ALLOW_RATING, Form::Flag),
];

const ANNOUNCEMENT: &[Wire] = &[
    wire(field::DELAYED_POST_AT, Form::Time),
    wire(field::LOCK_AT, Form::Time),
    // Its lock is sent as `lock_comment` (contract 3.7).
    shown(field::LOCKED, Form::Flag),
    wire(field::REQUIRE_INITIAL_POST, Form::Flag),
    wire(field::ALLOW_RATING, Form::Flag),
];

const QUIZ: &[Wire] = &[
    wire(field::PUBLISHED, Form::Flag),
    wire(field::DUE_AT, Form::Time),
    wire(field::UNLOCK_AT, Form::Time),
    wire(field::LOCK_AT, Form::Time),
    wire(field::TIME_LIMIT, Form::Whole),
    wire(field::ALLOWED_ATTEMPTS, Form::Whole),
    wire(field::SCORING_POLICY, Form::Text),
    wire(field::SHUFFLE_ANSWERS, Form::Flag),
    wire(field::SHOW_CORRECT_ANSWERS, Form::Flag),
    wire(field::ONE_AT_A_TIME, Form::Flag),
    wire(field::CANT_GO_BACK, Form::Flag),
    wire(field::GROUP, Form::Id),
    wire(field::QUIZ_TYPE, Form::Text),
    shown(field::POINTS, Form::Decimal),
    shown(field::QUESTION_COUNT, Form::Whole),
];

const MODULE: &[Wire] = &[
    wire(field::PUBLISHED, Form::Flag),
    wire(field::POSITION, Form::Whole),
    wire(field::UNLOCK_AT, Form::Time),
    wire(field::SEQUENTIAL, Form::Flag),
    wire(field::PREREQUISITES, Form::List),
];

const ITEM: &[Wire] = &[
    wire(field::PUBLISHED, Form::Flag),
    wire(field::POSITION, Form::Whole),
    wire(field::INDENT, Form::Whole),
    wire(field::MODULE, Form::Id),
    wire(field::EXTERNAL_URL, Form::Text),
    wire(field::NEW_TAB, Form::Flag),
];

fn wires(kind: Kind) -> &'static [Wire] {
    match kind {
        Kind::Page => PAGE,
        Kind::Assignment => ASSIGNMENT,
        Kind::Discussion => DISCUSSION,
        Kind::Announcement => ANNOUNCEMENT,
        Kind::Quiz => QUIZ,
        Kind::Module => MODULE,
        Kind::ModuleItem => ITEM,
        _ => &[],
    }
}

/// The fields in an answer. What an answer does not mention is no field: an older or differently set site does not have it.
pub(crate) fn read(kind: Kind, answer: &Map<String, Value>) -> std::collections::BTreeMap<String, FieldValue> {
    let value = |wire: &Wire| Some((wire.field.to_owned(), value_in(wire.form, answer.get(wire.json)?)?));
    wires(kind).iter().filter_map(value).collect()
}

fn value_in(form: Form, json: &Value) -> Option<FieldValue> {
    match (form, json) {
        (Form::Flag, Value::Bool(flag)) => Some(FieldValue::Flag(*flag)),
        (Form::Flag, Value::Null) => Some(FieldValue::Flag(false)),
        (Form::List, Value::Array(items)) => Some(FieldValue::Set(items.iter().filter_map(word).collect())),
        (_, Value::Null) => Some(FieldValue::Empty),
        (Form::Whole, Value::Number(number)) => number.as_i64().map(FieldValue::Number),
        (Form::Decimal, Value::Number(number)) => number.as_f64().map(|number| FieldValue::Text(decimal(number))),
        (Form::Time, Value::String(text)) => {
            let time = DateTime::parse_from_rfc3339(text).ok()?;
            Some(FieldValue::Time(time.with_timezone(&Utc)))
        }
        (Form::Roles, Value::String(text)) => Some(FieldValue::Text(roles(text))),
        (Form::Text, Value::String(text)) => Some(FieldValue::Text(text.clone())),
        (Form::Id, id) => word(id).map(FieldValue::Text),
        _ => None,
    }
}

fn word(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number of points as decimal text: `10`, `12.5`.
pub(crate) fn decimal(number: f64) -> String {
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Roles in one order, so that the same roles are the same text.
fn roles(text: &str) -> String {
    const ORDER: [&str; 4] = ["teachers", "students", "members", "public"];
    let given: Vec<&str> = text.split(',').map(str::trim).collect();
    let known = ORDER.iter().filter(|role| given.contains(*role)).copied();
    let other = given.iter().filter(|role| !ORDER.contains(*role) && !role.is_empty()).copied();
    known.chain(other).collect::<Vec<_>>().join(",")
}

/// Puts one field into the JSON of a write. Names that this kind does not send are left out.
pub(crate) fn put(kind: Kind, name: &str, value: &FieldValue, into: &mut Map<String, Value>) {
    match (kind, name) {
        // A page's date in planners has other names on the way in (contract 3.1).
        (Kind::Page, field::TODO_DATE) => {
            into.insert("student_planner_checkbox".to_owned(), json!(*value != FieldValue::Empty));
            if *value != FieldValue::Empty {
                into.insert("student_todo_at".to_owned(), json_of(value));
            }
        }
        _ => {
            if let Some(wire) = wires(kind).iter().find(|wire| wire.field == name && wire.sent) {
                into.insert(wire.json.to_owned(), json_of(value));
            }
        }
    }
}

/// Whether a write of this kind can name the field at all.
pub(crate) fn is_sent(kind: Kind, name: &str) -> bool {
    let special = matches!(
        (kind, name),
        (Kind::Announcement, field::LOCKED) | (Kind::ModuleItem, field::COMPLETION | field::MIN_SCORE)
    );
    special || wires(kind).iter().any(|wire| wire.field == name && wire.sent)
}

/// A value as Canvas reads it; an empty one is `null`, which clears (contract 1.2).
pub(crate) fn json_of(value: &FieldValue) -> Value {
    match value {
        FieldValue::Empty => Value::Null,
        FieldValue::Flag(flag) => json!(flag),
        FieldValue::Number(number) => json!(number),
        FieldValue::Text(text) => json!(text),
        FieldValue::Time(time) => json!(time.to_rfc3339_opts(SecondsFormat::Secs, true)),
        FieldValue::Set(members) => json!(members),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_in_the_same_words() {
        let answers = [
            (Kind::Page, json!({"published": true, "front_page": false, "publish_at": null})),
            (
                Kind::Assignment,
                json!({"published": false, "due_at": "2030-01-01T06:59:59Z", "lock_at": null, "position": 3,
                "assignment_group_id": "12", "grading_type": "points", "allowed_attempts": -1, "omit_from_final_grade": true}),
            ),
            (
                Kind::Discussion,
                json!({"pinned": true, "locked": false, "delayed_post_at": "2030-01-01T00:00:00Z", "discussion_type": "threaded"}),
            ),
            (Kind::Announcement, json!({"delayed_post_at": null, "require_initial_post": true})),
            (Kind::Quiz, json!({"time_limit": null, "allowed_attempts": 2, "scoring_policy": "keep_latest"})),
            (Kind::Module, json!({"published": true, "position": 2, "prerequisite_module_ids": ["4", "5"]})),
            (Kind::ModuleItem, json!({"indent": 2, "external_url": "https://x.example/", "new_tab": true})),
        ];
        for (kind, answer) in answers {
            let mut sent = Map::new();
            for (name, value) in read(kind, answer.as_object().unwrap()) {
                put(kind, &name, &value, &mut sent);
            }
            assert_eq!(Value::Object(sent), answer, "{kind:?}");
        }
    }

    #[test]
    fn points_keep_their_fraction_and_roles_their_order() {
        let read = |kind, answer: Value| read(kind, answer.as_object().unwrap());
        let points = |number: Value| read(Kind::Assignment, json!({"points_possible": number}))[field::POINTS].clone();
        for (number, text) in [(json!(10.0), "10"), (json!(12.5), "12.5"), (json!(0.3), "0.3"), (json!(7), "7")] {
            assert_eq!(points(number), FieldValue::Text(text.to_owned()));
        }
        assert_eq!(points(Value::Null), FieldValue::Empty);
        let page = read(Kind::Page, json!({"editing_roles": "students,teachers"}));
        assert_eq!(page[field::EDITING_ROLES], FieldValue::Text("teachers,students".to_owned()));
        // A site without scheduled publication does not name it, and it is no field there.
        assert!(!page.contains_key(field::PUBLISH_AT));
    }

    #[test]
    fn every_field_of_the_panel_that_may_be_changed_is_sent() {
        for kind in [
            Kind::Page,
            Kind::Assignment,
            Kind::Discussion,
            Kind::Announcement,
            Kind::Quiz,
            Kind::Module,
            Kind::ModuleItem,
        ] {
            for known in domain::fields::fields(kind) {
                let creation_only = matches!(known.name, field::ITEM_TYPE | field::ITEM_TARGET);
                assert_eq!(
                    is_sent(kind, known.name),
                    known.is_editable(true) && !creation_only,
                    "{kind:?} {}",
                    known.name
                );
            }
        }
    }
}
