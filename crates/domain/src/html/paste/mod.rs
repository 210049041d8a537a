//! What is pasted from a word processor or a browser, as plain markup of our own: headings, lists, tables, links and
//! emphasis stay; fonts, colours, classes and office markup go.

mod lists;
mod marks;

use super::blocks::is_inline;
use super::document::{Document, Element, Namespace, NodeData, NodeId};
use super::edit::{escaped, quoted};
use super::safe::safe_url;
use crate::links::Equation;
use marks::Mark;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The markup.
    pub html: String,
    /// Pictures that could not be taken along, since they are files of another program.
    pub lost_pictures: usize,
}

/// `html`, as the clipboard holds it, made fit for a page. No word is left out. A picture that it holds itself, as base64, has to
/// be a file under an address of its own before this; one that is not cannot be taken along.
pub fn cleaned(html: &str) -> Pasted {
    let document = Document::parse(html);
    let mut writer = Writer { document: &document, pasted: Pasted::default() };
    writer.content(document.root());
    let end = writer.pasted.html.trim_end().len();
    writer.pasted.html.truncate(end);
    writer.pasted
}

struct Writer<'w, 's> {
    document: &'w Document<'s>,
    pasted: Pasted,
}

impl Writer<'_, '_> {
    /// What is inside `parent`: blocks, or one run of text.
    fn content(&mut self, parent: NodeId) {
        let children: Vec<NodeId> = self.document.children(parent).collect();
        if !children.iter().any(|child| self.is_block(*child)) {
            return self.line(&children);
        }
        let mut at = 0;
        while at < children.len() {
            if let Some(items) = lists::run(self.document, &children[at..]) {
                self.list(&items);
                at += items.last().map_or(1, |item| item.at + 1);
            } else if self.is_block(children[at]) {
                self.block(children[at]);
                at += 1;
            } else {
                let len = children[at..].iter().take_while(|child| !self.is_block(**child)).count();
                self.wrapped("p", String::new(), |writer| writer.line(&children[at..at + len]));
                at += len;
            }
        }
    }

