//! The simulator answers as a real server did: same status, same keys, same types of values, exchange by exchange.
//!
//! The recordings are beside the repository (`LECTERN_SHARED`, or `../shared`); without them the test says so and passes.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test stops where its ground is not there")]

#[path = "discourse_parts/seed.rs"]
mod seed;
#[path = "discourse_parts/wire.rs"]
mod wire;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use simulators::clock::Clock;
use simulators::discourse::{Discourse, Forum, Profile};
use simulators::fault::FaultPlan;

/// Exchanges the simulator does not play, and why. A name ending in `/` or `*` stands for all that begin so.
const SKIPPED: &[(&str, &str)] = &[
    ("race/", "four requests at once in one file; no single exchange"),
    ("scenario/", "a table of fields over time, tested directly in discourse_behaviour.rs"),
    ("review/", "the moderators' queue is outside the clients' reach, but for what an author sees of it"),
    ("misc/admin_users", "administration"),
    ("misc/bookmark", "bookmarks are not synced"),
    ("misc/category_", "making categories is outside sync"),
    ("misc/filter", "not in this version either"),
    ("misc/groups", "groups are not synced"),
    ("misc/like", "likes are not synced"),
    ("misc/message_bus_poll", "a poll cannot replace pulling after being offline"),
    ("misc/new_topics", "lists by reading state are not used"),
    ("misc/notifications", "not synced"),
    ("misc/post_owner_change", "administration"),
    ("misc/search", "the index lags; not a sync tool"),
    ("misc/site_settings", "administration"),
    ("misc/top", "lists by score are not used"),
    ("misc/topic_convert_pm", "administration"),
    ("misc/topic_timings", "reading time is not sent"),
    ("misc/unread", "lists by reading state are not used"),
    ("misc/user.json", "profiles are not synced"),
    ("topicstatus/change_timestamp", "administration"),
    ("topicstatus/timer_set", "administration"),
    ("post/raw_email", "mail"),
    ("post/revision_revert", "clients revert by an edit"),
    ("readonly/disable", "administration; a switch of the control surface"),
    ("readonly/enable", "administration; a switch of the control surface"),
    ("ratelimit/edits_per_day_429", "needs thirty edits before it; tested directly"),
    ("ratelimit/new_user", "needs three topics before it; the limits are one ring buffer each, tested directly"),
    ("ratelimit/create_too_soon", "needs a post just before it; tested directly"),
    ("ratelimit/reply_too_soon", "needs a post just before it; tested directly"),
    ("ratelimit/login_429", "needs six logins before it"),
    ("raw/emoji_title_show", "names of emoji in titles are not turned into characters"),
    ("upload/short_path_get", "the address depends on bytes that are not in the recording; tested directly"),
    ("userapikey/create_trust_level_0", "another user's browser, the same answer as create_json_no_redirect"),
    ("userapikey/login_ok", "the profile in the answer is not for programs"),
    ("userapikey/use_external_id", "refused by a limit there, not for its external id; tested directly"),
    ("topic/create_identical_repeat_within_120s", "needs the first request; tested directly"),
    ("reply/create_memo_repeat", "needs the first request; tested directly"),
];

/// Keys that come and go with the history of the recorded forum, not with its kind.
const OF_THE_HISTORY: &[&str] = &[
    "notice",
    "last_wiki_edit",
    "link_counts",
    "bookmark_id",
    "bookmark_name",
    "bookmark_reminder_at",
    "bookmark_auto_delete_preference",
    "posted",
    "last_read_post_number",
    "last_read_post_id",
    "notifications_reason_id",
    "unread",
    "new_posts",
    "unread_posts",
    "notification_level",
    "suggested_topics",
    "more_topics_url",
    "excerpt",
    "read",
    "locked",
    "subcategory_list",
    "participants",
    "reply_to_user",
    "external_id",
    "parent_category_id",
    "can_delete",
    "can_edit_tags",
    "category_id_changes",
    "has_topic_draft",
    "can_remove_allowed_users",
    "can_remove_self_id",
    "users",
    "primary_groups",
    "flair_groups",
    "can_recover",
];

