//! Finding and replacing over a whole space: seen before it is done, and undone at once.

use domain::find::{Hit, Query, hits, replaced};
use domain::{EntityId, Format, RevisionId};
use store::Entity;

use super::tree::{kind_dto, title_or_words};
use super::{App, id, now};
use crate::dto::{ReplaceDto, ReplaceHitDto, ReplaceHitsDto, ReplaceInDto, ReplacedDto};
use crate::error::Result;

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
            let (in_title, in_body) = places(&entity, &query, asked.titles);
            if in_title.is_empty() && in_body.is_empty() {
                continue;
            }
            let on_site = self.on_site(row.id).await?;
            let text_locked = on_site.text_locked();
            let read_only =
                on_site.read_only.or_else(|| space.why_not(entity.kind, on_site.base.is_some())).or(text_locked);
            let drafted = self.store.draft(row.id)?.map(|_| "It is being written. Save it first.".to_owned());
            found.push(ReplaceHitsDto {
                id: row.id.to_string(),
                kind: kind_dto(entity.kind),
                title: title_or_words(&entity.content.title, &entity.content.body),
                reason: read_only.or(drafted),
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

    /// Replaces the places that the person ticked. A document that changed since the preview is left alone and named.
    pub async fn replace_run(
        &self,
        asked: ReplaceDto,
        replacement: &str,
        chosen: Vec<ReplaceInDto>,
    ) -> Result<ReplacedDto> {
        let query = query(&asked);
        let mut done = ReplacedDto { undo: Vec::new(), left_out: Vec::new() };
        for choice in chosen {
            let document: EntityId = id(&choice.id)?;
            let entity = self.store.get(document).await?;
            if entity.counter != choice.counter || self.store.draft(document)?.is_some() {
                done.left_out.push(title_or_words(&entity.content.title, &entity.content.body));
                continue;
            }
            let mut content = entity.content.clone();
            content.body = replaced(&content.body, entity.format, &query, replacement, |n| picked(&choice.body, n));
            if entity.kind.has_title() {
                let title = replaced(&content.title, Format::None, &query, replacement, |n| picked(&choice.title, n));
                if !title.trim().is_empty() {
                    content.title = title;
                }
            }
            match self.store.save(document, &content, Some(entity.counter), "save", now()).await {
                Ok(saved) => {
                    if let Some(revision) = saved.replaced {
                        done.undo.push((choice.id, revision.to_string()));
                    }
                    self.tell_changed(entity.space, document);
                }
                // It changed in the very moment: the person's other documents are still done.
                Err(_) => done.left_out.push(title_or_words(&entity.content.title, &entity.content.body)),
            }
        }
        Ok(done)
    }

    /// Takes a replacing back, whole: every document goes back to the revision before it.
    pub async fn replace_undo(&self, undo: Vec<(String, String)>) -> Result<()> {
        for (document, revision) in undo {
            let entity = self.store.get(id(&document)?).await?;
            let before = self.store.revision(id::<RevisionId>(&revision)?).await?;
            self.store.save(entity.id, &before.content, None, "restore", now()).await?;
            self.tell_changed(entity.space, entity.id);
        }
        Ok(())
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
