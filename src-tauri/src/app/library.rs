//! The attachments of a space: what is kept, how large it is, where it is used; and what is used nowhere, removed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use domain::links::Attached;
use domain::{EntityId, SpaceId};
use store::{Removed, Row};

use super::tree::{kind_dto, title_or_words};
use super::{App, id};
use crate::dto::{LibraryItemDto, LibraryRemovedDto, UseDto};
use crate::error::{Failure, Result};

/// The picture that a site draws of an equation: it is put in by its LaTeX, and is no file of anybody's.
const EQUATION: &str = "/equation_images/";

/// What was removed last: it can be put back until something else is, or the program ends. Only then do its files go.
#[derive(Default)]
pub(crate) struct RemovedLast(Mutex<Option<Removed>>);

/// One content, under all addresses by which the space refers to it.
#[derive(Default)]
struct Kept {
    addresses: BTreeSet<String>,
    content_type: String,
    used_in: BTreeSet<EntityId>,
}

impl App {
    /// What is kept for the texts of a space, each content once, by name.
    pub async fn library(&self, space: &str) -> Result<Vec<LibraryItemDto>> {
        let space: SpaceId = id(space)?;
        let mut uses = self.store.attachment_uses(space).await?;
        let mut contents: HashMap<String, Kept> = HashMap::new();
        for (address, attachment) in self.store.attachments(space).await? {
            if address.contains(EQUATION) {
                continue;
            }
            let kept = contents.entry(attachment.sha256).or_default();
            kept.used_in.extend(uses.remove(&address).unwrap_or_default());
            kept.content_type = attachment.content_type;
            kept.addresses.insert(address);
        }
        // Looking through every version is for what no text refers to.
        let nowhere = match contents.values().all(|kept| !kept.used_in.is_empty()) {
            true => HashSet::new(),
            false => self.named_nowhere(space).await?,
        };
        let rows: HashMap<EntityId, Row> = self.store.list(space).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut items = Vec::with_capacity(contents.len());
        for (sha256, kept) in contents {
            let Some(bytes) = self.store.blob_size(&sha256)? else { continue };
            let removable = kept.addresses.iter().all(|address| nowhere.contains(address));
            items.push(LibraryItemDto { removable, ..self.item(sha256, bytes, kept, &rows).await? });
        }
        items.sort_by_cached_key(|item| (item.name.to_lowercase(), item.sha256.clone()));
        Ok(items)
    }

    /// Removes from a space what nothing names, by its SHA-256; what something names stays.
    pub async fn library_remove(&self, space: &str, shas: &[String]) -> Result<LibraryRemovedDto> {
        let space: SpaceId = id(space)?;
        let nowhere = self.named_nowhere(space).await?;
        let mut addresses: HashMap<String, Vec<String>> = HashMap::new();
        for (address, attachment) in self.store.attachments(space).await? {
            addresses.entry(attachment.sha256).or_default().push(address);
        }
        let chosen: HashSet<String> = shas
            .iter()
            .filter_map(|sha| addresses.get(sha))
            .filter(|addresses| addresses.iter().all(|address| nowhere.contains(address)))
            .flatten()
            .cloned()
            .collect();
        if chosen.is_empty() {
            return Err(Failure::Invalid("Something names it now: a text, an earlier version or a draft.".to_owned()));
        }
        let removed = self.store.remove_attachments(space, &chosen).await?;
        let contents: BTreeSet<&String> = removed.addresses.iter().map(|(_, attachment)| &attachment.sha256).collect();
        let mut bytes = 0;
        for sha in &contents {
            bytes += self.store.blob_size(sha)?.unwrap_or(0);
        }
        let files = u32::try_from(contents.len()).unwrap_or(u32::MAX);
        let before = self.removed.0.lock().unwrap_or_else(PoisonError::into_inner).replace(removed);
        if let Some(before) = before {
            self.store.drop_unaddressed(&before).await?;
        }
        Ok(LibraryRemovedDto { files, bytes })
    }

    /// Puts back what was removed last.
    pub async fn library_put_back(&self) -> Result<()> {
        let removed = self.removed.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let removed = removed.ok_or_else(|| Failure::Invalid("It cannot be put back any more.".to_owned()))?;
        Ok(self.store.put_back_attachments(&removed).await?)
    }

