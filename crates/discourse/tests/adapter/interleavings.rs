//! Two writers at one topic and its posts, in seeded order, with answers that get lost and edits that slip in right before a write: every word
//! that was sent is there once, nothing is overwritten unseen, nothing is made twice.
//!
//! `LECTERN_SEEDS` says how many orders are tried (of both generations of servers in turn), `LECTERN_FIRST_SEED` where they begin.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use discourse::DiscourseRemote;
use domain::reconcile::merge_contents;
use domain::{Changed, Content, Format, Found, Guard, Operation, Remote, RemoteId, RemoteObject, RemoteRef, Sent};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use simulators::discourse::{Discourse, Profile};
use simulators::fault::{Fault, On};

use crate::place::{Forum, base, change, forum, new_topic};

/// Orders tried on one forum, before it is exchanged for an empty one.
const ON_ONE_FORUM: u64 = 50;

struct Writer {
    name: char,
    remote: DiscourseRemote,
    /// Topic and reply: what the forum last said, and what this writer makes of it.
    documents: Vec<(RemoteObject, Content)>,
    words: usize,
    mapped: BTreeSet<RemoteRef>,
}

struct Order<'a> {
    forum: &'a Forum,
    space: RemoteId,
    random: StdRng,
    seed: u64,
    profile: Profile,
    /// Every word that somebody may have slipped in, where, and whether it came to that.
    slipped: Vec<(RemoteRef, String, Arc<AtomicBool>)>,
    created: Vec<String>,
    lost: usize,
    overtaken: usize,
}

