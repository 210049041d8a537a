//! The assignment and assignment group endpoints (contract 3.4 and 3.5).

use serde_json::{Map, Value, json};

use super::assignment_save::live;
use super::call::{Call, integer, integers, stamp, stamp_or_null, text};
use super::model::{Assignment, AssignmentGroup, Instant};
use super::paginate::{Listing, list, search_term};
use super::reply::{Content, Outcome, Reply, bad_request, forbidden, not_found};
use super::state::{State, opaque, take};
use super::zone::Zone;

impl State {
    pub(super) fn list_assignments(&mut self, call: &Call, course: i64, group: Option<i64>) -> Outcome {
        let term = search_term(call)?;
        let student = self.is_student(call, course);
        let home = &self.courses[&course];
        let wanted: Vec<i64> = call
            .query
            .iter()
            .filter(|(key, _)| key == "assignment_ids[]")
            .filter_map(|(_, value)| value.parse().ok())
            .collect();
        let mut shown: Vec<&Assignment> = home
            .assignments
            .values()
            .filter(|a| !a.deleted && (!student || a.published))
            .filter(|a| group.is_none_or(|group| a.group_id == group))
            .filter(|a| term.as_ref().is_none_or(|term| a.name.to_lowercase().contains(term)))
            .filter(|a| wanted.is_empty() || wanted.contains(&a.id))
            .collect();
        if shown.len() < wanted.len() {
            let missing: Vec<String> =
                wanted.iter().filter(|id| !shown.iter().any(|a| a.id == **id)).map(ToString::to_string).collect();
            return Err(bad_request(&format!("Invalid assignment_ids: {}", missing.join(","))));
        }
        let place = |a: &Assignment| (home.groups.get(&a.group_id).map_or(0, |g| g.position), a.position, a.id);
        shown.sort_by_key(|a| place(a));
        match call.query("order_by") {
            Some("name") => shown.sort_by_cached_key(|a| a.name.to_lowercase()),
            Some("due_at") => shown.sort_by_key(|a| (a.due_at.is_none(), a.due_at)),
            _ => {}
        }
        let ids: Vec<i64> = shown.iter().map(|a| a.id).collect();
        let settings = self.settings.clone();
        let path = match group {
            Some(group) => format!("/courses/{course}/assignment_groups/{group}/assignments"),
            None => format!("/courses/{course}/assignments"),
        };
        list(call, &settings, &path, &ids, Listing::default(), |id| self.assignment_json(call, course, *id))
    }

    pub(super) fn show_assignment(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.assignment_id(call, course, id)?;
        Ok(Reply::json(self.assignment_json(call, course, id)))
    }

    pub(super) fn create_assignment(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let sent = sent_assignment(call)?;
        let id = self.save_assignment(course, None, &sent, &call.base, call.now)?;
        Ok(Reply::with(201, self.assignment_json(call, course, id)))
    }

    pub(super) fn put_assignment(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        self.check_teacher(call, course)?;
        let id = self.assignment_id(call, course, id)?;
        let sent = sent_assignment(call)?;
        let id = self.save_assignment(course, Some(id), &sent, &call.base, call.now).map_err(with_invalid_record)?;
        Ok(Reply::json(self.assignment_json(call, course, id)))
    }

    pub(super) fn remove_assignment(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        self.check_teacher(call, course)?;
        let id = self.assignment_id(call, course, id)?;
        if self.courses[&course].assignments[&id].blueprint_locked {
            return Err(forbidden(self.settings.forbidden_status));
        }
        self.delete_assignment(course, id, call.now)?;
        Ok(Reply::json(self.assignment_json(call, course, id)))
    }

    pub(super) fn duplicate_assignment(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        self.check_teacher(call, course)?;
        let id = self.assignment_id(call, course, id)?;
        let mut copy = self.courses[&course].assignments[&id].clone();
        copy.id = take(&mut self.next.assignment);
        copy.name = format!("{} Copy", copy.name);
        copy.position += 1;
        for (name, value) in [
            ("original_course_id", json!(course)),
            ("original_assignment_id", json!(id)),
            ("original_assignment_name", json!(self.courses[&course].assignments[&id].name)),
        ] {
            copy.settings.insert(name.to_owned(), value);
        }
        (copy.published, copy.created_at, copy.updated_at, copy.topic_id, copy.quiz_id) =
            (false, call.now, call.now, None, None);
        let id = copy.id;
        let mut places = Map::new();
        if let Some(home) = self.courses.get_mut(&course) {
            let behind = home.assignments.values_mut().filter(|a| !a.deleted && a.group_id == copy.group_id);
            for other in behind {
                other.position += i64::from(other.position >= copy.position);
                places.insert(other.id.to_string(), json!(other.position));
            }
            places.insert(id.to_string(), json!(copy.position));
            home.assignments.insert(id, copy);
        }
        let mut out = self.assignment_json(call, course, id);
        out["new_positions"] = Value::Object(places);
        Ok(Reply::json(out))
    }

