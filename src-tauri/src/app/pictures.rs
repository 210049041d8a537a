//! What is a picture, and pictures that stand in a text itself, as base64: made files of the workspace when the text comes in, since
//! no site keeps them otherwise. The text refers to such a file by its content, so that the same picture is the same file.

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::links::{Embedded, embedded, with_addresses};
use domain::{Format, SpaceId};
use store::Attachment;

use super::App;
use crate::error::Result;

impl App {
    /// Where each kept address of a space is shown from.
    pub(crate) async fn images(&self, space: SpaceId) -> Result<HashMap<String, String>> {
        Ok(self.store.attachments(space).await?.into_iter().map(shown_from).collect())
    }

    /// Where the pictures at some addresses are shown from, as far as they are kept.
    pub(crate) async fn images_at(
        &self,
        space: SpaceId,
        addresses: &BTreeSet<String>,
    ) -> Result<HashMap<String, String>> {
        Ok(self.store.attachments_at(space, addresses).await?.into_iter().map(shown_from).collect())
    }

    /// Makes files of the pictures in a text; what is no picture that sites take stays as it is.
    pub(crate) async fn with_files(&self, space: SpaceId, format: Format, body: &mut String) -> Result<()> {
        let found = embedded(body, format);
        let mut kept: HashMap<usize, String> = HashMap::new();
        for picture in &found {
            let Some((content_type, bytes)) = read(body, picture) else { continue };
            let name = named("picture", content_type);
            let file = self.store.attach(space, &name, content_type, Cursor::new(bytes)).await?;
            kept.insert(picture.span.start, file.path());
        }
        if !kept.is_empty() {
            *body = with_addresses(body, &found, |picture| kept.get(&picture.span.start).cloned());
        }
        Ok(())
    }
}

fn shown_from((address, kept): (String, Attachment)) -> (String, String) {
    (address, format!("attach://localhost/{}", kept.sha256))
}

/// The bytes of a picture and what they are, told by themselves and not by what the text claims.
fn read(body: &str, picture: &Embedded) -> Option<(&'static str, Vec<u8>)> {
    let data: String = picture.data.of(body).chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = STANDARD.decode(data).ok()?;
    Some((kind(&bytes)?, bytes))
}

/// So many bytes tell what a picture is.
pub(crate) const HEAD: usize = 12;

/// The content type of a picture that sites take, by its first bytes.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// A name whose ending says what the picture is, since sites tell it by that.
pub(crate) fn named(name: &str, content_type: &str) -> String {
    let fitting: &[&str] = match content_type {
        "image/png" => &["png"],
        "image/jpeg" => &["jpg", "jpeg"],
        "image/gif" => &["gif"],
        _ => &["webp"],
    };
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let ending = ending.to_ascii_lowercase();
    if fitting.contains(&ending.as_str()) {
        return name.to_owned();
    }
    let known = ["png", "jpg", "jpeg", "gif", "webp"].contains(&ending.as_str());
    let stem = if known { stem } else { name };
    format!("{}.{}", if stem.is_empty() { "picture" } else { stem }, fitting[0])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dto::{EditDto, KindDto, NewDocumentDto};

    const GIF: &str = "data:image/png;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    #[test]
    fn the_ending_of_a_name_says_what_the_picture_is() {
        for (name, content_type, expected) in [
            ("heron.png", "image/png", "heron.png"),
            ("heron.JPEG", "image/jpeg", "heron.JPEG"),
            ("heron.png", "image/jpeg", "heron.jpg"),
            ("heron", "image/webp", "heron.webp"),
            ("v1.2", "image/gif", "v1.2.gif"),
            ("", "image/png", "picture.png"),
            (".png", "image/gif", "picture.gif"),
        ] {
            assert_eq!(named(name, content_type), expected, "{name} as {content_type}");
        }
    }

    #[tokio::test]
    async fn a_picture_written_into_a_text_is_a_file_once_it_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap().id;
        let new = NewDocumentDto {
            space: space.clone(),
            kind: KindDto::Page,
            parent: None,
            title: "Birds".to_owned(),
            body: String::new(),
            reply_to: None,
        };
        let page = app.document_new(new).await.unwrap();
        let typed = format!("<p>a<img src=\"{GIF}\" alt=x><img src=\"data:image/png;base64,AAAA\"></p>");
        let edit =
            |body: &str, counter| EditDto { body: Some(body.to_owned()), counter: Some(counter), ..EditDto::default() };
        let saved = app.document_save(&page.id, edit(&typed, page.counter)).await.unwrap();
        assert!(!saved.body.contains("R0lGOD") && saved.body.contains("base64,AAAA"), "{}", saved.body);
        assert!(saved.body.contains("<img src=\"/lectern/files/") && saved.body.contains("/picture.gif\" alt=x>"));
        let shown = app.document(&page.id).await.unwrap().editing.unwrap();
        assert!(shown.contains("attach://localhost/"), "{shown}");
        // The editor still has the picture itself: saved again, it is the same file and no change.
        let again = app.document_save(&page.id, edit(&typed, saved.go_on)).await.unwrap();
        assert_eq!((again.body, again.changed), (saved.body, false));
        app.close().await;
    }
}
