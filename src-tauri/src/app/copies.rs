//! Copies of documents: in another space, as a template, and from one.

use std::collections::BTreeSet;

use domain::links::upload_digest;
use domain::{Content, FieldValue, Format, Kind, SpaceId, field};
use store::{Entity, NewEntity, Space};

use super::{App, id, now};
use crate::dto::DocumentDto;
use crate::error::{Failure, Result};

/// The setting that names the space in which templates are kept.
const TEMPLATES: &str = "templates_space";

/// How a text of a forum names what was uploaded there.
pub(crate) const UPLOAD: &str = "upload://";

impl App {
    /// Copies a document into a space, as a new one that no site has; it is not published. What the other space keeps in another
    /// format is not turned into it here.
    pub async fn document_copy(&self, document: &str, space: &str) -> Result<DocumentDto> {
        let entity = self.store.get(id(document)?).await?;
        let space = self.store.space(id(space)?).await?;
        if let Some(why) = space.read_only {
            return Err(Failure::Invalid(why));
        }
        let kind = kind_in(entity.kind, entity.format, &space)?;
        self.copy_pictures(&entity, space.id).await?;
        let mut content = Content::new(entity.content.title, entity.content.body);
        if matches!(kind, Kind::Page | Kind::Assignment | Kind::Discussion) {
            content = content.with(field::PUBLISHED, FieldValue::Flag(false));
        }
        for (name, value) in entity.content.fields {
            // A place, an id of the old course, and what was decided for its students stay behind.
            let travels =
                matches!(name.as_str(), field::POINTS | field::GRADING_TYPE | field::TAGS | field::DISCUSSION_TYPE);
            if travels && kind == entity.kind {
                content = content.with(&name, value);
            }
        }
        let made = self.store.create(&NewEntity { space: space.id, kind, parent: None, content }, now()).await?;
        self.tell_changed(space.id, made);
        self.document(&made.to_string()).await
    }

    /// Keeps for a space the files that a document names, so that its copy there shows them.
    async fn copy_pictures(&self, entity: &Entity, to: SpaceId) -> Result<()> {
        let body = &entity.content.body;
        self.store.keep_named(entity.space, to, &[body]).await?;
        let uploads = uploads(body);
        if uploads.is_empty() || entity.space == to {
            return Ok(());
        }
        // A forum's text names an upload by its digest, and its rendering by the address that it is kept under.
        let kept = self.store.attachments(entity.space).await?;
        for name in uploads {
            let Some(digest) = upload_digest(name) else { continue };
            if let Some((_, attachment)) = kept.iter().find(|(address, _)| address.contains(&digest)) {
                self.store.name_attachment(to, &format!("{UPLOAD}{name}"), &attachment.sha256).await?;
            }
        }
        Ok(())
    }

    /// Keeps a copy of a document as a template.
    pub async fn template_keep(&self, document: &str) -> Result<DocumentDto> {
        let templates = self.templates_space().await?;
        self.document_copy(document, &templates.to_string()).await
    }

    /// The space in which templates are kept, if any was kept yet.
    pub async fn templates(&self) -> Result<Option<String>> {
        Ok(self.known_templates().await?.map(|space| space.to_string()))
    }

    async fn known_templates(&self) -> Result<Option<SpaceId>> {
        let Some(space) = self.store.setting(TEMPLATES).await? else { return Ok(None) };
        let space: SpaceId = id(&space)?;
        Ok(self.store.spaces().await?.iter().any(|known| known.id == space).then_some(space))
    }

    async fn templates_space(&self) -> Result<SpaceId> {
        if let Some(space) = self.known_templates().await? {
            return Ok(space);
        }
        let made = self.local_space_new("Templates").await?;
        self.store.set_setting(TEMPLATES, &made.id).await?;
        id(&made.id)
    }
}

/// What a document becomes in a space: the same where it may be, else a page or a topic of the same format.
fn kind_in(kind: Kind, format: Format, space: &Space) -> Result<Kind> {
    use domain::SiteKind::{Canvas, Discourse};
    let fits = match (space.site, format) {
        (Some(Canvas), Format::Html) => match kind {
            Kind::Assignment | Kind::Discussion | Kind::Announcement => Some(kind),
            _ => Some(Kind::Page),
        },
        (Some(Discourse), Format::Markdown) | (None, Format::Markdown) => Some(Kind::Topic),
        (None, Format::Html) => Some(Kind::Page),
        _ => None,
    };
    fits.ok_or_else(|| {
        Failure::Invalid(match format {
            Format::Html => "A page is not written as a forum writes: it cannot be copied there.".to_owned(),
            _ => "A post is not written as Canvas writes: it cannot be copied there.".to_owned(),
        })
    })
}

