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
    let cases: [(&str, Check, &str); 14] = [
        ("<p>a <IMG SRC=/f/1 /> b</p>", PictureWithoutText, "<p>a <IMG SRC=/f/1 alt=\"ANSWER\" /> b</p>"),
        ("<img src=x alt='photo_12.JPG'>", PictureWithoutText, "<img src=x alt=\"ANSWER\">"),
        ("<h2>a</h2><H4 class=x>b</H4><p>t</p>", HeadingJump, "<h2>a</h2><H3 class=x>b</H3><p>t</p>"),
        ("<h4>a</h4><h5>b</h5><h4>c</h4>", HeadingJump, "<h2>a</h2><h3>b</h3><h4>c</h4>"),
        ("<p style='color: #aaa;width:1px'>x</p>", LowContrast, "<p style='color: #757575;width:1px'>x</p>"),
        ("<p><font color=yellow>x</font></p>", LowContrast, "<p><font color=\"#7a7a00\">x</font></p>"),
        (
            "<div style=\"background-color:#004\">dark on dark</div>",
            LowContrast,
            "<div style=\"background-color:#004; color: #727c82;\">dark on dark</div>",
        ),
        ("<p style=color:#ccc>x</p>", LowContrast, "<p style=\"color:#767676\">x</p>"),
        (
            "<a href=https://x.example/a>https://x.example/<b>a</b></a>",
            BareAddress,
            "<a href=https://x.example/a>ANSWER</a>",
        ),
        (
            "<p><a href='http://x.example'>www.x.example</a></p>",
            BareAddress,
            "<p><a href='http://x.example'>ANSWER</a></p>",
        ),
        (
            "<table><tr><td>a<td>b<tr><td>1<td>2</table>",
            TableWithoutHeaders,
            "<table><tr><th scope=\"col\">a<th scope=\"col\">b<tr><td>1<td>2</table>",
        ),
        (
            "<TABLE border=1><tbody><tr><td class=q>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></tbody></TABLE>",
            TableWithoutHeaders,
            "<TABLE border=1><tbody><tr><th class=q scope=\"col\">a</th><th scope=\"col\">b</th></tr><tr><td>1</td><td>2</td></tr></tbody></TABLE>",
        ),
        ("<h2>a</h2><h4>b</h3>", HeadingJump, "<h2>a</h2><h3>b</h3>"),
        ("<h6>a &amp; b</h6>", HeadingJump, "<h2>a &amp; b</h2>"),
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
        "<h2>a</h2><h3>b</h3><h4>c</h4><h2>d</h2><h3>e</h3>",
        "<h1>a</h1><h2>b</h2>",
        "<h2>a</h2><h4></h4><h3>b</h3>",
        "<img src=a alt=''><img src=a alt='A map'><img src=a role=presentation><img src=a aria-label=x>",
        "<p style='color:#333'>a</p><h2 style='color:#888'>large</h2><p style='background:url(x);color:#eee'>b</p>",
        "<div style='background:#000'><p style='color:#fff'>white on black</p></div>",
        "<div style='color:#bbb'><a href=/x>a link has a colour of its own</a></div>",
        "<p style='color:rgba(0,0,0,.9)'>a</p><p style='color:#aaa'> </p><p style='color:#ccc;display:none'>x</p>",
        "<a href=https://x.example>The site</a> <a name=https>https://x.example</a> https://x.example",
        "<a href=https://x.example>https://x.example<img src=a alt=x></a>",
        "<table><tr><th>a<th>b<tr><td>1<td>2</table>",
        "<table role=presentation><tr><td>a<td>b<tr><td>1<td>2</table><table><tr><td>1<td>2</table>",
        "<table><tr><td><table><tr><th>x</th></tr></table></td></tr></table>",
        "<script>document.write('<img src=x>')</script><template><img src=x></template>",
    ];
    for source in cases {
        assert_eq!(findings(source), [], "{source}");
    }
}

#[test]
fn a_finding_says_where_what_and_how() {
    let source = "<h2>Week</h2>\n<p>Read <a href=\"https://www.x.example/a/course-reader.pdf?x\">https://www.x.example/a/course-reader.pdf</a></p>\n<img src=\"/courses/1/files/2/preview\" title=\"The bay.png\">";
    let found = findings(source);
    let said: Vec<_> = found
        .iter()
        .map(|f| (f.check, f.block, f.quote.as_str(), f.fixes[0].asks.as_ref().unwrap().suggestion.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Check::BareAddress, 1, "https://www.x.example/a/course-reader.pdf", "course reader (x.example)"),
            (Check::PictureWithoutText, 2, "/courses/1/files/2/preview", "The bay"),
        ]
    );
    let decoration = fixed(Format::Html, source, found[1].check, found[1].span, 1, "").unwrap();
    assert!(decoration.ends_with("title=\"The bay.png\" alt=\"\" role=\"presentation\">"), "{decoration}");
    assert_eq!(fixed(Format::Html, source, Check::HeadingJump, found[1].span, 0, ""), None);
    assert_eq!(
        found[0].fixes[0].apply(source, "a < b & \"c\""),
        source.replacen(">https://www.x.example/a/course-reader.pdf<", ">a &lt; b &amp; \"c\"<", 1)
    );
}

/// A page made of the faults and of what surrounds them, spelt as pages are.
fn page() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let part = prop_oneof![
        (1_usize..7, any::<bool>()).prop_map(|(n, upper)| if upper {
            format!("<H{n} id=a>T{n}</H{n}>\n")
        } else {
            format!("<h{n}>t{n}</h{n}>")
        }),
        prop::sample::select(vec![
            "<p><img src=/f/1></p>",
            "<img src='a' alt=\"b.png\"/>",
            "<img role=img src=x>",
            "<p style='color:#ddd'>pale <b>x</b></p>\r\n",
            "<div style=\"background: black\"><p>dark</p><p style=color:#222>more</p></div>",
            "<FONT COLOR='#eee'>f</FONT>",
            "<p>see <a href=https://x.example/a>https://x.example/a</a>",
            "<a href=www.x.example><em>www.</em>x.example</a>",
            "<table border=1><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
            "<table><tr><td scope=row>a<td>b<tr><td><table><tr><td>1<td>2<tr><td>3<td>4</table><td>d</table>",
            "<ul><li><span style='color:yellow;'>y</span></ul>",
            "stray &amp; text",
            "<!-- c -->",
            "</div>",
            "<b>x<p>y</b>z</p>",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest::proptest! {
    #[test]
    fn every_fix_settles_its_finding_and_makes_no_other(source in page()) {
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
