//! Where attachments are used, and the removal of those that nothing names: what a library of them is made of.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;

use domain::{EntityId, SpaceId};
use sqlx::Row;

use crate::sweep::each_named;
use crate::text::{json, parse};
use crate::{Attachment, Error, Result, Store};

/// Which documents refer to an address.
pub type Uses = HashMap<String, BTreeSet<EntityId>>;

/// What was removed from a space: by it, it can be put back while its files are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The space.
    pub space: SpaceId,
    /// By which addresses it was referred to, and what they led to.
    pub addresses: Vec<(String, Attachment)>,
}

impl Store {
    /// By address, the documents of a space that refer to it and are not deleted: by their text, by what their site made of it, or
    /// by a draft. An address that none refers to is not in it; an earlier version may still do so.
    pub async fn attachment_uses(&self, space: SpaceId) -> Result<Uses> {
        let addresses: HashSet<String> =
            self.attachments(space).await?.into_iter().map(|(address, _)| address).collect();
        let mut uses = Uses::new();
        let mut here = HashSet::new();
        let mut note = |id: EntityId, body: &str| {
            each_named(body, &addresses, |address| {
                uses.entry(address.to_owned()).or_default().insert(id);
            });
        };
        for source in self.texts_that_may_use().await? {
            for row in sqlx::query(source).bind(space.to_string()).fetch_all(&self.reader).await? {
                let id: EntityId = parse("entity", row.get("id"))?;
                here.insert(id);
                note(id, row.get("content"));
            }
        }
        for (id, draft) in self.drafts()? {
            let id = id.replied_to().unwrap_or(id);
            if here.contains(&id) {
                note(id, &draft.content.body);
            }
        }
        Ok(uses)
    }

    /// The addresses of a space that nothing names: no text, earlier version, site's copy, conflict or draft.
    pub async fn attachments_named_nowhere(&self, space: SpaceId) -> Result<HashSet<String>> {
        let addresses = self.attachments(space).await?.into_iter().map(|(address, _)| address).collect();
        let mut unused = HashMap::from([(space.to_string(), addresses)]);
        self.take_used(&mut unused).await?;
        Ok(unused.remove(&space.to_string()).unwrap_or_default())
    }

    /// Removes those of `addresses` that nothing names. Their files stay until [`Self::drop_unaddressed`].
    pub async fn remove_attachments(&self, space: SpaceId, addresses: &HashSet<String>) -> Result<Removed> {
        // Nothing is kept anew between the look and the removal.
        let _alone = self.blobs.write().await;
        let unused = self.attachments_named_nowhere(space).await?;
        let mut removed = self.attachments(space).await?;
        removed.retain(|(address, _)| addresses.contains(address) && unused.contains(address));
        let mut transaction = self.begin().await?;
        for (address, _) in &removed {
            for statement in [
                "DELETE FROM attachments_unused WHERE space = ?1 AND address = ?2",
                "DELETE FROM attachments WHERE space = ?1 AND address = ?2",
            ] {
                sqlx::query(statement).bind(space.to_string()).bind(address).execute(&mut *transaction).await?;
            }
        }
        self.commit(transaction, "attachment").await?;
        Ok(Removed { space, addresses: removed })
    }

    /// Puts back what was removed, as far as its files are there.
    pub async fn put_back_attachments(&self, removed: &Removed) -> Result<()> {
        let _kept_until_named = self.blobs.read().await;
        for (address, attachment) in removed.addresses.iter().filter(|(_, kept)| self.holds_blob(&kept.sha256)) {
            self.address_blob(removed.space, address, &attachment.content_type, &attachment.sha256).await?;
        }
        Ok(())
    }

    /// Removes the files of what was removed, unless another address leads to them; answers with the bytes that are free now.
    pub async fn drop_unaddressed(&self, removed: &Removed) -> Result<u64> {
        let _alone = self.blobs.write().await;
        let kept: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT sha256 FROM attachments").fetch_all(&self.reader).await?;
        let gone: BTreeSet<&String> = removed
            .addresses
            .iter()
            .map(|(_, attachment)| &attachment.sha256)
            .filter(|sha| !kept.contains(sha))
            .collect();
        let mut bytes = 0;
        for sha in gone {
            if let Some(size) = self.blob_size(sha)? {
                fs::remove_file(self.blob_path(sha)).map_err(|source| Error::file("removing an attachment", source))?;
                bytes += size;
            }
        }
        Ok(bytes)
    }

    /// Keeps for a space what some texts of another name, by the same addresses: the texts are copied there. What that space keeps by
    /// such an address already stays.
    pub async fn keep_named(&self, from: SpaceId, to: SpaceId, texts: &[&str]) -> Result<()> {
        let _kept_until_named = self.blobs.read().await;
        let addresses: HashSet<String> =
            self.attachments(from).await?.into_iter().map(|(address, _)| address).collect();
        let mut named = BTreeSet::new();
        for text in texts {
            each_named(text, &addresses, |address| {
                named.insert(address.to_owned());
            });
        }
        if named.is_empty() {
            return Ok(());
        }
        let named = json("addresses", &named)?;
        let mut transaction = self.begin().await?;
        for statement in [
            "INSERT INTO attachments (space, address, sha256, content_type)
             SELECT ?2, address, sha256, content_type FROM attachments
             WHERE space = ?1 AND address IN (SELECT value FROM json_each(?3)) ON CONFLICT DO NOTHING",
            "DELETE FROM attachments_unused WHERE ?1 <> ?2 AND space = ?2 AND address IN (SELECT value FROM json_each(?3))",
        ] {
            sqlx::query(statement)
                .bind(from.to_string())
                .bind(to.to_string())
                .bind(&named)
                .execute(&mut *transaction)
                .await?;
        }
        self.commit(transaction, "attachments copied").await
    }

    /// Notes that a text names bytes that are kept by one more address, so that they stay while it does.
    pub async fn name_attachment(&self, space: SpaceId, address: &str, sha256: &str) -> Result<()> {
        let mut transaction = self.begin_pulled().await?;
        sqlx::query(
            "INSERT INTO attachments (space, address, sha256, content_type)
             SELECT ?1, ?2, sha256, content_type FROM attachments WHERE sha256 = ?3 LIMIT 1
             ON CONFLICT (space, address) DO UPDATE SET sha256 = excluded.sha256, content_type = excluded.content_type",
        )
        .bind(space.to_string())
        .bind(address)
        .bind(sha256)
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction, "attachment").await
    }

    async fn texts_that_may_use(&self) -> Result<Vec<&'static str>> {
        let mut sources = vec!["SELECT id, content FROM core_entities WHERE space = ?1 AND deleted_at IS NULL"];
        if self.has_sites().await? {
            sources.push(
                "SELECT id, coalesce((SELECT group_concat(value, char(10)) FROM json_tree(mirror.base, '$.facts') WHERE type = 'text'), '') AS content
                 FROM mirror JOIN core_entities ON id = mirror.entity WHERE space = ?1 AND deleted_at IS NULL",
            );
        }
        Ok(sources)
    }

    /// The size of a file of `blobs/` in bytes; none where it is missing.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn blob_size(&self, sha: &str) -> Result<Option<u64>> {
        match fs::metadata(self.blob_path(sha)) {
            Ok(file) => Ok(Some(file.len())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::file("reading an attachment", source)),
        }
    }
}
