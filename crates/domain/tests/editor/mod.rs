//! An editor as a browser has it: a tree, edits of it as a person makes them, and the markup of the tree as it is now.

pub mod edits;

use domain::html::{Document, NodeData, NodeId};

pub use crate::seed::Random;

/// A node of the editor's tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Dom {
    Text(String),
    Element { name: String, attrs: Vec<(String, String)>, children: Vec<Dom> },
}

/// Where a node is: the number of the child at each level.
pub type Path = Vec<usize>;

impl Dom {
    pub fn parse(html: &str) -> Dom {
        let document = Document::parse(html);
        Dom::element("body", children(&document, document.root()))
    }

    pub fn element(name: &str, children: Vec<Dom>) -> Dom {
        Dom::Element { name: name.to_owned(), attrs: Vec::new(), children }
    }

    pub fn text(text: &str) -> Dom {
        Dom::Text(text.to_owned())
    }

    pub fn with(mut self, attr: &str, value: &str) -> Dom {
        if let Dom::Element { attrs, .. } = &mut self {
            attrs.push((attr.to_owned(), value.to_owned()));
        }
        self
    }

    pub fn name(&self) -> &str {
        match self {
            Dom::Element { name, .. } => name,
            Dom::Text(_) => "",
        }
    }

    pub fn attr(&self, wanted: &str) -> Option<&str> {
        match self {
            Dom::Element { attrs, .. } => {
                attrs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
            }
            Dom::Text(_) => None,
        }
    }

    pub fn children(&self) -> &[Dom] {
        match self {
            Dom::Element { children, .. } => children,
            Dom::Text(_) => &[],
        }
    }

    pub fn children_mut(&mut self) -> &mut Vec<Dom> {
        match self {
            Dom::Element { children, .. } => children,
            Dom::Text(text) => panic!("text {text:?} has no children"),
        }
    }

    pub fn at(&self, path: &[usize]) -> &Dom {
        path.iter().fold(self, |node, at| &node.children()[*at])
    }

    pub fn at_mut(&mut self, path: &[usize]) -> &mut Dom {
        path.iter().fold(self, |node, at| &mut node.children_mut()[*at])
    }

    /// The markup inside, as a browser writes it.
    pub fn inner(&self) -> String {
        let mut out = String::new();
        self.children().iter().for_each(|child| child.write(&mut out, false));
        out
    }

    fn write(&self, out: &mut String, raw: bool) {
        match self {
            Dom::Text(text) if raw => out.push_str(text),
            Dom::Text(text) => out.push_str(&escaped(text).replace('<', "&lt;").replace('>', "&gt;")),
            Dom::Element { name, attrs, children } => {
                out.push('<');
                out.push_str(name);
                for (name, value) in attrs {
                    out.push_str(&format!(" {name}=\"{}\"", escaped(value).replace('"', "&quot;")));
                }
                out.push('>');
                if [
                    "area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
                    "wbr",
                ]
                .contains(&name.as_str())
                {
                    return;
                }
                let raw =
                    ["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"].contains(&name.as_str());
                children.iter().for_each(|child| child.write(out, raw));
                out.push_str(&format!("</{name}>"));
            }
        }
    }

    /// Paths of all nodes for which `test` holds, but for those inside what cannot be edited.
    pub fn find(&self, test: &dyn Fn(&Dom) -> bool) -> Vec<Path> {
        let mut found = Vec::new();
        self.find_into(test, &mut Vec::new(), &mut found);
        found
    }

    fn find_into(&self, test: &dyn Fn(&Dom) -> bool, path: &mut Path, found: &mut Vec<Path>) {
        for (at, child) in self.children().iter().enumerate() {
            path.push(at);
            if test(child) {
                found.push(path.clone());
            }
            if child.attr("contenteditable") != Some("false") && child.name() != "math" {
                child.find_into(test, path, found);
            }
            path.pop();
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('\u{a0}', "&nbsp;")
}

fn children(document: &Document<'_>, parent: NodeId) -> Vec<Dom> {
    let child = |id: NodeId| match &document.node(id).data {
        NodeData::Text(text) => Some(Dom::Text(text.clone())),
        NodeData::Element(element) => Some(Dom::Element {
            name: element.name().to_owned(),
            attrs: element.attrs.iter().map(|attr| (attr.name.clone(), attr.value.clone())).collect(),
            children: children(document, id),
        }),
        NodeData::Comment(_) | NodeData::Root => None,
    };
    document.children(parent).filter_map(child).collect()
}

/// The tree of `html` for comparing: white space alike, attributes in an order of their own, and nothing of what a parser
/// adds to a table.
pub fn shape(html: &str) -> String {
    fn walk(node: &Dom, out: &mut String) {
        match node {
            Dom::Text(text) => out.extend(text.split_ascii_whitespace().flat_map(|word| word.split('\u{a0}'))),
            Dom::Element { name, attrs, children } => {
                let implied = matches!(name.as_str(), "tbody" | "colgroup") && attrs.is_empty();
                if !implied {
                    let mut attrs: Vec<String> =
                        attrs.iter().map(|(name, value)| format!(" {name}={value:?}")).collect();
                    attrs.sort();
                    out.push_str(&format!("<{name}{}>", attrs.concat()));
                }
                children.iter().for_each(|child| walk(child, out));
                if !implied {
                    out.push_str("</>");
                }
            }
        }
    }
    let mut out = String::new();
    Dom::parse(html).children().iter().for_each(|child| walk(child, &mut out));
    out
}
