//! Accounts: connecting a site, choosing what to keep, removing it again.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{AccountId, Identity, Remote, RemoteError, RemoteErrorKind, RemoteId, SiteKind, SpaceId};
use rest::{Stop, Url};
use secrecy::SecretString;
use store::{Account, Space};

use super::syncing::Online;
use super::{App, id, now, text_of};
use crate::dto::{AccountDto, AvailableSpaceDto, EventDto, SpaceDto};
use crate::error::{Failure, Result};
use crate::secrets::Place;

/// A key as it was given: itself, or the name of the variable that holds it at each run.
pub struct Key {
    /// The secret.
    pub secret: SecretString,
    /// Where it was read from, if it is to be read from there at each run.
    pub environment: Option<String>,
}

impl From<SecretString> for Key {
    fn from(secret: SecretString) -> Self {
        Self { secret, environment: None }
    }
}

/// What kind of key, as it stands in the store.
pub(crate) struct Login {
    pub(crate) site: SiteKind,
    pub(crate) auth: &'static str,
    /// User name of an admin-issued key, client id of a user key.
    pub(crate) login: Option<String>,
    /// The site's own name, where it is known from before and need not be asked for.
    #[cfg_attr(not(feature = "discourse-integration"), expect(dead_code, reason = "a forum alone would be asked"))]
    pub(crate) site_name: Option<String>,
}

impl App {
    /// Connects a Canvas account: checks address and token, then keeps both, the token in the keychain.
    #[cfg(feature = "canvas-integration")]
    pub async fn connect_canvas(&self, url: &str, key: Key) -> Result<AccountDto> {
        self.connect(url, key, Login { site: SiteKind::Canvas, auth: "token", login: None, site_name: None }).await
    }

    /// Connects a Discourse account by an admin-issued key and the user it speaks for.
    #[cfg(feature = "discourse-integration")]
    pub async fn connect_discourse_key(&self, url: &str, key: Key, user: &str) -> Result<AccountDto> {
        let login = Some(user.to_owned());
        self.connect(url, key, Login { site: SiteKind::Discourse, auth: "admin_key", login, site_name: None }).await
    }

    /// Connects a Discourse account by a user API key that the person already has.
    #[cfg(feature = "discourse-integration")]
    pub async fn connect_discourse_user_key(&self, url: &str, key: Key, client: String) -> Result<AccountDto> {
        self.connect_discourse_approved(url, key, client, discourse::Scopes::ReadAndWrite).await
    }

    /// The same with a key of which is known what it was approved for.
    #[cfg(feature = "discourse-integration")]
    pub(crate) async fn connect_discourse_approved(
        &self,
        url: &str,
        key: Key,
        client: String,
        scopes: discourse::Scopes,
    ) -> Result<AccountDto> {
        let auth = match scopes {
            discourse::Scopes::ReadAndWrite => "user_key",
            discourse::Scopes::Read => super::userkeys::FOR_READING,
        };
        self.connect(url, key, Login { site: SiteKind::Discourse, auth, login: Some(client), site_name: None }).await
    }

    async fn connect(&self, url: &str, key: Key, login: Login) -> Result<AccountDto> {
        let base = address(url)?;
        let host = shown_host(&base);
        let failed = |error| Failure::Remote { site: host.clone(), error };
        let remote = build(&self.online, &login, base.clone(), key.secret.clone(), Stop::new()).map_err(failed)?;
        let identity = remote.identify().await.map_err(failed)?;
        let known = self
            .store
            .accounts()
            .await?
            .into_iter()
            .find(|account| account.url == base.as_str() && account.user == identity.user);
        let account_id = known.map_or_else(|| AccountId::new(self.store.seed()), |account| account.id);
        let place = match key.environment {
            Some(name) => Place::Environment(name),
            None => {
                let secrets = Arc::clone(&self.online.secrets);
                let kept = tokio::task::spawn_blocking(move || secrets.keep(account_id, key.secret)).await;
                kept.map_err(|error| Failure::Invalid(error.to_string()))?
            }
        };
        let (secret_place, secret_env) = match place {
            Place::Keychain => ("keychain", None),
            Place::Session => ("session", None),
            Place::Environment(name) => ("environment", Some(name)),
        };
        let account = Account {
            id: account_id,
            site: login.site,
            url: base.to_string(),
            site_name: site_name(login.site, &identity, &host),
            user: identity.user,
            user_name: identity.user_name,
            auth: login.auth.to_owned(),
            login: login.login,
            secret_place: secret_place.to_owned(),
            secret_env,
            reached_at: Some(now()),
            trouble: None,
        };
        self.store.put_account(&account).await?;
        self.tell(EventDto::Changed { space: None, entities: Vec::new() });
        self.account_dto(&account).await
    }

