//! The built-in sample: both simulators inside the program, connected like any other site, and a co-teacher who edits there.

use domain::SiteKind;
use secrecy::SecretString;
use simulators::sample::{RunningSample, SampleKind, Site};
use store::Account;
use tokio::sync::MutexGuard;

use super::accounts::address;
use super::{App, Key, now};
use crate::dto::{KindDto, SampleItemDto, SiteKindDto, SpaceDto};
use crate::error::{Failure, Result};

/// In the workspace: what was done to the sample's servers.
const FILE: &str = "sample.jsonl";
/// The setting that names the sample's accounts.
const ACCOUNTS: &str = "sample.accounts";

/// The running sample, if the workspace has one.
type Held<'a> = MutexGuard<'a, Option<RunningSample>>;

impl App {
    /// Opens the sample: starts its servers, connects both accounts, keeps course and categories. The caller then syncs.
    pub async fn sample_open(&self) -> Result<Vec<SpaceDto>> {
        let mut held = self.online.sample.lock().await;
        if held.is_none() {
            *held = Some(self.start_sample().await?);
        }
        let Some(sample) = held.as_ref() else { return Err(Failure::Absent("sample")) };
        let ((canvas, token, course), (discourse, key, user, categories)) = (sample.canvas(), sample.discourse());
        let (key, user) = (SecretString::from(key.to_owned()), user.to_owned());
        drop(held);
        let canvas = self.connect_canvas(&canvas, Key::from(SecretString::from(token.to_owned()))).await?;
        let forum = self.connect_discourse_key(&discourse, Key::from(key), &user).await?;
        self.store.set_setting(ACCOUNTS, &format!("{} {}", canvas.id, forum.id)).await?;
        let mut spaces = self.spaces_keep(&canvas.id, &[course]).await?;
        spaces.extend(self.spaces_keep(&forum.id, &categories).await?);
        Ok(spaces)
    }

    async fn start_sample(&self) -> Result<RunningSample> {
        let file = self.store.folder().join(FILE);
        RunningSample::open(&file, now()).await.map_err(|error| Failure::Invalid(error.to_string()))
    }

    /// The sample, started again where this workspace has its accounts: a server that lives in the program ends with it. Another program may
    /// have taken a port meanwhile, so the accounts get the addresses of now.
    async fn sample(&self) -> Result<Held<'_>> {
        let mut held = self.online.sample.lock().await;
        if held.is_some() {
            return Ok(held);
        }
        let named = self.store.setting(ACCOUNTS).await?.unwrap_or_default();
        let accounts: Vec<Account> = self.store.accounts().await?;
        let accounts: Vec<Account> =
            accounts.into_iter().filter(|account| named.split(' ').any(|id| id == account.id.to_string())).collect();
        if accounts.is_empty() {
            return Ok(held);
        }
        let sample = self.start_sample().await?;
        for mut account in accounts {
            let (url, key) = match account.site {
                SiteKind::Canvas => (sample.canvas().0, sample.canvas().1.to_owned()),
                SiteKind::Discourse => (sample.discourse().0, sample.discourse().1.to_owned()),
            };
            account.url = address(&url)?.to_string();
            self.online.secrets.keep_for_session(account.id, SecretString::from(key));
            self.store.put_account(&account).await?;
        }
        *held = Some(sample);
        Ok(held)
    }

    /// The account as it can be reached: one of the sample has its servers started first.
    pub(crate) async fn reachable(&self, account: &Account) -> Result<Account> {
        let ours = self.store.setting(ACCOUNTS).await?.is_some_and(|named| named.contains(&account.id.to_string()));
        if !ours {
            return Ok(account.clone());
        }
        drop(self.sample().await?);
        Ok(self.store.account(account.id).await?)
    }

    /// What someone else may edit in the sample; nothing where it is not open.
    pub async fn sample_items(&self) -> Result<Vec<SampleItemDto>> {
        let held = self.sample().await?;
        let items = held.as_ref().map(RunningSample::items).unwrap_or_default();
        Ok(items
            .into_iter()
            .map(|item| SampleItemDto {
                id: item.id,
                site: match item.site {
                    Site::Canvas => SiteKindDto::Canvas,
                    Site::Discourse => SiteKindDto::Discourse,
                },
                kind: match item.kind {
                    SampleKind::Page => KindDto::Page,
                    SampleKind::Assignment => KindDto::Assignment,
                    SampleKind::Discussion => KindDto::Discussion,
                    SampleKind::Announcement => KindDto::Announcement,
                    SampleKind::Topic => KindDto::Topic,
                    SampleKind::Post => KindDto::Post,
                },
                title: item.title,
                body: item.body,
            })
            .collect())
    }

    /// Edits an item of the sample as someone else.
    pub async fn sample_edit(&self, id: &str, title: &str, body: &str) -> Result<()> {
        let held = self.sample().await?;
        let sample = held.as_ref().ok_or_else(|| Failure::Invalid("The sample is not open.".to_owned()))?;
        sample.edit(id, title, body).map_err(|error| Failure::Invalid(error.to_string()))
    }
}
