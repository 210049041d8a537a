//! What a sync costs when nothing happened, and when it sees what: bumps at once, what no feed shows at intervals.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use discourse::{Auth, Connection, DiscourseRemote, Memory};
use domain::{Kind, Known, Remote, RemoteId, RemoteObject, RemoteRef};
use rest::Url;
use simulators::clock::Clock;
use simulators::discourse::{Discourse, Profile, reference_forum};
use simulators::fault::FaultPlan;

use crate::place::now;

/// A person's program, over several syncs.
struct Program {
    server: Discourse,
    clock: Clock,
    key: String,
    memory: Memory,
    spaces: Vec<RemoteId>,
    /// Topics read although nothing tells news of them.
    reread: usize,
    /// What the engine has taken over.
    known: Vec<Known>,
}

impl Program {
    /// A forum of 90 topics in several categories, pulled once.
    async fn begun(profile: Profile) -> Self {
        let clock = Clock::frozen_at(now());
        let mut forum = reference_forum(profile, 90, 3, clock.now() - TimeDelta::days(2));
        let key = forum.add_admin_key(Some(1));
        let server = Discourse::serve(forum, FaultPlan::new(), clock.clone()).await.unwrap();
        let mut program = Self {
            server,
            clock,
            key,
            memory: Memory::titled("Forum"),
            spaces: Vec::new(),
            reread: 60,
            known: Vec::new(),
        };
        let chosen = program.remote().spaces().await.unwrap();
        program.spaces =
            chosen.into_iter().map(|space| space.id).filter(|id| id.0.parse().is_ok_and(|id: i64| id > 1)).collect();
        assert!(program.spaces.len() > 1);
        program.sync().await;
        program
    }

    fn remote(&self) -> DiscourseRemote {
        let auth = Auth::AdminKey { key: self.key.clone().into(), username: "admin".to_owned() };
        let clock = self.clock.clone();
        let mut connection =
            Connection::new(Url::parse(&self.server.base_url()).unwrap(), auth, Arc::new(move || clock.now()));
        connection.memory = self.memory.clone();
        connection.whole_every = TimeDelta::minutes(5);
        connection.reread = self.reread;
        DiscourseRemote::connect(connection).unwrap()
    }

    /// Receives and takes over.
    async fn sync(&mut self) -> Vec<RemoteObject> {
        let objects = self.preview().await;
        let at = self.clock.now();
        for object in &objects {
            self.known.retain(|known| known.remote != object.remote);
            self.known.push(Known {
                remote: object.remote.clone(),
                parent: object.parent.clone(),
                token: object.token.clone(),
                verified_at: Some(at),
                opened_at: None,
            });
        }
        objects
    }

    /// Receives and takes nothing over; the requests are counted from zero.
    async fn preview(&mut self) -> Vec<RemoteObject> {
        self.server.log().reset();
        let remote = self.remote();
        remote.identify().await.unwrap();
        let known: Vec<_> = self.spaces.iter().map(|space| (space.clone(), self.of(space))).collect();
        remote.note_known(&known);
        let (mut all, mut named) = (Vec::new(), BTreeSet::new());
        for space in &self.spaces {
            let mut waiting = remote.begin_pull(space, &self.of(space)).await.unwrap();
            while let Some(cursor) = waiting.pop() {
                let page = remote.pull(space, &cursor, &self.of(space)).await.unwrap();
                named.extend(page.unchanged);
                all.extend(page.objects);
                waiting.extend(page.more);
            }
        }
        named.extend(all.iter().map(|object: &RemoteObject| object.remote.clone()));
        let unnamed: Vec<&RemoteRef> =
            self.known.iter().map(|known| &known.remote).filter(|remote| !named.contains(remote)).collect();
        assert_eq!(unnamed, Vec::<&RemoteRef>::new(), "everything known is accounted for");
        all
    }

