//! What a person waits for in this crate: merging, opening and saving one body of 8 KB and one of 1 MB, the median of many
//! runs, beside the floor that `diffy` sets for a merge by lines in the same run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use domain::Format;
use domain::accessibility::findings;
use domain::canonical::canvas::canonical;
use domain::find::{Query, hits};
use domain::html::Document;
use domain::html::preserve::save;
use domain::html::safe::{ImageSource, Profile, for_display, for_editing};
use domain::merge::text::{merge_html, merge_markdown};

fn median(run: impl FnMut()) -> Duration {
    median_of(200, run)
}

fn median_of(runs: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn sentence(n: usize) -> String {
    format!("Sentence {n} of this text is about week {} and says what to read before class. ", n % 15)
}

#[allow(clippy::print_stdout)]
fn main() {
    let paragraphs: Vec<String> = (0..32).map(|p| (0..3).map(|s| sentence(p * 3 + s)).collect()).collect();
    let markdown = paragraphs.join("\n\n");
    let html: String =
        paragraphs.iter().map(|p| format!("<p class=\"week\">{} <a href=\"/x\">link</a></p>\n", p.trim())).collect();
    let edit = |text: &str, word: &str, new: &str| text.replacen(word, new, 1);
    let report = |name: &str, time: Duration| println!("{name:<48} {time:>10.1?}");
    println!("Markdown {} bytes, HTML {} bytes", markdown.len(), html.len());
    let (ml, mr) = (edit(&markdown, "Sentence 3 ", "Phrase 3 "), edit(&markdown, "Sentence 90 ", "Phrase 90 "));
    report("merge Markdown, two paragraphs", median(|| drop(black_box(merge_markdown(&markdown, &ml, &mr)))));
    report("  the floor: diffy, by lines", median(|| drop(black_box(diffy::merge(&markdown, &ml, &mr)))));
    let same = edit(&markdown, "Sentence 5 ", "Phrase 5 ");
    report(
        "merge Markdown, two sentences of a paragraph",
        median(|| drop(black_box(merge_markdown(&markdown, &ml, &same)))),
    );
    let (hl, hr) = (edit(&html, "Sentence 3 ", "Phrase 3 "), edit(&html, "Sentence 90 ", "Phrase 90 "));
    report("merge HTML, two paragraphs", median(|| drop(black_box(merge_html(&html, &hl, &hr)))));
    report("  the floor: diffy, by lines", median(|| drop(black_box(diffy::merge(&html, &hl, &hr)))));
    let same = edit(&html, "Sentence 5 ", "Phrase 5 ");
    report("merge HTML, two sentences of a paragraph", median(|| drop(black_box(merge_html(&html, &hl, &same)))));
    report("parse", median(|| drop(black_box(Document::parse(&html)))));
    report("canonical form", median(|| drop(black_box(canonical(&html, "https://canvas.example")))));
    report(
        "make safe to show",
        median(|| drop(black_box(for_display(&html, Profile::Canvas, &|_| ImageSource::Blocked)))),
    );
    let loaded = for_editing(&html, &|_| ImageSource::Blocked);
    let now = edit(&loaded, "Sentence 40 ", "Phrase 40 ");
    report("save after one word", median(|| drop(black_box(save(&html, &loaded, &now)))));
    megabyte();
}

/// A page of 1 MB with headings, lists, tables and links, no two parts alike.
#[allow(clippy::print_stdout)]
fn megabyte() {
    let part = |n: usize| {
        format!(
            "<h3>Part {n}</h3>\n<p class=\"week\">{} <a href=\"/courses/1/pages/p-{n}\">page {n}</a></p>\n<ul>\n<li>{}</li>\n<li><b>Bold</b> {n}</li>\n</ul>\n<table border=1><tr><td>a{n}<td>b{n}</table>\n",
            sentence(n),
            sentence(n + 1)
        )
    };
    let mut html = String::new();
    for n in 0.. {
        if html.len() > 1_000_000 {
            break;
        }
        html.push_str(&part(n));
    }
    let report = |name: &str, time: Duration| println!("{name:<48} {time:>10.1?}");
    println!("HTML {} bytes", html.len());
    report("parse", median_of(9, || drop(black_box(Document::parse(&html)))));
    report("open for the editor", median_of(9, || drop(black_box(for_editing(&html, &|_| ImageSource::Blocked)))));
    let loaded = for_editing(&html, &|_| ImageSource::Blocked);
    let now = loaded.replacen("Sentence 1000 ", "Phrase 1000 ", 1);
    report("save after one word", median_of(9, || drop(black_box(save(&html, &loaded, &now)))));
    let fifty = (0..50).fold(loaded.clone(), |text, n| text.replacen(&format!("Sentence {} ", n * 40), "Phrase ", 1));
    report("save after fifty edits", median_of(5, || drop(black_box(save(&html, &loaded, &fifty)))));
    let (mine, theirs) = (html.replacen("Sentence 10 ", "Mine ", 1), html.replacen("Sentence 2000 ", "Theirs ", 1));
    report("merge", median_of(5, || drop(black_box(merge_html(&html, &mine, &theirs)))));
    report("accessibility findings", median_of(5, || drop(black_box(findings(Format::Html, &html)))));
    let query = Query { text: "bold 7".into(), match_case: false, whole_words: true, outside_code: false };
    report("find in it", median_of(5, || drop(black_box(hits(&html, Format::Html, &query)))));
}
