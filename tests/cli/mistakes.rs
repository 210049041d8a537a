//! What is asked for where there is nothing of it: a sentence, and nothing changes.

use serde_json::Value;

use super::entity;
use super::shell::Shell;

async fn told(shell: &Shell, words: &[&str]) -> String {
    let (code, _, told) = shell.run(true, words, "").await;
    assert_eq!(code, 1, "{words:?}: {told}");
    let told: Value = serde_json::from_str(&told).unwrap();
    told["what"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_document_has_nothing_of_is_refused_in_words_and_changes_nothing() {
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    let space = shell.json(0, &["space", "new", "Notes"]).await["id"].as_str().unwrap().to_owned();
    shell.json_of(0, &["new", "page", "--space", &space, "--title", "Tides", "--body-file", "-"], "<p>Low.</p>").await;
    let id = entity(&shell, "Tides").await;
    let taken = shell.folder().display().to_string();
    let nowhere = shell.folder().join("nowhere").display().to_string();
    let before = shell.json(0, &["tree"]).await;
    for (words, expected) in [
        (["discard", &id], "Nothing of it waits to be sent.".to_owned()),
        (["retry", &id], "No site refused it.".to_owned()),
        (["backup", &taken], format!("Something is at {taken} already.")),
        (["restore", &nowhere], format!("There is no backup in {nowhere}.")),
    ] {
        assert_eq!(told(&shell, &words).await, expected);
        assert_eq!(shell.json(0, &["tree"]).await, before, "{words:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_deleted_here_says_so_and_comes_back_when_it_is_edited() {
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    let space = shell.json(0, &["space", "new", "Notes"]).await["id"].as_str().unwrap().to_owned();
    shell.json_of(0, &["new", "page", "--space", &space, "--title", "Tides", "--body-file", "-"], "<p>Low.</p>").await;
    let id = entity(&shell, "Tides").await;
    let states = |shown: Value| shown["states"].to_string();
    shell.json(0, &["delete", &id]).await;
    assert!(states(shell.json(0, &["show", &id]).await).contains("deleted_here"));
    assert_eq!(told(&shell, &["delete", &id]).await, "It was deleted here before.");
    let (code, words, _) = shell.run(false, &["edit", &id, "--title", "Ebb"], "").await;
    assert_eq!((code, words.as_str()), (0, "Saved on this computer. It had been deleted here, and is back.\n"));
    assert!(!states(shell.json(0, &["show", &id]).await).contains("deleted_here"));
    entity(&shell, "Ebb").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_with_no_site_does_not_say_that_sites_agree() {
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    let (code, words, _) = shell.run(false, &["sync"], "").await;
    assert_eq!((code, words.as_str()), (0, "No site is connected, so there is nothing to sync.\n"));
}
