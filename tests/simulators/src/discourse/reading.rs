//! Topics and posts by id (contract 4.4 to 4.7).

use serde_json::{Value, json};

use super::answer::{Answer, Outcome};
use super::guard::Actor;
use super::post_json::{Shown, avatar, stamp};
use super::request::{Request, array_of};
use super::state::{Forum, Post, Topic};
use super::topic_json::CHUNK;

impl Forum {
    fn visible_topic(&self, actor: &Actor, id: i64) -> Result<&Topic, Answer> {
        match self.topics.get(&id) {
            Some(topic) if self.can_see_topic(actor, topic) => Ok(topic),
            Some(topic) if topic.deleted.is_some() && self.settings.detailed_404 => {
                let error = "The requested URL or resource could not be found.";
                Err(Answer::topic_not_found(410, error, "not_found"))
            }
            _ => Err(Answer::no_such_topic()),
        }
    }

    /// `/t/<id>`, `/t/<id>/<post number>`, `/t/<slug>/<id>`.
    pub(crate) fn show_topic(
        &mut self,
        actor: &Actor,
        request: &Request,
        id: i64,
        slug: Option<&str>,
        near: Option<i64>,
    ) -> Outcome {
        let topic = self.visible_topic(actor, id)?;
        if slug.is_some_and(|slug| slug != topic.slug) {
            return Ok(self.redirect_to_topic(topic, request.raw_path.ends_with(".json")));
        }
        let include_raw = request.get("include_raw").is_some();
        let stream = self.stream(actor, topic, request.flag("show_deleted"));
        let (posts, current) = if request.get("print").is_some() {
            (stream.iter().take(1000).copied().collect::<Vec<_>>(), 1)
        } else if let Some(near) = near {
            let at = stream.iter().position(|post| post.post_number >= near).unwrap_or(stream.len().saturating_sub(1));
            let start = at.saturating_sub(CHUNK / 4).min(stream.len().saturating_sub(CHUNK));
            (stream.iter().skip(start).take(CHUNK).copied().collect(), near)
        } else {
            let page = request.int("page").unwrap_or(1);
            let Ok(page) = usize::try_from(page) else { return Err(Answer::no_such_topic()) };
            let page = page.max(1);
            let last = stream.len().div_ceil(CHUNK).max(1);
            if page > last {
                if self.profile.is_2026() {
                    let path = format!("{}/t/{}/{}.json?page={last}", self.origin, topic.slug, topic.id);
                    return Ok(Answer::redirect(301, &path));
                }
                return Err(Answer::no_such_topic());
            }
            let posts: Vec<&Post> = stream.iter().skip((page - 1) * CHUNK).take(CHUNK).copied().collect();
            let current = posts.first().map_or(1, |post| post.post_number);
            (posts, current)
        };
        let body = self.topic_json(actor, topic, &posts, &stream, include_raw, current);
        if let Some(topic) = self.topics.get_mut(&id) {
            topic.views += 1;
        }
        Ok(Answer::ok(&body))
    }

    pub(crate) fn redirect_to_topic(&self, topic: &Topic, json: bool) -> Answer {
        let suffix = if json { ".json" } else { "" };
        Answer::redirect(301, &format!("{}/t/{}/{}{suffix}", self.origin, topic.slug, topic.id))
    }

    /// A topic's slug alone.
    pub(crate) fn topic_by_slug(&self, actor: &Actor, request: &Request, slug: &str) -> Outcome {
        let found = self.topics.values().find(|topic| {
            topic.deleted.is_none()
                && self.can_see_topic(actor, topic)
                && topic.slug.starts_with(slug)
                && !slug.is_empty()
        });
        let topic = found.ok_or_else(Answer::no_such_topic)?;
        Ok(self.redirect_to_topic(topic, request.raw_path.ends_with(".json")))
    }