    fn assignment_id(&self, call: &Call, course: i64, id: &str) -> Result<i64, Box<Reply>> {
        let id = id.parse().map_err(|_| not_found())?;
        let assignment = live(&self.courses[&course], id)?;
        if self.is_student(call, course) && !assignment.published {
            return Err(forbidden(self.settings.forbidden_status));
        }
        Ok(id)
    }

    /// An assignment with the topic that owns it.
    pub(super) fn assignment_json(&mut self, call: &Call, course: i64, id: i64) -> Value {
        let mut out = self.plain_assignment_json(call, course, id);
        if let Some(topic) = self.courses[&course].assignments.get(&id).and_then(|a| a.topic_id) {
            out["discussion_topic"] = self.topic_json(call, course, topic, true);
        }
        out
    }

    /// An assignment without its topic, as it stands inside the topic's own JSON.
    pub(super) fn plain_assignment_json(&mut self, call: &Call, course: i64, id: i64) -> Value {
        let student = self.is_student(call, course);
        let assignment = self.courses[&course].assignments[&id].clone();
        let description =
            assignment.description.as_ref().map(|html| self.html_out(html, &call.base, call.flag("no_verifiers")));
        let locked = student && assignment.unlock_at.is_some_and(|from| from > call.now);
        let zone = self.courses[&course].zone.clone();
        write(&assignment, call, course, description, student.then_some(locked), &zone)
    }

    pub(super) fn list_groups(&mut self, call: &Call, course: i64) -> Outcome {
        self.default_group(course);
        let mut shown: Vec<&AssignmentGroup> = self.courses[&course].groups.values().filter(|g| !g.deleted).collect();
        shown.sort_by_key(|g| (g.position, g.id));
        let ids: Vec<i64> = shown.iter().map(|g| g.id).collect();
        let settings = self.settings.clone();
        list(call, &settings, &format!("/courses/{course}/assignment_groups"), &ids, Listing::default(), |id| {
            self.group_json(call, course, *id)
        })
    }

    pub(super) fn show_group(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        let id = self.group_id(course, id)?;
        Ok(Reply::json(self.group_json(call, course, id)))
    }

    pub(super) fn save_group(&mut self, call: &Call, course: i64, id: Option<&str>) -> Outcome {
        self.check_teacher(call, course)?;
        let sent = call.body();
        let id = match id {
            Some(id) => self.group_id(course, id)?,
            None => take(&mut self.next.group),
        };
        if let Some(home) = self.courses.get_mut(&course) {
            let last = home.groups.values().map(|g| g.position).max().unwrap_or(0);
            let group = home.groups.entry(id).or_insert_with(|| AssignmentGroup {
                id,
                name: "Assignments".to_owned(),
                position: last + 1,
                weight: 0.0,
                rules: json!({}),
                deleted: false,
            });
            if let Some(name) = sent.get("name").and_then(text) {
                group.name = name;
            }
            if let Some(position) = sent.get("position").and_then(integer) {
                group.position = position;
            }
            if let Some(weight) = sent.get("group_weight").and_then(Value::as_f64) {
                group.weight = weight;
            }
            if let Some(rules) = sent.get("rules") {
                group.rules = rules.clone();
            }
        }
        Ok(Reply::json(self.group_json(call, course, id)))
    }

    pub(super) fn remove_group(&mut self, call: &Call, course: i64, id: &str) -> Outcome {
        self.check_teacher(call, course)?;
        let id = self.group_id(course, id)?;
        let shown = self.group_json(call, course, id);
        let refuge = call.query("move_assignments_to").and_then(|to| to.parse::<i64>().ok());
        let inside: Vec<i64> =
            self.courses[&course].assignments.values().filter(|a| a.group_id == id).map(|a| a.id).collect();
        for assignment in inside {
            match refuge {
                Some(to) => {
                    if let Some(a) = self.courses.get_mut(&course).and_then(|c| c.assignments.get_mut(&assignment)) {
                        a.group_id = to;
                    }
                }
                None => self.delete_assignment(course, assignment, call.now).or_else(|_| Ok::<(), Box<Reply>>(()))?,
            }
        }
        if let Some(group) = self.courses.get_mut(&course).and_then(|c| c.groups.get_mut(&id)) {
            group.deleted = true;
        }
        Ok(Reply::json(shown))
    }

