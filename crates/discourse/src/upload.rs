//! Files that a post refers to (contract 5.7). The forum keeps the same bytes once, so that an upload may be repeated at any time.

use domain::{RemoteError, RemoteErrorKind, Upload, Uploaded};
use rest::Outgoing;
use serde::Deserialize;

use crate::DiscourseRemote;
use crate::client::read;
use crate::errors::from_write_failure;

#[derive(Deserialize)]
struct Stored {
    short_url: String,
}

impl DiscourseRemote {
    /// Sends a file that the forum's settings allow. One that no post refers to is swept away after two days: it goes right before its post.
    pub(crate) async fn put_upload(&self, upload: &Upload) -> Result<Uploaded, RemoteError> {
        let (settings, me) = (self.settings().await?, self.myself().await?);
        let extension = upload.name.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
        let staff = if me.staff { settings.authorized_extensions_for_staff.as_str() } else { "" };
        let mut allowed = settings.authorized_extensions.split('|').chain(staff.split('|'));
        if !allowed
            .any(|one| one == "*" || !one.is_empty() && one.trim_start_matches('.').eq_ignore_ascii_case(&extension))
        {
            let words = format!("This forum takes no files named like \u{201c}{}\u{201d}.", upload.name);
            return Err(RemoteError::new(RemoteErrorKind::Refused, words));
        }
        // Images are made smaller there, so that their limit is no limit of what may be sent (recorded: a 5 MB picture is taken).
        let most = settings.max_attachment_size_kb * 1024;
        if !upload.content_type.starts_with("image/") && upload.bytes.len() as u64 > most {
            let words = format!("{} is larger than the {} MB that this forum takes.", upload.name, most >> 20);
            return Err(RemoteError::new(RemoteErrorKind::Refused, words));
        }
        let form = [("upload_type".to_owned(), "composer".to_owned()), ("type".to_owned(), "composer".to_owned())];
        let file =
            Outgoing { field: "file", name: &upload.name, content_type: &upload.content_type, bytes: &upload.bytes };
        let request = self.client.http().post("uploads.json").file(&form, file);
        let answer = request.send().await.map_err(from_write_failure)?;
        if answer.status == 413 {
            let words = format!("{} is larger than this forum takes.", upload.name);
            return Err(RemoteError::new(RemoteErrorKind::Refused, words));
        }
        let stored: Stored = read(&answer)?;
        Ok(Uploaded { address: stored.short_url, was_there: false })
    }
}
