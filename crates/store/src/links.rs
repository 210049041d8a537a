//! Which text links to what within its site, and which links lead to where something was before.

use chrono::{DateTime, Utc};
use domain::links::{Address, Target, named, origin_of};
use domain::{AccountId, Content, EntityId, Kind, SpaceId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use crate::entities::{get_in, write_content};
use crate::text::{json, parse};
use crate::{Error, Replaced, Result, Store};

/// So many texts are looked through in one commit.
const AT_ONCE: u32 = 200;

/// A link that leads to where something was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleLink {
    /// The document whose text says it.
    pub source: EntityId,
    /// The space of that document.
    pub space: SpaceId,
    /// What it means.
    pub entity: EntityId,
    /// The title of what it means.
    pub title: String,
    /// The account through which both are kept.
    pub account: AccountId,
    /// Scheme, host and port of the site, before which addresses may be written whole.
    pub origin: String,
    /// The address as it was.
    pub from: Address,
    /// The address as it is.
    pub to: Address,
    /// Whether it was told before that the document is locked.
    pub told: bool,
    kind: Kind,
    name: String,
}

impl Store {
    /// The page of a course that has this slug; else the one that had it before, where that was one alone.
    pub async fn page_by_slug(&self, account: AccountId, space: SpaceId, slug: &str) -> Result<Option<EntityId>> {
        let rows = sqlx::query(
            "SELECT entity, former FROM addresses JOIN core_entities ON core_entities.id = entity
             WHERE account = ?1 AND addresses.kind = 'page' AND name = ?2 AND space = ?3 AND deleted_at IS NULL ORDER BY former, entity",
        )
        .bind(account.to_string())
        .bind(slug)
        .bind(space.to_string())
        .fetch_all(&self.reader)
        .await?;
        let former = |row: &SqliteRow| row.get::<i64, _>("former") == 1;
        match rows.as_slice() {
            [] => Ok(None),
            [first, _, ..] if former(first) => Ok(None),
            [first, ..] => parse("entity id", first.get("entity")).map(Some),
        }
    }

