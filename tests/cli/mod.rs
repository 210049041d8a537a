//! `lecternctl` as a script meets it: a process of its own at every call, over one workspace, with a Canvas on loopback.

mod arranging;
mod attachments;
#[cfg(feature = "full-integration")]
mod connecting;
mod discussing;
mod drafts;
mod folders;
#[cfg(feature = "full-integration")]
mod forum;
mod mistakes;
mod modules;
mod other_build;
mod replying;
mod restored;
mod reviewing;
mod settling;
mod shell;
mod strategy;
mod versions;

use serde_json::{Value, json};
use simulators::canvas::{Canvas, CourseSeed, PageSeed, Seeded};

use shell::{Shell, TOKEN};

const BODY: &str = "<p>The tide comes in twice a day.</p>\n<p>Bring a hand lens.</p>\n<p>The ferry leaves at nine.</p>";

async fn canvas() -> (Canvas, Seeded) {
    let canvas = Canvas::start().await.unwrap();
    let teacher = canvas.add_user("Ada Instructor");
    canvas.add_token(teacher, TOKEN);
    let page = |title: &str| PageSeed { title: title.to_owned(), body: BODY.to_owned(), published: true, front: false };
    let seed = CourseSeed {
        name: "Shore Ecology".to_owned(),
        code: "SE-1".to_owned(),
        pages: vec![page("Tide pools"), page("What to bring")],
        ..CourseSeed::default()
    };
    let seeded = canvas.seed(teacher, &seed).unwrap();
    (canvas, seeded)
}

/// A workspace that has synced the course once: the account's id, and the ids of the pages by title.
async fn synced(canvas: &Canvas, seeded: &Seeded) -> (Shell, String) {
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    let account =
        shell.json(0, &["account", "add", "canvas", "--url", &canvas.base_url(), "--token-env", shell::VARIABLE]).await;
    let account = account["id"].as_str().unwrap().to_owned();
    shell.json(0, &["space", "keep", &account, &seeded.course.to_string()]).await;
    shell.json(0, &["sync"]).await;
    (shell, account)
}

