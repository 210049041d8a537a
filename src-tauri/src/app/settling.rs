//! What a person chose in a conflict or question, carried out.

use std::collections::BTreeMap;

use domain::merge::{Answer, Side};
use domain::reconcile::{FieldConflict, Merged, TITLE, set};
use domain::{Content, EntityId, FieldValue, Kind, SpaceId};
use store::{ConflictRow, ConflictSort, Entity, Space};

use super::conflicts::about;
use super::{App, id, now};
use crate::dto::{AnswerDto, FieldAnswerDto, ResolutionDto};
use crate::error::{Failure, Result};

impl App {
    /// Carries out what the person chose. The next sync sends it.
    ///
    /// `asked` is the `about` that [`App::conflict`] told: where either text has changed since, nothing is done and the questions are asked anew.
    pub async fn conflict_resolve(&self, document: &str, choice: ResolutionDto, asked: &str) -> Result<()> {
        let id: EntityId = id(document)?;
        if self.store.conflict(id).await?.is_none() {
            return self.settle_overlap(id, choice, asked).await;
        }
        let (entity, row) = self.conflict_row(id).await?;
        if about(&row) != asked {
            return Err(changed_since());
        }
        let theirs = row.theirs.as_ref().map(|object| object.content.clone());
        let mine = entity.content.clone();
        let merged = row.merged.as_ref();
        match choice {
            ResolutionDto::CreateAgain => self.store.unmap(entity.id, now()).await?,
            ResolutionDto::KeepHere => {
                let space = self.kept_here().await?;
                self.store.unmap(entity.id, now()).await?;
                self.store.move_to(entity.id, space).await?;
            }
            ResolutionDto::LetGo => self.let_go(&entity, &row).await?,
            ResolutionDto::Mine => self.settle(&entity, merged.map_or(mine, |merged| merged.with(Side::Local))).await?,
            ResolutionDto::Theirs => {
                let whole =
                    theirs.ok_or_else(|| Failure::Invalid("There is no copy on the site to take.".to_owned()))?;
                self.settle(&entity, merged.map_or(whole, |merged| merged.with(Side::Remote))).await?;
            }
            ResolutionDto::Each { passages, fields } => {
                let merged =
                    merged.ok_or_else(|| Failure::Invalid("There are no single questions to answer.".to_owned()))?;
                self.settle(&entity, answered(entity.kind, merged, &passages, &fields)?).await?;
            }
            ResolutionDto::Edited { title, body } => {
                let start = merged.map_or(mine, |merged| merged.with(Side::Local));
                self.settle(&entity, Content { title, body, ..start }).await?;
            }
        }
        self.tell_changed(entity.space, entity.id);
        Ok(())
    }

    async fn settle(&self, entity: &Entity, content: Content) -> Result<()> {
        let row = self.store.conflict(entity.id).await?;
        let theirs = row.and_then(|row| row.theirs).map(|object| object.content);
        let sends = theirs.as_ref() != Some(&content);
        // The base's hash is set anew by the next sync's comparison; until then the site's content itself stands for it.
        let hash = theirs.unwrap_or_default().hash();
        Ok(self.store.settle_conflict(entity.id, &content, &hash, sends, now()).await?)
    }

    async fn let_go(&self, entity: &Entity, row: &ConflictRow) -> Result<()> {
        match row.sort {
            // The site has a newer text than the one that was deleted here: seen by now, so the delete may go.
            ConflictSort::DeletedHereEditedThere => {
                let theirs = row.theirs.as_ref().map(|object| object.content.clone()).unwrap_or_default();
                self.settle(entity, theirs).await?;
                self.store.delete(entity.id, now()).await?;
            }
            _ => self.store.forget(entity.id, row.account, now()).await?,
        }
        Ok(())
    }

    /// The local space for what is kept on this computer only.
    async fn kept_here(&self) -> Result<SpaceId> {
        const NAME: &str = "Kept on this computer";
        if let Some(space) =
            self.store.spaces().await?.into_iter().find(|space| space.account.is_none() && space.name == NAME)
        {
            return Ok(space.id);
        }
        let space = Space {
            id: SpaceId::new(self.store.seed()),
            name: NAME.to_owned(),
            account: None,
            site: None,
            remote: None,
            read_only: None,
            last_synced_at: None,
            time_zone: None,
        };
        self.store.put_space(&space).await?;
        Ok(space.id)
    }
}

pub(crate) fn changed_since() -> Failure {
    Failure::Invalid("One of the two texts has changed since the questions were asked.".to_owned())
}

/// The content that one answer per question and field makes. No question is settled unasked.
pub(crate) fn answered(
    kind: Kind,
    merged: &Merged,
    passages: &[AnswerDto],
    fields: &[FieldAnswerDto],
) -> Result<Content> {
    let passages: Vec<Answer> = passages.iter().cloned().map(answer).collect();
    let unanswered = || Failure::Invalid("Not every question has an answer yet.".to_owned());
    let body = merged.body.answered(&passages).ok_or_else(unanswered)?;
    let mut content = Content { body, ..merged.settled.clone() };
    let answers: BTreeMap<&str, &AnswerDto> = fields.iter().map(|field| (field.name.as_str(), &field.answer)).collect();
    for field in &merged.fields {
        let answer = answers.get(field.name.as_str()).ok_or_else(unanswered)?;
        set(&mut content, &field.name, field_value(kind, field, answer)?);
    }
    Ok(content)
}

fn answer(answer: AnswerDto) -> Answer {
    match answer {
        AnswerDto::Mine => Answer::Local,
        AnswerDto::Theirs => Answer::Remote,
        AnswerDto::Both => Answer::Both,
        AnswerDto::Own { text } => Answer::Own { text },
    }
}

fn field_value(kind: Kind, field: &FieldConflict, answer: &AnswerDto) -> Result<Option<FieldValue>> {
    match answer {
        AnswerDto::Mine => Ok(field.local.clone()),
        AnswerDto::Theirs => Ok(field.remote.clone()),
        AnswerDto::Own { text } if field.name == TITLE => Ok(Some(FieldValue::Text(text.clone()))),
        AnswerDto::Own { text } => {
            super::fields::value_of(kind, &field.name, &serde_json::Value::from(text.as_str()).to_string()).map(Some)
        }
        AnswerDto::Both => Err(Failure::Invalid("Only one of the two can stay here.".to_owned())),
    }
}
