//! Hostile pages and posts: whatever goes in, what comes out has nothing that acts, loads or covers. The same lines are
//! opened in the real window by the end-to-end tests.

// The helpers of a test are tests too, which clippy's own exception does not see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use domain::html::safe::{ImageSource, Profile, for_display, for_editing, restore};
use domain::html::{Document, Namespace};

const PAYLOADS: &str = include_str!("../../../tests/hostile/payloads.html");

fn images(src: &str) -> ImageSource {
    if src == "x" { ImageSource::Local("attach://localhost/ok".into()) } else { ImageSource::Blocked }
}

/// What is wrong with `html`, which is about to be put into a frame.
fn faults(html: &str, editing: bool) -> Vec<String> {
    let document = Document::parse(html);
    let mut faults = Vec::new();
    let forbidden = "script style link meta base iframe frame frameset object embed applet form input button select textarea \
        svg template noscript noembed noframes xmp plaintext title video audio source track map area canvas portal \
        annotation-xml annotation mglyph maction param keygen isindex";
    for id in document.descendants(document.root()) {
        let Some(element) = document.element(id) else {
            if matches!(document.node(id).data, domain::html::NodeData::Comment(_)) {
                faults.push("a comment".to_owned());
            }
            continue;
        };
        if id == document.root() {
            continue;
        }
        let name = element.name();
        if forbidden.split_ascii_whitespace().any(|word| word == name) || element.namespace == Namespace::Svg {
            faults.push(format!("the element {name}"));
        }
        if element.is_implied() && !matches!(name, "tbody" | "tr" | "colgroup" | "p") {
            faults.push(format!("{name} is not where it was written"));
        }
        for attr in &element.attrs {
            let (attribute, value) = (attr.name.as_str(), attr.value.to_ascii_lowercase());
            let squeezed: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            if attribute.starts_with("on") {
                faults.push(format!("the handler {attribute}"));
            }
            if matches!(
                attribute,
                "srcset"
                    | "srcdoc"
                    | "poster"
                    | "background"
                    | "action"
                    | "formaction"
                    | "ping"
                    | "target"
                    | "xlink:href"
                    | "autofocus"
                    | "lowsrc"
                    | "dynsrc"
                    | "usemap"
                    | "cite"
                    | "longdesc"
                    | "is"
                    | "popover"
            ) && !(editing && attribute == "target")
            {
                faults.push(format!("the attribute {attribute}"));
            }
            if attribute == "src" && attr.value != "attach://localhost/ok" {
                faults.push(format!("src={}", attr.value));
            }
            if attribute == "href" {
                let relative = !squeezed.split(['/', '?', '#']).next().unwrap_or_default().contains(':');
                let known =
                    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| squeezed.starts_with(scheme));
                if !relative && !known {
                    faults.push(format!("href={}", attr.value));
                }
            }
            if attribute == "style" {
                for word in ["url", "expression", "image-set", "@", "\\", "/*", "fixed", "behavior", "binding", "var("]
                {
                    if value.contains(word) {
                        faults.push(format!("style={}", attr.value));
                    }
                }
            }
        }
    }
    faults
}

#[test]
fn nothing_shown_acts_loads_or_covers() {
    let payloads: Vec<&str> = PAYLOADS.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(payloads.len() >= 150, "{}", payloads.len());
    let whole = PAYLOADS.to_owned();
    for payload in payloads.iter().copied().chain([whole.as_str()]) {
        // A payload may count on what surrounds it.
        for surrounded in [
            payload.to_owned(),
            format!("<p>before {payload} after</p>"),
            format!("<table><tr><td>{payload}"),
            format!("<ul><li><a href=\"#\">{payload}"),
            format!("<math><mtext>{payload}"),
            format!("<svg><desc>{payload}"),
            format!("<select>{payload}"),
        ] {
            for profile in [Profile::Canvas, Profile::Discourse] {
                let shown = for_display(&surrounded, profile, &images);
                assert_eq!(faults(&shown, false), Vec::<String>::new(), "{surrounded}\n  became {shown}");
                let again = for_display(&shown, profile, &|src| ImageSource::Local(src.to_owned()));
                assert_eq!(faults(&again, false), Vec::<String>::new(), "{shown}\n  became {again}");
            }
            let edited = for_editing(&surrounded, &images);
            assert_eq!(faults(&edited, true), Vec::<String>::new(), "{surrounded}\n  became {edited}");
            let _ = restore(&edited);
        }
    }
    println!("{} payloads, each in 7 surroundings", payloads.len());
}

#[test]
fn nothing_remote_is_referenced() {
    for payload in PAYLOADS.lines() {
        let shown = for_display(payload, Profile::Canvas, &|_| ImageSource::Blocked);
        let document = Document::parse(&shown);
        for id in document.descendants(document.root()) {
            for attr in document.element(id).map(|element| element.attrs.as_slice()).unwrap_or_default() {
                assert!(
                    !attr.value.contains("evil.example")
                        || matches!(attr.name.as_str(), "href" | "title" | "id")
                        || attr.name.starts_with("data-"),
                    "{} in {shown}",
                    attr.name
                );
            }
        }
    }
}

#[test]
fn honest_markup_is_shown_as_it_is() {
    let cases = [
        "<h2>Title</h2><p class=\"x\">A <strong>bold</strong> <a href=\"https://x.example/\">link</a>.</p>",
        "<table border=\"1\"><tbody><tr><td colspan=\"2\" style=\"text-align: center\">x</td></tr></tbody></table>",
        "<ol start=\"3\"><li>a</li><li>b</li></ol><pre>\n\n  code &lt;b&gt;</pre>",
        "<math display=\"block\"><mrow><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow></math>",
        "<details open=\"\"><summary>More</summary><p>x&nbsp;y</p></details>",
        "<p style=\"color: red; font-weight: bold\">x</p>",
    ];
    for html in cases {
        assert_eq!(for_display(html, Profile::Canvas, &images), html);
    }
    assert_eq!(
        for_display(
            "<p><iframe src=\"https://video.example/e/1\" title=\"Talk\"></iframe></p>",
            Profile::Canvas,
            &images
        ),
        "<p><span class=\"lectern-embed\" data-src=\"https://video.example/e/1\">Talk https://video.example/e/1</span></p>"
    );
}