impl Order<'_> {
    async fn read(&mut self, writer: &mut Writer, at: usize) {
        let remote = writer.documents[at].0.remote.clone();
        let domain::Reading::Here(there) = writer.remote.read(&self.space, &remote).await.unwrap() else { panic!() };
        Self::take(writer, at, *there);
    }

    /// Joins what the forum has with what this writer has not sent yet, as the engine does; a person settles a conflict by keeping both.
    fn take(writer: &mut Writer, at: usize, there: RemoteObject) {
        let (known, mine) = &writer.documents[at];
        let merged = merge_contents(Format::Markdown, &known.content, mine, &there.content);
        let joined = merged.clean().unwrap_or_else(|| {
            let own: Vec<&str> = words(&mine.body)
                .filter(|word| !there.content.body.contains(word) && !known.content.body.contains(word))
                .collect();
            let mut both = there.content.clone();
            both.body.push_str(&format!("\n\nAlso: {}", own.join(" ")));
            if mine.title != known.content.title {
                both.title.clone_from(&mine.title);
            }
            both
        });
        writer.documents[at] = (there, joined);
    }

    fn edit(&mut self, writer: &mut Writer, at: usize) {
        writer.words += 1;
        let word = format!("word-{}-{}-{}", self.seed, writer.name, writer.words);
        let mine = &mut writer.documents[at].1;
        let mut paragraphs: Vec<String> = mine.body.split("\n\n").map(str::to_owned).collect();
        let place = self.random.random_range(0..paragraphs.len());
        paragraphs[place].push_str(&format!(" {word}"));
        mine.body = paragraphs.join("\n\n");
        if at == 0 && self.random.random_bool(0.3) {
            mine.title = format!("Tide pools at the ledge, {} of {} by {}", writer.words, self.seed, writer.name);
        }
    }

    /// Sends until it is there, as the engine does over several runs.
    async fn send(&mut self, writer: &mut Writer, at: usize, other: i64) {
        for attempt in 0.. {
            assert!(attempt < 20, "seed {}: it never arrives", self.seed);
            let (known, mine) = writer.documents[at].clone();
            let changed = Changed {
                title: mine.title != known.content.title,
                body: mine.body != known.content.body,
                ..Changed::default()
            };
            if changed.is_empty() {
                return;
            }
            match writer.remote.guard(&self.space, &known.remote, &base(&known)).await.unwrap() {
                Guard::Unchanged | Guard::InTheWrite => {}
                Guard::Changed(there) => {
                    Self::take(writer, at, *there);
                    continue;
                }
                Guard::Gone => panic!("nobody deletes here"),
            }
            self.disturb(&known, &changed, other, attempt);
            let operation = Operation::Update {
                remote: known.remote.clone(),
                changed: changed.clone(),
                base: Box::new(base(&known)),
            };
            let change = change(operation, mine.clone(), &format!("{}-{}-{attempt}", self.seed, writer.words));
            let title_before = self.title(&known);
            let sent = writer.remote.send(&self.space, &change).await;
            self.forum.server.faults().clear();
            let done = match sent {
                Ok(Sent::Done { object, .. }) => Some(*object),
                Ok(Sent::Overtaken(there)) => {
                    self.overtaken += 1;
                    Self::take(writer, at, *there);
                    continue;
                }
                Ok(other) => panic!("seed {}: {other:?}", self.seed),
                Err(error) if error.maybe_done => {
                    self.lost += 1;
                    match writer.remote.find(&self.space, &change, &writer.mapped).await.unwrap() {
                        Found::Here(there) => Some(*there),
                        Found::Absent => {
                            self.read(writer, at).await;
                            None
                        }
                        other => panic!("seed {}: {other:?}", self.seed),
                    }
                }
                Err(error) => panic!("seed {}: {error}", self.seed),
            };
            if let Some(there) = done {
                if changed.title && at == 0 {
                    assert_eq!(title_before, known.content.title, "seed {}: a title was overwritten unseen", self.seed);
                }
                writer.documents[at] = (there.clone(), there.content);
                return;
            }
        }
    }

    fn title(&self, object: &RemoteObject) -> String {
        let id = object.remote.id.0.parse::<i64>().unwrap();
        self.forum.server.with(|state| state.topics.get(&id).map_or_else(String::new, |topic| topic.title.clone()))
    }

    /// Now and then an answer gets lost, or somebody edits in the browser between the guard and the write.
    fn disturb(&mut self, known: &RemoteObject, changed: &Changed, other: i64, attempt: usize) {
        let faults = self.forum.server.faults();
        if self.random.random_bool(0.25) {
            faults.add(On::method("PUT", "/").nth(1), Fault::LoseReply);
        } else if attempt == 0 && changed.body && self.random.random_bool(0.35) {
            let post: i64 = known.facts.get(domain::fact::FIRST_POST).unwrap_or(&known.remote.id.0).parse().unwrap();
            let word = format!("word-{}-slipped-{}", self.seed, self.slipped.len());
            let happened = Arc::new(AtomicBool::new(false));
            self.slipped.push((known.remote.clone(), word.clone(), Arc::clone(&happened)));
            let handle = self.forum.server.handle();
            let edit = move || {
                handle.with(|state| {
                    let raw = format!("{}\n\nBy the way: {word}", state.post(post).unwrap().raw);
                    assert!(state.edit_post_as(other, post, &raw));
                    happened.store(true, Ordering::SeqCst);
                });
            };
            faults.add(On::method("PUT", "/posts/").nth(1), Fault::before(edit));
        }
    }

    async fn create(&mut self, writer: &mut Writer) {
        writer.words += 1;
        let word = format!("made-{}-{}-{}", self.seed, writer.name, writer.words);
        let body = format!("This is what I have seen there: {word}.");
        let change = if self.random.random_bool(0.5) {
            let operation = Operation::Create { kind: domain::Kind::Post, parent: Some(self.forum.topic()) };
            change(operation, Content::new("", body), &word)
        } else {
            new_topic(&format!("What was seen at the ledge, {word}"), &body, &word)
        };
        for attempt in 0.. {
            assert!(attempt < 10, "seed {}: it never arrives", self.seed);
            let fault = match self.random.random_range(0..4) {
                0 => Some(Fault::LoseReply),
                1 => Some(Fault::LoseRequest),
                _ => None,
            };
            if let Some(fault) = fault {
                self.forum.server.faults().add(On::method("POST", "/posts").nth(1), fault);
            }
            let sent = writer.remote.send(&self.space, &change).await;
            self.forum.server.faults().clear();
            let found = match sent {
                Ok(Sent::Done { object, .. }) => Found::Here(object),
                Err(error) if error.maybe_done => {
                    self.lost += 1;
                    writer.remote.find(&self.space, &change, &writer.mapped).await.unwrap()
                }
                other => panic!("seed {}: {other:?}", self.seed),
            };
            match found {
                Found::Here(object) => {
                    writer.mapped.insert(object.remote);
                    self.created.push(word);
                    return;
                }
                Found::Absent => {}
                other => panic!("seed {}: {other:?}", self.seed),
            }
        }
    }
}

fn words(body: &str) -> impl Iterator<Item = &str> {
    body.split_whitespace().filter(|word| word.starts_with("word-"))
}

fn raw(server: &Discourse, remote: &RemoteRef) -> String {
    let id = remote.id.0.parse::<i64>().unwrap();
    server.with(|state| match remote.kind {
        domain::Kind::Topic => {
            state.posts.values().find(|post| post.topic_id == id && post.post_number == 1).unwrap().raw.clone()
        }
        _ => state.post(id).unwrap().raw.clone(),
    })
}

