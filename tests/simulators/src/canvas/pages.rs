//! The page endpoints (contract 3.1).

use serde_json::{Map, Value, json};

use super::call::{Call, boolean, date, encoded, stamp, stamp_or_null, text};
use super::model::{Course, Page, Role};
use super::page_save::PageChange;
use super::paginate::{Listing, list, search_term};
use super::reply::{Outcome, Reply, field_error, forbidden, not_found, page_not_found};
use super::slug::{slug, title_of};
use super::state::State;

impl State {
    pub(super) fn list_pages(&mut self, call: &Call, course: i64) -> Outcome {
        let term = search_term(call)?;
        let home = &self.courses[&course];
        let student = self.role(call.user, home) == Some(Role::Student);
        let published = call.query("published").map(super::call::is_true);
        let mut shown: Vec<&Page> = home
            .pages
            .values()
            .filter(|p| !p.deleted && (!student || p.published))
            .filter(|p| published.is_none_or(|wanted| p.published == wanted))
            .filter(|p| term.as_ref().is_none_or(|term| p.title.to_lowercase().contains(term)))
            .collect();
        match call.query("sort") {
            Some("title") => shown.sort_by_cached_key(|p| p.title.to_lowercase()),
            Some("created_at") => shown.sort_by_key(|p| p.created_at),
            Some("updated_at") => shown.sort_by_key(|p| p.updated_at),
            _ => {}
        }
        if call.query("order") == Some("desc") {
            shown.reverse();
        }
        let ids: Vec<i64> = shown.iter().map(|p| p.id).collect();
        let with_body = call.includes("body");
        let settings = self.settings.clone();
        list(call, &settings, &format!("/courses/{course}/pages"), &ids, Listing::default(), |id| {
            self.page_json(call, course, *id, with_body)
        })
    }

    pub(super) fn show_page(&mut self, call: &Call, course: i64, address: &str) -> Outcome {
        let id = self.find_page(course, address).ok_or_else(page_not_found)?;
        self.check_page_readable(call, course, id)?;
        Ok(Reply::json(self.page_json(call, course, id, true)))
    }

    pub(super) fn create_page(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let change = self.page_change(course, &call.object("wiki_page"));
        let id = self.save_page(course, None, &change, Some(call.user), &call.base, call.now)?;
        Ok(Reply::json(self.page_json(call, course, id, true)))
    }

    pub(super) fn put_page(&mut self, call: &Call, course: i64, address: &str) -> Outcome {
        let found = self.find_page(course, address);
        let mut change = self.page_change(course, &call.object("wiki_page"));
        if let Some(id) = found {
            self.check_page_editable(call, course, id, &change)?;
        } else {
            self.check_teacher(call, course)?;
            change.title.get_or_insert_with(|| title_of(address));
        }
        let id = self.save_page(course, found, &change, Some(call.user), &call.base, call.now)?;
        Ok(Reply::json(self.page_json(call, course, id, true)))
    }

    pub(super) fn remove_page(&mut self, call: &Call, course: i64, address: &str) -> Outcome {
        let id = self.find_page(course, address).ok_or_else(page_not_found)?;
        self.check_teacher(call, course)?;
        let page = &self.courses[&course].pages[&id];
        if page.deleted || page.blueprint_locked {
            return Err(forbidden(self.settings.forbidden_status));
        }
        self.delete_page(course, id)?;
        Ok(Reply::json(self.page_json(call, course, id, true)))
    }

    pub(super) fn duplicate_page(&mut self, call: &Call, course: i64, address: &str) -> Outcome {
        let id = self.find_page(course, address).ok_or_else(page_not_found)?;
        self.check_teacher(call, course)?;
        let page = self.courses[&course].pages.get(&id).ok_or_else(not_found)?.clone();
        let change = PageChange {
            title: Some(format!("{} Copy", page.title)),
            body: Some(page.body),
            editing_roles: Some(page.editing_roles),
            ..PageChange::default()
        };
        let copy = self.save_page(course, None, &change, page.last_edited_by, &call.base, call.now)?;
        Ok(Reply::json(self.page_json(call, course, copy, true)))
    }

