//! Versions of a document: listed, compared with each other or with what stands now, made current again; and how many are kept.

use domain::{EntityId, RevisionId};
use store::{Retention, Revision};

use super::differences::difference;
use super::tree::title_or_words;
use super::{App, id, now, text_of};
use crate::dto::{DifferenceDto, RetentionDto, RevisionDto, SavedDto};
use crate::error::{Failure, Result};

/// The longest that every version may be kept for, short of for ever: a hundred years.
const MOST_DAYS: u32 = 36_500;

impl App {
    /// Makes a version current again, as the person's edit. Also serves undo.
    pub async fn document_restore(&self, document: &str, revision: &str) -> Result<SavedDto> {
        let id: EntityId = id(document)?;
        let revision = self.version_of(id, revision).await?;
        let saved = self.store.save(id, &revision.content, None, "restore", now()).await?;
        self.tell_changed(self.store.get(id).await?.space, id);
        self.saved_dto(id, saved, false).await
    }

    /// Versions of a document, newest first.
    pub async fn history(&self, document: &str) -> Result<Vec<RevisionDto>> {
        let id: EntityId = id(document)?;
        let entity = self.store.get(id).await?;
        let site = self.site_name(&self.store.space(entity.space).await?).await?;
        let dto = |version: store::Version| RevisionDto {
            id: version.id.to_string(),
            at: text_of(version.at),
            origin: if version.origin == "you" { version.origin } else { site.clone() },
            cause: version.cause,
            title: title_or_words(&version.title, &version.beginning),
            not_chosen: version.not_chosen,
        };
        Ok(self.store.versions(id).await?.into_iter().map(dto).collect())
    }

    /// What another version of a document says otherwise than this one, or, where none is named, what the document says now.
    pub async fn revision_difference(
        &self,
        document: &str,
        revision: &str,
        other: Option<&str>,
    ) -> Result<DifferenceDto> {
        let entity = self.store.get(id(document)?).await?;
        let before = self.version_of(entity.id, revision).await?.content;
        let after = match other {
            Some(other) => self.version_of(entity.id, other).await?.content,
            None => entity.content,
        };
        let telling = self.telling(&self.store.space(entity.space).await?).await?;
        Ok(difference(entity.format, &telling, &before, &after))
    }

    /// A version of this document and of no other.
    async fn version_of(&self, document: EntityId, revision: &str) -> Result<Revision> {
        let revision = self.store.revision(id::<RevisionId>(revision)?).await?;
        if revision.entity != document {
            return Err(Failure::Invalid("That is a version of another document.".to_owned()));
        }
        Ok(revision)
    }

    /// How much history is kept.
    pub async fn retention(&self) -> Result<RetentionDto> {
        Ok(RetentionDto { every_version_days: self.store.retention().await?.every_version_days })
    }

    /// Chooses how much history is kept; answers with what was chosen before. What is older is thinned out within a day.
    pub async fn retention_set(&self, chosen: RetentionDto) -> Result<RetentionDto> {
        if chosen.every_version_days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
            return Err(Failure::Invalid(format!("Every version is kept for 1 to {MOST_DAYS} days, or for ever.")));
        }
        let before = self.store.set_retention(Retention { every_version_days: chosen.every_version_days }).await?;
        Ok(RetentionDto { every_version_days: before.every_version_days })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::Content;

    use super::*;
    use crate::dto::{EditDto, KindDto, NewDocumentDto};

