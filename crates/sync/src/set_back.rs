//! A site that was restored from an older backup: what it shows is older than what is known here, and it gives its ids away a second time.
//! Taken for news, its old texts would replace newer ones, and edits would go to things that are other things by now. So nothing of it is
//! taken over and nothing is sent to it until the person, told why, says to go on with it as it is.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::plan::{Standing, Times, highest, is_out_of_turn, standing};
use domain::{AccountId, Kind, Reading, RemoteErrorKind, RemoteObject, RemoteRef};
use store::{Mapped, News};

use crate::Run;
use crate::error::Result;
use crate::guards::EngineGuard;
use crate::own_addresses::place;
use crate::pull::Pulled;
use crate::report::LeftOut;
use crate::site::{RunningSite, SiteSpace};
use crate::states::canonical;
use crate::workspace::Workspace;

/// A replica may show for so long what was before a change; what is known longer is known to all of them (contract canvas 1.5 says
/// seconds; a site in trouble may need minutes).
const REPLICAS: TimeDelta = TimeDelta::minutes(5);

/// The code of a site that is left out for this.
pub const SET_BACK: &str = "set_back";

/// Why something stays on this computer once the person goes on with the site.
pub(crate) const ANOTHER_NOW: &str = "Its site was set back, and something else has its number there now. It is on this computer alone: send it again as a new one, or delete it.";

fn setting_of(account: AccountId) -> String {
    format!("sync.set_back.{account}")
}

/// Goes on with a site that was set back, as it is: the next whole sync takes over what is there. What is here alone stays and is asked about.
///
/// # Errors
/// When the workspace cannot be written.
pub async fn go_on(store: &dyn Workspace, account: AccountId) -> Result<()> {
    Ok(store.set_setting(&setting_of(account), "go on").await?)
}

