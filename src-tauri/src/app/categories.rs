//! What of a topic is picked rather than typed: the categories that it can be moved to (those of its forum that are kept here, so that it
//! stays in sight, and in which the person may start topics), and tags that are in use.

use domain::{FieldValue, Kind, SiteKind, field};
use store::{Entity, Space};

use super::App;
use crate::dto::EditDto;
use crate::error::{Failure, Result};

/// Why a topic that the forum has not seen stays where it is.
const WHILE_NEW: &str = "It is made in this category. Once it is on the forum it can be moved.";
/// Why it cannot be moved though the forum would let it.
const NO_OTHER: &str = "No other category of this forum is kept here in which you may start topics.";

/// A category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Category {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Whether the person may start topics in it.
    pub(crate) open: bool,
}

/// The categories of a topic's forum that are kept here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Categories(pub(crate) Vec<Category>);

impl Categories {
    /// Where a topic can be: where it may be moved to, and where it stands.
    pub(crate) fn choices(&self, now: &str) -> Vec<(&str, &str)> {
        let open = self.0.iter().filter(|category| category.open || category.id == now);
        open.map(|category| (category.id.as_str(), category.name.as_str())).collect()
    }

    /// Why a topic cannot be moved at all.
    pub(crate) fn why_not(&self, now: &str, is_new: bool) -> Option<&'static str> {
        if is_new {
            return Some(WHILE_NEW);
        }
        let others = self.0.iter().any(|category| category.open && category.id != now);
        (!others).then_some(NO_OTHER)
    }
}

/// Tags to pick from: more than anybody reads through.
const MOST_TAGS: u32 = 500;
/// Names to pick from.
#[cfg(feature = "sync-engine")]
const MOST_PEOPLE: u32 = 500;

impl App {
    /// The tags that topics kept here of the same forum have, the most used first.
    pub async fn tags_in_use(&self, space: &str) -> Result<Vec<String>> {
        Ok(self.store.tags_in_use(super::id(space)?, MOST_TAGS).await?)
    }

    /// The user names of who wrote on the forum of a space, as far as it is kept here, who wrote most first.
    #[cfg(feature = "sync-engine")]
    pub async fn people_in_use(&self, space: &str) -> Result<Vec<String>> {
        Ok(self.store.people_in_use(super::id(space)?, MOST_PEOPLE).await?)
    }

    /// The categories that are kept of the forum of a space; none for any other space.
    pub(crate) async fn categories(&self, space: &Space) -> Result<Categories> {
        let mut found = Vec::new();
        if space.site == Some(SiteKind::Discourse) && space.account.is_some() {
            for kept in self.store.spaces().await?.into_iter().filter(|kept| kept.account == space.account) {
                // Personal messages are no category: theirs is no number.
                let Some(id) = kept.remote.filter(|remote| remote.0.parse::<i64>().is_ok()) else { continue };
                found.push(Category { id: id.0, name: kept.name, open: kept.read_only.is_none() });
            }
        }
        Ok(Categories(found))
    }

    /// Refuses a category that a topic cannot be moved to, before any site is asked.
    pub(crate) async fn refuse_category(&self, entity: &Entity, edit: &EditDto) -> Result<()> {
        let wanted = edit.fields.iter().flatten().find(|(name, _)| name == field::CATEGORY);
        let Some((_, json)) = wanted.filter(|_| entity.kind == Kind::Topic) else { return Ok(()) };
        let wanted = super::fields::value_of(entity.kind, field::CATEGORY, json)?;
        let space = self.store.space(entity.space).await?;
        let categories = self.categories(&space).await?;
        let now = entity.content.text(field::CATEGORY).unwrap_or_default();
        if let Some(why) = categories.why_not(now, self.on_site(entity.id).await?.base.is_none()) {
            return Err(Failure::Locked(why.to_owned()));
        }
        let fits = |(id, _): &(&str, &str)| matches!(&wanted, FieldValue::Text(wanted) if wanted == id);
        if categories.choices(now).iter().any(fits) {
            return Ok(());
        }
        let names: Vec<&str> = categories.choices(now).into_iter().map(|(_, name)| name).collect();
        Err(Failure::Invalid(format!("It can be moved to one of these: {}.", names.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_goes_where_topics_may_be_started_and_stays_where_it_is() {
        let category = |id: &str, open| Category { id: id.to_owned(), name: format!("No. {id}"), open };
        let all = Categories(vec![category("1", true), category("2", false), category("3", true)]);
        for (now, choices, why) in [
            ("1", vec!["1", "3"], None),
            ("2", vec!["1", "2", "3"], None),
            // In a category that is not kept here: it can come back into sight.
            ("9", vec!["1", "3"], None),
        ] {
            let found: Vec<&str> = all.choices(now).into_iter().map(|(id, _)| id).collect();
            assert_eq!((found, all.why_not(now, false)), (choices, why), "{now}");
        }
        assert_eq!(all.why_not("1", true), Some(WHILE_NEW));
        let alone = Categories(vec![category("1", true), category("2", false)]);
        assert_eq!(alone.why_not("1", false), Some(NO_OTHER));
    }
}