    /// Accounts with their unsent changes.
    pub async fn accounts(&self) -> Result<Vec<AccountDto>> {
        let mut accounts = Vec::new();
        for account in self.store.accounts().await? {
            accounts.push(self.account_dto(&account).await?);
        }
        Ok(accounts)
    }

    async fn account_dto(&self, account: &Account) -> Result<AccountDto> {
        let spaces: BTreeSet<SpaceId> = self
            .store
            .spaces()
            .await?
            .into_iter()
            .filter(|space| space.account == Some(account.id))
            .map(|space| space.id)
            .collect();
        let unsent = self.store.outbox().await?.iter().filter(|unsent| spaces.contains(&unsent.space)).count();
        Ok(AccountDto {
            id: account.id.to_string(),
            site: super::tree::site_dto(Some(account.site)),
            url: account.url.clone(),
            site_name: account.site_name.clone(),
            user_name: account.user_name.clone(),
            secret: account.secret_place.clone(),
            reached_at: account.reached_at.map(text_of),
            unsent: u32::try_from(unsent).unwrap_or(u32::MAX),
            trouble: account.trouble.clone(),
            state: super::status::site_state(account).to_owned(),
            read_only: super::status::read_only_key(account),
        })
    }

    /// Removes an account: its key from the keychain, its spaces kept as local ones or removed with it.
    pub async fn account_remove(&self, account: &str, keep_spaces: bool) -> Result<()> {
        let account: AccountId = id(account)?;
        #[cfg(feature = "discourse-integration")]
        self.give_key_back(account).await;
        let secrets = Arc::clone(&self.online.secrets);
        let forgotten = tokio::task::spawn_blocking(move || secrets.forget(account)).await;
        if let Ok(Err(error)) = forgotten {
            return Err(Failure::Invalid(format!("The key could not be removed from the keychain: {error}.")));
        }
        self.store.remove_account(account, keep_spaces).await?;
        self.tell(EventDto::Changed { space: None, entities: Vec::new() });
        Ok(())
    }

    /// Goes on with a site that was set back to an earlier state: the next sync takes it as it is.
    pub async fn account_go_on(&self, account: &str) -> Result<()> {
        let mut account = self.store.account(id(account)?).await?;
        if account.trouble.as_deref() != Some(sync::SET_BACK) {
            return Err(Failure::Invalid(format!("{} was not found to be set back.", account.site_name)));
        }
        sync::go_on(&self.store, account.id).await?;
        account.trouble = None;
        self.store.put_account(&account).await?;
        self.tell(EventDto::Changed { space: None, entities: Vec::new() });
        Ok(())
    }

    /// Courses or categories that an account may keep.
    pub async fn spaces_available(&self, account: &str) -> Result<Vec<AvailableSpaceDto>> {
        let account = self.store.account(id(account)?).await?;
        let remote = self.remote(&account, Stop::new()).await?;
        let spaces =
            remote.spaces().await.map_err(|error| Failure::Remote { site: account.site_name.clone(), error })?;
        let kept: BTreeSet<RemoteId> = self
            .store
            .spaces()
            .await?
            .into_iter()
            .filter(|space| space.account == Some(account.id))
            .filter_map(|space| space.remote)
            .collect();
        Ok(spaces
            .into_iter()
            .map(|space| AvailableSpaceDto {
                kept: kept.contains(&space.id),
                remote: space.id.0,
                name: space.name,
                detail: space.detail,
                when: if space.current { "current" } else { "earlier" }.to_owned(),
                count: space.count,
                limit: space.read_only,
            })
            .collect())
    }

    /// Keeps courses or categories; the next sync receives them.
    pub async fn spaces_keep(&self, account: &str, remotes: &[String]) -> Result<Vec<SpaceDto>> {
        let account = self.store.account(id(account)?).await?;
        let remote = self.remote(&account, Stop::new()).await?;
        let available =
            remote.spaces().await.map_err(|error| Failure::Remote { site: account.site_name.clone(), error })?;
        let stored = self.store.spaces().await?;
        let mut kept = Vec::new();
        for wanted in remotes {
            let space = available.iter().find(|space| space.id.0 == *wanted);
            let space = space.ok_or_else(|| {
                Failure::Invalid(format!("{} has nothing with the id {wanted} for you.", account.site_name))
            })?;
            let known = stored
                .iter()
                .find(|stored| stored.account == Some(account.id) && stored.remote.as_ref() == Some(&space.id));
            let space = Space {
                id: known.map_or_else(|| SpaceId::new(self.store.seed()), |known| known.id),
                name: space.name.clone(),
                account: Some(account.id),
                site: Some(account.site),
                remote: Some(space.id.clone()),
                read_only: space.read_only.clone(),
                last_synced_at: known.and_then(|known| known.last_synced_at),
                time_zone: known.and_then(|known| known.time_zone.clone()),
            };
            self.store.put_space(&space).await?;
            kept.push(self.space_dto(&space).await?);
        }
        self.tell(EventDto::Changed { space: None, entities: Vec::new() });
        Ok(kept)
    }

