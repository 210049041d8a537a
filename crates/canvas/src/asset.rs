//! Images and files that bodies refer to (contract 7.3).

use domain::{Asset, RemoteError, RemoteErrorKind};
use rest::Url;

use crate::connect::CanvasRemote;
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
        let file = self.client.http().download(&address, LIMIT).await.map_err(|failure| {
            // An address that files are not fetched from is this picture's fault, and no news about the site.
            let own = matches!(failure.kind, rest::FailureKind::BadAddress | rest::FailureKind::Malformed);
            if own { RemoteError::new(RemoteErrorKind::Refused, failure.words) } else { from_failure(failure) }
        })?;
        match file.status {
            200..=299 if file.content_type.to_ascii_lowercase().contains("html") => {
                Err(RemoteError::new(RemoteErrorKind::Forbidden, "a web page came where a file was due"))
            }
            200..=299 => Ok(Asset { content_type: file.content_type, bytes: file.bytes }),
            401 | 403 => Err(RemoteError::new(RemoteErrorKind::Forbidden, "Canvas does not give the file out")),
            404 | 410 => Err(RemoteError::new(RemoteErrorKind::NotFound, "the file is not there")),
            status => Err(RemoteError::new(RemoteErrorKind::Refused, format!("the file was answered with {status}"))),
        }
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
}
