//! What a write does, shown over the wire: conflicts, witnesses, versions, stubs, moves.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a test stops where its ground is not there, and not each uses every part"
)]

#[path = "discourse_parts/site.rs"]
mod site;
#[path = "discourse_parts/wire.rs"]
mod wire;

use serde_json::{Value, json};
use simulators::discourse::{CategoryOptions, Profile, normalize_raw};
use simulators::fault::{Fault, On};

use site::{BODY, Site, put};

#[tokio::test]
async fn an_edit_from_a_stale_text_is_a_409_by_the_names_the_server_knows() {
    let new = "A quite different text which should not overwrite the other.";
    let table = [
        (Profile::V3_1, json!({ "raw_old": "stale" }), 409),
        (Profile::V3_1, json!({ "original_text": "stale" }), 200),
        (Profile::V3_1, json!({ "raw_old": format!("{BODY}\n") }), 409),
        (Profile::V3_1, json!({ "raw_old": "" }), 200),
        (Profile::V3_1, json!({ "raw_old": BODY }), 200),
        (Profile::V2026, json!({ "raw_old": "stale" }), 409),
        (Profile::V2026, json!({ "original_text": "stale" }), 409),
        (Profile::V2026, json!({ "original_text": BODY, "raw_old": BODY }), 200),
    ];
    for (profile, lock, status) in table {
        let site = Site::start(profile).await;
        let reply = site.as_ada("PUT", &format!("/posts/{}.json", site.post), put(new, lock.clone())).await;
        assert_eq!(reply.status, status, "{profile:?} {lock}");
        assert_eq!(site.raw() == new, status == 200, "{profile:?} {lock}");
    }
}

#[tokio::test]
async fn a_title_and_tags_are_protected_in_2026_only_and_tags_by_id() {
    let howto = json!({ "id": 1, "name": "howto" });
    let tide = json!({ "id": 2, "name": "tide" });
    let title = "How the tide gauge is read by night";
    let table = [
        (Profile::V3_1, json!({ "title": title, "original_title": "stale" }), 200),
        (Profile::V2026, json!({ "title": title, "original_title": "stale" }), 409),
        (Profile::V2026, json!({ "title": title, "original_title": "How the tide gauge is read" }), 200),
        (Profile::V2026, json!({ "tags": [howto], "original_tags": [howto, tide] }), 200),
        (Profile::V2026, json!({ "tags": [howto], "original_tags": [howto] }), 409),
        (Profile::V2026, json!({ "tags": [howto], "original_tags": ["howto", "tide"] }), 409),
        (Profile::V2026, json!({ "tags": [howto], "original_tags": [] }), 200),
        (Profile::V3_1, json!({ "tags": ["howto"], "original_tags": ["other"] }), 200),
    ];
    for (profile, body, status) in table {
        let site = Site::start(profile).await;
        let reply = site.as_ada("PUT", &format!("/t/-/{}.json", site.topic), body.clone()).await;
        assert_eq!(reply.status, status, "{profile:?} {body}");
    }
}

