//! Discourse: what it makes of a post's raw text and of a title when it saves them (contract 5.2 and 5.3).

/// `raw` as Discourse stores it: NUL removed, exotic spaces made plain, trailing white space of the whole text gone.
/// Leading white space, line ends and Unicode forms stay.
pub fn normalise_raw(raw: &str) -> String {
    let mut text: String =
        raw.chars().filter(|c| *c != '\0').map(|c| if is_exotic_space(c) { ' ' } else { c }).collect();
    text.truncate(text.trim_end_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']).len());
    text
}

/// The form in which two posts are compared: as stored, line ends alike.
pub fn canonical(raw: &str) -> String {
    normalise_raw(&raw.replace("\r\n", "\n"))
}

/// `title` as Discourse stores it with `title_prettify` on, its default.
pub fn prettify_title(title: &str) -> String {
    let mut text = collapse_runs(&collapse_runs(title, '!'), '?');
    if text.chars().any(char::is_alphabetic)
        && !text.chars().any(char::is_lowercase)
        && text.chars().any(char::is_uppercase)
    {
        text = text.to_lowercase();
    }
    let first = text.split(' ').next().unwrap_or_default();
    if !first.is_empty() && first.chars().all(|c| !c.is_uppercase()) {
        let mut chars = text.chars();
        if let Some(c) = chars.next().filter(|c| c.is_lowercase()) {
            text = c.to_uppercase().chain(chars).collect();
        }
    }
    let bare = text.trim_end();
    let without = bare.trim_end_matches('.');
    if !without.is_empty() && without.len() < bare.len() {
        text = without.to_owned();
    }
    let bare = text.trim_end();
    if let Some(mark) = bare.chars().last().filter(|c| matches!(c, '!' | '?')) {
        text = format!("{}{mark}", bare[..bare.len() - 1].trim_end());
    }
    collapse_runs(&text, ' ').trim().replace('\u{200b}', "")
}

fn is_exotic_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

fn collapse_runs(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != mark || !out.ends_with(mark) {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_is_normalised_as_the_contract_says() {
        let cases = [
            ("a\u{a0}b", "a b"),
            ("  lead\n\nx \n\n ", "  lead\n\nx"),
            ("a\0b", "ab"),
            ("a\r\nb", "a\r\nb"),
            ("e\u{301}", "e\u{301}"),
            ("x\u{2003}\u{3000}", "x"),
            ("zero\u{200b}width", "zero\u{200b}width"),
        ];
        for (raw, stored) in cases {
            assert_eq!(normalise_raw(raw), stored);
            assert_eq!(normalise_raw(stored), stored);
        }
        assert_eq!(canonical("a\r\nb\r\n"), canonical("a\nb"));
    }

    #[test]
    fn titles_are_cleaned_as_the_contract_says() {
        let cases = [
            ("Hello there!!!", "Hello there!"),
            ("what is this???", "What is this?"),
            ("ALL CAPS HERE", "All caps here"),
            ("iPhone tips", "iPhone tips"),
            ("The end...", "The end"),
            ("Really ?", "Really?"),
            ("Two  spaces ", "Two spaces"),
            ("Zero\u{200b}width", "Zerowidth"),
            ("", ""),
        ];
        for (title, stored) in cases {
            assert_eq!(prettify_title(title), stored);
        }
    }
}
