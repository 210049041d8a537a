//! The upload of a file in three steps (contract 7.1; the recorded folder `files`).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::call::{Call, integer, text};
use super::files::file_json;
use super::model::{File, FileState};
use super::reply::{Outcome, Reply, bad_request, internal_error, not_found};
use super::state::{State, opaque, take};

/// One part of the form of step two.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) is_file: bool,
    pub(super) bytes: Vec<u8>,
}

/// The name that the file part is asked to have; `file`, which clients send that do not look, is taken as well.
const FILE_PART: &str = "attachment[uploaded_data]";

impl State {
    /// Step one: the file is announced.
    pub(super) fn start_upload(&mut self, call: &Call, course: i64) -> Outcome {
        self.check_teacher(call, course)?;
        let sent = call.body();
        let Some(name) = sent.get("name").and_then(text) else {
            return Err(internal_error(take(&mut self.next.report)));
        };
        let size = sent.get("size").and_then(integer).unwrap_or(0);
        if u64::try_from(size).unwrap_or(0) + self.quota_used(course) > self.courses[&course].quota {
            return Err(bad_request("file size exceeds quota"));
        }
        let on_duplicate = sent.get("on_duplicate").and_then(text).unwrap_or_else(|| "overwrite".to_owned());
        if !matches!(on_duplicate.as_str(), "overwrite" | "rename" | "error") {
            return Err(bad_request("invalid on_duplicate option"));
        }
        let folder =
            match (sent.get("parent_folder_id").and_then(integer), sent.get("parent_folder_path").and_then(text)) {
                (Some(_), Some(_)) => return Err(bad_request("Can't set folder path and folder id")),
                (Some(id), None) => {
                    Some(id).filter(|id| self.courses[&course].folders.contains_key(id)).ok_or_else(not_found)?
                }
                (None, path) => self.folder_at(course, path.as_deref().unwrap_or("unfiled"), call.now),
            };
        if on_duplicate == "error" && self.clash(course, folder, &name).is_some() {
            let message = "file already exists; use on_duplicate='overwrite' or 'rename'";
            return Err(Box::new(Reply::with(409, json!({ "message": message }))));
        }
        let kind = sent.get("content_type").and_then(text).unwrap_or_else(|| guess_type(&name).to_owned());
        let id = self.add_file(course, folder, &name, &kind, Vec::new(), call.now);
        if let Some(file) = self.courses.get_mut(&course).and_then(|c| c.files.get_mut(&id)) {
            file.state = FileState::Pending;
            file.on_duplicate.clone_from(&on_duplicate);
        }
        let safe: String = name.chars().map(|c| if matches!(c, ' ' | '/') { '_' } else { c }).collect();
        let query = if on_duplicate == "rename" { "?on_duplicate=rename" } else { "" };
        let policy = STANDARD.encode(json!({"attachment_id": id}).to_string());
        Ok(Reply::json(json!({
            "upload_url": format!("{}/files_api{query}", call.base),
            "upload_params": {
                "Filename": safe, "key": format!("store/0000/{id:04}/{safe}"), "acl": "private", "Policy": policy,
                "Signature": signature(id), "content-type": kind,
            },
            "file_param": FILE_PART,
        })))
    }

