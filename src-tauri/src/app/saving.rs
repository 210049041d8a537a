//! What becomes of what a person types: durable as a draft, then saved into its document, joined with what came in underneath.
//! Where both changed the same words nothing is overwritten: the text stays a draft, and the person is asked.

use domain::reconcile::{Merged, merge_contents};
use domain::{Content, EntityId, html};
use store::{Draft, Entity, Visual};

use super::differences::difference;
use super::on_site::OnSite;
use super::{App, fields, id, now, text_of};
use crate::dto::{DifferenceDto, DraftDto, EditDto, SavedDto, VisualEditDto};
use crate::error::{Failure, Result};

/// How often a save is tried again when the document changes in the very moment of it.
const TRIES: usize = 8;

/// An edit, as contents: what it started from, and what it makes of that.
struct Typed {
    base: Content,
    /// The counter of the base.
    counter: i64,
    mine: Content,
    visual: Option<Visual>,
    /// Whether it is the draft's text that goes on, so that the draft ends when it is saved.
    ends_draft: bool,
}

/// What an edit that names a counter was made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// The draft, where there is one.
    Draft,
    /// The document as it was saved.
    Saved,
}

/// How a draft stands to its document.
pub(crate) enum Met {
    /// The document is what the draft started from.
    Same,
    /// It has changed since, and the changes fit together.
    Joins(Content),
    /// It has changed since in the same words.
    Overlaps(Box<Merged>),
}

impl App {
    /// Makes what is being typed durable; answers with the time.
    pub async fn draft_save(&self, document: &str, edit: EditDto) -> Result<String> {
        let id: EntityId = id(document)?;
        let entity = self.store.get(id).await?;
        let edit = self.in_course_time(&entity, edit).await?;
        let known = self.store.draft(id)?;
        let (text, set) = (EditDto { fields: None, ..edit.clone() }, edit);
        // A text is kept whatever is wrong with a field beside it.
        let kept = self.put_typed(id, self.typed(&entity, &text, known.as_ref())?)?;
        if set.fields.as_ref().is_some_and(|fields| !fields.is_empty()) {
            return self.put_typed(id, self.typed(&entity, &set, known.as_ref())?);
        }
        Ok(kept)
    }

    /// Throws a draft away; its text stays in the history.
    pub async fn draft_discard(&self, document: &str) -> Result<()> {
        let id: EntityId = id(document)?;
        if let Some(draft) = self.store.draft(id)? {
            self.store.keep_version(id, &draft.content, "discard", "you", now()).await?;
        }
        self.store.remove_draft(id)?;
        self.tell_changed(self.store.get(id).await?.space, id);
        Ok(())
    }

    /// Saves a draft that was found into its document.
    pub async fn draft_keep(&self, document: &str) -> Result<SavedDto> {
        let id: EntityId = id(document)?;
        let entity = self.store.get(id).await?;
        self.document_save(document, EditDto { counter: Some(entity.counter), ..EditDto::default() }).await
    }

    /// What keeping a draft would change in its document.
    pub async fn draft_difference(&self, document: &str) -> Result<DifferenceDto> {
        let id: EntityId = id(document)?;
        let entity = self.store.get(id).await?;
        let draft = self.store.draft(id)?.ok_or(store::Error::NotFound("draft"))?;
        let kept = match met(&entity, &draft) {
            Met::Same => draft.content,
            Met::Joins(content) => content,
            Met::Overlaps(merged) => merged.with(domain::merge::Side::Local),
        };
        let telling = self.telling(&self.store.space(entity.space).await?).await?;
        Ok(difference(entity.format, &telling, &entity.content, &kept))
    }

    /// Saves an edit. What changed underneath since the edit began is joined in; where both changed the same words, nothing is
    /// written: the text is kept as a draft and the answer says that it overlaps.
    ///
    /// An edit that names a counter comes from an editor, which shows the draft where there is one; one that names none is made on
    /// the document as it stands, and leaves a draft alone.
    pub async fn document_save(&self, document: &str, edit: EditDto) -> Result<SavedDto> {
        let id: EntityId = id(document)?;
        self.save_edit(id, edit, Beside::Draft).await
    }

    /// Saves what was made of a document as it was saved, and not of its draft: that goes on from where it began.
    pub(crate) async fn save_over(&self, entity: &Entity, edit: EditDto) -> Result<SavedDto> {
        self.shown.remember(entity.id, entity.counter, &entity.content);
        self.save_edit(entity.id, EditDto { counter: Some(entity.counter), ..edit }, Beside::Saved).await
    }

