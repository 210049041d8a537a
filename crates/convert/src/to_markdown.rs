//! HTML as Markdown: what Markdown has no words for goes along as the HTML that a forum shows, or stays behind a marker.

use domain::html::{Document, Edit, NodeId, Span, content_of, edited};
use domain::links::Equation;
use htmd::HtmlToMarkdown;
use htmd::options::{BrStyle, BulletListMarker, HrStyle, Options};

use crate::addresses::made_whole;
use crate::kept::{Kept, of_canvas};
use crate::slots::Slots;

/// Inline elements that Markdown has no mark for and a forum shows as HTML (contract discourse 9.3).
const INLINE: [&str; 10] = ["u", "sub", "sup", "mark", "ins", "kbd", "small", "del", "s", "big"];

/// What keeps a mention from calling somebody: on the page it came from it called nobody.
pub(crate) const HUSH: &str = "@<!-- -->";

/// A passage of a page in Markdown, and what only a marker stands for.
pub(crate) fn to_markdown(html: &str, origin: &str) -> (String, Vec<Kept>) {
    let mut slots = Slots::default();
    let document = Document::parse(html);
    let mut kept = Vec::new();
    let mut edits = Vec::new();
    for id in outermost(&document, |id| of_canvas(&document, id).is_some()) {
        let Some(found) = of_canvas(&document, id) else { continue };
        edits.push(Edit::new(document.node(id).span, slots.put(found.marker.clone())));
        kept.push(found);
    }
    let html = edited(html, &edits);
    (hushed(&converted(&made_whole(&html, origin), &mut slots)), kept)
}

/// A passage of a page that stands for something of a forum, in its Markdown.
pub(crate) fn back_to_markdown(html: &str, origin: &str, kept: &[Kept]) -> String {
    let mut slots = Slots::default();
    let mut html = made_whole(html, origin);
    for kept in kept {
        let slot = slots.put(format!("\n\n{}\n\n", kept.source.trim_end()));
        html = html.replacen(&kept.marker, &slot, 1);
    }
    converted(&html, &mut slots)
}

fn converted(html: &str, slots: &mut Slots) -> String {
    let document = Document::parse(html);
    let mut edits = Vec::new();
    let raw = outermost(&document, |id| is_carried_whole(&document, id));
    for id in &raw {
        let span = document.node(*id).span;
        let lines = document.slice(span).lines().map(str::trim_end).filter(|line| !line.is_empty());
        let slot = slots.put(lines.collect::<Vec<_>>().join("\n"));
        edits.push(Edit::new(span, format!("<p>{slot}</p>")));
    }
    for id in document.descendants(document.root()) {
        let Some(element) = document.element(id) else { continue };
        let span = document.node(id).span;
        if raw.iter().any(|raw| document.node(*raw).span.contains(span)) || span.is_empty() {
            continue;
        }
        match element.name() {
            "img" => edits.extend(picture(&document, id, slots)),
            "pre" if !document.descendants(id).iter().any(|inner| document.html_name(*inner) == "code") => {
                if let Some(content) = content_of(&document, id) {
                    edits.extend([Edit::insert(content.start, "<code>"), Edit::insert(content.end, "</code>")]);
                }
            }
            name if INLINE.contains(&name) && content_of(&document, id).is_some() => {
                edits.push(Edit::new(element.open, slots.put(format!("<{name}>"))));
                edits.push(Edit::new(element.close, slots.put(format!("</{name}>"))));
            }
            _ => {}
        }
    }
    let html = edited(html, &edits);
    let options = Options {
        hr_style: HrStyle::Dashes,
        br_style: BrStyle::TwoSpaces,
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        preformatted_code: true,
        ..Options::default()
    };
    let converter =
        HtmlToMarkdown::builder().skip_tags(vec!["script", "style", "template", "link"]).options(options).build();
    // Reading from memory does not fail; should it, the passage is carried as it is.
    let markdown = converter.convert(&html).unwrap_or(html);
    settled(&slots.filled(&markdown))
}

