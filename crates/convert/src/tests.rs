//! Conversions by example, and the real texts of the corpus where they are at hand.

use std::path::{Path, PathBuf};

use domain::Format;

use crate::{Border, Pairing};

fn page() -> Border {
    Border { home: Format::Html, home_origin: "https://school.test".into(), far_origin: "https://forum.test".into() }
}

fn post() -> Border {
    Border {
        home: Format::Markdown,
        home_origin: "https://forum.test".into(),
        far_origin: "https://school.test".into(),
    }
}

#[test]
fn a_page_in_markdown() {
    for (html, markdown) in [
        ("<p>One <strong>two</strong> <em>three</em></p>", "One **two** *three*"),
        ("<h2>Week 1</h2><p>Read.</p>", "## Week 1\n\nRead."),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ("<p>a<br>b</p>", "a  \nb"),
        ("<p><a href=\"/courses/1/pages/x\">x</a></p>", "[x](https://school.test/courses/1/pages/x)"),
        (
            "<p><img src=\"/courses/1/files/5/preview\" alt=\"A shell\" width=\"10\" height=\"20\"></p>",
            "![A shell|10x20](https://school.test/courses/1/files/5/preview)",
        ),
        ("<p><img class=\"equation_image\" data-equation-content=\"x_1^2\" src=\"/equation_images/x\"></p>", "$x_1^2$"),
        ("<p>H<sub>2</sub>O and <u>this</u></p>", "H<sub>2</sub>O and <u>this</u>"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "<table><tr><td>1</td><td>2</td></tr></table>"),
        ("<p>Ask @anna, not me@b.example</p>", "Ask @<!-- -->anna, not me@b.example"),
        ("<div class=\"a\"><p>x</p><p>y</p></div>", "x\n\ny"),
        ("<ul><li>a</li></ul><p>&nbsp;</p><ul><li>b</li></ul>", "- a\n\n<!-- -->\n\n- b"),
        ("<ol><li>a</li></ol><ul><li>b</li></ul>", "1. a\n\n- b"),
        ("<script>alert(1)</script><p>x</p>", "x"),
        ("<p>1 * 2 * 3 # [x]</p>", "1 \\* 2 \\* 3 # \\[x\\]"),
        (
            "<p>See <iframe src=\"https://www.video.test/e/1\"></iframe></p>",
            "See \u{27e6}Kept in Canvas: embedded page from www.video.test\u{27e7}",
        ),
        (
            "<p><iframe title=\"Quiz\" src=\"/courses/1/external_tools/retrieve?url=x\"></iframe></p>",
            "\u{27e6}Kept in Canvas: external tool \u{201c}Quiz\u{201d}\u{27e7}",
        ),
    ] {
        assert_eq!(page().pair(html).far(), markdown, "{html}");
    }
}

#[test]
fn a_post_in_html() {
    for (markdown, html) in [
        ("One **two** _three_", "<p>One <strong>two</strong> <em>three</em></p>\n"),
        ("a\nb", "<p>a<br />\nb</p>\n"),
        (
            "![x|10x20](upload://ab.png)",
            "<p><img src=\"https://forum.test/uploads/short-url/ab.png\" alt=\"x\" width=\"10\" height=\"20\" /></p>\n",
        ),
        ("[poll name=p]\n* a\n\n* b\n[/poll]", "<p>\u{27e6}Kept on the forum: poll \u{201c}p\u{201d}\u{27e7}</p>\n"),
        (
            "[quote=\"anna, post:1, topic:2\"]\nx\n[/quote]\n\nyes",
            "<p>\u{27e6}Kept on the forum: quote of anna\u{27e7}</p>\n<p>yes</p>\n",
        ),
        ("see [one]\n\n[one]: https://a.test/1", "<p>see <a href=\"https://a.test/1\">one</a></p>\n"),
        ("It costs $5 and $6", "<p>It costs $5 and $6</p>\n"),
        ("```\n[poll]\n```", "<pre><code>[poll]\n</code></pre>\n"),
    ] {
        assert_eq!(post().pair(markdown).far(), html, "{markdown}");
    }
}

#[test]
fn what_is_kept_is_listed_by_name() {
    let pairing = page().pair("<p><iframe src=\"https://video.test/1\"></iframe></p><p>x</p><form><input></form>");
    let names: Vec<&str> = pairing.kept().map(crate::Kept::words).collect();
    assert_eq!(names, ["embedded page from video.test", "form"]);
}

