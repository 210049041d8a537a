//! What a site shows for the first time: a whole answer of a list in one transaction.

use chrono::{DateTime, Utc};
use domain::{AccountId, ContentHash, EntityId, RemoteObject, RevisionId, SpaceId, VersionVector};
use sqlx::{Sqlite, Transaction};

use crate::entities::{NewEntity, insert};
use crate::former::out_of_trash;
use crate::mirror::{entity_of, set_base};
use crate::revisions::{self, Revision};
use crate::vectors::set_vector;
use crate::{Result, Store};

/// Something of a site that is not known here yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Space.
    pub space: SpaceId,
    /// Account.
    pub account: AccountId,
    /// The object, which becomes the base.
    pub object: RemoteObject,
    /// The hash of its canonical form.
    pub canonical_hash: ContentHash,
    /// The vector of both copies afterwards.
    pub vector: VersionVector,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Store {
    /// Takes in what is seen for the first time, all in one transaction, and notes each in staging as read and the same on both sides.
    /// Answers with the new document of each, in order; none where the object has one already, or stands under something that is not
    /// known: of these nothing is written.
    pub async fn take_in(&self, arrivals: &[Arrival]) -> Result<Vec<Option<EntityId>>> {
        let mut transaction = self.begin_pulled().await?;
        let mut made = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            made.push(self.take_in_one(&mut transaction, arrival).await?);
        }
        self.commit(transaction, "take in").await?;
        Ok(made)
    }

    async fn take_in_one(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        arrival: &Arrival,
    ) -> Result<Option<EntityId>> {
        let Arrival { space, account, object, canonical_hash, vector, now } = arrival;
        if entity_of(transaction, *account, &object.remote).await?.is_some() {
            return Ok(None);
        }
        let parent = match &object.parent {
            None => None,
            Some(parent) => match entity_of(transaction, *account, parent).await? {
                Some(parent) => Some(parent),
                None => return Ok(None),
            },
        };
        let new = NewEntity { space: *space, kind: object.remote.kind, parent, content: object.content.clone() };
        let back = out_of_trash(transaction, (*account, &object.remote), &new, vector, *now).await?;
        let (id, vector) = match back {
            Some(back) => back,
            None => {
                let id = EntityId::new(self.seed());
                insert(transaction, id, &new, *now).await?;
                (id, vector.clone())
            }
        };
        let first = Revision {
            id: RevisionId::new(self.seed()),
            entity: id,
            at: *now,
            cause: "pull".to_owned(),
            origin: account.to_string(),
            content: new.content,
            not_chosen: false,
        };
        revisions::insert(transaction, &first).await?;
        set_base(transaction, id, *account, object, canonical_hash, &vector, *now).await?;
        set_vector(transaction, id, "local", &vector).await?;
        sqlx::query("INSERT OR REPLACE INTO staging (space, remote_kind, remote_id, object) VALUES (?1, ?2, ?3, NULL)")
            .bind(space.to_string())
            .bind(object.remote.kind.name())
            .bind(&object.remote.id.0)
            .execute(&mut **transaction)
            .await?;
        Ok(Some(id))
    }
}