#[tokio::test]
async fn the_draft_key_is_a_witness_for_user_keys_and_not_for_admin_keys() {
    let site = Site::start(Profile::V3_1).await;
    let key = "new_topic_0190a1b2";
    let draft = |key: &str| format!("/drafts/{key}.json");
    assert_eq!(
        site.as_ada("GET", &draft(key), Value::Null).await.json(),
        json!({ "draft": null, "draft_sequence": 0 })
    );
    let body = json!({ "topic_id": site.topic, "raw": "A reply of which the answer is lost on its way.", "draft_key": key, "nested_post": true });
    site.server.faults().add(On::method("POST", "/posts").first(1), Fault::LoseReply);
    let headers = [("User-Api-Key", site.user_key.as_str()), ("Content-Type", "application/json")];
    let headers = headers.map(|(n, v)| (n.to_owned(), v.to_owned()));
    let sent = body.to_string().into_bytes();
    let lost = wire::try_send(&site.server, "POST", "/posts.json", &headers, &sent).await;
    assert!(lost.is_none(), "the connection is cut before an answer");
    assert_eq!(site.as_ada("GET", &draft(key), Value::Null).await.json()["draft_sequence"], 1, "the post exists");
    assert_eq!(
        site.server.with(|forum| forum.posts_with_raw("A reply of which the answer is lost on its way.").len()),
        1
    );
    assert_eq!(site.as_ada("GET", &draft("new_topic_unused"), Value::Null).await.json()["draft_sequence"], 0);

    let body = json!({ "topic_id": site.topic, "raw": "A reply made with the key of an administrator.", "draft_key": "new_topic_admin" });
    assert_eq!(site.as_admin("POST", "/posts.json", body).await.status, 200);
    assert_eq!(site.as_admin("GET", &draft("new_topic_admin"), Value::Null).await.json()["draft_sequence"], 0);
}

#[tokio::test]
async fn a_repeat_is_memoised_for_admin_keys_and_refused_for_user_keys() {
    let site = Site::start(Profile::V3_1).await;
    let body =
        json!({ "topic_id": site.topic, "raw": "The very same reply, sent a second time.", "nested_post": true });
    let first = site.as_admin("POST", "/posts.json", body.clone()).await.json();
    let second = site.as_admin("POST", "/posts.json", body.clone()).await.json();
    assert_eq!(first, second);
    site.pass(121);
    let third = site.as_admin("POST", "/posts.json", body.clone()).await.json();
    assert_ne!(third["post"]["id"], first["post"]["id"], "staff have no guard against duplicates after the memo");

    let body = json!({ "topic_id": site.topic, "raw": "A reply by a member, sent a second time." });
    assert_eq!(site.as_ada("POST", "/posts.json", body.clone()).await.status, 200);
    let again = site.as_ada("POST", "/posts.json", body.clone()).await;
    assert_eq!(
        (again.status, again.json()["errors"][0].as_str()),
        (422, Some("Body is too similar to what you recently posted"))
    );
    site.pass(301);
    assert_eq!(site.as_ada("POST", "/posts.json", body).await.status, 200);
}

/// The steps and outcomes of the recorded `which_fields_change_on_edit`.

#[tokio::test]
async fn a_grace_edit_moves_updated_at_alone_and_a_version_bumps_only_the_last_post() {
    let site = Site::start(Profile::V3_1).await;
    let state = || {
        site.server.with(|forum| {
            let (post, topic) = (forum.post(site.post).unwrap(), forum.topic(site.topic).unwrap());
            (post.version, post.updated_at, topic.bumped_at)
        })
    };
    let edit = async |name: &str, raw: &str| {
        let reply = site.as_named(name, "PUT", &format!("/posts/{}.json", site.post), put(raw, json!({}))).await;
        assert_eq!(reply.status, 200);
    };
    let (_, _, bumped) = state();
    site.pass(10);
    edit("ada", "The first body of this topic, now longer by a few words.").await;
    assert_eq!(state(), (1, site.server.clock().now(), bumped), "grace edit");
    site.pass(10);
    edit("admin", "The first body of this topic, as the administrator wants it.").await;
    let versioned = site.server.clock().now();
    assert_eq!(state(), (2, versioned, versioned), "another editor makes a version, and the only post bumps");
    site.pass(10);
    let retitle = json!({ "title": "How the tide gauge is read today" });
    site.as_admin("PUT", &format!("/t/-/{}.json", site.topic), retitle).await;
    assert_eq!(state(), (2, versioned, versioned), "a title changed in grace moves nothing");
    site.server
        .with(|forum| forum.add_post(4, site.topic, "A reply below, so that the first post is not the last.", None));
    let replied = state().2;
    site.pass(400);
    edit("admin", "The first body of this topic, after the grace period is over.").await;
    assert_eq!(state(), (3, site.server.clock().now(), replied), "no bump below a reply");
    site.pass(400);
    let same = site.raw();
    edit("admin", &same).await;
    assert_eq!(state().0, 3, "the same text is no edit");
}

