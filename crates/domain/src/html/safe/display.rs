//! Markup for a frame that runs no script: what is shown, and nothing that loads, covers or submits.

use super::attribute::{belongs, is_formula, is_global, safe_url, shapes_formula};
use super::{ImageSource, Images, Profile, push_attr, push_text, style};
use crate::html::{Document, Element, Namespace, NodeData, NodeId, is_inline, is_void};

/// Elements that are shown. Everything else gives way to its children, or goes whole: see [`goes_whole`].
const SHOWN: &str = "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup \
    dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main \
    mark nav ol p pre q rb rp rt rtc ruby s samp section small span strike strong sub summary sup table tbody td tfoot th \
    thead time tr tt u ul var wbr";

/// `html` made safe to show: no script, handler, style sheet, form or frame; no address but of pages, mails and calls;
/// pictures only from where `images` says; what is embedded as a card with its address.
pub fn for_display(html: &str, profile: Profile, images: &Images<'_>) -> String {
    let document = Document::parse(html);
    let mut writer = Writer { document: &document, profile, images, out: String::with_capacity(html.len()) };
    writer.children(document.root());
    if document.parsed_len() < html.len() {
        push_text(&mut writer.out, "…");
    }
    writer.out
}

/// Elements whose content is not for reading.
pub(super) fn goes_whole(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "noembed"
            | "noframes"
            | "xmp"
            | "plaintext"
            | "title"
            | "head"
            | "select"
            | "datalist"
            | "textarea"
            | "input"
            | "link"
            | "meta"
            | "base"
            | "basefont"
            | "bgsound"
            | "frame"
            | "frameset"
            | "applet"
            | "param"
            | "source"
            | "track"
            | "area"
            | "map"
            | "canvas"
            | "keygen"
            | "portal"
            | "fencedframe"
            | "isindex"
    )
}

/// Elements that are shown as a card with their address.
pub(super) fn is_embed(name: &str) -> bool {
    matches!(name, "iframe" | "object" | "embed" | "video" | "audio")
}

/// The address of what an element embeds, if it is one that may be opened.
pub(super) fn embed_address(document: &Document<'_>, id: NodeId) -> String {
    let of = |id: NodeId| {
        let element = document.element(id)?;
        ["src", "data"].into_iter().find_map(|name| element.attr(name)).map(str::to_owned)
    };
    of(id).or_else(|| document.children(id).find_map(of)).and_then(|url| safe_url(&url)).unwrap_or_default()
}

struct Writer<'w, 'd, 's> {
    document: &'d Document<'s>,
    profile: Profile,
    images: &'w Images<'w>,
    out: String,
}

impl Writer<'_, '_, '_> {
    fn children(&mut self, parent: NodeId) {
        for child in self.document.children(parent) {
            match &self.document.node(child).data {
                NodeData::Text(text) => push_text(&mut self.out, text),
                NodeData::Element(element) => self.element(child, element),
                NodeData::Comment(_) | NodeData::Root => {}
            }
        }
    }

    fn element(&mut self, id: NodeId, element: &Element) {
        let name = element.name();
        match element.namespace {
            Namespace::Svg => return,
            Namespace::MathMl => {
                if name == "math" {
                    formula(self.document, id, &mut self.out);
                }
                return;
            }
            Namespace::Html => {}
        }
        if goes_whole(name) {
            return;
        }
        if is_embed(name) {
            return self.card(id, element);
        }
        if name == "img" {
            return self.image(element);
        }
        if !SHOWN.split_ascii_whitespace().any(|shown| shown == name) {
            return self.children(id);
        }
        self.out.push('<');
        self.out.push_str(name);
        self.attributes(element);
        self.out.push('>');
        if !is_void(name) {
            if name == "pre" && self.starts_with_line_end(id) {
                // The parser drops the first line end of a `pre`.
                self.out.push('\n');
            }
            self.children(id);
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn starts_with_line_end(&self, id: NodeId) -> bool {
        self.document.children(id).next().is_some_and(
            |child| matches!(&self.document.node(child).data, NodeData::Text(text) if text.starts_with('\n')),
        )
    }

    fn attributes(&mut self, element: &Element) {
        let name = element.name();
        for attr in &element.attrs {
            if attr.name == "style" {
                let value = match self.profile {
                    Profile::Canvas => style::for_display(&attr.value),
                    Profile::Discourse => matches!(name, "td" | "th")
                        .then(|| style::for_display(&attr.value))
                        .flatten()
                        .filter(|value| value.starts_with("text-align:")),
                };
                if let Some(value) = value {
                    push_attr(&mut self.out, "style", &value);
                }
            } else if attr.name == "href" && name == "a" {
                if let Some(url) = safe_url(&attr.value) {
                    push_attr(&mut self.out, "href", &url);
                }
            } else if is_global(&attr.name) || belongs(name, &attr.name) {
                push_attr(&mut self.out, &attr.name, &attr.value);
            }
        }
    }

    fn image(&mut self, element: &Element) {
        self.out.push_str("<img");
        self.attributes(element);
        let source = element.attr("src").map_or(ImageSource::Blocked, |src| (self.images)(src));
        match source {
            ImageSource::Local(url) => push_attr(&mut self.out, "src", &url),
            ImageSource::Blocked => {
                push_attr(&mut self.out, "data-lectern-blocked", element.attr("src").unwrap_or_default())
            }
        }
        self.out.push('>');
    }

    fn card(&mut self, id: NodeId, element: &Element) {
        let address = embed_address(self.document, id);
        let inline = self.document.node(id).parent.is_some_and(|parent| {
            self.document.within(parent, |element| {
                matches!(element.name(), "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6") || is_inline(element.name())
            })
        });
        let tag = if inline { "span" } else { "div" };
        self.out.push('<');
        self.out.push_str(tag);
        push_attr(&mut self.out, "class", "lectern-embed");
        push_attr(&mut self.out, "data-src", &address);
        self.out.push('>');
        if let Some(title) = element.attr("title").filter(|title| !title.trim().is_empty()) {
            push_text(&mut self.out, title);
            push_text(&mut self.out, " ");
        }
        push_text(&mut self.out, if address.is_empty() { "Embedded content" } else { &address });
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }
}

/// A formula with its shape only. HTML inside a formula is where parsers part ways, so only its text is kept.
pub(super) fn formula(document: &Document<'_>, id: NodeId, out: &mut String) {
    let Some(element) = document.element(id) else { return };
    let name = element.name();
    if matches!(name, "annotation" | "annotation-xml" | "mglyph" | "malignmark" | "maction") || goes_whole(name) {
        return;
    }
    let shown = element.namespace == Namespace::MathMl && is_formula(name);
    if shown {
        out.push('<');
        out.push_str(name);
        for attr in element.attrs.iter().filter(|attr| shapes_formula(&attr.name)) {
            push_attr(out, &attr.name, &attr.value);
        }
        out.push('>');
    }
    for child in document.children(id) {
        match &document.node(child).data {
            NodeData::Text(text) => push_text(out, text),
            NodeData::Element(element) if element.namespace == Namespace::MathMl => formula(document, child, out),
            NodeData::Element(element) if element.namespace == Namespace::Html && !goes_whole(element.name()) => {
                push_text(out, &crate::html::text_under(document, child));
            }
            _ => {}
        }
    }
    if shown {
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
}