impl Run<'_> {
    /// Reads whether the person said to go on with a site that was set back.
    pub(crate) async fn read_go_on(&self) -> Result<()> {
        for site in &self.sites {
            let said = self.store.setting(&setting_of(site.site.account)).await?;
            site.set_goes_on(said.as_deref() == Some("go on"));
        }
        Ok(())
    }

    /// Leaves out each site that was set back. One that the person goes on with is taken as it is, and what has another's id there is set apart.
    pub(crate) async fn look_back(&mut self, pulled: &mut [Vec<Pulled>]) -> Result<()> {
        let mut left_out = Vec::new();
        for (site, spaces) in self.sites.iter().zip(pulled) {
            for space in spaces.iter().filter(|pulled| pulled.complete).map(|pulled| &pulled.space) {
                if site.goes_on() {
                    self.set_others_apart(site, space).await?;
                } else if let Some(sign) = self.sign_of(site, space).await? {
                    site.leave(RemoteErrorKind::WrongSite);
                    left_out.push(left(site, &sign));
                    break;
                }
            }
            if left_out.last().is_some_and(|left: &LeftOut| left.account == site.site.account) {
                spaces.clear();
            }
        }
        self.left_out.extend(left_out);
        Ok(())
    }

    /// Ends the leave to go on once a whole sync has taken over what is there.
    pub(crate) async fn end_go_on(&self) -> Result<()> {
        for site in self.sites.iter().filter(|site| site.goes_on() && site.is_in()) {
            self.store.set_setting(&setting_of(site.site.account), "").await?;
        }
        Ok(())
    }

    /// How an object received stands to its mapping.
    pub(crate) fn standing(&self, site: &RunningSite, known: &Mapped, object: &RemoteObject) -> Standing {
        if !self.has(EngineGuard::Standing) {
            return Standing::Follows;
        }
        let remote = &*site.site.remote;
        let base = remote.canonical(object.remote.kind, &known.base.content);
        standing(times_of(known), Times::of(object), base != canonical(remote, object))
    }

    /// What tells that a site was set back, in words; nothing where all follows from what is known.
    async fn sign_of(&self, site: &RunningSite, space: &SiteSpace) -> Result<Option<String>> {
        let mapped = self.store.mapped(site.site.account, space.id).await?;
        let rows: BTreeMap<&RemoteRef, _> = mapped.iter().map(|row| (&row.remote, row)).collect();
        let mut fresh = Vec::new();
        for (remote, news) in self.store.staged(space.id, site.site.account).await? {
            let News::Object(object) = news else { continue };
            let Some(row) = rows.get(&remote) else {
                fresh.push(object);
                continue;
            };
            let Some(known) = self.store.mapping(row.entity, site.site.account).await? else { continue };
            if self.standing(site, &known, &object) == Standing::Follows || self.is_young(site, &known) {
                continue;
            }
            // A second look, from the freshest place there is: one old answer says nothing yet.
            let Ok(Reading::Here(again)) = site.site.remote.read(&space.remote, &remote).await else { continue };
            let title = self.store.get(known.entity).await?.content.title;
            match self.standing(site, &known, &again) {
                Standing::Follows => {}
                Standing::Behind => {
                    return Ok(Some(format!("{} is older there than when it was last read", named(&title, &known))));
                }
                Standing::Another => {
                    return Ok(Some(format!("something else is there now where {} was", named(&title, &known))));
                }
            }
        }
        for object in fresh.into_iter().filter(|_| self.has(EngineGuard::Standing)) {
            let kind = object.remote.kind;
            let Some(top) = highest(rows.keys().copied(), kind).and_then(|top| rows.get(top)) else { continue };
            let Some(known) = self.store.mapping(top.entity, site.site.account).await? else { continue };
            let (made, fresh) = (times_of(&known).created, Times::of(&object).created);
            if is_out_of_turn((&known.remote, made), (&object.remote, fresh)) {
                return Ok(Some("what is new there is counted on from an earlier number".to_owned()));
            }
        }
        Ok(None)
    }

    /// Whether what is known is so new that a replica may not have it yet.
    fn is_young(&self, site: &RunningSite, known: &Mapped) -> bool {
        let there = self.now() + TimeDelta::seconds(site.clock_offset());
        known.changed_at.is_some_and(|changed| there - changed < REPLICAS)
    }

    async fn set_others_apart(&self, site: &RunningSite, space: &SiteSpace) -> Result<()> {
        if self.only_as_shown {
            return Ok(());
        }
        // Its files are those of then, too.
        self.store.forget_uploads(&place(site, space.id)).await?;
        for (remote, news) in self.store.staged(space.id, site.site.account).await? {
            let News::Object(object) = news else { continue };
            let Some(entity) = self.store.by_remote(site.site.account, &remote).await? else { continue };
            let Some(known) = self.store.mapping(entity, site.site.account).await? else { continue };
            if self.standing(site, &known, &object) == Standing::Another {
                self.store.set_apart(entity, site.site.account, ANOTHER_NOW, self.now()).await?;
            }
        }
        Ok(())
    }
}

pub(crate) fn times_of(known: &Mapped) -> Times {
    let created = known.base.facts.get(domain::fact::CREATED_AT).map(String::as_str);
    Times::from_fact(created, known.changed_at)
}

fn named(title: &str, known: &Mapped) -> String {
    match (title, known.remote.kind) {
        ("", Kind::Post | Kind::Reply) => "a reply".to_owned(),
        ("", _) => "something without a title".to_owned(),
        (title, _) => format!("\u{201c}{title}\u{201d}"),
    }
}

fn left(site: &RunningSite, sign: &str) -> LeftOut {
    let name = site.site.name.clone();
    LeftOut {
        account: site.site.account,
        space: None,
        code: SET_BACK.to_owned(),
        why: format!(
            "{name} seems to have been set back to an earlier state: {sign}. Nothing was taken over and nothing was sent; all that you have is safe \
             here. Ask who runs it. If it stays as it is, choose to go on with it: what is there is then taken over, and what is only here stays and \
             waits for you."
        ),
        name,
    }
}
