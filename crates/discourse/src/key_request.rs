//! The user-API-key flow (contract 2): a key pair, an address for the browser, and the key out of what the forum gives back, whether the
//! person pastes it, a redirect brings it, or the device flow delivers it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{RemoteError, RemoteErrorKind};
use rest::Url;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::rand_core::CryptoRngCore;
use rsa::{Oaep, Pkcs1v15Encrypt, RsaPrivateKey};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

/// A payload of about 100 bytes and the nonce fit into one block of a key of this size (contract 2.4).
const KEY_BITS: usize = 2048;

/// Shown to the person on the forum's page.
const APPLICATION: &str = "Lectern";

/// What the key is asked to be good for (contract 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scopes {
    /// Reading and writing.
    #[default]
    ReadAndWrite,
    /// Reading alone: what a forum that allows programs no `write` still gives.
    Read,
}

impl Scopes {
    /// As the forum takes them: by comma, without spaces.
    #[must_use]
    pub fn names(self) -> &'static str {
        match self {
            Self::ReadAndWrite => "read,write",
            Self::Read => "read",
        }
    }
}

/// How a request differs from the plainest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// What for.
    pub scopes: Scopes,
    /// Where the forum sends the browser with the key, where it allows that address (contract 2.5); absent: the page shows the text.
    pub redirect: Option<String>,
    /// Whether to ask for OAEP; forums before 2026 pass that over and use PKCS#1 v1.5, which is understood as well.
    pub oaep: bool,
}

/// A pending request for a key.
pub struct KeyRequest {
    url: String,
    base: Url,
    client: String,
    nonce: String,
    public: String,
    wish: Wish,
    key: RsaPrivateKey,
}

#[derive(Deserialize)]
struct Payload {
    key: String,
    nonce: String,
}

impl KeyRequest {
    /// Makes a key pair and the address to open. `client` stays the same for this installation: approving again with it replaces its
    /// earlier key (contract 2.2). `nonce` is used once and has at most 64 characters.
    ///
    /// # Errors
    /// `Malformed` when no key pair could be made.
    pub fn begin(
        base: &Url,
        client: &str,
        nonce: &str,
        wish: Wish,
        random: &mut impl CryptoRngCore,
    ) -> Result<Self, RemoteError> {
        let failed =
            |what: &str| RemoteError::new(RemoteErrorKind::Malformed, format!("no key pair could be made: {what}"));
        let key = RsaPrivateKey::new(random, KEY_BITS).map_err(|error| failed(&error.to_string()))?;
        let public =
            key.to_public_key().to_public_key_pem(LineEnding::LF).map_err(|error| failed(&error.to_string()))?;
        let (client, nonce) = (client.to_owned(), nonce.to_owned());
        let mut request = Self { url: String::new(), base: base.clone(), client, nonce, public, wish, key };
        request.url = request.address();
        Ok(request)
    }

    /// The same request, with the same key pair, for reading alone.
    #[must_use]
    pub fn for_reading(mut self) -> Self {
        self.wish.scopes = Scopes::Read;
        self.url = self.address();
        self
    }

    /// What the key will be good for.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.wish.scopes
    }

    fn address(&self) -> String {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/user-api-key/new", self.base.path().trim_end_matches('/')));
        if let Value::Object(parameters) = self.parameters() {
            let pairs = parameters.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
            url.query_pairs_mut().extend_pairs(pairs);
        }
        url.into()
    }

    /// The parameters, for the address and for the device flow.
    pub(crate) fn parameters(&self) -> Value {
        let mut parameters = json!({
            "application_name": APPLICATION,
            "client_id": self.client,
            "scopes": self.wish.scopes.names(),
            "public_key": self.public,
            "nonce": self.nonce,
        });
        if let Some(redirect) = &self.wish.redirect {
            parameters["auth_redirect"] = Value::from(redirect.as_str());
        }
        if self.wish.oaep {
            parameters["padding"] = Value::from("oaep");
        }
        parameters
    }

    /// The address to open in the system's browser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key out of the text that the forum showed, or out of the address that it sent the browser to.
    ///
    /// # Errors
    /// `Refused` for a text that is not the answer to this request.
    pub fn finish(&self, payload: &str) -> Result<SecretString, RemoteError> {
        let refused = || {
            RemoteError::new(RemoteErrorKind::Refused, "this is not the text that the forum showed for this request")
        };
        let text = match payload.trim().split_once("payload=") {
            Some((_, query)) => in_address(query.split(['&', '#']).next().unwrap_or_default()),
            None => payload.to_owned(),
        };
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let sealed = STANDARD.decode(text).map_err(|_| refused())?;
        // One padding, then the other: which one a forum uses it does not say (contract 2.4).
        let opened = self
            .key
            .decrypt(Pkcs1v15Encrypt, &sealed)
            .or_else(|_| self.key.decrypt(Oaep::new::<sha1::Sha1>(), &sealed));
        let payload: Payload = serde_json::from_slice(&opened.map_err(|_| refused())?).map_err(|_| refused())?;
        let same = payload.nonce.len() == self.nonce.len()
            && payload.nonce.bytes().zip(self.nonce.bytes()).fold(0, |different, (a, b)| different | (a ^ b)) == 0;
        if same { Ok(SecretString::from(payload.key)) } else { Err(refused()) }
    }
}

/// A value of an address's query. Some handlers of private schemes hand it on decoded, with a space for each `+` (contract 2.4).
fn in_address(value: &str) -> String {
    let decoded = rest::Url::parse(&format!("x:/?v={}", value.replace('+', "%2B")))
        .ok()
        .and_then(|url| url.query_pairs().next().map(|(_, value)| value.into_owned()))
        .unwrap_or_else(|| value.to_owned());
    // Line ends of the encoding are no letters of it; a space in its midst was a plus.
    decoded.trim().replace(' ', "+")
}
