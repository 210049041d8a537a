use super::*;
use crate::Format;
use crate::accessibility::fixed;

/// The findings of `source`, each as its check and the source after its first fix, answered with "ANSWER".
fn mended(source: &str) -> Vec<(Check, String)> {
    findings(source).iter().map(|finding| (finding.check, finding.fixes[0].apply(source, "ANSWER"))).collect()
}

#[test]
fn each_fault_has_a_fix_that_changes_only_it() {
    use Check::*;
    let cases: [(&str, Check, &str); 26] = [
        ("a ![](upload://x.png) b", PictureWithoutText, "a ![ANSWER](upload://x.png) b"),
        ("![|690x388](upload://x.png)", PictureWithoutText, "![ANSWER|690x388](upload://x.png)"),
        ("![image|690x388, 50%](upload://x.png)", PictureWithoutText, "![ANSWER|690x388, 50%](upload://x.png)"),
        ("![IMG_1234|1x2](u)", PictureWithoutText, "![ANSWER|1x2](u)"),
        ("![the-bay.JPG](u \"t\")", PictureWithoutText, "![ANSWER](u \"t\")"),
        ("![][a]\n\n[a]: /x.png", PictureWithoutText, "![ANSWER][a]\n\n[a]: /x.png"),
        ("[![](a.png)](https://x.example)", PictureWithoutText, "[![ANSWER](a.png)](https://x.example)"),
        ("|a|b|\n|-|-|\n|![\\|1x2](u)|c|", PictureWithoutText, "|a|b|\n|-|-|\n|![ANSWER\\|1x2](u)|c|"),
        ("a <img src='x'> b", PictureWithoutText, "a <img src='x' alt=\"ANSWER\"> b"),
        ("b\n\n<div>\n<img src=x>\n</div>\n", PictureWithoutText, "b\n\n<div>\n<img src=x alt=\"ANSWER\">\n</div>\n"),
        ("## a\n\n#### b ####\n", HeadingJump, "## a\n\n### b ####\n"),
        ("  #### a\n##### b\n### c", HeadingJump, "  ## a\n### b\n### c"),
        ("a\n-\n> #### b", HeadingJump, "a\n-\n> ### b"),
        ("<h2>a</h2>\n\n#### b", HeadingJump, "<h2>a</h2>\n\n### b"),
        ("[https://x.example/a](https://x.example/a)", BareAddress, "[ANSWER](https://x.example/a)"),
        ("[**www.x.example**](http://x.example)", BareAddress, "[ANSWER](http://x.example)"),
        ("see <https://x.example/a_(b)>.", BareAddress, "see [ANSWER](<https://x.example/a_(b)>)."),
        ("see https://x.example/a_b, and", BareAddress, "see [ANSWER](https://x.example/a_b), and"),
        ("(see www.x.example/a?b=c&d)", BareAddress, "(see [ANSWER](http://www.x.example/a?b=c&d))"),
        ("on https://x.example/a_(b) it", BareAddress, "on [ANSWER](<https://x.example/a_(b)>) it"),
        ("- https://x.example\n", BareAddress, "- [ANSWER](https://x.example)\n"),
        ("> https://x.example\n", BareAddress, "> [ANSWER](https://x.example)\n"),
        ("**https://x.example** is", BareAddress, "**[ANSWER](https://x.example)** is"),
        ("| | |\n|--|--|\n| a | b |\n|c|d|\n", TableWithoutHeaders, "| a | b |\n|--|--|\n|c|d|\n"),
        ("|||\n|:-|-|\n|a|b|\n|c|d|", TableWithoutHeaders, "|a|b|\n|:-|-|\n|c|d|"),
        ("> | | |\r\n> |-|-|\r\n> |a|b|\r\n> |c|d|\r\n", TableWithoutHeaders, "> |a|b|\r\n> |-|-|\r\n> |c|d|\r\n"),
    ];
    for (source, check, expected) in cases {
        let got = mended(source);
        let first = got.iter().find(|(found, _)| *found == check).map(|(_, text)| text.as_str());
        assert_eq!(first, Some(expected), "{source}: {got:?}");
    }
}