#[test]
fn an_edit_beside_a_frame_keeps_the_frame_and_what_the_other_side_cannot_see() {
    let home = "<p class=\"lead\" style=\"color:red\">See <iframe src=\"https://v.test/1\"></iframe> before <span style=\"x\">Monday</span>.</p>\n<p>Other</p>";
    let border = page();
    let pairing = border.pair(home);
    let far = pairing.far().replace("Monday", "Tuesday");
    let after = border.from_far(&pairing, &far).home();
    assert!(after.contains("<iframe src=\"https://v.test/1\"></iframe>"), "{after}");
    assert!(after.contains("class=\"lead\" style=\"color:red\"") && after.contains("Tuesday"), "{after}");
    assert!(!after.contains("Monday") && !after.contains('\u{27e6}') && after.ends_with("<p>Other</p>"), "{after}");
}

#[test]
fn a_marker_taken_out_there_leaves_its_source_at_home() {
    let home = "<p>a</p><p>See <iframe src=\"https://v.test/1\"></iframe> now</p><p>b</p>";
    let border = page();
    let pairing = border.pair(home);
    let after = border.from_far(&pairing, "a\n\nSee now\n\nb");
    assert!(after.home().contains("<iframe src=\"https://v.test/1\"></iframe>"), "{}", after.home());
    assert_eq!(after.far(), "a\n\nSee now\n\nb");
    assert_eq!(border.from_home(&after, &after.home()).far(), after.far(), "and the marker does not come back");
}

#[test]
fn passages_put_in_and_taken_out_there_arrive_at_home() {
    let border = page();
    let pairing = border.pair("<div class=\"w\"><p>one</p><p>two</p></div><p>three</p>");
    for (far, home) in [
        ("one\n\ntwo\n\nnew\n\nthree", "<div class=\"w\"><p>one</p><p>two</p><p>new</p>\n</div><p>three</p>"),
        ("new\n\none\n\ntwo\n\nthree", "<div class=\"w\"><p>new</p>\n<p>one</p><p>two</p></div><p>three</p>"),
        ("two\n\nthree", "<div class=\"w\"><p>two</p></div><p>three</p>"),
        ("", "<div class=\"w\"></div>"),
        ("three\n\none\n\ntwo", "<div class=\"w\"><p>three</p>\n<p>one</p><p>two</p></div>"),
    ] {
        assert_eq!(border.from_far(&pairing, far).home(), home, "{far}");
    }
}

#[test]
fn two_lists_stay_two_where_only_an_empty_passage_holds_them_apart() {
    let home = "<ul><li>a</li></ul>\n<p>&nbsp;</p>\n<ul><li>b</li></ul>";
    let pairing = page().pair(home);
    assert_eq!(pairing.far(), "- a\n\n<!-- -->\n\n- b");
    let back = page().from_far(&Pairing::default(), &pairing.far());
    assert_eq!(back.home(), "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>\n");
    // What stood between them is taken out at home: they are held apart there, too.
    let three = page().pair("<ul><li>a</li></ul><p>x</p><ul><li>b</li></ul>");
    assert_eq!(page().from_home(&three, "<ul><li>a</li></ul><ul><li>b</li></ul>").far(), pairing.far());
    // Whoever takes the mark out there makes one list there, and changes nothing at home.
    let one = page().from_far(&pairing, "- a\n\n- b");
    assert_eq!(one.home(), home);
    assert_eq!(page().from_home(&one, home).far(), "- a\n\n- b");
    // The mark itself says nothing on a page.
    let post = post();
    assert_eq!(post.pair("* a\n\n<!-- -->\n\n* b").far(), "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>\n");
    let from_page = post.from_far(&Pairing::default(), "<ul><li>a</li></ul><ul><li>b</li></ul>");
    assert_eq!(from_page.home(), "- a\n\n<!-- -->\n\n- b\n\n");
}

#[test]
fn markdown_at_home_keeps_its_own_way_of_writing() {
    let border = post();
    let home = "Title\n=====\n* __a__ b c\n* d\n\n[poll]\n* x\n[/poll]\n\nlast";
    let pairing = border.pair(home);
    let far = pairing.far().replace("b c", "b e");
    // The line that was changed is written anew; the others keep their marks.
    assert_eq!(border.from_far(&pairing, &far).home(), home.replace("* __a__ b c", "- **a** b e"));
    let far = pairing.far().replace("<p>last</p>", "<p>last</p><p>more</p>");
    assert_eq!(border.from_far(&pairing, &far).home().trim_end(), format!("{home}\n\nmore"));
}

