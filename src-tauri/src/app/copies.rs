//! Copies of documents: in another space, as a template, and from one.

use domain::{Content, FieldValue, Format, Kind, SpaceId, field};
use store::{NewEntity, Space};

use super::{App, id, now};
use crate::dto::DocumentDto;
use crate::error::{Failure, Result};

/// The setting that names the space in which templates are kept.
const TEMPLATES: &str = "templates_space";

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
