//! Courses, and what a course itself says: its syllabus.

use chrono::{DateTime, Utc};
use domain::canonical::canvas as form;
use domain::{Content, Kind, RemoteId, RemoteObject, RemoteRef, RemoteSpace, SpaceNow, Token, fact};

use super::{ENDED, ROLE, access, facts, time_text};
use crate::dto::Course;

/// Title of every syllabus; Canvas has none for it.
pub(crate) const SYLLABUS: &str = "Syllabus";

/// A course that may be kept; `None` for one whose dates hide it from this person (contract 1.6).
pub(crate) fn space(course: Course, now: DateTime<Utc>) -> Option<RemoteSpace> {
    let (ended, role) = (has_ended(&course), role_in(&course));
    let name = course.original_name.or(course.name)?;
    let term_over = course.term.as_ref().and_then(|term| term.end_at).or(course.end_at).is_some_and(|end| end < now);
    let term = course.term.and_then(|term| term.name);
    let read_only = why_closed(ended, role);
    let detail: Vec<String> = [course.course_code.filter(|code| *code != name), term, role.map(str::to_owned)]
        .into_iter()
        .flatten()
        .collect();
    Some(RemoteSpace {
        id: RemoteId(course.id.0),
        name,
        detail: detail.join(" · "),
        current: !ended && !term_over,
        count: None,
        read_only: read_only.map(str::to_owned),
    })
}

/// What a course that is kept is now; nothing where the answer leaves out who the person is in it.
pub(crate) fn space_now(course: &Course) -> Option<SpaceNow> {
    let name = course.original_name.clone().or_else(|| course.name.clone())?;
    let (ended, role) = (has_ended(course), role_in(course));
    (ended || role.is_some()).then(|| SpaceNow { name, read_only: why_closed(ended, role).map(str::to_owned) })
}

fn has_ended(course: &Course) -> bool {
    course.workflow_state.as_deref() == Some("completed") || course.concluded == Some(true)
}

fn role_in(course: &Course) -> Option<&'static str> {
    course.enrollments.iter().filter_map(|enrollment| enrollment.kind.as_deref()).find_map(role_words)
}

fn why_closed(ended: bool, role: Option<&str>) -> Option<&'static str> {
    match role {
        _ if ended => Some(ENDED),
        Some("Student" | "Observer") => Some(ROLE),
        _ => None,
    }
}

fn role_words(kind: &str) -> Option<&'static str> {
    match kind.trim_end_matches("Enrollment").to_ascii_lowercase().as_str() {
        "teacher" => Some("Teacher"),
        "ta" => Some("Teaching assistant"),
        "designer" => Some("Designer"),
        "observer" => Some("Observer"),
        "student" => Some("Student"),
        _ => None,
    }
}

/// A course's syllabus: one in each course, under the course's own id, without a time of change (contract 3.3).
pub(crate) fn syllabus(course: Course, origin: &str, now: DateTime<Utc>) -> RemoteObject {
    let returned_body = course.syllabus_body.clone().unwrap_or_default();
    let content = Content::new(SYLLABUS, form::undecorate(&returned_body, origin));
    let (id, created_at) = (course.id.0.clone(), course.created_at);
    let read_only = space(course, now).and_then(|space| space.read_only);
    RemoteObject {
        remote: RemoteRef::new(Kind::Syllabus, RemoteId(id.clone())),
        parent: None,
        token: Token(Content { body: form::canonical(&content.body, origin), ..content.clone() }.hash().0),
        content,
        returned_body,
        access: access(&[(read_only.is_some(), read_only.as_deref().unwrap_or_default())]),
        changed_by: None,
        changed_at: None,
        url: Some(format!("{origin}/courses/{id}/assignments/syllabus")),
        facts: facts([(fact::CREATED_AT, created_at.map(time_text))]),
    }
}
