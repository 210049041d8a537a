//! The bodies of edits: only what changed, each with what it was.

use std::sync::Arc;

use domain::{Base, Changed, Content, Kind, RemoteError, RemoteErrorKind, RemoteRef, field};
use serde_json::{Value, json};

use crate::DiscourseRemote;
use crate::convert::TAGS_AS_READ;
use crate::memory::TagShape;
use crate::settings::SiteSettings;
use crate::tags::{shaped, tag_name, tags_of};

/// Trust level whose edits may leave a topic where it is in the lists, as those of staff may (contract 5.4).
const LEADER: i64 = 4;

/// A write with no guard of its own: status, wiki, recovery (contract 5.5, 5.6). Setting what is set already is a no-op.
pub(crate) struct Step {
    pub(crate) path: String,
    pub(crate) body: Value,
}

impl DiscourseRemote {
    /// The forum's settings; the defaults where it does not show them.
    pub(crate) async fn settings(&self) -> Result<Arc<SiteSettings>, RemoteError> {
        if let Some(settings) = self.memory.with(|learnt| learnt.settings.clone()) {
            return Ok(settings);
        }
        let settings = match self.client.get::<SiteSettings>("site/settings.json").await {
            Ok(settings) => Arc::new(settings),
            Err(error) if error.concerns_the_site() => return Err(error),
            Err(_) => Arc::default(),
        };
        self.memory.with(|learnt| learnt.settings = Some(Arc::clone(&settings)));
        Ok(settings)
    }

    pub(crate) async fn text_change(&self, base: &Base, content: &Content) -> Result<Value, RemoteError> {
        let mut body = json!({ "post": {
            "raw": content.body,
            // Old servers know one name, new ones the other (contract 5.4).
            "original_text": base.returned_body,
            "raw_old": base.returned_body,
        }});
        let me = self.myself().await?;
        if me.staff || me.trust_level >= LEADER {
            // An edit of the last post would bring its topic to the top of the lists: quiet where the forum allows it.
            body["bypass_bump"] = Value::from(true);
        }
        Ok(body)
    }

    /// What a change of title, category or tags sends; `None` where none of them changed.
    pub(crate) async fn topic_change(
        &self,
        remote: &RemoteRef,
        changed: &Changed,
        base: &Base,
        content: &Content,
    ) -> Result<Option<Value>, RemoteError> {
        let mut body = json!({});
        if changed.title {
            body["title"] = Value::from(content.title.clone());
            body["original_title"] = Value::from(base.content.title.clone());
        }
        if changed.fields.contains(field::CATEGORY)
            && let Some(category) = content.text(field::CATEGORY).and_then(|id| id.parse::<i64>().ok())
        {
            body["category_id"] = Value::from(category);
        }
        if changed.fields.contains(field::TAGS) {
            let as_read: Vec<Value> =
                base.facts.get(TAGS_AS_READ).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            self.put_tags(&mut body, &as_read, &tags_of(content)).await?;
        }
        let empty = body.as_object().is_none_or(serde_json::Map::is_empty);
        Ok((remote.kind == Kind::Topic && !empty).then_some(body))
    }

    /// Tags in the shape that the forum takes today, also where the base still has them in an older one.
    async fn put_tags(&self, body: &mut Value, as_read: &[Value], names: &[String]) -> Result<(), RemoteError> {
        self.memory.with(|learnt| learnt.tag_shape == TagShape::Unknown).then(|| self.memory.note_tags(as_read));
        let shape = self.tag_shape().await?;
        let before: Vec<String> = as_read.iter().map(tag_name).collect();
        let id_of = |name: &str| {
            let read = as_read.iter().find(|tag| tag_name(tag) == name).and_then(|tag| tag.get("id")?.as_i64());
            read.or_else(|| self.memory.with(|learnt| learnt.tag_ids.get(name).copied()))
        };
        body["tags"] = shaped(shape, names, id_of);
        // Compared by id there: what has none would always be a conflict, and an empty list is not compared at all.
        let comparable = shape != TagShape::Objects || before.iter().all(|name| id_of(name).is_some());
        if !before.is_empty() && comparable {
            body["original_tags"] = shaped(shape, &before, id_of);
        }
        Ok(())
    }

    /// Statuses, wiki and recovery that a change asks for: with `shutting` what narrows, without it what opens.
    pub(crate) async fn steps(
        &self,
        remote: &RemoteRef,
        changed: &Changed,
        base: &Base,
        content: &Content,
        shutting: bool,
    ) -> Result<Vec<Step>, RemoteError> {
        let mut steps = Vec::new();
        let wants = |name: &str| content.flag(name).filter(|_| changed.fields.contains(name));
        if remote.kind == Kind::Topic {
            let statuses = [
                (field::CLOSED, "closed", true),
                (field::ARCHIVED, "archived", true),
                (field::PINNED, "pinned", true),
                (field::VISIBLE, "visible", false),
            ];
            for (name, status, shuts) in statuses {
                let Some(on) = wants(name).filter(|on| (*on == shuts) == shutting) else { continue };
                steps.push(Step {
                    path: format!("t/{}/status.json", remote.id),
                    body: json!({ "status": status, "enabled": on.to_string() }),
                });
            }
        }
        if let Some(wiki) = wants(field::WIKI).filter(|_| shutting) {
            let gone = || RemoteError::new(RemoteErrorKind::NotFound, "the topic is gone");
            let post = self.body_post(remote, base).await?.ok_or_else(gone)?;
            steps.push(Step { path: format!("posts/{post}/wiki.json"), body: json!({ "wiki": wiki }) });
        }
        let deleted = base.content.flag(field::DELETED) == Some(true);
        if !shutting && remote.kind == Kind::Post && deleted && wants(field::DELETED) == Some(false) {
            steps.push(Step { path: format!("posts/{}/recover.json", remote.id), body: json!({}) });
        }
        if deleted && changed.body {
            let words = "Its author deleted it. Bring it back first, then edit it.";
            return Err(RemoteError::new(RemoteErrorKind::Refused, words));
        }
        Ok(steps)
    }
}
