//! From a request to its controller, with what stands before each: limits, identity, CSRF, read-only mode, login.

use super::answer::{Answer, Outcome};
use super::guard::{Actor, By};
use super::lists::ListOf;
use super::profile::Writable;
use super::request::Request;
use super::state::Forum;

impl Forum {
    pub(crate) fn handle(&mut self, request: &Request) -> Answer {
        self.run_due_jobs();
        let mut username = None;
        let outcome = self.guarded(request, &mut username);
        let mut answer = outcome.unwrap_or_else(|refusal| refusal);
        if let Some(name) = username.filter(|_| !answer.early) {
            answer = answer.with("X-Discourse-Username", &name);
        }
        if self.settings.writable != Writable::Everybody && answer.status != 503 {
            answer = answer.with("Discourse-Readonly", "true");
        }
        answer.with("Cache-Control", "no-cache, no-store")
    }

    fn guarded(&mut self, request: &Request, username: &mut Option<String>) -> Outcome {
        self.charge_address(request)?;
        if request.broken_json {
            return Err(Answer::bare(400, "Bad Request"));
        }
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        if let ("GET" | "HEAD", ["srv", "status"]) = (request.method.as_str(), path.as_slice()) {
            return Ok(Answer::text(200, "ok"));
        }
        let actor = self.identify(request)?;
        *username = actor.user.as_ref().map(|user| user.username.clone());
        let device = matches!(path.as_slice(), ["user-api-key", "device"] | ["user-api-key", "device", "poll"])
            && self.profile.is_2026();
        if request.is_write() && !device && matches!(actor.by, By::Nothing | By::Cookie) && is_route(request, &path) {
            let token = request.header("x-csrf-token").is_some_and(|token| self.csrf.contains(token));
            let anonymous_upload = path.first() == Some(&"uploads") && actor.by == By::Nothing;
            if !token && !anonymous_upload {
                return Err(Answer::bad_csrf());
            }
        }
        if self.settings.login_required && actor.user.is_none() && !is_open(&path) {
            if !request.json && request.method == "GET" {
                return Ok(Answer::redirect(302, &format!("{}/login", self.origin)));
            }
            return Err(if path.first() == Some(&"t") {
                Answer::topic_needs_log_in()
            } else {
                Answer::not_logged_in()
            });
        }
        let log_in = matches!(path.as_slice(), ["session"] | ["session", _]);
        if request.is_write() && !log_in {
            match self.settings.writable {
                Writable::Everybody => {}
                Writable::StaffOnly if actor.is_staff() => {}
                _ => return Err(Answer::read_only()),
            }
        }
        if request.method == "GET" && !request.json && is_page(&path) {
            return Ok(self.page(&actor, request, &path));
        }
        match request.method.as_str() {
            "GET" | "HEAD" => self.on_get(&actor, request, &path),
            "POST" => self.on_post(&actor, request, &path),
            "PUT" => self.on_put(&actor, request, &path),
            "DELETE" => self.on_delete(&actor, request, &path),
            _ => Err(Answer::no_route()),
        }
    }

    /// The HTML shell: 200 whatever the path, but a topic's address is completed first.
    fn page(&self, actor: &Actor, request: &Request, path: &[&str]) -> Answer {
        if let ["t", id] = path
            && let Some(topic) = id
                .parse()
                .ok()
                .and_then(|id: i64| self.topics.get(&id))
                .filter(|topic| self.can_see_topic(actor, topic))
        {
            return self.redirect_to_topic(topic, false);
        }
        let generator = format!("<meta name=\"generator\" content=\"Discourse {}\">", self.profile.version());
        let title = super::cook::escape(&self.settings.title);
        let _ = request;
        Answer::html(
            200,
            &format!(
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>{title}</title>\n  {generator}\n</head>\n<body></body>\n</html>\n"
            ),
        )
    }

