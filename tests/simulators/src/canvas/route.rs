//! Which path and method is answered by what.

use super::call::Call;
use super::reply::{Outcome, no_route};
use super::state::State;

impl State {
    /// Answers a call of the API by somebody known.
    pub(super) fn answer(&mut self, call: &Call) -> Outcome {
        let parts: Vec<&str> = call.parts.iter().map(String::as_str).collect();
        let method = if call.method == "HEAD" { "GET" } else { call.method.as_str() };
        match (method, parts.as_slice()) {
            ("GET", ["users", "self"]) => self.show_self(call),
            ("GET", ["users", "self", "profile"]) => self.show_profile(call),
            ("GET", ["courses"]) => self.list_courses(call),
            ("GET", ["announcements"]) => self.list_announcements(call),
            ("GET", ["files", id]) => self.show_file(call, id),
            ("GET", ["files", id, "public_url"]) => self.public_url(call, id),
            ("GET" | "POST", ["files", id, "create_success"]) => self.finish_upload(call, id),
            ("PUT", ["files", id]) => self.put_file(call, id),
            ("DELETE", ["files", id]) => self.remove_file(call, id),
            ("GET", ["folders", id]) => self.folder_by_id(call, id, None),
            ("GET", ["folders", id, inside @ ("files" | "folders")]) => self.folder_by_id(call, id, Some(inside)),
            (method, ["courses", course, rest @ ..]) => {
                if !is_route(method, rest) {
                    return Err(no_route());
                }
                let course = self.course_of(call, course)?;
                self.answer_in_course(call, method, course, rest)
            }
            _ => Err(no_route()),
        }
    }

    fn answer_in_course(&mut self, call: &Call, method: &str, course: i64, rest: &[&str]) -> Outcome {
        match (method, rest) {
            ("GET", []) => self.show_course(call, course),
            ("PUT", []) => self.put_course(call, course),
            ("DELETE", []) => self.delete_course(call, course),
            ("GET", ["settings"]) => self.course_settings(),
            ("GET", ["page_title_availability"]) => self.title_availability(call, course),
            (_, [what @ ("pages" | "front_page"), rest @ ..]) => self.answer_pages(call, method, course, what, rest),
            (_, ["assignments", rest @ ..]) => self.answer_assignments(call, method, course, rest),
            (_, ["assignment_groups", rest @ ..]) => self.answer_groups(call, method, course, rest),
            (_, ["discussion_topics", rest @ ..]) => self.answer_topics(call, method, course, rest),
            (_, ["modules", rest @ ..]) => self.answer_modules(call, method, course, rest),
            ("GET", ["files"]) => self.list_files(call, course, None),
            ("POST", ["files"]) => self.start_upload(call, course),
            ("GET", ["files", "quota"]) => self.quota(call, course),
            ("GET", ["files", id]) => self.show_file(call, id),
            ("GET", ["folders"]) => self.list_folders(call, course),
            ("POST", ["folders"]) => self.create_folder(call, course),
            ("GET", ["folders", "root"]) => self.show_root(call, course),
            ("GET", ["folders", "by_path", path @ ..]) => self.folders_by_path(call, course, path),
            ("GET", ["quizzes"]) => self.list_quizzes(call, course),
            ("POST", ["quizzes"]) => self.create_quiz(call, course),
            ("GET", ["quizzes", id]) => self.show_quiz(call, course, id),
            ("PUT", ["quizzes", id]) => self.put_quiz(call, course, id),
            ("DELETE", ["quizzes", id]) => self.remove_quiz(call, course, id),
            _ => Err(no_route()),
        }
    }

    fn answer_pages(&mut self, call: &Call, method: &str, course: i64, what: &str, rest: &[&str]) -> Outcome {
        match (method, what, rest) {
            ("GET", "front_page", []) => self.front_page(call, course),
            ("PUT", "front_page", []) => self.put_front_page(call, course),
            ("GET", "pages", []) => self.list_pages(call, course),
            ("POST", "pages", []) => self.create_page(call, course),
            ("GET", "pages", [page]) => self.show_page(call, course, page),
            ("PUT", "pages", [page]) => self.put_page(call, course, page),
            ("DELETE", "pages", [page]) => self.remove_page(call, course, page),
            ("POST", "pages", [page, "duplicate"]) => self.duplicate_page(call, course, page),
            ("GET", "pages", [page, "revisions"]) => self.list_revisions(call, course, page),
            ("GET", "pages", [page, "revisions", number]) => self.show_revision(call, course, page, number),
            ("POST", "pages", [page, "revisions", number]) => self.revert(call, course, page, number),
            _ => Err(no_route()),
        }
    }

