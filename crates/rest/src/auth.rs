//! How an account shows who it is.

use std::fmt;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::{Failure, FailureKind};

/// The headers that carry an account's key. They are put on requests to the base origin and on no other.
#[derive(Clone)]
pub enum Auth {
    /// None: the request is anonymous.
    Anonymous,
    /// `Authorization: Bearer ...`; the word is capitalised because Canvas refuses it in lower case (contract canvas, "Seen live").
    Bearer(SecretString),
    /// Headers by name: Discourse's `Api-Key` and `Api-Username`, or `User-Api-Key`.
    Headers(Vec<(&'static str, SecretString)>),
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Bearer(_) => f.write_str("Bearer(..)"),
            Self::Headers(headers) => f.debug_list().entries(headers.iter().map(|(name, _)| name)).finish(),
        }
    }
}

impl Auth {
    /// The headers, marked as sensitive so that nothing prints them.
    ///
    /// # Errors
    /// The key holds characters that no header may hold.
    pub(crate) fn headers(&self) -> Result<HeaderMap, Failure> {
        let mut map = HeaderMap::new();
        match self {
            Self::Anonymous => {}
            Self::Bearer(token) => {
                map.insert(AUTHORIZATION, sensitive(&format!("Bearer {}", token.expose_secret()))?);
            }
            Self::Headers(headers) => {
                for (name, secret) in headers {
                    let name = HeaderName::try_from(*name)
                        .map_err(|_| Failure::new(FailureKind::BadAddress, "a header of the key has a bad name"))?;
                    map.insert(name, sensitive(secret.expose_secret())?);
                }
            }
        }
        Ok(map)
    }
}

fn sensitive(text: &str) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_str(text.trim())
        .map_err(|_| Failure::new(FailureKind::BadAddress, "the key holds characters that no key has"))?;
    value.set_sensitive(true);
    Ok(value)
}
