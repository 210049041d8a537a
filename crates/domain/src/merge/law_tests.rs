//! The laws of merging, over generated texts.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::text::{merge_html, merge_lines, merge_markdown};
use super::{Hunk, Side, TextMerge, list, set, value};

type Merge = fn(&str, &str, &str) -> TextMerge;
const MERGES: [(&str, Merge); 3] = [("markdown", merge_markdown), ("html", merge_html), ("lines", merge_lines)];

/// An edit of a text made of blocks of words: which block, which word, what to do.
#[derive(Clone, Debug)]
enum Edit {
    Replace(usize, usize),
    Insert(usize, usize),
    Delete(usize, usize),
    NewBlock(usize),
    DropBlock(usize),
    Bold(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = 0_usize..12;
    prop_oneof![
        (at.clone(), at.clone()).prop_map(|(b, w)| Edit::Replace(b, w)),
        (at.clone(), at.clone()).prop_map(|(b, w)| Edit::Insert(b, w)),
        (at.clone(), at.clone()).prop_map(|(b, w)| Edit::Delete(b, w)),
        at.clone().prop_map(Edit::NewBlock),
        at.clone().prop_map(Edit::DropBlock),
        (at.clone(), at).prop_map(|(b, w)| Edit::Bold(b, w)),
    ]
}

fn text() -> impl Strategy<Value = Vec<Vec<String>>> {
    let word = prop_oneof![4 => "[a-e]{1,2}", 1 => "[a-e]\\."];
    prop::collection::vec(prop::collection::vec(word, 1..14), 0..7)
}

fn apply(blocks: &[Vec<String>], edits: &[Edit], side: &str) -> Vec<Vec<String>> {
    let mut out = blocks.to_vec();
    for (n, edit) in edits.iter().enumerate() {
        let fresh = format!("{side}{n}");
        let len = out.len();
        match *edit {
            Edit::NewBlock(at) => out.insert(at % (len + 1), vec![fresh]),
            _ if len == 0 => {}
            Edit::DropBlock(at) => drop(out.remove(at % len)),
            Edit::Replace(b, w) => {
                let block = &mut out[b % len];
                let w = w % block.len().max(1);
                if let Some(word) = block.get_mut(w) {
                    *word = fresh;
                }
            }
            Edit::Insert(b, w) => {
                let block = &mut out[b % len];
                block.insert(w % (block.len() + 1), fresh);
            }
            Edit::Delete(b, w) => {
                let block = &mut out[b % len];
                if block.len() > 1 {
                    block.remove(w % block.len());
                }
            }
            Edit::Bold(b, w) => {
                let block = &mut out[b % len];
                let w = w % block.len().max(1);
                if let Some(word) = block.get_mut(w) {
                    *word = format!("<b>{word}</b>");
                }
            }
        }
    }
    out
}

fn write(blocks: &[Vec<String>], format: &str) -> String {
    let join = |words: &Vec<String>| words.join(" ");
    match format {
        "html" => blocks
            .iter()
            .enumerate()
            .map(|(i, words)| match i % 3 {
                0 => format!("<p>{}</p>\n", join(words)),
                1 => format!("<ul>{}</ul>", words.iter().map(|word| format!("<li>{word}</li>")).collect::<String>()),
                _ => format!("<div class=\"c\"><p>{}</p></div>\n", join(words)),
            })
            .collect(),
        "lines" => blocks.iter().map(|words| join(words) + "\n").collect(),
        _ => blocks.iter().map(join).collect::<Vec<_>>().join("\n\n"),
    }
}

fn words(text: &str) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *count.entry(word.to_owned()).or_default() += 1;
    }
    count
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn text_laws(base in text(), ours in prop::collection::vec(edit(), 0..4), theirs in prop::collection::vec(edit(), 0..4)) {
        for (format, merge) in MERGES {
            let (b, l, r) = (
                write(&base, format),
                write(&apply(&base, &ours, "L"), format),
                write(&apply(&base, &theirs, "R"), format),
            );
            // A side equal to the base yields; sides that agree agree.
            let clean = |b: &str, l: &str, r: &str| merge(b, l, r).clean();
            prop_assert_eq!(clean(&b, &l, &b), Some(l.clone()));
            prop_assert_eq!(clean(&b, &b, &r), Some(r.clone()));
            prop_assert_eq!(clean(&b, &l, &l), Some(l.clone()));
            let merged = merge(&b, &l, &r);
            // Symmetric up to labels.
            prop_assert_eq!(merged.clone().mirrored(), merge(&b, &r, &l), "{}", format);
            // Nothing that a side wrote vanishes: it is in the text or in a conflict.
            let everything = merged.hunks.iter().map(|hunk| match hunk {
                Hunk::Same { text } | Hunk::Local { text } | Hunk::Remote { text } | Hunk::Both { text } => text.clone(),
                Hunk::Conflict { local, remote, .. } => format!(" {local} {remote} "),
            }).collect::<String>();
            let (in_base, found) = (words(&b), words(&everything));
            for side in [&l, &r] {
                for (word, count) in words(side) {
                    if !in_base.contains_key(&word) {
                        prop_assert!(found.get(&word).copied().unwrap_or(0) >= count, "{} lost in {:?}", word, merged);
                    }
                }
            }
            for word in found.keys() {
                prop_assert!(words(&l).contains_key(word) || words(&r).contains_key(word), "{} revived", word);
            }
            if let Some(text) = merged.clean() {
                // Idempotent, and merging the result with either side again changes nothing.
                prop_assert_eq!(clean(&b, &text, &text), Some(text.clone()));
                prop_assert_eq!(clean(&r, &text, &r), Some(text.clone()));
                if format == "html" {
                    let (opened, closed) = (text.matches("<b>").count(), text.matches("</b>").count());
                    prop_assert_eq!(opened, closed);
                }
            }
            // With no conflict on one side, resolving gives text that holds that side's words.
            prop_assert!(words(&merged.with(Side::Local)).keys().all(|word| found.contains_key(word)));
        }
    }

    #[test]
    fn any_text_merges_without_a_panic(b in "[a-c<>/ p\n&;\"=.é-]{0,30}", l in "[a-c<>/ p\n&;\"=.é-]{0,30}", r in "[a-c<>/ p\n&;\"=.é-]{0,30}") {
        for (_, merge) in MERGES {
            let merged = merge(&b, &l, &r);
            prop_assert_eq!(merged.mirrored(), merge(&b, &r, &l));
        }
    }

    #[test]
    fn set_laws(b in prop::collection::btree_set(0_u8..8, 0..8), l in prop::collection::btree_set(0_u8..8, 0..8), r in prop::collection::btree_set(0_u8..8, 0..8)) {
        prop_assert_eq!(&set::merge(&b, &l, &b), &l);
        prop_assert_eq!(&set::merge(&b, &l, &l), &l);
        let merged = set::merge(&b, &l, &r);
        prop_assert_eq!(&merged, &set::merge(&b, &r, &l));
        prop_assert_eq!(&set::merge(&b, &merged, &merged), &merged);
        for item in 0..8_u8 {
            let wanted = if b.contains(&item) { l.contains(&item) && r.contains(&item) } else { l.contains(&item) || r.contains(&item) };
            prop_assert_eq!(merged.contains(&item), wanted);
        }
    }

    #[test]
    fn list_laws(b in Just((0_u8..8).collect::<Vec<_>>()).prop_shuffle(), l in Just((2_u8..10).collect::<Vec<_>>()).prop_shuffle(), r in Just((1_u8..9).collect::<Vec<_>>()).prop_shuffle(), cut in 0_usize..8) {
        let b = b[..cut].to_vec();
        let settled = |list: &Vec<u8>| list::Merged::Settled(list.clone());
        prop_assert_eq!(list::merge(&b, &l, &b), settled(&l));
        prop_assert_eq!(list::merge(&b, &l, &l), settled(&l));
        let set = |items: &[u8]| items.iter().copied().collect::<BTreeSet<_>>();
        let members = set::merge(&set(&b), &set(&l), &set(&r));
        match (list::merge(&b, &l, &r), list::merge(&b, &r, &l)) {
            (list::Merged::Settled(one), list::Merged::Settled(other)) => {
                prop_assert_eq!(&one, &other);
                prop_assert_eq!(set(&one), members);
                prop_assert_eq!(one.len(), set(&one).len());
            }
            (list::Merged::Conflict { local, remote }, list::Merged::Conflict { local: l2, remote: r2 }) => {
                prop_assert_eq!((&local, &remote), (&r2, &l2));
                prop_assert_eq!(&set(&local), &members);
                prop_assert_eq!(set(&remote), members);
            }
            (one, other) => prop_assert!(false, "{:?} {:?}", one, other),
        }
    }

    #[test]
    fn moves_of_different_items_both_happen(len in 4_usize..9, from in 0_usize..9, to in 0_usize..9, gone in 0_usize..9, at in 0_usize..9) {
        // One side moves an item, the other takes one away and puts one in.
        let base: Vec<u8> = (0..u8::try_from(len).unwrap()).collect();
        let mut local = base.clone();
        let item = local.remove(from % len);
        local.insert(to % len, item);
        let mut remote = base.clone();
        remote.remove(gone % len);
        remote.insert(at % len, 100);
        let list::Merged::Settled(merged) = list::merge(&base, &local, &remote) else { panic!("a conflict") };
        prop_assert!(merged.contains(&100) && !merged.contains(&base[gone % len]));
        let kept: Vec<u8> = merged.iter().copied().filter(|item| *item != 100).collect();
        let wanted: Vec<u8> = local.iter().copied().filter(|item| *item != base[gone % len]).collect();
        prop_assert_eq!(kept, wanted);
    }

    #[test]
    fn value_laws(b in 0_u8..3, l in 0_u8..3, r in 0_u8..3) {
        prop_assert_eq!(value::merge(&b, &l, &b), value::Merged::Settled(l));
        prop_assert_eq!(value::merge(&b, &l, &l), value::Merged::Settled(l));
        prop_assert_eq!(value::merge(&b, &l, &r).settled(), value::merge(&b, &r, &l).settled());
    }
}

