//! What the addresses of this computer in a text come to on a site: pictures are put there first, links lead to what is there.

use domain::links::{Attached, Own, own, with_own};
use domain::plan::{Action, EntityState, Line};
use domain::{Base, EntityId, Format, RemoteError, RemoteErrorKind, SiteKind, SpaceId, Upload};

use crate::Run;
use crate::apply::state_entity;
use crate::error::Result;
use crate::report::{Did, Item};
use crate::site::{RunningSite, SiteSpace};

/// So long a site is believed to keep a file that no text there refers to, in seconds. A forum sweeps such a file away after two
/// days (contract discourse 5.7), so an older one is asked about again, which sends nothing twice.
const BELIEVED: i64 = 86_400;

/// Whether a text can be sent.
pub(crate) enum Ready {
    /// It can, with these addresses; a link to what gets its address later in this run still is ours.
    Body(String),
    /// It cannot now.
    Not(Item),
}

impl Run<'_> {
    /// A text as the site says it already: what its last agreed text refers to by its own addresses. So a text that names a picture
    /// by ours and one that names it by the site's are the same text.
    pub(crate) async fn as_there(
        &self,
        site: &RunningSite,
        space: SpaceId,
        format: Format,
        body: &str,
        base: Option<&Base>,
    ) -> Result<Option<String>> {
        let Some(base) = base else { return Ok(None) };
        let mut there = Vec::new();
        for own in own(body, format) {
            let address = match &own {
                Own::File(file) => {
                    let known = self.store.upload_of(&place(site, space), &file.sha256).await?;
                    known.map(|known| known.address).filter(|address| base.content.body.contains(address.as_str()))
                }
                Own::Entity(id) => self.address_of(site, *id).await?,
            };
            there.extend(address.map(|address| (own, address)));
        }
        Ok((!there.is_empty()).then(|| led(body, format, &there)))
    }

    /// Puts there what a text refers to and the site lacks, and gives the text its addresses. What cannot be put there keeps its own
    /// document back, with a sentence that names it, and no other.
    pub(crate) async fn ready(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        line: &Line,
        format: Format,
        state: &EntityState,
        coming: &[EntityId],
    ) -> Result<Ready> {
        let Some(local) = &state.local else { return Ok(Ready::Body(String::new())) };
        let body = local.content.body.clone();
        let mut there = Vec::new();
        for own in own(&body, format) {
            match &own {
                Own::File(file) => match self.put_there(site, space, line, state, file).await? {
                    Put::There(address) => there.push((own, address)),
                    Put::Not(item) => return Ok(Ready::Not(item)),
                },
                Own::Entity(id) => match self.address_of(site, *id).await? {
                    Some(address) => there.push((own, address)),
                    None if coming.contains(id) || *id == state_entity(state) => {}
                    None => return Ok(Ready::Not(self.item(line, Did::Held, self.no_address(*id, site).await?))),
                },
            }
        }
        Ok(Ready::Body(led(&body, format, &there)))
    }

    async fn put_there(
        &self,
        site: &RunningSite,
        space: &SiteSpace,
        line: &Line,
        state: &EntityState,
        file: &Attached,
    ) -> Result<Put> {
        let (place, now) = (place(site, space.id), self.now());
        let known = self.store.upload_of(&place, &file.sha256).await?;
        if let Some(known) = known.filter(|known| (now - known.at).num_seconds() < BELIEVED) {
            self.store.upload_done(&place, space.id, &file.sha256, &known.address, known.at).await?;
            return Ok(Put::There(known.address));
        }
        let (content_type, bytes) = match self.store.blob(&file.sha256).await {
            Ok(blob) => blob,
            Err(store::Error::NotFound(_) | store::Error::Missing(_) | store::Error::Damaged { .. }) => {
                let words =
                    format!("\u{201c}{}\u{201d} is not whole on this computer any more. Put it in again.", file.name);
                let error = RemoteError::new(RemoteErrorKind::Refused, words);
                return Ok(Put::Not(self.not_sent(site, line, state, &error).await?));
            }
            Err(error) => return Err(error.into()),
        };
        let upload = Upload { name: file.name.clone(), content_type, bytes, sha256: file.sha256.clone() };
        self.store.upload_intend(&place, &file.sha256, now).await?;
        match site.site.remote.upload(&space.remote, &upload).await {
            Ok(uploaded) => {
                self.store.upload_done(&place, space.id, &file.sha256, &uploaded.address, now).await?;
                Ok(Put::There(uploaded.address))
            }
            Err(error) => Ok(Put::Not(self.not_put(site, line, state, file, error).await?)),
        }
    }

    /// A file that did not arrive, or of which that is not known: the next run asks for it there before it sends it again.
    async fn not_put(
        &self,
        site: &RunningSite,
        line: &Line,
        state: &EntityState,
        file: &Attached,
        error: RemoteError,
    ) -> Result<Item> {
        let named = |words: &str| match words.contains(&file.name) {
            true => words.to_owned(),
            false => format!("\u{201c}{}\u{201d} was not taken: {words}", file.name),
        };
        if error.maybe_done && !error.is_final() {
            if error.concerns_the_site() && error.kind != RemoteErrorKind::Down {
                site.leave(error.kind);
            }
            let words = format!(
                "The connection broke while \u{201c}{}\u{201d} was on its way. It is looked for there before it is sent again; the text goes with it.",
                file.name
            );
            return Ok(self.item(line, Did::Failed, words));
        }
        let words = named(&error.words);
        self.not_sent(site, line, state, &RemoteError { words, ..error }).await
    }

    /// The address of something kept here by which a text on a site links to it: within the site, or the whole one of another.
    async fn address_of(&self, site: &RunningSite, id: EntityId) -> Result<Option<String>> {
        if let Some(mapping) = self.store.mapping(id, site.site.account).await? {
            return Ok(mapping.url.as_deref().map(|url| path_within(url).unwrap_or(url).to_owned()));
        }
        let entity = match self.store.get(id).await {
            Ok(entity) => entity,
            Err(store::Error::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Some(account) = self.store.space(entity.space).await?.account else { return Ok(None) };
        Ok(self.store.mapping(id, account).await?.and_then(|mapping| mapping.url))
    }

    async fn no_address(&self, id: EntityId, site: &RunningSite) -> Result<String> {
        let title = match self.store.get(id).await {
            Ok(entity) => format!("\u{201c}{}\u{201d}, which is on this computer alone", entity.content.title),
            Err(store::Error::NotFound(_)) => "something that is not here any more".to_owned(),
            Err(error) => return Err(error.into()),
        };
        Ok(format!(
            "It links to {title}: {} could not follow that link. It goes once the other has gone.",
            site.site.name
        ))
    }

    /// Which entities of a space link to which by addresses of this computer.
    pub(crate) async fn links_of(&self, space: &SiteSpace) -> Result<Vec<(EntityId, Vec<EntityId>)>> {
        let mut links = Vec::new();
        for id in self.store.linking(space.id).await? {
            let entity = self.store.get(id).await?;
            let to = own(&entity.content.body, entity.format).into_iter().filter_map(|own| match own {
                Own::Entity(to) => Some(to),
                Own::File(_) => None,
            });
            links.push((id, to.collect()));
        }
        Ok(links)
    }

    /// Texts that both sides agree on although a link in them still leads to this computer alone: now that what they link to has an
    /// address, they say it, as an edit that is sent.
    pub(crate) async fn lead_links(&self, site: &RunningSite, space: &SiteSpace) -> Result<Vec<EntityId>> {
        let mut led = Vec::new();
        for id in self.store.linking(space.id).await? {
            let Some(mapping) = self.store.mapping(id, site.site.account).await? else { continue };
            let entity = self.store.get(id).await?;
            if self.store.vector(id).await? != mapping.remote_vector {
                continue;
            }
            let (format, body) = (entity.kind.format(), &entity.content.body);
            let Some(body) = self.as_there(site, space.id, format, body, Some(&mapping.base)).await? else { continue };
            let content = domain::Content { body, ..entity.content.clone() };
            match self.store.save(id, &content, Some(entity.counter), "links", self.now()).await {
                Ok(_) => {
                    self.shown.wrote(id, &content);
                    led.push(id);
                }
                // Somebody types: their save is sent, and the link with it.
                Err(store::Error::Raced) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(led)
    }
}

enum Put {
    There(String),
    Not(Item),
}

/// Lines in the order in which they are sent: what is new and linked to goes before what links to it, where that can be.
pub(crate) fn linked_first<'l>(lines: Vec<&'l Line>, links: &[(EntityId, Vec<EntityId>)]) -> Vec<&'l Line> {
    let mut sorted: Vec<&Line> = Vec::with_capacity(lines.len());
    let mut waiting = lines;
    while !waiting.is_empty() {
        let coming: Vec<EntityId> =
            waiting.iter().filter(|line| line.action == Action::CreateThere).filter_map(|line| line.entity).collect();
        let held = |line: &&Line| {
            let own = line.entity.and_then(|id| links.iter().find(|(from, _)| *from == id));
            own.is_some_and(|(from, to)| to.iter().any(|to| to != from && coming.contains(to)))
        };
        let (later, now): (Vec<&Line>, Vec<&Line>) = waiting.into_iter().partition(held);
        if now.is_empty() {
            // They link to each other in a ring: one has to go first, and says its link afterwards.
            sorted.push(later[0]);
            waiting = later[1..].to_vec();
        } else {
            sorted.extend(now);
            waiting = later;
        }
    }
    sorted
}

/// Where a content is kept once: a course's own files, or those of a whole forum.
pub(crate) fn place(site: &RunningSite, space: SpaceId) -> String {
    match site.site.remote.site() {
        SiteKind::Canvas => space.to_string(),
        SiteKind::Discourse => site.site.account.to_string(),
    }
}

fn led(body: &str, format: Format, there: &[(Own, String)]) -> String {
    with_own(body, format, |own| there.iter().find(|(known, _)| known == own).map(|(_, address)| address.clone()))
}

/// What follows the host of a web address.
fn path_within(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    rest.find('/').map(|at| &rest[at..])
}