    /// Step two: the bytes, sent without a token, the parameters in order and the file last.
    pub(super) fn receive_upload(&mut self, call: &Call, parts: Vec<Part>, with_token: bool) -> Outcome {
        if with_token {
            return Err(bad_request("Authorization is not accepted here"));
        }
        let field =
            |name: &str| parts.iter().find(|p| p.name == name).map(|p| String::from_utf8_lossy(&p.bytes).into_owned());
        let policy = field("Policy").and_then(|policy| STANDARD.decode(policy).ok());
        let id = policy
            .and_then(|p| serde_json::from_slice::<Value>(&p).ok())
            .and_then(|p| p.get("attachment_id").and_then(Value::as_i64));
        let id = id.filter(|id| field("Signature") == Some(signature(*id))).ok_or_else(empty_refusal)?;
        // Whatever follows the file is not read by the storage, so the file must be last.
        let bytes = parts
            .last()
            .filter(|p| p.is_file && (p.name == FILE_PART || p.name == "file"))
            .map(|p| p.bytes.clone())
            .ok_or_else(empty_refusal)?;
        let course = self.file(id).map(|(course, _)| course.id).ok_or_else(empty_refusal)?;
        let file = self.courses.get_mut(&course).and_then(|c| c.files.get_mut(&id)).ok_or_else(empty_refusal)?;
        if bytes.is_empty() || file.state != FileState::Pending {
            return Err(empty_refusal());
        }
        file.bytes = Arc::new(bytes);
        file.state = FileState::Uploaded;
        let rename = if file.on_duplicate == "rename" { "on_duplicate=rename&" } else { "" };
        let location = format!("{}/api/v1/files/{id}/create_success?{rename}uuid={}", call.base, file.verifier);
        if self.settings.upload_created {
            let shown = file_json(file, &call.base);
            return Ok(Reply::with(201, shown).header("location", location));
        }
        Ok(Reply::bytes(302, "text/html; charset=utf-8", Vec::new()).header("location", location))
    }

    /// Step three. A second time is 400 with nothing in it.
    pub(super) fn finish_upload(&mut self, call: &Call, id: &str) -> Outcome {
        let id: i64 = id.parse().map_err(|_| not_found())?;
        let course = self.file(id).map(|(course, _)| course.id).ok_or_else(not_found)?;
        if call.user != 0 {
            self.course_of(call, &course.to_string())?;
        }
        let file = self.courses[&course].files[&id].clone();
        if file.state != FileState::Uploaded || call.query("uuid") != Some(file.verifier.as_str()) {
            return Err(empty_refusal());
        }
        if self.quota_used(course) + file.bytes.len() as u64 > self.courses[&course].quota {
            return Err(bad_request("file size exceeds quota limits"));
        }
        let clash = self.clash(course, file.folder_id, &file.display_name);
        let name = match clash {
            Some(_) if file.on_duplicate == "rename" => self.free_name(course, &file),
            Some(old) => {
                if let Some(old) = self.courses.get_mut(&course).and_then(|c| c.files.get_mut(&old)) {
                    old.state = FileState::Deleted;
                }
                file.display_name
            }
            None => file.display_name,
        };
        self.forget_decorations();
        let file = self.courses.get_mut(&course).and_then(|c| c.files.get_mut(&id)).ok_or_else(not_found)?;
        file.display_name = name;
        file.state = FileState::Available;
        let mut out = file_json(file, &call.base);
        out["preview_url"] = json!(format!("/courses/{course}/files/{id}/file_preview?annotate=0"));
        out["canvadoc_session_url"] = Value::Null;
        Ok(Reply::json(out))
    }

    fn clash(&self, course: i64, folder: i64, name: &str) -> Option<i64> {
        let files = self.courses[&course].files.values();
        files
            .filter(|f| f.state == FileState::Available && f.folder_id == folder && f.display_name == name)
            .map(|f| f.id)
            .next()
    }

    fn free_name(&self, course: i64, file: &File) -> String {
        let (stem, extension) = file.display_name.rsplit_once('.').unwrap_or((&file.display_name, ""));
        let dot = if extension.is_empty() { "" } else { "." };
        let mut names = (1_u32..).map(|n| format!("{stem}-{n}{dot}{extension}"));
        names.find(|name| self.clash(course, file.folder_id, name).is_none()).unwrap_or_default()
    }
}

fn signature(id: i64) -> String {
    opaque(&["upload", &id.to_string()], 27)
}

fn empty_refusal() -> Box<Reply> {
    Box::new(Reply::bytes(400, "application/json", Vec::new()))
}

fn guess_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "txt" => "text/plain",
        "html" => "text/html",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}