    fn of(&self, space: &RemoteId) -> Vec<Known> {
        self.server.with(|state| {
            let is_in = |remote: &RemoteRef| {
                let id: i64 = remote.id.0.parse().unwrap();
                let topic = if remote.kind == Kind::Topic { id } else { state.posts[&id].topic_id };
                let place = state.topics[&topic].category_id.map(|category| category.to_string());
                place.as_deref().unwrap_or("messages") == space.0
            };
            self.known.iter().filter(|known| is_in(&known.remote)).cloned().collect()
        })
    }

    /// A topic of one of the categories and its first post, counted from the oldest.
    fn topic(&self, at: usize) -> (i64, i64) {
        let topics: Vec<i64> = self
            .known
            .iter()
            .filter(|known| known.remote.kind == Kind::Topic)
            .map(|known| known.remote.id.0.parse().unwrap())
            .collect();
        let id = *topics.iter().collect::<BTreeSet<_>>().into_iter().nth(at).unwrap();
        let first = self
            .server
            .with(|state| state.posts.values().find(|post| post.topic_id == id && post.post_number == 1).unwrap().id);
        (id, first)
    }

    fn wait(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }

    fn someone_rewrites(&self, post: i64, raw: &str) {
        self.server.with(|state| assert!(state.edit_post_as(1, post, raw)));
    }
}

const BOTH: [Profile; 2] = [Profile::V3_1, Profile::V2026];

#[tokio::test]
async fn when_nothing_happened_a_sync_of_all_categories_is_two_requests() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        for _ in 0..3 {
            program.wait(1);
            assert_eq!(program.sync().await, []);
            assert_eq!(program.server.log().total(), 2, "{profile:?}: who it is, and the newest list");
        }
    }
}

#[tokio::test]
async fn what_was_bumped_is_read_at_once_and_costs_a_request_for_each_topic() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        program.wait(1);
        let (topic, _) = program.topic(7);
        let reply =
            program.server.with(|state| state.add_post(1, topic, "The boat has a new engine since today.", None));
        let objects = program.sync().await;
        assert!(objects.iter().any(|object| object.remote == RemoteRef::new(Kind::Post, reply)), "{profile:?}");
        assert_eq!(program.server.log().total(), 3, "{profile:?}");
        program.wait(1);
        assert_eq!(program.sync().await, []);
    }
}

#[tokio::test]
async fn an_edit_that_no_feed_shows_is_found_when_the_rolling_reading_is_due() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        let (topic, first) = program.topic(3);
        program.someone_rewrites(first, "Rewritten within the grace period, and nothing was bumped by it.");
        program.wait(1);
        assert_eq!(program.sync().await, [], "no feed tells of it");
        let found = |objects: &[RemoteObject]| {
            objects.iter().any(|object| {
                object.remote == RemoteRef::new(Kind::Topic, topic) && object.content.body.starts_with("Rewritten")
            })
        };
        let mut syncs = 0;
        loop {
            program.wait(5);
            syncs += 1;
            if found(&program.sync().await) {
                break;
            }
            assert!(syncs < 3, "{profile:?}: 60 topics in each category and time");
        }
        assert!(program.server.log().total() > 2);
    }
}

#[tokio::test]
async fn more_bumps_than_the_newest_list_holds_lead_to_the_lists_of_the_categories() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        program.wait(3);
        let made: Vec<i64> = program.server.with(|state| {
            let category = state.categories.values().find(|category| category.id > 1).unwrap().id;
            (0..120)
                .map(|n| {
                    state
                        .add_topic(
                            1,
                            category,
                            &format!("Count number {n} of today at the ledge"),
                            &format!("Count {n}: as many as before."),
                            &[],
                        )
                        .0
                })
                .collect()
        });
        let arrived: BTreeSet<RemoteRef> = program.sync().await.into_iter().map(|object| object.remote).collect();
        assert!(made.iter().all(|id| arrived.contains(&RemoteRef::new(Kind::Topic, *id))), "{profile:?}");
    }
}

