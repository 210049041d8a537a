//! The laws of the source-preserving save, over real and hard pages and every kind of edit that a person makes.
//!
//! `LECTERN_EDIT_SEED` repeats one run, `LECTERN_EDITS` asks for more edits of each kind on each page.

// The helpers of a test are tests too, which clippy's own exception does not see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, unreachable_pub)]

mod editor;
mod seed;

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::html::preserve::{How, save};
use domain::html::safe::{ImageSource, for_editing};
use domain::html::{Document, TokenKind, blocks, plain_text};
use editor::edits::{EDITS, Touched};
use editor::{Dom, Random, shape};
use seed::number;

const HARD: &str = include_str!("hard_pages.html");

/// Pages of our own, each hard in its own way, and the real ones where they are present.
fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = HARD
        .split("<!-- page: ")
        .skip(1)
        .map(|page| {
            let (name, body) = page.split_once(" -->\n").unwrap();
            (name.to_owned(), body.replace("\\r", "\r").trim_end_matches('\n').to_owned())
        })
        .collect();
    assert!(pages.len() >= 20);
    let shared = std::env::var_os("LECTERN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let mut folders = vec![shared.join("corpus/canvas")];
    let ours = pages.len();
    while let Some(folder) = folders.pop() {
        for path in
            std::fs::read_dir(&folder).into_iter().flatten().filter_map(|entry| entry.ok().map(|entry| entry.path()))
        {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html") {
                pages.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    if pages.len() == ours {
        println!("only pages of our own: no corpus at {}", shared.display());
    }
    pages.sort();
    pages
}

fn images(src: &str) -> ImageSource {
    if src.starts_with('/') {
        ImageSource::Local(format!("attach://localhost/{}", src.len()))
    } else {
        ImageSource::Blocked
    }
}

/// What a browser gives back just after it loaded `source`.
fn loaded(source: &str) -> Dom {
    Dom::parse(&for_editing(source, &images))
}

/// What a browser shows of `html`, as it would be loaded.
fn shown(html: &str) -> String {
    shape(&for_editing(html, &|_| ImageSource::Blocked))
}

/// What a reader reads in the bytes of `source` that `saved` does not keep, tags cut nowhere; and whether they are in one
/// block of the source: what misnested tags and text out of a table make one is not told apart.
fn read_in_change(source: &str, saved: &str) -> (String, bool) {
    let prefix = source.bytes().zip(saved.bytes()).take_while(|(a, b)| a == b).count();
    let room = source.len().min(saved.len()) - prefix;
    let suffix = source.bytes().rev().zip(saved.bytes().rev()).take_while(|(a, b)| a == b).count().min(room);
    let (mut from, mut to) = (prefix, source.len() - suffix);
    for token in Document::parse(source).tokens() {
        let (start, end) = (token.span.start, token.span.end);
        if token.kind != TokenKind::Text {
            from = if start < from && from < end { start } else { from };
            to = if start < to && to < end { end } else { to };
        }
    }
    while !source.is_char_boundary(from) {
        from -= 1;
    }
    while !source.is_char_boundary(to) {
        to += 1;
    }
    let one = blocks(source).iter().any(|block| block.start <= from && to <= block.end);
    (letters(&plain_text(&source[from..to.max(from)])), one)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn an_unedited_page_is_its_source() {
    for (name, source) in pages() {
        let tree = loaded(&source);
        let html = tree.inner();
        let saved = save(&source, &html, &html);
        assert_eq!((saved.html.as_str(), saved.how), (source.as_str(), How::Untouched), "{name}");
        // An edit that was undone, in an editor that writes the same tree otherwise.
        let spelt = for_editing(&source, &images);
        let saved = save(&source, &html, &spelt);
        assert_eq!(saved.html, source, "spelt otherwise: {name}");
    }
}

/// What is wrong with the save of one edit.
fn fault(source: &str, before: &Dom, now: &Dom, touched: &Touched) -> (How, Option<String>) {
    let (was, is) = (before.inner(), now.inner());
    // A tree that no markup makes (a link in a link, a block in a paragraph) is another one once it is read again.
    let is = Dom::parse(&is).inner();
    let saved = save(source, &was, &is);
    if was == is {
        return (saved.how, (saved.html != source).then(|| "nothing was edited".to_owned()));
    }
    let (ours, theirs) = (shown(&saved.html), shown(&domain::html::safe::restore(&is)));
    if ours != theirs {
        let at = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
        let near = |text: &str| {
            String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(60)..(at + 80).min(text.len())]).into_owned()
        };
        return (saved.how, Some(format!("another tree:\n    saved  {}\n    editor {}", near(&ours), near(&theirs))));
    }
    let (changed, one_block) = read_in_change(source, &saved.html);
    let edited: String =
        before.children()[touched.clone()].iter().map(|block| Dom::element("x", vec![block.clone()]).inner()).collect();
    let within = letters(&plain_text(&domain::html::safe::restore(&edited)));
    let fault = (!one_block && !within.contains(&changed))
        .then(|| format!("more than the edited blocks changed: {changed:?} is not in {within:?}"));
    (saved.how, fault)
}

#[test]
fn one_edit_is_local_and_means_what_the_editor_shows() {
    let seed = number("LECTERN_EDIT_SEED", 1);
    let rounds = number("LECTERN_EDITS", 1);
    println!("seed {seed}, {rounds} edits of each kind on each page");
    let mut random = Random(seed);
    let mut kinds: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut faults: Vec<String> = Vec::new();
    for (name, source) in pages() {
        let before = loaded(&source);
        for (kind, edit) in EDITS {
            for _ in 0..rounds {
                let state = random.0;
                let mut now = before.clone();
                let Some(touched) = edit(&mut now, &mut random) else { continue };
                let (how, fault) = fault(&source, &before, &now, &touched);
                let count = kinds.entry(kind).or_default();
                count[match how {
                    How::Untouched | How::Spliced => 0,
                    How::ByBlock => 1,
                    How::Rewritten => 2,
                }] += 1;
                // Where a table moves of which a text stands beside it, the bytes of both move.
                let inseparable = name == "text fostered out of a table" && *kind == "move a block";
                if let Some(fault) = fault.filter(|_| !inseparable) {
                    count[3] += 1;
                    faults.push(format!("{kind} on {name}, LECTERN_EDIT_SEED={state} ({how:?}): {fault}"));
                }
            }
        }
    }
    println!("{:<30} {:>8} {:>8} {:>9} {:>7}", "edit", "spliced", "by block", "rewritten", "faults");
    for (kind, [spliced, by_block, rewritten, faults]) in &kinds {
        println!("{kind:<30} {spliced:>8} {by_block:>8} {rewritten:>9} {faults:>7}");
    }
    assert!(
        faults.is_empty(),
        "{} faults, of which\n{}",
        faults.len(),
        faults.iter().take(12).cloned().collect::<Vec<_>>().join("\n")
    );
}

/// An editor that puts every loose line at the top of a page into a paragraph of its own, as Jodit does.
fn wrapped(mut tree: Dom) -> Dom {
    let inline = |node: &Dom| match node {
        Dom::Text(_) => true,
        Dom::Element { name, .. } => {
            ["a", "b", "i", "em", "strong", "span", "font", "br", "u", "s", "img", "small"].contains(&name.as_str())
        }
    };
    let mut out: Vec<Dom> = Vec::new();
    let mut open = false;
    for child in std::mem::take(tree.children_mut()) {
        let blank = matches!(&child, Dom::Text(text) if text.trim().is_empty());
        match out.last_mut().filter(|_| open) {
            Some(last) if inline(&child) => last.children_mut().push(child),
            _ if inline(&child) && !blank => {
                out.push(Dom::element("p", vec![child]));
                open = true;
            }
            _ => {
                out.push(child);
                open = false;
            }
        }
    }
    *tree.children_mut() = out;
    tree
}

#[test]
fn what_an_editor_adds_on_loading_is_no_edit() {
    let seed = number("LECTERN_EDIT_SEED", 1);
    println!("seed {seed}");
    let mut random = Random(seed);
    let mut hows: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, source) in pages() {
        let before = wrapped(loaded(&source));
        let was = before.inner();
        assert_eq!(save(&source, &was, &was).html, source, "{name}");
        for (kind, edit) in EDITS {
            let state = random.0;
            let mut now = before.clone();
            if edit(&mut now, &mut random).is_none() {
                continue;
            }
            let is = Dom::parse(&now.inner()).inner();
            let saved = save(&source, &was, &is);
            // Loaded again, the editor shows what it showed.
            let again = |html: &str| shape(&wrapped(Dom::parse(&for_editing(html, &|_| ImageSource::Blocked))).inner());
            let context = format!("{kind} on {name}, LECTERN_EDIT_SEED={state} {:?}", saved.how);
            assert_eq!(again(&saved.html), again(&domain::html::safe::restore(&is)), "{context}");
            *hows.entry(if saved.how == How::Rewritten { "rewritten" } else { "kept" }).or_default() += 1;
        }
    }
    println!("{hows:?}");
}

