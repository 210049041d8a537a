//! Versions on the command line: compared with each other, and how many are kept.

use serde_json::{Value, json};

use super::shell::Shell;

#[tokio::test(flavor = "multi_thread")]
async fn any_two_versions_are_compared_and_how_many_are_kept_is_chosen() {
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    shell.json(0, &["space", "new", "Notes"]).await;
    let new = ["new", "page", "--space", "Notes", "--title", "Ferry", "--body-file", "-"];
    let page = shell.json_of(0, &new, "<p>It leaves at nine.</p>").await["id"].as_str().unwrap().to_owned();
    for body in ["<p>It leaves at ten.</p>", "<p>It leaves at noon.</p>"] {
        shell.json_of(0, &["edit", &page, "--body-file", "-"], body).await;
    }
    let history = shell.json(0, &["history", &page]).await;
    let versions: Vec<&str> =
        history.as_array().unwrap().iter().map(|version| version["id"].as_str().unwrap()).collect();
    let [noon, ten, nine] = versions[..] else { panic!("{history}") };
    for (words, gone, new) in [
        (vec!["history", &page, "--difference", nine, ten], "[-nine.-]", "{+ten.+}"),
        (vec!["history", &page, "--difference", ten, noon], "[-ten.-]", "{+noon.+}"),
        (vec!["history", &page, "--difference", nine], "[-nine.-]", "{+noon.+}"),
    ] {
        let told = shell.words(0, &words).await;
        assert!(told.contains(gone) && told.contains(new), "{words:?}: {told}");
    }
    assert_eq!(shell.words(0, &["history", &page, "--difference", noon]).await, "Nothing is different.\n");
    assert_eq!(shell.run(true, &["history", &page, "--difference", &page], "").await.0, 1, "that is no version");

    let kept = |days: Value| json!({ "everyVersionDays": days });
    assert_eq!(shell.json(0, &["retention"]).await, kept(json!(90)));
    assert_eq!(shell.json(0, &["retention", "30"]).await, kept(json!(30)));
    assert!(shell.words(0, &["retention"]).await.contains("30 days"));
    assert_eq!(shell.json(0, &["retention", "--for-ever"]).await, kept(Value::Null));
    assert!(shell.words(0, &["retention"]).await.contains("for ever"));
}
