//! Files put into a course, in three steps (contract 7.1).

use domain::{RemoteError, RemoteErrorKind, RemoteId, Upload, Uploaded};
use rest::{Answer, Method, Outgoing};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::{PER_PAGE, plain};
use crate::connect::CanvasRemote;
use crate::dto::Id;
use crate::errors::{from_answer, from_failure};

/// The folder of a course that files go to.
const FOLDER: &str = "Lectern";
/// So much of a content's hash is in its file's name: it finds an earlier upload, and no two contents ever share a name. Overwriting would be worse
/// than a second file: the file overwritten loses its id, and links to it break (recorded files/12, 22).
const MARK: usize = 16;

/// What the first step answers.
#[derive(Deserialize)]
struct Started {
    upload_url: String,
    /// In the order in which the storage wants them.
    #[serde(default)]
    upload_params: Map<String, Value>,
    file_param: Option<String>,
}

#[derive(Deserialize)]
struct Stored {
    id: Id,
    #[serde(default)]
    display_name: String,
    size: Option<u64>,
}

impl CanvasRemote {
    /// Puts a file into the course, once for one content.
    pub(crate) async fn put_file(&self, space: &RemoteId, upload: &Upload) -> Result<Uploaded, RemoteError> {
        let refused = |words: String| Err(RemoteError::new(RemoteErrorKind::Refused, words));
        if upload.bytes.is_empty() {
            // Canvas refuses it in the second step, without a word (recorded files/15b).
            return refused(format!("{} is empty.", upload.name));
        }
        let Some(mark) = upload.sha256.get(..MARK).filter(|mark| mark.bytes().all(|b| b.is_ascii_alphanumeric()))
        else {
            return refused(format!("{} has no hash.", upload.name));
        };
        if let Some(id) = self.stored(space, mark, upload.bytes.len()).await? {
            return Ok(uploaded(space, &id, &upload.content_type, true));
        }
        match self.send_file(space, mark, upload).await {
            Ok(id) => Ok(uploaded(space, &id, &upload.content_type, false)),
            // The last step cannot be repeated (contract 9.20): whether the file arrived is told by the list.
            Err(error) if error.maybe_done || error.kind == RemoteErrorKind::Refused => {
                match self.stored(space, mark, upload.bytes.len()).await {
                    Ok(Some(id)) => Ok(uploaded(space, &id, &upload.content_type, true)),
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// An earlier upload of the same content.
    async fn stored(&self, space: &RemoteId, mark: &str, size: usize) -> Result<Option<Id>, RemoteError> {
        let path = format!("api/v1/courses/{}/files?search_term={mark}&per_page={PER_PAGE}", plain(space)?);
        let found = match self.client.list::<Stored>(&path).await {
            Ok(found) => found.items,
            // Who may not see the files of a course has none there.
            Err(error) if matches!(error.kind, RemoteErrorKind::Forbidden | RemoteErrorKind::NotFound) => Vec::new(),
            Err(error) => return Err(error),
        };
        let same =
            |file: &Stored| file.display_name.contains(mark) && file.size.is_none_or(|there| there == size as u64);
        Ok(found.into_iter().find(same).map(|file| file.id))
    }

    async fn send_file(&self, space: &RemoteId, mark: &str, upload: &Upload) -> Result<Id, RemoteError> {
        let name = marked(&upload.name, mark);
        let path = format!("api/v1/courses/{}/files", plain(space)?);
        let announced = json!({
            "name": name, "size": upload.bytes.len(), "content_type": upload.content_type,
            "parent_folder_path": FOLDER, "on_duplicate": "rename",
        });
        let answer = self.client.write(Method::Post, &path, Some(&announced)).await?;
        let started: Started = json_of(&answer)?;
        let form: Vec<(String, String)> = started
            .upload_params
            .into_iter()
            .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect();
        let file = Outgoing {
            field: started.file_param.as_deref().unwrap_or("file"),
            name: &name,
            content_type: &upload.content_type,
            bytes: &upload.bytes,
        };
        let answer = self.client.http().upload(&started.upload_url, &form, file).await.map_err(from_failure)?;
        let own = answer.location().filter(|location| self.client.http().is_own(location));
        match (answer.status, own) {
            (201 | 301..=308, Some(location)) => {
                let answer = self.client.http().get(location.as_str()).send().await.map_err(from_failure)?;
                json_of::<Stored>(&answer).map(|file| file.id)
            }
            (200 | 201, _) => json_of::<Stored>(&answer).map(|file| file.id),
            _ => Err(from_answer(&answer)),
        }
    }
}

fn json_of<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, RemoteError> {
    if !answer.is_success() {
        return Err(from_answer(answer));
    }
    // An old guard for answers in browsers (contract 1.2).
    let text = answer.text();
    let text = text.strip_prefix("while(1);").unwrap_or(&text);
    serde_json::from_str(text)
        .map_err(|_| RemoteError::new(RemoteErrorKind::Malformed, "Canvas told nothing of the file").maybe_done())
}

/// A name with the mark of its content before the ending: `shell-0f3a.png`.
fn marked(name: &str, mark: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c }).collect();
    let (stem, ending) = match clean.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 8 => (stem.to_owned(), format!(".{ending}")),
        _ => (clean, String::new()),
    };
    let stem: String = stem.chars().take(120).collect();
    let stem = if stem.trim().is_empty() { "file" } else { stem.trim() };
    format!("{stem}-{mark}{ending}")
}

/// How a body refers to the file: a picture by its preview, all else by its page (contract 6.5).
fn uploaded(space: &RemoteId, id: &Id, content_type: &str, was_there: bool) -> Uploaded {
    let end = if content_type.starts_with("image/") { "/preview" } else { "?wrap=1" };
    Uploaded { address: format!("/courses/{space}/files/{}{end}", id.0), was_there }
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn a_name_keeps_its_ending_and_gets_its_mark() {
        for (name, expected) in [
            ("shell.png", "shell-0f3a.png"),
            ("week 1.tar.gz", "week 1.tar-0f3a.gz"),
            ("notes", "notes-0f3a"),
            (".png", ".png-0f3a"),
            ("a/b\\c.png", "a_b_c-0f3a.png"),
            ("", "file-0f3a"),
        ] {
            assert_eq!(marked(name, "0f3a"), expected);
        }
        assert!(marked(&"x".repeat(400), "0f3a").len() < 200);
    }
}
