//! A plan that is looked through and carried out to the letter, a sync taken back, and an account without its key.

use serde_json::{Value, json};

use super::{canvas, entity, sent_body, synced};

fn line<'a>(plan: &'a Value, title: &str) -> &'a str {
    let lines = plan["lines"].as_array().unwrap();
    lines.iter().find(|line| line["title"] == title).unwrap_or_else(|| panic!("{title}: {plan}"))["id"]
        .as_str()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_left_out_of_a_plan_is_carried_out_and_nothing_else() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let before = sent_body(&canvas, &seeded, 0);
    for (title, words) in [("Tide pools", "nine sharp"), ("What to bring", "nine or so")] {
        let page = entity(&shell, title).await;
        let edited = sent_body(&canvas, &seeded, 0).replace("nine", words);
        shell.json_of(0, &["edit", &page, "--body-file", "-"], &edited).await;
    }
    let plan = shell.json(0, &["sync", "--plan"]).await;
    let id = plan["id"].as_str().unwrap();
    let left = line(&plan, "What to bring");
    let (code, out, _) = shell.run(true, &["sync", "--execute", id, "--without", "nothing-like-it"], "").await;
    assert_eq!(code, 1, "{out}");

    let executed = shell.json(0, &["sync", "--execute", id, "--without", left]).await;
    assert_eq!((&executed["sent"], &executed["writes"]), (&json!(1), &json!(1)), "{executed}");
    assert!(sent_body(&canvas, &seeded, 0).contains("nine sharp"));
    assert!(!sent_body(&canvas, &seeded, 1).contains("nine or so"));
    let (code, out, _) = shell.run(true, &["sync", "--execute", id], "").await;
    assert_eq!(code, 1, "a plan is carried out once: {out}");

    // Taken back, the text is as it was, as an edit that the next sync sends.
    let tide = entity(&shell, "Tide pools").await;
    let undone = shell.json(0, &["undo", executed["run"].as_str().unwrap()]).await;
    assert_eq!((&undone[0]["entity"], &undone[0]["done"]), (&json!(tide), &json!(true)), "{undone}");
    assert_eq!(shell.words(0, &["show", &tide, "--body"]).await, before);
    shell.json(0, &["sync"]).await;
    assert_eq!(sent_body(&canvas, &seeded, 0), before, "the sync after sends what it said before");
    assert!(sent_body(&canvas, &seeded, 1).contains("nine or so"), "the rest went with the next sync");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_not_true_any_more_does_nothing_and_the_new_one_is_shown() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let page = entity(&shell, "Tide pools").await;
    let before = sent_body(&canvas, &seeded, 0);
    shell.json_of(0, &["edit", &page, "--body-file", "-"], &before.replace("nine", "ten")).await;
    let plan = shell.json(0, &["sync", "--plan"]).await;
    let theirs = before.replace("twice a day", "twice each day");
    canvas.as_someone_else().write_page(seeded.course, seeded.pages[0], &theirs).unwrap();

    let moved = shell.json(3, &["sync", "--execute", plan["id"].as_str().unwrap()]).await;
    assert_eq!((&moved["what"], &moved["changed"]), (&json!("moved"), &json!([line(&plan, "Tide pools")])), "{moved}");
    assert_eq!(sent_body(&canvas, &seeded, 0), theirs, "nothing was done");
    let (canvas_says, id) = (moved["plan"]["lines"][0]["action"].clone(), moved["plan"]["id"].as_str().unwrap());
    assert_eq!(canvas_says, "merge");
    shell.json(0, &["sync", "--execute", id]).await;
    let joined = sent_body(&canvas, &seeded, 0);
    assert!(joined.contains("ten") && joined.contains("each day"), "{joined}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_its_key_is_left_out_in_the_report_that_is_kept() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let (code, out, _) = shell.without_key(&["sync"]).await;
    assert_eq!(code, 1, "{out}");
    let kept = shell.json(0, &["report"]).await;
    let now: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(kept, now, "what is told is what is kept");
    assert_eq!(kept["outcome"], "failed");
    assert!(kept["leftOut"][0][1].as_str().unwrap().contains("no access key"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_announcement_says_that_everyone_is_notified_before_it_goes() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let new = ["new", "announcement", "--space", "Shore Ecology", "--title", "Boots on Friday", "--body-file", "-"];
    shell.json_of(0, &new, "<p>Bring boots.</p>").await;
    let told = "Everyone in the course is notified as soon as it is sent. That cannot be undone.";
    let outbox = shell.json(0, &["outbox"]).await;
    assert_eq!(outbox[0]["summary"], json!([told]));
    let plan = shell.json(0, &["sync", "--plan"]).await;
    assert_eq!(plan["lines"][0]["notes"], json!([told]), "{plan}");
    let words = shell.words(0, &["sync", "--plan"]).await;
    assert!(words.contains(told), "{words}");
    assert_eq!(canvas.notifications(), [], "nobody is told by a plan");
    shell.json(0, &["sync"]).await;
    assert_eq!(canvas.notifications().len(), 1, "and it is so");
}
