//! A draft and a change that came in underneath, in the same words: shown like any conflict, and settled by the person's choice.

use domain::html::safe::{ImageSource, Profile, for_display};
use domain::merge::Side;
use domain::reconcile::Merged;
use domain::{Content, EntityId, Format};
use store::{Draft, Entity};

use super::conflicts::{field_questions, named, passages};
use super::saving::{Met, met};
use super::settling::answered;
use super::tree::{kind_dto, title_or_words};
use super::{App, now};
use crate::dto::{ConflictDto, ResolutionDto};
use crate::error::{Failure, Result};

impl App {
    /// The questions between a draft and its document.
    pub(crate) async fn overlap_dto(&self, id: EntityId) -> Result<ConflictDto> {
        let (entity, draft, merged) = self.overlap(id).await?;
        let on_site = self.on_site(id).await?;
        let space = self.store.space(entity.space).await?;
        let reading = |body: &str| {
            (entity.format == Format::Html).then(|| for_display(body, Profile::Canvas, &|_| ImageSource::Blocked))
        };
        Ok(ConflictDto {
            id: id.to_string(),
            about: named(Some(&draft.content), Some(&entity.content)),
            title: title_or_words(&draft.content.title, &draft.content.body),
            kind: kind_dto(entity.kind),
            site_name: self.site_name(&space).await?,
            their_author: on_site.changed_by,
            their_time: on_site.changed_at,
            sort: "draft".to_owned(),
            fields: field_questions(&merged, &self.telling(&space).await?),
            passages: passages(entity.format, &merged, &reading),
            mine_reading: reading(&draft.content.body),
            theirs_reading: reading(&entity.content.body),
            draft: merged.with(Side::Local).body,
            base: draft.base.body,
            mine: draft.content.body,
            theirs: entity.content.body,
        })
    }

    /// Saves what was chosen as the person's edit. Both texts stay in the history.
    pub(crate) async fn settle_overlap(&self, id: EntityId, choice: ResolutionDto, asked: &str) -> Result<()> {
        let (entity, draft, merged) = self.overlap(id).await?;
        if named(Some(&draft.content), Some(&entity.content)) != asked {
            return Err(super::settling::changed_since());
        }
        let content = match choice {
            ResolutionDto::Mine => merged.with(Side::Local),
            ResolutionDto::Theirs => merged.with(Side::Remote),
            ResolutionDto::Each { passages, fields } => answered(entity.kind, &merged, &passages, &fields)?,
            ResolutionDto::Edited { title, body } => Content { title, body, ..merged.with(Side::Local) },
            ResolutionDto::CreateAgain | ResolutionDto::LetGo | ResolutionDto::KeepHere => {
                return Err(Failure::Invalid("The document is there on both sides.".to_owned()));
            }
        };
        if content != entity.content {
            self.refuse_read_only(&entity).await?;
        }
        self.store.keep_version(id, &draft.content, "resolve", "you", now()).await?;
        match self.store.save(id, &content, Some(entity.counter), "resolve", now()).await {
            Err(store::Error::Raced) => return Err(super::settling::changed_since()),
            saved => saved?,
        };
        self.store.remove_draft(id)?;
        self.tell_changed(entity.space, id);
        Ok(())
    }

    async fn overlap(&self, id: EntityId) -> Result<(Entity, Draft, Merged)> {
        let entity = self.store.get(id).await?;
        let draft = self.store.draft(id)?.ok_or(store::Error::NotFound("conflict"))?;
        match met(&entity, &draft) {
            Met::Overlaps(merged) => Ok((entity, draft, *merged)),
            Met::Same | Met::Joins(_) => Err(store::Error::NotFound("conflict").into()),
        }
    }
}
