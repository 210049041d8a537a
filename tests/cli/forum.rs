//! The same over a forum.

use std::sync::Arc;

use chrono::TimeDelta;
use lectern::app::App;
use serde_json::json;
use simulators::clock::Clock;
use simulators::discourse::{Discourse, Forum, Profile, Settings};
use simulators::fault::FaultPlan;

use super::shell::{self, Shell};

#[tokio::test(flavor = "multi_thread")]
async fn a_category_is_kept_a_topic_edited_and_answered() {
    let clock = Clock::default();
    let mut forum = Forum::new(Profile::V2026, Settings::default(), clock.now() - TimeDelta::days(30));
    let admin = forum.add_user("admin", "admin", 4);
    let category = forum.add_category("Notes", "notes", None);
    let raw = "The gauge stands at the pier, read it twice a day.";
    let (topic, first) = forum.add_topic(admin, category, "How the tide gauge is read", raw, &[]);
    let brine = forum.add_user("brine", "Brine", 1);
    forum.add_post(brine, topic, "Twice a day is enough for me, says the log.", None);
    forum.add_post(admin, topic, "And write the time beside the number, please.", None);
    let key = forum.add_admin_key(None);
    let own = forum.add_user_key(admin, "somebody", &["read", "write"]);
    let forum = Discourse::serve(forum, FaultPlan::new(), clock).await.unwrap();
    let url = forum.base_url();

    let own = Shell::with_key(&own);
    own.json(0, &["init"]).await;
    let by_own_key =
        own.json(0, &["account", "add", "discourse", "--url", &url, "--user-key-env", shell::VARIABLE]).await;
    assert_eq!(by_own_key["secret"], "environment");

    let shell = Shell::with_key(&key);
    shell.json(0, &["init"]).await;
    let add = ["account", "add", "discourse", "--url", &url, "--api-key-env", shell::VARIABLE, "--username", "admin"];
    let account = shell.json(0, &add).await;
    shell.json(0, &["space", "keep", account["id"].as_str().unwrap(), &category.to_string()]).await;
    let report = shell.json(0, &["sync"]).await;
    assert_eq!(report["writes"], 0, "{report}");

    let id = super::entity(&shell, "How the tide gauge is read").await;
    let document = shell.json(0, &["show", &id]).await;
    assert_eq!((document["body"].as_str().unwrap(), document["posts"].as_array().unwrap().len()), (raw, 2));
    assert_eq!(document["posts"][0]["quote"], format!("brine, post:2, topic:{topic}"));
    shell.json_of(0, &["edit", &id, "--body-file", "-"], &raw.replace("twice", "three times")).await;
    let new = ["new", "post", "--space", "Notes", "--parent", &id, "--body-file", "-"];
    shell.json_of(0, &new, "I read it at nine, and it was dry.").await;
    let report = shell.json(0, &["sync"]).await;
    assert_eq!((&report["sent"], &report["outcome"]), (&json!(2), &json!("done")), "{report}");
    forum.with(|forum| {
        assert!(forum.post(first).unwrap().raw.contains("three times"));
        assert_eq!(forum.posts_with_raw("I read it at nine, and it was dry.").len(), 1);
    });
    assert_eq!(shell.json(0, &["sync"]).await["writes"], 0);

    // Who wrote anywhere on the forum can be mentioned anywhere on it.
    let app = App::open(shell.folder(), Arc::new(|_| {})).await.unwrap();
    let space = app.spaces().await.unwrap()[0].id.clone();
    assert_eq!(app.people_in_use(&space).await.unwrap(), ["admin", "brine"]);
    app.close().await;
    shell.nothing_holds_the_key();
    own.nothing_holds_the_key();
}
