//! One request, read: its path in parts, its parameters, who sent it.

use chrono::{DateTime, NaiveDateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::model::Instant;
use super::zone::Zone;

/// What stays unencoded in the addresses Canvas writes.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'+').remove(b'=');

/// A text as one part of a path or query.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// A request as the resources see it.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: String,
    /// The path behind `/api/v1`, decoded, in parts.
    pub(super) parts: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Value,
    /// Who sent it; 0 for paths that need nobody.
    pub(super) user: i64,
    /// `http://host:port`.
    pub(super) base: String,
    pub(super) now: Instant,
}

impl Call {
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn includes(&self, what: &str) -> bool {
        self.query.iter().any(|(key, value)| key == "include[]" && value == what)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.query(name).is_some_and(is_true)
    }

    /// A nested object of the body; an empty one where it is absent.
    pub(super) fn object(&self, name: &str) -> Map<String, Value> {
        self.body.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
    }

    pub(super) fn body(&self) -> Map<String, Value> {
        self.body.as_object().cloned().unwrap_or_default()
    }

    pub(super) fn wants_string_ids(accept: &str) -> bool {
        accept.contains("application/json+canvas-string-ids")
    }
}

/// Decoded pairs of a query or form.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let split = |part: &str| {
        part.split_once('=').map_or_else(|| (decode(part), String::new()), |(key, value)| (decode(key), decode(value)))
    };
    text.split('&').filter(|part| !part.is_empty()).map(split).collect()
}

/// The nested object that brackets in form names stand for.
pub(super) fn nested(form: Vec<(String, String)>) -> Value {
    let mut root = Value::Object(Map::new());
    for (name, value) in form {
        let mut keys = name.split('[').map(|key| key.trim_end_matches(']'));
        let Some(first) = keys.next() else { continue };
        insert(&mut root, first, keys.collect::<Vec<_>>().as_slice(), value);
    }
    root
}

fn insert(at: &mut Value, key: &str, rest: &[&str], value: String) {
    let Some(object) = at.as_object_mut() else { return };
    match rest {
        [] => {
            object.insert(key.to_owned(), Value::String(value));
        }
        [""] => {
            if let Some(list) = object.entry(key).or_insert_with(|| Value::Array(Vec::new())).as_array_mut() {
                list.push(Value::String(value));
            }
        }
        [next, further @ ..] => {
            insert(object.entry(key).or_insert_with(|| Value::Object(Map::new())), next, further, value)
        }
    }
}

pub(super) fn is_true(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "t" | "yes" | "y" | "on" | "1")
}

/// A boolean in any of the spellings Canvas takes (contract 1.2).
pub(super) fn boolean(value: &Value) -> bool {
    match value {
        Value::Bool(b) => *b,
        Value::String(s) => is_true(s),
        Value::Number(n) => n.as_i64() == Some(1),
        _ => false,
    }
}

pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

pub(super) fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|s| s.trim().parse().ok()))
}

pub(super) fn integers(value: &Value) -> Vec<i64> {
    match value {
        Value::Array(list) => list.iter().filter_map(integer).collect(),
        Value::String(list) => list.split(',').filter_map(|part| part.trim().parse().ok()).collect(),
        other => integer(other).into_iter().collect(),
    }
}

pub(super) fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().filter_map(text).collect(),
        Value::Null => Vec::new(),
        other => text(other).into_iter().collect(),
    }
}

/// A sent date: a full date and time, in the given zone where it names none.
pub(super) fn date(text: &str, zone: &Zone) -> Option<Instant> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"];
    formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()).map(|local| zone.instant(local))
}

/// A time as Canvas writes it: UTC, whole seconds.
pub(super) fn stamp(at: Instant) -> Value {
    Value::String(at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

pub(super) fn stamp_or_null(at: Option<Instant>) -> Value {
    at.map_or(Value::Null, stamp)
}