    fn on_get(&mut self, actor: &Actor, request: &Request, path: &[&str]) -> Outcome {
        match path {
            ["site"] => self.site_json(actor),
            ["site", "settings"] => self.settings_json(),
            ["site", "basic-info"] => self.basic_info(),
            ["site", "emoji"] => Ok(Answer::ok(&serde_json::json!([]))),
            ["about"] => self.about(),
            ["session", "current"] => self.session_current(actor),
            ["session", "csrf"] => self.csrf_token(),
            ["categories"] => self.categories_json(actor, request),
            ["c", id, "show"] => self.category_show(actor, id_of(id)?),
            ["c", rest @ ..] => self.category_list(actor, request, rest),
            ["latest"] => self.list(actor, request, &ListOf::Latest, "/latest"),
            ["tags"] => self.tags_list(actor),
            ["tag", name] | ["tag", name, "l", "latest"] => {
                if !self.tags.contains_key(*name) {
                    return Err(Answer::not_found());
                }
                self.list(actor, request, &ListOf::Tag((*name).to_owned()), &format!("/tag/{name}/l/latest"))
            }
            ["topics", "created-by", name] => {
                let user = self.user_by_name(name).ok_or_else(Answer::not_found)?.id;
                self.list(actor, request, &ListOf::CreatedBy(user), &format!("/topics/created-by/{name}"))
            }
            ["topics", way @ ("private-messages" | "private-messages-sent"), name] => {
                let user = self.user_by_name(name).ok_or_else(Answer::not_found)?.id;
                if actor.id() != Some(user) && !actor.is_admin() {
                    return Err(Answer::not_found());
                }
                let sent = *way == "private-messages-sent";
                self.list(actor, request, &ListOf::PrivateOf { user, sent }, &format!("/topics/{way}/{name}"))
            }
            ["t", "external_id", external] => self.topic_by_external_id(actor, request, external),
            ["t", id, "posts"] if is_id(id) => self.topic_posts(actor, request, id_of(id)?),
            ["t", id, "post_ids"] if is_id(id) => self.topic_post_ids(actor, request, id_of(id)?),
            ["t", id] if is_id(id) => self.show_topic(actor, request, id_of(id)?, None, None),
            ["t", id, near] if is_id(id) && is_id(near) => {
                self.show_topic(actor, request, id_of(id)?, None, near.parse().ok())
            }
            ["t", slug, id] if is_id(id) => self.show_topic(actor, request, id_of(id)?, Some(slug), None),
            ["t", slug, id, near] if is_id(id) => {
                self.show_topic(actor, request, id_of(id)?, Some(slug), near.parse().ok())
            }
            ["t", slug] => self.topic_by_slug(actor, request, slug),
            ["posts"] => self.latest_posts(actor, request),
            ["private-posts"] => self.private_posts(actor),
            ["posts", "by_number", topic, number] => self.post_by_number(actor, id_of(topic)?, id_of(number)?),
            ["posts", name, "pending"] => self.pending_posts(actor, name),
            ["posts", id] => self.show_post(actor, request, id_of(id)?),
            ["posts", id, "cooked"] => self.post_cooked(actor, id_of(id)?),
            ["posts", id, "raw"] => self.post_raw(actor, id_of(id)?),
            ["posts", id, "replies"] => self.post_replies(actor, id_of(id)?),
            ["posts", id, "revisions", which] => self.revision(actor, id_of(id)?, which),
            ["raw", topic] => self.topic_raw(actor, request, id_of(topic)?, None),
            ["raw", topic, number] => self.topic_raw(actor, request, id_of(topic)?, number.parse().ok()),
            ["drafts"] => self.drafts_list(actor, request),
            ["drafts", key] => self.draft_show(actor, request, key),
            ["uploads", "short-url", name] => self.serve_upload(name),
            ["uploads", "default", "original", _, name] => self.serve_upload(name),
            ["user-api-key", "new"] => self.user_key_page(actor, request),
            _ => Err(Answer::no_route()),
        }
    }

    fn on_post(&mut self, actor: &Actor, request: &Request, path: &[&str]) -> Outcome {
        match path {
            ["posts"] => self.create_post(actor, request),
            ["drafts"] => self.draft_save(actor, request),
            ["uploads"] => self.upload(actor, request),
            ["uploads", "lookup-urls"] => self.lookup_urls(actor, request),
            ["t", id, "move-posts"] => self.move_posts_request(actor, request, id_of(id)?),
            ["user-api-key"] => self.user_key_create(actor, request),
            ["user-api-key", "revoke"] => self.user_key_revoke(actor, request),
            ["user-api-key", "device"] if self.profile.is_2026() => self.device_start(request),
            ["user-api-key", "device", "poll"] if self.profile.is_2026() => self.device_poll(request),
            ["session"] => self.log_in(request),
            _ => Err(Answer::no_route()),
        }
    }