async fn entity(shell: &Shell, title: &str) -> String {
    let trees = shell.json(0, &["tree"]).await;
    let rows = trees[0]["rows"].as_array().unwrap();
    rows.iter().find(|row| row["title"] == title && row["entity"].is_string()).unwrap()["entity"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn sent_body(canvas: &Canvas, seeded: &Seeded, page: usize) -> String {
    canvas.page(seeded.course, seeded.pages[page]).unwrap().body.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_is_kept_edited_and_synced_and_a_second_sync_writes_nothing() {
    let (canvas, seeded) = canvas().await;
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    let account =
        shell.json(0, &["account", "add", "canvas", "--url", &canvas.base_url(), "--token-env", shell::VARIABLE]).await;
    assert_eq!((&account["secret"], &account["userName"]), (&json!("environment"), &json!("Ada Instructor")));
    let account = account["id"].as_str().unwrap();
    let available = shell.json(0, &["space", "available", account]).await;
    assert_eq!((&available[0]["name"], &available[0]["kept"]), (&json!("Shore Ecology"), &json!(false)));
    shell.json(0, &["space", "keep", account, &seeded.course.to_string()]).await;

    let first = shell.json(0, &["sync"]).await;
    assert_eq!((&first["outcome"], &first["writes"]), (&json!("done"), &json!(0)), "{first}");
    assert!(first["requests"].as_u64().unwrap() > 0 && first["bytesIn"].as_u64().unwrap() > 0, "{first}");
    assert!(!first["phases"].as_array().unwrap().is_empty(), "{first}");
    assert_eq!(first["lines"].as_array().unwrap().iter().filter(|line| line["kind"] == "page").count(), 2, "{first}");

    let page = entity(&shell, "Tide pools").await;
    assert_eq!(shell.words(0, &["show", &page, "--body"]).await, sent_body(&canvas, &seeded, 0));
    let edited = sent_body(&canvas, &seeded, 0).replace("nine", "ten past nine");
    let saved = shell.json_of(0, &["edit", &page, "--title", "Tide pools at noon", "--body-file", "-"], &edited).await;
    assert_eq!(saved["changed"], true);
    shell.json(0, &["edit", &page, "--set", "published=false"]).await;
    let made = shell
        .json_of(
            0,
            &["new", "page", "--space", "Shore Ecology", "--title", "Boots", "--body-file", "-"],
            "<p>Dry ones.</p>",
        )
        .await;
    assert_eq!(made["kind"], "page");

    let outbox = shell.json(0, &["outbox"]).await;
    let changes: Vec<_> = outbox.as_array().unwrap().iter().map(|item| item["change"].as_str().unwrap()).collect();
    assert_eq!((changes.len(), changes.contains(&"new"), changes.contains(&"edited")), (2, true, true), "{outbox}");
    let plan = shell.json(0, &["sync", "--plan"]).await;
    assert_eq!(plan["lines"].as_array().unwrap().iter().filter(|line| line["group"] == "send").count(), 2, "{plan}");
    assert_eq!(sent_body(&canvas, &seeded, 0).matches("ten past").count(), 0, "a plan sends nothing");

    let second = shell.json(0, &["sync"]).await;
    assert_eq!((&second["sent"], &second["outcome"]), (&json!(2), &json!("done")), "{second}");
    let there = canvas.page(seeded.course, seeded.pages[0]).unwrap();
    assert_eq!((there.title.as_str(), there.published), ("Tide pools at noon", false));
    assert_eq!(there.body.unwrap(), edited);
    assert!(canvas.page_titled(seeded.course, "Boots").is_some());

    let third = shell.json(0, &["sync"]).await;
    assert_eq!(
        (&third["writes"], &third["outcome"], third["lines"].as_array().unwrap().len()),
        (&json!(0), &json!("done"), 0),
        "{third}"
    );
    assert_eq!(shell.json(0, &["outbox"]).await, json!([]));
    assert_eq!(shell.json(0, &["report"]).await["run"], third["run"]);
    assert_eq!(shell.json(0, &["status"]).await["toSend"], 0);
    assert!(shell.json(0, &["history", &page]).await.as_array().unwrap().len() > 1);

    shell.nothing_holds_the_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_both_sides_changed_waits_with_exit_code_3_until_it_is_settled() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    // No sentence shares a word with another: what both sides write alike contradicts nobody.
    for (choice, mine, theirs, word) in [
        ("--mine", "Boots at ten.", "Warm hats by noon.", "Boots at ten."),
        ("--theirs", "Every pencil counts!", "Coats matter most;", "Coats matter most;"),
        ("--file", "Rope, always.", "Lamps: charged overnight", "Settled for dusk"),
    ] {
        let page = entity(&shell, "What to bring").await;
        let before = sent_body(&canvas, &seeded, 1);
        let rewritten = |sentence: &str| format!("<p>{sentence}</p>\n{}", before.split_once('\n').unwrap().1);
        let theirs = rewritten(theirs);
        canvas.as_someone_else().write_page(seeded.course, seeded.pages[1], &theirs).unwrap();
        shell.json_of(0, &["edit", &page, "--body-file", "-"], &rewritten(mine)).await;

        let report = shell.json(3, &["sync"]).await;
        assert_eq!(
            (&report["outcome"], &report["needsYou"], &report["writes"]),
            (&json!("waits"), &json!(1), &json!(0)),
            "{report}"
        );
        assert_eq!(sent_body(&canvas, &seeded, 1), theirs, "nothing is overwritten");
        let needs = shell.json(3, &["conflicts"]).await;
        assert_eq!((&needs[0]["id"], &needs[0]["need"]), (&json!(page), &json!("conflict")));
        let conflict = shell.json(3, &["conflicts", &page]).await;
        assert!(conflict["passages"].as_array().unwrap().iter().any(|passage| passage["kind"] == "open"), "{conflict}");
        shell.json(3, &["status"]).await;

        let words: &[&str] =
            if choice == "--file" { &["resolve", &page, choice, "-"] } else { &["resolve", &page, choice] };
        shell.json_of(0, words, &rewritten("Settled for dusk")).await;
        assert_eq!(shell.json(0, &["conflicts"]).await, json!([]));
        let report = shell.json(0, &["sync"]).await;
        assert!(sent_body(&canvas, &seeded, 1).contains(word), "{choice}: {report}");
        assert_eq!(shell.words(0, &["show", &page, "--body"]).await, sent_body(&canvas, &seeded, 1));
        assert_eq!(shell.json(0, &["sync"]).await["writes"], 0, "{choice}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_told_in_three_sentences_and_leaves_nothing_behind() {
    let (canvas, _) = canvas().await;
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    let url = canvas.base_url();
    let wrong: &[&str] = &["account", "add", "canvas", "--url", &url, "--token-env", shell::WRONG];
    let (code, out, err) = shell.run(true, wrong, "").await;
    let told: Value = serde_json::from_str(&err).unwrap();
    assert_eq!((code, out.as_str(), &told["code"]), (1, "", &json!("wrong_token")), "{err}");
    for part in ["what", "safe", "next"] {
        assert!(!told[part].as_str().unwrap().is_empty(), "{told}");
    }
    assert_eq!(
        shell.run(true, &["account", "add", "canvas", "--url", &url, "--token-env", "LECTERN_UNSET"], "").await.0,
        1
    );
    assert_eq!(shell.json(0, &["account", "list"]).await, json!([]));
    assert_eq!(shell.run(true, &["show", "nothing"], "").await.0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_a_site_is_left_out_and_the_sync_fails() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let (code, out, _) = shell.without_key(&["sync"]).await;
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, report["leftOut"].as_array().unwrap().len()), (1, 1), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_edited_is_refused_with_a_reason() {
    let (canvas, seeded) = canvas().await;
    let (shell, _) = synced(&canvas, &seeded).await;
    let page = entity(&shell, "Tide pools").await;
    for field in ["colour=red", "slug=other"] {
        assert_eq!(shell.run(true, &["edit", &page, "--set", field], "").await.0, 1, "{field}");
    }
    assert_eq!(shell.json(0, &["outbox"]).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_of_ones_own_lives_without_a_site() {
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    let space = shell.json(0, &["space", "new", "Notes"]).await;
    let at = space["id"].as_str().unwrap();
    let new = ["new", "page", "--space", at, "--title", "Ferry", "--body-file", "-"];
    let made = shell.json_of(0, &new, "<p>Nine, not ten.</p>").await;
    let page = made["id"].as_str().unwrap();
    shell.json(0, &["edit", page, "--title", "Ferries"]).await;
    assert_eq!(entity(&shell, "Ferries").await, page);
    shell.json(0, &["delete", page]).await;
    assert_eq!(shell.json(0, &["tree", "Notes"]).await[0]["rows"], json!([]));

    let deleted = shell.json(0, &["trash", "list"]).await;
    assert_eq!((&deleted[0]["id"], &deleted[0]["title"], &deleted[1]), (&json!(page), &json!("Ferries"), &Value::Null));
    shell.json(0, &["trash", "restore", page]).await;
    assert_eq!(entity(&shell, "Ferries").await, page);
    assert_eq!(shell.json(0, &["trash", "list"]).await, json!([]));
    assert_eq!(shell.run(true, &["trash", "purge", page], "").await.0, 1, "it is not in the trash");
    shell.json(0, &["delete", page]).await;
    shell.json(0, &["trash", "purge", page]).await;
    assert_eq!(shell.json(0, &["trash", "list"]).await, json!([]));
    assert_eq!(shell.run(true, &["history", page], "").await.0, 1, "its history went with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_found_by_their_words() {
    let shell = Shell::new();
    shell.json(0, &["init"]).await;
    for (space, title, body) in [
        ("Notes", "Ferry", "<p>The ferry leaves at nine from the old pier.</p>"),
        ("Notes", "Tide", "<p>The old gauge stands at the pier.</p>"),
        ("Other", "Ferry again", "<p>Nothing about a gauge.</p>"),
    ] {
        let spaces = shell.json(0, &["space", "list"]).await;
        if !spaces.as_array().unwrap().iter().any(|known| known["name"] == space) {
            shell.json(0, &["space", "new", space]).await;
        }
        shell.json_of(0, &["new", "page", "--space", space, "--title", title, "--body-file", "-"], body).await;
    }
    let titles = |found: Value| -> Vec<String> {
        let text = |row: &Value| {
            row["title"].as_array().unwrap().iter().map(|piece| piece["text"].as_str().unwrap()).collect()
        };
        let mut titles: Vec<String> = found.as_array().unwrap().iter().map(text).collect();
        titles.sort();
        titles
    };
    for (words, expected) in [
        (&["search", "ferry"][..], &["Ferry", "Ferry again"][..]),
        (&["search", "ferry", "--space", "Notes"], &["Ferry"]),
        (&["search", "--limit", "1", "\"old pier\""], &["Ferry"]),
        (&["search", "pier -ferry"], &["Tide"]),
        (&["search", "gau*"], &["Ferry again", "Tide"]),
        (&["search", "nowhere"], &[]),
    ] {
        assert_eq!(titles(shell.json(0, words).await), expected, "{words:?}");
    }
    assert!(shell.words(0, &["search", "nine"]).await.contains("leaves at nine"));
    for (code, wrong) in
        [(1, &["search", "ferry", "--space", "Nowhere"][..]), (2, &["search", "ferry", "--limit", "0"])]
    {
        assert_eq!(shell.run(true, wrong, "").await.0, code, "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_against_a_deletion_is_asked_about_and_goes_as_chosen() {
    // Who deleted, the choice, whether the page is on the site in the end, and a word that it then has.
    for (deleted, choice, there, word) in [
        ("there", "--mine", true, "sandwich"),
        ("there", "--theirs", false, ""),
        ("here", "--mine", false, ""),
        ("here", "--theirs", true, "umbrella"),
    ] {
        let (canvas, seeded) = canvas().await;
        let (shell, _) = synced(&canvas, &seeded).await;
        let page = entity(&shell, "What to bring").await;
        let someone = canvas.as_someone_else();
        if deleted == "there" {
            someone.delete_page(seeded.course, seeded.pages[1]).unwrap();
            shell.json_of(0, &["edit", &page, "--body-file", "-"], "<p>A sandwich.</p>").await;
        } else {
            someone.write_page(seeded.course, seeded.pages[1], "<p>An umbrella.</p>").unwrap();
            shell.json(0, &["delete", &page]).await;
        }
        let report = shell.json(3, &["sync"]).await;
        assert_eq!(report["writes"], 0, "{deleted} {choice}: {report}");
        assert_eq!(shell.json(3, &["conflicts"]).await[0]["need"], "question");
        shell.json(0, &["resolve", &page, choice]).await;
        let report = shell.json(0, &["sync"]).await;
        let found = canvas.page_titled(seeded.course, "What to bring");
        assert_eq!(found.is_some(), there, "{deleted} {choice}: {report}");
        assert!(found.is_none_or(|page| page.body.unwrap().contains(word)), "{deleted} {choice}");
        assert_eq!(shell.json(0, &["sync"]).await["writes"], 0, "{deleted} {choice}");
        assert_eq!(shell.json(0, &["outbox"]).await, json!([]), "{deleted} {choice}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reads_words_and_no_jargon() {
    let (canvas, seeded) = canvas().await;
    let (shell, account) = synced(&canvas, &seeded).await;
    let page = entity(&shell, "Tide pools").await;
    let other = entity(&shell, "What to bring").await;
    shell.json_of(0, &["edit", &page, "--body-file", "-"], &BODY.replace("nine", "ten")).await;
    shell.json_of(0, &["edit", &other, "--body-file", "-"], "<p>Boots at ten.</p>").await;
    canvas.as_someone_else().write_page(seeded.course, seeded.pages[1], "<p>Warm hats!</p>").unwrap();
    let mut all = String::new();
    for (code, words) in [
        (0, &["account", "list"][..]),
        (0, &["space", "available", &account]),
        (0, &["space", "list"]),
        (0, &["tree"]),
        (0, &["outbox"]),
        (0, &["outbox", &page]),
        (3, &["sync", "--plan"]),
        (3, &["sync"]),
        (3, &["conflicts"]),
        (3, &["conflicts", &other]),
        (0, &["show", &other]),
        (0, &["history", &page]),
        (0, &["report"]),
        (3, &["status"]),
        (0, &["resolve", &other, "--mine"]),
        (0, &["discard", &other]),
    ] {
        let told = shell.words(code, words).await;
        assert!(!told.is_empty(), "{words:?}");
        all.push_str(&format!("$ {}\n{told}\n", words.join(" ")));
    }
    let lower = all.to_lowercase();
    let split = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '$');
    let jargon =
        ["pull", "push", "merge", "entity", "remote", "mapping", "hunk", "parked", "token", "payload", "null", "none"];
    let found: Vec<&str> = split.filter(|word| jargon.contains(word)).collect();
    assert!(found.is_empty(), "{found:?} in:\n{all}");
}
