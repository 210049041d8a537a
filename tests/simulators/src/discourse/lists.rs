//! Lists of topics (contract 4.3).

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome};
use super::guard::Actor;
use super::post_json::{avatar, basic_user, stamp};
use super::request::{Request, array_of};
use super::state::{Category, Forum, Topic, User};
use super::text::fancy_title;
use super::topic_json::archetype;

const PAGE: usize = 30;

/// Which topics a list is about.
pub(crate) enum ListOf<'a> {
    Latest,
    Category {
        category: &'a Category,
        with_children: bool,
    },
    Tag(String),
    CreatedBy(i64),
    /// Personal messages that a user got, or that they sent.
    PrivateOf {
        user: i64,
        sent: bool,
    },
}

impl Forum {
    pub(crate) fn list(&self, actor: &Actor, request: &Request, of: &ListOf<'_>, path: &str) -> Outcome {
        let page = match request.text("page") {
            None => 0,
            Some(text) => text.parse::<usize>().map_err(|_| Answer::invalid_parameters("page"))?,
        };
        let per_page = match request.int("per_page") {
            Some(n) if self.profile.is_2026() => usize::try_from(n)
                .ok()
                .filter(|n| (1..=100).contains(n))
                .ok_or_else(|| Answer::invalid_parameters("per_page"))?,
            _ => PAGE,
        };
        let mut topics: Vec<&Topic> = self.topics.values().filter(|topic| self.is_listed(actor, topic, of)).collect();
        self.narrow(actor, request, &mut topics);
        self.order(request, of, &mut topics)?;
        let rest = topics.len().saturating_sub(page * per_page);
        let shown: Vec<&Topic> = topics.into_iter().skip(page * per_page).take(per_page).collect();
        let mut list = Map::new();
        let can_create = self.categories.values().any(|category| self.can_create_topic_in(actor, category));
        list.insert("can_create_topic".to_owned(), json!(can_create));
        if rest > shown.len() {
            list.insert("more_topics_url".to_owned(), json!(more_url(request, path, page + 1)));
        }
        list.insert("per_page".to_owned(), json!(per_page));
        let top: Vec<&String> = self.tags.keys().take(10).collect();
        list.insert("top_tags".to_owned(), json!(top));
        if let ListOf::Tag(name) = of {
            let count =
                self.topics.values().filter(|topic| topic.deleted.is_none() && topic.tags.contains(name)).count();
            let tag = json!({ "id": self.tags.get(name), "name": name, "topic_count": count, "staff": false, "description": null });
            list.insert("tags".to_owned(), json!([tag]));
        }
        let items: Vec<Value> = shown.iter().map(|topic| self.topic_item(actor, topic, false)).collect();
        list.insert("topics".to_owned(), json!(items));
        let mut out = Map::new();
        if !shown.is_empty() {
            out.insert("users".to_owned(), self.users_of(&shown));
            out.insert("primary_groups".to_owned(), json!([]));
            out.insert("flair_groups".to_owned(), json!([]));
        }
        out.insert("topic_list".to_owned(), Value::Object(list));
        Ok(Answer::ok(&Value::Object(out)))
    }

    fn is_listed(&self, actor: &Actor, topic: &Topic, of: &ListOf<'_>) -> bool {
        if topic.deleted.is_some() || !self.can_see_topic(actor, topic) {
            return false;
        }
        if let ListOf::PrivateOf { user, sent } = of {
            let member = topic.members.as_ref().is_some_and(|members| members.contains(user));
            return member && (!sent || topic.user_id == *user);
        }
        if topic.is_private() || (!topic.visible && !actor.is_staff()) {
            return false;
        }
        match of {
            ListOf::Latest => !self.is_definition(topic.id),
            ListOf::Category { category, with_children } => {
                let own = topic.category_id == Some(category.id);
                let parent = self.category_of(topic).and_then(|c| c.parent);
                own || (*with_children && parent == Some(category.id) && !self.is_definition(topic.id))
            }
            ListOf::Tag(name) => topic.tags.contains(name),
            ListOf::CreatedBy(user) => topic.user_id == *user,
            ListOf::PrivateOf { .. } => true,
        }
    }