    /// Removes the files of what was removed last: nobody can put it back any more.
    pub(crate) async fn drop_removed(&self) -> Result<()> {
        let removed = self.removed.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(removed) = removed {
            self.store.drop_unaddressed(&removed).await?;
        }
        Ok(())
    }

    /// The addresses of a space that nothing names, nor what was deleted for good and can be put back.
    async fn named_nowhere(&self, space: SpaceId) -> Result<HashSet<String>> {
        let mut nowhere = self.store.attachments_named_nowhere(space).await?;
        nowhere.retain(|address| self.purged_of(|purged| purged.entity.content.body.contains(address)).is_empty());
        Ok(nowhere)
    }

    async fn item(
        &self,
        sha256: String,
        bytes: u64,
        kept: Kept,
        rows: &HashMap<EntityId, Row>,
    ) -> Result<LibraryItemDto> {
        let own = kept.addresses.iter().find_map(|address| Attached::parse(address).map(|file| (address, file)));
        let (address, name) = match (own, kept.addresses.first()) {
            (Some((address, file)), _) => (address.clone(), file.name),
            (None, Some(address)) => (address.clone(), name_in(address)),
            (None, None) => (String::new(), String::new()),
        };
        let mut used_in = Vec::with_capacity(kept.used_in.len());
        for id in kept.used_in {
            let Some(row) = rows.get(&id) else { continue };
            let title = match row.title.is_empty() {
                true => title_or_words("", &self.store.get(id).await?.content.body),
                false => row.title.clone(),
            };
            used_in.push(UseDto { id: id.to_string(), kind: kind_dto(row.kind), title });
        }
        Ok(LibraryItemDto {
            shown: format!("attach://localhost/{sha256}"),
            picture: kept.content_type.starts_with("image/"),
            content_type: kept.content_type,
            sha256,
            address,
            name,
            bytes,
            used_in,
            removable: false,
        })
    }
}