#[tokio::test]
async fn closing_appends_a_small_action_without_a_bump_and_reopening_bumps() {
    let site = Site::start(Profile::V3_1).await;
    let bumped = site.server.with(|forum| forum.topic(site.topic).unwrap().bumped_at);
    let status = |enabled: &str| json!({ "status": "closed", "enabled": enabled });
    let path = format!("/t/{}/status.json", site.topic);
    site.pass(60);
    site.as_admin("PUT", &path, status("true")).await;
    site.as_admin("PUT", &path, status("true")).await;
    let topic = site.as_admin("GET", &format!("/t/{}.json", site.topic), Value::Null).await.json();
    assert_eq!(topic["post_stream"]["stream"].as_array().unwrap().len(), 2, "setting the present value is a no-op");
    assert_eq!(topic["post_stream"]["posts"][1]["action_code"], "closed.enabled");
    assert_eq!(site.server.with(|forum| forum.topic(site.topic).unwrap().bumped_at), bumped);
    assert_eq!(
        site.as_ada("POST", "/posts.json", json!({ "topic_id": site.topic, "raw": "A reply into the closed topic." }))
            .await
            .status,
        422
    );
    site.as_admin("PUT", &path, status("false")).await;
    assert_eq!(site.server.with(|forum| forum.topic(site.topic).unwrap().bumped_at), site.server.clock().now());
}

#[tokio::test]
async fn an_author_leaves_a_stub_that_goes_after_a_day_and_staff_remove_at_once() {
    let site = Site::start(Profile::V3_1).await;
    let text = "A reply that its author will take back.";
    let id = site.server.with(|forum| forum.add_post(3, site.topic, text, None));
    let path = format!("/posts/{id}.json");
    let reply = site.as_ada("DELETE", &path, Value::Null).await;
    assert_eq!((reply.status, reply.body.len()), (200, 0));
    let stub = site.as_ada("GET", &path, Value::Null).await.json();
    assert_eq!(
        (stub["user_deleted"].as_bool(), stub["version"].as_i64(), stub["can_recover"].as_bool()),
        (Some(true), Some(2), Some(true))
    );
    assert_eq!(site.as_ada("PUT", &format!("/posts/{id}/recover.json"), Value::Null).await.json()["raw"], text);
    site.as_ada("DELETE", &path, Value::Null).await;
    site.pass(25 * 3600);
    assert_eq!(site.as_ada("GET", &path, Value::Null).await.status, 404);

    let other = site.server.with(|forum| forum.add_post(3, site.topic, "A reply that staff will remove really.", None));
    assert_eq!(site.as_admin("DELETE", &format!("/posts/{other}.json"), Value::Null).await.status, 200);
    let stream = site.as_ada("GET", &format!("/t/{}.json", site.topic), Value::Null).await.json();
    assert!(!stream["post_stream"]["stream"].as_array().unwrap().contains(&json!(other)));
    let asked = format!("/t/{}/posts.json?post_ids[]={other}&post_ids[]={}&include_raw=true", site.topic, site.post);
    let posts = site.as_ada("GET", &asked, Value::Null).await.json();
    assert_eq!(posts["post_stream"]["posts"].as_array().unwrap().len(), 1, "left out in silence");
}

