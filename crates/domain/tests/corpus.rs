//! Real course pages and forum posts, where they are present: opening, saving and merging leave alone what was not edited.

// The helpers of a test are tests too, which clippy's own exception does not see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::canonical::canvas::{canonical, undecorate};
use domain::html::preserve::{How, save};
use domain::html::safe::{ImageSource, Profile, for_display, for_editing};
use domain::html::{Document, TokenKind, blocks};
use domain::merge::text::{merge_html, merge_markdown};

const ORIGIN: &str = "https://canvas.example";

fn texts(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let shared = std::env::var_os("LECTERN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let mut found = Vec::new();
    let mut folders = vec![shared.join("corpus").join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("skipped: no corpus at {}", shared.display());
    }
    found
}

fn images(src: &str) -> ImageSource {
    if src.starts_with('/') {
        ImageSource::Local(format!("attach://localhost/{}", src.len()))
    } else {
        ImageSource::Blocked
    }
}

/// Ends of words of text, a few of them spread over the page.
fn places(html: &str) -> Vec<usize> {
    let document = Document::parse(html);
    let mut ends = Vec::new();
    for token in document.tokens() {
        if token.kind == TokenKind::Text {
            let text = document.slice(token.span);
            let end = text.trim_end().len();
            if end > 0 && !text[..end].ends_with(';') {
                ends.push(token.span.start + end);
            }
        }
    }
    let step = (ends.len() / 8).max(1);
    ends.into_iter().step_by(step).collect()
}

#[test]
fn canvas_bodies_survive_opening_saving_and_merging() {
    let bodies = texts("canvas", "html");
    let (mut edits, mut spent, mut slowest) = (0, Duration::ZERO, Duration::ZERO);
    for (path, body) in &bodies {
        let name = path.display();
        let bare = undecorate(body, ORIGIN);
        assert_eq!(undecorate(&bare, ORIGIN), bare, "undecorating again: {name}");
        let form = canonical(body, ORIGIN);
        assert_eq!(canonical(&form, ORIGIN), form, "canonical again: {name}");
        let tiles = blocks(body);
        assert_eq!(tiles.iter().map(|tile| tile.of(body)).collect::<String>(), *body, "blocks tile: {name}");
        assert_eq!(merge_html(body, body, body).clean().as_deref(), Some(body.as_str()), "{name}");
        let _ = for_display(body, Profile::Canvas, &images);

        let loaded = for_editing(body, &images);
        let unedited = save(body, &loaded, &loaded);
        assert_eq!((unedited.html.as_str(), unedited.how), (body.as_str(), How::Untouched), "{name}");
        for at in places(&loaded) {
            let now = format!("{}Zqx9Zq{}", &loaded[..at], &loaded[at..]);
            let began = Instant::now();
            let saved = save(body, &loaded, &now);
            let took = began.elapsed();
            spent += took;
            slowest = slowest.max(took);
            if loaded[..at].rfind("data-lectern-embed").is_some_and(|embed| !loaded[embed..at].contains("</span>")) {
                continue;
            }
            assert_eq!(saved.how, How::Spliced, "{name} at {at}");
            assert_eq!(saved.html.replacen("Zqx9Zq", "", 1), *body, "one word changes only itself: {name} at {at}");
            edits += 1;
        }
    }
    println!(
        "{} Canvas bodies; {edits} single-word edits, each local to the byte; {:?} a save, slowest {slowest:?}",
        bodies.len(),
        spent.checked_div(edits).unwrap_or_default(),
    );
}

#[test]
fn edits_of_different_blocks_merge() {
    let bodies = texts("canvas", "html");
    let mut merged = 0;
    for (path, body) in &bodies {
        let tiles: Vec<_> = blocks(body).into_iter().filter(|tile| tile.of(body).contains("</p>")).collect();
        let (Some(first), Some(last)) = (tiles.first(), tiles.last()) else { continue };
        if tiles.len() < 2 {
            continue;
        }
        let edited = |at: usize, word: &str| format!("{}{word}{}", &body[..at], &body[at..]);
        let end = |tile: &domain::html::Span| tile.start + tile.of(body).rfind("</p>").unwrap();
        let (local, remote) = (edited(end(first), "LLL"), edited(end(last), "RRR"));
        let both = edited(end(last), "RRR").replacen(
            first.of(body),
            &edited(end(first), "LLL")[first.start..first.end + 3],
            1,
        );
        assert_eq!(merge_html(body, &local, &remote).clean(), Some(both), "{}", path.display());
        merged += 1;
    }
    println!("{merged} Canvas bodies merge edits of their first and last block");
}

#[test]
fn posts_merge() {
    let posts = texts("discourse", "md");
    let mut merged = 0;
    for (path, post) in &posts {
        assert_eq!(merge_markdown(post, post, post).clean().as_deref(), Some(post.as_str()));
        let tiles = domain::markdown::blocks(post);
        assert_eq!(tiles.iter().map(|tile| tile.of(post)).collect::<String>(), *post, "{}", path.display());
        if tiles.len() > 1 {
            let local = format!("LLL {post}");
            let remote = format!("{} RRR", post.trim_end());
            let expected = format!("LLL {} RRR", post.trim_end());
            assert_eq!(merge_markdown(post, &local, &remote).clean(), Some(expected), "{}", path.display());
            merged += 1;
        }
    }
    println!("{} posts, {merged} merged edits of their first and last block", posts.len());
}

#[test]
fn the_time_of_a_merge_is_small() {
    // Not a benchmark: a guard against a cost that grows with the square of the text, in whatever build this is.
    let bodies = texts("canvas", "html");
    let longest = bodies.iter().map(|(path, body)| (Path::new(path), body)).max_by_key(|(_, body)| body.len());
    let Some((path, body)) = longest else { return };
    let big = body.repeat((400_000 / body.len().max(1)).max(1));
    let at = big.len() - big.len() / 3;
    let at = (at..).find(|at| big.is_char_boundary(*at)).unwrap();
    let began = Instant::now();
    let merge = merge_html(&big, &format!("<p>x</p>{big}"), &format!("{}x{}", &big[..at], &big[at..]));
    println!(
        "{} times over ({} KB) merged in {:?}, {} conflicts",
        path.display(),
        big.len() / 1024,
        began.elapsed(),
        merge.conflicts()
    );
    assert!(began.elapsed() < Duration::from_secs(20));
}