    fn block(&mut self, id: NodeId) {
        let Some(element) = self.document.element(id) else { return };
        let name = element.name();
        match name {
            "hr" => self.pasted.html.push_str("<hr>"),
            "pre" => {
                let text = self.text(id);
                self.pasted.html.push_str(&format!("<pre>{}</pre>", escaped(&text)));
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "div" | "address" | "center"
                if !self.document.children(id).any(|child| self.is_block(child)) =>
            {
                let name = match name {
                    "div" | "address" | "center" => "p",
                    // Word's title is the heading of its document.
                    "p" if lists::class(element).starts_with("MsoTitle") => "h2",
                    name => name,
                };
                let children: Vec<NodeId> = self.document.children(id).collect();
                self.wrapped(name, attributes(element), |writer| writer.line(&children));
            }
            "td" | "th" | "li" | "dt" | "dd" | "caption" | "figcaption" | "summary" => {
                // An empty cell is a cell.
                self.open(name, &attributes(element));
                let opened = self.pasted.html.len();
                self.content(self.only_paragraph(id).unwrap_or(id));
                if self.pasted.html[opened..].replace("&nbsp;", " ").trim().is_empty() {
                    self.pasted.html.truncate(opened);
                }
                self.close(name);
            }
            "ul" | "ol" | "dl" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "blockquote" | "figure" | "details" => {
                self.wrapped(name, attributes(element), |writer| writer.inside(id));
            }
            _ => self.content(id),
        }
    }

    /// The plain paragraph that is all that a cell or an item holds.
    fn only_paragraph(&self, id: NodeId) -> Option<NodeId> {
        let blank = |child: &NodeId| match &self.document.node(*child).data {
            NodeData::Text(text) => text.trim().is_empty(),
            NodeData::Comment(_) => true,
            _ => false,
        };
        let mut children = self.document.children(id).filter(|child| !blank(child));
        let only = children.next().filter(|_| children.next().is_none())?;
        let plain =
            self.document.element(only).is_some_and(|element| element.name() == "p" && attributes(element).is_empty());
        (plain && lists::run(self.document, &[only]).is_none()).then_some(only)
    }

    /// The parts of a list or table: white space between them says nothing.
    fn inside(&mut self, id: NodeId) {
        let blank =
            |child: &NodeId| matches!(&self.document.node(*child).data, NodeData::Text(text) if text.trim().is_empty());
        let children: Vec<NodeId> = self.document.children(id).filter(|child| !blank(child)).collect();
        if children.iter().all(|child| self.is_block(*child)) {
            children.into_iter().for_each(|child| self.block(child));
        } else {
            self.content(id);
        }
    }

    fn open(&mut self, name: &str, attributes: &str) {
        self.pasted.html.push_str(&format!("<{name}{attributes}>"));
    }

    /// Ends a block; white space at its end says nothing.
    fn close(&mut self, name: &str) {
        let end = self.pasted.html.trim_end_matches(' ').len();
        self.pasted.html.truncate(end);
        self.pasted.html.push_str(&format!("</{name}>"));
    }

    /// An element around what `content` writes; nothing at all where that is nothing.
    fn wrapped(&mut self, name: &str, attributes: String, content: impl FnOnce(&mut Self)) {
        let before = self.pasted.html.len();
        self.open(name, &attributes);
        let opened = self.pasted.html.len();
        content(self);
        let written = self.pasted.html[opened..].replace("&nbsp;", " ").replace("<br>", " ");
        if written.trim().is_empty() {
            self.pasted.html.truncate(before);
        } else {
            self.close(name);
        }
    }

    fn list(&mut self, items: &[lists::Item]) {
        let mut open: Vec<(&str, usize)> = Vec::new();
        for item in items {
            let name = if item.ordered { "ol" } else { "ul" };
            while open.last().is_some_and(|(_, level)| *level > item.level) {
                if let Some((name, _)) = open.pop() {
                    self.pasted.html.push_str(&format!("</li></{name}>"));
                }
            }
            match open.last() {
                Some((_, level)) if *level == item.level => self.pasted.html.push_str("</li>"),
                _ => {
                    self.open(name, "");
                    open.push((name, item.level));
                }
            }
            self.pasted.html.push_str("<li>");
            let children: Vec<NodeId> = self.document.children(item.id).collect();
            self.line(&children);
        }
        while let Some((name, _)) = open.pop() {
            self.close("li");
            self.close(name);
        }
    }

    /// Inline content; white space as a reader sees it.
    fn line(&mut self, children: &[NodeId]) {
        for child in children {
            match &self.document.node(*child).data {
                NodeData::Text(text) => self.words(text),
                NodeData::Element(element) => self.inline(*child, element),
                NodeData::Comment(_) | NodeData::Root => {}
            }
        }
    }

    fn words(&mut self, text: &str) {
        for part in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let word = part.trim_end_matches(|c: char| c.is_ascii_whitespace());
            self.pasted.html.push_str(&escaped(word));
            // A space at the beginning of a line, or after another one, is not seen.
            if word.len() < part.len() && !self.at_space() {
                self.pasted.html.push(' ');
            }
        }
    }

    fn at_space(&self) -> bool {
        let html = &self.pasted.html;
        let opens_block = || {
            html.ends_with('>')
                && html.rfind('<').is_some_and(|at| {
                    !html[at..].starts_with("</")
                        && !is_inline(html[at + 1..].split([' ', '>']).next().unwrap_or_default())
                })
        };
        html.is_empty() || html.ends_with(' ') || html.ends_with("<br>") || opens_block()
    }

    fn inline(&mut self, id: NodeId, element: &Element) {
        if is_hidden(element) || lists::is_marker(element) {
            return;
        }
        if element.namespace == Namespace::MathMl {
            return self.formula(id);
        }
        let children: Vec<NodeId> = self.document.children(id).collect();
        match element.name() {
            "br" => self.pasted.html.push_str("<br>"),
            "img" => self.picture(element),
            "a" => match element.attr("href").and_then(safe_url).filter(|href| !href.is_empty()) {
                Some(href) => self.wrapped("a", format!(" href={}", quoted(&href)), |writer| writer.line(&children)),
                None => self.line(&children),
            },
            _ => self.marked(&marks::of(element), &children),
        }
    }

