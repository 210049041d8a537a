//! The module endpoints (contract 3.8).

use serde_json::{Map, Value, json};

use super::call::{Call, boolean, date, integer, integers, is_true, stamp_or_null, text};
use super::model::{Instant, ItemContent, Module, ModuleItem};
use super::page_save::PageChange;
use super::paginate::{Listing, list, search_term};
use super::reply::{Outcome, Reply, bad_request, not_found};
use super::state::{State, take};
use super::topic_save::Author;

/// With more items than this a module comes without them (contract 3.8).
const MOST_ITEMS_INLINE: usize = 100;

impl State {
    pub(super) fn list_modules(&mut self, call: &Call, course: i64) -> Outcome {
        let term = search_term(call)?;
        let student = self.is_student(call, course);
        let with_items = call.includes("items");
        let home = &self.courses[&course];
        let matches = |m: &Module, term: &str| {
            let by_item = with_items
                && home
                    .items
                    .values()
                    .any(|i| !i.deleted && i.module_id == m.id && i.title.to_lowercase().contains(term));
            m.name.to_lowercase().contains(term) || by_item
        };
        let mut shown: Vec<&Module> = home
            .modules
            .values()
            .filter(|m| !m.deleted && (!student || m.published))
            .filter(|m| term.as_ref().is_none_or(|term| matches(m, term)))
            .collect();
        shown.sort_by_key(|m| (m.position, m.id));
        let ids: Vec<i64> = shown.iter().map(|m| m.id).collect();
        let settings = self.settings.clone();
        list(call, &settings, &format!("/courses/{course}/modules"), &ids, Listing::default(), |id| {
            self.module_json(call, course, *id, term.as_deref())
        })
    }

    pub(super) fn show_module(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.module_id(call, course, id)?;
        Ok(Reply::json(self.module_json(call, course, id, None)))
    }

    pub(super) fn create_module(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        if !call.body.get("module").is_some_and(Value::is_object) {
            return Err(bad_request("missing module parameter"));
        }
        let sent = call.object("module");
        let id = self.save_module(course, None, &sent, &call.base, call.now)?;
        Ok(Reply::json(self.module_json(call, course, id, None)))
    }

    pub(super) fn put_module(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.module_id(call, course, id)?;
        self.check_teacher(call, course)?;
        let sent = call.object("module");
        self.save_module(course, Some(id), &sent, &call.base, call.now)?;
        let mut out = self.module_json(call, course, id, None);
        if sent.contains_key("prerequisite_module_ids") {
            out["relock_warning"] = json!(true);
        }
        out["publish_warning"] = json!(false);
        Ok(Reply::json(out))
    }

    pub(super) fn remove_module(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.module_id(call, course, id)?;
        self.check_teacher(call, course)?;
        self.delete_module(course, id);
        Ok(Reply::json(self.module_json(call, course, id, None)))
    }

    pub(super) fn relock_module(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        self.show_module(call, course, id)
    }

    pub(super) fn delete_module(&mut self, course: i64, id: i64) {
        let Some(home) = self.courses.get_mut(&course) else { return };
        if let Some(module) = home.modules.get_mut(&id) {
            module.deleted = true;
        }
        for item in home.items.values_mut().filter(|i| i.module_id == id) {
            item.deleted = true;
        }
        for module in home.modules.values_mut() {
            module.prerequisites.retain(|wanted| *wanted != id);
        }
    }

