//! The place to ask a site for, so that a list reads there as it does here. A site gives a number to a place by what stands before
//! it at that moment, so the numbers of this computer would be right only once everything was sent.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use domain::links::{Address, Target};
use domain::plan::EntityState;
use domain::{EntityId, FieldValue, Kind, field};
use store::Entity;

use crate::Run;
use crate::error::Result;
use crate::site::{RunningSite, SiteSpace};

/// A list: things of one kind under one parent.
type List = (domain::SpaceId, Kind, Option<EntityId>);

/// One list, as it is here and as this run knows it to be there.
#[derive(Debug, Default)]
struct Order {
    here: Vec<EntityId>,
    there: Vec<EntityId>,
    /// Those that stand there in the order in which they stand here.
    settled: HashSet<EntityId>,
    touched: bool,
}

impl Order {
    /// The number of the place right behind the nearest one before it that stands there already.
    fn number_for(&self, entity: EntityId) -> i64 {
        let before =
            self.here.iter().take_while(|there| **there != entity).filter(|there| self.settled.contains(there));
        let others = || self.there.iter().filter(|there| **there != entity);
        let behind = before.last().and_then(|before| others().position(|there| there == before));
        i64::try_from(behind.map_or(0, |behind| behind + 1)).unwrap_or(i64::MAX - 1) + 1
    }

    fn put(&mut self, entity: EntityId, number: i64) {
        self.there.retain(|there| *there != entity);
        let at = usize::try_from(number - 1).unwrap_or(0).min(self.there.len());
        self.there.insert(at, entity);
        self.settled.insert(entity);
        self.touched = true;
    }
}

/// The lists that a run came across while it sent.
#[derive(Debug, Default)]
pub(crate) struct Orders(HashMap<List, Order>);

/// A place that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    list: List,
    entity: EntityId,
    number: i64,
}

impl Asked {
    /// The number of the place, from 1.
    pub(crate) fn number(&self) -> i64 {
        self.number
    }
}

impl Orders {
    /// What was asked for was given: the others there made room.
    pub(crate) fn given(&mut self, asked: Asked) {
        for (list, order) in &mut self.0 {
            if *list == asked.list {
                order.put(asked.entity, asked.number);
            } else {
                order.there.retain(|there| *there != asked.entity);
            }
        }
    }

    /// The numbers that the lists have there by now.
    pub(crate) fn numbers(&self) -> Vec<(EntityId, i64)> {
        let touched = self.0.values().filter(|order| order.touched);
        touched
            .flat_map(|order| (1..).zip(&order.there).filter(|(_, there)| order.settled.contains(there)))
            .map(|(number, entity)| (*entity, number))
            .collect()
    }
}

