//! Pictures that come from the window piece by piece: never whole in memory, never as text in a draft, and nothing of what is no
//! picture stays.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use domain::SpaceId;
use domain::links::Attached;
use store::Receiving;

use super::pictures::{HEAD, kind, named};
use super::{App, id, now};
use crate::dto::AttachedDto;
use crate::error::{Failure, Result};

/// The largest picture that is taken, in bytes.
const MOST: u64 = 100_000_000;
/// So much of a file of this computer is read at once.
const PIECE: usize = 1 << 20;
/// The longest name that a sentence carries, in characters.
const NAME: usize = 80;
/// Of a picture that stops coming for so long, the window has gone.
const WAITED_FOR: Duration = Duration::minutes(10);

/// Pictures that have begun to come, by the token that the window names them by.
#[derive(Default)]
pub(crate) struct Coming(Mutex<HashMap<String, Incoming>>);

struct Incoming {
    space: SpaceId,
    name: String,
    /// As the window said it.
    size: u64,
    receiving: Receiving,
    /// The first bytes, which tell what it is.
    head: Vec<u8>,
    /// When the last of it came.
    at: DateTime<Utc>,
}

impl Coming {
    fn put(&self, token: String, incoming: Incoming) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token, incoming);
    }

    /// Forgets what stopped coming; its file goes with it.
    fn forget_those_before(&self, at: DateTime<Utc>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, incoming| incoming.at > at);
    }

    /// Whoever has it works on it alone; one that was stopped is not there any more.
    fn take(&self, token: &str) -> Result<Incoming> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
        taken.ok_or_else(|| Failure::Invalid("This picture was stopped.".to_owned()))
    }
}

impl App {
    /// Begins to take a picture of so many bytes into a space; answers with the token for its pieces.
    pub async fn picture_begin(&self, space: &str, name: &str, size: u64) -> Result<String> {
        let space = self.store.space(id(space)?).await?.id;
        let name: String = name.chars().take(NAME).collect();
        if size == 0 {
            return Err(Failure::Invalid(format!("\u{201c}{name}\u{201d} is empty.")));
        }
        if size > MOST {
            return Err(Failure::Invalid(format!(
                "\u{201c}{name}\u{201d} is larger than {} MB, the most that is taken.",
                MOST / 1_000_000
            )));
        }
        let at = now();
        self.coming.forget_those_before(at - WAITED_FOR);
        let token = self.store.new_seed_text();
        let receiving = self.store.receive()?;
        self.coming.put(token.clone(), Incoming { space, name, size, receiving, head: Vec::new(), at });
        Ok(token)
    }

    /// Takes the next piece. What turns out to be no picture is thrown away at once.
    pub async fn picture_piece(&self, token: &str, piece: Vec<u8>) -> Result<()> {
        let mut incoming = self.coming.take(token)?;
        incoming.head.extend(piece.iter().take(HEAD.saturating_sub(incoming.head.len())));
        let too_much = incoming.receiving.bytes() + piece.len() as u64 > incoming.size;
        let no_picture = incoming.head.len() >= HEAD && kind(&incoming.head).is_none();
        if too_much || no_picture {
            return Err(if too_much { incoming.not_whole()? } else { incoming.not_a_picture()? });
        }
        let taken = tokio::task::spawn_blocking(move || incoming.receiving.take(&piece).map(|()| incoming));
        let mut incoming =
            taken.await.map_err(|error| Failure::Invalid(format!("The picture could not be taken: {error}.")))??;
        incoming.at = now();
        self.coming.put(token.to_owned(), incoming);
        Ok(())
    }

    /// Keeps a picture that has come whole and gives the address by which texts refer to it.
    pub async fn picture_end(&self, token: &str) -> Result<AttachedDto> {
        let incoming = self.coming.take(token)?;
        if incoming.receiving.bytes() != incoming.size {
            return Err(incoming.not_whole()?);
        }
        let Some(content_type) = kind(&incoming.head) else { return Err(incoming.not_a_picture()?) };
        let name = named(&incoming.name, content_type);
        let file = self.store.attach_received(incoming.space, &name, content_type, incoming.receiving).await?;
        Ok(attached(&file))
    }

