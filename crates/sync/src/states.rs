//! From what is stored and what was received to the states that a plan is made of.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::plan::{
    BaseCopy, ConflictStrategy, EntityState, LocalCopy, Moment, Observed, ParkedCopy, Standing, Times, says_the_same,
};
use domain::{Content, EntityId, Kind, Known, Reading, Remote, RemoteObject, RemoteRef, fact};
use store::{Mapped, MappedRow, News, SentBefore};

use crate::Run;
use crate::error::Result;
use crate::far::Far;
use crate::guards::EngineGuard;
use crate::pull::Pulled;
use crate::site::{RunningSite, SiteSpace};
use crate::strategy::strategy_for;

/// Second witnesses asked for in one space at most; more than this many missing at once is a question anyway.
const WITNESSES: usize = 30;

/// A time measured by a clock is sure to within this many seconds: servers keep whole seconds, and the offset is measured in them.
const CLOCK_WITHIN: i64 = 2;

impl Run<'_> {
    /// What a pull of a space has to know.
    pub(crate) async fn known(&self, site: &RunningSite, space: &SiteSpace) -> Result<Vec<Known>> {
        Ok(self
            .store
            .mapped(site.site.account, space.id)
            .await?
            .into_iter()
            .map(|mapped| Known {
                remote: mapped.remote,
                parent: mapped.parent,
                token: mapped.token,
                verified_at: mapped.verified_at,
                opened_at: mapped.opened_at,
            })
            .collect())
    }

    /// States of everything in a space that may need something done, and how many things of it are mapped. What is the same on both
    /// sides is left out without being loaded.
    pub(crate) async fn states(&self, site: &RunningSite, pulled: &Pulled) -> Result<(Vec<EntityState>, usize)> {
        let space = &pulled.space;
        if pulled.complete {
            self.map_what_is_back(site, space).await?;
        }
        let mapped: BTreeMap<RemoteRef, _> = self
            .store
            .mapped(site.site.account, space.id)
            .await?
            .into_iter()
            .map(|row| (row.remote.clone(), row))
            .collect();
        let mut states = Vec::new();
        let mut seen: BTreeSet<RemoteRef> = BTreeSet::new();

        if pulled.complete {
            let staged = self.store.staged(space.id, site.site.account).await?;
            self.note_read(site, &mapped, &staged).await?;
            for (remote, news) in staged {
                seen.insert(remote.clone());
                let row = mapped.get(&remote);
                let is_news = matches!(news, News::Object(_));
                if !is_news && row.is_some_and(MappedRow::is_quiet) {
                    continue;
                }
                let object = match news {
                    News::Unchanged => None,
                    // It is to be compared with an edit.
                    News::Same => self.store.staged_object(space.id, &remote).await?,
                    News::Object(object) => Some(*object),
                };
                // What moved to another space that is kept is that space's to receive; here it is neither news nor missing.
                if object.as_ref().is_some_and(|object| stands_elsewhere(site, space, object)) {
                    continue;
                }
                let (entity, observed) = match (row, object) {
                    (None, None) => continue,
                    (None, Some(object)) => match self.store.by_remote(site.site.account, &remote).await? {
                        Some(entity) => (entity, observed(site, &object)),
                        None => {
                            states.push(self.fresh(site, space, object));
                            continue;
                        }
                    },
                    (Some(row), None) => (row.entity, Observed::Unchanged),
                    (Some(row), Some(object)) if is_news && self.is_old_news(site, row.entity, &object).await? => {
                        (row.entity, Observed::NotRead)
                    }
                    (Some(row), Some(object)) => (row.entity, as_seen(site, &object, is_news)),
                };
                states.push(self.known_state(site, space, entity, observed).await?);
            }
        }

        let missing: Vec<_> = mapped.values().filter(|row| !seen.contains(&row.remote)).collect();
        for (index, row) in missing.into_iter().enumerate() {
            let observed = match pulled.complete {
                false => Observed::NotRead,
                true if !self.has(EngineGuard::SecondWitness) => Observed::Gone,
                true if index < WITNESSES => self.second_witness(site, space, &row.remote).await?,
                true => Observed::Missing,
            };
            states.push(self.known_state(site, space, row.entity, observed).await?);
        }

        for entity in self.store.unmapped(space.id).await? {
            let mut state = self.known_state(site, space, entity, Observed::NotRead).await?;
            if let Some(twin) = self.twin_of(site, &state, &states).await? {
                let twin = states.remove(twin);
                (state.observed, state.fresh) = (twin.observed, twin.fresh);
            }
            states.push(state);
        }
        Ok((states, mapped.len()))
    }

    /// Whether an object says what was before what is known of it: an answer of a replica that lags. It is no news, and nothing follows.
    async fn is_old_news(&self, site: &RunningSite, entity: EntityId, object: &RemoteObject) -> Result<bool> {
        let Some(known) = self.store.mapping(entity, site.site.account).await? else { return Ok(false) };
        Ok(match self.standing(site, &known, object) {
            Standing::Follows => false,
            // Taken as it is, once the person goes on with a site that was set back.
            Standing::Behind => !site.goes_on(),
            Standing::Another => true,
        })
    }

    /// The one thing that is new there and is what was made here: sent by a workspace of which this one is a copy. Made again, it would be there
    /// twice. A post is told by more than its words, as many say the same.
    async fn twin_of(&self, site: &RunningSite, state: &EntityState, states: &[EntityState]) -> Result<Option<usize>> {
        let (Some(entity), Some(local)) = (state.entity, &state.local) else { return Ok(None) };
        if !state.kind.is_document() || !state.kind.has_title() || state.read_only.is_some() {
            return Ok(None);
        }
        let is_twin = |other: &EntityState| match &other.observed {
            Observed::Seen { canonical, .. } => {
                other.entity.is_none() && other.kind == state.kind && says_the_same(&local.canonical, canonical)
            }
            _ => false,
        };
        let mut twins = states.iter().enumerate().filter(|(_, other)| is_twin(other)).map(|(at, _)| at);
        let (Some(at), None) = (twins.next(), twins.next()) else { return Ok(None) };
        let Some(remote) = &states[at].fresh else { return Ok(None) };
        let object = self.store.staged_object(state.space, remote).await?;
        let made_there = object.as_ref().and_then(|object| Times::of(object).created);
        let made_here =
            self.store.get(entity).await?.created_at + TimeDelta::seconds(site.clock_offset() - CLOCK_WITHIN);
        Ok(made_there.is_some_and(|there| there >= made_here).then_some(at))
    }

    /// Writes down which objects were read and how: their time of reading, and facts and rights where the content is what it was.
    async fn note_read(
        &self,
        site: &RunningSite,
        mapped: &BTreeMap<RemoteRef, MappedRow>,
        staged: &[(RemoteRef, News)],
    ) -> Result<()> {
        let (mut same, mut differing) = (Vec::new(), Vec::new());
        for (remote, news) in staged {
            let Some(row) = mapped.get(remote) else { continue };
            match news {
                News::Unchanged => {}
                News::Same => same.push(row.entity),
                News::Object(object) => differing.push((row.entity, RemoteObject::clone(object))),
            }
        }
        self.store.note_verified(site.site.account, &same, self.now()).await?;
        // A token that was taken over while what came with it was only looked at would hide that from the next pull.
        if self.only_as_shown {
            return Ok(());
        }
        let moved: Vec<EntityId> = differing.iter().map(|(entity, _)| *entity).collect();
        self.store.hold_copied(&moved).await?;
        Ok(self.store.refresh_mirror(site.site.account, &differing, self.now()).await?)
    }

    async fn second_witness(&self, site: &RunningSite, space: &SiteSpace, remote: &RemoteRef) -> Result<Observed> {
        Ok(match site.site.remote.read(&space.remote, remote).await {
            Ok(Reading::Here(object)) if stands_elsewhere(site, space, &object) => Observed::Missing,
            Ok(Reading::Here(object)) => {
                let observed = observed(site, &object);
                self.store.stage(self.id, site.site.account, space.id, &[*object], &[]).await?;
                observed
            }
            Ok(Reading::Gone) => Observed::Gone,
            Ok(Reading::Hidden(_)) | Err(_) => Observed::Missing,
        })
    }

    pub(crate) fn fresh(&self, site: &RunningSite, space: &SiteSpace, object: RemoteObject) -> EntityState {
        EntityState {
            entity: None,
            space: space.id,
            account: site.site.account,
            kind: object.remote.kind,
            fresh: Some(object.remote.clone()),
            parent: object.parent.clone(),
            delete_asked: false,
            local: None,
            base: None,
            observed: observed(site, &object),
            parked: None,
            read_only: None,
            strategy: ConflictStrategy::Ask,
            far: false,
        }
    }

    /// The state of one entity from the store, beside what was observed of it.
    pub(crate) async fn known_state(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        entity: EntityId,
        observed: Observed,
    ) -> Result<EntityState> {
        let mut stored = self.store.get(entity).await?;
        let mapping = self.store.mapping(entity, site.site.account).await?;
        let remote = &site.site.remote;
        let far = self.far(site, &stored, mapping.as_ref()).await?;
        // A linked document that was deleted here goes from its home first; what is there is looked at when that is settled.
        let waits = far.is_some() && stored.deleted_at.is_some() && self.is_at_home(&stored).await?;
        let observed = if waits { Observed::NotRead } else { observed };
        let canonical = match &far {
            Some(far) => self.canonical_there(site, space, far, &stored.content, mapping.as_ref()).await?,
            None => {
                let base = mapping.as_ref().map(|mapping| &mapping.base);
                if let Some(body) = self.as_there(site, space.id, stored.format, &stored.content.body, base).await? {
                    stored.content.body = body;
                }
                self.named_there(site, &mut stored).await?;
                remote.canonical(stored.kind, &stored.content)
            }
        };
        let vector = self.store.vector(entity).await?;
        let kind = stored.kind;
        let asked = |conflict: store::ConflictRow| conflict.sort == store::ConflictSort::DeletedHereEditedThere;
        let delete_asked = stored.deleted_at.is_some()
            && (self.store.conflict(entity).await?.is_some_and(asked)
                || self.store.written_under_since_deleted(entity).await?);
        let is_as_agreed = matches!(observed, Observed::Unchanged | Observed::Seen { restamped: false, .. });
        // Only what changed on both sides is settled by a strategy.
        let strategy = match &observed {
            Observed::Seen { .. } => strategy_for(self.store, stored.space, entity, self.strategy).await?,
            _ => self.strategy,
        };
        let elsewhere = match strategy {
            ConflictStrategy::PreferMostRecent => self.written_elsewhere(site, &stored, &vector).await?,
            _ => None,
        };
        let edited_at =
            elsewhere.map(|at| moment(at, 0)).or_else(|| Some(moment(stored.updated_at, site.clock_offset())));
        let state = EntityState {
            entity: Some(entity),
            space: space.id,
            account: site.site.account,
            kind,
            fresh: None,
            parent: mapping.as_ref().and_then(|mapping| mapping.parent.clone()),
            delete_asked,
            local: Some(LocalCopy {
                canonical,
                content: stored.content,
                vector,
                deleted: stored.deleted_at.is_some() && !waits,
                counter: stored.counter,
                edited_at,
            }),
            read_only: match self.store.sent_before_on(entity, site.site.account).await? {
                Some(SentBefore::WithModerator) => {
                    Some("A moderator of the forum has to approve it before it can change.".to_owned())
                }
                Some(SentBefore::Unsure) => Some("It may be there already. It waits for you to look.".to_owned()),
                None => self.read_only(site, space, far.as_ref().map_or(kind, Far::kind), mapping.as_ref()),
            },
            base: mapping.map(|mapping| BaseCopy {
                canonical: match &far {
                    Some(far) => far.canonical_base(&**remote),
                    None => remote.canonical(kind, &mapping.base.content),
                },
                remote: mapping.remote,
                content: far.as_ref().map_or(mapping.base.content, Far::base),
                vector: mapping.remote_vector,
                returned_body: mapping.base.returned_body,
            }),
            observed: match &far {
                Some(far) => far.observed(&**remote, observed),
                None => observed,
            },
            parked: self
                .store
                .parked_on(entity, site.site.account)
                .await?
                .filter(|parked| parked.until.is_none_or(|until| until > self.now()))
                .filter(|parked| !(parked.copied && is_as_agreed))
                .map(|parked| ParkedCopy { counter: parked.counter }),
            strategy,
            far: far.is_some(),
        };
        self.without_followed(site, state).await
    }

    /// What a linked document's other site would be sent for a content, as the two are compared.
    pub(crate) async fn canonical_there(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        far: &Far,
        content: &Content,
        mapping: Option<&Mapped>,
    ) -> Result<Content> {
        let mut there = far.there(content);
        let base = mapping.map(|mapping| &mapping.base);
        if let Some(body) = self.as_there(site, space.id, far.format(), &there.body, base).await? {
            there.body = body;
        }
        Ok(far.canonical(&*site.site.remote, &there))
    }

    pub(crate) fn read_only(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        kind: Kind,
        mapping: Option<&Mapped>,
    ) -> Option<String> {
        let concerns = |_: &String| site.site.remote.site().space_reason_concerns(kind, mapping.is_some());
        mapping
            .and_then(|mapping| mapping.read_only.clone())
            .or_else(|| site.why_closed(space).filter(concerns))
            .or_else(|| site.read_only())
    }
}

/// Whether an object is in another space of its site by now, and that space is kept, too.
pub(crate) fn stands_elsewhere(site: &RunningSite, space: &SiteSpace, object: &RemoteObject) -> bool {
    object
        .facts
        .get(fact::SPACE)
        .is_some_and(|there| *there != space.remote.0 && site.site.spaces.iter().any(|kept| kept.remote.0 == *there))
}

/// What a received object comes to in a state.
pub(crate) fn observed(site: &RunningSite, object: &RemoteObject) -> Observed {
    as_seen(site, object, false)
}

fn as_seen(site: &RunningSite, object: &RemoteObject, restamped: bool) -> Observed {
    Observed::Seen {
        canonical: canonical(&*site.site.remote, object),
        content: object.content.clone(),
        returned_body: object.returned_body.clone(),
        changed_at: object.changed_at.map(|at| moment(at, 0)),
        restamped,
    }
}

/// An object's content in the site's canonical form.
pub(crate) fn canonical(remote: &dyn Remote, object: &RemoteObject) -> domain::Content {
    remote.canonical(object.remote.kind, &object.content)
}

fn moment(at: DateTime<Utc>, offset: i64) -> Moment {
    Moment { seconds: at.timestamp() + offset, within: CLOCK_WITHIN }
}
