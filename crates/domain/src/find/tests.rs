use proptest::prelude::*;

use super::*;
use crate::html::{Document, TokenKind, plain_text};

fn query(text: &str) -> Query {
    Query { text: text.to_owned(), match_case: false, whole_words: false, outside_code: true }
}

#[test]
fn pages_are_searched_as_they_are_read() {
    // Source, what is looked for, what stands there instead, the new source.
    let cases = [
        ("<p>Room 12, room 12</p>", "room 12", "Hall 3", "<p>Hall 3, Hall 3</p>"),
        ("<p>the <B>final</B> exam</p>", "final exam", "test", "<p>the <B>test</B></p>"),
        ("<p>a&nbsp;b &amp; c</p>", "b & c", "d < e", "<p>a&nbsp;d &lt; e</p>"),
        ("<p>one\n  two</p>", "one two", "1", "<p>1</p>"),
        ("<p>a</p><p>b</p>", "ab", "x", "<p>a</p><p>b</p>"),
        ("a<br>b", "ab", "x", "a<br>b"),
        ("<p title=room>x <img alt=room src=/room></p>", "room", "y", "<p title=room>x <img alt=room src=/room></p>"),
        ("<script>room</script><style>room</style>room", "room", "y", "<script>room</script><style>room</style>y"),
        ("<a href=/week1>week1</a>", "week1", "week2", "<a href=/week1>week2</a>"),
        ("caf&eacute; CAFÉ", "café", "bar", "bar bar"),
        ("AT&T and &copyright", "&", "and", "ATandT and &copyright"),
        ("&notx;in", "x;", "", "&not;in"),
        ("AT&T and &copyright", "right", "left", "AT&T and &copy;left"),
        ("a & lt;b", " ", "", "a&amp;lt;b"),
        ("a < b", " ", "", "a&lt;b"),
        ("<p>x<!-- c -->y</p>", "xy", "z", "<p>z<!-- c --></p>"),
        ("İstanbul", "i̇stanbul", "x", "x"),
        ("", "a", "b", ""),
        ("a", "", "b", "a"),
    ];
    for (source, text, replacement, expected) in cases {
        assert_eq!(replaced(source, Format::Html, &query(text), replacement, |_| true), expected, "{source}");
    }
}

#[test]
fn capitals_and_words_matter_where_asked() {
    let exact = Query { match_case: true, ..query("Lab") };
    assert_eq!(replaced("Lab lab label", Format::None, &exact, "x", |_| true), "x lab label");
    let words = Query { whole_words: true, ..query("lab") };
    assert_eq!(replaced("Lab lab label lab.", Format::None, &words, "x", |_| true), "x x label x.");
    assert_eq!(replaced("aaa aaa", Format::None, &query("aa"), "b", |n| n == 1), "aaa ba");
}

#[test]
fn posts_keep_their_addresses_and_code() {
    let source = "See [lab](https://x.example/lab) and https://lab.example, <b class=\"lab\">lab</b> `lab`\nlab\n\n```\nlab\n```\n[quote=\"lab, post:1\"]\nlab\n[/quote]\n![lab](upload://lab.png)";
    let expected = "See [LAB](https://x.example/lab) and https://lab.example, <b class=\"lab\">LAB</b> `lab`\nLAB\n\n```\nlab\n```\n[quote=\"lab, post:1\"]\nLAB\n[/quote]\n![LAB](upload://lab.png)";
    assert_eq!(replaced(source, Format::Markdown, &query("lab"), "LAB", |_| true), expected);
    let also = Query { outside_code: false, ..query("lab") };
    assert_eq!(hits(source, Format::Markdown, &also).len(), hits(source, Format::Markdown, &query("lab")).len() + 2);
}

#[test]
fn a_hit_is_shown_in_its_line() {
    let source =
        format!("<h2>Week 1</h2><p>{}the <b>mid</b>term is here{}</p>", "word ".repeat(20), " again".repeat(20));
    let found = hits(&source, Format::Html, &query("midterm"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text, "midterm");
    assert!(found[0].before.starts_with('…') && found[0].before.ends_with("word the "), "{:?}", found[0]);
    assert!(found[0].after.starts_with(" is here again") && found[0].after.ends_with('…'));
    assert_eq!(found[0].span.of(&source), "mid</b>term");
}

#[test]
fn hits_that_touch_are_each_replaced() {
    for (source, text, after) in [("&a&a", "&a", "QQQQ"), ("&copyab", "a", "&copy;QQb"), ("&copy&copy", "©", "QQQQ")] {
        assert_eq!(replaced(source, Format::Html, &query(text), "QQ", |_| true), after, "{source}");
    }
}

fn page() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<a href='/ab'>",
        "</a>",
        "ab",
        "a",
        "b",
        " ",
        "\n",
        "&nbsp;",
        "&amp;",
        "&",
        "&a",
        "<",
        "< ",
        "&lt;",
        "é",
        "&eacute",
        "<br>",
        "<!-- ab -->",
        "<img alt=ab>",
        "<script>ab</script>",
        "<td>",
        "<table>",
        "</table>",
        "</x>",
        "B",
        "#",
        ";",
        "/",
    ]);
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

/// All that is not text, byte for byte.
fn tags(source: &str) -> Vec<String> {
    let document = Document::parse(source);
    document
        .tokens()
        .iter()
        .filter(|token| token.kind != TokenKind::Text)
        .map(|token| document.slice(token.span).to_owned())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn replacing_changes_words_only(source in page(), text in "[abé& ]{1,3}", replacement in "[xyz<& ]{0,3}") {
        let wanted = query(&text);
        let found = hits(&source, Format::Html, &wanted);
        prop_assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        prop_assert_eq!(&replaced(&source, Format::Html, &wanted, &replacement, |_| false), &source);
        let after = replaced(&source, Format::Html, &wanted, &replacement, |_| true);
        prop_assert_eq!(tags(&after), tags(&source), "{}", after);
        let marked = replaced(&source, Format::Html, &wanted, "QQ", |_| true);
        prop_assert_eq!(plain_text(&marked).matches("QQ").count(), found.len(), "{}", marked);
    }
}