    /// Takes a picture from a file of this computer as from the window: piece by piece, and only if it is one.
    pub async fn picture_file(&self, space: &str, from: &Path) -> Result<AttachedDto> {
        let unreadable =
            |error: std::io::Error| Failure::Invalid(format!("{} could not be read: {error}.", from.display()));
        let mut file = File::open(from).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if !about.is_file() {
            return Err(Failure::Invalid(format!("{} is not a file.", from.display())));
        }
        let name = from.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let token = self.picture_begin(space, &name, about.len()).await?;
        let mut piece = vec![0; PIECE];
        loop {
            match file.read(&mut piece) {
                Ok(0) => return self.picture_end(&token).await,
                Ok(read) => self.picture_piece(&token, piece[..read].to_vec()).await?,
                Err(error) => {
                    self.picture_stop(&token)?;
                    return Err(unreadable(error));
                }
            }
        }
    }

    /// Throws away what has come of a picture.
    pub fn picture_stop(&self, token: &str) -> Result<()> {
        match self.coming.take(token) {
            Ok(incoming) => Ok(incoming.receiving.give_up()?),
            Err(_) => Ok(()),
        }
    }
}

impl Incoming {
    fn not_a_picture(self) -> Result<Failure> {
        self.receiving.give_up()?;
        Ok(Failure::Invalid(format!(
            "\u{201c}{}\u{201d} is not a picture that sites take: PNG, JPEG, GIF or WebP.",
            self.name
        )))
    }

    fn not_whole(self) -> Result<Failure> {
        self.receiving.give_up()?;
        Ok(Failure::Invalid(format!("\u{201c}{}\u{201d} did not come whole. Put it in again.", self.name)))
    }
}

