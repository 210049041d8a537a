//! Files: the same bytes are the same upload (contract 5.7), and remote images become uploads after a while (contract 6).

use chrono::TimeDelta;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::answer::{Answer, Outcome};
use super::create::hex;
use super::editing::Changes;
use super::guard::Actor;
use super::request::{Request, array_of};
use super::state::{Forum, SYSTEM, Upload};
use super::text::base62_of_sha1;

/// Where an upload is served from.
pub(crate) fn path_of(upload: &Upload) -> String {
    format!("/uploads/default/original/1X/{}.{}", upload.sha1, upload.extension)
}

impl Forum {
    pub(crate) fn upload(&mut self, actor: &Actor, request: &Request) -> Outcome {
        if actor.user.is_none() {
            return Err(Answer::not_logged_in());
        }
        if request.text("upload_type").or_else(|| request.text("type")).is_none() {
            return Err(Answer::invalid_parameters("Discourse::InvalidParameters"));
        }
        let Some(file) = &request.file else {
            return Err(Answer::errors(422, &["Sorry, you must provide a file to upload."]));
        };
        let upload = self.store_upload(&file.filename, &file.bytes).map_err(|error| Answer::errors(422, &[&error]))?;
        let host = self.origin.trim_start_matches("http:").to_owned();
        let (width, height) = upload.size;
        let body = json!({
            "id": upload.id, "url": format!("{host}{}", path_of(&upload)), "original_filename": upload.filename,
            "filesize": upload.bytes.len(), "width": width, "height": height, "thumbnail_width": width, "thumbnail_height": height,
            "extension": upload.extension, "short_url": format!("upload://{}.{}", upload.base62, upload.extension),
            "short_path": short_path(&upload), "retain_hours": null, "human_filesize": human_size(upload.bytes.len()),
            "dominant_color": "808080",
        });
        Ok(Answer::ok(&body))
    }

    /// Stores a file, or finds it by its bytes.
    ///
    /// # Errors
    /// The refusal in the server's words: extension, or an image whose size cannot be read.
    pub fn store_upload(&mut self, filename: &str, bytes: &[u8]) -> Result<Upload, String> {
        let extension = filename.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
        if !self.settings.authorized_extensions.contains(&extension) {
            let list = self.settings.authorized_extensions.join(", ");
            return Err(format!(
                "Sorry, the file you are trying to upload is not authorized (authorized extensions: {list})."
            ));
        }
        let is_image =
            matches!(extension.as_str(), "jpg" | "jpeg" | "png" | "gif" | "heic" | "heif" | "webp" | "svg" | "avif");
        let size = match (is_image, image_size(bytes)) {
            (false, _) => (0, 0),
            (true, Some(size)) => size,
            (true, None) => {
                return Err(
                    "Sorry, but we couldn't determine the size of the image. Maybe your image is corrupted?".to_owned()
                );
            }
        };
        let mut bytes = bytes.to_vec();
        if self.settings.process_images && is_image {
            bytes.extend_from_slice(b"\0processed");
        }
        let sha1 = hex(&Sha1::digest(&bytes));
        if let Some(known) = self.uploads.values().find(|upload| upload.sha1 == sha1) {
            return Ok(known.clone());
        }
        let id = self.next_upload;
        self.next_upload += 1;
        let upload =
            Upload { id, filename: filename.to_owned(), extension, base62: base62_of_sha1(&sha1), sha1, bytes, size };
        self.uploads.insert(id, upload.clone());
        Ok(upload)
    }

    /// Unknown addresses are absent from the answer.
    pub(crate) fn lookup_urls(&self, actor: &Actor, request: &Request) -> Outcome {
        if actor.user.is_none() {
            return Err(Answer::not_logged_in());
        }
        let sent = array_of(&request.params, "short_urls").ok_or_else(|| Answer::missing("short_urls"))?;
        let rows: Vec<Value> = sent
            .iter()
            .filter_map(|address| {
                let short = address.as_str()?;
                let base62 = short.strip_prefix("upload://")?.split('.').next()?;
                let upload = self.uploads.values().find(|upload| upload.base62 == base62)?;
                Some(json!({ "short_url": short, "url": path_of(upload), "short_path": short_path(upload) }))
            })
            .collect();
        Ok(Answer::ok(&json!(rows)))
    }