    fn narrow<'a>(&'a self, actor: &Actor, request: &Request, topics: &mut Vec<&'a Topic>) {
        if let Some(ids) = request.text("topic_ids") {
            let wanted: Vec<i64> = ids.split(',').filter_map(|id| id.parse().ok()).collect();
            topics.retain(|topic| wanted.contains(&topic.id));
        }
        match request.text("status").as_deref() {
            Some("open") => topics.retain(|topic| !topic.closed && !topic.archived),
            Some("closed") => topics.retain(|topic| topic.closed),
            Some("archived") => topics.retain(|topic| topic.archived),
            Some("listed") => topics.retain(|topic| topic.visible),
            Some("unlisted") => topics.retain(|topic| !topic.visible),
            Some("deleted") if actor.is_staff() => {
                *topics = self.topics.values().filter(|topic| topic.deleted.is_some()).collect();
            }
            _ => {}
        }
        if let Some(tags) = array_of(&request.params, "tags") {
            let names: Vec<&str> = tags.iter().filter_map(Value::as_str).collect();
            let all = request.flag("match_all_tags");
            topics.retain(|topic| {
                let has = |name: &&str| topic.tags.iter().any(|tag| tag == name);
                if all { names.iter().all(has) } else { names.iter().any(has) }
            });
        }
    }

    fn order(&self, request: &Request, of: &ListOf<'_>, topics: &mut Vec<&Topic>) -> Result<(), Answer> {
        let ascending = request.text("ascending").as_deref() == Some("true");
        let order = request.text("order");
        match order.as_deref() {
            None | Some("default" | "activity" | "views" | "likes" | "op_likes" | "posters") => {
                topics.sort_by_key(|topic| Reverse((topic.bumped_at, topic.id)));
            }
            Some("created") => topics.sort_by_key(|topic| Reverse((topic.created_at, topic.id))),
            Some("posts") => topics.sort_by_key(|topic| Reverse((self.posts_count(topic.id), topic.id))),
            Some("category") => topics.sort_by_key(|topic| (topic.category_id, Reverse(topic.bumped_at))),
            Some(_) if self.profile.is_2026() => return Err(Answer::invalid_parameters("order")),
            Some(_) => topics.sort_by_key(|topic| Reverse((topic.bumped_at, topic.id))),
        }
        if ascending {
            topics.reverse();
            return Ok(());
        }
        let by_bump = matches!(order.as_deref(), None | Some("default" | "activity"));
        if by_bump && !matches!(of, ListOf::CreatedBy(_) | ListOf::PrivateOf { .. }) {
            let in_category = matches!(of, ListOf::Category { .. });
            let (pinned, rest): (Vec<&Topic>, Vec<&Topic>) =
                topics.iter().partition(|topic| topic.pinned_at.is_some() && (topic.pinned_globally || in_category));
            *topics = pinned.into_iter().chain(rest).collect();
        }
        Ok(())
    }

    /// A topic in a list; no `updated_at`, no version.
    pub(crate) fn topic_item(&self, actor: &Actor, topic: &Topic, suggested: bool) -> Value {
        let mut out = Map::new();
        let mut put = |name: &str, value: Value| {
            out.insert(name.to_owned(), value);
        };
        put("id", json!(topic.id));
        put("title", json!(topic.title));
        put("fancy_title", json!(fancy_title(&topic.title)));
        put("slug", json!(topic.slug));
        put("posts_count", json!(self.posts_count(topic.id)));
        put("reply_count", json!(self.reply_count(topic.id)));
        put("highest_post_number", json!(topic.highest_post_number));
        put("image_url", Value::Null);
        put("created_at", json!(stamp(topic.created_at)));
        put("last_posted_at", json!(stamp(topic.last_posted_at)));
        put("bumped", json!(topic.created_at < topic.bumped_at));
        put("bumped_at", json!(stamp(topic.bumped_at)));
        put("archetype", json!(archetype(topic)));
        put("unseen", json!(false));
        put("pinned", json!(topic.pinned_at.is_some()));
        put("unpinned", Value::Null);
        if topic.pinned_at.is_some() && !suggested {
            put("excerpt", json!(self.excerpt(topic)));
        }
        put("visible", json!(topic.visible));
        put("closed", json!(topic.closed));
        put("archived", json!(topic.archived));
        let mine = actor.id() == Some(topic.user_id);
        if mine {
            put("notification_level", json!(3));
        }
        put("bookmarked", if mine { json!(false) } else { Value::Null });
        put("liked", if mine { json!(false) } else { Value::Null });
        put("tags", self.tags_json(&topic.tags));
        put("tags_descriptions", json!({}));
        put("views", json!(topic.views));
        put("like_count", json!(0));
        if !suggested {
            put("has_summary", json!(false));
            let last = self.last_poster(topic);
            put("last_poster_username", json!(last.map(|user| &user.username)));
        }
        put("category_id", json!(topic.category_id));
        if !suggested {
            put("pinned_globally", json!(topic.pinned_globally));
        }
        put("featured_link", Value::Null);
        put("posters", self.posters(topic, suggested));
        Value::Object(out)
    }

    fn excerpt(&self, topic: &Topic) -> String {
        let raw = self.first_post(topic.id).map_or("", |post| post.raw.as_str());
        raw.lines().next().unwrap_or("").chars().take(200).collect()
    }

    fn last_poster(&self, topic: &Topic) -> Option<&User> {
        let last = self.posts_of(topic.id).rfind(|post| post.deleted.is_none());
        self.users.get(&last.map_or(topic.user_id, |post| post.user_id))
    }

    fn posters(&self, topic: &Topic, suggested: bool) -> Value {
        let last = self.last_poster(topic).map_or(topic.user_id, |user| user.id);
        let rows: Vec<(i64, Value, &str)> = if last == topic.user_id {
            vec![(last, json!("latest single"), "Original Poster, Most Recent Poster")]
        } else {
            vec![(topic.user_id, Value::Null, "Original Poster"), (last, json!("latest"), "Most Recent Poster")]
        };
        let row = |(id, extras, description): &(i64, Value, &str)| {
            if suggested {
                return json!({ "extras": extras, "description": description, "user": self.basic_user_by_id(*id) });
            }
            json!({ "extras": extras, "description": description, "user_id": id, "primary_group_id": null, "flair_group_id": null })
        };
        rows.iter().map(row).collect()
    }

    fn users_of(&self, topics: &[&Topic]) -> Value {
        let mut ids: Vec<i64> = Vec::new();
        for topic in topics {
            for id in [Some(topic.user_id), self.last_poster(topic).map(|user| user.id)].into_iter().flatten() {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        ids.iter().filter_map(|id| self.users.get(id)).map(list_user).collect()
    }
}

fn list_user(user: &User) -> Value {
    let mut out = basic_user(user);
    out["avatar_template"] = json!(avatar(user));
    out["flair_name"] = Value::Null;
    if user.admin {
        out["admin"] = json!(true);
    }
    if user.moderator {
        out["moderator"] = json!(true);
    }
    out["trust_level"] = json!(user.trust_level);
    out
}

/// The next page, without `.json`, as the server hands it back.
fn more_url(request: &Request, path: &str, page: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["order", "ascending", "status", "per_page"] {
        if let Some(value) = request.text(name) {
            query.append_pair(name, &value);
        }
    }
    query.append_pair("no_definitions", "true").append_pair("page", &page.to_string());
    format!("{path}?{}", query.finish())
}
