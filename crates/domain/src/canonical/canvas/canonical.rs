//! The form in which two Canvas bodies are compared, and what the sanitiser would take away.

use serde::{Deserialize, Serialize};

use super::css::{declarations, kept, scheme};
use super::undecorate::{is_file_url, undecorate};
use super::{allows_attribute, allows_html, allows_mathml};
use crate::html::{Document, Element, Namespace, NodeData, NodeId, is_inline, is_void};

/// Something that Canvas will not store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dropped {
    /// In words that complete "Canvas will remove ...", such as "a script" or "the style property opacity".
    pub what: String,
    /// How often it occurs.
    pub times: usize,
}

/// The canonical form of `body` on the site at `origin`: undecorated, sanitised as Canvas does, in one spelling. Two
/// bodies mean the same to Canvas exactly if their canonical forms are equal. For comparing only, never for sending.
pub fn canonical(body: &str, origin: &str) -> String {
    let body = undecorate(body, origin);
    let document = Document::parse(&body);
    let written = write(&document, Spaces::AsSeen);
    if !written.restructured {
        return written.out;
    }
    // What stands beside what is only known once everything that Canvas drops is out of the way.
    let kept = write(&document, Spaces::AsWritten).out;
    let kept = Document::parse(&kept);
    write(&kept, Spaces::AsSeen).out
}

/// What Canvas would remove from `body` when it is saved, each thing once.
pub fn dropped(body: &str) -> Vec<Dropped> {
    let body = undecorate(body, "");
    let document = Document::parse(&body);
    write(&document, Spaces::AsSeen).dropped
}

fn write<'d, 's>(document: &'d Document<'s>, spaces: Spaces) -> Writer<'d, 's> {
    let out = String::with_capacity(document.source().len());
    let mut writer = Writer { document, spaces, out, restructured: false, dropped: Vec::new() };
    writer.children(document.root(), false);
    writer
}

/// What becomes of white space.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spaces {
    /// That which no reader sees is left out.
    AsSeen,
    /// All of it stays.
    AsWritten,
}

struct Writer<'d, 's> {
    document: &'d Document<'s>,
    spaces: Spaces,
    out: String,
    /// Whether an element or a comment was dropped, so that others came to stand side by side.
    restructured: bool,
    dropped: Vec<Dropped>,
}

impl Writer<'_, '_> {
    fn drop(&mut self, what: String) {
        match self.dropped.iter_mut().find(|dropped| dropped.what == what) {
            Some(dropped) => dropped.times += 1,
            None => self.dropped.push(Dropped { what, times: 1 }),
        }
    }

    fn children(&mut self, parent: NodeId, preformatted: bool) {
        for child in self.document.children(parent) {
            match &self.document.node(child).data {
                NodeData::Text(text) if preformatted || self.spaces == Spaces::AsWritten => {
                    escape_text(text, &mut self.out)
                }
                NodeData::Text(text) if text.trim_ascii().is_empty() && self.between_blocks(child) => {}
                NodeData::Text(text) => {
                    let text = collapse(text);
                    // Two texts meet where an element between them was dropped.
                    let text = if self.out.ends_with(' ') { text.trim_start_matches(' ') } else { &text };
                    escape_text(text, &mut self.out);
                }
                NodeData::Comment(_) => {
                    self.restructured = true;
                    self.drop("a comment".into());
                }
                NodeData::Element(element) => self.element(child, element, preformatted),
                NodeData::Root => {}
            }
        }
    }

    /// White space that no reader sees: beside a block or at the edge of one.
    fn between_blocks(&self, id: NodeId) -> bool {
        let node = self.document.node(id);
        let edge = |side: Option<NodeId>| match side {
            None => {
                let parent = node.parent.map_or("", |parent| self.document.html_name(parent));
                !is_inline(parent)
            }
            Some(side) => self.document.element(side).is_some_and(|element| !is_inline(element.name())),
        };
        edge(node.prev) || edge(node.next)
    }

