//! Accounts: logins on sites. Where the secret is kept; never the secret.

use chrono::{DateTime, Utc};
use domain::{AccountId, RemoteId, SiteKind};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::text::{parse, parse_time, time};
use crate::{Error, Result, Store};

/// A person's login on a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Ours.
    pub id: AccountId,
    /// Which kind of site.
    pub site: SiteKind,
    /// Base address.
    pub url: String,
    /// Name of the site as shown.
    pub site_name: String,
    /// The person's id there.
    pub user: RemoteId,
    /// Name as shown.
    pub user_name: String,
    /// `token`, `admin_key`, `user_key`.
    pub auth: String,
    /// The user name that an admin-issued key speaks for.
    pub login: Option<String>,
    /// `keychain`, `session`, `environment`.
    pub secret_place: String,
    /// The variable, for `environment`.
    pub secret_env: Option<String>,
    /// When the site last answered.
    pub reached_at: Option<DateTime<Utc>>,
    /// A stable code of trouble at the last attempt: `unreachable`, `sign_in` ...
    pub trouble: Option<String>,
}

impl Store {
    /// Makes or changes an account.
    pub async fn put_account(&self, account: &Account) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT OR REPLACE INTO accounts (id, site, url, site_name, user, user_name, auth, login, secret_place, secret_env, reached_at, trouble)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )
        .bind(account.id.to_string())
        .bind(account.site.name())
        .bind(&account.url)
        .bind(&account.site_name)
        .bind(&account.user.0)
        .bind(&account.user_name)
        .bind(&account.auth)
        .bind(&account.login)
        .bind(&account.secret_place)
        .bind(&account.secret_env)
        .bind(account.reached_at.map(time))
        .bind(&account.trouble)
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "account").await
    }

    /// All accounts.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let rows = sqlx::query("SELECT * FROM accounts ORDER BY id").fetch_all(&self.reader).await?;
        rows.iter().map(account).collect()
    }

    /// One account.
    pub async fn account(&self, id: AccountId) -> Result<Account> {
        let row = sqlx::query("SELECT * FROM accounts WHERE id = ?1")
            .bind(id.to_string())
            .fetch_optional(&self.reader)
            .await?;
        account(&row.ok_or(Error::NotFound("account"))?)
    }

    /// Removes an account. Its spaces stay as local ones, or go with all that is in them.
    pub async fn remove_account(&self, id: AccountId, keep_spaces: bool) -> Result<()> {
        let mut transaction = self.begin().await?;
        let id = id.to_string();
        let spaces = if keep_spaces {
            "UPDATE spaces SET account = NULL, site = NULL, remote = NULL, read_only = NULL WHERE account = ?1"
        } else {
            "DELETE FROM spaces WHERE account = ?1"
        };
        for statement in [
            "DELETE FROM linked WHERE account = ?1",
            "DELETE FROM mirror WHERE account = ?1",
            "DELETE FROM former_mappings WHERE account = ?1",
            "DELETE FROM version_vectors WHERE holder = ?1",
            "DELETE FROM journal WHERE account = ?1",
            "DELETE FROM conflicts WHERE row ->> '$.account' = ?1",
            "DELETE FROM parked WHERE entity IN (SELECT core_entities.id FROM core_entities JOIN spaces ON spaces.id = space WHERE spaces.account = ?1) OR account = ?1",
            spaces,
            "DELETE FROM accounts WHERE id = ?1",
        ] {
            sqlx::query(statement).bind(&id).execute(&mut *transaction).await?;
        }
        self.commit(transaction, "account removed").await
    }
}

fn account(row: &SqliteRow) -> Result<Account> {
    let optional = |name: &str| row.get::<Option<String>, _>(name);
    Ok(Account {
        id: parse("account id", row.get("id"))?,
        site: SiteKind::from_name(row.get("site"))
            .ok_or_else(|| Error::Damaged { what: "site", why: row.get("site") })?,
        url: row.get("url"),
        site_name: row.get("site_name"),
        user: RemoteId(row.get("user")),
        user_name: row.get("user_name"),
        auth: row.get("auth"),
        login: optional("login"),
        secret_place: row.get("secret_place"),
        secret_env: optional("secret_env"),
        reached_at: optional("reached_at").map(|at| parse_time(&at)).transpose()?,
        trouble: optional("trouble"),
    })
}
