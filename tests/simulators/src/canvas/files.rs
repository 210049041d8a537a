//! Files and folders (contract 7.2 and 7.3).

use std::sync::Arc;

use serde_json::{Value, json};

use super::call::{Call, boolean, encoded, integer, stamp, text};
use super::model::{File, FileState, Folder, Instant, Role};
use super::paginate::{Listing, list, search_term};
use super::reply::{Outcome, Reply, forbidden, not_found};
use super::state::{State, opaque, take};

impl State {
    pub(super) fn list_files(&mut self, call: &Call, course: i64, folder: Option<i64>) -> Outcome {
        let term = search_term(call)?;
        let student = self.is_student(call, course);
        let kinds: Vec<&str> =
            call.query.iter().filter(|(key, _)| key == "content_types[]").map(|(_, value)| value.as_str()).collect();
        let mut shown: Vec<&File> = self.courses[&course]
            .files
            .values()
            .filter(|f| f.state == FileState::Available && !(student && f.locked))
            .filter(|f| folder.is_none_or(|folder| f.folder_id == folder))
            .filter(|f| term.as_ref().is_none_or(|term| f.display_name.to_lowercase().contains(term)))
            .filter(|f| {
                kinds.is_empty()
                    || kinds.iter().any(|k| f.content_type == *k || f.content_type.starts_with(&format!("{k}/")))
            })
            .collect();
        match call.query("sort") {
            Some("size") => shown.sort_by_key(|f| f.bytes.len()),
            Some("created_at") => shown.sort_by_key(|f| (f.created_at, f.id)),
            Some("updated_at") => shown.sort_by_key(|f| (f.updated_at, f.id)),
            Some("content_type") => shown.sort_by_key(|f| f.content_type.clone()),
            _ => shown.sort_by_cached_key(|f| f.display_name.to_lowercase()),
        }
        if call.query("order") == Some("desc") {
            shown.reverse();
        }
        let path = match folder {
            Some(folder) => format!("/folders/{folder}/files"),
            None => format!("/courses/{course}/files"),
        };
        list(call, &self.settings, &path, &shown, Listing::default(), |file| file_json(file, &call.base))
    }

    pub(super) fn show_file(&self, call: &Call, id: &str) -> Outcome {
        let (_, id) = self.readable_file(call, id)?;
        let (_, file) = self.file(id).ok_or_else(not_found)?;
        let mut out = file_json(file, &call.base);
        out["canvadoc_session_url"] = Value::Null;
        Ok(Reply::json(out))
    }

    pub(super) fn public_url(&self, call: &Call, id: &str) -> Outcome {
        let (course, id) = self.readable_file(call, id)?;
        let (_, file) = self.file(id).ok_or_else(not_found)?;
        let url = format!("{}/courses/{course}/files/{id}/download?verifier={}", call.base, file.verifier);
        Ok(Reply::json(json!({ "public_url": url })))
    }

    pub(super) fn put_file(&mut self, call: &Call, id: &str) -> Outcome {
        let (course, id) = self.readable_file(call, id)?;
        self.check_teacher(call, course)?;
        let sent = call.body();
        let name = sent.get("name").and_then(text);
        let folder = sent.get("parent_folder_id").and_then(integer);
        let home = self.courses.get_mut(&course).ok_or_else(not_found)?;
        let file = home.files.get(&id).ok_or_else(not_found)?;
        let (wanted, place) = (name.as_deref().unwrap_or(&file.display_name), folder.unwrap_or(file.folder_id));
        if !home.folders.contains_key(&place) {
            return Err(not_found());
        }
        let clash = home
            .files
            .values()
            .any(|f| f.id != id && f.state == FileState::Available && f.folder_id == place && f.display_name == wanted);
        if clash {
            let message = "file already exists; use on_duplicate='overwrite' or 'rename'";
            return Err(Box::new(Reply::with(409, json!({ "message": message }))));
        }
        let file = home.files.get_mut(&id).ok_or_else(not_found)?;
        file.folder_id = place;
        if let Some(name) = name {
            file.display_name = name;
        }
        if let Some(locked) = sent.get("locked") {
            file.locked = boolean(locked);
        }
        file.updated_at = call.now;
        Ok(Reply::json(file_json(file, &call.base)))
    }

    pub(super) fn remove_file(&mut self, call: &Call, id: &str) -> Outcome {
        let (course, id) = self.readable_file(call, id)?;
        self.check_teacher(call, course)?;
        self.forget_decorations();
        let file = self.courses.get_mut(&course).and_then(|c| c.files.get_mut(&id)).ok_or_else(not_found)?;
        file.state = FileState::Deleted;
        (file.updated_at, file.modified_at) = (call.now, call.now);
        let shown = file_json(file, &call.base);
        self.delete_items(course, &super::model::ItemContent::File(id));
        Ok(Reply::json(shown))
    }

