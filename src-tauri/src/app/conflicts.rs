//! What needs the person, shown whole.

use std::collections::HashSet;

use domain::html::safe::{ImageSource, Profile, for_display};
use domain::merge::{Hunk, Side};
use domain::reconcile::{FieldConflict, Merged};
use domain::{Content, EntityId, FieldValue, Format};
use store::{ConflictRow, ConflictSort, Entity};

use super::differences::marked;
use super::telling::Telling;
use super::tree::{kind_dto, label, site_dto, title_or_words};
use super::{App, id, text_of};
use crate::dto::{ConflictDto, ConflictPassageDto, FieldConflictDto, NeedsYouDto};
use crate::error::Result;

impl App {
    /// Conflicts, questions and refused items, oldest first.
    pub async fn needs_you(&self) -> Result<Vec<NeedsYouDto>> {
        let mut needs = Vec::new();
        for conflict in self.store.conflicts().await? {
            let entity = self.store.get(conflict.entity).await?;
            let (need, what, next): (_, _, &[&str]) = match conflict.sort {
                ConflictSort::EditedBoth => ("conflict", "The same words were changed here and there.", &["decide"]),
                ConflictSort::EditedHereDeletedThere => (
                    "question",
                    "You edited it. It was deleted on the site.",
                    &["create_again", "keep_here", "delete_here"],
                ),
                ConflictSort::DeletedHereEditedThere => {
                    ("question", "You deleted it. It was changed on the site since.", &["decide", "delete_there"])
                }
                ConflictSort::ManyGone => (
                    "question",
                    "It is gone from the site together with many others. That is unusual.",
                    &["keep_here", "delete_here"],
                ),
            };
            needs.push(self.need(&entity, need, what, "Nothing is overwritten.", text_of(conflict.since), next).await?);
        }
        let asked: HashSet<String> = needs.iter().map(|need: &NeedsYouDto| need.id.clone()).collect();
        for (entity, draft, _) in self.overlapping().await? {
            if asked.contains(&entity.id.to_string()) {
                continue;
            }
            let what = "It was changed while you were writing, in the same words.";
            let safe = "Your text is kept as a draft; nothing is overwritten.";
            needs.push(self.need(&entity, "conflict", what, safe, text_of(draft.saved_at), &["decide"]).await?);
        }
        for parked in self.store.all_parked().await?.into_iter().filter(|parked| !parked.queued) {
            let entity = self.store.get(parked.entity).await?;
            let who = match parked.account {
                Some(account) => self.store.account(account).await?.site_name,
                None => "The site".to_owned(),
            };
            let mut what = match parked.unsure {
                true => parked.reason.clone(),
                false => format!("{who} refused it: \u{201c}{}\u{201d}.", parked.reason.trim_end_matches('.')),
            };
            if let Some(until) = parked.until {
                // Only a limit of the site holds it.
                what.push_str(&format!(" It goes with the first sync after {}.", until.format("%-d %B, %H:%M UTC")));
            }
            // Both sites of a linked document may have refused it: that is one thing to look at.
            let is_known = |need: &&mut NeedsYouDto| need.need == "refused" && need.id == entity.id.to_string();
            if let Some(known) = needs.iter_mut().find(is_known) {
                known.what.push(' ');
                known.what.push_str(&what);
                continue;
            }
            needs.push(
                self.need(
                    &entity,
                    "refused",
                    &what,
                    "Your text is safe in the Outbox.",
                    text_of(parked.since),
                    if parked.unsure { &["retry", "discard"] } else { &["edit", "retry", "discard"] },
                )
                .await?,
            );
        }
        Ok(needs)
    }

    async fn need(
        &self,
        entity: &Entity,
        need: &str,
        what: &str,
        safe: &str,
        since: String,
        next: &[&str],
    ) -> Result<NeedsYouDto> {
        let space = self.store.space(entity.space).await?;
        Ok(NeedsYouDto {
            id: entity.id.to_string(),
            need: need.to_owned(),
            kind: kind_dto(entity.kind),
            space_name: space.name.clone(),
            site: site_dto(space.site),
            site_name: self.site_name(&space).await?,
            title: title_or_words(&entity.content.title, &entity.content.body),
            what: what.to_owned(),
            safe: safe.to_owned(),
            since,
            next: next.iter().map(|step| (*step).to_owned()).collect(),
        })
    }

