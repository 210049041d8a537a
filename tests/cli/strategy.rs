//! What is done with changes on both sides, chosen on the command line.

use serde_json::{Value, json};

use super::{canvas, entity, sent_body, synced};

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_choice_holds_and_a_choice_can_be_taken_back() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let page = entity(&shell, "What to bring").await;
    assert_eq!(shell.json(0, &["strategy"]).await["strategy"], Value::Null);
    assert!(shell.words(0, &["strategy"]).await.contains("asked about the rest"), "what holds without a choice");
    let space = ["strategy", "prefer-canvas", "--space", "Shore Ecology"];
    assert_eq!(shell.json(0, &space).await["strategy"], json!("prefer_canvas"));
    assert_eq!(shell.json(0, &["strategy", "ask", "--document", &page]).await["strategy"], json!("ask"));
    assert_eq!(shell.json(0, &["strategy", "--space", "Shore Ecology"]).await["strategy"], json!("prefer_canvas"));

    let theirs = sent_body(&canvas, &seeded, 1).replace("hand lens", "net");
    canvas.as_someone_else().write_page(seeded.course, seeded.pages[1], &theirs).unwrap();
    let mine = sent_body(&canvas, &seeded, 0).replace("hand lens", "torch");
    shell.json_of(0, &["edit", &page, "--body-file", "-"], &mine).await;
    let report = shell.json(3, &["sync"]).await;
    assert_eq!(report["outcome"], json!("waits"), "the document asks: {report}");

    assert_eq!(shell.json(0, &["strategy", "inherit", "--document", &page]).await["strategy"], Value::Null);
    shell.json(0, &["sync"]).await;
    assert!(shell.words(0, &["show", &page, "--body"]).await.contains("a net"), "the space's choice holds");
    for (words, expected) in
        [(["strategy", "ask", "--document", "no-such-id"].as_slice(), 1), (&["strategy", "whatever"], 2)]
    {
        assert_eq!(shell.run(true, words, "").await.0, expected, "{words:?}");
    }
}