    fn marked(&mut self, marks: &[Mark], children: &[NodeId]) {
        let Some((first, rest)) = marks.split_first() else { return self.line(children) };
        let before = self.pasted.html.len();
        self.open(first.name(), "");
        let opened = self.pasted.html.len();
        self.marked(rest, children);
        if self.pasted.html[opened..].trim().is_empty() {
            // Emphasis on white space is none.
            let space = self.pasted.html[opened..].to_owned();
            self.pasted.html.truncate(before);
            if !self.at_space() {
                self.pasted.html.push_str(&space);
            }
        } else {
            self.pasted.html.push_str(&format!("</{}>", first.name()));
        }
    }

    fn picture(&mut self, element: &Element) {
        if let Some(equation) = Equation::of(element) {
            return self.pasted.html.push_str(&equation.html());
        }
        let src = element.attr("src").unwrap_or_default().trim();
        let scheme = src.get(..8).unwrap_or(src).to_ascii_lowercase();
        let loads = ["http://", "https://", "/"].iter().any(|known| scheme.starts_with(known));
        let alt = element.attr("alt").unwrap_or_default();
        if !loads {
            self.pasted.lost_pictures += usize::from(!src.is_empty());
            // What it showed may be said at least.
            return self.words(alt);
        }
        self.pasted.html.push_str(&format!("<img src={}", quoted(src)));
        // None at all is found by the checks; an empty one says that it is decoration.
        if element.attr("alt").is_some() {
            self.pasted.html.push_str(&format!(" alt={}", quoted(alt)));
        }
        for name in ["width", "height"] {
            if let Some(value) =
                element.attr(name).filter(|value| value.bytes().all(|b| b.is_ascii_digit() || b == b'%'))
            {
                self.pasted.html.push_str(&format!(" {name}={}", quoted(value)));
            }
        }
        self.pasted.html.push('>');
    }

    /// A formula with its LaTeX becomes an equation; another one its text.
    fn formula(&mut self, id: NodeId) {
        let latex = self.document.descendants(id).into_iter().find(|below| {
            self.document.element(*below).is_some_and(|element| element.attr("encoding") == Some("application/x-tex"))
        });
        match latex.map(|annotation| self.text(annotation)).filter(|latex| !latex.trim().is_empty()) {
            Some(latex) => self.pasted.html.push_str(&Equation { latex: latex.trim().to_owned() }.html()),
            None => {
                let text = self.text(id);
                self.words(&text);
            }
        }
    }

    fn text(&self, id: NodeId) -> String {
        let text = |below: NodeId| match &self.document.node(below).data {
            NodeData::Text(text) => text.clone(),
            NodeData::Element(element) if element.name() == "br" => "\n".to_owned(),
            _ => String::new(),
        };
        self.document.descendants(id).into_iter().map(text).collect()
    }

    /// Whether `id` stands on lines of its own, or holds what does.
    fn is_block(&self, id: NodeId) -> bool {
        self.document.descendants(id).into_iter().any(|below| {
            self.document.element(below).is_some_and(|element| {
                element.namespace == Namespace::Html
                    && !is_inline(element.name())
                    && !element.name().contains(':')
                    && !is_hidden(element)
            })
        })
    }
}

/// What a reader was never shown.
fn is_hidden(element: &Element) -> bool {
    let name = element.name();
    matches!(
        name,
        "style"
            | "script"
            | "head"
            | "meta"
            | "link"
            | "title"
            | "base"
            | "xml"
            | "template"
            | "noscript"
            | "svg"
            | "iframe"
            | "object"
            | "embed"
    ) || name.starts_with("v:")
        || name.starts_with("w:")
        || element.attr("style").is_some_and(marks::hides)
}

/// What of its attributes a block keeps.
fn attributes(element: &Element) -> String {
    let mut out = String::new();
    for attr in &element.attrs {
        let kept = match attr.name.as_str() {
            "colspan" | "rowspan" | "start" => attr.value != "1" && attr.value.bytes().all(|b| b.is_ascii_digit()),
            "scope" => element.name() == "th",
            "type" => element.name() == "ol",
            "dir" => attr.value.eq_ignore_ascii_case("rtl"),
            _ => false,
        };
        if kept && !attr.value.is_empty() {
            out.push_str(&format!(" {}={}", attr.name, quoted(&attr.value)));
        }
    }
    if let Some(align) = marks::alignment(element) {
        out.push_str(&format!(" style=\"text-align: {align};\""));
    }
    out
}

#[cfg(test)]
mod tests;
