//! Spaces: what is kept offline.

use chrono::{DateTime, Utc};
use domain::{AccountId, Kind, RemoteId, SiteKind, SpaceId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::text::{parse, parse_time, time};
use crate::{Error, Result, Store};

/// A Canvas course, a Discourse category, or a local space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Ours.
    pub id: SpaceId,
    /// Name as shown.
    pub name: String,
    /// The account it is kept from; absent for a local space.
    pub account: Option<AccountId>,
    /// Which kind of site.
    pub site: Option<SiteKind>,
    /// Its id there.
    pub remote: Option<RemoteId>,
    /// Why it cannot be written to; [`Space::why_not`] says what that concerns.
    pub read_only: Option<String>,
    /// When it was last brought together with its site.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// The time zone in which its dates are meant, by its IANA name, where its site has told one.
    pub time_zone: Option<String>,
}

impl Space {
    /// Why something in it, which its site has already or not, may not be changed or made.
    #[must_use]
    pub fn why_not(&self, kind: Kind, is_there: bool) -> Option<String> {
        let concerns = |site: SiteKind| site.space_reason_concerns(kind, is_there);
        self.read_only.clone().filter(|_| self.site.is_none_or(concerns))
    }
}

impl Store {
    /// Makes or changes a space.
    pub async fn put_space(&self, space: &Space) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO spaces (id, name, account, site, remote, read_only, last_synced_at, time_zone) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, account = excluded.account, site = excluded.site,
               remote = excluded.remote, read_only = excluded.read_only, last_synced_at = excluded.last_synced_at, time_zone = excluded.time_zone",
        )
        .bind(space.id.to_string())
        .bind(&space.name)
        .bind(space.account.map(|id| id.to_string()))
        .bind(space.site.map(SiteKind::name))
        .bind(space.remote.as_ref().map(|id| id.0.clone()))
        .bind(&space.read_only)
        .bind(space.last_synced_at.map(time))
        .bind(&space.time_zone)
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "space").await
    }

    /// All spaces, by name.
    pub async fn spaces(&self) -> Result<Vec<Space>> {
        let rows =
            sqlx::query("SELECT * FROM spaces ORDER BY site IS NULL, site, name, id").fetch_all(&self.reader).await?;
        rows.iter().map(space).collect()
    }

    /// One space.
    pub async fn space(&self, id: SpaceId) -> Result<Space> {
        let row =
            sqlx::query("SELECT * FROM spaces WHERE id = ?1").bind(id.to_string()).fetch_optional(&self.reader).await?;
        space(&row.ok_or(Error::NotFound("space"))?)
    }

    /// Removes a space with all that is in it.
    pub async fn remove_space(&self, id: SpaceId) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM spaces WHERE id = ?1").bind(id.to_string()).execute(&mut *transaction).await?;
        self.commit(transaction, "space removed").await
    }
}

fn space(row: &SqliteRow) -> Result<Space> {
    let optional = |name: &str| row.get::<Option<String>, _>(name);
    Ok(Space {
        id: parse("space id", row.get("id"))?,
        name: row.get("name"),
        account: optional("account").map(|id| parse("account id", &id)).transpose()?,
        site: optional("site").and_then(|name| SiteKind::from_name(&name)),
        remote: optional("remote").map(RemoteId),
        read_only: optional("read_only"),
        last_synced_at: optional("last_synced_at").map(|at| parse_time(&at)).transpose()?,
        time_zone: optional("time_zone"),
    })
}
