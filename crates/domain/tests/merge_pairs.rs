//! Pairs of edits of real pages and posts: those that do not overlap merge without a question and lose no word; those that
//! do are always shown to the person.
//!
//! `LECTERN_MERGE_PAIRS` asks for more pairs, `LECTERN_MERGE_SEED` for others.

// The helpers of a test are tests too, which clippy's own exception does not see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, unreachable_pub)]

mod seed;

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::html::{Document, NodeData, NodeId, Span, TokenKind, blocks};
use domain::merge::TextMerge;
use domain::merge::text::{merge_html, merge_markdown};
use seed::{Random, number};

fn texts(folder: &str, extension: &str) -> Vec<(String, String)> {
    let shared = std::env::var_os("LECTERN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let mut found = Vec::new();
    let mut folders = vec![shared.join("corpus").join(folder)];
    while let Some(folder) = folders.pop() {
        for path in
            std::fs::read_dir(&folder).into_iter().flatten().filter_map(|entry| entry.ok().map(|entry| entry.path()))
        {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("skipped: no corpus at {}", shared.display());
    }
    found
}

/// A text as a writer sees it: its lines (paragraphs, items, cells), each with its words, and its blocks.
struct Written {
    text: String,
    lines: Vec<Vec<Span>>,
    blocks: Vec<Span>,
    html: bool,
}

const INLINE: &str =
    "a abbr acronym b big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var";

impl Written {
    fn page(text: String) -> Self {
        let document = Document::parse(&text);
        let mut lines: BTreeMap<NodeId, Vec<Span>> = BTreeMap::new();
        for id in document.descendants(document.root()) {
            let NodeData::Text(_) = document.node(id).data else { continue };
            let mut line = document.node(id).parent.unwrap();
            while INLINE.split(' ').any(|name| name == document.html_name(line)) {
                line = document.node(line).parent.unwrap();
            }
            if !matches!(document.html_name(line), "script" | "style" | "pre" | "textarea" | "title" | "noscript") {
                lines.entry(line).or_default().extend(words(&text, document.node(id).span));
            }
        }
        let lines = lines.into_values().filter(|words| !words.is_empty()).collect();
        let blocks = blocks(&text);
        Self { lines, blocks, html: true, text }
    }

    fn post(text: String) -> Self {
        let blocks = domain::markdown::blocks(&text);
        let prose = |block: &&Span| !block.of(&text).trim_start().starts_with(['`', '~', '<', '|']);
        let lines =
            blocks.iter().filter(prose).map(|block| words(&text, *block)).filter(|words| !words.is_empty()).collect();
        Self { lines, blocks, html: false, text }
    }

    fn block_of(&self, at: usize) -> usize {
        self.blocks.partition_point(|block| block.end <= at)
    }
}

/// Plain words of letters, where nothing else touches them.
fn words(text: &str, span: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = span.start;
    for word in span.of(text).split_inclusive(|c: char| c.is_ascii_whitespace()) {
        let bare = word.trim_end();
        if bare.chars().count() > 2 && bare.chars().all(char::is_alphabetic) {
            found.push(Span::new(at, at + bare.len()));
        }
        at += word.len();
    }
    found
}

/// An edit by bytes.
#[derive(Clone, Debug)]
struct Edit {
    span: Span,
    text: String,
    /// Words that it adds and takes.
    adds: Vec<String>,
    takes: Vec<String>,
    /// Whether whole blocks come or go.
    whole: bool,
}

fn edit(of: &Written, random: &mut Random, line: usize, name: &str) -> Edit {
    let words = &of.lines[line];
    let word = *random.pick(words).unwrap();
    let old = word.of(&of.text).to_owned();
    let one = |span, text: String, adds: &[&str], takes: &[&str]| Edit {
        span,
        text,
        adds: adds.iter().map(|word| (*word).to_owned()).collect(),
        takes: takes.iter().map(|word| (*word).to_owned()).collect(),
        whole: false,
    };
    let block = of.blocks[of.block_of(word.start)];
    match random.below(7) {
        0 => one(word, name.to_owned(), &[name], &[&old]),
        1 => one(Span::new(word.end, word.end), format!(" {name}"), &[name], &[]),
        2 => one(Span::new(word.start, word.start), format!("{name} "), &[name], &[]),
        3 if of.html => one(word, format!("<strong>{old}</strong>"), &[], &[]),
        3 => one(word, format!("**{old}**"), &[], &[]),
        4 => one(word, String::new(), &[], &[&old]),
        5 => {
            let text = if of.html { format!("<p>{name} is new</p>\n") } else { format!("{name} is new\n\n") };
            Edit { whole: true, ..one(Span::new(block.start, block.start), text, &[name, "is", "new"], &[]) }
        }
        _ => one(Span::new(word.end, word.end), format!(", {name} and more,"), &[name], &[]),
    }
}

fn with(text: &str, edits: &[&Edit]) -> String {
    let mut order = edits.to_vec();
    order.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut out = text.to_owned();
    for edit in order {
        out.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    out
}

/// Tags that are open, closed twice, or not taken.
fn unbalanced(html: &str) -> usize {
    let document = Document::parse(html);
    let stray = document
        .tokens()
        .iter()
        .filter(|token| matches!(token.kind, TokenKind::Start(None) | TokenKind::End(None) | TokenKind::Ignored));
    let void = "area base br col embed hr img input link meta param source track wbr";
    let open = document.descendants(document.root()).into_iter().filter(|id| {
        *id != document.root()
            && document.element(*id).is_some_and(|element| {
                !matches!(element.name(), "tbody" | "colgroup")
                    && !void.split(' ').any(|name| name == element.name())
                    && (element.is_implied() || element.close.is_empty())
            })
    });
    stray.count() + open.count()
}

fn count(text: &str) -> BTreeMap<String, isize> {
    let mut count = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *count.entry(word.to_owned()).or_default() += 1;
    }
    count
}

#[derive(Default, Debug)]
struct Outcome {
    pairs: usize,
    merged: usize,
    as_both: usize,
    unbalanced: usize,
    lost: usize,
}

fn apart(texts: &[Written], merge: fn(&str, &str, &str) -> TextMerge, pairs: u64, random: &mut Random) -> Outcome {
    let mut outcome = Outcome::default();
    let usable: Vec<&Written> = texts.iter().filter(|text| text.lines.len() > 1).collect();
    while (outcome.pairs as u64) < pairs && !usable.is_empty() {
        let state = random.0;
        let base = *random.pick(&usable).unwrap();
        let (here, there) = (random.below(base.lines.len()), random.below(base.lines.len()));
        let (mine, theirs) = (edit(base, random, here, "Mine1"), edit(base, random, there, "Theirs1"));
        let blocks = [base.block_of(mine.span.start), base.block_of(theirs.span.start)];
        let near = if mine.whole || theirs.whole { blocks[0].abs_diff(blocks[1]) < 2 } else { here == there };
        if near {
            continue;
        }
        outcome.pairs += 1;
        let (local, remote) = (with(&base.text, &[&mine]), with(&base.text, &[&theirs]));
        let Some(clean) = merge(&base.text, &local, &remote).clean() else { continue };
        outcome.merged += 1;
        outcome.as_both += usize::from(clean == with(&base.text, &[&mine, &theirs]));
        let worst =
            [&base.text, &local, &remote].into_iter().map(|text| if base.html { unbalanced(text) } else { 0 }).max();
        if base.html && Some(unbalanced(&clean)) > worst {
            outcome.unbalanced += 1;
            println!("unbalanced: LECTERN_MERGE_SEED={state} {mine:?} {theirs:?}");
        }
        let (was, is) = (count(&base.text), count(&clean));
        let mut wanted = was;
        for edit in [&mine, &theirs] {
            edit.adds.iter().for_each(|word| *wanted.entry(word.clone()).or_default() += 1);
            edit.takes.iter().for_each(|word| *wanted.entry(word.clone()).or_default() -= 1);
        }
        if wanted.iter().any(|(word, times)| is.get(word).copied().unwrap_or(0) < *times) {
            outcome.lost += 1;
            println!("a word lost: LECTERN_MERGE_SEED={state} {mine:?} {theirs:?}");
        }
    }
    outcome
}

/// Two edits that cannot both stand as they are.
fn clash(of: &Written, random: &mut Random) -> Option<(Edit, Edit)> {
    let line = random.below(of.lines.len());
    let words = &of.lines[line];
    let at = random.below(words.len());
    let word = words[at];
    let plain = |span: Span, text: &str| Edit {
        span,
        text: text.to_owned(),
        adds: Vec::new(),
        takes: Vec::new(),
        whole: false,
    };
    let block = of.blocks[of.block_of(word.start)];
    // Nearer than six words within a sentence, two edits are likely to be about one thing; the next word of letters alone may
    // be further away than that.
    let near = words.get(at + 1).copied().filter(|next| {
        let between = &of.text[word.end..next.start];
        !between.contains(['.', '!', '?', '<', '\n']) && between.split_whitespace().count() < 6
    });
    Some(match random.below(5) {
        0 => (plain(word, "Mine1"), plain(word, "Theirs1")),
        1 => (plain(word, ""), plain(word, "Theirs1")),
        2 => (plain(Span::new(word.end, word.end), " Mine1"), plain(Span::new(word.end, word.end), " Theirs1")),
        // One takes the block away in which the other writes.
        3 if of.blocks.len() > 1 => (plain(block, ""), plain(word, "Theirs1")),
        _ => (plain(word, "Mine1"), plain(near?, "Theirs1")),
    })
}

fn together(
    texts: &[Written],
    merge: fn(&str, &str, &str) -> TextMerge,
    pairs: u64,
    random: &mut Random,
) -> (u64, u64) {
    let usable: Vec<&Written> = texts.iter().filter(|text| !text.lines.is_empty()).collect();
    let (mut made, mut reported) = (0, 0);
    while made < pairs && !usable.is_empty() {
        let state = random.0;
        let base = *random.pick(&usable).unwrap();
        let Some((mine, theirs)) = clash(base, random) else { continue };
        made += 1;
        let (local, remote) = (with(&base.text, &[&mine]), with(&base.text, &[&theirs]));
        let swapped = random.below(2) == 1;
        let merged = if swapped { merge(&base.text, &remote, &local) } else { merge(&base.text, &local, &remote) };
        if merged.has_conflict() {
            reported += 1;
        } else {
            println!("chosen silently: LECTERN_MERGE_SEED={state} {mine:?} {theirs:?}");
        }
    }
    (made, reported)
}

fn bars(name: &str, texts: &[Written], merge: fn(&str, &str, &str) -> TextMerge) {
    let (seed, pairs) = (number("LECTERN_MERGE_SEED", 1), number("LECTERN_MERGE_PAIRS", 300));
    println!("{name}: seed {seed}, {pairs} pairs of each sort from {} texts", texts.len());
    if texts.is_empty() {
        return;
    }
    let mut random = Random(seed);
    let outcome = apart(texts, merge, pairs, &mut random);
    println!("{name}: edits apart {outcome:?}");
    let (made, reported) = together(texts, merge, pairs, &mut random);
    println!("{name}: edits that clash {made}, reported {reported}");
    assert!(outcome.merged * 100 >= outcome.pairs * 99, "{outcome:?}");
    assert_eq!((outcome.unbalanced, outcome.lost), (0, 0), "{outcome:?}");
    assert_eq!(made, reported, "a clash was settled without a question");
}

#[test]
fn pages_merge_what_does_not_overlap_and_show_what_does() {
    let pages: Vec<Written> = texts("canvas", "html").into_iter().map(|(_, text)| Written::page(text)).collect();
    bars("pages", &pages, merge_html);
}

#[test]
fn posts_merge_what_does_not_overlap_and_show_what_does() {
    let posts: Vec<Written> = texts("discourse", "md").into_iter().map(|(_, text)| Written::post(text)).collect();
    bars("posts", &posts, merge_markdown);
}
