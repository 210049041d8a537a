//! Classic quizzes: their own text and settings, without questions (contract 3.9).

use serde_json::{Map, Value, json};

use super::call::{Call, boolean, date, integer, stamp_or_null, text};
use super::model::{Instant, ItemContent, Notification, Quiz};
use super::page_save::LONGEST_TEXT;
use super::paginate::{Listing, list, search_term};
use super::reply::{Outcome, Reply, field_error, forbidden, not_found, typed_error};
use super::state::{State, take};

const TYPES: [&str; 4] = ["practice_quiz", "assignment", "graded_survey", "survey"];
/// Settings that are stored and shown, with what stands there before.
const SETTINGS: [(&str, Value); 12] = [
    ("time_limit", Value::Null),
    ("shuffle_answers", Value::Bool(false)),
    ("hide_results", Value::Null),
    ("show_correct_answers", Value::Bool(true)),
    ("show_correct_answers_last_attempt", Value::Bool(false)),
    ("show_correct_answers_at", Value::Null),
    ("hide_correct_answers_at", Value::Null),
    ("one_question_at_a_time", Value::Bool(false)),
    ("one_time_results", Value::Bool(false)),
    ("access_code", Value::Null),
    ("ip_filter", Value::Null),
    ("only_visible_to_overrides", Value::Bool(false)),
];

impl State {
    pub(super) fn list_quizzes(&mut self, call: &Call, course: i64) -> Outcome {
        let term = search_term(call)?;
        let student = self.is_student(call, course);
        let shown: Vec<i64> = self.courses[&course]
            .quizzes
            .values()
            .filter(|q| !q.deleted && (!student || q.published))
            .filter(|q| term.as_ref().is_none_or(|term| q.title.to_lowercase().contains(term)))
            .map(|q| q.id)
            .collect();
        let settings = self.settings.clone();
        list(call, &settings, &format!("/courses/{course}/quizzes"), &shown, Listing::default(), |id| {
            self.quiz_json(call, course, *id)
        })
    }

    pub(super) fn show_quiz(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.quiz_id(call, course, id)?;
        Ok(Reply::json(self.quiz_json(call, course, id)))
    }

    pub(super) fn create_quiz(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let id = self.save_quiz(course, None, &call.object("quiz"), &call.base, call.now)?;
        Ok(Reply::json(self.quiz_json(call, course, id)))
    }

    pub(super) fn put_quiz(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        self.check_teacher(call, course)?;
        let id = self.quiz_id(call, course, id)?;
        let sent = call.object("quiz");
        self.save_quiz(course, Some(id), &sent, &call.base, call.now)?;
        // The class is told, unless the request says that it is not.
        if sent.get("notify_of_update").is_none_or(boolean) && self.courses[&course].quizzes[&id].published {
            self.notifications.push(Notification { course, kind: "quiz", id });
        }
        Ok(Reply::json(self.quiz_json(call, course, id)))
    }

    pub(super) fn remove_quiz(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        self.check_teacher(call, course)?;
        let id = self.quiz_id(call, course, id)?;
        let shown = self.quiz_json(call, course, id);
        self.delete_quiz(course, id, call.now)?;
        Ok(Reply::json(shown))
    }

    /// Deletes a quiz with its assignment and module items.
    pub(super) fn delete_quiz(&mut self, course: i64, id: i64, now: Instant) -> Result<(), Box<Reply>> {
        let home = self.courses.get_mut(&course).ok_or_else(not_found)?;
        let quiz = home.quizzes.get_mut(&id).filter(|q| !q.deleted).ok_or_else(not_found)?;
        quiz.deleted = true;
        let assignment = quiz.assignment_id.and_then(|id| home.assignments.get_mut(&id));
        let assignment = assignment.map(|assignment| {
            (assignment.deleted, assignment.updated_at) = (true, now);
            assignment.id
        });
        if let Some(assignment) = assignment {
            self.delete_items(course, &ItemContent::Assignment(assignment));
        }
        self.delete_items(course, &ItemContent::Quiz(id));
        Ok(())
    }

    fn quiz_id(&self, call: &Call, course: i64, id: &str) -> Result<i64, Box<Reply>> {
        let id = id.parse().map_err(|_| not_found())?;
        let quiz = self.courses[&course].quizzes.get(&id).filter(|q| !q.deleted).ok_or_else(not_found)?;
        if self.is_student(call, course) && !quiz.published {
            return Err(forbidden(self.settings.forbidden_status));
        }
        Ok(id)
    }

