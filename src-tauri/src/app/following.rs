//! Where a link of a document leads: to what is kept here, or out of the program.

#[cfg(not(feature = "sync-engine"))]
use domain::SpaceId;
use domain::links::{Address, Target};
use domain::{EntityId, Kind, field};

use super::{App, id};
use crate::dto::{FollowedDto, LinkedFileDto};
use crate::error::Result;

/// What the address of a link comes to, as far as the sites that are known here say.
#[cfg_attr(not(feature = "sync-engine"), expect(dead_code, reason = "without the engine no site is known"))]
pub(crate) enum Led {
    /// To something kept here, at one of its posts where the address names its number.
    Kept(EntityId, Option<i64>),
    /// To a site of which something is kept, and this is not.
    NotKept {
        /// The whole address.
        url: String,
        /// The site's name.
        site: String,
    },
    /// To a file of a site.
    File(Box<LinkedFileDto>),
    /// To no site that is known here.
    Elsewhere,
}

impl App {
    /// Where a link leads that stands in a document (none: on no document's screen). Makes no request.
    pub async fn link_follow(&self, url: &str, from: Option<&str>) -> Result<FollowedDto> {
        let url = url.trim();
        if let Some(Address { target: Target::Entity(entity), .. }) = Address::parse(url) {
            return self.led_to(entity, None).await;
        }
        let space = match from {
            Some(document) => Some(self.store.get(id(document)?).await?.space),
            None => None,
        };
        match self.kept_at(url, space).await? {
            Led::Kept(entity, post) => self.led_to(entity, post).await,
            Led::NotKept { url, site } => {
                let words = format!("This part of {site} is not kept on this computer. It opens in the browser.");
                Ok(FollowedDto::Outside { url, words: Some(words) })
            }
            Led::File(file) => Ok(FollowedDto::File { file: *file }),
            Led::Elsewhere => Ok(match scheme(url).as_deref() {
                Some("http" | "https" | "mailto") => FollowedDto::Outside { url: url.to_owned(), words: None },
                Some(_) => nowhere("Addresses of this kind are not opened."),
                None => nowhere("The link leads to a place on a site, and this document is on none."),
            }),
        }
    }

    async fn led_to(&self, entity: EntityId, post: Option<i64>) -> Result<FollowedDto> {
        let found = match self.store.get(entity).await {
            Ok(found) if found.deleted_at.is_none() => found,
            Ok(_) | Err(store::Error::NotFound(_)) => return Ok(nowhere("What the link leads to was deleted here.")),
            Err(error) => return Err(error.into()),
        };
        let document = |id: EntityId, post: Option<EntityId>| FollowedDto::Document {
            id: id.to_string(),
            post: post.map(|post| post.to_string()),
        };
        Ok(match found.kind {
            Kind::Module => FollowedDto::Module { id: entity.to_string(), title: found.content.title },
            Kind::ModuleItem => match self.item_targets(found.space).await?.get(&entity) {
                Some(target) => document(*target, None),
                None => document(entity, None),
            },
            Kind::Post | Kind::Reply => document(found.parent.unwrap_or(entity), Some(entity)),
            Kind::Topic => document(entity, self.post_of(entity, post).await?),
            _ => document(entity, None),
        })
    }

    /// The post of a topic that has this number; the first one is the topic itself.
    async fn post_of(&self, topic: EntityId, number: Option<i64>) -> Result<Option<EntityId>> {
        let Some(number) = number.filter(|number| *number > 1) else { return Ok(None) };
        let posts = self.store.children(topic).await?;
        let is_it =
            |post: &store::Entity| post.deleted_at.is_none() && post.content.number(field::POST_NUMBER) == Some(number);
        Ok(posts.into_iter().find(is_it).map(|post| post.id))
    }
}

/// What stands before the first colon of an address, where that can be a scheme.
fn scheme(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once(':')?;
    let plain = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (plain && !scheme.is_empty()).then(|| scheme.to_ascii_lowercase())
}

fn nowhere(words: &str) -> FollowedDto {
    FollowedDto::Nowhere { words: words.to_owned() }
}

#[cfg(not(feature = "sync-engine"))]
#[expect(clippy::unused_async, reason = "the same shape as with the sync engine")]
impl App {
    /// Without the engine no site is known.
    async fn kept_at(&self, _: &str, _: Option<SpaceId>) -> Result<Led> {
        Ok(Led::Elsewhere)
    }
}