    /// How many documents link to something by its address of now, itself aside.
    pub async fn linked_from(&self, account: AccountId, entity: EntityId) -> Result<u32> {
        let row = sqlx::query(
            "SELECT remote_kind, remote_id, base ->> '$.facts.slug' AS slug, remote FROM mirror
             JOIN core_entities ON core_entities.id = mirror.entity JOIN spaces ON spaces.id = space
             WHERE mirror.entity = ?1 AND mirror.account = ?2",
        )
        .bind(entity.to_string())
        .bind(account.to_string())
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(0) };
        let Some(now) = current(&row)? else { return Ok(0) };
        self.index_links().await?;
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM links JOIN core_entities ON core_entities.id = source JOIN spaces ON spaces.id = space
             WHERE target = ?1 AND source <> ?2 AND account = ?3 AND deleted_at IS NULL",
        )
        .bind(now.path())
        .bind(entity.to_string())
        .bind(account.to_string())
        .fetch_one(&self.reader)
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Links in texts of an account's spaces that lead to where something was before, and to nothing that is there now. Each is
    /// told until it was followed once.
    pub async fn stale_links(&self, account: AccountId) -> Result<Vec<StaleLink>> {
        const STATEMENT: &str =
            "SELECT addresses.kind, addresses.name, addresses.entity, title, spaces.remote, mirror.remote_kind, mirror.remote_id,
               mirror.base ->> '$.facts.slug' AS slug, accounts.url
             FROM addresses
             JOIN mirror ON mirror.entity = addresses.entity AND mirror.account = addresses.account
             JOIN core_entities ON core_entities.id = addresses.entity AND deleted_at IS NULL
             JOIN spaces ON spaces.id = space
             JOIN accounts ON accounts.id = addresses.account
             WHERE addresses.account = ?1 AND former = 1 AND addresses.kind = mirror.remote_kind
               AND NOT EXISTS (SELECT 1 FROM mirror there WHERE there.account = ?1 AND there.remote_kind = addresses.kind
                 AND there.remote_id = addresses.name AND addresses.kind <> 'page')
               AND NOT EXISTS (SELECT 1 FROM addresses other JOIN core_entities theirs ON theirs.id = other.entity
                 WHERE other.account = ?1 AND other.kind = addresses.kind AND other.name = addresses.name
                   AND theirs.space = core_entities.space AND other.entity <> addresses.entity
                   AND (other.former = 0 OR theirs.deleted_at IS NULL))
             ORDER BY addresses.entity, addresses.name";
        let _timed = self.timed("moved addresses", STATEMENT);
        let moved = sqlx::query(STATEMENT).bind(account.to_string()).fetch_all(&self.reader).await?;
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        self.index_links().await?;
        let mut stale = Vec::new();
        for row in &moved {
            stale.extend(self.sources(account, row).await?);
        }
        Ok(stale)
    }

    async fn sources(&self, account: AccountId, moved: &SqliteRow) -> Result<Vec<StaleLink>> {
        let (kind, name): (String, String) = (moved.get("kind"), moved.get("name"));
        let (Some(to), Some(course)) = (current(moved)?, moved.get::<Option<String>, _>("remote")) else {
            return Ok(Vec::new());
        };
        let kind = crate::text::kind(&kind)?;
        let Some(target) = target(kind, &name) else { return Ok(Vec::new()) };
        let from = Address::of_course(&course, target);
        let entity: EntityId = parse("entity id", moved.get("entity"))?;
        let sources = sqlx::query(
            "SELECT links.source AS source, space, held FROM links
             JOIN core_entities ON core_entities.id = links.source AND deleted_at IS NULL
             JOIN spaces ON spaces.id = space AND spaces.account = ?2
             LEFT JOIN followed ON followed.source = links.source AND followed.account = ?2 AND followed.kind = ?3
               AND followed.name = ?4 AND followed.entity = ?5
             WHERE target = ?1 AND coalesce(held, 1) = 1 ORDER BY links.source",
        )
        .bind(from.path())
        .bind(account.to_string())
        .bind(kind.name())
        .bind(&name)
        .bind(entity.to_string())
        .fetch_all(&self.reader)
        .await?;
        sources
            .iter()
            .map(|row| {
                Ok(StaleLink {
                    source: parse("entity id", row.get("source"))?,
                    space: parse("space id", row.get("space"))?,
                    entity,
                    title: moved.get("title"),
                    account,
                    origin: origin_of(moved.get("url")).to_owned(),
                    from: from.clone(),
                    to: to.clone(),
                    told: row.get::<Option<i64>, _>("held").is_some(),
                    kind,
                    name: name.clone(),
                })
            })
            .collect()
    }

    /// What the links of a text were led to so far, as they lead now: from where, and to where.
    pub async fn followed(&self, source: EntityId, account: AccountId) -> Result<Vec<(Address, Address)>> {
        let rows = sqlx::query(
            "SELECT followed.kind, followed.name, mirror.remote_kind, mirror.remote_id, mirror.base ->> '$.facts.slug' AS slug, spaces.remote
             FROM followed JOIN mirror ON mirror.entity = followed.entity AND mirror.account = followed.account
             JOIN core_entities ON core_entities.id = followed.entity JOIN spaces ON spaces.id = space
             WHERE source = ?1 AND followed.account = ?2 AND held = 0",
        )
        .bind(source.to_string())
        .bind(account.to_string())
        .fetch_all(&self.reader)
        .await?;
        let mut led = Vec::new();
        for row in &rows {
            let (Some(to), Some(course)) = (current(row)?, row.get::<Option<String>, _>("remote")) else { continue };
            let from = target(crate::text::kind(row.get("kind"))?, row.get("name"));
            led.extend(from.map(|from| (Address::of_course(&course, from), to)));
        }
        Ok(led)
    }

    /// Saves a text whose links were led to where their targets are, and notes that. Equal text is noted, and no edit.
    ///
    /// # Errors
    /// `Raced` where the text is no more the one that was read.
    pub async fn follow_links(
        &self,
        links: &[StaleLink],
        content: &Content,
        expected: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<Replaced>> {
        let Some(source) = links.first().map(|link| link.source) else { return Ok(None) };
        let mut transaction = self.begin().await?;
        let before = get_in(&mut transaction, source).await?;
        if before.counter != expected {
            return Err(Error::Raced);
        }
        let mut replaced = None;
        if before.content != *content {
            let from = self.revise(&mut transaction, source, &before.content, "replaced", "you", false, now).await?;
            let to = self.revise(&mut transaction, source, content, "follow", "you", false, now).await?;
            write_content(&mut transaction, source, content, now).await?;
            self.bump_local(&mut transaction, source).await?;
            replaced = Some(Replaced { before: from, after: to });
        }
        note(&mut transaction, links, false).await?;
        self.commit(transaction, "follow links").await?;
        Ok(replaced)
    }

    /// Notes that a locked text keeps links that lead to where something was: it is told once, and followed when the lock is gone.
    pub async fn hold_links(&self, links: &[StaleLink]) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        note(&mut transaction, links, true).await?;
        self.commit(transaction, "hold links").await
    }

    /// A text of the site's took the place of one whose links were followed: its own are followed anew.
    pub async fn follow_anew(&self, source: EntityId) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        sqlx::query("DELETE FROM followed WHERE source = ?1")
            .bind(source.to_string())
            .execute(&mut *transaction)
            .await?;
        self.commit(transaction, "follow anew").await
    }

    /// Looks through the texts that changed since the last time.
    pub(crate) async fn index_links(&self) -> Result<()> {
        loop {
            let due = sqlx::query(
                "SELECT entity, content FROM links_due LEFT JOIN core_entities ON core_entities.id = entity LIMIT ?1",
            )
            .bind(AT_ONCE)
            .fetch_all(&self.reader)
            .await?;
            if due.is_empty() {
                return Ok(());
            }
            let mut transaction = self.begin_pulled().await?;
            for row in &due {
                let source: String = row.get("entity");
                let read: Option<String> = row.get("content");
                // What changed since it was read stays due.
                let same: bool =
                    sqlx::query_scalar("SELECT coalesce((SELECT content FROM core_entities WHERE id = ?1) IS ?2, 1)")
                        .bind(&source)
                        .bind(&read)
                        .fetch_one(&mut *transaction)
                        .await?;
                if !same {
                    continue;
                }
                sqlx::query("DELETE FROM links WHERE source = ?1").bind(&source).execute(&mut *transaction).await?;
                sqlx::query("INSERT INTO links (target, source) SELECT value, ?2 FROM json_each(?1)")
                    .bind(json("links", &named(read.as_deref().unwrap_or_default()))?)
                    .bind(&source)
                    .execute(&mut *transaction)
                    .await?;
                sqlx::query("DELETE FROM links_due WHERE entity = ?1").bind(&source).execute(&mut *transaction).await?;
            }
            self.commit(transaction, "index links").await?;
        }
    }
}

