//! The live content of a course in a form that compares.

use serde_json::{Value, json};

use super::model::{Course, FileState};

/// Everything but times, editors and what is deleted.
pub(super) fn snapshot(course: &Course) -> Value {
    let pages: Vec<Value> = course
        .pages
        .values()
        .filter(|p| !p.deleted)
        .map(|p| json!({"id": p.id, "url": p.url, "title": p.title, "body": p.body, "published": p.published, "revisions": p.revisions.len()}))
        .collect();
    let assignments: Vec<Value> = course
        .assignments
        .values()
        .filter(|a| !a.deleted)
        .map(|a| {
            json!({
                "id": a.id, "name": a.name, "description": a.description, "points": a.points_possible, "due_at": a.due_at.map(|d| d.timestamp()),
                "lock_at": a.lock_at.map(|d| d.timestamp()), "unlock_at": a.unlock_at.map(|d| d.timestamp()), "published": a.published,
                "group": a.group_id,
            })
        })
        .collect();
    let topics: Vec<Value> = course
        .topics
        .values()
        .filter(|t| !t.deleted)
        .map(|t| {
            json!({
                "id": t.id, "title": t.title, "message": t.message, "published": t.published, "locked": t.locked, "pinned": t.pinned,
                "announcement": t.is_announcement,
            })
        })
        .collect();
    let modules: Vec<Value> = course
        .modules
        .values()
        .filter(|m| !m.deleted)
        .map(|m| {
            let mut items: Vec<_> = course.items.values().filter(|i| !i.deleted && i.module_id == m.id).collect();
            items.sort_by_key(|i| (i.position, i.id));
            let items: Vec<Value> =
                items.iter().map(|i| json!({"id": i.id, "title": i.title, "indent": i.indent})).collect();
            json!({"id": m.id, "name": m.name, "position": m.position, "published": m.published, "items": items})
        })
        .collect();
    let files: Vec<Value> = course
        .files
        .values()
        .filter(|f| f.state == FileState::Available)
        .map(|f| json!({"id": f.id, "name": f.display_name, "size": f.bytes.len()}))
        .collect();
    json!({
        "name": course.name, "syllabus": course.syllabus, "front_page": course.front_page, "pages": pages, "assignments": assignments,
        "topics": topics, "modules": modules, "files": files,
    })
}
