//! Two writers in the same moment: the forum's check has no lock (contract 6), so that both writes pass it and one replaces the other.

use std::collections::BTreeSet;

use discourse::DiscourseRemote;
use domain::{
    Changed, Content, FieldValue, Found, Kind, Operation, Remote, RemoteErrorKind, RemoteObject, Sent, field,
};
use serde_json::Value;
use simulators::discourse::{ForumHandle, Profile};
use simulators::fault::{Fault, On};

use crate::place::{Forum, base, change, forum, new_topic};
use crate::recorded::races;

const PROFILES: [Profile; 2] = [Profile::V3_1, Profile::V2026];
const MINE: &str = "We meet at low water, at half past six.";
const THEIRS: &str = "We meet at seven, the forecast has changed.";

/// Whose write is the later one.
type Order = fn(Box<dyn Fn() + Send + Sync>) -> Fault;

/// What somebody else does to the topic, by its id and that of its first post.
type Deed = fn(&mut simulators::discourse::Forum, i64, (i64, i64));

/// Its name, what somebody else makes of it, what we do, and whether theirs is there.
type Part = (&'static str, Deed, fn(&Content) -> Content, fn(&Content) -> bool);

struct Race {
    forum: Forum,
    remote: DiscourseRemote,
    topic: RemoteObject,
    other: i64,
    first: i64,
}

impl Race {
    async fn of(profile: Profile) -> Self {
        let forum = forum(profile).await;
        let remote = forum.remote();
        let objects = forum.pull(&remote, &[]).await;
        let topic = objects.into_iter().find(|object| object.remote == forum.topic()).unwrap();
        let first = topic.facts[domain::fact::FIRST_POST].parse().unwrap();
        let other = forum.server.with(|state| state.add_user("tomas", "moderator", 4));
        Self { forum, remote, topic, other, first }
    }

    /// Both write; whose write is the later one is told by the fault.
    async fn run(&self, fault: Order, deed: Deed, mine: &Content) -> Sent {
        let (handle, other, at): (ForumHandle, i64, (i64, i64)) =
            (self.forum.server.handle(), self.other, (self.forum.topic, self.first));
        let hook = fault(Box::new(move || handle.with(|state| deed(state, other, at))));
        self.forum.server.faults().add(On::method("PUT", "/").nth(1), hook);
        let changed = mine.changed_since(&self.topic.content);
        let operation =
            Operation::Update { remote: self.topic.remote.clone(), changed, base: Box::new(base(&self.topic)) };
        let sent = self.remote.send(&self.forum.space(), &change(operation, mine.clone(), "race")).await.unwrap();
        self.forum.server.faults().clear();
        sent
    }
}

fn between(hook: Box<dyn Fn() + Send + Sync>) -> Fault {
    Fault::between(hook)
}

fn after(hook: Box<dyn Fn() + Send + Sync>) -> Fault {
    Fault::after(hook)
}

fn tags(names: &[&str]) -> FieldValue {
    FieldValue::Set(names.iter().map(|name| (*name).to_owned()).collect())
}

fn retext(state: &mut simulators::discourse::Forum, other: i64, (_, post): (i64, i64)) {
    assert!(state.edit_post_as(other, post, THEIRS));
}

fn retitle(state: &mut simulators::discourse::Forum, other: i64, (topic, _): (i64, i64)) {
    assert!(state.retitle_as(other, topic, "Sand & mud at the ledge"));
}

fn retag(state: &mut simulators::discourse::Forum, other: i64, (topic, _): (i64, i64)) {
    assert!(state.retag_as(other, topic, &["boats", "tides"]));
}

#[tokio::test]
async fn whoever_writes_last_in_the_same_moment_the_other_text_is_in_hand() {
    for profile in PROFILES {
        let parts: [Part; 3] = [
            (
                "text",
                retext,
                |content| Content { body: MINE.to_owned(), ..content.clone() },
                |content| content.body == THEIRS,
            ),
            (
                "title",
                retitle,
                |content| Content { title: "Tide pools, a new hour".to_owned(), ..content.clone() },
                |content| content.title == "Sand & mud at the ledge",
            ),
            (
                "tags",
                retag,
                |content| content.clone().with(field::TAGS, tags(&["boats", "lamps"])),
                |content| content.fields[field::TAGS] == tags(&["boats", "tides"]),
            ),
        ];
        for (part, deed, mine, is_theirs) in parts {
            let race = Race::of(profile).await;
            let mine = mine(&race.topic.content);
            let sent = race.run(between, deed, &mine).await;
            let Sent::Done { object, overwritten } = sent else { panic!("{profile:?} {part}: {sent:?}") };
            assert_eq!(object.content, mine, "{profile:?} {part}: ours is there");
            let theirs = overwritten.unwrap_or_else(|| panic!("{profile:?} {part}: theirs was replaced unseen"));
            assert!(is_theirs(&theirs.content), "{profile:?} {part}: {:?}", theirs.content);
            assert_eq!(theirs.changed_by.as_deref(), Some("tomas"), "{profile:?} {part}");

            let race = Race::of(profile).await;
            let sent = race.run(after, deed, &mine).await;
            let Sent::Overtaken(theirs) = sent else { panic!("{profile:?} {part}: {sent:?}") };
            assert!(is_theirs(&theirs.content), "{profile:?} {part}: {:?}", theirs.content);
        }
    }
}

#[tokio::test]
async fn a_reply_is_looked_after_as_a_topic_is() {
    for profile in PROFILES {
        for (fault, is_last) in [(between as Order, false), (after as Order, true)] {
            let mut race = Race::of(profile).await;
            let objects = race.forum.pull(&race.remote, &[]).await;
            race.topic = objects.into_iter().find(|object| object.remote.kind == Kind::Post).unwrap();
            race.first = race.topic.remote.id.0.parse().unwrap();
            let mine = Content { body: MINE.to_owned(), ..race.topic.content.clone() };
            match race.run(fault, retext, &mine).await {
                Sent::Done { object, overwritten: Some(theirs) } if !is_last => {
                    assert_eq!((object.content.body.as_str(), theirs.content.body.as_str()), (MINE, THEIRS));
                }
                Sent::Overtaken(theirs) if is_last => assert_eq!(theirs.content.body, THEIRS),
                other => panic!("{profile:?}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn an_edit_that_made_no_version_of_its_own_is_seen_as_well() {
    for profile in PROFILES {
        let mut race = Race::of(profile).await;
        // Theirs is the newest version already, and what they write now belongs to it.
        race.forum.server.with(|state| assert!(state.edit_post_as(race.other, race.first, "We meet at seven.")));
        let objects = race.forum.pull(&race.remote, &[]).await;
        race.topic = objects.into_iter().find(|object| object.remote == race.forum.topic()).unwrap();
        let mine = Content { body: MINE.to_owned(), ..race.topic.content.clone() };
        let sent = race.run(between, retext, &mine).await;
        let Sent::Done { overwritten, .. } = sent else { panic!("{profile:?}: {sent:?}") };
        assert_eq!(overwritten.map(|theirs| theirs.content.body).as_deref(), Some(THEIRS), "{profile:?}");
    }
}

#[tokio::test]
async fn what_was_not_written_over_is_no_text_in_question_and_costs_no_look() {
    for profile in PROFILES {
        // Somebody else made a version of a part that was not sent.
        let race = Race::of(profile).await;
        let mine = Content { body: MINE.to_owned(), ..race.topic.content.clone() };
        let sent = race.run(between, retitle, &mine).await;
        let Sent::Done { object, overwritten } = sent else { panic!("{profile:?}: {sent:?}") };
        assert_eq!((object.content.title.as_str(), overwritten), ("Sand & mud at the ledge", None), "{profile:?}");
        // Nobody else: text, title and wiki in one edit, of a topic that is not new.
        let race = Race::of(profile).await;
        race.forum.server.clock().advance(chrono::TimeDelta::minutes(10));
        let mine =
            Content { title: "Tide pools, a new hour".to_owned(), body: MINE.to_owned(), ..race.topic.content.clone() };
        race.forum.server.log().reset();
        let sent = race.run(between, |_, _, _| {}, &mine.with(field::WIKI, FieldValue::Flag(true))).await;
        assert!(matches!(sent, Sent::Done { overwritten: None, .. }), "{profile:?}: {sent:?}");
        assert_eq!(race.forum.server.log().count("GET", "/revisions"), 0, "{profile:?}");
    }
}

#[tokio::test]
async fn a_history_that_may_not_be_read_is_named_and_leaves_the_write_done() {
    for profile in PROFILES {
        let race = Race::of(profile).await;
        let refusal = Fault::status(403, "{\"errors\":[\"No.\"],\"error_type\":\"invalid_access\"}");
        race.forum.server.faults().add(On::method("GET", "/revisions"), refusal);
        let mine = Content { body: MINE.to_owned(), ..race.topic.content.clone() };
        let sent = race.run(between, retext, &mine).await;
        let Sent::Done { object, overwritten: None } = sent else { panic!("{profile:?}: {sent:?}") };
        assert!(object.facts[domain::fact::TOLD].contains("at the same moment"), "{profile:?}");
    }
}

/// The body of a recorded answer, with the ids of this forum in it.
fn answer(recorded: &Value, ids: &[(&str, i64)]) -> Fault {
    let mut body = recorded["body"].clone();
    for (name, id) in ids {
        let place = if body.get("post").is_some() { &mut body["post"] } else { &mut body };
        place[*name] = Value::from(*id);
    }
    if body.get("raw").is_some() {
        // The creates were recorded without `nested_post`, which ours always ask for.
        body = serde_json::json!({ "action": "create_post", "post": body, "success": true });
    }
    Fault::Status {
        code: recorded["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap(),
        body: body.to_string(),
        content_type: "application/json; charset=utf-8".to_owned(),
        headers: Vec::new(),
    }
}

#[tokio::test]
async fn each_of_the_four_recorded_races_means_what_it_should() {
    let recorded = races();
    if recorded.is_empty() {
        println!("skipped: no recordings beside the repository");
        return;
    }
    let mut played = BTreeSet::new();
    for (name, race) in &recorded {
        for result in race["results"].as_array().unwrap() {
            let said = format!("{name}, writer {}", result["writer"]);
            match name.as_str() {
                "race/four_parallel_puts_same_raw_old" => four_puts(race, result, &said).await,
                "race/three_parallel_creates_same_external_id" => same_external_id(result, &said).await,
                "race/three_parallel_creates_same_title" | "race/three_parallel_identical_creates" => {
                    a_create(result, &said).await;
                }
                other => panic!("{other} is not named"),
            }
        }
        played.insert(name.as_str());
    }
    assert_eq!(played.len(), 4, "{played:?}");
}

/// All four were answered with 200 and one text stayed: three of the writers have to be told of another text than their own.
async fn four_puts(race: &Value, result: &Value, said: &str) {
    let one = Race::of(Profile::V3_1).await;
    let (first, last) = (one.first, race["final_raw"].as_str().unwrap().to_owned());
    one.forum.server.with(|state| {
        let post = state.posts.get_mut(&first).unwrap();
        (post.version, post.public_version) = (5, 5);
    });
    let objects = one.forum.pull(&one.remote, &[]).await;
    let topic = objects.into_iter().find(|object| object.remote == one.forum.topic()).unwrap();
    let handle = one.forum.server.handle();
    let stays = last.clone();
    let settle = Fault::before(move || {
        handle.with(|state| {
            state.rewrite_silently(first, &stays);
            let post = state.posts.get_mut(&first).unwrap();
            (post.version, post.public_version) = (6, 6);
        });
    });
    let mine = result["body"]["post"]["raw"].as_str().unwrap().to_owned();
    one.forum.server.faults().add(On::method("PUT", "/posts/"), settle);
    one.forum.server.faults().add(On::method("PUT", "/posts/"), answer(result, &[]));
    let content = Content { body: mine.clone(), ..topic.content.clone() };
    let changed = Changed { body: true, ..Changed::default() };
    let operation = Operation::Update { remote: topic.remote.clone(), changed, base: Box::new(base(&topic)) };
    match one.remote.send(&one.forum.space(), &change(operation, content, "race")).await.unwrap() {
        Sent::Done { object, overwritten: None } => {
            assert_eq!((object.content.body, mine), (last.clone(), last), "{said}")
        }
        Sent::Overtaken(theirs) => {
            assert_eq!(theirs.content.body, last, "{said}");
            assert_ne!(mine, last, "{said}");
        }
        other => panic!("{said}: {other:?}"),
    }
}

/// One was made, the others got a 500, which says nothing: each is found by its id afterwards, whoever's write it was.
async fn same_external_id(result: &Value, said: &str) {
    let forum = forum(Profile::V3_1).await;
    let remote = forum.remote();
    remote.identify().await.unwrap();
    let topic = new_topic("Two writers make the same external id", "Body from racing creator, long enough.", "race-1");
    let made = remote.send(&forum.space(), &topic).await.unwrap();
    let Sent::Done { object: made, .. } = made else { panic!("{said}: {made:?}") };
    let id: i64 = made.remote.id.0.parse().unwrap();
    forum.server.faults().add(On::method("POST", "/posts"), answer(result, &[("topic_id", id)]));
    match remote.send(&forum.space(), &topic).await {
        Ok(Sent::Done { object, .. }) => {
            assert_eq!((result["status"].as_u64(), object.remote), (Some(200), made.remote), "{said}")
        }
        Err(error) => {
            assert!(error.maybe_done && error.kind == RemoteErrorKind::Down, "{said}: {error:?}");
            let found = remote.find(&forum.space(), &topic, &BTreeSet::new()).await.unwrap();
            let Found::Here(found) = found else { panic!("{said}: {found:?}") };
            assert_eq!(found.remote, made.remote, "{said}");
        }
        other => panic!("{said}: {other:?}"),
    }
}

/// Each was made, or is the one that was made: the answer's topic is the one that is read back.
async fn a_create(result: &Value, said: &str) {
    let forum = forum(Profile::V3_1).await;
    let remote = forum.remote();
    let raw = result["body"]["raw"].as_str().unwrap();
    let mara = forum.mara();
    let (there, post) = forum
        .server
        .with(|state| state.add_topic(mara, forum.category, "Two racing topics that bear the same title", raw, &[]));
    forum.server.faults().add(On::method("POST", "/posts"), answer(result, &[("topic_id", there), ("id", post)]));
    let topic = new_topic("Two racing topics that bear the same title", raw, "race-2");
    let sent = remote.send(&forum.space(), &topic).await.unwrap();
    let Sent::Done { object, overwritten: None } = sent else { panic!("{said}: {sent:?}") };
    assert_eq!(
        (object.remote.id.0.as_str(), object.content.body.as_str()),
        (there.to_string().as_str(), raw),
        "{said}"
    );
}