/// The name that an address of a site ends with; where it has none, what it leads to.
fn name_in(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.iter().position(|part| *part == "files").and_then(|at| parts.get(at + 1)) {
        Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => format!("File {number}"),
        _ => parts.last().map_or_else(|| address.to_owned(), |last| (*last).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dto::{EditDto, KindDto, NewDocumentDto};

    #[test]
    fn an_address_of_a_site_gives_a_name() {
        for (address, name) in [
            ("/courses/210/files/5/preview?verifier=x", "File 5"),
            ("https://forum.example/uploads/default/original/1X/ab.png", "ab.png"),
            ("upload://abc.jpeg", "abc.jpeg"),
            ("", ""),
        ] {
            assert_eq!(name_in(address), name, "{address}");
        }
    }

    #[tokio::test]
    async fn each_content_stands_once_with_where_it_is_used_and_what_is_unused_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap().id;
        let mut addresses = Vec::new();
        for (name, more) in [("heron.png", 1_u8), ("bay.png", 2), ("old.png", 3), ("never.png", 4)] {
            let bytes = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[more]].concat();
            let token = app.picture_begin(&space, name, 17).await.unwrap();
            app.picture_piece(&token, bytes).await.unwrap();
            addresses.push(app.picture_end(&token).await.unwrap().address);
        }
        let page = |title: &str, body: String| NewDocumentDto {
            space: space.clone(),
            kind: KindDto::Page,
            parent: None,
            title: title.to_owned(),
            body,
            reply_to: None,
        };
        let birds = app.document_new(page("Birds", format!("<img src=\"{}\">", addresses[0]))).await.unwrap();
        let bays = app.document_new(page("Bays", String::new())).await.unwrap();
        let edit = EditDto {
            body: Some(format!("<p><img src='{}'>", addresses[1])),
            counter: Some(bays.counter),
            ..EditDto::default()
        };
        app.draft_save(&bays.id, edit).await.unwrap();
        let gone = app.document_new(page("Gone", format!("<img src={}>", addresses[2]))).await.unwrap();
        app.document_delete(&gone.id).await.unwrap();
        let of: SpaceId = space.parse().unwrap();
        app.store.keep_attachment(of, "/equation_images/x%255E2?scale=1", "image/svg+xml", b"<svg/>").await.unwrap();
        let library = app.library(&space).await.unwrap();
        let said: Vec<(&str, u64, Vec<&str>, bool)> = library
            .iter()
            .map(|item| {
                let used = item.used_in.iter().map(|it| it.id.as_str()).collect();
                (item.name.as_str(), item.bytes, used, item.removable)
            })
            .collect();
        assert_eq!(
            said,
            [
                ("bay.png", 17, vec![bays.id.as_str()], false),
                ("heron.png", 17, vec![birds.id.as_str()], false),
                ("never.png", 17, vec![], true),
                // What was deleted can come back, and shows it then.
                ("old.png", 17, vec![], false)
            ]
        );
        assert!(library.iter().all(|item| item.picture && item.address.starts_with("/lectern/files/")));
        app.close().await;
    }

    #[tokio::test]
    async fn what_nothing_names_goes_with_an_undo_and_what_anything_names_stays() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap().id;
        let mut shas = Vec::new();
        let mut first = String::new();
        for (name, more) in [("heron.png", 1_u8), ("bay.png", 2), ("old.png", 3)] {
            let bytes = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[more]].concat();
            let token = app.picture_begin(&space, name, 17).await.unwrap();
            app.picture_piece(&token, bytes).await.unwrap();
            let kept = app.picture_end(&token).await.unwrap();
            shas.push(kept.sha256);
            first = if first.is_empty() { kept.address } else { first };
        }
        let files = || std::fs::read_dir(folder.path().join("blobs")).unwrap().count();
        let body = format!("<img src=\"{first}\">");
        let (kind, title) = (KindDto::Page, "Birds".to_owned());
        let new = NewDocumentDto { space: space.clone(), kind, parent: None, title, body, reply_to: None };
        let birds = app.document_new(new).await.unwrap();
        // Named by an earlier version alone.
        let edit =
            EditDto { body: Some("<p>None.</p>".to_owned()), counter: Some(birds.counter), ..EditDto::default() };
        app.document_save(&birds.id, edit).await.unwrap();
        assert!(app.library_remove(&space, &shas[..1]).await.is_err());

        let removed = app.library_remove(&space, &shas).await.unwrap();
        assert_eq!((removed.files, removed.bytes), (2, 34));
        let names = |items: Vec<LibraryItemDto>| items.into_iter().map(|item| item.name).collect::<Vec<_>>();
        assert_eq!(names(app.library(&space).await.unwrap()), ["heron.png"]);
        app.library_put_back().await.unwrap();
        assert_eq!(names(app.library(&space).await.unwrap()), ["bay.png", "heron.png", "old.png"]);
        assert!(app.library_put_back().await.is_err(), "it is back already");

        app.library_remove(&space, &shas[1..2]).await.unwrap();
        assert_eq!(files(), 3, "it can still be put back");
        app.library_remove(&space, &shas[2..]).await.unwrap();
        assert_eq!(files(), 2);
        app.close().await;
        assert_eq!(files(), 1);
    }

    #[tokio::test]
    async fn what_a_document_deleted_for_good_names_stays_while_that_can_be_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        let space = app.local_space_new("Notes").await.unwrap().id;
        let token = app.picture_begin(&space, "heron.png", 16).await.unwrap();
        app.picture_piece(&token, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()).await.unwrap();
        let kept = app.picture_end(&token).await.unwrap();
        let (kind, title, body) = (KindDto::Page, "Birds".to_owned(), format!("<img src=\"{}\">", kept.address));
        let new = NewDocumentDto { space: space.clone(), kind, parent: None, title, body, reply_to: None };
        let birds = app.document_new(new).await.unwrap().id;
        app.document_delete(&birds).await.unwrap();
        app.trash_purge(&birds).await.unwrap();
        assert!(app.library_remove(&space, std::slice::from_ref(&kept.sha256)).await.is_err());
        app.trash_put_back(&birds).await.unwrap();
        assert_eq!(app.store.blob(&kept.sha256).await.unwrap().0, "image/png");
        app.close().await;
    }
}
