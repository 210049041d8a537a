//! Images of documents, kept on this computer: found in bodies, fetched during a sync, served by their SHA-256.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use domain::html::safe::{ImageSource, Profile, for_display};
use domain::links::upload_digest;
use domain::{Format, Remote, SiteKind, SpaceId, fact};
use sync::SiteSpace;

use super::App;
use crate::error::Result;

/// Images of one space fetched in one sync at most; the rest follows with the next ones.
const AT_ONCE: usize = 200;

impl App {
    /// Where each kept address of a space is shown from.
    pub(crate) async fn images(&self, space: SpaceId) -> Result<HashMap<String, String>> {
        let kept = self.store.attachments(space).await?;
        Ok(kept
            .into_iter()
            .map(|(address, attachment)| (address, format!("attach://localhost/{}", attachment.sha256)))
            .collect())
    }

    /// Bytes of a kept image, for the window's own protocol: by its SHA-256, or by `upload-` and the name that Markdown gives
    /// an upload of a forum.
    pub async fn attachment(&self, token: &str) -> Option<(String, Vec<u8>)> {
        let Some(name) = token.strip_prefix("upload-") else { return self.store.blob(token).await.ok() };
        let digest = upload_digest(name)?;
        for space in self.store.spaces().await.ok()?.into_iter().filter(|space| space.site == Some(SiteKind::Discourse))
        {
            let kept = self.store.attachments(space.id).await.ok()?;
            if let Some((_, attachment)) = kept.into_iter().find(|(address, _)| address.contains(&digest)) {
                return self.store.blob(&attachment.sha256).await.ok();
            }
        }
        None
    }

    /// Fetches what bodies of a space show and is not kept yet. An image that does not come is tried again next time; the text does not wait for it.
    pub(crate) async fn fetch_images(&self, space: &SiteSpace, remote: &Arc<dyn Remote>) -> Result<usize> {
        let kept: BTreeSet<String> =
            self.store.attachments(space.id).await?.into_iter().map(|(address, _)| address).collect();
        let mut wanted = BTreeSet::new();
        for row in self.store.list(space.id).await?.into_iter().filter(|row| row.kind.is_document() && !row.deleted) {
            let entity = self.store.get(row.id).await?;
            let shown = match entity.format {
                Format::Html => entity.content.body,
                _ => self.on_site(row.id).await?.facts.get(fact::COOKED).cloned().unwrap_or_default(),
            };
            wanted.extend(addresses(&shown).into_iter().filter(|address| !kept.contains(address)));
        }
        let mut fetched = 0;
        for address in wanted.into_iter().take(AT_ONCE) {
            match remote.asset(&space.remote, &address).await {
                Ok(asset) if asset.content_type.starts_with("image/") => {
                    self.store.keep_attachment(space.id, &address, &asset.content_type, &asset.bytes).await?;
                    fetched += 1;
                }
                Ok(_) => {}
                Err(error) if error.concerns_the_site() => break,
                Err(error) => tracing::debug!(%address, %error, "an image did not come"),
            }
        }
        Ok(fetched)
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
