//! Real course pages in the real editor: opened and saved without an edit they keep their bytes; one word typed changes the
//! block it is typed in and no other. Skipped, and said so, where the corpus is not beside the checkout.

#![allow(clippy::print_stdout, reason = "counts, and that it was skipped, have to be seen")]

use std::path::{Path, PathBuf};

use domain::html::blocks;
use e2e::{Failure, Program, is_wanted};
use serde_json::{Value, json};

const WORD: &str = "zebrafinch";

const START: &str = r#"
const [done] = arguments;
window.ask = (name, args) => window.__TAURI_INTERNALS__.invoke(name, args);
window.ask('local_space_new', { name: 'Corpus' }).then((space) => done(space.id), (error) => done(String(error.what ?? error)));
"#;

/// Keeps a body as a page, opens it in the visual editor, reads it back and saves what was read: gives the page's id, what the editor
/// read just after loading, and the body as it is now.
const UNEDITED: &str = r#"
const [space, body, done] = arguments;
(async () => {
  const doc = await window.ask('document_new', { new: { space, kind: 'page', parent: null, replyTo: null, title: 'A page', body } });
  const loaded = await window.bench.visual(doc.editing);
  const saved = await window.ask('document_save', { id: doc.id, edit: { counter: doc.counter, visual: { loaded, now: await window.bench.visualNow() } } });
  return [doc.id, loaded, saved.body];
})().then(done, (error) => done(String(error.what ?? error)));
"#;

const EDITED: &str = r#"
const [id, loaded, done] = arguments;
(async () => {
  const saved = await window.ask('document_save', { id, edit: { visual: { loaded, now: await window.bench.visualNow() } } });
  return saved.body;
})().then(done, (error) => done(String(error.what ?? error)));
"#;

fn pages() -> Vec<(PathBuf, String)> {
    let root = std::env::var_os("LECTERN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let (mut folders, mut found) = (vec![root.join("corpus/canvas")], Vec::new());
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                found.push((path, text));
            }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("skipped: no corpus at {}", root.display());
    }
    found
}

/// Blocks of the source that are not in the other text, once common ones at both ends are taken away.
fn touched(before: &str, after: &str) -> usize {
    let of = |text: &str| -> Vec<String> { blocks(text).into_iter().map(|span| span.of(text).to_owned()).collect() };
    let (before, after) = (of(before), of(after));
    let start = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let end = before[start..].iter().rev().zip(after[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    before.len() - start - end
}

#[tokio::test(flavor = "multi_thread")]
async fn real_pages_keep_their_bytes_but_where_a_word_is_typed() -> Result<(), Failure> {
    let pages = pages();
    if pages.is_empty() || !is_wanted("corpus in the editor") {
        return Ok(());
    }
    let workspace = tempfile::tempdir()?;
    let program = Program::start(workspace.path()).await?;
    program.window.goto("tauri://localhost/bench/index.html").await?;
    let space = program.ask(START, vec![]).await?;
    let (mut changed, mut spread) = (Vec::new(), Vec::new());
    for (path, body) in &pages {
        let name = path.display().to_string();
        let kept = program.ask(UNEDITED, vec![space.clone(), json!(body)]).await?;
        if kept[2] != json!(body) {
            changed.push(name);
            continue;
        }
        program.type_in("main iframe", 0, WORD).await?;
        let edited: Value = program.ask(EDITED, vec![kept[0].clone(), kept[1].clone()]).await?;
        let after = edited.as_str().unwrap_or_default();
        if !after.contains(WORD) || touched(body, after) > 1 {
            spread.push(name);
        }
    }
    println!("{} pages: {} changed without an edit, {} changed elsewhere", pages.len(), changed.len(), spread.len());
    assert!(changed.is_empty() && spread.is_empty(), "changed: {changed:#?}\nelsewhere: {spread:#?}");
    program.close().await
}
