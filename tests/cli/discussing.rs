//! A discussion as a script reads and answers it.

use serde_json::{Value, json};
use simulators::canvas::{Canvas, CourseSeed, TopicSeed};

use super::shell::{Shell, TOKEN};

const WITH_BODY: [&str; 2] = ["--body-file", "-"];

async fn reply(shell: &Shell, parent: &str, body: &str) -> Value {
    shell.json_of(0, &words(parent), body).await
}

async fn refused(shell: &Shell, parent: &str) {
    let (code, out, err) = shell.run(true, &words(parent), "<p>Nowhere</p>").await;
    let told: Value = serde_json::from_str(&err).unwrap();
    assert_eq!((code, out.as_str(), &told["code"]), (1, "", &json!("invalid")), "{err}");
}

fn words(parent: &str) -> Vec<&str> {
    ["new", "reply", "--space", "Shore Ecology", "--parent", parent].into_iter().chain(WITH_BODY).collect()
}

/// Author, text, depth and whose answer each reply of a document is.
fn thread(document: &Value) -> Vec<(String, String, u64)> {
    let posts = document["posts"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    posts.map(|post| (text(&post["author"]), text(&post["body"]), post["depth"].as_u64().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discussion_is_read_with_its_thread_and_answered() {
    let canvas = Canvas::start().await.unwrap();
    let teacher = canvas.add_user("Ada Instructor");
    canvas.add_token(teacher, TOKEN);
    let topic = TopicSeed {
        title: "Where do limpets sleep?".to_owned(),
        message: "<p>On their scar.</p>".to_owned(),
        published: true,
        announcement: false,
        pinned: false,
    };
    let seed = CourseSeed { name: "Shore Ecology".to_owned(), topics: vec![topic], ..CourseSeed::default() };
    let seeded = canvas.seed(teacher, &seed).unwrap();
    let other = canvas.as_someone_else();
    other.reply(seeded.course, seeded.topics[0], "<p>Is that so?</p>");
    other.reply(seeded.course, seeded.topics[0], "<p>And whelks?</p>");
    let (shell, _) = super::synced(&canvas, &seeded).await;

    let id = super::entity(&shell, "Where do limpets sleep?").await;
    let document = shell.json(0, &["show", &id]).await;
    let told = |who: &str, body: &str, depth: u64| (who.to_owned(), format!("<p>{body}</p>"), depth);
    let sam = |body: &str| told("Sam Somebody", body, 0);
    assert_eq!(thread(&document), [sam("Is that so?"), sam("And whelks?")], "{document}");
    assert!(shell.words(0, &["show", &id]).await.contains("And whelks?"));

    // An answer to a reply stands under it, and one to the discussion beside it.
    let first = document["posts"][0]["id"].as_str().unwrap();
    let answer = reply(&shell, first, "<p>Each has a place of its own.</p>").await;
    reply(&shell, &id, "<p>Ask them.</p>").await;
    refused(&shell, answer["id"].as_str().unwrap()).await;
    let page = ["new", "page", "--space", "Shore Ecology", "--title", "Whelks"];
    let page = shell.json_of(0, &[&page[..], &WITH_BODY].concat(), "<p>They bore.</p>").await;
    refused(&shell, page["id"].as_str().unwrap()).await;

    let mine = |body: &str, depth| told("You", body, depth);
    let before =
        [sam("Is that so?"), mine("Each has a place of its own.", 1), sam("And whelks?"), mine("Ask them.", 0)];
    assert_eq!(thread(&shell.json(0, &["show", &id]).await), before);
    let report = shell.json(0, &["sync"]).await;
    assert_eq!((&report["sent"], &report["outcome"]), (&json!(3), &json!("done")), "{report}");
    let there = canvas.course(seeded.course).unwrap().topics[&seeded.topics[0]].entries.clone();
    let answers = |parent: Option<i64>| there.iter().filter(|entry| entry.parent == parent).count();
    assert_eq!((there.len(), answers(None), answers(Some(there[0].id))), (4, 3, 1));

    let after: Vec<_> =
        thread(&shell.json(0, &["show", &id]).await).into_iter().map(|(_, body, depth)| (body, depth)).collect();
    assert_eq!(after, before.map(|(_, body, depth)| (body, depth)), "they stand where they stood");
    assert_eq!(shell.json(0, &["sync"]).await["writes"], 0);
    let edit = ["edit", answer["id"].as_str().unwrap()];
    shell.json_of(0, &[&edit[..], &WITH_BODY].concat(), "<p>Each has a scar of its own.</p>").await;
    assert_eq!(shell.json(0, &["sync"]).await["sent"], 1);
    let there = canvas.course(seeded.course).unwrap().topics[&seeded.topics[0]].entries.clone();
    assert!(there.len() == 4 && there.iter().any(|entry| entry.message == "<p>Each has a scar of its own.</p>"));
}
