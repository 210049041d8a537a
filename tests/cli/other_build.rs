//! A workspace that a build without the sync is given in between. `LECTERN_STANDALONE` names that build's `lecternctl`; `make more`
//! builds it and says so.

use serde_json::{Value, json};

use super::{canvas, entity, sent_body, synced};

const OTHER: &str = "LECTERN_STANDALONE";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_in_a_build_without_the_sync_is_in_the_outbox_and_goes_with_the_next_sync() {
    let Some(other) = std::env::var_os(OTHER) else {
        println!("skipped: {OTHER} names no other build");
        return;
    };
    let (canvas, seeded) = canvas().await;
    let (mut shell, _) = synced(&canvas, &seeded).await;
    let (pools, bring) = (entity(&shell, "Tide pools").await, entity(&shell, "What to bring").await);
    let before = sent_body(&canvas, &seeded, 0);

    let full = shell.hand_to(other.into());
    assert_eq!(shell.run(true, &["outbox"], "").await.0, 2, "that build knows no outbox");
    shell.json_of(0, &["edit", &pools, "--body-file", "-"], &before.replace("at nine", "at ten")).await;
    shell.json(0, &["delete", &bring]).await;
    let new = ["new", "page", "--space", "Shore Ecology", "--title", "Boots", "--body-file", "-"];
    shell.json_of(0, &new, "<p>Dry ones.</p>").await;
    shell.hand_to(full);

    let outbox = shell.json(0, &["outbox"]).await;
    let mut changes: Vec<&str> =
        outbox.as_array().unwrap().iter().map(|item| item["change"].as_str().unwrap()).collect();
    changes.sort_unstable();
    assert_eq!(changes, ["deleted", "edited", "new"], "{outbox}");
    // Someone else wrote into another sentence meanwhile: both stand, and neither is asked about.
    let theirs = before.replace("twice a day", "twice each day");
    canvas.as_someone_else().write_page(seeded.course, seeded.pages[0], &theirs).unwrap();
    let (code, out, err) = shell.run(true, &["sync"], "").await;
    let report: Value = serde_json::from_str(&out).unwrap_or_default();
    assert_eq!(code, 0, "{report} {err}");
    let there = sent_body(&canvas, &seeded, 0);
    assert!(there.contains("at ten") && there.contains("twice each day"), "{there}");
    assert!(canvas.page_titled(seeded.course, "Boots").is_some(), "{report}");
    assert!(canvas.page_titled(seeded.course, "What to bring").is_none(), "{report}");
    assert_eq!(shell.json(0, &["outbox"]).await, json!([]));
}
