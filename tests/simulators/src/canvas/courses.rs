//! Users, courses and the syllabus (contract 1.6 and 3.3).

use serde_json::{Value, json};

use super::call::{Call, stamp, stamp_or_null, text};
use super::model::{Course, Role};
use super::page_save::LONGEST_TEXT;
use super::paginate::{Listing, list};
use super::reply::{Outcome, Reply, forbidden, not_found, typed_error};
use super::state::State;

impl State {
    /// The course a path names, if the sender may see it.
    pub(super) fn course_of(&self, call: &Call, part: &str) -> Result<i64, Box<Reply>> {
        let id: i64 = part.parse().map_err(|_| not_found())?;
        let course = self.courses.get(&id).filter(|c| c.workflow_state != "deleted").ok_or_else(not_found)?;
        match self.role(call.user, course) {
            Some(Role::Student) if course.workflow_state == "unpublished" => {
                Err(forbidden(self.settings.forbidden_status))
            }
            Some(_) => Ok(id),
            None => Err(forbidden(self.settings.forbidden_status)),
        }
    }

    /// Refuses all but teachers, and everybody in a concluded course.
    pub(super) fn check_teacher(&self, call: &Call, course: i64) -> Result<(), Box<Reply>> {
        let home = &self.courses[&course];
        let reads = call.method == "GET";
        let may = self.role(call.user, home) == Some(Role::Teacher) && (reads || home.workflow_state != "completed");
        if may { Ok(()) } else { Err(forbidden(self.settings.forbidden_status)) }
    }

    pub(super) fn is_student(&self, call: &Call, course: i64) -> bool {
        self.role(call.user, &self.courses[&course]) == Some(Role::Student)
    }

    /// A person as shown beside what they made.
    pub(super) fn display(&self, user: i64, course: i64, base: &str) -> Value {
        let name = self.users.get(&user).map_or("", |u| u.name.as_str());
        json!({
            "id": user,
            "anonymous_id": anonymous_id(user),
            "display_name": name,
            "avatar_image_url": format!("{base}/images/messages/avatar-50.png"),
            "html_url": format!("{base}/courses/{course}/users/{user}"),
            "pronouns": null,
        })
    }

    pub(super) fn show_self(&self, call: &Call) -> Outcome {
        let user = self.users.get(&call.user).ok_or_else(not_found)?;
        let (first, last) = user.name.split_once(' ').unwrap_or((&user.name, ""));
        Ok(Reply::json(json!({
            "id": user.id,
            "name": user.name,
            "created_at": user.created_at.format("%Y-%m-%dT%H:%M:%S-07:00").to_string(),
            "sortable_name": format!("{last}, {first}"),
            "short_name": user.name,
            "last_name": last,
            "first_name": first,
            "locale": null,
            "effective_locale": "en",
            "permissions": {"can_update_name": true, "can_update_avatar": false, "limit_parent_app_web_access": false},
        })))
    }

    pub(super) fn show_profile(&self, call: &Call) -> Outcome {
        let user = self.users.get(&call.user).ok_or_else(not_found)?;
        let (first, last) = user.name.split_once(' ').unwrap_or((&user.name, ""));
        let login = format!("{}@example.com", first.to_lowercase());
        Ok(Reply::json(json!({
            "id": user.id, "name": user.name, "short_name": user.name, "sortable_name": format!("{last}, {first}"),
            "title": null, "bio": null, "pronunciation": null, "primary_email": login, "login_id": login, "sis_user_id": null,
            "integration_id": null, "time_zone": "America/Denver", "locale": null, "effective_locale": "en",
            "calendar": {"ics": format!("{}/feeds/calendars/user_{}.ics", call.base, user.id)},
            "k5_user": false, "use_classic_font_in_k5": false,
        })))
    }

    pub(super) fn list_courses(&mut self, call: &Call) -> Outcome {
        let wanted_role = call.query("enrollment_type");
        let states: Vec<&str> =
            call.query.iter().filter(|(key, _)| key == "state[]").map(|(_, value)| value.as_str()).collect();
        let active = call.query("enrollment_state") == Some("active");
        let mut shown: Vec<&Course> = self
            .courses
            .values()
            .filter(|c| c.workflow_state != "deleted")
            .filter(|c| {
                let role = c.enrollments.iter().find(|(user, _)| *user == call.user).map(|(_, role)| *role);
                match role {
                    Some(Role::Teacher) => wanted_role.is_none_or(|wanted| wanted == "teacher"),
                    Some(Role::Student) => {
                        c.workflow_state != "unpublished" && wanted_role.is_none_or(|wanted| wanted == "student")
                    }
                    None => false,
                }
            })
            .filter(|c| states.is_empty() || states.contains(&c.workflow_state.as_str()))
            .filter(|c| !active || c.workflow_state != "completed")
            .collect();
        shown.sort_by_cached_key(|c| c.name.to_lowercase());
        let ids: Vec<i64> = shown.iter().map(|c| c.id).collect();
        let settings = self.settings.clone();
        list(call, &settings, "/courses", &ids, Listing::default(), |id| self.course_json(call, *id, false))
    }

    pub(super) fn show_course(&mut self, call: &Call, course: i64) -> Outcome {
        Ok(Reply::json(self.course_json(call, course, true)))
    }

    pub(super) fn put_course(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let sent = call.object("course");
        if let Some(value) = sent.get("syllabus_body") {
            self.set_syllabus(course, text(value).as_deref(), &call.base)?;
        }
        if let Some(home) = self.courses.get_mut(&course) {
            if let Some(name) = sent.get("name").and_then(text) {
                home.name = name;
            }
            match sent.get("event").and_then(Value::as_str) {
                Some("conclude") => {
                    home.workflow_state = "completed".to_owned();
                    home.end_at = Some(call.now);
                }
                Some("offer") => home.workflow_state = "available".to_owned(),
                _ => {}
            }
        }
        Ok(Reply::json(self.course_json(call, course, true)))
    }