async fn note(transaction: &mut Transaction<'static, Sqlite>, links: &[StaleLink], held: bool) -> Result<()> {
    for link in links {
        sqlx::query(
            "INSERT INTO followed (source, account, kind, name, entity, held) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET held = excluded.held",
        )
        .bind(link.source.to_string())
        .bind(link.account.to_string())
        .bind(link.kind.name())
        .bind(&link.name)
        .bind(link.entity.to_string())
        .bind(held)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

/// Where a row's mapped object is reached now.
fn current(row: &SqliteRow) -> Result<Option<Address>> {
    let kind = crate::text::kind(row.get("remote_kind"))?;
    let name: Option<String> = match kind {
        Kind::Page => row.get("slug"),
        _ => row.get("remote_id"),
    };
    let course: Option<String> = row.get("remote");
    Ok(name.zip(course).and_then(|(name, course)| Some(Address::of_course(&course, target(kind, &name)?))))
}

/// What an address of a course leads to that names this.
fn target(kind: Kind, name: &str) -> Option<Target> {
    let name = name.to_owned();
    Some(match kind {
        Kind::Page => Target::Page(name),
        Kind::Assignment => Target::Assignment(name),
        Kind::Discussion | Kind::Announcement => Target::Topic(name),
        Kind::Quiz => Target::Quiz(name),
        Kind::Module => Target::Module(name),
        Kind::ModuleItem => Target::ModuleItem(name),
        _ => return None,
    })
}
