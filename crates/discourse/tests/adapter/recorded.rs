//! Every refusal that a real forum gave, where its recorded answers are present: each means what it should.
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use discourse::DiscourseRemote;
use domain::{
    Changed, Content, FieldValue, Found, Kind, Operation, Reading, Remote, RemoteError, RemoteErrorKind, RemoteObject,
    Sent, field,
};
use rest::Limits;
use serde_json::Value;
use simulators::discourse::Profile;
use simulators::fault::{Fault, On};
use simulators::server::RequestRecord;

use crate::answers::{ANSWERS, Asked, NEVER_ASKED, is_in_question};
use crate::place::{Forum, base, change, forum, new_topic};

/// All recordings of one exchange by name, with their JSON; empty where there are none.
fn recordings() -> BTreeMap<String, Value> {
    with("response")
}

/// All recordings of writes that were made at once, by name.
pub(crate) fn races() -> BTreeMap<String, Value> {
    let mut found = with("results");
    found.retain(|name, _| name.starts_with("race/"));
    found
}

fn with(part: &str) -> BTreeMap<String, Value> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let root = std::env::var_os("LECTERN_SHARED").map_or(beside, PathBuf::from).join("recordings/discourse");
    let mut found = BTreeMap::new();
    for folder in std::fs::read_dir(root).into_iter().flatten().flatten() {
        for file in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
            let Ok(all) = serde_json::from_str::<Value>(&text) else { continue };
            if let (Some(name), true) = (all["name"].as_str(), all.get(part).is_some()) {
                found.insert(name.to_owned(), all);
            }
        }
    }
    found
}

fn as_fault(recorded: &Value) -> Fault {
    let response = &recorded["response"];
    let header = |name: &str| {
        let all = response["headers"].as_array().into_iter().flatten();
        let mut named = all.filter(|pair| pair[0].as_str().is_some_and(|found| found.eq_ignore_ascii_case(name)));
        named.next().and_then(|pair| pair[1].as_str()).map(str::to_owned)
    };
    let body = match (&response["text"], &response["json"]) {
        (Value::String(text), _) => text.clone(),
        (_, Value::Null) => String::new(),
        (_, json) => json.to_string(),
    };
    let kept = ["retry-after", "discourse-rate-limit-error-code", "discourse-readonly"];
    Fault::Status {
        code: response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap(),
        body,
        content_type: header("content-type").unwrap_or_else(|| "text/plain".to_owned()),
        headers: kept.iter().filter_map(|name| Some(((*name).to_owned(), header(name)?))).collect(),
    }
}

fn failed(error: &RemoteError) -> &'static str {
    match (error.kind, error.maybe_done) {
        (RemoteErrorKind::Refused, false) => "refused",
        (RemoteErrorKind::Forbidden, false) => "forbidden",
        (RemoteErrorKind::NotFound, false) => "not found",
        (RemoteErrorKind::SignIn, false) => "sign in",
        (RemoteErrorKind::Later(1..), false) => "later",
        (RemoteErrorKind::Throttled, false) => "throttled",
        (RemoteErrorKind::Down, false) => "down, not done",
        (_, true) => "perhaps done",
        _ => "something else",
    }
}

fn written(sent: &Result<Sent, RemoteError>) -> &'static str {
    match sent {
        Ok(Sent::Done { .. }) => "done",
        Ok(Sent::Overtaken(_)) => "overtaken",
        Ok(Sent::Gone) => "gone",
        Ok(Sent::Queued(_)) => "queued",
        Err(error) => failed(error),
    }
}

fn read(reading: &Result<Reading, RemoteError>) -> &'static str {
    match reading {
        Ok(Reading::Here(_)) => "here",
        Ok(Reading::Gone) => "gone",
        Ok(Reading::Hidden(_)) => "hidden",
        Err(error) => failed(error),
    }
}