    fn group_id(&self, course: i64, id: &str) -> Result<i64, Box<Reply>> {
        let id = id.parse().map_err(|_| not_found())?;
        self.courses[&course].groups.get(&id).filter(|g| !g.deleted).map(|g| g.id).ok_or_else(not_found)
    }

    fn group_json(&mut self, call: &Call, course: i64, id: i64) -> Value {
        let group = &self.courses[&course].groups[&id];
        let mut out = json!({
            "id": id, "name": group.name, "position": group.position, "group_weight": group.weight,
            "sis_source_id": null, "integration_data": {}, "rules": group.rules,
        });
        if call.includes("assignments") {
            let mut inside: Vec<&Assignment> =
                self.courses[&course].assignments.values().filter(|a| !a.deleted && a.group_id == id).collect();
            inside.sort_by_key(|a| (a.position, a.id));
            let ids: Vec<i64> = inside.iter().map(|a| a.id).collect();
            out["any_assignment_in_closed_grading_period"] = json!(false);
            out["assignments"] = ids.iter().map(|id| self.assignment_json(call, course, *id)).collect();
        }
        out
    }

    /// Dates of many at once. The real server does it later; this one at once, and answers the same progress object.
    pub(super) fn bulk_dates(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        for change in call.body.as_array().into_iter().flatten() {
            let ids = change.get("id").map(integers).unwrap_or_default();
            let dates = change.get("all_dates").and_then(Value::as_array).into_iter().flatten();
            for base in dates.filter(|d| d.get("base").is_some_and(super::call::boolean)) {
                let sent: Map<String, Value> = base.as_object().cloned().unwrap_or_default();
                for id in &ids {
                    // What is refused is refused in the background, after this answer.
                    let _ = self.save_assignment(course, Some(*id), &sent, &call.base, call.now);
                }
            }
        }
        let id = take(&mut self.next.report);
        Ok(Reply::json(json!({
            "id": id, "context_id": course, "context_type": "Course", "user_id": null, "tag": "assignment_bulk_update",
            "completion": null, "workflow_state": "queued", "created_at": stamp(call.now), "updated_at": stamp(call.now),
            "message": null, "url": format!("{}/api/v1/progress/{id}", call.base),
        })))
    }
}

fn sent_assignment(call: &Call) -> Result<Map<String, Value>, Box<Reply>> {
    match call.body.get("assignment").and_then(Value::as_object) {
        Some(sent) if !sent.is_empty() => Ok(sent.clone()),
        _ => Err(Box::new(Reply::with(400, json!({"errors": [{"message": "assignment is missing"}]})))),
    }
}

/// An update refused by the blueprint names the record as well (recorded blueprint/14).
fn with_invalid_record(mut reply: Box<Reply>) -> Box<Reply> {
    if let Content::Json(body) = &mut reply.content
        && let Some(message) = body.pointer("/errors/base/0/message").and_then(Value::as_str)
    {
        let text = format!("Validation failed: {message}");
        body["errors"]["invalid_record"] = json!([{"attribute": "invalid_record", "message": text, "type": text}]);
    }
    reply
}

