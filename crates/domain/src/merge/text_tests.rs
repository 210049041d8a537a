//! What merges to what, as a table to be read.

use super::text::{merge_html, merge_lines, merge_markdown};
use super::{Side, TextMerge};

/// `Ok(text)`: merged. `Err(n)`: n conflicts.
type Outcome = Result<&'static str, usize>;

fn outcome(merge: &TextMerge) -> Result<String, usize> {
    merge.clean().ok_or(merge.conflicts())
}

#[test]
fn markdown_cases() {
    let long = "One two three. Four five six. Seven eight nine.";
    let cases: [(&str, &str, &str, &str, Outcome); 16] = [
        ("only ours", "a", "b", "a", Ok("b")),
        ("only theirs", "a", "a", "b", Ok("b")),
        ("the same change", "a", "b", "b", Ok("b")),
        ("different paragraphs", "a\n\nb\n\nc", "A\n\nb\n\nc", "a\n\nb\n\nC", Ok("A\n\nb\n\nC")),
        ("neighbouring paragraphs", "a\n\nb", "A\n\nb", "a\n\nB", Ok("A\n\nB")),
        ("the same paragraph", "a\n\nb", "a\n\nx", "a\n\ny", Err(1)),
        (
            "different sentences",
            long,
            "One 2 three. Four five six. Seven eight nine.",
            "One two three. Four five six. Seven 8 nine.",
            Ok("One 2 three. Four five six. Seven 8 nine."),
        ),
        (
            "one sentence",
            "The exam is on Monday at nine",
            "The exam is on Tuesday at nine",
            "The exam is on Monday at ten",
            Err(1),
        ),
        ("an edit and a new paragraph after it", "a\n\nb", "a\n\nb\n\nnew", "a\n\nB", Ok("a\n\nB\n\nnew")),
        ("an edit and a new paragraph before it", "a\n\nb", "a\n\nnew\n\nb", "a\n\nB", Ok("a\n\nnew\n\nB")),
        ("two new paragraphs at one place", "a", "a\n\nb", "a\n\nc", Err(1)),
        ("deleted and edited", "a\n\nb\n\nc", "a\n\nc", "a\n\nB\n\nc", Err(1)),
        ("deleted and elsewhere edited", "a\n\nb\n\nc", "a\n\nc", "A\n\nb\n\nc", Ok("A\n\nc")),
        ("the end grows, the last line was edited", "a", "a\n\nnew", "A", Ok("A\n\nnew")),
        ("the same change beside one more", "a b c d", "X b c D", "a b c D", Ok("X b c D")),
        ("items of one list", "- a\n- b\n- c", "- A\n- b\n- c", "- a\n- b\n- C", Ok("- A\n- b\n- C")),
    ];
    for (name, base, local, remote, expected) in cases {
        let merge = merge_markdown(base, local, remote);
        assert_eq!(outcome(&merge), expected.map(str::to_owned), "{name}: {merge:?}");
    }
}

#[test]
fn html_cases() {
    let cases: [(&str, &str, &str, &str, Outcome); 14] = [
        ("different paragraphs", "<p>a</p><p>b</p>", "<p>A</p><p>b</p>", "<p>a</p><p>B</p>", Ok("<p>A</p><p>B</p>")),
        ("the same words", "<p>a</p>", "<p>b</p>", "<p>c</p>", Err(1)),
        (
            "different sentences",
            "<p>One two. Three four. Five six.</p>",
            "<p>One 2. Three four. Five six.</p>",
            "<p>One two. Three four. Five <b>six</b>.</p>",
            Ok("<p>One 2. Three four. Five <b>six</b>.</p>"),
        ),
        (
            "items of a list",
            "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
            "<ul>\n<li>A</li>\n<li>b</li>\n</ul>",
            "<ul>\n<li>a</li>\n<li>B</li>\n</ul>",
            Ok("<ul>\n<li>A</li>\n<li>B</li>\n</ul>"),
        ),
        (
            "cells of a row",
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
            "<table><tbody><tr><td>A</td><td>b</td></tr></tbody></table>",
            "<table><tbody><tr><td>a</td><td>B</td></tr></tbody></table>",
            Ok("<table><tbody><tr><td>A</td><td>B</td></tr></tbody></table>"),
        ),
        (
            "an attribute of the table and a cell",
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
            "<table class=x><tbody><tr><td>a</td></tr></tbody></table>",
            "<table><tbody><tr><td>B</td></tr></tbody></table>",
            Ok("<table class=x><tbody><tr><td>B</td></tr></tbody></table>"),
        ),
        (
            "one wraps, the other edits inside",
            "<p>one two three</p>",
            "<div><p>one two three</p></div>",
            "<p>one 2 three</p>",
            Ok("<div><p>one 2 three</p></div>"),
        ),
        (
            "overlapping bold and italic",
            "<p>One. Two. Three. Four.</p>",
            "<p><b>One. Two. Three.</b> Four.</p>",
            "<p>One. <i>Two. Three. Four.</i></p>",
            Err(1),
        ),
        (
            "untouched quirks stay",
            "<P>a<BR/></p>\r\n<p>b",
            "<P>A<BR/></p>\r\n<p>b",
            "<P>a<BR/></p>\r\n<p>B",
            Ok("<P>A<BR/></p>\r\n<p>B"),
        ),
        ("new blocks at one place", "<p>a</p>", "<p>a</p><p>x</p>", "<p>a</p><p>y</p>", Err(1)),
        (
            "new blocks at two places",
            "<p>a</p>",
            "<p>a</p><p>x</p>",
            "<p>y</p><p>a</p>",
            Ok("<p>y</p><p>a</p><p>x</p>"),
        ),
        ("empty base", "", "<p>a</p>", "<p>b</p>", Err(1)),
        ("delete against edit", "<p>a</p><p>b</p>", "<p>a</p>", "<p>a</p><p>B</p>", Err(1)),
        (
            "edits that overlap in a deleted block",
            "<p>a</p><p>b</p><p>c</p>",
            "<p>A</p><p>c</p>",
            "<p>a</p><p>C</p>",
            Err(1),
        ),
    ];
    for (name, base, local, remote, expected) in cases {
        let merge = merge_html(base, local, remote);
        assert_eq!(outcome(&merge), expected.map(str::to_owned), "{name}: {merge:?}");
    }
}

#[test]
fn a_conflict_keeps_all_three_texts_and_the_rest_goes_on() {
    let merge = merge_html("<p>a</p><p>b</p><p>c</p>", "<p>x</p><p>b</p><p>C</p>", "<p>y</p><p>b</p><p>c</p>");
    assert_eq!(merge.conflicts(), 1);
    assert_eq!(merge.with(Side::Local), "<p>x</p><p>b</p><p>C</p>");
    assert_eq!(merge.with(Side::Remote), "<p>y</p><p>b</p><p>C</p>");
}

#[test]
fn lines_conflict_whole() {
    assert_eq!(merge_lines("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n").clean().as_deref(), Some("A\nb\nC\n"));
    assert_eq!(merge_lines("a b c d e f g h i j\n", "A b c d e f g h i j\n", "a b c d e f g h i J\n").conflicts(), 1);
}

#[test]
fn a_no_break_space_is_no_word_between_two_edits() {
    for space in ["&nbsp;", "\u{a0}", " "] {
        let base = format!("<p>Upload your{space}dataset in a readable format today</p>");
        let merged = merge_html(&base, &base.replace("Upload", "Send"), &base.replace("format", "form"));
        assert!(merged.has_conflict(), "{merged:?}");
    }
}