    async fn save_edit(&self, id: EntityId, edit: EditDto, beside: Beside) -> Result<SavedDto> {
        let before = self.store.get(id).await?;
        let edit = self.in_course_time(&before, edit).await?;
        self.refuse_category(&before, &edit).await?;
        for _ in 0..TRIES {
            let entity = self.store.get(id).await?;
            let draft = self.store.draft(id)?.filter(|_| beside == Beside::Draft);
            self.refuse_locked(&entity, &edit, draft.as_ref()).await?;
            let mut typed = self.typed(&entity, &edit, draft.as_ref())?;
            typed.ends_draft &= beside == Beside::Draft;
            self.with_files(entity.space, entity.format, &mut typed.mine.body).await?;
            fields::refuse_invalid(entity.kind, &typed.mine, &typed.base)?;
            let joined = typed.base != entity.content;
            let whole = if joined {
                merge_contents(entity.format, &typed.base, &typed.mine, &entity.content).clean()
            } else {
                Some(typed.mine.clone())
            };
            let Some(content) = whole else {
                let draft = self.store.draft(id)?;
                if draft.is_some() && beside == Beside::Saved {
                    return Err(store::Error::Raced.into());
                }
                return self.ask(&entity, typed, draft).await;
            };
            match self.store.save(id, &content, Some(entity.counter), "save", now()).await {
                Err(store::Error::Raced) => {}
                Err(error) => return Err(error.into()),
                Ok(saved) => {
                    if typed.ends_draft {
                        self.store.remove_draft(id)?;
                    }
                    self.shown.remember(id, saved.counter, &content);
                    self.tell_changed(entity.space, id);
                    let mut told = self.saved_dto(id, saved, joined).await?;
                    // What was saved, and not what a sync made of it since: the editor goes on from this.
                    (told.title, told.body) = (content.title, content.body);
                    if joined {
                        told.go_on = -told.counter;
                        self.shown.remember(id, told.go_on, &typed.mine);
                    }
                    return Ok(told);
                }
            }
        }
        Err(store::Error::Raced.into())
    }

    /// Keeps a text that overlaps with what came in as a draft, for the person to decide.
    async fn ask(&self, entity: &Entity, typed: Typed, draft: Option<Draft>) -> Result<SavedDto> {
        let (title, body) = (typed.mine.title.clone(), typed.mine.body.clone());
        let typed = match draft {
            // A field beside a draft's text: the draft takes it along.
            Some(draft) if !typed.ends_draft => Typed {
                mine: with_fields(draft.content, &typed.mine, &typed.mine.changed_since(&typed.base)),
                base: with_fields(draft.base, &typed.base, &typed.mine.changed_since(&typed.base)),
                counter: draft.counter,
                visual: draft.visual,
                ends_draft: true,
            },
            _ => typed,
        };
        self.put_typed(entity.id, typed)?;
        self.tell_changed(entity.space, entity.id);
        Ok(SavedDto {
            counter: entity.counter,
            go_on: entity.counter,
            saved_at: text_of(now()),
            changed: false,
            title,
            body,
            states: self.states_shown(entity).await?,
            replaced: None,
            joined: false,
            overlaps: true,
        })
    }

    fn put_typed(&self, id: EntityId, typed: Typed) -> Result<String> {
        let Typed { base, counter, mine, visual, .. } = typed;
        let draft = Draft { content: mine, base, counter, visual, saved_at: now(), session: self.session.clone() };
        self.store.put_draft(id, &draft)?;
        Ok(text_of(draft.saved_at))
    }

    /// What an edit started from and makes of it.
    fn typed(&self, entity: &Entity, edit: &EditDto, draft: Option<&Draft>) -> Result<Typed> {
        let text = edit.title.is_some() || edit.body.is_some() || edit.visual.is_some();
        let only_fields = !text && edit.fields.is_some();
        let draft = draft.filter(|_| edit.counter.is_some() && !only_fields);
        let (base, counter, known) = match (draft, edit.counter) {
            (Some(draft), _) => (draft.base.clone(), draft.counter, true),
            (None, Some(counter)) if counter != entity.counter => {
                let shown = self.shown.at(entity.id, counter);
                let known = shown.is_some();
                (shown.unwrap_or_default(), counter, known)
            }
            (None, _) => (entity.content.clone(), entity.counter, true),
        };
        let mut mine = draft.map_or(&base, |draft| &draft.content).clone();
        if let Some(title) = &edit.title {
            mine.title.clone_from(title);
        }
        let given = |visual| if known { given(&base, visual, draft) } else { &entity.content.body };
        let visual = edit.visual.as_ref().map(|visual| Visual {
            source: given(visual).to_owned(),
            loaded: visual.loaded.clone(),
            now: visual.now.clone(),
        });
        if let Some(body) = &edit.body {
            mine.body.clone_from(body);
        } else if let Some(visual) = &visual {
            mine.body = html::preserve::save(&visual.source, &visual.loaded, &visual.now).html;
        }
        for (name, json) in edit.fields.iter().flatten() {
            mine.fields.insert(name.clone(), fields::value_of(entity.kind, name, json)?);
        }
        Ok(Typed { base, counter, mine, visual, ends_draft: edit.counter.is_some() && !only_fields })
    }

