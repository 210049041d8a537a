//! Keys, limits, feeds and files, shown over the wire.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a test stops where its ground is not there, and not each uses every part"
)]

#[path = "discourse_parts/site.rs"]
mod site;
#[path = "discourse_parts/wire.rs"]
mod wire;

use base64::Engine;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{Oaep, Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use simulators::clock::Clock;
use simulators::discourse::{Discourse, Limits, Profile, Writable, base62_of_sha1, reference_forum};
use simulators::fault::FaultPlan;

use site::{Site, put, start_of_time};

#[tokio::test]
async fn tags_are_names_in_2023_and_objects_in_2026() {
    for (profile, expected) in [
        (Profile::V3_1, json!(["howto", "tide"])),
        (
            Profile::V2026,
            json!([{ "id": 1, "name": "howto", "slug": "howto" }, { "id": 2, "name": "tide", "slug": "tide" }]),
        ),
    ] {
        let site = Site::start(profile).await;
        let topic = site.as_ada("GET", &format!("/t/{}.json", site.topic), Value::Null).await.json();
        assert_eq!(topic["tags"], expected);
        let list = site.as_ada("GET", "/latest.json", Value::Null).await.json();
        assert_eq!(list["topic_list"]["topics"][0]["tags"], expected);
    }
}

#[tokio::test]
async fn the_old_feed_is_a_window_of_ids_and_the_new_one_the_newest_fifty() {
    let ids = |value: &Value| {
        value["latest_posts"].as_array().unwrap().iter().map(|p| p["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    for profile in [Profile::V3_1, Profile::V2026] {
        let site = Site::with(profile, |forum| {
            forum.skip_ids_to(0, 200);
            forum.add_post(4, 1, "The only other post, far up in the ids.", None);
        })
        .await;
        let first = ids(&site.as_ada("GET", "/posts.json", Value::Null).await.json());
        let window = ids(&site.as_ada("GET", "/posts.json?before=150", Value::Null).await.json());
        let inclusive = ids(&site.as_ada("GET", "/posts.json?before=200", Value::Null).await.json());
        match profile {
            Profile::V3_1 | Profile::V2024 => assert_eq!((first, window, inclusive), (vec![200], vec![], vec![200])),
            Profile::V2026 => {
                assert_eq!((first, window, inclusive), (vec![200, site.post], vec![site.post], vec![site.post]))
            }
        }
    }
}

#[tokio::test]
async fn external_ids_are_for_admin_keys_alone_and_redirect() {
    let site = Site::start(Profile::V3_1).await;
    let topic = |title: &str, id: &str| json!({ "title": title, "raw": format!("A body for the topic {title}."), "category": 2, "external_id": id });
    assert_eq!(site.as_admin("POST", "/posts.json", topic("A topic with an outer name", "doc-1")).await.status, 200);
    assert_eq!(site.as_ada("POST", "/posts.json", topic("A topic of a member without one", "doc-2")).await.status, 200);
    let found = site.as_admin("GET", "/t/external_id/doc-1.json", Value::Null).await;
    assert_eq!(found.status, 301);
    assert!(found.header("location").unwrap().starts_with(&site.server.base_url()));
    assert_eq!(site.as_admin("GET", "/t/external_id/doc-2.json", Value::Null).await.status, 404);
}

#[tokio::test]
async fn the_three_kinds_of_429_have_their_own_bodies() {
    let site = Site::start(Profile::V3_1).await;
    let limit = |limits: Limits| site.server.with(|forum| forum.settings.limits = limits);
    limit(Limits { user_key_per_minute: Some(2), ..Limits::default() });
    let probe = async || site.as_ada("GET", "/session/current.json", Value::Null).await;
    assert_eq!((probe().await.status, probe().await.status), (200, 200));
    site.pass(20);
    let refused = probe().await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("40")));
    assert_eq!(refused.header("discourse-rate-limit-error-code"), Some("user_api_key_limiter_60_secs"));
    assert_eq!(refused.json()["extras"]["wait_seconds"], 40);
    site.pass(40);
    assert_eq!(probe().await.status, 200, "refused hits are not stored");

    limit(Limits { per_address_per_10_seconds: Some(2), ..Limits::default() });
    assert_eq!((probe().await.status, probe().await.status), (200, 200));
    site.pass(9);
    let refused = probe().await;
    assert_eq!((refused.status, refused.header("content-type")), (429, None));
    assert!(String::from_utf8(refused.body).unwrap().starts_with("Slow down"));
    site.pass(2);
    assert_eq!(probe().await.status, 200, "one of the two first hits is out of the window by now");

    limit(Limits { actions: true, ..Limits::default() });
    let reply =
        |n: u8| json!({ "topic_id": site.topic, "raw": format!("Reply number {n} in quick succession, by a member.") });
    assert_eq!(site.as_ada("POST", "/posts.json", reply(1)).await.status, 200);
    let refused = site.as_ada("POST", "/posts.json", reply(2)).await;
    assert_eq!((refused.status, refused.json()["error_type"].as_str()), (429, Some("rate_limit")));
    assert_eq!(site.as_admin("POST", "/posts.json", reply(3)).await.status, 200, "staff are exempt");
}

#[tokio::test]
async fn read_only_refuses_writes_and_marks_reads() {
    let site = Site::start(Profile::V3_1).await;
    site.server.with(|forum| forum.settings.writable = Writable::Nobody);
    let refused = site
        .as_admin("PUT", &format!("/posts/{}.json", site.post), put("A text which will not be stored.", json!({})))
        .await;
    assert_eq!((refused.status, refused.json()["error_type"].as_str()), (503, Some("read_only")));
    let read = site.as_ada("GET", "/latest.json", Value::Null).await;
    assert_eq!((read.status, read.header("discourse-readonly")), (200, Some("true")));
}

#[tokio::test]
async fn an_approved_key_comes_encrypted_in_either_padding_and_replaces_the_earlier_one() {
    let private = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap();
    let pem = RsaPublicKey::from(&private).to_public_key_pem(LineEnding::LF).unwrap();
    for (profile, padding, oaep) in
        [(Profile::V3_1, "pkcs1", false), (Profile::V3_1, "oaep", false), (Profile::V2026, "oaep", true)]
    {
        let site = Site::start(profile).await;
        let ask = json!({ "application_name": "A program", "client_id": "client-1", "scopes": "read,write", "public_key": pem, "nonce": "n1", "padding": padding });
        let text = site.server.with(|forum| forum.approve_user_key(3, &ask)).unwrap();
        assert!(text.ends_with('\n') && text.lines().all(|line| line.len() <= 60));
        let sealed =
            base64::engine::general_purpose::STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap();
        let plain = if oaep {
            private.decrypt(Oaep::new::<sha1::Sha1>(), &sealed)
        } else {
            private.decrypt(Pkcs1v15Encrypt, &sealed)
        };
        let payload: Value = serde_json::from_slice(&plain.unwrap()).unwrap();
        assert_eq!((payload["nonce"].as_str(), payload["api"].as_i64()), (Some("n1"), Some(4)));
        let key = payload["key"].as_str().unwrap();
        let session = site.call(&[("User-Api-Key", key)], "GET", "/session/current.json", Value::Null).await.json();
        assert_eq!(session["current_user"]["username"], "ada");
        assert_eq!(
            site.as_ada("GET", "/session/current.json", Value::Null).await.status,
            403,
            "the earlier key of this client is gone"
        );
        let revoked =
            site.call(&[("User-Api-Key", key)], "POST", "/user-api-key/revoke.json", Value::Null).await.json();
        assert_eq!(revoked, json!({ "success": "OK" }));
        assert_eq!(site.call(&[("User-Api-Key", key)], "GET", "/session/current.json", Value::Null).await.status, 403);
    }
}

#[tokio::test]
async fn the_device_flow_delivers_its_payload_once() {
    let private = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap();
    let pem = RsaPublicKey::from(&private).to_public_key_pem(LineEnding::LF).unwrap();
    let site = Site::start(Profile::V2026).await;
    let head = site.call(&[], "HEAD", "/user-api-key/new", Value::Null).await;
    assert_eq!((head.header("auth-api-version"), head.header("auth-api-device-code")), (Some("4"), Some("true")));
    let ask = json!({ "application_name": "A program", "client_id": "client-2", "scopes": "read", "public_key": pem, "nonce": "n2" });
    let begun = site.call(&[], "POST", "/user-api-key/device.json", ask).await.json();
    let code = json!({ "device_code": begun["device_code"] });
    let poll = async || site.call(&[], "POST", "/user-api-key/device/poll.json", code.clone()).await.json();
    assert_eq!(poll().await["status"], "authorization_pending");
    let user_code = begun["user_code"].as_str().unwrap().to_owned();
    assert!(site.server.with(|forum| forum.decide_device(3, &user_code, true)));
    assert_eq!(poll().await["status"], "authorized");
    assert_eq!(poll().await["status"], "expired_token");
}

#[tokio::test]
async fn the_same_bytes_are_the_same_upload_and_are_served_by_their_short_address() {
    let site = Site::start(Profile::V3_1).await;
    let png: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x28\x00\x00\x00\x1e\x08";
    let headers = [("User-Api-Key", site.user_key.as_str()), ("Content-Type", "multipart/form-data; boundary=Q")]
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
    let body = |name: &str| {
        let mut out = format!("--Q\r\nContent-Disposition: form-data; name=\"upload_type\"\r\n\r\ncomposer\r\n--Q\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
        out.extend_from_slice(png);
        out.extend_from_slice(b"\r\n--Q--\r\n");
        out
    };
    let first = wire::send(&site.server, "POST", "/uploads.json", &headers, &body("a.png")).await.json();
    let second = wire::send(&site.server, "POST", "/uploads.json", &headers, &body("b.png")).await.json();
    assert_eq!((&first["id"], second["original_filename"].as_str()), (&second["id"], Some("a.png")));
    let served = site.as_ada("GET", first["short_path"].as_str().unwrap(), Value::Null).await;
    assert_eq!((served.header("content-type"), served.body.as_slice()), (Some("image/png"), png));
    assert_eq!(base62_of_sha1("41e81e28fe59757ede85f24b9e9055e40ffd1678"), "9p2lqRZjcunEQMHmgc5D7tD275C");
}

#[tokio::test]
async fn the_reference_forum_has_its_size_and_can_be_pulled_by_feed_and_by_topic() {
    let clock = Clock::frozen_at(start_of_time());
    let mut forum = reference_forum(Profile::V3_1, 200, 20, clock.now());
    let key = forum.add_user_key(3, "client", &["read"]);
    assert_eq!((forum.counts().topics, forum.counts().posts), (200, 4000));
    let server = Discourse::serve(forum, FaultPlan::new(), clock).await.unwrap();
    let headers = [("User-Api-Key".to_owned(), key)];
    let mut before = None;
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let path = before.map_or_else(|| "/posts.json".to_owned(), |id: i64| format!("/posts.json?before={id}"));
        let page = wire::send(&server, "GET", &path, &headers, b"").await.json();
        let ids: Vec<i64> =
            page["latest_posts"].as_array().unwrap().iter().map(|post| post["id"].as_i64().unwrap()).collect();
        let Some(lowest) = ids.iter().min().copied() else { break };
        seen.extend(ids);
        if lowest <= 1 {
            break;
        }
        before = Some(lowest - 1);
    }
    assert_eq!((seen.len(), server.log().total()), (4000, 80));
    let list = wire::send(&server, "GET", "/latest.json", &headers, b"").await.json();
    assert_eq!(list["topic_list"]["topics"].as_array().unwrap().len(), 30);
    assert_eq!(list["topic_list"]["more_topics_url"], "/latest?no_definitions=true&page=1");
}
