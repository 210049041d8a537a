//! Documents that stand on a second site, too.

use domain::{AccountId, EntityId, Format, Kind, SiteKind, SpaceId};
use store::{Entity, Link, Space};

use super::tree::site_dto;
use super::{App, id, now};
use crate::dto::{TargetDto, TargetStateDto};
use crate::error::{Failure, Result};

impl App {
    /// The sites that a document stands on, its home first; nothing for what is on this computer alone.
    pub async fn document_targets(&self, document: &str) -> Result<Vec<TargetDto>> {
        let id: EntityId = id(document)?;
        let entity = self.store.get(id).await?;
        let space = self.store.space(entity.space).await?;
        let mut targets = Vec::new();
        if let Some(account) = space.account {
            targets.push(self.target(&entity, account, &space, None).await?);
        }
        for link in self.store.links_of(id).await? {
            let space = self.store.space(link.space).await?;
            targets.push(self.target(&entity, link.account, &space, Some(&link)).await?);
        }
        Ok(targets)
    }

    /// Links a document to a course or a category; with `to`, to the document there that is the same. The next sync makes it there, or
    /// joins the two and asks where they differ.
    pub async fn document_link(&self, document: &str, space: &str, to: Option<&str>) -> Result<Vec<TargetDto>> {
        let entity = self.store.get(id(document)?).await?;
        let there = self.store.space(id::<SpaceId>(space)?).await?;
        let (account, kind) = fits(&entity, &there)?;
        let taken = |error| match error {
            store::Error::Taken => Failure::Invalid(format!("It is linked with {} already.", there.name)),
            store::Error::Unsent => {
                Failure::Invalid("The other one has changes that were not sent yet. Sync first.".to_owned())
            }
            error => error.into(),
        };
        match to {
            None => self.store.link(entity.id, account, there.id, kind).await.map_err(taken)?,
            Some(other) => {
                let other = self.store.get(id(other)?).await?;
                if other.space != there.id
                    || !other.kind.has_title()
                    || !other.kind.is_document()
                    || other.id == entity.id
                {
                    return Err(Failure::Invalid(format!("That is no document of {}.", there.name)));
                }
                self.store.link_to(entity.id, other.id, now()).await.map_err(taken)?;
                self.tell_changed(there.id, other.id);
            }
        }
        self.tell_changed(entity.space, entity.id);
        self.document_targets(document).await
    }

    /// Ends a link. Both copies stay where they are.
    pub async fn document_unlink(&self, document: &str, account: &str) -> Result<Vec<TargetDto>> {
        let (id, account): (EntityId, AccountId) = (id(document)?, id(account)?);
        if self.store.link_of(id, account).await?.is_none() {
            return Err(Failure::Invalid("It is not linked with that account.".to_owned()));
        }
        self.store.unlink(id, account, now()).await?;
        self.tell_changed(self.store.get(id).await?.space, id);
        self.document_targets(document).await
    }

    async fn target(
        &self,
        entity: &Entity,
        account: AccountId,
        space: &Space,
        link: Option<&Link>,
    ) -> Result<TargetDto> {
        let mapping = self.store.mapping(entity.id, account).await?;
        let parked = self.store.parked_on(entity.id, account).await?;
        let asks = self
            .store
            .conflict(entity.id)
            .await?
            .is_some_and(|row| row.account == account || row.parties.iter().any(|party| party.account == account));
        let local = self.store.vector(entity.id).await?;
        let state = match &mapping {
            _ if asks => TargetStateDto::Conflict,
            _ if parked.is_some() => TargetStateDto::Refused,
            None => TargetStateDto::NotThere,
            Some(mapping) if mapping.remote_vector == local => TargetStateDto::InStep,
            Some(_) => TargetStateDto::ToSend,
        };
        let kept = link.and_then(|link| link.home.as_deref()).map(sync::kept_at_home).unwrap_or_default();
        Ok(TargetDto {
            account: account.to_string(),
            site: site_dto(space.site),
            site_name: self.site_name(space).await?,
            space: space.id.to_string(),
            space_name: space.name.clone(),
            home: link.is_none(),
            state,
            reason: parked.map(|parked| parked.reason),
            url: mapping.and_then(|mapping| mapping.url),
            kept: kept.iter().map(|kept| kept.words().to_owned()).collect(),
        })
    }
}

/// The account of a space, and what a document is there.
fn fits(entity: &Entity, there: &Space) -> Result<(AccountId, Kind)> {
    let no = |words: &str| Err(Failure::Invalid(words.to_owned()));
    if entity.deleted_at.is_some() || !entity.kind.is_document() || !entity.kind.has_title() {
        return no("Only a document with a title can be linked.");
    }
    let (Some(account), Some(site)) = (there.account, there.site) else {
        return no("That space is on this computer alone. Choose a course or a category.");
    };
    match (entity.format, site) {
        (Format::Html, SiteKind::Discourse) => Ok((account, Kind::Topic)),
        (Format::Markdown, SiteKind::Canvas) => Ok((account, Kind::Page)),
        (Format::Html, SiteKind::Canvas) => no("A page can be linked with a forum's category."),
        (_, _) => no("A topic can be linked with a course."),
    }
}
