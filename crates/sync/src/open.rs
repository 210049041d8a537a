//! The first step of a run: which sites answer, and are they still the same site and the same person?

use domain::{RemoteError, RemoteErrorKind};
use futures::future::join_all;

use crate::Run;
use crate::error::Result;
use crate::progress::Phase;
use crate::report::LeftOut;
use crate::site::RunningSite;

impl Run<'_> {
    /// Asks all sites side by side. One that fails is left out with its reason; the others go on.
    pub(crate) async fn open(&mut self) -> Result<()> {
        self.read_go_on().await?;
        let answers = join_all(self.sites.iter().map(|site| self.check(site))).await;
        self.left_out.extend(answers.into_iter().flatten());
        Ok(())
    }

    async fn check(&self, site: &RunningSite) -> Option<LeftOut> {
        self.tell(site, Phase::Checking, 0, None, "Checking the connection");
        let error = match site.site.remote.identify().await {
            Ok(identity) if identity.user == site.site.user => {
                site.set_facts(identity);
                return None;
            }
            Ok(identity) => {
                site.leave(RemoteErrorKind::SignIn);
                let mut left = site.left_out(None, &RemoteError::new(RemoteErrorKind::SignIn, ""));
                left.code = "other_user".to_owned();
                left.why = format!(
                    "The access key for {} belongs to someone else now ({}). Nothing was synced there.",
                    site.site.name, identity.user_name
                );
                return Some(left);
            }
            Err(error) => error,
        };
        site.leave(error.kind);
        self.tell(site, Phase::LeftOut, 0, None, "Left out of this sync");
        Some(site.left_out(None, &error))
    }
}
