//! Three contents become one, or a conflict: title and fields one by one, the body by its format.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::merge::{self, Side, TextMerge};
use crate::{Content, FieldValue, Format};

/// A title or field that both sides changed differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldConflict {
    /// Field name; [`TITLE`] for the title.
    pub name: String,
    /// What both last agreed on; absent where it had no value.
    pub base: Option<FieldValue>,
    /// Ours.
    pub local: Option<FieldValue>,
    /// The site's.
    pub remote: Option<FieldValue>,
}

/// The name under which a title stands among the fields of a conflict.
pub const TITLE: &str = "title";

/// What came of a three-way merge: what fitted together, and what did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// Title and fields with what fitted together; ours where they did not. The body is in `body`.
    pub settled: Content,
    /// Titles and fields that a person must decide.
    pub fields: Vec<FieldConflict>,
    /// The body, passage by passage.
    pub body: TextMerge,
}

impl Merged {
    /// The whole content, when nothing is left to decide.
    #[must_use]
    pub fn clean(&self) -> Option<Content> {
        if !self.fields.is_empty() {
            return None;
        }
        self.body.clean().map(|body| Content { body, ..self.settled.clone() })
    }

    /// The whole content, with one side's reading wherever the two disagree.
    #[must_use]
    pub fn with(&self, side: Side) -> Content {
        let mut content = Content { body: self.body.with(side), ..self.settled.clone() };
        for conflict in &self.fields {
            let value = match side {
                Side::Local => &conflict.local,
                Side::Remote => &conflict.remote,
            };
            set(&mut content, &conflict.name, value.clone());
        }
        content
    }
}

/// Sets a field, or the title, of a content; an absent value removes the field.
pub fn set(content: &mut Content, name: &str, value: Option<FieldValue>) {
    match (name, value) {
        (TITLE, Some(FieldValue::Text(title))) => content.title = title,
        (TITLE, _) => {}
        (_, Some(value)) => {
            content.fields.insert(name.to_owned(), value);
        }
        (_, None) => {
            content.fields.remove(name);
        }
    }
}

/// Merges two contents that come from one base. Equal sides agree; a side equal to the base yields; sets are united.
#[must_use]
pub fn merge_contents(format: Format, base: &Content, local: &Content, remote: &Content) -> Merged {
    let body = match format {
        Format::Html => merge::text::merge_html(&base.body, &local.body, &remote.body),
        Format::Markdown | Format::None => merge::text::merge_markdown(&base.body, &local.body, &remote.body),
    };
    let mut settled = Content { title: local.title.clone(), body: String::new(), fields: local.fields.clone() };
    let mut fields = Vec::new();

    let title = |content: &Content| Some(FieldValue::Text(content.title.clone()));
    let names: BTreeSet<&String> = base.fields.keys().chain(local.fields.keys()).chain(remote.fields.keys()).collect();
    let values = std::iter::once((TITLE.to_owned(), title(base), title(local), title(remote))).chain(
        names.into_iter().map(|name| {
            (
                name.clone(),
                base.fields.get(name).cloned(),
                local.fields.get(name).cloned(),
                remote.fields.get(name).cloned(),
            )
        }),
    );
    for (name, base, local, remote) in values {
        match merge_value(base.as_ref(), local.as_ref(), remote.as_ref()) {
            Some(value) => set(&mut settled, &name, value),
            // A place in a list moves with everything beside it. Where both sides moved it, ours stays: no words are at stake.
            None if name == crate::field::POSITION => set(&mut settled, &name, local),
            None => fields.push(FieldConflict { name, base, local, remote }),
        }
    }
    Merged { settled, fields, body }
}

/// `None` when the two sides changed a value differently.
fn merge_value(
    base: Option<&FieldValue>,
    local: Option<&FieldValue>,
    remote: Option<&FieldValue>,
) -> Option<Option<FieldValue>> {
    if local == remote || remote == base {
        return Some(local.cloned());
    }
    if local == base {
        return Some(remote.cloned());
    }
    if let (Some(FieldValue::Set(local)), Some(FieldValue::Set(remote))) = (local, remote) {
        let empty = BTreeSet::new();
        let base = match base {
            Some(FieldValue::Set(base)) => base,
            _ => &empty,
        };
        let kept = local
            .union(remote)
            .filter(|item| !base.contains(*item) || (local.contains(*item) && remote.contains(*item)));
        return Some(Some(FieldValue::Set(kept.cloned().collect())));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field;

    fn tags(items: &[&str]) -> FieldValue {
        FieldValue::Set(items.iter().map(|item| (*item).to_owned()).collect())
    }

    #[test]
    fn values_merge_as_the_table_says() {
        let text = |words: &str| Some(FieldValue::Text(words.to_owned()));
        let cases = [
            ("nothing changed", text("a"), text("a"), text("a"), Some(text("a"))),
            ("changed here", text("a"), text("b"), text("a"), Some(text("b"))),
            ("changed there", text("a"), text("a"), text("c"), Some(text("c"))),
            ("changed alike", text("a"), text("d"), text("d"), Some(text("d"))),
            ("changed differently", text("a"), text("b"), text("c"), None),
            ("removed here", text("a"), None, text("a"), Some(None)),
            ("removed here, changed there", text("a"), None, text("c"), None),
            ("new on both sides", None, text("b"), text("c"), None),
            (
                "sets are united",
                Some(tags(&["x"])),
                Some(tags(&["x", "y"])),
                Some(tags(&["x", "z"])),
                Some(Some(tags(&["x", "y", "z"]))),
            ),
            (
                "a removal counts",
                Some(tags(&["x", "y"])),
                Some(tags(&["y"])),
                Some(tags(&["x", "y", "z"])),
                Some(Some(tags(&["y", "z"]))),
            ),
        ];
        for (name, base, local, remote, expected) in cases {
            assert_eq!(merge_value(base.as_ref(), local.as_ref(), remote.as_ref()), expected, "{name}");
        }
    }

    #[test]
    fn a_title_changed_here_and_a_body_changed_there_both_stay() {
        let base = Content::new("Old", "<p>One</p>").with(field::PUBLISHED, FieldValue::Flag(false));
        let local = Content { title: "New".to_owned(), ..base.clone() };
        let remote = Content { body: "<p>One and two</p>".to_owned(), ..base.clone() }
            .with(field::PUBLISHED, FieldValue::Flag(true));
        let merged = merge_contents(Format::Html, &base, &local, &remote);
        let clean = merged.clean().expect("nothing overlaps");
        assert_eq!(
            (clean.title.as_str(), clean.body.as_str(), clean.flag(field::PUBLISHED)),
            ("New", "<p>One and two</p>", Some(true))
        );
    }

    #[test]
    fn two_places_in_a_list_are_no_question() {
        let at = |place: i64| Content::new("Week 1", "").with(field::POSITION, FieldValue::Number(place));
        let merged = merge_contents(Format::None, &at(1), &at(2), &at(3));
        assert_eq!(merged.clean().and_then(|content| content.number(field::POSITION)), Some(2));
    }

    #[test]
    fn two_titles_are_a_conflict_and_neither_is_lost() {
        let base = Content::new("Week 1", "");
        let merged =
            merge_contents(Format::Html, &base, &Content::new("Week one", ""), &Content::new("First week", ""));
        assert_eq!(merged.clean(), None);
        assert_eq!(merged.with(Side::Local).title, "Week one");
        assert_eq!(merged.with(Side::Remote).title, "First week");
    }
}
