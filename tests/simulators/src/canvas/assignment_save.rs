//! Making and changing assignments: dates, points, silent drops (contract 3.4).

use chrono::{NaiveTime, TimeDelta};
use serde_json::{Map, Value};

use super::call::{boolean, date, integer, strings, text};
use super::model::{Assignment, AssignmentGroup, Course, Instant, ItemContent};
use super::page_save::LONGEST_TEXT;
use super::reply::{Reply, field_error, internal_error, locked_columns, not_found, typed_error};
use super::state::{State, take};
use super::zone::Zone;

const GRADING_TYPES: [&str; 6] = ["pass_fail", "percent", "letter_grade", "gpa_scale", "points", "not_graded"];
const SUBMISSION_TYPES: [&str; 13] = [
    "online_quiz",
    "none",
    "on_paper",
    "discussion_topic",
    "external_tool",
    "online_upload",
    "online_text_entry",
    "online_url",
    "media_recording",
    "not_graded",
    "wiki_page",
    "student_annotation",
    "ams",
];
/// Settings that are stored and shown as sent. Anything else a request sends (SIS ids among it) is dropped without a word.
const STORED_AS_SENT: [&str; 13] = [
    "peer_reviews",
    "automatic_peer_reviews",
    "omit_from_final_grade",
    "hide_in_gradebook",
    "allowed_attempts",
    "post_to_sis",
    "grade_group_students_individually",
    "anonymous_grading",
    "moderated_grading",
    "important_dates",
    "only_visible_to_overrides",
    "grading_standard_id",
    "group_category_id",
];

impl State {
    /// Saves what a request (or somebody else) sent about an assignment; makes one where `id` is none.
    pub(super) fn save_assignment(
        &mut self,
        course: i64,
        id: Option<i64>,
        sent: &Map<String, Value>,
        base: &str,
        now: Instant,
    ) -> Result<i64, Box<Reply>> {
        self.default_group(course);
        let home = self.courses.get(&course).ok_or_else(not_found)?;
        let mut next = match id {
            Some(id) => live(home, id)?.clone(),
            None => new_assignment(home, now),
        };
        let before = next.clone();
        if let Some(value) = sent.get("name") {
            next.name = check_name(&text(value).unwrap_or_default())?;
        }
        if let Some(value) = sent.get("description") {
            next.description = match text(value) {
                Some(html) if html.chars().count() > LONGEST_TEXT => {
                    return Err(typed_error(
                        400,
                        "description",
                        "is too long (maximum is 511,999 characters)",
                        "too_long",
                    ));
                }
                Some(html) => Some(self.html_in(&html, base).stored),
                None => None,
            };
        }
        if let Some(value) = sent.get("points_possible") {
            next.points_possible = points(value)?;
        }
        if let Some(value) = sent.get("grading_type").and_then(text) {
            if !GRADING_TYPES.contains(&value.as_str()) {
                return Err(typed_error(400, "grading_type", "is not included in the list", "inclusion"));
            }
            next.grading_type = value;
        }
        if let Some(value) = sent.get("submission_types") {
            let types = strings(value);
            if types.iter().any(|kind| !SUBMISSION_TYPES.contains(&kind.as_str())) {
                return Err(field_error(400, "assignment[submission_types]", "Invalid submission types"));
            }
            next.submission_types = types;
        }
        if let Some(value) = sent.get("allowed_extensions") {
            next.allowed_extensions = strings(value);
        }
        let mut report = self.next.report;
        for (name, field, ends_day) in [
            ("due_at", &mut next.due_at, true),
            ("lock_at", &mut next.lock_at, true),
            ("unlock_at", &mut next.unlock_at, false),
        ] {
            if let Some(value) = sent.get(name) {
                *field = sent_date(name, value, &home.zone, &mut report)?
                    .map(|at| if ends_day { end_of_day(at, &home.zone) } else { at });
            }
        }
        if let Some(due) = next.due_at
            && (next.unlock_at.is_some_and(|from| due < from) || next.lock_at.is_some_and(|until| due > until))
        {
            return Err(outside_availability(id.is_some()));
        }
        if let Some(group) =
            sent.get("assignment_group_id").and_then(integer).filter(|g| home.groups.get(g).is_some_and(|g| !g.deleted))
        {
            next.group_id = group;
        }
        if let Some(position) = sent.get("position").and_then(integer) {
            next.position = position;
        }
        if let Some(value) = sent.get("published") {
            next.published = boolean(value);
        }
        for name in STORED_AS_SENT {
            if let Some(value) = sent.get(name) {
                next.settings.insert(name.to_owned(), value.clone());
            }
        }
        if before.blueprint_locked {
            let changed =
                [("title", before.name != next.name), ("description", before.description != next.description)];
            let columns: Vec<&str> = changed.iter().filter(|c| c.1).map(|c| c.0).collect();
            if !columns.is_empty() {
                return Err(locked_columns(&columns));
            }
        }
        if differs(&before, &next) || sent.get("force_updated_at").is_some_and(boolean) {
            next.updated_at = now;
        }
        let makes_topic = id.is_none() && next.submission_types.iter().any(|kind| kind == "discussion_topic");
        if id.is_none() {
            next.id = take(&mut self.next.assignment);
        }
        let (id, name, renamed) = (next.id, next.name.clone(), before.name != next.name);
        if sent.get("notify_of_update").is_some_and(boolean) {
            self.notifications.push(super::model::Notification { course, kind: "assignment", id });
        }
        if let Some(home) = self.courses.get_mut(&course) {
            home.assignments.insert(id, next);
        }
        if makes_topic {
            self.topic_for_assignment(course, id, now);
        }
        self.copy_to_owner(course, id);
        if renamed {
            self.rename_items(course, &ItemContent::Assignment(id), &name);
        }
        Ok(id)
    }