#[tokio::test]
async fn what_a_plan_showed_and_nobody_took_over_is_read_again_however_soon() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        let (topic, first) = program.topic(3);
        program.someone_rewrites(first, "Rewritten within the grace period, and nothing was bumped by it.");
        let found = |objects: &[RemoteObject]| {
            objects.iter().any(|object| {
                object.remote == RemoteRef::new(Kind::Topic, topic) && object.content.body.starts_with("Rewritten")
            })
        };
        let mut looks = 0;
        while !{
            program.wait(5);
            found(&program.preview().await)
        } {
            looks += 1;
            assert!(looks < 3, "{profile:?}");
        }
        program.wait(1);
        assert!(found(&program.sync().await), "{profile:?}: shown, not taken, and due again");
        program.wait(1);
        assert_eq!(program.sync().await.iter().filter(|object| object.remote.id.0 == topic.to_string()).count(), 0);
    }
}

impl Program {
    fn replies(&self, topics: &[i64], words: &str) -> Vec<i64> {
        let add = |topic: &i64| self.server.with(|state| state.add_post(1, *topic, &format!("{words} {topic}."), None));
        topics.iter().map(add).collect()
    }

    fn topics(&self, places: std::ops::Range<usize>) -> Vec<i64> {
        places.map(|at| self.topic(at).0).collect()
    }

    fn read_topics(&self) -> usize {
        self.server.log().count("GET", "/t/")
    }
}

fn posts(objects: &[RemoteObject]) -> Vec<i64> {
    let posts = objects.iter().filter(|object| object.remote.kind == Kind::Post);
    let mut ids: Vec<i64> = posts.map(|object| object.remote.id.0.parse().unwrap()).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn replies_in_many_topics_come_with_one_request_of_the_feed_and_no_topic_is_read_for_them() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        let topics = program.topics(3..15);
        for round in ["The boat is back at the pier, says", "And it leaves again tomorrow, says"] {
            program.wait(1);
            let made = program.replies(&topics, round);
            let objects = program.sync().await;
            assert_eq!(posts(&objects), made, "{profile:?} {round}: the new posts and nothing else");
            assert!(objects.iter().all(|object| object.content.body.starts_with(round)), "with their texts");
            assert_eq!((program.server.log().total(), program.read_topics()), (3, 0), "{profile:?} {round}");
            program.wait(1);
            assert_eq!((program.sync().await, program.server.log().total()), (vec![], 2), "{profile:?} {round}");
        }
        // What came from the feed is no news of the lists either.
        program.reread = 0;
        program.wait(5);
        assert_eq!((program.sync().await, program.read_topics()), (vec![], 0), "{profile:?}");
    }
}

#[tokio::test]
async fn more_replies_than_a_page_of_the_feed_holds_are_asked_for_further_and_one_alone_is_not_asked_for() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        program.wait(1);
        let topics = program.topics(0..28);
        let mut made = program.replies(&topics, "The boat is back at the pier, says");
        made.extend(program.replies(&topics, "And it leaves again tomorrow, says"));
        let arrived = posts(&program.sync().await);
        assert!(made.iter().all(|post| arrived.contains(post)), "{profile:?}");
        let asked = (program.server.log().count("GET", "/posts.json"), program.read_topics());
        assert!(asked.0 == 2 && asked.1 <= program.spaces.len(), "{profile:?}: {asked:?}");
        program.wait(1);
        program.replies(&topics[..1], "It leaves again tomorrow, says");
        program.sync().await;
        assert_eq!((program.server.log().count("GET", "/posts.json"), program.read_topics()), (0, 1), "{profile:?}");
    }
}

