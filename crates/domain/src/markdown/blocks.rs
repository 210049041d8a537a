//! The blocks of a Markdown text: paragraphs, lists, fences, quotes, by blank lines.

use crate::html::Span;

/// The blocks of `text`, as byte ranges that tile it; blank lines belong to the block before them, and a code fence is one
/// block with all that it holds.
pub fn blocks(text: &str) -> Vec<Span> {
    let mut blocks: Vec<Span> = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    let (mut blank, mut seen) = (true, false);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        let is_blank = content.is_empty() && fence.is_none();
        match blocks.last_mut() {
            Some(last) if is_blank || !blank => last.end = at,
            _ => blocks.push(Span::new(start, at)),
        }
        // Blank lines at the very beginning belong to the first block.
        blank = is_blank && seen;
        seen |= !is_blank;
        match (fence, fence_of(content)) {
            (None, Some((mark, len, _))) => fence = Some((mark, len)),
            (Some((open, least)), Some((mark, len, true))) if open == mark && len >= least => fence = None,
            _ => {}
        }
    }
    blocks
}

/// A fence line: its mark, how many, and whether it may close (nothing follows the marks).
pub(crate) fn fence_of(line: &str) -> Option<(char, usize, bool)> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let len = line.chars().take_while(|c| *c == mark).count();
    let rest = line[len..].trim();
    (len >= 3 && !(mark == '`' && rest.contains('`'))).then_some((mark, len, rest.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_tile_the_text() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[]),
            ("a", &["a"]),
            ("a\nb\n\nc\n", &["a\nb\n\n", "c\n"]),
            ("\n\na\n\nb", &["\n\na\n\n", "b"]),
            ("```\nx\n\ny\n```\n\nz", &["```\nx\n\ny\n```\n\n", "z"]),
            ("a\r\n\r\nb", &["a\r\n\r\n", "b"]),
            ("~~~\n```\n\n~~~\n\nq", &["~~~\n```\n\n~~~\n\n", "q"]),
        ];
        for (text, expected) in cases {
            let got: Vec<_> = blocks(text).into_iter().map(|span| span.of(text)).collect();
            assert_eq!(got, expected, "{text:?}");
        }
    }
}
