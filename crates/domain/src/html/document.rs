//! The tree of a fragment and the tokens it was read from, both by byte offsets into the source.

use html5ever::LocalName;

/// A half-open range of bytes of the source; both ends lie on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Whether the range holds no byte: what the parser implied has such a span.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether `other` lies inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that holds both.
    pub fn union(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same bytes in a text that has `by` more before them.
    pub(crate) fn shifted(self, by: usize) -> Span {
        Span { start: self.start + by, end: self.end + by }
    }

    /// These bytes of `source`; empty where the range does not fit.
    pub fn of(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }
}

/// Index of a node in its [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The three vocabularies that an HTML parser knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// HTML itself.
    Html,
    /// Inside `<math>`.
    MathMl,
    /// Inside `<svg>`.
    Svg,
}

/// One attribute of a start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attr {
    /// Name, lower-cased by the parser.
    pub name: String,
    /// Value with character references decoded.
    pub value: String,
    /// From the first byte of the name to the closing quote (or last byte) of the value.
    pub span: Span,
    /// The value between its quotes, undecoded; empty at the end of the name where there is none.
    pub value_span: Span,
}

/// An element.
#[derive(Clone, Debug)]
pub struct Element {
    pub(crate) local: LocalName,
    /// Vocabulary it belongs to.
    pub namespace: Namespace,
    /// Attributes in source order, the first of each name.
    pub attrs: Vec<Attr>,
    /// The start tag; empty where the parser implied the element.
    pub open: Span,
    /// The end tag; empty where there is none in the source.
    pub close: Span,
}

impl Element {
    /// Local name; lower-case in HTML.
    pub fn name(&self) -> &str {
        &self.local
    }

    /// Value of the attribute `name`.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|attr| attr.name == name).map(|attr| attr.value.as_str())
    }

    /// Whether the source has no start tag for it.
    pub fn is_implied(&self) -> bool {
        self.open.is_empty()
    }
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeData {
    /// The fragment itself.
    Root,
    /// An element.
    Element(Element),
    /// Text, character references decoded.
    Text(String),
    /// A comment, a processing instruction or a bogus declaration.
    Comment(String),
}

/// One node of the tree.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub data: NodeData,
    /// All the bytes it covers, its descendants included.
    pub span: Span,
    /// Its parent; none for the root.
    pub parent: Option<NodeId>,
    pub(crate) first: Option<NodeId>,
    pub(crate) last: Option<NodeId>,
    pub(crate) prev: Option<NodeId>,
    pub(crate) next: Option<NodeId>,
    pub(crate) depth: u32,
}

impl Node {
    pub(crate) fn new(data: NodeData, span: Span) -> Self {
        Self { data, span, parent: None, first: None, last: None, prev: None, next: None, depth: 0 }
    }

    /// The element, if it is one.
    pub fn element(&self) -> Option<&Element> {
        match &self.data {
            NodeData::Element(element) => Some(element),
            _ => None,
        }
    }
}

/// What a stretch of source is to the tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A start tag, and the element it made, if the parser took it.
    Start(Option<NodeId>),
    /// An end tag, and the element it closed, if any.
    End(Option<NodeId>),
    /// Text.
    Text,
    /// A comment or what is read as one.
    Comment,
    /// Bytes that mean nothing: a doctype, a tag cut by the end of the text.
    Ignored,
}

/// One stretch of source. The tokens of a document tile its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// A parsed fragment: nodes in an arena, each with the bytes of `source` that it came from.
#[derive(Clone, Debug)]
pub struct Document<'s> {
    pub(crate) source: &'s str,
    pub(crate) nodes: Vec<Node>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) root: NodeId,
    pub(crate) unparsed: usize,
}

impl<'s> Document<'s> {
    /// The text that was parsed.
    pub fn source(&self) -> &'s str {
        self.source
    }

    /// The root, whose children are the top of the fragment.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// The node `id`.
    pub fn node(&self, id: NodeId) -> &Node {
        // Ids are only made by the parse of this very document, so the index is always inside.
        &self.nodes[id.index()]
    }

    /// The element `id`, if it is one.
    pub fn element(&self, id: NodeId) -> Option<&Element> {
        self.node(id).element()
    }

    /// Local name of an HTML element, or "" for anything else.
    pub fn html_name(&self, id: NodeId) -> &str {
        match self.element(id) {
            Some(element) if element.namespace == Namespace::Html => element.name(),
            _ => "",
        }
    }

    /// The source bytes of node `id`.
    pub fn text_of(&self, id: NodeId) -> &'s str {
        self.slice(self.node(id).span)
    }

    /// These bytes of the source.
    pub fn slice(&self, span: Span) -> &'s str {
        self.source.get(span.start..span.end).unwrap_or_default()
    }

    /// The children of `id`, in order.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { nodes: &self.nodes, next: self.node(id).first }
    }

    /// The stretches of source, in order, without a gap.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Where parsing stopped because the fragment makes more nodes than [`crate::html`] allows for its size; the length
    /// of the source for any honest text.
    pub fn parsed_len(&self) -> usize {
        self.unparsed
    }

    /// `id` and everything below it, parents first.
    pub fn descendants(&self, id: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut next = Some(id);
        while let Some(here) = next {
            found.push(here);
            next = self.node(here).first.or_else(|| self.after(here, id));
        }
        found
    }

    /// The node that follows the subtree of `here` inside `top`.
    pub(crate) fn after(&self, mut here: NodeId, top: NodeId) -> Option<NodeId> {
        loop {
            if here == top {
                return None;
            }
            if let Some(next) = self.node(here).next {
                return Some(next);
            }
            here = self.node(here).parent?;
        }
    }

    /// Whether `id` has an ancestor (itself included) for which `test` holds.
    pub fn within(&self, id: NodeId, test: impl Fn(&Element) -> bool) -> bool {
        let mut next = Some(id);
        while let Some(here) = next {
            if self.element(here).is_some_and(&test) {
                return true;
            }
            next = self.node(here).parent;
        }
        false
    }
}

/// Iterator over the children of a node.
#[derive(Clone, Debug)]
pub struct Children<'d> {
    nodes: &'d [Node],
    next: Option<NodeId>,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let here = self.next?;
        self.next = self.nodes.get(here.index()).and_then(|node| node.next);
        Some(here)
    }
}