    /// A conflict, whole, read top to bottom.
    pub async fn conflict(&self, document: &str) -> Result<ConflictDto> {
        let id: EntityId = id(document)?;
        if self.store.conflict(id).await?.is_none() {
            return self.overlap_dto(id).await;
        }
        let (entity, row) = self.conflict_row(id).await?;
        let space = self.store.space(entity.space).await?;
        let telling = self.telling(&space).await?;
        let theirs = row.theirs.as_ref();
        let empty = Content::default();
        let (base, mine) = (row.base.as_ref().unwrap_or(&empty), row.mine.as_ref().unwrap_or(&empty));
        let their_content = theirs.map_or(&empty, |object| &object.content);
        let reading = |body: &str| {
            (entity.format == Format::Html).then(|| for_display(body, Profile::Canvas, &|_| ImageSource::Blocked))
        };
        Ok(ConflictDto {
            id: entity.id.to_string(),
            about: about(&row),
            title: title_or_words(&entity.content.title, &entity.content.body),
            kind: kind_dto(entity.kind),
            site_name: self.site_name(&space).await?,
            their_author: theirs.and_then(|object| object.changed_by.clone()),
            their_time: theirs.and_then(|object| object.changed_at).map(text_of),
            sort: match row.sort {
                ConflictSort::EditedBoth => "edited_both",
                ConflictSort::DeletedHereEditedThere => "deleted_here_edited_there",
                ConflictSort::EditedHereDeletedThere | ConflictSort::ManyGone => "edited_here_deleted_there",
            }
            .to_owned(),
            fields: row.merged.as_ref().map(|merged| field_questions(merged, &telling)).unwrap_or_default(),
            passages: row.merged.as_ref().map(|merged| passages(entity.format, merged, &reading)).unwrap_or_default(),
            base: base.body.clone(),
            mine: mine.body.clone(),
            theirs: their_content.body.clone(),
            mine_reading: reading(&mine.body),
            theirs_reading: reading(&their_content.body),
            draft: row.merged.as_ref().map_or_else(|| mine.body.clone(), |merged| merged.with(Side::Local).body),
        })
    }

    /// A conflict's row, brought up to date with what was written here since it was found, and its entity.
    pub(crate) async fn conflict_row(&self, id: EntityId) -> Result<(Entity, ConflictRow)> {
        let row = self.store.conflict(id).await?.ok_or(store::Error::NotFound("conflict"))?;
        let entity = self.store.get(id).await?;
        match row.anew(entity.format, &entity.content) {
            Some(row) => {
                self.store.put_conflict(row.clone()).await?;
                Ok((entity, row))
            }
            None => Ok((entity, row)),
        }
    }
}

/// Names the two texts that a conflict is about.
pub(crate) fn about(row: &ConflictRow) -> String {
    named(row.mine.as_ref(), row.theirs.as_ref().map(|object| &object.content))
}

/// Names two texts.
pub(crate) fn named(mine: Option<&Content>, theirs: Option<&Content>) -> String {
    let hash = |content: Option<&Content>| content.map(|content| content.hash().0).unwrap_or_default();
    format!("{}.{}", hash(mine), hash(theirs))
}

pub(crate) fn field_questions(merged: &Merged, telling: &Telling) -> Vec<FieldConflictDto> {
    let told = |field: &FieldConflict| {
        let words = |value: &Option<FieldValue>| {
            value.as_ref().map(|value| telling.words(&field.name, value)).unwrap_or_default()
        };
        FieldConflictDto {
            name: field.name.clone(),
            label: label(&field.name),
            base: words(&field.base),
            mine: words(&field.local),
            theirs: words(&field.remote),
        }
    };
    merged.fields.iter().map(told).collect()
}

pub(crate) fn passages(
    format: Format,
    merged: &Merged,
    reading: &impl Fn(&str) -> Option<String>,
) -> Vec<ConflictPassageDto> {
    let mut question = 0;
    let settled = |owner: &str, text: &str| ConflictPassageDto::Settled {
        owner: owner.to_owned(),
        reading: reading(text),
        text: text.to_owned(),
    };
    merged
        .body
        .hunks
        .iter()
        .map(|hunk| match hunk {
            Hunk::Same { text } => settled("same", text),
            Hunk::Local { text } => settled("yours", text),
            Hunk::Remote { text } => settled("theirs", text),
            Hunk::Both { text } => settled("both", text),
            Hunk::Conflict { base, local, remote } => {
                question += 1;
                ConflictPassageDto::Open {
                    question: question - 1,
                    base: base.clone(),
                    mine: local.clone(),
                    theirs: remote.clone(),
                    mine_pieces: marked(format, local, remote),
                    theirs_pieces: marked(format, remote, local),
                }
            }
        })
        .collect()
}