    fn answer_assignments(&mut self, call: &Call, method: &str, course: i64, rest: &[&str]) -> Outcome {
        match (method, rest) {
            ("GET", []) => self.list_assignments(call, course, None),
            ("POST", []) => self.create_assignment(call, course),
            ("PUT", ["bulk_update"]) => self.bulk_dates(call, course),
            ("GET", [id]) => self.show_assignment(call, course, id),
            ("PUT", [id]) => self.put_assignment(call, course, id),
            ("DELETE", [id]) => self.remove_assignment(call, course, id),
            ("POST", [id, "duplicate"]) => self.duplicate_assignment(call, course, id),
            _ => Err(no_route()),
        }
    }

    fn answer_groups(&mut self, call: &Call, method: &str, course: i64, rest: &[&str]) -> Outcome {
        match (method, rest) {
            ("GET", []) => self.list_groups(call, course),
            ("POST", []) => self.save_group(call, course, None),
            ("GET", [id]) => self.show_group(call, course, id),
            ("PUT", [id]) => self.save_group(call, course, Some(id)),
            ("DELETE", [id]) => self.remove_group(call, course, id),
            ("GET", [id, "assignments"]) => self.list_assignments(call, course, id.parse().ok()),
            _ => Err(no_route()),
        }
    }

    fn answer_topics(&mut self, call: &Call, method: &str, course: i64, rest: &[&str]) -> Outcome {
        match (method, rest) {
            ("GET", []) => self.list_topics(call, course),
            ("POST", []) => self.create_topic(call, course),
            ("POST", ["reorder"]) => self.reorder_topics(call, course),
            ("GET", [id]) => self.show_topic(call, course, id),
            ("PUT", [id]) => self.put_topic(call, course, id),
            ("DELETE", [id]) => self.remove_topic(call, course, id),
            ("GET", [id, "entries"]) => self.list_entries(call, course, id),
            ("POST", [id, "entries"]) => self.create_entry(call, course, id, None),
            ("GET", [id, "view"]) => self.view_entries(call, course, id),
            ("GET", [id, "entries", entry, "replies"]) => self.list_replies(call, course, id, entry),
            ("POST", [id, "entries", entry, "replies"]) => self.create_entry(call, course, id, Some(entry)),
            ("PUT", [id, "entries", entry]) => self.put_entry(call, course, id, entry),
            ("DELETE", [id, "entries", entry]) => self.remove_entry(call, course, id, entry),
            _ => Err(no_route()),
        }
    }

    fn answer_modules(&mut self, call: &Call, method: &str, course: i64, rest: &[&str]) -> Outcome {
        match (method, rest) {
            ("GET", []) => self.list_modules(call, course),
            ("POST", []) => self.create_module(call, course),
            ("PUT", []) => self.batch_modules(call, course),
            ("GET", [id]) => self.show_module(call, course, id),
            ("PUT", [id]) => self.put_module(call, course, id),
            ("DELETE", [id]) => self.remove_module(call, course, id),
            ("PUT", [id, "relock"]) => self.relock_module(call, course, id),
            ("GET", [module, "items"]) => self.list_items(call, course, module),
            ("POST", [module, "items"]) => self.create_item(call, course, module),
            ("GET", [module, "items", item]) => self.show_item(call, course, module, item),
            ("PUT", [module, "items", item]) => self.put_item(call, course, module, item),
            ("DELETE", [module, "items", item]) => self.remove_item(call, course, module, item),
            _ => Err(no_route()),
        }
    }
}

/// Whether a path below a course exists at all: an unknown one is an HTML page even where the course is not there.
fn is_route(method: &str, rest: &[&str]) -> bool {
    let known = matches!(
        rest,
        [] | [
            "settings"
                | "page_title_availability"
                | "pages"
                | "front_page"
                | "assignments"
                | "assignment_groups"
                | "discussion_topics"
                | "modules"
                | "files"
                | "folders"
                | "quizzes",
            ..
        ]
    );
    known && matches!(method, "GET" | "POST" | "PUT" | "DELETE") && !matches!((method, rest), ("DELETE", [_]))
}
