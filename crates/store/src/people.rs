//! Names of people that were seen here: what a person may pick from without asking the forum.

use domain::{Kind, SpaceId, fact};

use crate::{Result, Store};

/// So many texts are looked through, those that changed last: with many more the answer would take long and say the same.
const RECENT: u32 = 2_000;

impl Store {
    /// The user names of who wrote the newest topics and posts of a space's account, who wrote most first, at most so many.
    pub async fn people_in_use(&self, space: SpaceId, most: u32) -> Result<Vec<String>> {
        const STATEMENT: &str = "WITH recent AS (
               SELECT text.id FROM spaces AS own
               JOIN spaces AS other ON other.id = own.id OR other.account = own.account
               JOIN core_entities AS text ON text.space = other.id AND text.kind IN (?2, ?3) AND text.deleted_at IS NULL
               WHERE own.id = ?1 ORDER BY text.updated_at DESC LIMIT ?4)
             SELECT json_extract(mirror.base, '$.facts.' || ?5) AS name FROM recent JOIN mirror ON mirror.entity = recent.id
             WHERE name IS NOT NULL GROUP BY name ORDER BY count(*) DESC, name LIMIT ?6";
        let _timed = self.timed("people in use", STATEMENT);
        let people = sqlx::query_scalar(STATEMENT)
            .bind(space.to_string())
            .bind(Kind::Topic.name())
            .bind(Kind::Post.name())
            .bind(RECENT)
            .bind(fact::USERNAME)
            .bind(most)
            .fetch_all(&self.reader)
            .await?;
        Ok(people)
    }
}
