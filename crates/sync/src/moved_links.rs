//! Links that lead to where something was before: led to where it is, as edits like any other.

use std::collections::BTreeMap;

use domain::Content;
use domain::links::rewritten;
use domain::plan::{Action, ConflictStrategy, EntityState, LocalCopy, Observed, decide};
use domain::{EntityId, Kind, VersionVector, fact};
use store::{Entity, Mapped, StaleLink};

use crate::Run;
use crate::error::Result;
use crate::report::{Did, Item};
use crate::site::{RunningSite, SiteSpace};

impl Run<'_> {
    /// Leads the links of texts kept here to where their targets are by now. Each link is led once; the next sync sends the texts.
    pub(crate) async fn follow_moved(&self) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        for site in self.sites.iter().filter(|site| site.is_in()) {
            let mut of_source: BTreeMap<EntityId, Vec<StaleLink>> = BTreeMap::new();
            for link in self.store.stale_links(site.site.account).await? {
                of_source.entry(link.source).or_default().push(link);
            }
            for links in of_source.into_values() {
                let Some(space) = site.site.spaces.iter().find(|space| space.id == links[0].space) else { continue };
                items.extend(self.follow_in(site, space, &links).await?);
            }
        }
        Ok(items)
    }

    async fn follow_in(&self, site: &RunningSite, space: &SiteSpace, links: &[StaleLink]) -> Result<Option<Item>> {
        let entity = self.store.get(links[0].source).await?;
        // What is being decided would be asked about anew.
        if self.store.conflict(entity.id).await?.is_some() {
            return Ok(None);
        }
        let mapping = self.store.mapping(entity.id, site.site.account).await?;
        let body = led(&entity.content.body, links);
        if body != entity.content.body
            && let Some(why) = self.text_locked(site, space, entity.kind, mapping.as_ref())
        {
            // What another thing owns the text of follows with that.
            if entity.kind == Kind::Assignment
                && mapping.as_ref().is_some_and(|mapping| mapping.base.facts.contains_key(fact::TARGET))
            {
                return Ok(None);
            }
            let new: Vec<StaleLink> = links.iter().filter(|link| !link.told).cloned().collect();
            if new.is_empty() {
                return Ok(None);
            }
            self.store.hold_links(&new).await?;
            let words = format!("A link in it leads to the old address of {}, and stays so: {why}", targets(&new));
            return Ok(Some(self.about(site, &entity, mapping, Did::Held, words)));
        }
        let content = Content { body, ..entity.content.clone() };
        match self.store.follow_links(links, &content, entity.counter, self.now()).await {
            Ok(None) => Ok(None),
            Ok(Some(replaced)) => {
                let words =
                    format!("Its links follow {}, which has a new address. The next sync sends that.", targets(links));
                let item = self.about(site, &entity, mapping, Did::Followed, words);
                Ok(Some(Item { before: Some(replaced.before), after: Some(replaced.after), ..item }))
            }
            // Somebody types: the next sync follows.
            Err(store::Error::Raced) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn text_locked(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        kind: Kind,
        mapping: Option<&Mapped>,
    ) -> Option<String> {
        let part = || domain::fields::locked(&mapping?.base.facts).remove("body");
        self.read_only(site, space, kind, mapping).or_else(part)
    }

    fn about(&self, site: &RunningSite, entity: &Entity, mapping: Option<Mapped>, did: Did, words: String) -> Item {
        Item {
            entity: Some(entity.id),
            remote: mapping.map(|mapping| mapping.remote),
            space: entity.space,
            account: site.site.account,
            kind: entity.kind,
            title: entity.content.title.clone(),
            did,
            words,
            notes: Vec::new(),
            before: None,
            after: None,
        }
    }

    /// A state in which the site's text takes the place of ours where they would conflict and ours differs from the base by
    /// followed links alone: nobody is asked about what nobody wrote.
    pub(crate) async fn without_followed(&self, site: &RunningSite, state: EntityState) -> Result<EntityState> {
        let edited = |local: &LocalCopy| state.base.as_ref().is_some_and(|base| base.vector != local.vector);
        if !matches!(state.observed, Observed::Seen { .. })
            || !state.local.as_ref().is_some_and(edited)
            || !self.only_followed(site, &state).await?
        {
            return Ok(state);
        }
        // Whatever is chosen beforehand for what two people wrote: this was written by nobody.
        let state = EntityState { strategy: ConflictStrategy::Ask, ..state };
        if !matches!(decide(&state), Action::Conflict { .. }) {
            return Ok(state);
        }
        let (Some(local), Some(base)) = (&state.local, &state.base) else { return Ok(state) };
        let local = LocalCopy {
            content: base.content.clone(),
            canonical: base.canonical.clone(),
            vector: base.vector.clone(),
            ..local.clone()
        };
        Ok(EntityState { local: Some(local), ..state })
    }

    /// Whether all that was changed here are links that follow their targets.
    async fn only_followed(&self, site: &RunningSite, state: &EntityState) -> Result<bool> {
        let (Some(entity), Some(local), Some(base)) = (state.entity, &state.local, &state.base) else {
            return Ok(false);
        };
        if local.content.title != base.content.title || local.content.fields != base.content.fields {
            return Ok(false);
        }
        let followed = self.store.followed(entity, site.site.account).await?;
        let led = rewritten(&base.content.body, "", |reference| {
            followed.iter().find(|(from, _)| *from == reference.address).map(|(_, to)| to.clone())
        });
        Ok(!followed.is_empty() && led == local.content.body)
    }

    /// Whether a state stands for a text whose followed links gave way to the site's text.
    pub(crate) async fn gave_way(&self, entity: EntityId, local: &VersionVector) -> Result<bool> {
        Ok(self.store.vector(entity).await? != *local)
    }
}

/// A text with these links led to where their targets are.
fn led(body: &str, links: &[StaleLink]) -> String {
    let origin = links.first().map_or("", |link| link.origin.as_str());
    rewritten(body, origin, |reference| {
        links.iter().find(|link| link.from == reference.address).map(|link| link.to.clone())
    })
}

/// What links lead to, by title.
fn targets(links: &[StaleLink]) -> String {
    let named: Vec<String> = links.iter().map(|link| format!("\u{201c}{}\u{201d}", link.title)).collect();
    match named.as_slice() {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, rest @ ..] => format!("{first} and {} others", rest.len()),
        [] => String::new(),
    }
}
