//! What the person does on one of two computers, each with one workspace for both sites.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{Content, EntityId, FieldValue, Kind, field};
use rand::Rng;
use rand::rngs::StdRng;
use store::{Entity, NewEntity};
use sync::{Report, Watch};

use super::there::Sites;
use super::with_token;
use crate::support::{Device, did};

pub(super) struct Installation {
    pub(super) course: Device,
    pub(super) forum: Device,
}

impl Installation {
    pub(super) async fn synced(sites: &Sites) -> Self {
        let course = Device::of(&sites.course).await;
        let forum = course.beside(sites.forum.place()).await;
        let made = Self { course, forum };
        made.sync().await;
        made
    }

    async fn try_sync(&self) -> sync::Result<Report> {
        let sites = vec![self.course.site(), self.forum.site()];
        sync::sync(self.course.store(), sites, self.course.options(), Watch::default()).await
    }

    pub(super) async fn sync(&self) -> Report {
        self.try_sync().await.unwrap()
    }

    /// A sync during which the program is killed at a commit, or which ends before that.
    pub(super) async fn sync_killed(&mut self, at: usize) {
        let calls = AtomicUsize::new(0);
        let hook = move |_: &str| calls.fetch_add(1, Ordering::SeqCst) == at;
        self.course.store().set_crash_hook(Some(Arc::new(hook)));
        // An error is the kill itself.
        let _ = self.try_sync().await;
        self.course.reopen_with(&mut self.forum).await;
    }

    /// All of both spaces that is not deleted.
    pub(super) async fn documents(&self) -> Vec<Entity> {
        let mut all = self.course.entities().await;
        all.extend(self.forum.entities().await);
        all.retain(|entity| entity.deleted_at.is_none() && entity.kind.is_document() && entity.kind != Kind::Syllabus);
        all
    }

    pub(super) async fn edit(&self, dice: &mut StdRng, token: &str) {
        if dice.random_bool(0.15) {
            return self.make(dice, token).await;
        }
        let all = self.documents().await;
        let entity = &all[dice.random_range(0..all.len())];
        let end = if matches!(entity.kind, Kind::Topic | Kind::Post) { "" } else { "</p>" };
        let body = with_token(&entity.content.body, end, dice, token);
        let mut content = Content { body, ..entity.content.clone() };
        if entity.kind.has_title() && dice.random_bool(0.1) {
            content.title = format!("{} again", content.title.trim_end_matches(" again"));
        }
        self.course.save(entity.id, &content).await;
    }

    async fn make(&self, dice: &mut StdRng, token: &str) {
        let html = format!("<p>{token}</p>\n<p>A second one.</p>");
        let unpublished = |title: &str| Content::new(title, &html).with(field::PUBLISHED, FieldValue::Flag(false));
        let markdown = format!("{token}\n\nA second paragraph.");
        let course = self.course.space;
        let (space, kind, parent, content) = match dice.random_range(0..6) {
            0 => (course, Kind::Page, None, unpublished("Ours")),
            1 => (course, Kind::Assignment, None, unpublished("Ours")),
            2 => (course, Kind::Discussion, None, unpublished("Ours")),
            3 => (course, Kind::Announcement, None, Content::new("Ours", &html)),
            4 => (self.forum.space, Kind::Topic, None, Content::new(format!("Ours {token}"), markdown)),
            _ => {
                let mut topics = self.forum.entities().await;
                topics.retain(|entity| entity.kind == Kind::Topic);
                let topic = topics[dice.random_range(0..topics.len())].id;
                (self.forum.space, Kind::Post, Some(topic), Content::new("", markdown))
            }
        };
        self.course.make(NewEntity { space, kind, parent, content }).await;
    }

    /// What may be on a site already, under an answer that was lost: the person has to look.
    async fn in_doubt(&self) -> BTreeSet<EntityId> {
        self.course.store().all_parked().await.unwrap().into_iter().map(|parked| parked.entity).collect()
    }

    /// Answers every open question: a conflict with one of the two texts, a doubt by looking at the sites.
    pub(super) async fn settle(&self, dice: &mut StdRng, sites: &Sites) -> usize {
        let store = self.course.store();
        let (conflicts, doubts) = (store.conflicts().await.unwrap(), self.in_doubt().await);
        for conflict in &conflicts {
            let device = if conflict.account == self.course.account { &self.course } else { &self.forum };
            device.settle(conflict.entity, dice.random_bool(0.5)).await;
        }
        for &entity in &doubts {
            let body = store.get(entity).await.unwrap().content.body;
            let first = body.split(['>', '<', '\n', ' ']).find(|word| word.starts_with("token-")).unwrap_or_default();
            if sites.texts().iter().any(|text| text.contains(first)) {
                self.course.throw_away(entity).await;
            } else {
                store.unpark(entity).await.unwrap();
            }
        }
        conflicts.len() + doubts.len()
    }

    /// Whether a token stands in a document or question that waits for the person.
    pub(super) async fn waits_with(&self, token: &str) -> bool {
        let store = self.course.store();
        for entity in self.in_doubt().await {
            if store.get(entity).await.unwrap().content.body.contains(token) {
                return true;
            }
        }
        for conflict in store.conflicts().await.unwrap() {
            let entity = store.get(conflict.entity).await.unwrap();
            if entity.content.body.contains(token) || format!("{conflict:?}").contains(token) {
                return true;
            }
        }
        false
    }

    /// In what this workspace and the sites differ, and what is here twice.
    pub(super) async fn differences(&self, tokens: &[String]) -> Vec<String> {
        let doubts = self.in_doubt().await;
        let mut differences = self.course.differences_but(&doubts).await;
        differences.extend(self.forum.differences_but(&doubts).await);
        let documents = self.documents().await.into_iter().filter(|entity| !doubts.contains(&entity.id));
        let texts: Vec<String> = documents.map(|entity| entity.content.body).collect();
        differences.extend(more_than_once(&texts, tokens));
        differences
    }

    /// What the last report says that is still to be done, for the print.
    pub(super) fn told(report: &Report) -> String {
        format!("{:?} {:?}", did(report), report.left_out)
    }
}

/// Tokens that stand in more than one place, with the texts they stand in.
pub(super) fn more_than_once(texts: &[String], tokens: &[String]) -> Vec<String> {
    let mut twice = Vec::new();
    for token in tokens {
        let holding: Vec<&String> = texts.iter().filter(|text| text.contains(token.as_str())).collect();
        if holding.iter().map(|text| text.matches(token.as_str()).count()).sum::<usize>() > 1 {
            twice.push(format!("{token} in {holding:?}"));
        }
    }
    twice
}
