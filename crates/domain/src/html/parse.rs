//! Tokenizer, tree builder and sink put together: a standard fragment parse that keeps offsets.

use std::convert::Infallible;

use html5ever::interface::create_element;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token as BuilderToken, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, ForwardingEmitter, State, Tokenizer};

use super::attributes::attribute_spans;
use super::document::{Attr, Document, NodeData, NodeId, Span, Token, TokenKind};
use super::sink::{DOCUMENT, InHand, SpanSink};

/// Elements nested deeper than this are read as if their tags were not there, as browsers flatten at 512: it bounds
/// recursion and the tree builder's walks over its stack.
pub const MAX_DEPTH: u32 = 256;

/// Nodes allowed beyond one for each token. Unclosed formatting elements are reopened in every later paragraph, which
/// lets a hostile text make a tree quadratic in its own length.
const SPARE_NODES: usize = 50_000;

type Builder = TreeBuilder<NodeId, SpanSink>;

impl<'s> Document<'s> {
    /// Parses `source` as a fragment inside `<body>`, scripting off. Any text is accepted, and nothing is lost: the
    /// tokens tile the source.
    pub fn parse(source: &'s str) -> Document<'s> {
        let sink = SpanSink::new();
        let context = create_element(&sink, QualName::new(None, ns!(html), local_name!("body")), Vec::new());
        let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        let builder = TreeBuilder::new_for_fragment(sink, context, None, options);
        let root = builder.sink.here.get();
        let mut reader = Reader::new(source, builder);
        {
            let emitter = Forward { inner: CallbackEmitter::new(Hold(&mut reader)) };
            let mut tokenizer = Tokenizer::new_with_emitter(source, emitter);
            tokenizer.set_state(State::Data);
            // Nothing is ever yielded and a string cannot fail to be read (`Infallible`), so this runs to the end.
            let Ok(()) = tokenizer.finish();
        }
        reader.finish();
        let (tokens, unparsed) = (std::mem::take(&mut reader.tokens), reader.stopped.unwrap_or(source.len()));
        let mut document = Document { source, nodes: reader.builder.sink.nodes.take(), tokens, root, unparsed };
        document.settle_spans();
        document
    }

    /// Widens each element to hold its children, bottom up, without recursion.
    fn settle_spans(&mut self) {
        let order = self.descendants(self.root);
        for &id in order.iter().rev() {
            let mut span = self.node(id).span;
            let mut empty = span.is_empty();
            if let Some(element) = self.element(id)
                && !element.close.is_empty()
            {
                span = if empty { element.close } else { span.union(element.close) };
                empty = false;
            }
            for child in self.children(id) {
                let child = self.node(child).span;
                if child.is_empty() {
                    continue;
                }
                span = if empty { child } else { span.union(child) };
                empty = false;
            }
            self.nodes[id.index()].span = span;
        }
        let root = self.root.index();
        self.nodes[root].span = Span::new(0, self.source.len());
        // An `<html>` tag in the fragment is not the root's own.
        if let NodeData::Element(element) = &mut self.nodes[root].data {
            element.open = Span::default();
            element.close = Span::default();
        }
    }
}

struct StartTag {
    start: usize,
    name: LocalName,
    attrs: Vec<(LocalName, String)>,
}

struct Reader<'s> {
    source: &'s str,
    builder: Builder,
    tokens: Vec<Token>,
    /// End of the last token.
    at: usize,
    text: String,
    /// Where the text read so far ends; what follows it up to the next token is a tag cut by the end of the source.
    text_end: usize,
    start: Option<StartTag>,
    next_state: Option<State>,
    /// Names of start tags not shown to the builder because they lie too deep.
    skipped: Vec<LocalName>,
    depth: u32,
    stopped: Option<usize>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s str, builder: Builder) -> Self {
        Self {
            source,
            builder,
            tokens: Vec::new(),
            at: 0,
            text: String::new(),
            text_end: 0,
            start: None,
            next_state: None,
            skipped: Vec::new(),
            depth: 0,
            stopped: None,
        }
    }

    fn sink(&self) -> &SpanSink {
        &self.builder.sink
    }

    fn feed(&mut self, token: BuilderToken) {
        match self.builder.process_token(token, 1) {
            TokenSinkResult::Continue | TokenSinkResult::EncodingIndicator(_) => {}
            TokenSinkResult::Script(_) => self.next_state = Some(State::Data),
            TokenSinkResult::Plaintext => self.next_state = Some(State::PlainText),
            TokenSinkResult::RawData(kind) => {
                self.next_state = Some(match kind {
                    RawKind::Rcdata => State::RcData,
                    RawKind::Rawtext => State::RawText,
                    RawKind::ScriptData | RawKind::ScriptDataEscaped(_) => State::ScriptData,
                });
            }
        }
    }

    /// Sends the text read so far, which ends where the next token starts.
    fn flush_text(&mut self, until: usize) {
        let until = until.clamp(self.at, self.source.len());
        if self.text.is_empty() {
            if until > self.at {
                self.push(TokenKind::Ignored, until);
            }
            return;
        }
        let text = std::mem::take(&mut self.text);
        let span = Span::new(self.at, self.text_end.clamp(self.at, until));
        self.push(TokenKind::Text, span.end);
        if until > span.end {
            self.push(TokenKind::Ignored, until);
        }
        if self.stopped.is_some() {
            return;
        }
        self.sink().take_in_hand(InHand::Text, span);
        for (i, part) in text.split('\0').enumerate() {
            if i > 0 {
                self.feed(BuilderToken::NullCharacterToken);
            }
            if !part.is_empty() {
                self.feed(BuilderToken::CharacterTokens(StrTendril::from_slice(part)));
            }
        }
    }

    fn push(&mut self, kind: TokenKind, end: usize) {
        let end = end.clamp(self.at, self.source.len());
        self.tokens.push(Token { kind, span: Span::new(self.at, end) });
        self.at = end;
    }

    fn start_tag(&mut self, tag: StartTag, self_closing: bool, end: usize) {
        let span = Span::new(tag.start.max(self.at), end);
        if self.stopped.is_none() && self.sink().len() > self.tokens.len() + SPARE_NODES {
            self.stopped = Some(span.start);
        }
        if self.stopped.is_some() {
            return self.push(TokenKind::Ignored, end);
        }
        if !is_void(&tag.name) && (!self.skipped.is_empty() || self.depth >= MAX_DEPTH) {
            if !self_closing {
                self.skipped.push(tag.name);
            }
            return self.push(TokenKind::Ignored, end);
        }
        let spans = attribute_spans(self.source, span);
        let same = spans.len() == tag.attrs.len();
        let mut attrs: Vec<Attr> = Vec::with_capacity(tag.attrs.len());
        let mut given: Vec<Attribute> = Vec::with_capacity(tag.attrs.len());
        for (i, (name, value)) in tag.attrs.into_iter().enumerate() {
            if given.iter().any(|attr| attr.name.local == name) {
                continue;
            }
            let place = spans.get(i).filter(|_| same);
            let nowhere = Span::new(span.start, span.start);
            attrs.push(Attr {
                name: name.to_string(),
                value: String::new(),
                span: place.map_or(nowhere, |place| place.whole),
                value_span: place.map_or(nowhere, |place| place.value),
            });
            let value = StrTendril::from_slice(&value);
            given.push(Attribute { name: QualName::new(None, ns!(), name), value });
        }
        self.sink().take_in_hand(InHand::Start, span);
        *self.sink().name.borrow_mut() = tag.name.clone();
        *self.sink().attrs.borrow_mut() = attrs;
        self.feed(BuilderToken::TagToken(Tag {
            kind: TagKind::StartTag,
            name: tag.name,
            self_closing,
            attrs: given,
            had_duplicate_attributes: false,
        }));
        let claimed = self.sink().claimed.get();
        if let Some(id) = claimed {
            self.depth = self.sink().depth(id);
        }
        self.push(TokenKind::Start(claimed), end);
    }

    fn end_tag(&mut self, name: LocalName, start: usize, end: usize) {
        let span = Span::new(start.max(self.at), end);
        if self.stopped.is_some() {
            return self.push(TokenKind::Ignored, end);
        }
        if let Some(at) = self.skipped.iter().rposition(|skipped| *skipped == name) {
            self.skipped.truncate(at);
            return self.push(TokenKind::Ignored, end);
        }
        if self.skipped.is_empty() {
            self.depth = self.depth.saturating_sub(1);
        }
        // Which element it closes is read off before the builder acts: afterwards the insertion point has moved.
        let closed = self.open_element(&name);
        self.sink().take_in_hand(InHand::End, span);
        let before = self.sink().len();
        self.feed(BuilderToken::TagToken(Tag {
            kind: TagKind::EndTag,
            name,
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        }));
        if let Some(id) = closed {
            let mut nodes = self.sink().nodes.borrow_mut();
            let parent = nodes[id.index()].parent;
            if let NodeData::Element(element) = &mut nodes[id.index()].data {
                element.close = span;
            }
            drop(nodes);
            if let Some(parent) = parent {
                self.sink().here.set(parent);
            }
        } else if self.sink().len() > before {
            // `</p>` and `</br>` without an open element make one: it owns the tag.
            let id = NodeId(u32::try_from(before).unwrap_or(u32::MAX));
            let mut nodes = self.sink().nodes.borrow_mut();
            let parent = nodes[id.index()].parent;
            if let NodeData::Element(element) = &mut nodes[id.index()].data {
                element.close = span;
            }
            drop(nodes);
            if let Some(parent) = parent {
                self.sink().here.set(parent);
            }
            return self.push(TokenKind::End(Some(id)), end);
        }
        self.push(TokenKind::End(closed), end);
    }

    /// The innermost element named `name`, from the insertion point up, that has no end tag yet.
    fn open_element(&self, name: &LocalName) -> Option<NodeId> {
        let nodes = self.sink().nodes.borrow();
        let mut next = Some(self.sink().here.get());
        while let Some(id) = next {
            let node = nodes.get(id.index())?;
            if let NodeData::Element(element) = &node.data
                && element.close.is_empty()
                && (element.local == *name || element.local.eq_ignore_ascii_case(name))
            {
                return node.parent.filter(|parent| *parent != DOCUMENT).map(|_| id);
            }
            next = node.parent;
        }
        None
    }

    fn finish(&mut self) {
        self.flush_text(self.source.len());
        if self.at < self.source.len() {
            self.push(TokenKind::Ignored, self.source.len());
        }
        self.sink().take_in_hand(InHand::Other, Span::new(self.at, self.at));
        self.feed(BuilderToken::EOFToken);
        self.builder.end();
    }
}

