//! The module item endpoints (contract 3.8).

use serde_json::{Map, Value, json};

use super::call::{Call, boolean, encoded, integer, stamp, text};
use super::model::{FileState, Instant, ItemContent, ModuleItem};
use super::modules::make_room;
use super::page_save::PageChange;
use super::paginate::{Listing, list, search_term};
use super::reply::{Outcome, Reply, bad_request, field_error, not_found};
use super::state::{State, take};
use super::topic_save::Author;

const REQUIREMENTS: [&str; 6] =
    ["must_view", "must_submit", "must_contribute", "min_score", "min_percentage", "must_mark_done"];

impl State {
    pub(super) fn list_items(&mut self, call: &Call, course: i64, module: &str) -> Outcome {
        let term = search_term(call)?;
        let module = self.module_id(call, course, module)?;
        let mut items = self.items_of(call, course, module);
        items.retain(|i| term.as_ref().is_none_or(|term| i.title.to_lowercase().contains(term)));
        let path = format!("/courses/{course}/modules/{module}/items");
        list(call, &self.settings, &path, &items, Listing::default(), |item| self.item_json(call, course, item))
    }

    pub(super) fn show_item(&self, call: &Call, course: i64, module: &str, item: &str) -> Outcome {
        let id = self.item_id(call, course, module, item)?;
        Ok(Reply::json(self.item_json(call, course, &self.courses[&course].items[&id])))
    }

    pub(super) fn create_item(&mut self, call: &Call, course: i64, module: &str) -> Outcome {
        let module = self.module_id(call, course, module)?;
        self.check_teacher(call, course)?;
        let id = self.add_item(course, module, &call.object("module_item"))?;
        Ok(Reply::json(self.item_json(call, course, &self.courses[&course].items[&id])))
    }

    pub(super) fn put_item(&mut self, call: &Call, course: i64, module: &str, item: &str) -> Outcome {
        let id = self.item_id(call, course, module, item)?;
        self.check_teacher(call, course)?;
        self.change_item(course, id, &call.object("module_item"), Some(call.user), &call.base, call.now)?;
        Ok(Reply::json(self.item_json(call, course, &self.courses[&course].items[&id])))
    }

    pub(super) fn remove_item(&mut self, call: &Call, course: i64, module: &str, item: &str) -> Outcome {
        let id = self.item_id(call, course, module, item)?;
        self.check_teacher(call, course)?;
        self.delete_item(course, id);
        Ok(Reply::json(self.item_json(call, course, &self.courses[&course].items[&id])))
    }

    pub(super) fn delete_item(&mut self, course: i64, id: i64) {
        if let Some(item) = self.courses.get_mut(&course).and_then(|c| c.items.get_mut(&id)) {
            item.deleted = true;
        }
    }

    /// Adds an item. Nothing stops the same content from standing there twice.
    pub(super) fn add_item(&mut self, course: i64, module: i64, sent: &Map<String, Value>) -> Result<i64, Box<Reply>> {
        let (content, own_title) = self.item_content(course, sent)?;
        let id = take(&mut self.next.item);
        let home = self.courses.get_mut(&course).ok_or_else(not_found)?;
        let last = home
            .items
            .values()
            .filter(|i| !i.deleted && i.module_id == module)
            .filter_map(|i| i.position)
            .max()
            .unwrap_or(0);
        let position = sent.get("position").and_then(integer).unwrap_or(last + 1);
        move_others(home.items.values_mut(), module, id, position);
        let title = sent
            .get("title")
            .and_then(text)
            .filter(|t| !t.is_empty())
            .or(own_title)
            .unwrap_or_else(|| "No title".to_owned());
        let item = ModuleItem {
            id,
            module_id: module,
            position: Some(position),
            title,
            indent: sent.get("indent").and_then(integer).unwrap_or(0),
            content,
            new_tab: sent.get("new_tab").map(boolean),
            completion: sent.get("completion_requirement").filter(|c| c.is_object()).cloned(),
            published: false,
            deleted: false,
        };
        home.items.insert(id, item);
        Ok(id)
    }

