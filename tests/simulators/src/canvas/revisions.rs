//! The history of a page (contract 3.2).

use serde_json::{Value, json};

use super::call::{Call, stamp};
use super::model::Revision;
use super::paginate::{Listing, list};
use super::reply::{Outcome, Reply, not_found, page_not_found};
use super::state::State;

impl State {
    pub(super) fn list_revisions(&self, call: &Call, course: i64, address: &str) -> Outcome {
        let id = self.find_page(course, address).ok_or_else(page_not_found)?;
        self.check_page_readable(call, course, id)?;
        self.check_teacher(call, course)?;
        let page = &self.courses[&course].pages[&id];
        let rows: Vec<&Revision> = page.revisions.iter().rev().collect();
        // The links of this list name the page by its slug, however the request did.
        let path = format!("/courses/{course}/pages/{}/revisions", super::call::encoded(&page.url));
        let latest = rows.first().map_or(0, |r| r.number);
        list(call, &self.settings, &path, &rows, Listing::default(), |row| {
            self.revision_row(row, latest, course, &call.base)
        })
    }

    pub(super) fn show_revision(&mut self, call: &Call, course: i64, address: &str, number: &str) -> Outcome {
        let id = self.find_page(course, address).ok_or_else(page_not_found)?;
        self.check_page_readable(call, course, id)?;
        let page = &self.courses[&course].pages[&id];
        let latest = page.revisions.last().map_or(0, |r| r.number);
        let revision = if number == "latest" {
            page.revisions.last().cloned()
        } else {
            self.check_teacher(call, course)?;
            let number: i64 = number.parse().map_err(|_| not_found())?;
            page.revisions.iter().find(|r| r.number == number).cloned()
        };
        let revision = revision.ok_or_else(not_found)?;
        Ok(Reply::json(self.revision_json(call, course, &revision, latest, !call.flag("summary"))))
    }

    pub(super) fn revert(&mut self, call: &Call, course: i64, address: &str, number: &str) -> Outcome {
        let id = self.find_page(course, address).ok_or_else(page_not_found)?;
        self.check_page_readable(call, course, id)?;
        self.check_teacher(call, course)?;
        let number: i64 = number.parse().map_err(|_| not_found())?;
        self.revert_page(course, id, number, call.user, call.now)?;
        let latest = self.courses[&course].pages[&id].revisions.last().cloned().ok_or_else(not_found)?;
        Ok(Reply::json(self.revision_json(call, course, &latest, latest.number, true)))
    }

    fn revision_json(&mut self, call: &Call, course: i64, revision: &Revision, latest: i64, whole: bool) -> Value {
        let row = self.revision_row(revision, latest, course, &call.base);
        if !whole {
            return row;
        }
        let body = revision.body.as_ref().map(|html| self.html_out(html, &call.base, call.flag("no_verifiers")));
        let mut out =
            json!({"revision_id": row["revision_id"], "updated_at": row["updated_at"], "latest": row["latest"]});
        out["url"] = json!(revision.url);
        out["title"] = json!(revision.title);
        out["body"] = json!(body);
        if let Some(editor) = row.get("edited_by") {
            out["edited_by"] = editor.clone();
        }
        out
    }

    fn revision_row(&self, revision: &Revision, latest: i64, course: i64, base: &str) -> Value {
        let mut row = json!({
            "revision_id": revision.number,
            "updated_at": stamp(revision.updated_at),
            "latest": revision.number == latest,
        });
        if let Some(editor) = revision.edited_by {
            row["edited_by"] = self.display(editor, course, base);
        }
        row
    }
}
