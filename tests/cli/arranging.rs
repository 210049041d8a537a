//! Places and times by the command line.

use serde_json::{Value, json};
use simulators::canvas::{AssignmentSeed, Canvas, CourseSeed, ItemSeed, ModuleSeed, PageSeed, Seeded, Zone};

use super::shell::TOKEN;
use super::{entity, synced};

async fn canvas() -> (Canvas, Seeded) {
    let canvas = Canvas::start().await.unwrap();
    let teacher = canvas.add_user("Ada Instructor");
    canvas.add_token(teacher, TOKEN);
    let page =
        |title: &str| PageSeed { title: title.to_owned(), body: "<p>x</p>".to_owned(), published: true, front: false };
    let module = |name: &str, items: Vec<ItemSeed>| ModuleSeed { name: name.to_owned(), published: true, items };
    let essay = AssignmentSeed {
        name: "Essay".to_owned(),
        description: "<p>Write.</p>".to_owned(),
        points: 10.0,
        due_at: None,
        published: true,
    };
    let seed = CourseSeed {
        name: "Shore Ecology".to_owned(),
        code: "SE-1".to_owned(),
        pages: vec![page("Tide pools"), page("What to bring"), page("Boots")],
        assignments: vec![essay],
        modules: vec![module("Week 1", vec![ItemSeed::Page(0), ItemSeed::Page(1)]), module("Week 2", Vec::new())],
        ..CourseSeed::default()
    };
    let seeded = canvas.seed(teacher, &seed).unwrap();
    canvas.set_zone(seeded.course, Zone::denver());
    (canvas, seeded)
}