    pub(super) fn front_page(&mut self, call: &Call, course: i64) -> Outcome {
        let Some(id) = self.courses[&course].front_page else {
            return Err(Box::new(Reply::with(404, json!({"message": "No front page has been set"}))));
        };
        self.check_page_readable(call, course, id)?;
        Ok(Reply::json(self.page_json(call, course, id, true)))
    }

    pub(super) fn put_front_page(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let mut change = self.page_change(course, &call.object("wiki_page"));
        let front = self.courses[&course].front_page;
        if front.is_none() {
            change.title.get_or_insert_with(|| "Front Page".to_owned());
            change.front_page = Some(true);
            change.published = Some(true);
        }
        let id = self.save_page(course, front, &change, Some(call.user), &call.base, call.now)?;
        Ok(Reply::json(self.page_json(call, course, id, true)))
    }

    /// Whether another live page has exactly this title; only sites with permanent links answer (contract 3.1).
    pub(super) fn title_availability(&self, call: &Call, course: i64) -> Outcome {
        if !self.settings.permanent_page_links {
            return Err(not_found());
        }
        let title = call.query("title").unwrap_or_default();
        let own = call.query("current_page_id").and_then(|id| id.parse::<i64>().ok());
        let conflict =
            self.courses[&course].pages.values().any(|p| !p.deleted && Some(p.id) != own && p.title == title);
        Ok(Reply::json(json!({ "conflict": conflict })))
    }

    /// The page an address means: `page_id:N`, a slug, a slug of old where links are permanent, or a plain number. A deleted page is found by id only.
    pub(super) fn find_page(&self, course: i64, address: &str) -> Option<i64> {
        let pages = &self.courses.get(&course)?.pages;
        if let Some(id) = address.strip_prefix("page_id:") {
            return id.parse().ok().filter(|id| pages.contains_key(id));
        }
        let wanted = [address.to_lowercase(), slug(address)];
        let live = |page: &&Page| !page.deleted;
        let by_slug = pages.values().filter(live).find(|page| wanted.contains(&page.url));
        let by_old_slug = || {
            let permanent = self.settings.permanent_page_links;
            pages.values().filter(live).find(|page| permanent && page.old_urls.iter().any(|old| wanted.contains(old)))
        };
        let by_id = || address.parse::<i64>().ok().and_then(|id| pages.get(&id));
        by_slug.or_else(by_old_slug).or_else(by_id).map(|page| page.id)
    }

    pub(super) fn check_page_readable(&self, call: &Call, course: i64, id: i64) -> Result<(), Box<Reply>> {
        let home = &self.courses[&course];
        let page = &home.pages[&id];
        let hidden = !page.published && self.role(call.user, home) != Some(Role::Teacher);
        if page.deleted || hidden { Err(forbidden(self.settings.forbidden_status)) } else { Ok(()) }
    }

    fn check_page_editable(&self, call: &Call, course: i64, id: i64, change: &PageChange) -> Result<(), Box<Reply>> {
        self.check_page_readable(call, course, id)?;
        let home = &self.courses[&course];
        if home.workflow_state == "completed" {
            return Err(forbidden(self.settings.forbidden_status));
        }
        if self.role(call.user, home) == Some(Role::Teacher) {
            return Ok(());
        }
        if !home.pages[&id].editing_roles.split(',').any(|role| role == "students") {
            return Err(forbidden(self.settings.forbidden_status));
        }
        // Who may edit the text only is told so field by field, with 401 (recorded pages/52, 53).
        let refused = [
            (change.title.is_some(), "title", "title"),
            (change.published.is_some(), "published", "published state"),
            (change.editing_roles.is_some(), "editing_roles", "editing roles"),
            (change.front_page.is_some(), "front_page", "front page"),
        ];
        match refused.iter().find(|(sent, ..)| *sent) {
            Some((_, field, words)) => {
                Err(field_error(401, field, &format!("You are not allowed to update the {words} of this wiki page")))
            }
            None => Ok(()),
        }
    }

