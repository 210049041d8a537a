//! Where things stand: modules among modules, items in and between them, pages of a local space under one another.

use domain::links::Address;
use domain::{Content, EntityId, FieldValue, Kind, SiteKind, SpaceId, field};
use store::{Entity, NewEntity, Place, Row, Space};

use super::{App, id, now};
use crate::dto::{MoveUndoDto, MovedDto, PlaceDto, StoodDto};
use crate::error::{Failure, Result};

/// What a row of the tree lets a person do with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moves {
    /// Among the modules.
    Module,
    /// Within its module and into another.
    Item,
    /// Among the pages of its space, and under one of them.
    Page,
    /// Into a module, as an item that shows it.
    Content,
}

impl Moves {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Item => "item",
            Self::Page => "page",
            Self::Content => "content",
        }
    }
}

/// What can be done with the place of something of a kind in a space.
pub(crate) fn moves(kind: Kind, space: &Space) -> Option<Moves> {
    match (kind, space.site) {
        _ if space.read_only.is_some() => None,
        (Kind::Module, _) => Some(Moves::Module),
        (Kind::ModuleItem, _) => Some(Moves::Item),
        (Kind::Page, None) => Some(Moves::Page),
        (Kind::Page | Kind::Assignment | Kind::Discussion | Kind::Quiz, Some(SiteKind::Canvas)) => Some(Moves::Content),
        _ => None,
    }
}

/// Where something is to go: under what, and before what there.
struct Goal {
    parent: Option<EntityId>,
    before: Option<EntityId>,
}

impl App {
    /// Moves something, or puts a document into a module.
    pub async fn place_move(&self, entity: &str, to: &PlaceDto) -> Result<MovedDto> {
        let entity = self.store.get(id(entity)?).await?;
        let space = self.store.space(entity.space).await?;
        if let Some(why) = self.on_site(entity.id).await?.read_only.or_else(|| space.read_only.clone()) {
            return Err(Failure::Locked(why));
        }
        let goal = self.goal(&entity, to).await?;
        match moves(entity.kind, &space) {
            Some(Moves::Content) => self.put_into_module(&entity, goal).await,
            Some(moves) => self.move_there(&entity, moves, goal).await,
            None => Err(Failure::Invalid(
                "Its place cannot be changed here: its site puts such things in order.".to_owned(),
            )),
        }
    }

    /// Takes a move back.
    pub async fn move_undo(&self, undo: MoveUndoDto) -> Result<()> {
        if let Some(added) = &undo.added {
            self.store.delete(id(added)?, now()).await?;
        }
        let places = undo.stood.iter().map(place).collect::<Result<Vec<Place>>>()?;
        self.store.put_places(&places, now()).await?;
        for stood in &undo.stood {
            self.tell_changed(id(&stood.space)?, id(&stood.entity)?);
        }
        if let Some(added) = undo.added {
            self.tell(crate::dto::EventDto::Changed { space: None, entities: vec![added] });
        }
        Ok(())
    }

    async fn goal(&self, entity: &Entity, to: &PlaceDto) -> Result<Goal> {
        let (PlaceDto::Before(there) | PlaceDto::After(there) | PlaceDto::Into(there)) = to;
        if matches!(to, PlaceDto::Into(_)) && id::<SpaceId>(there)? == entity.space {
            return Ok(Goal { parent: None, before: None });
        }
        let other = self.store.get(id(there)?).await?;
        if other.space != entity.space || other.deleted_at.is_some() {
            return Err(Failure::Invalid("That is in another space.".to_owned()));
        }
        Ok(match to {
            PlaceDto::Into(_) => Goal { parent: Some(other.id), before: None },
            PlaceDto::Before(_) => Goal { parent: other.parent, before: Some(other.id) },
            PlaceDto::After(_) => {
                let beside = self.beside(&other).await?;
                let behind = beside.iter().skip_while(|row| row.id != other.id).skip(1).find(|row| row.id != entity.id);
                Goal { parent: other.parent, before: behind.map(|row| row.id) }
            }
        })
    }

    /// Everything of its kind that stands where an entity stands, it too, in order.
    async fn beside(&self, entity: &Entity) -> Result<Vec<Row>> {
        let mut rows = self.store.list(entity.space).await?;
        rows.retain(|row| row.kind == entity.kind && row.parent == entity.parent && !row.deleted);
        Ok(rows)
    }