    /// The bytes. Only the verifier opens this address, never a token (recorded files/27-29); the site of an image is the same with `preview`.
    pub(super) fn download(&self, call: &Call, id: &str) -> Outcome {
        let id: i64 = id.parse().map_err(|_| not_found())?;
        let (_, file) = self.file(id).filter(|(_, f)| f.state == FileState::Available).ok_or_else(not_found)?;
        if call.query("verifier") != Some(file.verifier.as_str()) {
            let body = json!({"status": "unauthenticated", "errors": [{"message": "user authorization required"}]});
            return Err(Box::new(Reply::with(401, body).header("pragma", "no-cache")));
        }
        let name = encoded(&file.display_name);
        let disposition = format!("attachment; filename=\"{}\"; filename*=UTF-8''{name}", name.replace('"', ""));
        let kind = if file.content_type.starts_with("text/") {
            format!("{}; charset=utf-8", file.content_type)
        } else {
            file.content_type.clone()
        };
        Ok(Reply::bytes(200, &kind, file.bytes.to_vec()).header("content-disposition", disposition))
    }

    pub(super) fn quota(&self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let home = &self.courses[&course];
        Ok(Reply::json(json!({"quota": home.quota, "quota_used": self.quota_used(course)})))
    }

    pub(super) fn quota_used(&self, course: i64) -> u64 {
        let files = self.courses[&course].files.values().filter(|f| f.state == FileState::Available);
        files.map(|f| f.bytes.len() as u64).sum()
    }

    pub(super) fn add_file(
        &mut self,
        course: i64,
        folder: i64,
        name: &str,
        kind: &str,
        bytes: Vec<u8>,
        now: Instant,
    ) -> i64 {
        let id = take(&mut self.next.file);
        self.forget_decorations();
        let file = File {
            id,
            folder_id: folder,
            display_name: name.to_owned(),
            filename: format!("{}_{id}__{name}", now.timestamp()),
            verifier: opaque(&["file", &id.to_string(), name], 40),
            content_type: kind.to_owned(),
            bytes: Arc::new(bytes),
            created_at: now,
            updated_at: now,
            modified_at: now,
            locked: false,
            state: FileState::Available,
            on_duplicate: "overwrite".to_owned(),
        };
        if let Some(home) = self.courses.get_mut(&course) {
            home.files.insert(id, file);
        }
        id
    }

    fn readable_file(&self, call: &Call, id: &str) -> Result<(i64, i64), Box<Reply>> {
        let id: i64 = id.parse().map_err(|_| not_found())?;
        let (course, file) = self.file(id).filter(|(_, f)| f.state == FileState::Available).ok_or_else(not_found)?;
        match self.role(call.user, course) {
            Some(Role::Student) if file.locked => Err(forbidden(self.settings.forbidden_status)),
            Some(_) => Ok((course.id, id)),
            None => Err(forbidden(self.settings.forbidden_status)),
        }
    }

    /// The folder at a path below the root, made as far as it is missing.
    pub(super) fn folder_at(&mut self, course: i64, path: &str, now: Instant) -> i64 {
        let mut at = self.root_folder(course, now);
        for name in path.split('/').filter(|part| !part.is_empty() && *part != "course files") {
            let found =
                self.courses[&course].folders.values().find(|f| f.parent == Some(at) && f.name == name).map(|f| f.id);
            at = match found {
                Some(id) => id,
                None => self.new_folder(course, at, name, now),
            };
        }
        at
    }

    pub(super) fn root_folder(&mut self, course: i64, now: Instant) -> i64 {
        if let Some(root) = self.courses[&course].folders.values().find(|f| f.parent.is_none()) {
            return root.id;
        }
        let id = take(&mut self.next.folder);
        let root = Folder { id, name: "course files".to_owned(), parent: None, position: None, created_at: now };
        if let Some(home) = self.courses.get_mut(&course) {
            home.folders.insert(id, root);
        }
        id
    }

    fn new_folder(&mut self, course: i64, parent: i64, name: &str, now: Instant) -> i64 {
        let id = take(&mut self.next.folder);
        if let Some(home) = self.courses.get_mut(&course) {
            let last = home
                .folders
                .values()
                .filter(|f| f.parent == Some(parent))
                .filter_map(|f| f.position)
                .max()
                .unwrap_or(0);
            home.folders.insert(
                id,
                Folder { id, name: name.to_owned(), parent: Some(parent), position: Some(last + 1), created_at: now },
            );
        }
        id
    }

    pub(super) fn list_folders(&mut self, call: &Call, course: i64) -> Outcome {
        self.root_folder(course, call.now);
        let ids: Vec<i64> = self.courses[&course].folders.keys().copied().collect();
        list(call, &self.settings, &format!("/courses/{course}/folders"), &ids, Listing::default(), |id| {
            self.folder_json(course, *id, &call.base)
        })
    }

    pub(super) fn show_root(&mut self, call: &Call, course: i64) -> Outcome {
        let root = self.root_folder(course, call.now);
        Ok(Reply::json(self.folder_json(course, root, &call.base)))
    }

