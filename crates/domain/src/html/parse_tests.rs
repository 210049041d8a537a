use super::*;
use proptest::prelude::*;

fn check_tiling(source: &str) {
    let document = Document::parse(source);
    let mut at = 0;
    for token in document.tokens() {
        assert_eq!(token.span.start, at, "tokens tile {source:?}");
        assert!(source.is_char_boundary(token.span.end));
        at = token.span.end;
    }
    assert_eq!(at, source.len(), "tokens reach the end of {source:?}");
    for id in document.descendants(document.root()) {
        let node = document.node(id);
        assert!(source.get(node.span.start..node.span.end).is_some(), "{source:?}");
        if let Some(element) = node.element() {
            if !element.open.is_empty() {
                let tag = document.slice(element.open).to_ascii_lowercase();
                let name = element.name().to_ascii_lowercase();
                assert!(
                    tag.starts_with(&format!("<{name}")) || tag.starts_with("<image"),
                    "{tag:?} opens {name} in {source:?}"
                );
            }
            if !element.close.is_empty() {
                assert!(document.slice(element.close).starts_with("</"), "{source:?}");
            }
            for attr in &element.attrs {
                let written = document.slice(attr.span).to_ascii_lowercase();
                assert!(
                    attr.span.is_empty()
                        || written.starts_with(&attr.name.to_ascii_lowercase())
                        || written.contains('\0'),
                    "{written:?} holds {} in {source:?}",
                    attr.name
                );
            }
        }
    }
}

fn shape(source: &str) -> String {
    let document = Document::parse(source);
    fn walk(document: &Document<'_>, id: NodeId, out: &mut String) {
        for child in document.children(id) {
            match &document.node(child).data {
                NodeData::Text(text) => out.push_str(text),
                NodeData::Comment(_) => out.push('#'),
                NodeData::Root => {}
                NodeData::Element(element) => {
                    out.push_str(&format!("({}", element.name()));
                    walk(document, child, out);
                    out.push(')');
                }
            }
        }
    }
    let mut out = String::new();
    walk(&document, document.root(), &mut out);
    out
}

#[test]
fn trees_follow_the_standard() {
    let cases = [
        ("<p>a<p>b", "(pa)(pb)"),
        ("<b><i>x</b>y</i>", "(b(ix))(iy)"),
        ("<table><tr><td>1", "(table(tbody(tr(td1))))"),
        ("<table>x<tr><td>1</table>", "x(table(tbody(tr(td1))))"),
        ("<ul><li>a<li>b</ul>", "(ul(lia)(lib))"),
        ("</p>x", "(p)x"),
        ("<a>1<a>2", "(a1)(a2)"),
        ("<svg><circle/><foreignObject><p>x</svg>", "(svg(circle)(foreignObject(px)))"),
        ("<script>a<b</script>c", "(scripta<b)c"),
        ("<textarea><p></textarea>", "(textarea<p>)"),
        ("<noscript><p>x</noscript>", "(noscript(px))"),
        ("<!-- c --><?php x ?>t", "##t"),
        ("a\0b", "ab"),
        ("<p>\r\nx", "(p\nx)"),
        ("<pre>\nx</pre>", "(prex)"),
    ];
    for (source, expected) in cases {
        assert_eq!(shape(source), expected, "{source:?}");
        check_tiling(source);
    }
}

#[test]
fn spans_are_those_of_the_source() {
    let source = "<table>\r\n <tr><td class=a>é&amp;</td></tr></table><p title='x>y'>z</p>";
    let document = Document::parse(source);
    let named = |name: &str| {
        document.descendants(document.root()).into_iter().find(|id| document.html_name(*id) == name).unwrap()
    };
    assert_eq!(document.text_of(named("td")), "<td class=a>é&amp;</td>");
    assert_eq!(document.text_of(named("tr")), "<tr><td class=a>é&amp;</td></tr>");
    assert_eq!(document.text_of(named("p")), "<p title='x>y'>z</p>");
    let td = document.element(named("td")).unwrap();
    assert_eq!(document.slice(td.attrs[0].span), "class=a");
    let p = document.element(named("p")).unwrap();
    assert_eq!(document.slice(p.attrs[0].value_span), "x>y");
    assert!(document.element(named("tbody")).unwrap().is_implied());
}

#[test]
fn a_tag_cut_by_the_end_is_no_text() {
    for (source, text) in
        [("ab<B&amp;", "ab"), ("ab &amp; c<", "ab &amp; c<"), ("a<!-- b", "a"), ("a</x y", "a"), ("a<p", "a")]
    {
        let document = Document::parse(source);
        let texts = document.tokens().iter().filter(|token| token.kind == TokenKind::Text);
        assert_eq!(texts.map(|token| document.slice(token.span)).collect::<String>(), text, "{source}");
        check_tiling(source);
    }
}

#[test]
fn deep_and_hostile_nesting_is_bounded() {
    let sources = [
        "<div>".repeat(100_000),
        "<div>".repeat(50_000) + &"</div>".repeat(50_000),
        "<b><i><u>".repeat(20_000),
        (0..3_000).map(|i| format!("<p><b id={i}>")).collect::<String>(),
        "<table><tr><td>".repeat(10_000),
        "<a href=x>".repeat(20_000),
        "<svg><desc>".repeat(10_000),
        "<table>x".repeat(5_000),
    ];
    for source in sources {
        let document = Document::parse(&source);
        let deepest = document.nodes.iter().map(|node| node.depth).max().unwrap();
        assert!(deepest < 3 * MAX_DEPTH, "{deepest}");
        assert!(document.nodes.len() < source.len() + 2 * SPARE_NODES);
        check_tiling(&source);
    }
}

proptest! {
    #[test]
    fn any_text_is_tiled(source in r#"([a-z<>/="' &;é!\-\r\n\x00]|<p>|</p>|<table>|<tr>|<td>|</table>|<b>|</b>|<a href=x>|</a>|<svg>|<math>|<!--|-->|<script>|</script>|&amp;|<li>|<ul>|</ul>|<br/>|<option>|<select>|<template>|</template>|<form>|<frameset>|<body a=b>|</body>|<html>|<!DOCTYPE x>|<mi>|<image src=q>|<plaintext>|<title>|<style>){0,40}"#) {
        check_tiling(&source);
    }
}
