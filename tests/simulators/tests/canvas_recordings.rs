//! The simulator against the recordings of a real Canvas: each recorded request is sent again, in order, and the answers are compared.
//!
//! Needs the folder of recordings beside the repository; without it the tests say so and pass.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail and report as tests do")]

mod recorded;

use recorded::{Folder, World, cases, number};
use serde_json::{Value, json};
use simulators::canvas::{PageChange, sanitize};

/// Reasons for which a recorded exchange is not compared.
const STATE: &str = "depends on objects made off the record";
const BLUEPRINT: &str = "setting up a blueprint course; the simulator has a switch in its place";
const ABSENT: &str = "an endpoint outside the simulator";

const FOLDERS: [Folder; 14] = [
    Folder {
        names: &["pages"],
        setup: |w| {
            w.course(3);
            w.canvas.continue_ids("page", 19);
        },
        skips: &[],
    },
    Folder {
        names: &["pages_permalinks_on"],
        setup: |w| {
            w.course(15);
            w.canvas.continue_ids("page", 71);
            w.canvas.configure(|s| s.permanent_page_links = true);
        },
        skips: &[],
    },
    Folder {
        names: &["assignments"],
        setup: |w| {
            w.course(7);
            w.canvas.continue_ids("group", 12);
            w.canvas.continue_ids("topic", 3);
        },
        skips: &[
            ("59_", ABSENT),
            ("56_", "the order of the embedded assignments is that of the database"),
            ("61_", "depends on an override made through an endpoint outside the simulator"),
        ],
    },
    Folder {
        names: &["topics", "announcements"],
        setup: |w| {
            w.course(8);
            w.course(22);
            w.canvas.continue_ids("topic", 4);
            w.canvas.continue_ids("assignment", 17);
        },
        skips: &[("topics/27_", "what scope=locked selects is not known")],
    },
    Folder {
        names: &["modules"],
        setup: |w| {
            w.course(9);
            let editor = w.canvas.as_user(World::TEACHER);
            w.canvas.continue_ids("page", 88);
            w.canvas.continue_ids("assignment", 18);
            w.canvas.continue_ids("topic", 18);
            let page = PageChange {
                title: Some("Mod Page".to_owned()),
                body: Some(Some("x".to_owned())),
                published: Some(true),
                ..PageChange::default()
            };
            editor.create_page(9, &page).unwrap();
            editor.create_assignment(9, &json!({"name": "Mod Asg", "published": true})).unwrap();
            editor.create_topic(9, &json!({"title": "Mod Topic", "published": true})).unwrap();
        },
        skips: &[("55_", ABSENT)],
    },
    Folder { names: &["files"], setup: |w| w.course(10), skips: &[] },
    Folder {
        names: &["auth"],
        setup: |w| {
            w.course(1);
            w.foreign_course(2);
            w.canvas.continue_ids("topic", 2);
        },
        skips: &[
            ("40_", "a developer key's scopes"),
            ("41_", "a developer key's scopes"),
            ("42_", "a developer key's scopes"),
        ],
    },
    Folder { names: &["syllabus"], setup: |w| w.course(7), skips: &[] },
    Folder {
        names: &["conditional"],
        setup: |w| {
            w.course(11);
            w.canvas.continue_ids("page", 195);
            let page = PageChange {
                title: Some("Cond".to_owned()),
                body: Some(Some("<p>c</p>".to_owned())),
                published: Some(true),
                ..PageChange::default()
            };
            w.canvas.as_user(World::TEACHER).create_page(11, &page).unwrap();
        },
        skips: &[],
    },
    Folder {
        names: &["pagination"],
        setup: pagination,
        skips: &[
            ("17_", "modules made at the same time share a position in the recording"),
            ("20_", ABSENT),
            ("21_", ABSENT),
            ("24_", STATE),
            ("25_", ABSENT),
            ("26_", STATE),
        ],
    },
    Folder {
        names: &["states"],
        setup: |w| {
            w.course(16);
            w.course(17);
            w.canvas.set_course_state(17, "unpublished");
            w.canvas.continue_ids("page", 318);
        },
        skips: &[
            ("02_", "the words of the explanation for a locked page"),
            ("03_", STATE),
            ("04_", STATE),
            ("12_", STATE),
            ("14_", STATE),
            ("15_", STATE),
        ],
    },
    Folder {
        names: &["links"],
        setup: |w| {
            w.course(13);
            let editor = w.canvas.as_user(World::TEACHER);
            w.canvas.continue_ids("file", 9);
            w.canvas.continue_ids("page", 89);
            w.canvas.continue_ids("assignment", 19);
            editor.upload(13, "unfiled", "pic.png", "image/png", vec![1]);
            editor.create_assignment(13, &json!({"name": "Links"})).unwrap();
        },
        skips: &[],
    },
    Folder {
        names: &["blueprint"],
        setup: |w| {
            w.course(18);
            w.course(19);
            w.canvas.continue_ids("page", 328);
            w.canvas.continue_ids("assignment", 53);
            let editor = w.canvas.as_user(World::TEACHER);
            let page = PageChange {
                title: Some("BP Page".to_owned()),
                body: Some(Some("<p>from bp</p>".to_owned())),
                published: Some(true),
                ..PageChange::default()
            };
            let page = editor.create_page(19, &page).unwrap();
            let fields = json!({"name": "BP Asg", "description": "bp", "published": true});
            let assignment = editor.create_assignment(19, &fields).unwrap();
            w.canvas.lock_page_by_blueprint(19, page, true);
            w.canvas.lock_assignment_by_blueprint(19, assignment, true);
        },
        skips: &[
            ("01_", BLUEPRINT),
            ("02_", BLUEPRINT),
            ("03_", BLUEPRINT),
            ("04_", BLUEPRINT),
            ("05_", BLUEPRINT),
            ("06_", BLUEPRINT),
            ("07_", BLUEPRINT),
            ("08_", BLUEPRINT),
            ("09_", "a synced page that nobody has edited"),
        ],
    },
    Folder {
        names: &["throttle"],
        setup: |w| {
            w.course(11);
            w.canvas.configure(|s| s.throttle.high_water = 1.0);
        },
        skips: &[],
    },
];

