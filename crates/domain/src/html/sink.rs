//! The tree that html5ever's builder builds, each node taking its span from the token in hand.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace as Ns, QualName, ns};

use super::document::{Attr, Element, Namespace, Node, NodeData, NodeId, Span};

/// The token that the tree builder is working on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InHand {
    Start,
    End,
    Text,
    Other,
}

#[derive(Debug)]
pub(crate) struct SpanSink {
    pub(crate) nodes: RefCell<Vec<Node>>,
    pub(crate) kind: Cell<InHand>,
    pub(crate) span: Cell<Span>,
    pub(crate) name: RefCell<LocalName>,
    pub(crate) attrs: RefCell<Vec<Attr>>,
    /// The element that took the token in hand as its start tag. A builder that reopens formatting elements makes clones
    /// of the same name first and the element itself last, so the last one made keeps it.
    pub(crate) claimed: Cell<Option<NodeId>>,
    /// Text in tables is held back by the builder until the next token, whose span it must not take.
    pub(crate) text_span: Cell<Span>,
    /// Where the last insertion went: the search for the element that an end tag closes begins there.
    pub(crate) here: Cell<NodeId>,
}

#[derive(Debug)]
pub(crate) struct Name(Ns, LocalName);

impl ElemName for Name {
    fn ns(&self) -> &Ns {
        &self.0
    }

    fn local_name(&self) -> &LocalName {
        &self.1
    }
}

pub(crate) const DOCUMENT: NodeId = NodeId(0);

impl SpanSink {
    pub(crate) fn new() -> Self {
        Self {
            nodes: RefCell::new(vec![Node::new(NodeData::Root, Span::default())]),
            kind: Cell::new(InHand::Other),
            span: Cell::new(Span::default()),
            name: RefCell::new(LocalName::from("")),
            attrs: RefCell::new(Vec::new()),
            claimed: Cell::new(None),
            text_span: Cell::new(Span::default()),
            here: Cell::new(DOCUMENT),
        }
    }

    pub(crate) fn take_in_hand(&self, kind: InHand, span: Span) {
        self.kind.set(kind);
        self.span.set(span);
        self.claimed.set(None);
        if kind == InHand::Text {
            self.text_span.set(span);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.borrow().len()
    }

    pub(crate) fn depth(&self, id: NodeId) -> u32 {
        self.nodes.borrow().get(id.index()).map_or(0, |node| node.depth)
    }

    fn push(&self, node: Node) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        let id = NodeId(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
        nodes.push(node);
        id
    }

    fn detach(&self, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let (parent, prev, next) = {
            let node = &mut nodes[id.index()];
            (node.parent.take(), node.prev.take(), node.next.take())
        };
        let Some(parent) = parent else { return };
        match prev {
            Some(prev) => nodes[prev.index()].next = next,
            None => nodes[parent.index()].first = next,
        }
        match next {
            Some(next) => nodes[next.index()].prev = prev,
            None => nodes[parent.index()].last = prev,
        }
    }

    /// Links `child` under `parent` before `before`, or last.
    fn attach(&self, parent: NodeId, before: Option<NodeId>, child: NodeId) {
        self.detach(child);
        let mut nodes = self.nodes.borrow_mut();
        let prev = match before {
            Some(next) => nodes[next.index()].prev,
            None => nodes[parent.index()].last,
        };
        let depth = nodes[parent.index()].depth + 1;
        {
            let node = &mut nodes[child.index()];
            node.parent = Some(parent);
            node.prev = prev;
            node.next = before;
            node.depth = depth;
        }
        match prev {
            Some(prev) => nodes[prev.index()].next = Some(child),
            None => nodes[parent.index()].first = Some(child),
        }
        match before {
            Some(next) => nodes[next.index()].prev = Some(child),
            None => nodes[parent.index()].last = Some(child),
        }
    }

    fn insert(&self, parent: NodeId, before: Option<NodeId>, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendNode(node) => {
                self.attach(parent, before, node);
                self.here.set(node);
            }
            NodeOrText::AppendText(text) => {
                let span = if self.kind.get() == InHand::Text { self.span.get() } else { self.text_span.get() };
                let neighbour = {
                    let nodes = self.nodes.borrow();
                    match before {
                        Some(next) => nodes[next.index()].prev,
                        None => nodes[parent.index()].last,
                    }
                };
                let merged = neighbour.is_some_and(|id| {
                    let mut nodes = self.nodes.borrow_mut();
                    let node = &mut nodes[id.index()];
                    if let NodeData::Text(old) = &mut node.data {
                        old.push_str(&text);
                        node.span = node.span.union(span);
                        return true;
                    }
                    false
                });
                if !merged {
                    let id = self.push(Node::new(NodeData::Text(text.to_string()), span));
                    self.attach(parent, before, id);
                }
                self.here.set(parent);
            }
        }
    }

