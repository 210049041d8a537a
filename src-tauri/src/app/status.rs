//! The truth about the workspace in one value, and the states that rows and documents show.

use std::collections::{BTreeMap, HashMap};

use domain::links::{Address, Target};
use domain::{EntityId, FieldValue, Kind, SpaceId, fact, field};
use store::{Account, Entity, Space, Unsent, UnsentChange};

use super::on_site::OnSite;
use super::states::States;
use super::tree::target_of;
use super::{App, text_of};
use crate::dto::{SiteStatusDto, StateDto, StatusDto};
use crate::error::Result;

/// How an account's site stands, by what the last sync found.
pub(crate) fn site_state(account: &Account) -> &'static str {
    match account.trouble.as_deref() {
        None if account.reached_at.is_some() => "ok",
        None => "unknown",
        Some("sign_in" | "other_user") => "sign_in",
        Some(sync::SET_BACK) => "set_back",
        Some(_) => "offline",
    }
}

/// Why nothing can be written with an account's key: it was approved for reading alone.
pub(crate) fn read_only_key(account: &Account) -> Option<String> {
    #[cfg(feature = "discourse-integration")]
    if account.auth == super::userkeys::FOR_READING {
        return Some(discourse::READ_ONLY_KEY.to_owned());
    }
    #[cfg(not(feature = "discourse-integration"))]
    let _of_a_fuller_build = account;
    None
}

impl States {
    fn note_unsent(&mut self, unsent: &Unsent) {
        let state = match unsent.change {
            UnsentChange::New => StateDto::New,
            UnsentChange::Edited => StateDto::Edited,
            UnsentChange::Deleted => StateDto::DeletedHere,
        };
        self.unsent.insert(unsent.entity, state);
        if unsent.refused.is_some() {
            self.refused.insert(unsent.entity);
        }
    }
}

impl App {
    /// What the Sync control, the badges and the status line say, all from the same rows.
    pub async fn status(&self) -> Result<StatusDto> {
        let counts = self.store.counts().await?;
        let spaces = self.store.spaces().await?;
        let accounts = self.store.accounts().await?;
        let last_sync = self.store.reports(1).await?;
        let last_sync = last_sync.first().and_then(|text| serde_json::from_str::<sync::Report>(text).ok());
        let mut overlapping = 0;
        for (entity, ..) in self.overlapping().await? {
            overlapping += u32::from(self.store.conflict(entity.id).await?.is_none());
        }
        let conflicts = counts.conflicts + overlapping;
        let troubled = |code: &str| accounts.iter().any(|account| account.trouble.as_deref() == Some(code));
        Ok(StatusDto {
            spaces: u32::try_from(spaces.len()).unwrap_or(u32::MAX),
            documents: counts.documents,
            to_send: counts.to_send,
            conflicts,
            needs_you: conflicts + counts.refused,
            last_sync_at: last_sync.map(|report| text_of(report.finished_at)),
            offline: !accounts.is_empty()
                && accounts.iter().all(|account| account.trouble.as_deref() == Some("unreachable")),
            sign_in: troubled("sign_in"),
            running: self.progress(),
            sites: accounts.iter().map(|account| self.site_status(account)).collect::<Result<_>>()?,
        })
    }

    fn site_status(&self, account: &Account) -> Result<SiteStatusDto> {
        Ok(SiteStatusDto {
            account: account.id.to_string(),
            site_name: account.site_name.clone(),
            reached_at: account.reached_at.map(text_of),
            state: site_state(account).to_owned(),
            notifications: self.store.notifications(account.id)?,
            read_only: read_only_key(account),
        })
    }

    pub(crate) async fn site_name(&self, space: &Space) -> Result<String> {
        Ok(match space.account {
            Some(account) => self.store.account(account).await?.site_name,
            None => "this computer".to_owned(),
        })
    }

    /// States of everything in a space.
    pub(crate) async fn states(&self, space: SpaceId) -> Result<States> {
        let mut states = States::default();
        for conflict in self.store.conflicts().await? {
            states.conflicts.insert(conflict.entity);
        }
        for unsent in self.store.outbox().await?.into_iter().filter(|unsent| unsent.space == space) {
            states.note_unsent(&unsent);
        }
        self.note_drafts(&mut states).await?;
        Ok(states)
    }