/// Real texts: `shared/corpus` beside the project, or where `LECTERN_SHARED` says.
fn corpus(kind: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let root = std::env::var_os("LECTERN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
        .join("corpus");
    let mut folders = vec![root.join(kind)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension)
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                found.push((path, text));
            }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("skipped: no corpus of {kind}");
    }
    found
}

/// Where a word may be put into a passage without touching its marks.
fn first_word(text: &str, format: Format) -> Option<usize> {
    if format == Format::Html {
        let document = domain::html::Document::parse(text);
        let words = document.tokens().iter().filter(|token| token.kind == domain::html::TokenKind::Text);
        let place =
            words.map(|token| token.span).find(|span| span.of(text).trim_start().starts_with(char::is_alphabetic))?;
        return Some(place.start + (place.len() - place.of(text).trim_start().len()));
    }
    let plain = !text.starts_with(['<', '`', '!', '[', '|', '$']);
    text.find(char::is_alphabetic).filter(|_| plain)
}

/// How far real texts hold to the laws. Every one has to keep its bytes. Converting twice by itself, which a pairing never does, changes
/// what the converters write in another way: marks of lists, blank lines, widths of columns.
fn measure(border: &Border, texts: &[(PathBuf, String)], least_stable: usize) {
    let (mut stable, mut edits, mut in_place) = (0, 0, 0);
    for (path, text) in texts {
        let pairing = border.pair(text);
        assert_eq!(&pairing.home(), text, "{}", path.display());
        let far = pairing.far();
        assert_eq!(&border.from_far(&pairing, &far).home(), text, "{}", path.display());
        assert_eq!(border.from_home(&pairing, text).far(), far, "{}", path.display());
        assert_eq!(&border.echoed(&pairing, far.trim()).home(), text, "{}", path.display());
        let back = border.from_far(&Pairing::default(), &far).home();
        let again = border.pair(&back).far();
        stable += usize::from(again == far);
        if again != far && std::env::var_os("LECTERN_SHOW").is_some() {
            let (a, b) = far.lines().zip(again.lines()).find(|(a, b)| a != b).unwrap_or_default();
            println!("{}\n  once  {a:?}\n  twice {b:?}", path.display());
        }
        for at in 0..pairing.parts.len() {
            let part = &pairing.parts[at];
            let Some(place) = first_word(&part.far, border.far()).filter(|_| part.kept.is_empty()) else { continue };
            let mut edited = pairing.clone();
            edited.parts[at].far.insert_str(place, "Zebra ");
            let far = edited.far();
            let after = border.from_far(&pairing, &far);
            assert_eq!(after.far(), far, "{}", path.display());
            edits += 1;
            let others = |pairing: &Pairing, but: usize| {
                let parts = pairing.parts.iter().enumerate().filter(|(at, _)| *at != but);
                parts.map(|(_, part)| part.home.trim_end().to_owned()).collect::<Vec<_>>()
            };
            let alone = after.parts.len() == pairing.parts.len() && others(&after, at) == others(&pairing, at);
            let arrived = after.home().contains("Zebra");
            in_place += usize::from(alone && arrived);
            if !(alone && arrived) && std::env::var_os("LECTERN_SHOW").is_some() {
                println!("{}: alone {alone}, arrived {arrived}: {:?}", path.display(), part.far);
            }
        }
    }
    println!(
        "{} texts: {stable} the same when converted twice; {in_place} of {edits} edits in their place",
        texts.len()
    );
    if !texts.is_empty() {
        assert!(stable * 100 >= texts.len() * least_stable, "{stable} of {}", texts.len());
        assert!(in_place * 100 >= edits * 97, "{in_place} of {edits}");
    }
}

#[test]
fn real_pages_keep_their_bytes_and_take_edits_in_their_place() {
    measure(&page(), &corpus("canvas", "html"), 55);
}

#[test]
fn real_posts_keep_their_bytes_and_take_edits_in_their_place() {
    measure(&post(), &corpus("discourse", "md").into_iter().step_by(6).collect::<Vec<_>>(), 45);
}
