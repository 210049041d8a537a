//! The same questions in a build without the sync engine: there is no site to know anything of.

use std::collections::HashMap;

use domain::{EntityId, SpaceId};
use store::Space;

use super::App;
use super::on_site::OnSite;
use super::tree::States;
use crate::error::Result;

#[expect(clippy::unused_async, reason = "the same shape as with the sync engine")]
impl App {
    pub(crate) async fn site_name(&self, _: &Space) -> Result<String> {
        Ok("this computer".to_owned())
    }

    pub(crate) async fn states(&self, _: SpaceId) -> Result<States> {
        let mut states = States::default();
        for (entity, ..) in self.overlapping().await? {
            states.conflicts.insert(entity.id);
        }
        for (entity, draft) in self.store.drafts()? {
            if draft.session != self.session {
                states.drafts.insert(entity.replied_to().unwrap_or(entity));
            }
        }
        Ok(states)
    }

    pub(crate) async fn on_site(&self, _: EntityId) -> Result<OnSite> {
        Ok(OnSite::default())
    }

    pub(crate) async fn item_targets(&self, _: SpaceId) -> Result<HashMap<EntityId, EntityId>> {
        Ok(HashMap::new())
    }

    pub(crate) async fn images(&self, space: SpaceId) -> Result<HashMap<String, String>> {
        let kept = self.store.attachments(space).await?;
        Ok(kept
            .into_iter()
            .map(|(address, attachment)| (address, format!("attach://localhost/{}", attachment.sha256)))
            .collect())
    }
}