/// Elements for which `test` holds and that stand in no other such element.
fn outermost(document: &Document<'_>, test: impl Fn(NodeId) -> bool) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = Vec::new();
    let mut end = 0;
    for id in document.descendants(document.root()) {
        let span: Span = document.node(id).span;
        if !span.is_empty() && span.start >= end && test(id) {
            end = span.end;
            found.push(id);
        }
    }
    found
}

/// Tables that Markdown cannot write, and lists of terms: a forum shows their HTML.
fn is_carried_whole(document: &Document<'_>, id: NodeId) -> bool {
    match document.html_name(id) {
        "dl" | "details" => true,
        "table" => {
            let inner = document.descendants(id);
            let has = |test: &dyn Fn(&str) -> bool| {
                inner.iter().any(|inner| *inner != id && test(document.html_name(*inner)))
            };
            let spans = inner.iter().filter_map(|inner| document.element(*inner)).any(|element| {
                element.attr("colspan").is_some_and(|n| n != "1") || element.attr("rowspan").is_some_and(|n| n != "1")
            });
            !has(&|name| name == "th" || name == "thead")
                || spans
                || has(&|name| matches!(name, "table" | "ul" | "ol" | "pre" | "caption" | "blockquote" | "hr"))
                || has(&|name| matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6"))
                || headed_rows(document, id)
        }
        _ => false,
    }
}

/// Whether a row has a heading beside cells: Markdown has headings in the first row alone.
fn headed_rows(document: &Document<'_>, table: NodeId) -> bool {
    document.descendants(table).into_iter().filter(|id| document.html_name(*id) == "tr").any(|row| {
        let names: Vec<&str> = document.children(row).map(|cell| document.html_name(cell)).collect();
        names.contains(&"th") && names.contains(&"td")
    })
}

fn picture(document: &Document<'_>, id: NodeId, slots: &mut Slots) -> Option<Edit> {
    let element = document.element(id)?;
    if let Some(equation) = Equation::of(element) {
        return Some(Edit::new(document.node(id).span, slots.put(format!("${}$", equation.latex.trim()))));
    }
    let size = |name| element.attr(name).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let src = element.attr("src")?;
    let alt = element.attr("alt").unwrap_or_default();
    let alt: String = alt.chars().map(|c| if matches!(c, '[' | ']' | '|' | '\n' | '\r') { ' ' } else { c }).collect();
    let alt = match (size("width"), size("height")) {
        (Some(width), Some(height)) => format!("{}|{width}x{height}", alt.trim()),
        _ => alt.trim().to_owned(),
    };
    let src = if src.contains([' ', '(', ')', '<', '>']) {
        src.replace(' ', "%20").replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E")
    } else {
        src.to_owned()
    };
    Some(Edit::new(document.node(id).span, slots.put(format!("![{alt}]({src})"))))
}

/// Line ends without the white space before them that means nothing, and no line of white space alone.
fn settled(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut fence = false;
    for line in markdown.trim_matches(|c: char| c == '\n' || c == ' ').lines() {
        let bare = line.trim_start();
        if bare.starts_with("```") {
            fence = !fence;
        }
        let line = match fence || line.trim_end().len() + 2 == line.len() && line.ends_with("  ") {
            true if !line.trim().is_empty() || fence => line,
            _ => line.trim_end(),
        };
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

/// Nobody is called by a text that called nobody where it came from.
fn hushed(markdown: &str) -> String {
    if !markdown.contains('@') {
        return markdown.to_owned();
    }
    let mut out = String::with_capacity(markdown.len());
    let (mut before, mut fence) = (None::<char>, false);
    for line in markdown.split_inclusive('\n') {
        fence ^= line.trim_start().starts_with("```");
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            let calls = c == '@'
                && !fence
                && !before.is_some_and(|before| {
                    before.is_alphanumeric() || matches!(before, '/' | '.' | '_' | '-' | ':' | '`')
                })
                && chars.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_');
            match calls {
                true => out.push_str(HUSH),
                false => out.push(c),
            }
            before = Some(c);
        }
    }
    out
}
