//! HTML fragments as a small tree that can be edited and written back the way Canvas's serializer writes it.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, local_name, ns, parse_fragment};

pub(super) type NodeId = usize;

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Root,
    Text(String),
    Element {
        name: String,
        attributes: Vec<(String, String)>,
    },
    /// Comments and processing instructions; Canvas drops both on the way in.
    Comment,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) children: Vec<NodeId>,
    parent: Option<NodeId>,
    qualified: Option<QualName>,
    template: Option<NodeId>,
}

/// A parsed fragment. Node 0 is the root, which has no tag.
#[derive(Debug)]
pub(super) struct Fragment {
    pub(super) nodes: Vec<Node>,
}

impl Fragment {
    pub(super) fn parse(html: &str) -> Self {
        let sink =
            Sink { nodes: RefCell::new(vec![Node::new(Kind::Root, None)]), quirks: Cell::new(QuirksMode::NoQuirks) };
        let options = ParseOpts {
            tree_builder: TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() },
            ..ParseOpts::default()
        };
        let context = QualName::new(None, ns!(html), local_name!("body"));
        let mut fragment = parse_fragment(sink, options, context, Vec::new(), false).one(html);
        // The parser hangs the content below an `html` element of its own.
        let content: Vec<NodeId> =
            fragment.nodes[0].children.iter().flat_map(|&c| fragment.nodes[c].children.clone()).collect();
        fragment.nodes[0].children = content;
        fragment
    }

    /// Writes the fragment: attributes always quoted, `&nbsp;` by name, void elements without an end tag.
    pub(super) fn serialize(&self) -> String {
        let mut out = String::new();
        self.write_children(0, &mut out, false);
        out
    }

    fn write_children(&self, id: NodeId, out: &mut String, raw: bool) {
        for &child in &self.nodes[id].children {
            self.write(child, out, raw);
        }
    }

    pub(super) fn write(&self, id: NodeId, out: &mut String, raw: bool) {
        let node = &self.nodes[id];
        match &node.kind {
            Kind::Root | Kind::Comment => self.write_children(id, out, raw),
            Kind::Text(text) if raw => out.push_str(text),
            Kind::Text(text) => escape(text, false, out),
            Kind::Element { name, attributes, .. } => {
                out.push('<');
                out.push_str(name);
                for (key, value) in attributes {
                    out.push(' ');
                    out.push_str(key);
                    out.push_str("=\"");
                    escape(value, true, out);
                    out.push('"');
                }
                out.push('>');
                if !VOID.contains(&name.as_str()) {
                    // A parser swallows one newline after these tags, so one that is content is written twice.
                    if matches!(name.as_str(), "pre" | "textarea" | "listing") && self.starts_with_newline(id) {
                        out.push('\n');
                    }
                    self.write_children(id, out, RAW.contains(&name.as_str()));
                    out.push_str("</");
                    out.push_str(name);
                    out.push('>');
                }
            }
        }
    }

    fn starts_with_newline(&self, id: NodeId) -> bool {
        self.nodes[id]
            .children
            .first()
            .is_some_and(|&c| matches!(&self.nodes[c].kind, Kind::Text(text) if text.starts_with('\n')))
    }
}

const VOID: [&str; 18] = [
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
    "meta", "param", "source", "track", "wbr",
];
const RAW: [&str; 6] = ["style", "script", "xmp", "iframe", "noembed", "noframes"];

fn escape(text: &str, attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '"' if attribute => out.push_str("&quot;"),
            '<' if !attribute => out.push_str("&lt;"),
            '>' if !attribute => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

impl Node {
    fn new(kind: Kind, qualified: Option<QualName>) -> Self {
        Self { kind, children: Vec::new(), parent: None, qualified, template: None }
    }
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    quirks: Cell<QuirksMode>,
}

impl Sink {
    fn push(&self, node: Node) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(node);
        nodes.len() - 1
    }

    fn detach(&self, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[id].parent.take() {
            nodes[parent].children.retain(|&c| c != id);
        }
    }

    fn place(&self, parent: NodeId, at: usize, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let before = at.checked_sub(1).and_then(|i| nodes[parent].children.get(i).copied());
                if let Some(before) = before
                    && let Kind::Text(existing) = &mut nodes[before].kind
                {
                    existing.push_str(&text);
                    return;
                }
                nodes.push(Node { parent: Some(parent), ..Node::new(Kind::Text(text.to_string()), None) });
                let id = nodes.len() - 1;
                nodes[parent].children.insert(at, id);
            }
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                let mut nodes = self.nodes.borrow_mut();
                let at = at.min(nodes[parent].children.len());
                nodes[parent].children.insert(at, id);
                nodes[id].parent = Some(parent);
            }
        }
    }

    fn end_of(&self, parent: NodeId) -> usize {
        self.nodes.borrow()[parent].children.len()
    }
}

#[derive(Debug)]
struct Name<'a>(Ref<'a, QualName>);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Fragment;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Fragment {
        Fragment { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Name<'a> {
        Name(Ref::map(self.nodes.borrow(), |nodes| nodes[*target].qualified.as_ref().unwrap_or(&UNNAMED)))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let attributes = attributes.iter().map(|a| (attribute_name(&a.name), a.value.to_string())).collect();
        let kind = Kind::Element { name: name.local.to_string(), attributes };
        let id = self.push(Node::new(kind, Some(name)));
        if flags.template {
            let content = self.push(Node::new(Kind::Root, None));
            self.nodes.borrow_mut()[id].template = Some(content);
        }
        id
    }

    fn create_comment(&self, _text: StrTendril) -> NodeId {
        self.push(Node::new(Kind::Comment, None))
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> NodeId {
        self.push(Node::new(Kind::Comment, None))
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.place(*parent, self.end_of(*parent), child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if self.nodes.borrow()[*element].parent.is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.nodes.borrow()[*target].template.unwrap_or(*target)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.quirks.set(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        if let NodeOrText::AppendNode(id) = &child {
            self.detach(*id);
        }
        let place = {
            let nodes = self.nodes.borrow();
            nodes[*sibling].parent.and_then(|p| nodes[p].children.iter().position(|c| c == sibling).map(|at| (p, at)))
        };
        if let Some((parent, at)) = place {
            self.place(parent, at, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, extra: Vec<Attribute>) {
        if let Kind::Element { attributes, .. } = &mut self.nodes.borrow_mut()[*target].kind {
            for attribute in extra {
                let name = attribute_name(&attribute.name);
                if !attributes.iter().any(|(n, _)| *n == name) {
                    attributes.push((name, attribute.value.to_string()));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, parent: &NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[*node].children);
        for &child in &children {
            nodes[child].parent = Some(*parent);
        }
        nodes[*parent].children.extend(children);
    }
}

static UNNAMED: QualName = QualName { prefix: None, ns: ns!(html), local: local_name!("") };

fn attribute_name(name: &QualName) -> String {
    name.prefix
        .as_ref()
        .filter(|prefix| !prefix.is_empty())
        .map_or_else(|| name.local.to_string(), |prefix| format!("{prefix}:{}", name.local))
}
