//! The fields of a file: the part of YAML that front matter is written in.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::FieldValue;

/// The lines of a file's fields, one after the other.
pub(super) struct Lines<'t> {
    rest: &'t str,
    number: usize,
}

impl<'t> Lines<'t> {
    /// `text` begins after the first line of dashes.
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text, number: 1 }
    }

    /// The next line with its number, without its end.
    pub(super) fn next(&mut self) -> Option<(usize, &'t str)> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find('\n').map_or(self.rest.len(), |at| at + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.number += 1;
        Some((self.number, line.trim_end_matches('\n').trim_end_matches('\r')))
    }

    /// What was not read.
    pub(super) fn rest(&self) -> &'t str {
        self.rest
    }

    /// Whether the next line is an item of a list.
    pub(super) fn begins_list(&self) -> bool {
        let line = self.rest.lines().next().unwrap_or_default();
        line.trim_start().starts_with("- ")
    }

    /// The items that follow.
    pub(super) fn list(&mut self) -> BTreeSet<String> {
        let mut items = BTreeSet::new();
        while self.begins_list() {
            let Some((_, line)) = self.next() else { break };
            let item = line.trim().trim_start_matches('-').trim();
            items.insert(read_value(item).map_or_else(|| item.to_owned(), as_words));
        }
        items
    }
}

/// Name and value of a line, and whether the name was written as that of a field of an unusual name.
pub(super) fn split(line: &str) -> Option<(String, &str, bool)> {
    if let Some(rest) = line.strip_prefix("field \"") {
        let end = closing_quote(rest)?;
        let name = serde_json::from_str(&format!("\"{}\"", &rest[..end])).ok()?;
        return Some((name, rest[end + 1..].strip_prefix(':')?.trim(), true));
    }
    let (name, value) = line.split_once(':')?;
    let plain = !name.is_empty() && !name.starts_with([' ', '\t', '-', '"', '\'']);
    (plain && (value.is_empty() || value.starts_with([' ', '\t'])))
        .then(|| (name.trim_end().to_owned(), value.trim(), false))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}

/// A value as it is written; read back, it is the same value.
pub(super) fn written_value(value: &FieldValue) -> String {
    match value {
        FieldValue::Empty => "null".to_owned(),
        FieldValue::Flag(flag) => flag.to_string(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Text(text) => quoted(text),
        FieldValue::Time(time) => time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        FieldValue::Set(set) => format!("[{}]", set.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ")),
    }
}

/// `text` between double quotes, as JSON and YAML both read it.
pub(super) fn quoted(text: &str) -> String {
    let json = serde_json::Value::String(text.to_owned()).to_string();
    // Line ends that JSON leaves alone and YAML does not.
    json.replace('\u{85}', "\\u0085")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
        .replace('\u{7f}', "\\u007f")
}

/// Reads a value as this program or a person writes it; none where quotes or brackets do not close.
pub(super) fn read_value(text: &str) -> Option<FieldValue> {
    match text {
        "" | "null" | "~" => return Some(FieldValue::Empty),
        "true" => return Some(FieldValue::Flag(true)),
        "false" => return Some(FieldValue::Flag(false)),
        _ => {}
    }
    if text.starts_with('"') {
        return serde_json::from_str(text).ok().map(FieldValue::Text);
    }
    if let Some(rest) = text.strip_prefix('\'') {
        return rest.strip_suffix('\'').map(|inside| FieldValue::Text(inside.replace("''", "'")));
    }
    if text.starts_with('[') {
        return read_set(text).map(FieldValue::Set);
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(FieldValue::Number(number));
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(FieldValue::Time(time.with_timezone(&Utc)));
    }
    // A remark begins after a space.
    let plain = text.split(" #").next().unwrap_or(text).trim_end();
    Some(FieldValue::Text(plain.to_owned()))
}

fn read_set(text: &str) -> Option<BTreeSet<String>> {
    if let Ok(items) = serde_json::from_str::<Vec<String>>(text) {
        return Some(items.into_iter().collect());
    }
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    let items = inside.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| read_value(item).map(as_words)).collect()
}

/// A value as the words it was written in.
pub(super) fn as_words(value: FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text,
        FieldValue::Empty => String::new(),
        FieldValue::Flag(flag) => flag.to_string(),
        other => written_value(&other).trim_matches(['[', ']']).to_owned(),
    }
}
