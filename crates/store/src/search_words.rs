//! What a person types into a search, as an expression of the index.

use domain::{Kind, SpaceId};

/// The expression for the words of a search; `None` where nothing in them can be looked for.
///
/// Words must all be there, in title or text. `"two words"` is a phrase, `-word` must not be there, `word*` and the word that
/// is still being typed match by their beginning.
pub(crate) fn expression(text: &str, columns: &str) -> Option<String> {
    let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
    for word in words(text) {
        let quoted = format!("\"{}\"", word.text);
        let phrase = if word.prefix { format!("{quoted} *") } else { quoted };
        if word.excluded { &mut unwanted } else { &mut wanted }.push(phrase);
    }
    if wanted.is_empty() {
        return None;
    }
    let wanted = format!("{columns} : ({})", wanted.join(" AND "));
    Some(match unwanted.is_empty() {
        true => wanted,
        false => format!("({wanted}) NOT ({columns} : ({}))", unwanted.join(" OR ")),
    })
}

/// Narrows an expression to a space and to kinds, by the words that the index keeps for them.
pub(crate) fn narrowed(expression: &str, space: Option<SpaceId>, kinds: &[Kind]) -> String {
    let mut all = vec![format!("({expression})")];
    all.extend(space.map(|space| format!("(marks : \"{}\")", space_mark(space))));
    if !kinds.is_empty() {
        let kinds: Vec<_> = kinds.iter().map(|kind| format!("marks : \"{}\"", kind_mark(kind.name()))).collect();
        all.push(format!("({})", kinds.join(" OR ")));
    }
    all.join(" AND ")
}

/// The index's word for a space.
pub(crate) fn space_mark(space: SpaceId) -> String {
    format!("s{}", space.to_string().replace('-', ""))
}

/// The index's word for a kind.
pub(crate) fn kind_mark(kind: &str) -> String {
    format!("k{}", kind.replace('_', ""))
}

struct Word {
    text: String,
    prefix: bool,
    excluded: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (excluded, after) = match rest.strip_prefix('-') {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let (word, is_phrase, after) = match after.strip_prefix('"') {
            // A phrase that is still being typed has no closing mark yet.
            Some(after) => match after.split_once('"') {
                Some((phrase, after)) => (phrase, true, after),
                None => (after, false, ""),
            },
            None => {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                (&after[..end], false, &after[end..])
            }
        };
        let being_typed = !is_phrase && after.is_empty() && !text.ends_with(char::is_whitespace);
        if word.chars().any(char::is_alphanumeric) {
            let prefix = being_typed || (!is_phrase && word.ends_with('*'));
            words.push(Word { text: word.replace('"', " "), prefix, excluded });
        }
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_phrases_prefixes_and_what_must_not_be_there() {
        let cases = [
            ("tide", Some(r#"c : ("tide" *)"#)),
            ("tide ", Some(r#"c : ("tide")"#)),
            ("tide pool", Some(r#"c : ("tide" AND "pool" *)"#)),
            ("ti* pool ", Some(r#"c : ("ti*" * AND "pool")"#)),
            (r#""tide pool" crab "#, Some(r#"c : ("tide pool" AND "crab")"#)),
            (r#""tide po"#, Some(r#"c : ("tide po" *)"#)),
            ("tide -crab ", Some(r#"(c : ("tide")) NOT (c : ("crab"))"#)),
            (r#"a"b OR NEAR("#, Some(r#"c : ("a b" AND "OR" AND "NEAR(" *)"#)),
            ("-crab", None),
            ("& \" -", None),
            ("", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(expression(typed, "c").as_deref(), expected, "{typed}");
        }
    }
}
