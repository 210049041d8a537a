//! Search over titles and texts: ranked, narrowed by filters, with the words found marked.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{DateTime, Utc};
use domain::{EntityId, Kind, SpaceId};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::search_index::HIT;
use crate::search_words::{expression, narrowed};
use crate::text::{parse, parse_time, time};
use crate::{Result, Store};

/// Up to so many hits are ranked by how well they fit. Ranking costs in proportion to hits; beyond this, hits in titles come first,
/// then the documents changed last.
const RANKED: u32 = 10_000;

/// The index first: its order is the answer's.
const FROM: &str = " FROM search_index
    CROSS JOIN search_documents ON docid = search_index.rowid
    CROSS JOIN core_entities ON core_entities.id = search_documents.entity
    WHERE search_index MATCH ";

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// As typed: words, `"a phrase"`, `-without`, `begin*`. The last word counts by its beginning while nothing follows it.
    pub text: String,
    /// In this space only.
    pub space: Option<SpaceId>,
    /// Of these kinds only; empty for all.
    pub kinds: Vec<Kind>,
    /// Changed since.
    pub changed_since: Option<DateTime<Utc>>,
    /// Not published only.
    pub unpublished: bool,
    /// With a conflict or question only.
    pub conflict: bool,
    /// At most so many.
    pub limit: u32,
    /// How many hits are ranked at most, where it is not the usual number.
    pub ranked: Option<u32>,
}

/// Text with the words that were looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Where the words stand in it, in bytes.
    pub hits: Vec<Range<usize>>,
}

impl Marked {
    /// The text in pieces, each with whether it was looked for.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        let ends = self.hits.iter().map(|hit| hit.start).chain([self.text.len()]);
        let starts = [0].into_iter().chain(self.hits.iter().map(|hit| hit.end));
        let between = starts.zip(ends).map(|(start, end)| (self.text.get(start..end).unwrap_or_default(), false));
        let hits = self.hits.iter().map(|hit| (self.text.get(hit.clone()).unwrap_or_default(), true));
        // One more gap than hits: they alternate, a gap first.
        let mut hits = hits;
        between.flat_map(move |gap| [Some(gap), hits.next()]).flatten().filter(|(piece, _)| !piece.is_empty())
    }

    fn from_index(text: &str) -> Self {
        let mut marked = Self::default();
        for piece in text.split(HIT.0) {
            match piece.split_once(HIT.1) {
                Some((hit, after)) => {
                    let start = marked.text.len();
                    marked.text.push_str(hit);
                    marked.hits.push(start..marked.text.len());
                    marked.text.push_str(after);
                }
                None => marked.text.push_str(piece),
            }
        }
        marked
    }
}