    /// Deletes an assignment with its topic and module items.
    pub(super) fn delete_assignment(&mut self, course: i64, id: i64, now: Instant) -> Result<(), Box<Reply>> {
        let home = self.courses.get_mut(&course).ok_or_else(not_found)?;
        let assignment = home.assignments.get_mut(&id).filter(|a| !a.deleted).ok_or_else(not_found)?;
        assignment.deleted = true;
        assignment.updated_at = now;
        if let Some(quiz) = assignment.quiz_id.and_then(|quiz| home.quizzes.get_mut(&quiz)) {
            quiz.deleted = true;
        }
        if let Some(topic) = assignment.topic_id.and_then(|topic| home.topics.get_mut(&topic)) {
            topic.deleted = true;
            let topic = topic.id;
            self.delete_items(course, &ItemContent::Discussion(topic));
        }
        self.delete_items(course, &ItemContent::Assignment(id));
        Ok(())
    }

    /// A course gets its first group with the first need of one.
    pub(super) fn default_group(&mut self, course: i64) {
        let Some(home) = self.courses.get_mut(&course) else { return };
        if home.groups.values().all(|g| g.deleted) {
            let id = take(&mut self.next.group);
            let group = AssignmentGroup {
                id,
                name: "Assignments".to_owned(),
                position: 1,
                weight: 0.0,
                rules: Value::Object(Map::new()),
                deleted: false,
            };
            home.groups.insert(id, group);
        }
    }

    /// Title and description are one with those of the owning topic or quiz (contract 3.4, shared identity).
    fn copy_to_owner(&mut self, course: i64, id: i64) {
        let Some(home) = self.courses.get_mut(&course) else { return };
        let Some(assignment) = home.assignments.get(&id) else { return };
        if let Some(topic) = assignment.topic_id.and_then(|topic| home.topics.get_mut(&topic)) {
            topic.title.clone_from(&assignment.name);
            topic.message.clone_from(&assignment.description);
            topic.published = assignment.published;
        }
        if let Some(quiz) = assignment.quiz_id.and_then(|quiz| home.quizzes.get_mut(&quiz)) {
            let before = quiz.clone();
            quiz.title.clone_from(&assignment.name);
            quiz.description.clone_from(&assignment.description);
            (quiz.due_at, quiz.unlock_at, quiz.lock_at) = (assignment.due_at, assignment.unlock_at, assignment.lock_at);
            quiz.published = assignment.published;
            quiz.version += i64::from(*quiz != before);
        }
    }
}