    /// What the sites' side makes of these documents.
    pub(crate) async fn states_by_sites(&self, entities: &[&Entity]) -> Result<States> {
        let ids: Vec<EntityId> = entities.iter().map(|entity| entity.id).collect();
        let mut states = States { conflicts: self.store.conflicts_among(&ids).await?, ..States::default() };
        for unsent in self.store.unsent_among(&ids).await? {
            states.note_unsent(&unsent);
        }
        Ok(states)
    }

    pub(crate) async fn on_site(&self, entity: EntityId) -> Result<OnSite> {
        Ok(match self.store.home_mapping(entity).await? {
            None => OnSite::default(),
            Some(mapping) => OnSite {
                remote: Some(mapping.remote.id),
                read_only: mapping.read_only,
                changed_by: mapping.changed_by,
                changed_at: mapping.changed_at.map(text_of),
                seen_at: Some(text_of(mapping.verified_at)),
                url: mapping.url,
                facts: mapping.base.facts,
                base: Some(mapping.base.content),
            },
        })
    }

    /// What each module item of a space leads to: by remote id, or by a page's slug.
    pub(crate) async fn item_targets(&self, space: SpaceId) -> Result<HashMap<EntityId, EntityId>> {
        let Some(account) = self.store.space(space).await?.account else { return Ok(HashMap::new()) };
        let rows = self.store.mapped(account, space).await?;
        let by_remote: HashMap<_, _> = rows.iter().map(|row| (row.remote.clone(), row.entity)).collect();
        let kinds: HashMap<EntityId, Kind> = rows.iter().map(|row| (row.entity, row.remote.kind)).collect();
        let facts = self.store.facts(space).await?;
        let of_kind = |entity: &EntityId, kind: Kind| kinds.get(entity) == Some(&kind);
        let slugs: BTreeMap<&String, EntityId> = facts
            .iter()
            .filter(|(entity, _)| of_kind(entity, Kind::Page))
            .filter_map(|(entity, facts)| facts.get(fact::SLUG).map(|slug| (slug, *entity)))
            .collect();
        let mut targets = HashMap::new();
        // An item that no site has yet says itself what it shows.
        for row in self.store.list(space).await?.iter().filter(|row| row.kind == Kind::ModuleItem) {
            let Some(FieldValue::Text(shown)) = row.fields.get(field::ITEM_TARGET) else { continue };
            let there = || target_of(shown).and_then(|remote| by_remote.get(&remote).copied());
            let here = match Address::parse(shown).map(|address| address.target) {
                Some(Target::Entity(entity)) => Some(entity),
                _ => there(),
            };
            targets.extend(here.map(|shown| (row.id, shown)));
        }
        targets.extend(facts.iter().filter(|(entity, _)| of_kind(entity, Kind::ModuleItem)).filter_map(
            |(entity, facts)| {
                let by_id = facts
                    .get(fact::TARGET)
                    .and_then(|target| target_of(target))
                    .and_then(|remote| by_remote.get(&remote).copied());
                let by_slug = || facts.get(fact::SLUG).and_then(|slug| slugs.get(slug).copied());
                by_id.or_else(by_slug).map(|target| (*entity, target))
            },
        ));
        Ok(targets)
    }
}

#[cfg(all(test, feature = "discourse-integration"))]
mod tests {
    use domain::{AccountId, IdSeed, RemoteId, SiteKind};

    use super::*;

    #[test]
    fn a_key_that_was_approved_for_reading_alone_says_so_and_no_other_does() {
        let with = |auth: &str| Account {
            id: AccountId::new(IdSeed { unix_millis: 1, random: [0; 10] }),
            site: SiteKind::Discourse,
            url: "https://forum.example.org/".to_owned(),
            site_name: "Forum".to_owned(),
            user: RemoteId::from(7),
            user_name: "ada".to_owned(),
            auth: auth.to_owned(),
            login: None,
            secret_place: "keychain".to_owned(),
            secret_env: None,
            reached_at: None,
            trouble: None,
        };
        for auth in ["token", "admin_key", "user_key"] {
            assert_eq!(read_only_key(&with(auth)), None, "{auth}");
        }
        assert!(read_only_key(&with("user_key_read")).is_some_and(|why| why.contains("changes stay on this computer")));
    }
}
