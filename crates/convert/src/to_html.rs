//! Markdown as HTML: what belongs to a forum alone stays behind a marker.

use comrak::{Options, markdown_to_html};
use domain::html::{Document, Edit, edited};
use domain::links::Equation;

use crate::addresses::made_whole;
use crate::kept::{Kept, forum_block, of_forum};
use crate::slots::Slots;
use crate::to_markdown::HUSH;

/// Markdown as a forum reads it (contract discourse 9).
pub(crate) fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.math_dollars = true;
    options.render.hardbreaks = true;
    // Canvas sanitises what it is given, and Lectern what it shows.
    options.render.r#unsafe = true;
    options
}

/// A passage of a post in HTML, and what only a marker stands for.
pub(crate) fn to_html(markdown: &str, definitions: &str, origin: &str) -> (String, Vec<Kept>) {
    let mut kept = Vec::new();
    let mut text = String::with_capacity(markdown.len());
    let mut lines = markdown.split_inclusive('\n');
    let mut fence = false;
    while let Some(line) = lines.next() {
        let bare = line.trim_start();
        fence ^= bare.starts_with("```") || bare.starts_with("~~~");
        let Some((name, sort)) = forum_block(line).filter(|_| !fence) else {
            text.push_str(line);
            continue;
        };
        let mut source = line.to_owned();
        let mut depth = 1_usize;
        let ends = |line: &str| line.to_ascii_lowercase().matches(&format!("[/{name}]")).count();
        depth = depth.saturating_sub(ends(line));
        while depth > 0 {
            let Some(line) = lines.next() else { break };
            depth += usize::from(forum_block(line).is_some_and(|(inner, _)| inner == name));
            depth = depth.saturating_sub(ends(line));
            source.push_str(line);
        }
        let found = of_forum(sort, source.trim_end());
        text.push_str(&format!("\n\n{}\n\n", found.marker));
        kept.push(found);
    }
    (rendered(&text, definitions, origin, &Slots::default()), kept)
}

/// A passage of a post that stands for something of a page, in HTML.
pub(crate) fn back_to_html(markdown: &str, definitions: &str, origin: &str, kept: &[Kept]) -> String {
    let mut slots = Slots::default();
    let mut text = markdown.replace(HUSH, "@");
    for kept in kept {
        let slot = slots.put(kept.source.clone());
        text = text.replacen(&kept.marker, &slot, 1);
    }
    rendered(&text, definitions, origin, &slots)
}

fn rendered(markdown: &str, definitions: &str, origin: &str, slots: &Slots) -> String {
    let text = match definitions.is_empty() {
        true => markdown.to_owned(),
        false => format!("{}\n\n{definitions}", markdown.trim_end()),
    };
    let html = markdown_to_html(&text, &options());
    let html = made_whole(&with_pictures(&html), origin);
    slots.filled(html.trim_end())
}

/// Equations as Canvas stores them, and pictures with the size that a forum notes beside their text.
fn with_pictures(html: &str) -> String {
    if !html.contains("data-math-style") && !html.contains("<img") {
        return html.to_owned();
    }
    let document = Document::parse(html);
    let mut edits = Vec::new();
    for id in document.descendants(document.root()) {
        let Some(element) = document.element(id) else { continue };
        let span = document.node(id).span;
        if element.name() == "span" && element.attr("data-math-style").is_some() {
            let latex = domain::html::plain_text(document.slice(span));
            edits.push(Edit::new(span, Equation { latex }.html()));
        } else if element.name() == "img"
            && let Some(alt) = element.attrs.iter().find(|attr| attr.name == "alt")
            && let Some((words, size)) = alt.value.split_once('|')
            && let Some((width, height)) = size.split([',', ' ']).next().and_then(|size| size.split_once('x'))
            && [width, height].iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        {
            let words = domain::html::escaped(words).replace('"', "&quot;");
            edits.push(Edit::new(alt.span, format!("alt=\"{words}\" width=\"{width}\" height=\"{height}\"")));
        }
    }
    edited(html, &edits)
}