/// A file as the editors get it.
pub(crate) fn attached(file: &Attached) -> AttachedDto {
    AttachedDto {
        address: file.path(),
        shown: format!("attach://localhost/{}", file.sha256),
        name: file.name.clone(),
        sha256: file.sha256.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;

    const PNG: [u8; 16] = *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    async fn app() -> (tempfile::TempDir, Arc<App>, String) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap().id;
        (folder, app, space)
    }

    fn blobs(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder.join("blobs")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    async fn sent(app: &App, space: &str, name: &str, size: u64, pieces: &[&[u8]]) -> Result<AttachedDto> {
        let token = app.picture_begin(space, name, size).await?;
        for piece in pieces {
            app.picture_piece(&token, piece.to_vec()).await?;
        }
        app.picture_end(&token).await
    }

    #[tokio::test]
    async fn a_picture_that_came_in_pieces_has_an_address_of_its_content_and_is_kept_once() {
        let (folder, app, space) = app().await;
        let large = [&PNG[..], &[7; 3_000_000]].concat();
        let pieces: Vec<&[u8]> = large.chunks(1 << 20).collect();
        let size = large.len() as u64;
        let first = sent(&app, &space, "Heron on a post.PNG", size, &pieces).await.unwrap();
        assert_eq!(first.address, format!("/lectern/files/{}/Heron-on-a-post.PNG", first.sha256));
        assert_eq!(app.store.blob(&first.sha256).await.unwrap(), ("image/png".to_owned(), large.clone()));
        // One byte at a time is the same picture.
        let slow: Vec<&[u8]> = PNG.chunks(1).collect();
        let small = sent(&app, &space, "x", 16, &slow).await.unwrap();
        assert_eq!(sent(&app, &space, "x", 16, &[&PNG]).await.unwrap(), small);
        assert!(small.address.ends_with("/x.png"), "{}", small.address);
        let mut kept = blobs(folder.path());
        kept.sort();
        let mut expected = vec![first.sha256, small.sha256];
        expected.sort();
        assert_eq!(kept, expected);
        app.close().await;
    }

    #[tokio::test]
    async fn what_is_no_picture_or_too_large_or_not_whole_says_so_and_leaves_nothing() {
        let (folder, app, space) = app().await;
        let pdf = *b"%PDF-1.7 and more of it";
        let page = *b"<!DOCTYPE html><script>alert(1)</script>";
        let drawing = *b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        let late = *b"GIF8 but it is a page <script>";
        let cases: [(&str, u64, &[&[u8]], &str); 11] = [
            ("empty.png", 0, &[], "is empty"),
            ("huge.png", MOST + 1, &[], "larger than 100 MB"),
            ("notes.png", 23, &[&pdf], "not a picture that sites take"),
            ("notes.png", 4, &[&pdf[..4]], "not a picture that sites take"),
            ("drawing.svg", drawing.len() as u64, &[&drawing], "not a picture"),
            ("drawing.png", drawing.len() as u64, &[&drawing], "not a picture"),
            ("page.png", page.len() as u64, &[&page], "not a picture"),
            ("page.png", page.len() as u64, &[&page[..3], &page[3..7], &page[7..]], "not a picture"),
            ("half-a-sign.gif", late.len() as u64, &[&late], "not a picture"),
            ("cut.png", 40, &[&PNG], "did not come whole"),
            ("more.png", 10, &[&PNG], "did not come whole"),
        ];
        for (name, size, pieces, words) in cases {
            let failure = sent(&app, &space, name, size, pieces).await.unwrap_err();
            let said = failure.words().what;
            assert!(said.contains(words) && said.contains(name), "{said}");
        }
        assert_eq!(blobs(folder.path()), Vec::<String>::new());
        app.close().await;
    }

    #[tokio::test]
    async fn a_file_of_this_computer_is_taken_by_the_same_rules() {
        let (folder, app, space) = app().await;
        let at = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let large = [&PNG[..], &[7; 2_500_000]].concat();
        let kept = app.picture_file(&space, &at("a heron.png", &large)).await.unwrap();
        assert_eq!(app.store.blob(&kept.sha256).await.unwrap().1, large);
        for (path, words) in [
            (at("page.png", b"<!DOCTYPE html><p>Hello</p>"), "not a picture"),
            (folder.path().join("missing.png"), "could not be read"),
            (folder.path().join("blobs"), "is not a file"),
        ] {
            let said = app.picture_file(&space, &path).await.unwrap_err().words().what;
            assert!(said.contains(words), "{said}");
        }
        assert_eq!(blobs(folder.path()), [kept.sha256]);
        app.close().await;
    }

    #[tokio::test]
    async fn a_picture_that_is_stopped_leaves_nothing_and_takes_no_more() {
        let (folder, app, space) = app().await;
        let token = app.picture_begin(&space, "a.png", 32).await.unwrap();
        app.picture_piece(&token, PNG.to_vec()).await.unwrap();
        assert_eq!(blobs(folder.path()).len(), 1);
        app.picture_stop(&token).unwrap();
        app.picture_stop(&token).unwrap();
        assert_eq!(blobs(folder.path()), Vec::<String>::new());
        assert!(app.picture_piece(&token, PNG.to_vec()).await.is_err());
        assert!(app.picture_end(&token).await.is_err());
        app.close().await;
    }

    #[tokio::test]
    async fn one_that_stops_coming_is_forgotten_and_leaves_nothing() {
        let (folder, app, space) = app().await;
        let token = app.picture_begin(&space, "a.png", 32).await.unwrap();
        app.picture_piece(&token, PNG.to_vec()).await.unwrap();
        let late = app.picture_begin(&space, "b.png", 32).await.unwrap();
        assert_eq!(blobs(folder.path()).len(), 2, "both are on their way");
        app.coming.forget_those_before(now() + Duration::seconds(1));
        assert_eq!(blobs(folder.path()), Vec::<String>::new());
        for gone in [token, late] {
            assert!(app.picture_piece(&gone, PNG.to_vec()).await.is_err());
        }
        app.picture_begin(&space, "c.png", 32).await.unwrap();
        app.close().await;
        drop(app);
        assert_eq!(blobs(folder.path()), Vec::<String>::new(), "nor is anything left when the program ends");
    }

    #[tokio::test]
    async fn a_picture_that_cannot_be_written_fails_with_a_sentence_and_others_come() {
        let (folder, app, space) = app().await;
        let token = app.picture_begin(&space, "a.png", 16).await.unwrap();
        std::fs::rename(folder.path().join("blobs"), folder.path().join("away")).unwrap();
        app.picture_piece(&token, PNG.to_vec()).await.unwrap();
        assert!(app.picture_end(&token).await.is_err());
        assert!(app.picture_begin(&space, "b.png", 16).await.is_err());
        std::fs::rename(folder.path().join("away"), folder.path().join("blobs")).unwrap();
        sent(&app, &space, "a.png", 16, &[&PNG]).await.unwrap();
        let full = Failure::from(store::Error::DiskFull).words();
        assert_eq!((full.what.as_str(), full.retryable), ("The disk is full.", true));
        assert!(app.picture_begin("nowhere", "a.png", 16).await.is_err());
        app.close().await;
    }
}
