//! Finding and replacing over a whole space: seen before it is done, and undone at once.

use domain::find::{Hit, Query, hits, replaced};
use domain::reconcile::merge_contents;
use domain::{Content, EntityId, Format, RevisionId};
use store::{Entity, Saved, Space};

use super::on_site::OnSite;
use super::tree::{kind_dto, title_or_words};
use super::{App, id, now};
use crate::dto::{ReplaceDto, ReplaceHitDto, ReplaceHitsDto, ReplaceInDto, ReplaceUndoDto, ReplacedDto};
use crate::error::{Failure, Result};

/// Documents shown of one search at most: a person looks at each.
const MOST: usize = 500;

impl App {
    /// Every place in a space where the words are found.
    pub async fn replace_find(&self, asked: ReplaceDto) -> Result<Vec<ReplaceHitsDto>> {
        let query = query(&asked);
        let space = self.store.space(id(&asked.space)?).await?;
        let mut found = Vec::new();
        for row in self.store.list(space.id).await?.into_iter().filter(|row| row.kind.is_document() && !row.deleted) {
            let entity = self.store.get(row.id).await?;
            let (mut in_title, in_body) = places(&entity, &query, asked.titles);
            if in_title.is_empty() && in_body.is_empty() {
                continue;
            }
            let on_site = self.on_site(row.id).await?;
            if on_site.title_locked() {
                in_title.clear();
            }
            if in_title.is_empty() && in_body.is_empty() {
                continue;
            }
            let reason = self.why_left_alone(&entity, &on_site, &space)?;
            found.push(ReplaceHitsDto {
                id: row.id.to_string(),
                kind: kind_dto(entity.kind),
                title: title_or_words(&entity.content.title, &entity.content.body),
                reason,
                counter: entity.counter,
                hits: in_title
                    .iter()
                    .enumerate()
                    .map(|(n, hit)| hit_dto(true, n, hit))
                    .chain(in_body.iter().enumerate().map(|(n, hit)| hit_dto(false, n, hit)))
                    .collect(),
            });
            if found.len() == MOST {
                break;
            }
        }
        Ok(found)
    }

    /// Replaces the places that the person ticked. A document that changed since the preview, or may not be changed by now, is left
    /// alone and named. What ends it before all is done is said beside what was done.
    pub async fn replace_run(
        &self,
        asked: ReplaceDto,
        replacement: &str,
        chosen: Vec<ReplaceInDto>,
    ) -> Result<ReplacedDto> {
        let query = query(&asked);
        let mut done = Done::default();
        for choice in chosen {
            let document: EntityId = id(&choice.id)?;
            if !done.note(&choice.id, self.replace_in(document, &query, replacement, &choice).await) {
                break;
            }
        }
        Ok(done.0)
    }

    /// Takes a replacing back. What was written since stays: where it touches the same words, the document is left alone and named.
    pub async fn replace_undo(&self, undo: Vec<ReplaceUndoDto>) -> Result<ReplacedDto> {
        let mut done = Done::default();
        for replaced in undo {
            if !done.note(&replaced.id, self.take_back(&replaced).await) {
                break;
            }
        }
        Ok(done.0)
    }

    async fn replace_in(
        &self,
        document: EntityId,
        query: &Query,
        replacement: &str,
        choice: &ReplaceInDto,
    ) -> Result<Outcome> {
        let entity = self.store.get(document).await?;
        let (space, on_site) = (self.store.space(entity.space).await?, self.on_site(document).await?);
        if entity.counter != choice.counter || entity.deleted_at.is_some() {
            return Ok(Outcome::left_out(&entity, CHANGED));
        }
        if let Some(why) = self.why_left_alone(&entity, &on_site, &space)? {
            return Ok(Outcome::left_out(&entity, &why));
        }
        let mut content = entity.content.clone();
        content.body = replaced(&content.body, entity.format, query, replacement, |n| picked(&choice.body, n));
        if entity.kind.has_title() && !on_site.title_locked() {
            let title = replaced(&content.title, Format::None, query, replacement, |n| picked(&choice.title, n));
            if !title.trim().is_empty() {
                content.title = title;
            }
        }
        self.put_replaced(&entity, &content, "save").await
    }

