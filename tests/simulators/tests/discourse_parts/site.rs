//! A small forum and the calls its members make.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use serde_json::{Value, json};
use simulators::clock::Clock;
use simulators::discourse::{Discourse, Forum, Profile, Settings};
use simulators::fault::FaultPlan;

use crate::wire;

pub(crate) const BODY: &str = "The first body of this topic, long enough for the rules.";

/// A forum with an administrator (1), a moderator (2), two members (3 at trust level 2, 4 at 1) and one topic of member 3.
pub(crate) struct Site {
    pub(crate) server: Discourse,
    pub(crate) admin_key: String,
    pub(crate) user_key: String,
    pub(crate) topic: i64,
    pub(crate) post: i64,
}

pub(crate) fn start_of_time() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 1, 9, 0, 0).unwrap()
}

impl Site {
    pub(crate) async fn start(profile: Profile) -> Self {
        Self::with(profile, |_| {}).await
    }

    pub(crate) async fn with(profile: Profile, change: impl FnOnce(&mut Forum)) -> Self {
        let clock = Clock::frozen_at(start_of_time());
        let mut forum = Forum::new(profile, Settings::default(), clock.now() - TimeDelta::days(30));
        forum.add_user("admin", "admin", 4);
        forum.add_user("mod", "moderator", 3);
        forum.add_user("ada", "", 2);
        forum.add_user("ben", "", 1);
        forum.add_category("Notes", "notes", None);
        forum.set_now(clock.now());
        let (topic, post) = forum.add_topic(3, 2, "How the tide gauge is read", BODY, &["howto", "tide"]);
        let admin_key = forum.add_admin_key(None);
        let user_key = forum.add_user_key(3, "client-1", &["read", "write"]);
        change(&mut forum);
        let server = Discourse::serve(forum, FaultPlan::new(), clock).await.unwrap();
        Self { server, admin_key, user_key, topic, post }
    }

    pub(crate) async fn as_admin(&self, method: &str, path: &str, body: Value) -> wire::Reply {
        self.as_named("admin", method, path, body).await
    }

    pub(crate) async fn as_named(&self, name: &str, method: &str, path: &str, body: Value) -> wire::Reply {
        let headers = [("Api-Key", self.admin_key.as_str()), ("Api-Username", name)];
        self.call(&headers, method, path, body).await
    }

    pub(crate) async fn as_ada(&self, method: &str, path: &str, body: Value) -> wire::Reply {
        self.call(&[("User-Api-Key", self.user_key.as_str())], method, path, body).await
    }

    pub(crate) async fn call(&self, headers: &[(&str, &str)], method: &str, path: &str, body: Value) -> wire::Reply {
        let mut headers: Vec<(String, String)> =
            headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        headers.push(("Accept".to_owned(), "application/json".to_owned()));
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        if !bytes.is_empty() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        wire::send(&self.server, method, path, &headers, &bytes).await
    }

    pub(crate) fn raw(&self) -> String {
        self.server.with(|forum| forum.post(self.post).unwrap().raw.clone())
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.server.clock().advance(TimeDelta::seconds(seconds));
    }
}

pub(crate) fn put(raw: &str, more: Value) -> Value {
    let mut post = json!({ "raw": raw });
    for (key, value) in more.as_object().unwrap() {
        post[key] = value.clone();
    }
    json!({ "post": post })
}