    pub(crate) fn topic_by_external_id(&self, actor: &Actor, request: &Request, external: &str) -> Outcome {
        let found = self.topics.values().find(|topic| {
            topic.external_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(external)) && topic.deleted.is_none()
        });
        match found.filter(|topic| self.can_see_topic(actor, topic)) {
            Some(topic) => Ok(self.redirect_to_topic(topic, request.raw_path.ends_with(".json"))),
            None => Err(Answer::not_found()),
        }
    }

    /// `/t/<id>/posts.json`: ids that are not in the topic or not visible are left out in silence.
    pub(crate) fn topic_posts(&self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        let topic = self.visible_topic(actor, id)?;
        let stream = self.stream(actor, topic, request.flag("show_deleted"));
        let posts: Vec<&Post> = match array_of(&request.params, "post_ids") {
            Some(ids) => {
                let wanted: Vec<i64> =
                    ids.iter().filter_map(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok())).collect();
                stream.into_iter().filter(|post| wanted.contains(&post.id)).collect()
            }
            None => {
                let from = request.int("post_number").unwrap_or(0);
                let descending = request.text("asc").as_deref() == Some("false");
                if descending {
                    let before: Vec<&Post> = stream.into_iter().filter(|post| post.post_number < from).collect();
                    before.iter().rev().take(CHUNK).rev().copied().collect()
                } else {
                    stream.into_iter().filter(|post| post.post_number > from).take(CHUNK).collect()
                }
            }
        };
        let shown = Shown::in_topic(request.get("include_raw").is_some());
        let posts: Vec<Value> = posts.iter().map(|post| self.post_json(actor, post, shown)).collect();
        Ok(Answer::ok(&json!({ "post_stream": { "posts": posts }, "id": id })))
    }

    /// All ids after a number: a cheap way to see the end of the stream.
    pub(crate) fn topic_post_ids(&self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        let topic = self.visible_topic(actor, id)?;
        let from = request.int("post_number").unwrap_or(0);
        let stream = self.stream(actor, topic, false);
        let ids: Vec<i64> = stream.iter().filter(|post| post.post_number > from).map(|post| post.id).collect();
        Ok(Answer::ok(&json!({ "post_ids": ids })))
    }

    fn visible_post(&self, actor: &Actor, id: i64) -> Result<&Post, Answer> {
        let post = self.posts.get(&id).ok_or_else(Answer::not_found)?;
        if self.can_see_post(actor, post) {
            return Ok(post);
        }
        let topic_deleted = self.topics.get(&post.topic_id).is_none_or(|topic| topic.deleted.is_some());
        if post.deleted.is_some() || topic_deleted { Err(Answer::not_found()) } else { Err(Answer::forbidden()) }
    }

    pub(crate) fn show_post(&self, actor: &Actor, request: &Request, id: i64) -> Outcome {
        let post = self.visible_post(actor, id)?;
        let mut post = post.clone();
        if let Some(version) = request.int("version")
            && let Some(old) = usize::try_from(version - 1).ok().and_then(|index| post.revisions.get(index))
        {
            post.raw = old.raw.clone();
            post.cooked = self.cook(&post.raw);
        }
        Ok(Answer::ok(&self.post_json(actor, &post, Shown::SINGLE)))
    }

    pub(crate) fn post_by_number(&self, actor: &Actor, topic_id: i64, number: i64) -> Outcome {
        let id = self.posts_of(topic_id).find(|post| post.post_number == number).map(|post| post.id);
        let post = self.visible_post(actor, id.ok_or_else(Answer::not_found)?)?;
        Ok(Answer::ok(&self.post_json(actor, post, Shown::SINGLE)))
    }

    pub(crate) fn post_cooked(&self, actor: &Actor, id: i64) -> Outcome {
        let post = self.visible_post(actor, id)?;
        Ok(Answer::ok(&json!({ "cooked": post.cooked })))
    }

    pub(crate) fn post_raw(&self, actor: &Actor, id: i64) -> Outcome {
        Ok(Answer::text(200, &self.visible_post(actor, id)?.raw))
    }

    /// `/raw/<topic>` and `/raw/<topic>/<number>`.
    pub(crate) fn topic_raw(&self, actor: &Actor, request: &Request, topic_id: i64, number: Option<i64>) -> Outcome {
        let topic = self.topics.get(&topic_id).filter(|topic| self.can_see_topic(actor, topic));
        let topic = topic.ok_or_else(Answer::not_found)?;
        let stream = self.stream(actor, topic, false);
        if let Some(number) = number {
            let post = stream.iter().find(|post| post.post_number == number).ok_or_else(Answer::not_found)?;
            return Ok(Answer::text(200, &post.raw));
        }
        let page = usize::try_from(request.int("page").unwrap_or(1)).unwrap_or(1).max(1);
        let mut out = String::new();
        for post in stream.iter().skip((page - 1) * 100).take(100) {
            let name = self.users.get(&post.user_id).map_or("", |user| user.username.as_str());
            let at = post.updated_at.format("%Y-%m-%d %H:%M:%S UTC");
            out.push_str(&format!(
                "{name} | {at} | #{}\n\n{}\n\n-------------------------\n\n",
                post.post_number, post.raw
            ));
        }
        Ok(Answer::text(200, &out))
    }

    pub(crate) fn post_replies(&self, actor: &Actor, id: i64) -> Outcome {
        let post = self.visible_post(actor, id)?;
        let replies = self.posts_of(post.topic_id);
        let replies = replies.filter(|reply| {
            reply.reply_to == Some(post.post_number) && self.can_see_post(actor, reply) && reply.deleted.is_none()
        });
        let shown = Shown { raw: false, ..Shown::SINGLE };
        let rows: Vec<Value> = replies.map(|reply| self.post_json(actor, reply, shown)).collect();
        Ok(Answer::ok(&json!(rows)))
    }

    /// The newest posts of the site. The older servers answer a window of 50 ids, which may be empty in mid-history (contract 4.6).
    pub(crate) fn latest_posts(&self, actor: &Actor, request: &Request) -> Outcome {
        let newest = self.posts.keys().next_back().copied().unwrap_or(0);
        let before = request.int("before").filter(|id| *id > 0);
        let eligible = |post: &&Post| {
            post.post_type == 1
                && !post.hidden
                && post.deleted.is_none()
                && self.topics.get(&post.topic_id).is_some_and(|t| t.deleted.is_none() && t.visible && !t.is_private())
                && self.can_see_post(actor, post)
        };
        let mut posts: Vec<&Post> = if self.profile.is_2026() {
            let below = before.unwrap_or(newest + 1);
            self.posts.range(..below).rev().map(|(_, post)| post).filter(eligible).take(50).collect()
        } else {
            let last = before.unwrap_or(newest);
            self.posts
                .range((last - 50).max(0) + 1..=last.max((last - 50).max(0) + 1))
                .map(|(_, post)| post)
                .filter(eligible)
                .collect()
        };
        if !self.profile.is_2026() {
            posts.sort_by_key(|post| std::cmp::Reverse((post.created_at, post.id)));
        }
        let rows: Vec<Value> = posts.iter().map(|post| self.post_json(actor, post, Shown::FEED)).collect();
        Ok(Answer::ok(&json!({ "latest_posts": rows })))
    }

    /// The newest posts of the messages that the person is a member of.
    pub(crate) fn private_posts(&self, actor: &Actor) -> Outcome {
        let Some(user) = actor.id() else { return Err(Answer::not_found()) };
        let is_member = |post: &Post| {
            let topic = self.topics.get(&post.topic_id).filter(|topic| topic.deleted.is_none());
            topic.and_then(|topic| topic.members.as_ref()).is_some_and(|members| members.contains(&user))
        };
        let eligible = |post: &&Post| post.post_type == 1 && !post.hidden && post.deleted.is_none() && is_member(post);
        let newest = self.posts.values().rev().filter(eligible).take(50);
        let rows: Vec<Value> = newest.map(|post| self.post_json(actor, post, Shown::FEED)).collect();
        Ok(Answer::ok(&json!({ "private_posts": rows })))
    }

    pub(crate) fn pending_posts(&self, actor: &Actor, username: &str) -> Outcome {
        let user = self.user_by_name(username).ok_or_else(Answer::not_found)?;
        if actor.user.is_none() {
            return Err(Answer::not_logged_in());
        }
        if actor.id() != Some(user.id) && !actor.is_staff() {
            return Err(Answer::forbidden());
        }
        let rows: Vec<Value> = self
            .queue
            .values()
            .filter(|item| item.user_id == user.id)
            .map(|item| {
                let topic = item.topic_id.and_then(|id| self.topics.get(&id));
                let url = topic.map(|topic| format!("/t/{}/{}", topic.slug, topic.id));
                let category = item.category_id.or_else(|| topic.and_then(|topic| topic.category_id));
                json!({
                    "id": item.id, "avatar_template": avatar(user), "category_id": category, "created_at": stamp(item.created_at),
                    "created_by_id": user.id, "name": user.name, "raw_text": item.raw, "title": item.title, "topic_id": item.topic_id,
                    "topic_url": url, "username": user.username,
                })
            })
            .collect();
        Ok(Answer::ok(&json!({ "pending_posts": rows })))
    }

    /// The revision's number is the version it made; `latest` is the last.
    pub(crate) fn revision(&self, actor: &Actor, id: i64, which: &str) -> Outcome {
        let post = self.visible_post(actor, id)?;
        let count = post.revisions.len();
        let number = if which == "latest" { count + 1 } else { which.parse().map_err(|_| Answer::not_found())? };
        let revision =
            number.checked_sub(2).and_then(|index| post.revisions.get(index)).ok_or_else(Answer::not_found)?;
        let after = post.revisions.get(number - 1).map_or(post.raw.as_str(), |next| next.raw.as_str());
        let user = self.users.get(&revision.editor);
        let escape = super::cook::escape;
        let inline = format!(
            "<div class=\"inline-diff\"><del>{}</del><ins>{}</ins></div>",
            escape(&revision.raw),
            escape(after)
        );
        let columns = format!(
            "<table class=\"markdown\"><tr><td>{}</td><td>{}</td></tr></table>",
            escape(&revision.raw),
            escape(after)
        );
        let since = post.revisions.get(number - 1).and_then(|next| next.title.as_ref());
        let since = since.or_else(|| self.topics.get(&post.topic_id).map(|topic| &topic.title));
        let title = revision.title.as_ref().zip(since).map(|(before, since)| {
            let column = |title: &str, mark: &str| match before == since {
                true => format!("<div class=\"revision-content\"><div>{}</div></div>", escape(title)),
                false => {
                    format!("<div class=\"revision-content\"><div><{mark}>{}</{mark}></div></div>", escape(title))
                }
            };
            let row = format!("<div class=\"inline-diff\"><div>{}</div></div>", escape(since));
            json!({ "inline": row, "side_by_side": format!("{}{}", column(before, "del"), column(since, "ins")) })
        });
        let mut out = json!({
            "created_at": stamp(revision.at), "post_id": post.id, "previous_hidden": false, "current_hidden": false,
            "first_revision": 2, "previous_revision": (number > 2).then_some(number - 1), "current_revision": number,
            "next_revision": (number <= count).then_some(number + 1), "last_revision": count + 1, "current_version": number,
            "version_count": count + 1, "username": user.map(|u| &u.username), "display_username": user.map(|u| &u.username),
            "avatar_template": user.map(avatar), "edit_reason": revision.edit_reason,
            "body_changes": { "inline": inline, "side_by_side": inline, "side_by_side_markdown": columns },
            "title_changes": title, "user_changes": null, "wiki": post.wiki, "can_edit": self.can_edit_post(actor, post),
        });
        // Only where they changed (recording post/revisions_latest).
        if let Some([previous, current]) = &revision.tags {
            out["tags_changes"] = json!({ "previous": previous, "current": current });
        }
        if let Some([previous, current]) = revision.category {
            out["category_id_changes"] = json!({ "previous": previous, "current": current });
        }
        Ok(Answer::ok(&out))
    }
}
