//! Pictures kept for texts by command.

use std::fs;

use super::shell::Shell;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nthe rest of a picture";

#[tokio::test]
async fn a_picture_is_kept_once_and_texts_refer_to_it_by_what_is_printed() {
    let beside = tempfile::tempdir().unwrap();
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    shell.json(0, &["space", "new", "Notes"]).await;
    let file = |name: &str, bytes: &[u8]| {
        let path = beside.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let heron = file("A heron.png", PNG);
    let kept = shell.json(0, &["attachment", "add", &heron, "--space", "Notes"]).await;
    let again = shell.json(0, &["attachment", "add", &heron, "--space", "Notes"]).await;
    assert_eq!(kept, again);
    let address = kept["address"].as_str().unwrap();
    assert!(address.starts_with("/lectern/files/") && address.ends_with("/A-heron.png"), "{address}");
    let words = shell.words(0, &["attachment", "add", &heron, "--space", "Notes"]).await;
    assert!(words.contains(&format!("<img src=\"{address}\" alt=\"\">")), "{words}");
    // An export takes it along, so the text leads to it.
    let body = format!("<p><img src=\"{address}\" alt=\"A heron\"></p>");
    shell.json_of(0, &["new", "page", "--space", "Notes", "--title", "Birds", "--body-file", "-"], &body).await;
    let out = beside.path().join("out");
    shell.json(0, &["export", "Notes", out.to_str().unwrap()]).await;
    let pictures: Vec<_> =
        fs::read_dir(out.join("files")).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
    assert_eq!(pictures, [PNG]);
    let bay = file("bay.png", &[PNG, b"!"].concat());
    let bay =
        shell.json(0, &["attachment", "add", &bay, "--space", "Notes"]).await["sha256"].as_str().unwrap().to_owned();
    let list = shell.json(0, &["attachment", "list", "--space", "Notes"]).await;
    let said: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["name"].as_str().unwrap(), item["removable"].as_bool().unwrap()))
        .collect();
    assert_eq!(said, [("A-heron.png", false), ("bay.png", true)]);
    assert_eq!(list[0]["usedIn"][0]["title"], "Birds");
    let words = shell.words(0, &["attachment", "list", "--space", "Notes"]).await;
    assert!(words.contains("in 1 document") && words.contains("used nowhere"), "{words}");
    let used = kept["sha256"].as_str().unwrap();
    let (code, _, said) = shell.run(true, &["attachment", "remove", used, "--space", "Notes"], "").await;
    assert!(code == 1 && said.contains("Something names it"), "{said}");
    let removed = shell.json(0, &["attachment", "remove", used, &bay, "--space", "Notes"]).await;
    assert_eq!(removed["files"], 1);
    assert!(!shell.folder().join("blobs").join(&bay).exists() && shell.folder().join("blobs").join(used).exists());
    let page = file("page.png", b"<!DOCTYPE html><script>alert(1)</script>");
    let (code, _, said) = shell.run(true, &["attachment", "add", &page, "--space", "Notes"], "").await;
    assert!(code == 1 && said.contains("not a picture that sites take"), "{said}");
}