#[test]
fn what_is_well_is_not_found() {
    let cases = [
        "",
        "# a\n\n## b\n\n### c\n\n## d\n\n### e",
        "Title\n===\n\n## b",
        "## a\n\n####\n\n### b",
        "![A map](u) ![the bay|690x388](u) ![talk|video](upload://x.mp4) ![|audio](upload://x.mp3)",
        "![photo.png]\n\n[photo.png]: /x.png",
        // Alone on its line it becomes a card with the title of what is there.
        "Look:\nhttps://x.example/a\n\nhttps://x.example/b",
        "[The site](https://x.example) [notes.pdf|attachment](upload://x.pdf) <ada@x.example>",
        "[url=https://x.example]The site[/url] [wrap=a url=\"https://x.example\"] [date=2026-01-01]",
        "`see https://x.example` and\n\n```\nhttp://x.example ![](u) [quote]\n```\n\n    #### https://x.example b",
        "<a href=\"https://x.example\">https://x.example</a> here",
        "[https://x.example ![a](b)](https://x.example)",
        "the http:// and https:// schemes, and www. too",
        "[quote=\"ada, post:1, topic:2\"]\n![](u) and http://x.example here\n\n#### a\n[/quote]\nmine",
        "|a|b|\n|-|-|\n|c|d|\n|e|f|",
        "| | |\n|-|-|\n|a|b|",
        "| |\n|-|\n|a|\n|b|",
    ];
    for source in cases {
        assert_eq!(findings(source), [], "{source}");
    }
}

#[test]
fn a_quote_that_is_never_ended_hides_nothing() {
    assert_eq!(findings("[quote=\"ada\"]\n![](u)").len(), 1);
    assert_eq!(findings("[/quote]\n![](u)").len(), 1);
    assert_eq!(findings("[quote]a[quote]b[/quote]\n![](u)\n[/quote]\n![](v)").len(), 1);
}

#[test]
fn a_finding_says_where_what_and_how() {
    let source = "One.\n\nRead https://www.x.example/a/course-reader.pdf?x today.\n\n![The bay.png](upload://a.png)\n";
    let found = findings(source);
    let said: Vec<_> = found
        .iter()
        .map(|f| (f.check, f.block, f.quote.as_str(), f.fixes[0].asks.as_ref().unwrap().suggestion.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Check::BareAddress, 1, "https://www.x.example/a/course-reader.pdf?x", "course reader (x.example)"),
            (Check::PictureWithoutText, 2, "The bay.png", "The bay"),
        ]
    );
    let one = |n: usize, answer| fixed(Format::Markdown, source, found[n].check, found[n].span, 0, answer).unwrap();
    assert!(one(0, "the *reader* [1]").contains("Read [the \\*reader\\* \\[1\\]](https://www.x.example/"));
    assert!(one(1, "a map | of\nthe [bay]").contains("![a map of the bay](upload://a.png)"));
    assert_eq!(fixed(Format::Markdown, source, Check::HeadingJump, found[0].span, 0, ""), None);
}

/// A post made of the faults and of what surrounds them, spelt as posts are.
fn post() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let part = prop_oneof![
        (1_usize..7, any::<bool>()).prop_map(|(n, quoted)| format!(
            "{}{} t{n}\n",
            if quoted { "> " } else { "" },
            "#".repeat(n)
        )),
        prop::sample::select(vec![
            "![](upload://a.png)",
            "![image|1x2](u) and ![b.png](u 'the b')\n",
            "<img src=x>",
            "<div><img src=x><h4>in markup</h4></div>\n\n",
            "see https://x.example/a_(b), or\n",
            "www.x.example/*a*",
            "<https://x.example> [http://x.example](http://x.example)\n",
            "\n\n| | |\n|-|-|\n| ![](u) | www.x.example |\n| c \\| d | e |\n\n",
            "> | | |\n> |-|-|\n> |a|b\n> |c|d\n",
            "- one\n  - https://x.example/é\n\n",
            "[quote=\"ada\"]\n",
            "\n[/quote]\n",
            "```\n",
            "`",
            "*stray **marks [a](b \\",
            "\r\n\r\n",
            "[^1]: www.x.example here\n",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest::proptest! {
    #[test]
    fn every_fix_settles_its_finding_and_makes_no_other(source in post()) {
        let found = findings(&source);
        for finding in &found {
            proptest::prop_assert!(!finding.fixes.is_empty());
            for fix in &finding.fixes {
                let after = fix.apply(&source, "An answer");
                let left = findings(&after);
                if finding.check == Check::HeadingJump {
                    // Raising a heading may show that the next one jumps as well.
                    let others = |found: &[Finding]| found.iter().filter(|f| f.check != Check::HeadingJump).count();
                    proptest::prop_assert_eq!(others(&left), others(&found));
                    proptest::prop_assert!(left.iter().all(|f| f.check != finding.check || f.span.start != finding.span.start));
                } else {
                    proptest::prop_assert_eq!(left.len() + 1, found.len(), "{:?}: {}", fix, after);
                }
            }
        }
    }
}
