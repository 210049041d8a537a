//! What a server would refuse, found before it sees it.

use super::field_of;
use crate::{Changed, Content, FieldValue, Kind, field};

/// Why one part of a content cannot be saved as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// `title`, `body` or a field's name.
    pub part: String,
    /// Why, as a sentence.
    pub words: String,
}

/// Lengths in characters that the site of a kind takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of the title.
    pub title: usize,
    /// Of the body.
    pub body: usize,
}

/// Title and body of Canvas (contract canvas 6.6).
const CANVAS: Limits = Limits { title: 255, body: 511_999 };
/// Title and body of a Discourse that sets nothing else (contract discourse 5.2).
const DISCOURSE: Limits = Limits { title: 255, body: 32_000 };

/// How long title and body of a kind may be.
#[must_use]
pub fn limits(kind: Kind) -> Limits {
    match kind {
        Kind::Topic | Kind::Post => DISCOURSE,
        _ => CANVAS,
    }
}

/// Everything about the changed parts of a content that its site would refuse. What was so before and is not changed is nobody's fault now.
#[must_use]
pub fn check(kind: Kind, content: &Content, changed: &Changed) -> Vec<Invalid> {
    let mut found = Vec::new();
    let mut say = |part: &str, words: String| found.push(Invalid { part: part.to_owned(), words });
    let limits = limits(kind);
    if changed.title && kind.has_title() {
        if content.title.trim().is_empty() {
            say("title", "The title cannot be empty.".to_owned());
        } else if content.title.chars().count() > limits.title {
            say("title", format!("The title is longer than {} characters.", limits.title));
        } else if kind == Kind::Page && !content.title.chars().any(char::is_alphanumeric) {
            // Canvas makes the page's address of its title (contract canvas 3.1).
            say("title", "A page's title needs a letter or a digit.".to_owned());
        }
    }
    if changed.body {
        if content.body.chars().count() > limits.body {
            say("body", format!("The text is longer than {} characters.", limits.body));
        } else if kind == Kind::Announcement && content.body.trim().is_empty() {
            say("body", "An announcement needs a text.".to_owned());
        }
    }
    for name in &changed.fields {
        let (Some(known), Some(value)) = (field_of(kind, name), content.fields.get(name)) else { continue };
        if let Some(words) = known.check(value) {
            say(name, words);
        }
    }
    for (part, words) in out_of_order(content, changed) {
        say(part, words.to_owned());
    }
    if changed.fields.contains(field::FRONT_PAGE) || changed.fields.contains(field::PUBLISHED) {
        let front = content.flag(field::FRONT_PAGE) == Some(true);
        if front && content.flag(field::PUBLISHED) == Some(false) {
            say(field::FRONT_PAGE, "The front page has to be published.".to_owned());
        }
    }
    found
}

/// Dates out of order. Canvas checks a due date against the other two, and these two against each other not at all (recorded assignments/08-10).
fn out_of_order(content: &Content, changed: &Changed) -> Vec<(&'static str, &'static str)> {
    let opens = [field::UNLOCK_AT, field::DELAYED_POST_AT].into_iter().find_map(|name| time(content, name));
    let (due, closes) = (time(content, field::DUE_AT), time(content, field::LOCK_AT));
    let touched = [field::UNLOCK_AT, field::DELAYED_POST_AT, field::DUE_AT, field::LOCK_AT]
        .iter()
        .any(|name| changed.fields.contains(*name));
    let mut found = Vec::new();
    if touched && matches!((opens, due), (Some(opens), Some(due)) if due < opens) {
        found.push((field::DUE_AT, "It is due before it is available."));
    }
    if touched && matches!((due, closes), (Some(due), Some(closes)) if due > closes) {
        found.push((field::DUE_AT, "It is due after it closes."));
    }
    if touched && matches!((opens, closes), (Some(opens), Some(closes)) if closes < opens) {
        found.push((field::LOCK_AT, "It closes before it is available."));
    }
    found
}

fn time(content: &Content, name: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    match content.fields.get(name) {
        Some(FieldValue::Time(time)) => Some(*time),
        _ => None,
    }
}
