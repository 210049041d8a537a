//! Markdown without its marks, for the search index and for counting words.

use crate::html;

/// The words of `text` without marks, link targets and markup, for searching. An approximation: what is not recognised
/// stays, so that no word is missing.
pub fn plain_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence = false;
    for line in text.lines() {
        let bare = line.trim();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            fence = !fence;
            continue;
        }
        let bare = if fence { bare } else { bare.trim_start_matches(['#', '>', ' ', '\t']) };
        let bare = ["- ", "* ", "+ "].iter().find_map(|mark| bare.strip_prefix(mark)).unwrap_or(bare);
        if fence {
            out.push_str(bare);
        } else {
            inline(bare, &mut out);
        }
        out.push('\n');
    }
    let text = if out.contains('<') || out.contains('&') { html::plain_text(&out.replace('\n', "<br>")) } else { out };
    text.trim().to_owned()
}

/// Number of words that a reader would count.
pub fn word_count(text: &str) -> usize {
    plain_text(text).split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Drops emphasis marks and the targets of links and images, keeping their texts.
fn inline(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("](") {
            let mut depth = 1_u32;
            let end = after.char_indices().find_map(|(i, c)| {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                (depth == 0).then_some(i + 1)
            });
            if let Some(end) = end {
                rest = &after[end..];
                continue;
            }
        }
        let mark = matches!(c, '*' | '`' | '[' | ']') || rest.starts_with("![");
        if !mark {
            out.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_words_stay() {
        let cases = [
            ("# Title\n\nSome **bold** and `code`.", "Title\n\nSome bold and code."),
            ("- [link](https://x.example/a_(b)) end", "link end"),
            ("![alt](upload://x.png)", "alt"),
            ("> quoted", "quoted"),
            ("a &amp; <b>b</b>", "a & b"),
            ("snake_case stays", "snake_case stays"),
        ];
        for (markdown, text) in cases {
            assert_eq!(plain_text(markdown), text, "{markdown}");
        }
        assert_eq!(word_count("# A title\n\n- one\n- two"), 4);
    }
}