pub(super) fn live(course: &Course, id: i64) -> Result<&Assignment, Box<Reply>> {
    course.assignments.get(&id).filter(|a| !a.deleted).ok_or_else(not_found)
}

fn new_assignment(course: &Course, now: Instant) -> Assignment {
    let last = course.assignments.values().filter(|a| !a.deleted).map(|a| a.position).max().unwrap_or(0);
    Assignment {
        id: 0,
        name: "Assignment".to_owned(),
        description: None,
        points_possible: 0.0,
        grading_type: "points".to_owned(),
        submission_types: vec!["none".to_owned()],
        allowed_extensions: Vec::new(),
        due_at: None,
        lock_at: None,
        unlock_at: None,
        group_id: course.groups.values().find(|g| !g.deleted).map_or(0, |g| g.id),
        position: last + 1,
        published: false,
        created_at: now,
        updated_at: now,
        topic_id: None,
        quiz_id: None,
        settings: Map::new(),
        deleted: false,
        blueprint_locked: false,
    }
}

fn check_name(name: &str) -> Result<String, Box<Reply>> {
    if name.trim().is_empty() {
        return Err(typed_error(400, "title", "can't be blank", "blank"));
    }
    if name.chars().count() > 255 {
        return Err(field_error(400, "title", "The title cannot be longer than 255 characters"));
    }
    Ok(name.to_owned())
}

/// Text that is no number counts as 0.
fn points(value: &Value) -> Result<f64, Box<Reply>> {
    let points = value.as_f64().or_else(|| value.as_str().and_then(|s| s.trim().parse().ok())).unwrap_or(0.0);
    let limit = if points < 0.0 {
        "must be zero or greater."
    } else if points > 999_999_999.0 {
        "cannot exceed 999999999."
    } else {
        return Ok(points);
    };
    Err(field_error(400, "points_possible", &format!("The value of possible points for this assignment {limit}")))
}

fn sent_date(name: &str, value: &Value, zone: &Zone, report: &mut i64) -> Result<Option<Instant>, Box<Reply>> {
    match value {
        Value::Null => Ok(None),
        Value::String(sent) if sent.is_empty() => Ok(None),
        Value::String(sent) => match date(sent, zone) {
            Some(at) => Ok(Some(at)),
            None => Err(field_error(400, &format!("assignment[{name}]"), &format!("Invalid datetime for {name}"))),
        },
        // A number of seconds is a bug in the real server too (recorded assignments/17).
        _ => Err(internal_error(take(report))),
    }
}

/// A time at the very start of a local day means the end of it.
fn end_of_day(at: Instant, zone: &Zone) -> Instant {
    let local = zone.local(at);
    if local.time() == NaiveTime::MIN { zone.instant(local + TimeDelta::seconds(24 * 3600 - 1)) } else { at }
}

fn outside_availability(updating: bool) -> Box<Reply> {
    let message = "must be between availability dates";
    let mut reply = field_error(400, "due_at", message);
    if updating && let super::reply::Content::Json(body) = &mut reply.content {
        let text = format!("Validation failed: Due at {message}");
        body["errors"]["invalid_record"] =
            serde_json::json!([{"attribute": "invalid_record", "message": text, "type": text}]);
    }
    reply
}

fn differs(a: &Assignment, b: &Assignment) -> bool {
    let dates = |x: &Assignment| (x.due_at, x.lock_at, x.unlock_at);
    let words =
        |x: &Assignment| (x.name.clone(), x.description.clone(), x.grading_type.clone(), x.submission_types.clone());
    dates(a) != dates(b)
        || words(a) != words(b)
        || a.points_possible.to_bits() != b.points_possible.to_bits()
        || (a.group_id, a.position, a.published) != (b.group_id, b.position, b.published)
        || a.allowed_extensions != b.allowed_extensions
        || a.settings != b.settings
}
