//! Markup for the editor: all that a person can edit, placeholders for what cannot be, nothing that acts.

use super::attribute::{is_ours, safe_url};
use super::display::{embed_address, formula, goes_whole, is_embed};
use super::{ImageSource, Images, push_attr, push_text, style};
use crate::html::{Document, Element, Namespace, NodeData, NodeId, is_void};

/// The class of placeholders for what is embedded.
pub(super) const EMBED: &str = "lectern-embed";
/// The source of what a placeholder stands for.
pub(super) const EMBED_SOURCE: &str = "data-lectern-embed";
/// A picture's address in the source.
pub(super) const IMAGE_SOURCE: &str = "data-lectern-src";
/// The address under which the editor was shown the picture; another one since is the person's own choice.
pub(super) const IMAGE_SHOWN: &str = "data-lectern-shown";

/// `html` for the editor. Scripts, style sheets and comments are left out, handlers and acting attributes taken off;
/// frames, media, drawings and form controls become placeholders that cannot be edited inside; pictures are shown from
/// where `images` says. [`super::restore`] turns what the editor gives back into the source's own terms, wherever the
/// pictures and placeholders were moved or copied to.
pub fn for_editing(html: &str, images: &Images<'_>) -> String {
    let document = Document::parse(html);
    let mut writer = Writer { document: &document, images, out: String::with_capacity(html.len()) };
    writer.children(document.root());
    writer.out
}

struct Writer<'w, 'd, 's> {
    document: &'d Document<'s>,
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
        if element.namespace == Namespace::MathMl {
            return formula(self.document, id, &mut self.out);
        }
        let control =
            matches!(name, "input" | "select" | "textarea" | "button" | "datalist" | "meter" | "progress" | "output");
        if element.namespace == Namespace::Svg || is_embed(name) || control || name == "canvas" {
            return self.placeholder(id);
        }
        if goes_whole(name) {
            return;
        }
        // An element of an unknown name is shown as it is, unless the name itself could be misread.
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            || matches!(name, "form" | "html" | "body" | "listing")
        {
            return self.children(id);
        }
        self.out.push('<');
        self.out.push_str(name);
        for attr in &element.attrs {
            self.attribute(name, &attr.name, &attr.value);
        }
        if name == "img" {
            self.image(element);
        }
        self.out.push('>');
        if !is_void(name) {
            if name == "pre" && self.starts_with_line_end(id) {
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

    fn attribute(&mut self, element: &str, name: &str, value: &str) {
        let plain = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.' | b':'));
        let acts = name.starts_with("on")
            || name.contains(':')
            || matches!(
                name,
                "src"
                    | "srcset"
                    | "srcdoc"
                    | "sizes"
                    | "poster"
                    | "background"
                    | "action"
                    | "formaction"
                    | "ping"
                    | "autofocus"
                    | "contenteditable"
                    | "is"
                    | "slot"
                    | "nonce"
                    | "http-equiv"
                    | "manifest"
                    | "data"
                    | "dynsrc"
                    | "lowsrc"
                    | "longdesc"
                    | "usemap"
                    | "cite"
                    | "profile"
                    | "archive"
                    | "code"
                    | "codebase"
                    | "classid"
                    | "accesskey"
                    | "tabindex"
                    | "popover"
                    | "popovertarget"
                    | "inert"
                    | "hidden"
            );
        if !plain || acts || is_ours(name) {
            return;
        }
        match name {
            "style" => {
                if let Some(value) = style::for_editing(value) {
                    push_attr(&mut self.out, name, &value);
                }
            }
            "href" => {
                if let Some(url) = safe_url(value).filter(|_| element == "a") {
                    push_attr(&mut self.out, name, &url);
                }
            }
            _ => push_attr(&mut self.out, name, value),
        }
    }

    fn image(&mut self, element: &Element) {
        let Some(source) = element.attr("src") else { return };
        let shown = match (self.images)(source) {
            ImageSource::Local(url) => {
                push_attr(&mut self.out, "src", &url);
                url
            }
            ImageSource::Blocked => String::new(),
        };
        push_attr(&mut self.out, IMAGE_SOURCE, source);
        push_attr(&mut self.out, IMAGE_SHOWN, &shown);
    }

    fn placeholder(&mut self, id: NodeId) {
        let source = self.document.text_of(id);
        if source.is_empty() {
            return;
        }
        let address = embed_address(self.document, id);
        let name = self.document.element(id).map_or("", Element::name);
        self.out.push_str("<span");
        push_attr(&mut self.out, "class", EMBED);
        push_attr(&mut self.out, "contenteditable", "false");
        push_attr(&mut self.out, EMBED_SOURCE, source);
        self.out.push('>');
        push_text(&mut self.out, if address.is_empty() { name } else { &address });
        self.out.push_str("</span>");
    }
}
