//! Documents: opened, made, deleted.

use std::collections::BTreeSet;

use domain::html::safe::{ImageSource, Profile, for_display, for_editing, pictures};
use domain::{Content, EntityId, FieldValue, Format, Kind, fact, field, html, markdown};
use store::{Draft, Entity, NewEntity, Row, Saved};

use super::on_site::OnSite;
use super::states::States;
use super::threads::{each_under_its_own, has_thread, in_a_row, number, quoted};
use super::tree::{kind_dto, kind_of, site_dto};
use super::{App, id, now, text_of};
use crate::dto::{CrumbDto, DocumentDto, FormatDto, NewDocumentDto, PostDto, SavedDto};
use crate::error::{Failure, Result};

impl App {
    /// A document, whole. Opening it takes the "changed on the site" mark off.
    pub async fn document(&self, document: &str) -> Result<DocumentDto> {
        let id: EntityId = id(document)?;
        let entity = self.store.get(id).await?;
        let on_site = self.on_site(id).await?;
        let space = self.store.space(entity.space).await?;
        let draft = self.draft_of(&entity)?;
        let parent = match entity.parent {
            Some(parent) => Some(self.store.get(parent).await?),
            None => None,
        };
        let replies = if has_thread(entity.kind) { self.replies(entity.id).await? } else { Vec::new() };
        let writing = self.store.draft(id.reply_being_written())?;
        let addresses = pictures_shown(&entity, &on_site, &[draft.as_ref(), writing.as_ref()], &replies);
        let images = self.images_at(entity.space, &addresses).await?;
        let mut entities = vec![&entity];
        entities.extend(replies.iter().map(|(post, _)| post));
        let states = self.states_of(&entities).await?;
        let find =
            |address: &str| images.get(address).map_or(ImageSource::Blocked, |local| ImageSource::Local(local.clone()));
        let posts = posts(&entity, &on_site, replies, &states, &find);
        let reply = self.reply_of(&entity, writing, &posts, &find)?;
        let waiting = on_site.waiting(&posts);
        let mut fields = super::fields::fields(&entity, &on_site, &space, &self.categories(&space).await?);
        if entity.kind == Kind::Module {
            self.name_prerequisites(&entity, &mut fields).await?;
        }
        self.store.mark_opened(id, now()).await?;
        self.shown.remember(id, entity.counter, &entity.content);
        let body = &entity.content.body;
        let html_body = entity.format == Format::Html;
        Ok(DocumentDto {
            id: id.to_string(),
            space: entity.space.to_string(),
            kind: kind_dto(entity.kind),
            site: site_dto(space.site),
            site_name: self.site_name(&space).await?,
            title: entity.content.title.clone(),
            title_editable: entity.kind.has_title() && on_site.read_only.is_none() && !on_site.title_locked(),
            format: format_dto(entity.format),
            editing: html_body.then(|| for_editing(draft.as_ref().map_or(body, |draft| &draft.content.body), &find)),
            reading: reading(&entity, &on_site, &find),
            states: states.of(&row_of(&entity)),
            read_only: on_site
                .read_only
                .clone()
                .or_else(|| space.why_not(entity.kind, on_site.base.is_some()))
                .or_else(|| on_site.text_locked()),
            no_reply: on_site.no_reply(),
            no_delete: on_site.no_delete(),
            slow_mode: on_site.facts.get(fact::SLOW_MODE).and_then(|seconds| seconds.parse().ok()),
            path: path(&space.name, &entity, parent.as_ref()),
            fields,
            time_zone: space.time_zone.clone(),
            draft: draft.map(|draft| self.draft_dto(&entity, draft)),
            reply,
            seen_at: on_site.seen_at,
            changed_by: on_site.changed_by,
            changed_at: on_site.changed_at,
            author: on_site.facts.get(fact::AUTHOR).cloned(),
            url: on_site.url,
            words: words(entity.format, body),
            counter: entity.counter,
            posts,
            waiting,
            body: entity.content.body,
        })
    }

    /// What stands under a document, with what is known of it on its site.
    async fn replies(&self, to: EntityId) -> Result<Vec<(Entity, OnSite)>> {
        let mut replies = Vec::new();
        for post in self.store.children(to).await?.into_iter().filter(|post| post.deleted_at.is_none()) {
            let on_site = self.on_site(post.id).await?;
            replies.push((post, on_site));
        }
        Ok(replies)
    }

    pub(crate) async fn saved_dto(&self, id: EntityId, saved: Saved, joined: bool) -> Result<SavedDto> {
        let entity = self.store.get(id).await?;
        let states = self.states_shown(&entity).await?;
        Ok(SavedDto {
            counter: saved.counter,
            saved_at: text_of(now()),
            changed: saved.changed,
            states,
            title: entity.content.title,
            body: entity.content.body,
            replaced: saved.replaced.map(|revision| revision.to_string()),
            joined,
            go_on: saved.counter,
            overlaps: false,
        })
    }

