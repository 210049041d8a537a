//! A course of the size at which the work of a pull is measured.

use super::seed::{AssignmentSeed, CourseSeed, ItemSeed, ModuleSeed, PageSeed, TopicSeed};

const WORDS: [&str; 24] = [
    "estuary",
    "sediment",
    "current",
    "salinity",
    "transect",
    "sample",
    "depth",
    "profile",
    "gradient",
    "tide",
    "basin",
    "mixing",
    "layer",
    "density",
    "section",
    "station",
    "record",
    "season",
    "shelf",
    "upwelling",
    "plume",
    "survey",
    "channel",
    "delta",
];

/// 500 pages, 200 assignments, 100 topics, and 15 modules with 400 items between them; about 8 KB of HTML in each page.
#[must_use]
pub fn reference_course() -> CourseSeed {
    let page = |n: usize| PageSeed {
        title: format!("Page {n:03}"),
        body: body(n, 12),
        published: !n.is_multiple_of(5),
        front: n == 1,
    };
    let assignment = |n: usize| AssignmentSeed {
        name: format!("Assignment {n:03}"),
        description: body(n + 1000, 3),
        points: 10.0,
        due_at: Some(format!("2030-{:02}-{:02}T18:00:00Z", n % 12 + 1, n % 28 + 1)),
        published: !n.is_multiple_of(4),
    };
    let topic = |n: usize| TopicSeed {
        title: format!("Topic {n:03}"),
        message: body(n + 2000, 2),
        published: true,
        announcement: false,
        pinned: n.is_multiple_of(25),
    };
    CourseSeed {
        name: "Reference course".to_owned(),
        code: "REF-1".to_owned(),
        syllabus: Some("<h2>Syllabus</h2><p>What we do, week by week.</p>".to_owned()),
        pages: (0..500).map(page).collect(),
        assignments: (0..200).map(assignment).collect(),
        topics: (0..100).map(topic).collect(),
        modules: (0..15).map(module).collect(),
        stored_html: true,
        ..CourseSeed::default()
    }
}

/// The items of module `n`: 400 in 15 modules are 26 or 27 each.
fn module(n: usize) -> ModuleSeed {
    let (start, end) = (n * 400 / 15, (n + 1) * 400 / 15);
    let item = |at: usize| match at % 5 {
        0 => ItemSeed::Header(format!("Part {at}")),
        1 | 2 => ItemSeed::Page(at),
        3 => ItemSeed::Assignment(at % 200),
        _ => ItemSeed::Topic(at % 100),
    };
    ModuleSeed { name: format!("Week {}", n + 1), published: true, items: (start..end).map(item).collect() }
}

/// HTML as Canvas stores it: headings, prose, a list, a table and a link.
fn body(seed: usize, sections: usize) -> String {
    let word = |at: usize| WORDS[(seed * 7 + at * 5 + at / 3) % WORDS.len()];
    let sentence = |at: usize| {
        let words: Vec<&str> = (0..12).map(|w| word(at * 13 + w)).collect();
        format!("The {}.", words.join(" "))
    };
    let mut out = String::new();
    for section in 0..sections {
        let start = section * 40;
        out.push_str(&format!(
            "<h2>Section {} of {seed}</h2>\n<p>{} {}</p>\n",
            section + 1,
            sentence(start),
            sentence(start + 1)
        ));
        out.push_str(&format!(
            "<ul>\n<li>{}</li>\n<li><strong>{}</strong></li>\n</ul>\n",
            sentence(start + 2),
            word(start)
        ));
        if section % 4 == 1 {
            out.push_str(&format!(
                "<table><tbody><tr><td>{}</td><td>{}</td></tr><tr><td>{}</td><td>{seed}</td></tr></tbody></table>\n",
                word(start + 3),
                word(start + 4),
                word(start + 5)
            ));
        }
        out.push_str(&format!("<p>{} {}</p>\n", sentence(start + 6), sentence(start + 7)));
    }
    out
}
