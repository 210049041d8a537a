//! Tags that topics kept here have: what a person may pick from without asking the forum.

use domain::{Kind, SpaceId};

use crate::{Result, Store};

impl Store {
    /// The tags of all topics of a space's account, or of the space alone where it has none, the most used first, at most so many.
    pub async fn tags_in_use(&self, space: SpaceId, most: u32) -> Result<Vec<String>> {
        const STATEMENT: &str = "SELECT tag.value FROM spaces AS own
             JOIN spaces AS other ON other.id = own.id OR other.account = own.account
             JOIN core_entities AS topic ON topic.space = other.id AND topic.kind = ?2 AND topic.deleted_at IS NULL
             JOIN json_each(topic.fields, '$.tags.set') AS tag
             WHERE own.id = ?1 GROUP BY tag.value ORDER BY count(*) DESC, tag.value LIMIT ?3";
        let _timed = self.timed("tags in use", STATEMENT);
        let tags = sqlx::query_scalar(STATEMENT)
            .bind(space.to_string())
            .bind(Kind::Topic.name())
            .bind(most)
            .fetch_all(&self.reader)
            .await?;
        Ok(tags)
    }
}