/// Ids of the rows with this title: in the modules first.
fn ids<'a>(tree: &'a Value, title: &str) -> Vec<&'a str> {
    let rows = tree[0]["rows"].as_array().unwrap();
    rows.iter().filter(|row| row["title"] == title).map(|row| row["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn modules_items_and_pages_are_put_in_their_places() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let tree = shell.json(0, &["tree"]).await;
    let (pools, bring) = (ids(&tree, "Tide pools")[0], ids(&tree, "What to bring")[0]);
    let (week1, week2, boots) = (ids(&tree, "Week 1")[0], ids(&tree, "Week 2")[0], ids(&tree, "Boots")[0]);
    let moved = shell.json(0, &["move", bring, "--before", pools]).await;
    assert_eq!(moved["words"], "\u{201c}What to bring\u{201d} is now 1 of 2 in \u{201c}Week 1\u{201d}.");
    shell.json(0, &["move", pools, "--into", week2]).await;
    let added = shell.json(0, &["move", boots, "--after", bring]).await;
    assert_eq!(added["words"], "\u{201c}Boots\u{201d} is in a module now: 2 of 2 in \u{201c}Week 1\u{201d}.");
    shell.json(0, &["move", week2, "--before", week1]).await;
    let same = shell.json(0, &["move", week2, "--before", week1]).await;
    assert_eq!(same["words"], "\u{201c}Week 2\u{201d} stands there already.");
    for (what, to) in [(week1, week2), (bring, boots), (boots, boots)] {
        assert_eq!(shell.run(true, &["move", what, "--into", to], "").await.0, 1, "{what} into {to}");
    }

    let outbox = shell.json(0, &["outbox"]).await;
    let summaries: Vec<&str> =
        outbox.as_array().unwrap().iter().map(|item| item["summary"][0].as_str().unwrap()).collect();
    assert_eq!(
        summaries,
        ["Moved: 1 of 2", "Added to \u{201c}Week 1\u{201d}", "Moved: 1 of 1 in \u{201c}Week 2\u{201d}",],
        "{outbox}"
    );
    let difference = shell.json(0, &["outbox", pools]).await;
    assert_eq!(
        difference["fields"],
        json!([{"name": "place", "label": "Place", "before": "1 in \u{201c}Week 1\u{201d}", "after": "1 of 1 in \u{201c}Week 2\u{201d}"}])
    );
    let report = shell.json(0, &["sync"]).await;
    assert_eq!(report["sent"], 3, "{report}");
    let tree = shell.json(0, &["tree"]).await;
    let rows: Vec<&str> =
        tree[0]["rows"].as_array().unwrap().iter().take(6).map(|row| row["title"].as_str().unwrap()).collect();
    assert_eq!(rows, ["Modules", "Week 2", "Tide pools", "Week 1", "What to bring", "Boots"]);
    shell.json(0, &["sync"]).await;
    assert_eq!(shell.json(0, &["sync"]).await["writes"], 0);

    let item = added["row"].as_str().unwrap();
    shell.json(0, &["delete", item]).await;
    let outbox = shell.json(0, &["outbox"]).await;
    assert_eq!(outbox[0]["summary"], json!(["Taken out of \u{201c}Week 1\u{201d}"]));
    shell.json(0, &["sync"]).await;
    assert!(canvas.page_titled(seeded.course, "Boots").is_some(), "the page stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_ones_own_stand_under_one_another() {
    let shell = super::Shell::new();
    shell.json(0, &["init"]).await;
    let space = shell.json(0, &["space", "new", "Notes"]).await;
    let at = space["id"].as_str().unwrap();
    let mut made = Vec::new();
    for title in ["Ferries", "Boats", "Oars"] {
        let new = ["new", "page", "--space", at, "--title", title, "--body-file", "-"];
        made.push(shell.json_of(0, &new, "<p>x</p>").await["id"].as_str().unwrap().to_owned());
    }
    shell.json(0, &["move", &made[2], "--into", &made[1]]).await;
    shell.json(0, &["move", &made[0], "--before", &made[1]]).await;
    let rows = |tree: &Value| {
        let rows = tree[0]["rows"].as_array().unwrap().iter().skip(1);
        rows.map(|row| (row["title"].as_str().unwrap().to_owned(), row["level"].as_u64().unwrap())).collect::<Vec<_>>()
    };
    let tree = shell.json(0, &["tree"]).await;
    assert_eq!(rows(&tree), [("Ferries".to_owned(), 2), ("Boats".to_owned(), 2), ("Oars".to_owned(), 3)]);
    assert_eq!(shell.run(true, &["move", &made[1], "--into", &made[2]], "").await.0, 1, "not into itself");
    shell.json(0, &["move", &made[2], "--into", at]).await;
    assert_eq!(rows(&shell.json(0, &["tree"]).await)[2], ("Oars".to_owned(), 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_without_a_zone_is_meant_in_the_courses() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let essay = entity(&shell, "Essay").await;
    assert_eq!(shell.json(0, &["show", &essay]).await["timeZone"], "America/Denver");
    for (text, words) in [
        ("2027-03-14 02:30", "does not exist in America/Denver"),
        ("2027-11-07 01:30", "comes twice in America/Denver"),
        ("soon", "is no date and time"),
    ] {
        let (code, _, err) = shell.run(true, &["edit", &essay, "--set", &format!("due_at={text}")], "").await;
        assert!(code == 1 && err.contains(words), "{text}: {err}");
    }
    for (text, utc) in
        [("2027-03-15 20:30", "2027-03-16T02:30:00"), ("2027-11-07T01:30:00-07:00", "2027-11-07T08:30:00")]
    {
        shell.json(0, &["edit", &essay, "--set", &format!("due_at={text}")]).await;
        shell.json(0, &["sync"]).await;
        let there = canvas.course(seeded.course).unwrap().assignments.values().next().unwrap().due_at.unwrap();
        assert_eq!(there.to_rfc3339(), format!("{utc}+00:00"), "{text}");
    }
    shell.json(0, &["edit", &essay, "--set", "due_at=2027-12-07 23:59"]).await;
    let difference = shell.json(0, &["outbox", &essay]).await;
    assert_eq!(difference["fields"][0]["before"], "Sun 7 Nov 2027, 01:30 (-07:00 America/Denver)");
    assert_eq!(difference["fields"][0]["after"], "Tue 7 Dec 2027, 23:59 (America/Denver)");
}