/// The names of the uploads that a text of a forum refers to.
fn uploads(body: &str) -> BTreeSet<&str> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '.');
    body.split(UPLOAD).skip(1).filter_map(|rest| rest.split(ends).next()).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dto::{KindDto, NewDocumentDto};

    async fn opened() -> (tempfile::TempDir, Arc<App>) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Arc::new(|_| {})).await.unwrap();
        (folder, app)
    }

    fn new(space: &str, kind: KindDto, body: &str) -> NewDocumentDto {
        let (space, title) = (space.to_owned(), "Birds".to_owned());
        NewDocumentDto { space, kind, parent: None, title, body: body.to_owned(), reply_to: None }
    }

    /// Notes what nothing names, and removes it after a while.
    async fn sweep(app: &App) {
        for later in [0, 40] {
            app.store.sweep_attachments(now() + chrono::Duration::days(later)).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_copy_shows_the_pictures_of_its_original_also_after_that_is_gone() {
        let (_folder, app) = opened().await;
        let space = app.local_space_new("Notes").await.unwrap().id;
        let other = app.local_space_new("Other").await.unwrap().id;
        let from: SpaceId = space.parse().unwrap();
        let of_site = "/courses/210/files/5/preview?verifier=a&wrap=1";
        let there = app.store.keep_attachment(from, of_site, "image/png", b"a heron").await.unwrap();
        app.store.keep_attachment(from, "/courses/210/files/6/preview", "image/png", b"not named").await.unwrap();
        let own = app.store.attach(from, "bay.png", "image/png", &b"a bay"[..]).await.unwrap();
        let body = format!("<img src=\"{}\" alt=x><img src='{}'>", of_site.replace('&', "&amp;"), own.path());
        let page = app.document_new(new(&space, KindDto::Page, &body)).await.unwrap();

        let template = app.template_keep(&page.id).await.unwrap();
        let copy = app.document_copy(&template.id, &other).await.unwrap();
        for shown in [&template, &copy] {
            assert_eq!(shown.body, body, "its bytes are the original's");
            for text in [shown.reading.as_ref().unwrap(), shown.editing.as_ref().unwrap()] {
                for sha in [&there, &own.sha256] {
                    assert!(text.contains(&format!("attach://localhost/{sha}")), "{text}");
                }
            }
            assert_eq!(app.library(&shown.space).await.unwrap().len(), 2, "what it does not name stays behind");
        }
        // The files stay while a copy names them.
        app.store.remove_space(from).await.unwrap();
        sweep(&app).await;
        assert_eq!(app.library(&other).await.unwrap().iter().filter(|item| !item.removable).count(), 2);
        assert_eq!(app.store.blob(&there).await.unwrap().1, b"a heron");
        app.close().await;
    }

    #[tokio::test]
    async fn a_copy_within_a_space_adds_nothing_to_what_is_kept() {
        let (_folder, app) = opened().await;
        let space = app.local_space_new("Notes").await.unwrap().id;
        let own = app.store.attach(space.parse().unwrap(), "bay.png", "image/png", &b"a bay"[..]).await.unwrap();
        let page = app.document_new(new(&space, KindDto::Page, &format!("<img src='{}'>", own.path()))).await.unwrap();
        let copy = app.document_copy(&page.id, &space).await.unwrap();
        assert!(copy.reading.unwrap().contains("attach://localhost/"));
        assert_eq!(app.library(&space).await.unwrap().len(), 1);
        app.close().await;
    }

    #[tokio::test]
    async fn an_upload_of_a_forum_is_shown_in_a_copy_by_its_short_name() {
        let (_folder, app) = opened().await;
        let forum = app.local_space_new("Forum").await.unwrap().id;
        let from: SpaceId = forum.parse().unwrap();
        let address = "/uploads/default/original/1X/000000000000000000000000000000000000003d.jpeg";
        app.store.keep_attachment(from, address, "image/jpeg", b"a heron").await.unwrap();
        let body = "![heron|690x400](upload://Z.jpeg) and ![gone](upload://10.gif)";
        let topic = app.document_new(new(&forum, KindDto::Topic, body)).await.unwrap();
        let template = app.template_keep(&topic.id).await.unwrap();
        app.store.remove_space(from).await.unwrap();
        sweep(&app).await;
        let kept = app.store.attachments(template.space.parse().unwrap()).await.unwrap();
        assert_eq!(kept.iter().map(|(address, _)| address.as_str()).collect::<Vec<_>>(), ["upload://Z.jpeg"]);
        #[cfg(feature = "sync-engine")]
        assert_eq!(app.attachment("upload-Z.jpeg").await.unwrap(), ("image/jpeg".to_owned(), b"a heron".to_vec()));
        app.close().await;
    }

    #[test]
    fn uploads_are_named_as_far_as_a_name_goes() {
        let body = "![a](upload://Z.jpeg) [f|attachment](upload://0.pdf?dl=1) upload:// <img src=\"upload://10.gif\">";
        assert_eq!(uploads(body), BTreeSet::from(["Z.jpeg", "0.pdf", "10.gif"]));
    }
}
