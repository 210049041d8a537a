//! The border of a linked document: what its other site says, in the words of its home, and the other way round.
//!
//! The base, the journal and everything that crosses [`domain::Remote`] are in the other site's own words. States, plans, merges,
//! conflicts and the history are in the home's. Nothing else in the engine knows that a document stands on two sites.

use convert::{Border, Kept, Pairing};
use domain::plan::Observed;
use domain::reconcile::merge_contents;
use domain::{Content, EntityId, FieldValue, Format, Kind, Operation, Remote, RemoteObject, Token, field};
use serde::{Deserialize, Serialize};
use store::{Confirm, FarSide, Link, Mapped};

use crate::Run;
use crate::error::{Error, Result};
use crate::report::Did;
use crate::site::RunningSite;

/// What stands at home for the base of a linked document.
#[derive(Serialize, Deserialize)]
struct AtHome {
    title: String,
    passages: Pairing,
}

/// What of a document its other site only points at, from what is kept of a [link](store::Link::home); nothing where that is not read.
#[must_use]
pub fn kept_at_home(home: &str) -> Vec<Kept> {
    serde_json::from_str::<AtHome>(home).map(|home| home.passages.kept().cloned().collect()).unwrap_or_default()
}

/// A linked document at one of its other sites.
pub(crate) struct Far {
    kind: Kind,
    border: Border,
    /// What both sides last agreed on, passage by passage; nothing where they never did.
    pairing: Pairing,
    /// The title at home that goes with the base.
    title: String,
    /// The base in the other site's words.
    base: Option<Content>,
    /// Both copies were there before they were linked, and never agreed on anything.
    strangers: bool,
    /// The fields at home, which the other site has no part in.
    fields: std::collections::BTreeMap<String, FieldValue>,
}

impl Run<'_> {
    /// The border of a document on an account; nothing where that is its home.
    pub(crate) async fn far(
        &self,
        site: &RunningSite,
        entity: &store::Entity,
        mapping: Option<&Mapped>,
    ) -> Result<Option<Far>> {
        // Its own space tells at once; there are few others to ask about.
        if site.site.spaces.iter().any(|space| space.id == entity.space) {
            return Ok(None);
        }
        let Some(link) = self.store.link_of(entity.id, site.site.account).await? else { return Ok(None) };
        let home = match self.store.space(entity.space).await?.account {
            Some(account) => self.store.mapping(entity.id, account).await?.and_then(|mapping| mapping.url),
            None => None,
        };
        Far::new(&link, entity, mapping, home.as_deref()).map(Some)
    }

    /// Whether a document that was deleted here stands on its home's site still: until that is settled, its other copies wait.
    pub(crate) async fn is_at_home(&self, entity: &store::Entity) -> Result<bool> {
        Ok(match self.store.space(entity.space).await?.account {
            Some(account) => self.store.mapping(entity.id, account).await?.is_some(),
            None => false,
        })
    }

    /// The border of an entity that the caller did not load.
    pub(crate) async fn far_of(&self, site: &RunningSite, id: EntityId) -> Result<Option<Far>> {
        let entity = self.store.get(id).await?;
        let mapping = self.store.mapping(id, site.site.account).await?;
        self.far(site, &entity, mapping.as_ref()).await
    }
}

impl Far {
    fn new(link: &Link, entity: &store::Entity, mapping: Option<&Mapped>, home_url: Option<&str>) -> Result<Self> {
        let at_home = match &link.home {
            Some(text) => serde_json::from_str(text).map_err(|error| Error::Stored(error.to_string()))?,
            None => AtHome { title: String::new(), passages: Pairing::default() },
        };
        let far_url = mapping.and_then(|mapping| mapping.url.as_deref());
        let border = Border {
            home: entity.format,
            home_origin: home_url.and_then(origin).unwrap_or_default().to_owned(),
            far_origin: far_url.and_then(origin).unwrap_or_default().to_owned(),
        };
        let base = mapping.map(|mapping| mapping.base.content.clone());
        // What the site made of what it was sent is its own way of saying it.
        let strangers = link.is_there && link.home.is_none();
        let pairing = match &base {
            Some(base) if !strangers && base.body != at_home.passages.far() => {
                border.echoed(&at_home.passages, &base.body)
            }
            _ => at_home.passages,
        };
        let fields = entity.content.fields.clone();
        Ok(Self { kind: link.kind, border, pairing, title: at_home.title, base, strangers, fields })
    }

    /// What it is on the other site.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// How it is written there.
    pub(crate) fn format(&self) -> Format {
        self.border.far()
    }

    /// The base in the home's words.
    pub(crate) fn base(&self) -> Content {
        Content { title: self.title.clone(), body: self.pairing.home(), fields: self.fields.clone() }
    }

    /// A copy of the other site's in the home's words.
    pub(crate) fn seen(&self, remote: &dyn Remote, there: &Content) -> Content {
        let same =
            |base: &Content| canonical_title(remote, self.kind, base) == canonical_title(remote, self.kind, there);
        let title = match &self.base {
            Some(base) if !self.strangers && same(base) => self.title.clone(),
            _ => there.title.clone(),
        };
        Content { title, body: self.border.from_far(&self.pairing, &there.body).home(), fields: self.fields.clone() }
    }

