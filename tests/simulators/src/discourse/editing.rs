//! Changing posts and topics: the two 409s, grace edits, versions (contract 5.4, 5.5 and 6).

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::answer::{Answer, Outcome};
use super::guard::Actor;
use super::post_json::Shown;
use super::request::{Request, array_of, int_of, text_of};
use super::state::{Forum, Post, Revision, SYSTEM};
use super::text::{changed_characters, fancy_title, normalize_raw, prettify_title, slug_of};

/// The fields of one revision; those that are none stay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    pub(crate) raw: Option<String>,
    pub(crate) edit_reason: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) category_id: Option<i64>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) wiki: Option<bool>,
    pub(crate) force_version: bool,
    pub(crate) keep_place: bool,
}

impl Forum {
    pub(crate) fn update_post(&mut self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        let Some(user) = actor.user.clone() else { return Err(Answer::not_logged_in()) };
        let post = self.posts.get(&id).filter(|post| actor.is_staff() || post.deleted.is_none());
        let post = post.ok_or_else(Answer::not_found)?.clone();
        if !self.can_edit_post(actor, &post) && post.user_id == user.id && self.edit_time_is_over(&user, &post) {
            return Err(Answer::errors(
                422,
                &["That post was created too long ago. It can no longer be edited or deleted."],
            ));
        }
        if !self.can_edit_post(actor, &post) {
            return Err(Answer::forbidden());
        }
        // A body without the `post` wrapper works, too: parameters are wrapped by the framework.
        let fields = request.get("post").filter(|fields| fields.is_object()).unwrap_or(&request.params);
        let mut original = text_of(fields, "raw_old").filter(|text| !text.is_empty());
        if self.profile.compares_what_it_was() {
            original = text_of(fields, "original_text").filter(|text| !text.is_empty()).or(original);
        }
        if original.is_some_and(|text| text != post.raw) {
            return Err(Answer::edit_conflict());
        }
        let private = self.topics.get(&post.topic_id).is_some_and(super::state::Topic::is_private);
        let raw = normalize_raw(&text_of(fields, "raw").unwrap_or_default());
        let errors = if raw == post.raw { Vec::new() } else { self.body_errors(&raw, private) };
        let mut changes = Changes {
            raw: Some(raw),
            edit_reason: text_of(fields, "edit_reason").filter(|reason| !reason.is_empty()),
            keep_place: request.flag("bypass_bump") && actor.is_staff(),
            ..Changes::default()
        };
        if post.post_number == 1 {
            changes.title = request.text("title").map(|title| prettify_title(&title));
            changes.category_id = int_of(fields, "category_id");
        }
        let mut errors = errors;
        if let Some(title) = &changes.title {
            let kept = self.topics.get(&post.topic_id).is_some_and(|topic| topic.title == *title);
            if !kept {
                errors.extend(self.title_errors(actor, title, private, Some(post.topic_id)));
            }
        }
        if !errors.is_empty() {
            return Err(Answer::errors(422, &errors.iter().map(String::as_str).collect::<Vec<_>>()));
        }
        if self.makes_version(user.id, &post, &changes) {
            self.charge_edit(actor)?;
        }
        self.revise(user.id, id, &changes);
        let post = self.posts.get(&id).ok_or_else(Answer::server_error)?;
        Ok(Answer::ok(&json!({ "post": self.post_json(actor, post, Shown::WRITTEN) })))
    }

    pub(crate) fn update_topic(&mut self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        let Some(user) = actor.user.clone() else { return Err(Answer::not_logged_in()) };
        let topic = self
            .topics
            .get(&id)
            .filter(|topic| self.can_edit_topic(actor, topic))
            .ok_or_else(Answer::forbidden)?
            .clone();
        if self.profile.compares_what_it_was() {
            let original = request.text("original_title").filter(|title| !title.is_empty());
            if original.is_some_and(|title| title != topic.title) || !self.tags_are_unchanged(request, &topic.tags) {
                return Err(Answer::edit_conflict());
            }
        }
        let mut changes = Changes::default();
        if let Some(category) = request.int("category_id").filter(|id| Some(*id) != topic.category_id) {
            let found = self.categories.get(&category).ok_or_else(|| Answer::errors(422, &["Category not found!"]))?;
            if !self.can_create_topic_in(actor, found) {
                return Err(Answer::forbidden());
            }
            changes.category_id = Some(category);
        }
        if let Some(title) = request.text("title").map(|title| prettify_title(&title))
            && title != topic.title
        {
            let errors = self.title_errors(actor, &title, topic.is_private(), Some(id));
            if !errors.is_empty() {
                return Err(Answer::errors(422, &errors.iter().map(String::as_str).collect::<Vec<_>>()));
            }
            changes.title = Some(title);
        }
        if let Some(names) = self.read_tags(&request.params, "tags")? {
            changes.tags = Some(self.settle_tags(if user.is_staff() { 4 } else { user.trust_level }, &names));
        }
        if let Some(first) = self.first_post(id).cloned() {
            if self.makes_version(user.id, &first, &changes) {
                self.charge_edit(actor)?;
            }
            self.revise(user.id, first.id, &changes);
        }
        let topic = self.topics.get(&id).ok_or_else(Answer::server_error)?;
        let mut out = json!({ "basic_topic": {
            "id": id, "title": topic.title, "fancy_title": fancy_title(&topic.title), "slug": topic.slug,
            "posts_count": self.posts_count(id),
        } });
        if self.profile.is_2026() && changes.tags.is_some() {
            out["tags"] = self.tags_json(&topic.tags);
        }
        Ok(Answer::ok(&out))
    }