    /// The integration of an account, with its key.
    pub(crate) async fn remote(&self, account: &Account, stop: Stop) -> Result<Arc<dyn Remote>> {
        #[cfg(feature = "sample")]
        let account = &self.reachable(account).await?;
        let failed = |error| Failure::Remote { site: account.site_name.clone(), error };
        let (login, secret) = self.login(account).await?;
        build(&self.online, &login, address(&account.url)?, secret, stop).map_err(failed)
    }

    /// What kind of key an account has, and the key.
    pub(crate) async fn login(&self, account: &Account) -> Result<(Login, SecretString)> {
        let failed = |error| Failure::Remote { site: account.site_name.clone(), error };
        let place = match (account.secret_place.as_str(), &account.secret_env) {
            ("environment", Some(name)) => Place::Environment(name.clone()),
            ("session", _) => Place::Session,
            _ => Place::Keychain,
        };
        let (secrets, account_id) = (Arc::clone(&self.online.secrets), account.id);
        let secret = tokio::task::spawn_blocking(move || secrets.read(account_id, &place)).await;
        let secret = secret
            .map_err(|error| Failure::Invalid(error.to_string()))?
            .map_err(|error| failed(RemoteError::new(RemoteErrorKind::SignIn, error.to_string())))?;
        let auth = match account.auth.as_str() {
            "admin_key" => "admin_key",
            "user_key" => "user_key",
            "user_key_read" => "user_key_read",
            _ => "token",
        };
        let site_name = Some(account.site_name.clone());
        Ok((Login { site: account.site, auth, login: account.login.clone(), site_name }, secret))
    }
}

/// Makes the integration of a login. Makes no request.
fn build(
    online: &Online,
    login: &Login,
    base: Url,
    secret: SecretString,
    stop: Stop,
) -> std::result::Result<Arc<dyn Remote>, RemoteError> {
    let clock: rest::Clock = Arc::new(now);
    match login.site {
        #[cfg(feature = "canvas-integration")]
        SiteKind::Canvas => {
            let mut connection = canvas::Connection::new(base, secret, clock);
            connection.stop = stop;
            connection.seed = rand::random();
            Ok(Arc::new(canvas::CanvasRemote::connect(connection)?))
        }
        #[cfg(feature = "discourse-integration")]
        SiteKind::Discourse => {
            let mut connection = super::userkeys::connection(online, login, base, secret);
            connection.stop = stop;
            connection.seed = rand::random();
            Ok(Arc::new(discourse::DiscourseRemote::connect(connection)?))
        }
        #[cfg(not(all(feature = "canvas-integration", feature = "discourse-integration")))]
        _ => {
            let _unused = (online, base, secret, stop, clock);
            Err(RemoteError::new(RemoteErrorKind::WrongSite, "this build has no such integration"))
        }
    }
}

/// An address as people type it: without scheme, with a path or a trailing slash.
pub(crate) fn address(url: &str) -> Result<Url> {
    let text = url.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let bad = || Failure::Invalid(format!("\u{201c}{url}\u{201d} is not an address of a website."));
    let mut address = Url::parse(&text).map_err(|_| bad())?;
    if address.host_str().is_none_or(str::is_empty) || !matches!(address.scheme(), "https" | "http") {
        return Err(bad());
    }
    if address.scheme() == "http" && !rest::is_loopback(&address) {
        // Anybody on the way could read the key.
        let host = shown_host(&address);
        return Err(Failure::Invalid(format!(
            "http://{host} is not encrypted, and an access key is sent over encrypted connections alone. Write https:// where the site has that."
        )));
    }
    address.set_query(None);
    address.set_fragment(None);
    Ok(address)
}

/// Host as shown, with its port where it is not the usual one: `localhost:3000` and `localhost` are two sites.
fn shown_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn site_name(site: SiteKind, identity: &Identity, host: &str) -> String {
    match (site, identity.site_name.as_str()) {
        (SiteKind::Canvas, _) => "Canvas".to_owned(),
        (SiteKind::Discourse, "") => host.to_owned(),
        (SiteKind::Discourse, name) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_type_them() {
        for (typed, url) in [
            ("canvas.example.edu", "https://canvas.example.edu/"),
            (" https://forum.example.org/latest?x=1#y ", "https://forum.example.org/latest"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/"),
        ] {
            assert_eq!(address(typed).unwrap().as_str(), url);
        }
        assert!(address("https://").is_err() && address("not a site").is_err());
    }
}