/// Asks, is given the recorded answer, and says what was made of it.
async fn meaning(
    forum: &Forum,
    remote: &DiscourseRemote,
    objects: &[RemoteObject],
    asked: Asked,
    name: &str,
    answer: Fault,
) -> &'static str {
    let topic = objects.iter().find(|object| object.remote == forum.topic()).unwrap();
    let reply = objects.iter().find(|object| object.remote.kind == Kind::Post).unwrap();
    let on = |method: &str, path: &str| forum.server.faults().add(On::method(method, path).nth(1), answer.clone());
    let update = |title: &str, body: &str, with: Option<(&str, FieldValue)>| {
        let mut mine = topic.content.clone();
        let changed = Changed {
            title: !title.is_empty(),
            body: !body.is_empty(),
            fields: with.iter().map(|(name, _)| (*name).to_owned()).collect(),
        };
        mine.title = if title.is_empty() { mine.title } else { title.to_owned() };
        mine.body = if body.is_empty() { mine.body } else { body.to_owned() };
        if let Some((name, value)) = with {
            mine = mine.with(name, value);
        }
        let operation = Operation::Update { remote: topic.remote.clone(), changed, base: Box::new(base(topic)) };
        change(operation, mine, name)
    };
    let delete = |object: &RemoteObject| {
        let operation = Operation::Delete { remote: object.remote.clone(), base: Box::new(base(object)) };
        change(operation, Content::new("", ""), name)
    };
    let new = new_topic(
        "A new hour for the boat trip",
        "The boat leaves at nine now, not at eight.",
        &name.replace('/', "-"),
    );
    let space = forum.space();
    match asked {
        Asked::Identify => {
            on("GET", "/session/current");
            remote.identify().await.map_or_else(|error| failed(&error), |_| "here")
        }
        Asked::List => {
            on("GET", "/c/");
            let cursor = domain::Cursor { list: "topics".to_owned(), at: "0\n".to_owned() };
            remote.pull(&space, &cursor, &[]).await.map_or_else(|error| failed(&error), |_| "here")
        }
        Asked::TopicRead => {
            on("GET", "/t/");
            read(&remote.read(&space, &topic.remote).await)
        }
        Asked::Post => {
            on("GET", "/posts/");
            read(&remote.read(&space, &reply.remote).await)
        }
        Asked::External => {
            on("GET", "/t/external_id/");
            match forum.remote().find(&space, &new, &BTreeSet::new()).await {
                Ok(Found::Absent) => "absent",
                Ok(_) => "found",
                Err(error) => failed(&error),
            }
        }
        _ => {
            let (method, path, change) = match asked {
                Asked::Topic => ("POST", "/posts", new),
                Asked::Reply => ("POST", "/posts", forum.reply("I shall bring two lamps and the long rope.", name)),
                Asked::Text => ("PUT", "/posts/", update("", "We meet at low water, at half past six.", None)),
                Asked::Retitle => ("PUT", "/t/-/", update("Tide pools at the ledge, new hour", "", None)),
                Asked::Retag => {
                    let tags = FieldValue::Set(BTreeSet::from(["lamps".to_owned()]));
                    ("PUT", "/t/-/", update("", "", Some((field::TAGS, tags))))
                }
                Asked::Category => {
                    ("PUT", "/t/-/", update("", "", Some((field::CATEGORY, FieldValue::Text("1".to_owned())))))
                }
                Asked::Closed => ("PUT", "/t/", update("", "", Some((field::CLOSED, FieldValue::Flag(true))))),
                Asked::Delete => ("DELETE", "/posts/", delete(reply)),
                Asked::DeleteTopic => ("DELETE", "/t/", delete(topic)),
                _ => {
                    on("POST", "/uploads");
                    let sent = remote.upload(&space, &crate::uploads::picture("shell.png", 1)).await;
                    return sent.map_or_else(|error| failed(&error), |_| "done");
                }
            };
            on(method, path);
            written(&remote.send(&space, &change).await)
        }
    }
}

#[tokio::test]
async fn every_recorded_refusal_means_what_it_should_and_none_is_left_out() {
    let recorded = recordings();
    if recorded.is_empty() {
        println!("skipped: no recordings beside the repository");
        return;
    }
    let forum = forum(Profile::V3_1).await;
    let wrong: Vec<String> = {
        let mut wrong = Vec::new();
        for (name, asked, means) in ANSWERS {
            let limits = Limits { throttle_total: Duration::from_millis(10), ..Limits::default() };
            let (_, remote) = forum.student_with(|connection| connection.limits = limits);
            let objects = forum.pull(&remote, &[]).await;
            remote.identify().await.unwrap();
            forum.server.log().reset();
            let got = match recorded.get(*name) {
                Some(recorded) => meaning(&forum, &remote, &objects, *asked, name, as_fault(recorded)).await,
                None => "not recorded",
            };
            let status = recorded.get(*name).and_then(|one| one["response"]["status"].as_u64()).unwrap_or(0);
            let given = |record: &RequestRecord| record.status.is_some_and(|given| u64::from(given) == status);
            let unused = !forum.server.log().all().iter().any(given);
            forum.server.faults().clear();
            if got != *means || unused {
                wrong.push(format!("{name}: {asked:?} came to {got}, not to {means}; answer unused: {unused}"));
            }
        }
        wrong
    };
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut unnamed = Vec::new();
    for (name, one) in &recorded {
        let enqueued = one["response"]["json"]["action"] == "enqueued";
        let status = one["response"]["status"].as_u64().unwrap_or(0);
        let named = ANSWERS.iter().any(|(known, ..)| known == name)
            || NEVER_ASKED.iter().any(|(begin, why)| name.starts_with(begin) && !why.is_empty());
        if is_in_question(name, status, enqueued) && !named {
            unnamed.push(name);
        }
    }
    assert!(unnamed.is_empty(), "{unnamed:?}");
    println!("{} recorded answers, each by its name", ANSWERS.len());
}