    pub(super) fn course_settings(&self) -> Outcome {
        let no = false;
        Ok(Reply::json(json!({
            "allow_final_grade_override": no, "allow_student_discussion_topics": true, "allow_student_forum_attachments": true,
            "allow_student_discussion_editing": true, "allow_student_discussion_reporting": true,
            "allow_student_anonymous_discussion_topics": no, "filter_speed_grader_by_student_group": no, "grading_standard_enabled": no,
            "grading_standard_id": null, "grade_passback_setting": null, "allow_student_organized_groups": true, "hide_final_grades": no,
            "hide_distribution_graphs": no, "hide_sections_on_course_users_page": no, "lock_all_announcements": no,
            "usage_rights_required": no, "restrict_student_past_view": no, "restrict_student_future_view": no,
            "restrict_quantitative_data": no, "show_announcements_on_home_page": no, "home_page_announcement_limit": null,
            "syllabus_course_summary": true, "homeroom_course": no, "image_url": null, "image_id": null, "image": null,
            "banner_image_url": null, "banner_image_id": null, "banner_image": null, "course_color": null, "friendly_name": null,
            "default_due_time": "23:59:59", "conditional_release": no, "default_student_gradebook_view": no,
        })))
    }

    pub(super) fn delete_course(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let event = call
            .query("event")
            .map(str::to_owned)
            .or_else(|| call.body.get("event").and_then(text))
            .unwrap_or_default();
        let state = match event.as_str() {
            "delete" => "deleted",
            "conclude" => "completed",
            _ => return Err(super::reply::bad_request("event parameter is required")),
        };
        if let Some(home) = self.courses.get_mut(&course) {
            home.workflow_state = state.to_owned();
        }
        Ok(Reply::json(json!({ event: true })))
    }

    pub(super) fn set_syllabus(&mut self, course: i64, html: Option<&str>, base: &str) -> Result<(), Box<Reply>> {
        if html.is_some_and(|html| html.chars().count() > LONGEST_TEXT) {
            return Err(typed_error(400, "syllabus_body", "is too long (maximum is 511,999 characters)", "too_long"));
        }
        let stored = html.map(|html| self.html_in(html, base).stored);
        self.courses.get_mut(&course).ok_or_else(not_found)?.syllabus = stored;
        Ok(())
    }

    fn course_json(&mut self, call: &Call, course: i64, single: bool) -> Value {
        let home = &self.courses[&course];
        let enrollments: Vec<Value> = home
            .enrollments
            .iter()
            .filter(|(user, _)| *user == call.user)
            .map(|(user, role)| match role {
                Role::Teacher => enrollment("teacher", "TeacherEnrollment", 4, *user),
                Role::Student => enrollment("student", "StudentEnrollment", 3, *user),
            })
            .collect();
        let mut out = json!({
            "id": home.id, "name": home.name, "course_code": home.code, "account_id": 1, "created_at": stamp(home.created_at),
            "start_at": null, "default_view": "modules", "enrollment_term_id": 1, "is_public": null, "grading_standard_id": null,
            "root_account_id": 1, "uuid": home.uuid, "license": null, "grade_passback_setting": null,
            "end_at": stamp_or_null(home.end_at), "public_syllabus": false, "public_syllabus_to_auth": false, "storage_quota_mb": home.quota / 1_000_000,
            "is_public_to_auth_users": false, "homeroom_course": false, "course_color": null, "friendly_name": null,
            "hide_final_grades": false, "apply_assignment_group_weights": false,
            "calendar": {"ics": format!("{}/feeds/calendars/course_{}.ics", call.base, home.uuid)},
            "time_zone": home.zone.name, "blueprint": false, "template": false, "sis_course_id": null, "integration_id": null,
            "workflow_state": home.workflow_state, "restrict_enrollments_to_course_dates": false,
        });
        // The answer of a change leaves the enrollments out.
        if call.method != "PUT" {
            out["enrollments"] = json!(enrollments);
        }
        if self.users.get(&call.user).is_some_and(|u| u.admin) {
            out["sis_import_id"] = Value::Null;
        }
        if call.includes("term") {
            out["term"] = json!({
                "id": 1, "name": "Default Term", "start_at": null, "end_at": null, "workflow_state": "active",
                "grading_period_group_id": null, "created_at": stamp(home.created_at),
            });
        }
        if call.includes("permissions") && single {
            let teacher = self.role(call.user, home) == Some(Role::Teacher);
            out["permissions"] = json!({"create_discussion_topic": true, "create_announcement": teacher});
        }
        if call.includes("syllabus_body") {
            let stored = home.syllabus.clone();
            out["syllabus_body"] = stored
                .map_or(Value::Null, |html| Value::String(self.html_out(&html, &call.base, call.flag("no_verifiers"))));
        }
        out
    }
}

fn enrollment(kind: &str, role: &str, role_id: i64, user: i64) -> Value {
    json!({
        "type": kind, "role": role, "role_id": role_id, "user_id": user, "enrollment_state": "active",
        "limit_privileges_to_course_section": false,
    })
}

/// Ids in base 36.
fn anonymous_id(id: i64) -> String {
    let mut digits = Vec::new();
    let mut rest = id.unsigned_abs();
    loop {
        digits.push(char::from_digit((rest % 36) as u32, 36).unwrap_or('0'));
        rest /= 36;
        if rest == 0 {
            break;
        }
    }
    digits.iter().rev().collect()
}
