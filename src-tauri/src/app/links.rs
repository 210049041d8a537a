//! Links from one document to another.

use domain::EntityId;
use domain::links::Address;

use super::{App, id};
use crate::error::Result;

impl App {
    /// The address by which `from` links to `document`: relative where both are on one site, whole where they are not, and one of
    /// our own while no site has it; that one becomes the real one when it is sent.
    pub async fn link_address(&self, document: &str, from: &str) -> Result<String> {
        let to: EntityId = id(document)?;
        let there = self.on_site(to).await?.url;
        let (to_account, from_account) = (self.account_of(to).await?, self.account_of(id(from)?).await?);
        Ok(match there {
            None => Address::of_entity(to).path(),
            Some(url) => match path_within(&url) {
                Some(path) if to_account.is_some() && to_account == from_account => path.to_owned(),
                _ => url,
            },
        })
    }

    async fn account_of(&self, entity: EntityId) -> Result<Option<domain::AccountId>> {
        Ok(self.store.space(self.store.get(entity).await?.space).await?.account)
    }
}

/// What follows the host of a web address.
fn path_within(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    rest.find('/').map(|at| &rest[at..])
}

#[cfg(test)]
mod tests {
    use super::path_within;

    #[test]
    fn the_path_is_what_follows_the_host() {
        assert_eq!(path_within("https://canvas.example/courses/1/pages/a?b#c"), Some("/courses/1/pages/a?b#c"));
        assert_eq!(path_within("https://canvas.example"), None);
        assert_eq!(path_within("mailto:a@b.example"), None);
    }
}
