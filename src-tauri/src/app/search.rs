//! Full-text search over everything that is kept here.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};
use domain::EntityId;
use store::{Marked, SearchQuery};

use super::documents::row_of;
use super::tree::{kind_dto, kind_of, site_dto};
use super::{App, id, text_of};
use crate::dto::{FoundDto, MarkedDto, SearchDto};
use crate::error::{Failure, Result};

/// Documents shown where nobody says how many.
const USUAL: u32 = 50;
/// Documents that are indexed in one commit where somebody waits for all of them.
const BATCH: u32 = 200;
/// Most documents that one search shows.
const MOST: u32 = 500;

impl App {
    /// Documents that hold all the words, the best first.
    pub async fn search(&self, asked: SearchDto) -> Result<Vec<FoundDto>> {
        let changed_since = asked.changed_since.as_deref().map(moment).transpose()?;
        let query = SearchQuery {
            text: asked.text,
            space: asked.space.as_deref().map(id).transpose()?,
            kinds: asked.kinds.unwrap_or_default().into_iter().map(kind_of).collect(),
            changed_since,
            unpublished: asked.unpublished.unwrap_or_default(),
            conflict: asked.conflict.unwrap_or_default(),
            limit: asked.limit.unwrap_or(USUAL).min(MOST),
            ranked: None,
        };
        let hits = self.store.search(&query).await?;
        let mut entities = Vec::with_capacity(hits.len());
        for hit in &hits {
            entities.push(self.store.get(hit.entity).await?);
        }
        let states = self.states_of(&entities.iter().collect::<Vec<_>>()).await?;
        let mut spaces = HashMap::new();
        let mut found = Vec::with_capacity(hits.len());
        for (hit, entity) in hits.into_iter().zip(&entities) {
            let space = match spaces.entry(hit.space) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.store.space(hit.space).await?),
            };
            let title = match hit.parent {
                Some(parent) if hit.title.text.is_empty() => vec![plain(&self.title_of(parent).await?)],
                _ => pieces(&hit.title),
            };
            found.push(FoundDto {
                id: hit.entity.to_string(),
                space: hit.space.to_string(),
                space_name: space.name.clone(),
                site: site_dto(space.site),
                kind: kind_dto(hit.kind),
                title,
                snippet: pieces(&hit.snippet),
                states: states.of(&row_of(entity)),
                updated_at: text_of(hit.updated_at),
            });
        }
        Ok(found)
    }

    /// Brings the index up to date, for who asks once and looks at the answer once. What is indexed in the background may be some
    /// commits behind what was saved.
    pub async fn index_whole(&self) -> Result<()> {
        while self.store.index_pending(BATCH).await?.left > 0 {}
        Ok(())
    }

    async fn title_of(&self, entity: EntityId) -> Result<String> {
        Ok(self.store.get(entity).await?.content.title)
    }
}

fn moment(text: &str) -> Result<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .map_err(|_| Failure::Invalid(format!("“{text}” is no date.")))
}

fn plain(text: &str) -> MarkedDto {
    MarkedDto { text: text.to_owned(), hit: false }
}

fn pieces(marked: &Marked) -> Vec<MarkedDto> {
    marked.pieces().map(|(text, hit)| MarkedDto { text: text.to_owned(), hit }).collect()
}