    /// Makes a document.
    pub async fn document_new(&self, new: NewDocumentDto) -> Result<DocumentDto> {
        let kind = kind_of(new.kind);
        if !kind.is_document() || (kind.has_title() && new.title.trim().is_empty()) {
            return Err(Failure::Invalid("A new document needs a title.".to_owned()));
        }
        let space = id(&new.space)?;
        let mut body = new.body;
        self.with_files(space, kind.format(), &mut body).await?;
        let mut content = Content::new(new.title, body);
        if matches!(kind, Kind::Page | Kind::Assignment | Kind::Discussion) {
            content = content.with(field::PUBLISHED, FieldValue::Flag(false));
        }
        if let Some(number) = new.reply_to {
            content = content.with(field::REPLY_TO, FieldValue::Number(number));
        }
        let parent = new.parent.as_deref().map(id).transpose()?;
        if !kind.has_title() {
            self.refuse_answer(space, kind, parent).await?;
        }
        let made = self.store.create(&NewEntity { space, kind, parent, content }, now()).await?;
        self.tell_changed(space, made);
        self.document(&made.to_string()).await
    }

    /// Deletes a document here; the next sync deletes it there.
    pub async fn document_delete(&self, document: &str) -> Result<SavedDto> {
        let id: EntityId = id(document)?;
        if let Some(why) = self.on_site(id).await?.no_delete() {
            return Err(Failure::Locked(why));
        }
        let saved = self.store.delete(id, now()).await?;
        self.store.remove_draft(id)?;
        self.tell_changed(self.store.get(id).await?.space, id);
        self.saved_dto(id, saved, false).await
    }
}

/// Addresses of all pictures that a document, its replies, and the drafts of it and of a reply to it show.
fn pictures_shown(
    entity: &Entity,
    on_site: &OnSite,
    drafts: &[Option<&Draft>],
    replies: &[(Entity, OnSite)],
) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    addresses.extend(shown_html(entity, on_site).into_iter().flat_map(pictures));
    for draft in drafts.iter().flatten().filter(|_| entity.format == Format::Html) {
        addresses.extend(pictures(&draft.content.body));
    }
    for (post, on_site) in replies {
        addresses.extend(shown_html(post, on_site).into_iter().flat_map(pictures));
    }
    addresses
}

fn posts(
    to: &Entity,
    of_topic: &OnSite,
    replies: Vec<(Entity, OnSite)>,
    states: &States,
    images: &(dyn Fn(&str) -> ImageSource + Sync),
) -> Vec<PostDto> {
    let post = |(post, on_site): (Entity, OnSite)| PostDto {
        id: post.id.to_string(),
        number: number(&post, &on_site),
        depth: 0,
        author: on_site.facts.get(fact::AUTHOR).cloned().unwrap_or_else(|| "You".to_owned()),
        created_at: on_site.facts.get(fact::CREATED_AT).cloned().unwrap_or_else(|| text_of(post.created_at)),
        reading: reading(&post, &on_site, images),
        states: states.of(&row_of(&post)),
        reply_to: post.content.number(field::REPLY_TO),
        editable: on_site.read_only.is_none(),
        quote: quoted(&post, &on_site, of_topic),
        body: post.content.body,
    };
    let posts = replies.into_iter().map(post).collect();
    if to.kind == Kind::Topic { in_a_row(posts) } else { each_under_its_own(posts) }
}

/// The markup that a document is read as; of a Markdown text its site's own rendering, while the text is the one it rendered.
fn shown_html<'e>(entity: &'e Entity, on_site: &'e OnSite) -> Option<&'e str> {
    match entity.format {
        Format::Html => Some(&entity.content.body),
        Format::Markdown => {
            let current = on_site.base.as_ref().is_some_and(|base| base.body == entity.content.body);
            on_site.facts.get(fact::COOKED).filter(|_| current).map(String::as_str)
        }
        Format::None => None,
    }
}

fn reading(entity: &Entity, on_site: &OnSite, images: &(dyn Fn(&str) -> ImageSource + Sync)) -> Option<String> {
    let profile = if entity.format == Format::Html { Profile::Canvas } else { Profile::Discourse };
    Some(for_display(shown_html(entity, on_site)?, profile, &|address| images(address)))
}

fn path(space: &str, entity: &Entity, parent: Option<&Entity>) -> Vec<CrumbDto> {
    let mut path = vec![CrumbDto { id: Some(entity.space.to_string()), title: space.to_owned() }];
    path.extend(parent.map(|parent| CrumbDto { id: Some(parent.id.to_string()), title: parent.content.title.clone() }));
    path
}

fn format_dto(format: Format) -> FormatDto {
    match format {
        Format::Html => FormatDto::Html,
        Format::Markdown => FormatDto::Markdown,
        Format::None => FormatDto::None,
    }
}

pub(crate) fn words(format: Format, body: &str) -> u32 {
    let count = match format {
        Format::Html => html::word_count(body),
        Format::Markdown | Format::None => markdown::word_count(body),
    };
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The light row of an entity that is at hand whole.
pub(crate) fn row_of(entity: &Entity) -> Row {
    Row {
        id: entity.id,
        kind: entity.kind,
        parent: entity.parent,
        title: entity.content.title.clone(),
        position: None,
        published: entity.content.flag(field::PUBLISHED),
        fields: entity.content.fields.clone(),
        deleted: entity.deleted_at.is_some(),
        updated_at: entity.updated_at,
        opened_at: entity.opened_at,
    }
}
