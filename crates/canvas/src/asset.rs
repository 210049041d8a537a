//! Images and files that bodies refer to (contract 7.3).

use chrono::{DateTime, Utc};
use domain::{Asset, FileFacts, ForStudents, RemoteError, RemoteErrorKind, Wanted};
use rest::Url;

use crate::connect::CanvasRemote;
use crate::dto::File;
use crate::errors::from_failure;

/// Largest file that is kept for offline reading.
const LIMIT: usize = 20 << 20;

impl CanvasRemote {
    pub(crate) async fn fetch(&self, address: &str) -> Result<Asset, RemoteError> {
        let base = self.client.http().base();
        let url =
            base.join(address).map_err(|_| RemoteError::new(RemoteErrorKind::NotFound, "an address cannot be read"))?;
        let address = match self.client.http().is_own(&url).then(|| file_path(&url)).flatten() {
            // A token does not open the download address (recorded: 401); the file's own JSON gives one that is open.
            Some(path) => {
                let file = self.client.file(&path).await?;
                if file.size.is_some_and(|size| size > LIMIT as u64) {
                    return Err(too_large());
                }
                file.url
                    .filter(|url| !url.is_empty())
                    .ok_or_else(|| RemoteError::new(RemoteErrorKind::Forbidden, "Canvas does not give the file out"))?
            }
            None => url.into(),
        };
        self.bytes(&address, LIMIT, false).await
    }

    /// A file that a body links to (contract 7.2, 7.3): its facts, and its bytes where they are wanted.
    pub(crate) async fn fetch_linked(
        &self,
        address: &str,
        most: u64,
        wanted: &Wanted<'_>,
    ) -> Result<(FileFacts, Option<Asset>), RemoteError> {
        let not_there = || RemoteError::new(RemoteErrorKind::NotFound, "an address cannot be read");
        let url = self.client.http().base().join(address).map_err(|_| not_there())?;
        let path = self.client.http().is_own(&url).then(|| file_path(&url)).flatten().ok_or_else(not_there)?;
        let file = self.client.file(&path).await?;
        let facts = facts(&file, (self.now)());
        if !wanted(&facts) {
            return Ok((facts, None));
        }
        let Some(address) = file.url.filter(|url| !url.is_empty()) else {
            let why =
                file.lock_explanation.map(|why| domain::html::plain_text(&why)).filter(|why| !why.trim().is_empty());
            let why = why.unwrap_or_else(|| "Canvas does not give the file out".to_owned());
            return Err(RemoteError::new(RemoteErrorKind::Forbidden, why));
        };
        let page = facts.content_type.to_ascii_lowercase().contains("html");
        let asset = self.bytes(&address, usize::try_from(most).unwrap_or(usize::MAX), page).await?;
        // Canvas tells no hash of a file; a cut one is known by its length.
        if facts.size.is_some_and(|size| size != asset.bytes.len() as u64) {
            return Err(RemoteError::new(RemoteErrorKind::Malformed, "the file did not come whole"));
        }
        Ok((facts, Some(asset)))
    }

    /// The bytes at an address; a web page only where a `page` is due, else it is a sign-in or an error.
    async fn bytes(&self, address: &str, most: usize, page: bool) -> Result<Asset, RemoteError> {
        let file = self.client.http().download(address, most).await.map_err(|failure| {
            // An address that files are not fetched from is this picture's fault, and no news about the site.
            let own = matches!(failure.kind, rest::FailureKind::BadAddress | rest::FailureKind::Malformed);
            if own { RemoteError::new(RemoteErrorKind::Refused, failure.words) } else { from_failure(failure) }
        })?;
        match file.status {
            200..=299 if !page && file.content_type.to_ascii_lowercase().contains("html") => {
                Err(RemoteError::new(RemoteErrorKind::Forbidden, "a web page came where a file was due"))
            }
            200..=299 => Ok(Asset { content_type: file.content_type, bytes: file.bytes }),
            401 | 403 => Err(RemoteError::new(RemoteErrorKind::Forbidden, "Canvas does not give the file out")),
            404 | 410 => Err(RemoteError::new(RemoteErrorKind::NotFound, "the file is not there")),
            status => Err(RemoteError::new(RemoteErrorKind::Refused, format!("the file was answered with {status}"))),
        }
    }
}

