use super::*;
use crate::html::safe::{ImageSource, for_editing};

fn images(src: &str) -> ImageSource {
    ImageSource::Local(format!("attach://x/{}", src.len()))
}

/// Saves `source` after `edit` of what the editor was given.
fn edit(source: &str, edit: impl Fn(&str) -> String) -> Saved {
    let loaded = for_editing(source, &images);
    save(source, &loaded, &edit(&loaded))
}

fn replaced(source: &str, from: &str, to: &str) -> String {
    let loaded = for_editing(source, &images);
    assert!(loaded.contains(from), "{from} is not in {loaded}");
    let saved = edit(source, |text| text.replacen(from, to, 1));
    assert_eq!(saved.how, How::Spliced, "{source}");
    saved.html
}

#[test]
fn edits_change_what_they_edit() {
    // Source, what is replaced in the editor's text, by what, the new source.
    let cases = [
        ("typing", "<P>one two</P>\r\n<p>x<BR/></p>", "two", "2", "<P>one 2</P>\r\n<p>x<BR/></p>"),
        ("a word beside an entity", "<p>a &copy;&nbsp;b c</p>", "c<", "d<", "<p>a &copy;&nbsp;b d</p>"),
        (
            "Enter",
            "<p class=x onclick=y>a b</p>",
            "a b",
            "a</p><p class=\"x\">b",
            "<p class=x onclick=y>a</p><p class=\"x\">b</p>",
        ),
        ("join", "<p>a</p>\n<p>b</p>", "a</p>\n<p>b", "a b", "<p>a b</p>"),
        ("delete a block", "<p>a</p>\n<p>b</p>\n<p>c</p>", "<p>b</p>\n", "", "<p>a</p>\n<p>c</p>"),
        (
            "delete across blocks",
            "<p>a b</p><ul><li>c<li>d</ul>",
            "b</p><ul><li>c</li><li>",
            "</p><ul><li>",
            "<p>a </p><ul><li>d</ul>",
        ),
        ("bold", "<p>a b c</p>", "b", "<strong>b</strong>", "<p>a <strong>b</strong> c</p>"),
        (
            "link",
            "<p>a b</p>",
            "b",
            "<a href=\"https://x.example\">b</a>",
            "<p>a <a href=\"https://x.example\">b</a></p>",
        ),
        ("unlink", "<p>a <A HREF='/x'>b</A> c</p>", "<a href=\"/x\">b</a>", "b", "<p>a b c</p>"),
        ("a list item", "<ul>\n <li>a\n <li>b\n</ul>", "b\n", "B\n", "<ul>\n <li>a\n <li>B\n</ul>"),
        ("a new list item", "<ul><li>a<li>b</ul>", "<li>b", "<li>new</li><li>b", "<ul><li>a<li>new</li><li>b</ul>"),
        (
            "a cell",
            "<table><tr><td>a<td ALIGN=left>b</table>",
            ">b<",
            ">c<",
            "<table><tr><td>a<td ALIGN=left>c</table>",
        ),
        (
            "a row",
            "<table><tr><td>a</td></tr></table>",
            "</tbody>",
            "<tr><td>b</td></tr></tbody>",
            "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>",
        ),
        (
            "an attribute",
            "<p CLASS=a data-x='1'>t</p>",
            "class=\"a\"",
            "class=\"b\"",
            "<p class=\"b\" data-x='1'>t</p>",
        ),
        (
            "beside a picture",
            "<p><img src=/a/b width=1 loading=lazy> x</p>",
            " x",
            " y",
            "<p><img src=/a/b width=1 loading=lazy> y</p>",
        ),
        ("a hidden script", "<p>a</p><script>s()</script><p>b</p>", "b", "B", "<p>a</p><script>s()</script><p>B</p>"),
        (
            "a hidden comment and style",
            "<!-- c --><p>a</p><style>q</style>",
            "a<",
            "b<",
            "<!-- c --><p>b</p><style>q</style>",
        ),
        ("a hidden handler", "<p onclick=x>a</p>", "a<", "b<", "<p onclick=x>b</p>"),
        (
            "a frame",
            "<p>a</p><iframe src=https://x.example/e></iframe>",
            "a<",
            "b<",
            "<p>b</p><iframe src=https://x.example/e></iframe>",
        ),
        (
            "paste",
            "<p>a</p>",
            "<p>a</p>",
            "<p>a</p><h2>new</h2><ul><li>x</li></ul>",
            "<p>a</p><h2>new</h2><ul><li>x</li></ul>",
        ),
        ("misnested source", "<p><b>a <i>b</b> c</i></p><p>d</p>", "d<", "e<", "<p><b>a <i>b</b> c</i></p><p>e</p>"),
        ("stray end tags", "<p>a</p></div></b><p>d</p>", "d<", "e<", "<p>a</p></div></b><p>e</p>"),
        ("a form around", "<form action=/x><p>a</p></form>", "a<", "b<", "<form action=/x><p>b</p></form>"),
        ("unclosed", "<div><p>a<p>b", "b<", "c<", "<div><p>a<p>c"),
        ("preformatted", "<pre>\n a\n  b</pre>", "  b", "  c", "<pre>\n a\n  c</pre>"),
    ];
    for (name, source, from, to, expected) in cases {
        assert_eq!(replaced(source, from, to), expected, "{name}");
    }
}