    /// Compared by id, and before 2026 by name; names are never equal to ids, nor ids to names, and an empty array is not compared at all
    /// (recordings, `backport/`; contract 5.5).
    fn tags_are_unchanged(&self, request: &Request, tags: &[String]) -> bool {
        let Some(original) = array_of(&request.params, "original_tags").filter(|items| !items.is_empty()) else {
            return true;
        };
        if !self.profile.is_2026() {
            let sent: BTreeSet<Option<&str>> = original.iter().map(Value::as_str).collect();
            return sent == tags.iter().map(|name| Some(name.as_str())).collect();
        }
        let mut sent: Vec<Option<i64>> = original.iter().map(|item| item.get("id").and_then(Value::as_i64)).collect();
        let mut stored: Vec<Option<i64>> = tags.iter().map(|name| self.tags.get(name).copied()).collect();
        sent.sort_unstable();
        stored.sort_unstable();
        sent == stored
    }

    fn changes_anything(&self, post: &Post, changes: &Changes) -> bool {
        let topic = self.topics.get(&post.topic_id);
        changes.raw.as_ref().is_some_and(|raw| *raw != post.raw)
            || changes.edit_reason.as_ref().is_some_and(|reason| Some(reason) != post.edit_reason.as_ref())
            || changes.wiki.is_some_and(|wiki| wiki != post.wiki)
            || topic.is_some_and(|topic| {
                changes.title.as_ref().is_some_and(|title| *title != topic.title)
                    || changes.category_id.is_some_and(|id| Some(id) != topic.category_id)
                    || changes.tags.as_ref().is_some_and(|tags| *tags != topic.tags)
            })
    }

    /// Whether a change begins a new version, or is a grace edit of the present one (contract 6).
    pub(crate) fn makes_version(&self, editor: i64, post: &Post, changes: &Changes) -> bool {
        if !self.changes_anything(post, changes) {
            return false;
        }
        let grace = TimeDelta::seconds(self.settings.editing_grace_period);
        let high_trust = self.users.get(&editor).is_some_and(|user| user.is_staff() || user.trust_level >= 2);
        let most = if high_trust {
            self.settings.editing_grace_period_max_diff_high_trust
        } else {
            self.settings.editing_grace_period_max_diff
        };
        let grown = changes.raw.as_ref().map_or(0, |raw| changed_characters(&post.raw, raw));
        changes.force_version
            || changes.wiki.is_some_and(|wiki| wiki != post.wiki)
            || changes.edit_reason.as_ref().is_some_and(|reason| Some(reason) != post.edit_reason.as_ref())
            || editor != post.last_editor
            || self.now - post.last_version_at > grace
            || self.settings.editing_grace_period == 0
            || grown > most
    }

    /// Applies a change as the revisor does: text, title, category and tags, version, times and the draft's sequence.
    pub(crate) fn revise(&mut self, editor: i64, id: i64, changes: &Changes) -> bool {
        let Some(post) = self.posts.get(&id).cloned() else { return false };
        if !self.changes_anything(&post, changes) {
            return false;
        }
        let version = self.makes_version(editor, &post, changes);
        let raw_changed = changes.raw.as_ref().is_some_and(|raw| *raw != post.raw);
        let now = self.now;
        let is_last =
            self.posts_of(post.topic_id).filter(|p| p.deleted.is_none()).all(|p| p.post_number <= post.post_number);
        let cooked = changes.raw.as_ref().filter(|_| raw_changed).map(|raw| self.cook(raw));
        let before = self.topics.get(&post.topic_id).cloned();
        if let Some(topic) = self.topics.get_mut(&post.topic_id) {
            if let Some(title) = &changes.title {
                topic.title.clone_from(title);
                topic.slug = slug_of(title);
            }
            if let Some(category) = changes.category_id {
                topic.category_id = Some(category);
            }
            if let Some(tags) = &changes.tags {
                topic.tags.clone_from(tags);
            }
            if version && is_last && !changes.keep_place {
                topic.bumped_at = topic.bumped_at.max(now);
            }
        }
        if let Some(stored) = self.posts.get_mut(&id) {
            if version {
                let of_first = before.filter(|_| post.post_number == 1);
                let tags = changes.tags.clone().zip(of_first.as_ref()).map(|(now, topic)| [topic.tags.clone(), now]);
                let category = changes.category_id.zip(of_first.as_ref());
                stored.revisions.push(Revision {
                    editor,
                    at: now,
                    raw: post.raw.clone(),
                    tags: tags.filter(|[before, now]| before != now),
                    category: category.map(|(now, topic)| [topic.category_id, Some(now)]),
                    title: of_first.map(|topic| topic.title),
                    edit_reason: changes.edit_reason.clone(),
                });
                stored.version += 1;
                stored.public_version += 1;
                stored.last_version_at = now;
                stored.edit_reason.clone_from(&changes.edit_reason);
            }
            if let (Some(raw), Some(cooked)) = (&changes.raw, cooked) {
                stored.raw.clone_from(raw);
                stored.cooked = cooked;
            }
            if let Some(wiki) = changes.wiki {
                stored.wiki = wiki;
            }
            if version || raw_changed {
                stored.updated_at = now;
            }
            stored.last_editor = editor;
        }
        if editor != SYSTEM {
            self.advance_draft_sequence(editor, &format!("topic_{}", post.topic_id));
        }
        self.schedule_hotlinks(id);
        true
    }
}
