//! The lines of a Markdown text as they are read; an approximation that keeps addresses and tags from being searched.

use super::reading::Reading;
use crate::html::Span;
use crate::markdown::fence_of;

/// The paragraphs of `source` without link targets, bare addresses, HTML tags and the heads of quotes; with
/// `outside_code`, without code too.
pub(super) fn lines(source: &str, outside_code: bool) -> Vec<Reading> {
    let mut lines: Vec<Reading> = Vec::new();
    let mut line = Reading::default();
    let mut fence: Option<(char, usize)> = None;
    let mut at = 0;
    for text in source.split_inclusive('\n') {
        let start = at;
        at += text.len();
        let bare = text.trim();
        let mark = fence_of(bare);
        let fenced = fence.is_some() || mark.is_some();
        match (fence, mark) {
            (None, Some((mark, len, _))) => fence = Some((mark, len)),
            (Some((open, least)), Some((mark, len, true))) if open == mark && len >= least => fence = None,
            _ => {}
        }
        // A blank line ends a paragraph, and so does a line that begins something of its own.
        let apart = bare.is_empty()
            || fenced
            || bare.starts_with(['#', '>', '|', '-', '*', '+', '['])
            || bare.starts_with(|c: char| c.is_ascii_digit());
        if apart && !line.units.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if fenced {
            if !outside_code && mark.is_none() {
                whole(source, Span::new(start, at), &mut line);
                lines.push(std::mem::take(&mut line));
            }
        } else {
            inline(source, Span::new(start, at), outside_code, &mut line);
        }
    }
    lines.push(line);
    lines
}

fn whole(source: &str, span: Span, line: &mut Reading) {
    for (at, c) in span.of(source).char_indices() {
        let here = Span::new(span.start + at, span.start + at + c.len_utf8());
        line.push(here.of(source), here);
    }
}

fn inline(source: &str, span: Span, outside_code: bool, line: &mut Reading) {
    let text = span.of(source);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let skip = protected(&text[at..], outside_code);
        if skip > 0 {
            at += skip;
            continue;
        }
        let here = Span::new(span.start + at, span.start + at + c.len_utf8());
        line.push(here.of(source), here);
        at += c.len_utf8();
    }
}

/// How many bytes at the beginning of `rest` are no text.
fn protected(rest: &str, outside_code: bool) -> usize {
    let until = |open: usize, close: char| rest[open..].find(close).map_or(0, |at| open + at + close.len_utf8());
    if let Some(target) = rest.strip_prefix("](") {
        let mut depth = 1_u32;
        for (at, c) in target.char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                '\n' => return 0,
                _ => {}
            }
            if depth == 0 {
                return 2 + at + 1;
            }
        }
        return 0;
    }
    if rest.starts_with('<') && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
        return until(1, '>');
    }
    let head = rest.get(..9).unwrap_or(rest);
    if ["http://", "https://", "upload://", "mailto:"].iter().any(|scheme| head.starts_with(scheme)) {
        return rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | ']')).unwrap_or(rest.len());
    }
    if head.starts_with("[quote=") {
        return until(0, ']');
    }
    if outside_code && rest.starts_with('`') {
        let marks = rest.bytes().take_while(|b| *b == b'`').count();
        return rest[marks..].find(&rest[..marks]).map_or(0, |at| marks + at + marks);
    }
    0
}