/// `locked_for_student` is none for teachers, who see more fields.
fn write(
    a: &Assignment,
    call: &Call,
    course: i64,
    description: Option<String>,
    locked_for_student: Option<bool>,
    zone: &Zone,
) -> Value {
    let (student, locked) = (locked_for_student.is_some(), locked_for_student == Some(true));
    let base = &call.base;
    let setting = |name: &str, otherwise: Value| a.settings.get(name).cloned().unwrap_or(otherwise);
    let lti = lti_id(a.id);
    let token = opaque(&["secure", &a.id.to_string()], 43);
    let mut out = json!({
        "id": a.id, "position": a.position, "description": description, "points_possible": a.points_possible,
        "grading_type": a.grading_type, "created_at": stamp(a.created_at), "updated_at": stamp(a.updated_at),
        "due_at": stamp_or_null(a.due_at), "final_grader_id": null, "grader_count": 0, "graders_anonymous_to_graders": false,
        "grader_comments_visible_to_graders": true, "grader_names_visible_to_final_grader": true,
        "lock_at": stamp_or_null(a.lock_at), "unlock_at": stamp_or_null(a.unlock_at), "assignment_group_id": a.group_id,
        "peer_reviews": setting("peer_reviews", json!(false)), "anonymous_peer_reviews": false,
        "automatic_peer_reviews": setting("automatic_peer_reviews", json!(false)), "intra_group_peer_reviews": false,
        "post_to_sis": setting("post_to_sis", json!(false)),
        "grade_group_students_individually": setting("grade_group_students_individually", json!(false)),
        "group_category_id": setting("group_category_id", Value::Null), "grading_standard_id": setting("grading_standard_id", Value::Null),
        "moderated_grading": setting("moderated_grading", json!(false)), "hide_in_gradebook": setting("hide_in_gradebook", json!(false)),
        "omit_from_final_grade": setting("omit_from_final_grade", json!(false)), "suppress_assignment": false,
        "anonymous_instructor_annotations": false, "anonymous_grading": setting("anonymous_grading", json!(false)),
        "allowed_attempts": setting("allowed_attempts", json!(-1)), "annotatable_attachment_id": null,
        "secure_params": format!("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.e30.{token}"), "lti_context_id": lti, "course_id": course,
        "name": a.name, "submission_types": a.submission_types, "has_submitted_submissions": false, "due_date_required": false,
        "max_name_length": 255, "in_closed_grading_period": false, "graded_submissions_exist": false, "is_quiz_assignment": a.quiz_id.is_some(),
        "can_duplicate": true, "original_course_id": setting("original_course_id", Value::Null),
        "original_assignment_id": setting("original_assignment_id", Value::Null), "original_lti_resource_link_id": null,
        "original_assignment_name": setting("original_assignment_name", Value::Null), "original_quiz_id": null,
        "workflow_state": if a.deleted { "deleted" } else if a.published { "published" } else { "unpublished" },
        "important_dates": setting("important_dates", json!(false)), "muted": true,
        "html_url": format!("{base}/courses/{course}/assignments/{}", a.id),
    });
    if let Some(quiz) = a.quiz_id {
        out["quiz_id"] = json!(quiz);
    }
    if !a.allowed_extensions.is_empty() {
        out["allowed_extensions"] = json!(a.allowed_extensions);
    }
    if !student {
        out["speed_grader_url"] =
            json!(format!("{base}/courses/{course}/gradebook/speed_grader?assignment_id={}", a.id));
        out["has_overrides"] = json!(false);
        out["needs_grading_count"] = json!(0);
        out["sis_assignment_id"] = Value::Null;
        out["integration_id"] = Value::Null;
        out["integration_data"] = json!({});
    }
    out["published"] = json!(a.published && !a.deleted);
    if !student {
        out["unpublishable"] = json!(true);
    }
    out["only_visible_to_overrides"] = setting("only_visible_to_overrides", json!(false));
    out["visible_to_everyone"] = json!(true);
    out["locked_for_user"] = json!(locked);
    if locked && let Some(from) = a.unlock_at {
        // What opens later keeps its description to itself.
        out["description"] = Value::Null;
        out["lock_info"] = json!({"asset_string": format!("assignment_{}", a.id), "unlock_at": stamp(from)});
        out["lock_explanation"] = json!(format!("This assignment is locked until {}.", zone.spoken(from)));
    }
    out["submissions_download_url"] = json!(format!("{base}/courses/{course}/assignments/{}/submissions?zip=1", a.id));
    for name in
        ["post_manually", "anonymize_students", "new_quizzes_anonymous_participants", "require_lockdown_browser"]
    {
        out[name] = json!(false);
    }
    out["restrict_quantitative_data"] = json!(false);
    if let Some(availability) = availability(a, call.now) {
        out["availability_status"] = availability;
    }
    if call.includes("overrides") {
        out["overrides"] = json!([]);
    }
    if call.includes("all_dates") {
        let mut base = json!({
            "due_at": stamp_or_null(a.due_at), "unlock_at": stamp_or_null(a.unlock_at), "lock_at": stamp_or_null(a.lock_at),
            "title": "Everyone", "base": true,
        });
        if let Some(availability) = availability(a, call.now) {
            base["availability_status"] = availability;
        }
        out["all_dates"] = json!([base]);
    }
    if a.blueprint_locked {
        out["is_master_course_child_content"] = json!(true);
        out["restricted_by_master_course"] = json!(true);
        out["master_course_restrictions"] = json!({"content": true, "points": true, "due_dates": true});
    }
    out
}

/// Whether an assignment with availability dates is open, and until or from when.
fn availability(a: &Assignment, now: Instant) -> Option<Value> {
    match (a.unlock_at, a.lock_at) {
        (None, None) => None,
        (Some(from), _) if from > now => Some(json!({"status": "pending", "date": stamp(from)})),
        (_, Some(until)) if until > now => Some(json!({"status": "open", "date": stamp(until)})),
        (_, Some(_)) => Some(json!({"status": "closed", "date": null})),
        (Some(_), None) => Some(json!({"status": "open", "date": null})),
    }
}

/// In the form of a UUID.
fn lti_id(assignment: i64) -> String {
    let hex: String = opaque(&["lti", &assignment.to_string()], 32)
        .bytes()
        .map(|b| char::from_digit(u32::from(b) % 16, 16).unwrap_or('0'))
        .collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
