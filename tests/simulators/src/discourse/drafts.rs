//! Drafts kept on the server and their sequences (contract 5.8 and the recordings' `draft/`).

use serde_json::{Value, json};

use super::answer::{Answer, Outcome};
use super::guard::Actor;
use super::post_json::{avatar, stamp};
use super::request::Request;
use super::state::{Draft, Forum};

impl Forum {
    pub(crate) fn drafts_list(&self, actor: &Actor, request: &Request) -> Outcome {
        let Some(user) = &actor.user else { return Err(Answer::not_logged_in()) };
        let offset = usize::try_from(request.int("offset").unwrap_or(0)).unwrap_or(0);
        let limit = usize::try_from(request.int("limit").unwrap_or(30)).unwrap_or(30).min(50);
        let mine = self.drafts.iter().filter(|((id, _), _)| *id == user.id).skip(offset).take(limit);
        let rows: Vec<Value> = mine
            .map(|((_, key), draft)| {
                let data: Value = serde_json::from_str(&draft.data).unwrap_or(Value::Null);
                let mut row = json!({
                    "excerpt": data.get("reply"), "created_at": stamp(draft.created_at), "draft_key": key, "sequence": draft.sequence,
                    "draft_username": user.username, "avatar_template": avatar(user), "data": draft.data, "topic_id": null,
                    "username": user.username, "username_lower": user.username.to_lowercase(), "name": user.name, "user_id": user.id,
                });
                let topic = key.strip_prefix("topic_").and_then(|id| id.parse().ok()).and_then(|id: i64| self.topics.get(&id));
                if let Some(topic) = topic {
                    row["topic_id"] = json!(topic.id);
                    row["title"] = json!(topic.title);
                    row["slug"] = json!(topic.slug);
                    row["category_id"] = json!(topic.category_id);
                    row["archetype"] = json!(super::topic_json::archetype(topic));
                }
                row
            })
            .collect();
        Ok(Answer::ok(&json!({ "drafts": rows })))
    }

    pub(crate) fn draft_show(&self, actor: &Actor, request: &Request, key: &str) -> Outcome {
        let Some(user) = actor.id() else { return Err(Answer::not_logged_in()) };
        let current = self.draft_sequence(user, key);
        if request.int("sequence").is_some_and(|sequence| sequence != current) {
            return Err(sequence_conflict());
        }
        let draft = self.drafts.get(&(user, key.to_owned())).filter(|draft| draft.sequence == current);
        Ok(Answer::ok(&json!({ "draft": draft.map(|draft| &draft.data), "draft_sequence": current })))
    }

    /// A wrong sequence is a 409 where a draft is there, and accepted where none is yet; each later save gets one more.
    pub(crate) fn draft_save(&mut self, actor: &Actor, request: &Request) -> Outcome {
        let Some(user) = actor.id() else { return Err(Answer::not_logged_in()) };
        let key = request.text("draft_key").ok_or_else(|| Answer::missing("draft_key"))?;
        let data = request.text("data").ok_or_else(|| Answer::missing("data"))?;
        let Ok(parsed) = serde_json::from_str::<Value>(&data) else { return Err(Answer::invalid_parameters("data")) };
        if data.chars().count() > 150_000 {
            return Err(Answer::invalid_parameters("data"));
        }
        if self.drafts.keys().filter(|(id, _)| *id == user).count() >= 10_000 {
            return Err(Answer::forbidden());
        }
        let sent = request.int("sequence").unwrap_or(0);
        let force = request.flag("force_save");
        let current = self.draft_sequence(user, &key);
        let slot = (user, key);
        let sequence = match self.drafts.get(&slot) {
            Some(_) if !force && sent != current => return Err(sequence_conflict()),
            Some(_) => current + 1,
            None => current,
        };
        let created_at = self.drafts.get(&slot).map_or(self.now, |draft| draft.created_at);
        if sequence != current {
            self.draft_sequences.insert(slot.clone(), sequence);
        }
        self.drafts.insert(slot, Draft { data, sequence, owner: request.text("owner"), created_at });
        let mut out = json!({ "success": "OK", "draft_sequence": sequence });
        if let Some(editor) = self.conflicting_editor(&parsed) {
            out["conflict_user"] = self.basic_user_by_id(editor);
        }
        Ok(Answer::ok(&out))
    }

    /// A dry run of an edit's conflict: who changed the post since the text it began from.
    fn conflicting_editor(&self, data: &Value) -> Option<i64> {
        if !data.get("action")?.as_str()?.starts_with("edit") {
            return None;
        }
        let post = self.posts.get(&data.get("postId")?.as_i64()?)?;
        let original = data.get("original_text").or_else(|| data.get("originalText"))?.as_str()?;
        (original != post.raw).then_some(post.last_editor)
    }

    /// Always a success; a stale sequence deletes nothing.
    pub(crate) fn draft_delete(&mut self, actor: &Actor, request: &Request, key: &str) -> Outcome {
        let Some(user) = actor.id() else { return Err(Answer::not_logged_in()) };
        let sequence = request.int("sequence").or_else(|| request.int("draft_sequence")).unwrap_or(0);
        let slot = (user, key.to_owned());
        if self.drafts.get(&slot).is_some_and(|draft| draft.sequence == sequence) {
            self.drafts.remove(&slot);
        }
        Ok(Answer::ok(&json!({ "success": "OK" })))
    }
}

fn sequence_conflict() -> Answer {
    Answer::json(
        409,
        &json!({
            "errors": ["draft error"],
            "extras": { "description": "Draft is being edited in another window. Please reload this page." },
        }),
    )
}