impl Run<'_> {
    /// The place to ask for, where the site keeps the order of such things.
    pub(crate) async fn place_there(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        state: &EntityState,
        orders: &mut Orders,
    ) -> Result<Option<Asked>> {
        let Some(entity) = state.entity.filter(|_| state.kind.is_ordered_there()) else { return Ok(None) };
        let list = (space.id, state.kind, self.store.get(entity).await?.parent);
        let order = match orders.0.entry(list) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.order(site, list).await?),
        };
        Ok(Some(Asked { list, entity, number: order.number_for(entity) }))
    }

    async fn order(&self, site: &RunningSite, list: List) -> Result<Order> {
        let (space, kind, parent) = list;
        let (mut here, mut there, mut settled) = (Vec::new(), Vec::new(), HashSet::new());
        let parent_there = match parent {
            Some(parent) => self.store.mapping(parent, site.site.account).await?.map(|mapping| mapping.remote.id.0),
            None => None,
        };
        let mapped = self.store.mapped(site.site.account, space).await?;
        for row in mapped.into_iter().filter(|row| row.remote.kind == kind) {
            let entity = self.store.get(row.entity).await?;
            if row.parent.as_ref().map(|parent| &parent.id.0) == parent_there.as_ref() {
                let base = self.store.mapping(row.entity, site.site.account).await?;
                there.push((base.and_then(|base| base.base.content.number(field::POSITION)), row.entity));
                if row.is_quiet() {
                    settled.insert(row.entity);
                }
            }
            here.extend(standing(&entity, parent));
        }
        for id in self.store.unmapped(space).await? {
            let entity = self.store.get(id).await?;
            here.extend(standing(&entity, parent).filter(|_| entity.kind == kind));
        }
        here.sort();
        there.sort_by_key(|(number, entity)| (number.is_none(), *number, *entity));
        Ok(Order {
            here: here.into_iter().map(|(.., entity)| entity).collect(),
            there: there.into_iter().map(|(_, entity)| entity).collect(),
            settled,
            touched: false,
        })
    }

    /// What an item says of where it stands and of what it shows, in the site's names as far as the site has such by now.
    pub(crate) async fn named_there(&self, site: &RunningSite, stored: &mut Entity) -> Result<()> {
        if stored.kind != Kind::ModuleItem {
            return Ok(());
        }
        if stored.content.text(field::MODULE).is_none()
            && let Some(parent) = stored.parent
            && let Some(module) = self.store.mapping(parent, site.site.account).await?
        {
            stored.content.fields.insert(field::MODULE.to_owned(), FieldValue::Text(module.remote.id.0));
        }
        if let Some(shown) = shown_here(&stored.content)
            && let Some(shown) = self.store.mapping(shown, site.site.account).await?
        {
            stored.content.fields.insert(field::ITEM_TARGET.to_owned(), FieldValue::Text(shown.remote.to_string()));
        }
        Ok(())
    }

    /// Why an item cannot be sent yet: what it needs there is not there.
    pub(crate) async fn waits_for(&self, state: &EntityState) -> Result<Option<String>> {
        let Some(local) = state.local.as_ref().filter(|local| state.kind == Kind::ModuleItem && !local.deleted) else {
            return Ok(None);
        };
        if let Some(shown) = shown_here(&local.content) {
            let title = self.store.get(shown).await.map(|shown| shown.content.title).unwrap_or_default();
            return Ok(Some(format!("It waits for \u{201c}{title}\u{201d}, which is not on the site yet.")));
        }
        let nowhere = local.content.text(field::MODULE).is_none();
        Ok(nowhere.then(|| "It waits for the module it stands in, which is not on the site yet.".to_owned()))
    }
}

/// What an item shows, where that has no name on the site yet.
fn shown_here(content: &domain::Content) -> Option<EntityId> {
    match Address::parse(content.text(field::ITEM_TARGET)?)?.target {
        Target::Entity(entity) => Some(entity),
        _ => None,
    }
}

/// An entity's place under a parent, to sort by.
fn standing(entity: &Entity, parent: Option<EntityId>) -> Option<(bool, Option<i64>, String, EntityId)> {
    let number = entity.content.number(field::POSITION);
    (entity.parent == parent && entity.deleted_at.is_none())
        .then(|| (number.is_none(), number, entity.content.title.to_lowercase(), entity.id))
}

#[cfg(test)]
mod tests {
    use domain::IdSeed;
    use proptest::prelude::*;

    use super::*;

    fn entity(number: u8) -> EntityId {
        EntityId::new(IdSeed { unix_millis: u64::from(number), random: [number; 10] })
    }

    proptest! {
        #[test]
        fn whatever_was_moved_the_list_reads_there_as_it_does_here(here in Just((0..9_u8).collect::<Vec<_>>()).prop_shuffle()) {
            let standing: Vec<_> = (1..).zip(&here).map(|(number, base)| domain::places::Standing {
                number, base: Some(i64::from(*base) + 1), just_moved: false,
            }).collect();
            let sent = domain::places::to_send(&standing);
            let here: Vec<EntityId> = here.into_iter().map(entity).collect();
            let settled = here.iter().zip(&sent).filter(|(_, sent)| !**sent).map(|(entity, _)| *entity).collect();
            let mut order = Order { here: here.clone(), there: (0..9).map(entity).collect(), settled, touched: false };
            for (entity, _) in here.iter().zip(&sent).filter(|(_, sent)| **sent) {
                let number = order.number_for(*entity);
                order.put(*entity, number);
            }
            prop_assert_eq!(order.there, here);
        }
    }
}
