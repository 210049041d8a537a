//! Words as Markdown writes them, so that they are read as they were said.

/// `text` with a backslash before each character that would mark something up.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '&') {
            out.push('\\');
        }
        out.push(if matches!(c, '\n' | '\r') { ' ' } else { c });
    }
    out
}

/// `text` as the words of a picture, on one line. A forum reads `|` there as the picture's size, and brackets and
/// backticks would end the words.
pub(crate) fn picture_words(text: &str) -> String {
    let plain: String = text.chars().map(|c| if matches!(c, '[' | ']' | '|' | '\\' | '`') { ' ' } else { c }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_do_not_mark_anything_up() {
        assert_eq!(escaped("a *b* [c] d_e\nf"), "a \\*b\\* \\[c\\] d\\_e f");
        assert_eq!(picture_words(" a [map] | of\n<b> `x` "), "a map of &lt;b> x");
    }
}
