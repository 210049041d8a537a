//! The canonical form against what a real Canvas stored and returned, where the recordings are present.

// The helpers of a test are tests too, which clippy's own exception does not see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::path::PathBuf;

use domain::canonical::canvas::{canonical, dropped, undecorate};

const ORIGIN: &str = "http://127.0.0.1:3022";

fn recording(path: &str) -> Option<serde_json::Value> {
    let shared = std::env::var_os("LECTERN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("recordings/canvas").join(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("skipped: {} is not here", path.display());
            None
        }
    }
}

#[test]
fn what_was_sent_equals_what_came_back() {
    let Some(recorded) = recording("sanitizer/page_body.json") else { return };
    let (mut equal, mut wrong) = (0, Vec::new());
    for case in recorded["cases"].as_array().unwrap() {
        let input = case["input"].as_str().unwrap();
        let output = case["output"].as_str().unwrap_or_default();
        if input.contains("... (300007 chars)") {
            continue;
        }
        let (sent, returned) = (canonical(input, ORIGIN), canonical(output, ORIGIN));
        assert_eq!(canonical(&sent, ORIGIN), sent, "idempotent: case {}", case["n"]);
        if sent == returned {
            equal += 1;
        } else {
            wrong.push(format!("case {}\n  sent     {sent:?}\n  returned {returned:?}", case["n"]));
        }
    }
    println!("{equal} recorded bodies are equal after canonicalising");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn links_come_back_as_they_were_sent() {
    let Some(recorded) = recording("links/summary.json") else { return };
    // Canvas takes a foreign link to a file id that exists here for its own and rewrites it: no client can foresee that.
    let foreign = "https://elsewhere.example/courses/13/files/10";
    let input = recorded["input"].as_str().unwrap().replace(foreign, "/courses/13/files/10");
    for key in ["get_1", "get_2_after_putting_get_1_back"] {
        assert_eq!(canonical(recorded[key].as_str().unwrap(), ORIGIN), canonical(&input, ORIGIN), "{key}");
    }
    let served = recorded["get_1"].as_str().unwrap();
    let bare = undecorate(served, ORIGIN);
    for mark in ["127.0.0.1", "verifier", "data-api", "loading"] {
        assert!(!bare.contains(mark), "{mark} is still in {bare}");
    }
    assert_eq!(undecorate(&bare, ORIGIN), bare);
}

/// What cannot be known from what Canvas returns: both bodies may be what it stored, and both come back alike (contract 6.3,
/// recorded in `links` and in `sanitizer`). They count as equal, so that neither is ever news.
const UNKNOWABLE: &[(&str, &str, &str)] = &[
    (
        "whether a frame of this site was lazy by its author or by Canvas",
        r#"<iframe src="/media_objects_iframe/m" loading="lazy"></iframe>"#,
        r#"<iframe src="/media_objects_iframe/m"></iframe>"#,
    ),
    (
        "whether a picture was stored with an access key, by an older client, or is given one on the way out",
        r#"<img src="/courses/13/files/10/preview?verifier=abc" alt="a">"#,
        r#"<img src="/courses/13/files/10/preview" alt="a">"#,
    ),
    (
        "whether a bare question mark was left behind where a parameter was removed",
        r#"<a href="/courses/13/files/10/download?">a</a>"#,
        r#"<a href="/courses/13/files/10/download">a</a>"#,
    ),
    (
        "whether a link to a file named its course",
        r#"<a href="/files/10/download">a</a>"#,
        r#"<a href="/courses/13/files/10/download">a</a>"#,
    ),
    (
        "whether notes for programs were stored, by a client that sent back what it read, or are made on the way out",
        r#"<a href="/courses/13/pages/a" data-api-endpoint="http://127.0.0.1:3022/api/v1/courses/13/pages/a" data-api-returntype="Page">a</a>"#,
        r#"<a href="/courses/13/pages/a">a</a>"#,
    ),
    (
        "whether a link was written with the site's own address",
        r#"<a href="http://127.0.0.1:3022/courses/13/assignments/20">a</a>"#,
        r#"<a href="/courses/13/assignments/20">a</a>"#,
    ),
    (
        "whether an embedded object was marked in an earlier round",
        r#"<embed src="https://x.example/f" class="instructure_user_content " data-uc_width="4px">"#,
        r#"<embed src="https://x.example/f">"#,
    ),
];

#[test]
fn what_cannot_be_known_counts_as_equal_and_is_named() {
    for (what, one, other) in UNKNOWABLE {
        assert_eq!(canonical(one, ORIGIN), canonical(other, ORIGIN), "{what}");
    }
    // The one change that looks like an edit and is none: a foreign link to a file number that exists here becomes a link
    // of this site, as if someone had written that. It is shown as what it is, a changed link.
    let (sent, served) =
        ("<a href=\"https://elsewhere.example/courses/13/files/10\">a</a>", "<a href=\"/courses/13/files/10\">a</a>");
    assert_ne!(canonical(sent, ORIGIN), canonical(served, ORIGIN));
}

#[test]
fn what_is_stored_equals_what_comes_back() {
    let mut pairs: Vec<(String, String, String)> = Vec::new();
    if let Some(recorded) = recording("corpus/bodies.json") {
        for case in recorded["cases"].as_array().unwrap() {
            let (Some(stored), Some(returned)) = (case["stored"].as_str(), case["returned"].as_str()) else { continue };
            pairs.push((format!("corpus {}", case["file"]), stored.into(), returned.into()));
        }
    }
    if let Some(recorded) = recording("sanitizer/page_body.json") {
        for case in recorded["cases"].as_array().unwrap() {
            let (Some(stored), Some(returned)) = (case["stored_in_db"].as_str(), case["output"].as_str()) else {
                continue;
            };
            pairs.push((format!("sanitizer {}", case["n"]), stored.into(), returned.into()));
        }
    }
    if let Some(recorded) = recording("links/summary.json") {
        let stored = recorded["stored_in_db_after"].as_str().unwrap().split_once('|').unwrap().1;
        pairs.push((
            "links".into(),
            stored.into(),
            recorded["get_2_after_putting_get_1_back"].as_str().unwrap().into(),
        ));
    }
    if pairs.is_empty() {
        return;
    }
    let unequal: Vec<String> = pairs
        .iter()
        .filter(|(_, stored, returned)| canonical(returned, ORIGIN) != canonical(stored, ORIGIN))
        .map(|(name, stored, returned)| {
            let (a, b) = (canonical(stored, ORIGIN), canonical(returned, ORIGIN));
            let at = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
            let show = |text: &str| text.chars().skip(at.saturating_sub(60)).take(160).collect::<String>();
            format!("{name}\n  stored   {:?}\n  returned {:?}", show(&a), show(&b))
        })
        .collect();
    let to_the_byte = pairs.iter().filter(|(_, stored, returned)| undecorate(returned, ORIGIN) == *stored).count();
    println!(
        "{} of {} stored bodies equal what came back, {to_the_byte} of them to the byte once undecorated",
        pairs.len() - unequal.len(),
        pairs.len()
    );
    assert!(unequal.is_empty(), "{}", unequal.join("\n"));
}

#[test]
fn a_space_beside_what_is_removed_is_seen() {
    let cases = [
        ("a<script>x</script> <b>y</b>", "a <b>y</b>"),
        ("<b>x</b> <script>y</script>z", "<b>x</b> z"),
        ("<p>one <!-- c --> two</p>", "<p>one two</p>"),
        ("<p>one<!-- c --> <i>two</i></p>", "<p>one <i>two</i></p>"),
        ("<p>a</p> <form><p>b</p></form> <p>c</p>", "<p>a</p><p>b</p><p>c</p>"),
        ("<i>a</i> <main><i>b</i></main> <i>c</i>", "<i>a</i> <i>b</i> <i>c</i>"),
        ("<pre>\n\n a<!-- c --></pre>", "<pre>\n\n a</pre>"),
    ];
    for (sent, stored) in cases {
        assert_eq!(canonical(sent, ORIGIN), canonical(stored, ORIGIN), "{sent}");
        assert_ne!(canonical("<b>x</b> y", ORIGIN), canonical("<b>x</b>y", ORIGIN));
    }
}

#[test]
fn real_bodies_come_back_as_they_were_sent() {
    let Some(recorded) = recording("corpus/bodies.json") else { return };
    let (mut equal, mut wrong) = (0, Vec::new());
    for case in recorded["cases"].as_array().unwrap() {
        let (sent, returned) = (case["sent"].as_str().unwrap(), case["returned"].as_str().unwrap_or_default());
        let (a, b) = (canonical(sent, ORIGIN), canonical(returned, ORIGIN));
        if a == b {
            equal += 1;
        } else {
            let at = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
            let show = |text: &str| text.chars().skip(at.saturating_sub(60)).take(160).collect::<String>();
            wrong.push(format!("{}\n  sent     {:?}\n  returned {:?}", case["file"], show(&a), show(&b)));
        }
    }
    println!("{equal} corpus bodies are equal after canonicalising");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_will_be_dropped_is_said_in_words() {
    let found = dropped(
        r#"<p style="opacity:.5;color:red" onclick="x()">a<script>b</script></p><!-- c --><a href="javascript:x">y</a><script></script>"#,
    );
    let found: Vec<_> = found.iter().map(|dropped| (dropped.what.as_str(), dropped.times)).collect();
    assert_eq!(
        found,
        [
            ("the style property opacity", 1),
            ("the event handler onclick", 1),
            ("a script", 2),
            ("a comment", 1),
            ("the address \"javascript:...\" of a", 1),
        ]
    );
    assert!(dropped(r#"<p class="x">fine</p><img src="/a" loading="lazy">"#).is_empty());
}