/// The course of the pagination recordings: 123 pages of which the first is "Cond" with three revisions.
fn pagination(w: &World) {
    w.course(11);
    let editor = w.canvas.as_user(World::TEACHER);
    w.canvas.continue_ids("page", 195);
    let page = |title: String| PageChange {
        title: Some(title),
        body: Some(Some("<p>x</p>".to_owned())),
        published: Some(true),
        ..PageChange::default()
    };
    let cond = editor.create_page(11, &page("Cond".to_owned())).unwrap();
    for text in ["<p>c2</p>", "<p>c3</p>"] {
        editor.write_page(11, cond, text).unwrap();
    }
    for n in 0..122 {
        editor.create_page(11, &page(format!("Page {n:03}"))).unwrap();
    }
    w.canvas.continue_ids("assignment", 20);
    w.canvas.continue_ids("topic", 19);
    w.canvas.continue_ids("module", 3);
    for n in 0..25 {
        editor.create_assignment(11, &json!({"name": format!("As{n}")})).unwrap();
        editor.create_module(11, &json!({"name": format!("M{n}")})).unwrap();
    }
    for n in 0..12 {
        editor.create_topic(11, &json!({"title": format!("To{n}")})).unwrap();
    }
}

#[tokio::test]
async fn recorded_exchanges_are_answered_alike() {
    let Some(root) = recorded::root() else { return };
    let (mut same, mut skipped, mut failures) = (0, 0, Vec::new());
    for folder in &FOLDERS {
        let outcome = folder.replay(&root).await;
        let failed = outcome.failures.len();
        println!(
            "{:>22}: {:>3} alike, {:>2} skipped, {failed:>2} different",
            folder.names.join("+"),
            outcome.same,
            outcome.skipped.len()
        );
        for (name, reason) in &outcome.skipped {
            println!("    skipped {name}: {reason}");
        }
        same += outcome.same;
        skipped += outcome.skipped.len();
        failures.extend(outcome.failures);
    }
    println!("{same} alike, {skipped} skipped, {} different", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(same > 300, "only {same} exchanges were compared");
}

#[test]
fn recorded_sanitizer_cases_give_the_recorded_result() {
    let Some(root) = recorded::root() else { return };
    let all = cases(&root, "sanitizer/page_body.json");
    let mut failures = Vec::new();
    let mut same = 0;
    for case in &all {
        let input = case["input"].as_str().unwrap();
        // The longest case is kept only in part.
        let Some(stored) = case.get("stored_in_db").or(case.get("output")).and_then(Value::as_str) else { continue };
        if stored.ends_with("chars)") {
            continue;
        }
        let got = sanitize(input);
        if got == stored {
            same += 1;
        } else {
            failures.push(format!("{}: {input}\n  want {stored}\n  got  {got}", case["n"]));
        }
    }
    println!("sanitizer: {same} of {} cases alike", all.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn corpus_bodies_are_stored_as_the_real_server_stored_them() {
    let Some(root) = recorded::root() else { return };
    let all = cases(&root, "corpus/bodies.json");
    let mut failures = Vec::new();
    for case in &all {
        let got = sanitize(case["sent"].as_str().unwrap());
        let want = case["stored"].as_str().unwrap_or_default();
        if got != want {
            let at = got.bytes().zip(want.bytes()).take_while(|(a, b)| a == b).count();
            let near =
                |text: &str| text.get(at.saturating_sub(40)..).unwrap_or(text).chars().take(160).collect::<String>();
            failures.push(format!("{}\n  want …{}\n  got  …{}", case["file"], near(want), near(&got)));
        }
    }
    println!("corpus: {} of {} bodies alike", all.len() - failures.len(), all.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn recorded_titles_give_the_recorded_slugs() {
    let Some(root) = recorded::root() else { return };
    let world = World::new().await;
    world.course(6);
    let mut failures = Vec::new();
    let all = cases(&root, "slugs/slugs.json");
    for case in &all {
        let title = case["title_sent"].as_str().unwrap();
        if title == "dup" {
            // The recording names each title once, and this one was sent twice.
            world.send("POST", "/api/v1/courses/6/pages", &json!({"wiki_page": {"title": "Dup"}})).await;
        }
        let (status, body) =
            world.send("POST", "/api/v1/courses/6/pages", &json!({"wiki_page": {"title": title}})).await;
        let want = (number(&case["status"]), case.get("url").cloned().unwrap_or(Value::Null));
        let got = (i64::from(status), body.get("url").cloned().unwrap_or(Value::Null));
        let titles = case.get("title_returned").cloned().unwrap_or(Value::Null)
            == body.get("title").cloned().unwrap_or(Value::Null);
        if want != got || !titles {
            failures.push(format!("{title:?}: want {want:?}, got {got:?}"));
        }
    }
    println!("slugs: {} of {} titles alike", all.len() - failures.len(), all.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
