//! The same questions in a build without the sync engine: there is no site to know anything of.

use std::collections::HashMap;

use domain::{EntityId, SpaceId};
use store::{Entity, Space};

use super::App;
use super::on_site::OnSite;
use super::states::States;
use crate::error::Result;

#[expect(clippy::unused_async, reason = "the same shape as with the sync engine")]
impl App {
    pub(crate) async fn site_name(&self, _: &Space) -> Result<String> {
        Ok("this computer".to_owned())
    }

    pub(crate) async fn states(&self, _: SpaceId) -> Result<States> {
        let mut states = States::default();
        self.note_drafts(&mut states).await?;
        Ok(states)
    }

    pub(crate) async fn states_by_sites(&self, _: &[&Entity]) -> Result<States> {
        Ok(States::default())
    }

    pub(crate) async fn on_site(&self, _: EntityId) -> Result<OnSite> {
        Ok(OnSite::default())
    }

    pub(crate) async fn item_targets(&self, _: SpaceId) -> Result<HashMap<EntityId, EntityId>> {
        Ok(HashMap::new())
    }
}