/// One document found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// The document.
    pub entity: EntityId,
    /// Its space.
    pub space: SpaceId,
    /// What it is.
    pub kind: Kind,
    /// What it stands under.
    pub parent: Option<EntityId>,
    /// Its title.
    pub title: Marked,
    /// The passage that fits best.
    pub snippet: Marked,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Store {
    /// Documents that hold all the words. What was changed and not indexed yet is found by its old words until `index_pending`.
    pub async fn search(&self, query: &SearchQuery) -> Result<Vec<SearchHit>> {
        let _timed = self.timed("search", "SELECT rowid FROM search_index WHERE search_index MATCH ?1");
        let Some(words) = expression(&query.text, "{title text}") else { return Ok(Vec::new()) };
        let most = query.ranked.unwrap_or(RANKED);
        if self.all_are_few(most).await? || self.at_most(&words, most).await? {
            // The filters may look at each hit, and the index need not read its long lists of spaces and kinds.
            return self.ranked(query, &words).await;
        }
        let marked = narrowed(&words, query.space, &query.kinds);
        if marked != format!("({words})") && self.at_most(&marked, most).await? {
            return self.ranked(query, &marked).await;
        }
        let titles = expression(&query.text, "title").unwrap_or_default();
        let mut found = self.newest(query, &narrowed(&titles, query.space, &query.kinds)).await?;
        if (found.len() as u64) < u64::from(query.limit) {
            let more = self.newest(query, &marked).await?;
            let known = found.clone();
            found.extend(more.into_iter().filter(|docid| !known.contains(docid)));
            found.truncate(query.limit as usize);
        }
        self.hits(&words, &found).await
    }

    /// Whether the whole index has no more documents than are ranked, told without counting them.
    async fn all_are_few(&self, most: u32) -> Result<bool> {
        const STATEMENT: &str =
            "SELECT (SELECT max(docid) FROM search_documents) - (SELECT min(docid) FROM search_documents)";
        let spread: Option<i64> = sqlx::query_scalar(STATEMENT).fetch_one(&self.reader).await?;
        Ok(spread.is_none_or(|spread| spread < i64::from(most)))
    }

    /// Whether an expression has no more hits than this; counts no further.
    async fn at_most(&self, expression: &str, most: u32) -> Result<bool> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM (SELECT 1 FROM search_index WHERE search_index MATCH ?1 LIMIT ?2)",
        )
        .bind(expression)
        .bind(most + 1)
        .fetch_one(&self.reader)
        .await?;
        Ok(count <= i64::from(most))
    }

    /// The best hits, with what is shown of them, in one reading of the index: `ORDER BY rank` alone is sorted by the index itself, which
    /// then cuts passages for the rows that are fetched and for no others.
    async fn ranked(&self, query: &SearchQuery, expression: &str) -> Result<Vec<SearchHit>> {
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("");
        shown(&mut sql);
        sql.push(FROM).push_bind(expression).push(" AND rank MATCH 'bm25(10.0, 1.0, 0.0)'");
        self.filter(&mut sql, query)?;
        sql.push(" ORDER BY rank LIMIT ").push_bind(query.limit);
        sql.build().fetch_all(&self.reader).await?.iter().map(hit).collect()
    }

    /// The hits that were indexed last.
    async fn newest(&self, query: &SearchQuery, expression: &str) -> Result<Vec<i64>> {
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT search_index.rowid");
        sql.push(FROM).push_bind(expression);
        self.filter(&mut sql, query)?;
        sql.push(" ORDER BY search_index.rowid DESC LIMIT ").push_bind(query.limit);
        Ok(sql.build_query_scalar().fetch_all(&self.reader).await?)
    }

    fn filter(&self, sql: &mut QueryBuilder<Sqlite>, query: &SearchQuery) -> Result<()> {
        if let Some(space) = query.space {
            sql.push(" AND space = ").push_bind(space.to_string());
        }
        if !query.kinds.is_empty() {
            let names: Vec<_> = query.kinds.iter().map(|kind| kind.name()).collect();
            sql.push(" AND kind IN (SELECT value FROM json_each(")
                .push_bind(crate::text::json("kinds", &names)?)
                .push("))");
        }
        if let Some(since) = query.changed_since {
            sql.push(" AND updated_at >= ").push_bind(time(since));
        }
        if query.unpublished {
            sql.push(" AND fields -> '$.published.flag' = 'false'");
        }
        if query.conflict {
            #[cfg(feature = "sync")]
            sql.push(" AND EXISTS (SELECT 1 FROM conflicts WHERE conflicts.entity = core_entities.id)");
            #[cfg(not(feature = "sync"))]
            sql.push(" AND 0");
        }
        Ok(())
    }

    /// What is shown of the documents found, in their order. Passages are cut for these alone.
    async fn hits(&self, words: &str, found: &[i64]) -> Result<Vec<SearchHit>> {
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("");
        shown(&mut sql);
        sql.push(FROM).push_bind(words).push(" AND search_index.rowid IN (SELECT value FROM json_each(");
        sql.push_bind(crate::text::json("documents found", &found)?).push("))");
        let rows = sql.build().fetch_all(&self.reader).await?;
        let mut hits =
            rows.iter().map(|row| Ok((row.get("docid"), hit(row)?))).collect::<Result<HashMap<i64, SearchHit>>>()?;
        Ok(found.iter().filter_map(|docid| hits.remove(docid)).collect())
    }
}

/// What is shown of a document found, its words set off.
fn shown(sql: &mut QueryBuilder<Sqlite>) {
    sql.push("SELECT search_index.rowid AS docid, search_documents.entity, space, kind, parent, updated_at, highlight(search_index, 0, ");
    sql.push_bind(HIT.0.to_string()).push(", ").push_bind(HIT.1.to_string());
    sql.push(") AS title, snippet(search_index, 1, ");
    sql.push_bind(HIT.0.to_string()).push(", ").push_bind(HIT.1.to_string());
    sql.push(", '\u{2026}', 24) AS passage");
}

fn hit(row: &SqliteRow) -> Result<SearchHit> {
    Ok(SearchHit {
        entity: parse("entity id", row.get("entity"))?,
        space: parse("space id", row.get("space"))?,
        kind: crate::text::kind(row.get("kind"))?,
        parent: row.get::<Option<String>, _>("parent").map(|id| parse("entity id", &id)).transpose()?,
        title: Marked::from_index(row.get("title")),
        snippet: Marked::from_index(row.get("passage")),
        updated_at: parse_time(row.get("updated_at"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_ranges_and_pieces() {
        let marked = Marked::from_index("\u{E000}Ebbe\u{E001} und \u{E000}Fl\u{f6}t\u{E001}e");
        assert_eq!(marked.text, "Ebbe und Fl\u{f6}te");
        assert_eq!(
            marked.pieces().collect::<Vec<_>>(),
            [("Ebbe", true), (" und ", false), ("Fl\u{f6}t", true), ("e", false)]
        );
        let none = Marked::from_index("nothing");
        assert_eq!(none.pieces().collect::<Vec<_>>(), [("nothing", false)]);
    }
}
