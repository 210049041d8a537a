//! Images of documents, kept on this computer: found in bodies, fetched during a sync, served by their SHA-256.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::html::safe::{ImageSource, Profile, for_display};
use domain::links::upload_digest;
use domain::{EntityId, Format, Remote, SiteKind, SpaceId, fact};
use futures::StreamExt;
use futures::future::ready;
use futures::stream;
use sync::{SiteSpace, Watch};

use super::{App, now};
use crate::error::Result;

/// Images of one space fetched in one sync at most; the rest follows with the next ones.
const AT_ONCE: usize = 200;

/// Images of one site that may be under way at once.
const IN_FLIGHT: usize = 4;

/// So long an image that did not come is left alone while the program runs.
const AGAIN_AFTER: TimeDelta = TimeDelta::hours(1);

/// Images that did not come, and when they were last asked for.
#[derive(Default)]
pub(crate) struct Missing(Mutex<HashMap<(SpaceId, String), DateTime<Utc>>>);

impl Missing {
    fn is_due(&self, space: SpaceId, address: &str, now: DateTime<Utc>) -> bool {
        let missing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        missing.get(&(space, address.to_owned())).is_none_or(|asked| now - *asked >= AGAIN_AFTER)
    }

    fn note(&self, space: SpaceId, address: &str, now: DateTime<Utc>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert((space, address.to_owned()), now);
    }
}

impl App {
    /// Bytes of a kept image, for the window's own protocol: by its SHA-256, or by `upload-` and the name that Markdown gives
    /// an upload of a forum.
    pub async fn attachment(&self, token: &str) -> Option<(String, Vec<u8>)> {
        let Some(name) = token.strip_prefix("upload-") else { return self.store.blob(token).await.ok() };
        let digest = upload_digest(name)?;
        // In a copy elsewhere it is kept by its short name.
        let short = format!("{}{name}", super::copies::UPLOAD);
        for space in self.store.spaces().await.ok()? {
            let of_forum = space.site == Some(SiteKind::Discourse);
            let kept = self.store.attachments(space.id).await.ok()?;
            let is_it = |address: &str| address == short || of_forum && address.contains(&digest);
            if let Some((_, attachment)) = kept.into_iter().find(|(address, _)| is_it(address)) {
                return self.store.blob(&attachment.sha256).await.ok();
            }
        }
        None
    }

    /// Fetches what bodies of a space show and is not kept yet, a few at a time. An image that does not come is tried again after a while, so
    /// that one that is gone is not asked for by each sync; the text does not wait for it.
    pub(crate) async fn fetch_images(
        &self,
        space: &SiteSpace,
        remote: &Arc<dyn Remote>,
        watch: &Watch,
    ) -> Result<usize> {
        let to_look_at = self.store.images_to_look_for(space.id).await?;
        if to_look_at.is_empty() {
            return Ok(0);
        }
        let attachments = self.store.attachments(space.id).await?;
        let mut kept: BTreeSet<String> = attachments.into_iter().map(|(address, _)| address).collect();
        let mut shown = Vec::new();
        for document in to_look_at {
            shown.push((document, self.shown_addresses(document.entity).await?));
        }
        let wanted: BTreeSet<&String> =
            shown.iter().flat_map(|(_, addresses)| addresses).filter(|address| !kept.contains(*address)).collect();
        let due = wanted.into_iter().filter(|address| self.online.missing.is_due(space.id, address, now()));
        let due: Vec<String> = due.take(AT_ONCE).cloned().collect();
        let mut answers = stream::iter(due)
            .take_while(|_| ready(!watch.is_stopping()))
            .map(|address| async move { (remote.asset(&space.remote, &address).await, address) })
            .buffer_unordered(IN_FLIGHT);
        let mut fetched = 0;
        while let Some((answer, address)) = answers.next().await {
            match answer {
                Ok(asset) if asset.content_type.starts_with("image/") => {
                    self.store.keep_attachment(space.id, &address, &asset.content_type, &asset.bytes).await?;
                    kept.insert(address);
                    fetched += 1;
                }
                Err(error) if error.concerns_the_site() => break,
                answer => {
                    tracing::debug!(%address, error = ?answer.err(), "an image did not come");
                    self.online.missing.note(space.id, &address, now());
                }
            }
        }
        let is_whole = |addresses: &Vec<String>| addresses.iter().all(|address| kept.contains(address));
        let whole: Vec<_> =
            shown.iter().filter(|(_, addresses)| is_whole(addresses)).map(|(document, _)| *document).collect();
        self.store.images_are_here(&whole).await?;
        Ok(fetched)
    }

    /// Addresses of the images that a document shows.
    async fn shown_addresses(&self, id: EntityId) -> Result<Vec<String>> {
        let entity = self.store.get(id).await?;
        Ok(match entity.format {
            Format::Html => addresses(&entity.content.body),
            _ => addresses(self.on_site(id).await?.facts.get(fact::COOKED).map_or("", String::as_str)),
        })
    }
}

/// Addresses of the images that a body shows, as the display asks for them.
fn addresses(body: &str) -> Vec<String> {
    let asked = Mutex::new(Vec::new());
    for_display(body, Profile::Canvas, &|address| {
        if let Ok(mut asked) = asked.lock() {
            asked.push(address.to_owned());
        }
        ImageSource::Blocked
    });
    asked.into_inner().unwrap_or_default()
}

#[cfg(all(test, feature = "discourse-integration"))]
mod tests {
    use discourse::{Auth, Connection, DiscourseRemote};
    use domain::{Content, Kind, RemoteId};
    use simulators::discourse::{Discourse, Profile};
    use store::NewEntity;

    use super::*;

    #[tokio::test]
    async fn an_image_that_does_not_come_is_asked_for_once_and_again_after_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let forum = Discourse::start(Profile::V2026).await.unwrap();
        let key = forum.with(|state| {
            state.add_user("ada", "admin", 4);
            state.add_admin_key(None)
        });
        let auth = Auth::AdminKey { key: key.into(), username: "ada".to_owned() };
        let base = rest::Url::parse(&forum.base_url()).unwrap();
        let remote: Arc<dyn Remote> =
            Arc::new(DiscourseRemote::connect(Connection::new(base, auth, Arc::new(now))).unwrap());
        let id: SpaceId = super::super::id(&app.local_space_new("Notes").await.unwrap().id).unwrap();
        let space = SiteSpace { id, name: "Notes".to_owned(), remote: RemoteId::from(1), read_only: None };
        let content = Content::new("Gone", "<p><img src=\"/uploads/default/original/1X/gone.png\" alt=\"\"></p>");
        app.store.create(&NewEntity { space: id, kind: Kind::Page, parent: None, content }, now()).await.unwrap();
        for _ in 0..3 {
            assert_eq!(app.fetch_images(&space, &remote, &Watch::default()).await.unwrap(), 0);
        }
        assert_eq!(forum.log().count("GET", "gone.png"), 1, "{:?}", forum.log().all());
        let (address, later) = ("/uploads/default/original/1X/gone.png", now() + AGAIN_AFTER);
        assert!(!app.online.missing.is_due(id, address, now()) && app.online.missing.is_due(id, address, later));
    }
}
