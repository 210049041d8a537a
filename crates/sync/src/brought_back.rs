//! What comes out of the trash comes back as what it was: made anew, it would have another id and nothing of what stood under it.

use domain::EntityId;
use domain::plan::{Action, EntityState, Line, Observed, decide};

use crate::Run;
use crate::apply::{Parents, state_entity};
use crate::error::Result;
use crate::report::{Did, Item};
use crate::site::{RunningSite, SiteSpace};
use crate::states::observed;

/// What came of the try to bring something back there.
pub(crate) enum Back {
    /// It is to be made anew, or was never there.
    Anew,
    /// It is there again, and mapped to this; what was changed here meanwhile is still to be sent.
    There(Box<EntityState>),
    /// More is not to be done with it in this run.
    Ended(Box<Item>),
}

/// What the report says of it.
pub(crate) const BROUGHT_BACK: &str = "It was brought back there, as it was.";

impl Run<'_> {
    /// Brings back there what comes out of the trash here. What was changed there before it was deleted is joined with ours.
    pub(crate) async fn bring_back(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        line: &Line,
        state: &EntityState,
        parents: &mut Parents,
    ) -> Result<Back> {
        if state.far || decide(state) != Action::CreateThere {
            return Ok(Back::Anew);
        }
        let (entity, account) = (state_entity(state), site.site.account);
        let Some(former) = self.store.former_mapping(entity, account).await? else { return Ok(Back::Anew) };
        let object = match site.site.remote.bring_back(&space.remote, &former).await {
            Ok(Some(object)) => object,
            Ok(None) => return Ok(Back::Anew),
            Err(error) if error.is_final() && !error.maybe_done => return Ok(Back::Anew),
            Err(error) => return Ok(Back::Ended(Box::new(self.not_sent(site, line, state, &error).await?))),
        };
        self.store.map_again(entity, account).await?;
        let now = self.known_state(site, space, entity, observed(site, &object)).await?;
        let action = decide(&now);
        if !matches!(action, Action::Push { .. } | Action::Hold { .. } | Action::Nothing) {
            let item = self.settle_locally(site, line, &now, action, Some(object), parents).await?;
            if item.did.needs_person() {
                return Ok(Back::Ended(Box::new(item)));
            }
        }
        let state = self.known_state(site, space, entity, Observed::Unchanged).await?;
        Ok(Back::There(Box::new(state)))
    }

    /// Maps again what came back there and here at once: they are one thing, and what differs is joined.
    pub(crate) async fn map_what_is_back(&self, site: &RunningSite, space: &SiteSpace) -> Result<()> {
        let account = site.site.account;
        let came_back = async |entity: EntityId| {
            let Some(former) = self.store.former_mapping(entity, account).await? else { return Ok(false) };
            Result::Ok(self.store.staged_object(space.id, &former).await?.is_some())
        };
        for entity in self.store.unmapped(space.id).await? {
            if came_back(entity).await? {
                self.store.map_again(entity, account).await?;
            }
        }
        Ok(())
    }

    /// What a line of something that was brought back comes to, where nothing of it is left to be sent.
    pub(crate) fn back_as_it_was(&self, line: &Line) -> Item {
        self.item(line, Did::CreatedThere, BROUGHT_BACK.to_owned())
    }
}
