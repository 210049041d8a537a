//! The JSON of a write: only the changed parts, in the wrapper of the kind. Without the wrapper Canvas ignores them in silence (contract 3.1).

use domain::{Base, Changed, Content, FieldValue, Kind, field};
use serde_json::{Map, Value, json};

use crate::convert::own;
use crate::wire;

/// Everything of a new object that says more than leaving it out would.
pub(crate) fn whole(kind: Kind, content: &Content) -> Changed {
    // What a new object is when nothing is said of it is off, but for these.
    let is_off = |name: &str| !matches!(name, field::PUBLISHED | field::SHOW_CORRECT_ANSWERS);
    let says_nothing = |name: &str, value: &FieldValue| {
        *value == FieldValue::Empty || *value == FieldValue::Flag(false) && is_off(name)
    };
    let fields = content.fields.iter().filter(|(name, value)| wire::is_sent(kind, name) && !says_nothing(name, value));
    Changed { title: true, body: kind.is_document(), fields: fields.map(|(name, _)| name.clone()).collect() }
}

/// The JSON that writes the changed parts of a content.
pub(crate) fn of(kind: Kind, content: &Content, changed: &Changed, base: Option<&Base>) -> Value {
    let mut inner = Map::new();
    let (title, text) = names(kind);
    if changed.title
        && let Some(title) = title
    {
        inner.insert(title.to_owned(), json!(content.title));
    }
    if changed.body
        && let Some(text) = text
    {
        inner.insert(text.to_owned(), json!(content.body));
    }
    for name in &changed.fields {
        if let Some(value) = content.fields.get(name) {
            wire::put(kind, name, value, &mut inner);
        }
    }
    match kind {
        Kind::Page => json!({ "wiki_page": inner }),
        Kind::Assignment => json!({ "assignment": inner }),
        Kind::Syllabus => json!({ "course": inner }),
        Kind::Quiz => {
            // Left out, it tells the class (contract 3.9).
            inner.insert("notify_of_update".to_owned(), json!(false));
            json!({ "quiz": inner })
        }
        Kind::Module => {
            if inner.contains_key("published") {
                // Left out, everything in the module is published or hidden with it (contract 3.8).
                inner.insert("skip_content_tags".to_owned(), json!(true));
            }
            json!({ "module": inner })
        }
        Kind::ModuleItem => {
            if changed.fields.contains(field::MODULE)
                && let Some(place) = content.fields.get(field::POSITION)
            {
                // Without one the item stands nowhere in its new module (recorded modules/38).
                inner.insert("position".to_owned(), wire::json_of(place));
            }
            if changed.fields.contains(field::COMPLETION) || changed.fields.contains(field::MIN_SCORE) {
                inner.insert("completion_requirement".to_owned(), requirement(content));
            }
            json!({ "module_item": inner })
        }
        Kind::Announcement => {
            inner.insert("is_announcement".to_owned(), json!(true));
            // Leaving it out of a PUT opens the comments and clears the date at which they close (contract 3.7).
            let before =
                || base.and_then(|base| base.facts.get(own::COMMENTS_CLOSED)).is_some_and(|closed| closed == "true");
            let wanted = content.flag(field::LOCKED).filter(|_| changed.fields.contains(field::LOCKED));
            let closed = wanted.unwrap_or_else(before);
            if base.is_some() || closed {
                inner.insert("lock_comment".to_owned(), json!(closed));
            }
            Value::Object(inner)
        }
        _ => Value::Object(inner),
    }
}

/// What completes an item; nothing takes the requirement away (contract 3.8).
fn requirement(content: &Content) -> Value {
    let Some(kind) = content.text(field::COMPLETION).filter(|kind| !kind.is_empty()) else { return json!("") };
    let mut requirement = Map::from_iter([("type".to_owned(), json!(kind))]);
    if let Some(score) = content.text(field::MIN_SCORE).and_then(|score| score.parse::<f64>().ok()) {
        let name = if kind == "min_percentage" { "min_percentage" } else { "min_score" };
        requirement.insert(name.to_owned(), json!(score));
    }
    Value::Object(requirement)
}

/// What Canvas calls title and body of a kind.
fn names(kind: Kind) -> (Option<&'static str>, Option<&'static str>) {
    match kind {
        Kind::Page => (Some("title"), Some("body")),
        Kind::Assignment => (Some("name"), Some("description")),
        Kind::Quiz => (Some("title"), Some("description")),
        Kind::Syllabus => (None, Some("syllabus_body")),
        Kind::Module => (Some("name"), None),
        Kind::ModuleItem => (Some("title"), None),
        _ => (Some("title"), Some("message")),
    }
}