    fn item_content(
        &self,
        course: i64,
        sent: &Map<String, Value>,
    ) -> Result<(ItemContent, Option<String>), Box<Reply>> {
        let home = self.courses.get(&course).ok_or_else(not_found)?;
        let missing = || bad_request("Could not find content");
        let id = sent.get("content_id").and_then(integer).unwrap_or(0);
        match sent.get("type").and_then(Value::as_str).unwrap_or_default() {
            "Page" => {
                let url =
                    sent.get("page_url").and_then(text).ok_or_else(|| bad_request("missing page_url parameter"))?;
                let page = home
                    .pages
                    .values()
                    .find(|p| !p.deleted && p.url == url)
                    .ok_or_else(|| bad_request("invalid page_url parameter"))?;
                Ok((ItemContent::Page(page.id), Some(page.title.clone())))
            }
            "Assignment" => {
                let assignment = home.assignments.get(&id).filter(|a| !a.deleted).ok_or_else(missing)?;
                // An assignment of a topic or quiz is stored as that.
                let owner = assignment.topic_id.map(ItemContent::Discussion);
                let content =
                    owner.or(assignment.quiz_id.map(ItemContent::Quiz)).unwrap_or(ItemContent::Assignment(id));
                Ok((content, Some(assignment.name.clone())))
            }
            "Discussion" => {
                let topic = home.topics.get(&id).filter(|t| !t.deleted).ok_or_else(missing)?;
                Ok((ItemContent::Discussion(id), Some(topic.title.clone())))
            }
            "Quiz" => {
                let quiz = home.quizzes.get(&id).filter(|q| !q.deleted).ok_or_else(missing)?;
                Ok((ItemContent::Quiz(id), Some(quiz.title.clone())))
            }
            "File" => {
                let file = home.files.get(&id).filter(|f| f.state == FileState::Available).ok_or_else(missing)?;
                Ok((ItemContent::File(id), Some(file.display_name.clone())))
            }
            "SubHeader" => Ok((ItemContent::SubHeader, None)),
            "ExternalUrl" => {
                let url = sent.get("external_url").and_then(text);
                Ok((
                    ItemContent::ExternalUrl(
                        url.map(|url| if url.contains("://") { url } else { format!("http://{url}") }),
                    ),
                    None,
                ))
            }
            _ => Err(missing()),
        }
    }

    pub(super) fn change_item(
        &mut self,
        course: i64,
        id: i64,
        sent: &Map<String, Value>,
        editor: Option<i64>,
        base: &str,
        now: Instant,
    ) -> Result<(), Box<Reply>> {
        let home = self.courses.get_mut(&course).ok_or_else(not_found)?;
        let target = sent.get("module_id").and_then(integer);
        if target.is_some_and(|to| home.modules.get(&to).is_none_or(|m| m.deleted)) {
            return Err(bad_request("invalid module_id"));
        }
        let item = home.items.get_mut(&id).ok_or_else(not_found)?;
        if let Some(requirement) = sent.get("completion_requirement") {
            item.completion = checked_requirement(requirement)?;
        }
        if let Some(indent) = sent.get("indent").and_then(integer) {
            item.indent = indent;
        }
        if let Some(new_tab) = sent.get("new_tab") {
            item.new_tab = Some(boolean(new_tab));
        }
        if let (Some(url), ItemContent::ExternalUrl(_)) = (sent.get("external_url").and_then(text), &item.content) {
            item.content = ItemContent::ExternalUrl(Some(url));
        }
        let position = sent.get("position").and_then(integer);
        if let Some(to) = target.filter(|to| *to != item.module_id) {
            let (from, left) = (item.module_id, item.position);
            item.module_id = to;
            item.position = None;
            // Those behind it in the module it leaves move up.
            for other in home.items.values_mut().filter(|i| !i.deleted && i.module_id == from && i.position > left) {
                other.position = other.position.map(|p| p - 1);
            }
        }
        let item = home.items.get_mut(&id).ok_or_else(not_found)?;
        let module = item.module_id;
        if let Some(position) = position {
            item.position = Some(position);
            move_others(home.items.values_mut(), module, id, position);
        }
        if let Some(title) = sent.get("title").and_then(text).filter(|t| !t.is_empty()) {
            self.rename_content(course, id, &title, editor, base, now)?;
        }
        if let Some(published) = sent.get("published").map(boolean) {
            self.publish_item(course, id, published, base, now)?;
        }
        Ok(())
    }

    /// A new title of an item is the new title of what it shows, except for files.
    fn rename_content(
        &mut self,
        course: i64,
        id: i64,
        title: &str,
        editor: Option<i64>,
        base: &str,
        now: Instant,
    ) -> Result<(), Box<Reply>> {
        let item = self.courses.get_mut(&course).and_then(|c| c.items.get_mut(&id)).ok_or_else(not_found)?;
        title.clone_into(&mut item.title);
        let content = item.content.clone();
        let named = |key: &str| -> Map<String, Value> { [(key.to_owned(), json!(title))].into_iter().collect() };
        match content {
            ItemContent::Page(page) => {
                let change = PageChange { title: Some(title.to_owned()), ..PageChange::default() };
                self.save_page(course, Some(page), &change, editor, base, now)?;
            }
            ItemContent::Assignment(assignment) => {
                self.save_assignment(course, Some(assignment), &named("name"), base, now)?;
            }
            ItemContent::Discussion(topic) => {
                self.save_topic(course, Some(topic), &named("title"), Author::teacher(editor.unwrap_or(0)), base, now)?;
            }
            ItemContent::Quiz(quiz) => {
                self.save_quiz(course, Some(quiz), &named("title"), base, now)?;
            }
            ItemContent::File(_) | ItemContent::SubHeader | ItemContent::ExternalUrl(_) => {}
        }
        Ok(())
    }