    async fn opened() -> (tempfile::TempDir, Arc<App>) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        (folder, app)
    }

    async fn made(app: &App, kind: KindDto, parent: Option<String>, title: &str, body: &str) -> String {
        let space = match app.spaces().await.unwrap().pop() {
            Some(space) => space.id,
            None => app.local_space_new("Notes").await.unwrap().id,
        };
        let new =
            NewDocumentDto { space, kind, parent, title: title.to_owned(), body: body.to_owned(), reply_to: None };
        app.document_new(new).await.unwrap().id
    }

    #[tokio::test]
    async fn a_list_of_versions_reads_no_texts() {
        let (_folder, app) = opened().await;
        let page = made(&app, KindDto::Page, None, "Tides", "<p>0</p>").await;
        let id: EntityId = page.parse().unwrap();
        for number in 1..40 {
            let content = Content::new(format!("Tides {number}"), format!("<p>{number}</p>"));
            app.store.save(id, &content, None, "save", now()).await.unwrap();
        }
        let history = app.history(&page).await.unwrap();
        let said = |of: &RevisionDto| (of.title.clone(), of.cause.clone(), of.origin.clone(), of.not_chosen);
        let whole = app.store.revisions(id).await.unwrap();
        assert_eq!(history.len(), 40);
        for (listed, whole) in history.iter().zip(&whole) {
            let (title, cause, origin) = (whole.content.title.clone(), whole.cause.clone(), whole.origin.clone());
            assert_eq!((listed.id.clone(), said(listed)), (whole.id.to_string(), (title, cause, origin, false)));
        }
        let asked = |operations: &[store::Operation], name: &str| {
            operations.iter().find(|operation| operation.name == name).map_or(0, |operation| operation.count)
        };
        let operations = app.stats().await.unwrap().operations;
        // The one time is this test's own.
        assert_eq!((asked(&operations, "list versions"), asked(&operations, "read versions")), (1, 1));
        app.close().await;
    }

    #[tokio::test]
    async fn a_version_without_a_title_is_named_by_its_first_words() {
        let (_folder, app) = opened().await;
        let topic = made(&app, KindDto::Topic, None, "Tides", "When?").await;
        let post =
            made(&app, KindDto::Post, Some(topic), "", "At noon, and at midnight, and at noon the day after.").await;
        let edit = EditDto { body: Some("Never.".to_owned()), ..EditDto::default() };
        app.document_save(&post, edit).await.unwrap();
        let titles: Vec<String> = app.history(&post).await.unwrap().into_iter().map(|of| of.title).collect();
        assert_eq!(titles, ["Never.", "At noon, and at midnight, and at noon"]);
        app.close().await;
    }

    #[tokio::test]
    async fn any_two_versions_are_compared_word_by_word() {
        let (_folder, app) = opened().await;
        let page = made(&app, KindDto::Page, None, "Tides", "<p>The ferry leaves at nine.</p>").await;
        for body in ["<p>The ferry leaves at ten.</p>", "<p>The ferry leaves at noon.</p>"] {
            let edit = EditDto { body: Some(body.to_owned()), ..EditDto::default() };
            app.document_save(&page, edit).await.unwrap();
        }
        let history = app.history(&page).await.unwrap();
        let [now, ten, nine] = &history[..] else { panic!("three versions: {history:?}") };
        let marked = |difference: DifferenceDto, change: &str| -> Vec<String> {
            let pieces = difference.reading.into_iter().flat_map(|passage| passage.pieces);
            pieces.filter(|piece| piece.change == change).map(|piece| piece.text.trim().to_owned()).collect()
        };
        for (from, to, removed, added) in [
            (nine, Some(ten), "nine", "ten"),
            (ten, Some(nine), "ten", "nine"),
            (nine, Some(now), "nine", "noon"),
            (nine, None, "nine", "noon"),
        ] {
            let difference =
                async || app.revision_difference(&page, &from.id, to.map(|to| to.id.as_str())).await.unwrap();
            let (gone, new) = (marked(difference().await, "removed"), marked(difference().await, "added"));
            assert!(
                gone.concat().contains(removed) && new.concat().contains(added),
                "{removed} {added}: {gone:?} {new:?}"
            );
            assert!(!gone.concat().contains("ferry"), "{gone:?}");
        }
        let other = made(&app, KindDto::Page, None, "Boots", "<p>Dry ones.</p>").await;
        let foreign = app.history(&other).await.unwrap().remove(0).id;
        assert!(matches!(app.revision_difference(&page, &nine.id, Some(&foreign)).await, Err(Failure::Invalid(_))));
        assert!(matches!(app.document_restore(&page, &foreign).await, Err(Failure::Invalid(_))));
        app.close().await;
    }

    #[tokio::test]
    async fn how_much_history_is_kept_is_chosen_and_holds() {
        let (_folder, app) = opened().await;
        let of = |days| RetentionDto { every_version_days: days };
        assert_eq!(app.retention().await.unwrap(), of(Some(90)));
        for (chosen, before) in [(Some(30), Some(90)), (None, Some(30)), (Some(1), None)] {
            assert_eq!(app.retention_set(of(chosen)).await.unwrap(), of(before));
            assert_eq!(app.retention().await.unwrap(), of(chosen));
        }
        for wrong in [0, MOST_DAYS + 1] {
            assert!(matches!(app.retention_set(of(Some(wrong))).await, Err(Failure::Invalid(_))), "{wrong}");
        }
        let page = made(&app, KindDto::Page, None, "Tides", "0").await;
        for number in 1..6 {
            let content = Content::new("Tides", number.to_string());
            let then = now() - chrono::Duration::days(9);
            app.store.save(page.parse().unwrap(), &content, None, "save", then).await.unwrap();
        }
        let all = app.history(&page).await.unwrap().len();
        app.retention_set(of(None)).await.unwrap();
        app.store.compact_history(now(), 0).await.unwrap();
        assert_eq!(app.history(&page).await.unwrap().len(), all, "for ever");
        app.retention_set(of(Some(3))).await.unwrap();
        app.store.compact_history(now(), 0).await.unwrap();
        assert!(app.history(&page).await.unwrap().len() < all);
        app.close().await;
    }
}