    fn element(&mut self, id: NodeId, element: &Element, preformatted: bool) {
        let name = element.name();
        let allowed = match element.namespace {
            Namespace::Html => allows_html(name),
            Namespace::MathMl => allows_mathml(name),
            Namespace::Svg => false,
        };
        if !allowed {
            self.restructured = true;
            self.drop(in_words(name));
            // Contents that a browser never shows as text go with their element (sanitizer cases 40 to 42, 91, 116, 121).
            let whole = element.namespace == Namespace::Svg
                || matches!(
                    name,
                    "script"
                        | "style"
                        | "svg"
                        | "noscript"
                        | "noembed"
                        | "noframes"
                        | "plaintext"
                        | "xmp"
                        | "iframe"
                        | "math"
                );
            if !whole {
                if name == "hgroup" {
                    self.space();
                }
                self.children(id, preformatted);
                if name == "hgroup" {
                    self.space();
                }
            }
            return;
        }
        if let Some(media) = media_comment(element) {
            // Stored as a link, served as a player: one form for both (contract 6.1 and 6.3, point 4).
            if self.spaces == Spaces::AsSeen {
                self.out.push_str(&format!("<media \"{media}\">"));
            } else {
                let media = media.replace('&', "&amp;").replace('"', "&quot;");
                self.out.push_str(&format!("<a class=\"{MEDIA}\" id=\"media_comment_{media}\"></a>"));
            }
            return;
        }
        self.out.push('<');
        self.out.push_str(name);
        let mut attrs: Vec<(String, String)> = Vec::new();
        for attr in &element.attrs {
            if let Some(value) = self.attribute(element, &attr.name, &attr.value) {
                attrs.push((attr.name.clone(), value));
            }
        }
        attrs.sort();
        for (name, value) in attrs {
            self.out.push(' ');
            self.out.push_str(&name);
            self.out.push_str("=\"");
            self.out.push_str(&value.replace('&', "&amp;").replace('"', "&quot;"));
            self.out.push('"');
        }
        self.out.push('>');
        if !is_void(name) {
            if name == "pre" && self.spaces == Spaces::AsWritten {
                // The next parse takes one line end off.
                self.out.push('\n');
            }
            self.children(id, preformatted || name == "pre");
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn space(&mut self) {
        if self.out.chars().next_back().is_some_and(|c| !c.is_whitespace() && c != '>') {
            self.out.push(' ');
        }
    }

    /// The value that Canvas keeps, in one spelling; none where it drops the attribute.
    fn attribute(&mut self, element: &Element, name: &str, value: &str) -> Option<String> {
        let tag = element.name();
        if name == "loading" && matches!(tag, "img" | "iframe") {
            return None;
        }
        if !allows_attribute(element.namespace, tag, name) {
            self.drop(if name.starts_with("on") {
                format!("the event handler {name}")
            } else {
                format!("the attribute {name} of {tag}")
            });
            return None;
        }
        match name {
            "style" => {
                let mut kept_ones = Vec::new();
                for declaration in declarations(value) {
                    if kept(&declaration) {
                        kept_ones.push(format!("{}:{}", declaration.property, collapse(&declaration.value)));
                    } else {
                        self.drop(format!("the style property {}", declaration.property));
                    }
                }
                (!kept_ones.is_empty()).then(|| kept_ones.join(";"))
            }
            "id" => Some(value.split_whitespace().collect()),
            "class" => Some(value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")),
            "href" | "src" | "cite" | "data" | "altimg" | "data-url" | "data-item-href" => {
                let known = scheme(value);
                if known.as_deref().is_none_or(|scheme| allows_scheme(tag, name, scheme)) {
                    return Some(file_url(value.trim()));
                }
                self.drop(format!("the address \"{}:...\" of {tag}", known.unwrap_or_default().trim()));
                None
            }
            _ => Some(value.to_owned()),
        }
    }
}

/// Links to one file are spelt with or without its course, and Canvas leaves a bare `?` behind when it removes a
/// parameter (recorded in `links`).
fn file_url(url: &str) -> String {
    if !is_file_url(url) {
        return url.to_owned();
    }
    let url = url.strip_suffix('?').unwrap_or(url);
    let course = url.strip_prefix("/courses/").and_then(|rest| rest.split_once('/')).map(|(_, rest)| rest);
    course.map_or_else(|| url.to_owned(), |rest| format!("/{rest}"))
}

fn in_words(name: &str) -> String {
    match name {
        "script" => "a script".into(),
        "style" => "a style sheet".into(),
        "svg" => "a drawing (svg)".into(),
        "form" => "a form".into(),
        "input" | "button" | "select" | "textarea" | "option" | "optgroup" => format!("a form control ({name})"),
        _ => format!("the element {name}"),
    }
}

/// The class of a recording in a body.
const MEDIA: &str = "instructure_inline_media_comment";

/// The id of a media comment, stored (`a`) or served (`video`, `audio`).
fn media_comment(element: &Element) -> Option<String> {
    let class = element.attr("class")?;
    if !class.split_ascii_whitespace().any(|class| class == MEDIA) {
        return None;
    }
    match element.name() {
        "video" | "audio" => element.attr("data-media_comment_id").map(str::to_owned),
        "a" => element.attr("id")?.strip_prefix("media_comment_").map(str::to_owned),
        _ => None,
    }
}

fn allows_scheme(element: &str, attribute: &str, scheme: &str) -> bool {
    match (element, attribute) {
        ("a", "href") => matches!(scheme, "ftp" | "http" | "https" | "mailto" | "tel"),
        ("audio" | "video" | "source" | "track", "src") => matches!(scheme, "data" | "http" | "https"),
        _ => matches!(scheme, "http" | "https"),
    }
}

fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn escape_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}