    async fn move_there(&self, entity: &Entity, moves: Moves, goal: Goal) -> Result<MovedDto> {
        self.refuse_place(moves, goal.parent).await?;
        let before = self.store.move_under(entity.id, goal.parent, goal.before, now()).await?;
        for place in &before {
            self.tell_changed(place.space, place.entity);
        }
        let stood = before.iter().map(stood).collect();
        self.moved(entity.id, MoveUndoDto { stood, added: None }).await
    }

    async fn put_into_module(&self, document: &Entity, goal: Goal) -> Result<MovedDto> {
        self.refuse_place(Moves::Item, goal.parent).await?;
        let shows = match document.kind {
            Kind::Assignment => "Assignment",
            Kind::Discussion => "Discussion",
            Kind::Quiz => "Quiz",
            _ => "Page",
        };
        let rows = self.store.list(document.space).await?;
        let last =
            rows.iter().filter(|row| row.parent == goal.parent).filter_map(|row| row.position).max().unwrap_or(0);
        let content = Content::new(document.content.title.clone(), "")
            .with(field::ITEM_TYPE, FieldValue::Text(shows.to_owned()))
            .with(field::ITEM_TARGET, FieldValue::Text(self.shown_as(document.id).await?))
            .with(field::POSITION, FieldValue::Number(last + 1));
        let new = NewEntity { space: document.space, kind: Kind::ModuleItem, parent: goal.parent, content };
        let added = self.store.create(&new, now()).await?;
        let before = self.store.move_under(added, goal.parent, goal.before, now()).await?;
        self.tell_changed(document.space, added);
        let stood = before.iter().filter(|place| place.entity != added).map(stood).collect();
        self.moved(added, MoveUndoDto { stood, added: Some(added.to_string()) }).await
    }

    /// How an item names what it shows: as the site does, or by our own address until it is there.
    #[cfg(feature = "sync-engine")]
    async fn shown_as(&self, document: EntityId) -> Result<String> {
        let there = self.store.home_mapping(document).await?.map(|mapping| mapping.remote.to_string());
        Ok(there.unwrap_or_else(|| Address::of_entity(document).path()))
    }

    #[cfg(not(feature = "sync-engine"))]
    #[expect(clippy::unused_async, reason = "the same shape as with the sync engine")]
    async fn shown_as(&self, document: EntityId) -> Result<String> {
        Ok(Address::of_entity(document).path())
    }

    /// Refuses a place where such a thing cannot stand.
    async fn refuse_place(&self, moves: Moves, parent: Option<EntityId>) -> Result<()> {
        let kind = match parent {
            Some(parent) => Some(self.store.get(parent).await?.kind),
            None => None,
        };
        let (fits, words) = match moves {
            Moves::Module => (kind.is_none(), "A module stands among the modules and in nothing else."),
            Moves::Item | Moves::Content => (kind == Some(Kind::Module), "It can stand in a module and nowhere else."),
            Moves::Page => (matches!(kind, None | Some(Kind::Page)), "A page stands by itself or under another page."),
        };
        if fits { Ok(()) } else { Err(Failure::Invalid(words.to_owned())) }
    }

    async fn moved(&self, entity: EntityId, undo: MoveUndoDto) -> Result<MovedDto> {
        let entity = self.store.get(entity).await?;
        let (title, place) = (&entity.content.title, self.place_words(&entity).await?);
        let words = match (&undo.added, undo.stood.is_empty()) {
            (Some(_), _) => format!("\u{201c}{title}\u{201d} is in a module now: {place}."),
            (None, true) => format!("\u{201c}{title}\u{201d} stands there already."),
            (None, false) => format!("\u{201c}{title}\u{201d} is now {place}."),
        };
        Ok(MovedDto { words, row: entity.id.to_string(), undo })
    }

    /// Where something stands: `2 of 5 in "Week 4"`.
    pub(crate) async fn place_words(&self, entity: &Entity) -> Result<String> {
        let beside = self.beside(entity).await?;
        let at = beside.iter().position(|row| row.id == entity.id).map_or(beside.len(), |at| at + 1);
        let under = match entity.parent {
            Some(parent) => format!(" in \u{201c}{}\u{201d}", self.store.get(parent).await?.content.title),
            None => String::new(),
        };
        Ok(format!("{at} of {}{under}", beside.len()))
    }
}

fn stood(place: &Place) -> StoodDto {
    StoodDto {
        entity: place.entity.to_string(),
        space: place.space.to_string(),
        parent: place.parent.map(|parent| parent.to_string()),
        position: place.position,
    }
}

fn place(stood: &StoodDto) -> Result<Place> {
    Ok(Place {
        entity: id(&stood.entity)?,
        space: id(&stood.space)?,
        parent: stood.parent.as_deref().map(id).transpose()?,
        position: stood.position,
    })
}