    /// Saves what was sent about a quiz; makes one where `id` is none. Each save that changes something counts one version.
    pub(super) fn save_quiz(
        &mut self,
        course: i64,
        id: Option<i64>,
        sent: &Map<String, Value>,
        base: &str,
        now: Instant,
    ) -> Result<i64, Box<Reply>> {
        let home = self.courses.get(&course).ok_or_else(not_found)?;
        let mut next = match id {
            Some(id) => home.quizzes.get(&id).filter(|q| !q.deleted).ok_or_else(not_found)?.clone(),
            None => Quiz::new(SETTINGS.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()),
        };
        let before = next.clone();
        if let Some(title) = sent.get("title").map(|value| text(value).unwrap_or_default()) {
            if title.chars().count() > 255 {
                return Err(typed_error(400, "title", "is too long (maximum is 255 characters)", "too_long"));
            }
            next.title = if title.trim().is_empty() { "Unnamed Quiz".to_owned() } else { title };
        }
        if let Some(html) = sent.get("description") {
            let html = text(html);
            if html.as_ref().is_some_and(|html| html.chars().count() > LONGEST_TEXT) {
                return Err(typed_error(400, "description", "is too long (maximum is 511,999 characters)", "too_long"));
            }
            next.description = html.map(|html| self.html_in(&html, base).stored);
        }
        if let Some(kind) = sent.get("quiz_type").and_then(text) {
            if !TYPES.contains(&kind.as_str()) {
                return Err(field_error(400, "quiz_type", "Invalid quiz type"));
            }
            next.quiz_type = kind;
        }
        for (name, before) in &SETTINGS {
            if let Some(value) = sent.get(*name) {
                let value = match before {
                    Value::Bool(_) => json!(boolean(value)),
                    _ if *name == "time_limit" => json!(integer(value)),
                    _ => value.clone(),
                };
                next.settings.insert((*name).to_owned(), value);
            }
        }
        if let Some(attempts) = sent.get("allowed_attempts").and_then(integer) {
            next.allowed_attempts = attempts;
        }
        if let Some(policy) = sent.get("scoring_policy").and_then(text) {
            next.scoring_policy = policy;
        }
        if let Some(value) = sent.get("cant_go_back") {
            next.cant_go_back = boolean(value);
        }
        // Kept only beside the setting that it belongs to; dropped without a word otherwise.
        next.cant_go_back &= next.settings.get("one_question_at_a_time").is_some_and(boolean);
        for (name, at) in
            [("due_at", &mut next.due_at), ("unlock_at", &mut next.unlock_at), ("lock_at", &mut next.lock_at)]
        {
            if let Some(value) = sent.get(name) {
                *at = text(value).and_then(|sent| date(&sent, &home.zone));
            }
        }
        if let Some(group) = sent.get("assignment_group_id").and_then(integer).filter(|g| home.groups.contains_key(g)) {
            next.group_id = Some(group);
        }
        if let Some(published) = sent.get("published").map(boolean) {
            next.published = published;
        }
        if id.is_none() {
            next.id = take(&mut self.next.quiz);
        }
        if id.is_none() || next != before {
            next.version += 1;
        }
        let (id, title, renamed) = (next.id, next.title.clone(), next.title != before.title);
        if let Some(home) = self.courses.get_mut(&course) {
            home.quizzes.insert(id, next);
        }
        self.copy_to_assignment(course, id, base, now)?;
        if renamed {
            self.rename_items(course, &ItemContent::Quiz(id), &title);
        }
        Ok(id)
    }

    /// A graded quiz has an assignment, which says what the quiz says.
    fn copy_to_assignment(&mut self, course: i64, id: i64, base: &str, now: Instant) -> Result<(), Box<Reply>> {
        let Some(quiz) = self.courses.get(&course).and_then(|c| c.quizzes.get(&id)).cloned() else { return Ok(()) };
        if !matches!(quiz.quiz_type.as_str(), "assignment" | "graded_survey") {
            return Ok(());
        }
        let mut fields = Map::new();
        for (name, value) in [
            ("name", json!(quiz.title)),
            ("description", json!(quiz.description)),
            ("due_at", stamp_or_null(quiz.due_at)),
            ("unlock_at", stamp_or_null(quiz.unlock_at)),
            ("lock_at", stamp_or_null(quiz.lock_at)),
            ("published", json!(quiz.published)),
            ("submission_types", json!(["online_quiz"])),
        ] {
            fields.insert(name.to_owned(), value);
        }
        if let Some(group) = quiz.group_id {
            fields.insert("assignment_group_id".to_owned(), json!(group));
        }
        let assignment = self.save_assignment(course, quiz.assignment_id, &fields, base, now)?;
        if let Some(home) = self.courses.get_mut(&course) {
            if let Some(assignment) = home.assignments.get_mut(&assignment) {
                assignment.quiz_id = Some(id);
            }
            let group = home.assignments.get(&assignment).map(|a| a.group_id);
            if let Some(quiz) = home.quizzes.get_mut(&id) {
                (quiz.assignment_id, quiz.group_id) = (Some(assignment), group);
            }
        }
        Ok(())
    }

    fn quiz_json(&mut self, call: &Call, course: i64, id: i64) -> Value {
        let teacher = !self.is_student(call, course);
        let q = self.courses[&course].quizzes[&id].clone();
        let description = q.description.as_ref().map(|html| self.html_out(html, &call.base, call.flag("no_verifiers")));
        let url = format!("{}/courses/{course}/quizzes/{id}", call.base);
        let mut out = json!({
            "id": id, "title": q.title, "html_url": url, "mobile_url": format!("{url}?force_user=1&persist_headless=1"),
            "description": description, "quiz_type": q.quiz_type, "allowed_attempts": q.allowed_attempts,
            "scoring_policy": q.scoring_policy, "cant_go_back": q.cant_go_back, "due_at": stamp_or_null(q.due_at),
            "lock_at": stamp_or_null(q.lock_at), "unlock_at": stamp_or_null(q.unlock_at), "published": q.published,
            "unpublishable": true, "locked_for_user": false, "points_possible": 0.0, "question_count": 0,
            "version_number": q.version, "question_types": [], "has_access_code": q.settings.get("access_code").is_some_and(Value::is_string),
            "assignment_id": q.assignment_id, "assignment_group_id": q.group_id, "all_dates": [],
            "permissions": {"read": true, "update": teacher, "create": teacher, "delete": teacher, "submit": true, "manage": teacher},
        });
        for (name, _) in &SETTINGS {
            out[*name] = q.settings.get(*name).cloned().unwrap_or(Value::Null);
        }
        out
    }
}
