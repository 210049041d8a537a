//! A site that was restored from an older backup, on the command line.

use chrono::TimeDelta;
use serde_json::json;

use super::{canvas, entity, sent_body, synced};

#[tokio::test(flavor = "multi_thread")]
async fn s19_a_restored_site_is_explained_and_gone_on_with() {
    let (canvas, seeded) = canvas().await;
    let (shell, account) = synced(&canvas, &seeded).await;
    let backup = canvas.back_up();
    let page = entity(&shell, "Tide pools").await;
    canvas.clock().advance(TimeDelta::hours(1));
    let edited = sent_body(&canvas, &seeded, 0).replace("nine", "ten");
    shell.json_of(0, &["edit", &page, "--body-file", "-"], &edited).await;
    shell.json(0, &["sync"]).await;
    canvas.clock().advance(TimeDelta::hours(1));
    let (code, ..) = shell.run(true, &["account", "go-on", &account], "").await;
    assert_eq!(code, 1, "it was not found to be set back");
    canvas.restore(&backup);
    let report = shell.json(1, &["sync"]).await;
    assert_eq!(report["lines"], json!([]), "{report}");
    assert!(report["leftOut"][0][1].as_str().unwrap().contains("set back to an earlier state"), "{report}");
    assert_eq!(shell.json(0, &["account", "list"]).await[0]["state"], json!("set_back"));
    shell.json(0, &["account", "go-on", &account]).await;
    shell.json(0, &["sync"]).await;
    assert!(shell.words(0, &["show", &page, "--body"]).await.contains("nine"));
}
