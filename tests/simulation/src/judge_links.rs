//! Whether both copies of a document that stands on two sites say the same.

use std::collections::BTreeMap;

use domain::{Content, EntityId, Kind};
use store::{Entity, Mapped};

use crate::play::{Installation, now};
use crate::site::canonical_of;

/// The documents of an installation that are linked to a site.
pub(crate) struct Links {
    forum: bool,
    mappings: BTreeMap<EntityId, Option<Mapped>>,
}

impl Links {
    pub(crate) fn of(installation: &Installation, place: usize) -> Self {
        let Installation { desk, accounts, .. } = installation;
        let links = now(desk.links()).expect("links");
        let own = links.into_iter().filter(|link| link.account == accounts[place]);
        let mapping = |entity| now(desk.mapping(entity, accounts[place])).expect("a mapping");
        Self { forum: place == 1, mappings: own.map(|link| (link.entity, mapping(link.entity))).collect() }
    }

    pub(crate) fn is_linked(&self, entity: EntityId) -> bool {
        self.mappings.contains_key(&entity)
    }

    /// What is wrong with a linked document whose other copy says this. What the engine remembers of it is asked, and, without believing
    /// that, the words of both.
    pub(crate) fn judged(&self, at: usize, entity: &Entity, kind: Kind, theirs: &Content) -> Vec<String> {
        let mut broken = Vec::new();
        let bare = |content: &Content| Content::new(content.title.clone(), content.body.clone());
        if let Some(Some(mapping)) = self.mappings.get(&entity.id) {
            let base = canonical_of(self.forum, kind, &mapping.base.content);
            if bare(&base) != bare(theirs) {
                broken
                    .push(format!("{at}: the base of the linked {} is {base:?}, there is {theirs:?}", mapping.remote));
            }
        }
        let ours = canonical_of(!self.forum, entity.kind, &entity.content);
        let as_there = canonical_of(self.forum, kind, &Content::new(ours.title.clone(), ""));
        let (own, there) = (words(!self.forum, &ours.body), words(self.forum, &theirs.body));
        if own != there || as_there.title != theirs.title {
            broken.push(format!("{at}: linked copies differ:\n  home {ours:?}\n  far  {theirs:?}"));
        }
        broken
    }
}

/// The words of a body, without its marks.
fn words(forum: bool, body: &str) -> Vec<String> {
    let mut text = body.to_owned();
    while !forum && let Some(start) = text.find('<') {
        let end = text[start..].find('>').map_or(text.len(), |at| start + at + 1);
        text.replace_range(start..end, " ");
    }
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