#[tokio::test]
async fn texts_and_titles_are_stored_as_the_server_likes_them() {
    let site = Site::start(Profile::V3_1).await;
    let body = json!({ "title": "  why   does the buoy drift???!!!  ", "raw": "\n\n  Odd\u{a0}blanks and \0 a NUL, CRLF\r\nkept.  \n\n", "category": 2, "tags": ["Tide Tables", "c++"], "nested_post": true });
    let made = site.as_ada("POST", "/posts.json", body).await.json();
    assert_eq!(made["post"]["raw"], "\n\n  Odd blanks and  a NUL, CRLF\r\nkept.");
    let topic = site.as_ada("GET", &format!("/t/{}.json", made["post"]["topic_id"]), Value::Null).await.json();
    assert_eq!(
        (topic["title"].as_str(), &topic["tags"]),
        (Some("Why does the buoy drift?!"), &json!(["tide-tables", "c"]))
    );
    assert_eq!(normalize_raw("kept\u{200b} \u{feff}\u{3000}"), "kept\u{200b} \u{feff}");
}

#[tokio::test]
async fn queued_posts_have_no_id_until_they_are_approved() {
    let site = Site::with(Profile::V3_1, |forum| {
        forum.add_category_with(
            "Reviewed",
            "reviewed",
            CategoryOptions { needs_approval: true, ..CategoryOptions::default() },
        );
    })
    .await;
    let body = json!({ "title": "A topic that somebody must read first", "raw": "The body of a topic that has to wait.", "category": 3, "nested_post": true });
    let made = site.as_ada("POST", "/posts.json", body).await.json();
    assert_eq!((made["action"].as_str(), made.get("post")), (Some("enqueued"), None));
    let pending = site.as_ada("GET", "/posts/ada/pending.json", Value::Null).await.json();
    assert_eq!(pending["pending_posts"][0]["raw_text"], "The body of a topic that has to wait.");
    let id = made["pending_post"]["id"].as_i64().unwrap();
    let post = site.server.with(|forum| forum.approve_queued(id)).unwrap();
    assert_eq!(site.as_ada("GET", &format!("/posts/{post}.json"), Value::Null).await.status, 200);
}

#[tokio::test]
async fn the_system_user_rewrites_remote_images_after_some_minutes_with_a_version() {
    let site = Site::with(Profile::V3_1, |forum| {
        forum.settings.download_remote_images_to_local = true;
        forum.add_post(3, 1, "A picture: ![buoy](https://example.org/buoy.png)", None);
    })
    .await;
    let post = site.server.with(|forum| forum.posts.keys().next_back().copied().unwrap());
    site.pass(300);
    assert_eq!(site.as_ada("GET", &format!("/posts/{post}.json"), Value::Null).await.json()["version"], 1);
    site.pass(1);
    let rewritten = site.as_ada("GET", &format!("/posts/{post}.json"), Value::Null).await.json();
    assert_eq!(rewritten["version"], 2);
    assert!(rewritten["raw"].as_str().unwrap().starts_with("A picture: ![buoy](upload://"));
}

#[tokio::test]
async fn a_silent_rewrite_moves_neither_version_nor_time_and_a_move_keeps_ids() {
    let site = Site::start(Profile::V3_1).await;
    let before = site.server.with(|forum| forum.post(site.post).unwrap().clone());
    site.pass(60);
    site.server.with(|forum| forum.rewrite_silently(site.post, "The text after a rename of somebody mentioned in it."));
    let after = site.server.with(|forum| forum.post(site.post).unwrap().clone());
    assert_ne!(after.raw, before.raw);
    assert_eq!((after.version, after.updated_at), (before.version, before.updated_at));

    let (reply, target) = site.server.with(|forum| {
        let reply = forum.add_post(4, site.topic, "A reply that is going to be moved away.", None);
        let (target, _) =
            forum.add_topic(1, 2, "The topic to which things are moved", "The body of the target topic.", &[]);
        forum.move_posts_as(1, site.topic, &[reply], target);
        (reply, target)
    });
    let moved = site.as_ada("GET", &format!("/posts/{reply}.json"), Value::Null).await.json();
    assert_eq!((moved["topic_id"].as_i64(), moved["post_number"].as_i64()), (Some(target), Some(2)));
}