    /// What the other site is to say for a content of the home's. Its own fields stay as they are; something new is not shown to
    /// students by itself.
    pub(crate) fn there(&self, home: &Content) -> Content {
        let title = match &self.base {
            Some(base) if home.title == self.title => base.title.clone(),
            _ => home.title.clone(),
        };
        let fields = match &self.base {
            Some(base) => base.fields.clone(),
            None if self.kind == Kind::Page => [(field::PUBLISHED.to_owned(), FieldValue::Flag(false))].into(),
            None => std::collections::BTreeMap::new(),
        };
        let mut body = self.border.from_home(&self.pairing, &home.body).far();
        if self.format() != Format::Html && self.base.as_ref().is_none_or(|base| base.body.trim_end() == base.body) {
            body.truncate(body.trim_end().len());
        }
        Content { title, body, fields }
    }

    /// A content of the other site's as the two are compared: its fields are no part of a linked document.
    pub(crate) fn canonical(&self, remote: &dyn Remote, there: &Content) -> Content {
        let bare = Content { fields: std::collections::BTreeMap::new(), ..remote.canonical(self.kind, there) };
        Content { body: bare.body.trim_end().to_owned(), ..bare }
    }

    /// The base as the two are compared; nothing at all where they never agreed on anything.
    pub(crate) fn canonical_base(&self, remote: &dyn Remote) -> Content {
        match &self.base {
            Some(base) if !self.strangers => self.canonical(remote, base),
            _ => Content::default(),
        }
    }

    /// What was observed there, in the home's words. What was never agreed on is news as long as it is there.
    pub(crate) fn observed(&self, remote: &dyn Remote, observed: Observed) -> Observed {
        match (observed, &self.base) {
            (Observed::Unchanged, Some(base)) if self.strangers => Observed::Seen {
                canonical: self.canonical(remote, base),
                content: self.seen(remote, base),
                returned_body: base.body.clone(),
                changed_at: None,
                restamped: false,
            },
            (observed, _) => self.seen_as(remote, observed),
        }
    }

    fn seen_as(&self, remote: &dyn Remote, observed: Observed) -> Observed {
        match observed {
            Observed::Seen { content, returned_body, changed_at, restamped, .. } => Observed::Seen {
                canonical: self.canonical(remote, &content),
                content: self.seen(remote, &content),
                returned_body,
                changed_at,
                restamped,
            },
            other => other,
        }
    }

    /// An object that somebody changed there, as it is kept: the base from now on.
    pub(crate) fn changed_there(&self, remote: &dyn Remote, object: &RemoteObject) -> Result<FarSide> {
        let passages = self.border.from_far(&self.pairing, &object.content.body);
        side(object, self.seen(remote, &object.content).title, passages)
    }

    /// A confirmed push in the home's words. What was sent so is what it says; its own words become the base.
    pub(crate) fn confirmed(&self, remote: &dyn Remote, confirm: Confirm, home: &Content, did: Did) -> Result<Confirm> {
        let (mut object, sent) = (confirm.object, &confirm.entry.change.content);
        // Found later, what is there may hold what others wrote: only what was sent is agreed on, the rest comes with the next pull.
        if did == Did::Adopted && self.canonical(remote, &object.content) != self.canonical(remote, sent) {
            object.content.title.clone_from(&sent.title);
            object.content.body.clone_from(&sent.body);
            object.returned_body.clone_from(&sent.body);
            object.token = Token::default();
        }
        let far = Some(self.agreed(&object, home)?);
        let canonical_hash = remote.canonical(self.kind, &object.content).hash();
        let overwritten =
            confirm.overwritten.map(|theirs| RemoteObject { content: self.seen(remote, &theirs.content), ..theirs });
        let rejoined =
            overwritten.as_ref().map(|theirs| merge_contents(self.border.home, &self.base(), home, &theirs.content));
        let mut entry = confirm.entry;
        entry.change.content = home.clone();
        if let Operation::Update { base, .. } = &mut entry.change.operation {
            base.content = self.base();
        }
        let object = RemoteObject { content: home.clone(), ..object };
        Ok(Confirm { entry, object, canonical_hash, overwritten, rejoined, far, ..confirm })
    }

    /// An object that says what is said at home, as it is kept.
    pub(crate) fn agreed(&self, object: &RemoteObject, home: &Content) -> Result<FarSide> {
        side(object, home.title.clone(), self.border.from_home(&self.pairing, &home.body))
    }
}

fn side(object: &RemoteObject, title: String, passages: Pairing) -> Result<FarSide> {
    let home = serde_json::to_string(&AtHome { title, passages }).map_err(|error| Error::Stored(error.to_string()))?;
    Ok(FarSide { object: object.clone(), home })
}

fn canonical_title(remote: &dyn Remote, kind: Kind, content: &Content) -> String {
    remote.canonical(kind, &Content::new(content.title.clone(), String::new())).title
}

/// Scheme and host of a web address.
fn origin(url: &str) -> Option<&str> {
    let host = url.find("://")? + 3;
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    url.get(..end)
}
