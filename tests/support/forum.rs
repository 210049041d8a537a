//! A category on a simulated Discourse.

use std::sync::Arc;

use discourse::{Auth, Connection, DiscourseRemote, Memory, Scopes};
use domain::{Remote, RemoteId, SiteKind};
use rest::Url;
use simulators::clock::Clock;
use simulators::discourse::{CategoryOptions, Discourse, Profile, Settings};
use simulators::fault::FaultPlan;

use super::Device;
use super::device::{Place, limits};

/// The client id that the member's key was approved for.
const CLIENT: &str = "client-of-a-flow";

pub(crate) struct Forum {
    pub(crate) discourse: Discourse,
    pub(crate) category: i64,
    pub(crate) me: i64,
    pub(crate) someone: i64,
    /// Topic and first post.
    pub(crate) topics: Vec<(i64, i64)>,
    key: String,
    /// Whether the key is one that a member approved.
    member: bool,
}

impl Forum {
    /// A category with this many topics, named `Topic 1 about the tide` and so on, each with one reply.
    pub(crate) async fn with_topics(profile: Profile, count: usize) -> Self {
        Self::with(profile, count, false).await
    }

    /// The same seen by a member of no rank, whose posts wait for a moderator.
    pub(crate) async fn with_topics_as_member(profile: Profile, count: usize) -> Self {
        Self::with(profile, count, true).await
    }

    async fn with(profile: Profile, count: usize, member: bool) -> Self {
        let clock = Clock::default();
        let mut forum = simulators::discourse::Forum::new(profile, Settings::default(), clock.now());
        let me = forum.add_user("ada", if member { "member" } else { "admin" }, 2);
        let someone = forum.add_user("sam", "admin", 4);
        let options = CategoryOptions { needs_approval: member, ..CategoryOptions::default() };
        let category = forum.add_category_with("Shore life", "shore-life", options);
        let topics = (1..=count)
            .map(|at| {
                let body: Vec<String> = (1..=5).map(|part| format!("Topic {at}, paragraph {part}.")).collect();
                let made = forum.add_topic(me, category, &topic_title(at), &body.join("\n\n"), &[]);
                forum.add_post(someone, made.0, &format!("A reply to topic {at}, with some words."), None);
                made
            })
            .collect();
        let key = match member {
            true => forum.add_user_key(me, CLIENT, &["read", "write"]),
            false => forum.add_admin_key(Some(me)),
        };
        let discourse = Discourse::serve(forum, FaultPlan::new(), clock).await.unwrap();
        Self { discourse, category, me, someone, topics, key, member }
    }

    pub(crate) async fn device(&self) -> Device {
        Device::at(self.place(), self.discourse.clock().clone()).await
    }

    pub(crate) async fn synced(&self) -> Device {
        let device = self.device().await;
        device.sync().await;
        device
    }

    /// The category as the person keeps it.
    pub(crate) fn place(&self) -> Place {
        self.place_with(None)
    }

    /// As a program that stays open: it remembers from one sync to the next, and takes the forum for one that is far away.
    pub(crate) async fn kept_open(&self) -> Device {
        let place = self.place_with(Some(Memory::titled("Simulated Forum")));
        let device = Device::at(place, self.discourse.clock().clone()).await;
        device.sync().await;
        device
    }

    fn place_with(&self, memory: Option<Memory>) -> Place {
        let (address, clock, key) = (self.discourse.base_url(), self.discourse.clock().clone(), self.key.clone());
        let base = Url::parse(&address).unwrap();
        let member = self.member;
        let connect = move || {
            let clock = clock.clone();
            let auth = match member {
                true => Auth::UserKey {
                    key: key.clone().into(),
                    client_id: CLIENT.to_owned(),
                    scopes: Scopes::ReadAndWrite,
                },
                false => Auth::AdminKey { key: key.clone().into(), username: "ada".to_owned() },
            };
            let mut connection = Connection::new(base.clone(), auth, Arc::new(move || clock.now()));
            connection.limits = limits();
            if let Some(memory) = &memory {
                connection.memory = memory.clone();
                connection.whole_every = chrono::TimeDelta::minutes(5);
            }
            connection.settle = std::time::Duration::ZERO;
            Arc::new(DiscourseRemote::connect(connection).unwrap()) as Arc<dyn Remote>
        };
        Place {
            site: SiteKind::Discourse,
            address,
            user: RemoteId::from(self.me),
            space: RemoteId::from(self.category),
            connect: Box::new(connect),
        }
    }

    /// The stored text of a topic's first post.
    pub(crate) fn raw(&self, place: usize) -> String {
        let post = self.topics[place].1;
        self.discourse.with(|forum| forum.post(post).unwrap().raw.clone())
    }

    /// Replaces words in a topic as somebody else does in the browser.
    pub(crate) fn someone_replaces(&self, place: usize, from: &str, to: &str) {
        let raw = self.raw(place);
        assert!(raw.contains(from), "`{from}` is in the topic: {raw}");
        let (post, someone) = (self.topics[place].1, self.someone);
        assert!(self.discourse.with(|forum| forum.edit_post_as(someone, post, &raw.replacen(from, to, 1))));
    }

    /// Titles of the live topics of the category, sorted.
    pub(crate) fn titles(&self) -> Vec<String> {
        let category = Some(self.category);
        let mut titles: Vec<String> = self.discourse.with(|forum| {
            let live = forum.live_topics();
            live.into_iter().filter(|topic| topic.category_id == category).map(|topic| topic.title.clone()).collect()
        });
        titles.sort();
        titles
    }
}

pub(crate) fn topic_title(at: usize) -> String {
    format!("Topic {at} about the tide")
}