/// Objects whose members are data, or too many to matter to a client.
const OPAQUE: &[&str] = &[
    "notification_types",
    "grouped_unread_notifications",
    "default_dark_color_scheme",
    "custom_fields",
    "user_badges",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_exchange_has_the_recorded_status_keys_and_types() {
    let Some(root) = recordings() else {
        println!("skipped: no recordings beside the repository");
        return;
    };
    let mut names = Vec::new();
    walk(&root, &root, &mut names);
    names.sort();
    let pem = seed::public_key();
    let (mut played, mut skipped, mut failures) = (0, 0, Vec::new());
    let old = Played::start(Profile::V3_1, &pem).await;
    let new = Played::start(Profile::V2026, &pem).await;
    for name in &names {
        if SKIPPED.iter().any(|(start, _)| name.starts_with(start.trim_end_matches(".json"))) && !must_play(name) {
            skipped += 1;
            continue;
        }
        let text = std::fs::read_to_string(root.join(format!("{name}.json"))).unwrap();
        let exchange: Value = serde_json::from_str(&text).unwrap();
        played += 1;
        let server = if name.starts_with("backport/") { &new } else { &old };
        failures.extend(server.play(name, &exchange).await);
    }
    println!("{} recorded exchanges: {played} played, {skipped} skipped, {} differences", names.len(), failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn must_play(name: &str) -> bool {
    matches!(
        name,
        "review/reply_enqueued"
            | "review/pending_of_bob"
            | "review/show_topic_as_bob_with_pending"
            | "review/edit_own_approved_post"
            | "misc/user_activity_topics"
            | "misc/topic_list_ids"
            | "misc/topic_slug_edit_check"
    )
}

struct Played {
    server: Discourse,
    seed: Forum,
    masks: Vec<(&'static str, String)>,
}

impl Played {
    async fn start(profile: Profile, pem: &str) -> Self {
        let seeded = seed::seeded(profile, pem);
        let server = Discourse::serve(seeded.forum, FaultPlan::new(), Clock::default()).await.unwrap();
        let seed = server.with(|forum| forum.clone());
        Self { server, seed, masks: seeded.masks }
    }

    async fn play(&self, name: &str, exchange: &Value) -> Vec<String> {
        let fresh = self.seed.clone();
        let now = self.server.clock().now();
        self.server.with(|forum| {
            *forum = fresh;
            forum.set_now(now);
            seed::prepare(name, forum, &self.masks);
        });
        let request = &exchange["request"];
        let (headers, body) = self.rebuild(request);
        let path = self.unmask(request["path"].as_str().unwrap());
        let reply = wire::send(&self.server, request["method"].as_str().unwrap(), &path, &headers, &body).await;
        let expected = &exchange["response"];
        let mut out = Vec::new();
        if expected["status"].as_u64() != Some(u64::from(reply.status)) {
            let said = String::from_utf8_lossy(&reply.body).chars().take(200).collect::<String>();
            return vec![format!("{name}: status {} where {} was recorded: {said}", reply.status, expected["status"])];
        }
        let recorded_headers = expected["headers"].as_array().cloned().unwrap_or_default();
        for wanted in [
            "Location",
            "Retry-After",
            "Discourse-Readonly",
            "Auth-Api-Version",
            "Discourse-Rate-Limit-Error-Code",
            "X-Discourse-Username",
        ] {
            let recorded = recorded_headers.iter().find(|pair| pair[0] == wanted).and_then(|pair| pair[1].as_str());
            let same_value = !matches!(wanted, "Location" | "Retry-After");
            let ours = reply.header(wanted);
            if recorded.is_some() != ours.is_some() || (same_value && recorded != ours) {
                out.push(format!("{name}: header {wanted} is {ours:?} where {recorded:?} was recorded"));
            }
        }
        if let Some(recorded) = expected.get("json") {
            let ours = reply.json();
            if ours.is_null() {
                out.push(format!("{name}: no JSON"));
            }
            if let (Some(recorded), Some(ours)) = (recorded.get("errors"), ours.get("errors"))
                && reply.status != 429
                && recorded != ours
            {
                out.push(format!("{name}: says {ours} where {recorded} was recorded"));
            }
            if !name.starts_with("backport/") {
                let mut differences = BTreeSet::new();
                compare("", recorded, &ours, &mut differences);
                out.extend(differences.into_iter().map(|difference| format!("{name}: {difference}")));
            }
        }
        out
    }

    fn unmask(&self, text: &str) -> String {
        self.masks.iter().fold(text.to_owned(), |text, (mask, value)| text.replace(mask, value))
    }

    fn rebuild(&self, request: &Value) -> (Vec<(String, String)>, Vec<u8>) {
        let mut headers: Vec<(String, String)> = request["headers"]
            .as_object()
            .map(|all| all.iter().map(|(n, v)| (n.clone(), self.unmask(v.as_str().unwrap_or("")))).collect())
            .unwrap_or_default();
        let body = request.get("body_text").unwrap_or(&request["body"]);
        let mut kind = |kind: &str| {
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            headers.push(("Content-Type".to_owned(), kind.to_owned()));
        };
        if body.is_null() {
            return (headers, Vec::new());
        }
        if let Some(form) = body.get("form") {
            kind("application/x-www-form-urlencoded");
            let pairs: Vec<(String, String)> = match form {
                Value::Array(pairs) => pairs.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
                other => other.as_object().unwrap().iter().map(|(n, v)| (n.clone(), text(v))).collect(),
            };
            let mut out = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in pairs {
                out.append_pair(&name, &self.unmask(&value));
            }
            return (headers, out.finish().into_bytes());
        }
        if let Some(parts) = body.get("multipart").and_then(Value::as_array) {
            kind("multipart/form-data; boundary=XyZ");
            return (headers, multipart(parts));
        }
        if let Value::String(raw) = body {
            kind("application/json");
            return (headers, raw.clone().into_bytes());
        }
        (headers, self.unmask(&body.to_string()).into_bytes())
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn multipart(parts: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        let name = part["name"].as_str().unwrap();
        out.extend_from_slice(b"--XyZ\r\n");
        match part["filename"].as_str() {
            None => out.extend_from_slice(
                format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{}", text(&part["value"])).as_bytes(),
            ),
            Some(filename) => {
                out.extend_from_slice(
                    format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\n\r\n")
                        .as_bytes(),
                );
                out.extend_from_slice(&picture(filename));
            }
        }
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"--XyZ--\r\n");
    out
}

/// Bytes with a header that tells a size; a file named `not...` has none.
fn picture(filename: &str) -> Vec<u8> {
    let extension = filename.rsplit('.').next().unwrap_or("");
    if filename.contains("fake") || filename.contains("not") {
        return b"this is no picture at all".to_vec();
    }
    match extension {
        "gif" => b"GIF89a\x14\x00\x14\x00\x80\x00\x00".to_vec(),
        "jpg" | "jpeg" => b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x1e\x00\x28\x03".to_vec(),
        _ => b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x28\x00\x00\x00\x1e\x08".to_vec(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// In lists of people a role is a key that is there only where it is true.
fn is_role(at: &str, key: &str) -> bool {
    matches!(key, "admin" | "moderator") && (at.ends_with(".users[]") || at.ends_with("participants[]"))
}

/// Keys and types; of arrays the first members. Null goes with anything, since what is null depends on the history.
fn compare(at: &str, recorded: &Value, ours: &Value, out: &mut BTreeSet<String>) {
    match (recorded, ours) {
        (Value::Object(recorded), Value::Object(ours)) => {
            for (key, value) in recorded {
                if OPAQUE.contains(&key.as_str()) {
                    continue;
                }
                match ours.get(key) {
                    Some(mine) => compare(&format!("{at}.{key}"), value, mine, out),
                    None if OF_THE_HISTORY.contains(&key.as_str()) || is_role(at, key) => {}
                    None => {
                        out.insert(format!("{at}.{key} is missing"));
                    }
                }
            }
            for key in ours.keys().filter(|key| {
                !recorded.contains_key(*key) && !OF_THE_HISTORY.contains(&key.as_str()) && !is_role(at, key)
            }) {
                out.insert(format!("{at}.{key} was not recorded"));
            }
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            if let (Some(recorded), Some(ours)) = (recorded.first(), ours.first()) {
                compare(&format!("{at}[]"), recorded, ours, out);
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        _ if kind(recorded) != kind(ours) => {
            out.insert(format!("{at} is a {} where a {} was recorded", kind(ours), kind(recorded)));
        }
        _ => {}
    }
}

fn recordings() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let root = std::env::var_os("LECTERN_SHARED").map_or(beside, PathBuf::from).join("recordings/discourse");
    root.is_dir().then_some(root)
}

fn walk(root: &Path, at: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, names);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.strip_prefix(root).unwrap().with_extension("");
            names.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
}

#[test]
fn the_comparison_sees_a_missing_key_an_added_key_and_another_type() {
    let mut out = BTreeSet::new();
    compare("", &json!({ "a": 1, "b": "x", "c": [{ "d": true }] }), &json!({ "a": "1", "c": [{}], "e": 1 }), &mut out);
    assert_eq!(out.len(), 4, "{out:?}");
}
