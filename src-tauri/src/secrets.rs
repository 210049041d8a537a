//! Where access keys live: the system's keychain, an environment variable, or this session's memory. Never a file.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::AccountId;
use secrecy::{ExposeSecret, SecretString};

const SERVICE: &str = "app.lectern.desktop";

/// Where an account's key is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the system's keychain.
    Keychain,
    /// In memory, until the program ends.
    Session,
    /// In an environment variable, read at each run and stored nowhere.
    Environment(String),
}

/// Why a key could not be kept or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// No keychain answers on this computer.
    #[error("no keychain answers on this computer")]
    NoKeychain,
    /// The keychain is locked.
    #[error("the keychain is locked")]
    Locked,
    /// There is no key: sign in again.
    #[error("there is no access key for this account")]
    Missing,
    /// The keychain failed otherwise.
    #[error("the keychain answered: {0}")]
    Failed(String),
}

/// Reads and keeps access keys. Calls to the keychain block; callers on an async task use `spawn_blocking`.
#[derive(Default)]
pub struct Secrets {
    session: Mutex<HashMap<AccountId, SecretString>>,
}

impl Secrets {
    /// Keeps a key in the keychain, or for this session where there is none. Says where it went.
    pub fn keep(&self, account: AccountId, secret: SecretString) -> Place {
        let kept = entry(account).and_then(|entry| entry.set_password(secret.expose_secret()).map_err(error_of));
        match kept {
            Ok(()) => Place::Keychain,
            Err(reason) => {
                tracing::warn!(%account, %reason, "the key is kept for this session only");
                self.keep_for_session(account, secret);
                Place::Session
            }
        }
    }

    /// Keeps a key in memory until the program ends.
    pub fn keep_for_session(&self, account: AccountId, secret: SecretString) {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).insert(account, secret);
    }

    /// The key of an account.
    pub fn read(&self, account: AccountId, place: &Place) -> Result<SecretString, SecretError> {
        if let Some(secret) = self.session.lock().unwrap_or_else(PoisonError::into_inner).get(&account) {
            return Ok(secret.clone());
        }
        match place {
            Place::Environment(name) => std::env::var(name).map(SecretString::from).map_err(|_| SecretError::Missing),
            Place::Session => Err(SecretError::Missing),
            Place::Keychain => entry(account)?.get_password().map(SecretString::from).map_err(error_of),
        }
    }

    /// Forgets the key of an account everywhere.
    pub fn forget(&self, account: AccountId) -> Result<(), SecretError> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
        match entry(account).and_then(|entry| entry.delete_credential().map_err(error_of)) {
            Ok(()) | Err(SecretError::Missing | SecretError::NoKeychain) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn entry(account: AccountId) -> Result<keyring::Entry, SecretError> {
    keyring::Entry::new(SERVICE, &account.to_string()).map_err(error_of)
}

fn error_of(error: keyring::Error) -> SecretError {
    match error {
        keyring::Error::NoEntry => SecretError::Missing,
        keyring::Error::NoStorageAccess(_) => SecretError::Locked,
        keyring::Error::NoDefaultStore => SecretError::NoKeychain,
        // The text of other variants may quote the value; only the variant's name is passed on.
        other => SecretError::Failed(format!("{other:?}").split(['(', ' ', '{']).next().unwrap_or_default().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::print_stdout, reason = "a skipped test has to say so")]

    use domain::IdSeed;

    use super::*;

    fn account() -> AccountId {
        AccountId::new(IdSeed { unix_millis: 1_790_000_000_000, random: rand::random() })
    }

    #[test]
    fn the_systems_keychain_keeps_gives_back_and_forgets_a_key() {
        if std::env::var_os("LECTERN_KEYCHAIN").is_none() {
            println!("skipped: LECTERN_KEYCHAIN is not set, so no keychain may be written to");
            return;
        }
        let (account, other) = (account(), account());
        assert_eq!(Secrets::default().keep(account, SecretString::from("a first key")), Place::Keychain);
        assert_eq!(Secrets::default().keep(account, SecretString::from("k\u{e9}y \u{1f511} 2")), Place::Keychain);
        // Another program's run: nothing is in memory.
        let next = Secrets::default();
        let read = next.read(account, &Place::Keychain).map(|key| key.expose_secret().to_owned());
        assert_eq!(read, Ok("k\u{e9}y \u{1f511} 2".to_owned()));
        assert_eq!(next.read(other, &Place::Keychain).map(drop), Err(SecretError::Missing));
        assert_eq!(next.forget(account), Ok(()));
        assert_eq!(next.read(account, &Place::Keychain).map(drop), Err(SecretError::Missing));
        assert_eq!(next.forget(account), Ok(()), "to forget twice is no error");
    }

    #[test]
    fn a_key_for_this_session_is_in_memory_alone() {
        let (account, secrets) = (account(), Secrets::default());
        secrets.keep_for_session(account, SecretString::from("key"));
        assert!(secrets.read(account, &Place::Session).is_ok());
        assert_eq!(Secrets::default().read(account, &Place::Session).map(drop), Err(SecretError::Missing));
    }
}