    fn on_put(&mut self, actor: &Actor, request: &Request, path: &[&str]) -> Outcome {
        match path {
            ["posts", id] => self.update_post(actor, request, id_of(id)?),
            ["posts", id, "recover"] => self.recover_post(actor, id_of(id)?),
            ["posts", id, "wiki"] => self.set_wiki(actor, request, id_of(id)?),
            ["posts", id, "locked"] => self.set_locked(actor, request, id_of(id)?),
            ["t", id, "status"] => self.topic_status(actor, request, id_of(id)?),
            ["t", id, "recover"] => self.recover_topic(actor, id_of(id)?),
            ["t", id, "tags"] => self.update_topic(actor, request, id_of(id)?),
            ["t", id] if is_id(id) => self.update_topic(actor, request, id_of(id)?),
            ["t", _, id] if is_id(id) => self.update_topic(actor, request, id_of(id)?),
            _ => Err(Answer::no_route()),
        }
    }

    fn on_delete(&mut self, actor: &Actor, request: &Request, path: &[&str]) -> Outcome {
        match path {
            ["posts", id] => self.delete_post(actor, id_of(id)?),
            ["t", id] => self.delete_topic(actor, id_of(id)?),
            ["drafts", key] => self.draft_delete(actor, request, key),
            ["session", _] => {
                if let Some(token) = request.cookie("_t") {
                    self.sessions.remove(token);
                }
                Ok(Answer::redirect(302, &format!("{}/", self.origin)))
            }
            _ => Err(Answer::no_route()),
        }
    }

    /// `/c/<slugs>/<id>[/none][/l/latest]`; an id without the right slugs is redirected.
    fn category_list(&self, actor: &Actor, request: &Request, rest: &[&str]) -> Outcome {
        let rest = rest.strip_suffix(["l", "latest"].as_slice()).unwrap_or(rest);
        let (rest, with_children) = match rest {
            [before @ .., "none"] => (before, false),
            [before @ .., "all"] => (before, true),
            all => (all, true),
        };
        let Some((id, slugs)) = rest.split_last() else { return Err(Answer::not_found()) };
        let category = self.visible_category(actor, id_of(id)?)?;
        let parent = category.parent.and_then(|id| self.categories.get(&id));
        let mut right: Vec<&str> = parent.into_iter().map(|parent| parent.slug.as_str()).collect();
        right.push(&category.slug);
        let address = format!("/c/{}/{}", right.join("/"), category.id);
        if slugs != right.as_slice() {
            let suffix = if request.raw_path.ends_with(".json") { ".json" } else { "" };
            return Ok(Answer::redirect(301, &format!("{}{address}{suffix}", self.origin)));
        }
        self.list(actor, request, &ListOf::Category { category, with_children }, &format!("{address}/l/latest"))
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

fn id_of(text: &str) -> Result<i64, Answer> {
    text.parse().map_err(|_| Answer::not_found())
}

/// Answered without a login even where one is required.
fn is_open(path: &[&str]) -> bool {
    matches!(path, ["site", "basic-info"] | ["session", ..] | ["srv", "status"] | ["user-api-key", ..] | ["login"])
}

/// Whether an unsafe verb meets a route at all; otherwise it is a 404 before the CSRF check.
fn is_route(request: &Request, path: &[&str]) -> bool {
    matches!(
        path,
        ["posts", ..] | ["drafts", ..] | ["uploads", ..] | ["user-api-key", ..] | ["session", ..] | ["t", ..]
    ) && !matches!(request.method.as_str(), "OPTIONS")
}

fn is_page(path: &[&str]) -> bool {
    !matches!(
        path,
        ["uploads", ..] | ["raw", ..] | ["user-api-key", ..] | ["srv", ..] | ["posts", _, "raw"] | ["session", ..]
    )
}
