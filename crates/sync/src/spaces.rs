//! What a pull tells of the space itself: its name, and whether it can be written to.

use domain::Page;

use crate::Run;
use crate::error::Result;
use crate::site::{RunningSite, SiteSpace};

impl Run<'_> {
    /// Takes over what a space is now. A course that has ended, or in which the person teaches no more, takes nothing from this very run on, and
    /// says so before anyone types.
    pub(crate) async fn note_space(&self, site: &RunningSite, space: &SiteSpace, page: &Page) -> Result<()> {
        let Some(now) = &page.space else { return Ok(()) };
        site.note_closed(space.id, now.read_only.clone());
        let mut kept = self.store.space(space.id).await?;
        if kept.name != now.name || kept.read_only != now.read_only {
            kept.name.clone_from(&now.name);
            kept.read_only.clone_from(&now.read_only);
            self.store.put_space(&kept).await?;
        }
        Ok(())
    }
}