    /// Refuses what may not be changed. What was typed into a document that is read only by now stays a draft.
    pub(super) async fn refuse_locked(&self, entity: &Entity, edit: &EditDto, draft: Option<&Draft>) -> Result<()> {
        let on_site = self.on_site(entity.id).await?;
        let space = self.store.space(entity.space).await?;
        let read_only = on_site.read_only.clone().or_else(|| space.why_not(entity.kind, on_site.base.is_some()));
        let why = match &read_only {
            Some(why) => Some(why.clone()),
            None => part_locked(entity, &on_site, edit, draft),
        };
        if let Some(why) = why {
            let text = edit.title.is_some() || edit.body.is_some() || edit.visual.is_some();
            if edit.counter.is_some() && text {
                let kept = EditDto { fields: None, ..edit.clone() };
                self.put_typed(entity.id, self.typed(entity, &kept, draft)?)?;
            }
            return Err(Failure::Locked(why));
        }
        if edit.title.is_some() && !entity.kind.has_title() {
            return Err(Failure::Invalid("It has no title of its own.".to_owned()));
        }
        for (name, _) in edit.fields.iter().flatten() {
            fields::refuse_locked(entity, &on_site, name)?;
        }
        Ok(())
    }

    /// The draft of a document. One whose text the document holds already is none any more: the program ended between the two.
    pub(crate) fn draft_of(&self, entity: &Entity) -> Result<Option<Draft>> {
        let Some(draft) = self.store.draft(entity.id)? else { return Ok(None) };
        let held = match met(entity, &draft) {
            Met::Same => draft.content == entity.content,
            Met::Joins(content) => content == entity.content,
            Met::Overlaps(_) => false,
        };
        if held {
            self.store.remove_draft(entity.id)?;
            return Ok(None);
        }
        Ok(Some(draft))
    }

    /// Refuses to change a document that is read only.
    #[cfg(feature = "sync-engine")]
    pub(crate) async fn refuse_read_only(&self, entity: &Entity) -> Result<()> {
        let (on_site, space) = (self.on_site(entity.id).await?, self.store.space(entity.space).await?);
        match on_site.read_only.or_else(|| space.why_not(entity.kind, on_site.base.is_some())) {
            Some(why) => Err(Failure::Locked(why)),
            None => Ok(()),
        }
    }

    pub(crate) fn draft_dto(&self, entity: &Entity, draft: Draft) -> DraftDto {
        let met = match met(entity, &draft) {
            Met::Same => "same",
            Met::Joins(_) => "joins",
            Met::Overlaps(_) => "overlaps",
        };
        DraftDto {
            title: draft.content.title,
            body: draft.content.body,
            saved_at: text_of(draft.saved_at),
            recovered: draft.session != self.session,
            met: met.to_owned(),
        }
    }

    /// Drafts that overlap with what came in underneath, each with its document and what fits together of the two.
    pub(crate) async fn overlapping(&self) -> Result<Vec<(Entity, Draft, Merged)>> {
        let mut overlapping = Vec::new();
        for (id, draft) in self.store.drafts()? {
            let entity = match self.store.get(id).await {
                Err(store::Error::NotFound(_)) => continue,
                entity => entity?,
            };
            if let Met::Overlaps(merged) = met(&entity, &draft) {
                overlapping.push((entity, draft, *merged));
            }
        }
        Ok(overlapping)
    }
}

/// How a draft stands to its document as it is now.
pub(crate) fn met(entity: &Entity, draft: &Draft) -> Met {
    if draft.base == entity.content {
        return Met::Same;
    }
    let merged = merge_contents(entity.format, &draft.base, &draft.content, &entity.content);
    match merged.clean() {
        Some(content) => Met::Joins(content),
        None => Met::Overlaps(Box::new(merged)),
    }
}

/// Why title or text of an object may not be changed though the rest of it may.
fn part_locked(entity: &Entity, on_site: &OnSite, edit: &EditDto, draft: Option<&Draft>) -> Option<String> {
    let locked = domain::fields::locked(&on_site.facts);
    let draft = draft.filter(|_| edit.counter.is_some()).map(|draft| &draft.content);
    let title = edit.title.as_ref().or(draft.map(|draft| &draft.title));
    let retitled = title.is_some_and(|title| *title != entity.content.title);
    let body = edit.body.as_ref().or(draft.map(|draft| &draft.body));
    let rewritten = body.is_some_and(|body| *body != entity.content.body)
        || edit.visual.as_ref().is_some_and(|visual| visual.loaded != visual.now);
    let why = |part: &str, changed: bool| locked.get(part).filter(|_| changed).cloned();
    why("title", retitled).or_else(|| why("body", rewritten))
}

fn with_fields(mut content: Content, from: &Content, changed: &domain::Changed) -> Content {
    for name in &changed.fields {
        domain::reconcile::set(&mut content, name, from.fields.get(name).cloned());
    }
    content
}

/// The body that a visual editor was given: the one its first draft was aligned with, while it goes on from the same loading; else
/// the draft that it was opened with, else the base.
pub(crate) fn given<'a>(base: &'a Content, visual: &VisualEditDto, draft: Option<&'a Draft>) -> &'a str {
    match draft {
        Some(Draft { visual: Some(known), .. }) if known.loaded == visual.loaded => &known.source,
        Some(draft) => &draft.content.body,
        None => &base.body,
    }
}