    /// Saves what was sent about a module; makes one where `id` is none.
    pub(super) fn save_module(
        &mut self,
        course: i64,
        id: Option<i64>,
        sent: &Map<String, Value>,
        base: &str,
        now: Instant,
    ) -> Result<i64, Box<Reply>> {
        let home = self.courses.get(&course).ok_or_else(not_found)?;
        let live = || home.modules.values().filter(|m| !m.deleted);
        let mut next = match id {
            Some(id) => home.modules.get(&id).ok_or_else(not_found)?.clone(),
            None => Module {
                id: 0,
                name: String::new(),
                position: live().map(|m| m.position).max().unwrap_or(0) + 1,
                unlock_at: None,
                require_sequential_progress: false,
                publish_final_grade: false,
                prerequisites: Vec::new(),
                published: false,
                deleted: false,
            },
        };
        match sent.get("name").and_then(text) {
            Some(name) if !name.is_empty() => next.name = name,
            _ if id.is_none() => return Err(bad_request("missing module name")),
            _ => {}
        }
        if let Some(value) = sent.get("unlock_at") {
            next.unlock_at = text(value).and_then(|sent| date(&sent, &home.zone));
        }
        if let Some(value) = sent.get("require_sequential_progress") {
            next.require_sequential_progress = boolean(value);
        }
        if let Some(value) = sent.get("publish_final_grade") {
            next.publish_final_grade = boolean(value);
        }
        let moves = sent.get("position").and_then(integer).filter(|to| id.is_none() || *to != next.position);
        if let Some(position) = moves {
            next.position = position;
        }
        if let Some(value) = sent.get("prerequisite_module_ids") {
            // Those that do not stand before it are dropped without a word.
            let before = |wanted: &i64| live().any(|m| m.id == *wanted && m.position < next.position);
            next.prerequisites = integers(value).into_iter().filter(before).collect();
        }
        let publishes = sent.get("published").map(boolean).filter(|_| id.is_some());
        next.published = publishes.unwrap_or(next.published);
        if id.is_none() {
            next.id = take(&mut self.next.module);
        }
        let id = next.id;
        if let Some(home) = self.courses.get_mut(&course) {
            if let Some(position) = moves {
                make_room(
                    home.modules.values_mut().filter(|m| !m.deleted && m.id != id).map(|m| &mut m.position),
                    position,
                );
            }
            home.modules.insert(id, next);
        }
        if let Some(published) = publishes
            && !sent.get("skip_content_tags").is_some_and(boolean)
        {
            let inside: Vec<i64> = self.courses[&course]
                .items
                .values()
                .filter(|i| !i.deleted && i.module_id == id)
                .map(|i| i.id)
                .collect();
            for item in inside {
                // What cannot change its state keeps it, as in the real cascade.
                let _ = self.publish_item(course, item, published, base, now);
            }
        }
        Ok(id)
    }

    pub(super) fn publish_item(
        &mut self,
        course: i64,
        item: i64,
        published: bool,
        base: &str,
        now: Instant,
    ) -> Result<(), Box<Reply>> {
        let home = self.courses.get_mut(&course).ok_or_else(not_found)?;
        let item = home.items.get_mut(&item).ok_or_else(not_found)?;
        item.published = published;
        let sent: Map<String, Value> = [("published".to_owned(), json!(published))].into_iter().collect();
        match item.content {
            ItemContent::Page(page) => {
                let change = PageChange { published: Some(published), ..PageChange::default() };
                self.save_page(course, Some(page), &change, None, base, now)?;
            }
            ItemContent::Assignment(assignment) => {
                self.save_assignment(course, Some(assignment), &sent, base, now)?;
            }
            ItemContent::Discussion(topic) => {
                self.save_topic(course, Some(topic), &sent, Author::teacher(0), base, now)?;
            }
            ItemContent::Quiz(quiz) => {
                self.save_quiz(course, Some(quiz), &sent, base, now)?;
            }
            ItemContent::File(file) => {
                if let Some(file) = self.courses.get_mut(&course).and_then(|c| c.files.get_mut(&file)) {
                    file.locked = !published;
                }
            }
            ItemContent::SubHeader | ItemContent::ExternalUrl(_) => {}
        }
        Ok(())
    }

    pub(super) fn rename_items(&mut self, course: i64, content: &ItemContent, title: &str) {
        let Some(home) = self.courses.get_mut(&course) else { return };
        for item in home.items.values_mut().filter(|i| i.content == *content) {
            title.clone_into(&mut item.title);
        }
    }