    /// `/uploads/short-url/<base62>.<ext>` and `/uploads/default/original/1X/<sha1>.<ext>`.
    pub(crate) fn serve_upload(&self, name: &str) -> Outcome {
        let stem = name.split('.').next().unwrap_or(name);
        let upload = self
            .uploads
            .values()
            .find(|upload| upload.base62 == stem || upload.sha1 == stem)
            .ok_or_else(Answer::not_found)?;
        let kind = match upload.extension.as_str() {
            "jpg" | "jpeg" => "image/jpeg",
            "png" => "image/png",
            "gif" => "image/gif",
            "webp" => "image/webp",
            "svg" => "image/svg+xml",
            "pdf" => "application/pdf",
            _ => "application/octet-stream",
        };
        let disposition = format!("attachment; filename=\"{}\"", upload.filename.replace('"', ""));
        let mut answer =
            Answer::text(200, "").with("Content-Disposition", &disposition).with("Content-Transfer-Encoding", "binary");
        answer.content_type = Some(kind.to_owned());
        answer.body.clone_from(&upload.bytes);
        Ok(answer)
    }

    pub(crate) fn schedule_hotlinks(&mut self, id: i64) {
        let Some(post) = self.posts.get(&id) else { return };
        if self.settings.download_remote_images_to_local && !remote_images(&post.raw).is_empty() {
            let at = self.now + TimeDelta::seconds(self.settings.hotlinked_delay_seconds);
            self.hotlinks.push_back((at, id));
        }
    }

    /// The system user's edit, with a version; the remote bytes are made up.
    pub(crate) fn replace_remote_images(&mut self, id: i64) {
        let Some(mut raw) = self.posts.get(&id).map(|post| post.raw.clone()) else { return };
        for address in remote_images(&raw) {
            let mut bytes = TINY_GIF.to_vec();
            bytes.extend_from_slice(address.as_bytes());
            if let Ok(upload) = self.store_upload("remote.gif", &bytes) {
                raw = raw.replace(&address, &format!("upload://{}.gif", upload.base62));
            }
        }
        let reason = Some("downloaded local copies of images".to_owned());
        self.revise(
            SYSTEM,
            id,
            &Changes { raw: Some(raw), edit_reason: reason, force_version: true, ..Changes::default() },
        );
    }
}

const TINY_GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

fn remote_images(raw: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in raw.match_indices("](http") {
        let starts_image = raw[..at].rfind('[').is_some_and(|open| raw[..open].ends_with('!'));
        if let (true, Some(end)) = (starts_image, raw[at..].find(')')) {
            found.push(raw[at + 2..at + end].to_owned());
        }
    }
    found
}

fn short_path(upload: &Upload) -> String {
    format!("/uploads/short-url/{}.{}", upload.base62, upload.extension)
}

fn human_size(bytes: usize) -> String {
    if bytes < 1024 { format!("{bytes} Bytes") } else { format!("{:.1} KB", bytes as f64 / 1024.0) }
}

fn image_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let be32 = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let le16 = |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((be32(16)?, be32(20)?));
    }
    if bytes.starts_with(b"GIF8") {
        return Some((le16(6)?, le16(8)?));
    }
    if bytes.starts_with(b"\xff\xd8") {
        return jpeg_size(bytes);
    }
    if bytes.get(8..12) == Some(b"WEBP") {
        return Some((le16(26).unwrap_or(1) & 0x3fff, le16(28).unwrap_or(1) & 0x3fff));
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some((1, 1));
    }
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(400))?).into_owned();
    head.contains("<svg").then(|| {
        let number = |name: &str| {
            let rest = head.split(&format!(" {name}=\"")).nth(1)?;
            rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
        };
        (number("width").unwrap_or(300), number("height").unwrap_or(150))
    })
}

fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let be16 = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        if (0xc0..=0xcf).contains(&marker) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some((u32::from(be16(at + 7)?), u32::from(be16(at + 5)?)));
        }
        at += 2 + usize::from(be16(at + 2)?);
    }
}
