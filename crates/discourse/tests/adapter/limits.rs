//! How a forum's limits are met: three shapes of refusal, a budget learnt from the first, and limits on one sort of write.

use std::collections::BTreeSet;
use std::time::Duration;

use discourse::DiscourseRemote;
use domain::{Changed, Content, Kind, Operation, Remote, RemoteErrorKind, RemoteObject, RemoteRef};
use rest::Limits;
use simulators::discourse::Profile;
use simulators::fault::{Fault, On};

use crate::place::{Forum, base, change, forum, new_topic};

fn refusal(content_type: &str, body: &str, headers: &[(&str, &str)]) -> Fault {
    Fault::Status {
        code: 429,
        body: body.to_owned(),
        content_type: content_type.to_owned(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

/// A client that does not wait longer than a test may.
fn impatient(forum: &Forum) -> DiscourseRemote {
    let limits =
        Limits { throttle_wait: Duration::from_millis(5), throttle_total: Duration::from_secs(2), ..Limits::default() };
    forum.student_with(|connection| connection.limits = limits).1
}

const JSON: &str =
    r#"{"errors":["Slow down."],"error_type":"rate_limit","extras":{"wait_seconds":1,"time_left":"1 second"}}"#;
const DAY: &str = r#"{"errors":["That is enough for today."],"error_type":"rate_limit","extras":{"wait_seconds":85734,"time_left":"23 hours"}}"#;

#[tokio::test]
async fn a_read_waits_out_each_shape_of_refusal() {
    let forum = forum(Profile::V3_1).await;
    let remote = impatient(&forum);
    for shape in [
        refusal("application/json; charset=utf-8", JSON, &[("retry-after", "1")]),
        refusal("application/json; charset=utf-8", JSON, &[]),
        refusal("text/plain", "Slow down, too many requests from this IP address.", &[("retry-after", "1")]),
        refusal("text/html", "<html><body>429 Too Many Requests</body></html>", &[]),
    ] {
        forum.server.faults().add(On::method("GET", "/session/current").nth(1), shape);
        assert_eq!(remote.identify().await.unwrap().user_name, "lena");
        forum.server.faults().clear();
    }
}

#[tokio::test]
async fn a_limit_on_one_sort_of_write_names_its_time_and_concerns_nothing_else() {
    let forum = forum(Profile::V2026).await;
    let remote = impatient(&forum);
    forum.server.faults().add(
        On::method("POST", "/posts").nth(1),
        refusal("application/json; charset=utf-8", DAY, &[("retry-after", "85734")]),
    );
    let topic = new_topic("A new hour for the boat trip", "The boat leaves at nine now, not at eight.", "day-1");
    let error = remote.send(&forum.space(), &topic).await.unwrap_err();
    assert_eq!((error.kind, error.maybe_done), (RemoteErrorKind::Later(85_734), false));
    assert!(!error.concerns_the_site() && !error.is_final());
    assert_eq!(error.words, "That is enough for today.");
    forum.server.log().reset();
    let error = remote.send(&forum.space(), &topic).await.unwrap_err();
    assert!(matches!(error.kind, RemoteErrorKind::Later(85_000..)), "{error:?}");
    assert_eq!(forum.server.log().writes(), [], "the forum is not asked again");
    let reply = forum.reply("I shall bring two lamps and the long rope.", "day-2");
    assert!(remote.send(&forum.space(), &reply).await.is_ok(), "replies have a limit of their own");
}

#[tokio::test]
async fn a_limit_on_the_key_or_the_address_concerns_the_site() {
    let forum = forum(Profile::V2026).await;
    let remote = impatient(&forum);
    let key = ("discourse-rate-limit-error-code", "user_api_key_limiter_1_day");
    for shape in [
        refusal("application/json; charset=utf-8", DAY, &[("retry-after", "85734"), key]),
        refusal("text/html", "<html><body>429 Too Many Requests</body></html>", &[("retry-after", "600")]),
    ] {
        forum.server.faults().add(On::method("POST", "/posts").nth(1), shape);
        let topic = new_topic("A new hour for the boat trip", "The boat leaves at nine now, not at eight.", "key-1");
        let error = remote.send(&forum.space(), &topic).await.unwrap_err();
        assert_eq!((error.kind, error.maybe_done), (RemoteErrorKind::Throttled, false));
        forum.server.faults().clear();
    }
}

#[tokio::test]
async fn a_days_limit_of_the_key_names_its_time_and_the_forum_is_not_asked_again_before_it_is_over() {
    let forum = forum(Profile::V2026).await;
    let memory = discourse::Memory::default();
    let clock = simulators::clock::Clock::frozen_at(crate::place::now());
    let (of_program, for_clock) = (memory.clone(), clock.clone());
    let (lena, remote) = forum.student_with(|connection| {
        connection.memory = of_program;
        connection.now = std::sync::Arc::new(move || for_clock.now());
    });
    let key = ("discourse-rate-limit-error-code", "user_api_key_limiter_1_day");
    let shape = refusal("application/json; charset=utf-8", DAY, &[("retry-after", "85734"), key]);
    forum.server.faults().add(On::method("GET", "/session/current").nth(1), shape);
    let error = remote.identify().await.unwrap_err();
    assert_eq!((error.kind, error.wait_seconds), (RemoteErrorKind::Throttled, Some(85_734)));
    forum.server.log().reset();
    // Another sync of the same program, and a write.
    clock.advance(chrono::TimeDelta::hours(3));
    let again = forum.by_user_key_with(lena, |connection| {
        connection.memory = memory;
        let clock = clock.clone();
        connection.now = std::sync::Arc::new(move || clock.now());
    });
    let error = again.identify().await.unwrap_err();
    assert_eq!((error.kind, error.wait_seconds), (RemoteErrorKind::Throttled, Some(85_734 - 3 * 3600)));
    let reply = forum.reply("I shall bring two lamps and the long rope.", "day-3");
    let error = again.send(&forum.space(), &reply).await.unwrap_err();
    assert_eq!((error.kind, error.maybe_done), (RemoteErrorKind::Throttled, false));
    assert_eq!(forum.server.log().total(), 0, "the forum is not asked");
    clock.advance(chrono::TimeDelta::hours(21));
    assert_eq!(again.identify().await.unwrap().user_name, "lena");
}

#[tokio::test]
async fn a_refusal_that_names_no_time_is_waited_for_a_minute() {
    let forum = forum(Profile::V3_1).await;
    let (_, remote) = forum.student();
    let nginx = refusal("text/html", "<html><body>429 Too Many Requests</body></html>", &[]);
    forum.server.faults().add(On::method("GET", "/session/current").nth(1), nginx);
    let fast = Fast::begin(&forum);
    let begun = tokio::time::Instant::now();
    assert_eq!(remote.identify().await.unwrap().user_name, "lena");
    let took = begun.elapsed();
    drop(fast);
    assert!((60..75).contains(&took.as_secs()), "{took:?}");
    tokio::time::resume();
}

#[tokio::test]
async fn where_only_staff_may_write_staff_writes_and_others_are_told() {
    use simulators::discourse::Writable;
    for profile in [Profile::V3_1, Profile::V2026] {
        let forum = forum(profile).await;
        forum.server.with(|state| state.settings.writable = Writable::StaffOnly);
        let (_, student) = forum.student();
        assert!(student.identify().await.unwrap().read_only.is_some(), "{profile:?}");
        let staff = forum.remote();
        assert_eq!(staff.identify().await.unwrap().read_only, None, "{profile:?}");
        let reply = forum.reply("I shall bring two lamps and the long rope.", "staff-1");
        assert!(matches!(staff.send(&forum.space(), &reply).await, Ok(domain::Sent::Done { .. })), "{profile:?}");
        // Where nobody may, the forum says so of each change, and nothing was done.
        forum.server.with(|state| state.settings.writable = Writable::Nobody);
        let reply = forum.reply("And the long ladder, if somebody helps me.", "staff-2");
        let error = staff.send(&forum.space(), &reply).await.unwrap_err();
        assert_eq!((error.kind, error.maybe_done), (RemoteErrorKind::Down, false), "{profile:?}");
    }
}

/// Pulls a category of so many topics, four requests at a time as the engine does, and counts refusals after the first that taught a limit.
async fn pull_under_a_limit(forum: &Forum, remote: &DiscourseRemote) -> (BTreeSet<domain::RemoteRef>, usize) {
    let mut waiting = remote.begin_pull(&forum.space(), &[]).await.unwrap();
    let mut objects: Vec<RemoteObject> = Vec::new();
    while !waiting.is_empty() {
        let batch: Vec<_> = (0..4).filter_map(|_| waiting.pop()).collect();
        let space = forum.space();
        let pages = futures::future::join_all(batch.iter().map(|cursor| remote.pull(&space, cursor, &[]))).await;
        for page in pages {
            let page = page.unwrap();
            objects.extend(page.objects);
            waiting.extend(page.more);
        }
    }
    let refused: Vec<bool> = forum.server.log().all().iter().map(|record| record.status == Some(429)).collect();
    let first = refused.iter().position(|refused| *refused).unwrap_or(refused.len());
    // Those under way with the first refused one could not know.
    let later = refused.iter().skip(first + 4).filter(|refused| **refused).count();
    (objects.into_iter().map(|object| object.remote).filter(|remote| remote.kind == Kind::Topic).collect(), later)
}

async fn with_topics(profile: Profile, count: usize) -> Forum {
    let forum = forum(profile).await;
    let mara = forum.mara();
    forum.server.with(|state| {
        for n in 1..count {
            let title = format!("Station number {n} along the shore");
            state.add_topic(mara, forum.category, &title, &format!("What was counted at station {n} today."), &[]);
        }
    });
    forum
}

#[tokio::test]
async fn after_the_first_refusal_of_an_address_no_request_is_refused_and_every_topic_arrives() {
    let forum = with_topics(Profile::V3_1, 40).await;
    let (_, remote) = forum.student();
    forum.server.with(|state| state.settings.limits.per_address_per_10_seconds = Some(20));
    let (topics, refused_later) = pull_under_a_limit(&forum, &remote).await;
    assert_eq!((topics.len(), refused_later), (40, 0));
}

/// Lets time run forty times as fast, here and on the forum, while the network stays real.
struct Fast(std::sync::mpsc::Sender<()>);

impl Fast {
    fn begin(forum: &Forum) -> Self {
        const BEAT: Duration = Duration::from_millis(5);
        const FORWARD: Duration = Duration::from_millis(200);
        tokio::time::pause();
        let (end, ended) = std::sync::mpsc::channel();
        let (beat, mut beats) = tokio::sync::mpsc::unbounded_channel();
        // A task that blocks also keeps the paused time from running ahead of the network by itself.
        tokio::task::spawn_blocking(move || {
            while ended.recv_timeout(BEAT) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) && beat.send(()).is_ok() {
            }
        });
        let clock = forum.server.clock().clone();
        tokio::spawn(async move {
            while beats.recv().await.is_some() {
                clock.advance(chrono::TimeDelta::from_std(FORWARD).unwrap());
                tokio::time::advance(FORWARD).await;
            }
        });
        Self(end)
    }
}

impl Drop for Fast {
    fn drop(&mut self) {
        let _ended = self.0.send(());
    }
}

#[tokio::test]
async fn a_key_of_twenty_requests_a_minute_is_refused_once_and_every_topic_and_every_edit_arrives() {
    for profile in [Profile::V3_1, Profile::V2026] {
        let forum = with_topics(profile, 45).await;
        let (lena, remote) = forum.student();
        let own: Vec<(i64, i64)> = forum.server.with(|state| {
            state.settings.limits.user_key_per_minute = Some(20);
            (0..12)
                .map(|n| {
                    state.add_topic(
                        lena,
                        forum.category,
                        &format!("What lena counted, {n}"),
                        &format!("At station {n} there were seven of them."),
                        &[],
                    )
                })
                .collect()
        });
        let fast = Fast::begin(&forum);
        let begun = tokio::time::Instant::now();
        let (topics, refused_later) = pull_under_a_limit(&forum, &remote).await;
        assert_eq!((topics.len(), refused_later), (57, 0), "{profile:?}");
        for (topic, _) in &own {
            let Ok(domain::Reading::Here(there)) =
                remote.read(&forum.space(), &RemoteRef::new(Kind::Topic, *topic)).await
            else {
                panic!()
            };
            let mine = Content { body: there.content.body.replace("seven", "eight"), ..there.content.clone() };
            let changed = Changed { body: true, ..Changed::default() };
            let operation = Operation::Update { remote: there.remote.clone(), changed, base: Box::new(base(&there)) };
            let sent = remote.send(&forum.space(), &change(operation, mine, &format!("edit-{topic}"))).await;
            assert!(matches!(sent, Ok(domain::Sent::Done { .. })), "{profile:?}: {sent:?}");
        }
        let took = begun.elapsed();
        drop(fast);
        let all = forum.server.log().all();
        let refused = all.iter().filter(|record| record.status == Some(429)).count();
        println!("{profile:?}: {} requests in {took:?}, {refused} of them refused", all.len());
        assert!(refused <= 4, "{profile:?}: those under way when the limit was learnt: {refused}");
        // Nine tenths of the limit are used, and no more.
        let floor = u64::try_from(all.len()).unwrap() / 20 * 60;
        assert!(
            (floor * 9 / 10..=floor * 13 / 10 + 60).contains(&took.as_secs()),
            "{profile:?}: {took:?} for {floor} s"
        );
        assert!(own.iter().all(|(_, post)| forum.server.with(|state| state.posts[post].raw.contains("eight"))));
        tokio::time::resume();
    }
}