#[test]
fn list_cases() {
    let cases: [(&str, &str, &str, &str, Option<&str>); 11] = [
        ("both insert", "abc", "abxc", "yabc", Some("yabxc")),
        ("insert and remove", "abc", "axbc", "ac", Some("axc")),
        ("move and insert", "abcd", "dabc", "abcxd", Some("dabcx")),
        ("the same move", "abc", "cab", "cab", Some("cab")),
        ("two moves that contradict", "abc", "bac", "acb", None),
        ("inserts at one place, in a fixed order", "a", "ax", "ab", Some("abx")),
        ("remove and move", "abc", "bc", "cba", Some("cb")),
        ("two moves of different items", "abcdef", "fabcde", "bcadef", Some("fbcade")),
        ("a move over an insertion", "abcd", "bcda", "abxcd", Some("bxcda")),
        ("moves, an insertion and a removal", "abcdef", "dabcfx", "abcefd", None),
        ("a move, an insertion and a removal", "abcdef", "dabcfx", "yacdef", Some("ydacfx")),
    ];
    for (name, b, l, r, expected) in cases {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let got = match list::merge(&chars(b), &chars(l), &chars(r)) {
            list::Merged::Settled(list) => Some(list.into_iter().collect::<String>()),
            list::Merged::Conflict { .. } => None,
        };
        assert_eq!(got.as_deref(), expected, "{name}");
    }
}
