//! What holds for every text: untouched passages keep their bytes, an echo changes nothing, what is kept stays.

use domain::Format;
use proptest::prelude::*;

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

fn word() -> impl Strategy<Value = String> {
    "[a-z]{1,7}"
}

fn line() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            6 => word(),
            1 => word().prop_map(|w| format!("<strong>{w}</strong>")),
            1 => word().prop_map(|w| format!("<em style=\"color:red\">{w}</em>")),
            1 => word().prop_map(|w| format!("<a href=\"/courses/1/pages/{w}\">{w}</a>")),
            1 => word().prop_map(|w| format!("<span class=\"x\">{w}</span>")),
            1 => Just("5 * 3 = 15".to_owned()),
            1 => Just("snake_case_word".to_owned()),
            1 => Just("H<sub>2</sub>O".to_owned()),
            1 => Just("a &lt;b&gt; &amp; c".to_owned()),
            1 => Just("<code>x = 1</code>".to_owned()),
        ],
        1..6,
    )
    .prop_map(|words| words.join(" "))
}

/// A block of a page.
fn html_block() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => line().prop_map(|l| format!("<p>{l}</p>\n")),
        1 => line().prop_map(|l| format!("<p style=\"text-align: center;\" class=\"lead\">{l}</p>")),
        1 => line().prop_map(|l| format!("<h3>{l}</h3>\n")),
        1 => (line(), line()).prop_map(|(a, b)| format!("<ul>\n<li>{a}</li>\n<li>{b}</li>\n</ul>\n")),
        1 => (line(), line()).prop_map(|(a, b)| format!("<ol><li>{a}</li><li>{b}</li></ol>")),
        1 => word().prop_map(|w| format!("<p><iframe src=\"https://video.test/{w}\" title=\"{w}\"></iframe></p>\n")),
        1 => (line(), word()).prop_map(|(l, w)| format!("<p>{l} <iframe src=\"https://video.test/{w}\"></iframe> after</p>\n")),
        1 => (word(), word()).prop_map(|(a, b)| format!("<table><tbody><tr><td>{a}</td><td>{b}</td></tr></tbody></table>\n")),
        1 => (word(), word()).prop_map(|(a, b)| format!("<table><thead><tr><th>{a}</th></tr></thead><tbody><tr><td>{b}</td></tr></tbody></table>")),
        1 => Just("<hr>\n".to_owned()),
        1 => Just("<p>&nbsp;</p>\n".to_owned()),
        1 => word().prop_map(|w| format!("<blockquote><p>{w}</p></blockquote>")),
        1 => word().prop_map(|w| format!("<pre><code>fn {w}() {{\n\n  1\n}}\n</code></pre>\n")),
    ]
}

fn html() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(html_block(), 1..8)
}

/// A block of a post.
fn markdown_block() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => proptest::collection::vec(word(), 1..8).prop_map(|words| words.join(" ")),
        1 => word().prop_map(|w| format!("## {w}")),
        1 => (word(), word()).prop_map(|(a, b)| format!("* {a}\n* __{b}__")),
        1 => (word(), word()).prop_map(|(a, b)| format!("1. {a}\n\n2. {b}")),
        1 => word().prop_map(|w| format!("[poll name={w}]\n* yes\n\n* no\n[/poll]")),
        1 => word().prop_map(|w| format!("[quote=\"{w}, post:1, topic:2\"]\nsaid\n\n[/quote]")),
        1 => word().prop_map(|w| format!("```\n{w}\n\n{w}\n```")),
        1 => word().prop_map(|w| format!("![{w}|10x20](upload://{w}.png)")),
        1 => word().prop_map(|w| format!("> {w}\n> {w}")),
    ]
}

fn markdown() -> impl Strategy<Value = String> {
    proptest::collection::vec(markdown_block(), 1..8).prop_map(|blocks| blocks.join("\n\n"))
}

/// Parts that stand for something on both sides, and of which a word may be changed on the other.
fn editable(pairing: &Pairing) -> Vec<usize> {
    let plain = |far: &str| {
        let bare = far.trim();
        !bare.is_empty() && bare.ends_with(|c: char| c.is_alphanumeric())
            || bare.ends_with("</p>") && !bare.contains('\u{27e6}')
    };
    (0..pairing.parts.len()).filter(|at| plain(&pairing.parts[*at].far)).collect()
}

fn with_word(far: &str, word: &str) -> String {
    let bare = far.trim_end();
    let tail = &far[bare.len()..];
    match bare.strip_suffix("</p>") {
        Some(start) => format!("{start} {word}</p>{tail}"),
        None => format!("{bare} {word}{tail}"),
    }
}