/// What the JSON of a file says, of which students are told by the lock and its dates.
fn facts(file: &File, now: DateTime<Utc>) -> FileFacts {
    let moment = |text: &Option<String>| DateTime::parse_from_rfc3339(text.as_deref()?).ok();
    let outside =
        moment(&file.unlock_at).is_some_and(|at| at > now) || moment(&file.lock_at).is_some_and(|at| at <= now);
    let version = [file.uuid.as_deref(), file.modified_at.as_deref()].map(Option::unwrap_or_default).join(" ");
    FileFacts {
        name: file.display_name.clone(),
        content_type: file.content_type.clone().unwrap_or_default(),
        size: file.size,
        version: format!("{version} {}", file.size.unwrap_or_default()),
        students: match (file.locked == Some(true) || outside, file.hidden) {
            (true, _) => Some(ForStudents::Locked),
            (false, Some(true)) => Some(ForStudents::Hidden),
            _ => None,
        },
    }
}

fn too_large() -> RemoteError {
    RemoteError::new(RemoteErrorKind::Refused, format!("the file is larger than {} MB", LIMIT >> 20))
}

/// The API's path of a file that a page refers to by `/courses/C/files/F/preview` and the like.
fn file_path(url: &Url) -> Option<String> {
    let parts: Vec<&str> = url.path().trim_matches('/').split('/').collect();
    let id = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'~');
    match parts.as_slice() {
        ["courses", course, "files", file, ..] if id(course) && id(file) => {
            Some(format!("api/v1/courses/{course}/files/{file}"))
        }
        ["files", file, ..] | [_, _, "files", file, ..] if id(file) => Some(format!("api/v1/files/{file}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_address_leads_to_its_json() {
        for (address, path) in [
            ("https://c.test/courses/7/files/12/preview", Some("api/v1/courses/7/files/12")),
            ("https://c.test/courses/7/files/12/download?download_frd=1", Some("api/v1/courses/7/files/12")),
            ("https://c.test/files/12", Some("api/v1/files/12")),
            ("https://c.test/users/3/files/12/preview", Some("api/v1/files/12")),
            ("https://c.test/equation_images/x", None),
            ("https://c.test/courses/7/files/folder", None),
        ] {
            assert_eq!(file_path(&Url::parse(address).unwrap()).as_deref(), path, "{address}");
        }
    }

    #[test]
    fn what_a_files_json_says_of_its_bytes_and_of_students_is_read_contract_7_2() {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        let plain = serde_json::json!({
            "id": 12, "uuid": "u1", "display_name": "Tide table.pdf", "filename": "1_Tide+table.pdf", "content-type": "application/pdf", "url": "x",
            "size": 41, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z", "modified_at": "2026-01-01T00:00:00Z",
            "unlock_at": null, "lock_at": null, "locked": false, "hidden": false, "hidden_for_user": false, "locked_for_user": false,
        });
        let with = |change: serde_json::Value| {
            let mut file = plain.clone();
            file.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            facts(&serde_json::from_value(file).unwrap(), now)
        };
        let known = with(serde_json::json!({}));
        assert_eq!(
            (known.name.as_str(), known.content_type.as_str(), known.size),
            ("Tide table.pdf", "application/pdf", Some(41))
        );
        for (change, students) in [
            (serde_json::json!({}), None),
            (serde_json::json!({"locked": true}), Some(ForStudents::Locked)),
            (serde_json::json!({"hidden": true}), Some(ForStudents::Hidden)),
            (serde_json::json!({"hidden": null, "locked": null}), None),
            (serde_json::json!({"unlock_at": "2026-03-03T00:00:00Z"}), Some(ForStudents::Locked)),
            (serde_json::json!({"unlock_at": "2026-03-01T00:00:00Z"}), None),
            (serde_json::json!({"lock_at": "2026-03-01T00:00:00Z", "hidden": true}), Some(ForStudents::Locked)),
            (serde_json::json!({"lock_at": "soon"}), None),
        ] {
            assert_eq!(with(change.clone()).students, students, "{change}");
        }
        // `updated_at` moves on any attribute, `modified_at` and `uuid` with the content.
        for (change, same) in [
            (
                serde_json::json!({"updated_at": "2026-02-01T00:00:00Z", "display_name": "New.pdf", "locked": true}),
                true,
            ),
            (serde_json::json!({"modified_at": "2026-02-01T00:00:00Z"}), false),
            (serde_json::json!({"uuid": "u2"}), false),
            (serde_json::json!({"size": 42}), false),
        ] {
            assert_eq!(with(change.clone()).version == known.version, same, "{change}");
        }
    }
}
