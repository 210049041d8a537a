//! The passages of a text, as fine as they can be converted by themselves.

use comrak::nodes::NodeValue;
use comrak::{Arena, parse_document};
use domain::html::{Document, NodeId, Span, blocks_of, content_of, is_container};
use domain::{Format, markdown};

use crate::kept::forum_block;
use crate::to_html::options;

/// The passages of a text, in order: together they are the text.
pub(crate) fn passages(text: &str, format: Format) -> Vec<&str> {
    match format {
        Format::Html => html_passages(text),
        Format::Markdown | Format::None => markdown_passages(text),
    }
}

/// Blocks; a wrapper that holds blocks is opened up, its tags being passages of their own.
fn html_passages(text: &str) -> Vec<&str> {
    let document = Document::parse(text);
    let mut spans = Vec::new();
    under(&document, document.root(), Span::new(0, text.len()), &mut spans);
    spans.into_iter().map(|span| span.of(text)).collect()
}

fn under(document: &Document<'_>, parent: NodeId, inner: Span, spans: &mut Vec<Span>) {
    for block in blocks_of(document, parent, inner) {
        let wrapped = block.element.filter(|id| is_wrapper(document.html_name(*id)) && is_container(document, *id));
        match wrapped.and_then(|id| Some((id, content_of(document, id)?))) {
            Some((id, content)) if block.span.contains(content) && !content.is_empty() => {
                spans.push(Span::new(block.span.start, content.start));
                under(document, id, content, spans);
                spans.push(Span::new(content.end, block.span.end));
            }
            _ => spans.push(block.span),
        }
    }
}

fn is_wrapper(name: &str) -> bool {
    matches!(name, "div" | "section" | "article" | "main" | "header" | "footer" | "aside" | "nav" | "center")
}

/// What holds two lists apart that stand beside each other in Markdown. Nobody sees it: a forum takes comments off.
pub(crate) const APART: &str = "<!-- -->";

/// Whether a passage says nothing, and only holds others together or apart: a wrapper's tag, a comment between two lists.
pub(crate) fn is_wrapping(passage: &str, format: Format) -> bool {
    if format != Format::Html {
        return passage.trim() == APART;
    }
    let tag = passage.trim();
    let name = tag.trim_start_matches('<').trim_start_matches('/');
    let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
    let tags = tag.matches('<').count();
    is_wrapper(&name.to_ascii_lowercase()) && tags == 1 && tag.starts_with('<') && tag.ends_with('>')
}

/// What a Markdown parser takes for blocks, each with the blank lines after it. A block tag of a forum and an HTML element reach to their ends.
fn markdown_passages(text: &str) -> Vec<&str> {
    let lines = line_starts(text);
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let mut starts: Vec<(usize, bool)> = root
        .children()
        .filter_map(|node| {
            let data = node.data();
            let html = matches!(data.value, NodeValue::HtmlBlock(_));
            lines.get(data.sourcepos.start.line.checked_sub(1)?).map(|start| (*start, html))
        })
        .collect();
    starts.sort_unstable();
    starts.dedup_by_key(|(start, _)| *start);
    let mut passages: Vec<&str> = Vec::new();
    let (mut from, mut begun) = (0, 0);
    for at in 0..starts.len() {
        let end = starts.get(at + 1).map_or(text.len(), |(next, _)| *next);
        let so_far = &text[from..end];
        let is_html = starts[begun].1;
        if is_open(so_far, is_html) && at + 1 < starts.len() {
            continue;
        }
        passages.push(so_far);
        from = end;
        begun = at + 1;
    }
    if passages.is_empty() && !text.is_empty() {
        passages.push(text);
    }
    passages
}

/// Whether two passages of Markdown are lists that would be one if nothing stood between them.
pub(crate) fn run_together(first: &str, second: &str) -> bool {
    let of = |text: &str, last: bool| {
        let arena = Arena::new();
        let root = parse_document(&arena, text, &options());
        let node = if last { root.last_child() } else { root.first_child() };
        node.and_then(|node| match &node.data().value {
            NodeValue::List(list) => Some((list.list_type, list.delimiter, list.bullet_char)),
            _ => None,
        })
    };
    let begins = second.trim_start().starts_with(|c: char| "-*+".contains(c) || c.is_ascii_digit());
    begins && of(second, false).is_some_and(|list| of(first, true) == Some(list))
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).filter(|at| *at < text.len()).collect()
}

/// Whether a text begins something that reaches over what comes after it: a fence, a block of a forum.
pub(crate) fn is_unended(text: &str, format: Format) -> bool {
    if format == Format::Html {
        return false;
    }
    let fences =
        text.lines().filter(|line| line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~"));
    fences.count() % 2 == 1 || is_open(text, false)
}

/// Whether something that was begun in `text` is not ended.
fn is_open(text: &str, is_html: bool) -> bool {
    if is_html {
        let bare = text.trim_start();
        let name: String = bare
            .trim_start_matches('<')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let lower = text.to_ascii_lowercase();
        let opened = lower.matches(&format!("<{name}")).count();
        let closed = lower.matches(&format!("</{name}")).count();
        return !name.is_empty() && bare.starts_with('<') && opened > closed && closes(&name);
    }
    let mut open: Vec<&str> = Vec::new();
    for line in text.lines() {
        if let Some((name, _)) = forum_block(line) {
            open.push(name);
        }
        if let Some(name) = open.last()
            && line.to_ascii_lowercase().contains(&format!("[/{name}]"))
        {
            open.pop();
        }
    }
    !open.is_empty()
}

/// Whether an element of this name has an end tag.
fn closes(name: &str) -> bool {
    !matches!(
        name,
        "hr" | "br"
            | "img"
            | "input"
            | "source"
            | "track"
            | "link"
            | "meta"
            | "wbr"
            | "col"
            | "p"
            | "li"
            | "dt"
            | "dd"
            | "tr"
            | "td"
            | "th"
    )
}

/// The definitions that links of any passage may refer to.
pub(crate) fn definitions(text: &str, format: Format) -> String {
    if format == Format::Html || !text.contains("]:") {
        return String::new();
    }
    let mut fence = false;
    let mut out = String::new();
    for line in text.lines() {
        let bare = line.trim_start();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            fence = !fence;
        }
        if !fence
            && bare.starts_with('[')
            && !bare.starts_with("[^")
            && bare.contains("]: ")
            && line.len() - bare.len() < 4
        {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The words of a passage, by which it is known again after an edit.
pub(crate) fn words(text: &str, format: Format) -> std::collections::BTreeSet<String> {
    let plain = match format {
        Format::Html => domain::html::plain_text(text),
        Format::Markdown | Format::None => markdown::plain_text(text),
    };
    plain.split_whitespace().map(str::to_owned).collect()
}
