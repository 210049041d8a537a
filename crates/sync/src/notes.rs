//! What a server made of what it was sent, in words.

use std::collections::BTreeMap;

use domain::html::Document;
use domain::{Change, FieldValue, Format, RemoteObject};

use crate::site::RunningSite;
use crate::states::canonical;

/// Names in one note at most; a person cleans up what they pasted by its first few.
const NAMES: usize = 6;

/// What the server made of what it was sent; nothing where it took it as it was.
pub(crate) fn notes(site: &RunningSite, change: &Change, object: &RemoteObject) -> Vec<String> {
    let name = &site.site.name;
    let kind = object.remote.kind;
    let sent = site.site.remote.canonical(kind, &change.content);
    let kept = canonical(&*site.site.remote, object);
    let different = sent.changed_since(&kept);
    let mut notes = Vec::new();
    if different.title {
        notes.push(format!("{name} changed the title to \u{201c}{}\u{201d}.", object.content.title));
    }
    // The canonical form leaves out what is always dropped, so what was typed is looked at as it was typed.
    let dropped = match kind.format() {
        Format::Html => dropped(&change.content.body, &object.content.body),
        Format::Markdown | Format::None => Vec::new(),
    };
    if !dropped.is_empty() {
        let rest = if dropped.len() > NAMES { " and more" } else { "" };
        let names = dropped.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
        notes.push(format!("{name} does not keep {names}{rest}. What you wrote is in the history."));
    } else if different.body {
        notes.push(format!("{name} changed the text while taking it."));
    }
    for field in different.fields {
        let words = |value: Option<&FieldValue>| value.map_or_else(|| "nothing".to_owned(), FieldValue::words);
        notes.push(format!(
            "{name} did not take {field}: it kept {}, you sent {}.",
            words(kept.fields.get(&field)),
            words(sent.fields.get(&field))
        ));
    }
    notes
}

/// Elements, attributes and styles of which fewer came back, by name. An attribute of an element that went is not named beside it.
fn dropped(sent: &str, kept: &str) -> Vec<String> {
    if sent == kept {
        return Vec::new();
    }
    let (sent, kept) = (inventory(sent), inventory(kept));
    let fewer = |key: &(String, String)| kept.get(key).copied().unwrap_or(0) < sent[key];
    let whole = |element: &str| (element.to_owned(), String::new());
    sent.keys()
        .filter(|key| fewer(key) && (key.1.is_empty() || !fewer(&whole(&key.0))))
        .map(|(element, part)| if part.is_empty() { format!("<{element}>") } else { format!("{part} of <{element}>") })
        .collect()
}

/// How often each element, and each attribute and style of it, occurs.
fn inventory(html: &str) -> BTreeMap<(String, String), usize> {
    let document = Document::parse(html);
    let mut counts = BTreeMap::new();
    for element in document.descendants(document.root()).into_iter().filter_map(|id| document.element(id)) {
        let mut count = |part: String| *counts.entry((element.name().to_owned(), part)).or_insert(0) += 1;
        count(String::new());
        for attribute in &element.attrs {
            if attribute.name == "style" {
                let names = attribute.value.split(';').filter_map(|declaration| declaration.split_once(':'));
                names.for_each(|(name, _)| count(format!("style {}", name.trim().to_ascii_lowercase())));
            } else {
                count(attribute.name.clone());
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::dropped;

    #[test]
    fn what_did_not_come_back_is_named_once() {
        for (sent, kept, expected) in [
            ("<p>a<script>x()</script></p>", "<p>a</p>", vec!["<script>"]),
            ("<p onclick=\"x()\">a</p>", "<p>a</p>", vec!["onclick of <p>"]),
            (
                "<p style=\"color: red; position: fixed\">a</p>",
                "<p style=\"color: red;\">a</p>",
                vec!["style position of <p>"],
            ),
            ("<form action=\"/x\"><input name=\"y\"></form>", "", vec!["<form>", "<input>"]),
            ("<p>a & b<br></p>", "<p>a &amp; b<br/></p>", vec![]),
            ("<p>a</p>", "<p class=\"added\">a</p>", vec![]),
        ] {
            assert_eq!(dropped(sent, kept), expected, "{sent}");
        }
    }
}
