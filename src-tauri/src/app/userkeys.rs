//! Keys that the person approves on a forum: by the device flow where the forum offers it, else by an address for the browser and the text
//! that the forum shows there.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use domain::{AccountId, SiteKind};
use rest::{Stop, Url};
use secrecy::SecretString;

use super::accounts::{Login, address};
use super::syncing::Online;
use super::{App, Key, now};
use crate::dto::{AccountDto, KeyWishDto, UserKeyRequestDto};
use crate::error::{Failure, Result};

/// A request for a key that waits for the person. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Pending {
    url: String,
    way: Way,
}

#[derive(Clone)]
enum Way {
    /// The person pastes what the forum shows.
    Paste(Arc<discourse::KeyRequest>),
    /// The forum is asked until the person has answered there.
    Device(Arc<discourse::Device>),
    /// The forum sends the browser to this program.
    Landing(Arc<(discourse::Landing, discourse::KeyRequest)>),
}

/// How the store calls a key that was approved for reading alone.
pub(crate) const FOR_READING: &str = "user_key_read";

/// How long a question whether the browser came waits for it.
const LANDING_WAIT: Duration = Duration::from_millis(900);

/// An account's connection, with what it has learnt while the program runs. Makes no request.
pub(crate) fn connection(online: &Online, login: &Login, base: Url, secret: SecretString) -> discourse::Connection {
    let name = login.login.clone().unwrap_or_default();
    let known = format!("{base} {} {name}", login.auth);
    let fresh = || login.site_name.as_deref().map_or_else(discourse::Memory::default, discourse::Memory::titled);
    let memory =
        online.forums.lock().unwrap_or_else(PoisonError::into_inner).entry(known).or_insert_with(fresh).clone();
    let scopes = match login.auth {
        FOR_READING => discourse::Scopes::Read,
        _ => discourse::Scopes::ReadAndWrite,
    };
    let auth = match login.auth {
        "user_key" | FOR_READING => discourse::Auth::UserKey { key: secret, client_id: name, scopes },
        _ => discourse::Auth::AdminKey { key: secret, username: name },
    };
    let mut connection = discourse::Connection::new(base, auth, Arc::new(now));
    connection.memory = memory;
    connection
}

impl App {
    /// Begins the flow, for a key that only reads where the forum gives programs no other, and with an address of this computer for the key where
    /// its administrator allows one. The request lives until the program ends or it is finished.
    pub async fn connect_discourse_begin(&self, url: &str, wish: KeyWishDto) -> Result<UserKeyRequestDto> {
        let base: Url = address(url)?;
        let failed = |error| Failure::Remote { site: url.to_owned(), error };
        let forum = discourse::SignIn::at(base.clone(), Arc::new(now), Stop::new()).map_err(failed)?;
        let offers_device = forum.offers_device().await.map_err(failed)?;
        let landing = match wish {
            KeyWishDto::SentHere => Some(discourse::Landing::open().await.map_err(failed)?),
            KeyWishDto::ReadAndWrite | KeyWishDto::Read => None,
        };
        let nonce = self.store.new_seed_text();
        let client = self.store.device().to_string();
        let made = tokio::task::spawn_blocking({
            let base = base.clone();
            // OAEP where the forum is known to be new enough; an old one would pass the wish over.
            let scopes = match wish {
                KeyWishDto::Read => discourse::Scopes::Read,
                KeyWishDto::ReadAndWrite | KeyWishDto::SentHere => discourse::Scopes::ReadAndWrite,
            };
            let redirect = landing.as_ref().map(|landing| landing.address().to_owned());
            let wish = discourse::Wish { oaep: offers_device, scopes, redirect };
            move || discourse::KeyRequest::begin(&base, &client, &nonce, wish, &mut rsa::rand_core::OsRng)
        })
        .await
        .map_err(|error| Failure::Invalid(error.to_string()))?;
        let request = made.map_err(failed)?;
        let id = self.store.new_seed_text();
        let (way, dto) = if let Some(landing) = landing {
            let dto = UserKeyRequestDto {
                request: id.clone(),
                url: request.url().to_owned(),
                code: None,
                ask_every: Some(1),
            };
            (Way::Landing(Arc::new((landing, request))), dto)
        } else if offers_device {
            let device = forum.begin_device(request).await.map_err(failed)?;
            let seconds = u32::try_from(device.interval.as_secs()).unwrap_or(u32::MAX);
            let dto = UserKeyRequestDto {
                request: id.clone(),
                url: device.address.clone(),
                code: Some(device.user_code.clone()),
                ask_every: Some(seconds),
            };
            (Way::Device(Arc::new(device)), dto)
        } else {
            let dto =
                UserKeyRequestDto { request: id.clone(), url: request.url().to_owned(), code: None, ask_every: None };
            (Way::Paste(Arc::new(request)), dto)
        };
        let mut requests = self.online.key_requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.insert(id, Pending { url: base.to_string(), way });
        Ok(dto)
    }