    fn item_id(&self, call: &Call, course: i64, module: &str, item: &str) -> Result<i64, Box<Reply>> {
        let module = self.module_id(call, course, module)?;
        let id: i64 = item.parse().map_err(|_| not_found())?;
        self.courses[&course]
            .items
            .get(&id)
            .filter(|i| !i.deleted && i.module_id == module)
            .map(|i| i.id)
            .ok_or_else(not_found)
    }

    pub(super) fn item_is_published(&self, course: i64, item: &ModuleItem) -> bool {
        let home = &self.courses[&course];
        match &item.content {
            ItemContent::Page(id) => home.pages.get(id).is_some_and(|p| p.published),
            ItemContent::Assignment(id) => home.assignments.get(id).is_some_and(|a| a.published),
            ItemContent::Discussion(id) => home.topics.get(id).is_some_and(|t| t.published),
            ItemContent::Quiz(id) => home.quizzes.get(id).is_some_and(|q| q.published),
            ItemContent::File(id) => home.files.get(id).is_some_and(|f| !f.locked),
            ItemContent::SubHeader | ItemContent::ExternalUrl(_) => item.published,
        }
    }

    pub(super) fn item_json(&self, call: &Call, course: i64, item: &ModuleItem) -> Value {
        let home = &self.courses[&course];
        let student = self.is_student(call, course);
        let base = &call.base;
        let api = |path: String| json!(format!("{base}/api/v1/courses/{course}/{path}"));
        let page = match &item.content {
            ItemContent::Page(id) => home.pages.get(id),
            _ => None,
        };
        let kind = match &item.content {
            ItemContent::Page(_) => "Page",
            ItemContent::Assignment(_) => "Assignment",
            ItemContent::Discussion(_) => "Discussion",
            ItemContent::Quiz(_) => "Quiz",
            ItemContent::File(_) => "File",
            ItemContent::SubHeader => "SubHeader",
            ItemContent::ExternalUrl(_) => "ExternalUrl",
        };
        let mut out = json!({
            "id": item.id, "position": item.position, "title": item.title, "indent": item.indent, "quiz_lti": false, "type": kind,
            "module_id": item.module_id,
        });
        match &item.content {
            ItemContent::SubHeader => {}
            ItemContent::ExternalUrl(_) => out["html_url"] = api(format!("module_item_redirect/{}", item.id)),
            _ => out["html_url"] = json!(format!("{base}/courses/{course}/modules/items/{}", item.id)),
        }
        match &item.content {
            ItemContent::Page(_) => {
                let url = page.map_or("", |p| p.url.as_str());
                out["page_url"] = json!(url);
                out["publish_at"] = Value::Null;
                out["url"] = api(format!("pages/{}", encoded(url)));
            }
            ItemContent::Assignment(id) => {
                out["content_id"] = json!(id);
                out["url"] = api(format!("assignments/{id}"));
            }
            ItemContent::Discussion(id) => {
                out["content_id"] = json!(id);
                out["url"] = api(format!("discussion_topics/{id}"));
            }
            ItemContent::Quiz(id) => {
                out["content_id"] = json!(id);
                out["url"] = api(format!("quizzes/{id}"));
            }
            ItemContent::File(id) => {
                out["content_id"] = json!(id);
                out["url"] = api(format!("files/{id}"));
            }
            ItemContent::ExternalUrl(url) => {
                out["external_url"] = json!(url);
                out["new_tab"] = json!(item.new_tab);
            }
            ItemContent::SubHeader => {}
        }
        if let Some(requirement) = &item.completion {
            out["completion_requirement"] = requirement.clone();
        }
        if !student {
            out["published"] = json!(self.item_is_published(course, item));
            out["unpublishable"] = json!(true);
        }
        if call.includes("content_details") {
            out["content_details"] = self.content_details(course, item);
        }
        out
    }

    fn content_details(&self, course: i64, item: &ModuleItem) -> Value {
        let mut out = json!({"locked_for_user": false});
        if let ItemContent::Assignment(id) = item.content
            && let Some(a) = self.courses[&course].assignments.get(&id)
        {
            out = json!({"points_possible": a.points_possible});
            for (name, at) in [("due_at", a.due_at), ("unlock_at", a.unlock_at), ("lock_at", a.lock_at)] {
                if let Some(at) = at {
                    out[name] = stamp(at);
                }
            }
            out["locked_for_user"] = json!(false);
        }
        out
    }
}

fn move_others<'a>(items: impl Iterator<Item = &'a mut ModuleItem>, module: i64, moved: i64, position: i64) {
    let others =
        items.filter(|i| !i.deleted && i.module_id == module && i.id != moved).filter_map(|i| i.position.as_mut());
    make_room(others, position);
}

fn checked_requirement(sent: &Value) -> Result<Option<Value>, Box<Reply>> {
    let Some(kind) = sent.get("type").and_then(Value::as_str) else { return Ok(None) };
    if !REQUIREMENTS.contains(&kind) {
        return Err(field_error(400, "completion_requirement", "Invalid completion requirement type"));
    }
    let mut out = json!({"type": kind});
    if let Some(score) = sent.get("min_score").and_then(Value::as_f64) {
        out["min_score"] = json!(score);
    }
    Ok(Some(out))
}