#[tokio::test]
async fn a_topic_of_which_the_feed_does_not_show_all_is_read() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        program.wait(1);
        let topics = program.topics(3..9);
        let last = |topic: i64| program.server.with(|state| state.live_posts(topic).last().unwrap().id);
        let gone = last(topics[0]);
        let made = program.replies(&topics, "The boat is back at the pier, says");
        // Its deletion is another test's.
        program.known.retain(|known| known.remote != RemoteRef::new(Kind::Post, gone));
        program.server.with(|state| {
            state.delete_post_as(1, gone);
            assert!(state.retitle_as(1, topics[1], "Another title of this very topic"));
            state.set_status_as(1, topics[2], "closed", true);
            let hidden = state.live_posts(topics[3]).last().unwrap().id;
            state.hide_post(hidden, true);
        });
        let objects = program.sync().await;
        let whole: BTreeSet<i64> = objects
            .iter()
            .filter(|object| object.remote.kind == Kind::Topic)
            .map(|object| object.remote.id.0.parse().unwrap())
            .collect();
        assert_eq!(whole, topics[..4].iter().copied().collect(), "{profile:?}");
        assert!(objects.iter().any(|object| object.content.title == "Another title of this very topic"));
        let new: Vec<i64> = posts(&objects).into_iter().filter(|post| made.contains(post)).collect();
        assert_eq!(new, made, "{profile:?}");
    }
}

#[tokio::test]
async fn what_the_feed_brought_and_nobody_took_over_comes_again() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        program.wait(1);
        let made = program.replies(&program.topics(3..6), "The boat is back at the pier, says");
        assert_eq!(posts(&program.preview().await), made);
        program.wait(1);
        let objects = program.sync().await;
        assert!(made.iter().all(|post| posts(&objects).contains(post)), "{profile:?}: shown, not taken, and due again");
        program.wait(1);
        assert_eq!((program.sync().await, program.server.log().total()), (vec![], 2), "{profile:?}");
    }
}

#[tokio::test]
async fn all_categories_together_read_no_more_topics_again_than_a_key_bears_and_come_to_every_one() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        program.reread = 12;
        let mut read = BTreeSet::new();
        for round in 1..=8 {
            program.wait(5);
            program.sync().await;
            let paths = program.server.log().all().into_iter().filter(|record| record.path.starts_with("/t/"));
            let now: BTreeSet<String> = paths.map(|record| record.path).collect();
            assert_eq!(program.read_topics(), 12, "{profile:?}, round {round}: {} categories", program.spaces.len());
            read.extend(now);
        }
        assert_eq!(read.len(), 90, "{profile:?}: every topic has had its turn");
    }
}

#[tokio::test]
async fn personal_messages_cost_one_more_request_when_nothing_happened_and_what_is_new_in_them_is_read() {
    for profile in BOTH {
        let mut program = Program::begun(profile).await;
        let tess = program.server.with(|state| state.add_user("tess", "member", 2));
        let letters: Vec<i64> = program.server.with(|state| {
            let write = |state: &mut simulators::discourse::Forum, at: i64| {
                let (from, to) = if at % 2 == 0 { (1, tess) } else { (tess, 1) };
                state
                    .add_private_message(
                        from,
                        &[to],
                        &format!("Letter number {at} of this year"),
                        "Can you take the boat?",
                    )
                    .0
            };
            (0..40).map(|at| write(state, at)).collect()
        });
        program.spaces.push(RemoteId("messages".to_owned()));
        program.wait(5);
        program.sync().await;
        for _ in 0..2 {
            program.wait(1);
            assert_eq!(program.sync().await, [], "{profile:?}");
            let asked: Vec<String> = program.server.log().all().into_iter().map(|record| record.path).collect();
            assert_eq!(asked.len(), 3, "{profile:?}: who it is, and the newest of both sorts: {asked:?}");
        }
        program.wait(1);
        let reply =
            program.server.with(|state| state.add_post(tess, letters[3], "The engine is new since today.", None));
        let fresh = program.server.with(|state| {
            state.add_private_message(1, &[tess], "One that was written in the browser", "Bring the lamp, please.").0
        });
        let objects = program.sync().await;
        assert_eq!((posts(&objects), program.server.log().total()), (vec![reply], 5), "{profile:?}");
        assert!(objects.iter().any(|object| object.remote == RemoteRef::new(Kind::Topic, fresh)), "{profile:?}");
        program.wait(1);
        assert_eq!((program.sync().await, program.server.log().total()), (vec![], 3), "{profile:?}");
        // What no feed shows is looked for as in categories.
        program.wait(5);
        program.sync().await;
        assert!(program.server.log().count("GET", "/private-messages") >= 2, "{profile:?}: both lists, whole");
    }
}