    /// Every folder on the way to a path.
    pub(super) fn folders_by_path(&mut self, call: &Call, course: i64, path: &[&str]) -> Outcome {
        let mut at = self.root_folder(course, call.now);
        let mut out = vec![self.folder_json(course, at, &call.base)];
        for name in path {
            at = self.courses[&course]
                .folders
                .values()
                .find(|f| f.parent == Some(at) && f.name == *name)
                .map(|f| f.id)
                .ok_or_else(not_found)?;
            out.push(self.folder_json(course, at, &call.base));
        }
        Ok(Reply::json(Value::Array(out)))
    }

    /// A folder of a name that is taken gets a number behind it (recorded files/40).
    pub(super) fn create_folder(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let sent = call.body();
        let parent =
            match (sent.get("parent_folder_id").and_then(integer), sent.get("parent_folder_path").and_then(text)) {
                (Some(id), _) => {
                    Some(id).filter(|id| self.courses[&course].folders.contains_key(id)).ok_or_else(not_found)?
                }
                (None, path) => self.folder_at(course, &path.unwrap_or_default(), call.now),
            };
        let name = sent.get("name").and_then(text).unwrap_or_default();
        let taken =
            |wanted: &str| self.courses[&course].folders.values().any(|f| f.parent == Some(parent) && f.name == wanted);
        let numbered = (2_u32..).map(|n| format!("{name} {n}")).find(|n| !taken(n));
        let name = if taken(&name) { numbered.unwrap_or(name) } else { name };
        let id = self.new_folder(course, parent, &name, call.now);
        Ok(Reply::json(self.folder_json(course, id, &call.base)))
    }

    /// A folder wherever it is, and what is asked of it.
    pub(super) fn folder_by_id(&mut self, call: &Call, id: &str, inside: Option<&str>) -> Outcome {
        let id: i64 = id.parse().map_err(|_| not_found())?;
        let course = self.courses.values().find(|c| c.folders.contains_key(&id)).map(|c| c.id).ok_or_else(not_found)?;
        self.course_of(call, &course.to_string())?;
        match inside {
            None => Ok(Reply::json(self.folder_json(course, id, &call.base))),
            Some("files") => self.list_files(call, course, Some(id)),
            Some(_) => {
                let ids: Vec<i64> =
                    self.courses[&course].folders.values().filter(|f| f.parent == Some(id)).map(|f| f.id).collect();
                list(call, &self.settings, &format!("/folders/{id}/folders"), &ids, Listing::default(), |id| {
                    self.folder_json(course, *id, &call.base)
                })
            }
        }
    }

    fn folder_json(&self, course: i64, id: i64, base: &str) -> Value {
        let home = &self.courses[&course];
        let folder = &home.folders[&id];
        let mut full = folder.name.clone();
        let mut up = folder.parent;
        while let Some(parent) = up.and_then(|id| home.folders.get(&id)) {
            full = format!("{}/{full}", parent.name);
            up = parent.parent;
        }
        let files = home.files.values().filter(|f| f.state == FileState::Available && f.folder_id == id).count();
        json!({
            "id": id, "name": folder.name, "full_name": full, "position": folder.position, "parent_folder_id": folder.parent,
            "context_type": "Course", "context_id": course, "unlock_at": null, "lock_at": null, "created_at": stamp(folder.created_at),
            "updated_at": stamp(folder.created_at), "locked": false, "folders_url": format!("{base}/api/v1/folders/{id}/folders"),
            "files_url": format!("{base}/api/v1/folders/{id}/files"), "files_count": files,
            "folders_count": home.folders.values().filter(|f| f.parent == Some(id)).count(), "hidden": null,
            "locked_for_user": false, "hidden_for_user": false, "for_submissions": false, "can_upload": true,
        })
    }
}

pub(super) fn file_json(file: &File, base: &str) -> Value {
    let (class, image) = match file.content_type.as_str() {
        "text/html" => ("html", false),
        "application/pdf" => ("pdf", false),
        kind if kind.starts_with("image/") => ("image", true),
        kind if kind.starts_with("text/") => ("text", false),
        kind if kind.starts_with("video/") => ("video", false),
        kind if kind.starts_with("audio/") => ("audio", false),
        _ => ("file", false),
    };
    let (id, verifier) = (file.id, &file.verifier);
    json!({
        "id": id, "folder_id": file.folder_id, "display_name": file.display_name, "filename": file.filename, "uuid": verifier,
        "upload_status": "success", "content-type": file.content_type,
        "url": format!("{base}/files/{id}/download?download_frd=1&verifier={verifier}"), "size": file.bytes.len(),
        "created_at": stamp(file.created_at), "updated_at": stamp(file.updated_at), "unlock_at": null, "locked": file.locked,
        "hidden": false, "lock_at": null, "hidden_for_user": false,
        "thumbnail_url": image.then(|| format!("{base}/images/thumbnails/{id}/{verifier}")), "modified_at": stamp(file.modified_at),
        "mime_class": class, "media_entry_id": null, "category": "uncategorized", "locked_for_user": false, "visibility_level": "inherit",
    })
}