    async fn take_back(&self, replaced: &ReplaceUndoDto) -> Result<Outcome> {
        let entity = self.store.get(id(&replaced.id)?).await?;
        if entity.deleted_at.is_some() {
            return Ok(Outcome::left_out(&entity, "It was deleted since."));
        }
        let before = self.store.revision(id::<RevisionId>(&replaced.revision)?).await?;
        if entity.counter == replaced.counter {
            return self.put_replaced(&entity, &before.content, "restore").await;
        }
        // The version that the replacing made stands right behind the one that it replaced.
        let versions = self.store.versions(entity.id).await?;
        let made = versions.iter().position(|version| version.id == before.id).and_then(|at| at.checked_sub(1));
        let joined = match made.and_then(|at| versions.get(at)) {
            Some(made) => {
                let made = self.store.revision(made.id).await?.content;
                merge_contents(entity.format, &made, &before.content, &entity.content).clean()
            }
            None => None,
        };
        match joined {
            Some(content) => self.put_replaced(&entity, &content, "restore").await,
            None => Ok(Outcome::left_out(&entity, "It was changed since in the same words.")),
        }
    }

    async fn put_replaced(&self, entity: &Entity, content: &Content, cause: &str) -> Result<Outcome> {
        match self.store.save(entity.id, content, Some(entity.counter), cause, now()).await {
            Ok(saved) => {
                self.tell_changed(entity.space, entity.id);
                Ok(Outcome::Replaced(saved))
            }
            Err(store::Error::Raced) => Ok(Outcome::left_out(entity, CHANGED)),
            Err(error) => Err(error.into()),
        }
    }

    /// Why nothing can be replaced in a document, as a sentence.
    fn why_left_alone(&self, entity: &Entity, on_site: &OnSite, space: &Space) -> Result<Option<String>> {
        let read_only = on_site.read_only.clone().or_else(|| space.why_not(entity.kind, on_site.base.is_some()));
        if let Some(why) = read_only.or_else(|| on_site.text_locked()) {
            return Ok(Some(why));
        }
        Ok(self.store.draft(entity.id)?.map(|_| "It is being written. Save it first.".to_owned()))
    }
}

/// Said of what was changed between the look and the replacing.
const CHANGED: &str = "It changed meanwhile.";

/// What became of one document.
enum Outcome {
    Replaced(Saved),
    LeftOut { title: String, why: String },
}

impl Outcome {
    fn left_out(entity: &Entity, why: &str) -> Self {
        Self::LeftOut { title: title_or_words(&entity.content.title, &entity.content.body), why: why.to_owned() }
    }
}

/// What was done so far.
struct Done(ReplacedDto);

impl Default for Done {
    fn default() -> Self {
        Self(ReplacedDto { undo: Vec::new(), left_out: Vec::new(), failed: None })
    }
}

impl Done {
    /// Notes what became of a document; answers with whether to go on. What is wrong with one of them leaves the others be; what is
    /// wrong with the workspace, such as a full disk, would be wrong with all.
    fn note(&mut self, document: &str, outcome: Result<Outcome>) -> bool {
        match outcome {
            Ok(Outcome::Replaced(saved)) => {
                let undo = |revision: RevisionId| ReplaceUndoDto {
                    id: document.to_owned(),
                    revision: revision.to_string(),
                    counter: saved.counter,
                };
                self.0.undo.extend(saved.replaced.map(undo));
            }
            Ok(Outcome::LeftOut { title, why }) => self.0.left_out.push((title, why)),
            Err(Failure::Store(store::Error::NotFound(_))) => {
                self.0.left_out.push(("One document".to_owned(), "It is not here any more.".to_owned()));
            }
            Err(failure) => {
                self.0.failed = Some(failure.words());
                return false;
            }
        }
        true
    }
}

fn query(asked: &ReplaceDto) -> Query {
    Query { text: asked.text.clone(), match_case: asked.match_case, whole_words: asked.whole_words, outside_code: true }
}

fn places(entity: &Entity, query: &Query, titles: bool) -> (Vec<Hit>, Vec<Hit>) {
    let in_title =
        if titles && entity.kind.has_title() { hits(&entity.content.title, Format::None, query) } else { Vec::new() };
    (in_title, hits(&entity.content.body, entity.format, query))
}

fn hit_dto(in_title: bool, number: usize, hit: &Hit) -> ReplaceHitDto {
    ReplaceHitDto {
        in_title,
        number: u32::try_from(number).unwrap_or(u32::MAX),
        before: hit.before.clone(),
        text: hit.text.clone(),
        after: hit.after.clone(),
    }
}

fn picked(numbers: &[u32], number: usize) -> bool {
    numbers.iter().any(|picked| *picked as usize == number)
}

#[cfg(test)]
mod tests;