/// One passage edited there, and what it has to leave alone at home.
fn one_edit_stays_in_its_place(border: &Border, home: &str, pick: usize) -> Result<(), TestCaseError> {
    let pairing = border.pair(home);
    prop_assert_eq!(pairing.home(), home);
    let places = editable(&pairing);
    prop_assume!(!places.is_empty());
    let at = places[pick % places.len()];
    let mut edited = pairing.clone();
    edited.parts[at].far = with_word(&edited.parts[at].far, "zebra");
    let far = edited.far();
    let after = border.from_far(&pairing, &far);
    prop_assert_eq!(&after.far(), &far);
    let home_after = after.home();
    let before: String = pairing.parts[..at].iter().map(|part| part.home.as_str()).collect();
    let behind: String = pairing.parts[at + 1..].iter().map(|part| part.home.as_str()).collect();
    prop_assert!(home_after.starts_with(&before), "before: {home_after:?} from {far:?}");
    prop_assert!(home_after.trim_end().ends_with(behind.trim_end()), "behind: {home_after:?} from {far:?}");
    prop_assert_eq!(home_after.matches("zebra").count(), 1, "{}", home_after);
    // Sent out again, it says what the other site has already.
    let again = border.from_home(&after, &home_after);
    prop_assert_eq!(again.far(), far);
    Ok(())
}

proptest! {
    #[test]
    fn an_edit_of_a_topic_touches_its_passage_of_the_page_alone(blocks in html(), pick in 0usize..50) {
        one_edit_stays_in_its_place(&page(), &blocks.concat(), pick)?;
    }

    #[test]
    fn an_edit_in_a_wrapped_page_touches_its_passage_alone(blocks in html(), pick in 0usize..50) {
        let home = format!("<div class=\"frame\">\n<div>{}</div>\n</div><p>tail</p>", blocks.concat());
        one_edit_stays_in_its_place(&page(), &home, pick)?;
    }

    #[test]
    fn an_edit_of_a_page_touches_its_passage_of_the_topic_alone(home in markdown(), pick in 0usize..50) {
        one_edit_stays_in_its_place(&post(), &home, pick)?;
    }

    #[test]
    fn an_echo_is_no_change(blocks in html(), text in markdown()) {
        for (border, home) in [(page(), blocks.concat()), (post(), text)] {
            let pairing = border.pair(&home);
            prop_assert_eq!(&border.from_far(&pairing, &pairing.far()).home(), &home);
            prop_assert_eq!(border.from_home(&pairing, &home).far(), pairing.far());
            let far = pairing.far();
            for changed in [far.trim_end().to_owned(), far.replace('\n', "\r\n"), far.replace("<br />", "<br>"), format!("{far}\n")] {
                let echoed = border.echoed(&pairing, &changed);
                prop_assert_eq!(&echoed.home(), &home);
                prop_assert_eq!(&echoed.far(), &changed);
                let again = border.from_home(&echoed, &home).far();
                prop_assert_eq!(again.trim_end(), changed.trim_end());
            }
        }
    }

    #[test]
    fn converting_there_and_back_and_there_says_the_same(blocks in html(), text in markdown()) {
        for (border, home) in [(page(), blocks.concat()), (post(), text)] {
            let far = border.pair(&home).far();
            let back: String = border.from_far(&Pairing::default(), &far).home();
            prop_assert_eq!(border.pair(&back).far(), far, "by way of {}", back);
        }
    }

    #[test]
    fn what_only_a_marker_stands_for_is_never_taken_out(blocks in html(), text in markdown(), keep in proptest::collection::vec(any::<bool>(), 20)) {
        for (border, home) in [(page(), blocks.concat()), (post(), text)] {
            let pairing = border.pair(&home);
            let far: String = pairing.parts.iter().zip(keep.iter().cycle()).filter(|(_, keep)| **keep).map(|(part, _)| part.far.as_str()).collect();
            let after = border.from_far(&pairing, &far).home();
            for kept in pairing.kept() {
                prop_assert!(after.contains(kept.source.trim()), "{} is gone from {after}", kept.source);
            }
        }
    }

    #[test]
    fn an_edit_at_home_changes_its_passage_there_alone(blocks in html(), pick in 0usize..50) {
        let border = page();
        let pairing = border.pair(&blocks.concat());
        let at = pick % blocks.len();
        let mut edited = blocks;
        edited[at] = "<p>quite another passage</p>\n".to_owned();
        let after = border.from_home(&pairing, &edited.concat());
        prop_assert_eq!(after.home(), edited.concat());
        let far = after.far();
        prop_assert_eq!(far.matches("quite another passage").count(), 1, "{}", far);
        for (place, part) in pairing.parts.iter().enumerate() {
            let is_it = pairing.parts.len() == edited.len() && place == at;
            if !is_it && pairing.parts.len() == edited.len() {
                prop_assert!(far.contains(part.far.trim()), "{far} lacks {}", part.far);
            }
        }
    }
}