    pub(super) fn delete_items(&mut self, course: i64, content: &ItemContent) {
        let Some(home) = self.courses.get_mut(&course) else { return };
        for item in home.items.values_mut().filter(|i| i.content == *content) {
            item.deleted = true;
        }
    }

    pub(super) fn module_id(&self, call: &Call, course: i64, id: &str) -> Result<i64, Box<Reply>> {
        let id = id.parse().map_err(|_| not_found())?;
        let student = self.is_student(call, course);
        let found = self.courses[&course].modules.get(&id).filter(|m| !m.deleted && (!student || m.published));
        found.map(|m| m.id).ok_or_else(not_found)
    }

    /// The live items of a module that the sender may see, in order.
    pub(super) fn items_of(&self, call: &Call, course: i64, module: i64) -> Vec<&ModuleItem> {
        let student = self.is_student(call, course);
        let mut items: Vec<&ModuleItem> = self.courses[&course]
            .items
            .values()
            .filter(|i| !i.deleted && i.module_id == module && (!student || self.item_is_published(course, i)))
            .collect();
        items.sort_by_key(|i| (i.position.is_none(), i.position, i.id));
        items
    }

    fn module_json(&self, call: &Call, course: i64, id: i64, term: Option<&str>) -> Value {
        let student = self.is_student(call, course);
        let module = &self.courses[&course].modules[&id];
        let mut items = self.items_of(call, course, id);
        let mut out = json!({
            "id": id, "position": module.position, "name": module.name, "unlock_at": stamp_or_null(module.unlock_at),
            "require_sequential_progress": module.require_sequential_progress, "requirement_type": "all",
            "publish_final_grade": module.publish_final_grade, "prerequisite_module_ids": module.prerequisites,
        });
        if student {
            out["state"] = json!("completed");
            out["completed_at"] = super::call::stamp(call.now);
        } else {
            out["published"] = json!(module.published);
        }
        out["items_count"] = json!(items.len());
        out["items_url"] = json!(format!("{}/api/v1/courses/{course}/modules/{id}/items", call.base));
        if call.includes("items") && items.len() <= MOST_ITEMS_INLINE {
            if let Some(term) = term.filter(|term| !module.name.to_lowercase().contains(term)) {
                items.retain(|i| i.title.to_lowercase().contains(term));
            }
            out["items"] = items.iter().map(|item| self.item_json(call, course, item)).collect();
        }
        out
    }

    /// Several modules at once: publish, unpublish or delete. Answers what it did and does it at once.
    pub(super) fn batch_modules(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let ids = call.body.get("module_ids").map(integers).unwrap_or_default();
        let event = call.body.get("event").and_then(text).unwrap_or_default();
        let skip = call.body.get("skip_content_tags").and_then(text).is_some_and(|s| is_true(&s));
        let mut done = Vec::new();
        for id in ids
            .into_iter()
            .filter(|id| self.courses[&course].modules.get(id).is_some_and(|m| !m.deleted))
            .collect::<Vec<_>>()
        {
            match event.as_str() {
                "delete" => self.delete_module(course, id),
                "publish" | "unpublish" => {
                    let sent = json!({"published": event == "publish", "skip_content_tags": skip});
                    self.save_module(course, Some(id), sent.as_object().unwrap_or(&Map::new()), &call.base, call.now)?;
                }
                _ => return Err(bad_request("need to specify valid event")),
            }
            done.push(id);
        }
        Ok(Reply::json(json!({"completed": done})))
    }
}

/// Shifts those that stand at `position` or behind it, if one stands there. A position behind the end is taken as sent.
pub(super) fn make_room<'a>(positions: impl Iterator<Item = &'a mut i64>, position: i64) {
    let mut others: Vec<&mut i64> = positions.collect();
    others.sort_by_key(|p| **p);
    let mut next = 1;
    for other in others {
        if next == position {
            next += 1;
        }
        *other = next;
        next += 1;
    }
}
