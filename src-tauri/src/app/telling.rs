//! How values of a space's documents are told: moments by its clocks, categories and modules by their names.

use std::collections::BTreeMap;

use domain::{FieldValue, field};
#[cfg(feature = "sync-engine")]
use domain::{Kind, SiteKind};
use store::Space;

use super::App;
use super::zones::value_words;
use crate::error::Result;

/// What the values of a space's documents are told with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Telling {
    zone: Option<String>,
    /// Names of what the site tells by a number, by field and number.
    names: BTreeMap<(&'static str, String), String>,
}

impl Telling {
    /// A field's value as a person reads it.
    pub(crate) fn words(&self, name: &str, value: &FieldValue) -> String {
        let named = |known: &'static str| match value {
            FieldValue::Text(id) if name == known => self.names.get(&(known, id.clone())).cloned(),
            _ => None,
        };
        if let (field::PREREQUISITES, FieldValue::Set(ids)) = (name, value) {
            let title = |id: &String| self.names.get(&(field::MODULE, id.clone())).unwrap_or(id).clone();
            return ids.iter().map(title).collect::<Vec<_>>().join(", ");
        }
        named(field::CATEGORY)
            .or_else(|| named(field::MODULE))
            .unwrap_or_else(|| value_words(value, self.zone.as_deref()))
    }
}

impl App {
    /// How values of a space's documents are told.
    pub(crate) async fn telling(&self, space: &Space) -> Result<Telling> {
        Ok(Telling { zone: space.time_zone.clone(), names: self.names(space).await? })
    }

    #[cfg(feature = "sync-engine")]
    async fn names(&self, space: &Space) -> Result<BTreeMap<(&'static str, String), String>> {
        let mut names = BTreeMap::new();
        match (space.site, space.account) {
            (Some(SiteKind::Discourse), Some(account)) => {
                let kept = self.store.spaces().await?.into_iter().filter(|kept| kept.account == Some(account));
                names.extend(kept.filter_map(|kept| Some(((field::CATEGORY, kept.remote?.0), kept.name))));
            }
            (Some(SiteKind::Canvas), Some(account)) => {
                let mapped = self.store.mapped(account, space.id).await?;
                for module in mapped.into_iter().filter(|mapped| mapped.remote.kind == Kind::Module) {
                    let title = self.store.get(module.entity).await?.content.title;
                    names.insert((field::MODULE, module.remote.id.0), title);
                }
            }
            _ => {}
        }
        Ok(names)
    }

    #[cfg(not(feature = "sync-engine"))]
    #[expect(clippy::unused_async, reason = "the same shape as with the sync engine")]
    async fn names(&self, _: &Space) -> Result<BTreeMap<(&'static str, String), String>> {
        Ok(BTreeMap::new())
    }
}