pub(crate) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

fn name_of(bytes: &[u8]) -> LocalName {
    LocalName::from(&*String::from_utf8_lossy(bytes))
}

impl Reader<'_> {
    fn read(&mut self, event: CallbackEvent<'_>, span: html5gum::Span<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.flush_text(span.start);
                self.start = Some(StartTag { start: span.start, name: name_of(name), attrs: Vec::new() });
            }
            CallbackEvent::AttributeName { name } => {
                if let Some(tag) = &mut self.start {
                    tag.attrs.push((name_of(name), String::new()));
                }
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, old)) = self.start.as_mut().and_then(|tag| tag.attrs.last_mut()) {
                    old.push_str(&String::from_utf8_lossy(value));
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                if let Some(tag) = self.start.take() {
                    self.start_tag(tag, self_closing, span.end);
                }
            }
            CallbackEvent::EndTag { name } => {
                self.start = None;
                self.flush_text(span.start);
                self.end_tag(name_of(name), span.start, span.end);
            }
            CallbackEvent::String { value } => {
                self.text.push_str(&String::from_utf8_lossy(value));
                self.text_end = span.end;
            }
            CallbackEvent::Comment { value } => {
                self.flush_text(span.start);
                if self.stopped.is_none() {
                    self.sink().take_in_hand(InHand::Other, Span::new(self.at, span.end));
                    self.feed(BuilderToken::CommentToken(StrTendril::from_slice(&String::from_utf8_lossy(value))));
                }
                self.push(TokenKind::Comment, span.end);
            }
            CallbackEvent::Doctype { .. } => {
                self.flush_text(span.start);
                self.push(TokenKind::Ignored, span.end);
            }
            CallbackEvent::Error(_) => {}
        }
    }
}

struct Hold<'r, 's>(&'r mut Reader<'s>);

impl Callback<Infallible, usize> for Hold<'_, '_> {
    fn handle_event(&mut self, event: CallbackEvent<'_>, span: html5gum::Span<usize>) -> Option<Infallible> {
        self.0.read(event, span);
        None
    }
}

/// Lets the tree builder's answers steer the tokenizer.
struct Forward<'r, 's> {
    inner: CallbackEmitter<Hold<'r, 's>, Infallible, usize>,
}

impl ForwardingEmitter for Forward<'_, '_> {
    type Token = Infallible;

    fn inner(&mut self) -> &mut impl Emitter<Token = Infallible> {
        &mut self.inner
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        let _ = self.inner.emit_current_tag();
        self.inner.callback_mut().0.next_state.take()
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.inner.callback_mut().0.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