    fn parent_of(&self, id: NodeId) -> Option<NodeId> {
        self.nodes.borrow().get(id.index()).and_then(|node| node.parent)
    }
}

impl TreeSink for SpanSink {
    type Handle = NodeId;
    type Output = Self;
    type ElemName<'a> = Name;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Name {
        let nodes = self.nodes.borrow();
        match nodes.get(target.index()).map(|node| &node.data) {
            Some(NodeData::Element(element)) => Name(
                match element.namespace {
                    Namespace::Html => ns!(html),
                    Namespace::MathMl => ns!(mathml),
                    Namespace::Svg => ns!(svg),
                },
                element.local.clone(),
            ),
            _ => Name(ns!(), LocalName::from("")),
        }
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> NodeId {
        let span = self.span.get();
        let tag = self.name.borrow();
        let claims = self.kind.get() == InHand::Start
            && (name.local.eq_ignore_ascii_case(&tag) || (&*name.local == "img" && &**tag == "image"));
        let namespace = if name.ns == ns!(svg) {
            Namespace::Svg
        } else if name.ns == ns!(mathml) {
            Namespace::MathMl
        } else {
            Namespace::Html
        };
        let here = Span::new(span.start, span.start);
        let element = Element {
            local: name.local,
            namespace,
            attrs: attrs
                .iter()
                .map(|attr| Attr {
                    name: match &attr.name.prefix {
                        Some(prefix) if !prefix.is_empty() => format!("{prefix}:{}", attr.name.local),
                        _ => attr.name.local.to_string(),
                    },
                    value: attr.value.to_string(),
                    span: here,
                    value_span: here,
                })
                .collect(),
            open: if claims { span } else { here },
            close: here,
        };
        let id = self.push(Node::new(NodeData::Element(element), if claims { span } else { here }));
        if claims {
            let mut nodes = self.nodes.borrow_mut();
            if let Some(old) = self.claimed.replace(Some(id)) {
                let node = &mut nodes[old.index()];
                node.span = here;
                if let NodeData::Element(element) = &mut node.data {
                    element.open = here;
                    for attr in &mut element.attrs {
                        (attr.span, attr.value_span) = (here, here);
                    }
                }
            }
            if let NodeData::Element(element) = &mut nodes[id.index()].data {
                let read = self.attrs.borrow();
                if read.len() == element.attrs.len() {
                    // Same order: the builder adjusts names (SVG, MathML) but never reorders.
                    for (attr, read) in element.attrs.iter_mut().zip(read.iter()) {
                        (attr.span, attr.value_span) = (read.span, read.value_span);
                    }
                }
            }
        }
        id
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.push(Node::new(NodeData::Comment(text.to_string()), self.span.get()))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.push(Node::new(NodeData::Comment(format!("{target} {data}")), self.span.get()))
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.insert(*parent, None, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, prev: &NodeId, child: NodeOrText<NodeId>) {
        if self.parent_of(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(prev, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        // The contents are kept as children: nothing here runs, and one tree is easier to walk than two.
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        if let Some(parent) = self.parent_of(*sibling) {
            self.insert(parent, Some(*sibling), child);
        }
    }

    fn add_attrs_if_missing(&self, _: &NodeId, _: Vec<Attribute>) {
        // Only `<html>` and `<body>` tags inside a fragment come here; their attributes belong to no node of it.
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut next = self.nodes.borrow().get(node.index()).and_then(|node| node.first);
        while let Some(child) = next {
            next = self.nodes.borrow().get(child.index()).and_then(|node| node.next);
            self.attach(*new_parent, None, child);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        let nodes = self.nodes.borrow();
        nodes.get(handle.index()).and_then(Node::element).and_then(|element| element.attr("encoding")).is_some_and(
            |encoding| {
                encoding.eq_ignore_ascii_case("text/html") || encoding.eq_ignore_ascii_case("application/xhtml+xml")
            },
        )
    }
}
