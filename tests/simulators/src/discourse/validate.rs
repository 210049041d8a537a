//! What makes a title or a body unacceptable, in the words of the recordings (contract 5.2).

use chrono::TimeDelta;
use serde_json::Value;

use super::answer::Answer;
use super::guard::Actor;
use super::state::Forum;
use super::text::{all_caps, clean_tag, entropy, has_words, longest_word, stripped_length};

const UNCLEAR_TITLE: &str = "Title seems unclear, most of the words contain the same letters over and over?";
const UNCLEAR_BODY: &str = "Body seems unclear, is it a complete sentence?";

impl Forum {
    pub(crate) fn title_errors(&self, actor: &Actor, title: &str, private: bool, topic: Option<i64>) -> Vec<String> {
        let mut errors = Vec::new();
        let length = title.chars().count();
        let min = match (private, actor.is_admin()) {
            (_, true) => 1,
            (true, _) => 2,
            _ => self.settings.min_topic_title_length,
        };
        if title.is_empty() && topic.is_none() {
            errors.push("Title can't be blank".to_owned());
        }
        if length < min {
            let unit = if min == 1 { "character" } else { "characters" };
            errors.push(format!("Title is too short (minimum is {min} {unit})"));
        }
        let max = self.settings.max_topic_title_length;
        if length > max {
            errors.push(format!("Title is too long (maximum is {max} characters)"));
        }
        let least = if private { 2 } else { self.settings.title_min_entropy };
        if entropy(title) < least.min(self.settings.min_topic_title_length)
            || longest_word(title) > 30
            || !has_words(title)
        {
            errors.push(UNCLEAR_TITLE.to_owned());
        }
        if errors.is_empty() && !private && self.title_is_taken(title, topic) {
            errors.push("Title has already been used".to_owned());
        }
        errors
    }

    fn title_is_taken(&self, title: &str, except: Option<i64>) -> bool {
        let wanted = title.to_lowercase();
        !self.settings.allow_duplicate_topic_titles
            && self.topics.values().any(|topic| {
                Some(topic.id) != except
                    && topic.deleted.is_none()
                    && topic.visible
                    && !topic.is_private()
                    && topic.title.to_lowercase() == wanted
            })
    }

    pub(crate) fn body_errors(&self, raw: &str, private: bool) -> Vec<String> {
        let mut errors = Vec::new();
        let min = if private { self.settings.min_personal_message_post_length } else { self.settings.min_post_length };
        let length = stripped_length(raw);
        if length < min {
            errors.push(format!("Body is too short (minimum is {min} characters)"));
        }
        let max = self.settings.max_post_length;
        if length > max {
            errors.push(format!("Body is limited to {max} characters; you entered {length}."));
        }
        let unclear = entropy(raw) < self.settings.body_min_entropy || !has_words(raw) || all_caps(raw);
        if unclear {
            errors.push(UNCLEAR_BODY.to_owned());
        }
        errors
    }

    /// The same words by the same user within five minutes, in any topic; staff are exempt.
    pub(crate) fn is_repeat(&self, actor: &Actor, raw: &str, private: bool) -> bool {
        let Some(user) = actor.user.as_ref().filter(|user| !user.is_staff()) else { return false };
        let window = TimeDelta::minutes(self.settings.unique_posts_mins);
        self.posts.values().rev().any(|post| {
            post.user_id == user.id
                && post.raw == raw
                && self.now - post.created_at < window
                && self.topics.get(&post.topic_id).is_some_and(|topic| topic.is_private() == private)
        })
    }

    /// More than the allowed number of replies in a row in somebody else's topic.
    pub(crate) fn too_many_in_a_row(&self, actor: &Actor, topic_id: i64) -> bool {
        let Some(user) = actor.user.as_ref().filter(|user| !user.is_staff()) else { return false };
        let limit = self.settings.max_consecutive_replies;
        let own = self.topics.get(&topic_id).is_some_and(|topic| topic.user_id == user.id);
        let visible = self.posts_of(topic_id).rev().filter(|post| post.deleted.is_none() && post.post_type == 1);
        limit > 0 && !own && visible.take(limit).filter(|post| post.user_id == user.id).count() == limit
    }

    /// The tags of a request in the shape this server takes: names before 2026, objects after. The wrong shape is a 500.
    pub(crate) fn read_tags(&self, params: &Value, name: &str) -> Result<Option<Vec<String>>, Answer> {
        let items = match params.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(Value::String(text)) if text.is_empty() => return Ok(Some(Vec::new())),
            Some(_) => return Err(Answer::server_error()),
        };
        let mut names = Vec::new();
        for item in items {
            match item {
                // Deprecated since 2026.01 and dropped from 2026.07 (contract 5.1).
                Value::String(_) if self.profile.is_2026() && !self.settings.takes_tags_as_names => {}
                Value::String(text) => names.push(text.clone()),
                Value::Object(object) if self.profile.is_2026() => {
                    let id = object.get("id").and_then(Value::as_i64);
                    let by_id =
                        id.and_then(|id| self.tags.iter().find(|(_, tag)| **tag == id)).map(|(name, _)| name.clone());
                    let name = object.get("name").and_then(Value::as_str).map(str::to_owned);
                    names.extend(by_id.or(name));
                }
                _ => return Err(Answer::server_error()),
            }
        }
        Ok(Some(names))
    }

    /// Cleans, drops the unknown where the user may not make tags, and keeps the first five, without a word.
    pub(crate) fn settle_tags(&mut self, trust: u8, names: &[String]) -> Vec<String> {
        let mut kept: Vec<String> = Vec::new();
        for name in names {
            let tag = clean_tag(name, self.settings.max_tag_length);
            let known = self.tags.contains_key(&tag);
            if tag.is_empty() || kept.contains(&tag) || (!known && trust < self.settings.min_trust_to_create_tag) {
                continue;
            }
            if kept.len() == self.settings.max_tags_per_topic {
                break;
            }
            if !known {
                let id = self.tags.len() as i64 + 1;
                self.tags.insert(tag.clone(), id);
            }
            kept.push(tag);
        }
        kept
    }
}