    fn page_change(&self, course: i64, sent: &Map<String, Value>) -> PageChange {
        let zone = &self.courses[&course].zone;
        let todo = sent.get("student_todo_at").filter(|_| sent.get("student_planner_checkbox").is_none_or(boolean));
        PageChange {
            title: sent.get("title").map(|value| text(value).unwrap_or_default()),
            body: sent.get("body").map(text),
            published: sent.get("published").filter(|value| value.as_str() != Some("")).map(boolean),
            editing_roles: sent.get("editing_roles").map(|value| text(value).unwrap_or_default()),
            front_page: sent.get("front_page").map(boolean),
            todo_date: match (sent.get("student_planner_checkbox").map(boolean), todo) {
                (Some(false), _) => Some(None),
                (_, todo) => todo.map(|value| text(value).and_then(|sent| date(&sent, zone))),
            },
            publish_at: sent.contains_key("publish_at"),
            notify: sent.get("notify_of_update").is_some_and(boolean),
        }
    }

    pub(super) fn page_json(&mut self, call: &Call, course: i64, id: i64, with_body: bool) -> Value {
        let home = &self.courses[&course];
        let page = &home.pages[&id];
        let lock = self
            .role(call.user, home)
            .filter(|role| *role == Role::Student)
            .and_then(|_| self.module_lock(call, home, page));
        let mut out = json!({
            "url": page.url,
            "title": page.title,
            "created_at": stamp(page.created_at),
            "editing_roles": page.editing_roles,
            "page_id": page.id,
        });
        if let Some(editor) = page.last_edited_by {
            out["last_edited_by"] = self.display(editor, course, &call.base);
        }
        let front = home.front_page == Some(id);
        out["published"] = json!(page.published);
        out["hide_from_students"] = json!(!page.published);
        out["front_page"] = json!(front);
        out["html_url"] = json!(format!("{}/courses/{course}/pages/{}", call.base, encoded(&page.url)));
        out["todo_date"] = stamp_or_null(page.todo_date);
        out["publish_at"] = Value::Null;
        out["updated_at"] = stamp(page.updated_at);
        out["locked_for_user"] = json!(lock.is_some());
        let show_body = with_body && lock.is_none();
        if let Some((info, explanation)) = lock {
            out["lock_info"] = info;
            out["lock_explanation"] = json!(explanation);
        }
        let (block, blueprint, body) = (page.block_editor, page.blueprint_locked, page.body.clone());
        if block {
            out["editor"] = json!("block_editor");
            out["block_editor_attributes"] = json!({"id": id, "version": "0.2", "blocks": "{}"});
        }
        if show_body && !block {
            out["body"] = body
                .map_or(Value::Null, |html| Value::String(self.html_out(&html, &call.base, call.flag("no_verifiers"))));
        }
        if blueprint {
            out["is_master_course_child_content"] = json!(true);
            out["restricted_by_master_course"] = json!(true);
            out["master_course_restrictions"] = json!({"content": true, "points": true, "due_dates": true});
        }
        out
    }

    /// Why a student cannot read a page that stands in a module which opens later (recorded states/02).
    fn module_lock(&self, call: &Call, home: &Course, page: &Page) -> Option<(Value, String)> {
        let item = home.items.values().find(|i| !i.deleted && i.content == super::model::ItemContent::Page(page.id))?;
        let module = home.modules.get(&item.module_id)?;
        let opens = module.unlock_at.filter(|at| *at > call.now)?;
        let info = json!({
            "asset_string": format!("wiki_page_{}", page.id),
            "context_module": {
                "id": module.id, "name": module.name, "context_type": "Course", "context_id": home.id,
                "workflow_state": if module.published { "active" } else { "unpublished" }, "unlock_at": stamp(opens),
            },
        });
        Some((
            info,
            format!(
                "This page is part of the module <b>{}</b>, which is locked until {}.",
                module.name,
                home.zone.spoken(opens)
            ),
        ))
    }
}