/// One order; tells how many answers were lost and writes refused.
async fn run(forum: &Forum, profile: Profile, seed: u64) -> (usize, usize) {
    let (mara, space) = (forum.mara(), forum.space());
    let (tom, reply) = forum.server.with(|state| {
        let tom = state.users.values().find(|user| user.username == "tom").map(|user| user.id);
        let tom = tom.unwrap_or_else(|| state.add_user("tom", "moderator", 4));
        let topic = state
            .add_topic(
                mara,
                forum.category,
                &format!("Tide pools, order {seed}"),
                "First part.\n\nSecond part.\n\nThird part.",
                &[],
            )
            .0;
        (tom, (topic, state.add_post(tom, topic, "A reply in two parts.\n\nThis is the second one.", None)))
    });
    let mut order = Order {
        forum,
        space,
        random: StdRng::seed_from_u64(seed),
        seed,
        profile,
        slipped: Vec::new(),
        created: Vec::new(),
        lost: 0,
        overtaken: 0,
    };
    let documents = [RemoteRef::new(domain::Kind::Topic, reply.0), RemoteRef::new(domain::Kind::Post, reply.1)];
    let mut writers = Vec::new();
    for (name, remote) in [('a', forum.remote()), ('b', forum.by_user_key(tom))] {
        let mut writer = Writer { name, remote, documents: Vec::new(), words: 0, mapped: BTreeSet::new() };
        for document in &documents {
            let domain::Reading::Here(there) = writer.remote.read(&order.space, document).await.unwrap() else {
                panic!()
            };
            writer.documents.push((*there.clone(), there.content));
        }
        writers.push(writer);
    }
    for _ in 0..10 {
        let who = order.random.random_range(0..2);
        let (at, what) = (order.random.random_range(0..2), order.random.random_range(0..10));
        let other = if who == 0 { tom } else { mara };
        match what {
            0..=1 => order.read(&mut writers[who], at).await,
            2..=5 => order.edit(&mut writers[who], at),
            6..=8 => order.send(&mut writers[who], at, other).await,
            _ => order.create(&mut writers[who]).await,
        }
    }
    for who in [0, 1] {
        for at in [0, 1] {
            order.send(&mut writers[who], at, if who == 0 { tom } else { mara }).await;
        }
    }
    for document in &documents {
        let there = raw(&forum.server, document);
        let mut seen = BTreeSet::new();
        for word in words(&there) {
            assert!(seen.insert(word.to_owned()), "seed {seed}, {profile:?}: {word} is there twice: {there}");
        }
        for (_, word, happened) in order.slipped.iter().filter(|(place, ..)| place == document) {
            let there = seen.contains(word);
            assert_eq!(
                there,
                happened.load(Ordering::SeqCst),
                "seed {seed}, {profile:?}: {word} was overwritten unseen"
            );
        }
    }
    let all: Vec<String> = documents.iter().map(|document| raw(&forum.server, document)).collect();
    for writer in &writers {
        for n in 1..=writer.words {
            let word = format!("word-{seed}-{}-{n}", writer.name);
            let places = all.iter().filter(|raw| words(raw).any(|there| there == word)).count();
            let made = order.created.contains(&format!("made-{seed}-{}-{n}", writer.name));
            assert_eq!(places, usize::from(!made), "seed {seed}, {:?}: {word} is lost", order.profile);
        }
    }
    for word in &order.created {
        let end = format!("{word}.");
        let made = forum.server.with(|state| state.posts.values().filter(|post| post.raw.ends_with(&end)).count());
        assert_eq!(made, 1, "seed {seed}, {profile:?}: {word}");
    }
    (order.lost, order.overtaken)
}

#[tokio::test]
async fn two_writers_in_any_order_lose_nothing_and_make_nothing_twice() {
    let number =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (first, count) = (number("LECTERN_FIRST_SEED", 1), number("LECTERN_SEEDS", 100));
    let (mut lost, mut overtaken) = (0, 0);
    for begin in (first..first + count).step_by(ON_ONE_FORUM as usize) {
        let profile = if (begin / ON_ONE_FORUM).is_multiple_of(2) { Profile::V3_1 } else { Profile::V2026 };
        let forum = forum(profile).await;
        for seed in begin..(begin + ON_ONE_FORUM).min(first + count) {
            let (l, o) = run(&forum, profile, seed).await;
            lost += l;
            overtaken += o;
        }
    }
    println!(
        "seeds {first} to {}: {lost} answers lost, {overtaken} writes overtaken, nothing lost, nothing twice",
        first + count - 1
    );
    assert!(lost > 0 && overtaken > 0, "the orders have to bring both about");
}