#[test]
fn fifty_edits_in_one_save_mean_what_the_editor_shows() {
    let seed = number("LECTERN_EDIT_SEED", 1);
    println!("seed {seed}");
    let mut random = Random(seed ^ 0x50);
    for (name, source) in pages() {
        let before = loaded(&source);
        let mut now = before.clone();
        let state = random.0;
        let mut made = 0;
        for _ in 0..200 {
            let (_, edit) = random.pick(EDITS).unwrap();
            made += usize::from(edit(&mut now, &mut random).is_some());
            if made == 50 || now.children().len() > 400 {
                break;
            }
        }
        let is = Dom::parse(&now.inner()).inner();
        let saved = save(&source, &before.inner(), &is);
        assert_eq!(
            shown(&saved.html),
            shown(&domain::html::safe::restore(&is)),
            "{made} edits on {name}, LECTERN_EDIT_SEED={state} {:?}",
            saved.how
        );
    }
}

#[test]
fn a_megabyte_opens_and_saves_in_time() {
    // Not a benchmark: a guard against a cost that grows with the square of the page, in whatever build this is.
    let pages = pages();
    // What a page leaves open would hold all that follows: of the pages of our own, only those that end what they begin.
    let whole = |name: &str| {
        ["plain", "equations", "divisions", "details and figures", "styled words"].contains(&name)
            || name.contains("corpus")
    };
    let bodies = pages.iter().filter(|(name, _)| whole(name)).cycle();
    let body: String = bodies
        .map(|(_, body)| body.as_str())
        .take_while({
            let mut len = 0;
            move |body| {
                len += body.len();
                len < 1_100_000
            }
        })
        .collect();
    let end = (1_000_000..).find(|at| body.is_char_boundary(*at)).unwrap();
    let body = &body[..end.min(body.len())];
    let began = std::time::Instant::now();
    let shown = for_editing(body, &images);
    let opened = began.elapsed();
    let at = shown.len() / 2 + shown[shown.len() / 2..].find("</p>").unwrap();
    let now = format!("{} typed{}", &shown[..at], &shown[at..]);
    let began = std::time::Instant::now();
    let saved = save(body, &shown, &now);
    println!(
        "{} KB opened in {opened:?}, saved after one word in {:?} ({:?})",
        body.len() / 1000,
        began.elapsed(),
        saved.how
    );
    assert_eq!(saved.html.replacen(" typed", "", 1), body);
    assert!(began.elapsed().as_secs() < 30);
}