    /// Ends the flow with the text that the forum showed, or the address that it sent the browser to. A text that does not belong to the
    /// request leaves it open.
    pub async fn connect_discourse_finish(&self, request: &str, payload: &str) -> Result<AccountDto> {
        let pending = self.pending(request)?;
        let key_request = match &pending.way {
            Way::Paste(request) => request,
            Way::Device(device) => &device.request,
            Way::Landing(landing) => &landing.1,
        };
        let key = key_request.finish(payload).map_err(|error| Failure::Remote { site: pending.url.clone(), error })?;
        self.approved(request, &pending, key, key_request.scopes()).await
    }

    /// Asks once whether the person has answered on the forum; `None` while it waits.
    pub async fn connect_discourse_poll(&self, request: &str) -> Result<Option<AccountDto>> {
        let pending = self.pending(request)?;
        let device = match &pending.way {
            Way::Paste(_) => return Ok(None),
            Way::Landing(landing) => {
                let Some(came) = landing.0.look(LANDING_WAIT).await else { return Ok(None) };
                // What is not the answer to this request came from somebody else on this computer.
                let Ok(key) = landing.1.finish(&came) else { return Ok(None) };
                return self.approved(request, &pending, key, landing.1.scopes()).await.map(Some);
            }
            Way::Device(device) => device,
        };
        let failed = |error| Failure::Remote { site: pending.url.clone(), error };
        let forum = discourse::SignIn::at(address(&pending.url)?, Arc::new(now), Stop::new()).map_err(failed)?;
        let ended = |words: &str| {
            self.online.key_requests.lock().unwrap_or_else(PoisonError::into_inner).remove(request);
            Err(Failure::Invalid(words.to_owned()))
        };
        match forum.poll(device).await.map_err(failed)? {
            discourse::Polled::Pending => Ok(None),
            discourse::Polled::Denied => ended("You said no on the forum. Nothing was connected."),
            discourse::Polled::Expired => ended("The request is too old by now. Start signing in again."),
            discourse::Polled::Key(key) => {
                self.approved(request, &pending, key, device.request.scopes()).await.map(Some)
            }
        }
    }

    fn pending(&self, request: &str) -> Result<Pending> {
        let requests = self.online.key_requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.get(request).cloned().ok_or_else(|| Failure::Invalid("Start signing in again.".to_owned()))
    }

    async fn approved(
        &self,
        request: &str,
        pending: &Pending,
        key: SecretString,
        scopes: discourse::Scopes,
    ) -> Result<AccountDto> {
        let client = self.store.device().to_string();
        let account = self.connect_discourse_approved(&pending.url, Key::from(key), client, scopes).await?;
        self.online.key_requests.lock().unwrap_or_else(PoisonError::into_inner).remove(request);
        Ok(account)
    }

    /// Gives a key that the person approved back to its forum, before it is forgotten here. Where the forum is not reached, the key stays
    /// listed on the person's page of applications there, and dies by itself when it is not used (contract 2.7).
    pub(crate) async fn give_key_back(&self, account: AccountId) {
        let given_back = async {
            let account = self.store.account(account).await?;
            if account.site != SiteKind::Discourse || !account.auth.starts_with("user_key") {
                return Ok(());
            }
            let failed = |error| Failure::Remote { site: account.site_name.clone(), error };
            let (login, secret) = self.login(&account).await?;
            let connection = connection(&self.online, &login, address(&account.url)?, secret);
            discourse::DiscourseRemote::connect(connection).map_err(failed)?.revoke().await.map_err(failed)
        };
        if let Err(error) = given_back.await {
            tracing::warn!(%account, %error, "the key could not be given back to its forum");
        }
    }
}
