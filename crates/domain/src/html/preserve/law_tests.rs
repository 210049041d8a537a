//! The laws of saving, over generated pages and edits.

use proptest::prelude::*;

use super::*;
use crate::html::blocks;
use crate::html::safe::{ImageSource, for_editing};

fn block() -> impl Strategy<Value = String> {
    let word =
        prop_oneof!["[a-d]{1,3}", Just("&nbsp;".to_owned()), Just("&amp;é".to_owned()), Just("x&lt;y".to_owned())];
    let inline = prop_oneof![
        4 => word.clone(),
        1 => word.clone().prop_map(|w| format!("<B>{w}</B>")),
        1 => word.clone().prop_map(|w| format!("<a HREF='/p/{w}' onclick=x>{w}</a>")),
        1 => Just("<img src=/f/1 alt=''>".to_owned()),
        1 => Just("<br/>".to_owned()),
        1 => Just("<!-- c -->".to_owned()),
        1 => Just("<iframe src=https://x.example/e></iframe>".to_owned()),
    ];
    let line = prop::collection::vec(inline, 1..6).prop_map(|parts| parts.join(" "));
    prop_oneof![
        4 => line.clone().prop_map(|l| format!("<p class=a>{l}</p>\n")),
        1 => line.clone().prop_map(|l| format!("<p>{l}")),
        2 => prop::collection::vec(line.clone(), 1..4).prop_map(|ls| format!("<ul>\n{}</ul>\n", ls.iter().map(|l| format!("<li>{l}\n")).collect::<String>())),
        2 => prop::collection::vec(line.clone(), 1..4).prop_map(|ls| format!("<table border=1><tr>{}</table>", ls.iter().map(|l| format!("<td>{l}</td>")).collect::<String>())),
        1 => line.clone().prop_map(|l| format!("<DIV style='color:red'><p>{l}</p></DIV>\r\n")),
        1 => Just("<script>s()</script>".to_owned()),
        // A script in the middle of a word has no place of its own once the word is retyped.
        1 => line.prop_map(|l| format!("{l}\n")),
    ]
}

fn page() -> impl Strategy<Value = String> {
    prop::collection::vec(block(), 0..7).prop_map(|blocks| blocks.concat())
}

/// Positions in a text where a letter may be typed: after a letter of text, outside tags.
fn places(html: &str) -> Vec<usize> {
    let document = Document::parse(html);
    pieces(&document)
        .iter()
        .filter(|piece| piece.kind == crate::html::pieces::PieceKind::Word)
        .filter(|piece| {
            // Inside a placeholder nothing can be typed.
            let inside = piece.parent.and_then(|id| document.element(id)).and_then(|element| element.attr("class"));
            inside != Some("lectern-embed")
        })
        .map(|piece| piece.span.end)
        .collect()
}

fn shape(html: &str) -> String {
    let document = Document::parse(html);
    let mut out = String::new();
    verify::outline(&document, document.root(), &|_| false, &mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn an_unedited_page_is_its_source(source in page()) {
        let loaded = for_editing(&source, &|_| ImageSource::Blocked);
        prop_assert_eq!(save(&source, &loaded, &loaded).html, source);
    }

    #[test]
    fn one_word_changes_one_block(source in page(), pick in any::<prop::sample::Index>()) {
        let loaded = for_editing(&source, &|_| ImageSource::Blocked);
        let places = places(&loaded);
        prop_assume!(!places.is_empty());
        let at = places[pick.index(places.len())];
        let now = format!("{}ZZZ{}", &loaded[..at], &loaded[at..]);
        let saved = save(&source, &loaded, &now);
        prop_assert_eq!(saved.how, How::Spliced);
        // Taking the word out again gives the source, byte for byte.
        prop_assert_eq!(saved.html.matches("ZZZ").count(), 1);
        prop_assert_eq!(saved.html.replacen("ZZZ", "", 1), source);
    }

    #[test]
    fn many_edits_end_as_the_editor_shows(source in page(), edits in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..5), 1..12)) {
        let loaded = for_editing(&source, &|_| ImageSource::Blocked);
        let mut now = loaded.clone();
        for (pick, kind) in edits {
            let spans: Vec<_> = blocks(&now);
            if spans.is_empty() { break; }
            let places = places(&now);
            let block = spans[pick.index(spans.len())];
            match kind {
                0 if !places.is_empty() => now.insert_str(places[pick.index(places.len())], "New"),
                1 => now.replace_range(block.start..block.end, ""),
                2 => now.insert_str(block.start, "<p>Fresh <b>one</b></p>"),
                3 => { let text = now[block.start..block.end].to_owned(); now.insert_str(block.start, &text); }
                _ => { let text = now[block.start..block.end].to_owned(); now.replace_range(block.start..block.end, ""); now.push_str(&text); }
            }
        }
        // What an editor gives is what a browser made of it.
        let now = for_editing(&crate::html::safe::restore(&now), &|_| ImageSource::Blocked);
        let saved = save(&source, &loaded, &now);
        let shown = for_editing(&saved.html, &|_| ImageSource::Blocked);
        if saved.how != How::Untouched {
            prop_assert_eq!(shape(&shown), shape(&now), "{:?}", saved);
        }
    }

    #[test]
    fn any_text_at_all_goes_in_and_comes_out(source in any::<String>(), cut in any::<prop::sample::Index>()) {
        // Half of an odd text, and markup around it that may be read together with it.
        let at = cut.index(source.len() + 1);
        let at = (0..=at).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0);
        for source in [source.clone(), format!("<p>{}<b>{}", &source[..at], &source[at..]), format!("<!--{source}"), format!("<a href={source}>x</a>")] {
            let loaded = for_editing(&source, &|_| ImageSource::Blocked);
            let same = save(&source, &loaded, &loaded);
            prop_assert_eq!(&same.html, &source);
            let saved = save(&source, &loaded, &format!("<p>Zq9</p>{loaded}"));
            prop_assert!(for_editing(&saved.html, &|_| ImageSource::Blocked).contains("<p>Zq9</p>"), "{:?}", saved);
            // All of the source is still there.
            if saved.how == How::Spliced {
                prop_assert_eq!(saved.html.replacen("<p>Zq9</p>", "", 1).len(), source.len());
            }
        }
    }

    #[test]
    fn any_three_texts_are_saved_without_a_panic(a in "[a-c<>/ p\n&;\"=é-]{0,30}", b in "[a-c<>/ p\n&;\"=é-]{0,30}", c in "[a-c<>/ p\n&;\"=é-]{0,30}") {
        let saved = save(&a, &b, &c);
        prop_assert!(b != c || saved.html == a);
    }
}