#[test]
fn an_editor_that_rewrites_on_loading_changes_nothing_by_itself() {
    let source = "stray <B>text</B> and&nbsp;more<br/>\n<table><tr><td>x</table>tail";
    let loaded =
        "<p>stray <b>text</b> and&nbsp;more<br></p><table><tbody><tr><td>x</td></tr></tbody></table><p>tail</p>";
    assert_eq!(save(source, loaded, loaded), Saved { html: source.into(), how: How::Untouched });
    let cases = [
        (">x<", ">y<", "stray <B>text</B> and&nbsp;more<br/>\n<table><tr><td>y</table>tail"),
        ("tail", "TAIL", "stray <B>text</B> and&nbsp;more<br/>\n<table><tr><td>x</table><p>TAIL</p>"),
        ("stray ", "some stray ", "<p>some stray <B>text</B> and&nbsp;more<br/>\n</p><table><tr><td>x</table>tail"),
    ];
    for (from, to, expected) in cases {
        let saved = save(source, loaded, &loaded.replacen(from, to, 1));
        assert_eq!(saved.html, expected, "{from} to {to}");
    }
}

#[test]
fn pictures_moved_and_copied_keep_their_own_addresses() {
    let source = "<p>a</p>\n<p><IMG SRC='/courses/1/files/2/preview' alt=x></p>\n<p>b</p>";
    let loaded = for_editing(source, &images);
    let picture = &loaded[loaded.find("<p><img").unwrap()..loaded.find("<p>b").unwrap()];
    let moved = loaded.replacen(picture, "", 1) + picture.trim_end();
    assert_eq!(
        save(source, &loaded, &moved).html,
        "<p>a</p>\n<p>b</p><p><IMG SRC='/courses/1/files/2/preview' alt=x></p>"
    );
    let inner = &picture[3..picture.find("</p>").unwrap()];
    let copied = loaded.replacen(">b<", &format!(">b{inner}<"), 1);
    let saved = save(source, &loaded, &copied).html;
    assert!(saved.starts_with("<p>a</p>\n<p><IMG SRC='/courses/1/files/2/preview' alt=x></p>\n<p>b<img"), "{saved}");
    assert!(saved.ends_with("src=\"/courses/1/files/2/preview\"></p>"), "{saved}");
    assert!(!saved.contains("attach:"), "{saved}");
}

#[test]
fn undoing_an_edit_gives_the_source_back() {
    let source = "<P>one<br/>two</P><script>x</script>";
    let saved = edit(source, |text| text.replacen("two", "three", 1).replacen("three", "two", 1));
    assert_eq!(saved, Saved { html: source.into(), how: How::Untouched });
}

#[test]
fn an_empty_source_takes_what_is_written() {
    assert_eq!(save("", "", "<p>a</p>").html, "<p>a</p>");
    assert_eq!(save("", "<p><br></p>", "<p>Hello</p>").html, "<p>Hello</p>");
    assert_eq!(save("<p>a</p>", "<p>a</p>", "").html, "");
}

#[test]
fn everything_replaced_is_what_is_now() {
    assert_eq!(save("<p>a</p><p>b</p>", "<p>a</p><p>b</p>", "<h1>x</h1>").html, "<h1>x</h1>");
}

#[test]
fn fifty_edits_keep_everything_else() {
    let source: String =
        (0..60).map(|n| format!("<P CLASS=w{n}>word{n} <A HREF='/p/{n}'>link{n}</A> &copy;<BR/></P>\r\n")).collect();
    let loaded = for_editing(&source, &images);
    let mut now = loaded.clone();
    for n in 0..50 {
        now = now.replacen(&format!("word{n} "), &format!("word{n} typed{n} "), 1);
    }
    let saved = save(&source, &loaded, &now);
    assert_eq!(saved.how, How::Spliced);
    let back = (0..50).fold(saved.html, |text, n| text.replacen(&format!("typed{n} "), "", 1));
    assert_eq!(back, source);
}
